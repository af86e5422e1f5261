"""Listings that say the same are recognised once: an archive shows most of them on page after page."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from muster.model import Marking, Offer
from muster.recognise.recogniser import Listing, Recogniser

MOST = 4096
"""Different listings that are remembered; of what they say only the digest and what was found is kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was recognised in one listing."""

    offers: tuple[Offer, ...]
    markings: tuple[Marking, ...]
    keywords: tuple[str, ...]

    def of(self, name: str) -> Found:
        """Return the same of a listing with another id that says the same."""
        offers = tuple(replace(offer, of=name) for offer in self.offers)
        return replace(self, offers=offers, markings=tuple(replace(mark, of=name) for mark in self.markings))


class Repeated:
    """Recognises listings; one that says what an earlier one said gets what was found there, under its own id.

    >>> again = Repeated(Recogniser.load())
    >>> found = list(again([Listing("a", "Glock 19"), Listing("b", "Glock 19")]))
    >>> [(each.offers[0].of, each.offers[0].kind) for each in found]
    [('a', 'handgun'), ('b', 'handgun')]
    """

    def __init__(self, recogniser: Recogniser, most: int = MOST) -> None:
        self.recogniser = recogniser
        self._most = most
        self._known: OrderedDict[bytes, Found] = OrderedDict()

    def __call__(self, listings: Sequence[Listing]) -> Iterator[Found]:
        """Yield what is recognised in each listing, in order."""
        said = [_said(listing) for listing in listings]
        new = {key: listing for key, listing in zip(said, listings, strict=True) if key not in self._known}
        here = {**{key: self._known[key] for key in said if key in self._known}, **self._read(new)}
        for key in said:
            self._known[key] = here[key]
            self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        for key, listing in zip(said, listings, strict=True):
            yield here[key].of(listing.id)

    def _read(self, new: dict[bytes, Listing]) -> dict[bytes, Found]:
        listings = [replace(listing, id=str(n)) for n, listing in enumerate(new.values())]
        offers: list[list[Offer]] = [[] for _ in listings]
        for offer in self.recogniser.recognise(listings):
            offers[int(offer.of)].append(offer)
        found = (
            Found(
                tuple(own), tuple(self.recogniser.markings([listing])),
                self.recogniser.keywords(listing.title, listing.description),
            )
            for own, listing in zip(offers, listings, strict=True)
        )  # fmt: skip
        return dict(zip(new, found, strict=True))


def _said(listing: Listing) -> bytes:
    """Return the digest of all that a listing is judged by: everything but its id."""
    said = (
        listing.title, listing.description, listing.category, listing.price, listing.amount_usd, listing.currency,
        listing.captured,
    )  # fmt: skip
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()
