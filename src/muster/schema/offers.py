"""What listings put on sale."""

from __future__ import annotations

from muster.schema.table import ALTERNATIVES, BOOL, DAY, INT, MONEY, REAL, SPANS, TEXT, TEXTS, TIME, Column, Table

TABLES = (
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
            Column("conditions", TEXTS, "deactivated, converted, replica, printed, custom_order, as the text says"),
            Column(
                "shelf", TEXT, "how it was filed: arms (its category speaks of arms), other, or empty (no category)"
            ),
            Column("keywords", TEXTS, "kinds and groups for which the naive keyword count would take this listing"),
            Column("spans", SPANS, "the places in the text that it rests on"),
            Column("version", TEXT, "of the recogniser"),
        ),
    ),
    Table(
        "item_day",
        "an item of a listing as one kind on one day: what a shard's captures say of it, which estimates are made from",
        (
            Column("listing", TEXT, "`lst:` id"),
            Column("market", TEXT, "as the profile names it, or null"),
            Column("vendor", TEXT, "token of the seller, or null"),
            Column("item", INT, "which of several items of the listing, from 0"),
            Column("kind", TEXT, "one of the kinds of docs/kinds.md"),
            Column("day", DAY, "of the captures, UTC; null when unknown"),
            Column("captures", INT, "captures of this shard that say so"),
            Column("weight", INT, "sum of their probabilities, in hundred-millionths"),
            Column("probability", REAL, "of that kind, by the surest of them, 0 to 1"),
            Column("other", TEXT, "the first other kind that it may be, by the same capture"),
            Column("other_probability", REAL, "of that kind, to a ten-thousandth; 0 when there is none"),
            Column("shelf", TEXT, "how that capture files it: arms, other, or empty"),
            Column("sales", INT, "highest sales that the captures count for this listing; null when none"),
            Column("stock", INT, "highest stock"),
            Column("reviews", INT, "highest number of reviews"),
            Column("keywords", INT, "what the naive keyword count would take it for: a bit for each group and kind"),
            Column("price_usd", MONEY, "US dollars for one item, by the latest of the captures that tell a price"),
            Column("priced_at", TIME, "when that was captured, UTC"),
        ),
        key=("listing", "item", "kind", "market", "vendor", "day"),
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
            Column("shelf", TEXT, "how such listings were filed: arms, other, or empty (judged without category)"),
            Column("true", TEXT, "kind by two readers"),
            Column("predicted", TEXT, "kind by the recogniser"),
            Column("n", INT, "listings"),
            Column("vendors", INT, "distinct sellers among them"),
            Column("effective", REAL, "independent listings that would tell as much, at the rates of whole markets"),
            Column("said", REAL, "mean probability that the recogniser stated for them"),
        ),
        key=("version", "shelf", "true", "predicted"),
    ),
)
