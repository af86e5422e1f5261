"""Who is answered and what an answer carries: nothing is changed, loaded, kept or told to others."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from web.within import Bench

PAGES = ["/", "/claims", "/issues", "/transfers", "/transfers?item=Javelin", "/transfers/timeline?item=Javelin",
         "/transfers/risk?item=Javelin", "/transfers/reconcile", "/transfers/watch", "/transfers/lines", "/nothing",
         "/id/nothing:1"]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_a_page_loads_its_own_style_and_runs_nothing(bench: Bench, address: str) -> None:
    told = bench.get(address)
    policy = told.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    tree = told.tree
    assert tree.css("script, iframe, object, embed, base, meta[http-equiv], style") == []
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            assert name != "style", node.html
            if name in ("href", "src", "action", "formaction"):
                assert str(value).startswith(("/", "#")), node.html
                assert not str(value).startswith("//"), node.html


@pytest.mark.parametrize(
    "address", [*PAGES, "/report", "/static/web.css", "/static/nothing", "/transfers?format=csv",
                "/transfers?format=json", "/transfers?donor=", "/transfers/picture.svg?item=Javelin", "/" + "a" * 400]
)  # fmt: skip
def test_no_answer_is_kept_guessed_at_framed_or_told_on(bench: Bench, address: str) -> None:
    headers = bench.get(address).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_nothing_but_get_and_head_is_answered(bench: Bench, method: str) -> None:
    for address in ("/", "/transfers", "/report", "/nothing"):
        told = bench.get(address, method=method)
        assert (told.status, told.headers["allow"]) == (405, "GET, HEAD")


def test_head_is_answered_as_get_is(bench: Bench) -> None:
    for address in ("/", "/transfers?item=Javelin", "/report", "/static/web.css"):
        head, get = bench.get(address, method="HEAD"), bench.get(address)
        assert (head.status, head.headers) == (get.status, get.headers)


@pytest.mark.parametrize(
    "hosts", [("evil.example",), ("evil.example:8411",), ("127.0.0.1.evil.example",), ("",), (), ("[::ffff:7f00:1]",),
              ("127.0.0.1:8411", "evil.example"), ("evil.example", "127.0.0.1:8411"), ("127.0.0.1@evil.example",)]
)  # fmt: skip
def test_a_page_that_was_led_here_by_another_name_is_refused(bench: Bench, hosts: tuple[str, ...]) -> None:
    for address in ("/", "/transfers?format=json", "/static/web.css", "/report"):
        told = bench.get(address, hosts=hosts)
        assert told.status == 421
        assert "Ruritania" not in told.text


@pytest.mark.parametrize("host", ["127.0.0.1:8411", "127.0.0.1", "localhost:8411", "LOCALHOST:9000"])
def test_its_own_names_are_answered_through_any_port(bench: Bench, host: str) -> None:
    assert bench.get("/", hosts=(host,)).status == 200  # a tunnel has a port of its own


def test_addresses_have_a_length(bench: Bench) -> None:
    assert bench.get("/" + "a" * 301).status == 414
    assert bench.get("/?" + "a" * 2001).status == 414
    assert bench.get("/transfers?" + "&".join(f"item={n}" for n in range(60))).status == 400
    assert bench.get("/transfers?item=" + "%41" * 301).status == 414


@pytest.mark.parametrize("address", ["/static/../case.toml", "/static/%2e%2e/%2e%2e/case.toml", "/report/../case.toml",
                                     "/static/report.html.j2", "/private/token.key", "/case.toml", "/id/../case.toml",
                                     "//elsewhere.example/", "/transferz"])  # fmt: skip
def test_no_address_leads_to_another_file(bench: Bench, address: str) -> None:
    told = bench.get(address)
    assert told.status == 404
    assert b"[[transfers]]\npath" not in told.body


def test_what_was_asked_changes_nothing(bench: Bench, ledger: Path) -> None:
    before = _digest(ledger)
    for address in [*PAGES, "/report", "/transfers/picture.svg?item=Javelin"]:
        bench.get(address)
    assert _digest(ledger) == before


def _digest(root: Path) -> dict[str, str]:
    return {str(path): f"{path.stat().st_mtime_ns} {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in sorted(root.rglob("*")) if path.is_file()}  # fmt: skip
