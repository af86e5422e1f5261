"""A case on disk: `case.toml`, and the folders that belong to it.

::

    CASE/case.toml      what the case is made of (docs/case-file.md)
    CASE/journal/       what was done and decided, append-only
    CASE/private/       the key of the case's tokens and where files lie: never part of an export
    CASE/derived/       tables; may be deleted and rebuilt
    CASE/report/        what to read
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from muster.declaration import place_and_value
from muster.errors import CaseError, nearest

AtLeastOne = Annotated[int, msgspec.Meta(ge=1, le=2**60)]
"""A bound: none of them means anything at 0, and beyond 2**60 no machine holds what it bounds."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[case]`"""

    title: str


class SourceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[source]]`: an archive of one market.

    path: a folder of pages, a WARC, CSV, JSON lines or Parquet file; relative to the case.
    profile: name of the profile; left out, it is found by the profile's own marks.
    captured: last resort for the time of capture: record, page, row and file name come before it.
    complete: whoever captured says that on the days of capture this is the whole market. Only then can
        absence contradict anything; every number that leans on it says so.
    """

    path: str
    profile: str | None = None
    captured: date | None = None
    complete: bool = False


class TransfersEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[transfers]]`: an official table, or a list of losses.

    path: a CSV file, or a folder of them; relative to the case.
    profile: name of an official profile, or the path of your own; left out, each file is known by its columns.
    published: when the release was there to be read, where the file does not say so itself.
    complete: you state that it lists all there is of what it speaks of, so that more than it has contradicts.
    """

    path: str
    profile: str | None = None
    published: date | None = None
    complete: bool = False


class AskEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[ask]]`: what the report asks of the case's transfers; left out, what the claims ask.

    item: as a table might write it, or `class:manpads`. donor, recipient: names or ISO codes. first, last: of the days
    on which it happened. known_on: as it was known on that day. within: margin of estimates that you assume, a share.
    """

    item: str = ""
    donor: str = ""
    recipient: str = ""
    first: date | None = None
    last: date | None = None
    known_on: date | None = None
    within: Annotated[float, msgspec.Meta(ge=0)] | None = None


class RegisterEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[register]]`: a table of lost, stolen or seized objects that markings are looked up in.

    profile: a declaration that ships, or the path of a `.yml` file. snapshot: the day for which the table speaks.
    """

    path: str
    profile: str
    snapshot: date | None = None


class RiskEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[risk]]`: what somebody found out about one factor of diversion; docs/transfers.md lists the factors.

    source: who, where. item, recipient: of which transfer; left out, of all.
    """

    factor: str
    answer: Literal["yes", "no"]
    source: str
    date: date
    item: str = ""
    recipient: str = ""


class ArticleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[article]]`: what is to be tested. outlet: who printed it; `muster chain` finds who names whom by it."""

    path: str
    published: date | None = None
    language: str = ""
    outlet: str = ""


class ReferenceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[reference]]`: the original of something that an article quotes. outlet: whose text it is."""

    path: str
    published: date | None = None
    language: str = ""
    outlet: str = ""


class FindingEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[finding]]`: what somebody else published about a claim.

    claim: words of the claim that it speaks to. says: the finding's exact words. source: who, where, when.
    bears: `for`, `against`, or left out when it only adds a number beside the claim.
    """

    claim: str
    says: str
    source: str
    date: date
    grade: Literal["primary", "secondary"] = "secondary"
    bears: Literal["for", "against", ""] = ""


class CensusEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[census]]`: how many markets somebody counted, the only denominator that a verdict's coverage ever has.

    markets: how many there were. source: who counted, where. date: the day for which the count speaks.
    """

    markets: AtLeastOne
    source: str
    date: date


class RatesEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[rates]]`: what one unit of a currency or coin cost in dollars, day by day.

    path: a CSV file with a column of days and one of rates. base: the currency or coin. Of two tables that have the
    day, the one named first is taken.
    """

    path: str
    base: str = "BTC"


class LimitsEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: bounds on hostile archives; docs/sources.md says what each bounds. Unset keeps the built-in bound."""

    max_body: AtLeastOne | None = None
    max_line: AtLeastOne | None = None
    max_files: AtLeastOne | None = None
    max_unpacked: AtLeastOne | None = None
    max_ratio: AtLeastOne | None = None
    max_depth: AtLeastOne | None = None


class EngineEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[engine]`: who runs the work; it changes no byte of what is derived (docs/scale.md).

    workers: processes of the local engine; 0 for one per core. master, settings: Spark's, in Spark's own words.
    """

    name: Literal["local", "spark"] = "local"
    workers: Annotated[int, msgspec.Meta(ge=0)] = 0
    master: str = ""
    settings: dict[str, str] = {}


class CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `case.toml`."""

    case: Header
    source: tuple[SourceEntry, ...] = ()
    register: tuple[RegisterEntry, ...] = ()
    transfers: tuple[TransfersEntry, ...] = ()
    risk: tuple[RiskEntry, ...] = ()
    ask: tuple[AskEntry, ...] = ()
    article: tuple[ArticleEntry, ...] = ()
    reference: tuple[ReferenceEntry, ...] = ()
    finding: tuple[FindingEntry, ...] = ()
    census: tuple[CensusEntry, ...] = ()
    rates: tuple[RatesEntry, ...] = ()
    limits: LimitsEntry = LimitsEntry()
    engine: EngineEntry = EngineEntry()


_TABLES: dict[str, type[msgspec.Struct]] = {
    "case": Header,
    "source": SourceEntry,
    "register": RegisterEntry,
    "transfers": TransfersEntry,
    "risk": RiskEntry,
    "ask": AskEntry,
    "article": ArticleEntry,
    "reference": ReferenceEntry,
    "finding": FindingEntry,
    "census": CensusEntry,
    "rates": RatesEntry,
    "limits": LimitsEntry,
    "engine": EngineEntry,
}


@dataclass(frozen=True, slots=True)
class Case:
    """An opened case: its folder and what its file says."""

    root: Path
    file: CaseFile

    @property
    def journal(self) -> Path:
        """The journal."""
        return self.root / "journal" / "journal.jsonl"

    @property
    def derived(self) -> Path:
        """The folder of derived tables."""
        return self.root / "derived"

    @property
    def report(self) -> Path:
        """The folder of the report."""
        return self.root / "report"

    @property
    def private(self) -> Path:
        """The folder that never leaves: the token key, and where files lie."""
        return self.root / "private"

    def path(self, written: str) -> Path:
        """Return where a path of the case file points."""
        return self.root / Path(written).expanduser()

    @property
    def transcripts(self) -> Path:
        """The folder of what was typed off pictures, as it was typed."""
        return self.private / "transcripts"

    def token_key(self) -> bytes:
        """Return the key of this case's tokens; made at random on first use, readable by its owner only."""
        return _key(self.private / "token.key")


def open_case(where: Path) -> Case:
    """Open the case in a folder, or the one whose `case.toml` is given.

    Raises `CaseError` where there is none, or where the file says something that a case file cannot say.
    """
    file = where if where.name == "case.toml" else where / "case.toml"
    if not file.is_file():
        raise CaseError(
            "there is no case here",
            where=str(where),
            found="no case.toml",
            do=f"start one:  muster new {where if where.name != 'case.toml' else where.parent}",
        )
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CaseError(
            "the case file is not UTF-8 text",
            where=str(file),
            found=f"byte {error.start}",
            do="save it as UTF-8",
        ) from error
    return Case(file.parent, parse_case(text, name=str(file)))


def nearest_case(start: Path) -> Case:
    """Open the case of this folder or of the nearest one above it."""
    for folder in (start, *start.resolve().parents):
        if (folder / "case.toml").is_file():
            return open_case(folder)
    raise CaseError("there is no case here or above", where=str(start), found="no case.toml", do="name it:  --case DIR")


def parse_case(text: str, *, name: str = "case.toml") -> CaseFile:
    """Read the text of a case file.

    Raises `CaseError` naming the key: an unknown one with the nearest known, a missing one, or a value of a wrong type.

    >>> parse_case('[case]\\ntitle = "Pistols"\\n[[source]]\\npath = "pages"').source[0].path
    'pages'
    >>> parse_case('[case]\\ntitle = "Pistols"\\n[[source]]\\npaht = "pages"')
    Traceback (most recent call last):
    muster.errors.CaseError: unknown key
      in     case.toml, source 1
      found  paht
      do     did you mean "path"?
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CaseError("the case file is not TOML", where=name, found=str(error), do="mend that line") from error
    _refuse_unknown(data, name)
    try:
        return msgspec.convert(data, CaseFile)
    except msgspec.ValidationError as error:
        where, found = place_and_value(str(error), data, name)
        raise CaseError(
            "the case file says what it cannot", where=where, found=found,
            do="see docs/case-file.md for what each key takes",
        ) from error  # fmt: skip


def case_text(file: CaseFile) -> str:
    """Return a case file as TOML; what is at its default is left out.

    >>> case_text(parse_case('[case]\\ntitle = "Pistols"\\n[[source]]\\npath = "pages"')).splitlines()
    ['[case]', 'title = "Pistols"', '', '[[source]]', 'path = "pages"']
    """
    import tomlkit

    data = msgspec.to_builtins(file, builtin_types=(date,))
    out = tomlkit.document()
    out["case"] = data["case"]
    names = ("source", "register", "transfers", "risk", "ask", "article", "reference", "finding", "census", "rates")
    for name in names:
        rows = tomlkit.aot()
        for row in data[name]:
            rows.append(tomlkit.item({k: v for k, v in row.items() if v not in (None, "", False)}))
        if rows:
            out[name] = rows
    usual: dict[str, msgspec.Struct] = {"limits": LimitsEntry(), "engine": EngineEntry()}
    for name, entry in usual.items():
        unlike = {k: v for k, v in data[name].items() if v != getattr(entry, k)}
        if unlike:
            out[name] = unlike
    return tomlkit.dumps(out)


def _refuse_unknown(data: Mapping[str, Any], name: str) -> None:
    for table, value in data.items():
        if table not in _TABLES:
            raise CaseError("unknown table", where=name, found=table, do=nearest(table, list(_TABLES)))
        known = list(_TABLES[table].__struct_fields__)
        rows = value if isinstance(value, list) else [value]
        for number, row in enumerate(rows, 1):
            place = f"{name}, {table} {number}" if isinstance(value, list) else f"{name}, [{table}]"
            if not isinstance(row, dict):
                raise CaseError("not a table", where=place, found=row, do=f"write [[{table}]] above its keys")
            for key in row:
                if key not in known:
                    raise CaseError("unknown key", where=place, found=key, do=nearest(key, known))


def _key(path: Path) -> bytes:
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(32) + "\n")
        try:
            os.link(aside, path)  # the first of two runs wins; the other reads its key
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    text = path.read_text().strip()
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise CaseError(
            "the key of the case's tokens is damaged", where=str(path), found=f"{len(text)} characters",
            do="bring back the file; a new key gives other tokens, so old reports no longer match",
        )  # fmt: skip
    return bytes.fromhex(text)
