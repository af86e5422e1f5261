"""A second reader of Hansa: listings and their tabs, sellers and theirs, and all that its lists show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .agreement import Told, compare, first, number, prices, text

pytestmark = pytest.mark.slow


def _price(block: str) -> dict[str, str]:
    usd, btc = first(r"<strong>(USD .*?)</strong>", block), first(r"fa-btc[^>]*></i>(.*?)</span>", block)
    return {
        "amount_text": usd, "amount": number(usd), "currency": "USD", "amount_usd": number(usd),
        "prices": prices(("USD", usd), ("BTC", btc)),
    }  # fmt: skip


def _also(block: str, vendor: str) -> Iterator[Told]:
    for row in re.findall(r'<tr>\s*<td><a href="/listing/\d+/">.*?</tr>', block, re.DOTALL):
        title = first(r"<a[^>]*>(.*?)</a>", row)
        yield "listing_seen", {"page_kind": "also available", "title": title, "vendor": vendor, **_price(row)}


def _page(page: str, kind: str) -> Iterator[Told]:
    when = first(r"Date: (\d{4}-\d\d-\d\d \d\d:\d\d) UTC", page)
    yield "capture", {"market": "hansa", "page_kind": kind, "captured_at": when}
    for quote, rate in re.findall(r"<td>(\w{3})/BTC</td><td[^>]*>([\d.,]+)</td>", page):
        yield "rate_seen", {"base": "BTC", "quote": quote, "rate": number(rate)}


def _trail(page: str) -> list[str]:
    trail = re.findall(r"<li[^>]*>(.*?)</li>", page.split('class="breadcrumb"')[1].split("</ol>")[0], re.DOTALL)
    return [text(step) for step in trail][1:]


def _listing(page: str) -> Iterator[Told]:
    tab = page.split("nav nav-tabs")[1].split("<footer")[0]
    feedback = "<th>Feedback</th>" in tab
    heading = first(r"<h3><u>(.*?)</u></h3>", tab)
    terms = heading == "Terms & Conditions"
    yield from _page(page, "feedback" if feedback else "listing_terms" if terms else "listing")
    top = page.split('class="breadcrumb"')[1].split("nav nav-tabs")[0]
    vendor = first(r'href="/vendor/[^"]*">(.*?)</a>', top)
    stock = first(r'listing-stock">(.*?)</div>', top)
    written = first(r"<h3><u>[^<]*</u></h3>(.*)</div>\s*</div>\s*</div>", tab)
    buyers = re.findall(r'<p class="head">(.*?)</p>\s*<p>(.*?)</p>', tab, re.DOTALL)
    seen = {
        "title": first(r"<h2[^>]*>(.*?)</h2>", top), "category": " > ".join(_trail(page)[:-1]),
        "identity": "own", "page_kind": "feedback" if feedback else "listing_terms" if terms else "listing",
        **_price(top.split("listing-price")[1]),
        "notice": first(r"<small[^>]*>(.*?)</small>", top.split("listing-price")[1].split("</div>")[0]),
        "stock_text": stock, "stock": number(stock), "vendor": vendor,
        "vendor_positive": first(r'fb-pos"[^>]*>\+?(\d+)', top),
        "vendor_negative": first(r'fb-neg"[^>]*>\D*?(\d+)<', top),
        "vendor_level": first(r"Level (\d+)", top), "vendor_sales": first(r"Level \d+\s*\((\d+)", text(top)),
        "badges": first(r"fa-star[^>]*></i>([^<]*)</span></a>", top),
        "product_class": first(r"<td>Class</td>\s*<td>(.*?)</td>", top),
        "ships_from": first(r"Ships From</td>\s*<td>(.*?)</td>", top),
        "ships_to": first(r"Ships To</td>\s*<td>(.*?)</td>", top),
        "images": str(len(re.findall(r"<img[^>]*img-thumbnail", top))),
        "description": "" if terms else written, "terms": written if terms else "",
        "buyers_say": " ".join(f"{text(head)} {text(said)}" for head, said in buyers[1:] if text(said)),
    }  # fmt: skip
    yield "listing_seen", seen
    for option in re.findall(
        r'<option value="[1-9]\d*">(.*?)</option>', top.split("shippingID")[-1].split("</select")[0]
    ):
        said = text(option)
        money = first(r"\[\+ (USD [\d.,]+)\]", said)
        yield "option_seen", {
            "what": "shipping", "text": re.sub(r"( \[[^\[\]]*\]){0,2}$", "", said),
            "days": first(r"\[(\d+) days?\]", said),
            "amount_text": money, "amount": number(money), "currency": "USD", "amount_usd": number(money),
        }  # fmt: skip
    yield from _also(top, vendor)
    for row in re.findall(r'<tr>\s*<td><span class="label label-.*?</tr>', tab, re.DOTALL):
        sign, said, took, who, when = (cell for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL))
        thumb = {"fa-thumbs-o-up": "positive", "fa-thumbs-o-down": "negative", "fa-circle-o": "neutral"}
        yield "review_seen", {
            "vendor": vendor, "rating": next(word for icon, word in thumb.items() if icon in sign),
            "text": text(said), "delivery": text(took),
            "buyer_level": first(r"\[(\d+)\]", who), "reviewed_at": text(when).removesuffix(" UTC"),
        }  # fmt: skip


def _vendor(page: str) -> Iterator[Told]:
    tab = page.split("nav nav-tabs")[1].split("<footer")[0]
    heading = first(r"<h4>(.*?)</h4>", tab)
    terms = heading == "Terms & Conditions"
    yield from _page(page, "vendor_terms" if terms else "vendor")
    top = page.split("<h1>")[1].split("nav nav-tabs")[0]
    written = first(r"<h4>[^<]*</h4>\s*<p>(.*?)</p>", tab)
    numbers = [text(n) for n in re.findall(r"<strong[^>]*>(\d+)</strong></p>", top)]
    yield "vendor_seen", {
        "token": first(r"^(.*?)<span", top), "user_type": first(r'label-primary">([^<]*)</span>', top),
        "level": first(r">Level (\d+)", top),
        "badges": first(r"fa-star[^>]*></i>([^<]*)</span></a>", top),
        "last_seen": first(r"Last seen - ([\d-]+)", top), "registered": first(r"Vendor since - ([\d-]+)", top),
        "subscribers": first(r"(\d+) Subscriber", top),
        "positive": numbers[0], "neutral": numbers[1], "negative": numbers[2],
        "rating": first(r"<p>([\d.]+%) positive feedback", top),
        "sales_text": first(r"<h3>Orders</h3>\s*<p><strong[^>]*>(.*?)</strong>", top),
        "sales": first(r"<h3>Orders</h3>\s*<p><strong[^>]*>(\d+)", top),
        "average_order": first(r"<h3>Average Volume</h3>\s*<p>(.*?)</p>", top),
        "elsewhere": " ".join(
            f"{text(title)}: {text(said)}"
            for title, said in re.findall(r'class="imported" title="([^"]*)">(.*?)</span>', top, re.DOTALL)
        ),
        "text": "" if terms else written, "terms": written if terms else "",
        "key": "key" if "BEGIN PGP PUBLIC KEY" in tab else "",
    }  # fmt: skip


def _category(page: str) -> Iterator[Told]:
    yield from _page(page, "category")
    trail = " > ".join(_trail(page))
    numbered = re.findall(r'href="/category/\d+/(\d+)/">', page)
    yield "tally_seen", {"what": "pages", "n": str(max(int(n) for n in numbered))}
    levels: list[str] = []
    for style, label, n in re.findall(r'class="list-group-item([^>]*)>(.*?)<span class="badge">(\d+)</span>', page):
        depth = {"": 0, "35": 1, "50": 2}[first(r"padding-left:(\d+)px", style)]
        levels = [*levels[:depth], text(label)]
        yield "tally_seen", {"what": "category", "label": " > ".join(levels), "n": n}
    for block in re.split(r'class="row row-item"', page)[1:]:
        own = block.split("Also available")[0]
        vendor = first(r'user-details">\s*<a[^>]*>(.*?)</a>', own)
        yield "listing_seen", {
            "title": first(r'item-details">\s*<a[^>]*>(.*?)</a>', own), "category": trail, "identity": "own",
            "page_kind": "category",
            "vendor": vendor, **_price(own.split("listing-price")[1]), "views": first(r"Views: (\d+)", own),
            "vendor_level": first(r"Level (\d+)", own), "vendor_sales": first(r"Level \d+\s*\((\d+)", text(own)),
            "vendor_positive": first(r'fb-pos"[^>]*>\+?(\d+)', own),
            "vendor_negative": first(r'fb-neg"[^>]*>\D*?(\d+)<', own),
            "product_class": first(r'title="(\w+ Good)"', own),
            "ships_from": first(r"Ships from: (.*?)</small>", own), "ships_to": first(r"Ships to: (.*?)</small>", own),
            "images": str(len(re.findall(r"<img[^>]*img-thumbnail", own))),
            "badges": "Promoted Listing" if "Promoted Listing" in own else "",
            "notice": "Instant Delivery" if "Instant Delivery" in own else "",
        }  # fmt: skip
        yield from _also(block, vendor)


def read_hansa(page: str) -> Iterator[Told]:
    page = re.sub(r"data:image/[^\"']*", "", page)
    if 'class="row row-item"' in page:
        return _category(page)
    return _listing(page) if "listing-price" in page else _vendor(page)


def test_both_readers_agree_on_hansa(shared: Path) -> None:
    tally = compare(shared / "data/markets/hansa-2017/pages", read_hansa)
    print(tally.lines("hansa"))
    assert tally.fields.total() > 2000
    assert tally.wrong == []
