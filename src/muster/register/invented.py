"""Invented registers of any size, for tests and measurements. Nothing in them is or was anybody's.

    python -m muster.register.invented 100000 weaponswanted.json

The marks are meant to behave like real ones: a maker numbers on and on, or begins anew each year with another series;
series are Latin or Cyrillic; what one store lost comes in runs. Makers' names and shares are invented or judged, and
the number of each model made is nobody's figure.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from muster.register.deletions import Keys
from muster.register.narrow import Group, sort_key
from muster.register.number import LONGEST, codes, squeeze

Ints = NDArray[np.int64]

CYRILLIC = "АБВГДЕЖИКЛМНОПРСТУФХЦЧШЭЮЯ"
LATIN = "ABCDEFGHKMNPRSTUVWXYZ"


class Made(NamedTuple):
    """A model and how its maker numbers it: so many a year from first to last, in series of some letters.

    yearly: numbers begin anew each year, otherwise they go on.
    """

    model: str
    kind: str
    calibre: str
    share: float
    first: int
    last: int
    per_year: int
    letters: int
    digits: int
    alphabet: str = CYRILLIC
    yearly: bool = True


MADE = (
    Made("АК-74", "автомат", "5,45", 0.19, 1976, 1991, 500_000, 2, 4),
    Made("АКС-74У", "автомат", "5,45", 0.05, 1980, 1993, 300_000, 2, 4),
    Made("АКМ", "автомат", "7,62", 0.08, 1960, 1977, 400_000, 2, 4),
    Made("ПМ", "пістолет", "9", 0.08, 1952, 1990, 150_000, 2, 4),
    Made("СКС", "карабін", "7,62", 0.05, 1950, 1958, 350_000, 2, 4),
    Made("РПГ-7В", "гранатомет", "40", 0.02, 1965, 1990, 60_000, 2, 4),
    Made("ПКМ", "кулемет", "7,62", 0.03, 1970, 1992, 60_000, 1, 5),
    Made("Приклад-12", "рушниця мисливська", "12", 0.12, 1965, 2015, 120_000, 0, 7, yearly=False),
    Made("Приклад-16", "рушниця мисливська", "16", 0.08, 1960, 2005, 90_000, 1, 6),
    Made("Приклад-58", "рушниця мисливська", "16", 0.07, 1958, 1990, 100_000, 0, 6),
    Made("Взірець-9", "пістолет", "9", 0.04, 1998, 2021, 30_000, 0, 6, yearly=False),
    Made("Example M1", "pistol", "9x19", 0.05, 1990, 2021, 250_000, 3, 3, LATIN, yearly=False),
    Made("Example M2", "pistol", "9x19", 0.04, 1992, 2020, 150_000, 1, 6, LATIN, yearly=False),
    Made("Sample 700", "rifle", ".308", 0.03, 1980, 2020, 60_000, 1, 7, LATIN, yearly=False),
    Made("Sample S", "shotgun", "12/70", 0.04, 1975, 2020, 80_000, 2, 5, LATIN),
    Made("Trial R", "revolver", ".38", 0.03, 1970, 2010, 70_000, 0, 6),
)

REASONS = ("ВТРАТА", "КРАДІЖКА")


@dataclass(frozen=True)
class Objects:
    """Objects that were made: the model of each (a number), its year, and which of that year's it is. In order."""

    model: Ints
    year: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.model)

    @property
    def ids(self) -> Ints:
        """One number for each object."""
        return (self.model * 4096 + self.year) * (1 << 24) + self.place

    def at(self, chosen: Ints | NDArray[np.bool_]) -> Objects:
        """Return some of the objects."""
        return Objects(self.model[chosen], self.year[chosen], self.place[chosen])

    def marks(self, row: int) -> tuple[str, str]:
        """Return series and number of one object, as they are stamped."""
        made = MADE[self.model[row]]
        serial = int(_serials(made, self.year[row : row + 1], self.place[row : row + 1])[0])
        block, number = divmod(serial, 10**made.digits)
        series = ""
        for _ in range(made.letters):
            block, letter = divmod(block, len(made.alphabet))
            series = made.alphabet[letter] + series
        return series, f"{number:0{made.digits}d}"

    def group(self, row: int) -> Group:
        """Return the group of one object."""
        made = MADE[self.model[row]]
        return Group("", made.model, made.calibre, "", int(self.year[row]))


def objects(n: int, seed: int = 1, *, runs: float = 0.5) -> Objects:
    """Return about `n` different objects. runs: the share of losses that take a run of neighbours, about 20 long."""
    rng = np.random.default_rng(seed)
    shares = np.array([made.share for made in MADE])
    losses = int(n / (1 - runs + 20 * runs) * 1.08) + 20
    length = np.where(rng.random(losses) < runs, rng.geometric(1 / 20, losses), 1)
    model = rng.choice(len(MADE), losses, p=shares / shares.sum())
    first, last, per_year = (np.array([getattr(m, name) for m in MADE]) for name in ("first", "last", "per_year"))
    year = first[model] + (rng.random(losses) * (last - first + 1)[model]).astype(np.int64)
    start = (rng.random(losses) * per_year[model]).astype(np.int64)
    of = np.repeat(np.arange(losses), length)
    step = np.arange(len(of)) - np.repeat(np.cumsum(length) - length, length)
    place = (start[of] + step) % per_year[model[of]]
    drawn = Objects(model[of], year[of], place)
    _, kept = np.unique(drawn.ids, return_index=True)
    if len(kept) > n:
        kept = np.sort(rng.choice(kept, n, replace=False))
    return drawn.at(kept)


def foreign(held: Objects, n: int, seed: int = 2) -> Objects:
    """Return `n` objects of the same models, years and makers' numbers that are not among those held."""
    found = objects(2 * n + 1000, seed, runs=0.0)
    apart = found.at(~np.isin(found.ids, held.ids))
    rng = np.random.default_rng(seed)
    return apart.at(rng.permutation(len(apart))[:n])


def keys(held: Objects) -> Iterator[tuple[Group, Keys]]:
    """Yield the keys of objects by group, the groups in the order that an index wants; vectorised."""
    order = np.argsort(held.model * 4096 + held.year, kind="stable")
    bounds = np.flatnonzero(np.diff((held.model * 4096 + held.year)[order])) + 1
    pieces = np.split(order, bounds)
    named = sorted(((held.group(int(rows[0])), rows) for rows in pieces), key=lambda one: sort_key(one[0]))
    for group, rows in named:
        made = MADE[held.model[rows[0]]]
        serial = _serials(made, held.year[rows], held.place[rows])
        signs = np.zeros((len(rows), LONGEST), dtype=np.uint8)
        width = made.letters + made.digits
        alphabet = np.frombuffer(b"".join(codes(squeeze(letter)) for letter in made.alphabet), dtype=np.uint8)
        rest = serial
        for at in range(width - 1, made.letters - 1, -1):
            signs[:, at] = ord("0") + rest % 10
            rest = rest // 10
        for at in range(made.letters - 1, -1, -1):
            signs[:, at] = alphabet[rest % len(alphabet)]
            rest = rest // len(alphabet)
        lengths = np.full(len(rows), width, dtype=np.uint8)
        yield group, Keys(signs, lengths, np.full(len(rows), made.letters, dtype=np.uint8))


def rows(held: Objects, seed: int = 3) -> Iterator[dict[str, object]]:
    """Yield a row of the Ukrainian format for each object."""
    rng = np.random.default_rng(seed)
    for row in range(len(held)):
        made = MADE[held.model[row]]
        series, number = held.marks(row)
        entered = date(2022, 3, 1) + timedelta(days=int(rng.integers(0, 1300)))
        lost = entered - timedelta(days=int(rng.integers(0, 200)))
        yield {
            "id": str(100_000_000 + row), "brandmodel": made.model, "producercountry": "", "weapontype": made.kind,
            "weaponkind": "вогнепальна зброя", "weaponseries": series, "weaponnumber": number,
            "weaponcaliber": made.calibre, "trunks": "1", "graduationyear": str(int(held.year[row])),
            "ovd": f"ВИГАДАНЕ УПРАВЛІННЯ ПОЛІЦІЇ № {int(rng.integers(1, 400))}",
            "reasonsearch": REASONS[int(rng.random() < 0.06)],
            "insertdate": f"{entered.isoformat()}T00:00:00", "theftdate": f"{lost.isoformat()}T00:00:00",
        }  # fmt: skip


def write_json(path: Path, n: int, seed: int = 1) -> int:
    """Write an invented register of about `n` objects as one JSON array; return how many."""
    held = objects(n, seed)
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        for number, row in enumerate(rows(held)):
            out.write((",\n" if number else "\n") + json.dumps(row))
        out.write("\n]\n")
    return len(held)


def _serials(made: Made, year: Ints, place: Ints) -> Ints:
    most = len(made.alphabet) ** made.letters * 10**made.digits
    serial: Ints = (place if made.yearly else (year - made.first) * made.per_year + place) % most
    return serial


if __name__ == "__main__":
    print(f"{write_json(Path(sys.argv[2]), int(sys.argv[1])):,} invented objects")
