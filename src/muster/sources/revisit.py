"""Revisits: records that say "these bytes again", and the names by which one finds the record that has them.

A revisit names its original up to three ways (WARC 1.1, 6.7): by the original's record id, by the address and time of
the visit that brought it, by the digest of its payload. They are asked in this order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from muster.model import Issue, Locator, Page, make_id
from muster.sources.capture import Origin
from muster.sources.digests import canonical, fits
from muster.sources.http_payload import Payload, body_as_sent, status_of
from muster.sources.media import media_type_of
from muster.sources.placed import Record
from muster.sources.times import time_of_record


class Names(NamedTuple):
    """What a record is called, or what a revisit calls its original; "" where it is not said. Raw: with addresses."""

    record: str = ""
    visit: str = ""
    payload: str = ""


NAMELESS = Names()
_NOWHERE = Locator("", 0, 0)


@dataclass(frozen=True, slots=True)
class Sought(Issue):
    """A revisit whose original is in no record before it: an issue, until one is found somewhere else in the source.

    revisit: its `rev:` id. at: where it lies. names: what it calls its original, which nothing derived may show.
    """

    revisit: str = ""
    at: Locator = _NOWHERE
    names: Names = NAMELESS

    @classmethod
    def of(cls, issue: Issue, origin: Origin, at: Locator, names: Names) -> Sought:
        """Return what an issue tells, with what finds the original."""
        return cls(
            issue.stage, issue.what, issue.where, issue.found, issue.do, issue.capture, issue.source, issue.file,
            issue.start, issue.end, revisit_id(origin, at), at, names,
        )  # fmt: skip


class Originals:
    """Where the records of one file lie that a revisit may refer to, by their names."""

    def __init__(self) -> None:
        self._places: dict[str, Locator] = {}

    def add(self, names: Names, at: Locator) -> None:
        """Remember a record."""
        for name in names:
            if name:
                self._places.setdefault(name, at)

    def of(self, names: Names) -> Iterator[Locator]:
        """Yield where records lie that may be the original of a revisit, each once."""
        yield from dict.fromkeys(self._places[name] for name in names if name in self._places)


def revisit_id(origin: Origin, at: Locator) -> str:
    """Return the id of the revisit that lies at a place of a file."""
    return make_id("rev", origin.file.source, origin.file.relative, at.as_json())


def names_of(headers: Mapping[str, str]) -> Names:
    """Return what a record is called.

    >>> names_of({"warc-record-id": "<urn:uuid:1>", "warc-target-uri": "http://a.example/", "warc-date": "2014-03-01"})
    Names(record='<urn:uuid:1>', visit='http://a.example/ 2014-03-01', payload='')
    """
    visit = f"{address_of(headers)} {headers.get('warc-date', '').strip()}"
    stated = headers.get("warc-payload-digest", "")
    return Names(headers.get("warc-record-id", "").strip(), visit, canonical(stated) if stated else "")


def names_sought(headers: Mapping[str, str]) -> Names:
    """Return what a revisit calls its original."""
    date = headers.get("warc-refers-to-date", "").strip()
    visit = f"{_bare(headers.get('warc-refers-to-target-uri', ''))} {date}" if date else ""
    stated = _stated(headers)
    return Names(headers.get("warc-refers-to", "").strip(), visit, canonical(stated) if stated else "")


def is_original(headers: Mapping[str, str], original: Record, got: Payload) -> bool:
    """Say whether a record has the payload that a revisit states; where it states none that can be checked, it has."""
    stated = _stated(headers)
    if not stated:
        return True
    if fits(stated, b"") is None:  # nobody here can make such a digest: two that are stated are compared
        theirs = original.headers.get("warc-payload-digest", "")
        label = stated.partition(":")[0].lower()
        return theirs.partition(":")[0].lower() != label or canonical(theirs) == canonical(stated)
    sent = body_as_sent(original.block) if original.type == "response" else iter((original.block,))
    return any(fits(stated, body) for body in (*sent, got.body))


def seen_again(
    origin: Origin, headers: Mapping[str, str], block: bytes, original: tuple[Record, Payload, Locator], again: object
) -> Page:
    """Return the page that a revisit saw again: the original's bytes, at the revisit's time and address.

    headers, block: the revisit's. original: the record, what it brought, where it lies. again: which revisit it is.
    """
    record, got, at = original
    status = status_of(block)
    return origin.page(
        got.body,
        got.media_type or media_type_of(got.body),
        at=at,
        address=address_of(headers) or address_of(record.headers),
        recorded=time_of_record(headers.get("warc-date", "")),
        status=got.status if status in (None, 304) else status,
        again=again,
    )


def address_of(headers: Mapping[str, str]) -> str:
    """Return the address that a record is of."""
    return _bare(headers.get("warc-target-uri", ""))


def _bare(uri: str) -> str:
    return uri.strip().removeprefix("<").removesuffix(">")


def _stated(headers: Mapping[str, str]) -> str:
    """Return the digest that a revisit states of its original; a server that sent nothing ("not modified") stated none.

    Some crawlers write the digest of that nothing, which any empty page of the archive would fit.
    """
    stated = headers.get("warc-payload-digest", "").strip()
    unmodified = headers.get("warc-profile", "").rstrip("/").endswith("server-not-modified")
    return "" if unmodified and fits(stated, b"") else stated
