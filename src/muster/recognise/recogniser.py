"""Listings in, offers and markings out: fold, read, judge by rule, weigh, and say where it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from muster.model import KINDS, Alternative, Kind, Marking, Offer, Span
from muster.recognise.conditions import conditions
from muster.recognise.facts import Facts, facts
from muster.recognise.features import row
from muster.recognise.items import Item, items
from muster.recognise.keywords import keyword_hits
from muster.recognise.learned import MODEL, Learned, unpack
from muster.recognise.lexicon import Lexicon, lexicon
from muster.recognise.markings import find_markings
from muster.recognise.price import per_unit, usd
from muster.recognise.quantity import Quantity, quantity
from muster.recognise.reading import read, sense_of
from muster.recognise.rules import judge

TITLE_LIMIT = 2_000
DESCRIPTION_LIMIT = 8_000
"""Code points read of a field. What is longer than this is no title; the rest is left unread."""
ALTERNATIVE_FROM = 0.05
"""An alternative below this probability is not listed."""
UNSURE = 0.4
"""Below this probability no kind is named: the offer is a placeholder, and what it may be are its alternatives.

Of labelled listings judged by models of other sellers, 99.8% are answered at it; `make scores` prints what other
thresholds would keep, and how often they are right."""
PLACEHOLDER = KINDS.index("placeholder")
BATCH = 512
"""Listings weighed at once."""
_ARMS = frozenset({"gun", "handgun", "long_gun", "automatic", "ammunition", "explosive"})
RULES = "3"
"""Goes up when a rule changes, so that caches notice."""
_BARE: frozenset[Kind] = frozenset({"not_weapon", "placeholder"})


@dataclass(frozen=True, slots=True)
class Listing:
    """What is known of a listing. price: as written; amount_usd: where an earlier room worked it out."""

    id: str
    title: str
    description: str = ""
    category: str = ""
    price: str = ""
    amount_usd: Decimal | None = None
    currency: str = ""
    captured: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A listing half way: the field that names the offer, what it says, and the rule's answer."""

    listing: Listing
    field: str
    facts: Facts
    rule: Kind | None
    evidence: bool
    price_issue: str


@dataclass(frozen=True)
class Recogniser:
    """Reads what listings put on sale.

    >>> recogniser = Recogniser.load()
    >>> offer = recogniser.recognise([Listing("a", "Glock 19 Gen4 9mm", price="USD 600")])[0]
    >>> offer.kind, offer.make, offer.model, offer.calibre, offer.unit_price_usd
    ('handgun', 'Glock', '19', '9x19mm', Decimal('600.0000'))
    >>> recogniser.recognise([Listing("b", "AK-47 feminized seeds, 10 pcs")])[0].kind
    'not_weapon'
    """

    lexicon: Lexicon
    learned: Learned
    version: str

    @classmethod
    def load(cls) -> Recogniser:
        """Return the recogniser that ships with the package; it is read once.

        `version` names the rules, the catalogue and the model, so that a cache notices a change of any.
        """
        return _load()

    def recognise(self, listings: Sequence[Listing]) -> list[Offer]:
        """Return one offer per thing that each listing offers, in the order of the listings; at least one for each.

        `Offer.of` is the listing's id. Spans are code points of the listing's own fields. Never raises on any text.
        """
        found: list[Offer] = []
        for start in range(0, len(listings), BATCH):
            cases = [self.case(listing) for listing in listings[start : start + BATCH]]
            table = self.weigh(cases)
            orders = np.argsort(-table, axis=1, kind="stable").tolist()
            for case, kinds, order in zip(cases, table.tolist(), orders, strict=True):
                found.extend(self._offers(case, kinds, order))
        return found

    def markings(self, listings: Sequence[Listing]) -> list[Marking]:
        """Return the serial, lot and contract numbers of titles and descriptions, in the order of the listings."""
        return [
            marking
            for listing in listings
            for field, text in (("title", listing.title), ("description", listing.description))
            for marking in find_markings(listing.id, field, text, DESCRIPTION_LIMIT)
        ]

    def keywords(self, title: str, description: str = "") -> tuple[str, ...]:
        """Return the kinds and groups for which the naive keyword count would take this listing."""
        return keyword_hits(title[:TITLE_LIMIT], description[:DESCRIPTION_LIMIT])

    def case(self, listing: Listing) -> Case:
        """Read a listing and judge it by rule; the description speaks only where the title names nothing."""
        amount, issue = usd(listing.price, listing.amount_usd, listing.currency)
        title = facts(read(listing.title, self.lexicon, TITLE_LIMIT), amount, self.lexicon)
        rule = judge(title)
        field, found = "title", title
        if listing.description and (rule is None or rule == "placeholder"):
            body = facts(read(listing.description, self.lexicon, DESCRIPTION_LIMIT), amount, self.lexicon)
            told = judge(body)
            if told not in (None, *_BARE) and (body.stated_gun or body.arms) and not title.strong_cues:
                field, found, rule = "description", body, told
        evidence = rule not in (None, "not_weapon") or found.has_evidence(self.lexicon.evidence)
        evidence = evidence or _is_of_arms(listing.category)
        return Case(listing, field, found, rule, evidence, issue)

    def weigh(self, cases: Sequence[Case]) -> NDArray[np.float64]:
        """Return cases × kinds: the learned part's probabilities, and the counted ones where there is no evidence."""
        table = np.tile(self.learned.without.astype(np.float64), (len(cases), 1))
        at = [number for number, case in enumerate(cases) if case.evidence]
        if at:
            rows = [row(cases[n].facts, cases[n].rule, cases[n].listing.category) for n in at]
            table[at] = self.learned.probabilities(rows)
        return table

    def _offers(self, case: Case, probabilities: list[float], order: list[int]) -> list[Offer]:
        """Return the offers of a case. order: the kinds' numbers, the most probable first."""
        if probabilities[order[0]] < UNSURE:
            order = [PLACEHOLDER, *(n for n in order if n != PLACEHOLDER)]
        kind = KINDS[order[0]]
        others = tuple(
            [
                Alternative(KINDS[n], round(probabilities[n], 4))
                for n in takewhile(lambda n: probabilities[n] >= ALTERNATIVE_FROM, order[1:])
            ]
        )
        named = items(case.field, case.facts, kind, self.lexicon)
        counted = quantity(case.facts.reading, kind) if len(named) == 1 else None
        price = per_unit(case.facts.amount, counted.value if counted else None) if len(named) == 1 else None
        issue = case.price_issue or ("several_items" if len(named) > 1 else "")
        reason = _reason(case, kind)
        states, stated = conditions(case.facts.reading, kind, case.field)
        return [
            Offer(
                of=case.listing.id,
                item=number,
                kind=_kind_of(item, kind, number),
                probability=round(probabilities[order[0]], 4),
                alternatives=others,
                make=item.make,
                model=item.model,
                calibre=item.calibre,
                quantity=counted.value if counted else None,
                quantity_unit=counted.unit if counted else "",
                multi=len(named) > 1,
                unit_price_usd=price,
                price_issue=issue,
                conditions=states,
                shelf=_shelf(case.listing.category),
                spans=(*item.spans, *_counted(case.field, counted), *stated, *reason),
                version=self.version,
            )
            for number, item in enumerate(named)
        ]


def _shelf(category: str) -> str:
    return "" if not category.strip() else "arms" if _is_of_arms(category) else "other"


@cache
def _load() -> Recogniser:
    learned = unpack(MODEL.read_bytes())
    return with_model(learned)


@lru_cache(maxsize=4096)
def _is_of_arms(category: str) -> bool:
    """Whether a category's own words speak of arms: then the learned part is asked, whatever the title says."""
    return bool(category) and any(sense_of(word) in _ARMS for word in read(category, lexicon(), 200).words)


def with_model(learned: Learned) -> Recogniser:
    """Return a recogniser of the shipped catalogue and any model."""
    from muster.catalogue import load

    version = f"{RULES}-{load().digest[:12]}-{learned.digest[:12]}"
    return Recogniser(lexicon(), learned, version)


def _kind_of(item: Item, kind: Kind, number: int) -> Kind:
    """The first thing has the listing's kind; a further one has its model's."""
    return item.kind if number and item.kind else kind


def _counted(field: str, counted: Quantity | None) -> tuple[Span, ...]:
    if counted is None:
        return ()
    return (Span(field, counted.start, counted.end, "quantity", str(counted.value)),)


def _reason(case: Case, kind: Kind) -> tuple[Span, ...]:
    """Return the words that speak for the kind, or for its being no weapon: at most three."""
    reading = case.facts.reading
    hits = (*reading.lookalikes, *reading.cues) if kind == "not_weapon" else reading.words
    found: dict[tuple[int, int], Span] = {}
    for hit in hits:
        sense = getattr(hit.meaning.of, "sense", "")
        if kind != "not_weapon" and not _speaks_for(sense, kind):
            continue
        start, end = reading.text.span(hit.first, hit.last)
        found.setdefault((start, end), Span(case.field, start, end, f"word:{sense}", reading.text.original[start:end]))
    return tuple(found.values())[:3]


def _speaks_for(sense: str, kind: Kind) -> bool:
    return sense == kind or (sense, kind) in {
        ("blade", "blade_impact"), ("custom", "placeholder"), ("gun", "handgun"), ("magazine", "component"),
    }  # fmt: skip
