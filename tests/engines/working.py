"""Tasks that do, fault and kill, for every engine; they stand here so that any process can import them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from muster.model import Page
from muster.profiles import Profile, Tokens
from muster.recognise import Repeated
from muster.sources import Limits, find_files, shards
from muster.tasks import ParseTask, RecogniseTask, Rows

POISON = b"poison"


def need_spark() -> None:
    """Skip a test where Spark or Java is not installed, and fail it where `CI=true`."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        if os.environ.get("CI") == "true":
            pytest.fail('no Spark here: pip install "muster[spark]", and Java 17')
        pytest.skip("no Spark or no Java here")


def die() -> None:
    """End this process as the kernel would when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Square:
    number: int

    def __call__(self) -> int:
        return self.number**2


@dataclass(frozen=True)
class Sleep:
    seconds: float

    def __call__(self) -> None:
        time.sleep(self.seconds)


@dataclass(frozen=True)
class KillOnce:
    number: int
    flag: Path

    def __call__(self) -> int:
        if self.number == 3 and not self.flag.exists():
            self.flag.touch()
            die()
        return self.number**2


@dataclass(frozen=True)
class KillAlways:
    number: int

    def __call__(self) -> int:
        if self.number == 3:
            die()
        return self.number**2


@dataclass(frozen=True)
class KillWorkerOnce:
    """Kills the process above the one that it runs in: Spark's own worker."""

    flag: Path

    def __call__(self) -> str:
        if not self.flag.exists():
            self.flag.touch()
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)  # this process ends with the one that is gone
        return "done"


class TwoWords(Exception):
    """Can be sent to another process and not be rebuilt there."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


@dataclass(frozen=True)
class Fault:
    error: str

    def __call__(self) -> int:
        if self.error == "odd":
            raise TwoWords("an odd", "fault")
        raise RuntimeError(self.error)


@dataclass(frozen=True)
class PoisonedParse(ParseTask):
    """Parsing a page that holds the poison kills."""

    def _parse(self, page: Page, profile: Profile | None, tokens: Tokens, parsed: object) -> None:
        if POISON in page.body:
            die()
        super()._parse(page, profile, tokens, parsed)  # type: ignore[arg-type]


@dataclass(frozen=True)
class PoisonedRecognise(RecogniseTask):
    """Recognising a listing whose title holds the poison kills."""

    def _recognised(self, recogniser: Repeated, rows: Rows) -> tuple[Rows, Rows]:
        if any(POISON.decode() in (row["title"] or "") for row in rows):
            die()
        return super()._recognised(recogniser, rows)


@dataclass(frozen=True)
class KilledOnceParse(ParseTask):
    """Dies in the middle, but only the first time that it is run on this machine."""

    def _parse(self, page: Page, profile: Profile | None, tokens: Tokens, parsed: object) -> None:
        flag = self.out.with_suffix(".killed")
        if POISON in page.body and not flag.exists():
            flag.touch()
            die()
        super()._parse(page, profile, tokens, parsed)  # type: ignore[arg-type]


def parse_tasks(kind: type[ParseTask], folder: Path, out: Path) -> list[ParseTask]:
    """Return the work of parsing a folder of the invented market, a few pages to a shard."""
    limits = Limits(shard_files=8)
    files, _ = find_files("captures", folder, limits)
    return [kind(shard, "bazaar", None, limits, b"k" * 32, out / f"{n:03}")
            for n, shard in enumerate(shards(files, limits))]  # fmt: skip


def recognise_tasks(kind: type[RecogniseTask], parsed: Path, out: Path) -> list[RecogniseTask]:
    """Return the work of recognising what was parsed."""
    return [kind(folder, out / folder.name) for folder in sorted(parsed.iterdir()) if folder.is_dir()]
