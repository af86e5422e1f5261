"""The same fields of the same pages, as a BeautifulSoup script would take them: the peer of `bench/pages.py`.

Written as a reporter's script is written: parse, select, strip. It keeps no digest, no place in the bytes, no token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from muster.profiles.profile import Profile, Rows


def rows(body: bytes, profile: Profile) -> Iterator[dict[str, str]]:
    """Yield the text of every field that a profile declares, from one page."""
    page = BeautifulSoup(body, "html.parser")
    for kind in profile.pages.values():
        if kind.marks is not None and page.select_one(_here(kind.marks)) is None:
            continue
        for declared in (*kind.rows, *profile.rates):
            yield from _rows(page, declared)
        return


def _rows(page: BeautifulSoup, declared: Rows) -> Iterator[dict[str, str]]:
    inherited = {name: _text(page, field.css, field.attr) for name, field in declared.inherit.items()}
    for node in page.select(_here(declared.each)) if declared.each else [page]:
        own = {
            name: _text(node, field.css, field.attr) for name, field in declared.fields.items() if field.value is None
        }
        yield {**inherited, **own}


def _here(css: str) -> str:
    """Return a selector as BeautifulSoup spells it."""
    return _HAS.sub(r":has(:is(\1))", css.replace(":lexbor-contains(", ":-soup-contains("))


_HAS = re.compile(r":has\((?!\s*[>+~])((?:[^()]|\([^()]*\))*)\)")
"""BeautifulSoup takes a selector of several parts inside `:has()` only in `:is()`."""


def _text(node: Tag, css: str | None, attr: str | None) -> str:
    found = node.select_one(_here(css)) if css else node
    if found is None:
        return ""
    return str(found.get(attr) or "") if attr else " ".join(found.get_text().split())
