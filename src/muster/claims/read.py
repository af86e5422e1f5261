"""Read an article into claims: who asserts what, how much, where and when, each with its exact words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from muster.claims.article import Article, language_of
from muster.claims.attribution import Speech, counted_by, remembered, speech
from muster.claims.clauses import LEAST, Clause, clauses, is_address, pieces, trimmed, verbal
from muster.claims.counting import Counted, asked, understood
from muster.claims.facets import facets_of
from muster.claims.interview import interview
from muster.claims.kinds import SPANS, Draft, of_number, of_rank, of_words
from muster.claims.languages import Rules, known, rules
from muster.claims.numbers import Number, numbers
from muster.claims.periods import Period, period_of
from muster.claims.places import countries, home, local_currency, venue
from muster.claims.sentences import SHORTEST, Span, dateline, finished, inner, paragraphs, sentences
from muster.claims.speakers import Memory, known_subject, noticed, replying
from muster.claims.subjects import Subject, subject_of
from muster.claims.voices import Floor, told_by
from muster.claims.words import Words
from muster.model import Claim

Mode = Literal["asserted", "quoted", "reported"]

ASKS = 5
"""A question of fewer words asks nothing that could be taken for an assertion ("And now?")."""

HEAD = 20_000
"""So many characters of an article are looked through for the country that it is about."""

WHOLE = 8
"""A sentence of so many words asserts something, whatever its verb."""

_TRADE = frozenset({"sellers", "vendors", "dealers", "transactions", "orders", "listings", "reviews", "sales"})


@dataclass(slots=True)
class _State:
    """What earlier sentences leave behind.

    about: what was counted last, in its words.
    counted: item and unit counted last, which bare numbers ("up from nine") count too.
    interviewee: whose words a text is as a whole: the guest of an interview, the authority that replies.
    """

    memory: Memory = field(default_factory=Memory)
    floor: Floor = field(default_factory=Floor)
    counted: Counted = ("", "")
    about: Subject | None = None
    venue: str = ""
    home: str = ""
    paragraph: int = 0
    title: bool = True
    answering: bool = False
    interviewee: str = ""


@dataclass(frozen=True, slots=True)
class _Voice:
    mode: Mode
    speaker: str = ""
    cites: str = ""


def read(article: Article) -> list[Claim]:
    """Return the claims of an article, in text order; the same article gives the same claims, and nothing raises.

    A language without rules gives no claims; a paragraph in another language than its article is read by its own
    rules. Offsets are code points of `article.text`.

    >>> from muster.claims.article import article
    >>> [(c.type, c.value, c.unit, c.item) for c in read(article(b"They sell 14 pistols on Bazaar.", language="en"))]
    [('count', 14.0, 'weapons', 'pistols')]
    """
    if article.language not in known():
        return []
    found: list[Claim] = []
    state = _State()
    parts = list(paragraphs(article.text))
    talk = interview(article.text, parts, rules(article.language))
    state.home = home(rules(article.language).lexicon.read(article.text[:HEAD], 0))
    for at, paragraph in enumerate(parts):
        line = article.text[paragraph.start : paragraph.end]
        lang = rules(language_of(line, article.language))
        state.venue = ""
        state.title = at == 0 and not finished(line)
        if at in talk.asks:
            state.counted = asked(lang.lexicon.read(line, 0), state.counted)
            continue
        state.answering = at in talk.answers
        if at == 0:
            state.interviewee = replying(lang.lexicon.read(line[:300], 0), lang) or (talk.guest if state.title else "")
        elif talk.guest:
            state.interviewee = talk.guest if state.answering else ""
        if not _is_prose(line, lang, title=at == 0):
            continue
        state.floor.local, told = "", len(found)
        begin = paragraph.start + (dateline(line) if finished(line) else 0)
        for sentence in sentences(article.text, replace(paragraph, start=begin), lang.data["abbreviations"]):
            found.extend(_sentence(article, sentence, state, lang))
            if state.floor.told:
                found[told:] = told_by(found[told:], state.floor.told, sentence.start)
                state.floor.told = ""
        state.paragraph += finished(line)
    found.sort(key=lambda claim: (claim.start, claim.end, claim.type))
    return list({(c.start, c.end, c.type, c.value): c for c in found}.values())


def as_contract(claim: Claim) -> dict[str, Any]:
    """Return a claim as the output contract has it: `value` a number, [low, high] or None.

    >>> from muster.claims.article import article
    >>> as_contract(read(article(b"They sell 14 pistols.", language="en"))[0])["value"]
    14.0
    """
    return {
        "id": claim.id, "quote": claim.quote, "start": claim.start, "end": claim.end, "type": claim.type,
        "mode": claim.mode, "checkable": claim.checkable, "why_not": claim.why_not, "subject": claim.subject,
        "subject_start": claim.subject_start, "subject_end": claim.subject_end,
        "measure": claim.measure, "comparator": claim.comparator,
        "value": list(claim.value) if isinstance(claim.value, tuple) else claim.value,
        "unit": claim.unit, "item": claim.item, "place": claim.place, "period": claim.period,
        "attributed_to": claim.attributed_to, "cites": claim.cites, "read_by": claim.read_by,
        "facets": [{"kind": f.kind, "quote": f.quote, "start": f.start, "end": f.end} for f in claim.facets],
    }  # fmt: skip


def _is_prose(line: str, lang: Rules, *, title: bool) -> bool:
    """Say whether a line asserts: full sentences, and headings with a number or a verb; no byline or source."""
    words = lang.lexicon.read(line[:400], 0)
    opening = words.any("no_claim", 0, 4)
    if (
        opening is not None
        and opening.first == 0
        and (len(words) < 14 or ":" in words.keys[:4] or words.keys[0] == "©")
    ):
        return False
    if finished(line):
        return True
    verbs = any(words.any(name) for name in ("finite", "say", "rise", "fall", "event", "sale", "arrest"))
    return len(words) >= 5 and (verbs or any(not n.bare for n in numbers(words, lang)))


def _sentence(article: Article, span: Span, state: _State, lang: Rules) -> Iterator[Claim]:
    text = article.text
    words = lang.lexicon.read(text, span.start, span.end)
    if not words.keys:
        return
    here = countries(words)
    if here and not state.memory.country:
        state.memory = replace(state.memory, country=here[0])
    quotes = [q for q in (words.between(*quote) for quote in span.quotes) if q[0] < q[1]]
    said = speech(words, quotes, state.memory, lang)
    if not said and is_address(words) and all(n.bare for n in numbers(words, lang)):
        return
    question = text[span.start : span.end].rstrip(' »”"').endswith("?")
    if said:
        state.memory = remembered(state.memory, said)
    state.memory = noticed(words, quotes, state.memory, lang, speaks=said is not None)
    if question:
        state.counted = asked(words, state.counted)
    if question and not said:
        if len(words) < ASKS:
            return
        yield from _made(article, words, [Draft(0, len(words), "question")], _Voice("asserted"), state, lang)
        return
    if said and not quotes and (whole := _judged(words, said, lang)):
        yield from _made(article, words, [whole], _voice(said, quotes, state), state, lang)
        return
    speaker = said.speaker if said else ((state.answering or state.title) and state.interviewee) or state.memory.last
    for first, last in quotes:
        yield from _quotation(article, words, first, last, _Voice("quoted", speaker), state, lang)
    voice = _voice(said, quotes, state)
    told = said is None and not quotes and _told(words) and bool(state.memory.last)
    if told:
        voice = _Voice("reported", state.memory.last)
    if said and not quotes and words.any("zero", said.first, said.last) and not numbers(words, lang):
        yield from _made(article, words, [_absence(0, len(words))], voice, state, lang)
        return
    drafts = list(_outside(words, quotes, said, lang, state, told=told))
    if said and said.speaker and not quotes and not drafts and len(words) - said.first >= LEAST + 1:
        drafts = [Draft(said.first, len(words), _stance(words, said) or "attribution", measure="presence")]
    if not drafts and not said and not quotes and _asserts(words, text[span.start : span.end]):
        drafts = [Draft(0, len(words), "existence", measure="presence")]
    if said and said.speaker and (not quotes or said.sort == "published"):
        state.floor.heard(words, said, state.paragraph, asserts=bool(drafts), title=state.title)
    yield from _made(article, words, drafts, voice, state, lang)
    named = venue(words, lang, state.venue)
    state.venue = named.name or state.venue


def _told(words: Words) -> bool:
    """Say whether the mood of a verb tells what somebody said, though nobody is named ("Hinweise gebe es nicht")."""
    return any(not words.at("pronouns", match.first - 1) for match in words.all("reportative", 1))


def _asserts(words: Words, sentence: str) -> bool:
    """Say whether a sentence asserts as a whole, though none of its clauses has a verb that a list knows."""
    size = sum(kind != "mark" for kind in words.kinds)
    return size >= WHOLE and finished(sentence) and not words.any("clause_dropped", 0, 2)


def _absence(first: int, last: int) -> Draft:
    return Draft(first, last, "existence", measure="presence", comparator="eq", value=0.0)


def _stance(words: Words, said: Speech) -> str:
    """Return what the verb of saying makes of what is said: a forecast ("expects"), an opinion ("considers"), or ""."""
    if words.any("stance", said.first, said.last):
        return "opinion"
    return "forecast" if words.any("forecast", said.first, said.last) else ""


def _judged(words: Words, said: Speech, lang: Rules) -> Draft | None:
    """Return a judgement as one claim ("the minister calls the law a disgrace"): no number in it."""
    if said.sort != "said" or not words.any("judges", said.first, said.last) or words.any("that", said.first):
        return None
    return None if numbers(words, lang) else Draft(said.first, len(words), "opinion")


def _voice(said: Speech | None, quotes: list[tuple[int, int]], state: _State) -> _Voice:
    if said and (said.indirect or not quotes):
        return _Voice("reported", said.speaker, said.cites)
    return _Voice("asserted")


def _quotation(
    article: Article, words: Words, first: int, last: int, voice: _Voice, state: _State, lang: Rules
) -> Iterator[Claim]:
    """Yield the claims of a quotation: its numbers, and each sentence without any as words of its speaker."""
    for start, end in inner(article.text, words.starts[first], words.ends[last - 1]):
        a, b = words.between(start, end)
        if b - a < SHORTEST:
            continue
        own = lang.lexicon.read(article.text, start, end)
        drafts = list(_stretch(own, 0, len(own), lang, state, quoted=True))
        yield from _made(article, own, drafts, voice, state, lang)


def _outside(
    words: Words, quotes: list[tuple[int, int]], said: Speech | None, lang: Rules, state: _State, *, told: bool = False
) -> Iterator[Draft]:
    """Yield what a sentence asserts outside its quotations and the words that name its source."""
    edges = [0, *(edge for quote in quotes for edge in quote), len(words)]
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if said is None:
            if not quotes or numbers_in(words, first, last, lang):
                yield from _stretch(words, first, last, lang, state, reported=told)
            continue
        swallowed = numbers_in(words, max(first, said.first), min(last, said.last), lang)
        if swallowed and (said.sort == "published" or any(n.unit or n.size == "money" for n in swallowed)):
            yield from _stretch(words, first, last, lang, state, reported=said.sort != "published")
            continue
        behind = last - max(first, said.last) >= 3 and said.sort == "said"
        for a, b in ((first, min(last, said.first)), (max(first, said.last), last)):
            if b <= said.first and behind and not numbers_in(words, a, b, lang):
                continue
            if b - a >= 2 and (not quotes or numbers_in(words, a, b, lang)):
                stance = _stance(words, said)
                for draft in _stretch(words, a, b, lang, state, reported=True):
                    yield replace(draft, kind=stance) if stance and draft.kind == "attribution" else draft
    if said and (not quotes or said.sort == "published"):
        yield from _of_source(words, said)


def numbers_in(words: Words, first: int, last: int, lang: Rules) -> list[Number]:
    """Return the numbers that lie within some words."""
    return [n for n in numbers(words, lang) if first <= n.first and n.last <= last]


def _of_source(words: Words, said: Speech) -> Iterator[Draft]:
    """Yield the report itself as a claim where it is dated or published: it can be looked up."""
    dated = any(
        words.any(name, said.first, min(len(words), said.last + 4)) for name in ("weekdays", "months", "relative_days")
    )
    if said.sort == "published" or (dated and said.first > 3):
        yield Draft(said.first, said.last, "attribution", source=True)


def _stretch(
    words: Words, first: int, last: int, lang: Rules, state: _State, *, quoted: bool = False, reported: bool = False,
) -> Iterator[Draft]:  # fmt: skip
    """Yield the claims of a stretch: for each clause its numbers, or else what its words assert."""
    found = numbers_in(words, first, last, lang)
    parts = [Clause(first, last, "main")] if quoted and not found else clauses(words, first, last, lang)
    fresh = False
    for clause in parts:
        own = [n for n in found if clause.first <= n.first and n.last <= clause.last]
        counted: list[Number] = []
        for number in own:
            known_ = understood(words, number, state.counted, first, fresh)
            if known_ is None:
                continue
            counted.append(known_)
            if known_.size == "count" and known_.unit not in SPANS:
                state.counted, fresh = (known_.item, known_.unit), True
        if counted:
            begin = clause.first
            for (a, b), number in zip(pieces(words, clause, counted), counted, strict=True):
                head = _head(words, a, number.first) if number is counted[0] else a
                if head > a:
                    begin = head
                    lead = Clause(a, head - 1, clause.opening)
                    yield from of_words(words, lead, alone=False, quoted=quoted, reported=reported, lang=lang)
                yield of_number(words, head, b, clause, number, counted)
            yield from of_rank(words, replace(clause, first=begin), counted)
            continue
        yield from of_words(words, clause, alone=len(parts) == 1, quoted=quoted, reported=reported, lang=lang)


def _head(words: Words, first: int, number: int) -> int:
    """Return where the words of a number begin, when a clause of its own stands before them, behind a comma."""
    for at in range(number - 1, first + 4, -1):
        if words.keys[at] == "," and verbal(words, first, at):
            return at + 1
    return first


def _made(
    article: Article, words: Words, drafts: list[Draft], voice: _Voice, state: _State, lang: Rules
) -> Iterator[Claim]:
    for draft in drafts:
        first, last = trimmed(words, draft.first, draft.last)
        if first < last:
            yield _claim(article, words, replace(draft, first=first, last=last), voice, state, lang)


def _claim(article: Article, words: Words, draft: Draft, voice: _Voice, state: _State, lang: Rules) -> Claim:
    first, last, number = draft.first, draft.last, draft.number
    start, end = words.starts[first], words.ends[last - 1]
    quote = article.text[start:end]
    facets = facets_of(article.text, words, first, last, number, lang)
    why_not = draft.kind if draft.kind in ("question", "forecast", "opinion") else ""
    unit, item = draft.unit, draft.item
    if unit in ("sellers", "vendors", "dealers") and words.any("arrest"):
        unit, item = "persons", "persons"
    if number and number.size == "money" and not countries(words, number.last - 1, number.last + 2):
        unit = local_currency(unit, state.home, lang.code)
    if not number and (noun := words.any("items", first, last)):
        item = _item(words, first, last, noun.value)
    speaker = voice.speaker
    counts = draft.number is not None or draft.kind in ("comparison", "trend")
    if not speaker and counts and voice.mode != "quoted":
        speaker = state.floor.speaker(state.paragraph)
    if not speaker and voice.mode == "asserted":
        speaker = state.interviewee or known_subject(words, state.memory)
    if not speaker and (draft.number or draft.value == 0) and voice.mode == "asserted":
        speaker = counted_by(words, state.memory, lang)
        state.floor.local = speaker or state.floor.local
    about = subject_of(words, draft, state.about)
    if draft.number and about.thing and draft.unit not in SPANS:
        state.about = about
    period = period_of(words, article.published, lang, first, last) or period_of(words, article.published, lang)
    ahead = article.published and period and period.iso.strip("/") > article.published.isoformat()
    if (
        ahead
        and (draft.kind == "date" or (draft.kind in ("existence", "attribution") and not draft.source))
        and draft.value is None
    ):
        draft, why_not = replace(draft, kind="forecast", comparator="none"), "forecast"
    return Claim(
        article=article.digest, quote=quote, start=start, end=end, type=draft.kind,  # type: ignore[arg-type]
        mode=voice.mode, checkable=not why_not, why_not=why_not, measure=draft.measure,
        subject=article.text[about.start : about.end], subject_start=about.start, subject_end=about.end,
        comparator=draft.comparator, value=draft.value, unit=unit,
        place=_place(words, first, last, {f.kind for f in facets}, unit, state, lang),
        period=_iso(period), attributed_to=speaker, facets=facets, item=item, cites=voice.cites,
    )  # fmt: skip


def _iso(period: Period | None) -> str:
    return period.iso if period else ""


def _item(words: Words, first: int, last: int, default: object) -> str:
    """Return what an existence is about: the last noun before the words of sale, else the first noun."""
    sale = words.any("sale", first, last)
    before = words.all("items", first, sale.first) if sale else []
    return str(before[-1].value if before else default)


def _place(words: Words, first: int, last: int, kinds: set[str], unit: str, state: _State, lang: Rules) -> str:
    here = venue(words, lang, state.venue, first, last)
    if here.name and ("offer" in kinds or unit in _TRADE or here.points_back or "place" in kinds):
        return here.name
    if "offer" in kinds or unit in _TRADE:
        return state.venue
    named = countries(words, first, last)
    named = named or countries(words)
    return named[0] if len(named) == 1 or (named and countries(words, first, last)) else "" if named else state.home
