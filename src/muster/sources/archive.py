"""Read archives as they lie: zip, tar, WACZ and files that are packed alone, member by member, one within another.

Nothing is unpacked to disk. A member is read as a file of a folder would be, by the reader of its own format; its
captures lie at a place on disk and some steps inward (`steps.py`). What cannot be read is told, with its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

from isal import isal_zlib

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.inner import FULL, Budget, Disk, Inner, Part, Unpacked, next_unit
from muster.sources.links import LONGEST_TARGET, Waiting, inside, target_of
from muster.sources.media import HEAD
from muster.sources.members import Member, Members, ReadFile
from muster.sources.packing import packing_of
from muster.sources.shard import Limits, Shard
from muster.sources.steps import step
from muster.sources.tar import TarLoss, TarMember, is_tar, tar_members
from muster.sources.times import FIRST_YEAR, LAST_YEAR
from muster.sources.trees import pages_beside
from muster.sources.wacz import DATAPACKAGE, PACKAGE_DIGEST, Stated, stated_digests
from muster.sources.zip import (
    LOCAL,
    METHODS,
    BrokenDirectory,
    Survey,
    ZipLoss,
    ZipMember,
    data_start,
    survey,
    unpacked,
    zip_directory,
    zip_recovered,
)

_ZIP_NAMES = (".zip", ".wacz", ".maff")
_PACKED_NAMES = (".gz", ".xz", ".zst", ".bz2", ".lz4")
_WITH_TAR = {".tgz": ".tar", ".txz": ".tar", ".tzst": ".tar", ".tbz": ".tar", ".tbz2": ".tar"}
_LOST = "the rest of the archive was read; find a whole copy of it"
_REFUSED = ("link_refused", "a link", "it leads to no file of the archive: nothing outside is read in its place")
_WHY_NOT = {
    "device": ("unknown_kind", "a device or pipe", "no file: nothing to read"),
    "sparse": ("unknown_kind", "a file with holes", "unpack the archive into a folder: files with holes are not read"),
    "other": ("unknown_kind", "a member of a sort of its own", "look at it with the program that wrote the archive"),
}


@dataclass(frozen=True, slots=True)
class Box:
    """An archive or a packed file, on disk or inside another one.

    inner: its bytes; size: how many, None where only reading tells. within, steps: the way to it. name: its path,
    through all that it lies in. depth: how many archives deep, 1 for one on disk.
    """

    inner: Inner
    size: int | None
    within: tuple[int, int] | None
    steps: str
    name: str
    depth: int


def read_archive(origin: Origin, shard: Shard, limits: Limits, read_file: ReadFile) -> Iterator[Page | Issue]:
    """Yield the captures of every member that the shard covers, and an issue for whatever of it is not read.

    read_file: reads one file of another format.
    """
    file = origin.file
    with file.open() as handle:
        disk = Disk(handle, file.size)
        budget = Budget(limits.unpacked(file.size))
        members = Members(file, origin.case, limits, read_file, budget, _open_box)
        box = Box(disk, file.size, None, "", file.relative or file.path.name, 1)
        yield from _open_box(members, box, shard.first, shard.count)
        yield from members.told()


def zip_like(head: bytes, name: str) -> bool:
    """Say whether an archive is read as a zip."""
    return head.startswith((LOCAL, b"PK\x05\x06")) or name.lower().endswith(_ZIP_NAMES)


def _open_box(members: Members, box: Box, first: int = 0, count: int | None = None) -> Iterator[Page | Issue]:
    box.inner.seek(0)
    head = box.inner.read(HEAD)
    if zip_like(head, box.name):
        yield from _zip(members, box, first, count)
    elif is_tar(head) or box.name.lower().endswith(".tar"):
        yield from _tar(members, box)
    elif packing_of(head):
        yield from _packed(members, box, packing_of(head))
    else:
        yield _lost(members, box, "broken_archive", 0, box.size, "neither zip nor tar nor packed", "find a whole copy")


def _packed(members: Members, box: Box, packing: str) -> Iterator[Page | Issue]:
    """Read a file that is packed alone: the tar, or the one file, in it; a tar also from each unit behind damage on."""
    size = box.size if box.size is not None else box.inner.seek(0, 2)
    name = _without_packing(box.name)
    start: int | None = 0
    while start is not None and not members.over:
        opened = Unpacked(Part(box.inner, start, size - start), size - start, packing, members.budget)
        within, steps = step(box.within, box.steps, start, size - start, packing)
        tar = start > 0 or is_tar(opened.read(HEAD)) or name.lower().endswith(".tar")
        if tar:
            yield from _tar(members, Box(opened, None, within, steps, name, box.depth))
        else:
            yield from members.read(Member(opened, None, within, steps, name, None, box.depth, "inside"))
        behind = next_unit(box.inner, packing, start + opened.packed_end, size) if tar and opened.damaged else None
        yield from _unpacking(members, box, opened, start, size if behind is None else behind)
        start = behind


def _unpacking(members: Members, box: Box, opened: Unpacked, start: int, end: int) -> Iterator[Issue]:
    """Yield what went wrong when a packed file was unpacked from a place on: it could not be before `end`."""
    if opened.trouble == FULL:
        yield members.full(box.inner.on_disk(start + opened.packed_end, end))
    elif opened.trouble:
        lost = start + opened.packed_end if "cut off" not in opened.trouble else end
        yield _lost(members, box, "broken_member", lost, end, opened.trouble, "what could be unpacked of it is kept")


def _tar(members: Members, box: Box) -> Iterator[Page | Issue]:
    waiting = Waiting()
    for found in tar_members(box.inner):
        if isinstance(found, TarLoss):
            what = "truncated_archive" if found.end is None or found.end == found.start else "broken_archive"
            do = _LOST if what == "broken_archive" else "what came is kept; find a whole copy of it"
            yield _lost(members, box, what, found.start, found.end, found.why, do)
            continue
        if found.kind == "folder":
            continue
        if found.kind not in ("file", "link"):
            members.tell(*_WHY_NOT[found.kind])
            continue
        part = waiting.pass_by(found)
        if part is not None:
            yield from members.read(_of_tar(box, found), part=part)
        if members.over:
            return
    for late, part in waiting.rest():
        if part is None:
            members.tell(*_REFUSED)
            continue
        if late.kind == "link" and not members.budget.take(late.size):
            yield members.full(box.inner.on_disk(late.start, late.start + late.size))
        else:
            yield from members.read(_of_tar(box, late), part=part)
        if members.over:
            return


def _of_zip_links(members: Members, box: Box, links: Sequence[ZipMember], size: int) -> Iterator[Page | Issue]:
    """Yield what the links of a zip lead to, as far as these are files of it: its directory is passed once more."""
    wanted: dict[str, list[ZipMember]] = {}
    for link in links:
        path = target_of(link.name, _target(members, box, link))
        if path is None:
            members.tell(*_REFUSED)
        else:
            wanted.setdefault(path, []).append(link)
    for member in zip_directory(box.inner, size) if wanted else ():
        for link in [] if member.link else wanted.pop(inside(member.name) or "", []):
            if members.over or not members.budget.take(member.size or 0):
                yield members.full(box.inner.on_disk(member.head, member.head + (member.packed or 0)))
                return
            again = replace(member, name=link.name, modified=link.modified)
            yield from _of_zip(members, box, again, Stated({}, False), size)
    for _ in [link for lost in wanted.values() for link in lost]:
        members.tell(*_REFUSED)


def _target(members: Members, box: Box, link: ZipMember) -> str:
    """Return what a link of a zip says that it leads to; "" where it says nothing that can be read."""
    start = data_start(box.inner, link)
    if start is None or link.encrypted or link.method not in METHODS or (link.size or 0) > LONGEST_TARGET:
        return ""
    part = Part(box.inner, start, link.packed)
    held = (part if link.method == 0 else unpacked(part, link, members.budget)).read(LONGEST_TARGET)
    return held.decode("utf-8", "replace")


def _of_tar(box: Box, found: TarMember) -> Member:
    size = found.size if box.size is None else max(0, min(found.size, box.size - found.start))
    within, steps = step(box.within, box.steps, found.start, size, "tar")
    inner = Part(box.inner, found.start, size)
    when = _time(found.modified)
    return Member(inner, size, within, steps, f"{box.name}/{found.name}", when, box.depth, found.name)


def _zip(members: Members, box: Box, first: int, count: int | None) -> Iterator[Page | Issue]:
    size = box.size if box.size is not None else box.inner.seek(0, 2)
    stated = Stated({}, False)
    links: list[ZipMember] = []
    try:
        known = survey(box.inner, size, frozenset((DATAPACKAGE, PACKAGE_DIGEST)))
        if DATAPACKAGE in known.named:
            stated = _stated(members, box, known)
    except BrokenDirectory:
        found = "no directory that leads to the members: they are found by their own heads"
        do = "what could be found is read; find a whole copy of it"
        yield _lost(members, box, "broken_directory", None, None, found, do)
        yield from _zip_by_heads(members, box, size)
        return
    if box.name.lower().endswith(".wacz"):
        stated = Stated(stated.digests, True)
    if stated.wacz and first == 0:
        yield from _missing(members, box, size, stated)
    end = known.count if count is None else first + count
    for member in zip_directory(box.inner, size):
        if members.over:
            return
        if member.number >= end:
            break
        if member.number < first:
            continue
        if member.number in known.inside:
            place = member.head, member.head + (member.packed or 0)
            do = "its bytes are those of another member, too: a bomb, or a damaged directory"
            yield _lost(members, box, "overlapping_member", *place, "bytes of another member", do)
        elif member.link:
            links.append(member)
        else:
            part = not known.pages.isdisjoint(pages_beside(member.name.rpartition("/")[0]))
            yield from _of_zip(members, box, member, stated, size, part=part)
    yield from _of_zip_links(members, box, links, size)


def _zip_by_heads(members: Members, box: Box, size: int) -> Iterator[Page | Issue]:
    for found in zip_recovered(box.inner, size):
        if isinstance(found, ZipLoss):
            yield _lost(members, box, "broken_archive", found.start, found.end, found.why, _LOST)
        else:
            yield from _of_zip(members, box, found, Stated({}, False), size)
        if members.over:
            return


def _of_zip(
    members: Members, box: Box, found: ZipMember, stated: Stated, size: int, *, part: bool = False
) -> Iterator[Page | Issue]:
    if found.name.endswith("/") and not found.size:
        return
    start = data_start(box.inner, found)
    packed = max(0, min(found.packed or 0, size - (found.head if start is None else start)))
    if packed < (found.packed or 0):
        found = replace(found, packed=packed)  # its end is missing, or the directory is damaged
    if start is None:
        end = found.head + 30 + packed
        yield _lost(members, box, "broken_archive", found.head, end, "no head where the directory says", _LOST)
        return
    if found.encrypted:
        do = "unpack it with its password into a folder"
        yield _lost(members, box, "encrypted_member", start, start + packed, "encrypted", do)
        return
    if found.method not in METHODS:
        do = "unpack it into a folder with the program that wrote it"
        yield _lost(members, box, "unknown_packing", start, start + packed, f"method {found.method}", do)
        return
    packed_bytes = Part(box.inner, start, packed)
    inner = packed_bytes if found.method == 0 else unpacked(packed_bytes, found, members.budget)
    within, steps = step(box.within, box.steps, start, packed, METHODS[found.method])
    name = f"{box.name}/{found.name}"
    member = Member(inner, found.size, within, steps, name, found.modified, box.depth, found.name)
    if stated.wacz and not found.name.startswith("archive/"):
        members.tell("left_aside", "what a WACZ keeps beside its WARC files", "nothing: it only says where records lie")
    else:
        yield from members.read(member, part=part)
    yield from _checked(members, box, found, inner, start, stated)


def _checked(
    members: Members, box: Box, found: ZipMember, inner: Part | Unpacked, start: int, stated: Stated
) -> Iterator[Issue]:
    """Yield what does not fit of a member: its end, its sum, the digest that a WACZ states for it."""
    end = start + (found.packed or 0)
    do = "its bytes are not those that were put in: compare another copy"
    if isinstance(inner, Unpacked) and inner.trouble:
        if inner.trouble == FULL:
            yield members.full(box.inner.on_disk(start + inner.packed_end, end))
            return
        kept = "what could be unpacked of it is kept"
        yield _lost(members, box, "broken_member", start + inner.packed_end, end, inner.trouble, kept)
    elif isinstance(inner, Unpacked) and inner.over and found.size not in (None, inner.reached):
        shorter = f"{inner.reached} of {found.size} bytes"
        yield _lost(members, box, "broken_member", start, end, shorter, do)
    elif found.crc is not None and _sum(inner) not in (None, found.crc):
        yield _lost(members, box, "wrong_digest", start, end, "CRC-32", do)
    if (wanted := stated.digests.get(found.name)) and wanted.wrong(inner):
        yield _lost(members, box, "wrong_digest", start, end, "the digest in datapackage.json", do)


def _sum(inner: Part | Unpacked) -> int | None:
    """Return the CRC-32 of a member; None where it was not read to its end."""
    if isinstance(inner, Unpacked):
        return inner.crc if inner.over else None
    inner.seek(0)
    total = 0
    while block := inner.read(1 << 20):
        total = isal_zlib.crc32(block, total)
    return total


def _stated(members: Members, box: Box, known: Survey) -> Stated:
    """Return the digests that a WACZ states for its members."""
    texts: dict[str, bytes] = {}
    for name, member in known.named.items():
        start = data_start(box.inner, member)
        if start is not None and member.method in METHODS and not member.encrypted:
            part = Part(box.inner, start, member.packed)
            inner = part if member.method == 0 else unpacked(part, member, members.budget)
            texts[name] = inner.read(members.limits.max_body)
    return stated_digests(texts)


def _missing(members: Members, box: Box, size: int, stated: Stated) -> Iterator[Issue]:
    there = {member.name for member in zip_directory(box.inner, size)}
    for number, name in enumerate(stated.digests):
        if name not in there:
            do = "the WACZ is not whole: find another copy"
            yield _lost(members, box, "missing_member", None, None, f"resource {number} of datapackage.json", do)


def _lost(members: Members, box: Box, what: str, start: int | None, end: int | None, found: object, do: str) -> Issue:
    """Return an issue about bytes of an archive, wherever that lies. end: None for the archive's end."""
    file = members.file
    if start is None:
        return file.issue(what, members.place(box.depth), found=found, do=do)
    if box.size is not None:
        start, end = min(start, box.size), box.size if end is None else min(end, box.size)
    where = f"bytes {start}–{'' if end is None else end}" + (" unpacked" if box.within else "")
    place = ", ".join(part for part in (members.place(box.depth), where) if part)
    bytes_at = box.inner.on_disk(start, 1 << 60 if end is None else end)
    return file.issue(what, place, found=found, do=do, bytes_at=bytes_at)


def _without_packing(name: str) -> str:
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if suffix in _WITH_TAR:
        return str(path.with_suffix(_WITH_TAR[suffix]))
    return str(path.with_suffix("")) if suffix in _PACKED_NAMES and path.stem else name


def _time(seconds: float) -> datetime | None:
    try:
        when = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when if FIRST_YEAR <= when.year <= LAST_YEAR else None
