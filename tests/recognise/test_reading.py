"""Makers, models, calibres and words as they stand in a title."""

from __future__ import annotations

import pytest

from muster.recognise.lexicon import lexicon
from muster.recognise.reading import calibre_of, maker_of, model_of, read, sense_of


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Glock 19", ["19"]),
        ("Glock G19", ["19"]),
        ("g19 as new", ["19"]),
        ("19 of them", []),
        ("10 g 17 mg", []),
        ("Smith & Wesson Model 66", ["Model 66"]),
        ("S&W mod 66", ["Model 66"]),
        ("Colt Python Elite", ["Python Elite"]),
        ("python course", []),
        ("Walther Creed new model 9mm", ["Creed"]),
        ("SIG Sauer RCS 1911", ["1911"]),
        ("made in 1911", []),
        ("RPG-7 launcher", ["RPG-7"]),
        ("RPG Maker", []),
        ("Javelin throw", []),
        ("FGM-148", ["FGM-148 Javelin"]),
        ("switchblade knife", []),
        ("Switchblade 300", ["Switchblade 300"]),
        ("Пистолет Макарова", ["PM"]),
        ("АКС-74У", ["AKS-74U"]),
    ],
)
def test_a_number_is_a_model_only_beside_its_maker(text: str, models: list[str]) -> None:
    assert [model_of(hit).model for hit in read(text, lexicon()).models] == models


@pytest.mark.parametrize(
    ("text", "calibres"),
    [
        ("9x19 FMJ", ["9x19mm"]),
        ("7,62x39mm", ["7.62x39mm"]),
        ("12 \ufffd 70", ["12 gauge"]),
        ("Windows 7 x64", []),
        (".45 pistol", [".45 ACP"]),
        ("45 pills", []),
        ("40 S&W", [".40 S&W"]),
        ("380 ACP 9mm browning", [".380 ACP"]),
        ("SIG Sauer P229 357", [".357 SIG"]),
        ("revolver 357", [".357 Magnum"]),
        ("6,35mm", [".25 ACP"]),
        ("9mm P.A.K.", ["9mm PAK"]),
        ("Makarov 9mm", ["9x18mm Makarov"]),
    ],
)
def test_calibres_are_named_as_one_commonly_does(text: str, calibres: list[str]) -> None:
    assert [calibre_of(hit).name for hit in read(text, lexicon()).calibres] == calibres


def test_the_maker_inside_a_calibre_is_no_maker() -> None:
    assert read(".40 S&W ammo", lexicon()).makes == ()


def test_a_calibre_beside_its_maker_keeps_both() -> None:
    found = read("S&W M&P 40 Stainless 40 S&W", lexicon())
    assert [maker_of(hit).make for hit in found.makes] == ["Smith & Wesson"]
    assert [model_of(hit).model for hit in found.models] == ["M&P40"]
    assert [calibre_of(hit).name for hit in found.calibres] == [".40 S&W"]


def test_the_words_of_look_alikes_are_met() -> None:
    assert {sense_of(hit) for hit in read("AK-47 feminized seeds", lexicon()).cues} == {"drug"}
    assert {sense_of(hit) for hit in read("Double Glock", lexicon()).lookalikes} == {"drug"}
