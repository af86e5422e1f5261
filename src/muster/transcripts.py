"""What stands in pictures, as a person typed it or Tesseract read it: marked as such, each line with its region."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from muster.errors import CaseError, nearest
from muster.model import digest, make_id
from muster.profiles import Tokens

FIELDS = (
    "title", "description", "category", "vendor", "price", "sales", "stock", "ships_from", "ships_to", "captured",
    "text",
)  # fmt: skip
"""What a line may be. text: a line of which nobody says what it is."""

PERSON = "a person"


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in a picture.

    region: left, top, width and height in pixels; None for somewhere in the picture. by: `a person`, or the program
    with its version. sure: the program's own certainty of its reading, 0 to 1; None for a person.
    """

    field: str
    text: str
    region: tuple[int, int, int, int] | None = None
    by: str = PERSON
    sure: float | None = None


class Transcript(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is known to stand in one picture. picture: SHA-256 of its bytes.

    files: SHA-256 of the archives that it was typed off in, as only these are parsed anew by it.
    """

    picture: str
    lines: tuple[Line, ...] = ()
    files: tuple[str, ...] = ()


def place(folder: Path, picture: str) -> Path:
    """Return where the transcript of a picture lies."""
    return folder / f"{picture}.json"


def load_transcript(folder: Path, picture: str) -> Transcript | None:
    """Return the transcript of a picture, or None; raises `CaseError` for a file that is damaged."""
    path = place(folder, picture)
    if not path.is_file():
        return None
    found = _decoded(path.read_bytes(), path)
    return found if found.lines else None


def _decoded(data: bytes, path: Path) -> Transcript:
    try:
        return msgspec.json.decode(data, type=Transcript)
    except msgspec.DecodeError as error:
        raise CaseError("a transcript is damaged", where=str(path), found=str(error), do="mend or delete it") from error


def by_file(folder: Path) -> dict[str, list[str]]:
    """Return the digests of the transcripts of pictures in archives, sorted, by the archive's digest."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.json")):
        data = path.read_bytes()
        for file in _decoded(data, path).files:
            found.setdefault(file, []).append(digest(data))
    return found


def save_transcript(folder: Path, transcript: Transcript) -> None:
    """Write a transcript; it is replaced whole, and only its owner can read it: what is typed is not redacted."""
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{transcript.picture}.{os.getpid()}.tmp"
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(transcript), indent=1) + b"\n")
    aside.replace(place(folder, transcript.picture))


def line_of(written: str) -> Line:
    """Return a line as the command line writes it: `field=text`, or `field@left,top,width,height=text`.

    Raises `CaseError` for a field that is none, or a region that is none.

    >>> line_of("price@10,20,300,40=USD 5")
    Line(field='price', text='USD 5', region=(10, 20, 300, 40), by='a person', sure=None)
    """
    head, equals, text = written.partition("=")
    field, at, region = head.strip().partition("@")
    if not equals or not text.strip():
        raise CaseError("not a line of a transcript", where="--line", found=written, do="write it as  title=Text")
    if field not in FIELDS:
        raise CaseError("unknown field", where="--line", found=field, do=nearest(field, list(FIELDS)))
    parts = region.split(",")
    if at and (len(parts) != 4 or not all(part.strip().isdigit() for part in parts)):
        raise CaseError("not a region", where="--line", found=region, do="write left,top,width,height in pixels")
    left, top, width, height = (int(part) for part in parts) if at else (0, 0, 0, 0)
    return Line(field, text.strip(), (left, top, width, height) if at else None)


def cells(transcript: Transcript) -> dict[str, str]:
    """Return a transcript as the cells that the profile `picture` reads.

    A person's line of a field goes before a program's. Where nobody says what is the title, it is the first line of
    text, and all lines of text are the description.

    >>> lines = (Line("text", "AK mag"), Line("text", "50 each"), Line("price", "USD 50"))
    >>> cells(Transcript("ab", lines))["title"], cells(Transcript("ab", lines))["description"]
    ('AK mag', 'AK mag\\n50 each')
    """
    texts = [line.text for line in transcript.lines if line.field == "text"]
    found = {"picture": transcript.picture, "transcribed_by": "; ".join(sorted({x.by for x in transcript.lines}))}
    for line in sorted(transcript.lines, key=lambda line: line.by != PERSON):
        if line.field == "description" and "description" in found:
            found["description"] += "\n" + line.text
        elif line.field != "text":
            found.setdefault(line.field, line.text)
    if texts:
        found.setdefault("title", texts[0])
        found.setdefault("description", "\n".join(texts))
    return found


def transcript_rows(capture: str, lines: Sequence[Line], tokens: Tokens) -> list[dict[str, Any]]:
    """Return the lines as rows of the table `transcript`, contacts and handles as tokens."""
    sellers = [line.text for line in lines if line.field == "vendor"]
    rows = []
    for number, line in enumerate(lines):
        text = tokens.token("vendor", line.text) if line.field == "vendor" else tokens.redact(line.text, sellers).text
        left, top, width, height = line.region or (None, None, None, None)
        rows.append({
            "id": make_id("trn", capture, number), "capture": capture, "field": line.field, "text": text, "left": left,
            "top": top, "width": width, "height": height, "by": line.by, "sure": line.sure,
        })  # fmt: skip
    return rows
