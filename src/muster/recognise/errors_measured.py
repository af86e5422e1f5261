"""How often the recogniser was wrong on labelled listings that it was not fitted on, as shipped with the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MEASURED = Path(__file__).resolve().parent / "errors.json"
"""Written by `python bench/recogniser.py --write`."""


def error_rows() -> list[dict[str, Any]]:
    """Return the rows of the table `recogniser_error`, sorted by shelf, true, predicted.

    The rows without a shelf are of the same listings, judged without their category.

    >>> {"version", "shelf", "true", "predicted", "n", "vendors"} <= set(error_rows()[0])
    True
    """
    held = json.loads(MEASURED.read_bytes())
    return [{"version": held["version"], **row} for row in held["rows"]]
