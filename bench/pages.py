"""Pages a second, beside BeautifulSoup and bare lexbor, on the same pages in one run.

    python bench/pages.py [SHARED]

Rounds are interleaved and processor time is taken, so that a busy machine is busy for all; the table gives medians and
ratios, and only ratios should be quoted. "lexbor, same selectors" parses and runs every selector of the profile and
takes its text: what any reader must do. Muster also opens the file, digests it, finds each text's place in the bytes
and puts tokens in. Each of its rounds begins with nothing kept from the one before; "in a long run" is what it does
once sellers, categories and prices come again.

Then memory: peak resident size of a process that reads, parses and recognises the pages 1, 4, 16 and 64 times.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from selectolax.lexbor import LexborHTMLParser, LexborNode

import soup
from muster.model import Page
from muster.profiles import Profile, Tokens, find, load, parse
from muster.profiles.plan import forget
from muster.recognise import Recogniser
from muster.sources import Limits, find_files, read, shards
from muster.tasks import listing_of

ROUNDS = 7
KEY = b"k" * 32
TIMES = (1, 4, 16, 64)


def main() -> None:
    """Print the table."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("MUSTER_SHARED", "../shared"))
    folder = shared / "data/markets/hansa-2017/pages"
    profile, recogniser = load("hansa"), Recogniser.load()
    bodies = [path.read_bytes() for path in sorted(folder.iterdir())]
    kept = Tokens(KEY)
    ways: dict[str, Callable[[], int]] = {
        "lexbor, parse only": lambda: sum(LexborHTMLParser(body.decode()) is not None for body in bodies),
        "lexbor, same selectors": lambda: sum(_selectors(body, profile) for body in bodies),
        "Muster, read + parse": lambda: len(_anew(folder, profile)),
        "Muster, in a long run": lambda: len(_parsed(folder, profile, tokens=kept)),
        "Muster, with recognise": lambda: _recognised(folder, profile, recogniser),
        "BeautifulSoup, same fields": lambda: sum(len(list(soup.rows(body, profile))) for body in bodies),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            start = time.process_time()
            way()
            taken[name].append(time.process_time() - start)
    rates = {name: len(bodies) / median(times) for name, times in taken.items()}
    print(f"{len(bodies)} pages, {sum(map(len, bodies)) / len(bodies) / 1000:.0f} kB mean, {ROUNDS} rounds, medians")
    print(f"{'':<28}{'pages/s':>9}{'of lexbor':>11}{'x soup':>9}")
    for name, rate in rates.items():
        lexbor, peer = rate / rates["lexbor, same selectors"], rate / rates["BeautifulSoup, same fields"]
        print(f"{name:<28}{rate:>9,.0f}{lexbor:>11.2f}{peer:>9.1f}")
    print(f"fields that both give alike: {_alike(folder, profile):.3f}")
    for times in TIMES:
        print(f"peak memory, pages {times:>3} times: {_peak(folder, times):,.0f} MB")


def _selectors(body: bytes, profile: Profile) -> int:
    """Parse a page, find its kind, and take the text of every field: no more than that."""
    tree = LexborHTMLParser(body.decode())
    kind = next(k for k in profile.pages.values() if k.marks is None or tree.css_first(k.marks) is not None)
    taken = 0
    assert tree.body is not None
    for rows in (*kind.rows, *profile.rates):
        for node in tree.body.css(rows.each) if rows.each else [tree.body]:
            for field in (*rows.fields.values(), *rows.inherit.values()):
                found: LexborNode | None = node.css_first(field.css) if field.css else node
                if found is not None and field.value is None:
                    taken += bool(found.attributes.get(field.attr) if field.attr else found.text(deep=True))
    return taken


def _anew(folder: Path, profile: Profile) -> list[dict[str, object]]:
    forget()
    return _parsed(folder, profile)


def _parsed(folder: Path, profile: Profile, times: int = 1, tokens: Tokens | None = None) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    limits, tokens = Limits(), tokens or Tokens(KEY)
    for _ in range(times):
        rows.clear()
        for shard in shards(find_files("pages", folder, limits)[0], limits):
            for page in read(shard, None, limits):
                if isinstance(page, Page):
                    rows += [
                        dict(seen.row, table=seen.table)
                        for seen in parse(page, find(page, [profile]), tokens).observations
                    ]
    return rows


def _recognised(folder: Path, profile: Profile, recogniser: Recogniser, times: int = 1) -> int:
    found = 0
    for _ in range(times):
        listings = [listing_of(row) for row in _parsed(folder, profile) if row["table"] == "listing_seen"]
        found += len(recogniser.recognise(listings))
    return found


def _alike(folder: Path, profile: Profile) -> float:
    """Return the share of titles and prices on which Muster and the script agree."""
    ours = [(str(r["title"]), str(r["amount_text"])) for r in _parsed(folder, profile) if r["table"] == "listing_seen"]
    theirs: list[tuple[str, str]] = []
    for path in sorted(folder.iterdir()):
        theirs += [(r["title"], r["price"]) for r in soup.rows(path.read_bytes(), profile) if r.get("title")]
    return sum(a == b for a, b in zip(ours, theirs, strict=False)) / max(len(ours), len(theirs))


def _peak(folder: Path, times: int) -> float:
    code = (
        "import resource, sys; sys.path.insert(0, 'bench'); import pages; from pathlib import Path;"
        "from muster.profiles import load; from muster.recognise import Recogniser;"
        f"pages._recognised(Path({str(folder)!r}), load('hansa'), Recogniser.load(), {times});"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
