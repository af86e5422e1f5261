"""The core types: frozen, each carrying the id of what it came from.

In bulk the same facts travel as Arrow tables with the schemas of `muster.schema`; these types are what a function
says in its signature and what a page or a test holds in its hand. `cannot tell` is a value here, never an exception.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

Kind = Literal[
    "handgun", "long_gun", "automatic", "light_weapon", "ammunition", "explosive", "component", "less_lethal",
    "blade_impact", "pyrotechnic", "protective", "guide", "toxic", "placeholder", "not_weapon",
]  # fmt: skip
"""What a listing puts on sale; docs/kinds.md defines each word."""

KINDS: tuple[Kind, ...] = (
    "handgun", "long_gun", "automatic", "light_weapon", "ammunition", "explosive", "component", "less_lethal",
    "blade_impact", "pyrotechnic", "protective", "guide", "toxic", "placeholder", "not_weapon",
)  # fmt: skip

WEAPON_KINDS: tuple[Kind, ...] = (
    "handgun", "long_gun", "automatic", "light_weapon", "ammunition", "explosive", "component", "less_lethal",
    "blade_impact", "toxic",
)  # fmt: skip
"""The kinds that are an arm, its ammunition or its part; guides, armour, fireworks and placeholders count apart."""

FIREARM_KINDS: tuple[Kind, ...] = ("handgun", "long_gun", "automatic")
"""The kinds that fire a bullet from a barrel and are carried by one person."""

CapturedFrom = Literal["record", "page", "row", "file name", "case", "archive", "unknown"]
"""Where the time of a capture was read, strongest first."""


def canonical_json(value: object) -> str:
    """Return the one JSON spelling of a value: sorted keys, no spaces, no ASCII escapes.

    >>> canonical_json({"b": [1, None], "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    return _encode(value)


def make_id(prefix: str, *key: object) -> str:
    """Return `prefix:` and 16 hex digits of SHA-256 over the canonical JSON of the natural key.

    >>> make_id("cap", "captures/a.html", 0, "2014-03-01")
    'cap:2c1039a8803f156e'
    """
    plain = all(type(part) in _WRITTEN_ALIKE for part in key)
    said = _encode_plain(key) if plain else canonical_json(key).encode()
    return f"{prefix}:{hashlib.sha256(said).hexdigest()[:16]}"


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes in hex.

    >>> digest(b"")[:12]
    'e3b0c44298fc'
    """
    return hashlib.sha256(data).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no canonical JSON for {type(value).__name__}")


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode
"""Made once: an id is made for every row, and making the encoder takes as long as encoding."""

_encode_plain = msgspec.json.Encoder().encode
_WRITTEN_ALIKE = frozenset({str, int, type(None)})
"""Types that msgspec writes as `canonical_json` does, byte for byte, in a tenth of the time: keys are made of them."""


@dataclass(frozen=True, slots=True)
class Locator:
    """Where bytes lie: in the file with this digest, from `start` for `length` bytes; `row` for a table's data row.

    For a compressed archive, start and length are those of the record *in the file as it lies on disk*. inside: the way
    on from there where that is a member of a zip or tar or a packed file, e.g. `deflate/0+300`: a kind of step, and the
    next place in the bytes that the step gives; "" where the bytes are the capture's own.
    """

    file_digest: str
    start: int
    length: int
    row: int | None = None
    inside: str = ""

    def as_json(self) -> dict[str, object]:
        """Return `{file_digest, start, length}`, and `row` and `inside` where there are such."""
        found: dict[str, object] = {
            "file_digest": self.file_digest,
            "start": self.start,
            "length": self.length,
        }
        if self.row is not None:
            found["row"] = self.row
        if self.inside:
            found["inside"] = self.inside
        return found


@dataclass(frozen=True, slots=True)
class Capture:
    """The facts of one page or record as archived; its bytes are in `Page.body`."""

    id: str
    source: str  # the path as the case file writes it
    locator: Locator
    digest: str  # SHA-256 of the body
    length: int  # bytes of the body
    media_type: str  # "text/html", "text/csv; row" …
    address: str  # raw address, "" when the archive has none: never leaves the parse task
    captured_at: datetime | None  # UTC
    captured_from: CapturedFrom
    status: int | None = None  # HTTP status of a WARC response


@dataclass(frozen=True, slots=True)
class Page:
    """A capture in the hand: its facts, its bytes, and for a row of a table its cells."""

    capture: Capture
    body: bytes
    file_name: str = ""  # raw, may hold a handle: never leaves the parse task
    cells: Mapping[str, str] | None = None
    names: tuple[str, str, str] = ("", "", "")  # a record's id, visit and payload digest; raw: never leave the task


@dataclass(frozen=True, slots=True)
class Issue:
    """Something not understood or lost: counted and kept, never silently dropped.

    what: a stable word for the sort of trouble, e.g. `no_value`, `unknown_page`, `broken_record`.
    where: field, record or line. found: the value met, already redacted. do: what mends it.
    file: digest of the file it is about, and start, end: the bytes of it, where it is about bytes.
    """

    stage: str
    what: str
    where: str
    found: str = ""
    do: str = ""
    capture: str = ""
    source: str = ""
    file: str = ""
    start: int | None = None
    end: int | None = None

    @property
    def id(self) -> str:
        """The issue's id, `iss:` + 16 hex."""
        return make_id("iss", self.stage, self.what, self.where, self.found, self.capture, self.source)


Grade = Literal["as archived", "as exported", "seen in a picture"]
"""How directly a capture shows what it says; every number that leans on one below the first names it."""


@dataclass(frozen=True, slots=True)
class Observation:
    """A typed row that a profile read from a capture; `row` has the columns that `schema.TABLES[table]` names."""

    id: str
    table: str  # listing_seen, vendor_seen, review_seen, rate_seen
    capture: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in one field of the input, in code points, and what was read there."""

    field: str
    start: int
    end: int
    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another kind that an offer may be, with its probability."""

    kind: Kind
    probability: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What a listing puts on sale: one row per item. `probability` is that of `kind`."""

    of: str  # the id given in: an observation's, or the caller's own
    item: int  # from 0
    kind: Kind
    probability: float
    alternatives: tuple[Alternative, ...] = ()
    make: str = ""
    model: str = ""
    calibre: str = ""
    quantity: int | None = None
    quantity_unit: str = ""  # "items", "rounds" or ""
    multi: bool = False
    unit_price_usd: Decimal | None = None
    price_issue: str = ""
    conditions: tuple[str, ...] = ()  # deactivated, converted, replica, printed, custom_order
    shelf: str = ""  # "arms" where the listing's category speaks of arms, "other", or "" where there is none
    spans: tuple[Span, ...] = ()
    version: str = ""

    @property
    def id(self) -> str:
        """The offer's id, `off:` + 16 hex."""
        return make_id("off", self.of, self.item, self.version)


@dataclass(frozen=True, slots=True)
class Marking:
    """A serial, lot or contract number read in text."""

    of: str
    type: Literal["serial", "lot", "contract"]
    value: str
    field: str
    start: int
    end: int

    @property
    def id(self) -> str:
        """The marking's id, `mrk:` + 16 hex."""
        return make_id("mrk", self.of, self.type, self.value, self.field, self.start)


ClaimType = Literal[
    "count", "share", "money", "transactions", "existence", "comparison", "trend", "quote", "attribution", "date",
    "forecast", "opinion", "question",
]  # fmt: skip
Comparator = Literal["eq", "approx", "ge", "gt", "le", "lt", "between", "none"]


@dataclass(frozen=True, slots=True)
class Facet:
    """One of the assertions that a sentence joins.

    kind: `quantity` ("thousands"), `item` ("weapon systems"), `origin` ("sent by Western allies"),
        `offer` ("on sale"), `place` ("on the internet").
    """

    kind: Literal["quantity", "item", "origin", "offer", "place"]
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion of an article, with its exact words; offsets are code points of the article's text.

    mode: `asserted` by the article, `quoted` (inside direct speech), `reported` (indirect speech).
    checkable: could evidence settle it; if not, `why_not` says `opinion`, `forecast`, `question` or `vague`.
    period: ISO interval ("2022", "2022-02-24/2022-06-09", "/2022-06"), "" when none is said.
    subject: the article's words for what it is about, at `subject_start` (-1: nowhere; a proposed claim's own words).
    unit: what is counted in, by convention (14 pistols: `weapons`); item: the thing itself (`pistols`).
    cites: whom the one it is attributed to names as source in turn.
    read_by: `rules`, or the model that proposed the claim.
    """

    article: str  # digest of the article's text
    quote: str
    start: int
    end: int
    type: ClaimType
    mode: Literal["asserted", "quoted", "reported"]
    checkable: bool
    why_not: str
    subject: str
    measure: Literal["count", "share", "amount", "rate", "presence", "other"]
    comparator: Comparator
    value: float | tuple[float, float] | None
    unit: str
    place: str
    period: str
    attributed_to: str
    facets: tuple[Facet, ...] = ()
    item: str = ""
    cites: str = ""
    read_by: str = "rules"
    subject_start: int = -1
    subject_end: int = -1

    @property
    def id(self) -> str:
        """The claim's id, `clm:` + 16 hex."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return make_id("clm", self.article, self.start, self.end, self.type, value)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The universe that the captures speak for; nothing outside it is ever contradicted by absence."""

    markets: tuple[str, ...]
    first: date | None
    last: date | None
    captures: int
    undated: int  # captures whose time nobody knows
    days: int  # distinct days with a capture
    grades: tuple[Grade, ...] = ()  # of evidence among them that is weaker than an archived page or table


@dataclass(frozen=True, slots=True)
class Under:
    """What an estimate would be under another assumption than its own, printed beside it."""

    assumption: str
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with interval, unit, method, n, coverage and assumptions.

    scope: what was counted, e.g. `{"kind": ["handgun"], "market": "bazaar"}`.
    low, high: 95% bounds; None where that side cannot be told, and `assumptions` says why.
    under: the result under each doubtful assumption.
    inputs_digest: digest of the tables that it was computed from; `why` reruns the measure on them.
    """

    measure: str
    scope: Mapping[str, Any]
    value: float | None
    low: float | None
    high: float | None
    unit: str
    method: str
    n: int
    coverage: Coverage
    assumptions: tuple[str, ...] = ()
    inputs_digest: str = ""
    under: tuple[Under, ...] = ()

    @property
    def id(self) -> str:
        """The estimate's id, `est:` + 16 hex."""
        return make_id("est", self.measure, self.scope, self.method, self.inputs_digest)


VerdictWord = Literal["supported", "contradicted", "cannot tell", "not checkable"]


@dataclass(frozen=True, slots=True)
class FacetVerdict:
    """What the evidence says about one facet of a claim."""

    kind: str
    quote: str
    verdict: VerdictWord
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence held says about a claim: on the world, never on the person who said it.

    basis: `measured` here, `reported by` a finding, or "" where nothing bears on it.
    would_decide: what evidence would settle it, for `cannot tell`.
    probability: that the claim is true of what the captures speak for, given the recogniser's error; None where no
        number was measured, or where the captures bound it on one side only. coverage: which markets, pages and days.
    speaks_for, speaks_against: the strongest evidence held on either side. said: the verdict in the article's language.
    """

    claim: str
    verdict: VerdictWord
    basis: Literal["measured", "reported by", ""]
    reason: str
    would_decide: str = ""
    estimates: Sequence[str] = ()
    findings: Sequence[str] = ()
    facets: Sequence[FacetVerdict] = field(default_factory=tuple)
    use_of_source: str = (
        ""  # faithful, altered, wrong context, no source given, source not at hand; "" for no quotation
    )
    probability: float | None = None
    coverage: str = ""
    speaks_for: str = ""
    speaks_against: str = ""
    said: str = ""

    @property
    def id(self) -> str:
        """The verdict's id, `vrd:` + 16 hex."""
        return make_id("vrd", self.claim, self.verdict, self.basis, self.reason, list(self.estimates))


@dataclass(frozen=True, slots=True)
class Walk:
    """One step of the walk back from an id; the same shape for every sort of id.

    id, kind: the id and the table that holds it. value: what it says, short. text: the same with its reasons.
    children: the first ids that it rests on. total: how many there are in all.
    locator: for a capture, where its bytes lie (`file_digest`, `start`, `length` or `row`); None otherwise.
    """

    id: str
    kind: str
    value: str
    text: str
    children: tuple[str, ...]
    total: int
    locator: Mapping[str, object] | None
