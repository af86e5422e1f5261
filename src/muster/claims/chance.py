"""How probable a claim about a number is, given simulated counts of what was captured."""

from __future__ import annotations

import math

from muster.estimate.items import Floats
from muster.model import Comparator

APPROX = 0.1
"""An approximate number allows for a tenth of it either way."""

WIDER = 1.25
"""How much wider than the draws the normal tail is taken: beyond the last draw nobody knows the shape."""


def probable(counts: Floats, comparator: Comparator, value: float | tuple[float, float]) -> float:
    """Return the share of simulated counts that a claim allows, from 0 to 1.

    Where all draws say the same, their number alone must not make it certain: the share beyond them is that of a normal
    tail of their mean and widened spread, and at most one draw's.

    >>> import numpy as np
    >>> probable(np.array([8.0, 9.0, 10.0, 11.0]), "ge", 10)
    0.5
    """
    low, high = value if isinstance(value, tuple) else (value, value)
    slack = APPROX if comparator == "approx" else 0.0
    low, high = low - abs(low) * slack, high + abs(high) * slack
    above = counts >= high if comparator == "lt" else counts > high
    below = counts <= low if comparator == "gt" else counts < low
    edges: tuple[float, ...]
    if comparator in ("ge", "gt"):
        wrong, edges = below, (low,)
    elif comparator in ("le", "lt"):
        wrong, edges = above, (high,)
    else:
        wrong, edges = above | below, (low, high)
    share = float(1 - wrong.mean())
    spread = float(counts.std()) * WIDER
    if 0 < share < 1 or spread == 0:
        return share
    distance = min(abs(float(counts.mean()) - edge) for edge in edges)
    tail = min(0.5 * math.erfc(distance / spread / math.sqrt(2)), 1 / counts.size)
    return tail if share == 0 else 1 - tail
