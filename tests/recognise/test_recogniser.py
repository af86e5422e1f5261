"""What listings put on sale. All titles are invented."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from decimal import Decimal
from math import prod
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.errors import RecogniseError
from muster.model import KINDS, Offer
from muster.recognise import Listing, Recogniser, as_contract, error_rows, read_jsonl
from muster.recognise.fold import key
from muster.recognise.quantity import NUMBERS
from muster.recognise.recogniser import RULES

RECOGNISER = Recogniser.load()


def offers(title: str, price: str = "", description: str = "", category: str = "") -> list[Offer]:
    return RECOGNISER.recognise([Listing("x", title, description, category, price)])


def only(title: str, price: str = "", description: str = "") -> Offer:
    found = offers(title, price, description)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("title", "price", "kind"),
    [
        ("Glock 26 as new", "USD 700", "handgun"),
        ("Custom listing for glock 26 for cleo", "USD 700", "handgun"),
        ("Custom listing for cleo", "USD 700", "placeholder"),
        ("AK-47 weed, 10 gram", "USD 90", "not_weapon"),
        ("AK-47 feminized seeds x 5", "USD 30", "not_weapon"),
        ("Top Gun pilot watch", "USD 150", "not_weapon"),
        ("RPG Maker steam key", "USD 5", "not_weapon"),
        ("Lethal Weapon all movies DVD", "USD 1", "not_weapon"),
        ("How to build an AR-15, ebook", "USD 0.99", "guide"),
        ("Kalashnikov AK-74 with two magazines", "USD 1500", "automatic"),
        ("WASR-10 rifle 7.62x39", "USD 800", "long_gun"),
        ("Shotgun 12 gauge, Mossberg 500", "USD 400", "long_gun"),
        ("RPG-7 launcher with two rockets", "USD 4000", "light_weapon"),
        ("FGM-148 Javelin", "USD 30000", "light_weapon"),
        ("RGD-5 hand grenades", "USD 200", "explosive"),
        ("9x19 FMJ - 50 pcs", "USD 50", "ammunition"),
        ("AK 47 ammo 7.62x39, 100 bullets", "USD 90", "ammunition"),
        ("Beretta 92 + 50 bullets", "USD 750", "handgun"),
        ("Glock 19 magazine 33 rounds", "USD 60", "component"),
        ("Butterfly knife", "USD 15", "blade_impact"),
        ("Pepper spray 50 ml", "USD 15", "less_lethal"),
        ("Red smoke grenade", "USD 20", "pyrotechnic"),
        ("Kevlar bulletproof vest", "USD 300", "protective"),
        ("ricin 10 mg", "USD 500", "toxic"),
        ("Plain white t-shirt", "USD 10", "not_weapon"),
    ],
)
def test_a_listing_is_called_what_it_offers(title: str, price: str, kind: str) -> None:
    assert only(title, price).kind == kind


@pytest.mark.parametrize("title", ["GL0CK 19", "GLO*CK 19", "Gl\u043e\u0441k 19", "GL\U0001f52bOCK 19", "G L O C K 19"])
def test_evasive_spellings_are_read_through(title: str) -> None:
    offer = only(title, "USD 600")
    assert (offer.kind, offer.make, offer.model) == ("handgun", "Glock", "19")


@pytest.mark.parametrize(
    ("title", "make", "model", "calibre", "quantity"),
    [
        ("Glock 19 Gen4 9mm, 2 mags included", "Glock", "19", "9x19mm", None),
        ("2 x Glock 19", "Glock", "19", "", 2),
        ("Custom listing for cleo - 3 x Uzi", "IMI", "Uzi", "", 3),
        ("Smith & Wesson Model 10-8 38 special", "Smith & Wesson", "Model 10-8", ".38 Special", None),
        ("7.62x39 tracer - 5 bullets", "", "", "7.62x39mm", 5),
        ("9x19 box of 50", "", "", "9x19mm", 50),
        ("Fiocchi 9mm ammo 1,000 rounds", "Fiocchi", "", "9x19mm", 1000),
        ("Ekol Firat 92 Magnum gas pistol cal 9mm", "Ekol", "Firat 92 Magnum", "9mm PAK", None),
        ("MTech MT-999 fixed blade knife", "MTech", "MT-999", "", None),
    ],
)
def test_make_model_calibre_and_quantity_are_read(
    title: str, make: str, model: str, calibre: str, quantity: int | None
) -> None:
    offer = only(title, "USD 500")
    assert (offer.make, offer.model, offer.calibre, offer.quantity) == (make, model, calibre, quantity)


def test_the_price_of_one_round_is_worked_out() -> None:
    offer = only("9x19 FMJ - 50 pcs", "Buy price USD 75.00 (0.0455 BTC)")
    assert (offer.unit_price_usd, offer.quantity_unit) == (Decimal("1.5000"), "rounds")


def test_a_list_of_models_gives_one_offer_each() -> None:
    found = offers("Beretta 92FS, Glock 17 and Uzi", "USD 900")
    assert [(o.item, o.model, o.kind) for o in found] == [
        (0, "92FS", "handgun"), (1, "17", "handgun"), (2, "Uzi", "automatic"),
    ]  # fmt: skip
    assert all(o.multi and o.unit_price_usd is None and o.price_issue == "several_items" for o in found)


def test_two_spellings_of_one_model_are_one_offer() -> None:
    assert len(offers("Glock 19, G19 Gen 4")) == 1


def test_the_description_names_what_the_title_does_not() -> None:
    offer = only("Custom listing for cleo", "USD 700", "One Glock 26, as agreed")
    assert (offer.kind, offer.model, offer.spans[0].field) == ("handgun", "26", "description")


def test_without_evidence_a_listing_is_no_weapon_and_says_how_sure() -> None:
    offer = only("Ten lessons in pottery", "USD 10")
    assert offer.kind == "not_weapon"
    assert 0.9 < offer.probability < 1


def test_tokens_of_redacted_contacts_are_ignored() -> None:
    assert only("Custom listing for \u2039vendor:1a2b3c4d5e6f\u203a").kind == "placeholder"
    assert only("Glock 19 \u2039email\u203a \u2039vendor:9a2b3c4d5e6f\u203a").model == "19"


def test_a_batch_gives_what_single_calls_give() -> None:
    titles = ["Glock 19", "AK-47 seeds", "", "9x19 - 50 pcs"]
    together = RECOGNISER.recognise([Listing(str(n), title) for n, title in enumerate(titles)])
    alone = [RECOGNISER.recognise([Listing(str(n), title)])[0] for n, title in enumerate(titles)]
    assert together == alone


PIECES = st.sampled_from(
    ["Glock 19", "GL0CK", "9mm", "50 pcs", "\u0583\ufffd", "Smith & Wesson Model 10-5", ".40 S&W", "\u200b", "AK-47",
     "with 2 mags", "12 \ufffd 70", "\U0001f52b", "Макаров", "knife", "seeds", "2 x Uzi", "\u202e", ",", "ß", "İ"]
)  # fmt: skip


def _numbers(raw: str) -> set[int]:
    """What a reader may take a stretch of text for: its digits, a number written out, boxes times what is in each."""
    said = [NUMBERS.get(word) or int(word) for word in key(raw).split() if word in NUMBERS or word.isdecimal()]
    digits = "".join(char for char in key(raw) if char.isdecimal())
    return {prod(said), 1000 * prod(said), *said, *([int(digits)] if digits else ())}


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=8).map(" ".join))
@example("DOS Glock 19")
@settings(max_examples=300)
def test_the_text_at_a_span_is_what_was_read(title: str) -> None:
    for offer in offers(title):
        for span in offer.spans:
            raw = title[span.start : span.end]
            assert raw
            if span.what == "quantity":
                assert int(span.value) in _numbers(raw)
            if span.what.startswith("word:"):
                assert raw == span.value
            if span.what in ("make", "model", "calibre"):
                again = RECOGNISER.lexicon.automaton.find_matches_as_indexes(f" {key(raw)} ", overlapping=True)
                assert again or key(raw) != key(span.value) or span.what == "model"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=200)
def test_any_text_gets_an_answer(title: str, description: str, category: str, price: str) -> None:
    listing = Listing("x", title, description, category, price)
    for offer in RECOGNISER.recognise([listing]):
        assert offer.kind in KINDS
        assert 0 < offer.probability <= 1
        json.dumps(as_contract(offer))
    RECOGNISER.markings([listing])


@pytest.mark.parametrize(
    "unit",
    ["Glock 19, ", "a", "1", " ", "gl*ck ", "*", "serial ", "G L O C K ", "\ufffd", "1,", "lot A-", "- 2 x ", "(((("],
)
def test_a_title_of_a_million_letters_takes_no_longer_than_a_long_one(unit: str) -> None:
    listing = Listing("x", unit * (1_000_000 // len(unit)), unit * (1_000_000 // len(unit)), price=unit * 1000)
    start = time.process_time()
    assert RECOGNISER.recognise([listing])
    RECOGNISER.markings([listing])
    assert time.process_time() - start < 1


def test_hostile_strings_get_an_answer(shared: Path) -> None:
    folder = shared / "data" / "hostile"
    titles = json.loads((folder / "naughty-strings.json").read_text(encoding="utf-8"))
    titles += (folder / "csv-injection.txt").read_text(encoding="utf-8").splitlines()
    titles += (folder / "xss.txt").read_text(encoding="utf-8", errors="replace").splitlines()[:500]
    found = RECOGNISER.recognise([Listing(str(n), title, title) for n, title in enumerate(titles)])
    assert {offer.of for offer in found} == {str(n) for n in range(len(titles))}


def test_error_rows_say_which_version_was_judged() -> None:
    rows = error_rows()
    assert len({row["version"] for row in rows}) == 1
    assert rows[0]["version"].startswith(f"{RULES}-")  # a new generation of rules must be judged anew
    assert all(row["true"] in KINDS and row["predicted"] in KINDS and row["n"] >= row["vendors"] > 0 for row in rows)


def test_the_keyword_count_falls_for_look_alikes() -> None:
    assert RECOGNISER.keywords("AK-47 weed") == ("automatic",)
    assert RECOGNISER.keywords("Top Gun watch") == ("firearms",)
    assert RECOGNISER.keywords("Walther P99") == ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not a line of JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": "a"}', "`title`"),
        ('{"title": "b"}', "`id`"),
        ('{"id": "a", "title": 3}', "`title`"),
        ('{"id": "a", "title": "b", "titel": "c"}', "titel"),
        ('{"id": "a", "title": "b", "captured": "soon"}', "`captured`"),
        ("[" * 100_000, "not a line of JSON"),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(line: str, said: str) -> None:
    with pytest.raises(RecogniseError, match=said) as caught:
        read_jsonl(line, 7)
    assert caught.value.where == "line 7"


def test_a_line_and_its_answer_are_as_contracted() -> None:
    listing = read_jsonl('{"id": 7, "title": "Glock 19", "price": 600, "currency": "USD", "captured": "2017-05-09"}', 1)
    row = as_contract(RECOGNISER.recognise([listing])[0])
    assert row["id"] == "7"
    assert row["unit_price_usd"] == 600.0
    assert list(row) == [
        "id", "item", "kind", "probability", "alternatives", "make", "model", "calibre", "quantity", "quantity_unit",
        "multi", "unit_price_usd", "price_issue", "conditions", "spans", "version",
    ]  # fmt: skip


FIT = """
import sys
from pathlib import Path
from muster.recognise.build import fit
from muster.recognise.labels import read_gold
print(fit(read_gold(Path(sys.argv[1]))[:200]).digest)
"""


@pytest.mark.slow
def test_equal_labels_give_equal_bytes_in_any_process(shared: Path) -> None:
    gold = str(shared / "data" / "gold" / "offers.jsonl")
    digests = {
        subprocess.run(
            [sys.executable, "-c", FIT, gold], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True, text=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
