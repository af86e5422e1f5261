"""Claims about what was promised, sent and lost: what a ledger bears out, rules out, and cannot tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from muster.claims import article, read
from muster.claims.asking import measure_of, rules_out_more
from muster.claims.ledger import LedgerOf, Told
from muster.claims.sourcing import SourceUse
from muster.claims.test import Evidence, try_claim
from muster.model import Claim
from muster.store import over
from muster.transfers import Entry, Ledger, derive

PUBLISHED = date(2014, 6, 9)
HEAD = (
    "id,state,supplier,recipient,item,class,quantity,happened,recorded,ordered,money,currency,price_year,source,"
    "replaces"
)
DOCUMENTS = (
    'p1,pledged,Sweden,Norway,missile for Javelin,,120,2013-11-05,2013-11-06,,"9,600,000",EUR,2013,,',
    "d1,delivered,Sweden,Norway,missile for Javelin,,80,2014-02-01,2014-02-03,,,,,,",
    "d2,delivered,Sweden,Norway,Javelin Command Launch Unit,,12,2014-02-01,2014-02-03,,,,,,",
    "c1,captured,,Norway,missile for Javelin,,5,2014-03-10,2014-05-30,,,,,,",
    "d3,delivered,Sweden,Norway,missile for Javelin,,900,2014-08-01,2014-08-03,,,,,,",
)
Ask = Callable[..., Told]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Ask the ledger one sentence of an article."""
    documents = tmp_path / "documents.csv"
    documents.write_text("\n".join([HEAD, *DOCUMENTS]) + "\n", encoding="utf-8")
    register = tmp_path / "register.csv"
    register.write_text(
        "sender,receiver,arm,sort,ordered,number,sure,year\n"
        "Sweden,Norway,Leopard 2A4,tank,2012,10,yes,2013\nSweden,Norway,M777 howitzer,howitzer,2012,4,no,2013\n"
    )
    tables = Path(__file__).resolve().parents[2] / "examples" / "ledger" / "tables"
    with ExitStack() as stack:
        entry = Entry("register.csv", register, "register.yml", date(2014, 6, 1), tables)
        built = derive([Entry("documents.csv", documents), entry])
        ledger = Ledger(stack.enter_context(over(built.tables)))

        def told(sentence: str, *, complete: bool = False, language: str = "en") -> Told:
            text = article(sentence.encode(), published=PUBLISHED, language=language)
            claims: list[Claim] = list(read(text))
            held = LedgerOf(ledger, {text.digest: text}, ["documents.csv"] if complete else [], "x")
            found = [one for claim in claims if (one := held.told(claim, PUBLISHED)) is not None]
            assert len(found) == 1, [claim.quote for claim in claims]
            return found[0]

        yield told


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("Sweden pledged 120 Javelin missiles to Norway.", "supported"),
        ("At least 50 Javelin missiles were delivered to Norway.", "supported"),
        ("80 Javelin missiles were delivered to Norway.", "supported"),
        ("Only 80 Javelin missiles were delivered to Norway.", "cannot tell"),
        ("At most 80 Javelin missiles were delivered to Norway.", "cannot tell"),
        ("Sweden pledged only 9.6 million euros to Norway.", "cannot tell"),
        ("Only 20 Javelin missiles were delivered to Norway.", "contradicted"),
        ("Fewer than 50 Javelin missiles were delivered to Norway.", "contradicted"),
        ("20 Javelin missiles were delivered to Norway.", "contradicted"),
        ("More than 500 Javelin missiles were delivered to Norway.", "cannot tell"),
        ("At least 5 Javelin missiles were captured in Norway.", "supported"),
        ("50 Javelin missiles were captured in Norway.", "cannot tell"),
        ("Sweden pledged 9.6 million euros to Norway.", "supported"),
        ("Sweden pledged 9.6 million dollars to Norway.", "cannot tell"),
        ("Norway has already lost 14 billion euros.", "cannot tell"),
        ("Two thirds of the Javelin missiles for Norway never arrived.", "cannot tell"),
    ],
)
def test_lines_bear_a_claim_out_from_below(ask: Ask, sentence: str, word: str) -> None:
    assert ask(sentence).word == word


@pytest.mark.parametrize(
    ("sentence", "word"),
    [
        ("More than 500 Javelin missiles were delivered to Norway.", "contradicted"),
        ("Only 80 Javelin missiles were delivered to Norway.", "supported"),
        ("At most 80 Javelin missiles were delivered to Norway.", "supported"),
        ("Only 100 Javelin missiles were delivered to Norway.", "contradicted"),
        ("Two thirds of the Javelin missiles for Norway never arrived.", "contradicted"),
        ("One third of the Javelin missiles for Norway never arrived.", "supported"),
        ("50 Javelin missiles were captured in Norway.", "cannot tell"),
    ],
)
def test_only_a_table_declared_whole_rules_out_more(ask: Ask, sentence: str, word: str) -> None:
    assert ask(sentence, complete=True).word == word


def test_only_needs_a_source_that_lists_all_and_says_so(ask: Ask) -> None:
    told = ask("Only 80 Javelin missiles were delivered to Norway.")
    assert "no source of it says that it lists all, so there may be more" in told.reason
    assert ask("Only 10 Leopard 2A4 tanks were delivered to Norway.").word == "supported"  # it answers for the class


@pytest.mark.parametrize(
    ("sentence", "language", "only"),
    [
        ("Only about 80 missiles were delivered.", "en", True),
        ("80 missiles only were delivered.", "en", True),
        ("Only Sweden delivered 80 missiles.", "en", False),
        ("Just over 80 missiles were delivered.", "en", False),
        ("Nur 80 Raketen wurden geliefert.", "de", True),
        ("Seulement 80 missiles ont été livrés.", "fr", True),
        ("Il n’a été livré que 80 missiles.", "fr", True),
        ("Il dit que 80 missiles ont été livrés.", "fr", False),
        ("Лише 80 ракет було доставлено.", "uk", True),
        ("Было доставлено только 80 ракет.", "ru", True),
        ("Solo 80 misiles fueron entregados.", "es", True),
        ("Apenas 80 mísseis foram entregues.", "pt", True),
    ],
)
def test_words_that_rule_more_out_stand_beside_the_number(sentence: str, language: str, only: bool) -> None:
    text = article(sentence.encode(), published=PUBLISHED, language=language)
    found = [rules_out_more(claim, language) for claim in read(text) if claim.value == 80]
    assert found == [only]


def test_a_source_that_answers_for_a_class_rules_out_more_of_it(ask: Ask) -> None:
    assert ask("At least 40 Leopard 2A4 tanks were delivered to Norway.").word == "contradicted"
    # its own number of howitzers is an estimate without a margin
    assert ask("At least 40 M777 howitzers were delivered to Norway.").word == "cannot tell"


def test_what_was_promised_cannot_be_told_from_a_register_of_deliveries(ask: Ask) -> None:
    told = ask("Sweden promised 10 Leopard 2A4 tanks to Norway.")
    assert (told.word, told.estimates) == ("cannot tell", ())
    assert "a register of deliveries alone has no such number" in told.needs


def test_a_source_that_leaves_a_class_out_never_answers_for_it(ask: Ask) -> None:
    told = ask("300 pistols were delivered to Norway.")
    assert told.word == "cannot tell"
    assert "harbour-register does not answer: it leaves out small arms" in told.reason


def test_parts_are_never_added(ask: Ask) -> None:
    told = ask("At least 50 Javelins were delivered to Norway.")
    assert told.word == "cannot tell"  # of 80 missiles it is true, of 12 launch units it is not
    assert "does not say which of these parts" in told.reason
    assert ask("At least 10 Javelins were delivered to Norway.").word == "supported"


def test_what_happened_after_the_article_does_not_count(ask: Ask) -> None:
    assert "80 stated" in ask("More than 100 Javelin missiles were delivered to Norway.").reason


def test_whom_a_sentence_leaves_out_is_taken_from_the_words_before_it(ask: Ask) -> None:
    told = ask("Nobody in Norway said a word. Two thirds of the Javelin missiles never arrived.")
    assert "33% had not arrived by 2014-06-09" in told.reason
    assert "read as about Norway" in told.reason


@pytest.mark.parametrize(
    ("text", "language", "measure"),
    [
        ("les deux tiers ne sont jamais arrivés à destination", "fr", "undelivered"),
        ("où ils avaient déjà perdu 14 autres milliards de dollars", "fr", "lost"),
        ("zwei Drittel sind nie angekommen", "de", "undelivered"),
        ("die Panzer wurden geliefert", "de", "delivered"),
        ("дві третини не дійшли", "uk", "undelivered"),
        ("танки были доставлены", "ru", "delivered"),
        ("dos tercios nunca llegaron", "es", "undelivered"),
        ("dois terços nunca chegaram", "pt", "undelivered"),
        ("three pistols are on sale", "en", None),
    ],
)
def test_what_became_of_something_is_read_in_seven_languages(text: str, language: str, measure: str | None) -> None:
    assert measure_of(text, language) == measure


def test_an_offer_of_what_was_never_delivered_is_no_delivered_item(tmp_path: Path) -> None:
    path = tmp_path / "documents.csv"
    path.write_text("\n".join([HEAD, DOCUMENTS[4]]) + "\n", encoding="utf-8")
    sentence = "Javelin missiles sent to Norway are on sale on the darknet."
    text = article(sentence.encode(), published=PUBLISHED, language="en")
    claim = next(iter(read(text)))
    with over(derive([Entry("documents.csv", path)]).tables) as db:
        words = {
            complete: LedgerOf(Ledger(db), {text.digest: text}, ["documents.csv"] if complete else [], "x").origin(
                claim, PUBLISHED
            )[0]
            for complete in (True, False)
        }
    assert words == {True: "contradicted", False: "cannot tell"}


def test_a_verdict_by_the_ledger_rests_on_its_lines(ask: Ask, tmp_path: Path) -> None:
    text = article(b"80 Javelin missiles were delivered to Norway.", published=PUBLISHED, language="en")
    (claim,) = read(text)
    with over(derive([Entry("d", tmp_path / "documents.csv")]).tables) as db:
        ledger = LedgerOf(Ledger(db), {text.digest: text}, [], "x")
        use = SourceUse("", "", "")
        held = Evidence(lambda measure, compiled: pytest.fail("nothing is measured on markets"), {}, frozenset(), (),
                        lambda claim: use, ledger=ledger)  # fmt: skip
        trial = try_claim(claim, PUBLISHED, held)
    assert (trial.verdict.verdict, trial.verdict.basis) == ("supported", "measured")
    assert [(e.measure, e.value, e.n, e.scope["ledger"]) for e in trial.estimates] == [
        ("delivered", 80.0, 1, ["transfer-ledger"])
    ]
