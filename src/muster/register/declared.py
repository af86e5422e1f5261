"""What a declaration may say about a table of sought, seized or recovered objects; docs/register.md is its page.

Data that people review. Every column of the table is read by a field or named as ignored: a column that is neither
stops the import, for nobody has looked whether it holds persons.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from muster.declaration import read_declaration
from muster.errors import ProfileError, nearest
from muster.register.alert import ObjectClass, Part, Reason

FIELDS = ("reference", "object_class", "kind", "make", "model", "calibre", "country", "year", "authority", "reason",
          "entered", "event", "review", "note")  # fmt: skip
"""What a column may be read as, besides numbers."""


class NumberColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one number of an object stands: its column, its series' column, and the part that bears it."""

    number: str
    series: str = ""
    part: Part = "whole"


class Declared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A declaration.

    register: the name that alerts are known by, with their reference. status: `confirmed` once somebody has run it on a
    real file. official: an authority publishes the table. object_class, reason: of rows that say nothing themselves.
    classes, reasons: pattern → word, the first that fits; of `kind` or `object_class`, and of `reason`.
    fields: what is read from which columns; several are joined by a space. numbers: each object's numbers by part.
    ignore: columns that are understood and not kept. optional: columns that a table may lack.
    """

    name: str
    title: str
    register: str
    numbers: tuple[NumberColumns, ...]
    fields: dict[str, tuple[str, ...]] = {}
    description: str = ""
    status: Literal["confirmed", "unconfirmed"] = "unconfirmed"
    sources: tuple[str, ...] = ()
    official: bool = False
    object_class: ObjectClass = "firearm"
    reason: Reason = "not said"
    classes: tuple[tuple[str, ObjectClass], ...] = ()
    reasons: tuple[tuple[str, Reason], ...] = ()
    ignore: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Every column that it knows."""
        read = {column for columns in self.fields.values() for column in columns}
        read |= {column for one in self.numbers for column in (one.number, one.series) if column}
        return frozenset(read | set(self.ignore))

    @property
    def needed(self) -> frozenset[str]:
        """The columns that a table must have."""
        return self.columns - set(self.ignore) - set(self.optional)


def known() -> tuple[str, ...]:
    """Return the names of the declarations that come with Muster."""
    return tuple(sorted(one.name.removesuffix(".yml") for one in _folder().iterdir() if one.name.endswith(".yml")))


def load(name: str) -> Declared:
    """Return a declaration by its name, or by the path of a `.yml` file. Raises `ProfileError`.

    >>> load("ua-wanted-weapons").status
    'unconfirmed'
    """
    if name.endswith((".yml", ".yaml")):
        path = Path(name)
        if not path.is_file():
            raise ProfileError("there is no such declaration", where=name, found="no file", do="mend the path")
        return parse(path.read_text(encoding="utf-8"), path.stem)
    if name not in known():
        raise ProfileError("there is no such declaration", found=name, do=nearest(name, list(known())))
    return parse(_folder().joinpath(f"{name}.yml").read_text(encoding="utf-8"), name)


def parse(text: str, name: str) -> Declared:
    """Read a declaration; raises `ProfileError` that names the key."""
    where = f"{name}.yml"
    declared = read_declaration(text, name, Declared, "docs/register.md")
    for field in declared.fields:
        if field not in FIELDS:
            raise ProfileError("unknown field", where=where, found=field, do=nearest(field, list(FIELDS)))
    for pattern, _ in (*declared.classes, *declared.reasons):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ProfileError("not a pattern", where=where, found=pattern, do=str(error)) from error
    if not declared.numbers:
        raise ProfileError("no column holds a number", where=where, do="declare `numbers`")
    return declared


def _folder() -> Any:
    return files("muster.profiles").joinpath("registers")
