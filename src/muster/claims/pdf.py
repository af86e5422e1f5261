"""The text of a PDF, read in a process of its own: a hostile file can cost its limits and nothing more.

This file is run by path, without the rest of the package, so that it starts fast. Why pypdf and why a process:
docs/decisions/2026-11-27-pdf-articles.md.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

PAGES = 200
"""So many pages are read; what is longer is a book."""

SECONDS = 20
"""Time that reading may take, by the clock."""

MEMORY = 1_000_000_000
"""Memory that reading may take, in bytes."""

CHARACTERS = 2_000_000
"""Text is cut there."""

_LOCKED, _EMPTY = 3, 4
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[^\W\d_])")
_PAGE_NUMBER = re.compile(r"^\W{0,4}(?:\d{1,4}|[^\W\d_]{4,6} \d{1,4}(?: [^\W\d_]{1,3} \d{1,4})?)\W{0,4}$")


def is_pdf(data: bytes) -> bool:
    """Say whether bytes are a PDF; a few stray bytes may stand before its mark.

    >>> is_pdf(b"%PDF-1.7 ..."), is_pdf(b"plain text")
    (True, False)
    """
    return b"%PDF-" in data[:1024]


def text_of_pdf(data: bytes) -> tuple[str, str]:
    """Return the text of a PDF, and "" or what went wrong: locked, empty, too slow, broken."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(Path(__file__).resolve())],
            input=data, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "", f"reading it takes over {SECONDS} seconds"
    if done.returncode == _LOCKED:
        return "", "it is locked by a password"
    if done.returncode == _EMPTY:
        return "", "it has no text, only pictures of pages"
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return "", "it is broken" + (f": {last[0][:200]}" if last else "")
    return unwrapped(done.stdout.decode("utf-8", "replace")), ""


def unwrapped(text: str) -> str:
    r"""Return text whose lines are paragraphs: broken lines and words joined, page numbers left out.

    >>> unwrapped("A line that is bro-\nken and\ngoes on.\n\n12\n\nNext.")
    'A line that is broken and goes on.\n\nNext.'
    """
    found: list[str] = []
    for block in re.split(r"\n\s*\n|\f", text.replace("\r", "")):
        lines = [line.strip() for line in block.split("\n")]
        lines = [line for line in lines if line and not _PAGE_NUMBER.match(line)]
        if not lines:
            continue
        full = sorted(len(line) for line in lines)[len(lines) * 3 // 4]
        paragraph = ""
        for line in lines:
            paragraph = f"{paragraph}\n{line}" if paragraph else line
            if len(line) < 0.75 * full and re.search(r"[.!?…:»”\"]$", line):
                found.append(paragraph)
                paragraph = ""
        if paragraph:
            found.append(paragraph)
    joined = [re.sub(r"\s*\n\s*", " ", _BROKEN_WORD.sub("", paragraph)) for paragraph in found]
    return "\n\n".join(joined)


def _main() -> int:
    """Read a PDF from stdin and print its text; the exit code says why there is none."""
    from pypdf import PdfReader

    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return _LOCKED
    size, pages = 0, []
    for page in reader.pages[:PAGES]:
        pages.append(page.extract_text() or "")
        size += len(pages[-1])
        if size > CHARACTERS:
            break
    text = "\f".join(pages)[:CHARACTERS]
    if not text.strip():
        return _EMPTY
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
