"""How well claims are read, against texts labelled by reading, and how fast.

A label and a claim read from the text are paired one to one when their spans overlap by half (intersection over union),
or one lies inside the other, largest overlap first; among equals, those of one type and value first. Found: F1 of that
matching. The other figures are shares of the matched pairs on which both agree. Beside it the naive reading: every
sentence with a digit in it is a claim. Texts: the real ones of the shared data, and the invented ones of
tests/claims/passages (`open` and `second` were read while rules were written; `locked` and `blind` never were).

    python bench/claims.py [SHARED] [--locked] [--table] [--errors LANG] [--speed] [--twice]

`--twice` compares the two labellings that some blind passages have. `--table` prints the table of docs/claims.md. Its
intervals are 95%: Wilson's for shares (Wilson 1927, Journal of the American Statistical Association 22:209-212), and
for F1 Wilson's of the same share of all labelled and read claims, which treats claims as independent; claims of one
text are not quite, so the true intervals are wider.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from muster.claims import article, read
from muster.claims.article import Article
from muster.estimate.agreement import kappa
from muster.model import Claim, digest

MANY = 10_000
"""So many articles are read to measure the speed of two cores."""

HALF = 0.5
HERE = Path(__file__).resolve().parent
PASSAGES = HERE.parent / "tests/claims/passages"
INVENTED = ("open", "second", "locked", "blind")
"""The parts of tests/claims/passages: read while rules were written, and not."""

NAMES = ("type", "value", "unit", "source", "place")


@dataclass(frozen=True)
class Labelled:
    """A text with its labels. part: real, open, second, locked or blind."""

    name: str
    part: str
    text: Article
    labels: list[dict[str, Any]]


@dataclass
class Score:
    """Counts of a comparison: labelled, read, paired, and on how many pairs each figure agrees."""

    labelled: int = 0
    read: int = 0
    paired: int = 0
    agree: dict[str, int] | None = None

    def add(self, labelled: int, read_: int, pairs: Sequence[tuple[Claim, dict[str, Any]]]) -> None:
        """Add a text."""
        self.labelled += labelled
        self.read += read_
        self.paired += len(pairs)
        self.agree = self.agree or dict.fromkeys(NAMES, 0)
        for name in NAMES:
            self.agree[name] += sum(same(claim, label, name) for claim, label in pairs)

    @property
    def f1(self) -> float:
        """F1 of the matching, from 0 to 1."""
        return 2 * self.paired / max(1, self.labelled + self.read)

    def share(self, name: str) -> float:
        """Share of the pairs on which a figure agrees."""
        return (self.agree or {}).get(name, 0) / max(1, self.paired)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Return Wilson's 95% interval of a share seen on n."""
    if not n:
        return 0.0, 1.0
    z = 1.959964
    middle, half = share + z * z / (2 * n), z * ((share * (1 - share) + z * z / (4 * n)) / n) ** 0.5
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))


def labelled(shared: Path | None, parts: Sequence[str] = ("real", "open")) -> Iterator[Labelled]:
    """Yield the labelled texts of some parts, in order of name."""
    if shared and "real" in parts:
        for folder in sorted((shared / "data/gold/claims").iterdir()):
            told = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
            yield _labelled(folder, "real", told["lang"], told["published"], told["claims"])
    for part in INVENTED:
        for folder in sorted((PASSAGES / part).iterdir()) if part in parts else ():
            meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            lines = (folder / "claims.jsonl").read_text(encoding="utf-8").splitlines()
            yield _labelled(folder, part, meta["language"], meta["published"], [json.loads(line) for line in lines])


def _labelled(folder: Path, part: str, language: str, published: str, labels: list[dict[str, Any]]) -> Labelled:
    day = date.fromisoformat(published) if published else None
    text = article((folder / "text.txt").read_bytes(), published=day, language=language)
    return Labelled(folder.name, part, text, labels)


def scores(texts: Iterator[Labelled]) -> tuple[dict[tuple[str, str], Score], dict[tuple[str, str], Score]]:
    """Return the scores by part and language of the reader and of the naive reading."""
    ours: dict[tuple[str, str], Score] = defaultdict(Score)
    naive: dict[tuple[str, str], Score] = defaultdict(Score)
    for text in texts:
        for table, found in ((ours, read(text.text)), (naive, list(naively(text.text)))):
            pairs = list(matched(found, text.labels))
            for key in ((text.part, text.text.language), (text.part, "all")):
                table[key].add(len(text.labels), len(found), pairs)
    return ours, naive


def naively(text: Article) -> Iterator[Claim]:
    """Yield every sentence that has a digit as a count of its first number."""
    for match in re.finditer(r"[^.!?\n]{1,2000}(?:[.,]\d+[^.!?\n]{0,2000})*[.!?]?", text.text):
        figure = re.search(r"\d+(?:[.,]\d+)*", match[0])
        if figure:
            value = float(re.sub(r"\D", "", figure[0])[:15])
            yield Claim(text.digest, match[0], match.start(), match.end(), "count", "asserted", True, "", "", "count",
                        "eq", value, "", "", "", "")  # fmt: skip


def matched(found: list[Claim], labels: list[dict[str, Any]]) -> Iterator[tuple[Claim, dict[str, Any]]]:
    """Pair claims and labels one to one, largest overlap first."""
    overlaps = [
        (round(_overlap(claim, label), 2), same(claim, label, "type") + same(claim, label, "value"), i, j)
        for i, claim in enumerate(found)
        for j, label in enumerate(labels)
    ]
    used: set[tuple[str, int]] = set()
    for overlap, _, i, j in sorted(overlaps, key=lambda o: (-o[0], -o[1], o[2], o[3])):
        if overlap >= HALF and not {("read", i), ("label", j)} & used:
            used |= {("read", i), ("label", j)}
            yield found[i], labels[j]


def _overlap(claim: Claim, label: dict[str, Any]) -> float:
    common = min(claim.end, label["end"]) - max(claim.start, label["start"])
    if common <= 0:
        return 0.0
    inside = common == min(claim.end - claim.start, label["end"] - label["start"])
    union = max(claim.end, label["end"]) - min(claim.start, label["start"])
    return float(max(common / union, HALF) if inside else common / union)


def same(claim: Claim, label: dict[str, Any], name: str) -> bool:
    """Say whether a claim and a label agree on a figure. Sources agree when they share a name; 0.001 is nothing."""
    if name == "value":
        ours = claim.value if isinstance(claim.value, tuple) else (claim.value,)
        theirs = label["value"] if isinstance(label["value"], list) else [label["value"]]
        near = len(ours) == len(theirs) and all(
            a is b if a is None or b is None else abs(a - b) <= 0.001 * max(1.0, abs(b))
            for a, b in zip(ours, theirs, strict=True)
        )
        return claim.comparator == label["comparator"] and near
    if name == "source":
        ours_, theirs_ = _names(claim.attributed_to), _names(label["attributed_to"])
        return bool(ours_ & theirs_) if ours_ and theirs_ else ours_ == theirs_
    return bool(getattr(claim, name) == label[name])


def _names(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]{3,}", text.casefold())
    return frozenset(word for word in words if word not in ("the", "ministry", "office", "for", "and"))


def corpus_digest(parts: Sequence[str] = INVENTED) -> str:
    """Return the SHA-256 of all texts and labels of the invented passages."""
    files = sorted(p for part in parts for p in (PASSAGES / part).rglob("*") if p.is_file())
    return digest(b"\0".join(p.relative_to(PASSAGES).as_posix().encode() + b"\0" + p.read_bytes() for p in files))


def main() -> None:
    """Print a line a part and language; with --errors the pairs that disagree."""
    flags = [a for a in sys.argv[1:] if a.startswith("--")]
    paths = [a for a in sys.argv[1:] if not a.startswith("--") and len(a) > 2]
    shared = Path(paths[0] if paths else os.environ.get("MUSTER_SHARED", "../shared"))
    real = shared if (shared / "data/gold/claims").is_dir() else None
    if "--speed" in flags:
        _speed()
        return
    if "--twice" in flags:
        _twice()
        return
    if "--errors" in flags:
        _errors(real, sys.argv[-1])
        return
    if "--table" in flags:
        _table(real)
        return
    shown = ("locked", "blind") if "--locked" in flags else ("real", "open", "second")
    ours, naive = scores(labelled(real, shown))
    print(
        f"{'part':<8}{'':<5}{'labelled':>9}{'read':>6}{'found':>7}"
        + "".join(f"{n:>8}" for n in NAMES)
        + f"{'naive: found':>16}"
    )
    for key in sorted(ours, key=lambda k: (k[0], k[1] == "all", k[1])):
        s, n = ours[key], naive[key]
        figures = "".join(f"{s.share(name):>8.2f}" for name in NAMES)
        print(f"{key[0]:<8}{key[1]:<5}{s.labelled:>9}{s.read:>6}{s.f1:>7.2f}{figures}{n.f1:>16.2f}")


def _table(shared: Path | None) -> None:
    """Print the scores by part and language as a table in Markdown."""
    order = ("blind", "locked", "real", "second", "open")
    ours, naive = scores(labelled(shared, order))
    print("| part | language | labelled | read | found (F1) | type | value and comparator | unit | source | naive |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for key in sorted(ours, key=lambda k: (order.index(k[0]), k[1] == "all", k[1])):
        s, n = ours[key], naive[key]
        cells = [_cell(s.f1, s.labelled + s.read), *(_cell(s.share(name), s.paired) for name in NAMES[:4])]
        print(f"| {key[0]} | {key[1]} | {s.labelled} | {s.read} | {' | '.join(cells)} | {n.f1:.2f} |")


def _cell(share: float, n: int) -> str:
    low, high = wilson(share, n)
    return f"{share:.2f} ({low:.2f}–{high:.2f})"


def _errors(shared: Path | None, language: str) -> None:
    for text in labelled(shared):
        if text.text.language != language:
            continue
        found = read(text.text)
        pairs = list(matched(found, text.labels))
        print(f"== {text.name}")
        ours, theirs = {id(c) for c, _ in pairs}, {id(label) for _, label in pairs}
        for claim, label in pairs:
            wrong = [n for n in NAMES[:4] if not same(claim, label, n)]
            if wrong:
                print(f"  {','.join(wrong)}: {claim.quote[:150]!r}")
                print(
                    f"      ours {claim.type} {claim.comparator} {claim.value} {claim.unit!r} {claim.attributed_to!r}"
                )
                print(
                    f"      told {label['type']} {label['comparator']} {label['value']} {label['unit']!r} "
                    f"{label['attributed_to']!r}"
                )
        for claim in found:
            if id(claim) not in ours:
                print(f"  EXTRA {claim.type} {claim.comparator} {claim.value} {claim.quote[:160]!r}")
        for label in text.labels:
            if id(label) not in theirs:
                print(f"  MISSED {label['type']} {label['comparator']} {label['value']} {label['quote'][:160]!r}")


def _twice() -> None:
    """Print how far the two labellings of the passages labelled twice agree, field by field, and kappa."""
    first, again = 0, 0
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for text in labelled(None, ("blind",)):
        path = PASSAGES / "blind" / text.name / "again.jsonl"
        if not path.exists():
            continue
        second = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        first, again = first + len(text.labels), again + len(second)
        for claim, label in matched([_as_claim(text.text, one) for one in second], text.labels):
            told["type"].append((claim.type, label["type"]))
            told["value and comparator"].append(
                _alike(claim, label, "value", f"{label['comparator']} {label['value']}")
            )
            told["unit"].append((claim.unit, label["unit"]))
            told["source"].append(_alike(claim, label, "source", label["attributed_to"]))
    pairs = len(told["type"])
    print(f"first labels {first}, second {again}, paired {pairs}, F1 {2 * pairs / (first + again):.2f}")
    for name, both in told.items():
        agree = sum(a == b for a, b in both) / len(both)
        value, low, high = kappa([a for a, _ in both], [b for _, b in both])
        print(f"{name}: agree {agree:.2f}, kappa {value:.2f} ({low:.2f}–{high:.2f})")


def _alike(claim: Claim, label: dict[str, Any], name: str, told: str) -> tuple[str, str]:
    """Return what two labellings say, one word for what `same` takes for the same."""
    own = claim.attributed_to if name == "source" else f"{claim.comparator} {claim.value}"
    return (told, told) if same(claim, label, name) else (f"other: {own}", told)


def _as_claim(text: Article, label: dict[str, Any]) -> Claim:
    value = tuple(label["value"]) if isinstance(label["value"], list) else label["value"]
    return Claim(text.digest, label["quote"], label["start"], label["end"], label["type"], "asserted", True, "", "",
                 "other", label["comparator"], value, label["unit"], label["place"], label["period"],
                 label["attributed_to"])  # fmt: skip


def _count(text: Article) -> int:
    return len(read(text))


def _speed() -> None:
    """Print how long 1,000 words take and how many articles a second one core reads."""
    texts = [t.text for t in labelled(None, ("open",))]
    for text in texts:
        read(text)
    begin = time.perf_counter()
    rounds = 10
    for _ in range(rounds):
        for text in texts:
            read(text)
    each = (time.perf_counter() - begin) / rounds / len(texts)
    long = next(t for t in texts if t.language == "en")
    thousand = " ".join((long.text + "\n") for _ in range(1 + 1000 // len(long.text.split())))
    raw = " ".join(thousand.split(" ")[:1000]).encode()
    begin = time.perf_counter()
    read(article(raw, language=""))
    article_of_a_thousand = time.perf_counter() - begin
    many = [t for _ in range(-(-MANY // len(texts))) for t in texts][:MANY]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_count, texts[:8]))
        start = time.perf_counter()
        total = sum(pool.map(_count, many, chunksize=50))
        spent = time.perf_counter() - start
    print(f"{MANY} articles on two cores: {MANY / spent:.0f} a second, {total} claims")
    print(f"1,000 words: {article_of_a_thousand:.3f} s; passages: {1 / each:.0f} a second on one core")


if __name__ == "__main__":
    main()
