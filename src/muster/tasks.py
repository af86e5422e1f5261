"""The units of work of a run: each reads some input, is pure, and leaves one folder of tables.

A task carries only what it needs to be run in another process, and returns counts: the rows are in its folder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from muster.engines.careful import NOWHERE, Mark
from muster.errors import MusterError
from muster.model import Issue, Page
from muster.profiles import NO_RATES, Fills, Profile, Rates, Tokens, find, known, load, parse
from muster.recognise import Listing, Recogniser, Repeated
from muster.sources import Limits, Shard, Sought, SourceFile, read
from muster.store import Writer, open_tables, read_rows, whole_folder, writing
from muster.transcripts import Line, cells, load_transcript, transcript_rows

Counts = dict[str, int]
"""Table name → rows."""

SEEN = ("listing_seen", "vendor_seen", "review_seen", "option_seen", "tally_seen", "rate_seen", "alert_seen")
PARSED = ("capture", "body", "filled", "issue", "transcript", *SEEN)
"""The tables that parsing leaves, whatever is parsed."""

OFFERING = (
    "id", "capture", "title", "description", "category", "currency", "amount_text", "amount_usd", "captured_at",
)  # fmt: skip
"""What is read of a listing to recognise what it offers, and to tell of it."""

BATCH = 512
"""Listings recognised at a time."""

PENDING = 8192
"""Rows that a task holds before it writes them: its memory does not depend on how large a shard is."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class ParseTask:
    """Read one shard and parse every capture in it: bytes → capture, body, observations, issues, revisits to be found.

    profile: the profile that the case file names, or "" to find it by its marks.
    transcripts: the folder of what was typed off pictures. rates: the case's, for prices in dollars.
    mark, without: see `muster.engines.Stepwise`. Place 2n is reading what comes n-th, place 2n + 1 parsing it.
    """

    shard: Shard
    profile: str
    captured: date | None
    limits: Limits
    token_key: bytes
    out: Path
    transcripts: Path | None = None
    rates: Rates = NO_RATES
    mark: Path | None = None
    without: frozenset[int] = frozenset()

    def __call__(self) -> Counts:
        """Do it; the folder appears whole or not at all."""
        tokens = Tokens(self.token_key)
        profiles = [load(self.profile)] if self.profile else [load(name) for name in known()]
        with whole_folder(self.out) as aside, writing(aside, self.tables) as writer, Mark(self.mark) as mark:
            self._read(profiles, tokens, Gathered(writer, mark))
        return dict(writer.rows)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that it leaves; only WARC files have revisits, alone or in archives."""
        return (*PARSED, "original", "revisit") if self.shard.format in ("warc", "archive") else PARSED

    def watched(self, mark: Path, without: frozenset[int]) -> ParseTask:
        """Return the same work, noting its places, but for some of them."""
        return replace(self, mark=mark, without=without)

    def _read(self, profiles: list[Profile], tokens: Tokens, parsed: Gathered) -> None:
        for place, item in self._items(parsed):
            if isinstance(item, Sought):
                parsed.writer.add("revisit", [revisit_row(item, tokens)])
                continue
            if isinstance(item, Issue):
                parsed.issues([item], tokens)
                continue
            parsed.mark.at(place)
            if place in self.without:
                parsed.issues([_killed(item)], tokens)
                profile, page = None, replace(item, body=b"")  # its facts stand; nothing looks into its bytes again
            else:
                page = self._typed_off(item, tokens, parsed)
                profile = chosen(page, profiles, named=bool(self.profile))
            self._parse(page, profile, tokens, parsed)
            if any(item.names):
                parsed.writer.add("original", [original_row(item, tokens)])
            parsed.bodies[item.capture.digest, item.capture.length] += 1
            parsed.flush_if_many()
        if parsed.untold:
            parsed.issues([untranscribed(self.shard, parsed.untold)], tokens)
        parsed.finish()

    def _typed_off(self, page: Page, tokens: Tokens, parsed: Gathered) -> Page:
        """Return a picture with what was typed off it; any other page as it is."""
        if not page.capture.media_type.startswith("image/"):
            return page
        alone = self.shard.format == "picture"
        page, lines = transcribed(page, self.transcripts, None if alone else page.capture.locator.file_digest)
        parsed.writer.add("transcript", transcript_rows(page.capture.id, lines, tokens))
        parsed.untold += not lines
        return page

    def _parse(self, page: Page, profile: Profile | None, tokens: Tokens, parsed: Gathered) -> None:
        found = parse(page, profile, tokens, self.rates)
        parsed.writer.add("capture", [found.capture])
        parsed.issues(found.issues, tokens)
        for seen in found.observations:
            parsed.writer.add(seen.table, [seen.row])
        when = found.capture["captured_at"]
        day = when.date().isoformat() if when else ""
        parsed.fills.add(found.capture, day, ((seen.table, seen.row) for seen in found.observations))

    def _items(self, parsed: Gathered) -> Iterator[tuple[int, Page | Issue]]:
        """Yield what the shard holds, each with the place of parsing it; a file is left where reading it kills."""
        n = 0
        for file in self.shard.files:
            found = read(replace(self.shard, files=(file,)), self.captured, self.limits)
            while True:
                if 2 * n in self.without:
                    yield NOWHERE, reading_kills(file, n)
                    break
                parsed.mark.at(2 * n)
                item = next(found, None)
                if item is None:
                    break
                yield 2 * n + 1, item
                n += 1
            n += 1


@dataclass
class Gathered:
    """What a shard gave so far, and the place that the work is at."""

    writer: Writer
    mark: Mark
    bodies: Counter[tuple[str, int]] = field(default_factory=Counter)
    fills: Fills = field(default_factory=Fills)
    told: set[str] = field(default_factory=set)
    untold: int = 0  # pictures that nobody typed off

    def issues(self, issues: Iterable[Issue], tokens: Tokens) -> None:
        """Add issues; one that was told already is told once."""
        for issue in issues:
            if issue.id not in self.told:
                self.told.add(issue.id)
                self.writer.add("issue", [issue_row(issue, tokens)])

    def flush_if_many(self) -> None:
        """Write what is held when it is much, so that memory does not grow with the shard."""
        if self.writer.pending >= PENDING:
            self.mark.at(NOWHERE)
            self.writer.flush()

    def finish(self) -> None:
        """Add the bodies, each with how many captures show it, and how often fields had a value."""
        self.mark.at(NOWHERE)
        self.writer.add("filled", self.fills.rows())
        self.writer.add(
            "body", [{"digest": d, "length": n, "captures": count} for (d, n), count in self.bodies.items()]
        )


def transcribed(page: Page, folder: Path | None, inside: str | None = None) -> tuple[Page, tuple[Line, ...]]:
    """Return a picture with what was typed off it as its cells, and the lines; as it is, and none, if nobody did.

    inside: digest of the archive that holds it, which must be one of those that it was typed off in.
    """
    found = load_transcript(folder, page.capture.digest) if folder is not None else None
    if found is not None and inside is not None and inside not in found.files:
        found = None
    return (replace(page, cells=cells(found)), found.lines) if found is not None else (page, ())


def untranscribed(shard: Shard, n: int) -> Issue:
    """Return the issue of a shard's pictures that nobody has typed off."""
    where, found = f"the files from {shard.files[0].digest[:12]} on", f"{n} pictures" if n > 1 else "1 picture"
    return Issue("parse", "untranscribed", where, found, "muster transcribe CASE", source=shard.source)


@dataclass(frozen=True)
class RecogniseTask:
    """Recognise what the listings of one parsed shard put on sale.

    mark, without: see `muster.engines.Stepwise`. Place n is the listing that comes n-th.
    """

    parsed: Path
    out: Path
    mark: Path | None = None
    without: frozenset[int] = frozenset()

    def __call__(self) -> Counts:
        """Do it; the folder appears whole or not at all."""
        recogniser = Repeated(Recogniser.load())
        names = ("offer", "marking", "issue")
        first = 0
        with whole_folder(self.out) as aside, writing(aside, names) as writer, Mark(self.mark) as mark:
            for rows in read_rows(self.parsed / "listing_seen.parquet", BATCH, OFFERING):
                self._batch(recogniser, rows, first, writer, mark)
                first += len(rows)
        return dict(writer.rows)

    def watched(self, mark: Path, without: frozenset[int]) -> RecogniseTask:
        """Return the same work, noting its places, but for some of them."""
        return replace(self, mark=mark, without=without)

    def _batch(self, recogniser: Repeated, rows: Rows, first: int, writer: Writer, mark: Mark) -> None:
        """Recognise the listings that come `first`-th and after."""
        kept: Rows = []
        for place, row in enumerate(rows, first):
            if place in self.without:
                writer.add("issue", [_unrecognised(row)])
                continue
            kept.append(row)
            if self.mark is not None:
                # a batch does not say which of its listings kills: each is tried alone first, for the mark only
                mark.at(place)
                self._recognised(recogniser, [row])
        mark.at(NOWHERE)
        offers, markings = self._recognised(recogniser, kept)
        writer.add("offer", offers)
        writer.add("marking", markings)
        if writer.pending >= PENDING:
            writer.flush()

    def _recognised(self, recogniser: Repeated, rows: Rows) -> tuple[Rows, Rows]:
        """Return the rows of `offer` and of `marking` that rows of `listing_seen` give."""
        found = list(recogniser([listing_of(row) for row in rows]))
        offers = [offer_row(offer, keywords=each.keywords) for each in found for offer in each.offers]
        return offers, [marking_row(marking) for each in found for marking in each.markings]


@dataclass(frozen=True)
class CountTask:
    """Count by item and day what one parsed and recognised shard says."""

    parsed: Path
    recognised: Path
    out: Path

    def __call__(self) -> Counts:
        """Do it; the folder appears whole or not at all."""
        from muster.estimate import item_days  # a fifth of a second, which no worker that parses should wait for

        files = {"listing_seen": [self.parsed / "listing_seen.parquet"], "offer": [self.recognised / "offer.parquet"]}
        with open_tables(files) as db, whole_folder(self.out) as aside, writing(aside, ("item_day",)) as writer:
            writer.add_table("item_day", item_days(db))
        return dict(writer.rows)


def _killed(page: Page) -> Issue:
    capture = page.capture
    return Issue(
        "parse", "parsing_kills", "page", f"{capture.length} bytes", "look at it:  muster show; nothing of it is read",
        capture=capture.id, source=capture.source,
    )  # fmt: skip


def reading_kills(file: SourceFile, before: int) -> Issue:
    """Return the issue of a file that is left where reading it kills."""
    do = "the file kills whoever reads on; cut it there and name the parts as sources of their own"
    return file.issue("reading_kills", f"after {before} captures of the shard", do=do)


def _unrecognised(row: dict[str, Any]) -> dict[str, Any]:
    issue = Issue("recognise", "recognising_kills", "listing", row["id"], "look at it:  muster why; what it offers is "
                  "not counted", capture=row["capture"])  # fmt: skip
    return {"id": issue.id, "stage": issue.stage, "what": issue.what, "where": issue.where, "found": issue.found,
            "do": issue.do, "capture": issue.capture, "source": issue.source, "file": "", "start": None,
            "end": None}  # fmt: skip


def chosen(page: Page, profiles: list[Profile], *, named: bool) -> Profile | None:
    """Return the profile for a page: by its marks, or the one that was named, which then says what does not fit."""
    return find(page, profiles) or (profiles[0] if named else None)


def listing_of(row: dict[str, Any]) -> Listing:
    """Return a row of `listing_seen` as the recogniser takes it."""
    captured = row["captured_at"]
    said = {name: row.get(name) or "" for name in ("title", "description", "category", "currency")}
    return Listing(
        id=row["id"], **said, price=row.get("amount_text") or "", amount_usd=row.get("amount_usd"),
        captured=captured.date() if captured else None,
    )  # fmt: skip


def offer_row(offer: Any, *, keywords: tuple[str, ...]) -> dict[str, Any]:
    """Return an offer as a row of the table `offer`."""
    price: Decimal | None = offer.unit_price_usd
    return {
        "id": offer.id, "observation": offer.of, "item": offer.item, "kind": offer.kind,
        "probability": offer.probability,
        "alternatives": [{"kind": a.kind, "probability": a.probability} for a in offer.alternatives],
        "make": offer.make, "model": offer.model, "calibre": offer.calibre, "quantity": offer.quantity,
        "quantity_unit": offer.quantity_unit, "multi": offer.multi,
        "unit_price_usd": price.quantize(Decimal("0.00000001")) if price is not None else None,
        "price_issue": offer.price_issue, "conditions": list(offer.conditions),
        "shelf": offer.shelf, "keywords": list(keywords),
        "spans": [{"field": s.field, "start": s.start, "end": s.end, "what": s.what, "value": s.value}
                  for s in offer.spans],
        "version": offer.version,
    }  # fmt: skip


def marking_row(marking: Any) -> dict[str, Any]:
    """Return a marking as a row of the table `marking`."""
    return {
        "id": marking.id, "observation": marking.of, "type": marking.type, "value": marking.value,
        "field": marking.field, "start": marking.start, "end": marking.end,
    }  # fmt: skip


def issue_row(issue: Issue, tokens: Tokens) -> dict[str, Any]:
    """Return an issue as a row of the table `issue`; whatever it met is redacted once more on the way out."""
    where, found = tokens.redact(issue.where).text, tokens.redact(issue.found).text
    return {
        "id": issue.id, "stage": issue.stage, "what": issue.what, "where": where, "found": found[:200],
        "do": issue.do, "capture": issue.capture, "source": issue.source, "file": issue.file, "start": issue.start,
        "end": issue.end,
    }  # fmt: skip


def original_row(page: Page, tokens: Tokens) -> dict[str, Any]:
    """Return a capture that a revisit may refer to as a row of the table `original`."""
    capture = page.capture
    return {"capture": capture.id, "source": capture.source, "captured_at": capture.captured_at,
            **_blind(page.names, tokens)}  # fmt: skip


def revisit_row(sought: Sought, tokens: Tokens) -> dict[str, Any]:
    """Return a revisit whose original is not found yet as a row of the table `revisit`."""
    at, issue = sought.at, issue_row(sought, tokens)
    return {"id": sought.revisit, "source": sought.source, "file_digest": at.file_digest, "start": at.start,
            "record_length": at.length, "row": at.row, "inside": at.inside, **_blind(sought.names, tokens),
            "issue": issue["id"], "where": issue["where"], "lost_start": issue["start"],
            "lost_end": issue["end"]}  # fmt: skip


def _blind(names: tuple[str, str, str], tokens: Tokens) -> dict[str, str | None]:
    record, visit, payload = names
    return {"by_record": tokens.blind("record", record), "by_visit": tokens.blind("visit", visit),
            "by_payload": tokens.blind("payload", payload)}  # fmt: skip


def observations(pages: Iterator[Page | Issue], profile: str, tokens: Tokens) -> Iterator[dict[str, Any]]:
    """Yield every row that profiles read from pages, each with the name of its table; issues are rows, too.

    Raises `ProfileError` for a profile that is not known.
    """
    profiles = [load(profile)] if profile else [load(name) for name in known()]
    for page in pages:
        if isinstance(page, Issue):
            yield {"table": "issue", **issue_row(page, tokens)}
            continue
        parsed = parse(page, chosen(page, profiles, named=bool(profile)), tokens)
        yield {"table": "capture", **parsed.capture}
        for seen in parsed.observations:
            yield {"table": seen.table, **seen.row}
        for issue in parsed.issues:
            yield {"table": "issue", **issue_row(issue, tokens)}


def lost_issue(task: object, error: MusterError | None = None) -> Issue:
    """Return the issue of a shard that killed its worker, alone and twice."""
    where = ""
    if isinstance(task, ParseTask):
        where = f"{task.shard.source}, {len(task.shard.files)} files, from row {task.shard.first}"
    return Issue(
        "parse", "shard_lost", where, str(error or "the process was killed"),
        "give the machine more memory, or find the page:  muster parse on parts of the source",
        source=task.shard.source if isinstance(task, ParseTask) else "",
    )  # fmt: skip
