"""What follows a model's name and belongs to its designation: P229C, XM15-E2S, 1911 RO, GP100 Match Champion.

Names that a maker gives to a variant count; finishes, grips and sizes ("stainless", "rosewood", "full size") do not,
because sellers add them freely and readers do not take them for the model.
"""

from __future__ import annotations

import re

from muster.recognise.reading import Hit, Reading, model_of

_JOINED = re.compile(
    r"(?!gen|mm|rd|rnd|cal|inch|in\b|nib|new|pcs|us\b|st\b|nd\b|th\b|ga\b|lr\b|s\b|x\b)[a-z]{1,3}\d{0,2}(?![a-z0-9])"
    r"|-(?=[a-z]*\d)(?=\d*[a-z])(?!v\d)[a-z0-9]{2,4}(?![a-z0-9])"
)
"""What belongs to a designation because no space parts it: the C of P229C, the -E2S of XM15-E2S."""
_NAMES = {
    name: name.title()
    for name in (
        "legion", "nitron", "extreme", "scorpion", "elite", "enhanced", "emperor", "nightmare", "fastback", "equinox",
        "spartan", "blackwater", "gambler", "copperhead", "match", "champion", "hunter", "alaskan", "lite", "raptor",
        "covert", "carry", "target", "combat", "operator", "loaded", "takedown", "tactical", "phantom", "shadow",
        "duty", "sporting", "camper", "longslide", "trophy", "pro", "defender", "supreme", "deluxe",
        "tacops", "storm", "cheetah", "bobcat", "tomcat", "predator", "varmint",
    )
}  # fmt: skip
_CODES = frozenset(
    {"rx", "sao", "dak", "stx", "ttt", "rcs", "ro", "emp", "trp", "cdp", "tle", "rcp", "fcp", "sps"}
    | {"adl", "bdl", "hd", "sct"}
    | {"x5", "mk25", "m2", "xo", "tac", "a1", "a2", "a3", "sd", "sf", "ff", "xvr", "cmd", "gsr"}
)  # fmt: skip
_NUMERALS = frozenset({"i", "ii", "iii", "iv"})
_MARKS = frozenset({"mk", "mark"})
LONGEST = 3
"""Words of a variant."""
_WITHOUT = frozenset({"Glock", "Desert Eagle"})
"""Makers and models whose variants are in their numbers: a word after them is the seller's."""


def variant(reading: Reading, hit: Hit) -> tuple[str, int] | None:
    """Return what to add to a model's name, and where it ends in the folded text; None where nothing belongs to it."""
    name, end, first = "", reading.text.tokens[hit.last].end, hit.last + 1
    if joined := _joined(reading, hit):
        name, end = joined.group().upper(), joined.end()
        first = next((n for n, token in enumerate(reading.text.tokens) if token.start >= end), len(reading.text.tokens))
    if model_of(hit).group not in _WITHOUT and model_of(hit).model not in _WITHOUT:
        for word, stop in _words(reading, first, end):
            name, end = f"{name} {word}", stop
    return (name, end) if name else None


def variant_before(reading: Reading, hit: Hit) -> tuple[str, int] | None:
    """Return the code before a 1911 that belongs after it, "RCS 1911", and where it begins in the folded text."""
    if model_of(hit).model != "1911" or hit.first == 0:
        return None
    token = reading.text.tokens[hit.first - 1]
    between = reading.text.folded[token.end : reading.text.tokens[hit.first].start]
    if between != " " or (token.text not in _CODES and token.text not in _NAMES):
        return None
    return _NAMES.get(token.text, token.text.upper()), token.start


def _words(reading: Reading, first: int, end: int) -> list[tuple[str, int]]:
    """Return the words of a variant that follow, a space or a dash apart, and where each ends."""
    tokens, folded = reading.text.tokens, reading.text.folded
    taken = {n for hit in reading.calibres for n in range(hit.first, hit.last + 1)}
    found: list[tuple[str, int]] = []
    n = first
    while n < len(tokens) and len(found) < LONGEST and folded[end : tokens[n].start] in (" ", "-"):
        if n in taken:
            break
        word, last = _word(reading, n)
        if not word:
            break
        found.append((word, tokens[last].end))
        n, end = last + 1, tokens[last].end
    return found


def _word(reading: Reading, n: int) -> tuple[str, int]:
    tokens = reading.text.tokens
    text = tokens[n].text
    after = tokens[n + 1] if n + 1 < len(tokens) else None
    touching = after is not None and after.start == tokens[n].end
    if after is not None and text in _MARKS and after.text in _NUMERALS:
        return f"Mk {after.text.upper()}", n + 1
    if touching and after is not None and text + after.text in _CODES:
        return (text + after.text).upper(), n + 1
    if touching:
        return "", n
    if text in _NAMES:
        return _NAMES[text], n
    return (text.upper(), n) if text in _CODES or text in _NUMERALS - {"i"} else ("", n)


def _joined(reading: Reading, hit: Hit) -> re.Match[str] | None:
    """Return the letters and digits that follow a model without a space; None for a calibre or a count."""
    last = reading.text.tokens[hit.last]
    found = _JOINED.match(reading.text.folded, last.end)
    if found is None or (last.text.isalpha() and not found.group().startswith("-")):
        return None
    taken = any(
        reading.text.tokens[other.first].start < found.end() <= reading.text.tokens[other.last].end
        for other in reading.calibres
    )
    return None if taken else found
