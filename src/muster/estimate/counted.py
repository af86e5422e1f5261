"""What a measure found, before its coverage is put beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from muster.estimate.items import Floats
from muster.model import Under


@dataclass(frozen=True, slots=True)
class Counted:
    """A value with its interval, and what it rests on.

    low, high: 95% bounds; None where that side cannot be told. n: rows it rests on. children: their ids.
    """

    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    assumptions: tuple[str, ...] = ()
    under: tuple[Under, ...] = ()
    children: tuple[str, ...] = ()


def middle(draws: Floats) -> tuple[float, float, float]:
    """Return median, 2.5% and 97.5% of simulated values.

    >>> middle(np.arange(101.0))
    (50.0, 2.0, 98.0)
    """
    low = float(np.quantile(draws, 0.025, method="lower"))
    high = float(np.quantile(draws, 0.975, method="higher"))
    return float(np.quantile(draws, 0.5, method="nearest")), low, high


def refused(why: str) -> Counted:
    """Return what is said where an assumption fails: no value, and why."""
    return Counted(None, None, None, "refused", 0, (why,))
