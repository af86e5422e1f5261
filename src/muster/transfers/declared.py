"""What a declaration may say about an official table or a list of losses; docs/transfers.md is its page.

The manner is that of the market profiles: data that people review. A table is known by its columns; every column is
read by a field or named as ignored, and one that is neither is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from muster.declaration import read_declaration
from muster.errors import ProfileError, nearest
from muster.transfers.accounts import STATES
from muster.transfers.identity import known_classes


class From(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a field is read.

    column: of the table. value: always this. cases: text as written → value; what no case has is an issue.
    estimate: a column that marks it as uncertain, and by which word. currency, price_year: of money.
    """

    column: str = ""
    value: str = ""
    cases: Mapping[str, str] = {}
    estimate: tuple[str, str] | None = None
    currency: str = ""
    price_year: int | None = None


class Cells(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cell that holds several items: `by` stands between them, and the last bracket of each is its quantity.

    total: the column whose number must be their sum.
    """

    column: str
    by: str = ";"
    total: str = ""


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the release says when it was published.

    preface: a pattern over the lines above the header; its first group is the date. beside: a file in the same folder,
    whose column `column` has it. newest: a column of dates, of which the newest is the earliest day on which the file
    can have been there. formats: as `strptime` has them.
    """

    preface: str = ""
    beside: str = ""
    column: str = ""
    newest: str = ""
    formats: tuple[str, ...] = ("%Y-%m-%d",)


class Total(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a table of sums counts: the series whose lines it sums up, at which level, and a column for each state.

    every: the column that counts all states. all: the group that is the sum of the others. beside: words of groups
    that overlap others and are no part of any sum.
    """

    of: str
    level: Literal["item", "type"]
    states: Mapping[str, str]
    every: str = ""
    all: str = ""
    beside: tuple[str, ...] = ()


class Official(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole declaration.

    table: what a row is: a transfer, a loss, or a total. marks: columns that all must be there.
    confirmed: it was held against a real file. If not, an unknown column stops the file.
    releases: a later release of the series replaces the earlier ones, or adds to them.
    fields: by the names that `FIELDS` has. same_item: columns by which a list knows one item in several states.
    classes: the source's word for a sort of arms → class. covers: classes that the source answers for.
    mirror: the series in which the other side of the same transfers reports; the two are held against one another.
    leaves_out: in words. ignored: columns that were seen, understood, and are not kept.
    days: formats of days in its date columns. skip: why a table of this sort is known, and still not read.
    """

    title: str
    description: str
    table: Literal["transfer", "loss", "total"]
    marks: tuple[str, ...]
    fields: Mapping[str, From] = {}
    series: str = ""
    confirmed: bool = False
    releases: Literal["replaces", "adds"] = "replaces"
    published: Published | None = None
    cells: Cells | None = None
    total: Total | None = None
    same_item: tuple[str, ...] = ()
    picture: str = ""
    mirror: str = ""
    classes: Mapping[str, str] = {}
    covers: tuple[str, ...] = ()
    leaves_out: str = ""
    ignored: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    skip: str = ""
    name: str = ""

    def columns(self) -> set[str]:
        """Return every column that it reads or ignores."""
        found = {*self.marks, *self.ignored, *self.same_item, self.picture}
        for field in self.fields.values():
            found |= {field.column, field.estimate[0] if field.estimate else ""}
        if self.cells:
            found |= {self.cells.column, self.cells.total}
        if self.total:
            found |= {*self.total.states, self.total.every}
        if self.published:
            found |= {self.published.newest}
        return found - {""}


FIELDS = (
    "supplier", "recipient", "origin", "item", "description", "category", "quantity", "unit", "state", "happened",
    "ordered", "recorded", "money", "currency", "price_year", "condition", "note", "own_id", "replaces", "group",
    "number", "number_series",
)  # fmt: skip
"""What a table can be read for. For losses `recipient` is who held the item; for totals `group` is what is summed.

`number`, with `number_series`, is what is stamped on the item; what is lost under a number can be looked up.
"""


def known() -> tuple[str, ...]:
    """Return the names of the official profiles of transfers and losses that come with Muster.

    >>> "sipri-trade-register" in known()
    True
    """
    return tuple(sorted(_shipped()))


def official(name: str, folder: Path = Path()) -> Official:
    """Return a profile by its name, or from the path of a .yml file (relative to `folder`).

    Raises `ProfileError` for a name that is none (with the nearest), or a declaration that says what it cannot.
    """
    if name.endswith((".yml", ".yaml")):
        path = folder / name
        if not path.is_file():
            raise ProfileError("there is no such profile", where=name, found="no file", do="mend the path")
        return declare(path.read_text(encoding="utf-8"), path.stem)
    if name not in _shipped():
        raise ProfileError("there is no such official profile", found=name, do=nearest(name, list(known())))
    return _shipped()[name]


def declare(text: str, name: str) -> Official:
    """Read a declaration; raises `ProfileError` naming the key.

    >>> declare("titel: x", "mine")
    Traceback (most recent call last):
    muster.errors.ProfileError: unknown key
      in     mine.yml
      found  titel
      do     did you mean "title"?
    """
    where = f"{name}.yml"
    found = read_declaration(text, name, Official, "docs/transfers.md", series=name)
    _check(found, where)
    return found


def _check(profile: Official, where: str) -> None:
    for field in profile.fields:
        if field not in FIELDS:
            raise ProfileError("unknown field", where=where, found=field, do=nearest(field, list(FIELDS)))
    state = profile.fields.get("state")
    said = {*state.cases.values(), *([state.value] if state.value else [])} if state else set()
    said |= set(profile.total.states.values()) if profile.total else set()
    for name in sorted(said - set(STATES)):
        raise ProfileError("unknown state", where=f"{where}, state", found=name, do=nearest(name, list(STATES)))
    for name in sorted({*profile.classes.values(), *profile.covers} - set(known_classes())):
        raise ProfileError("unknown class", where=where, found=name, do=nearest(name, list(known_classes())))
    needed = {"transfer": ("state", "quantity"), "loss": ("state", "item"), "total": ("group",)}[profile.table]
    for name in needed if not profile.skip else ():
        if name not in profile.fields and not (name == "quantity" and profile.cells):
            raise ProfileError("a field is missing", where=where, found="nothing", do=f'say how "{name}" is read')


@cache
def _shipped() -> dict[str, Official]:
    """Return the declarations that ship, `profiles/transfers/*.yml`."""
    found = {}
    for path in sorted(files("muster.profiles").joinpath("transfers").iterdir(), key=lambda p: p.name):
        if path.name.endswith(".yml"):
            text = path.read_text(encoding="utf-8")
            if _ours(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))):
                name = path.name.removesuffix(".yml")
                found[name] = declare(text, name)
    return found


def _ours(data: Any) -> bool:
    return isinstance(data, dict) and data.get("table") in ("transfer", "loss", "total")
