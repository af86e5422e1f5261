"""`muster transcribe CASE [PICTURE]`"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from muster import derived
from muster.bounds import case_limits
from muster.case import Case, open_case
from muster.cli.output import emit_json, inert
from muster.errors import CaseError
from muster.filelist import FileList
from muster.journal import Journal
from muster.model import canonical_json, digest
from muster.ocr import read_picture
from muster.pipeline import now
from muster.refetch import page_again
from muster.sources import find_files
from muster.store import connect
from muster.transcripts import FIELDS, PERSON, Line, Transcript, line_of, load_transcript, save_transcript

SHOWN = 100
"""Pictures inside archives that are printed; a crawl has those of every page."""


@click.command("transcribe")
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("picture", required=False)
@click.option("--line", "written", multiple=True, help="field=text, or field@left,top,width,height=text; repeatable.")
@click.option("--ocr", is_flag=True, help="Let Tesseract read it, where installed; its lines are marked as its own.")
@click.option("--language", default="eng", show_default=True, help="Tesseract's name of the language.")
@click.option("--save", type=click.Path(path_type=Path), help="Write the picture to this file, to look at it.")
@click.option("--clear", is_flag=True, help="Forget what was typed or read before.")
@click.option("--who", default="muster", help="Whom the journal names.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(
    case: Path,
    picture: str | None,
    written: tuple[str, ...],
    ocr: bool,
    language: str,
    save: Path | None,
    clear: bool,
    who: str,
    as_json: bool,
) -> None:
    """Type off what a picture shows; without PICTURE, list the case's pictures and how many lines each has.

    PICTURE is a file's path, or the beginning of its digest. Every number made from it says "seen in a picture".
    Pictures inside archives (zip, tar, WARC, MHTML) are listed once a run has read them.

    Example:  muster transcribe mycase shot.png --line "title@40,80,600,30=AK magazine" --line "price=USD 50"
    """
    opened = open_case(case)
    pictures = _with_archives(opened, _pictures(opened))
    if picture is None:
        _list(opened, pictures, as_json=as_json)
        return
    chosen = _chosen(picture, pictures)
    if save is not None:
        if save.exists():
            raise CaseError("there is a file already", where=str(save), found="a file", do="name another")
        save.write_bytes(chosen.data())
        click.echo(f"{chosen.digest[:16]}: written to {save}", err=True)
        if not (written or ocr or clear):
            return
    before = load_transcript(opened.transcripts, chosen.digest)
    kept = before.lines if before is not None and not clear else ()
    lines = [line_of(text) for text in written]
    if not (written or ocr or clear):
        lines = _asked()
    if ocr:
        kept = tuple(line for line in kept if line.by == PERSON)
        with tempfile.TemporaryDirectory(prefix="muster-picture-") as folder:
            path = chosen.path or Path(folder, "picture")
            if chosen.path is None:
                path.write_bytes(chosen.data())
            lines += read_picture(path, language=language)
    whole = (*kept, *lines)
    save_transcript(opened.transcripts, Transcript(chosen.digest, whole, chosen.files))
    about = {"picture": chosen.digest, "lines": len(whole), "by": sorted({line.by for line in whole}),
             "digest": digest(canonical_json([[x.field, x.text, x.region] for x in whole]).encode())}  # fmt: skip
    Journal(opened.journal, now).append(who, "picture transcribed", about)
    if as_json:
        emit_json({"picture": chosen.digest, "lines": len(whole)})
        return
    click.echo(f"{chosen.digest[:16]}: {len(whole)} lines; next:  muster run {case}")


INSIDE_SQL = """
SELECT digest, min(id) AS id, min(length) AS length, list(DISTINCT file_digest ORDER BY file_digest) AS files
FROM capture WHERE media_type LIKE 'image/%' GROUP BY digest ORDER BY digest
"""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a case. path: None where it lies in archives alone. files: these, by digest. data: its bytes."""

    digest: str
    source: str
    size: int
    path: Path | None
    files: tuple[str, ...]
    data: Callable[[], bytes]


def _pictures(case: Case) -> list[Picture]:
    """Return the picture files of a case, each digest once."""
    limits, files = case_limits(case), FileList(case.private / "files.json")
    found: dict[str, Picture] = {}
    for entry in case.file.source:
        for file in find_files(entry.path, case.path(entry.path), limits, files.digest)[0]:
            if file.format == "picture":
                one = Picture(file.digest, file.source, file.size, file.path, (), file.path.read_bytes)
                found.setdefault(file.digest, one)
    return list(found.values())


def _with_archives(case: Case, loose: Sequence[Picture]) -> list[Picture]:
    """Return pictures with the archives that hold them, too, and those that the last run found in archives alone."""
    with connect(derived.table_files(case, derived.present(case))) as db:
        found = db.rows(INSIDE_SQL)
        firsts = {
            row["id"]: row for row in db.rows(f"SELECT * FROM capture WHERE id IN (SELECT id FROM ({INSIDE_SQL}))")
        }
    held = {one.digest: one for one in loose}
    for row in found:
        archives = tuple(name for name in row["files"] if name != row["digest"])
        first, alone = firsts[row["id"]], held.get(row["digest"])
        if alone is not None:
            held[alone.digest] = replace(alone, files=archives)
        elif archives:
            data = partial(_fetched, case, first)
            held[row["digest"]] = Picture(row["digest"], first["source"], row["length"], None, archives, data)
    return list(held.values())


def _fetched(case: Case, row: Mapping[str, Any]) -> bytes:
    path = FileList(case.private / "files.json").path(row["file_digest"])
    return page_again(row, path, case_limits(case)).body


def _list(case: Case, pictures: Sequence[Picture], *, as_json: bool) -> None:
    told = [load_transcript(case.transcripts, one.digest) for one in pictures]
    rows = [
        {"picture": one.digest, "source": one.source, "bytes": one.size, "lines": len(found.lines) if found else 0,
         "inside": one.path is None}
        for one, found in zip(pictures, told, strict=True)
    ]  # fmt: skip
    if as_json:
        emit_json(rows)
        return
    inside = [row for row in rows if row["inside"]]
    for row in [row for row in rows if not row["inside"]] + inside[:SHOWN]:
        mark, source = str(row["picture"])[:16], inert(str(row["source"]))
        where = " (inside an archive)" if row["inside"] else ""
        click.echo(f"{mark}  {row['bytes']:>10,} bytes  {row['lines']:>3} lines  {source}{where}")
    if len(inside) > SHOWN:
        click.echo(f"and {len(inside) - SHOWN:,} more inside archives:  --json lists all", err=True)
    if not derived.present(case):
        click.echo("pictures inside archives are listed after  muster run", err=True)
    if not rows:
        click.echo("no picture in the sources of this case", err=True)


def _chosen(name: str, pictures: Sequence[Picture]) -> Picture:
    path = Path(name).resolve()
    fits = [
        p for p in pictures if (len(name) >= 6 and p.digest.startswith(name)) or (p.path and p.path.resolve() == path)
    ]
    if len(fits) != 1:
        raise CaseError("not one picture of this case", where="PICTURE", found=f"{name}: {len(fits)} fit",
                        do="name its path, or more of its digest:  muster transcribe CASE")  # fmt: skip
    return fits[0]


def _asked() -> list[Line]:
    """Ask for each field; an empty answer leaves it out."""
    if not sys.stdin.isatty():
        raise click.UsageError("nothing to write down:  --line title=…, or --ocr")
    answers = ((field, click.prompt(field, default="", show_default=False)) for field in FIELDS if field != "text")
    return [Line(field, text.strip()) for field, text in answers if text.strip()]
