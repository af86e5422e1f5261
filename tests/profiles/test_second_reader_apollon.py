"""A second reader of Apollon's pages: a listing with its tabs, a seller, feedback, lists with their margins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from profiles.told import Told, compare, day, every, first, number, text

pytestmark = pytest.mark.slow

BADGE = r"yes_{}\.png"


def _people(block: str) -> dict[str, str]:
    """What stands under a seller's name, on his own page, on his listings and in lists."""
    level = re.search(r"(?:Seller Level|Member Level|Level Member) (\d+) \((\d+)\)", block)
    assert level is not None
    badges = [word for word in ("Verified", "Trusted") if re.search(BADGE.format(word.lower()), block)]
    return {
        "level": level[1],
        "sales": level[2],
        "trust": first(r"Trust Level (\d+)", block),
        "badges": ", ".join(badges),
        "since": day(first(r"Member since : </b>(.*?)</span>", block), "%b %d, %Y"),
        "last": day(first(r"Last Login : </b>(.*?)</span>", block), "%b %d, %Y"),
        "rating": first(r"Positive Feedback : </b>\((.*?)\)", block),
    }


def _prices(block: str) -> str:
    found = re.findall(r"([\d.,]+) <b>([A-Z]{3})</b>", block)
    return " + ".join(sorted({f"{number(amount)} {currency}" for amount, currency in found}))


def _pictures(block: str) -> str:
    names = re.findall(r'src="(uploads/(?!icons|users/default|default[_.])[^"]+?)(?:_\d+_\d+)?\.\w+"', block)
    return str(len(set(names)))


def _rates(page: str, told: Told) -> None:
    for base, quote, rate in re.findall(r">([A-Z]{3})/([A-Z]{3})</span><span[^>]*>([\d.]+)<", page):
        told.add("rate_seen", base=base, quote=quote, rate=number(rate))


def _listing(page: str, told: Told) -> None:
    head, _, tabs = page.partition('<ul class="nav nav-tabs">')
    who, price = _people(head), re.search(r"Sale Price :(.*?)</span>", head, re.DOTALL)
    stock = first(r"Quantity :</b></label>(.*?)</small>", head)
    active = first(r'<li class="active">(.*?)</li>', tabs)
    body = first(r'class="panel-body">(.*?)</div>', tabs)
    written = text(price[1]) if price else ""
    told.add(
        "listing_seen",
        title=first(r'<a href="\?ls_id=\d+">(.*?)</a>', head),
        vendor=first(r"user\.php\?u_id=([^\"&]*)\"><b>", head),
        description=body if active == "Product Description" else "",
        terms=body if active == "Refund Policy" else "",
        tags=body if active == "Product Tags" else "",
        vendor_level=who["level"],
        vendor_sales=who["sales"],
        trust_level=who["trust"],
        badges=who["badges"],
        vendor_since=who["since"],
        vendor_last_seen=who["last"],
        vendor_rating=who["rating"],
        sales=first(r"Sold : </b><i>(\d+)</i>", head),
        ships_from=first(r"Origin Country : </b></label>(.*?)</small>", head),
        ships_to=text(
            "".join(re.findall(r"<small>([^<>:]*)</small>", head.split("Ship to :")[1].split("Payment")[0]))
        ).replace(" ,", ","),
        payment=first(r"Payment :</b></label>(.*?)</small>", head),
        product_class=first(r"Product class :</b></label>(.*?)</small>", head),
        stock_text=stock,
        stock=number(stock),
        amount_text=written,
        amount=number(written),
        currency="USD" if written else "",
        prices=_prices(" ".join(re.findall(r"Sale Price :(.*?)</span>", head, re.DOTALL))),
        amount_usd=number(written) and f"{float(number(written)):.2f}",
        coins=", ".join(every(r"Purchase with (\w+)", head)),
        images=_pictures(head.split('col-sm-12" style')[1]),
    )
    for option in every(r"<option value=\"\d+\">(.*?)</option>", head):
        way = re.sub(r" - \d+ Day.*", "", option)
        days = re.search(r" - (\d+) Day", option)
        cost = re.search(r"([\d.,]+) USD / [\d.]+ BTC$", option)
        told.add(
            "option_seen",
            what="shipping",
            text=way,
            days=days[1] if days else "",
            amount_text=cost[0] if cost else "",
            amount=number(cost[1]) if cost else "",
            currency="USD" if cost else "",
        )


def _vendor(page: str, told: Told) -> None:
    head, _, tabs = page.partition('<ul class="nav nav-tabs">')
    who = _people(head)
    won, lost = re.findall(r"color:(?:green|red);\">(\d+)</span>", head.split("Won/Lost")[1])[:2]
    elsewhere = []
    for name, rest in re.findall(r'<img src="images/(\w+)\.\w+"[^>]*>(.*?)(?=<p></p>|</div>)', head, re.DOTALL):
        if re.search(r"\d", text(rest)):
            elsewhere.append(f"{name} {text(rest)}")
    contact = [found for found in every(r"<b>(?:Jabber|E-Mail) : </b>(.*?)</span>", tabs) if found]
    active = first(r'<li class="active">(.*?)</li>', tabs)
    about = text(tabs.split('class="col-sm-8"')[1].split(">", 1)[1].split("</div>")[0]) if active == "Profile" else ""
    token = first(r"user\.php\?u_id=([^\"&]*)&amp;tab=1", tabs)
    told.add(
        "vendor_seen",
        token=token,
        level=who["level"],
        sales=who["sales"],
        trust_level=who["trust"],
        badges=who["badges"],
        registered=who["since"],
        last_seen=who["last"],
        rating=who["rating"],
        orders_made=first(r"Orders : </b>(\d+)", head),
        disputes_won=won,
        disputes_lost=lost,
        user_type=first(r"User Type : </b>(.*?)</span>", head),
        payment=f"finalise early {first(r'<b>FE : </b>(.*?)</span>', head).lower()}",
        **{word.lower(): first(rf"<b>{word} : (\d+)</b>", head) for word in ("Positive", "Neutral", "Negative")},
        elsewhere=" ".join(elsewhere),
        contact=" ".join(contact),
        text=about,
        images=_pictures(head),
        key_token="yes" if "BEGIN PGP" in tabs else "",
    )
    colours = {"5cb85c": "positive", "777": "neutral", "d9534f": "negative"}
    latest = head.split("Latest Feedback :")[1]
    for colour, said in re.findall(r"color:#(\w+);font-size:20px;\">[^<]*</span></span> <span>(.*?)</span><br", latest):
        told.add("review_seen", vendor=token, rating=colours[colour], text=text(said))


def _lists(page: str, told: Told) -> None:
    page, _, after = page.partition('<ul class="pagination')
    for block in re.split(r'<div[^>]* class="col-sm-1"|<div class="col-sm-1"', page)[1:]:
        who = _people(block.replace("Member since : </b>", ""))
        coins = [coin for coin in ("XMR", "LTC", "BCH") if f"{coin} : </b><i>Yes</i>" in block]
        stock = first(r"Quantity : </b>(.*?)</span></small>", block)
        price = first(r"Sale Price : </b><br ?/?>(.*?)</span>", block)
        told.add(
            "listing_seen",
            title=first(r'listing\.php\?ls_id=\d+">(.*?)</a>', block),
            vendor=first(r"u_id=([^\"]*)\"", block),
            category=" > ".join(every(r'<a href="home\.php\?cid=[^"]*">(.*?)</a>', block)),
            listed_since=day(first(r"Created <i>(.*?)</i>", block), "%b %d, %Y"),
            badges=", ".join(filter(None, ["Sticky" if "[Sticky]" in block else "", who["badges"]])),
            vendor_level=who["level"],
            vendor_sales=who["sales"],
            trust_level=who["trust"],
            coins=", ".join(coins),
            sales=first(r"Sold : </b>(\d+)", block),
            views=first(r"Views</b> : (\d+)", block),
            stock_text=re.sub(r"^\([^)]*\) ", "", stock),
            stock=number(re.sub(r"\([^)]*\)", "", stock)),
            amount_text=price,
            amount=number(price),
            currency=price[-3:],
            amount_usd=f"{float(number(price)):.2f}",
            prices=f"{number(price)} {price[-3:]}",
            images=_pictures(block.split("</div>")[0]),
            notice=first(r"(\d+ Auto Dispatch Items?)", stock) or first(r"(This item is out of stock[ !]*)", stock),
        )
    depth, levels = 0, ["", "", ""]
    entry = r"nav-(second|third)-level|>\s*([^<\[>]+)\s\[ (?:<b>)?(\d+)(?:</b>)? \](</b>)?"
    for deeper, label, count, top in re.findall(entry, page.partition('id="side-menu"')[2]):
        if deeper:
            depth = ("", "second", "third").index(deeper)
        else:
            depth = 0 if top else depth
            levels[depth] = text(label)
            told.add("tally_seen", what="category", label=" > ".join(levels[: depth + 1]), n=count)
    told.add("tally_seen", what="pages", n=re.findall(r"pg=(\d+)", after)[-1])


def read_apollon(page: str) -> Told:
    page = page.split("</html>")[0]
    body = page.split('id="page-wrapper"')[-1]
    title = first(r"<title>(.*?)</title>", page)
    if title.startswith("Error"):
        return Told("error")
    if 'href="?ls_id=' in page:
        told = Told("listing")
        _listing(body, told)
    elif "User Profile :" in page:
        buyer = "<b>User Type : </b>Buyer" in page
        told = Told("buyer" if buyer else "vendor")
        if not buyer:
            _vendor(body, told)
    else:
        told = Told("category")
        _lists(page, told)
    _rates(page, told)
    return told


def test_both_readers_agree_on_apollon(shared: Path) -> None:
    count = compare(shared / "data/markets/apollon-2019/pages", read_apollon)
    assert sum(count.fields.values()) > 3000
    assert count.same == count.fields, count.wrong[:20]
