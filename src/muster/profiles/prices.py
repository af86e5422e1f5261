"""What the text of a price says, by the signs of one market: the amount, its currency, and every price beside it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from muster.profiles import values
from muster.profiles.profile import Profile

CENT = Decimal("0.00000001")
LARGEST = Decimal(10) ** 15
"""Above this a price is no price: sixteen digits before the point do not fit the column either."""


@dataclass(frozen=True, slots=True)
class Price:
    """A price as a page shows it.

    currency: an ISO 4217 code, a coin's ticker, or "disputed". usd: the amount where it is one in dollars. note: why
    there is none, or none in dollars. shown: every amount whose currency is known, the first of each currency.
    """

    amount: Decimal | None = None
    currency: str | None = None
    usd: Decimal | None = None
    note: str = ""
    shown: tuple[tuple[str, Decimal], ...] = ()


class Prices:
    """Reads the prices of one market; those of short texts are kept, as they come again.

    >>> from muster.profiles.profile import load
    >>> price = Prices(load("hansa")).read("USD 1,150.00")
    >>> str(price.usd), price.note
    ('1150.00000000', '')
    """

    def __init__(self, profile: Profile) -> None:
        self._comma, self._signs = profile.decimals == ",", profile.currency
        self._kept: dict[str, Price] = {}

    def read(self, text: str) -> Price:
        """Return what a text says."""
        price = self._kept.get(text)
        if price is None:
            price = self._read(text)
            if len(text) <= values.SHORT:
                if len(self._kept) >= values.MOST_KEPT:
                    self._kept.clear()
                self._kept[text] = price
        return price

    def _read(self, text: str) -> Price:
        if not text:
            return Price(note="no price")
        found = [
            (money.amount, self._signs.get(money.currency, money.currency))
            for money in values.money(text, comma=self._comma)
            if money.amount < LARGEST
        ]
        if not found:
            return Price(note="not understood")
        shown = dict[str, Decimal]()
        for amount, code in found:
            if len(code) in (3, 4):
                shown.setdefault(code, amount.quantize(CENT))
        # A price in money with its worth in a coin in brackets is one price; money says more than the coin.
        amount, code = next((one for one in found if one[1] not in values.COIN), found[0])
        amount, every = amount.quantize(CENT), tuple(shown.items())
        if code == "USD":
            return Price(amount, code, amount, "", every)
        if code == "disputed":
            return Price(amount, code, None, "currency_disputed", every)
        if len(code) not in (3, 4):
            return Price(amount, "disputed", None, "currency_disputed", every)
        return Price(amount, code, None, f"in {code}, and this capture prints no rate", every)
