"""Every table: its columns, their types and units, and what they mean. docs/tables.md is made from this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
INT = pa.int64()
REAL = pa.float64()
BOOL = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")
DAY = pa.date32()
MONEY = pa.decimal128(24, 8)
TEXTS = pa.list_(pa.string())
SPANS_RAW = pa.list_(
    pa.struct(
        [
            pa.field("field", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
            pa.field("byte_start", pa.int64()),
            pa.field("byte_end", pa.int64()),
        ]
    )
)
SPANS = pa.list_(
    pa.struct(
        [
            pa.field("field", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
            pa.field("what", pa.string()),
            pa.field("value", pa.string()),
        ]
    )
)
ALTERNATIVES = pa.list_(pa.struct([pa.field("kind", pa.string()), pa.field("probability", pa.float64())]))
FACETS = pa.list_(
    pa.struct(
        [
            pa.field("kind", pa.string()),
            pa.field("quote", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
        ]
    )
)
FACET_VERDICTS = pa.list_(
    pa.struct(
        [
            pa.field("kind", pa.string()),
            pa.field("quote", pa.string()),
            pa.field("verdict", pa.string()),
            pa.field("reason", pa.string()),
        ]
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type and meaning; the unit stands in the meaning or the name."""

    name: str
    type: pa.DataType
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, and its columns. Rows are sorted by `key`."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)

    @cached_property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(c.name for c in self.columns)


_MONEY = (
    Column("amount_text", TEXT, "the price as the page writes it"),
    Column("amount", MONEY, "the price as a number, in `currency`"),
    Column("currency", TEXT, "ISO 4217 code, `BTC`, or `disputed` where page and table disagree"),
    Column("amount_usd", MONEY, "US dollars at the capture's day; null when nothing says so"),
    Column(
        "rate_source",
        TEXT,
        "`page` (the page itself prints dollars), `page rate` (the page's exchange rate), or null",
    ),
)
_WHEN = (
    Column("captured_at", TIME, "when the capture was made, UTC; null when nobody knows"),
    Column("captured_from", TEXT, "where that time was read: record, page, row, file name, case, unknown"),
)
_SPANS_RAW = Column(
    "spans_raw",
    SPANS_RAW,
    "code points of a field's text ↔ bytes of the capture's body; one row per unbroken piece",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "capture",
            "one page or record as archived",
            (
                Column("id", TEXT, "`cap:` id"),
                Column("source", TEXT, "the source's path as the case file writes it"),
                Column("profile", TEXT, "the profile that read it; null when none fits"),
                Column("market", TEXT, "the market that the profile speaks for"),
                Column("page_kind", TEXT, "listing, vendor, feedback, category, row … as the profile names it"),
                Column("address", TEXT, "the address it was archived from, host and seller as tokens"),
                Column("media_type", TEXT, "as recorded, or as the bytes say"),
                Column("status", INT, "HTTP status, where the archive kept one"),
                Column("digest", TEXT, "SHA-256 of the body"),
                Column("length", INT, "bytes of the body"),
                Column("file_digest", TEXT, "SHA-256 of the file that holds it"),
                Column("start", INT, "first byte of the record in that file"),
                Column("record_length", INT, "bytes of the record in that file"),
                Column("row", INT, "data row of a table, from 0"),
                Column("grade", TEXT, "as archived, as exported (posts of a chat export), seen in a picture"),
                *_WHEN,
            ),
        ),
        Table(
            "body",
            "the bytes of one or more captures, kept once",
            (
                Column("digest", TEXT, "SHA-256 of the bytes"),
                Column("length", INT, "bytes"),
                Column("captures", INT, "captures of this shard that have these bytes"),
            ),
            key=("digest",),
        ),
        Table(
            "issue",
            "something not understood or lost",
            (
                Column("id", TEXT, "`iss:` id"),
                Column("stage", TEXT, "read, parse, recognise, claims …"),
                Column("what", TEXT, "a stable word for the sort of trouble"),
                Column("where", TEXT, "field, record or line"),
                Column("found", TEXT, "the value met, redacted and shortened"),
                Column("do", TEXT, "what mends it"),
                Column("capture", TEXT, "the capture's id, or empty"),
                Column("source", TEXT, "the source's path as the case file writes it, or empty"),
            ),
        ),
        Table(
            "listing_seen",
            "a listing as one capture shows it",
            (
                Column("id", TEXT, "`obs:` id"),
                Column("capture", TEXT, "`cap:` id"),
                Column("market", TEXT, "market"),
                Column("listing", TEXT, "`lst:` id of the listing over all captures of it"),
                Column("identity", TEXT, "`own` (the market's id), or `guessed` (seller, title, subcategory)"),
                Column("page_kind", TEXT, "the page it was seen on"),
                Column("title", TEXT, "title, contacts as tokens"),
                Column("description", TEXT, "description, contacts as tokens"),
                Column("category", TEXT, "category path, ` > ` between levels"),
                Column("vendor", TEXT, "the seller's token"),
                Column("vendor_level", INT, "the seller's level as the market states it"),
                Column("trust_level", INT, "the seller's trust level as the market states it"),
                *_MONEY,
                Column("price_kind", TEXT, "buy, auction (the running bid), from (lowest of several)"),
                Column("price_issue", TEXT, "why there is no price in dollars, or empty"),
                Column("sales", INT, "sales the page counts for this listing"),
                Column("sales_since", DAY, "since when it counts them"),
                Column("reviews", INT, "reviews the page counts for this listing"),
                Column("views", INT, "views the page counts"),
                Column("stock", INT, "items in stock as stated; null when unlimited or not stated"),
                Column("stock_text", TEXT, "stock as the page writes it"),
                Column("ships_from", TEXT, "as stated by the seller; proves no origin"),
                Column("ships_to", TEXT, "as stated by the seller"),
                *_WHEN,
                _SPANS_RAW,
            ),
        ),
        Table(
            "transcript",
            "one text in a picture, as a person typed it or a program read it",
            (
                Column("id", TEXT, "`trn:` id"),
                Column("capture", TEXT, "`cap:` id of the picture"),
                Column("field", TEXT, "title, price, vendor …, or text"),
                Column("text", TEXT, "contacts and handles as tokens"),
                Column("left", INT, "pixels from the left; null when no region is given"),
                Column("top", INT, "pixels from the top"),
                Column("width", INT, "pixels"),
                Column("height", INT, "pixels"),
                Column("by", TEXT, "`a person`, or the program that read it, with its version"),
                Column("sure", REAL, "the program's certainty of its reading, 0 to 1; null for a person"),
            ),
        ),
        Table(
            "vendor_seen",
            "a vendor as one capture shows him",
            (
                Column("id", TEXT, "`obs:` id"),
                Column("capture", TEXT, "`cap:` id"),
                Column("market", TEXT, "market"),
                Column("token", TEXT, "the seller's token"),
                Column("fold_tokens", TEXTS, "tokens of folded spellings of the handle, for linking"),
                Column("key_token", TEXT, "token of the PGP block's digest, whitespace apart"),
                Column("level", INT, "level as the market states it"),
                Column("trust_level", INT, "trust level as the market states it"),
                Column("positive", INT, "positive ratings the page counts"),
                Column("negative", INT, "negative ratings the page counts"),
                Column("sales", INT, "sales or orders the page counts"),
                Column("registered", DAY, "member since"),
                Column("text", TEXT, "profile text, contacts as tokens"),
                *_WHEN,
                _SPANS_RAW,
            ),
        ),
        Table(
            "review_seen",
            "one review as one capture shows it; its author is never kept",
            (
                Column("id", TEXT, "`obs:` id"),
                Column("capture", TEXT, "`cap:` id"),
                Column("market", TEXT, "market"),
                Column("listing", TEXT, "`lst:` id, null when the page does not say which"),
                Column("vendor", TEXT, "the seller's token"),
                Column("reviewed_at", TIME, "as the page dates it"),
                Column("rating", TEXT, "positive, neutral, negative, or as written"),
                Column("text", TEXT, "contacts as tokens"),
                *_MONEY,
                *_WHEN,
                _SPANS_RAW,
            ),
        ),
        Table(
            "rate_seen",
            "an exchange rate as one capture prints it",
            (
                Column("id", TEXT, "`obs:` id"),
                Column("capture", TEXT, "`cap:` id"),
                Column("market", TEXT, "market"),
                Column("base", TEXT, "what one unit of is priced, e.g. BTC"),
                Column("quote", TEXT, "in which currency, e.g. USD"),
                Column("rate", MONEY, "units of `quote` for one `base`"),
                *_WHEN,
                _SPANS_RAW,
            ),
        ),
        Table(
            "offer",
            "one item that a listing puts on sale",
            (
                Column("id", TEXT, "`off:` id"),
                Column("observation", TEXT, "`obs:` id of the listing_seen"),
                Column("item", INT, "which of several items of the listing, from 0"),
                Column("kind", TEXT, "one of the kinds of docs/kinds.md"),
                Column("probability", REAL, "of that kind, 0 to 1"),
                Column("alternatives", ALTERNATIVES, "other kinds that it may be"),
                Column("make", TEXT, "manufacturer, or empty"),
                Column("model", TEXT, "model without its maker, or empty"),
                Column("calibre", TEXT, "as commonly written, or empty"),
                Column("quantity", INT, "items or rounds, as stated; null when not"),
                Column("quantity_unit", TEXT, "items, rounds, or empty"),
                Column("multi", BOOL, "whether the listing offers several items"),
                Column("unit_price_usd", MONEY, "US dollars for one item or round"),
                Column("price_issue", TEXT, "why there is no unit price, or empty"),
                Column("keywords", TEXTS, "kinds and groups for which the naive keyword count would take this listing"),
                Column("spans", SPANS, "the places in the text that it rests on"),
                Column("version", TEXT, "of the recogniser"),
            ),
        ),
        Table(
            "marking",
            "a serial, lot or contract number read in text",
            (
                Column("id", TEXT, "`mrk:` id"),
                Column("observation", TEXT, "`obs:` id"),
                Column("type", TEXT, "serial, lot, contract"),
                Column("value", TEXT, "as written"),
                Column("field", TEXT, "title or description"),
                Column("start", INT, "code points"),
                Column("end", INT, "code points"),
            ),
        ),
        Table(
            "recogniser_error",
            "how often the recogniser called a listing of one kind another, on data it was not fitted on",
            (
                Column("version", TEXT, "of the recogniser"),
                Column("true", TEXT, "kind by two readers"),
                Column("predicted", TEXT, "kind by the recogniser"),
                Column("n", INT, "listings"),
                Column("vendors", INT, "distinct sellers among them"),
            ),
            key=("version", "true", "predicted"),
        ),
        Table(
            "finding",
            "what somebody else published",
            (
                Column("id", TEXT, "`fnd:` id"),
                Column("claim", TEXT, "the claim it speaks to, in the case file's words"),
                Column("says", TEXT, "exact words"),
                Column("source", TEXT, "who, where, when"),
                Column("date", DAY, "date of publication"),
                Column("grade", TEXT, "primary or secondary"),
            ),
        ),
        Table(
            "claim",
            "one assertion of an article",
            (
                Column("id", TEXT, "`clm:` id"),
                Column("article", TEXT, "digest of the article's text"),
                Column("article_path", TEXT, "as the case file writes it"),
                Column("quote", TEXT, "exact words"),
                Column("start", INT, "code points of the article's text"),
                Column("end", INT, "code points of the article's text"),
                Column("type", TEXT, "count, share, money, transactions, existence …"),
                Column("mode", TEXT, "asserted, quoted, reported"),
                Column("checkable", BOOL, "could evidence settle it"),
                Column("why_not", TEXT, "opinion, forecast, question, vague, or empty"),
                Column("subject", TEXT, "what it is about"),
                Column("measure", TEXT, "count, share, amount, rate, presence, other"),
                Column("comparator", TEXT, "eq, approx, ge, gt, le, lt, between, none"),
                Column("value_low", REAL, "the value, or the lower of two"),
                Column("value_high", REAL, "the value, or the higher of two"),
                Column("unit", TEXT, "of the value"),
                Column("place", TEXT, "ISO 3166 alpha-2, EU, NATO, or a market"),
                Column("period", TEXT, "ISO interval"),
                Column("attributed_to", TEXT, "who the text says it is from; empty: the article itself"),
                Column("facets", FACETS, "the assertions that the sentence joins"),
            ),
        ),
        Table(
            "estimate",
            "a value with interval, unit, method, n, coverage and assumptions",
            (
                Column("id", TEXT, "`est:` id"),
                Column("measure", TEXT, "name of the measure"),
                Column("scope", TEXT, "canonical JSON of what was counted"),
                Column("value", REAL, "in `unit`; null when it cannot be told"),
                Column("low", REAL, "lower 95% bound"),
                Column("high", REAL, "upper 95% bound"),
                Column("unit", TEXT, "of value, low and high"),
                Column("method", TEXT, "how it was computed"),
                Column("n", INT, "rows it rests on"),
                Column("markets", TEXTS, "coverage: markets"),
                Column("first", DAY, "coverage: first day with a capture"),
                Column("last", DAY, "coverage: last day with a capture"),
                Column("captures", INT, "coverage: captures"),
                Column("undated", INT, "coverage: captures of unknown time"),
                Column("days", INT, "coverage: distinct days with a capture"),
                Column("grades", TEXTS, "coverage: grades below `as archived` among the captures"),
                Column("assumptions", TEXTS, "what must hold for the interval to mean it"),
                Column("inputs_digest", TEXT, "of the tables it was computed from"),
            ),
        ),
        Table(
            "verdict",
            "what the evidence held says about a claim",
            (
                Column("id", TEXT, "`vrd:` id"),
                Column("claim", TEXT, "`clm:` id"),
                Column("verdict", TEXT, "supported, contradicted, cannot tell, not checkable"),
                Column("basis", TEXT, "measured, reported by, or empty"),
                Column("reason", TEXT, "in a sentence"),
                Column("would_decide", TEXT, "what evidence would settle it"),
                Column("estimates", TEXTS, "`est:` ids"),
                Column("findings", TEXTS, "`fnd:` ids"),
                Column("facets", FACET_VERDICTS, "facet by facet"),
                Column(
                    "use_of_source",
                    TEXT,
                    "faithful, altered, wrong context, no source given, source not at hand",
                ),
            ),
        ),
    )
}
