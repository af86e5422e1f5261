"""A real service on loopback, and a real client."""

from __future__ import annotations

import csv
import random
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

import msgspec
import pytest

from muster.register import CAVEAT, Register
from muster.service import replies
from muster.service.endpoints import ENDPOINTS
from muster.service.keys import ROLES
from muster.service.openapi import openapi
from muster.service.searches import SearchLog
from service.serving import ALERT, Service, add_key, serving, start, stop

ASKED = {"number": "AB 123456", "make": "Example", "model": "M1", "purpose": "a seizure list"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("served") / "register") as running:
        yield running


def _entered(service: Service, reference: str, **more: Any) -> str:
    reply = service.ask("POST", "/alerts", {"reason": "theft reported",
                                            "alerts": [{**ALERT, "reference": reference, **more}]})  # fmt: skip
    assert reply.status == 201, reply.body
    name: str = reply.json["entered"][0]
    return name


def _number(text: str) -> dict[str, Any]:
    return {"numbers": [{"number": text, "part": "frame"}]}


def test_an_alert_lives_from_entry_to_find(service: Service) -> None:
    name = _entered(service, "life", **_number("7700112"))
    asked = {**ASKED, "number": "7700112"}
    assert service.ask("POST", "/lookup", asked).json["answer"] == "match"
    path = f"/alerts/{name}"
    extended = service.ask("POST", f"{path}/extend", {"reason": "still sought", "review": "2090-01-01"})
    assert (extended.status, extended.json["review"]) == (200, "2090-01-01")
    corrected = service.ask("POST", f"{path}/correct", {"reason": "misread", "fields": {"calibre": "9 mm"}})
    assert (corrected.status, corrected.json["calibre"]) == (200, "9 mm")
    other = _entered(service, "life 2", **_number("7700999"))
    assert service.ask("POST", f"{path}/link", {"reason": "one theft", "to": other}).json["links"] == [other]
    hit = service.ask("POST", "/hits", {"reason": "compared in hand", "alert": name, "number": "7700112"})
    assert (hit.status, hit.json["by"]) == (201, "all")
    assert service.ask("POST", f"{path}/find", {"reason": "handed in"}).json["sought"] is False
    assert service.ask("POST", "/lookup", asked).json["answer"] == "no_match"
    again = service.ask("POST", f"{path}/withdraw", {"reason": "once more"})
    assert again.status == 409
    told = service.ask("GET", f"{path}/history?purpose=checking").json["history"]
    assert [fact["what"].removeprefix("alert ") for fact in told] == [
        "entered", "extended", "corrected", "linked", "found",
    ]  # fmt: skip
    assert service.ask("GET", f"{path}?purpose=checking").json["hits"][0]["reason"] == "compared in hand"
    assert service.ask("GET", f"{path}?purpose=checking&as_of=2020-01-01").status == 404


def test_answers_are_what_the_openapi_page_says_and_carry_what_they_do_not_say(service: Service) -> None:
    name = _entered(service, "typed", **_number("5500112"))
    one = service.ask("POST", "/lookup", {**ASKED, "number": "5500113"})
    some = service.ask(
        "POST", "/lookups", {"purpose": "a list", "lookups": [{"number": "5500112"}, {"number": "Q?7*"}]}
    )
    read = service.ask("GET", f"/alerts/{name}?purpose=checking")
    bad = service.ask("POST", "/lookup", {})
    assert bad.status == 400
    for reply, kind in ((one, replies.Answered), (some, replies.AnsweredList), (read, replies.AlertRead),
                        (service.ask("GET", f"/alerts/{name}/history?purpose=checking"), replies.History),
                        (service.ask("GET", "/health"), replies.Health),
                        (service.ask("GET", "/searches/verify"), replies.Verified),
                        (service.ask("GET", "/searches"), replies.Log)):  # fmt: skip
        assert reply.status == 200, reply.body
        msgspec.json.decode(reply.body, type=kind)
    for reply in (one, some, read):
        assert reply.json["caveat"] == list(CAVEAT)
    assert service.ask("GET", "/openapi.json").json == msgspec.json.decode(msgspec.json.encode(openapi()))


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_an_endpoint_takes_its_role_and_no_other(service: Service, endpoint: Any) -> None:
    path = endpoint.path.replace("{alert}", "alr:0000000000000000")
    assert service.ask(endpoint.method, path, {}, key="nobody").status == 401
    for role in ROLES:
        status = service.ask(endpoint.method, path, {}, key=role).status
        assert (status == 403) == (role != endpoint.role), (role, status)


def test_a_key_may_do_what_its_role_says(service: Service) -> None:
    name = _entered(service, "roles", **_number("7711223"))
    may: list[tuple[str, str, str, object, int]] = [
        ("search", "POST", "/lookup", ASKED, 200),
        ("search", "POST", "/lookups", {"purpose": "a list", "lookups": [{"number": "7711223"}]}, 200),
        ("search", "GET", f"/alerts/{name}?purpose=checking", None, 200),
        ("search", "GET", f"/alerts/{name}/history?purpose=checking", None, 200),
        ("enter", "POST", "/alerts", {"reason": "theft", "alerts": [{**ALERT, "reference": "roles 2"}]}, 201),
        ("enter", "POST", f"/alerts/{name}/extend", {"reason": "still sought", "review": "2090-01-01"}, 200),
        ("enter", "POST", f"/alerts/{name}/correct", {"reason": "misread", "fields": {"calibre": "9 mm"}}, 200),
        ("review", "POST", "/hits", {"reason": "compared in hand", "alert": name, "number": "7711223"}, 201),
        ("enter", "POST", f"/alerts/{name}/withdraw", {"reason": "by mistake"}, 200),
        ("audit", "GET", "/searches?who=search", None, 200),
        ("audit", "GET", "/searches/verify", None, 200),
    ]
    for role, method, path, body, status in may:
        for key in ROLES:
            if key != role:
                assert service.ask(method, path, body, key=key).status == 403, (key, path)
        reply = service.ask(method, path, body, key=role)
        assert reply.status == status, reply.body
    told = service.ask("GET", f"/alerts/{name}/history?purpose=checking").json["history"]
    assert [fact["who"] for fact in told] == ["all", "enter", "enter", "enter"]


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.role == "search"], ids=lambda one: one.path)
@pytest.mark.parametrize("purpose", [None, "", "  ", "ab", "x" * 201])
def test_nothing_is_searched_without_a_purpose(service: Service, endpoint: Any, purpose: str | None) -> None:
    path = endpoint.path.replace("{alert}", "alr:0000000000000000")
    before = service.ask("GET", "/searches/verify").json["searches"]
    if endpoint.query and endpoint.query[0][0] == "purpose":
        path += "" if purpose is None else f"?purpose={purpose.replace(' ', '%20')}"
        sent: object = b"number\nAB 1234\n" if endpoint.body is bytes else None
        kind = "text/csv"
    else:
        body = {"number": "AB 1234"} if path == "/lookup" else {"lookups": [{"number": "AB 1234"}]}
        sent, kind = {**body, **({} if purpose is None else {"purpose": purpose})}, "application/json"
    reply = service.ask(endpoint.method, path, sent, headers={"Content-Type": kind})
    assert reply.status == 400, reply.body
    assert b"purpose" in reply.body
    assert service.ask("GET", "/searches/verify").json["searches"] == before + 1  # the first verification itself


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/static/x.js", "/favicon.ico"])
def test_there_is_no_page_so_nothing_is_loaded_from_elsewhere(service: Service, path: str) -> None:
    reply = service.ask("GET", path)
    assert (reply.status, reply.headers["content-type"]) == (404, "application/json")
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    assert "http" not in service.ask("GET", "/openapi.json").body.decode().replace('"type":"http"', "")


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/lookup", {"number": "1234"}, {}, 400),
        ("/lookup", {**ASKED, "purpose": " "}, {}, 400),
        ("/lookup", {**ASKED, "nubmer": "1"}, {}, 400),
        ("/lookup", {**ASKED, "number": "1" * 10_000}, {}, 400),
        ("/lookup", b"{" * 100_000, {}, 400),
        ("/lookup", b"\xff\xfe", {}, 400),
        ("/lookup", b"x" * 5_000_000, {}, 413),
        ("/lookup", ASKED, {"Content-Type": "text/plain"}, 415),
        ("/lookup", ASKED, {"Host": "elsewhere.example"}, 421),
        ("/lookup", {**ASKED, "purpose": "for Mr Example, +380 00 000 00 00"}, {}, 422),
        ("/lookup", {**ASKED, "part": "'; DROP TABLE alert; --"}, {}, 422),
        ("/lookups", {"purpose": "a list", "lookups": [{"number": "1"}] * 1001}, {}, 400),
        ("/alerts", {"reason": "theft", "alerts": [{**ALERT, "owner": "x"}]}, {}, 422),
        ("/lookups.csv?purpose=list", b"item\n1\n", {"Content-Type": "text/csv"}, 400),
        (f"/lookups.csv?purpose=list&number={'n' * 2000}", b"n\n1\n", {"Content-Type": "text/csv"}, 414),
        ("/lookups.csv?purpose=list&nubmer=n", b"n\n1\n", {"Content-Type": "text/csv"}, 400),
        ("/nothing", {}, {}, 404),
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_in_one_shape(
    service: Service, path: str, body: object, headers: dict[str, str], status: int
) -> None:
    reply = service.ask("POST", path, body, headers=headers)
    assert reply.status == status, reply.body
    told = msgspec.json.decode(reply.body, type=replies.Refusal).error
    assert told.what
    assert told.do
    assert str(service.folder) not in reply.body.decode()


def test_a_list_comes_back_with_answers(service: Service) -> None:
    _entered(service, "listed", **_number("6600112"))
    sent = "\ufeffItem;Serial;make;model\n1;6600112;Example;M1\n2;=6600999;;\n".encode()
    reply = service.ask(
        "POST", "/lookups.csv?purpose=a%20list&number=Serial", sent, headers={"Content-Type": "text/csv"}
    )
    lines = reply.body.decode().splitlines()
    assert reply.status == 200, reply.body
    assert lines[0].startswith("Item;Serial;make;model;answer;alert;spelling;held_number;")
    assert lines[1].startswith("1;6600112;Example;M1;match;alr:")
    assert lines[2].startswith("2;'=6600999;;;no_match;")  # no spreadsheet takes it for a formula


def test_a_list_is_answered_in_the_columns_of_the_command(service: Service) -> None:
    _entered(service, "both ways", **_number("6600543"))
    sent = b"Serial Number,Maker,Model\n6600543,Example,M1\n6600534,Example,M1\n,,\n,Example,M1\n66*,,\n"
    answered = service.ask("POST", "/lookups.csv?purpose=a%20list", sent, headers={"Content-Type": "text/csv"})
    command = [sys.executable, "-m", "muster", "lookup", "--list", "-", "--register", str(service.folder)]
    done = subprocess.run(command, input=sent, capture_output=True, timeout=60, check=True)
    rows, printed = (list(csv.reader(text.decode().splitlines())) for text in (answered.body, done.stdout))
    chance = rows[0].index("expected_by_chance")
    for row, line in zip(rows, printed, strict=True):
        # a register that was opened anew lays the alerts entered here on other shelves, and counts chance by shelf
        assert row[:chance] + row[chance + 1 :] == line[:chance] + line[chance + 1 :]
    assert [row[3] for row in rows[1:]] == ["match", "cannot_tell", "cannot_tell", "cannot_tell"]
    assert all(CAVEAT[0] in row[-1] for row in rows[1:])


def test_every_search_is_in_the_log_with_its_terms_user_and_purpose(service: Service) -> None:
    reply = service.ask("POST", "/lookup", {**ASKED, "number": "ZZ 998877", "purpose": "файл 12"}, key="search")
    receipt = reply.json["receipt"]
    found = [one for one in service.ask("GET", "/searches?who=search").json["searches"] if one["receipt"] == receipt]
    assert [(one["who"], one["reason"], one["about"]["asked"][0]["number"]) for one in found] == [
        ("search", "файл 12", "ZZ 998877")
    ]
    mark = f"{receipt['segment']}:{receipt['n']}"
    good = service.ask("GET", f"/searches/verify?receipt={mark}:{receipt['digest']}")
    assert good.status == 200, good.body
    refused = service.ask("GET", f"/searches/verify?receipt={mark}:{'0' * 64}")
    assert (refused.status, refused.json["error"]["what"]) == (409, "the log of searches was changed")
    files = (service.folder / "service").rglob("*.jsonl")
    kept = [path for path in files if path.name != "seals.jsonl"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    secret = service.secrets["search"]
    assert all(secret not in path.read_text() for path in kept)


def test_a_key_that_asks_too_much_waits_and_a_revoked_one_is_refused(service: Service) -> None:
    slow = add_key(service.folder, "slow", "search", more=("--burst", "2", "--per-second", "0.01"))
    statuses = [service.ask("POST", "/lookup", ASKED, key=slow) for _ in range(3)]
    assert [reply.status for reply in statuses] == [200, 200, 429]
    assert 1 <= int(statuses[2].headers["retry-after"]) <= 100
    revoke = [sys.executable, "-m", "muster", "serve", "revoke-key", str(service.folder), "slow", "--reason", "left"]
    subprocess.run(revoke, check=True, capture_output=True, timeout=60)
    assert service.ask("POST", "/lookup", ASKED, key=slow).status == 401


def test_writers_at_once_lose_nothing_and_one_reference_is_entered_once(service: Service) -> None:
    def enter(reference: int) -> int:
        body = {"reason": "theft", "alerts": [{**ALERT, "reference": f"both {reference}"}]}
        return service.ask("POST", "/alerts", body).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(enter, [n // 2 for n in range(40)]))
    beside = Register(service.folder)
    beside.enter([{**ALERT, "reference": "beside"}], who="bo", reason="from the command line")
    assert sorted(statuses) == [201] * 20 + [409] * 20
    ids = {alert.reference for alert in Register(service.folder).folded.entered.values()}
    assert {f"both {n}" for n in range(20)} | {"beside"} <= ids
    assert (
        service.ask("POST", "/alerts", {"reason": "x y z", "alerts": [{**ALERT, "reference": "beside"}]}).status == 409
    )


def test_what_went_wrong_is_said_in_the_words_of_what_was_sent(service: Service) -> None:
    missing = service.ask("GET", "/lookup").json["error"]
    assert (missing["where"], missing["found"]) == ("/lookup", "GET")
    none = service.ask("GET", "/searches", headers={"Authorization": ""})
    assert (none.status, none.json["error"]["what"]) == (401, "no key was sent")
    plain = service.ask("GET", "/searches", headers={"Authorization": service.secrets["audit"]})
    assert "Bearer" in plain.json["error"]["do"]


def test_there_is_nothing_to_verify_where_nothing_was_served(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "muster", "serve", "verify", str(tmp_path / "harbor")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no log of searches" in done.stderr


def test_a_register_has_one_service_at_a_time(service: Service) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "muster", "serve", str(service.folder), "--port", "0"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert second.returncode == 2
    assert "another service writes the log" in second.stderr


def _kill_during_entry(folder: Path, kills: int) -> None:
    """Kill -9 while clients enter and search; what was acknowledged is there afterwards, and the log is whole."""
    secrets = {"all": add_key(folder, "all", *ROLES)}
    acknowledged: list[str] = []
    receipts: list[dict[str, Any]] = []
    for round_ in range(kills):
        service = start(folder, secrets)

        def work(client: int, service: Service = service, round_: int = round_) -> None:
            for n in range(10_000):
                try:
                    body = {"reason": "theft", "alerts": [{**ALERT, "reference": f"{round_} {client} {n}"}]}
                    entered = service.ask("POST", "/alerts", body)
                    looked = service.ask("POST", "/lookup", ASKED)
                except (OSError, HTTPException):
                    return  # the server is gone
                acknowledged.extend(entered.json["entered"])
                receipts.append(looked.json["receipt"])

        before, after = len(acknowledged), random.Random(round_).randint(1, 12)
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(work, client) for client in range(2)]
            while len(acknowledged) < before + after and not all(job.done() for job in jobs):
                time.sleep(0.001)
            service.process.kill()
        for job in jobs:
            job.result()
        service.process.wait()
        assert service.process.stderr is not None
        service.process.stderr.close()
    service = start(folder, secrets)
    try:
        lost = set(acknowledged) - set(Register(folder).folded.entered)
        assert not lost
        assert len(acknowledged) > kills
        one = receipts[-1]
        reply = service.ask("GET", f"/searches/verify?receipt={one['segment']}:{one['n']}:{one['digest']}")
        assert reply.status == 200, reply.body
        assert reply.json["searches"] >= len(receipts)
    finally:
        stop(service)


@pytest.mark.slow
def test_no_acknowledged_alert_is_lost_when_the_service_is_killed(tmp_path: Path) -> None:
    _kill_during_entry(tmp_path / "register", kills=3)


@pytest.mark.soak
def test_no_acknowledged_alert_is_lost_when_the_service_is_killed_hundreds_of_times(tmp_path: Path) -> None:
    _kill_during_entry(tmp_path / "register", kills=200)


def _bounded(size: int) -> tuple[str, ...]:
    """A command that runs Muster with files of at most a size, as the system bounds them: they fill as a disk would."""
    code = ("import resource, signal, runpy, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); sys.argv = ['muster', *sys.argv[1:]]; "
            "runpy.run_module('muster', run_name='__main__')")  # fmt: skip
    return (sys.executable, "-B", "-c", code)


@pytest.mark.slow
def test_a_full_disk_is_told_once_and_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    secrets = {"all": add_key(folder, "all", *ROLES)}
    service = start(folder, secrets, before=_bounded(20_000))
    try:
        kept: list[str] = []
        for n in range(200):
            body = {"reason": "theft", "alerts": [{**ALERT, "reference": str(n)}]}
            reply = service.ask("POST", "/alerts", body)
            if reply.status != 201:
                break
            kept += reply.json["entered"]
        assert reply.status == 507
        assert msgspec.json.decode(reply.body, type=replies.Refusal).error.kind == "JournalError"
        assert set(Register(folder).folded.entered) == set(kept)
        assert service.ask("GET", "/health").status == 200
    finally:
        stop(service)


@pytest.mark.slow
def test_no_search_is_answered_that_a_full_disk_keeps_out_of_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    secrets = {"all": add_key(folder, "all", *ROLES)}
    Register(folder).enter([ALERT], who="ada", reason="theft reported")
    service = start(folder, secrets, before=_bounded(20_000))
    try:
        with ThreadPoolExecutor(4) as pool:
            given = list(pool.map(lambda _: service.ask("POST", "/lookup", ASKED), range(200)))
        full = [reply for reply in given if reply.status == 507]
        assert len(full) > 50
        for reply in full:
            told = msgspec.json.decode(reply.body, type=replies.Refusal).error
            assert (told.kind, told.do) == ("JournalError", "make room on the disk; nothing of this entry was kept")
            assert b"candidates" not in reply.body
        answered = [reply.json["receipt"]["digest"] for reply in given if reply.status == 200]
        assert len(answered) == len(given) - len(full)
        log = SearchLog(folder / "service" / "searches", lambda: datetime.now(UTC))
        assert sorted(line.receipt.digest for line in log.lines()) == sorted(answered)
        health = service.ask("GET", "/health")
        assert (health.status, health.json["status"]) == (503, "failing")
        fitted = 0  # shorter lines may still have room
        for other in (f"/alerts/{_id(given)}?purpose=checking", "/searches"):
            while (status := service.ask("GET", other).status) == 200:
                fitted += 1
            assert status == 507
    finally:
        stop(service)
    service = start(folder, secrets)  # with room on the disk
    try:
        assert service.ask("POST", "/lookup", ASKED).status == 200
        assert service.ask("GET", "/searches/verify").json["searches"] == len(answered) + fitted + 1
    finally:
        stop(service)


@pytest.mark.slow
def test_a_log_that_is_changed_while_the_service_runs_stops_its_answers(tmp_path: Path) -> None:
    with serving(tmp_path / "register") as service:
        assert service.ask("POST", "/lookup", ASKED).status == 200
        (path,) = (service.folder / "service" / "searches").glob("segment-*.jsonl")
        whole = path.read_bytes()
        path.write_bytes(whole[: whole.rindex(b"\n", 0, -1) + 1])
        reply = service.ask("POST", "/lookup", ASKED)
        assert (reply.status, reply.json["error"]["what"]) == (503, "the journal was changed while it was held")
        assert str(service.folder) not in reply.body.decode()
        assert service.ask("GET", "/health").status == 503
        path.write_bytes(whole)
        assert service.ask("POST", "/lookup", ASKED).status == 200


def _id(given: list[Any]) -> str:
    name: str = next(reply for reply in given if reply.status == 200).json["candidates"][0]["alert"]
    return name
