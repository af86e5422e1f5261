"""The contract of `muster recognise`: a line of JSON in, a row of JSON out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from muster.errors import RecogniseError, nearest
from muster.model import Offer
from muster.recognise.recogniser import Listing

KEYS = ("id", "title", "description", "category", "price", "currency", "captured")
_DO = "give one JSON object a line with id and title, and perhaps " + ", ".join(KEYS[2:])


@dataclass(frozen=True, slots=True)
class _Line:
    row: dict[str, Any]
    number: int

    def text(self, key: str, required: bool = False) -> str:
        value = self.row.get(key)
        if value is None and not required:
            return ""
        if key in ("id", "price") and isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or (key == "id" and not value):
            raise _refused(f"`{key}` is no text", self.number, value)
        return value


def read_jsonl(line: str, number: int) -> Listing:
    """Return the listing of one line; `number` is the line's, for the message.

    A price may be text as written or a number; a number counts in `currency`. An unknown key is refused.
    Raises `RecogniseError` with the line's number.

    >>> read_jsonl('{"id": "a", "title": "Glock 19", "price": 600, "currency": "USD"}', 1).price
    '600'
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError too
        raise _refused("not a line of JSON", number, line) from error
    if not isinstance(row, dict):
        raise _refused("not a JSON object", number, line)
    for key in row:
        if key not in KEYS:
            raise RecogniseError(
                f"unknown key `{key}`", where=f"line {number}", found=line, do=nearest(key, list(KEYS))
            )
    held = _Line(row, number)
    return Listing(
        id=held.text("id", required=True),
        title=held.text("title", required=True),
        description=held.text("description"),
        category=held.text("category"),
        price=held.text("price"),
        amount_usd=_amount(held),
        currency=held.text("currency"),
        captured=_day(held.text("captured"), number),
    )


def as_contract(offer: Offer) -> dict[str, object]:
    """Return the row that `muster recognise` puts out.

    >>> as_contract(Offer(of="a", item=0, kind="not_weapon", probability=0.99))["id"]
    'a'
    """
    return {
        "id": offer.of,
        "item": offer.item,
        "kind": offer.kind,
        "probability": offer.probability,
        "alternatives": [{"kind": other.kind, "probability": other.probability} for other in offer.alternatives],
        "make": offer.make,
        "model": offer.model,
        "calibre": offer.calibre,
        "quantity": offer.quantity,
        "quantity_unit": offer.quantity_unit,
        "multi": offer.multi,
        "unit_price_usd": None if offer.unit_price_usd is None else float(offer.unit_price_usd),
        "price_issue": offer.price_issue,
        "conditions": list(offer.conditions),
        "spans": [
            {"field": span.field, "start": span.start, "end": span.end, "what": span.what, "value": span.value}
            for span in offer.spans
        ],
        "version": offer.version,
    }


def _amount(line: _Line) -> Decimal | None:
    """A price given as a number is an amount in the currency named; text is left to be read."""
    value = line.row.get("price")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and line.text("currency").upper() == "USD":
        try:
            amount = Decimal(str(value))
        except InvalidOperation as error:
            raise _refused("`price` is no number", line.number, value) from error
        return amount
    return None


def _day(text: str, number: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise _refused("`captured` is no date", number, text) from error


def _refused(what: str, number: int, found: object) -> RecogniseError:
    return RecogniseError(what, where=f"line {number}", found=found, do=_DO)
