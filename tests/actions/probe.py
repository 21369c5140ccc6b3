"""A source of a test's own: a plugin that plays the pages its options hold, and gives single records again."""

import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from c360cli.config import Config

PLAYER = """
    from c360cli import errors
    from c360cli.connector import Stream
    from c360cli.records import Aside, Record, RecordPage

    ASKED_AGAIN = []

    class Player:
        def __init__(self, name, options, context):
            self.name, self.options, self.context = name, options, context
            self.links = options.get("links", {})
            self.streams = tuple(
                Stream(stream, tuple(said["kinds"]), said.get("is_whole", False), said.get("most_bad", 0.05))
                for stream, said in options["streams"].items()
            )

        def check(self):
            return "here"

        def fetch(self, stream, cursor):
            said = self.options["streams"][stream]
            done = 0 if said.get("is_whole") else (cursor or {}).get("done", 0)
            for number, rows in enumerate(said["pages"]):
                if number >= done:
                    yield self.page(stream, rows, {"done": number + 1})

        def page(self, stream, rows, cursor):
            bad = [Aside(stream, row["id"], row["bad"], row.get("sample", "")) for row in rows if "bad" in row]
            good = [dict(row) for row in rows if "bad" not in row]
            records = [
                Record(row.pop("kind"), self.name, row.pop("id"), row.pop("at", None), row, row.pop("deleted", False))
                for row in good
            ]
            return RecordPage(records, cursor, bad)

    class Asking(Player):
        def fetch_again(self, stream, source_ids):
            ASKED_AGAIN.append((stream, list(source_ids)))
            again = self.options["streams"][stream].get("again", {})
            if again == "refused":
                raise errors.RequestRefused(self.name, "not this way")
            yield self.page(stream, [again[each] for each in source_ids if each in again], {})

    def connect(name, options, context):
        return (Asking if options.get("asks") else Player)(name, options, context)
"""


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the plugin, installed as the connector ``player``."""
    folder = tmp_path / "plugins"
    described = folder / "c360_player-1.0.dist-info"
    described.mkdir(parents=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: c360-player\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text("[c360.connectors]\nplayer = c360_player:connect\n")
    (folder / "c360_player.py").write_text(textwrap.dedent(PLAYER))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "c360_player", raising=False)
    return __import__("c360_player")


def config_of(home: Path, **sources: dict[str, Any]) -> Config:
    """Return a config whose sources play ``streams``; ``options`` of a source stand beside them."""
    made = {
        name: {"connector": "player", **streams.pop("options", {}), "streams": streams}
        for name, streams in ((name, dict(said)) for name, said in sources.items())
    }
    return Config(home=str(home), store="", sources=made)


def rows(kind: str, ids: "range | list[int]", **values: Any) -> list[dict[str, Any]]:
    """Return rows of a kind, one for each id."""
    named = {"name": "Name"} if kind == "customer" else {"subject": "x"}
    return [{"kind": kind, "id": str(each), **{key: f"{word} {each}" for key, word in named.items()}, **values}
            for each in ids]  # fmt: skip


def stream(*pages: list[dict[str, Any]], kind: str = "case", **more: Any) -> dict[str, Any]:
    """Return a stream of these pages."""
    return {"kinds": [kind], "pages": list(pages), **more}
