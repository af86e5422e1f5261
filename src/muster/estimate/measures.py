"""The catalogue of measures, read from measures.yml: what each counts, in which unit, over which scope, by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import yaml

Bounds = Literal["both", "low", "none"]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure.

    by: the module of `muster.estimate` that runs it. bounds: which sides of its interval can bear on a claim.
    scope: what narrows it. needs, says: for a reader.
    """

    unit: str
    by: str
    bounds: Bounds
    scope: tuple[str, ...]
    needs: str
    says: str


def _read() -> Mapping[str, Measure]:
    table = yaml.load(files("muster.estimate").joinpath("measures.yml").read_text(encoding="utf-8"), Loader=_LOADER)
    return {name: Measure(**{**entry, "scope": tuple(entry["scope"])}) for name, entry in table.items()}


MEASURES: Mapping[str, Measure] = _read()
"""Measure → what it is.

>>> MEASURES["price"].unit, MEASURES["sold"].bounds
('USD', 'low')
"""
