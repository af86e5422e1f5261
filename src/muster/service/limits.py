"""How much a key may ask: a bucket of tokens that refills. One look-up is one token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Bucket:
    tokens: float
    at: float


class Limits:
    """A bucket for each key.

    now: seconds that never go back, such as `time.monotonic`.

    >>> time = iter([0.0, 0.0, 1.0, 2.0])
    >>> limits = Limits(now=lambda: next(time))
    >>> [limits.wait("ada", 10, per_second=5, burst=10) for _ in range(4)]
    [0.0, 2.0, 1.0, 0.0]
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, key: str, tokens: int, *, per_second: float, burst: int) -> float:
        """Take tokens and return 0, or take none and return the seconds after which they will be there.

        More tokens than `burst` are never there: infinity.
        """
        now = self._now()
        if tokens > burst:
            return float("inf")
        bucket = self._buckets.setdefault(key, _Bucket(float(burst), now))
        bucket.tokens = min(float(burst), bucket.tokens + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.tokens >= tokens:
            bucket.tokens -= tokens
            return 0.0
        return (tokens - bucket.tokens) / per_second
