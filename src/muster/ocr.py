"""Tesseract, where it is installed: the lines that it reads in a picture, with their regions and its certainty."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from muster.errors import PictureError
from muster.transcripts import Line

SECONDS = 120
"""After which a picture is given up."""

MEMORY = 2 << 30
"""Bytes that Tesseract may take: a picture of a page needs a tenth of it."""

Word = tuple[int, int, int, int, float, str]
"""Left, top, width, height, certainty in percent, text."""


def read_picture(path: Path, *, language: str = "eng") -> tuple[Line, ...]:
    """Return the lines that Tesseract reads in a picture, each with its region and its mean certainty by word.

    Raises `PictureError` where there is no Tesseract, or where it gives up: memory, time, a picture that is none.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise PictureError("Tesseract is not installed", found="no program `tesseract`",
                           do="apt install tesseract-ocr, or type the lines:  --line title=…")  # fmt: skip
    version = _run([program, "--version"]).split("\n", 1)[0].strip()
    return lines_of(_run([program, str(path.resolve()), "stdout", "-l", language, "tsv"]), version)


def lines_of(table: str, version: str) -> tuple[Line, ...]:
    r"""Return the lines of Tesseract's table (its `tsv` output: a row a word, twelve columns).

    >>> head = "level page_num block_num par_num line_num word_num left top width height conf text"
    >>> words = ["5 1 1 1 1 1 10 20 30 8 90 AK", "5 1 1 1 1 2 45 19 20 9 70 mag"]
    >>> lines_of("\n".join([head, *words]).replace(" ", "\t"), "tesseract 5")
    (Line(field='text', text='AK mag', region=(10, 19, 55, 9), by='tesseract 5', sure=0.8),)
    """
    words: dict[tuple[str, ...], list[Word]] = {}
    for row in (line.split("\t") for line in table.splitlines()[1:]):
        if len(row) == 12 and row[0] == "5" and row[11].strip():
            left, top, width, height = (int(value) for value in row[6:10])
            words.setdefault(tuple(row[1:5]), []).append((left, top, width, height, float(row[10]), row[11].strip()))
    return tuple(_line(found, version) for found in words.values())


def _line(words: Sequence[Word], version: str) -> Line:
    left, top = min(word[0] for word in words), min(word[1] for word in words)
    right, bottom = max(word[0] + word[2] for word in words), max(word[1] + word[3] for word in words)
    sure = round(sum(max(0.0, word[4]) for word in words) / len(words) / 100, 4)
    return Line("text", " ".join(word[5] for word in words), (left, top, right - left, bottom - top), version, sure)


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False, preexec_fn=_bound
        )
    except subprocess.TimeoutExpired as error:
        raise _gave_up(f"nothing after {SECONDS} seconds") from error
    if done.returncode:
        raise _gave_up(re.sub(r"\s+", " ", done.stderr).strip()[-160:] or f"exit {done.returncode}")
    return done.stdout or done.stderr


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _gave_up(found: str) -> PictureError:
    return PictureError("Tesseract cannot read this picture", found=found, do="type the lines:  --line title=…")
