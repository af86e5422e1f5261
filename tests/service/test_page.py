"""docs/service.md word for word: every command of it is run, and prints what the page says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs/service.md"
MARK = "‹done›"


def _session(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a page, each with the lines that it prints."""
    found: list[tuple[str, list[str]]] = []
    more = False
    for line in text.splitlines():
        if line.startswith("    $ "):
            found.append((line.removeprefix("    $ "), []))
            more = True
        elif line.startswith("        ") and more:
            found[-1] = (found[-1][0] + "\n" + line, [])
        elif line.startswith("    "):
            more = False
            found[-1][1].append(line.removeprefix("    "))
    return found


@pytest.mark.slow
def test_the_page_can_be_followed_word_for_word(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shell = subprocess.Popen(
        ["bash"], cwd=tmp_path, env={**os.environ, "PATH": path}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert shell.stdin is not None
    assert shell.stdout is not None
    session = _session(PAGE.read_text(encoding="utf-8"))
    assert len(session) > 10
    try:
        for command, printed in session:
            said = command.replace("8410", str(port)).replace("serve harbour &", f"serve harbour --port {port} &")
            serves = command.endswith("&")
            print(said if serves else f"{said}\necho; echo {MARK}", file=shell.stdin, flush=True)
            lines: list[str] = []
            while not lines or lines[-1] != ("serving" if serves else MARK):
                line = shell.stdout.readline()
                assert line, lines
                lines += [line.rstrip("\n")] if line.strip() else []
                if serves and line.startswith("serving"):
                    break
            told = [line.replace(str(port), "8410") for line in lines if line != MARK]
            wanted = [re.escape(line).replace("…", ".+") for line in printed]
            assert len(told) == len(wanted), (said, told)
            for line, pattern in zip(told, wanted, strict=True):
                assert re.fullmatch(pattern, line), (said, line)
    finally:
        print("kill %1; wait; exit", file=shell.stdin, flush=True)
        shell.stdin.close()
        shell.wait(timeout=30)
        shell.stdout.close()
