"""A second reader agrees: lists of real pages, read again by expressions over their bytes, row by row, field by field.

It shares nothing with the profiles but the pages. What it finds is compared, never shown: no real text is kept here.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from muster.profiles import Tokens, find, known, load, parse, render_inert

from .real_pages import Plain, pages

pytestmark = pytest.mark.slow


def _text(raw: str | None) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", raw or "")).split())


def _first(pattern: str, block: str) -> str:
    match = re.search(pattern, block, re.DOTALL)
    return _text(match[1]) if match else ""


def _blocks(page: str, start: str, end: str = r"\Z") -> list[str]:
    page = re.split(end, page)[0] if end != r"\Z" else page
    return re.split(start, page)[1:]


def _white_house(page: str) -> Iterator[dict[str, str]]:
    for block in _blocks(page, r'container-border listinglist"'):
        yield {
            "title": _first(r'Title:.*?action=show&(?:amp;)?listing=\d+"[^>]*>(.*?)</a>', block),
            "vendor": _first(r'userinfo\?user=[^"]*"[^>]*>(.*?)</a>', block),
            "amount_text": _first(r"<strong>(.*?)</strong>", block.split("Title:")[1]),
            "payment": _first(r'class="label label-\w+"[^>]*>(.*?)</span>', block),
            "ships_from": _first(r"Ships from:(.*?)</p>", block),
            "ships_to": _first(r"Ships to:(.*?)</p>", block),
        }


def _yellow_brick(page: str) -> Iterator[dict[str, str]]:
    for block in _blocks(page, r'id="?listdiv"?'):
        yield {
            "title": _first(r'listdata"?>\s*<a href="\?listing=\d+"[^>]*>(.*?)</a>', block),
            "amount_text": _first(r"Price:\s*<b[^>]*>(.*?)</b>", block),
            "vendor": _first(r'href="\?profile=[^"]*"[^>]*>(.*?)</a>', block),
            "category": _first(r'href="\?road&(?:amp;)?cat=\d+"[^>]*>(.*?)</a>', block),
            "ships_from": _first(r'id="?ah_ships"?[^>]*>(.*?)(?:</span>|</div>)', block),
            "vendor_level": _first(r'title="Level (\d+)"', block),
        }


def _apollon(page: str) -> Iterator[dict[str, str]]:
    for block in _blocks(page, r'<div[^>]* class="col-sm-1"|<div class="col-sm-1"'):
        if "Item #" not in block:
            continue
        yield {
            "title": _first(r'listing\.php\?ls_id=\d+"[^>]*>(.*?)</a>', block),
            "vendor": _first(r'user\.php\?u_id=[^"]*"[^>]*>(.*?)</a>', block),
            "vendor_level": _first(r"Seller Level (\d+)", block),
            "vendor_sales": _first(r"Seller Level \d+ \((\d+)\)", block),
            "trust_level": _first(r"Trust Level (\d+)", block),
            "stock_text": _first(r"Quantity :(.*?)</span>", block),
            "sales": _first(r"Sold : ?</b>\s*(\d+)", block),
            "views": _first(r"Views</b>\s*:\s*(\d+)", block),
            "amount_text": _first(r"Sale Price :(.*?)</span>", block),
        }


def _hansa(page: str) -> Iterator[dict[str, str]]:
    for block in _blocks(page, r'class="row row-item"'):
        yield {
            "title": _first(r'item-details">\s*<a[^>]*>(.*?)</a>', block),
            "vendor": _first(r'user-details">\s*<a[^>]*>(.*?)</a>', block),
            "amount_text": _first(r"listing-price[^>]*>\s*<strong>(.*?)</strong>", block),
            "views": _first(r"Views: (\d+)", block),
            "vendor_level": _first(r"Level (\d+)", block),
            "vendor_positive": _first(r'fb-pos">\+?(\d+)', block),
        }


def _cryptonia(page: str) -> Iterator[dict[str, str]]:
    for block in _blocks(page, r'class="?thumb grid', r"<div id=\"?prod_"):
        yield {
            "title": _first(r"growlink\"? [^>]*>(.*?)</a>|$", block)
            or _first(r"<a [^>]*growlink[^>]*>(.*?)</a>", block),
            "vendor": _first(r'href="?/user/[^>]*>(.*?)</a>', block),
            "ships_from": _first(r"<span[^>]*>([^<]*?)(?:→|&rarr;)", block),
            "vendor_since": _first(r"Member since: ([\d-]+)", block),
            "vendor_level": _first(r"LEVEL (\d+)", block),
        }


def _hansa_also(page: str) -> Iterator[dict[str, str]]:
    """What else each seller offers, in a small table under the listing: of these the profile makes rows, too."""
    for block in _blocks(page, r'class="row row-item"'):
        vendor = _first(r'user-details">\s*<a[^>]*>(.*?)</a>', block)
        for row in re.findall(r'<tr>\s*<td><a href="/listing/\d+/">.*?</tr>', block, re.DOTALL):
            yield {
                "title": _first(r"<a[^>]*>(.*?)</a>", row), "vendor": vendor,
                "amount_text": _first(r"<strong>(.*?)</strong>", row),
            }  # fmt: skip


READERS: dict[str, tuple[Callable[[str], Iterator[dict[str, str]]], str]] = {
    "white-house-2020": (_white_house, "category"), "yellow-brick-2020": (_yellow_brick, "category"),
    "apollon-2019": (_apollon, "category"), "hansa-2017": (_hansa, "category"),
    "hansa-2017 also": (_hansa_also, "also available"), "cryptonia-2019": (_cryptonia, "category"),
}  # fmt: skip
"""Market → a second reader of its lists, and the kind of row that it reads."""
MARKETS = (*(name for name in READERS if " " not in name), "empire-2019", "dream-2019", "cypher-2020")


@pytest.mark.parametrize("market", READERS)
def test_both_readers_agree(shared: Path, market: str) -> None:
    profiles, tokens = [load(name) for name in known()], Plain(b"k" * 32)
    reader, kind = READERS[market]
    fields = right = 0
    wrong: list[str] = []
    for page in pages(shared / "data/markets" / market.partition(" ")[0] / "pages"):
        parsed = parse(page, find(page, profiles), tokens)
        if parsed.capture["page_kind"] != "category":
            continue
        listed = [seen.row for seen in parsed.observations if seen.table == "listing_seen"]
        rows = [row for row in listed if row["page_kind"] == kind]
        second = list(reader(page.body.decode("utf-8", "replace")))
        assert len(rows) == len(second), page.capture.digest[:12]
        for number, (row, told) in enumerate(zip(rows, second, strict=True)):
            for name, value in told.items():
                held = "" if row.get(name) is None else " ".join(str(row[name]).split())
                fields += 1
                right += held == value
                if held != value:
                    differs = hashlib.sha256(f"{held}\0{value}".encode()).hexdigest()[:8]
                    wrong.append(f"{page.capture.digest[:12]} row {number} {name} {differs}")
    print(f"{market}: {right} of {fields} fields agree")
    assert fields > 100
    assert right >= 0.99 * fields, wrong[:20]


@pytest.mark.parametrize("market", MARKETS)
def test_no_page_is_shown_with_a_sellers_handle(shared: Path, market: str) -> None:
    profiles, keyed = [load(name) for name in known()], Tokens(b"k" * 32)
    shown = 0
    for page in list(pages(shared / "data/markets" / market / "pages"))[:25]:
        profile = find(page, profiles)
        if profile is None:
            continue
        sellers = {
            value
            for seen in parse(page, profile, Plain(b"k" * 32)).observations
            for value in (seen.row.get("vendor"), seen.row.get("token"))
            if value and len(value) > 6
        }
        text = render_inert(page, keyed, profile=profile.name)
        shown += len(sellers)
        leaked = [name for name in sellers if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)]
        assert not leaked, (page.capture.digest[:12], len(leaked))
    assert shown > 0


@pytest.mark.parametrize("market", MARKETS)
def test_no_row_holds_its_own_sellers_handle(shared: Path, market: str) -> None:
    profiles, keyed, plain = [load(name) for name in known()], Tokens(b"k" * 32), Plain(b"k" * 32)
    rows = 0
    for page in list(pages(shared / "data/markets" / market / "pages"))[:25]:
        profile = find(page, profiles)
        told, held = (parse(page, profile, tokens).observations for tokens in (keyed, plain))
        for row, raw in zip(told, held, strict=True):
            seller = str(raw.row.get("vendor") or raw.row.get("token") or "")
            if len(seller) > 6:
                rows += 1
                shown = repr({name: value for name, value in row.row.items() if name != "id"})
                said = re.search(rf"(?<!\w){re.escape(seller)}(?!\w)", shown, re.IGNORECASE)
                assert said is None, (page.capture.digest[:12], row.table)
    assert rows > 0
