"""The report as Markdown: the same facts, every text from the data escaped to plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from muster.report import appendix, cards, chain, evidence, plots, registers, transfers
from muster.report.data import ReportData
from muster.report.figures import Figure
from muster.report.inert import plain
from muster.report.limits import CAVEAT, LIMITS, method
from muster.report.opening import languages, opening


def markdown(data: ReportData) -> str:
    """Return the report as Markdown; ids stand beside numbers, for `muster why ID`.

    >>> markdown(ReportData.empty("<b>Nothing</b> yet")).splitlines()[0]
    '# &lt;b&gt;Nothing&lt;/b&gt; yet'
    """
    parts = (_head, _claims, _chain, _evidence, _plots, _registers, _transfers, _rest, _appendix)
    lines = [line for part in parts for line in part(data)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(data: ReportData) -> Iterator[str]:
    yield from (f"# {plain(data.title)}", "")
    for language in languages(data):
        for lead, said in opening(data, language).answers:
            yield from (f"**{plain(lead)}** {plain(''.join(part.text for part in said))}", "")
    yield from (plain(CAVEAT), "")


def _claims(data: ReportData) -> Iterator[str]:
    yield from ("## The claims", "")
    for article in cards.articles(data):
        yield from (f"### {plain(article.title)}", "", plain(f"{article.published} · {article.path}"), "")
        for card in article.cards:
            yield from _card(card)
    yield from ("## What was read", "")
    for article in cards.articles(data):
        yield from (f"### {plain(article.title)}", "")
        for paragraph in article.text.splitlines():
            if paragraph.strip():
                yield from (f"> {plain(paragraph)}", ">")
        yield from ("", f"Digest of the text: {plain(article.digest)}", "")


def _chain(data: ReportData) -> Iterator[str]:
    numbers = {card.id: card.number for article in cards.articles(data) for card in article.cards}
    found = chain.section(data.tellings, data.copies, data.changes, numbers)
    if found is None:
        return
    yield from ("## Who told it when", "", f"{plain(found.picture.says)}.", "")
    for copy in found.copies:
        one = "one source" if copy.same else "not told to be one source"
        yield f"- {plain(copy.earlier)} {copy.how} {plain(copy.later)}: {one}; {plain(copy.why)}"
        yield from (f"    - {plain(change.says)}" for change in copy.changes)
    yield ""


def _card(card: cards.Card) -> Iterator[str]:
    yield from (f"#### {card.number}. {card.look.mark} {card.look.word}", "", f"> {plain(card.quote)}", "")
    if card.missing:
        yield f"- **Missing:** {plain(card.missing)}."
    facts = (
        ("Basis", card.basis), ("Reason", card.reason), ("Stands at", card.where),
        ("States", f"{card.states}, {card.mode}"), ("Attributed to", card.attributed), ("Read as", card.reads),
        ("Use of source", card.use_of_source),
    )  # fmt: skip
    yield from (f"- {name}: {plain(value)}" for name, value in facts if value)
    yield f"- Why: muster why {plain(card.verdict_id or card.id)}"
    yield ""
    if card.tested:
        body = [
            (f"{t.measure}: {t.scope}", _said(t.figure), _said(t.naive) if t.naive else "none for this count", t.n)
            for t in card.tested
        ]
        yield from _table(("What was counted", "Estimate", "Naive keyword count", "Rows found"), body)
    if card.facets:
        parts = [(f"{f.kind}: {f.quote}", f"{f.look.mark} {f.look.word}", f.reason) for f in card.facets]
        yield from _table(("Part of the sentence", "Verdict", "Reason"), parts)
    for found in card.found:
        yield from (f"> {plain(found.says)}", ">", f"> — {plain(f'{found.source}, {found.date}, {found.grade}')}", "")


def _evidence(data: ReportData) -> Iterator[str]:
    table = evidence.table(data)
    yield from ("## What the evidence contains", "")
    head = ("Kind · market · period", *(column.name for column in table.columns))
    body = [
        (f"{line.kind}, {line.over}", *(_said(c) if c else "not counted" for c in line.cells)) for line in table.lines
    ]
    yield from _table(head, body)


def _plots(data: ReportData) -> Iterator[str]:
    yield from ("### Captures and listings over time", "")
    for market in plots.over_time(data):
        yield from (f"{plain(market.market)}. {market.trend}".strip(), "")
        yield from _table(("Day", "Captures", "Listings"), [(b.day, b.captures, b.listings) for b in market.bars])
    yield from ("### Asked unit price by kind", "")
    rows, _ = plots.prices(data)
    yield from _table(
        ("Kind", "n", "Median", "Lowest to highest", "Left out"),
        [(p.name, p.n, p.middle, p.range, p.left_out) for p in rows],
    )


def _registers(data: ReportData) -> Iterator[str]:
    found = registers.section(data.matches)
    if found is None:
        return
    yield from ("## Numbers in registers", "", f"{found.says}. {' '.join(registers.CAVEATS)}", "")
    yield from _table(
        ("Number read", "Answer", "Number held", "What differs", "Alert", "By chance", "Why"),
        [(line.asked, line.answer, line.held, line.differs, line.register, line.chance, f"muster why {line.id}")
         for line in found.lines],
    )  # fmt: skip
    if found.more:
        yield from (f"{found.more} more stand in the table `match`.", "")


def _transfers(data: ReportData) -> Iterator[str]:
    found = transfers.section(data.ledger)
    if found is None:
        return
    yield from (
        "## Promised, sent, accounted for",
        "",
        f"{plain(found.says)}. {plain(' '.join(transfers.CAVEATS))}",
        "",
    )
    for one in found.questions:
        yield from (f"### {plain(one.title)}", "", plain(one.why), "")
        for caption, lines in (("What the sources say", one.lines), ("In retrospect", one.retrospective)):
            if lines:
                yield from (f"{caption}:", "")
                yield from _table(
                    ("Part", "What", "As stated", "What it can be", "What it rests on"),
                    [(line.part, line.name, line.stated, line.can,
                      "; ".join([line.why, *(f"{r.says}: {', '.join(x.id for x in r.links)}" for r in line.rests)]))
                     for line in lines],
                )  # fmt: skip
        yield from (f"- {plain(note)}" for note in one.notes)
        yield ""
        yield from _table(("When", "State", "How many", "Source", "Order"),
                          [(s.when, s.state, s.how_many, s.source, s.order) for s in one.stages])  # fmt: skip
        yield from (f"- {plain(text)}" for text in one.left)
        yield from ("", f"Risks of diversion, evidence {one.weight}: {plain(one.basis)}. {plain(one.caveat)}", "")
        yield from _table(("Factor", "Answer", "Who says so", "Factor named by", "What would lower it"),
                          [(f.title, f.answer, f.basis, f.named_by, f.lowers_it) for f in one.factors])  # fmt: skip
    yield from (f"- {plain(text)}" for text in found.unknown)
    yield from ("### What does not add up", "")
    for compared in found.comparisons:
        yield f"{plain(compared.about)}: {compared.explained} explained, {compared.rest} unexplained"
        yield ""
        yield from _table(("What is compared", "The two sides", "Difference", "Explanation", "Why", "Id"),
                          [(r.key, r.sides, r.amount, r.reason, r.text, r.link.id) for r in compared.rows])  # fmt: skip
    if found.watch:
        yield from ("### Watch", "", f"{plain(found.watch)}.", "")
        yield from _table(("What", "Watch", "Why"), found.watches)
    yield from ("### Sources", "")
    head = ("Source", "Published", "Holds", "Says what was", "Leaves out", "Id")
    yield from _table(head, [(s.title, s.published, s.holds, s.states, s.leaves_out, s.link.id) for s in found.sources])


def _rest(data: ReportData) -> Iterator[str]:
    yield from ("## Coverage", "")
    yield from _table(
        ("Market", "Captures", "Listings", "First", "Last", "Days", "Undated", "Read by", "Sources"),
        [
            (c.market, c.captures, c.listings, c.first, c.last, c.days, c.undated, c.profile, c.sources)
            for c in evidence.coverage(data)
        ],
    )
    yield from ("## What was not understood", "")
    yield from _table(
        ("Stage", "What", "How many", "For example", "Found", "What mends it"),
        [(t.stage, t.what, t.n, t.where, t.found, t.do) for t in evidence.troubles(data)],
    )
    yield from ("## Method and limits", "")
    yield from (f"- **{word}.** {plain(text)}" for word, text in LIMITS)
    known = method(data)
    yield from (f"- {plain(name)}: {plain(value)}" for name, value in known.facts)
    yield ""
    yield from _table(("Really", "Called", "Listings", "Sellers"), known.mistakes)


def _appendix(data: ReportData) -> Iterator[str]:
    yield from ("## Every step", "")
    for group in appendix.groups(data):
        yield from (f"### {plain(group.heading)}", "")
        for step in group.steps:
            yield f"- muster why {plain(step.id)}: {plain(step.value)}"
            yield from (f"    - {plain(text)}" for text in (step.text,) if text)
            below = ", ".join(child.id for child in step.children)
            more = f" and {step.more} more" if step.more else ""
            yield from (f"    - rests on {plain(text)}{more}" for text in (below,) if text)
            yield from (f"    - {plain(name)}: {plain(value)}" for name, value in step.places)
        yield ""
    yield f"Muster {plain(data.version)}, evidence {plain(data.journal_head)}"


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> Iterator[str]:
    rows = list(body)
    if not rows:
        yield from ("None.", "")
        return
    for row in (head, ["---"] * len(head)):
        yield "| " + " | ".join(row) + " |"
    for row in rows:
        yield "| " + " | ".join(plain(cell) for cell in row) + " |"
    yield ""


def _said(shown: Figure) -> str:
    return f"{shown.spoken} · {shown.id}"
