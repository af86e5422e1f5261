"""How well the chain tells copies, changes and uses of source, on invented stories whose chain is known.

Copies: every pair of articles of a story is one source or is not. Changes: each that is found and is meant, over all
found (precision) and over all meant (recall), on the likeliest way to each article; a change is right when article,
kind and words agree. Uses: share of the labelled quotations and numbers whose use of source is the labelled one.
Stories: tests/claims/stories.yml.

    python bench/chain.py [--errors]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from muster.claims import article, read
from muster.claims.chain import Chain, Telling, chain, tell
from muster.claims.sourcing import use_of_source

STORIES = Path(__file__).resolve().parent.parent / "tests/claims/stories.yml"


@dataclass
class Counts:
    """Counts of what is right, found and meant; wrong: what is not, in words."""

    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("copies", "changes", "uses"), 0))
    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("copies", "changes", "uses"), 0))
    meant: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("copies", "changes", "uses"), 0))
    wrong: list[str] = field(default_factory=list)

    def add(self, sort: str, right: int, found: int, meant: int) -> None:
        """Add counts of a sort."""
        self.right[sort] += right
        self.found[sort] += found
        self.meant[sort] += meant

    def precision(self, sort: str) -> float:
        """Share of what was found that is right."""
        return self.right[sort] / max(1, self.found[sort])

    def recall(self, sort: str) -> float:
        """Share of what was meant that was found."""
        return self.right[sort] / max(1, self.meant[sort])


def measured() -> Counts:
    """Return the counts over all stories."""
    counts = Counts()
    for story in yaml.safe_load(STORIES.read_text(encoding="utf-8")):
        tellings = dict(_tellings(story["articles"]))
        texts = dict(_tellings(story.get("references", {})))
        found = chain(list(tellings.values()), list(texts.values()))
        _copies(story, tellings, found, counts)
        _changes(story, found, counts)
        _uses(story, tellings, list(texts.values()), counts)
    return counts


def _tellings(rows: Mapping[str, Any]) -> Iterator[tuple[str, Telling]]:
    for path, (outlet, day, text) in rows.items():
        published = day if isinstance(day, date) else date.fromisoformat(day)
        opened = article(text.encode(), name=path, published=published)
        yield path, tell(path, outlet, opened, read(opened))


def _copies(story: Mapping[str, Any], tellings: Mapping[str, Telling], found: Chain, counts: Counts) -> None:
    group = {path: n for n, paths in enumerate(story["sources"]) for path in paths}
    for a, b in combinations(sorted(tellings), 2):
        ours = found.sources[tellings[a].id] == found.sources[tellings[b].id]
        meant = group[a] == group[b]
        counts.add("copies", ours and meant, ours, meant)
        if ours != meant:
            counts.wrong.append(f"{story['name']}: {a} and {b} {'are' if ours else 'are not'} one source")


def _changes(story: Mapping[str, Any], found: Chain, counts: Counts) -> None:
    ours = {
        (copy.later.path, change.kind, change.says) for copy in found.copies if copy.main for change in copy.changes
    }
    meant = [tuple(row) for row in story["changes"]]
    right = {o for o in ours for m in meant if o[:2] == m[:2] and m[2] in o[2]}
    counts.add("changes", len(right), len(ours), len(meant))
    counts.wrong += [f"{story['name']}: change {o}" for o in sorted(ours - right)]
    counts.wrong += [f"{story['name']}: no change {m}" for m in meant if not any(m[2] in r[2] for r in right)]


def _uses(story: Mapping[str, Any], tellings: Mapping[str, Telling], texts: list[Telling], counts: Counts) -> None:
    first = min((t.published for t in tellings.values() if t.published), default=None)
    for path, words, use in story["uses"]:
        told = tellings[path]
        claims = [c for c in read(told.story.article) if words in c.quote or c.quote in words]
        ours = use_of_source(claims[0], told, texts, first) if claims else None
        counts.add("uses", ours is not None and ours.use == use, ours is not None, 1)
        if ours is None or ours.use != use:
            counts.wrong.append(f"{story['name']}: {path} “{words}” is {use}, not {ours}")


def main() -> None:
    """Print a line a sort; with --errors what is wrong."""
    counts = measured()
    for sort in counts.right:
        numbers = f"{counts.right[sort]} right, {counts.found[sort]} found, {counts.meant[sort]} meant"
        print(f"{sort:<8} precision {counts.precision(sort):.2f}  recall {counts.recall(sort):.2f}  ({numbers})")
    if "--errors" in sys.argv:
        print("\n".join(counts.wrong))


if __name__ == "__main__":
    main()
