"""A verdict as one plain sentence in the article's language, never stronger than the numbers."""

from __future__ import annotations

from collections.abc import Mapping

from muster.claims.test import Trial
from muster.model import Estimate

_SENTENCES = {
    "en": {
        "supported": "What this case holds bears this out",
        "contradicted": "What this case holds contradicts this",
        "cannot tell": "What this case holds cannot settle this",
        "not checkable": "No evidence could settle this",
        "reported": " (reported by others, not measured here)",
        "counted": ": {number} in the captures of {markets} (95% interval: {low} to {high})",
        "lower": ": at least {number} in the captures of {markets}",
        "exact": ": {number} in the captures of {markets}",
    },
    "fr": {
        "supported": "Ce que ce dossier détient va dans ce sens",
        "contradicted": "Ce que ce dossier détient contredit cette affirmation",
        "cannot tell": "Ce que ce dossier détient ne permet pas d’en décider",
        "not checkable": "Aucune preuve ne pourrait en décider",
        "reported": " (selon d’autres, non mesuré ici)",
        "counted": "\u00a0: {number} dans les captures de {markets} (intervalle à 95\u00a0%\u00a0: de {low} à {high})",
        "lower": "\u00a0: au moins {number} dans les captures de {markets}",
        "exact": "\u00a0: {number} dans les captures de {markets}",
    },
    "de": {
        "supported": "Was in diesem Fall vorliegt, stützt diese Aussage",
        "contradicted": "Was in diesem Fall vorliegt, widerspricht dieser Aussage",
        "cannot tell": "Was in diesem Fall vorliegt, reicht nicht aus, das zu entscheiden",
        "not checkable": "Kein Beleg könnte das entscheiden",
        "reported": " (von anderen berichtet, hier nicht gemessen)",
        "counted": ": {number} in den Aufnahmen von {markets} (95-%-Intervall: {low} bis {high})",
        "lower": ": mindestens {number} in den Aufnahmen von {markets}",
        "exact": ": {number} in den Aufnahmen von {markets}",
    },
}
"""Language → the pieces of its sentences; an article in another language is told in English."""

NUMBERS = {
    "en": {
        "offers": ("{} item", "{} items"), "listings": ("{} listing", "{} listings"),
        "vendors": ("{} seller", "{} sellers"),
        "sales": ("{} sale by the market’s own counters", "{} sales by the market’s own counters"),
        "sold": ("{} sale by the market’s own counters", "{} sales by the market’s own counters"),
        "reviews": ("{} review", "{} reviews"), "top_reviews": ("{} review", "{} reviews"),
        "top_counter": ("{} sale by one seller’s counter", "{} sales by one seller’s counter"),
        "stock": ("{} item in stated stock", "{} items in stated stock"),
        "named": ("{} item that bears the name", "{} items that bear the name"),
        "price": ("a median price of {} US dollar for one item", "a median price of {} US dollars for one item"),
        "share": ("{} of the listings", "{} of the listings"),
        "difference": ("a difference of {} listing", "a difference of {} listings"),
        "change": ("a change of {} from one period to the other", "a change of {} from one period to the other"),
    },
    "fr": {
        "offers": ("{} article", "{} articles"), "listings": ("{} annonce", "{} annonces"),
        "vendors": ("{} vendeur", "{} vendeurs"),
        "sales": ("{} vente selon les compteurs du marché", "{} ventes selon les compteurs du marché"),
        "sold": ("{} vente selon les compteurs du marché", "{} ventes selon les compteurs du marché"),
        "reviews": ("{} avis", "{} avis"), "top_reviews": ("{} avis", "{} avis"),
        "top_counter": ("{} vente au compteur d’un vendeur", "{} ventes au compteur d’un vendeur"),
        "stock": ("{} article en stock déclaré", "{} articles en stock déclaré"),
        "named": ("{} article qui porte ce nom", "{} articles qui portent ce nom"),
        "price": ("un prix médian de {} dollar américain l’unité", "un prix médian de {} dollars américains l’unité"),
        "share": ("{} des annonces", "{} des annonces"),
        "difference": ("une différence de {} annonce", "une différence de {} annonces"),
        "change": ("une variation de {} d’une période à l’autre", "une variation de {} d’une période à l’autre"),
    },
    "de": {
        "offers": ("{} Stück", "{} Stück"), "listings": ("{} Anzeige", "{} Anzeigen"),
        "vendors": ("{} Verkäufer", "{} Verkäufer"),
        "sales": ("{} Verkauf laut den Zählern des Marktes", "{} Verkäufe laut den Zählern des Marktes"),
        "sold": ("{} Verkauf laut den Zählern des Marktes", "{} Verkäufe laut den Zählern des Marktes"),
        "reviews": ("{} Bewertung", "{} Bewertungen"),
        "top_reviews": ("{} Bewertung", "{} Bewertungen"),
        "top_counter": ("{} Verkauf am Zähler eines Verkäufers", "{} Verkäufe am Zähler eines Verkäufers"),
        "stock": ("{} Stück im angegebenen Bestand", "{} Stück im angegebenen Bestand"),
        "named": ("{} Stück dieses Namens", "{} Stück dieses Namens"),
        "price": ("im Median {} US-Dollar je Stück", "im Median {} US-Dollar je Stück"),
        "share": ("{} der Anzeigen", "{} der Anzeigen"),
        "difference": ("ein Unterschied von {} Anzeige", "ein Unterschied von {} Anzeigen"),
        "change": ("eine Änderung um {} von einem Zeitraum zum anderen",) * 2,
    },
}  # fmt: skip
"""Language → measure → its number, of one and of several. Measures that stand beside a claim only are not told."""


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
    if verdict.basis == "measured" and found is not None and found.value is not None:
        text += _counted(found, language if language in NUMBERS else "en", words)
    return text + "."


def _counted(found: Estimate, language: str, words: Mapping[str, str]) -> str:
    """Return the number as part of the sentence: with its interval, from below alone, or as it is."""
    forms = NUMBERS[language].get(found.measure)
    if forms is None or found.value is None or found.low is None:
        return ""
    low = _figure(found.low, found.unit, language)
    piece = "lower" if found.high is None else "exact" if found.low == found.high else "counted"
    shown = found.low if piece == "lower" else found.value
    one = abs(shown) < 2 if language == "fr" else shown == 1
    return words[piece].format(
        number=forms[0 if one else 1].format(_figure(shown, found.unit, language)), low=low,
        high=_figure(found.high, found.unit, language) if found.high is not None else "",
        markets=", ".join(found.coverage.markets),
    )  # fmt: skip


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
