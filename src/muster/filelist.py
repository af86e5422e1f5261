"""Where the files of a case lie, by digest. Private: file names may hold handles, so nothing derived names a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from muster.derived import write_whole
from muster.errors import SourceError
from muster.model import canonical_json
from muster.sources import SourceFile, file_digest


class FileList:
    """Digest ↔ path of every file that the last runs read, kept in one private file.

    A file whose size, inode, time of change and time of modification are as they were is not digested again.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = Path(folder) / "a.html"
    ...     _ = page.write_text("<p>")
    ...     files = FileList(Path(folder) / "files.json")
    ...     first = files.digest(page)
    ...     files.add([SourceFile("a.html", page, "", first, 3, "page")])
    ...     files.path(first).name
    'a.html'
    """

    def __init__(self, path: Path) -> None:
        self.file = path
        self._marks: dict[str, tuple[list[int], str]] = {}  # path → marks, digest
        self._paths: dict[str, str] = {}  # digest → path
        if path.is_file():
            try:
                kept = json.loads(path.read_text(encoding="utf-8"))
                self._marks = {name: (list(marks), sha) for name, (marks, sha) in kept["marks"].items()}
                self._paths = dict(kept["paths"])
            except (ValueError, KeyError, TypeError):
                # Only a saving of time is lost: every file is digested again.
                self._marks, self._paths = {}, {}

    def digest(self, path: Path) -> str:
        """Return the SHA-256 of a file, from the list when the file is as it was."""
        stat = path.stat()
        marks = [stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns]
        name = os.path.abspath(path)
        known = self._marks.get(name)
        if known is None or known[0] != marks:
            self._marks[name] = known = (marks, file_digest(path))
        return known[1]

    def add(self, files: Iterable[SourceFile]) -> None:
        """Remember where files lie."""
        for file in files:
            self._paths[file.digest] = os.path.abspath(file.path)

    def path(self, digest: str) -> Path:
        """Return where the file with a digest lies, and check that it still is that file.

        Raises `SourceError` when it is gone or was changed since.
        """
        path = Path(self._paths.get(digest, ""))
        if not path.is_file():
            raise SourceError(
                "the file that held this capture is gone", where=f"file {digest[:16]}…", found="nothing there",
                do="bring the file back to where it lay, then:  muster run",
            )  # fmt: skip
        if self.digest(path) != digest:
            raise SourceError(
                "the file that held this capture was changed", where=f"file {digest[:16]}…",
                found="other bytes", do="bring the first version back, or run the case again on the new one",
            )  # fmt: skip
        return path

    def save(self) -> None:
        """Write the list; it appears whole."""
        kept = {"marks": {name: [marks, sha] for name, (marks, sha) in self._marks.items()}, "paths": self._paths}
        write_whole(self.file, canonical_json(kept).encode())
        self.file.chmod(0o600)
