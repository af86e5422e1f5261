"""How far two coders agree beyond chance."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Z = 1.959964


def kappa(first: Sequence[str], second: Sequence[str]) -> tuple[float, float, float]:
    """Return Cohen's kappa of two coders and its 95% interval.

    Sources: Cohen 1960, Educ. Psychol. Meas. 20:37–46; large-sample variance: Fleiss, Cohen & Everitt 1969, Psychol.
    Bull. 72:323–327. Raises `ValueError` for lists of unequal length or none.

    >>> pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    >>> round(kappa([a for a, _ in pairs], [b for _, b in pairs])[0], 4)
    0.4
    """
    if len(first) != len(second) or not first:
        raise ValueError("two lists of equal length are needed")
    names = sorted({*first, *second})
    share = np.zeros((len(names), len(names)))
    for a, b in zip(first, second, strict=True):
        share[names.index(a), names.index(b)] += 1 / len(first)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    agreed, expected = float(np.trace(share)), float(rows @ columns)
    if expected == 1:
        return 1.0, 1.0, 1.0
    value = (agreed - expected) / (1 - expected)
    own = np.diag(share) @ (1 - (rows + columns) * (1 - value)) ** 2
    off = share * (columns[:, None] + rows[None, :]) ** 2
    other = (1 - value) ** 2 * (off.sum() - np.trace(off))
    variance = (own + other - (value - expected * (1 - value)) ** 2) / (len(first) * (1 - expected) ** 2)
    spread = Z * math.sqrt(max(0.0, float(variance)))
    return value, max(-1.0, value - spread), min(1.0, value + spread)
