"""How well the recogniser and the claim reader do on the labelled data: `make scores`; and the recogniser's floors.

python bench/scores.py            measure both and print
python bench/scores.py --floors   measure the recogniser and raise its floors to what was measured; a floor that would
                                  fall is asked about, and the reason given is written beside it
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FLOORS = HERE.parent / "tests" / "scores" / "floors.toml"
LOCKED = HERE.parent / "tests" / "scores" / "locked.json"
STEP = 0.001
"""Floors are written to three places, rounded down; ceilings of errors rounded up."""
HEAD = """\
# What recognising must not fall below (of an error: rise above), checked by tests/scores.
# Raise: `python bench/scores.py --floors`. It raises what has risen, and asks for a reason before anything falls.
# open: out of fold over the open two thirds, which the rules were written with. locked: the last opening of the locked
# third, docs/recognise.md. Only the locked figures say how good it is.
"""


def main() -> int:
    """Run as the head of this file says."""
    shared = Path(os.environ.get("MUSTER_SHARED", str(HERE.parent.parent / "shared")))
    if "--floors" in sys.argv[1:]:
        held = tomllib.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
        FLOORS.write_text(written(raised(held, measured(shared), _ask)), "utf-8")
        return 0
    for name in ("recogniser.py", "claims.py"):
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, str(HERE / name), str(shared)], check=False)
        if done.returncode:
            return done.returncode
    return 0


def measured(shared: Path) -> dict[str, dict[str, float]]:
    """Return the figures that have floors: those of the open part, measured now, and those of the last opening."""
    from judging import labels, out_of_fold
    from recogniser import scores

    held = labels(shared)
    known = (*held.open, *held.random)
    found = scores(held, out_of_fold(held, held.open, known), out_of_fold(held, held.random, known))
    return {
        "open": {name: figure.value for name, figure in found.items()},
        "locked": json.loads(LOCKED.read_text("utf-8"))["figures"],
    }


def is_error(name: str) -> bool:
    """Whether a figure is better when it is small."""
    return "error" in name


def fallen(floors: Mapping[str, Mapping[str, float]], found: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """Return the figures that are worse than their floor, and by how much; a figure that is missing is worse.

    >>> fallen({"open": {"kind": 0.9, "calibration error": 0.03}}, {"open": {"kind": 0.8, "calibration error": 0.02}})
    {'open: kind': '0.8, floor 0.9'}
    """
    worse = {}
    for part, asked in floors.items():
        for name, floor in asked.items():
            value = found.get(part, {}).get(name)
            if value is None or (value > floor if is_error(name) else value < floor):
                worse[f"{part}: {name}"] = f"{value if value is None else round(value, 4)}, floor {floor}"
    return worse


def raised(
    held: Mapping[str, Any], found: Mapping[str, Mapping[str, float]], ask: Callable[[str], str]
) -> dict[str, dict[str, Any]]:
    """Return floors raised to what was found; for one that would fall `ask` gives the reason, or nothing keeps it.

    >>> raised({"open": {"kind": 0.9}}, {"open": {"kind": 0.95}}, input)["open"]
    {'kind': 0.95}
    >>> raised({"open": {"kind": 0.9}}, {"open": {"kind": 0.85}}, lambda said: "labels were mended")["why"]
    {'open: kind': '0.9 to 0.85: labels were mended'}
    """
    floors: dict[str, dict[str, Any]] = {"open": {}, "locked": {}, "why": dict(held.get("why", {}))}
    for part, figures in found.items():
        for name, value in figures.items():
            old = held.get(part, {}).get(name)
            new = _rounded(value, is_error(name))
            falls = old is not None and (new > old if is_error(name) else new < old)
            if falls:
                reason = ask(f"{part}: {name} would fall from {old} to {new}. Why? (nothing keeps it) ")
                if not reason.strip():
                    new = old
                else:
                    floors["why"][f"{part}: {name}"] = f"{old} to {new}: {reason.strip()}"
            floors[part][name] = new
    return floors


def written(floors: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the floors as TOML."""
    lines = [HEAD]
    for part, figures in floors.items():
        lines.append(f"[{part}]")
        lines += [f"{json.dumps(name)} = {json.dumps(value)}" for name, value in figures.items()]
        lines.append("")
    return "\n".join(lines)


def _rounded(value: float, up: bool) -> float:
    steps = value / STEP
    return round((int(steps + 1 - 1e-9) if up else int(steps + 1e-9)) * STEP, 3)


def _ask(question: str) -> str:
    return input(question) if sys.stdin.isatty() else ""


if __name__ == "__main__":
    sys.exit(main())
