"""Use of source: numbers and quotations against what the reference really says, and when it was said."""

from __future__ import annotations

from datetime import date

import pytest

from muster.claims import article, read
from muster.claims.chain import Telling, tell
from muster.claims.sourcing import use_of_source

PUBLISHED = date(2014, 5, 2)
REFERENCE = """\
Note 7

We lost track of two thirds of the money. At least 500 missiles were promised. Deliveries take a long time to arrive.
"""


def telling(text: str, day: date, outlet: str = "") -> Telling:
    """Return a text as a telling."""
    text_read = article(text.encode(), published=day, language="en")
    return tell("note.txt", outlet, text_read, read(text_read))


@pytest.mark.parametrize(
    ("sentence", "use", "says"),
    [
        ("According to the Lakeside Institute, two thirds of the weapons are lost.", "altered",
         "this is a share of the money, not of the weapons"),
        ("According to the Lakeside Institute, two thirds of the money is lost.", "faithful", "has this number"),
        ("According to the Lakeside Institute, more than 500 missiles were promised.", "faithful", "has this number"),
        ("According to the Lakeside Institute, 500 rifles were promised.", "altered", "counts missiles, not rifles"),
        ("According to the Lakeside Institute, at most 500 missiles were promised.", "altered",
         "“at least”, not “at most”"),
        ("According to the Harbour Board, 500 missiles were promised.", "source not at hand", "by Harbour Board"),
        ("They were promised 500 missiles.", "no source given", ""),
        ('"Deliveries take a long time to arrive," the Lakeside Institute wrote.', "faithful", "has these words"),
        ('"Deliveries take a long time to arrive," the Lakeside Institute said about this development.',
         "wrong context", "put as a comment on a story first told here 2014-05-02"),
        ('"Deliveries take a long time to arrive," the Lakeside Institute wrote in April 2014.', "wrong context",
         "dates these words 2014-04"),
        ('"Deliveries take no time to arrive," the Lakeside Institute wrote.', "altered", "“no” instead of “a long”"),
    ],
)  # fmt: skip
def test_the_use_of_a_source(sentence: str, use: str, says: str) -> None:
    told = telling(f"A title\n\n{sentence}\n", PUBLISHED)
    held = telling(REFERENCE, date(2014, 3, 17), "Lakeside Institute")
    claims = [fact.claim for fact in told.story.facts] or list(read(told.story.article))
    found = use_of_source(claims[-1], told, [held], PUBLISHED)
    assert (found.use, says in found.says) == (use, True), found


def test_what_has_no_number_and_nobodys_words_needs_no_source() -> None:
    told = telling("A title\n\nWeapons are on sale there.\n", PUBLISHED)
    assert use_of_source(read(told.story.article)[-1], told, [], PUBLISHED).use == ""
