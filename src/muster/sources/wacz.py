"""The digests that a WACZ states for its members. Format: WACZ 1.1.1, a zip with a Frictionless data package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from muster.sources.inner import Inner

DATAPACKAGE = "datapackage.json"
PACKAGE_DIGEST = "datapackage-digest.json"
_MAKES = {"sha256", "sha512", "sha1", "md5"}


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest that is stated for a member."""

    make: str
    value: str

    def wrong(self, inner: Inner) -> bool:
        """Say whether bytes have another digest; they are read in blocks."""
        summed = hashlib.new(self.make, usedforsecurity=False)
        inner.seek(0)
        while block := inner.read(1 << 20):
            summed.update(block)
        return summed.hexdigest() != self.value.lower()


@dataclass(frozen=True, slots=True)
class Stated:
    """What a WACZ states. wacz: whether the zip is one at all."""

    digests: Mapping[str, Digest]
    wacz: bool


def stated_digests(texts: Mapping[str, bytes]) -> Stated:
    """Return the digests of members by name, from the data package and the file that states the package's own.

    >>> package = b'{"profile": "data-package", "resources": [{"path": "archive/a.warc.gz", "hash": "sha256:00"}]}'
    >>> stated_digests({DATAPACKAGE: package})
    Stated(digests={'archive/a.warc.gz': Digest(make='sha256', value='00')}, wacz=True)
    """
    package = _json(texts.get(DATAPACKAGE, b""))
    found: dict[str, Digest] = {}
    resources = package.get("resources")
    for resource in resources if isinstance(resources, list) else []:
        if isinstance(resource, dict):
            _add(found, resource.get("path"), resource.get("hash"))
    _add(found, DATAPACKAGE, _json(texts.get(PACKAGE_DIGEST, b"")).get("hash"))
    wacz = any(name.startswith("archive/") for name in found) or "wacz_version" in package
    return Stated(found if wacz else {}, wacz)


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _add(found: dict[str, Digest], name: object, stated: object) -> None:
    if isinstance(name, str) and isinstance(stated, str):
        make, _, value = stated.partition(":")
        if make in _MAKES and value:
            found[name] = Digest(make, value)
