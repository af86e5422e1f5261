"""The facts of a capture, put together once for every format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from muster.model import Capture, Issue, Locator, Page, digest, make_id
from muster.sources.shard import SourceFile
from muster.sources.times import disagree, settle, time_in_name


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that is being read, and what is known of the time of everything in it."""

    file: SourceFile
    named: datetime | None  # the time that the file's path holds
    case: date | None  # the time that the case file gives
    name: str  # the file's own, raw

    def page(
        self,
        body: bytes,
        media_type: str,
        *,
        start: int = 0,
        length: int = 0,
        row: int | None = None,
        at: Locator | None = None,
        address: str = "",
        recorded: datetime | None = None,
        status: int | None = None,
        cells: Mapping[str, str] | None = None,
        names: tuple[str, str, str] = ("", "", ""),
        again: object = None,
    ) -> Page:
        """Return the page: its bytes, and the capture that says where they lie, whence and of when they are.

        at: where they lie, when that is not from `start` of this file. names: by which a revisit may find them.
        again: which record shows these bytes once more, at another time or address than their own.
        """
        file = self.file
        when, who = settle(recorded, self.named, self.case, file.modified)
        locator = at or self.place(start, length, row)
        bytes_digest = digest(body)
        key: tuple[object, ...] = (
            file.source, file.relative, locator.as_json(), when.isoformat() if when else None, bytes_digest,
        )  # fmt: skip
        if again is not None:
            key = (*key, again)
        capture = Capture(
            id=make_id("cap", *key),
            source=file.source,
            locator=locator,
            digest=bytes_digest,
            length=len(body),
            media_type=media_type,
            address=address,
            captured_at=when,
            captured_from=who,
            status=status,
        )
        return Page(capture, body, self.name, cells, names)

    def place(self, start: int, length: int, row: int | None = None) -> Locator:
        """Return where bytes of this file lie."""
        file = self.file
        if file.within is None:
            return Locator(file.digest, start, length, row)
        return Locator(file.digest, *file.within, row, f"{file.steps}/{start}+{length}")

    def time_issues(self, recorded: datetime | None, where: str, capture: str) -> Iterator[Issue]:
        """Yield an issue where the record and the file's name lie over a day apart."""
        if recorded and self.named and disagree(recorded, self.named):
            found = f"record {recorded.isoformat()}, file name {self.named.date().isoformat()}"
            yield self.file.issue("time_disagrees", where, found=found, do="the record's is taken", capture=capture)


def origin(file: SourceFile, case: date | None) -> Origin:
    """Return the origin of all captures of one file."""
    name = file.relative.rpartition("/")[2] or file.path.name
    return Origin(file, time_in_name(file.relative or file.path.name), case, name)
