"""The catalogue's files, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from muster.catalogue import load
from muster.catalogue.load import COMPILED, HERE, compiled, read_files
from muster.errors import MusterError
from muster.model import KINDS
from muster.recognise.fold import key

HANDGUNS = next(
    f"weapons/{path.name}"
    for path in sorted(HERE.glob("weapons/handguns_*.yml"))
    if "- make: Glock\n" in path.read_text(encoding="utf-8")
)


@pytest.fixture(autouse=True)
def afresh() -> Iterator[None]:
    """Nothing read by one test is left for the next."""
    yield
    load.cache_clear()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A catalogue folder that a test may spoil."""
    for path in HERE.rglob("*.yml"):
        target = tmp_path / path.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "model", "kind"),
    [
        ("Glock", "19", "handgun"),
        ("Glock", "18", "automatic"),
        ("Smith & Wesson", "Model 10", "handgun"),
        ("Makarov", "PM", "handgun"),
        ("", "AK-74", "automatic"),
        ("Century Arms", "WASR-10", "long_gun"),
        ("IMI", "Uzi", "automatic"),
        ("", "RPG-7", "light_weapon"),
        ("Saab", "NLAW", "light_weapon"),
        ("", "FGM-148 Javelin", "light_weapon"),
        ("AeroVironment", "Switchblade 600", "light_weapon"),
        ("", "RGD-5", "explosive"),
        ("Ekol", "Firat 92 Magnum", "less_lethal"),
    ],
)
def test_well_known_models_are_there_with_their_kind(make: str, model: str, kind: str) -> None:
    assert kind in {m.kind for m in load().models if m.make == make and m.model == model}


def test_every_kind_has_a_model_or_a_word() -> None:
    catalogue = load()
    senses = {"blade_impact": "blade", "placeholder": "custom"}
    kinds = {model.kind for model in catalogue.models} | {sense.sense for sense in catalogue.senses}
    assert all(kind in kinds or senses.get(kind, kind) in kinds for kind in KINDS if kind != "not_weapon")


def test_every_entry_has_a_source() -> None:
    assert all(model.source for model in load().models)


def test_every_spelling_survives_folding() -> None:
    spellings = [alias for model in load().models for alias in (model.model, *model.names, *model.alone)]
    assert [alias for alias in spellings if not key(alias)] == []


def test_no_maker_has_one_model_under_two_spellings() -> None:
    seen: set[tuple[str, str, str]] = set()
    for model in load().models:
        entry = (model.group, key(model.model).replace(" ", ""), model.kind)
        assert entry not in seen, entry
        seen.add(entry)


def test_a_changed_file_changes_the_digest(copy: Path) -> None:
    before = load(copy).digest
    spoil(copy, "words.yml", "pistol,", "pistol, pistoleer,")
    load.cache_clear()
    assert load(copy).digest != before


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (HANDGUNS, 'calibres: ["9x19mm"]', 'calibres: ["9x20mm"]', "9x20mm"),
        (HANDGUNS, "class: pistol", "class: pistl", "pistol"),
        (HANDGUNS, "source: designation", "source: hearsay", "hearsay"),
        (HANDGUNS, "alone: [g17]", "aloan: [g17]", "aloan"),
        (HANDGUNS, "alone: [g17]", "alone: [g18]", "ambiguous.yml"),
        (HANDGUNS, 'model: "17"', "model: 17", ".models[0]"),
        (HANDGUNS, 'model: "17"', 'model: "19"', "Glock"),
        (HANDGUNS, "alone: [g17]", "local: {xx: [g17]}", "xx"),
        ("ambiguous.yml", "spellings:", "spellings:\n  - {spelling: gsg-55, means: []}", "gsg-55"),
        ("calibres.yml", "calibres:", "calibres: [", "calibres.yml"),
    ],
)
def test_a_wrong_entry_is_refused_by_file_and_place(copy: Path, file: str, old: str, new: str, said: str) -> None:
    spoil(copy, file, old, new)
    with pytest.raises(MusterError) as caught:
        load(copy)
    assert said in str(caught.value)
    assert file.split("/")[-1] in str(caught.value)


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "lookalikes.yml").unlink()
    with pytest.raises(MusterError, match="lacks a file"):
        load(copy)


def test_the_compiled_form_says_what_the_files_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_files(HERE, load().digest)
    kept = tmp_path / "compiled.msgpack"
    kept.write_bytes(compiled(whole))
    monkeypatch.setattr(import_module("muster.catalogue.load"), "COMPILED", kept)
    load.cache_clear()
    assert load() == whole
    assert compiled(load()) == kept.read_bytes()


def test_a_changed_file_is_read_and_the_compiled_form_is_not(copy: Path) -> None:
    spoil(copy, "calibres.yml", '"9x19mm"', '"9x91mm"')
    with pytest.raises(MusterError, match="9x19mm"):
        load(copy)


def test_a_damaged_compiled_form_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = tmp_path / "compiled.msgpack"
    damaged.write_bytes(compiled(load())[:-7])
    monkeypatch.setattr(import_module("muster.catalogue.load"), "COMPILED", damaged)
    load.cache_clear()
    assert load().models == read_files(HERE, load().digest).models


@pytest.mark.slow
def test_what_ships_was_compiled_from_the_files_that_ship() -> None:
    assert COMPILED.read_bytes() == compiled(read_files(HERE, load().digest)), (
        "python bench/recogniser.py SHARED --build"
    )
