"""Read the state that a thing is sold in: deactivated, converted, a replica, 3D-printed, made to order."""

from __future__ import annotations

from muster.model import Kind, Span
from muster.recognise.reading import Reading, sense_of

CONDITIONS = ("deactivated", "converted", "replica", "printed", "custom_order")
"""The words of the column `conditions`, in the order in which they are given."""
_SENSES = {
    "deactivated": "deactivated", "live": "converted", "replica": "replica", "printed": "printed",
    "custom": "custom_order",
}  # fmt: skip
BARE: frozenset[Kind] = frozenset({"not_weapon", "guide"})
"""Kinds of which no condition is asked: a replica watch is no replica of a weapon, and files are not printed yet."""


def conditions(reading: Reading, kind: Kind, field: str) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    """Return the conditions that a field states of an offer of this kind, and the words that say so.

    >>> from muster.recognise.lexicon import lexicon
    >>> from muster.recognise.reading import read
    >>> conditions(read("Deactivated AK-47, replica magazine", lexicon()), "automatic", "title")[0]
    ('deactivated', 'replica')
    """
    if kind in BARE:
        return (), ()
    found: dict[str, Span] = {}
    for hit in reading.words:
        name = _SENSES.get(sense_of(hit))
        if name is None or name in found or _is_denied(reading, hit.first):
            continue
        start, end = reading.text.span(hit.first, hit.last)
        found[name] = Span(field, start, end, f"condition:{name}", reading.text.original[start:end])
    named = tuple(name for name in CONDITIONS if name in found)
    return named, tuple(found[name] for name in named)


_DENIALS = frozenset({"not", "no", "non", "never", "nicht", "kein", "keine", "pas", "sin", "ne"})


def _is_denied(reading: Reading, first: int) -> bool:
    """Whether the word before, or the one before that, denies it: "not a replica"."""
    return any(word in _DENIALS for word in reading.text.words[max(0, first - 2) : first])
