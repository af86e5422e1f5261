"""The contract of a look-up: a question in as JSON or as the cells of a row, an answer out as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, cast

from muster.errors import RegisterError, nearest
from muster.register.alert import PARTS, Answer, Lookup, Part

KEYS = tuple(column.name for column in fields(Lookup))

COLUMNS = ("answer", "alert", "spelling", "held_number", "difference", "reason", "register", "reference", "snapshot",
           "expected_by_chance", "candidates", "elsewhere", "why", "caveat")  # fmt: skip
"""What is put behind the columns of a list; of the nearest candidate."""

ALIASES = {"serial": "number", "serial number": "number", "caliber": "calibre", "maker": "make", "manufacturer": "make"}
"""Headings of a list that are understood besides the fields' own names."""


def column_of(heading: str) -> str:
    """Return the field that a column of a list holds, or the heading as it is compared.

    >>> column_of(" Serial Number"), column_of("Model")
    ('number', 'model')
    """
    name = heading.strip().casefold()
    return ALIASES.get(name, name)


def as_columns(answer: Mapping[str, Any]) -> list[object]:
    """Return the cells of `COLUMNS` for an answer that `as_contract` gave."""
    if not answer["candidates"]:
        found: list[object] = [""] * 8
        chance = answer["expected_by_chance"]
    else:
        one = answer["candidates"][0]
        differs = [f"{d['asked'] or 'nothing'} read, {d['held'] or 'nothing'} held" for d in one["differences"]]
        differs += [f"{d['field']}: {d['asked']} asked, {d['held'] or 'not said'} held" for d in one["fields"]]
        found = [one["alert"], one["spelling"], one["number"], "; ".join(differs), one["reason"], one["register"],
                 one["reference"], one["snapshot"] or ""]  # fmt: skip
        chance = one["expected_by_chance"]
    return [answer["answer"], *found, f"{chance:.4g}", answer["total"], answer["elsewhere"], answer["why"],
            " ".join(answer["caveat"])]  # fmt: skip


def lookup_from(row: Mapping[str, Any], *, where: str = "") -> Lookup:
    """Return the question of a row: `number`, and perhaps make, model, calibre, country, year, part, as_of, everything.

    Values may be text, as a table has them; an empty one is not known. Raises `RegisterError` that names the key.

    >>> lookup_from({"number": "AB 1234", "year": "1979", "make": ""}).year
    1979
    """
    for key in row:
        if key not in KEYS:
            raise RegisterError("unknown key of a look-up", where=where, found=key, do=nearest(str(key), list(KEYS)))
    number = row.get("number")
    if not isinstance(number, str) or not number.strip():
        raise RegisterError("a look-up needs a number", where=where, found=number, do="give it as text: zeros count")
    texts = {name: str(row.get(name) or "").strip()[:200] for name in ("make", "model", "calibre", "country")}
    part = row.get("part") or ""
    if part and part not in PARTS:
        raise RegisterError("no part of an object", where=where, found=part, do="one of: " + ", ".join(PARTS))
    return Lookup(
        number.strip(), **texts, year=_year(row.get("year"), where), part=cast("Part", part),
        as_of=_day(row.get("as_of"), where), everything=bool(row.get("everything") or False),
    )  # fmt: skip


def as_contract(answer: Answer) -> dict[str, Any]:
    """Return an answer as the row that `muster lookup --json` prints and the service gives."""
    asked = {name: getattr(answer.query, name) for name in KEYS}
    return {
        "query": {k: _iso(v) if isinstance(v, date) else v for k, v in asked.items() if v not in ("", None, False)},
        "answer": answer.answer,
        "why": answer.why,
        "candidates": [
            {
                "alert": one.alert.id, "number": one.number.text, "part": one.number.part, "spelling": one.spelling,
                "differences": list(one.differences), "distance": one.distance, "fields": list(one.fields),
                "reason": one.alert.reason, "state": one.alert.state, "register": one.alert.register,
                "reference": one.alert.reference, "authority": one.alert.authority, "class": one.alert.object_class,
                "make": one.alert.make, "model": one.alert.model, "calibre": one.alert.calibre,
                "country": one.alert.country, "year": one.alert.year,
                "event": _iso(one.alert.event), "entered": _iso(one.alert.entered),
                "snapshot": _iso(one.alert.snapshot), "action": one.alert.action,
                "parts_differ": list(one.alert.parts_differ),
                "expected_by_chance": round(one.expected_by_chance, 6),
            }
            for one in answer.candidates
        ],
        "total": answer.total,
        "elsewhere": answer.elsewhere,
        "expected_by_chance": round(answer.expected_by_chance, 6),
        "searched": list(answer.searched),
        "caveat": list(answer.caveat),
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _year(value: object, where: str) -> int | None:
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    if not text.isdigit() or not 1600 <= int(text) <= 2100:
        raise RegisterError("no year", where=where, found=value, do="four digits, or leave it out")
    return int(text)


def _day(value: object, where: str) -> date | None:
    if value in (None, ""):
        return None
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise RegisterError("no day", where=where, found=value, do="write YYYY-MM-DD") from error
