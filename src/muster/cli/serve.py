"""`muster serve REGISTER`, and its keys and log"""

from __future__ import annotations

import getpass
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from muster.cli.output import emit_json, inert
from muster.errors import ServiceError
from muster.service.keys import BURST, PER_SECOND, ROLES, Keys
from muster.service.searches import SearchLog
from muster.service.verifying import Receipt


class _Serve(click.Group):
    """Takes a register for `start`: `muster serve REGISTER` is what one types most."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["start", *args]
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0].startswith("-") and args[0] not in ("-h", "--help"):
            args = ["start", *args]
        return super().parse_args(ctx, args)


_register = click.argument("register", type=click.Path(path_type=Path, file_okay=False))
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("serve", cls=_Serve)
def command() -> None:
    """Serve a register on this machine: look-ups and the life of alerts as JSON over HTTP.

    `muster serve REGISTER` is `muster serve start REGISTER`. Keys are made before: a service without keys answers
    nobody. What it can be asked stands at /openapi.json and in docs/service.md.

    \b
    Example:  muster serve add-key harbour ada --role search
              muster serve harbour
    """


@command.command("start")
@_register
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen at; others can reach any other."
)
@click.option("--port", default=8410, show_default=True, type=click.IntRange(0, 65535), help="0: a free one.")
@click.option("--name", "names", multiple=True, help="A host name by which it may be asked; needed with --host.")
@click.option("--keep-days", default=1095, show_default=True, type=click.IntRange(1), help="Keep searches so long.")
def start(register: Path, host: str, port: int, names: tuple[str, ...], keep_days: int) -> None:
    """Serve REGISTER until stopped. The folder is made if it is not there."""
    from muster.service.desk import Desk
    from muster.service.server import serve

    desk = Desk(register, _now, keep=timedelta(days=keep_days))
    if not any(not key.revoked for key in desk.keys.all()):
        click.echo(f"no key yet, so nobody can ask: muster serve add-key {register} NAME --role search", err=True)
    with suppress(KeyboardInterrupt):  # an interrupt that comes as the server ends is none any more
        serve(desk, host=host, port=port, names=names, say=lambda text: click.echo(text, err=True))
    click.echo("stopped; every search that was answered is in the log", err=True)


@command.command("add-key")
@_register
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be given again.")
@click.option("--per-second", default=PER_SECOND, show_default=True, help="Look-ups a second in the long run.")
@click.option("--burst", default=BURST, show_default=True, help="Look-ups at once.")
@_json
def add_key(register: Path, name: str, roles: tuple[str, ...], per_second: float, burst: int, as_json: bool) -> None:
    """Make a key for the user NAME and print it, once: only its digest is kept.

    NAME stands in the log of searches and beside every change, so give each user a key of their own.
    """
    key, secret = _keys(register).add(name, roles, by=getpass.getuser(), per_second=per_second, burst=burst)
    if as_json:
        emit_json({"id": key.id, "name": key.name, "roles": list(key.roles), "secret": secret})
        return
    click.echo(secret)
    click.echo(f"key {key.id} of {inert(name)}: {', '.join(key.roles)}. It is shown this once.", err=True)


@command.command("revoke-key")
@_register
@click.argument("name")
@click.option("--reason", required=True, help="Kept beside the revocation.")
def revoke_key(register: Path, name: str, reason: str) -> None:
    """Revoke the key of the user NAME (or with the id NAME); a running service refuses it at once."""
    _keys(register).revoke(name, by=getpass.getuser(), reason=reason)
    click.echo(f"revoked: {inert(name)}", err=True)


@command.command("keys")
@_register
@_json
def keys(register: Path, as_json: bool) -> None:
    """List the keys: id, user, roles, rate, and whether they were revoked. Secrets are kept nowhere."""
    if not _keys(register).all():
        click.echo(f"no key yet: muster serve add-key {register} NAME --role search", err=True)
    for key in _keys(register).all():
        row = {"id": key.id, "name": key.name, "roles": list(key.roles), "per_second": key.per_second,
               "burst": key.burst, "made": key.made, "revoked": key.revoked}  # fmt: skip
        if as_json:
            emit_json(row)
        else:
            state = f"revoked {key.revoked[:10]}" if key.revoked else f"{key.per_second:g}/s, {key.burst} at once"
            click.echo(inert(f"{key.id}  {key.name:<20} {', '.join(key.roles):<24} {state}"))


@command.command("verify")
@_register
@click.option("--receipt", "receipts", multiple=True, help="SEGMENT:N:DIGEST of an answer; must stand in the log.")
@_json
def verify(register: Path, receipts: tuple[str, ...], as_json: bool) -> None:
    """Walk the log of searches and say whether it is as it was written.

    It shows no search: that takes a key with the role audit, and GET /searches."""
    wanted = [_receipt(text) for text in receipts]
    folder = register / "service" / "searches"
    if not folder.is_dir():
        raise ServiceError("no log of searches", where=str(register), found="it was never served", do="mend the path")
    found = SearchLog(folder, _now).verify(wanted)
    if as_json:
        emit_json({"searches": found.searches, "segments": found.segments, "dropped": found.dropped,
                   "first": found.first, "last": found.last, "head": found.head and found.head._asdict()})  # fmt: skip
        return
    click.echo(f"as written: searches {found.searches:,}, segments {found.segments}, dropped in time {found.dropped}")
    if found.head is not None:
        click.echo(f"head {found.head.segment}:{found.head.n}:{found.head.digest}  (keep it elsewhere)")


def _keys(register: Path) -> Keys:
    return Keys(register / "service", _now)


def _receipt(text: str) -> Receipt:
    parts = text.split(":")
    if len(parts) != 3 or not (parts[0] + parts[1]).isdigit():
        raise ServiceError("no receipt", where="--receipt", found=text, do="give SEGMENT:N:DIGEST as the answer has it")
    return Receipt(int(parts[0]), int(parts[1]), parts[2])


def _now() -> datetime:
    return datetime.now(UTC)
