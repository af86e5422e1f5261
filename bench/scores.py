"""How well the recogniser and the claim reader do on the labelled data: `make scores`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Run both measurements, one after the other; the first failure stops."""
    shared = os.environ.get("MUSTER_SHARED", str(HERE.parent.parent / "shared"))
    for name in ("recogniser.py", "claims.py"):
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, str(HERE / name), shared], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
