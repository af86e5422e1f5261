"""The workbench of a case without a socket."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from selectolax.lexbor import LexborHTMLParser

from muster.web.app import make_app
from muster.web.reading import Reading

HERE = "127.0.0.1:8411"


@dataclass(frozen=True)
class Told:
    """What was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)

    @property
    def words(self) -> str:
        """The text of a page as a reader sees it, spaces as one."""
        body = self.tree.body
        assert body is not None
        return " ".join(body.text(separator=" ").split())


class Bench:
    """Asks the workbench of a case as a browser does; use it as a context manager."""

    def __init__(self, root: Path) -> None:
        self.reading = Reading(root)
        self.app = make_app(self.reading, ["127.0.0.1", "localhost"])

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self.reading.close()

    def get(self, address: str, *, method: str = "GET", hosts: tuple[str, ...] = (HERE,)) -> Told:
        """Send a request, and return what was answered; nothing is followed."""
        path, _, query = address.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": unquote(path), "raw_path": quote(path, safe="/%:").encode(), "root_path": "",
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1), "query_string": query.encode(),
            "headers": [(b"host", host.encode("latin-1")) for host in hosts],
        }  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))  # type: ignore[arg-type]
        headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return Told(sent[0]["status"], headers, b"".join(message["body"] for message in sent[1:]))
