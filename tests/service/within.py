"""A service without a socket, for thousands of requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from muster.service.app import make_app
from muster.service.desk import Desk
from muster.service.keys import ROLES


@dataclass
class Told:
    status: int
    kind: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Within:
    """A service in this process; use it as a context manager."""

    def __init__(self, folder: Path, slowest: float = 1) -> None:
        self.desk = Desk(folder, lambda: datetime.now(UTC))
        _, self.secret = self.desk.keys.add("all", ROLES, by="test", per_second=1e9, burst=10**9)
        self.app = make_app(self.desk, ["here.example"], slowest)
        self.runner = asyncio.Runner()

    def __enter__(self) -> Within:
        self.desk.searches.__enter__()
        self.runner.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.runner.__exit__(None, None, None)
        self.desk.searches.__exit__(*error)

    def ask(self, method: str, path: str, body: bytes = b"", query: dict[str, str] | None = None,
            kind: str = "application/json", receive: Callable[[], Awaitable[Any]] | None = None) -> Told:  # fmt: skip
        """Send a request and return what was answered. receive: gives the body in its own way."""
        headers = {"host": "here.example", "authorization": f"Bearer {self.secret}", "content-type": kind}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": quote(path).encode(), "root_path": "", "client": ("127.0.0.1", 1),
            "query_string": urlencode(query or {}).encode(), "server": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def give() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        self.runner.run(self.app(scope, receive or give, send))  # type: ignore[arg-type]
        told = {name: value.decode() for name, value in sent[0]["headers"]}
        return Told(sent[0]["status"], told[b"content-type"].partition(";")[0], b"".join(m["body"] for m in sent[1:]))
