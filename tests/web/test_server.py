"""The command itself: a process on a free port, asked over a socket, and ended as a user ends it."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from muster.errors import ServiceError
from muster.web.server import serve


def _ask(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    found = reply.status, reply.read()
    connection.close()
    return found


def test_the_command_prints_its_address_answers_and_ends_with_ctrl_c(ledger: Path) -> None:
    command = [sys.executable, "-m", "muster", "web", str(ledger), "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address: str = json.loads(process.stdout.readline())["address"]
        assert address.startswith("http://127.0.0.1:")
        port = int(address.rstrip("/").rpartition(":")[2])
        status, body = _ask(port, "/transfers?item=Javelin&recipient=Ruritania")
        assert (status, b"unaccounted for" in body) == (200, True)
        assert _ask(port, "/", Host="rebound.example")[0] == 421
        assert _ask(port, "/report")[1] == (ledger / "report" / "index.html").read_bytes()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait(timeout=30)
    assert (process.returncode, said) == (0, "stopped; nothing was changed\n")


@pytest.mark.slow
def test_another_host_is_asked_for_and_told_what_it_means(ledger: Path) -> None:
    command = [sys.executable, "-m", "muster", "web", str(ledger), "--port", "0", "--host", "0.0.0.0", "--name", "desk"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://desk:")
        port = int(address.rstrip("/").rpartition(":")[2])
        assert _ask(port, "/", Host="desk")[0] == 200
        assert _ask(port, "/", Host="127.0.0.1")[0] == 421
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait(timeout=30)
    assert "whoever can reach 0.0.0.0 reads this whole case: no key is asked for and nothing is encrypted" in said


def test_naming_the_command_loads_no_server(ledger: Path) -> None:
    """What lists or documents commands need not wait for a server's libraries."""
    code = "import sys, muster.cli.web; sys.exit(len({'starlette', 'uvicorn', 'jinja2', 'duckdb'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_an_address_for_all_needs_names_and_a_taken_one_is_told(ledger: Path) -> None:
    def never(text: str) -> None:
        pytest.fail(text)

    with pytest.raises(ServiceError, match="needs its names"):
        serve(ledger, host="0.0.0.0", ready=never, warn=never)
    with pytest.raises(ServiceError, match="the address cannot be had"):
        serve(ledger, host="192.0.2.7", ready=never, warn=never)  # an address of nobody (RFC 5737)
