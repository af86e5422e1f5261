"""A place that kills is found by where the process died; everything else is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from muster.engines import Lost
from muster.engines.careful import MOST_DEATHS, Mark, careful, read_mark
from muster.engines.child import Died


@dataclass(frozen=True)
class Walk:
    """Walks over places; `deadly` ones end the process, which `call` below plays by an exception."""

    deadly: frozenset[int]
    places: int = 10
    mark: Path | None = None
    without: frozenset[int] = frozenset()

    def __call__(self) -> list[int]:
        kept = []
        with Mark(self.mark) as mark:
            for place in range(self.places):
                if place in self.without:
                    continue
                mark.at(place)
                if place in self.deadly:
                    raise Died
                kept.append(place)
        return kept

    def watched(self, mark: Path, without: frozenset[int]) -> Walk:
        return replace(self, mark=mark, without=without)


@pytest.mark.parametrize("deadly", [(), (0,), (9,), (3, 4, 8)], ids=str)
def test_only_the_places_that_kill_are_left_out(deadly: tuple[int, ...]) -> None:
    found = careful(Walk(frozenset(deadly)), lambda task: task())
    assert found == [place for place in range(10) if place not in deadly]


def test_a_place_is_left_out_after_two_deaths_not_one() -> None:
    deaths = iter([5])

    def kill_once(task: object) -> list[int]:
        assert isinstance(task, Walk)
        if next(deaths, None) is not None:
            replace(task, deadly=frozenset({5}))()
        return task()

    assert careful(Walk(frozenset()), kill_once) == list(range(10))


def test_too_many_places_set_the_whole_task_aside() -> None:
    found = careful(Walk(frozenset(range(200)), places=200), lambda task: task())
    assert isinstance(found, Lost)


def test_deaths_at_ever_other_places_come_to_an_end() -> None:
    places = iter(range(10_000))

    def anywhere(task: object) -> list[int]:
        assert isinstance(task, Walk)
        return replace(task, deadly=frozenset({next(places) % 10}), without=frozenset())()

    found = careful(Walk(frozenset()), anywhere)
    assert isinstance(found, Lost)
    assert found.deaths <= MOST_DEATHS


def test_a_task_without_places_is_set_aside_at_its_second_death() -> None:
    def die(task: object) -> int:
        raise Died

    found = careful(int, die)
    assert isinstance(found, Lost)
    assert found.deaths == 2


def test_a_mark_that_was_never_set_says_nowhere(tmp_path: Path) -> None:
    assert read_mark(tmp_path / "none") == -1
