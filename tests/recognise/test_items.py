"""One row per thing, its own make, model and kind; what comes along is no thing, and counts are of what is sold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from muster.model import Offer
from muster.recognise import Listing, Recogniser

RECOGNISER = Recogniser.load()


def offers(title: str, price: str = "USD 900") -> list[Offer]:
    return RECOGNISER.recognise([Listing("x", title, price=price)])


@pytest.mark.parametrize(
    ("title", "models"),
    [
        ("Glock 17 / Glock 19 / Beretta 92FS", {("Glock", "17"), ("Glock", "19"), ("Beretta", "92FS")}),
        ("Beretta 92, Glock 26 und Walther P99", {("Beretta", "92"), ("Glock", "26"), ("Walther", "P99")}),
        ("Uzi and Makarov PM", {("IMI", "Uzi"), ("Makarov", "PM")}),
        ("Glock 17 Gen4 & Glock 43", {("Glock", "17"), ("Glock", "43")}),
        ("Lot: 2 Makarov PM, 1 TT-33", {("Makarov", "PM"), ("Tokarev", "TT-33")}),
        ("Glock 17\nGlock 19", {("Glock", "17"), ("Glock", "19")}),
        ("AK-47, WASR-10 Century Arms", {("Century Arms", "WASR-10")}),
        ("Glock 19, G19 Gen 4", {("Glock", "19")}),
        ("Glock 19 with Beretta holster", {("Glock", "19")}),
        ("Colt M1911 + silencer + 2 mags", {("Colt", "1911")}),
    ],
)
def test_each_thing_of_a_list_is_a_row_of_its_own(title: str, models: set[tuple[str, str]]) -> None:
    found = offers(title)
    assert {(offer.make, offer.model) for offer in found} == models
    assert [offer.item for offer in found] == list(range(len(found)))
    several = len(models) > 1
    assert all(offer.multi is several and (offer.unit_price_usd is None) is several for offer in found)
    assert all((offer.price_issue == "several_items") is several for offer in found)


def test_each_row_has_the_kind_of_its_model() -> None:
    assert {offer.model: offer.kind for offer in offers("Uzi and Makarov PM")} == {"PM": "handgun", "Uzi": "automatic"}


@pytest.mark.parametrize(
    ("title", "quantity", "unit"),
    [
        ("2x Glock 17", 2, "items"),
        ("Glock 19 (2 units)", 2, "items"),
        ("lot of 3 Tokarev TT-33", 3, "items"),
        ("10 pcs RGD-5 grenades", 10, "items"),
        ("4 stun grenades", 4, "items"),
        ("5 x F-1 hand grenade", 5, "items"),
        ("1000 rounds 7.62x39", 1000, "rounds"),
        ("box of 20 .308 winchester", 20, "rounds"),
        ("50 rounds x 10 boxes 9mm FMJ", 500, "rounds"),
        ("10 boxes of 50 .45 ACP ammo", 500, "rounds"),
        ("4 x 25 shells 12ga buckshot", 100, "rounds"),
        ("1k rounds 5.56 ammo", 1000, "rounds"),
        ("two boxes 7.62x39 ammo, 20 each", 40, "rounds"),
        ("5 Schachteln à 50 Patronen 9x19", 250, "rounds"),
        ("2 boîtes de 50 cartouches 9mm parabellum", 100, "rounds"),
        ("Balas 9mm caja de 50", 50, "rounds"),
        ("Munizioni 9x21 scatola da 50 colpi", 50, "rounds"),
        ("Amunicja 7,62x39 100 sztuk", 100, "rounds"),
        ("Патроны 7,62х39 пачка 20 штук", 20, "rounds"),
        ("Патрони 5.45х39 ящик 1080 штук", 1080, "rounds"),
        ("box of 25 calibre 12 cartridges", 25, "rounds"),
        ("Two Glock 19 gen4 with boxes", 2, "items"),
        ("Pair of Beretta 92FS", 2, "items"),
        ("Zwei Glock 26", 2, "items"),
        ("Deux pistolets Beretta 84", 2, "items"),
        ("Due pistole Tanfoglio Force", 2, "items"),
        ("Lote de 3 pistolas Glock 17", 3, "items"),
        ("Glock 17 x3 bulk deal", 3, "items"),
        ("Dynamite sticks x12", 12, "items"),
        ("Two tone Glock 19", None, ""),
        ("Glock 19 x2 mags", None, ""),
        ("Sig Sauer P226 X5 9mm", None, ""),
        ("Glock 19, 2 mags included", None, ""),
        ("Glock 19 + 50 rounds 9mm", None, ""),
        ("Makarov PM with 2 magazines and 16 rounds", None, ""),
        ("AK-47 with 30 round magazine", None, ""),
        ("Glock 19 gen 5 15 round mags x2", None, ""),
        ("12 gauge shotgun Mossberg 500, 25 shells included", None, ""),
        ("RPG-7 + 3 rockets", None, ""),
        ("Colt 1911 .45, lot of 2 magazines", None, ""),
    ],
)
def test_what_comes_along_is_not_counted(title: str, quantity: int | None, unit: str) -> None:
    [offer] = offers(title)
    assert (offer.quantity, offer.quantity_unit) == (quantity, unit)
    assert offer.unit_price_usd == (Decimal(900) / (quantity or 1)).quantize(Decimal("0.0001"))
