"""A second reader of Dream: listings, sellers and their ratings, what stands in the margins, entrance and login."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from .agreement import Told, compare, first, number, prices, text

pytestmark = pytest.mark.slow
SIGNS = {"฿": "BTC", "$": "USD", "€": "EUR", "£": "GBP"}


def _price(written: str) -> dict[str, str]:
    """`฿0.00387 ($41.6)`: where the seller asks a price in money, its worth in the coin stands before it."""
    shown = re.findall(r"([฿$€£])\s*([\d.,]+)", written)
    currency, amount = (SIGNS[shown[-1][0]], number(shown[-1][1])) if shown else ("", "")
    usd = next((number(amount) for sign, amount in shown if sign == "$"), "")
    told = {"amount_text": written, "amount": amount, "currency": currency}
    return told | ({"amount_usd": usd} if usd else {})


def _prices(written: str) -> str:
    return prices(*((SIGNS[sign], amount) for sign, amount in re.findall(r"([฿$€£])\s*([\d.,]+)", written)))


def _elsewhere(block: str) -> str:
    told = re.findall(r'externalVendorRef" title="([^"]*)">(.*?)</span>', block, re.DOTALL)
    return " ".join(f"{text(title)}: {text(said)}" for title, said in told)


def _margins(page: str, kind: str) -> Iterator[Told]:
    active = re.search(r"<label>Last active</label>\s*<span>(\d\d)/(\d\d)/(\d{4}) \(today\)", page)
    yield "capture", {
        "market": "dream", "page_kind": kind,
        "captured_at": f"{active[3]}-{active[2]}-{active[1]} 00:00" if active else "",
    }  # fmt: skip
    rates = page.split('class="exchangeRateListing"')
    if len(rates) > 1:
        for row in re.findall(r"<tr.*?</tr>", rates[1].split("</table>")[0], re.DOTALL):
            quote, rate = (text(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)[-2:])
            yield "rate_seen", {"base": "BTC", "quote": quote, "rate": number(rate)}
    told = set()
    for label, n in _shelves(page):
        if label not in told:
            told.add(label)
            yield "tally_seen", {"what": "category", "label": label, "n": n}


def _shelves(page: str) -> Iterator[tuple[str, str]]:
    """Every category of the margin, with those above it, and how many listings it has; the chosen one is marked."""
    levels: list[str] = []
    shelf = r'<div class="category[^"]*depth(\d)[^"]*">\s*<a[^>]*>(.*?)<span class="amount">\s*(\d+)'
    for depth, label, n in re.findall(shelf, page, re.DOTALL):
        levels = [*levels[: int(depth)], text(label)]
        yield " > ".join(levels), n


def _listing(page: str) -> Iterator[Told]:
    yield from _margins(page, "listing")
    block = page.split('class="viewProduct"')[1].split('class="footer"')[0]
    facts = {
        text(label): said
        for label, said in re.findall(
            r"<div>\s*<label>(.*?)</label>\s*<span[^>]*>(.*?)</span>\s*</div>", block, re.DOTALL
        )
    }
    price = text(facts["Price"])
    at = re.search(r'class="category[^"]*selected', page)
    category = list(_shelves(page[: page.index("</div>", at.start())]))[-1][0] if at else ""
    coins = [
        first(r"<label[^>]*>(.*?)</label>", row)
        for row in re.findall(r"<tr.*?</tr>", block, re.DOTALL)
        if 'name="cryptocurrency"' in row and "disabled" not in row
    ]
    seller = facts["Vendor"]
    vendor = first(r'contactMember\?member=[^"]*"[^>]*>(.*?)</a>', seller)
    yield "listing_seen", {
        "title": first(r'class="title">(.*?)</div>', block), "identity": "own", "page_kind": "listing",
        "category": category, "vendor": vendor,
        "vendor_sales": first(r'"Successful transactions">\((\d+)\)', seller),
        "vendor_rating": first(r'class="userRating[^>]*>(.*?)</span>', seller), "vendor_elsewhere": _elsewhere(seller),
        "badges": first(r'class="sellerStatus[^>]*title="([^"]*)"', block),
        **_price(price), "prices": _prices(price), "ships_to": text(facts["Ships to"]),
        "ships_from": text(facts["Ships from"]), "payment": {"Yes": "escrow", "No": "no escrow"}[text(facts["Escrow"])],
        "description": first(r'id="offerDescription"[^>]*>(.*?)</div>', block),
        "terms": first(r'Terms and conditions of.*?preformattedNotes">(.*?)</div>', block),
        "coins": ", ".join(coins), "images": str(len(re.findall(r'class="productImage"', block))),
    }  # fmt: skip
    for money, said in re.findall(
        r'coinsNoWrap">(.*?)</td>\s*<td[^>]*class="text">(.*?)</td>',
        block.split('name="shippingOptions"')[-1],
        re.DOTALL,
    ):
        yield "option_seen", {"what": "shipping", "text": text(said), **_price(text(money))}


def _vendor(page: str) -> Iterator[Told]:
    ratings = 'id="tableOfRatings"' in page
    yield from _margins(page, "vendor_ratings" if ratings else "vendor")
    notes = page.split('class="profileNotes')[1].split('name="tabChooser"')[0]
    body = page.split('name="tabChooser"')[1]
    name = first(r"Username</label>.*?<span>(.*?)<a", notes)
    table = body.split('id="tableOfRatings"')[-1].split("</table>")[0] if ratings else ""
    lines = [
        " | ".join(text(cell).replace("( ", "(") for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL))
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    ]
    votes = {word: first(rf'title="I {word} this vendor".*?</span>\s*(\d+)', notes) for word in ("trust", "distrust")}
    yield "vendor_seen", {
        "token": name, "sales": first(r'"Successful transactions">\((\d+)\)', notes),
        "rating": first(r'class="userRating[^>]*>(.*?)</span>', notes), "elsewhere": _elsewhere(notes),
        "payment": {"Yes": "finalise early allowed", "No": "finalise early not allowed"}[
            first(r"FE enabled</label>.*?<span>(.*?)</span>", notes)
        ],
        "registered": "-".join(first(r"Join date</label>\s*<span>(.*?)</span>", notes).split("/")[::-1]),
        "last_seen": "-".join(
            first(r"Last active</label>\s*<span>(.*?)</span>", notes).removesuffix(" (today)").split("/")[::-1]
        ),
        "trusted_by": votes["trust"], "distrusted_by": votes["distrust"],
        "terms": first(r"Terms and conditions</div>\s*<div[^>]*>(.*?)</div>", body),
        "key": "key" if "BEGIN PGP PUBLIC KEY" in body else "",
        "images": str(len(re.findall(r'class="avatar">\s*<img', page))) if 'class="avatar"' in page else "",
        "ratings": " ".join(lines),
    }  # fmt: skip
    today = first(r"Last active</label>\s*<span>(\S+) \(today\)", notes)
    for row in re.findall(r"<tr>(.*?)</tr>", body.split('class="ratingTable')[-1].split("</table>")[0], re.DOTALL):
        if not ratings:
            break
        age, stars, said, _, money = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        days = re.match(r"\s*(\d+)d", age)  # counted back from the day on which the seller is there "today"
        written = datetime.strptime(today, "%d/%m/%Y") - timedelta(int(days[1])) if today and days else None
        yield "review_seen", {
            "reviewed_at": f"{written:%Y-%m-%d} 00:00" if written else "",
            "vendor": name, "rating": str(stars.count("star_gold")), "text": text(said), **_price(text(money))
        }  # fmt: skip
    for block in re.split(r'class="shopItem', body)[1:]:
        price = first(r'oPrice">(.*?)</div>', block)
        yield "listing_seen", {
            "title": first(r'oTitle">\s*<a[^>]*>(.*?)</a>', block), "identity": "own", "vendor": name,
            **_price(price), "prices": _prices(price),
            "payment": first(r'class="escrowBox[^>]*>(.*?)</div>', block).lower(),
            "images": "1" if re.search(r"<img[^>]*type=thumb", block) else "",
        }  # fmt: skip


def read_dream(page: str) -> Iterator[Told]:
    page = re.sub(r"<style.*?</style>|<script.*?</script>|<!--.*?-->", "", page, flags=re.DOTALL)
    if 'class="viewProduct"' in page:
        return _listing(page)
    if 'class="profileNotes' in page:
        return _vendor(page)
    return _margins(page, "login" if "Login with existing user" in page else "entrance")


def test_both_readers_agree_on_dream(shared: Path) -> None:
    tally = compare(shared / "data/markets/dream-2019/pages", read_dream)
    print(tally.lines("dream"))
    assert tally.fields.total() > 2000
    assert tally.wrong == []
