"""Members of an archive that are known only by the names of others: links, and the parts of a saved page.

A link is read as the file that it leads to, at its own name, where that is a file of the same archive; nothing outside
is ever looked at, and what a link to a link leads to is not either.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from muster.sources.tar import TarMember
from muster.sources.trees import pages_beside

LONGEST_TARGET = 4096
"""Bytes that a link's target may have."""

_SIZE_BITS = 61


def inside(name: str) -> str | None:
    """Return the path of a member inside its archive, spelled in one way; None where it leads out of it.

    >>> inside("./2014/../item.html"), inside("../item.html"), inside("/item.html")
    ('item.html', None, None)
    """
    path = posixpath.normpath(name.replace("\\", "/"))
    return None if path.startswith(("/", "../")) or path in ("..", ".") else path


def target_of(name: str, target: str) -> str | None:
    """Return what a symbolic link with a name leads to inside the archive; None where that is outside.

    >>> target_of("2014-04-01/item.html", "../2014-03-01/item.html"), target_of("a/item.html", "../../etc/passwd")
    ('2014-03-01/item.html', None)
    """
    return inside(posixpath.join(posixpath.dirname(name), target)) if target else None


@dataclass(slots=True)
class Waiting:
    """The names of a tar's files so far, sixteen bytes each with their places, and the members that wait for more."""

    _places: dict[bytes, int] = field(default_factory=dict)
    _links: list[TarMember] = field(default_factory=list)
    _parts: list[TarMember] = field(default_factory=list)

    def pass_by(self, member: TarMember) -> bool | None:
        """Remember a member; return whether it is part of a saved page, None where only the end of the tar tells."""
        if member.kind == "link":
            self._links.append(member)
            return None
        path = inside(member.name)
        if path is None:
            return False
        self._places[_short(path)] = member.start << _SIZE_BITS | member.size  # of several the last one counts
        pages = pages_beside(posixpath.dirname(path))
        if not pages or self._known(pages):
            return bool(pages)
        self._parts.append(member)
        return None

    def rest(self) -> Iterator[tuple[TarMember, bool | None]]:
        """Yield the members that waited, in the order of their bytes, and whether each is part of a page.

        A link has the bytes that it leads to; None says of one that it leads to no file of the archive.
        """
        found: list[tuple[TarMember, bool | None]] = [
            (one, self._known(pages_beside(posixpath.dirname(inside(one.name) or "")))) for one in self._parts
        ]
        for link in self._links:
            path = inside(link.target) if link.hard else target_of(link.name, link.target)
            place = None if path is None else self._places.get(_short(path))
            if place is None:
                found.append((link, None))
                continue
            part = self._known(pages_beside(posixpath.dirname(inside(link.name) or "")))
            start, size = place >> _SIZE_BITS, place & (1 << _SIZE_BITS) - 1
            found.append((replace(link, start=start, size=size), part))
        yield from sorted(found, key=lambda one: (one[0].start, one[0].head))

    def _known(self, pages: tuple[str, ...]) -> bool:
        return any(_short(page) in self._places for page in pages)


def _short(path: str) -> bytes:
    return blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16).digest()
