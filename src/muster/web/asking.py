"""Addresses of the workbench: what may stand behind the question mark, and what it asks."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from muster.errors import ServiceError, nearest
from muster.transfers import Ask

LONGEST = 300
"""Characters of one value at most: no item, state or class has so long a name."""

FIELDS = ("item", "donor", "recipient", "from", "until", "known-on", "arrived-by", "within")
"""What a question may say; the names of the options of `muster transfers`."""

FORMATS = ("html", "json", "csv")

Query = Mapping[str, str]


def query(raw: str, known: Sequence[str]) -> dict[str, str]:
    """Return what stands behind the question mark, without what was left empty.

    Raises `ServiceError` for a name that is not known here, one that is there twice, or a value that is too long.

    >>> query("item=Javelin&donor=", FIELDS)
    {'item': 'Javelin'}
    """
    found: dict[str, str] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        if name not in known:
            do = nearest(name, list(known)) if known else "this page takes none"
            raise ServiceError("unknown name in the address", where="behind the ?", found=name, do=do)
        if name in found:
            raise ServiceError("a name stands twice in the address", where=name, found=value, do="give it once")
        if len(value) > LONGEST:
            raise ServiceError("a value is too long", where=name, found=f"{len(value)} characters",
                               do=f"at most {LONGEST}").refused(414)  # fmt: skip
        if value.strip():
            found[name] = value.strip()
    return found


def address(path: str, asked: Query) -> str:
    """Return an address; what is asked stands in it in one order.

    >>> address("/transfers", {"recipient": "Ruritania", "item": "Leopard 2A4"})
    '/transfers?item=Leopard+2A4&recipient=Ruritania'
    """
    order = [*FIELDS, *(name for name in asked if name not in FIELDS)]
    text = urlencode([(name, asked[name]) for name in order if name in asked])
    return f"{path}?{text}" if text else path


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the ledger. by: the day for the share that can have arrived. fields: as they were given."""

    ask: Ask
    by: date | None
    fields: Query

    @property
    def narrowed(self) -> bool:
        """Whether it names an item, a donor or a recipient; `muster transfers` answers nothing else."""
        return bool(self.ask.item or self.ask.supplier or self.ask.recipient)


def question(given: Query) -> Question:
    """Return the question that an address asks.

    Raises `ServiceError` for what is no day, and for a margin that is no share.

    >>> question({"item": "Javelin", "known-on": "2014-04-01"}).ask.known_on
    datetime.date(2014, 4, 1)
    """
    fields = {name: given[name] for name in FIELDS if name in given}
    ask = Ask(
        fields.get("item", ""), fields.get("donor", ""), fields.get("recipient", ""), _day(fields, "from"),
        _day(fields, "until"), _day(fields, "known-on"), _share(fields, "within"),
    )  # fmt: skip
    return Question(ask, _day(fields, "arrived-by"), fields)


def command(root: Path, fields: Query, *more: str) -> str:
    """Return the command that prints the same.

    >>> command(Path("harbour"), {"item": "Leopard 2A4"}, "--timeline")
    "muster transfers harbour --item 'Leopard 2A4' --timeline"
    """
    options = [part for name in FIELDS if name in fields for part in (f"--{name}", fields[name])]
    return shlex.join(["muster", "transfers", str(root), *options, *more])


def whole(given: Query, name: str, usual: int, most: int) -> int:
    """Return a whole number from 1 to `most`; raises `ServiceError` for anything else."""
    text = given.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise ServiceError("not a number that this takes", where=name, found=text, do=f"give 1 to {most:,}")
    return int(text)


def _day(fields: Query, name: str) -> date | None:
    if name not in fields:
        return None
    try:
        if len(fields[name]) != 10:
            raise ValueError(fields[name])
        return date.fromisoformat(fields[name])
    except ValueError as error:
        raise ServiceError("not a day", where=name, found=fields[name], do="write it as 2014-04-01") from error


def _share(fields: Query, name: str) -> float | None:
    if name not in fields:
        return None
    try:
        share = float(fields[name])
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ServiceError("not a share", where=name, found=fields[name], do="give 0 to 1, for example 0.25")
    return share
