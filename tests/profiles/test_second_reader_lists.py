"""A second reader of all that lists of White House, Yellow Brick and Cypher show; and pages of markets nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.profiles import find, known, load, parse

from .agreement import Reader, Told, compare, first, number, prices, text
from .real_pages import Plain, pages

pytestmark = pytest.mark.slow
SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "USD": "USD", "EUR": "EUR", "GBP": "GBP", "AUD": "AUD", "CAD": "CAD"}


def read_white_house(page: str) -> Iterator[Told]:
    page = re.sub(r"data:image/[^\"']*", "", page)
    found = re.search(r"Found (\d+) listings?, (\d+) pages?", page)
    fetched = first(r"Updated On.*?(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d UTC", page)
    kind = "category" if found else "search"  # the one without a list was cut off
    yield "capture", {"market": "white-house", "page_kind": kind, "captured_at": fetched}
    for quote, rate in sorted(set(re.findall(r"1 XMR = (\w{3}) ([\d.,]+)", page))):
        yield "rate_seen", {"base": "XMR", "quote": quote, "rate": number(rate)}
    if found:
        yield "tally_seen", {"what": "listings found", "n": found[1]}
        yield "tally_seen", {"what": "pages", "n": found[2]}
    for link, n in re.findall(
        r'href="welcome\?(?:c|sc|display)=[^"]*"[^>]*>(.*?)<span class="badge">(\d+)</span>', page
    ):
        if not text(link).endswith(" - All"):
            yield "tally_seen", {"what": "category", "label": text(link), "n": n}
    for block in page.split('container-border listinglist"')[1:]:
        price = first(r"<strong>(.*?)</strong>", block.split("Title:")[1])
        shown = [
            price,
            *re.findall(r"(?:[€£$]|AUD|CAD|USD|EUR|GBP)\s[\d.,]+", first(r'text-left"><p>(.*?)</p>', block)),
        ]
        each = {SIGNS[one.split()[0]]: number(one.split()[1]) for one in shown}
        yield "listing_seen", {
            "title": first(r'Title:.*?action=show&(?:amp;)?listing=\d+"[^>]*>(.*?)</a>', block), "identity": "own",
            "vendor": first(r'userinfo\?user=[^"]*"[^>]*>(.*?)</a>', block),
            "category": first(r"Category:.*?<a[^>]*>(.*?)</a>", block).replace(" - ", " > "), "page_kind": "category",
            "payment": first(r"Vendor:.*?</a>.*?<span[^>]*>(.*?)</span>", block),
            "stock_text": first(r"Title:.*?<small>(.*?)</small>", block), "stock": "",
            "amount_text": price, "amount": number(price), "currency": price.split()[0], "amount_usd": each["USD"],
            "prices": prices(*each.items()), "images": str(len(re.findall(r"<img ", block))),
            "ships_from": first(r"Ships from:(.*?)</p>", block), "ships_to": first(r"Ships to:(.*?)</p>", block),
        }  # fmt: skip


def read_yellow_brick(page: str) -> Iterator[Told]:
    yield "capture", {"market": "yellow-brick", "page_kind": "category"}
    group = ""
    shelf = page.split('id="catlist"')[1].split("</div>")[0]
    for head, label, n in re.findall(r"<b\b[^>]*>(.*?)</b>|cat=\d+[^>]*>(.*?)<sup>(.*?)</sup>", shelf, re.DOTALL):
        if head:
            group = text(head)
        else:
            yield "tally_seen", {"what": "category", "label": f"{group} > {text(label)}", "n": text(n)}
    for block in re.findall(r'id="feat_tag".*?</div>', page, re.DOTALL):
        up, down, share = (part.strip() for part in first(r">(.*?)<a", block).split(","))
        yield "listing_seen", {
            "title": first(r'href="\?listing=[^>]*>(.*?)</a>', block), "identity": "own", "page_kind": "featured",
            "vendor": first(r'href="\?profile=[^>]*>(.*?) says:', block), "vendor_positive": up.strip("+"),
            "vendor_negative": down.strip("-"), "vendor_rating": "" if share == "-%" else share,
        }  # fmt: skip
    for block in re.split(r'id="?listdiv"?', page)[1:]:
        block = block.split('id="listing"')[0]
        price = first(r"Price:\s*<b[^>]*>(.*?)</b>", block)
        marks = [text(said).strip("✓ ") for said in re.findall(r'id="listinginfo"[^>]*>(.*?)</div>', block, re.DOTALL)]
        marks += ["New Vendor"] if 'title="New Vendor"' in block else []
        marks += [text(said) for said in re.findall(r'tag_level_short">(.*?)</tag>', block)]
        paid = [mark for mark in marks if mark in ("Escrow", "Finalize Early", "Half-Escrow/Half-FE")]
        yield "listing_seen", {
            "title": first(r'listdata"?>\s*<a href="\?listing=\d+"[^>]*>(.*?)</a>', block), "identity": "own",
            "amount_text": price, "amount": number(price), "currency": "USD", "amount_usd": number(price),
            "prices": prices(("USD", price)), "vendor": first(r'href="\?profile=[^"]*"[^>]*>(.*?)</a>', block),
            "category": first(r'href="\?road&(?:amp;)?cat=\d+"[^>]*>(.*?)</a>', block), "page_kind": "category",
            "ships_from": first(r'id="?ah_ships"?[^>]*>(.*?)(?:</span>|</div>)', block),
            "vendor_level": first(r'title="Level (\d+)"', block), "payment": ", ".join(paid),
            "badges": ", ".join(mark for mark in marks if mark not in paid),
            "coins": ", ".join(re.findall(r"ico_(\w+?)_32", block)),
            "images": "1" if re.search(r'id="listimg">\s*<a[^>]*>\s*<img[^>]*src=', block) else "",
        }  # fmt: skip


def read_cypher(page: str) -> Iterator[Told]:
    empty = not page.strip()
    cards = page.split('<div class="card">')[1:]
    kind = "" if empty else "category" if cards else "empty_category"
    yield "capture", {"market": "" if empty else "cypher", "page_kind": kind}
    shelf, above = first(r"<h1[^>]*>(.*?)<small>", page), ""
    margin = page.partition("list-group categories")[2].partition("col-md-9")[0]
    deep = 0
    for opens, closes, label, n in re.findall(
        r'(<ul>)|(</ul>)|badge-dark">([^<]*)</span>\s*<span class="badge badge-dark">(\d+)</span>', margin
    ):
        deep += bool(opens) - bool(closes)
        if label:
            above = above if deep else text(label)
            yield "tally_seen", {"what": "category", "label": f"{above} > {text(label)}" if deep else above, "n": n}
    numbered = [int(n) for n in re.findall(r'class="page-link"[^>]*>\s*(\d+)\s*</a>', page)]
    if numbered:
        yield "tally_seen", {"what": "pages", "n": str(max(numbered))}
    for block in cards:
        below = first(r"</strong>\s*- (.*?) - </p>", block)
        price = first(r"From:\s*<strong>(.*?)</strong>", block)
        stock = first(r"Stock:\s*<strong>(.*?)</strong>", block)
        yield "listing_seen", {
            "title": first(r"<h4[^>]*>(.*?)</h4>", block), "identity": "own", "page_kind": "category",
            "vendor": first(r'href="[^"]*/vendor/[^"]*"[^>]*>(.*?)</a>', block),
            "amount_text": price, "amount": number(price), "currency": "disputed", "amount_usd": "",
            "price_kind": "from",
            "category": shelf if below == shelf else f"{shelf} > {below}", "stock_text": stock, "stock": number(stock),
            "product_class": first(r'badge-secondary">(\w+)</span>', block),
            "payment": first(r'badge-(?:mgray|success)">(.*?)</span>', block),
            "images": str(len(re.findall(r"<img ", block))),
        }  # fmt: skip


READERS: dict[str, tuple[str, Reader]] = {
    "white-house": ("white-house-2020", read_white_house), "yellow-brick": ("yellow-brick-2020", read_yellow_brick),
    "cypher": ("cypher-2020", read_cypher),
}  # fmt: skip


@pytest.mark.parametrize("market", READERS)
def test_both_readers_agree_on_lists(shared: Path, market: str) -> None:
    folder, reader = READERS[market]
    tally = compare(shared / "data/markets" / folder / "pages", reader)
    print(tally.lines(market))
    assert tally.fields.total() > 2000
    assert tally.wrong == []


def test_pages_of_markets_that_no_profile_knows_are_told_so(shared: Path) -> None:
    profiles = [load(name) for name in known()]
    met = 0
    for page in pages(shared / "data/markets/single-pages-2020/pages"):
        parsed = parse(page, find(page, profiles), Plain(b"k" * 32))
        assert parsed.capture["profile"] in (None, "")
        assert parsed.observations == ()
        assert [issue.what for issue in parsed.issues] == ["unknown_page"]
        met += 1
    assert met == 5
