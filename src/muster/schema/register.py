"""What registers say about the numbers that offers bear."""

from __future__ import annotations

from muster.schema.table import DAY, INT, REAL, TEXT, Column, Table

TABLES = (
    Table(
        "match",
        "a marking and one alert that may be its object; a marking that nothing is near to has a row without an alert",
        (
            Column("id", TEXT, "`mat:` id"),
            Column("marking", TEXT, "`mrk:` id of the marking that was looked up"),
            Column("asked", TEXT, "its number, as written"),
            Column("answer", TEXT, "match, no_match, cannot_tell: of the marking, the same in each of its rows"),
            Column("why", TEXT, "why the answer is what it is"),
            Column("candidates", INT, "alerts that may be it; the nearest ten have a row each"),
            Column("elsewhere", INT, "alerts with the very number that contradict make, model or calibre"),
            Column("alert", TEXT, "`alr:` id; null: none is near"),
            Column("number", TEXT, "as the alert holds it, with its series"),
            Column("part", TEXT, "whole, frame, slide, barrel …"),
            Column("spelling", TEXT, "exact, folded, no series, one edit, unreadable, part"),
            Column("differences", TEXT, "JSON: where the numbers differ, and fields held in other words"),
            Column("reason", TEXT, "lost, stolen, seized …; a record is not evidence of a crime"),
            Column("register", TEXT, "which register"),
            Column("reference", TEXT, "the register's own number of the alert"),
            Column("snapshot", DAY, "the day for which the register's table speaks"),
            Column("expected_by_chance", REAL, "alerts that the number of a foreign object would meet as closely"),
        ),
    ),
)
