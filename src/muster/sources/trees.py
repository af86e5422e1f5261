"""What the way in which a page was saved says of it: a browser's folder of parts, a crawler's tree, a saver's comment.

Sources: the comments and folders that the programs write themselves (Chromium and Firefox "complete page", SingleFile,
HTTrack 3, wget -r). Names of a page's folder of parts in the languages of Windows: Microsoft, "connected files".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath

from tld import get_fld

from muster.sources.times import in_utc, time_of_mail

_PARTS = re.compile(
    r"(?P<page>.+)(?:[_.-]files|[_-](?:Dateien|fichiers|bestanden|file|filer|tiedostot|pliki|soubory|elemei|ficheiros"
    r"|arquivos|archivos|dosyalar|datoteke|fitxers|failid|fails|bylos|fajlovi|fitxategiak))"
)
_SUFFIXES = (".html", ".htm", ".xhtml", ".mht", ".shtml", ".php", ".asp", ".aspx", "")
_LOGS = re.compile(r"hts-log\.txt|hts-in_progress\.lock|wget-log(?:\.\d{1,4})?|wget\.log")
_DAY = r"(?P<day>[A-Z][a-z]{2},? [^<>\r\n]{10,80})"
_ADDRESS = r"(?P<address>[^\s<>]{1,2048})"
_COMMENTS = (
    re.compile(rf"<!--\s{{0,8}}saved from url=\(\d{{4}}\){_ADDRESS}".encode()),
    re.compile(rf"<!--\s{{0,8}}Mirrored from {_ADDRESS} by HTTrack[^,<>]{{0,80}}, {_DAY} ?-->".encode()),
    re.compile(rf"<!--\s{{0,8}}Page saved with SingleFile\s{{1,8}}url: {_ADDRESS}\s{{1,8}}saved date: {_DAY}".encode()),
)
_HIDDEN = (".onion", ".i2p", ".example")
_HOST = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z][A-Za-z0-9-]{1,62}(?:[:+]\d{1,5})?"
)
_ZONE = re.compile(
    r"^[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d\d) (?P<year>\d{4}) (?P<time>[\d:]{8}) GMT(?P<zone>[+-]\d{4})"
)


def part_folders(names: frozenset[str]) -> frozenset[str]:
    """Return the folders of parts that a browser saved beside a page, of a source with files of these names.

    >>> sorted(part_folders(frozenset(("lamp.html", "lamp_files/style.css", "pen_files/style.css"))))
    ['lamp_files']
    """
    folders = {
        folder for parent in {PurePosixPath(name).parent for name in names} for folder in (parent, *parent.parents)
    }
    return frozenset(
        folder.as_posix()
        for folder in folders
        if (match := _PARTS.fullmatch(folder.name))
        and any(f"{(folder.parent / match['page']).as_posix()}{suffix}" in names for suffix in _SUFFIXES)
    )


@lru_cache(maxsize=8192)
def pages_beside(folder: str) -> tuple[str, ...]:
    """Return the names that the page may have whose parts a folder, or one above it, holds; () where none can be.

    >>> pages_beside("2014/lamp_files")[:2], pages_beside("2014")
    (('2014/lamp.html', '2014/lamp.htm'), ())
    """
    path = PurePosixPath(folder)
    return tuple(
        f"{(above.parent / match['page']).as_posix()}{suffix}"
        for above in (path, *path.parents)
        if (match := _PARTS.fullmatch(above.name))
        for suffix in _SUFFIXES
    )


def is_part(name: str, folders: frozenset[str]) -> bool:
    """Say whether a file lies in one of the folders of parts, or below it.

    >>> is_part("lamp_files/style.css", frozenset({"lamp_files"})), is_part("lamp.html", frozenset({"lamp_files"}))
    (True, False)
    """
    return bool(folders) and any(folder.as_posix() in folders for folder in PurePosixPath(name).parents)


def is_log(name: str) -> bool:
    """Say whether a file is what a crawler wrote for itself, and no capture.

    >>> is_log("site/hts-log.txt"), is_log("site/hts-cache/new.txt"), is_log("site/item.txt")
    (True, True, False)
    """
    if "hts-" not in name and "wget" not in name:
        return False
    path = PurePosixPath(name)
    return _LOGS.fullmatch(path.name) is not None or "hts-cache" in path.parts[:-1]


def said_in_page(head: bytes) -> tuple[str, datetime | None]:
    """Return the address and the time that whoever saved a page wrote into its beginning; ("", None) without.

    >>> said_in_page(b"<!-- Mirrored from bazaar.example/item by HTTrack Website Copier/3.x [XR&CO'2014], "
    ...              b"Sat, 01 Mar 2014 12:00:00 GMT -->")
    ('bazaar.example/item', datetime.datetime(2014, 3, 1, 12, 0, tzinfo=datetime.timezone.utc))
    """
    for pattern in _COMMENTS:
        if match := pattern.search(head):
            found = {name: text.decode("utf-8", "replace") for name, text in match.groupdict().items()}
            return found["address"], _time(found.get("day", ""))
    return "", None


def address_in_path(relative: str, known: Sequence[str] = _HIDDEN) -> str:
    """Return the address that a mirrored tree's path spells, from the folder that is named as a host on; or "".

    A folder is taken for a host where its name ends as hosts do: in a public suffix, or in one of `known`.

    >>> address_in_path("2014-12-31/bazaar.example/item/7.html"), address_in_path("2014-12-31/item/7.html")
    ('http://bazaar.example/item/7.html', '')
    """
    folders = relative.split("/")
    for place, folder in enumerate(folders[:-1]):
        if len(folder) > 255 or not _HOST.fullmatch(folder):
            continue
        host = folder.replace("+", ":").lower()
        bare = host.partition(":")[0]
        if bare.endswith(tuple(known)) or get_fld(bare, fix_protocol=True, fail_silently=True) is not None:
            return "http://" + "/".join([host, *folders[place + 1 :]])
    return ""


def _time(text: str) -> datetime | None:
    """Return a time as RFC 5322 or a browser's `Date` writes it, in UTC; None where it is none."""
    script = _ZONE.match(text)
    if script is None:
        return time_of_mail(text)
    day = f"{script['day']} {script['month']} {script['year']} {script['time']} {script['zone']}"
    try:
        return in_utc(datetime.strptime(day, "%d %b %Y %H:%M:%S %z"))
    except (ValueError, OverflowError):
        return None
