"""Imports only point down the stairs of docs/decisions: read from the source, so that no import escapes."""

import ast
from functools import cache
from pathlib import Path

import c360cli

HOUSE = Path(c360cli.__file__).parent
ROOT = HOUSE.parent

# From the top down; the rooms of one stair are neighbours.
STAIRS = [
    ["__main__"],
    ["main"],
    ["lazy"],
    ["commands"],
    ["session", "streams"],
    ["actions"],
    ["scores"],
    ["sections", "render", "connectors", "testing"],
    ["datasets"],
    ["store", "layout", "plugins", "http"],
    ["config"],
    ["health", "compiled", "hooks", "filters"],
    ["nodes", "secret", "bug"],
    [
        "records",
        "blocks",
        "kinds",
        "connector",
        "text",
        "times",
        "names",
        "folding",
        "late",
        "tuples",
        "paths",
        "money",
        "nearest",
        "days",
        "hours",
        "sparks",
    ],
    ["errors"],
    ["__init__"],
]
STEP = {room: step for step, rooms in enumerate(STAIRS) for room in rooms}
NEVER_TOGETHER = [{"sections", "render", "connectors"}, {"store", "layout", "plugins", "http"}]


def room_of(module: str) -> str | None:
    """Return the room a module of ours stands in: ``c360cli.store.merge`` is in ``store``."""
    words = module.split(".")
    if words[0] == "c360_connectors":
        return "connectors"
    if words[0] != "c360cli":
        return None
    return words[1] if len(words) > 1 else "__init__"


@cache
def imports() -> list[tuple[str, str, str, int]]:
    """Return (room, file, imported module, line) of every import, those inside functions and for types included."""
    found = []
    for folder, package in ((HOUSE, "c360cli"), (ROOT / "connectors", "c360_connectors")):
        for path in sorted(folder.rglob("*.py")):
            module = ".".join([package, *path.relative_to(folder).with_suffix("").parts])
            room = room_of(module)
            assert room is not None
            for node in ast.walk(ast.parse(path.read_text())):
                place = str(path.relative_to(ROOT))
                if isinstance(node, ast.Import):
                    found += [(room, place, alias.name, node.lineno) for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    base = node.module or ""
                    if node.level:
                        package_words = module.split(".")[: -node.level]
                        base = ".".join([*package_words, *([base] if base else [])])
                    # `from c360cli import config` names a room, not the package.
                    names = [f"{base}.{alias.name}" for alias in node.names] if base == "c360cli" else [base]
                    found += [(room, place, name, node.lineno) for name in names]
    return found


def ours() -> list[tuple[str, str, str, str, int]]:
    found = []
    for room, place, module, line in imports():
        target = room_of(module)
        if target is not None:
            # `from c360cli import __version__` is the package itself.
            found.append((room, "__init__" if target.startswith("__v") else target, place, module, line))
    return found


def test_every_file_has_a_room():
    assert {room for room, *_ in imports()} <= STEP.keys()


def test_imports_only_point_down():
    climbing = [f"{place}:{line} opens {module}" for room, target, place, module, line in ours()
                if STEP[target] < STEP[room]]  # fmt: skip
    assert climbing == []


def test_the_neighbours_in_the_middle_never_open_each_other():
    meeting = [
        f"{place}:{line} opens {module}"
        for room, target, place, module, line in ours()
        if room != target and any({room, target} <= rooms for rooms in NEVER_TOGETHER)
    ]
    assert meeting == []


def test_a_connector_and_a_renderer_never_see_the_store():
    seeing = [f"{place}:{line}" for room, target, place, _, line in ours()
              if room in ("connectors", "render") and target == "store"]  # fmt: skip
    assert seeing == []


def test_nothing_below_the_commands_knows_click():
    knowing = [f"{place}:{line}" for room, place, module, line in imports()
               if module.split(".")[0] == "click" and STEP[room] > STEP["session"]]  # fmt: skip
    assert knowing == []


def test_connectors_open_each_other_only_by_relative_names():
    absolute = [f"{place}:{line} opens {module}" for room, place, module, line in imports()
                if room == "connectors" and module.split(".")[0] == "connectors"]  # fmt: skip
    assert absolute == []
