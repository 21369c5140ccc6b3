"""The doctor names what is wrong, where, and what to do; it changes nothing."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from c360cli import config, main
from c360cli.actions.doctor import _age, _login, examine
from c360cli.config import Config

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SOURCE = "sources: {a: {connector: files, path: a.csv, kind: customer, columns: {source_id: Id, name: Name}}}\n"


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return home


def write(home, text):
    (home / "config.yaml").write_text(text)
    os.chmod(home / "config.yaml", 0o600)


def findings(home):
    found = examine(
        str(home), lambda: config.load(str(home), environ={}), clock=lambda: NOW, sleep=lambda seconds: None
    )
    return {(finding.area, finding.name): finding for finding in found}


def test_a_fresh_home_is_well_and_stays_untouched(home):
    (home / "a.csv").write_text("Id,Name\n1,Acme\n")
    write(home, SOURCE)
    found = findings(home)
    assert [finding for finding in found.values() if not finding.is_ok] == []
    assert found["store", "sqlite"].words.startswith("3.")
    assert "c360 0." in found["connector", "salesforce"].words
    assert not (home / "c360.db").exists()


def test_a_config_without_a_source_is_a_finding_until_somebody_fills_the_store(home):
    from c360cli.store import open_store

    write(home, "sources:\n")
    finding = findings(home)["config", "config.yaml"]
    assert not finding.is_ok
    assert "no source" in finding.words
    open_store(str(home / "c360.db")).close()
    assert findings(home)["config", "config.yaml"].is_ok


@pytest.mark.parametrize(
    ("refused", "area", "name"),
    [("", "home", "folder"), ("c360.db", "store", "writing"), ("c360.db-shm", "store", "writing")],
)
def test_what_cannot_be_written_is_a_finding(home, monkeypatch, refused, area, name):
    # The rights themselves mean nothing to a test that runs as root.
    may = os.access
    path = os.path.join(home, refused) if refused else str(home)
    monkeypatch.setattr(os, "access", lambda asked, mode: str(asked) != path and may(asked, mode))
    for name_of_one in ("c360.db", "c360.db-shm"):
        (home / name_of_one).touch(mode=0o600)
    write(home, SOURCE)
    finding = findings(home)[area, name]
    assert not finding.is_ok
    assert f"{path} cannot be written" in finding.words
    assert finding.hint.startswith(f"ls -ld {path}")


def test_every_mistake_of_the_config_is_a_finding_with_its_place(home):
    write(home, "usr: jane\n")
    finding = findings(home)["config", "config.yaml"]
    assert not finding.is_ok
    assert finding.words.startswith('config.yaml:1:1: there is no setting "usr"')


def test_what_others_may_read_is_a_finding_with_the_command_that_closes_it(home):
    write(home, "")
    os.chmod(home / "config.yaml", 0o644)
    finding = findings(home)["home", "rights"]
    assert not finding.is_ok
    assert finding.hint == f"chmod 600 {home}/config.yaml"


def test_a_mistake_in_a_layout_is_a_finding(home):
    write(home, "")
    (home / "layouts").mkdir()
    (home / "layouts" / "csm.yaml").write_text("sections: [suport]\n")
    finding = findings(home)["layout", "csm"]
    assert not finding.is_ok
    assert finding.words.startswith('layouts/csm.yaml:1:12: there is no section "suport"')


@pytest.mark.parametrize(
    ("kind", "name", "path", "text"),
    [
        ("fields", "all", "fields/ours.yaml", "fields: {stage: {tpe: text}}\n"),
        ("ctas", "words", "ctas/default.yaml", "tpes: [Risk]\n"),
        ("activities", "types", "activities/ours.yaml", "types: {workshop: {counts: call}}\n"),
        ("playbook", "ours", "playbooks/ours.yaml", "tilte: Ours\n"),
        ("plan", "ours", "plans/ours.yaml", "tilte: Ours\n"),
        ("scorecard", "ours", "scorecards/ours.yaml", "tilte: Ours\n"),
        ("scorecard", "assignment", "scorecards/assignment.yaml", "scorecards: [{scorecard: nope}]\n"),
        ("layout", "assignment", "assignment.yaml", "rules: [{layout: nope, when: arr > 1}]\n"),
    ],
)
def test_a_mistake_in_any_file_is_a_finding_with_its_place(home, kind, name, path, text):
    write(home, "")
    assert findings(home)[kind, name if (kind, name) in findings(home) else "all"].is_ok
    (home / "layouts" / path).parent.mkdir(parents=True, exist_ok=True)
    (home / "layouts" / path).write_text(text)
    finding = findings(home)[kind, name]
    assert not finding.is_ok
    assert finding.words.startswith(f"layouts/{path}:1:")


def test_an_owner_of_a_field_that_is_not_there_is_a_finding(home):
    write(home, "owners: {stge: local}\n")
    finding = findings(home)["config", "owners"]
    assert (finding.is_ok, finding.words) == (
        False,
        'config.yaml: owners: there is no field "stge". Did you mean "stage"?',
    )
    write(home, "owners: {stage: local}\n")
    assert findings(home)["config", "owners"].is_ok


def test_a_store_that_is_none_is_a_finding_and_stays_as_it_is(home):
    write(home, "")
    (home / "c360.db").write_bytes(b"a picture, perhaps\n" * 100)
    assert not findings(home)["store", "open"].is_ok
    assert (home / "c360.db").read_bytes() == b"a picture, perhaps\n" * 100


def test_a_store_tells_its_version_mode_and_integrity(home):
    from c360cli.store import open_store

    write(home, "")
    open_store(str(home / "c360.db")).close()
    found = findings(home)
    assert {("store", name) for name in ("sqlite", "journal mode", "integrity", "rights")} <= found.keys()
    assert found["store", "integrity"].is_ok


def test_a_login_that_cannot_work_is_a_finding_and_the_others_are_still_tried():
    config = Config("/h", "/h/x", sources={"a": {"connector": "zendesc"}})
    (finding,) = _login(config, "a", lambda: NOW, lambda seconds: None)
    assert (finding.is_ok, finding.hint) == (False, 'Did you mean "zendesk"?')


@pytest.mark.parametrize(("hours", "is_ok"), [(23, True), (25, False)])
def test_data_older_than_its_schedule_is_a_finding(hours, is_ok):
    synced_at = (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    finding = _age(Config("/h", "/h/x"), "zendesk", synced_at, NOW)
    assert (finding.is_ok, finding.hint) == (is_ok, "" if is_ok else "c360 sync zendesk")


def test_the_exit_code_tells_and_json_is_a_list(home, capfd):
    write(home, "usr: jane\n")
    assert main.call(["--home", str(home), "doctor", "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert [row["area"] for row in told if not row["is_ok"]] == ["config"]
    (home / "a.csv").write_text("Id,Name\n1,Acme\n")
    write(home, SOURCE)
    assert main.call(["--home", str(home), "doctor"]) == 0
    out, err = capfd.readouterr()
    assert "config.yaml" in out
    assert err == "All is well.\n"
