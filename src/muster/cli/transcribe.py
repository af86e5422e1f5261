"""`muster transcribe CASE [PICTURE]`"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from muster.bounds import case_limits
from muster.case import Case, open_case
from muster.cli.output import emit_json, inert
from muster.errors import CaseError
from muster.filelist import FileList
from muster.journal import Journal
from muster.model import canonical_json, digest
from muster.ocr import read_picture
from muster.pipeline import now
from muster.sources import SourceFile, find_files
from muster.transcripts import FIELDS, PERSON, Line, Transcript, line_of, load_transcript, save_transcript


@click.command("transcribe")
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("picture", required=False)
@click.option("--line", "written", multiple=True, help="field=text, or field@left,top,width,height=text; repeatable.")
@click.option("--ocr", is_flag=True, help="Let Tesseract read it, where installed; its lines are marked as its own.")
@click.option("--language", default="eng", show_default=True, help="Tesseract's name of the language.")
@click.option("--clear", is_flag=True, help="Forget what was typed or read before.")
@click.option("--who", default="muster", help="Whom the journal names.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(
    case: Path,
    picture: str | None,
    written: tuple[str, ...],
    ocr: bool,
    language: str,
    clear: bool,
    who: str,
    as_json: bool,
) -> None:
    """Type off what a picture shows; without PICTURE, list the case's pictures and how many lines each has.

    PICTURE is a file's path, or the beginning of its digest. Every number made from it says "seen in a picture".

    Example:  muster transcribe mycase shot.png --line "title@40,80,600,30=AK magazine" --line "price=USD 50"
    """
    opened = open_case(case)
    pictures = _pictures(opened)
    if picture is None:
        _list(opened, pictures, as_json=as_json)
        return
    chosen = _chosen(picture, pictures)
    before = load_transcript(opened.transcripts, chosen.digest)
    kept = before.lines if before is not None and not clear else ()
    lines = [line_of(text) for text in written]
    if not (written or ocr or clear):
        lines = _asked()
    if ocr:
        kept = tuple(line for line in kept if line.by == PERSON)
        lines += read_picture(chosen.path, language=language)
    whole = (*kept, *lines)
    save_transcript(opened.transcripts, Transcript(chosen.digest, whole))
    about = {"picture": chosen.digest, "lines": len(whole), "by": sorted({line.by for line in whole}),
             "digest": digest(canonical_json([[x.field, x.text, x.region] for x in whole]).encode())}  # fmt: skip
    Journal(opened.journal, now).append(who, "picture transcribed", about)
    if as_json:
        emit_json({"picture": chosen.digest, "lines": len(whole)})
        return
    click.echo(f"{chosen.digest[:16]}: {len(whole)} lines; next:  muster run {case}")


def _pictures(case: Case) -> list[SourceFile]:
    """Return the picture files of a case, each digest once."""
    limits, files = case_limits(case), FileList(case.private / "files.json")
    found: dict[str, SourceFile] = {}
    for entry in case.file.source:
        for file in find_files(entry.path, case.path(entry.path), limits, files.digest)[0]:
            if file.format == "picture":
                found.setdefault(file.digest, file)
    return list(found.values())


def _list(case: Case, pictures: list[SourceFile], *, as_json: bool) -> None:
    told = [load_transcript(case.transcripts, file.digest) for file in pictures]
    rows = [
        {"picture": file.digest, "source": file.source, "bytes": file.size, "lines": len(found.lines) if found else 0}
        for file, found in zip(pictures, told, strict=True)
    ]
    if as_json:
        emit_json(rows)
        return
    for row in rows:
        mark, source = str(row["picture"])[:16], inert(str(row["source"]))
        click.echo(f"{mark}  {row['bytes']:>10,} bytes  {row['lines']:>3} lines  {source}")
    if not rows:
        click.echo("no picture in the sources of this case", err=True)


def _chosen(name: str, pictures: list[SourceFile]) -> SourceFile:
    path = Path(name).resolve()
    fits = [f for f in pictures if (len(name) >= 6 and f.digest.startswith(name)) or f.path.resolve() == path]
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
