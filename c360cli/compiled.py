"""YAML files, read and checked once: later starts take the checked data from a stamped cache, without yaml."""

import json
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from c360cli import __version__
from c360cli.errors import ConfigError

if TYPE_CHECKING:
    from c360cli.nodes import Node

# A file changed twice within one tick of the file system's clock keeps its stamp, so what is younger is not kept.
_SETTLED_NANOSECONDS = 100_000_000
_MERSENNE = 2**31 - 1  # a prime: what is left of a name divided by it tells names apart
# Another number has every file read anew: whoever changes what a check makes of one raises it, for a checkout that is
# updated in place keeps its version. tests/test_compiled_shape.py says when.
SHAPE = 2
_MOST_KEPT = 8  # versions, checkouts and places of one file


def load(
    path: str,
    label: str,
    check: "Callable[[Node, str], Any]",
    cache: str,
    error: type[ConfigError] = ConfigError,
    given: Any = None,
) -> Any:
    """Return ``check(node, label)`` of the YAML file at ``path``: plain data that JSON can hold.

    ``cache`` names the file that keeps the result for the next start; it is used while path, size, time and inode of
    the YAML file, the version of c360 and ``SHAPE`` are those it was made from. Each path, version and checkout of c360
    has one of its own, so that two that share a home never write over each other's. A cache that is broken, or cannot
    be written, is as good as none. ``given`` is what ``check`` looks at beside the file, plain data: with another the
    file is read anew. ``label`` names the file in errors. Raises ``error`` for what the file says, and
    FileNotFoundError.
    """
    cache = _own_file(cache, path)
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            stamp = [__version__, SHAPE, path, status.st_size, status.st_mtime_ns, status.st_ino, given]
            kept = _read(cache, stamp)
            if kept is not None:
                return kept[1]
            from c360cli.nodes import MOST_BYTES, parse

            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as broken:
        raise error(f"{label} cannot be read: {broken.strerror}.") from broken
    data = check(parse(content, label, error), label)
    if time.time_ns() - status.st_mtime_ns > _SETTLED_NANOSECONDS:
        _keep(cache, [stamp, data])
    return data


def _own_file(cache: str, path: str) -> str:
    """Return the cache's name with a mark of whose it is: "a.json" is "a-1f2e3d4c.json"."""
    stem, ending = os.path.splitext(cache)
    whose = int.from_bytes(os.fsencode(repr((__version__, __file__, path)))) % _MERSENNE
    return f"{stem}-{whose:08x}{ending}"


def _read(cache: str, stamp: list[Any]) -> list[Any] | None:
    try:
        with open(cache, "rb") as file:
            kept = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return None
    return kept if isinstance(kept, list) and len(kept) == 2 and kept[0] == stamp else None


def _keep(cache: str, kept: list[Any]) -> None:
    from c360cli.paths import make_folder, write_whole

    folder, name = os.path.split(cache)
    try:
        make_folder(folder)
        _drop_oldest(folder, name.rpartition("-")[0])
        text = json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass")
        write_whole(cache, text, is_lasting=False)
    except (OSError, ConfigError):
        return  # a home we may only read works all the same, only slower


def _drop_oldest(folder: str, stem: str) -> None:
    """Keep a folder from filling with what earlier versions have left."""
    with os.scandir(folder) as found:
        alike = [(each.stat().st_mtime, each.path) for each in found if each.name.rpartition("-")[0] == stem]
    for _, path in sorted(alike)[: 1 - _MOST_KEPT]:
        os.unlink(path)
