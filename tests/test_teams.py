"""What docs/teams.md says of roles is so: its SQL, run as it stands there, lets each role do what its table says."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from c360cli.errors import StoreError
from c360cli.main import call
from c360cli.records import Record, RecordPage
from c360cli.store import open_store
from c360cli.store.merge import SourceFacts
from tests.postgres import Cluster

PAGE = Path(__file__).parent.parent / "docs" / "teams.md"
ROLES = ("c360_sync", "c360_readers", "c360_writers", "c360_linkers", "jane")
MAY = {
    "readers": ("show acme -s support", "search acme", "export customers", "show --all", "sync --status", "store info"),
    "writers": (
        "tag acme vip",
        "comment acme Called.",
        "follow acme",
        "tag acme --remove vip",
        "cta add acme Call --type risk --playbook at-risk",
        "log acme call Called --sentiment green --task Write --with rosa@acme.example --add-contacts",
        "set acme stage=Adoption --new",
        "plan add acme --template onboarding",
        "person add acme elena@acme.example --sponsor",
        "person influence acme elena@acme.example rosa@acme.example",
        "follow acme --sponsor rosa@acme.example",
        "score set acme sentiment red -m Gone",
        "score override acme 50 --reason Gone",
        "follow --set arr=daily",
        "inbox --mark-read",
        "undo",
    ),
    "linkers": ("link desk:2 acme --yes", "link desk:2 --auto"),
}


@pytest.fixture(scope="module")
def team(cluster: Cluster) -> Iterator[dict[str, str]]:
    """The URLs of a store set up by the page, by role; ``jane`` may link."""
    own = f"team{os.getpid()}"
    known = {"customers": own, **{role: f"{own}_{role}" for role in ROLES}}

    def block(beginning: str) -> list[str]:
        """Return the statements of the block that begins so, under names that nobody else uses."""
        [words] = [each for each in re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
                   if each.startswith(beginning)]  # fmt: skip
        words = re.sub(r"--.*", "", words)
        words = re.sub(r"\bcustomers\b|\bc360_\w+|\bjane\b", lambda name: known[name[0]], words)
        return [statement for statement in words.split(";") if statement.strip()]

    def run(beginning: str, database: str) -> None:
        for statement in block(beginning):
            cluster.run(statement, database)

    run("create role c360_sync", "postgres")
    run("create schema c360", own)
    with open_store(cluster.url(own, known["c360_sync"])) as store:
        merge = store.merge()
        merge.begin([SourceFacts("crm", "salesforce", 0, True, {}), SourceFacts("desk", "zendesk", 1, False, {})])
        merge.page("crm", "accounts", RecordPage([Record("customer", "crm", "1", None, {"name": "Acme"})], None))
        merge.page(
            "desk", "organizations", RecordPage([Record("customer", "desk", "2", None, {"name": "Other"})], None)
        )
        merge.settle()
    run("grant insert, update, delete on\n", own)
    run("create role c360_linkers", own)
    run("create role jane", own)
    logins = {}
    for part in ("readers", "writers", "linkers"):
        logins[part] = f"{own}_{part}_login"
        cluster.run(f"create role {logins[part]} login in role {known[f'c360_{part}']}", own)
    yield {
        **{part: cluster.url(own, login) for part, login in logins.items()},
        "jane": cluster.url(own, known["jane"]),
        "sync": cluster.url(own, known["c360_sync"]),
    }
    cluster.drop(own)
    for role in (*logins.values(), *map(known.get, reversed(ROLES))):
        cluster.run(f"drop role {role}")


@pytest.fixture
def c360(team, tmp_path, monkeypatch):
    """Return a function: role, words -> exit code; each role has a person of its own."""
    (tmp_path / "config.yaml").write_text("timezone: UTC\n")
    monkeypatch.setenv("C360_HOME", str(tmp_path))

    def run(role: str, words: str) -> int:
        monkeypatch.setenv("C360_STORE", team[role])
        monkeypatch.setenv("C360_USER", f"{role}@example.com")
        return call(words.split())

    return run


@pytest.mark.parametrize("words", MAY["readers"])
@pytest.mark.parametrize("role", ["readers", "writers", "linkers", "jane", "sync"])
def test_everybody_can_read(c360, role, words):
    assert c360(role, words) == 0


@pytest.mark.parametrize("role", ["writers", "linkers", "jane", "sync"])
def test_writers_can_type_whatever_there_is_to_type(c360, role):
    assert [c360(role, words) for words in MAY["writers"]] == [0] * len(MAY["writers"])


@pytest.mark.parametrize("words", ["tag acme eu", "comment acme Called.", "follow acme"])
def test_readers_cannot_type_anything(c360, capsys, words):
    assert c360("readers", words) == 6
    assert "does not allow that" in capsys.readouterr().err


@pytest.mark.parametrize("role", ["linkers", "sync"])
def test_linkers_can_link_by_hand_and_take_it_back(c360, role):
    assert [c360(role, words) for words in MAY["linkers"]] == [0, 0]


@pytest.mark.parametrize("role", ["readers", "writers"])
def test_others_cannot_link(c360, role):
    assert c360(role, MAY["linkers"][0]) == 6


@pytest.mark.parametrize("role", ["readers", "writers", "linkers"])
def test_only_the_owner_can_bring_a_new_schema_in(team, role):
    from c360cli.store.migrations import NEWEST, STEPS, Step, migrate

    newer = (*STEPS, Step(NEWEST + 1, "one more", "create table one_more (id {text})"))
    with open_store(team[role]) as store, pytest.raises(StoreError, match="does not allow that"):
        migrate(store.database, newer)
