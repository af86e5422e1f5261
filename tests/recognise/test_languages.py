"""Military families are read in eight languages; their ordinary namesakes are not."""

from __future__ import annotations

import pytest

from muster.recognise.lexicon import lexicon
from muster.recognise.reading import model_of, read

LANGUAGES = ("English", "French", "German", "Spanish", "Italian", "Polish", "Ukrainian", "Russian")
FAMILIES = {
    "AKM": (
        "AKM rifle", "fusil d'assaut AKM", "Sturmgewehr AKM", "fusil de asalto AKM", "fucile d'assalto AKM",
        "karabinek AKM", "автомат АКМ", "автомат АКМ новый",
    ),
    "AK-74": (
        "AK-74 rifle", "fusil AK-74", "Kalaschnikow AK-74", "fusil AK 74", "fucile AK-74", "karabinek AK-74",
        "автомат АК-74 калібр", "автомат АК-74",
    ),
    "PM": (
        "Makarov pistol", "pistolet Makarov", "Makarow Pistole", "pistola Makarov", "pistola Makarov nuova",
        "pistolet Makarowa", "пістолет Макарова", "пистолет Макарова",
    ),
    "TT-33": (
        "Tokarev TT-33", "pistolet Tokarev TT", "Pistole TT-33", "pistola TT-33", "pistola Tokarev TT-33",
        "pistolet TT", "пістолет ТТ", "пистолет ТТ",
    ),
    "vz. 61": (
        "Skorpion vz. 61", "pistolet mitrailleur Skorpion", "Maschinenpistole Škorpion", "subfusil Scorpion",
        "pistola mitragliatrice Skorpion", "pistolet maszynowy Skorpion", "пістолет-кулемет Скорпіон",
        "пистолет-пулемет Скорпион",
    ),
    "Uzi": (
        "Uzi smg", "pistolet mitrailleur Uzi", "Uzi Maschinenpistole", "subfusil Uzi", "pistola mitragliatrice Uzi",
        "pistolet maszynowy Uzi", "пістолет-кулемет Узі", "пистолет-пулемет Узи",
    ),
    "M16": (
        "M16 rifle", "fusil d'assaut M16", "Sturmgewehr M16", "fusil M16", "fucile M16", "karabin M16",
        "гвинтівка М16", "винтовка М-16",
    ),
    "RPG-7": (
        "RPG-7 launcher", "lance-roquettes RPG-7", "Panzerfaust RPG-7", "lanzacohetes RPG-7", "lanciarazzi RPG-7",
        "granatnik RPG-7", "гранатомет РПГ-7", "гранатомёт РПГ-7",
    ),
    "NLAW": (
        "NLAW", "missile antichar NLAW", "Panzerabwehrwaffe NLAW", "misil NLAW", "missile NLAW", "pocisk NLAW",
        "НЛАВ", "NLAW птрк",
    ),
    "FGM-148 Javelin": (
        "Javelin missile", "missile antichar Javelin", "Panzerabwehrrakete Javelin", "misil Javelin",
        "missile Javelin", "pocisk Javelin", "ПТРК Джавелін", "ракета Джавелин",
    ),
    "FIM-92 Stinger": (
        "Stinger missile", "missile Stinger", "Flugabwehrrakete Stinger", "misil Stinger",
        "missile antiaereo Stinger", "pocisk Stinger", "ПЗРК Стінгер", "ПЗРК Стингер",
    ),
    "9K38 Igla": (
        "Igla manpads", "missile Igla", "Flugabwehrrakete Igla", "misil Igla", "missile antiaereo Igla",
        "rakieta Igla", "ПЗРК Ігла", "ПЗРК Игла",
    ),
    "AT4": (
        "AT4 launcher", "lance-roquettes AT4", "Panzerabwehrwaffe AT4", "lanzacohetes AT4", "lanciarazzi AT4",
        "granatnik AT4", "гранатомет AT4", "гранатомёт AT-4",
    ),
    "Switchblade drone": (
        "Switchblade drone", "drone kamikaze Switchblade", "Drohne Switchblade", "dron Switchblade",
        "drone Switchblade", "dron kamikadze Switchblade", "дрон Світчблейд", "дрон Switchblade",
    ),
    "RGD-5": (
        "RGD-5 grenade", "grenade RGD-5", "Handgranate RGD-5", "granada RGD-5", "granata RGD-5", "granat RGD-5",
        "граната РГД-5 бойова", "граната РГД-5",
    ),
    "F-1": (
        "F-1 grenade", "grenade F1", "Handgranate F1", "granada F1", "granata F1", "granat F-1", "ручна граната Ф-1",
        "граната Ф-1",
    ),
    "PMN": (
        "PMN mine", "mine antipersonnel PMN", "Antipersonenmine PMN", "mina antipersona PMN", "mina PMN",
        "mina przeciwpiechotna PMN", "міна ПМН", "мина ПМН",
    ),
    "PPSh-41": (
        "PPSh-41", "pistolet mitrailleur PPSh", "Maschinenpistole PPSch-41", "subfusil PPSh", "pepescià", "pepesza",
        "пістолет-кулемет ППШ", "пистолет-пулемет Шпагина ППШ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("model", FAMILIES)
def test_a_family_is_read_in_every_language(model: str) -> None:
    phrases = dict(zip(LANGUAGES, FAMILIES[model], strict=True))
    missed = {
        language: phrase
        for language, phrase in phrases.items()
        if model not in {model_of(hit).model for hit in read(phrase, lexicon()).models}
    }
    assert missed == {}


@pytest.mark.parametrize(
    "text",
    [
        "switchblade knife", "Javelin coffee", "Javelin throw", "Stinger energy drink", "igla strain 10g",
        "python script", "judge dredd movie", "F1 racing game", "scorpion mortal kombat game", "patriot day film",
        "milan fashion bag", "tow truck", "spike lee film", "caesar salad", "cobra kai season 2", "grad school essay",
        "caliber 3135 watch", "leopard print scarf", "predator movie", "hawk t-shirt", "claymore fantasy novel",
        "shahed restaurant", "orion telescope", "abrams book", "boxer shorts",
    ],
)  # fmt: skip
def test_what_only_bears_the_name_is_not_read_as_the_weapon(text: str) -> None:
    assert [model_of(hit).model for hit in read(text, lexicon()).models] == []


def test_the_word_beside_a_name_is_no_part_of_it() -> None:
    found = read("old javelin missile", lexicon())
    assert [found.text.span(hit.first, hit.last) for hit in found.models] == [(4, 11)]
