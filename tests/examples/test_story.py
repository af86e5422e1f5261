"""The invented story: both languages tell it, and each of its numbers can be checked by hand against the truth."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from muster.case import open_case
from muster.model import WEAPON_KINDS

APRIL = "captures/2014-04-01"
MARCH = "captures/2014-03-01"


@pytest.fixture(scope="module")
def truth(bazaar: Path) -> list[dict[str, Any]]:
    """Return the rows of the truth file."""
    return [json.loads(line) for line in (bazaar / "expected.jsonl").read_text(encoding="utf-8").splitlines()]


def weapons(rows: list[dict[str, Any]], day: str) -> list[dict[str, Any]]:
    """Return the rows of one day that offer a weapon."""
    return [row for row in rows if row["file"].startswith(day) and row["kind"] in WEAPON_KINDS]


def read(bazaar: Path, name: str) -> str:
    """Return an article or a reference, line breaks as spaces."""
    return " ".join((bazaar / name).read_text(encoding="utf-8").split())


def test_the_case_file_opens_and_names_files_that_are_there(bazaar: Path) -> None:
    case = open_case(bazaar)
    (source,) = case.file.source
    assert (source.profile, source.complete) == ("bazaar", True)
    assert [article.published for article in case.file.article] == [date(2014, 4, 10)] * 2
    paths = [source.path, *(entry.path for entry in (*case.file.article, *case.file.reference))]
    assert all(case.path(path).exists() for path in paths)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "Thousands of weapon systems sent by the allies to Ruritania can be found on sale on Bazaar",
                "One of the listed sellers alone already has 32 successful transactions",
                "At least two pistols were offered on Bazaar in March 2014",
                "Three sellers offer weapons there",
                "more than 500 anti-tank missiles",
                "on the internet",
                "Two thirds of the deliveries never arrived",
                "another 3 billion dollars",
                "900 million dollars",
                "By next winter",
                "own cities?",
            ),
        ),
        (
            "fr",
            (
                "Des milliers de systèmes d’armes envoyés par les alliés en Ruritanie "
                "peuvent être trouvés en vente sur Bazaar",
                "L’un des vendeurs de la liste compte à lui seul 32 transactions réussies",
                "Au moins deux pistolets étaient proposés sur Bazaar en mars 2014",
                "Trois vendeurs y proposent des armes",
                "plus de 500 missiles antichars",
                "sur internet",
                "Les deux tiers des livraisons ne sont jamais arrivés",
                "3 milliards de dollars supplémentaires",
                "900 millions de dollars",
                "L’hiver prochain",
                "propres villes ?",
            ),
        ),
    ],
)
def test_both_languages_tell_the_story(bazaar: Path, language: str, sentences: tuple[str, ...]) -> None:
    article = read(bazaar, f"articles/{language}.txt")
    assert 250 <= len(article.split()) <= 350
    assert not [sentence for sentence in sentences if sentence not in article]


def test_two_pistols_were_offered_in_march(truth: list[dict[str, Any]]) -> None:
    assert sum(row["kind"] == "handgun" for row in weapons(truth, MARCH)) == 2


def test_three_sellers_offer_seven_weapons_in_april(truth: list[dict[str, Any]]) -> None:
    rows = weapons(truth, APRIL)
    assert (len(rows), len({row["vendor"] for row in rows})) == (7, 3)


def test_even_the_stated_stock_of_both_days_is_far_from_thousands(truth: list[dict[str, Any]]) -> None:
    stocks = {row["listing"]: row["stock"] for row in truth if row["kind"] in WEAPON_KINDS}
    assert sum(stocks.values()) < 100


def test_the_highest_counter_of_a_seller_of_weapons_is_32_without_a_review(truth: list[dict[str, Any]]) -> None:
    rows = weapons(truth, APRIL)
    totals = {
        vendor: tuple(sum(row[name] for row in rows if row["vendor"] == vendor) for name in ("sales", "reviews"))
        for vendor in {row["vendor"] for row in rows}
    }
    assert max(totals.values()) == (32, 0)


def test_one_quotation_lost_its_no_and_the_other_got_a_bracket(bazaar: Path) -> None:
    article, reference = read(bazaar, "articles/en.txt"), read(bazaar, "references/institute-2014-03.txt")
    altered = "We have found evidence that weapons delivered to Ruritania were resold on hidden markets."
    assert altered in article
    assert altered.replace("found evidence", "found no evidence") in reference
    bracketed = "the rifles of the last war in [Graustark] are still used by criminal groups today"
    assert bracketed in article
    assert bracketed.replace("[Graustark]", "the region") in reference


def test_the_finding_counts_what_the_truth_counts(bazaar: Path) -> None:
    (finding,) = open_case(bazaar).file.finding
    assert finding.claim in read(bazaar, "articles/en.txt")
    assert finding.grade == "secondary"
    assert "seven offers of weapons by three sellers" in finding.says
