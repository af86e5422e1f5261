"""The recogniser: whatever a title is, it gets an answer, every span lies in the text, and no text costs much time."""

from __future__ import annotations

import json
import time

from muster.model import KINDS
from muster.recognise import Listing, Recogniser, as_contract
from muster.recognise.evasion import recover
from muster.recognise.fold import fold

ROOMS = ("muster.recognise",)
SECONDS = 5.0
"""More than a hundred times what the longest input here should take."""
_RECOGNISER = Recogniser.load()

SEEDS = tuple(
    text.encode()
    for text in (
        "GL0CK 19 gen4, 9mm, 2 mags incl.\nUSD 900.00 (0.2 BTC)\nSerial no. AB12345, lot LC-98-01",
        "Beretta 92FS, Glock 17 / Uzi + G L O C K\n$1,500\ncontract W31P4Q-19-C-0076",
        "100 x 7,62x39mm FMJ bullets, box of 50\nBuy price USD 75.00\nsmith & wesson model 10-8 .38 special",
        "Gl\u043e\u0441k\u200b19 \U0001f52b \u202epistol\u202c, 12 \ufffd 70\n600\nпистолет Макарова, граната Ф-1",
        "Ð“Ð»Ð¾Ðº 19, Р“Р»РѕРє, GLO*CK, be**tta\nEUR 5\nReplica watch, not a replica; \u2039vendor:1a2b3c4d5e6f\u203a",
        "custom order for cleo - AK-47 seeds 10g\n\nm16 m-16 rpg7 pm tt f-1 c4 300 blk 5.56x45 5rd mag",
    )
)


def one(data: bytes) -> None:
    """Read the bytes as title, price, description and category, a line each."""
    title, price, description, category = (data.decode("utf-8", "surrogateescape").split("\n", 3) + [""] * 3)[:4]
    listing = Listing("x", title, description, category, price)
    start = time.process_time()
    offers = _RECOGNISER.recognise([listing])
    markings = _RECOGNISER.markings([listing])
    assert time.process_time() - start < SECONDS, "too slow"
    assert offers
    fields = {"title": title, "description": description}
    for offer in offers:
        assert offer.kind in KINDS
        assert 0 < offer.probability <= 1
        json.dumps(as_contract(offer))
        for span in offer.spans:
            assert 0 <= span.start < span.end <= len(fields[span.field]), span
    for marking in markings:
        assert fields[marking.field][marking.start : marking.end] == marking.value, marking
    for text in (title, description):
        folded = recover(fold(text, 8000), _RECOGNISER.lexicon.disguised)
        assert folded.folded.isascii()
        places = [folded.span(n, n) for n in range(len(folded.tokens))]
        assert places == sorted(places)
        assert folded.words == [token.text for token in folded.tokens]
