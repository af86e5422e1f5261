"""How brittle the profiles are: real pages with one thing changed, and the fields that do not hold.

    python bench/brittle.py [SHARED] [--pages N] [--draws N] [--seed N] [--market NAME] [--places] [--fields]

One table row a market: changes drawn, those after which every field held, fields looked at and broken, and fields whose
name was taken away. `--fields`: every field that broke, by kind of page. `--places`: also what was changed there.
Prints places and counts, never a text of a page. docs/profiles.md says what the law is.
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Iterator
from pathlib import Path

from changes import shaken
from muster.model import Issue, Page
from muster.profiles import find, known, load
from muster.sources import Limits, find_files, read, shards
from shaking import Shaken
from staging import Stage

MARKETS = ("apollon-2019", "cryptonia-2019", "cypher-2020", "dream-2019", "empire-2019", "hansa-2017",
           "white-house-2020", "yellow-brick-2020")  # fmt: skip


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("shared", nargs="?", default=os.environ.get("MUSTER_SHARED", "../shared"))
    asked.add_argument("--draws", type=int, default=40, help="changes of each page")
    asked.add_argument("--pages", type=int, default=1000, help="pages of each market, drawn by the seed")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--market", choices=MARKETS, action="append")
    asked.add_argument("--profiles", type=Path, help="a folder with declarations to use instead")
    asked.add_argument("--fields", action="store_true")
    asked.add_argument("--places", action="store_true")
    given = asked.parse_args()
    print(
        "| market | pages | changes | all held | fields | broken | held | unnamed |\n|---|--:|--:|--:|--:|--:|--:|--:|"
    )
    for market in given.market or MARKETS:
        pages = list(_pages(Path(given.shared) / "data/markets" / market / "pages"))
        random.Random(given.seed).shuffle(pages)
        pages = pages[: given.pages]
        found = shaken(_stages(pages, given.profiles), given.draws, given.seed)
        fields, broken = found.checked.total(), found.broken.total()
        print(f"| {market} | {len(pages)} | {found.draws:,} | {found.clean / found.draws:.4f} | {fields:,} | {broken} "
              f"| {1 - broken / fields:.4f} | {found.unnamed.total()} |", flush=True)  # fmt: skip
        if given.fields or given.places:
            _broken(found, places=given.places)


def _broken(found: Shaken, *, places: bool) -> None:
    for (kind, name), times in found.broken.most_common():
        print(f"    {kind}: {name}: {times} of {found.checked[kind, name]}")
        for (of, field, how, what), number in found.how.most_common() if places else ():
            if (of, field) == (kind, name) and not what.startswith("unnamed"):
                print(f"        {number:5d}  {how}, {what}")


def _stages(pages: list[Page], folder: Path | None) -> Iterator[Stage]:
    profiles = [load(str(folder / f"{name}.yml") if folder and (folder / f"{name}.yml").exists() else name)
                for name in known()]  # fmt: skip
    for page in pages:
        profile = find(page, profiles)
        if profile is not None:
            yield Stage(page, profile)


def _pages(path: Path) -> Iterator[Page]:
    limits = Limits()
    for shard in shards(find_files(path.name, path, limits)[0], limits):
        for page in read(shard, None, limits):
            if not isinstance(page, Issue):
                yield page


if __name__ == "__main__":
    main()
