"""Whatever way a maker's name is disguised, the same maker and model are read, and where they stand in the original."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.catalogue import load
from muster.recognise import Listing, Recogniser
from muster.recognise.lexicon import lexicon
from muster.recognise.mojibake import mend
from muster.recognise.reading import Reading, maker_of, model_of, read

LEXICON = lexicon()
RECOGNISER = Recogniser.load()
IMITATIONS = str.maketrans("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ")
DIGITS = {"o": "0", "i": "1", "l": "1", "e": "3", "a": "4", "s": "5", "t": "7", "b": "8", "g": "6", "z": "2"}
SIGNS = {"a": "@", "s": "$", "i": "!", "l": "|"}
MASKS = ("*", "#", "?", "_", "~", "\ufffd", "\U0001f52b", "\u2620\ufe0f")
BETWEEN = ("\u200b", "\u2060", "\u00ad", "\u200d", "\u0336", "\ufe0f")


def _named() -> list[tuple[str, str]]:
    """Return each maker's first name of five letters and more that is worth recovering, and a model of that maker."""
    catalogue = load()
    models: dict[str, str] = {}
    for model in catalogue.models:
        if model.make == model.group:
            models.setdefault(model.make, model.model)
    found = []
    for maker in catalogue.makers:
        names = [name for name in maker.aliases if name in LEXICON.disguised.words and len(name) > len("colt")]
        if names and maker.make in models:
            found.append((names[0], models[maker.make]))
    return found


NAMED = _named()


def swap(letters: dict[str, str], inner: bool = False) -> Callable[[str, int], str]:
    """Put a sign in place of one letter that has such a sign; the last is left, as a digit there is mostly a number."""

    def evade(word: str, n: int) -> str:
        places = [at for at, letter in enumerate(word[:-1]) if letter in letters and (at or not inner)]
        if word[1:] == "gram" and 0 in places:
            places.remove(0)  # "4gram" is a dose
        if not places:
            return word
        at = places[n % len(places)]
        return word[:at] + letters[word[at]] + word[at + 1 :]

    return evade


def mask(width: int) -> Callable[[str, int], str]:
    """Put signs in place of inner letters, where one word only fits."""

    def evade(word: str, n: int) -> str:
        if len(word) < len("glock") + width - 1:
            return word
        at = 1 + n % (len(word) - width - 1)
        hole = f"{word[:at]}?{word[at + width :]}"
        if hole.replace("?", "") in LEXICON.disguised.words or (
            width > 1 and hole not in LEXICON.disguised.masked_twice
        ):
            return word  # another word fits as well: "m*ech" is Mech with a sign put in
        return word[:at] + MASKS[n % len(MASKS)] * width + word[at + width :]

    return evade


def insert(word: str, n: int) -> str:
    at = 1 + n % (len(word) - 1)
    return word[:at] + MASKS[n % len(MASKS)] + word[at:]


EVASIONS: dict[str, Callable[[str, int], str]] = {
    "digits": swap(DIGITS),
    "signs": swap(SIGNS, inner=True),
    "look-alike letters": lambda word, n: word[:1] + word[1:].translate(IMITATIONS),
    "capital look-alikes": lambda word, n: word[:1] + word.upper()[1:].translate(IMITATIONS),
    "full width": lambda word, n: "".join(chr(ord(letter) + 0xFEE0) for letter in word),
    "bold": lambda word, n: "".join(chr(ord(letter) - ord("a") + 0x1D41A) for letter in word),
    "nothing between": lambda word, n: BETWEEN[n % len(BETWEEN)].join(word),
    "one letter masked": mask(1),
    "two letters masked": mask(2),
    "a sign put in": insert,
    "spaced": lambda word, n: " ".join(word),
    "dotted": lambda word, n: ".-_"[n % 3].join(word),
    "capitals": lambda word, n: "".join(c.upper() if (n >> at) & 1 else c for at, c in enumerate(word)),
    "accents": swap({"a": "á", "e": "è", "i": "î", "o": "ö", "u": "ú"}),
}


def said(reading: Reading) -> tuple[set[str], set[str]]:
    return {maker_of(hit).make for hit in reading.makes}, {model_of(hit).model for hit in reading.models}


@pytest.mark.parametrize("evasion", EVASIONS)
@given(st.sampled_from(NAMED), st.integers(0, 10_000), st.sampled_from(["", "new ", "\U0001f52b ", "Прод. "]))
@settings(max_examples=60, deadline=None)
def test_a_disguised_maker_is_read_and_so_is_the_model(
    evasion: str, named: tuple[str, str], n: int, before: str
) -> None:
    name, model = named
    disguised = EVASIONS[evasion](name, n)
    text = f"{before}{disguised} {model}"
    found = read(text, LEXICON)
    assert said(found) == said(read(f"{before}{name} {model}", LEXICON))
    places = [found.text.span(hit.first, hit.last) for hit in found.makes]
    assert any(text[start:end].strip("".join(BETWEEN)) in disguised for start, end in places)
    assert any(start <= len(before) + 1 and end >= len(before) + len(disguised) - 1 for start, end in places)


@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "cp1251"])
@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Глок 19", {"19"}), ("пистолет Макарова", {"PM"}), ("гранатомёт РПГ-7 новый", {"RPG-7"}),
        ("автомат АКМ", {"AKM"}),
        ("Škorpion vz. 61", {"vz. 61"}), ("пістолет ТТ", {"TT-33"}),
    ],
)  # fmt: skip
def test_a_name_in_a_damaged_encoding_is_read_and_found_again(text: str, models: set[str], codec: str) -> None:
    damaged = "".join(
        bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode()
    )  # what has no sign is a control sign, as in browsers
    found = read(damaged, LEXICON)
    assert said(found)[1] == models
    for hit in (*found.makes, *found.models):
        start, end = found.text.span(hit.first, hit.last)
        raw = damaged[start:end]
        again = b"".join(
            sign.encode(codec, "ignore") or bytes([ord(sign)]) for sign in raw
        ).decode()  # whole letters: no byte of one is left outside
        assert again in text


def test_a_letter_of_which_a_byte_was_lost_is_one_masked_letter() -> None:
    damaged = "пистолет Макарова".encode().decode("cp1252", "replace")
    assert "\ufffd" in damaged
    assert said(read(damaged, LEXICON))[1] == {"PM"}


@pytest.mark.parametrize(
    "text",
    [
        "Büchse",
        "CAFÉ”",
        "„MENÜ“",
        "naïve – “quoted”",
        "Россия",
        "Р-64 и С-4",
        "Œuvre €5",
        "日本語",
        "\U0001f52b",
        "Ã",
        "50 €",
    ],
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert mend(text) is None


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40))
def test_what_is_mended_keeps_its_places(text: str) -> None:
    damaged = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())
    for given_ in (text, damaged):
        mended = mend(given_)
        if mended is None:
            continue
        assert len(mended.starts) == len(mended.ends) == len(mended.text)
        assert mended.starts[0] == 0
        assert mended.ends[-1] == len(given_)
        assert mended.ends[:-1] == mended.starts[1:]


@pytest.mark.parametrize(
    "text", ["4gram", "4 gram 2000", "e-book", "c@ts", "what?now", "mo**er", "b00k", "3some", "10.5mg", "g**d 19"]
)
def test_other_disguises_name_no_weapon(text: str) -> None:
    assert said(read(text, LEXICON)) == (set(), set())


@pytest.mark.parametrize(
    "title",
    ["GL0CK 19", "GLO*CK 19", "6lock 19", "GL?CK 19", "Gl\u043e\u0441k 19", "GL\U0001f52bOCK 19", "G L O C K 19",
     "Ð“Ð»Ð¾Ðº 19", "Р“Р»РѕРє 19", "\u202eGlock\u202c 19", "g\u0336l\u0336o\u0336c\u0336k\u0336 19"],
)  # fmt: skip
def test_an_offer_in_disguise_is_the_offer(title: str) -> None:
    [offer] = RECOGNISER.recognise([Listing("x", title, price="USD 600")])
    assert (offer.kind, offer.make, offer.model) == ("handgun", "Glock", "19")
    [make] = [span for span in offer.spans if span.what == "make"]
    assert title[make.start : make.end].strip("\u0336\u202e\u202c") in title
    assert "19" not in title[make.start : make.end]
