"""Listings that say the same are recognised once, and each has what it would have had alone."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.recognise import Listing, Recogniser, Repeated

TITLES = ("Glock 19 Gen4", "AK-47 feminized seeds, 10 pcs", "2x Makarov PM, serial no. AB1234", "a lamp", "")
LISTINGS = st.lists(
    st.builds(
        Listing, id=st.sampled_from("abc"), title=st.sampled_from(TITLES), price=st.sampled_from(("", "USD 600")),
        category=st.sampled_from(("", "Weapons")), captured=st.sampled_from((None, date(2014, 3, 1))),
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(LISTINGS, max_size=3), st.integers(1, 4))
def test_what_is_found_again_is_what_would_be_found_anew(batches: list[list[Listing]], most: int) -> None:
    recogniser = Recogniser.load()
    again = Repeated(recogniser, most)
    for batch in batches:
        for listing, found in zip(batch, again(batch), strict=True):
            assert list(found.offers) == recogniser.recognise([listing])
            assert list(found.markings) == recogniser.markings([listing])
            assert found.keywords == recogniser.keywords(listing.title, listing.description)
