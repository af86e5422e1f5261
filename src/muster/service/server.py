"""The service as a process: on this machine only unless told otherwise, one for a register."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

import uvicorn

from muster.errors import ServiceError
from muster.service.app import make_app
from muster.service.desk import Desk

HOST, PORT = "127.0.0.1", 8410


def serve(
    desk: Desk, *, host: str = HOST, port: int = PORT, names: Sequence[str] = (), say: Callable[[str], None]
) -> None:
    """Serve a desk until the process is told to stop; requests that were taken are finished.

    host: an address of this machine; any but loopback needs `names`, the host names under which others may ask.
    port: 0 for a free one. say: is told the address once requests are taken, and a warning when others can reach it.
    Raises `ServiceError` when the address cannot be had, or another process serves this register.
    """
    alone = _is_loopback(host)
    if not alone and not names:
        raise ServiceError(
            "a service that others can reach needs its names", where="--host", found=host,
            do="give --name for each host name or address by which it may be asked",
        )  # fmt: skip
    taken = _bound(host, port)
    with taken, desk.searches:
        place = taken.getsockname()[:2]
        shown = f"[{place[0]}]" if ":" in place[0] else place[0]
        allowed = {*names, *(("127.0.0.1", "localhost", "[::1]", shown) if alone else ())}
        if not alone:
            say(
                f"warning: other machines can reach this service at {host}. It does not encrypt: whoever is on the way "
                "reads keys, searches and answers. Put a proxy with TLS before it."
            )
        config = uvicorn.Config(
            make_app(desk, sorted(allowed)), http="httptools", ws="none", loop="asyncio", lifespan="off",
            log_level="warning", access_log=False, server_header=False, timeout_keep_alive=30,
            timeout_graceful_shutdown=10, proxy_headers=False,
        )  # fmt: skip
        _Server(config, lambda: say(f"serving {desk.folder} at http://{shown}:{place[1]} (stop with Ctrl-C)")).run(
            [taken]
        )


class _Server(uvicorn.Server):
    """Says when it takes requests."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        self._ready()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        taken = socket.socket(family, kind, protocol)  # without it asyncio sets no TCP_NODELAY: 40 ms an answer
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(place)
    except (OSError, OverflowError) as error:
        raise ServiceError("the address cannot be had", where=f"{host}:{port}", found=error,
                           do="give another --port, or stop what has it") from error  # fmt: skip
    return taken
