"""How much the catalogue holds, and that nothing in it is said without its ground."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from muster.catalogue import load
from muster.catalogue.checks import plain
from muster.catalogue.load import HERE
from muster.catalogue.records import Action

CATALOGUE = load()
MODELS = 1_500
MAKERS = 250
LINES = 400
NEEDS_ACTION = frozenset({"pistol", "revolver", "submachine_gun", "assault_rifle", "machine_gun", "derringer", "knife"})


def test_there_are_fifteen_hundred_models_of_two_hundred_and_fifty_makers() -> None:
    assert len(CATALOGUE.models) >= MODELS
    assert len({model.make for model in CATALOGUE.models if model.make}) >= MAKERS


def test_every_class_of_thing_with_a_make_has_a_model() -> None:
    held = Counter(model.class_ for model in CATALOGUE.models)
    bare = {"silencer", "magazine", "sight", "gun_part", "body_armour", "gas_mask", "firework", "smoke_or_flare"}
    assert {one.name for one in CATALOGUE.classes if not held[one.name]} <= bare


def test_every_entry_has_a_source_that_is_cited() -> None:
    cited = {source.name for source in CATALOGUE.sources}
    assert {model.source.split(" ")[0] for model in CATALOGUE.models} <= cited


def test_every_source_that_is_cited_is_used() -> None:
    used = {model.source.split(" ")[0] for model in CATALOGUE.models}
    assert {source.name for source in CATALOGUE.sources} <= used


def test_every_calibre_of_a_model_is_one_of_the_list() -> None:
    names = {calibre.name for calibre in CATALOGUE.calibres}
    assert {calibre for model in CATALOGUE.models for calibre in model.calibres} <= names


def test_a_class_whose_members_work_alike_says_how() -> None:
    assert all(model.action in get_args(Action) for model in CATALOGUE.models if model.class_ in NEEDS_ACTION)


def test_a_model_has_the_kind_of_its_class() -> None:
    kinds = {one.name: one.kind for one in CATALOGUE.classes}
    assert all(model.kind == kinds[model.class_] for model in CATALOGUE.models)


def test_no_spelling_that_stands_alone_means_two_models_unless_it_is_declared() -> None:
    bearers: dict[str, set[tuple[str, str]]] = {}
    for model in CATALOGUE.models:
        for alias in model.alone:
            bearers.setdefault(plain(alias), set()).add((model.group, model.model))
    declared = {plain(one.spelling) for one in CATALOGUE.ambiguous}
    assert {spelling for spelling, found in bearers.items() if len(found) > 1} == declared


def test_no_bare_number_and_no_single_letter_stands_alone() -> None:
    assert [
        alias for m in CATALOGUE.models for alias in m.alone if plain(alias).isdigit() or len(plain(alias)) < len("ab")
    ] == []


def test_no_file_is_too_long_to_review() -> None:
    sizes = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in HERE.rglob("*.yml")}
    assert [name for name, lines in sizes.items() if lines > LINES] == []
