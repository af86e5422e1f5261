"""Who copied whom: one source told several times is one source, and what changed on the way is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.articles import Articles, read_articles
from muster.case import open_case
from muster.claims import article, read
from muster.claims.chain import Chain, Telling, chain, tell
from muster.claims.likeness import concordance, same_name

FIRST = """\
Missiles on Bazaar

"Two thirds of the weapons never arrived in Ruritania," said Ada Lumley in Strelsau.

More than 40 missiles were offered on Bazaar. The police of Strelsau counted 32 transactions there.

Parliament in Strelsau wants 3 billion dollars for Ruritania. A guard of Castle Tarlenheim lost 15 rifles.
"""

RETOLD = """\
Des missiles sur Bazaar

« Les deux tiers de l’argent ne sont jamais arrivés en Ruritanie », a déclaré Ada Lumley à Strelsau.

Plus de 40 missiles étaient proposés sur Bazaar. La police de Strelsau y compte 32 transactions.

Le parlement de Strelsau veut 3 milliards de dollars pour la Ruritanie. Un garde de Tarlenheim a perdu 15 fusils.
"""

OTHER = """\
The harbour of Strelsau

The police of Strelsau searched 12 houses last week. Ada Lumley was there.

Parliament in Ruritania will meet in June. It has 320 seats.
"""


def telling(text: str, path: str = "a.txt", day: date | None = date(2014, 5, 2), outlet: str = "") -> Telling:
    """Return a text as a telling of a story."""
    read_as = article(text.encode(), published=day)
    return tell(path, outlet, read_as, read(read_as))


def told(found: Chain) -> set[tuple[str, str]]:
    """Return the kinds and words of all changes."""
    return {(change.kind, change.says) for copy in found.copies for change in copy.changes}


def test_a_story_retold_in_another_language_is_one_source() -> None:
    found = chain([telling(FIRST), telling(RETOLD, "b.txt", date(2014, 5, 6))])
    assert found.says == "2 articles, 1 source"
    (copy,) = found.copies
    assert (copy.earlier.path, copy.later.path, copy.direction) == ("a.txt", "b.txt", "dated")


def test_another_article_about_the_same_people_is_another_source() -> None:
    found = chain([telling(FIRST), telling(OTHER, "b.txt")])
    assert found.says == "2 articles, at most 2 independent sources"


def test_weapons_that_became_money_are_named() -> None:
    found = chain([telling(FIRST), telling(RETOLD, "b.txt", date(2014, 5, 6))])
    assert ("subject", "two thirds of the weapons became two thirds of the money") in told(found)


def test_a_number_that_became_another_is_named() -> None:
    altered = FIRST.replace("40 missiles", "400 missiles").replace("said Ada Lumley", "said Ada de Lumley")
    found = told(chain([telling(FIRST), telling(altered, "b.txt", date(2014, 5, 3))]))
    assert ("value", "40 missiles became 400") in found
    assert ("name", "“Ada Lumley” became “Ada de Lumley”") in found


def test_an_article_told_again_without_a_change_has_none() -> None:
    assert told(chain([telling(FIRST), telling(FIRST + "\nPrinted again.", "b.txt", date(2014, 5, 3))])) == set()


def test_direction_needs_a_date_or_a_name() -> None:
    same_day = chain([telling(FIRST), telling(RETOLD, "b.txt")])
    assert [copy.direction for copy in same_day.copies] == ["unknown"]
    undated = chain([telling(FIRST, day=None), telling(RETOLD, "b.txt", None)])
    assert [copy.direction for copy in undated.copies] == ["unknown"]
    named = RETOLD.replace("La police de Strelsau y compte", "Selon The Harbour Gazette, il y a")
    found = chain([telling(FIRST, outlet="The Harbour Gazette"), telling(named, "b.txt")])
    assert [(copy.direction, copy.earlier.path) for copy in found.copies] == [("cited", "a.txt")]


def test_nobody_copies_from_what_was_printed_later() -> None:
    named = RETOLD + "\nSelon The Harbour Gazette, il y a 15 fusils.\n"
    found = chain([telling(FIRST, outlet="The Harbour Gazette"), telling(named, "b.txt", date(2014, 5, 1))])
    assert [(copy.direction, copy.earlier.path) for copy in found.copies] == [("dated", "b.txt")]


def test_who_gives_himself_as_a_source_is_named() -> None:
    assert chain([telling(FIRST + "\nAs we reported, it is so.\n", outlet="Plumb Line")]).loops == (
        "Plumb Line gives itself as a source",
    )
    first = telling(FIRST + "\nAccording to Plumb Line, 50 rifles are gone.\n", "a.txt", outlet="The Gazette")
    second = telling(OTHER + "\nAccording to The Gazette, 50 rifles are gone.\n", "b.txt", outlet="Plumb Line")
    assert chain([first, second]).loops == ("Plumb Line and The Gazette give each other as a source",)


@settings(deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_the_files_does_not_matter(order: list[int]) -> None:
    texts = [telling(FIRST), telling(RETOLD, "b.txt", date(2014, 5, 6)), telling(OTHER, "c.txt"),
             telling(FIRST.replace("40", "45"), "d.txt", date(2014, 5, 7))]  # fmt: skip
    found, expected = chain([texts[i] for i in order]), chain(texts)
    assert [copy.id for copy in found.copies] == [copy.id for copy in expected.copies]
    assert found.sources == expected.sources


@given(st.lists(st.integers(), unique=True, min_size=2, max_size=7))
def test_the_chance_of_an_order_is_the_share_of_orders_that_are_as_good(positions: list[int]) -> None:
    from itertools import permutations

    def inversions(order: tuple[int, ...] | list[int]) -> int:
        return sum(a > b for i, a in enumerate(order) for b in order[i + 1 :])

    own = inversions(positions)
    everything = [inversions(order) for order in permutations(positions)]
    as_good = sum(n <= own for n in everything) / len(everything)
    assert concordance(positions)[1] == pytest.approx(as_good, rel=1e-3)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Ruritania", "Ruritanie", True),
        ("Мартен Холловей-Вей", "Marten Holloway-Vey", True),
        ("Strelsau", "Strelsau", True),
        ("Ada", "Ida", False),
        ("Harbour Gazette", "Harbour Museum", False),
    ],
)
def test_names_are_one_across_scripts_and_endings(left: str, right: str, same: bool) -> None:
    assert same_name(left, right) is same


@pytest.fixture(scope="module")
def rumour() -> Articles:
    return read_articles(open_case(Path(__file__).resolve().parents[2] / "examples" / "rumour"))


def test_the_rumour_is_four_articles_and_two_sources(rumour: Articles) -> None:
    assert rumour.chain.says == "4 articles, at most 2 independent sources"
    by_path = {t.path.split("/")[1][0]: rumour.chain.sources[t.id] for t in rumour.chain.tellings}
    assert by_path == {"1": 1, "2": 1, "3": 2, "4": 1}
    assert rumour.chain.loops == ("Lakeside Institute gives itself as a source",
                                  "Morning Lantern gives itself as a source")  # fmt: skip


@pytest.mark.parametrize(
    ("file", "words", "use", "says"),
    [
        ("1", "Weapons sent to a war", "faithful", "has these words"),
        ("1", "More than 40 anti-tank", "no source given", ""),
        ("4", "Weapons sent to a war", "altered", "“[Graustark]” stands for “the region”"),
        ("4", "Weapons sent to a war", "altered", "dates these words 2014-05; the reference text is of 2014-03-17"),
        ("4", "We have found evidence", "altered", "leaves out “no”"),
        ("2", "Les armes envoyées", "source not at hand", "older than the story"),
        ("4", "Two thirds", "source not at hand", "no reference text of this case is by"),
    ],
)
def test_each_quotation_and_number_says_how_it_uses_its_source(
    rumour: Articles, file: str, words: str, use: str, says: str
) -> None:
    (path,) = [p for p in rumour.claims if f"/{file}-" in p]
    (claim,) = [c for c in rumour.claims[path] if c.quote.startswith(words)]
    found = rumour.use_of_source(claim)
    assert found.use == use
    assert says in found.says
