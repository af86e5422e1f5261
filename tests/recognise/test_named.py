"""What is in the news is recognised by name in eight languages, and what only bears such a name is no weapon."""

from __future__ import annotations

import pytest

from muster.model import WEAPON_KINDS
from muster.recognise import Listing, Recogniser
from recognise.test_languages import FAMILIES, LANGUAGES

RECOGNISER = Recogniser.load()
KINDS = {
    "AKM": "automatic", "AK-74": "automatic", "PM": "handgun", "TT-33": "handgun", "vz. 61": "automatic",
    "Uzi": "automatic", "M16": "automatic", "RPG-7": "light_weapon", "NLAW": "light_weapon",
    "FGM-148 Javelin": "light_weapon", "FIM-92 Stinger": "light_weapon", "9K38 Igla": "light_weapon",
    "AT4": "light_weapon", "Switchblade drone": "light_weapon", "RGD-5": "explosive", "F-1": "explosive",
    "PMN": "explosive", "PPSh-41": "automatic",
}  # fmt: skip
LOOKALIKES = {
    "strains and drugs": (
        "AK-47 cannabis seeds feminized", "AK 47 weed 10g", "Durban Poison 5g", "Jack Herer 7g",
        "Bruce Banner kush 28g",
        "Cherry Bomb strain", "Agent Orange weed 3.5g", "Trainwreck 14g", "Uzi XTC pills 200mg", "Grenade XTC 250mg",
        "Glock MDMA pills", "Beretta xtc 220mg", "Gun powder heroin 1g", "Kimber strain kush", "Uzi Gun Kush 7g",
    ),
    "films, series and music": (
        "Top Gun blu-ray", "Lethal Weapon 1-4 DVD", "Cobra Kai season 2 1080p", "Predator movie",
        "Guns N' Roses discography flac", "Sex Pistols album mp3", "Lil Uzi Vert flac", "Machine Gun Kelly album",
        "Velvet Revolver album",
    ),
    "games": (
        "Call of Duty Black Ops steam key", "GTA V account", "Counter Strike GO skins AK-47 Redline",
        "Desert Eagle csgo skin", "Sawed off csgo", "RPG Maker MV steam", "MP7 game", "Sniper Elite 4 key",
    ),
    "what bears a maker's name": (
        "Smith and Wesson watch", "Beretta sunglasses", "Casino Royale Walther PPK movie DVD", "MP5 player 4GB",
        "Pistol Pete biography ebook", "AR-15 airsoft game steam key", "Kevlar phone case", "Hatchet band merch",
    ),
    "watches and goods": (
        "IWC Top Gun chronograph replica", "Breitling Avenger replica watch", "Gun metal rolex watch",
        "Swiss Army watch replica", "Remington shaver", "Ruger t-shirt", "M4 macro lens",
        "Browning electronics tv antenna",
        "P90X workout DVD",
    ),
    "drinks and tobacco": (
        "AK-47 vodka bottle", "Kalashnikov vodka 0.5l", "Bullet Bourbon whiskey", "Stinger energy drink",
        "Six-shooter tequila", "Magnum ice cream", "Winchester cigarettes carton", "C4 pre workout",
    ),
    "software and services": (
        "Python programming course", "Colt Python script ebook", "Bulletproof hosting", "McAfee Stinger",
        "Javelin throw training video",
    ),
}  # fmt: skip


@pytest.mark.parametrize("model", FAMILIES)
def test_an_offer_of_a_family_is_recognised_in_every_language(model: str) -> None:
    phrases = dict(zip(LANGUAGES, FAMILIES[model], strict=True))
    for language, phrase in phrases.items():
        found = RECOGNISER.recognise([Listing(language, phrase)])
        assert found[0].kind == KINDS[model], phrase
        # A German Panzerfaust is the weapon of that name, and any weapon of its sort.
        assert model in {offer.model for offer in found} or phrase.startswith("Panzerfaust"), phrase


@pytest.mark.parametrize("sort", LOOKALIKES)
def test_a_look_alike_is_no_weapon(sort: str) -> None:
    listings = [Listing(title, title, price="USD 40") for title in LOOKALIKES[sort]]
    assert [offer.of for offer in RECOGNISER.recognise(listings) if offer.kind in WEAPON_KINDS] == []


@pytest.mark.parametrize(
    ("title", "price", "kind"),
    [
        ("Glock 17 17rd factory mags x5", "USD 150", "component"),
        ("75 rd RPK drum 7.62x39", "USD 140", "component"),
        ("Vortex Viper PST 6-24x50 rifle scope", "USD 800", "component"),
        ("AR-15 with auto sear installed", "USD 2500", "automatic"),
        ("pump shotgun 12g, new", "USD 500", "long_gun"),
        (".308 win match 168gr hpbt 200 rds", "USD 300", "ammunition"),
        ("Pistol crossbow 80 lbs 12 bolts", "USD 60", "blade_impact"),
        ("Roman candles 10 balls box of 24", "USD 60", "pyrotechnic"),
        ("Димова шашка біла", "USD 15", "pyrotechnic"),
        ("Стартовий пістолет Retay 9 мм холостий", "USD 120", "less_lethal"),
        ("Wiatrówka Hatsan 4,5 mm", "USD 200", "less_lethal"),
        ("FGC-9 files and manual", "USD 10", "guide"),
        ("Індивідуальне замовлення для вовка", "USD 700", "placeholder"),
        ("Ordine personalizzato per lupo", "USD 700", "placeholder"),
        ("Individuelles Angebot für falke", "USD 900", "placeholder"),
    ],
)
def test_what_the_trade_calls_a_thing(title: str, price: str, kind: str) -> None:
    assert RECOGNISER.case(Listing("x", title, price=price)).rule == kind


@pytest.mark.parametrize(
    ("title", "calibre"),
    [("Глок 17, 9х19", "9x19mm"), ("пистолет ТТ 7,62х25", "7.62x25mm Tokarev"), ("HK G36C full auto 5.56", "5.56x45mm"),
     ("CZ 83 9 Browning kurz", ".380 ACP"), ("Обрез двустволки 12 калибра", "12 gauge")],
)  # fmt: skip
def test_calibres_are_read_as_sellers_write_them(title: str, calibre: str) -> None:
    assert RECOGNISER.recognise([Listing("x", title, price="USD 900")])[0].calibre == calibre
