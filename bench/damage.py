"""What three readers get out of broken files, and what each says of its losses: Muster, warcio, FastWARC, in one run.

    python bench/damage.py [SHARED]

The files are the WARC and ARC files of the shared data, and the museum (`tests/sources/museum`). "There" is how many
heads of records brute force finds in a file's unpacked bytes (`tests/sources/oracle.py`, which knows no reader); of
the museum's `a-record-in-a-page` that is one too many, as the head in the page is text. A damaged file is one of the
museum whose maker took or changed bytes that its records need.
"""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from muster.sources.placed import Loss
from muster.sources.records import Records

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from sources.museum import make  # noqa: E402
from sources.oracle import heads  # noqa: E402

_DAMAGE = ("truncated_record", "broken_record", "broken_member", "wrong_length")

Found = tuple[int, str]
"""Records, and what the reader said: an error's name, a count of losses, or nothing."""


def main() -> None:
    """Print a line a file where they differ, and the sums."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("MUSTER_SHARED", ROOT.parent / "shared"))
    real = sorted(path for path in (shared / "data" / "warc").rglob("*") if path.is_file() and path.suffix != ".wacz")
    museum = sorted(path for path in make.FILES.iterdir() if ".warc" in path.name or ".arc" in path.name)
    ways: dict[str, Callable[[Path], Found]] = {"Muster": _muster, "warcio": _warcio, "FastWARC": _fastwarc}
    listed = json.loads((make.FILES / "museum.json").read_text(encoding="utf-8"))
    damaged = {one["name"] for one in listed if any(issue[0] in _DAMAGE for issue in one["issues"])}
    logging.disable()
    for title, files in (("shared files", real), ("museum", museum)):
        sums: Counter[str] = Counter()
        print(f"{title}: {len(files)} files\n{'':<34}{'there':>6}" + "".join(f"{name:>24}" for name in ways))
        for path in files:
            there = sum(heads(path).values())
            found = {name: way(path) for name, way in ways.items()}
            sums["there"] += there
            sums["damaged"] += path.name in damaged
            for name, (count, said) in found.items():
                sums[name] += min(count, there)
                sums[f"{name} whole"] += count >= there
                sums[f"{name} silent"] += path.name in damaged and not said
            if any(count != there or said for count, said in found.values()):
                cells = "".join(f"{count:>6} {said[:16]:<17}" for count, said in found.values())
                print(f"{path.name[:33]:<34}{there:>6}{cells}")
        rows = [("", "records", sums["there"]), (" whole", "files with every record", len(files))]
        if sums["damaged"]:
            rows.append((" silent", "damage of which nothing is said", sums["damaged"]))
        for label, word, of in rows:
            print(f"{word:<34}{of:>6}" + "".join(f"{sums[name + label]:>24}" for name in ways))
        print()


def _muster(path: Path) -> Found:
    losses = count = 0
    with path.open("rb") as handle:
        for found in Records(handle, path.stat().st_size, 1 << 26):
            if isinstance(found, Loss):
                losses += 1
                continue
            losses += found.record.note != ""
            count += 1
    return count, f"{losses} told" if losses else ""


def _warcio(path: Path) -> Found:
    count = 0
    with path.open("rb") as handle, redirect_stderr(io.StringIO()) as said:
        try:
            for record in WarcioIterator(handle, arc2warc=True):
                record.content_stream().read()
                count += 1
        except Exception as error:  # noqa: BLE001  # whatever it raises is what it says
            return count, type(error).__name__
    return count, "warning" if said.getvalue() else ""


def _fastwarc(path: Path) -> Found:
    count = 0
    with path.open("rb") as handle:
        try:
            for record in FastIterator(handle, parse_http=False):
                record.reader.read()
                count += 1
        except Exception as error:  # noqa: BLE001  # whatever it raises is what it says
            return count, type(error).__name__
    return count, ""


if __name__ == "__main__":
    main()
