"""The way from a file on disk to bytes inside an archive: steps, each undoing a layer, as `Locator.inside` has them.

`deflate/0+300` means: unpack the bytes that `start` and `length` of the locator give, then take 300 bytes from 0 on. A
tar's members and a zip's stored ones lie there as they are: `tar` and `stored` undo nothing, but say whose bytes these
are, so that the last place is always one in a member, and all before it is the member.
"""

from __future__ import annotations

import re
from pathlib import Path

from muster.model import Locator
from muster.sources.inner import Budget, Disk, Inner, Part, Unpacked
from muster.sources.packing import MAGICS
from muster.sources.shard import Limits
from muster.sources.zip import METHODS

_AS_IT_IS = ("tar", "stored")
_WHOLE = tuple(name for _, name in MAGICS)
"""Packings of files that are packed alone; a zip's members are packed as one unit each."""

_PLACE = re.compile(r"(\d{1,18})\+(\d{1,18})")


class BadSteps(ValueError):
    """A way that leads nowhere."""


def step(within: tuple[int, int] | None, steps: str, start: int, length: int, kind: str) -> tuple[tuple[int, int], str]:
    """Return the place on disk and the steps of bytes inside a file that has such itself, or is the file on disk.

    >>> step(None, "", 512, 900, "tar"), step((512, 900), "tar", 40, 300, "deflate")
    (((512, 900), 'tar'), ((512, 900), 'tar/40+300/deflate'))
    """
    return ((start, length), kind) if within is None else (within, f"{steps}/{start}+{length}/{kind}")


def member_at(disk: Disk, locator: Locator, limits: Limits) -> tuple[Inner, int, int]:
    """Return the member that a locator leads into, and where in it, from start for how many bytes, the capture lies.

    Raises BadSteps.
    """
    budget = Budget(limits.unpacked(disk.size))
    start, length = locator.start, locator.length
    here: Inner = disk
    words = locator.inside.split("/")
    for kind, place in zip(words[::2], words[1::2], strict=True):
        part = Part(here, start, length)
        here = part if kind in _AS_IT_IS else _unpacked(part, length, kind, budget)
        match = _PLACE.fullmatch(place)
        if match is None:
            raise BadSteps(place)
        start, length = int(match[1]), int(match[2])
    return here, start, length


def last_place(at: Locator) -> tuple[int, int]:
    """Return where bytes begin in the innermost file that a locator leads into, and how many they are.

    >>> last_place(Locator("00", 512, 900, None, "tar/40+300")), last_place(Locator("00", 512, 900))
    ((40, 300), (512, 900))
    """
    if not at.inside:
        return at.start, at.length
    match = _PLACE.fullmatch(at.inside.rpartition("/")[2])
    if match is None:
        raise BadSteps(at.inside)
    return int(match[1]), int(match[2])


def _unpacked(part: Part, length: int, kind: str, budget: Budget) -> Unpacked:
    if kind not in _WHOLE and kind not in METHODS.values():
        raise BadSteps(kind)
    return Unpacked(part, length, kind, budget, single=kind not in _WHOLE)


def open_disk(path: Path) -> Disk:
    """Open a file on disk as the outermost of inner files."""
    return Disk(path.open("rb"), path.stat().st_size)
