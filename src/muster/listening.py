"""A process that answers over HTTP: the socket, whom it answers, and the server. On this machine only unless told."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from muster.errors import ServiceError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names by which this machine may be asked when nobody else can reach it."""


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0")]
    [True, True, True, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that has the address; port 0 takes a free one. Raises `ServiceError` when it cannot be had."""
    taken: socket.socket | None = None
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)  # without it asyncio sets no TCP_NODELAY: 40 ms an answer
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(place)
    except (OSError, OverflowError) as error:
        if taken is not None:
            taken.close()
        raise ServiceError("the address cannot be had", where=f"{host}:{port}", found=error,
                           do="give another --port, or stop what has it") from error  # fmt: skip
    return taken


def shown(host: str) -> str:
    """Return a host as an address of the web writes it.

    >>> shown("::1"), shown("127.0.0.1")
    ('[::1]', '127.0.0.1')
    """
    return f"[{host}]" if ":" in host else host


def run(app: ASGIApp, taken: socket.socket, ready: Callable[[], None]) -> None:
    """Answer requests until the process is told to stop; requests that were taken are finished.

    ready: called once requests are taken.
    """
    config = uvicorn.Config(
        app, http="httptools", ws="none", loop="asyncio", lifespan="off", log_level="warning", access_log=False,
        server_header=False, timeout_keep_alive=30, timeout_graceful_shutdown=10, proxy_headers=False,
    )  # fmt: skip
    _Server(config, ready).run([taken])


def only_hosts(app: ASGIApp, asked_as: Callable[[str], bool], refuse: Callable[[str], ASGIApp]) -> ASGIApp:
    """Refuse requests that were meant for another host: a page in a browser could have been led here by its DNS.

    asked_as: whether a Host header is one to answer. refuse: makes the answer to one that is not.
    """

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if len(given) != 1 or not asked_as(given[0]):
                await refuse(", ".join(given))(scope, receive, send)
                return
        await app(scope, receive, send)

    return guarded


def without_port(host: str) -> str:
    """Return a Host header without its port, in small letters.

    >>> [without_port(host) for host in ("Here.example:8410", "[::1]:8410", "[::1]", "localhost")]
    ['here.example', '[::1]', '[::1]', 'localhost']
    """
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    return name.lower()


class _Server(uvicorn.Server):
    """Says when it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        self._ready()
