"""Watch: has a class more offers, seizures or losses than its own baseline? Raised only where there is a baseline.

The latest whole month is held against the months before it. With a steady rate the count of the latest month, given
all, is binomial with chance 1/(n+1), whatever the rate is: the exact conditional test for two Poisson rates
(Przyborowski and Wilenski 1940, Biometrika 31). Counts that scatter more than a Poisson process does are held against
a negative binomial distribution with the mean and variance of the baseline, an approximation that says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from muster.store import Database

BASELINE = 12
"""Months that a baseline has at least: fewer cannot show a year's seasons."""

LEAST = 5
"""Events in the baseline at least: below, any month with one event would be news."""

FALSE_ALARM = 0.01
"""How often a watch may be raised where nothing changed, for one class and month; the true rate is printed."""

SCATTER = 0.05
"""Chance below which a scatter as large as the baseline's is taken for more than a Poisson process has."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One class watched. raised: None where it cannot be told, and `why` says what is missing.

    latest: month and count. threshold: the least count that raises it; false_alarms: how often a month with nothing new
    reaches it, by the model. model: Poisson (exact) or negative binomial (approximate).
    """

    sort: str
    class_: str
    party: str
    months: int
    baseline: float
    latest: str
    count: int
    threshold: int | None
    false_alarms: float | None
    model: str
    raised: bool | None
    why: str


MONTHS_SQL = """
SELECT state AS sort, "class" AS class_, recipient AS party, strftime(known, '%Y-%m') AS month,
       sum(quantity_low)::BIGINT AS n
FROM transfer WHERE known_from = 'row' AND "class" <> '' AND quantity_low IS NOT NULL
  AND state IN ('lost', 'stolen', 'captured', 'destroyed', 'diverted', 'seized')
GROUP BY ALL ORDER BY ALL
"""

SPAN_SQL = """
SELECT strftime(min(known), '%Y-%m') AS first, max(known) AS last
FROM transfer WHERE known_from = 'row' AND state IN ('lost', 'stolen', 'captured', 'destroyed', 'diverted', 'seized')
"""

OFFERS_SQL = """
SELECT o.kind AS class_, l.market AS party, count(DISTINCT strftime(l.captured_at, '%Y-%m')) AS months,
       count(DISTINCT l.listing) AS n, strftime(max(l.captured_at), '%Y-%m') AS latest
FROM offer o JOIN listing_seen l ON l.id = o.observation
WHERE o.kind IN ('handgun', 'long_gun', 'automatic', 'light_weapon', 'ammunition', 'explosive')
GROUP BY ALL ORDER BY ALL
"""


def watches(db: Database) -> list[Watch]:
    """Return a watch for every sort, class and holder that the case holds, raised ones first.

    Offers are watched only where a market was captured in `BASELINE` months and more; one crawl is no baseline.
    """
    span = db.one(SPAN_SQL) or {"first": None, "last": None}
    found: list[Watch] = []
    if span["first"] is not None:
        months = _months(span["first"], span["last"].strftime("%Y-%m"))[:-1]  # the last month may not be whole
        series: dict[tuple[str, str, str], dict[str, int]] = {}
        for row in db.rows(MONTHS_SQL):
            series.setdefault((row["sort"], row["class_"], row["party"]), {})[row["month"]] = row["n"]
        for (sort, class_, party), counts in series.items():
            found.append(watch([counts.get(month, 0) for month in months], sort, class_, party, months))
    for row in db.rows(OFFERS_SQL):
        why = f"captured in {row['months']} months; a baseline needs {BASELINE}, captured to the same extent"
        n = row["months"]
        found.append(Watch("offered", row["class_"], row["party"], n, 0.0, row["latest"] or "", row["n"], None, None,
                           "", None, why))  # fmt: skip
    return sorted(found, key=lambda w: (not w.raised, w.raised is None, w.sort, w.class_, w.party))


def watch(counts: Sequence[int], sort: str, class_: str, party: str, months: Sequence[str] = ()) -> Watch:
    """Hold the last count against those before it.

    counts: a month each, the last one whole. months: their names.

    >>> watch([2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 9], "seized", "manpads", "RU").raised
    True
    >>> watch([2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 4], "seized", "manpads", "RU").raised
    False
    >>> watch([0, 1, 9], "seized", "manpads", "RU").why
    'it cannot be told: 2 months before the latest, and a baseline needs 12'
    """
    before, last = list(counts[:-1]), counts[-1] if counts else 0
    n, total = len(before), sum(before)
    name = months[-1] if months else ""
    mean = total / n if n else 0.0
    if n < BASELINE or total < LEAST:
        missing = f"{n} months before the latest, and a baseline needs {BASELINE}"
        if n >= BASELINE:
            missing = f"{total} events in {n} months, and a baseline needs {LEAST}"
        return Watch(sort, class_, party, n, mean, name, last, None, None, "", None, f"it cannot be told: {missing}")
    scattered = _scatter(before) < SCATTER
    chances = _negative_binomial(before) if scattered else _binomial_tail(total, n)
    threshold, rate = chances
    model = "negative binomial (approximate)" if scattered else "Poisson (exact)"
    why = f"{mean:.1f} a month in {n} months before; {threshold} or more come by chance in {rate:.2%} of months"
    return Watch(sort, class_, party, n, mean, name, last, threshold, rate, model, last >= threshold, why)


def _binomial_tail(total: int, n: int) -> tuple[int, float]:
    """Return the least count that is rarer than `FALSE_ALARM` given what came before, and how rare.

    For a count k of the latest month the exact chance is that of k or more among total + k trials of chance 1/(n+1).
    """
    k = max(1, total // n)
    while True:
        chance = _binomial_at_least(k, total + k, 1 / (n + 1))
        if chance <= FALSE_ALARM:
            return k, chance
        k += 1


def _binomial_at_least(k: int, trials: int, p: float) -> float:
    below = 0.0
    log_q, log_p = math.log1p(-p), math.log(p)
    for i in range(k):
        log = (
            math.lgamma(trials + 1)
            - math.lgamma(i + 1)
            - math.lgamma(trials - i + 1)
            + i * log_p
            + (trials - i) * log_q
        )
        below += math.exp(log)
    return max(0.0, 1.0 - below)


def _scatter(counts: Sequence[int]) -> float:
    """Return the chance of a scatter as large as this under a Poisson process: Fisher's index of dispersion.

    The statistic is taken as chi-squared with n - 1 degrees of freedom (Fisher 1950, Biometrics 6), by the cube-root
    approximation of Wilson and Hilferty (1931, PNAS 17).
    """
    n, mean = len(counts), sum(counts) / len(counts)
    statistic, freedom = sum((c - mean) ** 2 for c in counts) / mean, n - 1
    z = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return 0.5 * math.erfc(z / math.sqrt(2))


def _negative_binomial(counts: Sequence[int]) -> tuple[int, float]:
    """Return the least count rarer than `FALSE_ALARM` in a negative binomial of the baseline's mean and variance."""
    n = len(counts)
    mean = sum(counts) / n
    variance = sum((c - mean) ** 2 for c in counts) / (n - 1)
    size = mean**2 / max(variance - mean, 1e-9)
    p = size / (size + mean)
    k, tail = 0, 1.0
    while tail > FALSE_ALARM:
        log = math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1) + size * math.log(p) + k * math.log1p(-p)
        tail -= math.exp(log)
        k += 1
    return k, max(tail, 0.0)


def _months(first: str, last: str) -> list[str]:
    year, month = int(first[:4]), int(first[5:])
    found = []
    while (name := f"{year:04d}-{month:02d}") <= last:
        found.append(name)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def as_row(one: Watch) -> dict[str, Any]:
    """Return a watch as a row."""
    return {name: getattr(one, name) for name in one.__slots__}
