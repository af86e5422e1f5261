"""The pages of the ledger: each shows one thing that `muster transfers` prints, under an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from muster.errors import UnknownId
from muster.report import transfers as shown
from muster.report.inert import visible
from muster.transfers import Ledger
from muster.transfers.answers import Answer, Measure
from muster.transfers.lifecycle import Life
from muster.transfers.lines import Which, count_of, lines_of
from muster.transfers.parties import name, party
from muster.transfers.picture import svg
from muster.transfers.risk import Sheet
from muster.transfers.shown import compared, title
from muster.transfers.told import MOST, beside, between, by_chance, watch_words
from muster.transfers.views import no_ledger, view
from muster.web.asking import FIELDS, Query, Question, address, command, question
from muster.web.page import Page, span_of
from muster.web.reading import Held

CHOICES = 400
"""Names that the form offers of each sort, those with most lines; any other can be typed."""

ROWS = 100
"""Lines of the ledger on one page, unless `per` asks for another number."""

ITEMS_SQL = """
SELECT item AS name FROM transfer WHERE item <> '' GROUP BY item ORDER BY count(*) DESC, item LIMIT $most
"""

CLASSES_SQL = """
SELECT DISTINCT 'class:' || "class" AS name FROM transfer WHERE "class" <> '' ORDER BY name LIMIT $most
"""

DONORS_SQL = """
SELECT supplier AS name FROM transfer WHERE supplier <> '' GROUP BY supplier ORDER BY count(*) DESC, supplier
LIMIT $most
"""

RECIPIENTS_SQL = """
SELECT recipient AS name FROM transfer WHERE recipient <> '' GROUP BY recipient ORDER BY count(*) DESC, recipient
LIMIT $most
"""

ABOUT = "/transfers"
TIMELINE, RISK = f"{ABOUT}/timeline", f"{ABOUT}/risk"
RECONCILE, WATCH = f"{ABOUT}/reconcile", f"{ABOUT}/watch"
LINES, PICTURE = f"{ABOUT}/lines", f"{ABOUT}/picture.svg"

NOT_SAID = "-"
"""Stands in an address for the part that no source names."""


def about(held: Held, given: Query) -> Page:
    """The answer to a question; without an item, donor or recipient the sources, as the command does."""
    ledger = _ledger(held)
    asked = question(given)
    if not asked.narrowed:
        return _sources(held, ledger, asked)
    found = view("answer", ledger, asked.ask, asked.by)
    assert isinstance(found.found, Answer)
    context = {
        "lines": [_line(one, asked, "then") for one in found.found.measures],
        "retrospective": [_line(one, asked, "later") for one in found.found.retrospective if one.rows],
        "notes": beside(found.found),
        "picture": Markup(svg(found.found, title(asked.ask), alone=False, clean=visible)),
        "picture_at": address(PICTURE, asked.fields),
        "caveats": shown.CAVEATS,
    }
    return _page(held, ledger, "answer.html.j2", title(asked.ask), asked, ABOUT, context, found.value,
                 _measures(found.found))  # fmt: skip


def life(held: Held, given: Query) -> Page:
    """The life of an item, from promise to end."""
    ledger = _ledger(held)
    asked = question(given)
    found = view("timeline", ledger, asked.ask)
    assert isinstance(found.found, Life)
    context = {
        "stages": shown.stages(found.found), "left": shown.left(found.found), "silent": found.found.silent,
    }  # fmt: skip
    rows = [asdict(stage) for stage in found.found.stages]
    return _page(held, ledger, "timeline.html.j2", f"Timeline: {title(asked.ask)}", asked, TIMELINE, context,
                 found.value, rows, "--timeline")  # fmt: skip


def risk(held: Held, given: Query) -> Page:
    """The sheet of diversion risks: factors with sources, no score."""
    ledger = _ledger(held)
    asked = question(given)
    found = view("risk", ledger, asked.ask, risks=held.case.file.risk)
    assert isinstance(found.found, Sheet)
    context = {"sheet": found.found, "factors": shown.factors(found.found)}
    rows = [asdict(factor) for factor in found.found.factors]
    return _page(held, ledger, "risk.html.j2", f"Risks of diversion: {title(asked.ask)}", asked, RISK, context,
                 found.value, rows, "--risk")  # fmt: skip


def reconcile(held: Held, given: Query) -> Page:
    """Where sources differ, and what explains it."""
    ledger = _ledger(held)
    asked = question(given)
    found = view("reconcile", ledger, asked.ask)
    context = {"comparisons": [shown.comparison(one) for one in compared(ledger.db, MOST)]}
    return _page(held, ledger, "reconcile.html.j2", "What does not add up", asked, RECONCILE, context, found.value,
                 found.value, "--reconcile")  # fmt: skip


def watch(held: Held, given: Query) -> Page:
    """Classes with more offers, seizures or losses than their own baseline."""
    ledger = _ledger(held)
    asked = question(given)
    found = held.once("watch", lambda: view("watch", ledger, asked.ask))
    assert isinstance(found.found, list)
    watches: Sequence[Any] = found.found
    told, chance = by_chance(watches)
    context = {
        "watches": [watch_words(one) for one in watches[:MOST]], "more": max(0, len(watches) - MOST), "told": told,
        "chance": f"{chance:.2g}",
    }  # fmt: skip
    return _page(held, ledger, "watch.html.j2", "Watch", asked, WATCH, context, found.value, found.value, "--watch")


def lines(held: Held, given: Query) -> Page:
    """The lines that a question is about, or those behind one of its sums."""
    ledger = _ledger(held)
    asked = question(given)
    part = given.get("part")
    which = Which(given.get("state", ""), given.get("series", ""), given.get("unit", ""),
                  "" if part == NOT_SAID else part, given.get("told", ""),
                  given.get("counted") == "yes")  # fmt: skip
    total = count_of(ledger, asked.ask, which)
    span = span_of(LINES, given, total, ROWS)
    rows = lines_of(ledger, asked.ask, which, span.per, span.skip)
    chosen = [given[field] for field in ("state", "series") if field in given]
    if which.part is not None:
        chosen.append(which.part or "part not said")
    context = {"rows": rows, "part": span, "chosen": chosen, "between": between, "named": name}
    return _page(held, ledger, "lines.html.j2", f"Lines: {title(asked.ask)}", asked, LINES, context, rows, rows)


def picture(held: Held, given: Query) -> bytes:
    """Return the picture of an answer as a file of its own, as `muster transfers --svg` writes it."""
    ledger = _ledger(held)
    asked = question(given)
    if not asked.narrowed:
        raise UnknownId("a picture is of an answer", where="picture.svg", found="no item, donor or recipient",
                        do=f"ask as {ABOUT} does, for example  {PICTURE}?item=Javelin")  # fmt: skip
    found = view("answer", ledger, asked.ask, asked.by)
    assert isinstance(found.found, Answer)
    return (svg(found.found, title(asked.ask)) + "\n").encode()


PAGES: Mapping[str, tuple[Callable[[Held, Query], Page], tuple[str, ...]]] = {
    ABOUT: (about, FIELDS), TIMELINE: (life, FIELDS), RISK: (risk, FIELDS), RECONCILE: (reconcile, FIELDS),
    WATCH: (watch, FIELDS),
    LINES: (lines, (*FIELDS, "state", "series", "unit", "part", "told", "counted", "page", "per")),
}  # fmt: skip
"""Address → what makes its page, and what may stand behind the question mark."""


def _sources(held: Held, ledger: Ledger, asked: Question) -> Page:
    found = view("sources", ledger, asked.ask)
    context = {"sources": [shown.source(row) for row in ledger.releases]}
    return _page(held, ledger, "sources.html.j2", "Promised, sent, accounted for", asked, ABOUT, context, found.value,
                 ledger.releases)  # fmt: skip


def _ledger(held: Held) -> Ledger:
    """Return the case's ledger; raises `CaseError` for a case that holds none, or was not run."""
    if not held.present.get("transfers"):
        raise no_ledger(held.case.root)
    return Ledger(held.db)


def _page(
    held: Held, ledger: Ledger, template: str, heading: str, asked: Question, path: str, context: Mapping[str, Any],
    value: Any, rows: Sequence[Mapping[str, Any]], *options: str,
) -> Page:  # fmt: skip
    whole = {
        **context,
        "fields": {field: asked.fields.get(field, "") for field in FIELDS},
        "choices": held.once("choices", lambda: _choices(ledger)),
        "views": _views(asked, path),
        "command": command(held.case.root, asked.fields, *options),
    }
    return Page(template, heading, whole, value, rows, path.strip("/").replace("/", "-"))


def _views(asked: Question, path: str) -> list[tuple[str, str, bool]]:
    """Return the ways on from here: what each is called, its address, and whether it is this one."""
    same = {field: value for field, value in asked.fields.items() if field in FIELDS}
    found = [("Answer", ABOUT, same), ("Timeline", TIMELINE, same), ("Risks of diversion", RISK, same)]
    found = found if asked.narrowed else []
    found += [("Lines", LINES, same), ("Sources", ABOUT, {}), ("What does not add up", RECONCILE, {}),
              ("Watch", WATCH, {})]  # fmt: skip
    here = next((word for word, at, _ in found if at == path), "")
    return [(word, address(at, fields), word == here) for word, at, fields in found]


def _choices(ledger: Ledger) -> dict[str, list[str]]:
    most: dict[str, object] = {"most": CHOICES}
    named = {
        "items": [row["name"] for row in ledger.db.rows(ITEMS_SQL, most)],
        "donors": [_spelt(row["name"]) for row in ledger.db.rows(DONORS_SQL, most)],
        "recipients": [_spelt(row["name"]) for row in ledger.db.rows(RECIPIENTS_SQL, most)],
    }
    named["items"] += [row["name"] for row in ledger.db.rows(CLASSES_SQL, most)]
    return named


def _spelt(key: str) -> str:
    """Return a party as one would type it: by its name where that means the same party, else as the ledger has it."""
    return name(key) if party(name(key)).key == key else key


def _line(one: Measure, asked: Question, told: str) -> tuple[shown.Line, list[str]]:
    """Return a measure as it is shown, and the address of all lines of each sum that it rests on."""
    ways = []
    for row in one.rows:
        which = {field: str(row[field]) for field in ("state", "series", "unit") if row[field]}
        which |= {"part": row["part"] or NOT_SAID, "counted": "yes"}
        which |= {"told": told} if asked.ask.known_on else {}
        ways.append(address(LINES, {**asked.fields, **which}))
    return shown.line(one), ways


def _measures(found: Answer) -> list[dict[str, Any]]:
    """Return the measures of an answer as a table: those told on the day first, then those told in retrospect."""
    return [_measure(one, later) for later in (False, True)
            for one in (found.retrospective if later else found.measures)]  # fmt: skip


def _measure(one: Measure, later: bool) -> dict[str, Any]:
    return {
        "retrospective": later, "part": one.part, "name": one.name, "unit": one.unit, "stated_low": one.stated[0],
        "stated_high": one.stated[1], "low": one.low, "high": one.high, "why": one.why,
        "rests_on": list(dict.fromkeys(line for row in one.rows for line in row["examples"])),
    }  # fmt: skip
