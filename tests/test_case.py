"""The case file: what it may say, and how it refuses the rest."""

from __future__ import annotations

import shutil
import stat
import tomllib
from pathlib import Path

import pytest

from muster.bounds import case_limits
from muster.case import LimitsEntry, case_text, nearest_case, open_case, parse_case
from muster.errors import CaseError
from muster.model import Page
from muster.sources import find_files, read, shards

EXHIBITS = Path(__file__).parent / "sources/museum/files"

CASE = """
[case]
title = "Pistols on Bazaar"

[[source]]
path = "captures"
profile = "bazaar"
captured = 2014-03-01
complete = true

[[transfers]]
path = "transfers/register.csv"
published = 2014-04-01

[[article]]
path = "articles/en.txt"
published = 2014-04-10

[[finding]]
claim = "thousands of weapons"
says = "nine offers"
source = "The Harbour Check, 12 April 2014"
date = 2014-04-12

[limits]
max_line = 1000

[engine]
name = "spark"
settings = { "spark.executor.memory" = "2g" }
"""


def test_a_case_file_survives_being_written_and_read() -> None:
    first = parse_case(CASE)
    assert parse_case(case_text(first)) == first


def test_a_case_file_raises_what_a_file_may_unpack_to() -> None:
    limits = parse_case("[case]\ntitle = 'x'\n[limits]\nmax_unpacked = 5000\nmax_ratio = 9").limits
    assert (limits.max_unpacked, limits.max_ratio) == (5000, 9)


@pytest.mark.parametrize(
    ("text", "what", "found", "do"),
    [
        ("[case]\ntitel = 'x'", "unknown key", "titel", 'did you mean "title"?'),
        ("[case]\ntitle = 'x'\n[[sorce]]\npath = 'p'", "unknown table", "sorce", 'did you mean "source"?'),
        ("[case]\ntitle = 'x'\n[[source]]\npath = 'p'\ncaptured = 'soon'", "the case file says what it cannot",
         "Invalid RFC3339 encoded date", "docs/case-file.md"),
        ("[case]\ntitle = 'x'\n[[source]]\nprofile = 'p'", "the case file says what it cannot", "path",
         "docs/case-file.md"),
        ("[case\n", "the case file is not TOML", "line 1", "mend that line"),
        ("[case]\ntitle = 'x'\n[source]\npath = 'p'", "the case file says what it cannot", "Expected `array`",
         "docs/case-file.md"),
    ],
)  # fmt: skip
def test_what_a_case_file_cannot_say_is_refused_with_its_place(text: str, what: str, found: str, do: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(text, name="case.toml")
    assert caught.value.what == what
    assert found in caught.value.found
    assert do in caught.value.do
    assert "case.toml" in caught.value.where


@pytest.mark.parametrize("key", ["max_body", "max_line", "max_files", "max_unpacked", "max_ratio", "max_depth"])
@pytest.mark.parametrize(
    "value", ["0", "-1", "-9223372036854775808", "1.5", "true", "nan", "1e30", "1" + "0" * 30, "'9'"]
)
def test_a_bound_that_would_read_nothing_or_cannot_be_is_refused(key: str, value: str) -> None:
    with pytest.raises(CaseError) as caught:
        parse_case(f"[case]\ntitle = 'x'\n[limits]\n{key} = {value}")
    assert caught.value.where == f"case.toml, limits, {key}"
    assert caught.value.found.startswith(str(tomllib.loads(f"x = {value}")["x"]))
    assert "docs/case-file.md" in caught.value.do


@pytest.mark.parametrize(
    "text",
    [
        "[engine]\nworkers = -1",
        "[[ask]]\nitem = 'x'\nwithin = -0.1",
        "[[census]]\nmarkets = 0\nsource = 'x'\ndate = 2022-06-01",
        "[[census]]\nmarkets = -3\nsource = 'x'\ndate = 2022-06-01",
    ],
)
def test_a_number_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(CaseError, match="says what it cannot"):
        parse_case(f"[case]\ntitle = 'x'\n{text}")


def test_the_widest_bounds_are_those_of_no_machine_and_still_read(tmp_path: Path) -> None:
    wide = "\n".join(f"{key} = {2**60}" for key in LimitsEntry.__struct_fields__)
    (tmp_path / "case.toml").write_text(f"[case]\ntitle = 'x'\n[limits]\n{wide}\n")
    limits = case_limits(open_case(tmp_path))
    shutil.copytree(EXHIBITS, tmp_path / "museum")
    files, _ = find_files("museum", tmp_path / "museum", limits)
    found = [item for shard in shards(files, limits) for item in read(shard, None, limits)]
    assert sum(isinstance(item, Page) for item in found) > len(files) / 2


def test_workers_at_zero_are_one_for_each_core() -> None:
    assert parse_case("[case]\ntitle = 'x'\n[engine]\nworkers = 0").engine.workers == 0


def test_a_folder_without_a_case_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="there is no case here") as caught:
        open_case(tmp_path)
    assert f"muster new {tmp_path}" in caught.value.do


def test_the_nearest_case_above_is_found(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE)
    deep = tmp_path / "captures" / "2014-03-01"
    deep.mkdir(parents=True)
    assert nearest_case(deep).root == tmp_path


def test_a_case_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_bytes(b"[case]\ntitle = '\xff'")
    with pytest.raises(CaseError, match="not UTF-8"):
        open_case(tmp_path)


def test_the_token_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE)
    case = open_case(tmp_path)
    key = case.token_key()
    assert case.token_key() == key
    assert len(key) == 32
    assert stat.S_IMODE((case.private / "token.key").stat().st_mode) == 0o600


def test_a_damaged_token_key_stops_the_run(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE)
    case = open_case(tmp_path)
    case.token_key()
    (case.private / "token.key").write_text("abc")
    with pytest.raises(CaseError, match="key of the case's tokens is damaged"):
        case.token_key()
