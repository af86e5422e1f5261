"""Whose words a sentence is that names no source: what the opening, the paragraph or the mood of its verb rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muster.claims.attribution import TELLS_WITHIN, Speech
from muster.claims.speakers import is_body
from muster.claims.words import Words
from muster.model import Claim


@dataclass(slots=True)
class Floor:
    """Who goes on speaking.

    source: who gave the numbers of the opening; carried: until which paragraph it speaks for them (-1: to the end).
    local: who gave those of this paragraph. told: whom the sentence just read names for those before it ("that is what
    the ministry said").
    """

    source: str = ""
    carried: int = 0
    local: str = ""
    told: str = ""

    def heard(self, words: Words, said: Speech, paragraph: int, *, asserts: bool, title: bool) -> None:
        """Take note of a source that a sentence names: the opening's speaks on, a body's for its paragraph."""
        official = said.document or is_body(said.speaker) or words.any("roles", said.first, said.last) is not None
        medium = words.any("media", said.first, said.last) is not None
        opening = paragraph <= OPENING
        if (
            opening
            and said.document
            and (said.sort == "published" or (said.sort == "according" and said.speaker.count(" ") >= 2))
        ):
            self.source, self.carried = said.speaker, -1
        elif (
            any(c.isupper() for c in said.speaker)
            and paragraph == 0
            and asserts
            and self.carried != -1
            and said.sort != "published"
            and not title
        ):
            self.source, self.carried = said.speaker, 1
        counts = any(word in said.speaker for word in _COUNTING)
        self.local = said.speaker if official and not medium and not counts else ""
        if words.any("tells_before", 0, TELLS_WITHIN):
            self.told = said.speaker
            if official and not medium and paragraph == 0 and self.carried != -1:
                self.source, self.carried = said.speaker, 1

    def speaker(self, paragraph: int) -> str:
        """Return whose number one is that stands without a source."""
        return self.local or (self.source if self.carried == -1 or paragraph <= self.carried else "")


OPENING = 1
"""A report that is named in the first paragraphs carries the article; one named later speaks for its own paragraph."""

_COUNTING = ("Ministry", "Government", "Secretariat", "Audit", "Accounts", "Accounting", "Duma", "Army")
"""Bodies whose figures stand for themselves: what follows a ministry's number is told by the article, as often as not;
what follows the police's is the police's."""


def told_by(claims: Sequence[Claim], speaker: str, before: int) -> list[Claim]:
    """Return claims with the speaker whom a later sentence names for them, where they had none.

    before: offset of that sentence; what lies behind it stays as it is.
    """
    return [
        replace(claim, attributed_to=speaker, mode="reported")
        if not claim.attributed_to and claim.end <= before and claim.mode == "asserted" and claim.type != "question"
        else claim
        for claim in claims
    ]
