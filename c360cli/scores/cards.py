"""Which scorecards are in force in a store: those of the home that last brought its own.

They stand in the store, whole: so everybody who writes into it scores by the same ones, whatever lies in his home, and
an old score can be explained by the definition it was made with.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from c360cli.health.card import Scorecard
from c360cli.layout import scorecards
from c360cli.layout.scorecard_build import build
from c360cli.layout.scorecards import ASSIGNMENT, NONE, Assigned
from c360cli.store import Store

__all__ = ["NONE", "Cards", "Version", "bring", "in_force", "named", "of_home", "version"]


class Version(NamedTuple):
    """A definition as it is kept: what a checked file says, and the hash that tells it from every other."""

    name: str
    definition: str
    hash: str


class Cards(NamedTuple):
    """Scorecards by name, the versions they come from, and who gets which."""

    lines: tuple[Assigned, ...]
    by_name: Mapping[str, Scorecard]
    versions: tuple[Version, ...]

    def hash(self, name: str) -> str | None:
        """Return the hash of the scorecard ``name``; None for ``none``."""
        return next((each.hash for each in self.versions if each.name == name), None)


def of_home(home: str) -> Cards:
    """Return the scorecards that the assignment of a home names; LayoutError where a file is wrong."""
    lines = scorecards.assignment(home)
    used = list(dict.fromkeys(line.scorecard for line in lines if line.scorecard != NONE))
    said = {name: scorecards.read(name, home) for name in used}
    return _made([list(line) for line in lines], said)


def named(name: str, said: Mapping[str, Any]) -> Cards:
    """Return one scorecard for every customer."""
    return _made([[name, ""]], {name: said})


def in_force(store: Store) -> Cards | None:
    """Return the scorecards in force; None where nobody has brought any."""
    rows = store.rows("select name, definition, hash from scorecard_version where is_in_force = 1 order by name")
    if not rows:
        return None
    versions = tuple(Version(**row) for row in rows)
    said = {each.name: json.loads(each.definition) for each in versions}
    return _cards(said.pop(ASSIGNMENT), said, versions)


def bring(store: Store, cards: Cards) -> bool:
    """Bring scorecards into force; False where they are it already. Part of the caller's transaction."""
    before = {row["hash"] for row in store.rows("select hash from scorecard_version where is_in_force = 1")}
    if before == {each.hash for each in cards.versions}:
        return False
    store.database.execute("update scorecard_version set is_in_force = 0 where is_in_force = 1")
    for each in cards.versions:
        store.database.execute(
            "insert into scorecard_version (hash, name, definition, used_at, is_in_force)"
            " values (:hash, :name, :definition, :now, 1) on conflict (hash) do update set is_in_force = 1",
            {**each._asdict(), "now": store.now()},
        )
    return True


def version(store: Store, hash: str) -> Scorecard:
    """Return the scorecard of a version that was ever in force."""
    row = store.row("select name, definition from scorecard_version where hash = :hash", hash=hash)
    assert row is not None
    return build(row["name"], json.loads(row["definition"]))


def _made(lines: Any, said: Mapping[str, Any]) -> Cards:
    versions = tuple(_version(name, each) for name, each in sorted({**said, ASSIGNMENT: lines}.items()))
    return _cards(lines, said, versions)


def _cards(lines: Any, said: Mapping[str, Any], versions: tuple[Version, ...]) -> Cards:
    by_name = {name: build(name, each) for name, each in said.items()}
    return Cards(tuple(Assigned(*line) for line in lines), by_name, versions)


def _version(name: str, said: Any) -> Version:
    definition = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Version(name, definition, hashlib.sha256(f"{name}\n{definition}".encode()).hexdigest()[:16])
