"""The workbench as a process: on this machine only unless told otherwise."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from muster.errors import ServiceError
from muster.listening import LOOPBACK, bound, is_loopback, run, shown
from muster.web.app import make_app
from muster.web.reading import Reading

HOST, PORT = "127.0.0.1", 8411


def serve(
    root: Path, *, host: str = HOST, port: int = PORT, names: Sequence[str] = (), ready: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:  # fmt: skip
    """Show a case until the process is told to stop.

    host: an address of this machine; one that stands for all of them needs `names`, by which others may ask.
    port: 0 for a free one. ready: is told the address once pages can be asked for. warn: is told when others can.
    Raises `ServiceError` when the address cannot be had.
    """
    alone = is_loopback(host)
    if not alone and not names and _any(host):
        raise ServiceError(
            "a workbench that others can reach needs its names", where="--host", found=host,
            do="give --name for each host name or address by which it may be asked",
        )  # fmt: skip
    taken = bound(host, port)
    with taken:
        place = taken.getsockname()[:2]
        address = shown(place[0])
        if not alone:
            warn(
                f"warning: whoever can reach {host} reads this whole case: no key is asked for and nothing is encrypted"
            )
        allowed = {*names, address, host, *(LOOPBACK if alone else ())}
        asked_as = address if alone or not names else names[0]
        with closing(Reading(root)) as reading:
            run(make_app(reading, allowed), taken, lambda: ready(f"http://{asked_as}:{place[1]}/"))


def _any(host: str) -> bool:
    """Say whether an address stands for all addresses of this machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host == ""
