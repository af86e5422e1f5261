"""Recognise what listings put on sale: kind, make, model, calibre, quantity, unit price, and the words it rests on."""

from __future__ import annotations

from muster.recognise.contract import as_contract, read_jsonl
from muster.recognise.errors_measured import error_rows
from muster.recognise.keywords import KEYWORDS
from muster.recognise.recogniser import Listing, Recogniser
from muster.recognise.repeated import Repeated
from muster.recognise.stream import read_stream

__all__ = ["KEYWORDS", "Listing", "Recogniser", "Repeated", "as_contract", "error_rows", "read_jsonl", "read_stream"]
