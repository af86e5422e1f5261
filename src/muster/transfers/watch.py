"""Watch: has a class more offers, seizures or losses than its own baseline? Raised only where there is a baseline.

The latest whole month is held against the months before it. With a steady rate the count of the latest month, given
all, is binomial with chance 1/(n+1), whatever the rate is: the exact conditional test for two Poisson rates
(Przyborowski and Wilenski 1940, Biometrika 31). Months that were looked at to a different extent weigh by it: offers
are held against all listings that were captured in the month. Counts that scatter more than a Poisson process does are
held against a negative binomial distribution fitted to the baseline, with the error of that fit: an approximation that
says so.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

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
SELECT o.kind AS class_, l.market AS party, strftime(l.captured_at, '%Y-%m') AS month, count(DISTINCT l.listing) AS n
FROM offer o JOIN listing_seen l ON l.id = o.observation
WHERE l.captured_at IS NOT NULL
  AND o.kind IN ('handgun', 'long_gun', 'automatic', 'light_weapon', 'ammunition', 'explosive')
GROUP BY ALL ORDER BY ALL
"""

LISTINGS_SQL = """
SELECT market AS party, strftime(captured_at, '%Y-%m') AS month, count(DISTINCT listing) AS n,
       max(captured_at)::DATE AS last
FROM listing_seen WHERE captured_at IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
"""How far each market was looked at: all distinct listings that were captured in a month, of any kind."""


def watches(db: Database) -> list[Watch]:
    """Return a watch for every sort, class and holder that the case holds, raised ones first.

    Offers are watched as a share of all listings captured in a month, and only where a market was captured in
    `BASELINE` months and more before the latest: one crawl is no baseline.
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
    found += _offers(db)
    return sorted(found, key=lambda w: (not w.raised, w.raised is None, w.sort, w.class_, w.party))


def _offers(db: Database) -> list[Watch]:
    """Return a watch for every kind on every market."""
    looked: dict[str, dict[str, int]] = defaultdict(dict)
    last: dict[str, date] = {}
    for row in db.rows(LISTINGS_SQL):
        looked[row["party"]][row["month"]] = row["n"]
        last[row["party"]] = max(row["last"], last.get(row["party"], row["last"]))
    offers: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in db.rows(OFFERS_SQL):
        offers[row["class_"], row["party"]][row["month"]] = row["n"]
    found = []
    for (kind, market), counts in offers.items():
        months = sorted(looked[market])
        seen, extent = [counts.get(m, 0) for m in months], [looked[market][m] for m in months]
        found.append(watch(seen, "offered", kind, market, months, extent))
    return found


def watch(
    counts: Sequence[int], sort: str, class_: str, party: str, months: Sequence[str] = (), extent: Sequence[int] = ()
) -> Watch:
    """Hold the last count against those before it.

    counts: a month each, the last one whole. months: their names. extent: how much was looked at in each month, in any
        unit; left out, the same in all.

    >>> watch([2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 9], "seized", "manpads", "RU").raised
    True
    >>> watch([2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 4], "seized", "manpads", "RU").raised
    False
    >>> watch([2, 3, 1, 2, 4, 2, 3, 2, 1, 3, 2, 2, 9], "offered", "handgun", "bazaar", extent=[10] * 12 + [40]).raised
    False
    >>> watch([0, 1, 9], "seized", "manpads", "RU").why
    'it cannot be told: 2 months before the latest, and a baseline needs 12'
    """
    before, last = list(counts[:-1]), counts[-1] if counts else 0
    weights = [float(n) for n in extent] or [1.0] * len(counts)
    n, total = len(before), sum(before)
    name = months[-1] if months else ""
    mean = total / n if n else 0.0
    missing = ""
    if n < BASELINE:
        missing = f"{n} months before the latest, and a baseline needs {BASELINE}"
    elif total < LEAST:
        missing = f"{total} events in {n} months, and a baseline needs {LEAST}"
    elif not weights[-1]:
        missing = "nothing was looked at in the latest month"
    if missing:
        return Watch(sort, class_, party, n, mean, name, last, None, None, "", None, f"it cannot be told: {missing}")
    usual = [total * weight / sum(weights[:-1]) for weight in weights]  # what the baseline's rate gives each month
    scattered = _scatter(before, usual[:-1]) < SCATTER
    if scattered:
        threshold, rate = _negative_binomial(before, usual)
    else:
        threshold, rate = _binomial_tail(total, weights[-1] / sum(weights))
    model = "negative binomial (approximate)" if scattered else "Poisson (exact)"
    of = ", weighed by the listings captured" if extent else ""
    why = f"{mean:.1f} a month in {n} months before{of}; {threshold} or more come by chance in {rate:.2%} of months"
    return Watch(sort, class_, party, n, mean, name, last, threshold, rate, model, last >= threshold, why)


def _binomial_tail(total: int, share: float) -> tuple[int, float]:
    """Return the least count that is rarer than `FALSE_ALARM` given what came before, and how rare.

    share: of the latest month in all that was looked at; 1/(n+1) where all months were looked at alike.
    For a count k of the latest month the exact chance is that of k or more among total + k trials of that chance.
    """
    k = max(1, int(total * share))
    while True:
        chance = _binomial_at_least(k, total + k, share)
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


def _scatter(counts: Sequence[int], usual: Sequence[float]) -> float:
    """Return the chance of a scatter as large as this under a Poisson process: Fisher's index of dispersion.

    usual: what is expected of each month.
    The statistic is taken as chi-squared with n - 1 degrees of freedom (Fisher 1950, Biometrics 6), by the cube-root
    approximation of Wilson and Hilferty (1931, PNAS 17).
    """
    pairs = [(c, m) for c, m in zip(counts, usual, strict=True) if m > 0]
    statistic, freedom = sum((c - m) ** 2 / m for c, m in pairs), max(len(pairs) - 1, 1)
    z = ((statistic / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    return 0.5 * math.erfc(z / math.sqrt(2))


DRAWS = 4_000
"""Simulated months behind a threshold of a scattered baseline: a hundredth of them are forty."""


def _negative_binomial(counts: Sequence[int], usual: Sequence[float]) -> tuple[int, float]:
    """Return the least count rarer than `FALSE_ALARM` in a negative binomial fitted to the baseline, and how rare.

    usual: what the baseline's rate gives each month, the latest last.
    Mean and size are fitted by moments. How far such a fit is off is simulated: baselines are drawn from the fit and
    fitted again, and a latest month is drawn from each (a parametric bootstrap, Efron 1985, Biometrika 72). A dozen
    months know their own scatter badly; without this the watch would be raised several times as often as it says.
    """
    random = np.random.default_rng(20261127)
    expected = np.asarray(usual[:-1])
    size = _size(np.asarray([counts], dtype=float), expected[None, :])[0]
    drawn = random.poisson(random.gamma(size, 1 / size, (DRAWS, expected.size)) * expected).astype(float)
    scale = drawn.sum(axis=1) / expected.sum()
    sizes = _size(drawn, expected[None, :] * np.maximum(scale, 1e-9)[:, None])
    # the fit errs both ways: as often as it came out too small from the truth, the truth is so much above it
    rates = usual[-1] / np.maximum(scale, 0.05)
    shape = np.clip(size * size / sizes, 0.05, 1e6)
    latest = np.sort(random.poisson(random.gamma(shape, 1 / shape) * rates))
    k = int(latest[math.ceil(DRAWS * (1 - FALSE_ALARM)) - 1]) + 1
    return k, float((latest >= k).mean())


def _size(counts: np.ndarray[Any, np.dtype[np.float64]], usual: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
    """Return the size of a negative binomial by moments, a row a baseline: small where counts scatter much."""
    beyond = ((counts - usual) ** 2 - usual).sum(axis=1) * counts.shape[1] / (counts.shape[1] - 1)
    return np.clip((usual**2).sum(axis=1) / np.maximum(beyond, 1e-9), 0.05, 1e6)


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
