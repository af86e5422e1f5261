"""The command line: one file per command, loaded when it is called.

Results go to stdout, talk to stderr, `-` is stdin or stdout. Exit 0: fine; 1: finished with issues under `--strict`;
2: wrong usage or input; 3: stopped.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Sequence

import click

from muster import __version__
from muster.errors import MusterError, nearest

COMMANDS = {
    "run": "Run a case: every stage, from its sources to its report.",
    "new": "Start a case from an article and files.",
    "transfers": "What was promised, sent and accounted for, by the tables held.",
    "status": "What is done, stale or missing, and the issues.",
    "parse": "Print what profiles read from pages or tables.",
    "check": "Put a profile to the test on pages: what is read, ignored, left over.",
    "recognise": "A filter: listings in, offers out.",
    "transcribe": "Type off what a picture of a page or post shows.",
    "claims": "A filter: an article in, its claims out.",
    "sample": "Draw listings at random for people to read, and take in what they read.",
    "review": "What waits for a person: how claims are measured.",
    "chain": "Who copied whom, and what changed on the way.",
    "lookup": "Is this object sought? Match, no match or cannot tell.",
    "web": "Show a case as pages in your browser, on this machine only.",
    "why": "Walk an id back to the bytes that it rests on.",
    "show": "Print a capture inert, identifiers as tokens.",
    "serve": "Serve a register of objects sought, on this machine.",
    "query": "Ask the derived tables in SQL, read-only.",
}
"""Command → one line of help. The module has the same name."""


class Commands(click.Group):
    """Loads a command's module only when the command is named: starting costs no library that it does not use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a case meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None for a name that is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"muster.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command for one that is none."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no such command {args[0]!r}; {nearest(args[0], list(COMMANDS))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="muster")
def muster() -> None:
    """Test what is said about arms for sale on hidden markets against what archived markets really show.

    It reads archives that you already have, and connects to nothing.

    Example:  muster run examples/bazaar
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; turns every stop into one message and an exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = muster.main(args=given, prog_name="muster", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; what was derived is kept, and the same command goes on from there", err=True)
        sys.exit(3)
    except MusterError as error:
        if "--json" in given:
            click.echo(json.dumps(error.as_json(), ensure_ascii=False))
        click.echo(f"muster: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a reader that had enough is no error
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
