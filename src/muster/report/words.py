"""What things are called on the page: kinds, measures, verdicts, and what would decide a claim, in French too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from muster.report.figures import number, period


@dataclass(frozen=True, slots=True)
class VerdictLook:
    """How a verdict is told: by word, by the shape of its icon, and by colour last."""

    word: str
    css: str
    icon: str  # an SVG path in a box of 20 by 20
    mark: str  # the same in plain text
    meaning: str


VERDICTS: dict[str, VerdictLook] = {
    "supported": VerdictLook(
        "Supported", "supported", "M4 10.5l4 4 8-9", "✓", "the evidence held bears the claim out, within its coverage"
    ),
    "contradicted": VerdictLook(
        "Contradicted", "contradicted", "M5 5l10 10M15 5L5 15", "✗", "the evidence held rules the claim out"
    ),
    "cannot tell": VerdictLook(
        "Cannot tell",
        "cannot-tell",
        "M6.6 7.4a3.4 3.4 0 1 1 5 3c-1.1.6-1.6 1.2-1.6 2.3M10 16v.2",
        "?",
        "the evidence held neither bears it out nor rules it out; nothing follows from that",
    ),
    "not checkable": VerdictLook(
        "Not checkable", "not-checkable", "M4.5 10h11", "–", "an opinion, a forecast or a question"
    ),
    "": VerdictLook("Not tested", "not-tested", "M10 9.8v.4", "·", "no verdict was reached"),
}
"""Verdict word → how it is shown; "" stands for a claim without a verdict."""

BETWEEN = " · "
"""What stands between the parts of a scope."""

KINDS: dict[str, tuple[str, str]] = {
    "weapons": ("weapons, ammunition and parts", "armes, munitions et pièces"),
    "firearms": ("firearms", "armes à feu"),
    "all": ("goods of any kind", "articles de toute sorte"),
    "handgun": ("handguns", "armes de poing"),
    "long_gun": ("long guns", "armes longues"),
    "automatic": ("automatic weapons", "armes automatiques"),
    "light_weapon": ("light weapons", "armes légères"),
    "ammunition": ("ammunition", "munitions"),
    "explosive": ("explosives", "explosifs"),
    "component": ("components", "pièces d’armes"),
    "less_lethal": ("less-lethal arms", "armes à létalité réduite"),
    "blade_impact": ("blades and impact weapons", "armes blanches"),
    "pyrotechnic": ("pyrotechnics", "articles pyrotechniques"),
    "protective": ("protective gear", "équipements de protection"),
    "guide": ("guides and e-books", "guides et livres numériques"),
    "toxic": ("poisons", "poisons"),
    "placeholder": ("placeholders and custom orders", "annonces de réserve et commandes sur mesure"),
    "not_weapon": ("not weapons", "hors armes"),
}
"""Kind or group → its name in English and French."""

MEASURES: dict[str, tuple[str, str]] = {
    "listings": ("Listings", "distinct adverts over all captures of them"),
    "listings_keyword": (
        "Naive keyword count",
        "listings whose text holds a word for that kind: what a plain search gives",
    ),
    "offers": ("Items offered", "distinct items that the listings put on sale; one listing may offer several"),
    "stock": ("Stock stated", "what sellers say they hold; it proves no item"),
    "vendors": ("Sellers", "distinct seller handles; one person may have several"),
    "sales": ("Sales counted by the market", "the market’s own counters; they prove no sale"),
    "reviews": ("Reviews seen", "distinct reviews on captured pages"),
    "top_counter": ("Highest counter of one seller", "the market’s own counter; it proves no sale"),
    "top_reviews": ("Reviews of that seller seen", "distinct reviews on captured pages"),
    "sold": ("Sales between captures", "by how much the market’s own counters rose: a lower bound"),
    "price": ("Median price", "of one item, over listings; holding prices set aside"),
    "lowest_price": ("Lowest price", "of one item, holding prices set aside"),
    "highest_price": ("Highest price", "of one item, holding prices set aside"),
    "share": ("Share", "part of the listings of some kinds that are of one kind"),
    "difference": ("Difference", "listings of one kind less those of another"),
    "change": ("Change", "of the listings from one period to another, in per cent"),
    "population": ("Listings, those not captured among them", "by who was found again in a second crawl"),
    "named": ("Items that name a model", "distinct items on sale whose make and model match"),
    "alerts": ("Markings in a register", "likenesses of numbers; none is a hit until a person confirms it"),
}
"""Measure → its name and what it counts, in the order of the report's columns."""

STATES: dict[str, str] = {
    "count": "a count",
    "share": "a share",
    "money": "an amount of money",
    "transactions": "a number of sales",
    "existence": "that something exists",
    "comparison": "a comparison",
    "trend": "a trend",
    "quote": "a quotation",
    "attribution": "what somebody is said to have said",
    "date": "a date",
    "forecast": "a forecast",
    "opinion": "an opinion",
    "question": "a question",
}

MODES = {
    "asserted": "asserted by the article itself",
    "quoted": "in direct speech",
    "reported": "in indirect speech",
}

SIGNS = {"eq": "exactly", "approx": "about", "ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}

DECIDES_FR: dict[str, str] = {
    "market": "des captures des marchés visés, faites à la période visée, avec l’indication de la part du marché "
    "qu’elles couvrent",
    "whole_market": "une déclaration de l’auteur des captures selon laquelle elles tiennent le marché entier "
    "ces jours-là, ou une seconde collecte indépendante",
    "transactions": "des avis ou des commandes datés qui décrivent ces ventes, sur des pages de ce vendeur capturées "
    "alors",
    "origin": "des numéros de série ou de lot lus sur images ou sur pièces saisies, rapprochés des registres de "
    "transferts et de pertes\u00a0; ce qu’un vendeur dit de l’origine n’en prouve aucune",
    "money": "un état de ce qui était promis, alloué et livré à cette date, d’après des publications officielles",
    "share": "les deux nombres de la proportion, d’une même source et d’une même date\u00a0: pour des livraisons, "
    "ce qui a été envoyé et ce qui a été vérifié à l’arrivée",
    "date": "un document daté de l’événement",
    "attribution": "la déclaration elle-même\u00a0: le document, l’enregistrement ou l’entretien cité",
    "quote": "l’original de la citation",
    "existence": "des captures ou des registres officiels qui montrent la chose, avec leurs dates",
    "comparison": "la même mesure des deux côtés, d’une même source et d’une même date",
    "trend": "la même mesure à deux dates ou plus, sur des captures d’égale étendue",
    "reading": "la lecture, par une personne, des annonces reconnues comme telles, à la place de l’erreur mesurée "
    "de la reconnaissance automatique",
    "count": "des registres qui comptent la chose visée, avec leurs définitions et leurs dates",
}
"""What would decide a claim, in French, under the same names as in `muster.claims`."""


def look(word: str) -> VerdictLook:
    """Return how a verdict is shown.

    >>> look("cannot tell").mark, look("").word
    ('?', 'Not tested')
    """
    return VERDICTS[word]


def kind_name(kind: str, language: str = "en") -> str:
    """Return a kind's name for a reader; an unknown one as it stands.

    >>> kind_name("long_gun"), kind_name("long_gun", "fr"), kind_name("tank")
    ('long guns', 'armes longues', 'tank')
    """
    names = KINDS.get(kind)
    return kind if names is None else names[0 if language == "en" else 1]


def measure_name(measure: str) -> str:
    """Return a measure's name for a reader.

    >>> measure_name("offers"), measure_name("items_seized")
    ('Items offered', 'Items seized')
    """
    return MEASURES[measure][0] if measure in MEASURES else measure.replace("_", " ").capitalize()


def scope_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an estimate was taken over, from the canonical JSON in its row.

    >>> scope_of({"scope": '{"kind":"handgun","market":"","period":""}'})["kind"]
    'handgun'
    """
    found: dict[str, Any] = json.loads(row["scope"])
    return found


def scope_name(scope: Mapping[str, Any], language: str = "en") -> str:
    """Return a scope in words.

    >>> scope_name({"kind": "handgun", "market": "bazaar", "period": "2014-03-01/2014-03-31"})
    'handguns · bazaar · March 2014'
    >>> scope_name({"kind": ["handgun", "toxic"], "market": "", "period": ""})
    'handguns, poisons · all markets held'
    """
    if "ledger" in scope:
        return _ledger_scope(scope)
    kinds = scope.get("kind", "all")
    listed = kinds if isinstance(kinds, list) else [kinds]
    parts = [", ".join(kind_name(str(kind), language) for kind in listed)]
    parts.append(str(scope.get("market") or "all markets held"))
    parts += [period(str(scope["period"]))] if scope.get("period") else []
    parts += [f"{k} {v}" for k, v in sorted(scope.items()) if k not in ("kind", "market", "period") and v]
    return BETWEEN.join(parts)


def _ledger_scope(scope: Mapping[str, Any]) -> str:
    what = " ".join(t for t in (scope["item"] or "all items", f"({scope['part']})" if scope["part"] else "") if t)
    who = [f"from {scope['supplier']}"] if scope["supplier"] else []
    who += [f"to {scope['recipient']}"] if scope["recipient"] else []
    parts = [what, " ".join(who) or "anybody", ", ".join(scope["ledger"])]
    return BETWEEN.join([*parts, *([period(str(scope["period"]))] if scope["period"] else [])])


def asserts(claim: Mapping[str, Any]) -> str:
    """Return what a claim was read as: comparator, value, unit, place, period.

    >>> claim = {"comparator": "ge", "value_low": 1000.0, "value_high": 1000.0, "unit": "weapon systems",
    ...          "place": "UA", "period": "2022", "subject": "weapons on sale", "measure": "count"}
    >>> asserts(claim)
    'at least 1,000 weapon systems — weapons on sale · place UA · period 2022'
    """
    low, high, sign = claim["value_low"], claim["value_high"], SIGNS.get(claim["comparator"], "")
    value = "" if low is None else number(low) if low in (high, None) or high is None else ""
    if low is not None and not value:
        value = f"between {number(low)} and {number(high)}"
    amount = " ".join(part for part in (sign if value else "", value, claim["unit"] if value else "") if part)
    parts = [" — ".join(part for part in (amount, claim["subject"]) if part) or str(claim["measure"])]
    parts += [f"{name} {claim[name]}" for name in ("place", "period") if claim[name]]
    return " · ".join(parts)
