"""What is expected by chance is what foreign numbers of an invented register meet; misread numbers are found again."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest

from muster.register.building import build
from muster.register.chance import measure
from muster.register.deletions import Keys
from muster.register.index import NumberIndex
from muster.register.invented import MADE, foreign, keys, objects
from muster.register.narrow import Group, Groups
from muster.register.number import codes, query_keys

HELD = objects(12_000, seed=5)


@pytest.fixture(scope="module")
def register() -> tuple[NumberIndex, list[Group], np.ndarray]:
    """The index over an invented register, its groups in order, and the group of each row."""
    groups, pieces = zip(*keys(HELD), strict=True)
    whole = Keys(*(np.concatenate([getattr(one, name) for one in pieces]) for name in ("codes", "lengths", "series")))
    sizes = [len(one.lengths) for one in pieces]
    return build([whole]), list(groups), np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)


def test_what_is_expected_is_what_foreign_numbers_meet(register: tuple[NumberIndex, list[Group], np.ndarray]) -> None:
    index, groups, group = register
    chance = measure(index, Groups(groups), group)
    others = foreign(HELD, 4_000, seed=77)
    masks = {made.model: np.array([one.model == made.model for one in groups]) for made in MADE}
    asked, allowed = [], []
    for row in range(len(others)):
        asked.append(codes(query_keys("".join(others.marks(row)))[0]))
        allowed.append(masks[MADE[others.model[row]].model])
    found = index.find(asked, groups=group, allowed=allowed)
    for edit in (False, True):
        predicted = sum(chance.expected(len(key), mask, edit=edit) for key, mask in zip(asked, allowed, strict=True))
        met = int((found.distance <= 1).sum() if edit else (found.distance == 0).sum())
        assert 0.6 * predicted - 30 < met < 1.6 * predicted + 30, edit
    assert int((found.distance <= 1).sum()) > 100


def _edited(key: bytes, rng: random.Random) -> bytes:
    at, sign = rng.randrange(len(key)), rng.choice(b"0123456789ABEKM")
    return rng.choice([key[:at] + bytes([sign]) + key[at + 1 :], key[:at] + key[at + 1 :],
                       key[:at] + bytes([sign]) + key[at:],
                       key[:at] + key[at : at + 2][::-1] + key[at + 2 :]])  # fmt: skip


def test_no_number_that_one_edit_changed_is_missed(register: tuple[NumberIndex, list[Group], np.ndarray]) -> None:
    index, groups, group = register
    rng = random.Random(6)
    rows = [rng.randrange(len(index)) for _ in range(3_000)]
    asked = [_edited(bytes(index.codes[row][: index.lengths[row]]), rng) for row in rows]
    of = defaultdict(lambda: np.zeros(len(groups), dtype=bool))
    for row in rows:
        of[int(group[row])][group[row]] = True
    found = index.find(asked, groups=group, allowed=[of[int(group[row])] for row in rows], near=64)
    pairs = set(zip(found.query.tolist(), found.row.tolist(), strict=True))
    assert all((n, row) in pairs or n in found.left for n, row in enumerate(rows))
    assert len(found.left) < 60
