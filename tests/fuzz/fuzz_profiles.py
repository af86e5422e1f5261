"""The interpreter of profiles: whatever a page is, it ends, raises nothing, and keeps identifiers to itself."""

from __future__ import annotations

from importlib.resources import files

from muster.model import Capture, Locator, Page, digest
from muster.profiles import Tokens, find, known, load, parse

ROOMS = ("muster.profiles",)
_PROFILES = [load(name) for name in known()]
_TOKENS = Tokens(b"k" * 32)

SEEDS = tuple(
    path.read_bytes()
    for folder in sorted(files("muster.profiles").joinpath("fixtures").iterdir(), key=lambda f: f.name)
    for path in sorted(folder.iterdir(), key=lambda f: f.name)
    if path.name.endswith(".html")
)


def one(data: bytes) -> None:
    """Read the bytes as a page of whatever market fits, and of each market by name."""
    known_by = digest(data)
    page = Page(Capture("cap:1", "pages", Locator("f" * 64, 0, len(data)), known_by, len(data), "text/html", "", None,
                        "unknown"), data)  # fmt: skip
    chosen = find(page, _PROFILES)
    for profile in {p.name: p for p in (chosen, _PROFILES[len(data) % len(_PROFILES)]) if p is not None}.values():
        found = parse(page, profile, _TOKENS)
        for seen in found.observations:
            for span in seen.row["spans_raw"] or ():
                assert 0 <= span["byte_start"] <= span["byte_end"] <= len(data), span
            if seen.table == "listing_seen":
                assert seen.row["title"], "a listing without a title is none"
