"""Raw identifiers live in captures only: nothing derived, printed or reported shows one."""

from __future__ import annotations

import hashlib
import subprocess
from base64 import b32encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from muster import derived
from muster.case import open_case
from muster.cli import main
from muster.pipeline import run_case
from muster.schema import TABLES
from muster.store import connect
from web.within import Bench

Cli = Callable[..., subprocess.CompletedProcess[str]]


def _made(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _base58check(version: bytes, payload: bytes) -> str:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    data = version + payload
    data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    number, text = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        text = alphabet[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


ONION2 = b32encode(_made("two"))[:16].decode().lower() + ".onion"
ONION3 = b32encode(_made("three") + _made("four"))[:56].decode().lower() + ".onion"
WALLET = _base58check(b"\0", _made("wallet")[:20])
ETHER = "0x" + _made("ether").hex()[:40]
SESSION = "05" + _made("session").hex()
KEY_LINE = "mQINBF" + _made("key").hex()

IDENTIFIERS = {
    "handle": "tin.whistle77",
    "onion v2": ONION2,
    "onion v3": ONION3,
    "e-mail": "tin.whistle@post.example",
    "web address": "tinwhistle-shop.example",
    "phone": "+1 202 555 0143",
    "telegram": "@tin_whistle_arms",
    "wickr": "tinwhistlewick",
    "session": SESSION,
    "wallet": WALLET,
    "ether": ETHER,
    "pgp": KEY_LINE,
    "buyer": "harbourmaster9",
}
"""Invented or generated here; no one's."""

TALK = f"""Write to {IDENTIFIERS["e-mail"]} or http://{ONION2}/pm, mirror {ONION3}, shop https://tinwhistle-shop.example/guns.
Phone {IDENTIFIERS["phone"]}. Telegram: {IDENTIFIERS["telegram"]}. Wickr: {IDENTIFIERS["wickr"]}. Session {SESSION}.
BTC {WALLET} or ETH {ETHER}. Signed, tin.whistle77
-----BEGIN PGP PUBLIC KEY BLOCK-----
{KEY_LINE}
=abcd
-----END PGP PUBLIC KEY BLOCK-----"""


@pytest.fixture(scope="module")
def leaky(bazaar: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case whose captures hold every sort of identifier: in pages, file names, addresses and an article."""
    root = tmp_path_factory.mktemp("leaky")
    pages = root / "captures/2014-03-01"
    pages.mkdir(parents=True)
    item = (bazaar / "captures/2014-03-01/item-12.html").read_text()
    item = item.replace("old_lantern", IDENTIFIERS["handle"])
    item = item.replace("<h1>", f"<h1>For {IDENTIFIERS['buyer']}: ").replace(
        "<p>Third generation", f"<p>{TALK.replace(chr(10), '<br>')}</p><p>Third generation"
    )
    (pages / f"keeper-{IDENTIFIERS['handle']}-item.html").write_text(item)
    keeper = (bazaar / "captures/2014-03-01/keeper-old_lantern.html").read_text()
    (pages / "keeper.html").write_text(keeper.replace("old_lantern", IDENTIFIERS["handle"]))
    feedback = (bazaar / "captures/2014-03-01/feedback-old_lantern.html").read_text()
    (pages / "feedback.html").write_text(feedback.replace("old_lantern", IDENTIFIERS["handle"]))
    (pages / "unknown.html").write_text(f"<html><body><h1>Another place</h1><pre>{TALK}</pre></body></html>")
    _warc(root / "crawl.warc.gz", f"http://{ONION3}/keeper/{IDENTIFIERS['handle']}/", item)
    (root / "case.toml").write_text(
        '[case]\ntitle = "Leaks"\n[[source]]\npath = "captures"\n[[source]]\npath = "crawl.warc.gz"\n'
        '[[article]]\npath = "story.txt"\npublished = 2014-04-10\n'
    )
    (root / "story.txt").write_text("Thousands of weapons are on sale on Bazaar. One seller has 32 successful sales.")
    run_case(open_case(root), workers=1)
    return root


def _warc(path: Path, address: str, page: str) -> None:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            address, "response", payload=BytesIO(page.encode()), length=len(page.encode()), http_headers=headers,
            warc_headers_dict={"WARC-Date": "2014-03-02T10:00:00Z"},
        )  # fmt: skip
        writer.write_record(record)


def _holds(text: str) -> list[str]:
    folded = text.casefold()
    return [name for name, raw in IDENTIFIERS.items() if raw.casefold() in folded]


def test_the_captures_were_understood(leaky: Path) -> None:
    """Nothing would leak from pages that nothing was read from."""
    case = open_case(leaky)
    with connect(derived.table_files(case, derived.present(case))) as db:
        assert (
            db.rows("SELECT count(*) AS n FROM listing_seen WHERE description LIKE '%Third generation%'")[0]["n"] == 2
        )
        assert db.rows("SELECT count(*) AS n FROM review_seen")[0]["n"] > 0
        assert db.rows("SELECT count(*) AS n FROM vendor_seen WHERE token LIKE '‹vendor:%'")[0]["n"] > 0


@pytest.mark.parametrize("table", TABLES)
def test_no_table_holds_a_raw_identifier(leaky: Path, table: str) -> None:
    case = open_case(leaky)
    with connect(derived.table_files(case, derived.present(case))) as db:
        assert _holds(repr(db.rows(f'SELECT * FROM "{table}"'))) == []


def test_no_file_that_may_leave_holds_a_raw_identifier(leaky: Path) -> None:
    for folder in ("derived", "report", "journal"):
        for path in (leaky / folder).rglob("*"):
            if path.is_file():
                assert _holds(path.read_bytes().decode("utf-8", "replace")) == [], path
                assert _holds(path.name) == []


def test_no_command_prints_a_raw_identifier(leaky: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Commands are called in this process, where two dozen of them need not import everything anew."""
    case = open_case(leaky)
    with connect(derived.table_files(case, derived.present(case))) as db:
        captures = [row["id"] for row in db.rows("SELECT id FROM capture ORDER BY id")]
        others = [row["id"] for table in ("listing_seen", "offer", "issue", "verdict", "estimate")
                  for row in db.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 2")]  # fmt: skip
    calls: list[tuple[object, ...]] = [
        ("run", leaky), ("status", leaky), ("query", leaky, "SELECT * FROM listing_seen"),
        ("query", leaky, "SELECT * FROM issue", "--csv"),
        ("parse", leaky / "captures", leaky / "crawl.warc.gz"), ("claims", leaky / "story.txt"),
        *(("show", name, "--case", leaky) for name in captures), ("show", captures[0], "--case", leaky, "--json"),
        *(("why", name, "--case", leaky, "--all") for name in others), ("why", captures[0], "--case", leaky, "--json"),
    ]  # fmt: skip
    capfd.readouterr()
    for arguments in calls:
        with pytest.raises(SystemExit) as stop:
            main([str(part) for part in arguments])
        said = capfd.readouterr()
        assert stop.value.code == 0, (arguments, said.err)
        assert said.out, arguments
        assert _holds(said.out + said.err) == [], arguments


def test_no_page_of_the_workbench_shows_a_raw_identifier(leaky: Path) -> None:
    case = open_case(leaky)
    ids: list[str] = []
    with connect(derived.table_files(case, derived.present(case))) as db:
        for table in ("capture", "listing_seen", "vendor_seen", "review_seen", "offer", "issue", "claim", "verdict"):
            ids += [row["id"] for row in db.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 5")]
    with Bench(leaky) as bench:
        for address in ("/", "/claims", "/issues", "/report", "/transfers", *(f"/id/{name}" for name in ids)):
            for form in ("html", "json", "csv"):
                told = bench.get(f"{address}?format={form}")
                assert _holds(told.text + repr(told.headers)) == [], (address, form)
            assert bench.get(address).status == (404 if address == "/transfers" else 200)


def test_show_prints_the_page_all_the_same(leaky: Path, muster_cli: Cli) -> None:
    case = open_case(leaky)
    with connect(derived.table_files(case, derived.present(case))) as db:
        found = db.rows("SELECT capture FROM listing_seen ORDER BY capture")
    text = muster_cli("show", found[0]["capture"], "--case", leaky).stdout
    assert "Third generation" in text
    assert "‹onion:" in text
