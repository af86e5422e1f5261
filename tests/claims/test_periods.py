"""Relative dates are resolved from the day of publication, in seven languages."""

from __future__ import annotations

from datetime import date

import pytest

from muster.claims.languages import known, rules
from muster.claims.periods import period_in

SAID = ["2022-02-24/", "2022-03", "2021", "2022-06-08", "2022-05-30/2022-06-05", "2021-03"]
WORDS = {
    "en": ["since the war began", "last March", "last year", "yesterday", "last week", "in March last year"],
    "fr": ["depuis le début de la guerre", "en mars dernier", "l'année dernière", "hier", "la semaine dernière",
           "en mars de l'année dernière"],
    "de": ["seit Kriegsbeginn", "im vergangenen März", "im vergangenen Jahr", "gestern", "vergangene Woche",
           "im März vergangenen Jahres"],
    "es": ["desde el inicio de la guerra", "el pasado marzo", "el año pasado", "ayer", "la semana pasada",
           "en marzo del año pasado"],
    "pt": ["desde o início da guerra", "em março passado", "no ano passado", "ontem", "na semana passada",
           "em março do ano passado"],
    "uk": ["з початку війни", "минулого березня", "торік", "вчора", "минулого тижня", "у березні минулого року"],
    "ru": ["с начала войны", "в марте", "в прошлом году", "вчера", "на прошлой неделе", "в марте прошлого года"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words", "said"), [(code, w, s) for code in known() for w, s in zip(WORDS[code], SAID, strict=True)]
)
def test_a_relative_date_is_resolved_from_the_day_of_publication(language: str, words: str, said: str) -> None:
    assert period_in(words, date(2022, 6, 9), rules(language)) == said


def test_without_a_day_of_publication_nothing_is_resolved() -> None:
    assert period_in("last year", None, rules("en")) == ""
