"""Real pages as tests read them: every page below a folder, and tokens that leave each identifier as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from muster.model import Issue, Page
from muster.profiles import Tokens
from muster.sources import Limits, find_files, read, shards


class Plain(Tokens):
    """Leaves every identifier as it is: both readers' texts can then be compared."""

    def token(self, kind: str, value: str) -> str:
        return value


def pages(folder: Path) -> Iterator[Page]:
    limits = Limits()
    for shard in shards(find_files(folder.name, folder, limits)[0], limits):
        for page in read(shard, None, limits):
            if not isinstance(page, Issue):
                yield page
