"""Raw identifiers out, tokens in: seller handles, addresses, e-mail, phones, messengers, wallets, PGP blocks.

A token is `‹kind:12 hex›`, the start of an HMAC-SHA256 under the case's key. A handle has the same token all over a
case, and nobody without the key can try handles on it. Outside a case there is no key and a token is only `‹kind›`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from muster.profiles.contacts import Found, contacts, named_buyers

_LOOKALIKES = str.maketrans("01l345$@!|", "oiieassaii")
_SEPARATORS = re.compile(r"[\W_]+")


MOST_KEPT = 20_000
"""Tokens, and short redacted texts, kept in memory: a seller's name or a category is asked for with every listing."""

SHORT = 80
"""Code points of a text that may well come again."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text with tokens in it.

    pieces: unbroken stretches, `(start, end, raw_start, raw_end)` in code points of `text` and of the raw text, in
        order and covering both; a token is a piece of its own.
    """

    text: str
    pieces: tuple[tuple[int, int, int, int], ...]


class Tokens:
    """Makes tokens under one key, and puts them where identifiers stood.

    >>> Tokens(None).redact("write to tin@post.example").text
    'write to ‹email›'
    >>> Tokens(b"k" * 32).token("vendor", "Tin Whistle") == Tokens(b"k" * 32).token("vendor", "tin whistle")
    True
    """

    def __init__(self, key: bytes | None) -> None:
        self._key = key
        self._made: dict[tuple[str, str], str] = {}
        self._redacted: dict[tuple[str, tuple[str, ...], bool], Redacted] = {}

    def token(self, kind: str, value: str) -> str:
        """Return the token of a value; case and surrounding space do not tell two values apart."""
        if self._key is None:
            return f"‹{kind}›"
        made = self._made.get((kind, value))
        if made is None:
            if len(self._made) > MOST_KEPT:
                self._made.clear()
            made = self._made[kind, value] = self._make(self._key, kind, value)
        return made

    def _make(self, key: bytes, kind: str, value: str) -> str:
        said = f"{kind}\0{unicodedata.normalize('NFC', value).strip().casefold()}"
        return f"‹{kind}:{hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:12]}›"

    def blind(self, kind: str, value: str) -> str | None:
        """Return what tells of two values whether they are equal, and nothing else; None for "", or without a key.

        It is longer than a token, as no two of many million values may meet by chance.
        """
        if self._key is None or not value:
            return None
        return hmac.digest(self._key, f"{kind}\0{value}".encode(errors="surrogatepass"), "sha256").hex()[:32]

    def fold_tokens(self, handle: str) -> list[str]:
        """Return tokens of folded spellings of a handle, by which two spellings can be linked without showing either.

        Folded are: case, separators, letters of other scripts, and digits that stand for letters.
        """
        plain = _SEPARATORS.sub("", anyascii(handle).casefold())
        bare = plain.rstrip("0123456789")
        folds = {plain, plain.translate(_LOOKALIKES), bare.translate(_LOOKALIKES)} - {""}
        return sorted(self.token("fold", fold) for fold in folds)

    def redact(self, text: str, sellers: Sequence[str] = (), *, title: bool = False) -> Redacted:
        """Put a token where each identifier stands.

        sellers: handles to replace wherever they stand as a word. title: also replace the names of buyers in titles of
            the "custom order for X" sort.
        """
        if len(text) > SHORT:
            return self._redact(text, sellers, title=title)
        key = (text, tuple(sellers), title)
        made = self._redacted.get(key)
        if made is None:
            if len(self._redacted) > MOST_KEPT:
                self._redacted.clear()
            made = self._redacted[key] = self._redact(text, sellers, title=title)
        return made

    def _redact(self, text: str, sellers: Sequence[str], *, title: bool) -> Redacted:
        found = list(contacts(text))
        found += _handles(text, sellers)
        if title:
            found += named_buyers(text)
        return self._replace(text, _apart(found)) if found else _whole(text)

    def _replace(self, text: str, found: Iterable[Found]) -> Redacted:
        out: list[str] = []
        pieces: list[tuple[int, int, int, int]] = []
        at = length = 0
        for start, end, kind in found:
            token = self.token(kind, text[start:end])
            for piece, raw_start, raw_end in ((text[at:start], at, start), (token, start, end)):
                if piece:
                    out.append(piece)
                    pieces.append((length, length + len(piece), raw_start, raw_end))
                    length += len(piece)
            at = end
        if text[at:]:
            out.append(text[at:])
            pieces.append((length, length + len(text) - at, at, len(text)))
        return Redacted("".join(out), tuple(pieces))


def _whole(text: str) -> Redacted:
    return Redacted(text, ((0, len(text), 0, len(text)),) if text else ())


def _handles(text: str, sellers: Sequence[str]) -> Iterator[Found]:
    """Yield where handles stand as words, in any case and with look-alike digits."""
    squashed = _squash(text) if sellers else ""
    for seller in sellers:
        handle = seller.strip()
        if len(handle) < 2 or _squash(handle) not in squashed:
            continue
        pattern = "".join(_ANY_OF.get(c.casefold(), re.escape(c)) for c in handle)
        for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE):
            yield match.start(), match.end(), "vendor"


def _squash(text: str) -> str:
    """Return text as every respelling of a handle has it: the quick test before the slow search."""
    if text.isascii():
        return text.encode().translate(_SQUASHED, _DROPPED).decode()
    return _SEPARATORS.sub("", text.casefold().translate(_LOOKALIKES))


_ASCII = bytes(range(128))
_SQUASHED = _ASCII.decode().lower().translate(_LOOKALIKES).encode() + bytes(128)
_DROPPED = bytes(sign for sign in _ASCII if _SEPARATORS.sub("", chr(sign).translate(_LOOKALIKES)) == "")
"""What `_squash` makes of each ASCII letter, and those that it drops: in one pass, where patterns take ten."""


_ANY_OF = {letter: f"[{re.escape(group)}]" for group in ("o0", "i1!|l", "e3", "a4@", "s5$", "_- .") for letter in group}
"""Letter → the characters that stand for it in a respelt handle."""


def _apart(found: Iterable[Found]) -> Iterator[Found]:
    """Yield findings in order without overlap: the one that starts first, of those the longest."""
    end = 0
    for item in sorted(found, key=lambda f: (f[0], -f[1])):
        if item[0] >= end:
            yield item
            end = item[1]
        elif item[1] > end:
            yield end, item[1], item[2]
            end = item[1]
