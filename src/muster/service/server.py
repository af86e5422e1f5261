"""The service as a process: on this machine only unless told otherwise, one for a register."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from muster.errors import ServiceError
from muster.listening import LOOPBACK, bound, is_loopback, run, shown
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
    alone = is_loopback(host)
    if not alone and not names:
        raise ServiceError(
            "a service that others can reach needs its names", where="--host", found=host,
            do="give --name for each host name or address by which it may be asked",
        )  # fmt: skip
    taken = bound(host, port)
    with taken, desk.searches:
        place = taken.getsockname()[:2]
        address = shown(place[0])
        allowed = {*names, *((*LOOPBACK, address) if alone else ())}
        if not alone:
            say(
                f"warning: other machines can reach this service at {host}. It does not encrypt: whoever is on the way "
                "reads keys, searches and answers. Put a proxy with TLS before it."
            )
        app = make_app(desk, sorted(allowed))
        run(app, taken, lambda: say(f"serving {desk.folder} at http://{address}:{place[1]} (stop with Ctrl-C)"))
