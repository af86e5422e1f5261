"""The sentences of the opening paragraph, in the languages it is written in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's sentences; names in braces are filled with numbers, quotations and days.

    leads: what opens each of the three answers. one, one_undated, several: who makes the statements.
    statement, listing, page: the noun for one and for more than one. quote: what stands around a quotation.
    """

    leads: tuple[str, str, str]
    one: str
    one_undated: str
    several: str
    no_article: str
    no_claims: str
    tested: str
    statement: tuple[str, str]
    page: tuple[str, str]
    listing: tuple[str, str]
    held: str
    held_undated: str
    undated: str
    nothing_held: str
    semicolon: str
    counted: str
    not_counted: str
    interval: str
    naive: str
    supported: str
    contradicted: str
    untold: str
    follows: str
    outside: str
    more: str
    quote: tuple[str, str]
    and_: str
    decided: str


PHRASES: dict[str, Phrases] = {
    "en": Phrases(
        leads=("What is known: ", "What is not known: ", "What would decide it: "),
        one="The article of {published} makes",
        one_undated="The article makes",
        several="The {n} articles make",
        no_article="No article was read, so no claim is tested. ",
        no_claims="No claim was found in what was read. ",
        tested="{source} {claims} {statement} that were singled out here; evidence could settle {checkable}. What this "
        "case holds supports {supported}, contradicts {contradicted} and cannot settle {untold}. ",
        statement=("statement", "statements"),
        page=("captured page or table row", "captured pages and table rows"),
        listing=("listing", "listings"),
        held="It holds {captures} {page} of {markets}, dated {first} to {last}",
        held_undated="It holds {captures} {page} of {markets}, of unknown date",
        undated=" ({undated} of them of unknown date)",
        semicolon="; ",
        nothing_held="It holds no capture of any market. ",
        counted="; they show {listings} of {kind}",
        not_counted="; how many listings of {kind} they show cannot be told",
        interval="{value} {listing} (95% interval {interval})",
        naive=", where a plain search for weapon words finds {naive}",
        supported="Supported: {quotes}. ",
        contradicted="Contradicted: {quotes}. ",
        untold="Cannot be told: {quotes}. ",
        follows="Nothing follows from that for or against these statements. ",
        outside="What a seller says of origin or stock proves neither, and of other markets and other days these "
        "captures say nothing. ",
        more="{n} more",
        quote=("“", "”"),
        and_="and",
        decided="Nothing more, for what was tested.",
    ),
    "fr": Phrases(
        leads=("Ce que l’on sait\u00a0: ", "Ce que l’on ne sait pas\u00a0: ", "Ce qui trancherait\u00a0: "),
        one="L’article du {published} contient",
        one_undated="L’article contient",
        several="Les {n} articles contiennent",
        no_article="Aucun article n’a été lu\u00a0; aucune affirmation n’est donc vérifiée. ",
        no_claims="Aucune affirmation n’a été trouvée dans ce qui a été lu. ",
        tested="{source} {claims} {statement}\u00a0; des preuves pourraient en trancher {checkable}. Ce que ce dossier "
        "détient en confirme {supported}, en contredit {contradicted} et ne permet pas d’en trancher {untold}. ",
        statement=("affirmation relevée ici", "affirmations relevées ici"),
        page=("page ou ligne de table capturée", "pages et lignes de table capturées"),
        listing=("annonce", "annonces"),
        held="Il détient {captures} {page} ({markets}), du {first} au {last}",
        held_undated="Il détient {captures} {page} ({markets}), de date inconnue",
        undated=" (dont {undated} de date inconnue)",
        semicolon="\u00a0; ",
        nothing_held="Il ne détient aucune capture d’un marché. ",
        counted="\u00a0; on y compte {listings} de la catégorie «\u00a0{kind}\u00a0»",
        not_counted="\u00a0; le nombre d’annonces de la catégorie «\u00a0{kind}\u00a0» ne peut être déterminé",
        interval="{value} {listing} (intervalle à 95\u00a0%\u00a0: {interval})",
        naive=", là où une simple recherche de mots d’armes en trouve {naive}",
        supported="Confirmé\u00a0: {quotes}. ",
        contradicted="Contredit\u00a0: {quotes}. ",
        untold="Indéterminé\u00a0: {quotes}. ",
        follows="Il n’en découle rien, ni pour ni contre ces affirmations. ",
        outside="Ce qu’un vendeur dit de l’origine ou du stock ne prouve ni l’une ni l’autre\u00a0; d’autres marchés "
        "et d’autres jours, ces captures ne disent rien. ",
        more="{n} de plus",
        quote=("«\u00a0", "\u00a0»"),
        and_="et",
        decided="Rien de plus, pour ce qui a été vérifié.",
    ),
}
"""Language → its sentences."""
