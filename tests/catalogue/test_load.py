"""The catalogue's files, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from muster.catalogue import load
from muster.catalogue.load import HERE
from muster.errors import MusterError
from muster.model import KINDS
from muster.recognise.fold import key

HANDGUNS = next(
    f"weapons/{path.name}"
    for path in sorted(HERE.glob("weapons/handguns_*.yml"))
    if "- make: Glock\n" in path.read_text(encoding="utf-8")
)


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
