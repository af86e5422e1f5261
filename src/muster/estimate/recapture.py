"""How many there are, from who was found again: repeated incomplete crawls of one market.

Whatever comes out speaks for the pages that the crawls could have reached, never for a market that nobody captured, and
never bounds a number from above: what cannot be reached is found in no crawl. It therefore stands beside a count and
contradicts no claim by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

RECAPTURES = 7
"""Found again at least: below it the bias of Chapman's estimate is no longer negligible (Robson & Regier 1964)."""

CLOSED = timedelta(days=14)
"""Crawls further apart than this speak of two markets: listings came and went between them."""

Z = 1.959964


@dataclass(frozen=True, slots=True)
class Population:
    """An estimate of how many there are, or why there is none.

    method: chapman, chao1, chao2, jackknife, or "" when refused. value, low, high: None when refused. why: in words,
    why this method and not another. seen: distinct ones found.
    """

    method: str
    value: float | None
    low: float | None
    high: float | None
    seen: int
    why: str


def chapman(first: int, second: int, both: int) -> tuple[float, float]:
    """Return estimate and variance from two crawls that found `first` and `second`, `both` of them twice.

    Source: Chapman 1951, Univ. California Publ. Stat. 1:131–160; variance: Seber 1970, Biometrics 26:13–22.

    >>> value, variance = chapman(200, 150, 32)
    >>> round(value, 1), round(math.sqrt(variance), 1)
    (918.7, 127.5)
    """
    value = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    return value, variance


def chao1(seen: int, once: int, twice: int) -> tuple[float, float]:
    """Return the lower bound and its variance from how many were met once and twice in one crawl.

    Source: Chao 1984, Scand. J. Stat. 11:265–270; the bias-corrected form where nobody was met twice.

    >>> chao1(100, 20, 10)[0]
    120.0
    """
    return _chao(seen, once, twice, 1.0)


def chao2(seen: int, once: int, twice: int, crawls: int) -> tuple[float, float]:
    """Return the lower bound and its variance from how many were found in exactly one and two of several crawls.

    Source: Chao 1987, Biometrics 43:783–791, with the factor (t − 1)/t for t crawls.

    >>> chao2(100, 20, 10, 4)[0]
    115.0
    """
    return _chao(seen, once, twice, (crawls - 1) / crawls)


def _chao(seen: int, once: int, twice: int, factor: float) -> tuple[float, float]:
    if twice == 0:
        more = factor * once * (once - 1) / 2
        value = seen + more
        variance = (
            more + factor**2 * once * (2 * once - 1) ** 2 / 4 - factor**2 * once**4 / (4 * value) if once else 0.0
        )
        return value, max(0.0, variance)
    ratio = once / twice
    value = seen + factor * once**2 / (2 * twice)
    variance = twice * (factor / 2 * ratio**2 + factor**2 * ratio**3 + factor**2 / 4 * ratio**4)
    return value, variance


def jackknife(found_in: Sequence[int], crawls: int) -> tuple[float, float]:
    """Return the first-order jackknife and its variance. found_in: how many were found in exactly 1, 2, … crawls.

    Source: Burnham & Overton 1978, Biometrika 65:625–633: N = Σ aᵢfᵢ with a₁ = 1 + (t − 1)/t and aᵢ = 1 otherwise,
    variance Σ aᵢ²fᵢ − N.

    >>> round(jackknife([20, 10, 5], 3)[0], 2)
    48.33
    """
    weights = np.ones(len(found_in))
    weights[:1] += (crawls - 1) / crawls
    counts = np.asarray(found_in, dtype=float)
    value = float(weights @ counts)
    return value, max(0.0, float(weights**2 @ counts) - value)


def bounds(value: float, variance: float, seen: int) -> tuple[float, float]:
    """Return the 95% interval that never falls below what was seen: log-normal in the number not seen.

    Source: Chao 1987, Biometrics 43:783–791.
    """
    unseen = value - seen
    if unseen <= 0 or variance <= 0:
        return float(seen), max(float(seen), value)
    spread = math.exp(Z * math.sqrt(math.log(1 + variance / unseen**2)))
    return seen + unseen / spread, seen + unseen * spread


def population(found: NDArray[np.bool_], days: Sequence[date]) -> Population:
    """Estimate how many there are from which crawl found which; refuses where the method's assumptions fail.

    found: (things, crawls), true where a crawl found a thing; things that no crawl found are not in it. days: of the
    crawls. Two crawls go to Chapman. Of more, Chao's bound goes first, since some things are more easily found than
    others; the jackknife only where so many were found once that Chao's bound is too loose to be told.

    >>> population(np.ones((5, 1), dtype=bool), [date(2014, 3, 1)]).why
    'one crawl cannot say what it missed'
    """
    seen, crawls = found.shape
    if crawls < 2:
        return _refused(seen, "one crawl cannot say what it missed")
    apart = max(days) - min(days)
    if apart > CLOSED:
        return _refused(
            seen, f"the crawls lie {apart.days} days apart: listings came and went, so the population is not closed"
        )
    times = found.sum(axis=1)
    again = int((times >= 2).sum())
    if again < RECAPTURES:
        return _refused(seen, f"only {again} were found again, and {RECAPTURES} are needed")
    grown = _grown(found)
    if grown:
        return _refused(seen, grown)
    once, twice = int((times == 1).sum()), int((times == 2).sum())
    if crawls == 2:
        value, variance = chapman(int(found[:, 0].sum()), int(found[:, 1].sum()), again)
        why = "two crawls: Chapman; too low where some listings are found more easily than others in both"
        return Population("chapman", value, *bounds(value, variance, seen), seen, why)
    if twice >= RECAPTURES or once == 0:
        value, variance = chao2(seen, once, twice, crawls)
        why = f"{crawls} crawls: Chao2, a lower bound that allows for listings that are hard to find"
        return Population("chao2", value, *bounds(value, variance, seen), seen, why)
    value, variance = jackknife([int((times == n).sum()) for n in range(1, crawls + 1)], crawls)
    why = f"{crawls} crawls, but only {twice} found exactly twice, so Chao2 is unsteady: first-order jackknife"
    return Population("jackknife", value, *bounds(value, variance, seen), seen, why)


def alternatives(found: NDArray[np.bool_]) -> list[tuple[str, float, float, float]]:
    """Return method, value and bounds of every method that could be computed, whether its assumptions hold or not."""
    seen, crawls = found.shape
    times = found.sum(axis=1)
    if crawls < 2 or not seen:
        return []
    told: list[tuple[str, tuple[float, float]]] = []
    if crawls == 2:
        sizes = [int(n) for n in found.sum(axis=0)]
        told.append(("chapman", chapman(sizes[0], sizes[1], int((times >= 2).sum()))))
    told.append(("chao2", chao2(seen, int((times == 1).sum()), int((times == 2).sum()), crawls)))
    told.append(("jackknife", jackknife([int((times == n).sum()) for n in range(1, crawls + 1)], crawls)))
    return [(name, value, *bounds(value, variance, seen)) for name, (value, variance) in told]


def _grown(found: NDArray[np.bool_]) -> str:
    """Say why the population is hardly closed: a full crawl that finds next to nothing of those before it."""
    sizes = found.sum(axis=0)
    for crawl in range(1, found.shape[1]):
        again = int((found[:, :crawl].any(axis=1) & found[:, crawl]).sum())
        before = int(found[:, :crawl].any(axis=1).sum())
        if min(before, sizes[crawl]) >= 20 and again < 0.1 * min(before, sizes[crawl]):
            return f"crawl {crawl + 1} found again only {again} of {before}: different parts, or another population"
    return ""


def _refused(seen: int, why: str) -> Population:
    return Population("", None, None, None, seen, why)
