"""What the reader of records hands on: records with their places, and the bytes that gave none.

Named tuples, as one is made for every record of an archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Record(NamedTuple):
    """One record as it lies in the (unpacked) stream.

    claimed: the length of its block as its head says, None where it says none. came: bytes of the block that were
    there. block: these bytes, empty where they are more than are held. note: "", or "truncated" where bytes are
    missing, or "length" where the block is not as long as the head says.
    """

    type: str
    headers: Mapping[str, str]
    claimed: int | None
    came: int
    block: bytes
    note: str = ""
    arc: bool = False


class Placed(NamedTuple):
    """A record, and where it lies in the file on disk, with the empty lines behind it.

    row: its number among those that begin in the same packed unit, where there are several; `start` and `end` are then
    the unit's, and `end` that of the file while nobody knows more. broken: what is wrong with the unit, or "".
    """

    record: Record
    start: int
    end: int
    row: int | None
    broken: str = ""

    @property
    def where(self) -> str:
        """The place in words."""
        number = "" if self.row is None else f", record {self.row}"
        return f"bytes {self.start}–{self.end}{number}"


class Loss(NamedTuple):
    """Bytes of the file that gave no record, and why; where they are packed, those of the whole unit.

    unpacked: how many bytes that are unpacked hold no record; None where nothing came out of them.
    """

    start: int
    end: int
    why: str
    unpacked: int | None = None
