"""What may befall a page: an element goes, comes twice, moves, has one beside it, or its text says otherwise."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from muster.profiles.profile import FIELDS
from numbering import NUMBER, Element, class_of, within
from shaking import Change, Shaken, compare
from staging import Stage, said_of, tell

MOST = 60
"""Elements of the largest block that is taken away."""

_SKIP = frozenset(
    [
        "html",
        "head",
        "body",
        "script",
        "style",
        "noscript",
        "template",
        "title",
        "meta",
        "link",
        "base",
        "col",
        "colgroup",
    ]
)
_SAYS = ("Market news: deposits are slow today", "Voted 4 times", "7 USD off", "since 2016-03-04", "new", "★ 12")


def changed(stage: Stage, draw: random.Random) -> Change | None:
    """Return the page with one thing changed, or None where the draw met nothing that can be."""
    how = draw.choices(("remove", "put", "repeat", "swap", "class"), (45, 25, 12, 10, 8))[0]
    element = _drawn(stage, draw)
    if element is None:
        return None
    text, start, end = stage.html, element.start, element.end
    if element.tag in ("td", "th") and how in ("remove", "repeat", "swap"):
        return _without_column(stage, element)  # a cell less in one row alone would mislead everybody
    if how == "remove" and element.tag == "br":
        return None  # it says nothing, and without it two lines are one for everybody
    if how == "remove":
        return Change(how, text[:start] + text[end:], taken=((start, end),))
    if how == "repeat":
        again = re.sub(rf'( {NUMBER}="\d+)"', r'\1c"', text[start:end])
        return Change(how, text[:end] + again + text[end:], taken=((start, end),), put=(end,))
    if how == "class":
        return Change(how, text[:start] + _classed(text[start : element.inner], draw) + text[element.inner :],
                      taken=((start, end),))  # fmt: skip
    if how == "swap":
        beside = _next(stage, element)
        if beside is None:
            return None
        moved = text[:start] + text[beside.start : beside.end] + text[end : beside.start] + text[start:end]
        return Change(how, moved + text[beside.end :], taken=((start, end), (beside.start, beside.end)))
    return _put(stage, element, draw)


def _drawn(stage: Stage, draw: random.Random) -> Element | None:
    """Draw an element: of the whole page, of a row, or close to where a field's text stands."""
    where = draw.random()
    if where < 0.3 or not stage.sources:
        pool = stage.elements
    elif where < 0.55:
        place = draw.choice(list(stage.places.values()))
        pool = [e for e in stage.elements if within((e.start, e.end), place)]
    else:
        source = stage.sources[draw.choice(list(stage.sources))]
        if not source.boxes:
            return None
        box = draw.choice(source.boxes)
        own = next(e for e in stage.elements if (e.start, e.end) == box)
        near = {own.number}
        for _ in range(3):
            up = stage.inside.get(own.parent)
            if up is None or up.tag == "body":
                break
            near |= {e.number for e in stage.elements if e.parent == up.number}
            own = up
        pool = [e for e in stage.elements if e.number in near]
    pool = [e for e in pool if e.tag not in _SKIP and e.elements <= MOST]
    return draw.choice(pool) if pool else None


def _classed(tag: str, draw: random.Random) -> str:
    new = draw.choice((r'class="x-new \1"', r'class="\1 x-new"'))
    return re.sub(r'class="([^"]*)"', new, tag) if 'class="' in tag else tag[:-1] + ' class="x-new">'


def _next(stage: Stage, element: Element) -> Element | None:
    """Return the element behind one, where both are rows of one block: alike in tag and class, nothing between."""
    beside = next((e for e in stage.elements if e.parent == element.parent and e.start >= element.end and not
                   stage.html[element.end : e.start].strip()), None)  # fmt: skip
    if beside is None or beside.tag != element.tag or element.tag not in _ROWS:
        return None
    return beside if class_of(beside) == class_of(element) else None


def _put(stage: Stage, element: Element, draw: random.Random) -> Change | None:
    """Return the page with something unknown before or behind an element: a notice, a row, a column, a badge."""
    said, text = draw.choice(_SAYS), stage.html
    if element.tag in ("option", "optgroup"):
        return None
    at = element.start if draw.random() < 0.5 else element.end
    if element.tag in ("td", "th"):
        return _column(stage, element, said, before=at == element.start)
    if element.tag == "tr":
        cells = max(2, text[element.start : element.end].count("<td") if draw.random() < 0.5 else 2)
        new = "<tr><td>Voted</td>" + f"<td>{said}</td>" * (cells - 1) + "</tr>"
    elif element.tag in ("tbody", "thead", "tfoot", "caption"):
        return None
    elif element.tag == "li":
        new = f"<li>{said}</li>"
    elif element.tag in ("span", "b", "i", "a", "small", "strong", "em", "img", "font", "input", "label", "big", "br"):
        new = draw.choice((f'<span class="x-badge">{said}</span>', f"<b>{said}</b>", f"<i>{said}</i>",
                           f"<small>{said}</small>"))  # fmt: skip
    else:
        new = draw.choice((f"<div>{said}</div>", f'<div class="x-news"><h4>News</h4><p>{said}</p></div>',
                           f"<p>{said}</p>", f'<span class="x-badge">{said}</span>',
                           f"<div><label>Voted</label> <span>{said}</span></div>"))  # fmt: skip
    return Change(f"put {element.tag}", text[:at] + new + text[at:], put=(at,))


_ROWS = frozenset({"tr", "li", "div", "p", "small", "option", "section", "article"})
"""What the rows of a block are made of; a label and its value beside each other are not two rows."""


def _column_of(stage: Stage, cell: Element) -> list[Element]:
    """Return the cells that stand above and below one in its table, with it."""
    row = stage.inside.get(cell.parent)
    number = [e.number for e in _cells(stage, row)].index(cell.number) if row else 0
    table = _around(stage, cell, "table")
    rows = [e for e in stage.elements if e.tag == "tr" and _around(stage, e, "table") == table] if table >= 0 else []
    held = [_cells(stage, row) for row in rows]
    return [cells[number] for cells in held if len(cells) > number]


def _without_column(stage: Stage, cell: Element) -> Change | None:
    text, cells = stage.html, _column_of(stage, cell)
    for gone in sorted(cells, key=lambda e: -e.start):
        text = text[: gone.start] + text[gone.end :]
    return Change("remove", text, taken=tuple((e.start, e.end) for e in cells)) if cells else None


def _column(stage: Stage, cell: Element, said: str, *, before: bool) -> Change | None:
    """Return the page with one more column in the table of a cell, its head too; one without a head at its edge."""
    text, cells = stage.html, _column_of(stage, cell)
    if all(e.tag == "td" for e in cells):
        rows = [_cells(stage, stage.inside[e.parent]) for e in cells]
        cells = [row[0] if before else row[-1] for row in rows]
    for beside in sorted(cells, key=lambda e: -e.start):
        at = beside.start if before else beside.end
        text = text[:at] + ("<th>Voted</th>" if beside.tag == "th" else f"<td>{said}</td>") + text[at:]
    put = tuple(e.start if before else e.end for e in cells)
    return Change("put column", text, put=put) if cells else None


def _cells(stage: Stage, row: Element | None) -> list[Element]:
    return sorted((e for e in stage.elements if row is not None and e.parent == row.number and e.tag in ("td", "th")),
                  key=lambda e: e.start)  # fmt: skip


def _around(stage: Stage, element: Element, tag: str) -> int:
    at = stage.inside.get(element.parent)
    while at is not None and at.tag != tag:
        at = stage.inside.get(at.parent)
    return at.number if at is not None else -1


SAYS: dict[str, tuple[str, ...]] = {
    "text": ("Lamp", "Lamp, very long, " * 40, "🔦 Lamp “for reading”, 'used' & <b>tested</b> 100%", "Настольная лампа",
             "مصباح للقراءة", "読書灯", "Price 5, Level 3, Sold 7, Ships from here", "<i>Lamp</i> → 12", "7"),
    "place": ("Lampland", "Outer Lampland & Isles", "Łąki Górne", "Worldwide", "Lampland, except the Isles"),
    "handle": ("Level", "price", "Sold", "Vendor", "x", "77", "Ships From", "Positive", "Lamp-Keeper_of.the.Isles99"),
    "count": ("0", "1", "7", "12345", "1,234", "1,234,567"),
    "level": ("0", "1", "7", "10", "42"),
    "coin": ("0.00012345", "0.5", "12.75", "1"),
    "money": ("0.50", "1", "12.75", "1,234.56", "1234.56", "12,345.00"),
    "day": ("2016-12-31 23:59:58", "2017-01-01 00:00:00", "2018-05-09 08:07:06", "2020-02-29 12:00:00"),
}  # fmt: skip
"""What a field is made to say: invented texts, numbers as markets write them, days of other months."""

_FREE = {"title": "text", "description": "text", "text": "text", "terms": "text", "item": "text", "answer": "text",
         "ships_from": "place", "ships_to": "place"}  # fmt: skip
_LEVELS = frozenset({"level", "trust_level", "vendor_level", "buyer_level", "days"})


def varied(stage: Stage, draw: random.Random) -> Change | None:
    """Return the page with one field's text saying otherwise, and what the field must read then."""
    if not stage.sources:
        return None
    key, name = draw.choice(sorted(stage.sources))
    before, source = said_of(name, stage.told.rows[key].get(name)), stage.sources[key, name]
    kind = FIELDS[key[0]][name]
    if (
        before is None
        or not source.texts
        or any(end - start == 1 and stage.html[start] == "<" for start, end in source.texts)
    ):
        return None
    sort = {
        "handle": "handle",
        "money": "money",
        "count": "level" if name in _LEVELS else "count",
        "day": "day",
        "time": "day",
    }.get(kind, _FREE.get(name, ""))
    if name == "price" and stage.told.rows[key]["price"][2] in ("BTC", "XMR", "LTC", "ETH", "BCH"):
        sort = "coin"
    if not sort or name == "price_also" or (key[0] == "option_seen" and sort == "text"):
        return None
    new = draw.choice(SAYS[sort])
    for start, end in draw.sample(source.texts, len(source.texts)):
        text = html.unescape(stage.html[start:end])
        found = _said(text, before, sort, new, stage.profile.days)
        if found is None:
            continue
        (first, last), shown, wanted = found
        again = html.escape(text[:first], quote=False) + shown + html.escape(text[last:], quote=False)
        if isinstance(before, str):
            wanted = _instead(before, text[first:last], shown)
            if wanted is None:
                continue
        same = {k: wanted for k, s in stage.sources.items() if s.boxes == source.boxes and k[1] == name
                and stage.told.rows[k[0]].get(name) is not None}  # fmt: skip
        return Change(f"say {sort}", stage.html[:start] + again + stage.html[end:], taken=((start, end),), wanted=same)
    return None


def _instead(before: str, old: str, new: str) -> str | None:
    old = " ".join(old.split())
    if before.count(old) != 1:
        return None
    return " ".join(html.unescape(re.sub(r"</?[bi]>", "", before.replace(old, "\0"))).split()).replace(
        "\0", " ".join(html.unescape(re.sub(r"</?[bi]>", "", new)).split())
    )


_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")


def _said(
    text: str, before: Any, sort: str, new: str, days: tuple[str, ...]
) -> tuple[tuple[int, int], str, Any] | None:
    """Return where a text says a value, what stands there from now on, and what must be read of it."""
    if sort in ("text", "place", "handle"):
        old = text.strip()
        if sort != "text" and " ".join(old.split()) != before and str(before) in text and text.count(str(before)) == 1:
            old = str(before)
        if not old or (sort == "handle" and old != before):
            return None
        at = text.index(old)
        return (at, at + len(old)), html.escape(new, quote=False) if sort != "text" else new.replace("&", "&amp;"), new
    if sort == "day":
        when = datetime.fromisoformat(new)
        for form in days:
            old = before.strftime(form)
            if old in text:
                at, shown = text.index(old), when.strftime(form)
                read = datetime.strptime(shown, form)
                wanted = read.date() if type(before) is date else read.replace(tzinfo=before.tzinfo)
                return (at, at + len(old)), shown, wanted
        return None
    numbers = [m for m in _DIGITS.finditer(text) if Decimal(m[0].replace(",", "")) == before]
    if len(numbers) != 1:
        return None
    value = Decimal(new.replace(",", ""))
    return numbers[0].span(), new, int(value) if sort in ("count", "level") else value


def shake(stage: Stage, draw: random.Random, into: Shaken, *, says: bool = False) -> None:
    """Change the page once, or with says a text of it, and count how its fields fare."""
    change = varied(stage, draw) if says else changed(stage, draw)
    if change is not None:
        compare(stage, change, tell(change.text, stage.page, stage.profile), into)


def shaken(stages: Iterable[Stage], draws: int, seed: int) -> Shaken:
    """Shake each page so many times: two changes of elements to one of a text."""
    into = Shaken()
    for stage in stages:
        draw = random.Random(f"{seed} {stage.page.capture.digest}")
        for number in range(draws):
            shake(stage, draw, into, says=number % 3 == 2)
    return into
