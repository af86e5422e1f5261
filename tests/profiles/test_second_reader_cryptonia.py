"""A second reader of Cryptonia's pages: listings, sellers with their tabs and feedback, lists with their margins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profiles.told import Told, compare, every, first, number, text

pytestmark = pytest.mark.slow

COINS = {"btc_nm": "Bitcoin (BTC)", "btc_ms_nm": "Bitcoin (BTC) Multisig", "xmr_nm": "Monero (XMR)"}
EARLY = {"Yes": "finalise early allowed", "No": "finalise early not allowed"}
NOTHING = ("This vendor has not set", "This user has not")


def _labels(block: str) -> dict[str, str]:
    """What stands behind each label, as HTML."""
    return {
        text(label).rstrip(":"): rest
        for label, rest in re.findall(
            r"<label>(.*?)</label>(.*?)(?=</div>\s*<div[^>]*>\s*<label>|</div>\s*</div>|\Z)", block, re.DOTALL
        )
    }


def _tab(page: str, name: str) -> str:
    match = re.search(
        rf'<div (?:class="?target_content"? )?id="?{name}_div"?.*?>(.*?)'
        r'(?=<div (?:class="?target_content"? )?id="?\w+_div"?|\Z)',
        page,
        re.DOTALL,
    )
    return match[1] if match else ""


def _told(raw: str) -> str:
    written = text(raw)
    return "" if written.startswith(NOTHING) else written


def _money(written: str) -> tuple[str, str, str]:
    match = re.search(r"([\d.,]+) ([A-Z]{3})(?:/(.+?))?\)?$", written)
    return (number(match[1]), match[2], match[3] or "") if match else ("", "", "")


def _coins(block: str) -> str:
    return ", ".join(COINS[name] for name in re.findall(r'src="?/image/(\w+)\.png', block))


def _usd(amount: str, currency: str) -> str:
    return f"{float(amount):.2f}" if currency == "USD" else ""


def _margins(page: str, told: Told) -> None:
    rates = re.search(r"1 BTC = ([^<]*)<", page)
    for rate, quote in re.findall(r"([\d.]+) ([A-Z]{3})", rates[1] if rates else ""):
        told.add("rate_seen", base="BTC", quote=quote, rate=number(rate))


def _reviews(page: str, told: Told, vendor: str) -> None:
    for mark, rest in re.findall(r"icono-(check|cross|\w+)Circle.*?</td>(.*?)</tr>", _tab(page, "feedback"), re.DOTALL):
        dated = every(r'rating_date"?>(.*?)</span>', rest)
        amount, currency, _ = _money(dated[1])
        told.add(
            "review_seen",
            vendor=vendor,
            rating={"check": "positive", "cross": "negative"}.get(mark, mark),
            item=first(r'rating_product"?>(.*?)</span>', rest),
            text=first(r"<p>(.*?)</p>", rest),
            reviewed_at=f"{dated[0]} 00:00",
            amount_text=dated[1],
            amount=amount,
            currency=currency,
        )


def _ways(page: str, told: Told) -> None:
    """Ways of shipping, on a listing's page and in the pop-ups of a list."""
    for select in re.findall(r'<select [^>]*shipselect"?[^>]*>(.*?)</select>', page, re.DOTALL):
        for option in every(r'<option value="?[1-9]\d*"?>(.*?)</option>', select):
            amount, currency, _ = _money(option)
            days = re.search(r"(\d+) ?days?\b", option, re.IGNORECASE)
            way = re.sub(r" \([\d.]+ [A-Z]{3}\)$", "", option)
            told.add(
                "option_seen",
                what="shipping",
                text=way,
                amount=amount,
                currency=currency,
                days=days[1] if days else "",
                amount_usd=_usd(amount, currency),
            )


def _listing(page: str, told: Told) -> None:
    told_of = _labels(page.split("buydiv")[0])
    if "Sold by" not in told_of:
        told.add("listing_seen", title=first(r"<h2>(.*?)</h2>", page), vendor="")
        return
    seller, stock = told_of["Sold by"], told_of["In stock"]
    vendor = first(r'<a href="?/user/[^>]*>(.*?)</a>', seller)
    price, per = (
        _money(first(r'lgtext"?>(.*?)</span>', told_of["Price"])),
        _money(first(r"(\([\d.]+ BTC.*?)</span>", told_of["Price"])),
    )
    places = [text(place) for place in re.split("→|&rarr;", told_of.get("Ships from", ""))]
    held = first(r"<span>(.*?)</span>", stock)
    told.add(
        "listing_seen",
        title=first(r"<h2>(.*?)</h2>", page),
        vendor=vendor,
        vendor_level=first(r"LEVEL (\d+)", seller),
        vendor_sales=first(r'"Total sales"[^>]*>\((\d+)\)', seller),
        vendor_rating=first(r'Percentage"[^>]*>(.*?)</span>', seller),
        badges=", ".join(every(r'class="?verified"?>((?!LEVEL)[^<]*)<', seller)),
        vendor_elsewhere=" ".join(every(r'class="?verified"?>([^<]*)<', told_of.get("Verifications", ""))),
        category=text(told_of["Category"]),
        product_class=text(told_of["Listing Type"]),
        amount_text=first(r'lgtext"?>(.*?)</span>', told_of["Price"]),
        amount=price[0],
        currency=price[1],
        price_per=price[2],
        prices=" + ".join(sorted([f"{price[0]} {price[1]}", f"{per[0]} {per[1]}"])),
        amount_usd=_usd(price[0], price[1]),
        payment=text(told_of["FE or Escrow"]),
        stock_text=held,
        stock=number(held),
        minimum=first(r"\(Minimum order (.*?)\)", stock),
        notice=first(r'class="?error"?>(.*?)</span>', stock),
        coins=_coins(told_of["Accepted Payments"]),
        ships_from=places[0],
        ships_to=places[1] if places[1:] else "",
        description=_told(_tab(page, "general")),
        terms=_told(_tab(page, "terms")),
        images=str(len(set(re.findall(r'class="?picture"? src="?(/image/\d+)', page)))),
    )
    for label, rest in told_of.items():
        if label.endswith("or more"):
            amount, currency, _ = _money(first(r'lgtext"?>(.*?)</span>', rest))
            told.add(
                "option_seen",
                what="quantity",
                quantity=number(label),
                amount=amount,
                currency=currency,
                amount_usd=_usd(amount, currency),
            )
    _ways(page, told)
    _reviews(page, told, vendor)


def _vendor(page: str, told: Told) -> None:
    head, name = _labels(page.split("generaltab")[0]), re.search(r"<h2>(.*?)</h2>", page, re.DOTALL)
    assert name is not None
    vendor, disputes = first(r"icono-user.*?</span>(.*?)<span", name[1]), every(r">(\d+)<", head["Disputes (won/lost)"])
    told.add(
        "vendor_seen",
        token=vendor,
        sales=first(r"\((\d+)\)", name[1]),
        level=first(r"LEVEL (\d+)", name[1]),
        badges=", ".join(every(r'class="?verified"?>((?!LEVEL)[^<]*)<', name[1])),
        rating=text(head["Positive"]),
        disputes_won=disputes[0],
        disputes_lost=disputes[1],
        elsewhere=" ".join(every(r'class="?verified"?>([^<]*)<', head.get("Verifications", ""))),
        in_escrow=text(head["Amount on Escrow"]),
        ships_from=text(head.get("Ships From", "")),
        ships_to=text(head["Ships To"]),
        contact=text(head.get("XMPP/Jabber ID", "")),
        payment=EARLY[text(head["FE Enabled"])],
        registered=text(head["Member since"])[:10],
        last_seen_text=text(head["Last online"]),
        last_seen="",
        text=_told(_tab(page, "general")),
        terms=_told(_tab(page, "terms")),
        key_token="yes" if "BEGIN PGP" in _tab(page, "pgp") else "",
        images=str(len(set(re.findall(r'class="?picture"? src="?(/image/\d+)', page)))),
    )
    _reviews(page, told, vendor)


def _category(page: str, told: Told) -> None:
    side, _, grid = page.partition("gridhdr")
    category = re.sub(" Products$", "", first(r"<h2>(.*?)</h2>", side))
    for block in re.split(r'class="?thumb grid', grid.split("gridftr")[0])[1:]:
        if "/user/" not in block:  # a page that was cut off in the middle of a row
            told.add("listing_seen", title=first(r"growlink[^>]*>(.*?)</a>", block), category=category, vendor="")
            continue
        written = first(r'font-size: 1\.1em"(?: class="?listprice"?)?>(.*?)</span>', block)
        price, per = _money(written), _money(first(r'listprice_alt"?>(.*?)</span>', block))
        places = first(r"<span>([^<]*(?:→|&rarr;)[^<]*)</span>", block).split(" → ")
        goods, _, seller = block.partition("/user/")
        told.add(
            "listing_seen",
            title=first(r"growlink[^>]*>(.*?)</a>", block),
            vendor=first(r"[^>]*>(.*?)</a>", seller),
            category=category,
            amount_text=written,
            amount=price[0],
            currency=price[1],
            price_per=price[2],
            coins=_coins(goods),
            prices=" + ".join(sorted([f"{price[0]} {price[1]}", f"{per[0]} {per[1]}"])),
            amount_usd=_usd(price[0], price[1]),
            ships_from=places[0],
            ships_to=places[-1],
            payment=first(r'verified(?: tagbad)?"?>((?:ESCROW|FE)[^<]*)<', block)
            or first(r">(ESCROW|FE Required)<", goods),
            vendor_sales=first(r">\((\d+)\)</span>", seller),
            vendor_rating=first(r'"(?:;")?>([\d.]+%)</span>', seller),
            vendor_since=first(r"Member since: ([\d-]+)", seller),
            vendor_level=first(r"LEVEL (\d+)", seller),
            minimum=number(first(r"Buy (\d+)\s", block)),
            badges=", ".join(
                (["BULK DISCOUNTS"] if "BULK DISCOUNTS" in goods else [])
                + (["VERIFIED"] if ">VERIFIED" in seller else [])
            ),
            vendor_elsewhere=" ".join(every(r'class="?verified"?>([^<]*:[^<]*)<', seller)),
            images=str(len(set(re.findall(r'thumb_img"? src="?(/image/\d+)', block)))),
        )
    for bulk in every(r'<span class="?smtext"?[^>]*>(Bulk prices[^<]*)</span>', grid):
        amount, currency, _ = _money(bulk.rstrip("!"))
        told.add("option_seen", what="quantity", text=bulk, amount=amount, currency=currency)
    _ways(page, told)
    group = ""
    entry = r'class="?lgtext"?>([^<]*)<|href="?/products/all/[^>]*>([^<]*?)(?:&nbsp;|\s)<span>\((\d+)\)'
    for heading, label, count in re.findall(entry, side):
        group = heading or group
        if label:
            told.add("tally_seen", what="category", label=f"{text(group)} > {text(label)}", n=count)
    last = re.search(r"<span>\d+ of (\d+)</span>", grid)
    if last:
        told.add("tally_seen", what="pages", n=last[1])


def read_cryptonia(page: str) -> Told:
    page = page.split("</html>")[0]
    if "DDoS Protection" in first(r"<title>(.*?)</title>", page):
        return Told("anti_ddos")
    at = first(r"Server Time: ([\d-]+ [\d:]+)", page)
    if "icono-user" in page:
        told, how = Told("vendor", at), _vendor
    elif "Reporting+product" in page:
        told, how = Told("listing", at), _listing
    else:
        told, how = Told("category", at), _category
    how(page, told)
    if told.kind == "category" and "listing_seen" not in told.rows:
        told.kind = "empty_category"
    _margins(page, told)
    return told


def test_both_readers_agree_on_cryptonia(shared: Path) -> None:
    count = compare(shared / "data/markets/cryptonia-2019/pages", read_cryptonia)
    assert sum(count.fields.values()) > 7000
    assert count.same == count.fields, count.wrong[:20]
