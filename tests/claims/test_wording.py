"""Verdicts as sentences: each language has words for each verdict and measure, and none says more than the numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.claims.compile import Compiled
from muster.claims.test import Trial
from muster.claims.wording import NUMBERS, said
from muster.estimate import MEASURES, Scope
from muster.model import Coverage, Estimate, Verdict, VerdictWord

BAZAAR = Coverage(("bazaar",), date(2014, 3, 1), date(2014, 4, 1), captures=40, undated=0, days=2)
WORDS: tuple[VerdictWord, ...] = ("supported", "contradicted", "cannot tell")


def _said(measure: str, word: VerdictWord, language: str, ends: tuple[float, float, float | None]) -> str:
    found = Estimate(measure, {}, *ends, MEASURES[measure].unit, "", 9, BAZAAR)
    verdict = Verdict("clm:1", word, "measured", "", estimates=(found.id,))
    return said(Trial(verdict, Compiled(measure, Scope(), True, "", ""), (found,)), language)


def test_every_measure_that_can_decide_a_claim_has_words_in_every_language() -> None:
    deciding = {name for name, measure in MEASURES.items() if measure.bounds != "none"}
    for language, measures in NUMBERS.items():
        assert deciding <= set(measures), language
        assert set(measures) == set(NUMBERS["en"])


@pytest.mark.parametrize(
    ("measure", "language", "ends", "sentence"),
    [
        ("offers", "en", (9, 6, 14), "What this case holds contradicts this: 9 items in the captures of bazaar "
         "(95% interval: 6 to 14)."),
        ("vendors", "en", (1, 1, 1), "What this case holds contradicts this: 1 seller in the captures of bazaar."),
        ("vendors", "fr", (3, 2, 4), "Ce que ce dossier détient contredit cette affirmation\u00a0: 3 vendeurs dans les "
         "captures de bazaar (intervalle à 95\u00a0%\u00a0: de 2 à 4)."),
        ("listings", "de", (1250, 1100, 1400), "Was in diesem Fall vorliegt, widerspricht dieser Aussage: 1.250 "
         "Anzeigen in den Aufnahmen von bazaar (95-%-Intervall: 1.100 bis 1.400)."),
        ("named", "de", (7, 6, None), "Was in diesem Fall vorliegt, widerspricht dieser Aussage: mindestens 6 Stück "
         "dieses Namens in den Aufnahmen von bazaar."),
        ("share", "fr", (0.125, 0.1, 0.15), "Ce que ce dossier détient contredit cette affirmation\u00a0: 12,5\u00a0% "
         "des annonces dans les captures de bazaar (intervalle à 95\u00a0%\u00a0: de 10\u00a0% à 15\u00a0%)."),
        ("difference", "en", (-20, -24, -15), "What this case holds contradicts this: a difference of -20 listings in "
         "the captures of bazaar (95% interval: -24 to -15)."),
    ],
)  # fmt: skip
def test_a_verdict_is_one_plain_sentence(
    measure: str, language: str, ends: tuple[float, float, float | None], sentence: str
) -> None:
    assert _said(measure, "contradicted", language, ends) == sentence


@given(
    st.sampled_from(sorted(NUMBERS["en"])), st.sampled_from(WORDS), st.sampled_from(["en", "fr", "de", "uk"]),
    st.integers(0, 400), st.integers(0, 400), st.integers(0, 400), st.booleans(),
)  # fmt: skip
def test_no_sentence_is_stronger_than_its_interval(
    measure: str, word: VerdictWord, language: str, low: int, more: int, most: int, bounded: bool
) -> None:
    ends = (float(low + more), float(low), float(low + more + most) if bounded else None)
    text = _said(measure, word, language, ends)
    assert text.startswith({"uk": "What this", "en": "What this", "fr": "Ce que", "de": "Was in"}[language])
    if not bounded:  # a lower bound says its bound and not what is most likely
        assert any(least in text for least in ("at least", "au moins", "mindestens"))
    elif more + most:
        assert "95" in text
    others = {"supported": ("contradict", "contredit", "widerspricht"), "contradicted": ("bears", "va dans", "stützt"),
              "cannot tell": ("contradict", "contredit", "widerspricht", "bears", "va dans", "stützt")}  # fmt: skip
    assert not any(stronger in text for stronger in others[word])
