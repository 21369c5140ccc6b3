"""Secrets of the stand-in where they have no place: after every test, in what it printed and in the files it left."""

import re
from collections.abc import Iterable
from pathlib import Path

from c360_connectors.demo.exchange import MARK

SECRET = re.compile(rf"{MARK}[0-9a-f]{{8,}}".encode())
# Where secrets live: what c360 keeps of a login, and what tests write for c360 to read.
KEPT_IN = ("tokens", "bin")
KEPT_AS = (".secret",)
LARGEST = 64 << 20


def find(folder: Path | None, printed: Iterable[str]) -> list[str]:
    """Return where a secret was found: "what was printed", or the path of a file below ``folder``."""
    found = ["what was printed"] if any(SECRET.search(text.encode(errors="replace")) for text in printed) else []
    for path in folder.rglob("*") if folder and folder.exists() else ():
        if path.is_file() and not path.is_symlink() and not _is_kept(path) and path.stat().st_size < LARGEST:
            try:
                if SECRET.search(path.read_bytes()):
                    found.append(str(path.relative_to(folder)))
            except OSError:  # a file that a test made unreadable on purpose
                continue
    return found


def _is_kept(path: Path) -> bool:
    return path.suffix in KEPT_AS or any(part in KEPT_IN for part in path.parts)
