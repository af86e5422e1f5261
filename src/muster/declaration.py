"""Declarations as YAML: one way to read them and to say what is wrong with one, for every room that has some."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec
import yaml

from muster.errors import ProfileError, nearest

Declared = TypeVar("Declared", bound=msgspec.Struct)


def read_declaration(text: str, name: str, into: type[Declared], page: str, **unless_said: Any) -> Declared:
    """Read a declaration into its type; `name` becomes its field of that name.

    page: the page of docs/ that has every key. unless_said: values of keys that the declaration leaves out.
    Raises `ProfileError`, naming the key where there is one.

    >>> class Shelf(msgspec.Struct, forbid_unknown_fields=True):
    ...     name: str
    ...     boards: int = 1
    >>> read_declaration("boards: 3", "oak", Shelf, "docs/shelves.md")
    Shelf(name='oak', boards=3)
    """
    where = f"{name}.yml"
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ProfileError("the profile is not YAML", where=where, found=error, do="mend that line") from error
    if not isinstance(data, dict):
        raise ProfileError("the profile is empty", where=where, do=f"{page} shows one")
    for key in data:
        if key not in into.__struct_fields__:
            raise ProfileError(
                "unknown key", where=where, found=key, do=nearest(str(key), list(into.__struct_fields__))
            )
    try:
        return msgspec.convert({**unless_said, **data, "name": name}, into)
    except msgspec.ValidationError as error:
        where, found = place_and_value(str(error), data, where)
        raise ProfileError(
            "the profile says what it cannot", where=where, found=found, do=f"{page} has every key"
        ) from error


def place_and_value(message: str, data: object, name: str) -> tuple[str, str]:
    """Return in words where a declaration says what it cannot, and what it says there.

    message: msgspec's, which ends with the path (`$.source[1].captured`) where it knows one.

    >>> said = {"limits": {"max_depth": 0}}
    >>> place_and_value("Expected `int` >= 1 - at `$.limits.max_depth`", said, "case.toml")
    ('case.toml, limits, max_depth', '0: Expected `int` >= 1')
    """
    wrong, at, path = message.partition(" - at `")
    if not at:
        return name, wrong
    steps = re.findall(r"[^.\[\]$]+|\[\d+\]", path.rstrip("`"))
    where, value = name, data
    for step in steps:
        number = int(step[1:-1]) if step.startswith("[") else None
        where += f", {step}" if number is None else f" {number + 1}"
        if number is not None and isinstance(value, list) and number < len(value):
            value = value[number]
        elif number is None and isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return where, wrong  # what is said to be missing is nowhere
    return where, wrong if isinstance(value, (dict, list)) else f"{str(value)[:80]}: {wrong}"
