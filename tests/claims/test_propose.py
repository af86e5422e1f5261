"""A model on this machine may propose claims: asked over HTTP, marked, checked against the text, and never needed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from muster.claims import article, read
from muster.claims.propose import Endpoint, propose
from muster.cli.claims import command
from muster.errors import ClaimError

STORY = b"They sell 14 pistols on Bazaar. The quay smells of gun oil, say neighbours."


class Server(HTTPServer):
    """Answers every request with `answer`; keeps what was asked."""

    answer: bytes = b""
    status: int = 200
    asked: list[tuple[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as found:
        found.asked = []
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def said(rows: object) -> bytes:
    """Return an answer as such a server gives it."""
    content = "Here they are:\n```json\n" + json.dumps(rows) + "\n```"
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def row(**changed: object) -> dict[str, object]:
    """Return a proposal that holds."""
    return {"quote": "The quay smells of gun oil", "type": "existence", "comparator": "none", "value": None, "unit": "",
            "attributed_to": "neighbours"} | changed  # fmt: skip


def url(server: Server) -> str:
    """Return where a server listens."""
    return f"http://127.0.0.1:{server.server_port}/v1"


def test_a_proposal_is_marked_and_has_the_words_of_the_article(server: Server) -> None:
    server.answer = said([row(), row(quote="They sell 14 pistols", type="count", comparator="eq", value=14)])
    text = article(STORY, language="en")
    known = read(text)
    found = propose(text, Endpoint(url(server), "tiny"), known)
    assert {c.read_by for c in found} == {"model:tiny"}
    assert {c.read_by for c in known} == {"rules"}
    assert all(text.text[c.start : c.end] == c.quote for c in found)
    path, asked = server.asked[0]
    assert path == "/v1/chat/completions"
    assert asked["messages"][-1] == {"role": "user", "content": STORY.decode()}


@pytest.mark.parametrize(
    "bad",
    [row(quote="words that are nowhere"), row(type="rumour"), row(comparator="=="), row(value="many"), row(value=True),
     row(value=[1, 2, 3]), row(value=10**400), row(quote=None), row(quote=["x"]), "no row", None, [1]],
)  # fmt: skip
def test_what_does_not_hold_is_dropped(server: Server, bad: object) -> None:
    server.answer = said([bad, row()])
    (found,) = propose(article(STORY, language="en"), Endpoint(url(server), "tiny"))
    assert found.quote == "The quay smells of gun oil"


@pytest.mark.parametrize(
    ("status", "answer"),
    [(500, b"{}"), (200, b"not json"), (200, b"[]"), (200, b'{"choices": []}'), (302, b""), (200, said("no list"))],
)
def test_an_answer_that_is_no_list_of_claims_is_one_message(server: Server, status: int, answer: bytes) -> None:
    server.status, server.answer = status, answer
    with pytest.raises(ClaimError, match="proposes nothing") as caught:
        propose(article(STORY, language="en"), Endpoint(url(server), "tiny"))
    assert caught.value.do


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.7:80/v1", "https://127.0.0.1/v1", "http://models.example/v1", "http://127.0.0.1.models.example/v1",
     "http://127.0.0.1@models.example/v1", "file:///etc/passwd", ""],
)  # fmt: skip
def test_no_other_machine_is_asked(address: str) -> None:
    with pytest.raises(ClaimError, match="this machine only"):
        Endpoint(address, "tiny")


def test_nobody_who_answers_is_one_message() -> None:
    with pytest.raises(ClaimError, match="proposes nothing"):
        propose(article(STORY, language="en"), Endpoint("http://127.0.0.1:1/v1", "tiny"))


def test_the_command_asks_nobody_unless_told_to(server: Server, tmp_path: Path) -> None:
    server.answer = said([row(quote="gun oil")])
    (tmp_path / "story.txt").write_bytes(STORY)
    words = [str(tmp_path / "story.txt"), "--language", "en"]
    plain = CliRunner().invoke(command, words)
    assert server.asked == []
    more = CliRunner().invoke(command, [*words, "--propose", url(server), "--model", "tiny"])
    assert more.output.startswith(plain.output)
    assert [json.loads(line)["read_by"] for line in more.output.splitlines()][-1] == "model:tiny"
