"""Who may ask: keys with roles, made and revoked by commands, kept as digests."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, cast, get_args

from muster.errors import ServiceError, nearest
from muster.journal import Entry, Journal

Role = Literal["search", "enter", "review", "audit"]
"""search: look up and read alerts. enter: enter and change alerts. review: confirm hits. audit: read the log of
searches. A role holds no other."""

ROLES: tuple[Role, ...] = get_args(Role)

PER_SECOND, BURST = 20.0, 1000
"""Look-ups that a key may ask for if nothing else was said: a list of a thousand at once, then twenty a second."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of one named user. per_second, burst: look-ups; see `muster.service.limits`. secret: its SHA-256 in hex."""

    id: str
    name: str
    roles: tuple[Role, ...]
    per_second: float
    burst: int
    made: str
    secret: str
    revoked: str = ""


class Keys:
    """The keys of a service, as the fold of a journal of their own.

    >>> import tempfile; from datetime import UTC
    >>> folder = tempfile.TemporaryDirectory()
    >>> keys = Keys(Path(folder.name), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    >>> key, secret = keys.add("ada", ["search"], by="root")
    >>> keys.of(secret).name, keys.of(secret[:-1] + "?")
    ('ada', None)
    >>> keys.revoke(key.id, by="root", reason="left")
    >>> keys.of(secret) is None
    True
    >>> folder.cleanup()
    """

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.path = folder / "keys.jsonl"
        self._journal = Journal(self.path, clock)
        self._seen: tuple[int, int] = (0, 0)
        self._keys: dict[str, Key] = {}

    def add(
        self, name: str, roles: Sequence[str], *, by: str, per_second: float = PER_SECOND, burst: int = BURST
    ) -> tuple[Key, str]:
        """Make a key and return it with its secret, which is kept nowhere.

        The secret has 256 random bits, so its plain SHA-256 is as good as a slow hash: there is nothing to guess.
        Raises `ServiceError` for a role that is none, or a name that an unrevoked key has.
        """
        for role in roles:
            if role not in ROLES:
                raise ServiceError("no such role", found=role, do=nearest(role, list(ROLES)))
        if not roles or not name.strip() or len(name) > 80:
            raise ServiceError("a key needs a user's name and a role", found=name, do="give both")
        if per_second <= 0 or burst < 1:
            raise ServiceError(
                "a key needs a rate above 0", found=f"{per_second} a second, burst {burst}", do="raise it"
            )
        with self._alone():
            if any(key.name == name and not key.revoked for key in self.all()):
                raise ServiceError("this user has a key", found=name, do="revoke it first, or give another name")
            name_of_key = secrets.token_hex(4)
            secret = f"muster_{name_of_key}_{secrets.token_urlsafe(32)}"
            about = {
                "id": name_of_key, "name": name, "roles": sorted(set(roles)), "per_second": float(per_second),
                "burst": int(burst), "secret": _digest(secret),
            }  # fmt: skip
            self._journal.append(by, "key made", about)
        return self._now()[name_of_key], secret

    def revoke(self, name: str, *, by: str, reason: str) -> None:
        """Revoke a key by its id or its user; a running service refuses it from the next request on."""
        with self._alone():
            found = [key for key in self.all() if name in (key.id, key.name) and not key.revoked]
            if not found:
                known = [key.name for key in self.all() if not key.revoked]
                raise ServiceError("no such key", found=name, do=nearest(name, known) if known else "make one")
            self._journal.append(by, "key revoked", {"id": found[0].id}, reason)

    def all(self) -> list[Key]:
        """Return all keys in the order in which they were made."""
        return list(self._now().values())

    def of(self, secret: str) -> Key | None:
        """Return the key of a secret, None if there is none or it was revoked. Compares in constant time."""
        parts = secret.split("_", 2)
        found = self._now().get(parts[1]) if len(parts) == 3 else None
        same = hmac.compare_digest(_digest(secret), found.secret if found is not None else "0" * 64)
        return found if found is not None and same and not found.revoked else None

    def _now(self) -> dict[str, Key]:
        """Return the keys, read again when the file has changed."""
        try:
            at = self.path.stat()
        except FileNotFoundError:
            return {}
        seen = (at.st_mtime_ns, at.st_size)
        if seen != self._seen:
            keys: dict[str, Key] = {}
            for entry in self._journal.entries():
                _fold(keys, entry)
            self._keys, self._seen = keys, seen
        return self._keys

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers out; the file is readable by its owner alone from its first byte."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        with self.path.with_name("keys.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _fold(keys: dict[str, Key], entry: Entry) -> None:
    about = entry.about
    if entry.what == "key made":
        roles = tuple(cast("Role", role) for role in about["roles"])
        keys[about["id"]] = Key(
            about["id"], about["name"], roles, about["per_second"], about["burst"], entry.at, about["secret"]
        )
    elif entry.what == "key revoked":
        keys[about["id"]] = replace(keys[about["id"]], revoked=entry.at)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
