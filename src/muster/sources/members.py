"""What is done with each member of an archive, whatever the archive: its name, its bounds, its format, its reader."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO, cast

from muster.model import Issue, Page
from muster.sources.capture import Origin, origin
from muster.sources.folder import PARTS, first_inside
from muster.sources.inner import Budget, Inner, Part
from muster.sources.media import HEAD, format_of
from muster.sources.shard import Limits, Shard, SourceFile
from muster.sources.trees import is_log

ReadFile = Callable[[Origin, Shard, Limits], Iterator[Page | Issue]]

_SIZED = ("warc", "parquet", "xlsx", "archive")
"""Formats whose readers must know where the file ends."""

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
"""Controls, line and paragraph ends, marks of direction and of no width: Unicode's Cc, Cf, Zl and Zp in use."""

_DRIVE = re.compile(r"[A-Za-z]:")
_HIDDEN_FOLDER = "__MACOSX"
_UNKNOWN = 1 << 62


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: its bytes, how many, the way to them, its path through all that it lies in, its time.

    own: its name in the archive.
    """

    inner: Inner
    size: int | None
    within: tuple[int, int]
    steps: str
    name: str
    modified: datetime | None
    depth: int
    own: str


@dataclass(slots=True)
class Members:
    """The members of one file on disk, in the order in which they are read, and what is told of many at once."""

    file: SourceFile
    case: date | None
    limits: Limits
    read_file: ReadFile
    budget: Budget
    open_box: Callable[..., Iterator[Page | Issue]]
    count: int = 0
    over: bool = False
    _told: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)  # how many, and the first

    def read(self, member: Member, *, part: bool = False) -> Iterator[Page | Issue]:
        """Yield the captures of a member, and what is to be told of it.

        part: it lies in the folder of parts of a saved page; of these only pictures are captures, as in a folder.
        """
        self.count += 1
        if self.count > self.limits.max_files:
            self.over = True
            do = "raise max_files in [limits] of case.toml"
            found = f"more than {self.limits.max_files} members"
            yield self.file.issue("too_many_files", self.place(member.depth), found=found, do=do)
            return
        name, oddness = plain_name(member.name)
        if oddness:
            self.tell("odd_name", oddness, "the member is read, and nothing is written anywhere by its name")
        if is_hidden(member.own):
            return
        if is_log(name):
            self.tell("crawler_files", "", "what a crawler wrote for itself: no captures")
            return
        yield from self._read(member, name, part)

    def _read(self, member: Member, name: str, part: bool) -> Iterator[Page | Issue]:
        member.inner.seek(0)
        held = member.inner.read(self.limits.max_body + 1)
        whole = len(held) <= self.limits.max_body
        head = held[:HEAD]
        form, instead = format_of(head, first_inside(head), name.rpartition("/")[2]) if held else (None, "")
        if part and form != "picture":
            self.tell("page_parts", "", PARTS)
            return
        if not held:
            self.tell("empty_file", "0 bytes", "save it again, or leave it")
            return
        if form is None:
            self.tell("unknown_kind", instead, "leave it, or unpack or convert it")
            return
        inner: Inner = cast(Inner, _Held(held, member.inner)) if whole else member.inner
        size = len(held) if whole else member.size
        if size is None and form in _SIZED:
            size = member.inner.seek(0, 2)
        if form == "archive":
            yield from self._box(member, inner, size, name)
            return
        del held

        def opener() -> BinaryIO:
            return cast(BinaryIO, Part(inner, 0, size))

        file = SourceFile(
            self.file.source, self.file.path, name, self.file.digest, _UNKNOWN if size is None else size, form,
            member.within, member.steps, self.place(member.depth), opener, member.modified, inner.on_disk,
            self.budget,
        )  # fmt: skip
        yield from self.read_file(origin(file, self.case), Shard(file.source, form, (file,)), self.limits)

    def _box(self, member: Member, inner: Inner, size: int | None, name: str) -> Iterator[Page | Issue]:
        from muster.sources.archive import Box  # which reads members with this

        if member.depth >= self.limits.max_depth:
            do = "raise max_depth in [limits] of case.toml"
            found = f"an archive {member.depth + 1} deep"
            bytes_at = member.inner.on_disk(0, size or 1)
            yield self.file.issue("nested_too_deep", self.place(member.depth), found=found, do=do, bytes_at=bytes_at)
            return
        box = Box(inner, size, member.within, member.steps, name, member.depth + 1)
        yield from self.open_box(self, box)

    def place(self, depth: int) -> str:
        """Return where reading is, in words without a name."""
        if not self.count:
            return ""
        return f"member {self.count}" + (f", {depth} archives deep" if depth > 1 else "")

    def full(self, bytes_at: tuple[int, int]) -> Issue:
        """Return the issue of an archive that unpacks to more than it may; nothing more of it is read."""
        self.over = True
        found = "more than max_unpacked or max_ratio allow comes out of this file"
        do = "raise max_unpacked or max_ratio in [limits] of case.toml"
        return self.file.issue("too_much_unpacked", self.place(1), found=found, do=do, bytes_at=bytes_at)

    def tell(self, what: str, found: str, do: str) -> None:
        """Count something that is told once for all members of which it is true."""
        many, first = self._told.get((what, found, do), (0, self.count))
        self._told[what, found, do] = many + 1, first

    def told(self) -> Iterator[Issue]:
        """Yield what was counted."""
        for (what, found, do), (many, first) in sorted(self._told.items()):
            where = f"{many} members, the first behind member {first}" if many > 1 else f"behind member {first}"
            yield self.file.issue(what, where, found=found, do=do)


class _Held(io.BytesIO):
    """A member that is held whole."""

    def __init__(self, data: bytes, inner: Any) -> None:
        super().__init__(data)
        self.on_disk = inner.on_disk


def plain_name(name: str) -> tuple[str, str]:
    r"""Return a member's path as a path inside the archive, without what moves a cursor or climbs, and what was odd.

    >>> plain_name("a.zip/./2014-12-31/item.html"), plain_name("a.zip/../../etc/item.html")
    (('a.zip/2014-12-31/item.html', ''), ('a.zip/etc/item.html', 'a path that climbs out of the archive'))
    >>> plain_name("a.zip/C:\\pages\\item.html")
    ('a.zip/pages/item.html', 'an absolute path')
    """
    odd = ""
    if _UNSEEN.search(name):
        name = _UNSEEN.sub("\ufffd", name)
        odd = "signs that are not seen, or that turn the writing round"
    parts = name.replace("\\", "/").split("/")
    if ".." in parts:
        odd = "a path that climbs out of the archive"
    elif "" in parts[:-1] or any(_DRIVE.fullmatch(part) for part in parts):
        odd = "an absolute path"
    kept = [part for part in parts if part not in ("", ".", "..") and not _DRIVE.fullmatch(part)]
    return "/".join(kept)[-4096:], odd


def is_hidden(name: str) -> bool:
    """Say whether a member is one that a folder would hide.

    >>> is_hidden("./pages/item.html"), is_hidden("__MACOSX/item.html"), is_hidden("pages/.item.html")
    (False, True, True)
    """
    parts = name.replace("\\", "/").split("/")
    return any(part == _HIDDEN_FOLDER or (part.startswith(".") and part not in (".", "..")) for part in parts)
