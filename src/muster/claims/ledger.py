"""Claims about what was promised, sent and lost, held against the ledger of transfers.

- A line that a source states bears a claim out from below. Only a source that says that it answers for the class, or a
  table declared whole (`complete = true`), rules out that there was more; so "only 80" needs one, as "at most" does.
- A source that leaves a class out does not answer for it; a register of deliveries says nothing of what was promised.
- Sums of money are those that lines state in the claim's own currency: none is converted, no state stands for another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from muster.claims.article import Article
from muster.claims.asking import Parties, Question, about, needs, question, states
from muster.errors import UnknownId
from muster.model import Claim, Coverage, Estimate, VerdictWord
from muster.transfers import Ledger
from muster.transfers.answers import Answer, Measure, answer, undelivered
from muster.transfers.parties import name
from muster.transfers.told import between

LOOSE = 1000
"""From here on a round number with "at least" is a manner of speaking; it is supported from twice that on."""

WITHIN = 0.1
"""What "about" allows, as a share."""

Bounds = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger says of a claim. estimates: the measures that it was held against."""

    word: VerdictWord
    reason: str
    needs: str
    estimates: tuple[Estimate, ...]


class LedgerOf:
    """The ledger of a case, as claims ask it.

    articles: digest → article. complete: paths of tables that the case file declares whole.
    inputs: digest of the tables, for the estimates.
    """

    def __init__(self, ledger: Ledger, articles: Mapping[str, Article], complete: Iterable[str], inputs: str) -> None:
        self.ledger, self.articles, self.inputs = ledger, articles, inputs
        self.parties = Parties(ledger)
        declared = frozenset(complete)
        self.whole = {r["series"] for r in ledger.releases if r["sources"] and set(r["sources"]) <= declared}

    def told(self, claim: Claim, published: date | None) -> Told | None:
        """Return what the ledger says of a claim, None for one that asks nothing of a ledger."""
        text = self.articles.get(claim.article)
        asked = question(claim, published, text, self.parties) if text is not None else None
        return self._told(claim, asked) if asked is not None else None

    def origin(self, claim: Claim, published: date | None) -> tuple[VerdictWord, str]:
        """Return what the ledger says of an item's stated origin: could it have been delivered by then at all?

        Nothing delivered by then, in a table that is whole, rules the origin out; anything else leaves it open.
        """
        text = self.articles.get(claim.article)
        asked = about(claim, "delivered", published, text, self.parties) if text is not None else None
        if asked is None or not (asked.ask.recipient or asked.ask.item):
            return "cannot tell", ""
        try:
            found = answer(self.ledger, asked.ask)
        except UnknownId:
            return "cannot tell", ""
        measures = [found.of_states("delivered", ("delivered",), part) for part in _parts(found, asked)]
        measures = [m for m in measures if m.rows]
        said = "; ".join(_said(m, asked) for m in measures) or _silence(found, asked)
        none = not measures and self._none("delivered")
        whole = bool(measures) and all(self._whole(asked, m) and m.high == 0 for m in measures)
        return ("contradicted" if whole or none else "cannot tell"), f"the ledger: {said}"

    def _told(self, claim: Claim, asked: Question) -> Told:
        if not asked.ask.item and not asked.ask.recipient and not asked.ask.supplier:
            why = "the claim names neither an item nor a state that the ledger holds lines of"
            return Told("cannot tell", why, needs("money" if claim.type == "money" else asked.measure), ())
        try:
            found = answer(self.ledger, asked.ask, asked.ask.last)
        except UnknownId:
            why = f"no source held names {asked.named or asked.ask.class_}"
            return Told("cannot tell", why, needs(asked.measure), ())
        if claim.type == "money":
            told = self._money(claim, asked, found)
        elif claim.type == "share":
            told = self._share(claim, asked, found)
        else:
            told = self._count(claim, asked, found)
        assumed = f"; {asked.assumed}" if asked.assumed else ""
        return Told(told.word, told.reason + assumed, told.needs, told.estimates)

    # the three sorts of claim

    def _count(self, claim: Claim, asked: Question, found: Answer) -> Told:
        measures = [self._measure(found, asked.measure, part) for part in _parts(found, asked)]
        held = [m for m in measures if m.rows]
        if not held:
            none: VerdictWord = _compare(claim, (0.0, 0.0)) if self._none(asked.measure) else "cannot tell"
            return Told(none, _silence(found, asked), needs(asked.measure), ())
        words = {self._held(claim, m, asked) for m in held}
        word: VerdictWord = words.pop() if len(words) == 1 else "cannot tell"
        reason = "; ".join(_said(m, asked) for m in held)
        if word == "cannot tell":
            reason += "; " + self._open(claim, held, asked)
        return Told(word, reason, needs(asked.measure), tuple(self._estimate(m, asked) for m in held))

    def _share(self, claim: Claim, asked: Question, found: Answer) -> Told:
        pairs = [self._pair(found, asked, part) for part in _parts(found, asked)]
        pairs = [(top, whole) for top, whole in pairs if top.rows and whole.rows and whole.stated[0]]
        if not pairs:
            of = "delivered" if asked.measure not in ("undelivered", "delivered") else "promised"
            why = f"no source held says both what was {of} and what became of it"
            silent = _silence(found, asked)
            estimates = tuple(self._estimate(m, asked) for m in self._sides(found, asked) if m.rows)
            said = "; ".join(_said(m, asked) for m in self._sides(found, asked) if m.rows)
            return Told(
                "cannot tell", "; ".join(t for t in (why, said or silent) if t), needs("undelivered"), estimates
            )
        shares = [_ratio(top, whole, asked.measure == "undelivered") for top, whole in pairs]
        low, high = min(s[0] for s in shares), max(s[1] for s in shares)
        by = f" by {asked.ask.last}" if asked.ask.last else ""
        never = "had not arrived" if asked.measure == "undelivered" else f"was {asked.measure}"
        share = f"{low:.0%}" if f"{low:.0%}" == f"{high:.0%}" else f"{low:.0%} to {high:.0%}"
        reason = f"of what the sources held say, {share} {never}{by}: " + "; ".join(
            f"{_said(whole, asked)}, {_said(top, asked)}" for top, whole in pairs
        )
        whole_book = all(self._whole(asked, m) for pair in pairs for m in pair)
        word = _compare(claim, (low, high), share=True) if whole_book else "cannot tell"
        if word == "cannot tell" and not whole_book:
            reason += "; none of them says that it lists all"
        estimates = tuple(self._estimate(m, asked) for pair in pairs for m in pair)
        return Told(word, reason, needs("undelivered"), estimates)

    def _money(self, claim: Claim, asked: Question, found: Answer) -> Told:
        measure = "lost" if asked.measure in ("undelivered", "unaccounted") else asked.measure
        wanted = states(measure)
        mine = [row for row in found.money if row["state"] in wanted and row["currency"] == claim.unit]
        others = [row for row in found.money if row not in mine]
        beside = ", ".join(f"{row['money']:,} {row['currency']} {row['state']} ({row['series']})" for row in others[:4])
        if not mine:
            why = f"no line of the ledger states money that was {measure} in {claim.unit or 'that currency'}"
            why += f"; it states {beside}, which is another thing" if beside else ""
            return Told("cannot tell", why, needs("money"), ())
        sums: dict[str, Decimal] = {}
        for row in mine:
            sums[row["series"]] = sums.get(row["series"], Decimal(0)) + row["money"]
        said = "; ".join(
            f"{total:,} {claim.unit} {measure} by the lines of {one}" for one, total in sorted(sums.items())
        )
        undated = sum(row["undated"] for row in mine)
        words = {
            _compare(claim, (float(total), None), exact=None if asked.only else float(total)) for total in sums.values()
        }
        word: VerdictWord = words.pop() if len(words) == 1 and not undated else "cannot tell"
        said += f"; {undated} lines of it may lie outside the period" if undated else ""
        said += "; there may be more that no line states" if word == "cannot tell" else ""
        return Told(word, said, needs("money"), tuple(self._sum(row, asked, measure) for row in mine))

    # how a number is held against the books

    def _held(self, claim: Claim, found: Measure, asked: Question) -> VerdictWord:
        low = float(found.low or 0)
        high = None if found.high is None or not self._whole(asked, found) else float(found.high)
        exact = found.stated[0] if found.stated[0] == found.stated[1] == found.low == found.high else None
        exact = None if asked.only and high is None else exact  # "only 80" is borne out by a source that lists all
        return _compare(claim, (low, high), exact=exact)

    def _whole(self, asked: Question, found: Measure) -> bool:
        """Say whether each source of a measure answers for all there is: by its word on the class, or the case's."""
        covers = {r["series"]: set(r["covers"]) for r in self.ledger.releases if r["covers"]}
        class_ = asked.ask.of_class()
        series = {row["series"] for row in found.rows}
        return all(one in self.whole or (class_ and class_ in covers.get(one, ())) for one in series)

    def _none(self, measure: str) -> bool:
        """Say whether a table declared whole speaks of a measure: where it has no line, there was none."""
        wanted = set(states(measure)) if measure not in ("undelivered", "unaccounted") else set()
        return any(r["series"] in self.whole and wanted & set(r["states"]) for r in self.ledger.releases)

    def _open(self, claim: Claim, held: Sequence[Measure], asked: Question) -> str:
        if len(held) > 1:
            return "the claim does not say which of these parts it means, and parts are never added"
        if held[0].high is None:
            return "nothing bounds it from above: " + held[0].why.split("; ", 1)[-1]
        if not self._whole(asked, held[0]):
            return "no source of it says that it lists all, so there may be more"
        return "what it can be by the sources does not settle that number"

    def _measure(self, found: Answer, measure: str, part: str) -> Measure:
        if measure == "undelivered":
            return undelivered(found, part)
        if measure == "unaccounted":
            one = found.find("unaccounted for", part)
            return one or Measure("unaccounted for", part, "items", (None, None), None, None, (), "")
        return found.of_states(measure, states(measure), part)

    def _pair(self, found: Answer, asked: Question, part: str) -> tuple[Measure, Measure]:
        """Return what a share is of and what it is a share of."""
        top, whole = self._names(asked)
        return self._measure(found, top, part), found.of_states(whole, states(whole), part)

    def _sides(self, found: Answer, asked: Question) -> list[Measure]:
        return [m for part in _parts(found, asked) for m in self._pair(found, asked, part)]

    def _names(self, asked: Question) -> tuple[str, str]:
        if asked.measure in ("undelivered", "delivered", "promised"):
            return "delivered", "promised"
        return asked.measure, "delivered"

    # estimates

    def _estimate(self, found: Measure, asked: Question) -> Estimate:
        low = found.stated[0]
        value = float(low) if low is not None else None
        can = f"by its sources it can be {between(found.low, found.high)}: bounds of what is said, no 95% interval"
        return self._as_estimate(found.name, asked, found.part, value, found.unit, found.rows, (can, found.why))

    def _sum(self, row: Mapping[str, object], asked: Question, measure: str) -> Estimate:
        why = f"lines of {row['series']} that state their own money; others may not"
        return self._as_estimate(
            f"money {measure}", asked, "", float(str(row["money"])), str(row["currency"]), (row,), (why,)
        )

    def _as_estimate(
        self, measure: str, asked: Question, part: str, value: float | None, unit: str,
        rows: Sequence[Mapping[str, object]], assumptions: tuple[str, ...],
    ) -> Estimate:  # fmt: skip
        ask = asked.ask
        scope = {
            "ledger": sorted({str(row["series"]) for row in rows}),
            "states": sorted({str(row["state"]) for row in rows}),
            "item": ask.item, "part": part, "supplier": ask.supplier, "recipient": ask.recipient,
            "period": f"{ask.first or ''}/{ask.last or ''}" if ask.first or ask.last else "",
        }  # fmt: skip
        lines = sum(int(str(row["lines"])) for row in rows)
        covers = Coverage((), ask.first, ask.last, captures=0, undated=0, days=0)
        method = "sum of ledger lines, sources side by side and never added"
        return Estimate(measure, scope, value, None, None, unit, method, lines, covers, assumptions, self.inputs)


def _parts(found: Answer, asked: Question) -> list[str]:
    parts = sorted({str(row["part"]) for row in found.sums})
    return [part for part in parts if part == asked.part] if asked.part else parts


def _ratio(top: Measure, whole: Measure, rest: bool) -> tuple[float, float]:
    """Return the least and greatest share that one is of the other; rest: the share of the others."""
    of_low, of_high = whole.low or 0, whole.high
    low = (top.low or 0) / of_high if of_high else 0.0
    high = 1.0 if top.high is None or not of_low else min(1.0, top.high / of_low)
    return (1 - high, 1 - low) if rest else (low, high)


def _compare(claim: Claim, bounds: Bounds, *, exact: float | None = None, share: bool = False) -> VerdictWord:
    """Hold a claim's number against bounds; exact: what all sources that answer state, to the item."""
    at_least, at_most = bounds
    if claim.value is None or claim.comparator == "none" or claim.measure == "presence":
        return _presence(claim, bounds)
    low, high = claim.value if isinstance(claim.value, tuple) else (claim.value, claim.value)
    if share and claim.unit == "percent":
        low, high = low / 100, high / 100
    slack = WITHIN if claim.comparator == "approx" else 0.0
    sign = claim.comparator
    if (
        sign not in ("le", "lt")
        and at_most is not None
        and (at_most < low * (1 - slack) or (sign == "gt" and at_most <= low))
    ):
        return "contradicted"
    if sign not in ("ge", "gt") and (at_least > high * (1 + slack) or (sign == "lt" and at_least >= high)):
        return "contradicted"
    if sign in ("ge", "gt"):
        bar = low * 2 if low >= LOOSE and sign == "ge" and low % LOOSE == 0 else low + (sign == "gt" and not share)
        return "supported" if at_least >= bar else "cannot tell"
    if sign in ("le", "lt"):
        return "supported" if at_most is not None and at_most <= high else "cannot tell"
    near = max(slack, 0.005)
    if exact is not None and low * (1 - near) <= exact <= high * (1 + near):
        return "supported"
    inside = (
        at_most is not None and at_least >= low * (1 - max(slack, 0.05)) and at_most <= high * (1 + max(slack, 0.05))
    )
    return "supported" if inside else "cannot tell"


def _presence(claim: Claim, bounds: Bounds) -> VerdictWord:
    absent = claim.comparator == "eq" and claim.value == 0
    if bounds[0] >= 1:
        return "contradicted" if absent else "supported"
    if bounds[1] == 0:
        return "supported" if absent else "contradicted"
    return "cannot tell"


def _said(found: Measure, asked: Question) -> str:
    ask = asked.ask
    who = [f"from {name(ask.supplier)}"] if ask.supplier else []
    to = "to" if found.name in ("promised", "delivered", "undelivered") else "held by"
    who += [f"{to} {name(ask.recipient)}"] if ask.recipient else []
    what = " ".join(
        [asked.named or ask.class_.replace("_", " ") or "all items", *([f"({found.part})"] if found.part else [])]
    )
    by = [f"by {ask.last}"] if ask.last else []
    stated = between(*found.stated)
    can = between(found.low, found.high)
    can = f", can be {can}" if can != stated else ""
    return " ".join([f"{found.name} {what}", *who, *by]) + f": {stated} stated{can} ({found.why})"


def _silence(found: Answer, asked: Question) -> str:
    ask, what = asked.ask, asked.named or asked.ask.class_.replace("_", " ") or "arms"
    to = f" to {name(ask.recipient)}" if ask.recipient else ""
    said = [f"no source held says what {what}{to} was {_PAST.get(asked.measure, asked.measure)}"]
    said += [f"{series} does not answer: it leaves out {out}" for series, out in found.silent]
    return "; ".join(said)


_PAST = {"undelivered": "promised and delivered", "unaccounted": "delivered and accounted for", "unverified": "overdue"}
