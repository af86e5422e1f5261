"""How many look-ups a second the service answers: a real server, real clients on loopback, its log on disk.

    python bench/service.py FOLDER [N] [SECONDS]

FOLDER keeps a register of N invented alerts (200,000); the server is started as a user starts it. Half of the numbers
asked for are registered ones misread in one sign, half are of objects that are in no register. In the same run, beside
it: the same HTTP stack saying hello, the register asked without a service, and how long the disk takes to keep a line.
At the end the answers are counted against the log.
"""

from __future__ import annotations

import json
import os
import random
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from muster.register import Lookup, Register, import_table
from muster.register.declared import load
from muster.register.invented import MADE, Objects, foreign, objects, write_json

HELLO = """
import socket, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
async def hello(request):
    await request.body()
    return Response(b'{"hello":"you"}', media_type="application/json")
taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 6)
taken.bind(("127.0.0.1", 0))
taken.listen(100)
print(f"at http://127.0.0.1:{taken.getsockname()[1]}", file=sys.stderr, flush=True)
config = uvicorn.Config(Starlette(routes=[Route("/lookup", hello, methods=["POST"])]), http="httptools", ws="none",
                        loop="asyncio", lifespan="off", log_level="warning", access_log=False)
uvicorn.Server(config).run([taken])
"""
"""The HTTP stack of the service, and nothing else."""

GIVEN = {"make, model, year": ("make", "model", "year"), "make, model": ("make", "model"), "nothing": ()}
KINDS = 600
"""Different questions of each sort; a run goes through them again and again."""


@dataclass
class Round:
    """What one round came to: its seconds, look-ups, the time of each request, and seconds of the server's processor.

    The last says what the server would do with a core of its own; the first what it did on this machine, as busy as it
    was.
    """

    took: float
    lookups: int
    times: list[float]
    worked: float

    def __str__(self) -> str:
        found = sorted(self.times)
        return (f"{self.lookups / self.took:7,.0f}/s  {self.lookups / self.worked:7,.0f} a second of processor  "
                f"request median {found[len(found) // 2] * 1e3:6.1f} ms, p99 {found[int(len(found) * 0.99)] * 1e3:6.1f}"
                " ms")  # fmt: skip


class Server(NamedTuple):
    """A running server."""

    port: int
    process: int

    def worked(self) -> float:
        """Return the seconds of processor that it has used."""
        after_name = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print what was measured."""
    folder = Path(sys.argv[1])
    n, seconds = (int(arg) if arg else 0 for arg in (*sys.argv[2:4], *["200000", "5"][len(sys.argv[2:4]) :]))
    folder.mkdir(parents=True, exist_ok=True)
    register, held = _register(folder, n)
    asked = {given: _questions(held, names) for given, names in GIVEN.items()}
    print(f"{n:,} alerts; a line is on this disk in {_disk(folder) * 1e3:.1f} ms (median of 200 fsyncs); "
          f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")  # fmt: skip
    with _running([sys.executable, "-c", HELLO]) as server:
        for clients in (1, 16):
            done = _ask(server, "", "/lookup", asked["nothing"], 1, clients, seconds)
            print(f"hello       {clients:2} clients  {done}")
    _direct(register, asked, seconds)
    del register
    key = _key(folder / "register")
    answered, before = 0, _logged(folder / "register")
    muster = str(Path(sys.executable).with_name("muster"))
    with _running([muster, "serve", str(folder / "register"), "--port", "0"]) as server:
        for given, questions in asked.items():
            print(f"\nthe service, given {given}:")
            for size, path in ((1, "/lookup"), (50, "/lookups")):
                for clients in (1, 16):
                    done = _ask(server, key, path, questions, size, clients, seconds)
                    answered += len(done.times)
                    print(f"  {size:2} each, {clients:2} clients  {done}", flush=True)
    found = _logged(folder / "register") - before
    print(f"\nload at the end {os.getloadavg()[0]:.1f}; {answered:,} answers, {found:,} searches in the log")


def _logged(register: Path) -> int:
    """Return how many searches the log holds, which is verified; a register that was never served has none."""
    if not (register / "service" / "searches").is_dir():
        return 0
    command = [sys.executable, "-m", "muster", "serve", "verify", str(register), "--json"]
    told = subprocess.run(command, capture_output=True, check=True)
    return int(json.loads(told.stdout)["searches"])


def _register(folder: Path, n: int) -> tuple[Register, Objects]:
    table = folder / f"ua-{n}.json"
    if not table.is_file():
        write_json(table, n)
    register = Register(folder / "register")
    declared = load("ua-wanted-weapons")
    import_table(register, table, declared, date(2025, 11, 1), who="bench", reason="measured")
    return register, objects(n)


def _questions(held: Objects, given: Sequence[str]) -> list[dict[str, object]]:
    rng = random.Random(7)
    strange = foreign(held, KINDS // 2)
    found = []
    for n in range(KINDS):
        of, row = (held, rng.randrange(len(held))) if n % 2 else (strange, n // 2)
        series, number = of.marks(row)
        made = MADE[of.model[row]]
        known = {"make": "", "model": made.model, "year": int(of.year[row])}
        text = f"{series} {_misread(number, rng) if n % 2 else number}".strip()
        found.append({"number": text, **{name: known[name] for name in given if known[name]}})
    return found


def _misread(number: str, rng: random.Random) -> str:
    at = rng.randrange(len(number))
    return number[:at] + rng.choice([sign for sign in "0123456789" if sign != number[at]]) + number[at + 1 :]


def _disk(folder: Path) -> float:
    times = []
    with (folder / "line.tmp").open("wb", buffering=0) as out:
        for _ in range(200):
            began = time.perf_counter()
            out.write(b"x" * 600)
            os.fsync(out.fileno())
            times.append(time.perf_counter() - began)
    (folder / "line.tmp").unlink()
    return sorted(times)[100]


def _direct(register: Register, asked: dict[str, list[dict[str, object]]], seconds: float) -> None:
    for given, questions in asked.items():
        for size in (1, 50):
            lists = _cut([Lookup(**one) for one in questions], size)  # type: ignore[arg-type]
            times: list[float] = []
            worked, began = time.process_time(), time.perf_counter()
            while time.perf_counter() - began < seconds / 2:
                begin = time.perf_counter()
                register.look_up(lists[len(times) % len(lists)])
                times.append(time.perf_counter() - begin)
            took, worked = time.perf_counter() - began, time.process_time() - worked
            print(f"no service, {size:2} each, given {given:<18}{Round(took, len(times) * size, times, worked)}")


def _cut(given: Sequence[Any], size: int) -> list[Any]:
    return [given[begin : begin + size] for begin in range(0, len(given), size)]


@contextmanager
def _running(command: list[str]) -> Iterator[Server]:
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if found := re.search(r"at http://127.0.0.1:(\d+)", line):
                break
        else:
            raise SystemExit(f"no server: {command}")
        yield Server(int(found[1]), process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _key(register: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "muster", "serve", "add-key", str(register), f"bench-{time.time_ns()}", "--role",
         "search", "--per-second", "1000000", "--burst", "1000000"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def _ask(
    server: Server, key: str, path: str, questions: list[dict[str, object]], size: int, clients: int, seconds: float
) -> Round:
    """Keep a number of clients asking, each one request at a time on a connection that it keeps."""
    if size == 1:
        bodies: list[object] = [{**one, "purpose": "measured"} for one in questions]
    else:
        bodies = [{"purpose": "measured", "lookups": some} for some in _cut(questions, size)]
    requests = cycle([_request(path, key, json.dumps(body, ensure_ascii=False).encode()) for body in bodies])
    choose = selectors.DefaultSelector()
    sent: dict[socket.socket, float] = {}
    came: dict[socket.socket, bytes] = {}
    times: list[float] = []
    worked, began = server.worked(), time.perf_counter()
    for _ in range(clients):
        one = socket.create_connection(("127.0.0.1", server.port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        choose.register(one, selectors.EVENT_READ)
        sent[one], came[one] = time.perf_counter(), b""
        one.sendall(next(requests))
    open_ = clients
    while open_:
        for event, _ in choose.select():
            assert isinstance(event.fileobj, socket.socket)
            one = event.fileobj
            piece = one.recv(1 << 20)
            assert piece, came[one][:500]
            came[one] += piece
            if not _whole(came[one]):
                continue
            now = time.perf_counter()
            times.append(now - sent[one])
            if now - began < seconds:
                sent[one], came[one] = now, b""
                one.sendall(next(requests))
            else:
                choose.unregister(one)
                one.close()
                open_ -= 1
    took = time.perf_counter() - began
    return Round(took, len(times) * size, times, server.worked() - worked)


def _request(path: str, key: str, body: bytes) -> bytes:
    head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")  # fmt: skip
    return head.encode() + body


def _whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    if not head.startswith(b"HTTP/1.1 200 "):
        raise SystemExit(answer.decode())
    return len(body) >= int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])


if __name__ == "__main__":
    main()
