"""Many claims tested at once: some would seem decided by chance alone."""

from __future__ import annotations

from collections.abc import Sequence

RATE = 0.02
"""Of the verdicts that decide, at most this share may be expected to be wrong."""


def kept(chances: Sequence[float], rate: float = RATE) -> list[bool]:
    """Say which of many decisions stand when at most a share of those that stand may be expected to be wrong.

    chances: of each decision, how probable it is that chance alone brings it.
    Source: Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57:289–300, the step-up procedure.

    >>> kept([0.001, 0.008, 0.039, 0.041], 0.05)
    [True, True, True, True]
    >>> kept([0.001, 0.03, 0.9, 0.9], 0.05)
    [True, False, False, False]
    """
    order = sorted(range(len(chances)), key=lambda i: (chances[i], i))
    last = max((n for n, i in enumerate(order, 1) if chances[i] <= rate * n / len(chances)), default=0)
    standing = set(order[:last])
    return [i in standing for i in range(len(chances))]
