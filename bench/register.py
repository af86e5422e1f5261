"""How fast and how right the register is: its index, its chance, its misreadings, its peers.

    python bench/register.py FOLDER N [index] [edits] [chance] [misread] [peers] [enter] [import] [random] [shared]

Records are invented (`muster.register.invented`): 16 models, makers' series that begin anew each year, losses in runs;
at ten million a quarter of all that was made is lost, far more than anywhere. `random` asks N random numbers, as
first trials did. N is how many; peers get 500,000. FOLDER keeps the index. Times are of this machine, as busy as it is:
`cpu` is of the process alone, and a bare dict (and LMDB, where it is installed) is asked in the same run.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from muster.register import Lookup, Register, import_table
from muster.register.building import build
from muster.register.chance import Chance, measure
from muster.register.declared import load
from muster.register.deletions import Keys
from muster.register.holding import BATCH, SCHEMA, TEXTS
from muster.register.index import FILES, NumberIndex
from muster.register.invented import MADE, Objects, foreign, keys, objects, write_json
from muster.register.lookup import NEAR
from muster.register.narrow import Group, Groups
from muster.register.number import LONGEST, codes, pattern, query_keys
from muster.register.partial import rows_matching

PEERS = 500_000
PARTS = ("index", "edits", "chance", "misread", "peers", "enter", "import", "random", "shared")


class Held:
    """An index over invented objects, with the group of each row and where each object went."""

    def __init__(self, folder: Path, n: int) -> None:
        began = time.perf_counter()
        self.objects = objects(n)
        print(f"{len(self.objects):,} invented objects ({time.perf_counter() - began:.0f} s to invent)", flush=True)
        self.folder = folder / f"index-{n}"
        order = np.argsort(self.objects.model * 4096 + self.objects.year, kind="stable")
        if not (self.folder / "group.npy").is_file():
            self._build(len(self.objects))
        self.group: NDArray[np.uint32] = np.asarray(np.load(self.folder / "group.npy", mmap_mode="r"))
        self.names = [Group(*one) for one in np.load(self.folder / "names.npy", allow_pickle=True).tolist()]
        self.groups = Groups(self.names)
        place = {(one.model, one.year): at for at, one in enumerate(self.names)}
        rank = np.array([place[MADE[m].model, int(y)] for m, y in
                         zip(self.objects.model[order], self.objects.year[order], strict=True)])  # fmt: skip
        self.object_of_row = order[np.argsort(rank, kind="stable")]
        began = time.perf_counter()
        self.index = NumberIndex.open(self.folder)
        print(f"opened in {(time.perf_counter() - began) * 1000:.1f} ms", flush=True)

    def _build(self, n: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        names: list[Group] = []
        sizes: list[int] = []

        def batches() -> Iterator[Keys]:
            for group, given in keys(self.objects):
                names.append(group)
                sizes.append(len(given.lengths))
                yield given

        began = time.perf_counter()
        index = build(batches(), folder=self.folder, expected=n)
        took = time.perf_counter() - began
        np.save(self.folder / "group.npy", np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes))
        np.save(self.folder / "names.npy", np.array([tuple(one) for one in names], dtype=object), allow_pickle=True)
        size = index.size / n
        print(f"built and written in {took:.0f} s; {size:.1f} bytes a record, {size + 4:.1f} with its group; "
              f"peak memory {_peak()} MB", flush=True)  # fmt: skip

    def key(self, row: int) -> bytes:
        return bytes(self.index.codes[row][: self.index.lengths[row]])

    def written(self, row: int) -> tuple[str, str]:
        """Return series and number of a row as they are stamped."""
        return self.objects.marks(int(self.object_of_row[row]))


def main() -> None:
    """Print what was measured."""
    folder, n = Path(sys.argv[1]), int(sys.argv[2])
    chosen = sys.argv[3:] or list(PARTS)
    folder.mkdir(parents=True, exist_ok=True)
    held = Held(folder, n) if set(chosen) & {"index", "edits", "chance", "misread", "shared"} else None
    if held is not None:
        if "index" in chosen:
            _cold(held)
            _folded(held)
        if "edits" in chosen:
            _edits(held)
        if "shared" in chosen:
            _shared(held.folder)
        if "chance" in chosen:
            _chance(held)
        if "misread" in chosen:
            _misread(held)
    if "peers" in chosen:
        _peers(folder)
    if "enter" in chosen:
        _enter(folder, n)
    if "import" in chosen:
        _import(folder)
    if "random" in chosen:
        _random(folder, n)


def _random(folder: Path, n: int) -> None:
    """Index random numbers of 7 to 9 signs that begin with two letters, and ask for them with one edit."""
    rng = np.random.default_rng(1)
    signs = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTUVWXYZ", np.uint8)

    def batches() -> Iterator[Keys]:
        for begin in range(0, n, 200_000):
            size = min(200_000, n - begin)
            lengths = rng.integers(7, 10, size).astype(np.uint8)
            made = np.zeros((size, LONGEST), np.uint8)
            made[:, :9] = signs[rng.integers(0, 10, (size, 9))]
            made[:, :2] = signs[rng.integers(10, len(signs), (size, 2))]
            made[np.arange(LONGEST) >= lengths[:, None]] = 0
            yield Keys(made, lengths, np.zeros(size, np.uint8))

    at = folder / f"random-{n}"
    if not at.is_dir():
        at.mkdir(parents=True)
        began = time.perf_counter()
        index = build(batches(), folder=at, expected=n)
        print(f"{n:,} random numbers: built and written in {time.perf_counter() - began:.0f} s, "
              f"{index.size / n:.1f} bytes a record, peak memory {_peak()} MB", flush=True)  # fmt: skip
        del index
    began = time.perf_counter()
    index = NumberIndex.open(at)
    print(f"opened in {(time.perf_counter() - began) * 1000:.1f} ms")
    rows = rng.integers(0, n, 20_000).tolist()
    whole = [bytes(index.codes[row][: index.lengths[row]]) for row in rows]
    chance = random.Random(9)
    asked = [_one_edit(key, chance) for key in whole]
    for name in FILES:
        with (at / f"{name}.npy").open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    index = NumberIndex.open(at)
    _say("cold cache, one edit, each alone", _latencies(lambda key: index.find([key]), asked[:200]))
    began = time.perf_counter()
    for name in FILES:
        with (at / f"{name}.npy").open("rb") as file:
            while file.read(1 << 24):
                pass
    print(f"warmed by reading it once: {time.perf_counter() - began:.1f} s")
    _bare(index, n)
    for key in whole[:2000]:
        index.exact(key)
    _say("folded, each alone, rows only", _latencies(index.exact, whole))
    for name, tolerant, texts in (("folded", False, whole), ("one edit", True, asked)):
        for key in texts[:2000]:
            index.find_one(key, tolerant)
        _say(f"{name}, each alone", _latencies(lambda key, t=tolerant: index.find([key], tolerant=t), texts))  # type: ignore[misc]
        took, met, more = 0.0, 0, 0
        for begin in range(0, len(texts), 1000):
            start = time.perf_counter()
            found = index.find(texts[begin : begin + 1000], tolerant=tolerant)
            took += time.perf_counter() - start
            pairs = set(zip(found.query.tolist(), found.row.tolist(), strict=True))
            met += sum((k, row) in pairs for k, row in enumerate(rows[begin : begin + 1000]))
            more += len(pairs)
        print(f"{name}, in batches of 1,000: {len(texts) / took:,.0f}/s, recall {met / len(texts):.4f}, "
              f"{more / len(texts):.2f} candidates each", flush=True)  # fmt: skip


def _cold(held: Held) -> None:
    """Ask with nothing of the index in memory, and after reading it once."""
    _forget(held)
    index = NumberIndex.open(held.folder)
    rows = np.random.default_rng(7).integers(0, len(index), 300)
    asked = [held.key(int(row)) for row in rows]
    _forget(held)
    index = NumberIndex.open(held.folder)
    _say("cold cache, one edit, each alone", _latencies(lambda key: index.find([key]), asked))
    began = time.perf_counter()
    _warm(held)
    print(f"warmed by reading it once: {time.perf_counter() - began:.1f} s")


def _folded(held: Held) -> None:
    rows = np.random.default_rng(8).integers(0, len(held.index), 200_000)
    texts = [" ".join(held.written(int(row))) for row in rows]
    began = time.perf_counter()
    asked = [codes(query_keys(text)[0]) for text in texts]
    folding = time.perf_counter() - began
    began = time.perf_counter()
    found = 0
    for at in range(0, len(asked), 10_000):
        found += len(np.unique(held.index.find(asked[at : at + 10_000], tolerant=False).query))
    took = time.perf_counter() - began
    print(f"folded, in batches of 10,000: {len(asked) / took:,.0f}/s, with folding the text "
          f"{len(asked) / (took + folding):,.0f}/s; {found / len(asked):.4f} found")  # fmt: skip
    _bare(held.index, len(held.index))
    _say("folded, each alone", _latencies(held.index.exact, asked[:50_000]))


def _bare(index: NumberIndex, n: int) -> None:
    """Ask a dict, and LMDB where it is installed, for keys of the same records: what Python's own call costs."""
    keys = [bytes(row[:length]) for row, length in zip(index.codes, index.lengths.tolist(), strict=True)]
    asked = [keys[row] for row in np.random.default_rng(3).integers(0, n, 50_000).tolist()]
    held = dict(zip(keys, range(n), strict=True))
    _say("    a bare dict, each alone", _latencies(held.get, asked))
    try:
        lmdb = import_module("lmdb")
    except ImportError:
        print("    LMDB is not installed here")
        return
    with tempfile.TemporaryDirectory() as at:
        env = lmdb.open(at, map_size=4 << 30, sync=False)
        with env.begin(write=True) as writer:
            writer.cursor().putmulti(((key, b"%d" % row) for key, row in sorted(held.items())), append=True)
        del held
        with env.begin(buffers=True) as reader:
            _say("    LMDB, each alone", _latencies(reader.get, asked))
        env.close()


def _shared(folder: Path) -> None:
    """Open one index in two processes that look up the same numbers, and say what memory is theirs alone."""
    code = """
import sys
from pathlib import Path
import numpy as np
from muster.register.holding import BATCH, SCHEMA, TEXTS
from muster.register.index import NumberIndex
index = NumberIndex.open(Path(sys.argv[1]))
for row in np.random.default_rng(5).integers(0, len(index), 50_000).tolist():
    index.find_one(bytes(index.codes[row][: index.lengths[row]]))
print("ready", flush=True)
sys.stdin.readline()
"""
    both = [subprocess.Popen([sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True) for _ in range(2)]  # fmt: skip
    for one in both:
        assert one.stdout is not None
        one.stdout.readline()
    for one in both:
        maps = Path(f"/proc/{one.pid}/smaps").read_text().split(" kB\n")
        size: dict[str, int] = {"Rss": 0, "Pss": 0, "Private_Dirty": 0, "Private_Clean": 0}
        mine = False
        for line in "\n".join(maps).splitlines():
            if line.endswith(".npy"):
                mine = True
            elif "-" in line.split(" ")[0] and not line.startswith(("Rss", "Pss", "Private", "Shared")):
                mine = False
            name, _, rest = line.partition(":")
            if mine and name in size:
                size[name] += int(rest.split()[0])
        print("    a process holds of the index " + ", ".join(f"{k} {v // 1024} MB" for k, v in size.items()))
    for one in both:
        one.communicate("")


def _edits(held: Held) -> None:
    rng = random.Random(9)
    rows = np.random.default_rng(9).integers(0, len(held.index), 20_000)
    asked = [_one_edit(held.key(int(row)), rng) for row in rows]
    masks = {g: _mask(held, g, year=True) for g in set(held.group[rows].tolist())}
    models = {g: _mask(held, g, year=False) for g in set(held.group[rows].tolist())}
    for name, allowed in (("any object", None), ("make and model", models), ("model and year", masks)):
        mine = [None if allowed is None else allowed[int(held.group[row])] for row in rows.tolist()]
        for near in (None, NEAR):
            said = f"one edit, {name}, " + ("all are looked at" if near is None else "as a look-up asks")
            ok = candidates = told = 0
            times, cpu = [], time.process_time()
            for row, key, mask in zip(rows[:5000].tolist(), asked, mine, strict=False):
                began = time.perf_counter()
                found = held.index.find([key], groups=held.group, allowed=mask, near=near)
                times.append(time.perf_counter() - began)
                told += bool(found.left)
                ok += row in found.row or bool(found.left)
                candidates += len(found.row)
            cpu = time.process_time() - cpu
            _say(f"{said}, each alone", np.array(times))
            print(f"    {5000 / cpu:,.0f}/s of cpu; found or told {ok / 5000:.4f}, {told / 5000:.1%} told to say more; "
                  f"{candidates / 5000:.1f} candidates each")  # fmt: skip
            took, cpu, ok = 0.0, 0.0, 0
            for at in range(0, 20_000, 1000):
                began, spent = time.perf_counter(), time.process_time()
                found = held.index.find(asked[at : at + 1000], groups=held.group, allowed=mine[at : at + 1000],
                                        near=near)  # fmt: skip
                took, cpu = took + time.perf_counter() - began, cpu + time.process_time() - spent
                pairs = set(zip(found.query.tolist(), found.row.tolist(), strict=True))
                ok += sum((n, row) in pairs or n in found.left for n, row in enumerate(rows[at : at + 1000].tolist()))
            print(f"{said}, in batches of 1,000: {20_000 / took:,.0f}/s ({20_000 / cpu:,.0f}/s of cpu), "
                  f"found or told {ok / 20_000:.4f}", flush=True)  # fmt: skip


def _chance(held: Held) -> None:
    """Compare what chance is said to do with what foreign numbers really met."""
    began = time.perf_counter()
    chance = measure(held.index, held.groups, held.group)
    print(f"chance measured in {time.perf_counter() - began:.1f} s")
    others = foreign(held.objects, 100_000, seed=41)  # no bound was chosen on this draw
    print("false matches per million foreign numbers: predicted, measured")
    for name, year, make in (
        ("make, model and year", True, True),
        ("make and model", False, True),
        ("nothing", False, False),
    ):
        _false(held, chance, others, name, year=year, make=make)


def _false(held: Held, chance: Chance, others: Objects, name: str, *, year: bool, make: bool) -> None:
    predicted, measured = np.zeros(2), np.zeros(2)
    n = len(others) if make else 20_000
    others = others.at(np.arange(n))
    code = others.model * 4096 + (others.year if year else 0)
    if not make:
        code = np.zeros(n, dtype=np.int64)
    place = {(one.model, one.year): at for at, one in enumerate(held.names)}
    for value in np.unique(code).tolist():
        rows = np.flatnonzero(code == value)
        asked = [codes(query_keys("".join(others.marks(int(row))))[0]) for row in rows]
        example = others.at(rows[:1]).group(0)
        allowed = None
        if make:
            at = place.get((example.model, example.year), -1)
            allowed = np.array([g.model == example.model and (not year or g.year == example.year) for g in held.names])
            if at < 0 and year:
                continue
        for length in {len(key) for key in asked}:
            of = sum(len(key) == length for key in asked)
            predicted += [of * chance.expected(length, allowed, edit=edit) for edit in (False, True)]
        for begin in range(0, len(asked), 500):
            found = held.index.find(asked[begin : begin + 500], groups=held.group, allowed=allowed)
            measured += [float((found.distance == 0).sum()), float((found.distance <= 1).sum())]
    for what, at in (("whole number", 0), ("up to one edit", 1)):
        print(f"    given {name}, {what}: {predicted[at] / n * 1e6:,.0f}, {measured[at] / n * 1e6:,.0f}")


CONFUSED = {"0": "8DQ6C", "1": "74T", "2": "7Z", "3": "89", "4": "19A", "5": "63S", "6": "805G", "7": "12",
            "8": "3690B", "9": "84", "B": "8R", "A": "4", "C": "G0", "E": "F", "H": "N", "K": "X", "M": "N", "P": "R",
            "T": "7Y", "X": "K", "Y": "V"}  # fmt: skip
"""Which sign is taken for which on worn steel: judged, from no measurement."""

LATIN_FOR = dict(zip("АВЕКМНОРСТХУ", "ABEKMHOPCTXY", strict=True))


def _misread(held: Held) -> None:
    """Misread 100,000 numbers in the ways in which stamped steel is misread; look them up by model and year."""
    rng = random.Random(11)
    rows = np.random.default_rng(11).integers(0, len(held.index), 100_000).tolist()
    kinds: dict[str, Callable[[str, str], str | None]] = {
        "typed plainly": lambda s, n: f"{s}{n}",
        "small letters, spaces, dashes": lambda s, n: f" {s.lower()}-{n[:2]} {n[2:]}",
        "O for 0, I or l for 1": lambda s, n: s + n.replace("0", "O").replace("1", rng.choice("Il")),
        "Cyrillic letters typed as Latin": lambda s, n: "".join(LATIN_FOR.get(c, c) for c in s) + n,
        "series behind the number": lambda s, n: f"{n} {s}" if s else None,
        "series not read": lambda s, n: n if s else None,
        "one digit taken for its like": lambda s, n: s + _confused(n, rng),
        "any sign for any other": lambda s, n: _other(s + n, rng),
        "one sign not seen": lambda s, n: _less(s + n, rng),
        "one sign seen twice": lambda s, n: _more(s + n, rng),
        "neighbours exchanged": lambda s, n: _swapped(s + n, rng),
        "two digits taken for their likes": lambda s, n: s + _confused(_confused(n, rng), rng),
        "series written by its sound": lambda s, n: _sounded(s) + n if s and _sounded(s) != s else None,
    }
    print("recall of misreadings, make, model and year given; the mix is judged")
    for name, misread in kinds.items():
        by: dict[int, list[tuple[int, bytes]]] = {}
        total = 0
        for row in rows[: len(rows) // len(kinds)]:
            text = misread(*held.written(row))
            if text is None:
                continue
            total += 1
            for key in query_keys(text):
                by.setdefault(int(held.group[row]), []).append((row, codes(key)))
        ok: set[int] = set()
        for group, asked in by.items():
            found = held.index.find([key for _, key in asked] * (2 if len(asked) == 1 else 1), groups=held.group,
                                    allowed=_mask(held, group, year=True))  # fmt: skip
            theirs = np.array([row for row, _ in asked] * (2 if len(asked) == 1 else 1))
            ok |= set(found.row[theirs[found.query] == found.row].tolist())
        kept = len({row for row in rows[: len(rows) // len(kinds)] if misread(*held.written(row)) is not None})
        print(f"    {name}: {len(ok) / kept:.4f} of {total:,}", flush=True)
    for name, blind in (("one sign unreadable (?)", 1), ("two signs unreadable (??)", 2)):
        ok_, began, some = 0, time.perf_counter(), rows[:500]
        for row in some:
            signs = list("".join(held.written(row)))
            for at in rng.sample(range(len(signs)), blind):
                signs[at] = "?"
            found_rows, _ = rows_matching(held.index, pattern("".join(signs)), held.group,
                                          _mask(held, int(held.group[row]), year=True))  # fmt: skip
            ok_ += row in found_rows
        print(f"    {name}: {ok_ / 500:.4f} of 500, {(time.perf_counter() - began) * 2:.1f} ms each")
    began = time.perf_counter()
    for row in rows[:10]:
        rows_matching(held.index, pattern("*" + held.written(row)[1][-4:]))
    print(f"    the last four digits (*1234), any object: {(time.perf_counter() - began) * 100:.0f} ms each")


def _peers(folder: Path) -> None:
    """Ask the same misread numbers of the same records: Muster, pg_trgm, SQLite, rapidfuzz."""
    held = Held(folder, PEERS)
    n = len(held.index)
    print(f"peers on {n:,} records, one edit, any object, each alone")
    rng = random.Random(13)
    rows = np.random.default_rng(13).integers(0, n, 400).tolist()
    asked = [_one_edit(held.key(row), rng) for row in rows]
    texts = [held.key(row).decode("latin-1") for row in range(n)]
    _warm(held)
    _peer("Muster", lambda key: set(held.index.find([key]).row.tolist()), rows, asked)
    began = time.perf_counter()
    for _ in range(20):
        held.index.find(asked)
    print(f"    Muster, in batches of 400: {8000 / (time.perf_counter() - began):,.0f}/s")
    with sqlite3.connect(":memory:") as db:
        began = time.perf_counter()
        db.execute("CREATE VIRTUAL TABLE n USING fts5(k, tokenize='trigram')")
        db.executemany("INSERT INTO n(rowid, k) VALUES (?, ?)", enumerate(texts))
        print(f"    SQLite FTS5 trigram: built in {time.perf_counter() - began:.0f} s")

        def fts(key: bytes) -> set[int]:
            text = key.decode("latin-1")
            grams = " OR ".join(f'"{text[i : i + 3]}"' for i in range(len(text) - 2))
            got = db.execute("SELECT rowid, k FROM n WHERE n MATCH ? ORDER BY rank LIMIT 5000", (grams,))
            return {row for row, k in got if Levenshtein.distance(text, k, score_cutoff=1) <= 1}

        _peer("SQLite FTS5 trigram, best 5,000", fts, rows[:60], asked)

    def brute(key: bytes) -> set[int]:
        text = key.decode("latin-1")
        found = process.extract(text, texts, scorer=Levenshtein.distance, score_cutoff=1, limit=None)
        return {at for _, _, at in found}

    _peer("rapidfuzz over all", brute, rows[:20], asked)
    _postgres(texts, rows[:60], asked)


def _postgres(texts: list[str], rows: list[int], asked: list[bytes]) -> None:
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not tools:
        print("    PostgreSQL is not installed here")
        return
    with tempfile.TemporaryDirectory() as at:
        base = Path(at)
        base.chmod(0o777)
        (base / "keys.csv").write_text("".join(f"{row}\t{text}\n" for row, text in enumerate(texts)), encoding="utf-8")
        (base / "keys.csv").chmod(0o644)
        run = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []

        def call(*command: str, text: str = "") -> str:
            return subprocess.run([*run, *command], input=text, capture_output=True, text=True, check=True).stdout

        call(str(tools[-1] / "initdb"), "-D", f"{at}/db", "-A", "trust", "-E", "UTF8", "--locale=C")
        log = ["-l", f"{at}/log", "-o", f"-k {at} -c listen_addresses='' -c fsync=off -c shared_buffers=512MB"]
        call(str(tools[-1] / "pg_ctl"), "-D", f"{at}/db", *log, "-w", "start")
        try:
            psql = (str(tools[-1] / "psql"), "-h", at, "-d", "postgres", "-qAt")
            began = time.perf_counter()
            made = ("CREATE EXTENSION pg_trgm; CREATE EXTENSION fuzzystrmatch; CREATE TABLE n (r int, k text);",
                    f"\\copy n FROM '{at}/keys.csv'", "CREATE INDEX ON n USING gin (k gin_trgm_ops);")  # fmt: skip
            call(*psql, text="\n".join(made))
            print(f"    PostgreSQL pg_trgm: built in {time.perf_counter() - began:.0f} s")
            script = ["SET pg_trgm.similarity_threshold = 0.3;", "SELECT count(*) FROM n;"]
            for row, key in zip(rows, asked, strict=False):
                text = key.decode("latin-1").replace("'", "''")
                script.append(f"SELECT {row}, coalesce(bool_or(r = {row}), false) FROM n "
                              f"WHERE k % '{text}' AND levenshtein_less_equal(k, '{text}', 1) <= 1;")  # fmt: skip
            call(*psql, text="\n".join(script))  # once to warm it
            began = time.perf_counter()
            out = call(*psql, text="\n".join(script))
            took = time.perf_counter() - began
            ok = out.count("|t")
            print(f"    PostgreSQL pg_trgm: {len(rows) / took:,.1f}/s, recall {ok / len(rows):.3f} of {len(rows)}")
        finally:
            call(str(tools[-1] / "pg_ctl"), "-D", f"{at}/db", "-m", "immediate", "stop")


def _table(source: Path, folder: Path) -> None:
    """Write a table over an invented index straight into a register's folder, since an import of it takes ten minutes.

    Index, groups and ids are as an import leaves them; the records are stand-ins, without the numbers' series.
    """
    at = folder / "tables" / "made"
    at.mkdir(parents=True)
    for name in FILES:
        os.link(source / f"{name}.npy", at / f"{name}.npy")
    index = NumberIndex.open(source)
    group: NDArray[np.uint32] = np.load(source / "group.npy")
    names = [Group(*one) for one in np.load(source / "names.npy", allow_pickle=True).tolist()]
    n = len(index)
    np.save(at / "group.npy", group)
    np.save(at / "record.npy", np.arange(n, dtype=np.uint32))
    np.save(at / "which.npy", np.zeros(n, dtype=np.uint8))
    np.save(at / "ids.npy", (np.arange(n, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    texts = {name: [""] for name in TEXTS} | {"object_class": ["firearm"], "reason": ["lost"]}
    with pa.OSFile(str(at / "records.arrow"), "wb") as out, pa.ipc.new_file(out, SCHEMA) as writer:
        for begin in range(0, n, BATCH):
            size = min(BATCH, n - begin)
            written = pa.array(np.arange(begin, begin + size)).cast(pa.string())
            series, part = (pa.repeat(word, size) for word in ("", "whole"))
            numbers = pa.StructArray.from_arrays([written, series, part], ["number", "series", "part"])
            columns = {name: pa.array(np.zeros(size, dtype=np.int32)) for name in TEXTS} | {
                "reference": written, "note": series, "year": pa.nulls(size, pa.int16()),
                "numbers": pa.ListArray.from_arrays(pa.array(np.arange(size + 1, dtype=np.int32)), numbers),
                "links": pa.ListArray.from_arrays(pa.array(np.zeros(size + 1, dtype=np.int32)), series[:0]),
                **{name: pa.nulls(size, pa.date32()) for name in ("entered", "event", "review")},
            }  # fmt: skip
            writer.write_batch(pa.record_batch([columns[name] for name in SCHEMA.names], schema=SCHEMA))
    (at / "chance.json").write_text(json.dumps(measure(index, Groups(names), group).as_json()))
    (at / "words.json").write_text(json.dumps({"texts": texts, "groups": [list(one) for one in names]}))
    about = {"register": "ua-wanted-weapons", "title": "invented", "snapshot": "2025-11-01", "official": True,
             "alerts": n, "issues": {}, "file": "made", "file_digest": "made"}  # fmt: skip
    (at / "about.json").write_text(json.dumps(about))
    Register(folder).add_table("made", about, who="bench", reason="measured")


def _enter(folder: Path, n: int) -> None:
    """Enter 10,000 alerts beside a table, and look one up."""
    register_folder = folder / f"register-{n}"
    if not register_folder.is_dir() and n > 1_000_000:
        began = time.perf_counter()
        _table(folder / f"index-{n}" if (folder / f"index-{n}").is_dir() else Held(folder, n).folder, register_folder)
        print(f"a table of {n:,} made in {time.perf_counter() - began:.0f} s, peak memory {_peak()} MB", flush=True)
    elif n <= 1_000_000:
        path = folder / f"ua-{n}.json"
        if not path.is_file():
            write_json(path, n)
        began = time.perf_counter()
        import_table(Register(register_folder), path, load("ua-wanted-weapons"), date(2025, 11, 1), who="bench",
                     reason="measured")  # fmt: skip
        print(f"imported {n:,} in {time.perf_counter() - began:.0f} s (0 when it was there)")
    began = time.perf_counter()
    register = Register(register_folder, clock=lambda: datetime.now(UTC))
    print(f"opened in {time.perf_counter() - began:.3f} s")
    for name in ("ua-wanted-weapons", "harbour"):
        stamp = str(time.time_ns())
        given = [{"register": name, "reference": f"{stamp}-{k}", "object_class": "firearm", "reason": "lost",
                  "make": "Example", "model": "M1", "numbers": [{"number": f"{k:07d}", "series": "ZZ"}]}
                 for k in range(10_000)]  # fmt: skip
        began, cpu = time.perf_counter(), time.process_time()
        register.enter(given, who="bench", reason="measured")
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        found = register.look_up([Lookup("ZZ 0000777", make="Example", model="M1")])[0]
        print(f"10,000 alerts entered into {name}: {took:.2f} s ({cpu:.2f} s of cpu), then found: {found.answer} "
              f"({time.perf_counter() - began - took:.2f} s)")  # fmt: skip
    for said in ("with checkpoints", "without"):
        began, cpu = time.perf_counter(), time.process_time()
        again = Register(register.folder)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(f"opened with {len(again.folded.entered):,} entered alerts, {said}: {took:.3f} s ({cpu:.3f} s of cpu)")
        shutil.rmtree(register.folder / "checkpoints", ignore_errors=True)


def _import(folder: Path) -> None:
    """Import a table of 1.1 million rows in a process of its own, and count its memory."""
    path = folder / "ua-1100000.json"
    if not path.is_file():
        write_json(path, 1_100_000)
    code = """
import sys, time
from datetime import date
from pathlib import Path
from muster.register import Register, import_table
from muster.register.declared import load

def most():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024

base, began = most(), time.perf_counter()
held = import_table(Register(Path(sys.argv[2])), Path(sys.argv[1]), load("ua-wanted-weapons"), date(2025, 11, 1),
                    who="bench", reason="measured")
took = time.perf_counter() - began
print(f"{len(held):,} alerts in {took:.0f} s; memory at the start {base} MB, at its peak {most()} MB")
"""
    with tempfile.TemporaryDirectory(dir=folder) as at:
        print(f"import of {path.stat().st_size / 1e6:.0f} MB:", flush=True)
        subprocess.run([sys.executable, "-c", code, str(path), at], check=True)


def _peer(name: str, ask: Callable[[bytes], set[int]], rows: list[int], asked: list[bytes]) -> None:
    times, ok = [], 0
    for row, key in zip(rows, asked, strict=False):
        began = time.perf_counter()
        found = ask(key)
        times.append(time.perf_counter() - began)
        ok += row in found
    _say(f"    {name}", np.array(times))
    print(f"        recall {ok / len(rows):.3f} of {len(rows)}")


def _latencies(ask: Callable[[bytes], object], asked: list[bytes]) -> NDArray[np.float64]:
    times = []
    for key in asked:
        began = time.perf_counter()
        ask(key)
        times.append(time.perf_counter() - began)
    return np.array(times)


def _say(name: str, times: NDArray[np.float64]) -> None:
    ms = times * 1000
    rate, p99 = len(times) / times.sum(), np.quantile(ms, 0.99)
    print(f"{name}: {rate:,.0f}/s, median {np.median(ms):.3f} ms, p99 {p99:.3f} ms", flush=True)


def _mask(held: Held, group: int, *, year: bool) -> NDArray[np.bool_]:
    if year:
        return np.array([at == group for at in range(len(held.names))], dtype=bool)
    return np.array([one.model == held.names[group].model for one in held.names], dtype=bool)


def _one_edit(key: bytes, rng: random.Random) -> bytes:
    signs, at, sign = bytearray(key), rng.randrange(len(key)), rng.choice(b"0123456789")
    match rng.randrange(3):
        case 0:
            signs[at] = sign
        case 1:
            del signs[at]
        case _:
            signs.insert(at, sign)
    return bytes(signs)


def _confused(text: str, rng: random.Random) -> str:
    at = rng.choice([n for n, sign in enumerate(text) if sign in CONFUSED])
    return text[:at] + rng.choice(CONFUSED[text[at]]) + text[at + 1 :]


def _other(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + rng.choice("0123456789ABCEHKMPTXY") + text[at + 1 :]


def _less(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _more(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at] + text[at:]


def _swapped(text: str, rng: random.Random) -> str:
    at = rng.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _sounded(series: str) -> str:
    sounds = dict(zip("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ", "ABVGDEZZIKLMNOPRSTUFHCCSEUA", strict=True))
    return "".join(sounds.get(letter, letter) for letter in series)


def _forget(held: Held) -> None:
    """Drop the index from the kernel's memory."""
    for name in FILES:
        with (held.folder / f"{name}.npy").open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _warm(held: Held) -> None:
    for name in FILES:
        with (held.folder / f"{name}.npy").open("rb") as file:
            while file.read(1 << 24):
                pass


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
