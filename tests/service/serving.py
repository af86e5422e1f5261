"""A service in a process of its own, and a client of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from muster.service.keys import ROLES

ALERT = {
    "register": "harbour", "reference": "17", "object_class": "firearm", "reason": "stolen", "make": "Example",
    "model": "M1", "numbers": [{"number": "123456", "series": "AB", "part": "frame"}], "event": "2020-05-01",
}  # fmt: skip
"""Invented."""


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """A running service: its process, its port and the secret of a key for each role, and one for all (`all`)."""

    folder: Path
    process: subprocess.Popen[str]
    port: int
    secrets: dict[str, str]

    def ask(
        self, method: str, path: str, body: object = None, *, key: str = "all", headers: dict[str, str] | None = None
    ) -> Reply:
        sent = {"Authorization": f"Bearer {self.secrets.get(key, key)}", "Content-Type": "application/json"}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, data, sent | (headers or {}))
            got = connection.getresponse()
            reply = Reply(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        return reply


def add_key(folder: Path, name: str, *roles: str, more: tuple[str, ...] = ("--burst", "100000")) -> str:
    options = [part for role in roles for part in ("--role", role)]
    done = subprocess.run(
        [sys.executable, "-m", "muster", "serve", "add-key", str(folder), name, *options, *more],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def start(folder: Path, secrets: dict[str, str], *options: str, before: tuple[str, ...] = ()) -> Service:
    """Start a service on a free port and wait until it takes requests. before: a command that runs it."""
    command = [*(before or (sys.executable, "-m", "muster")), "serve", str(folder), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"at http://\S+:(\d+)", line):
            return Service(folder, process, int(found[1]), secrets)
    raise AssertionError(said)


def stop(service: Service) -> None:
    service.process.terminate()
    service.process.wait(timeout=20)
    assert service.process.stderr is not None
    service.process.stderr.close()


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Service]:
    """A service with a key for each role and one for all."""
    secrets = {"all": add_key(folder, "all", *ROLES)} | {role: add_key(folder, role, role) for role in ROLES}
    service = start(folder, secrets, *options)
    try:
        yield service
    finally:
        stop(service)
