"""The rules of a language are data that any YAML reader reads alike, and every language has the same lists."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from muster.claims.languages import known

FOLDER = files("muster.claims").joinpath("languages")


@pytest.mark.parametrize("language", known())
def test_both_readers_of_yaml_read_the_rules_alike(language: str) -> None:
    text = FOLDER.joinpath(f"{language}.yml").read_text("utf-8")
    assert yaml.load(text, Loader=yaml.CSafeLoader) == yaml.load(text, Loader=yaml.SafeLoader)


@pytest.mark.parametrize("language", known())
def test_no_list_is_named_twice(language: str) -> None:
    lines = FOLDER.joinpath(f"{language}.yml").read_text("utf-8").splitlines()
    names = [line.split(":")[0] for line in lines if line and not line.startswith((" ", "#", "-"))]
    assert sorted({name for name in names if names.count(name) > 1}) == []
