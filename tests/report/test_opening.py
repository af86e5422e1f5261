"""The opening paragraph says what is known, what is not and what would decide it, and no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muster.claims.measures import evidence
from muster.report import ReportData, summary
from muster.report.words import DECIDES_FR

Make = Callable[..., ReportData]


def test_the_english_opening_speaks_of_the_english_article(make_data: Make) -> None:
    text = summary(make_data(), "en")
    assert "The article of 10 April 2014 makes 6 statements" in text
    assert "supports 1, contradicts 1 and cannot settle 2" in text
    assert "23 listings (95% interval 19–28) of weapons" in text
    assert "a plain search for weapon words finds 61" in text
    assert "Contradicted: “Thousands of weapon systems sent by allies can be found there”" in text


def test_the_french_opening_is_french(make_data: Make) -> None:
    text = summary(make_data(), "fr")
    assert text.startswith("Ce que l’on sait\xa0: L’article du 10 avril 2014 contient 3 affirmations")
    assert "«\xa0Les deux tiers des livraisons ne sont jamais arrivés\xa0»" in text
    assert "du 1er mars 2014 au 1er avril 2014 (dont 5 de date inconnue)" in text
    assert "Ce qui trancherait\xa0: " in text
    assert "serial numbers" not in text


@pytest.mark.parametrize("sort", sorted(DECIDES_FR))
def test_french_knows_every_sort_of_evidence(make_data: Make, sort: str) -> None:
    data = make_data()
    waits: dict[str, Any] = {**data.verdicts["clm:tiers"], "would_decide": evidence(sort)}
    told = summary(make_data(verdicts={"clm:tiers": waits}), "fr")
    assert DECIDES_FR[sort] in told
    assert evidence(sort) in summary(make_data(verdicts={"clm:tiers": waits}, articles=data.articles[1:]), "en")


def test_an_unknown_count_is_said_to_be_unknown(make_data: Make) -> None:
    data = make_data(headline=("est:explosive",))
    assert "how many listings of explosives they show cannot be told" in summary(data, "en")
    assert "explosifs\xa0» ne peut être déterminé" in summary(data, "fr")


def test_no_capture_is_said_to_be_none(make_data: Make) -> None:
    text = summary(make_data(coverage=(), headline=()), "en")
    assert "It holds no capture of any market." in text
    assert "0 captured" not in text


def test_sellers_words_prove_nothing_in_either_language(make_data: Make) -> None:
    assert "says of origin or stock proves neither" in summary(make_data(), "en")
    assert "ne prouve ni l’une ni l’autre" in summary(make_data(), "fr")


def test_many_claims_are_counted_and_not_all_quoted(make_data: Make) -> None:
    data = make_data()
    untold = {c["id"]: {**data.verdicts["clm:sold"], "claim": c["id"], "id": "vrd:" + c["id"]} for c in data.claims}
    assert "” and 3 more. Nothing follows" in summary(make_data(verdicts=untold), "en")
