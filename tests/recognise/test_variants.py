"""What a maker names belongs to the model; what a seller adds does not."""

from __future__ import annotations

import pytest

from muster.recognise import Listing, Recogniser

RECOGNISER = Recogniser.load()


@pytest.mark.parametrize(
    ("title", "model"),
    [
        ("Sig Sauer P226 Legion 9mm", "P226 Legion"),
        ("SIG Sauer 1911 RO 9mm", "1911 RO"),
        ("SIG Sauer RCS 1911 .45", "1911 RCS"),
        ("Ruger GP100 Match Champion .357", "GP100 Match Champion"),
        ("Colt Trooper MK III 357 mag", "Trooper Mk III"),
        ("Sig Sauer P229C", "P229C"),
        ("Sig Sauer P238 Rosewood .380", "P238"),
        ("Glock 19 tactical black", "19"),
        ("Beretta 92 stainless 9mm", "92"),
    ],
)
def test_a_variant_is_read_with_its_model(title: str, model: str) -> None:
    offer = RECOGNISER.recognise([Listing("a", title, price="USD 700")])[0]
    assert offer.model == model
    (span,) = (span for span in offer.spans if span.what == "model")
    assert set(title[span.start : span.end].lower().split()) == set(model.lower().split())


def test_a_fitting_at_a_fittings_price_is_no_gun() -> None:
    cheap, dear = (
        RECOGNISER.recognise([Listing("a", "Glock 17 threaded barrel 9mm", price=price)])[0].kind
        for price in ("USD 180", "USD 700")
    )
    assert (cheap, dear) == ("component", "handgun")


def test_cartridges_alone_are_no_ammunition() -> None:
    assert RECOGNISER.recognise([Listing("a", "Cartridges available")])[0].kind != "ammunition"
    assert RECOGNISER.recognise([Listing("a", "9mm cartridges, 50 pcs")])[0].kind == "ammunition"


def test_an_answer_below_the_threshold_names_no_kind_and_lists_what_it_may_be() -> None:
    offer = RECOGNISER.recognise([Listing("a", "Cartridges available", price="AUD 25")])[0]
    assert offer.kind == "placeholder"
    assert {other.kind for other in offer.alternatives} >= {"not_weapon", "ammunition"}
    assert all(other.probability > offer.probability for other in offer.alternatives)
