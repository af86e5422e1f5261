"""The ledger's answers in words, for a terminal: a line each, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from muster.store import Database
from muster.transfers.answers import Answer, Measure, Row
from muster.transfers.ledger import Ledger
from muster.transfers.lifecycle import Life, Stage
from muster.transfers.parties import name
from muster.transfers.risk import Sheet
from muster.transfers.watch import Watch

MOST = 40
"""Rows of a list that are printed; `--json` and the tables have all."""


def between(low: int | None, high: int | None) -> str:
    """Return two bounds as words.

    >>> between(3, 3), between(3, 5), between(0, None), between(None, None)
    ('3', '3 to 5', '0 or more', 'cannot tell')
    """
    if low is None and high is None:
        return "cannot tell"
    if high is None:
        return f"{low or 0:,} or more"
    return f"{high:,}" if low == high else f"{low or 0:,} to {high:,}"


def told_answer(found: Answer) -> str:
    """Return an answer as lines."""
    lines = []
    if not found.measures:
        lines.append("no line of the ledger is about this" + (" that was known then" if found.ask.known_on else ""))
    lines += _measures(found.measures)
    if found.retrospective:
        lines.append(f"\nretrospective: told only after {found.ask.known_on}, nobody could read it then")
        lines += _measures([m for m in found.retrospective if m.rows])
    for said in beside(found):
        lines.append(f"\n{said}")
    return "\n".join(lines)


def _lines(n: int) -> str:
    return f"{n:,} line{'' if n == 1 else 's'}"


def beside(found: Answer) -> list[str]:
    """Return what is told beside the measures: who does not answer, times of waiting, what had arrived, and money."""
    lines = [f"{series} does not answer: it leaves out {leaves_out}" for series, leaves_out in found.silent]
    if found.ask.within is not None:
        lines.append(f"assumed by you: estimates are within {found.ask.within:.0%} of the truth")
    for wait in found.waiting:
        lines.append(f"from order to delivery, {wait.series}: half of {wait.items:,} items within {wait.low} to "
                     f"{wait.high} days ({_lines(wait.n)} saying both)")  # fmt: skip
    for arrived in found.arrived:
        if arrived.share is not None:
            low, high = arrived.share
            share = f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}"
            part = f", {arrived.part}" if arrived.part else ""
            lines.append(f"can have arrived by {arrived.by}, {arrived.series}{part}: {share} of {arrived.whole:,} "
                         f"({arrived.of})")  # fmt: skip
    for row in found.money:
        year = f", prices of {row['price_year']}" if row["price_year"] else ""
        lines.append(f"money {row['state']}, {row['series']}: {row['money']:,} {row['currency']}{year} "
                     f"({_lines(row['lines'])} stating their own)")  # fmt: skip
    return lines


def _measures(measures: Sequence[Measure]) -> list[str]:
    lines: list[str] = []
    part: str | None = None
    for one in measures:
        if one.part != part:
            part = one.part
            lines.append(("" if not lines else "\n") + (part or "part not said"))
        stated = between(*one.stated)
        bounds = between(one.low, one.high)
        can = f"   can be {bounds}" if stated not in (bounds, "cannot tell") else ""
        unit = f" {one.unit}" if one.unit != "items" and stated != "cannot tell" else ""
        lines.append(f"  {one.name:<16} {stated}{unit}{can}")
        lines.append(f"    {one.why}")
        for row in one.rows if one.name != "unaccounted for" else ():
            lines.append(f"    ← {row['state']} {between(row['stated_low'], row['stated_high'])}, {row['series']}: "
                         + ", ".join(row["examples"][:3]) + (" …" if row["lines"] > 3 else ""))  # fmt: skip
    return lines


def told_overview(db: Database, ledger: Ledger) -> str:
    """Return the sources of a ledger as lines."""
    lines = []
    for release in ledger.releases:
        published = f"{release['published']} ({release['published_from']})" if release["published"] else "date unknown"
        lines.append(f"{release['series']}  {release['title']}")
        lines.append(f"  release of {published}; {release['rows']:,} rows, {release['lines']:,} lines, "
                     f"{release['issues']:,} without a line")  # fmt: skip
        if release["states"]:
            lines.append(f"  says what was {', '.join(release['states'])}")
        if release["leaves_out"]:
            lines.append(f"  leaves out {release['leaves_out']}")
        if not release["confirmed"]:
            lines.append("  its profile was never held against a real file")
    row = db.one("SELECT count(*) FILTER (explained) AS e, count(*) AS n FROM difference WHERE amount <> 0") or {}
    lines.append(f"{row.get('n', 0)} differences, {row.get('e', 0)} of them explained: --reconcile")
    return "\n".join(lines)


def told_differences(db: Database) -> str:
    """Return the table of differences as lines, each comparison with what is explained and what is not."""
    sums = db.rows("""
        SELECT about, any_value(sort) AS sort, coalesce(sum(abs(amount)) FILTER (explained), 0)::BIGINT AS explained,
               coalesce(sum(abs(amount)) FILTER (NOT explained), 0)::BIGINT AS rest, count(*) AS n
        FROM difference GROUP BY about ORDER BY about""")
    lines = []
    for one in sums:
        lines.append(f"{one['about']}: {one['explained']:,} explained, {one['rest']:,} unexplained")
        rows = db.rows("SELECT * FROM difference WHERE about = $about ORDER BY key, NOT explained, explanation, id",
                       {"about": one["about"]})  # fmt: skip
        for row in rows[:MOST]:
            sides, amount, reason = amount_words(row)
            lines.append(f"  {row['key']}: {sides}, {amount} {reason}  {row['id']}")
            lines.append(f"    {row['text']}")
        if len(rows) > MOST:
            lines.append(f"  … and {len(rows) - MOST:,} more: the table difference")
    return "\n".join(lines) or "nothing here can be held against anything else"


def amount_words(row: Row) -> tuple[str, str, str]:
    """Return of a difference its two sides, its amount, and its explanation.

    >>> amount_words({"left_value": 3, "right_value": None, "amount": 3, "explanation": "", "explained": False})
    ('3 against nothing', '+3', 'unexplained')
    """
    amount = "?" if row["amount"] is None else f"{row['amount']:+,}"
    reason = row["explanation"] or "unexplained"
    reason += "" if row["explained"] or not row["explanation"] else "? unexplained"
    sides = " against ".join("nothing" if row[s] is None else f"{row[s]:,}" for s in ("left_value", "right_value"))
    return sides, amount, reason


def days_of(stage: Stage) -> str:
    """Return when a stage of a timeline was, in words."""
    days = " to ".join(dict.fromkeys(str(day) for day in (stage.first, stage.last) if day))
    return f"by {days}" if stage.last and not stage.first else days or "no date"


def told_timeline(life: Life) -> str:
    """Return a life as lines."""
    lines = [life.about]
    for stage in life.stages:
        part = f" ({stage.part})" if stage.part else ""
        order = "" if stage.sure_order or not stage.first else "  · order within these days unknown"
        n = between(stage.stated_low, stage.stated_high)
        lines.append(f"  {days_of(stage):<26} {stage.state:<10} {n}{part}, {stage.series}{order}")
    for left in life.outlasts:
        part = f" ({left.part})" if left.part else ""
        lines.append(f"  left{part}: {between(*left.stated)}, can be {between(left.low, left.high)}; {left.why}")
    for series, leaves_out in life.silent:
        lines.append(f"  {series} does not answer: it leaves out {leaves_out}")
    return "\n".join([*lines, f"  {life.unsaid}"])


def told_sheet(found: Sheet) -> str:
    """Return a sheet of risks as lines."""
    lines = [f"{found.about}: evidence {found.weight}", f"  {found.basis}"]
    for one in found.factors:
        lines.append(f"  {one.answer:<8} {one.title} ({one.direction}, stage {one.stage})")
        lines.append(f"           {one.basis or 'nobody here says'}; factor named by {one.named_by}")
        if one.answer == "yes" and one.lowers_it:
            lines.append(f"           would be lowered by: {one.lowers_it}")
    return "\n".join([*lines, found.caveat])


def told_watch(found: Sequence[Watch]) -> str:
    """Return watches as lines: raised, then quiet, then those that cannot be told."""
    if not found:
        return "nothing here is dated month by month: no watch can be kept"
    lines = []
    for one in found[:MOST]:
        what, word, why = watch_words(one)
        lines += [f"{word:<12}{what}", f"            {why}"]
    if len(found) > MOST:
        lines.append(f"… and {len(found) - MOST} more: --json")
    told, chance = by_chance(found)
    lines.append(f"{told} watched: with nothing new about {chance:.2g} of them would be raised by chance in a month")
    return "\n".join(lines)


def by_chance(found: Sequence[Watch]) -> tuple[int, float]:
    """Return how many are watched, and how many of them a month with nothing new would raise, by their own models."""
    told = [one for one in found if one.raised is not None]
    return len(told), sum(one.false_alarms or 0.0 for one in told)


def watch_words(one: Watch) -> tuple[str, str, str]:
    """Return of a watch what is watched, whether it is raised, and why."""
    words = {True: "raised", False: "quiet", None: "cannot tell"}
    model = f", {one.model}" if one.model else ""
    what = f"{one.sort} {one.class_}, {name(one.party)}: {one.count} in {one.latest}{model}"
    return what, words[one.raised], one.why
