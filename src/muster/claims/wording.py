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
        "top_counter": "sales by one seller’s counter", "stock": "items in stated stock", "sold": "sales",
        "named": "items that name it", "price": "US dollars for one item (median)", "share": "of the listings",
        "difference": "listings more or fewer", "change": "from one period to the other",
        "lower": ": at least {low} {unit} in the captures of {markets}",
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
        "top_counter": "ventes au compteur d’un vendeur", "stock": "articles en stock déclaré", "sold": "ventes",
        "named": "articles qui portent ce nom", "price": "dollars américains l’unité (médiane)",
        "share": "des annonces", "difference": "annonces de plus ou de moins", "change": "d’une période à l’autre",
        "lower": "\u00a0: au moins {low} {unit} dans les captures de {markets}",
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
        "sold": "Verkäufe", "named": "Stück, die so heißen", "price": "US-Dollar je Stück (Median)",
        "share": "der Anzeigen", "difference": "Anzeigen mehr oder weniger",
        "change": "von einem Zeitraum zum anderen",
        "lower": ": mindestens {low} {unit} in den Aufnahmen von {markets}",
    },
}  # fmt: skip
"""Language → the pieces of its sentences; an article in another language is told in English."""


def said(trial: Trial, language: str) -> str:
    """Return a trial's verdict in a language.

    >>> from muster.claims.compile import Compiled
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
    if verdict.basis == "measured" and found is not None and found.measure in words and found.value is not None:
        told = {name: _figure(number, found.unit, language) for name, number in
                (("value", found.value), ("low", found.low), ("high", found.high)) if number is not None}  # fmt: skip
        text += words["counted" if "high" in told else "lower"].format(
            **told, unit=words[found.measure], markets=", ".join(found.coverage.markets)
        )
    return text + "."


def _figure(value: float, unit: str, language: str) -> str:
    """Return a number as the language writes it.

    >>> _figure(0.125, "share", "fr"), _figure(1250.0, "items", "de"), _figure(-3.21, "percent", "en")
    ('12,5\xa0%', '1.250', '-3.21%')
    """
    value = 100 * value if unit == "share" else value
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if language == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    elif language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    percent = {"fr": "\u00a0%", "de": "\u00a0%"}.get(language, "%")
    return text + percent if unit in ("share", "percent") else text
