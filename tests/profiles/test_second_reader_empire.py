"""A second reader of Empire's pages: listings, sellers with their tabs and feedback, lists, the entrance, the login."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from profiles.told import Told, compare, day, every, first, number, text

pytestmark = pytest.mark.slow

COINS = {"btc": "BTC", "ltc": "LTC", "xmr": "XMR"}


def _rates(page: str) -> dict[str, str]:
    return {
        quote: number(rate) for quote, rate in re.findall(r"arrow-\w+\.png\"\s*/?>\s*([A-Z]{3}) ([\d.]+)</a>", page)
    }


def _usd(amount: str, currency: str, rates: dict[str, str]) -> str:
    """Dollars by the page's own rates, to the cent."""
    if not amount or currency not in rates or "USD" not in rates:
        return f"{Decimal(amount):.2f}" if currency == "USD" else ""
    rate = Decimal(1) if currency == "USD" else Decimal(rates["USD"]) / Decimal(rates[currency])
    return str((Decimal(amount) * rate).quantize(Decimal("0.01")))


def _money(written: str) -> tuple[str, str]:
    match = re.search(r"([A-Z]{3}) ([\d.,]+)", written)
    return (number(match[2]), match[1]) if match else ("", "")


def _coins(block: str) -> str:
    return ", ".join(COINS[coin] for coin in re.findall(r"image/(btc|ltc|xmr)_small", block))


def _pictures(block: str) -> str:
    block = re.sub(r"<!--.*?-->", "", block, flags=re.DOTALL)
    return str(len(set(re.findall(r'src="[^"]*/((?:uploads/)?\d{4}/[^"]+?)(?:-\d+_\d+)?\.\w+"', block))))


def _margins(page: str, told: Told) -> None:
    for quote, rate in _rates(page).items():
        told.add("rate_seen", base="BTC", quote=quote, rate=rate)  # the bar names no coin: its figures are Bitcoin's
    for base, block in re.findall(r"<h3[^>]*>[^<]*\(([A-Z]{3})\)</h3>(.*?)</div>", page, re.DOTALL):
        for quote, rate in re.findall(r'\(([A-Z]{3})\)\s*<span[^>]*boldstats">\s*(?:<font[^>]*>)?\s*([\d.]+)', block):
            if base == "BTC":
                assert _rates(page)[quote] == number(rate)
            else:
                told.add("rate_seen", base=base, quote=quote, rate=number(rate))
    for label, count in re.findall(r"Total (\w+) feedback : (\d+)", page):
        told.add("tally_seen", what="reviews", label=label, n=count)
    menu, levels = page.partition('<nav class="Category"')[2].partition("</nav>")[0], list[str]()
    entry = r'(<ul)|(</ul)|categories/\d+/0">(.*?)<span style="float:right;[^"]*">(\d+)</span>'
    for opened, closed, label, count in re.findall(entry, menu, re.DOTALL):
        if opened:
            levels.append("")
        elif closed:
            levels.pop()
        else:
            levels[-1] = text(label)
            told.add("tally_seen", what="category", label=" > ".join(levels), n=count)


def _elsewhere(block: str) -> str:
    found = re.findall(r'<span title="(Verified [^"]*)">(.*?)</span>', block, re.DOTALL)
    return " ".join(f"{name}: {text(rest)}" for name, rest in found)


def _listing(page: str, told: Told, rates: dict[str, str]) -> None:
    trail = page.split('class="sub_head_inner_header"')[1].split('class="wrapper-index"')[0]
    page = page.split('class="right-content"')[1]
    head, _, tabs = page.partition('<div class="tab">')
    cells = dict(re.findall(r"<td><b>([^<]*)</b></td>\s*<td>(.*?)</td>", head, re.DOTALL))
    seller = head.split("Sold by")[1].split("<table")[0]
    price = _money(first(r"Purchase price:</b> <span[^>]*>(.*?)</span>", head))
    others = re.findall(r"([\d.]+) (BTC|LTC|XMR)", first(r'padding-left: 0px;">(.*?)</p>', head))
    focus, shown = first(r'tablinks focus"[^>]*>(.*?)</a>', tabs), tabs.split('class="tabcontent"')[1]
    body = text(shown.split('<div class="tagsDiv"')[0].split("</h3>")[-1])
    stock = text(cells["Quantity Left"])
    told.add(
        "listing_seen",
        title=first(r"<h2[^>]*>(.*?)</h2>", head),
        category=" > ".join(every(r"<h3><a[^>]*>(.*?)</a>", trail)),
        vendor=first(r"/u/[^>]*>(.*?)</a>", seller),
        description=body if focus == "Description" else "",
        terms=body if focus == "Refund policy" else "",
        tags=", ".join(tag for tag in every(r'class="tags"[^>]*>(.*?)</span>', shown) if tag),
        sales=first(r"(\d+) sold since", seller),
        sales_since=day(first(r"sold since ([^<]*)<", seller), "%B %d, %Y"),
        vendor_level=first(r"Vendor Level (\d+)", seller),
        trust_level=first(r"Trust level (\d+)", seller),
        vendor_elsewhere=_elsewhere(seller),
        product_class=text(cells["Product Class"]),
        ships_from=text(cells["Origin Country"]),
        ships_to=text(cells["Ships to"]),
        stock_text=stock,
        stock=number(stock),
        ends=text(cells["Ends In"]),
        payment=text(cells["Payment"]),
        amount_text=first(r"Purchase price:</b> <span[^>]*>(.*?)</span>", head),
        amount=price[0],
        currency=price[1],
        amount_usd=_usd(*price, rates),
        coins=_coins(head),
        prices=" + ".join(sorted([f"{price[0]} {price[1]}", *(f"{number(a)} {coin}" for a, coin in others)])),
        notice=" ".join(every(r"<i>([^<]*auto-dispatch)</i>", head) + every(r'text-danger">(.*?)</p>', head)),
        images=_pictures(head),
    )
    for row in re.findall(r"<td><b>Bulk Discount</b></td>(.*?)</tr>", head, re.DOTALL):
        amount, currency = _money(text(row))
        told.add(
            "option_seen",
            what="quantity",
            quantity=first(r"From qty (\d+)", row),
            amount=amount,
            currency=currency,
            amount_usd=_usd(amount, currency, rates),
        )
    for option in every(
        r"<option value=\"[^\"]*\">(.*?)</option>", head.split("shippingOption")[1].split("</select>")[0]
    ):
        match = re.search(r" - ([\d.]+) days? - ([A-Z]{3}) \+ ([\d.,]+)", option)
        assert match is not None
        amount, currency = number(match[3]), match[2]
        told.add(
            "option_seen",
            what="shipping",
            text=option[: match.start()],
            amount=amount,
            currency=currency,
            amount_usd=_usd(amount, currency, rates),
            days=match[1] if match[1].isdigit() else "",
        )


def _vendor(page: str, told: Told, rates: dict[str, str]) -> None:
    page = page.split('class="right-content"')[1]
    head, _, tabs = page.partition('<div class="tab">')
    name = first(r'user_info_mid_head">(.*?)<span', head)
    table = head.split('class="seller_rating"')[1].split("</table>")[0]
    rows = [every(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)]
    year = {row[0]: row[3] for row in rows[1:]}
    cells = dict(re.findall(r"<td>([^<]*)</td>\s*<td class=\"align-right\">(.*?)</td>", head))
    disputes, orders = cells["Total Disputes / Orders"].split(" / ")
    focus = first(r'tablinks focus"[^>]*>(.*?)</a>', tabs)
    sold = (
        first(r"\((\d+)\)</span>", head) if "Vendor level" in head else ""
    )  # without a level it counts his own orders
    told.add(
        "vendor_seen",
        token=name,
        sales=sold,
        level=first(r"Vendor level (\d+)", head),
        trust_level=first(r"Trust level (\d+)", head),
        elsewhere=_elsewhere(head),
        rating=first(r"12 months\): (.*?)</p>", head),
        registered=day(first(r'bold1">(.*?)</span>', head), "%B %d, %Y"),
        last_seen=day(cells["Last online"], "%b %d, %Y"),
        positive=year["Positive"],
        neutral=year["Neutral"],
        negative=year["Negative"],
        ratings=" ".join(" | ".join(filter(None, row)) for row in rows),
        orders_made=orders,
        disputes=disputes,
        badges=first(r'seth1">.*?<span>(.*?)</span>', head).strip("()"),
        images=_pictures(head),
        text=first(r"</h3>\s*<p[^>]*>(.*?)</p>", tabs) if focus == "About" else "",
        key_token="yes" if "BEGIN PGP" in tabs else "",
    )
    if "user_feedbackTbl" not in tabs:
        return
    for row in re.findall(r"<tr>\s*<td>\s*<img(.*?)</tr>", tabs, re.DOTALL):
        paid = first(r"</font>\s*<br ?/?>(.*?)</p>", row)
        amount, currency = _money(paid)
        at = datetime.strptime(first(r'setp1 bold1">([^<]*)<br', row), "%b %d, %Y %H:%M")
        told.add(
            "review_seen",
            vendor=name,
            rating={"1": "positive", "2": "neutral", "3": "negative"}[first(r"feedback(\d)\.png", row)],
            text=first(r'feedback_msg"><font[^>]*>(.*?)</font>', row),
            item=first(r'color:gray;">(.*?)</p>', row),
            amount_text=paid,
            answer=first(r"Seller Response: (.*?)</i>", row),
            amount=amount,
            currency=currency,
            amount_usd=_usd(amount, currency, rates),
            reviewed_at=f"{at:%Y-%m-%d %H:%M}",
        )


def _featured(page: str, told: Told, rates: dict[str, str]) -> None:
    for block in re.split(r'<div class="col-2"', page.split('class="feature-listing"')[1].split("SECURITY")[0])[1:]:
        amount, currency = _money(first(r"Buy: (.*?)</p>", block))
        told.add(
            "listing_seen",
            title=first(r"<p[^>]*> <a[^>]*>(.*?)</a>", block),
            vendor=first(r"/u/[^>]*>(.*?)</a>", block),
            category=first(r"Item # \d+ - (.*?) - <a", block),
            amount=amount,
            currency=currency,
            amount_usd=_usd(amount, currency, rates),
            prices=f"{amount} {currency}",
            images=_pictures(block),
        )


def _found(page: str, told: Told, rates: dict[str, str]) -> None:
    for block in re.split(r'<div class="col-1search">', page.split('class="right-content"')[1])[1:]:
        if "/u/" not in block:
            continue
        amount, currency = _money(first(r'bold padp">(.*?)</p>', block))
        coin = re.search(r"\(([\d.]+) (BTC)\)", block)
        trail = block.split("Item #")[1].split(" - ", 1)[1].split(" - <a")[0]
        stock = first(r"Quantity left:</b>\s*([^<\s]+)", block)
        told.add(
            "listing_seen",
            title=first(r'"head">\s*<a[^>]*>(.*?)</a>', block),
            vendor=first(r"/u/[^>]*>(.*?)</a>", block),
            category=" > ".join(text(level) for level in trail.split("/\n")),
            stock_text=stock,
            stock=number(stock),
            vendor_sales=first(r"</a>\s*\((\d+)\)</p>", block),
            views=first(r"Views:</b> (\d+)", block),
            sales=first(r"Sales:</b> (\d+)", block),
            amount=amount,
            currency=currency,
            coins=_coins(block),
            amount_usd=_usd(amount, currency, rates),
            images=_pictures(block),
            prices=" + ".join(sorted([f"{amount} {currency}", f"{number(coin[1])} BTC"])) if coin else "",
        )


def read_empire(page: str) -> Told:
    page = page.split("</html>")[0]
    title = first(r"<title>(.*?)</title>", page)
    if "Apollon Market" in title:
        return Told("error")
    if 'http-equiv="Refresh"' in page:
        return Told("anti_ddos")
    clock = first(r"Server time: \w+, (.*?)</span>", page)
    at = f"{datetime.strptime(clock, '%b %d, %Y %H:%M:%S'):%Y-%m-%d %H:%M}" if clock else ""
    rates = _rates(page)
    if "LOGIN TO EMPIRE" in page:
        return Told("login", at)
    for kind, mark, how in (
        ("listing", 'class="listDes"', _listing),
        ("vendor", "| User Profile</i>", _vendor),
        ("entrance", "FEATURED LISTINGS", _featured),
        ("category", "", _found),
    ):
        if mark in page:
            told = Told(kind, at)
            how(page, told, rates)
            _margins(page, told)
            if kind == "category" and "listing_seen" not in told.rows:
                told.kind = "empty_category"
            return told
    raise AssertionError("no such page")


def test_both_readers_agree_on_empire(shared: Path) -> None:
    count = compare(shared / "data/markets/empire-2019/pages", read_empire)
    assert sum(count.fields.values()) > 6000
    assert count.same == count.fields, count.wrong[:20]
