"""Members of archives a second, and the memory it takes, beside Python's tarfile and zipfile on the same files.

    python bench/members.py FOLDER [PAGES]

The archives hold so many pages of 30 kB. "Muster" is what a run reads with: digest, place, time and kind of a member;
tarfile (as a stream) and zipfile read every member and take its SHA-256. Memory is each process's peak.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import random
import resource
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

from muster.model import Page
from muster.sources import Limits, find_files, read, shards

NAMES = ("pages.tar", "pages.tar.gz", "pages.tar.xz", "pages.zip")


def main() -> None:
    """Print a line an archive."""
    folder, pages = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    if len(sys.argv) > 4:
        _one(folder / sys.argv[3], sys.argv[4])
        return
    _make(folder, pages)
    print(f"{pages} pages of 30 kB\n{'':<14}{'Muster':>12}{'standard':>12}{'ratio':>8}{'MB':>8}{'MB std':>8}")
    for name in NAMES:
        said = {}
        for way in ("muster", "standard"):
            command = [sys.executable, __file__, str(folder), str(pages), name, way]
            said[way] = [
                float(word) for word in subprocess.run(command, capture_output=True, check=True).stdout.split()
            ]
        (mine, held), (peer, peer_held) = said["muster"], said["standard"]
        print(f"{name:<14}{mine:>10,.0f}/s{peer:>10,.0f}/s{mine / peer:>8.2f}{held:>8.0f}{peer_held:>8.0f}")


def _make(folder: Path, pages: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / NAMES[-1]).is_file():
        return
    chance = random.Random(5)
    words = [f"{chance.randrange(10**6):06d} <td>lamp</td>" for _ in range(2000)]
    held = io.BytesIO()
    with (
        tarfile.open(fileobj=held, mode="w", format=tarfile.USTAR_FORMAT) as tar,
        zipfile.ZipFile(folder / NAMES[-1], "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for number in range(pages):
            body = ("<html>" + " ".join(chance.choices(words, k=1400))).encode()[:30_000]
            name = f"market/2014-{1 + number % 12:02d}-01/item/{number}.html"
            info = tarfile.TarInfo(name)
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
            archive.writestr(name, body)
    data = held.getvalue()
    (folder / NAMES[0]).write_bytes(data)
    (folder / NAMES[1]).write_bytes(gzip.compress(data, 6))
    (folder / NAMES[2]).write_bytes(lzma.compress(data, preset=1))


def _one(path: Path, way: str) -> None:
    start = time.perf_counter()
    count = _muster(path) if way == "muster" else _zipfile(path) if path.suffix == ".zip" else _tarfile(path)
    taken = time.perf_counter() - start
    print(count / taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _muster(path: Path) -> int:
    files, _ = find_files("bench", path, Limits(), lambda _: "00")
    return sum(
        isinstance(item, Page) for shard in shards(files, Limits()) for item in read(shard, None, Limits())
    )  # fmt: skip


def _tarfile(path: Path) -> int:
    count = 0
    with tarfile.open(path, "r|*") as archive:
        for member in archive:
            handle = archive.extractfile(member)
            if handle is not None:
                hashlib.sha256(handle.read()).hexdigest()
                count += 1
            archive.members = []  # type: ignore[attr-defined]  # it would keep every head
    return count


def _zipfile(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            hashlib.sha256(archive.read(name)).hexdigest()
        return len(archive.namelist())


if __name__ == "__main__":
    main()
