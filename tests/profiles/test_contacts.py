"""Contacts are found in all their forms; prices, calibres and dates are left alone."""

from __future__ import annotations

import time

import pytest

from muster.profiles.contacts import contacts

ONION = "abcdefghij234567"


def _found(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in contacts(text)]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("tin@post.example", "tin@post.example"),
        ("tin.whistle+guns@mail.post.example!", "tin.whistle+guns@mail.post.example"),
        ("tin [at] post [dot] com", "tin [at] post [dot] com"),
        ("tin at post dot com", "tin at post dot com"),
        (f"http://{ONION}.onion/pm", ONION),
        (f"{ONION} dot onion", ONION),
        (f"{ONION}[.]onion", ONION),
        (ONION * 3 + ONION[:8] + ".onion", ONION),
        (ONION * 3 + ONION[:8], ONION),
        ("see https://shop.example/x?y=1", "https://shop.example/x?y=1"),
        ("hxxp://shop.example", "shop.example"),
        ("www.shop.example", "www.shop.example"),
        ("tinwhistle-shop.example", "tinwhistle-shop.example"),
        ("t.me/tinwhistle", "t.me/tinwhistle"),
        ("call +1 (202) 555-0143", "202"),
        ("0044 20 7946 0018", "7946"),
        ("202-555-0143", "202-555-0143"),
        ("tel: 0155 5010 143", "5010"),
        ("telegram @tinwhistle", "tinwhistle"),
        ("Telegram: tin_whistle", "tin_whistle"),
        ("wickr me: tinwhistle", "tinwhistle"),
        ("Wickr tinwhistle", "tinwhistle"),
        ("WhatsApp - tinwhistle77", "tinwhistle77"),
        ("signal: tinwhistle.01", "tinwhistle.01"),
        ("session " + "05" + "ab" * 32, "ab" * 20),
        ("jabber tin@chat.example", "tin@chat.example"),
        ("discord: tin#1234", "tin#1234"),
        ("0x" + "ab" * 20, "ab" * 20),
        ("1" + "AbCdEfGh23" * 3, "AbCdEfGh23"),
        ("bc1q" + "qwertyup" * 5, "qwertyup"),
        ("4" + "AbCdEfGhJK" * 9 + "abcd", "AbCdEfGhJK"),
        ("-----BEGIN PGP MESSAGE-----\nabc\n-----END PGP MESSAGE-----", "abc"),
        ("-----BEGIN PGP PUBLIC KEY BLOCK-----\nno end here", "no end here"),
        ("ABCD EF01 2345 6789 ABCD  EF01 2345 6789 ABCD EF01", "2345 6789"),
    ],
)
def test_every_form_of_a_contact_is_found(text: str, inside: str) -> None:
    assert any(inside in found for found in _found(text)), _found(text)


@pytest.mark.parametrize(
    "text",
    [
        "7.62x39 FMJ, 1,000 rounds, USD 450.00 (0.2755 BTC)",
        "Glock 19 gen 4 .40 S&W, made 2012-04-01",
        "9x19mm 115gr 50rds box no. 12345",
        "vz. 61 Skorpion cal. 7.65",
        "signal pistol with 10 flares",
        "session of shooting, five targets",
        "Smith & Wesson Model 642 .38 Special",
        "2 x 30 round mags @ 50 each",
        "Sold 12 since 04.03.2014 10:20",
        "AK-47 / AKM / AK-74",
        "Fits M1911.45 frames",
    ],
)
def test_prices_calibres_and_dates_are_no_contacts(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    "unit", ["a", "a.", "@a", "1 ", "(1", "dot ", "+1", "for ", "telegram ", "-----BEGIN PGP A-----", "abcdef23"]
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        list(contacts(text))
        return time.process_time() - start

    seconds(1000)
    small, large = max(seconds(20_000), 1e-3), seconds(200_000)
    assert large / small < 60
