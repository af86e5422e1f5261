"""A verdict as one plain sentence in the article's language, never stronger than the numbers."""

from __future__ import annotations

from muster.claims.test import Trial

_SENTENCES = {
    "en": {
        "supported": "What this case holds bears this out",
        "contradicted": "What this case holds contradicts this",
        "cannot tell": "What this case holds cannot settle this",
        "not checkable": "No evidence could settle this",
        "reported": " (reported by others, not measured here)",
        "counted": ": {value} {unit} in the captures of {markets} (95% interval {low} to {high})",
        "offers": "items", "listings": "listings", "vendors": "sellers", "sales": "sales", "reviews": "reviews",
        "top_counter": "sales by one seller’s counter", "stock": "items in stated stock",
    },
    "fr": {
        "supported": "Ce que ce dossier détient va dans ce sens",
        "contradicted": "Ce que ce dossier détient contredit cette affirmation",
        "cannot tell": "Ce que ce dossier détient ne permet pas d’en décider",
        "not checkable": "Aucune preuve ne pourrait en décider",
        "reported": " (selon d’autres, non mesuré ici)",
        "counted": "\u00a0: {value} {unit} dans les captures de {markets} "
        "(intervalle à 95\u00a0%\u00a0: {low} à {high})",
        "offers": "articles", "listings": "annonces", "vendors": "vendeurs", "sales": "ventes", "reviews": "avis",
        "top_counter": "ventes au compteur d’un vendeur", "stock": "articles en stock déclaré",
    },
    "de": {
        "supported": "Was in diesem Fall vorliegt, stützt diese Aussage",
        "contradicted": "Was in diesem Fall vorliegt, widerspricht dieser Aussage",
        "cannot tell": "Was in diesem Fall vorliegt, lässt das nicht entscheiden",
        "not checkable": "Kein Beleg könnte das entscheiden",
        "reported": " (von anderen berichtet, hier nicht gemessen)",
        "counted": ": {value} {unit} in den Aufnahmen von {markets} (95-%-Intervall {low} bis {high})",
        "offers": "Stück", "listings": "Anzeigen", "vendors": "Verkäufer", "sales": "Verkäufe",
        "reviews": "Bewertungen",
        "top_counter": "Verkäufe am Zähler eines Verkäufers", "stock": "Stück im angegebenen Bestand",
    },
}  # fmt: skip
"""Language → the pieces of its sentences; an article in another language is told in English."""


def said(trial: Trial, language: str) -> str:
    """Return a trial's verdict in a language.

    >>> from muster.claims.measures import Compiled
    >>> from muster.model import Verdict
    >>> said(Trial(Verdict("clm:1", "not checkable", "", ""), Compiled("", None, False, "", ""), ()), "fr")
    'Aucune preuve ne pourrait en décider.'
    """
    words = _SENTENCES.get(language, _SENTENCES["en"])
    verdict = trial.verdict
    text = words[verdict.verdict]
    if verdict.basis == "reported by":
        return text + words["reported"] + "."
    found = next((e for e in trial.estimates if e.measure == trial.compiled.measure and e.low is not None), None)
    if verdict.basis == "measured" and found is not None and found.measure in words:
        assert found.value is not None
        assert found.low is not None
        assert found.high is not None
        text += words["counted"].format(
            value=f"{found.value:g}", unit=words[found.measure], markets=", ".join(found.coverage.markets),
            low=f"{found.low:g}", high=f"{found.high:g}",
        )  # fmt: skip
    return text + "."
