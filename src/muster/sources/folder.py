"""Find the files of a source, and read saved pages."""

from __future__ import annotations

import hashlib
import os
import stat
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from muster.errors import SourceError
from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.media import ARCHIVE_NAME, HEAD, format_of, media_type_of
from muster.sources.packing import BrokenPacking, packing_of, unpacker
from muster.sources.shard import Limits, SourceFile
from muster.sources.trees import address_in_path, is_log, is_part, part_folders, said_in_page

PARTS = "styles, scripts and frames that a browser saved beside a page: no captures of their own"

_BLOCK = 1 << 20
_APART = 5


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file in hex, reading it in blocks."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def find_files(
    source: str, path: Path, limits: Limits, digest_of: Callable[[Path], str] = file_digest
) -> tuple[list[SourceFile], list[Issue]]:
    """Find what can be read under a path, sorted by name, and what cannot, as issues.

    source: the path as the case file writes it. path: the file or folder it stands for.
    digest_of: gives a file's SHA-256; a caller that remembers digests passes its own.
    Hidden files are skipped. Links are followed only where they lead to a file inside the folder. Empty files, packed
    files and files that are neither page, archive nor table are issues, as is everything beyond `limits.max_files`.
    Raises SourceError where there is nothing at the path, or neither file nor folder.
    """
    names, issues = [""], list[Issue]()
    if path.is_file():
        pass
    elif path.is_dir():
        names, issues = _walk(source, path)
    elif path.exists():
        raise SourceError("neither a file nor a folder", where=source, found=path, do="name a file or folder")
    else:
        raise SourceError("no such file or folder", where=source, found=path, do="check `path` in the case file")
    if len(names) > limits.max_files:
        do = "raise max_files in [limits] of case.toml"
        issues.append(Issue("read", "too_many_files", "", f"{len(names)} files", do, source=source))
    files: list[SourceFile] = []
    odd: list[Issue] = []
    parts = logs = 0
    beside = part_folders(frozenset(names))
    for number, name in enumerate(names[: limits.max_files], 1):
        if is_log(name):
            logs += 1
            continue
        found = _look(source, path, name, number, digest_of)
        if is_part(name, beside) and not (isinstance(found, SourceFile) and found.format == "picture"):
            parts += 1
        elif isinstance(found, SourceFile):
            files.append(found)
        else:
            odd.append(found)
    if parts:
        issues.append(Issue("read", "page_parts", "", f"{parts} files", PARTS, source=source))
    if logs:
        do = "what a crawler wrote for itself: no captures"
        issues.append(Issue("read", "crawler_files", "", f"{logs} files", do, source=source))
    return files, issues + _together(odd)


def read_page(origin: Origin, limits: Limits) -> Iterator[Page | Issue]:
    """Yield the one capture of a saved page."""
    file = origin.file
    if file.size > limits.max_body:
        do = "raise max_body in [limits] of case.toml"
        yield file.issue("too_large", f"bytes 0–{file.size}", found=f"{file.size} bytes", do=do)
        return
    with file.open() as handle:
        body = handle.read(file.size + 1)  # asking for more would set aside more memory than the page has
    address, saved = said_in_page(body[:HEAD])
    address = address or address_in_path(_own_path(file))
    media_type = media_type_of(body, file.relative or file.path.name)
    page = origin.page(body, media_type, start=0, length=len(body), address=address, recorded=saved)
    if file.within is None and page.capture.digest != file.digest:
        yield file.issue("changed_file", "", do="run again: the file changed while it was read")
        return
    yield page
    yield from origin.time_issues(saved, "", page.capture.id)


def _own_path(file: SourceFile) -> str:
    """Return a file's path, inside the innermost archive if it is a member: an archive's own name is no host."""
    parts = file.relative.split("/")
    archives = [place for place, part in enumerate(parts) if file.within and ARCHIVE_NAME.search(part)]
    return "/".join(parts[archives[-1] + 1 :]) if archives else file.relative


def _walk(source: str, folder: Path) -> tuple[list[str], list[Issue]]:
    """Return the relative names of the folder's files, sorted, and an issue for each entry that is not followed."""
    names: list[str] = []
    refused: list[tuple[str, str]] = []
    inside = folder.resolve()

    def unreadable(error: OSError) -> None:
        refused.append((str(error.filename), "unreadable"))

    for here, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in [*folders, *files]:
            entry = Path(here, name)
            if name.startswith("."):
                continue
            if entry.is_symlink() and not (entry.is_file() and entry.resolve().is_relative_to(inside)):
                refused.append((str(entry), "link_refused"))
            elif name not in folders:
                names.append(entry.relative_to(folder).as_posix())
    does = {"unreadable": "check who may read it", "link_refused": "copy what it leads to into the folder"}
    issues = [
        Issue("read", what, f"entry {number} of those refused, by name", "", does[what], source=source)
        for number, (_, what) in enumerate(sorted(refused), 1)
    ]
    return sorted(names), issues


def _together(odd: list[Issue]) -> list[Issue]:
    """Return files that are not read, those of one sort as one issue where there are more than `_APART` of them."""
    sorts: dict[tuple[str, str], list[Issue]] = defaultdict(list)
    for issue in odd:
        sorts[issue.what, issue.found].append(issue)
    told: list[Issue] = []
    for alike in sorts.values():
        if len(alike) <= _APART:
            told += alike
        else:
            first = alike[0]
            where = f"{len(alike)} files, the first {first.where}"
            told.append(replace(first, where=where))
    return told


def _look(source: str, root: Path, name: str, number: int, digest_of: Callable[[Path], str]) -> SourceFile | Issue:
    path = root / name if name else root
    where = f"file {number}, by name" if name else ""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Issue("read", "unknown_kind", where, "no regular file", "remove it", source=source)
        if status.st_size == 0:
            return Issue("read", "empty_file", where, "0 bytes", "save it again, or leave it", source=source)
        with path.open("rb") as handle:
            head = handle.read(HEAD)
        form, instead = format_of(head, first_inside(head), path.name)
        if form is None:
            packed = "unpack or convert it; not read yet" if "sort" not in instead else "leave it, or save it as a page"
            return Issue("read", "unknown_kind", where, instead, packed, source=source)
        return SourceFile(source, path, name, digest_of(path), status.st_size, form)
    except OSError as error:
        return Issue("read", "unreadable", where, error.strerror or "", "check who may read it", source=source)


def first_inside(head: bytes, most: int = HEAD) -> bytes:
    """Return the first bytes of what a file holds that is packed; b"" where it is not, or is damaged from the start."""
    packing = packing_of(head)
    if packing in ("", "skipped"):
        return b""
    undo = unpacker(packing)
    out = b""
    try:
        for at in range(0, len(head), 512):
            out += undo.feed(head[at : at + 512], most)
            if undo.eof or len(out) >= most:
                break
    except BrokenPacking:
        pass
    return out
