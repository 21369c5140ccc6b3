"""``c360 sync`` as it is typed: what is said when, what the shell gets, and how the last run went afterwards."""

import json
import os
import pty
import subprocess
import sys
from datetime import timedelta

import pytest

from c360cli import main
from c360cli.commands._sync_words import error_lines, hosts
from c360cli.config import Config
from c360cli.records import Record, RecordPage
from c360cli.store import open_store
from c360cli.store.merge import SourceFacts
from tests.sections.company import NOW
from tests.terminals import read_all

CONFIG = """\
user: jane@example.com
sources:
  crm: {connector: files, path: crm.csv, kind: customer, columns: {source_id: Id, name: Name, domain: Domain}}
  people: {connector: files, path: people.csv, kind: contact, columns: {source_id: Id, customer: Customer, name: Name}}
"""
BROKEN = "  desk: {connector: flies, path: x.csv}\n"
NO_FLIES = 'config.yaml:5:10: sources.desk.connector: there is no connector "flies".'


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with two sources of files."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    store_in(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "crm.csv").write_text("Id,Name,Domain\n1,Acme Corporation,acme.com\n2,Globex,globex.com\n")
    (tmp_path / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\np2,nobody.example,Aiko\n")
    return tmp_path


@pytest.fixture
def c360(home, capsys):
    """Return a function: words of ``sync`` -> exit code, stdout, stderr."""

    def call(*words, days=0):
        code = main.call(["--home", str(home), "sync", *words], clock=lambda: NOW + timedelta(days=days))
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_in_cron_nothing_is_said_when_all_is_well(c360):
    assert c360() == (0, "", "")


def test_a_dry_run_counts_where_nobody_watches(c360, home, store_in):
    code, out, err = c360("--dry-run")
    assert (code, out) == (0, "")
    assert err.splitlines()[0].split()[:7] == ["crm", "1", "stream", "2", "read", "2", "new"]
    assert err.endswith("Dry run: nothing was changed.\n")
    assert c360("--dry-run", "-q")[2] == ""
    with open_store(store_in(home)) as store:
        assert store.find("contact") == []


def test_a_dry_run_offers_nothing_that_it_has_undone_or_just_done(c360, home):
    (home / "crm.csv").write_text("Id,Name,Domain\n1,Acme Corporation,acme.com\n,Nobody,\n")
    err = c360("--dry-run")[2]
    assert "1 record was set aside (c360 sync --dry-run --errors-to FILE).\n" in err
    assert "1 record fits no customer (once they are in: c360 sync --unmatched).\n" in err
    err = c360("--dry-run", "--errors-to", str(home / "bad.csv"))[2]
    assert "1 record was set aside.\n" in err
    assert "FILE" not in err


def test_a_dry_run_in_a_new_home_makes_no_store(c360, home, monkeypatch):
    monkeypatch.delenv("C360_STORE", raising=False)
    before = {path.name for path in home.iterdir()}
    code, _, err = c360("--dry-run")
    assert code == 0
    assert "Dry run: nothing was changed." in err
    assert {path.name for path in home.iterdir()} - before == {"cache", "logs"}


def test_a_connector_nobody_has_is_a_mistake_in_the_config_with_its_place_and_the_nearest(c360, home):
    (home / "config.yaml").write_text(CONFIG + BROKEN)
    code, out, err = c360()
    assert (code, out) == (3, "")
    assert err == f'Error: desk: {NO_FLIES}\nHint: Did you mean "files"?\n'


def test_a_source_nobody_has_is_a_mistyped_word(c360):
    code, _, err = c360("peopel")
    assert code == 2
    assert 'Did you mean "people"?' in err


def test_a_config_without_sources_cannot_start(c360, home):
    (home / "config.yaml").write_text("sources:\n")
    code, _, err = c360()
    assert code == 3
    assert err == (
        f"Error: {home / 'config.yaml'} names no source.\n"
        "Hint: Add one under sources: there, or look around first: c360 --home .demo demo\n"
    )
    assert c360("people")[0] == 3


def test_the_status_tells_which_source_failed_last_and_why(c360, home):
    (home / "config.yaml").write_text(CONFIG + BROKEN)
    c360()
    code, out, err = c360("--status", days=1)
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert out.startswith("The last sync ended with errors 24 h ago (2026-11-21 04:00 UTC).\n")
    assert [
        "crm",
        "files",
        "ok",
        "data",
        "of",
        "24",
        "h",
        "ago",
        "2",
        "read",
        "2",
        "new",
        "0",
        "changed",
        "0",
        "gone",
    ] in lines
    assert ["desk", "flies", "FAILED", "24", "h", "ago", "never", "whole"] in lines
    assert f'      Error: desk: {NO_FLIES}\n      Hint: Did you mean "files"?\n' in out


def test_a_failure_stays_told_until_that_source_is_tried_again(c360, home):
    (home / "config.yaml").write_text(CONFIG)
    (home / "people.csv").unlink()
    assert c360()[0] == 5
    assert c360("crm", days=1)[0] == 0
    out = c360("--status", days=1)[1]
    assert out.startswith("The last sync ended well 0 s ago (2026-11-22 04:00 UTC).\n")
    assert "FAILED 24 h ago" in out
    assert "Error: people: " in out
    (home / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\n")
    assert c360(days=2)[0] == 0
    assert "FAILED" not in c360("--status", days=2)[1]


def test_the_status_repeats_the_notes(c360, home):
    (home / "people.csv").write_text("")
    c360()
    assert "Note: people: people.csv: the file has no rows" in c360("--status")[1]


def begin_without_an_end(store):
    with store.transaction():
        store.database.execute(
            "insert into sync_run (id, number, started_at) values (:id, 99, :at)",
            {"id": "x", "at": "2026-11-21T05:00:00Z"},
        )


def test_a_sync_that_was_broken_off_is_told_with_what_went_before_it(c360, home, store_in):
    c360()
    with open_store(store_in(home)) as store:
        begin_without_an_end(store)
    out = c360("--status", days=1)[1]
    assert out.startswith("The last sync began 23 h ago (2026-11-21 05:00 UTC) and was broken off.\n")
    assert "the next one goes on from there. Before it:" in out
    assert "  crm     files  ok  data of 24 h ago" in out


def test_a_sync_that_still_runs_is_told_from_one_that_was_broken_off(c360, home, store_in):
    with open_store(store_in(home)) as store:
        begin_without_an_end(store)
        with store.database.sync_lock():
            out = c360("--status", days=1)[1]
            assert out.splitlines() == [
                "The last sync began 23 h ago (2026-11-21 05:00 UTC) and still runs.",
                "What it has brought so far is stored. No sync has ended before it.",
                "",
                "The sync that runs links at its end: what fits no customer is known then.",
            ]
            assert json.loads(c360("--status", "--json")[1])["last_run"]["is_running"] is True
            assert "The sync that runs links" in c360("--unmatched")[2]
        assert json.loads(c360("--status", "--json")[1])["last_run"]["is_running"] is False


def test_what_the_next_sync_will_link_fits_nobody_as_little_as_somebody(c360, home, store_in):
    with open_store(store_in(home)) as store:
        merge = store.merge()
        facts = [SourceFacts(name, "files", at, name == "crm", {}) for at, name in enumerate(("crm", "people"))]
        merge.begin(facts)
        for source, kind, id_, values in (
            ("people", "contact", "p9", {"customer_ref": "acme.com"}),
            ("crm", "customer", "1", {"name": "Acme", "domain": "acme.com"}),
        ):
            merge.page(source, kind, RecordPage([Record(kind, source, id_, None, values)], {}))
        begin_without_an_end(store)
    why = "The last sync did not end; the next one links (c360 sync): what fits no customer is known then.\n"
    assert c360("--unmatched") == (0, "", why)
    assert c360("--unmatched", "people", "--json") == (0, "[]\n", why)
    out = c360("--status")[1]
    assert why in out
    assert "record fits" not in out
    state = json.loads(c360("--status", "--json")[1])
    assert (state["linking_is_due"], state["unmatched"], state["ambiguous"]) == (True, None, None)
    c360()
    assert "people:acme.com" not in c360("--unmatched", "--json")[1]
    assert json.loads(c360("--status", "--json")[1])["linking_is_due"] is False


def test_the_status_as_json_has_each_sources_last_try(c360, home):
    (home / "config.yaml").write_text(CONFIG + BROKEN)
    c360()
    state = json.loads(c360("--status", "--json")[1])
    last = {source["name"]: source["last"] for source in state["sources"]}
    assert [last[name]["status"] for name in ("crm", "people", "desk")] == ["ok", "ok", "failed"]
    assert last["desk"]["error"] == NO_FLIES
    assert last["desk"]["finished_at"] == "2026-11-21T04:00:00Z"


def test_the_status_of_one_source_is_of_that_one(c360, home):
    (home / "config.yaml").write_text(CONFIG + BROKEN)
    c360()
    out = c360("--status", "people")[1]
    assert [line.split()[0] for line in out.splitlines() if line.startswith("  ")] == ["people"]
    assert "flies" not in out
    state = json.loads(c360("--status", "desk", "--json")[1])
    assert [source["name"] for source in state["sources"]] == ["desk"]
    assert state["unmatched"] == 0
    assert json.loads(c360("--status", "people", "--json")[1])["unmatched"] == 1
    assert state["links"] == {}
    assert json.loads(c360("--status", "people", "--json")[1])["links"] == {"external id": 1}
    assert json.loads(c360("--status", "--json")[1])["links"] == {"external id": 1}
    assert c360("--status", "peopel")[0] == 2


@pytest.mark.parametrize("show", ["--status", "--unmatched"])
@pytest.mark.parametrize(
    "other",
    [["--full"], ["--dry-run"], ["--if-older-than", "2h"], ["--accept-shrink"], ["--reconcile"], ["--keep-going"]],
)
def test_what_shows_and_stops_takes_no_option_of_a_sync(c360, home, show, other):
    code, out, err = c360(*other, show)
    assert (code, out) == (2, "")
    assert f"{show} and {other[0]} do not fit together" in err
    assert not (home / "logs").exists()


def test_two_things_are_not_shown_at_once(c360):
    assert c360("--unmatched", "--status")[0] == 2


def test_what_fits_no_customer_is_listed_of_one_source_too(c360):
    c360()
    assert [row["id"] for row in json.loads(c360("--unmatched", "people", "--json")[1])] == ["people:nobody.example"]
    assert c360("--unmatched", "crm") == (0, "", "Every customer that crm names is known.\n")


def test_what_names_no_customer_is_counted_beside_what_fits_none(c360, home):
    (home / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\np2,nobody.example,Aiko\np3,,Zed\np4,,Ada\n")
    c360()
    code, out, err = c360("--unmatched")
    assert code == 0
    assert "people:nobody.example" in out
    assert err == "Hint: c360 link SOURCE:ID CUSTOMER\n2 contacts of people name no customer.\n"
    assert [row["id"] for row in json.loads(c360("--unmatched", "--json")[1])] == ["people:nobody.example"]
    (home / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\n")


def test_when_all_fits_that_is_said(c360, home):
    (home / "people.csv").write_text("Id,Customer,Name\np1,1,Rosa\n")
    c360()
    assert c360("--unmatched") == (0, "", "Every customer that is named is known.\n")


@pytest.mark.parametrize("words", [["--json"], ["--status", "--json"], ["--unmatched", "--json"]])
def test_json_holds_nothing_a_terminal_obeys(c360, home, words):
    evil = "\x9b2J\u202e"
    (home / "config.yaml").write_text(CONFIG + f'  bad: {{connector: "{evil.encode("unicode_escape").decode()}"}}\n')
    (home / "people.csv").write_text(f"Id,Customer,Name\np1,1,Rosa\np2,nobody{evil},Aiko\n")
    if words != ["--json"]:
        c360()
    _, out, _ = c360(*words)
    assert out
    assert not set(evil[::3]) & set(out)
    assert "\\u009b2J\\u202e" in out
    json.loads(out)


def test_on_a_terminal_the_report_is_shown(home):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "c360cli", "--home", str(home), "sync"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "COLUMNS": "100"}) as run:
        os.close(theirs)
        seen = read_all(ours)
        assert run.wait() == 0
        assert run.stdout.read() == b""
    assert "2 read" in seen
    assert "1 record fits no customer (c360 sync --unmatched)." in seen


def test_an_error_names_the_host_once():
    source = {"name": "desk", "status": "partial", "hint": "Wait.", "error": "desk: GET /x found nobody listening."}
    config = Config("/h", "/h/c360.db", sources={"desk": {"base_url": "https://a:b@desk.example:8443/x"}, "nps": {}})
    assert hosts(config) == {"desk": "desk.example:8443"}
    assert list(error_lines(source, hosts(config))) == [
        "Error: desk (desk.example:8443): GET /x found nobody listening. What it brought until then is stored.",
        "Hint: Wait.",
    ]
    source |= {
        "status": "failed",
        "error": "desk: desk.example:8443 has a bad certificate.\nAnd \x1b more.",
        "hint": "",
    }
    assert list(error_lines(source, hosts(config))) == [
        "Error: desk: desk.example:8443 has a bad certificate.",
        "       And ␛ more.",
    ]


def test_a_schedule_leaves_alone_what_is_young_and_says_so_to_who_asks(c360, home):
    assert c360("--if-older-than", "1d")[0] == 0
    code, out, err = c360("--if-older-than", "1d", "--json")
    assert (code, err) == (0, "")
    report = json.loads(out)
    assert (report["ok"], report["sources"]) == (True, [])
    assert report["skipped"] == [{"name": "crm", "age_seconds": 0}, {"name": "people", "age_seconds": 0}]
    report = json.loads(c360("--if-older-than", "1d", "--json", days=1)[1])
    assert [source["name"] for source in report["sources"]] == ["crm", "people"]
    assert report["skipped"] == []
    events = [json.loads(line)["event"] for line in (home / "logs" / "sync.log").read_text().splitlines()]
    assert events.count("start") == 2
    assert events.count("skip") == 1


def test_a_span_nobody_understands_is_a_mistake_of_the_user(c360):
    code, _, err = c360("--if-older-than", "soon")
    assert code == 2
    assert "'soon' is no span like 30m, 2h or 1d" in err


def test_a_file_that_lost_its_rows_is_taken_when_that_is_said(c360, home, store_in):
    (home / "crm.csv").write_text("Id,Name,Domain\n" + "".join(f"{n},Name {n},\n" for n in range(10)))
    c360()
    (home / "crm.csv").write_text("Id,Name,Domain\n1,Name 1,\n")
    code, _, err = c360()
    assert code == 5
    assert "c360 sync crm --accept-shrink" in err
    assert c360("crm", "--accept-shrink")[0] == 0
    assert c360("--full")[0] == 0  # it was accepted
    with open_store(store_in(home)) as store:
        assert len(store.find("customer")) == 10


def test_a_log_that_cannot_be_written_is_told_and_stops_nothing(c360, home):
    (home / "logs").write_text("")
    code, _, err = c360()
    assert code == 0
    assert err.startswith(f"Note: {home / 'logs' / 'sync.log'} cannot be written: ")


def test_what_could_be_meant_is_listed_with_the_line_to_type(c360, home):
    (home / "people.csv").write_text("Id,Customer,Name\np1,Acme Corporatoin,Rosa\n")
    c360()
    code, out, err = c360("--unmatched")
    assert code == 0
    assert "acme" in out.splitlines()[1]
    assert err == "Hint: c360 link SOURCE:ID CUSTOMER, for example: c360 link 'people:Acme Corporatoin' acme\n"
    [row] = json.loads(c360("--unmatched", "--json")[1])
    assert [(near["slug"], near["score"] >= 80) for near in row["near"]] == [("acme", True)]


def test_every_column_that_a_file_lacks_is_told_with_its_line_in_the_config(c360, home):
    (home / "config.yaml").write_text(
        "sources:\n  crm:\n    connector: files\n    path: crm.csv\n    kind: customer\n"
        "    columns:\n      source_id: Id\n      name: Nmae\n      arr: Money\n"
    )
    code, _, err = c360()
    assert (code, err.splitlines()) == (
        3,
        [
            'Error: crm: config.yaml:8:7: sources.crm.columns.name: crm.csv has no column "Nmae". Did you mean "Name"?',
            '       config.yaml:9:7: sources.crm.columns.arr: crm.csv has no column "Money".',
            'Hint: It has "Id", "Name", "Domain".',
        ],
    )


@pytest.mark.parametrize("option", ["pth: x", "kind: custmer", "timezone: Europe/Berln", "x.y: 1"])
def test_a_setting_of_a_source_that_cannot_be_followed_is_a_mistake_of_the_config(c360, home, option):
    (home / "config.yaml").write_text(f"sources:\n\n  crm: {{connector: files, path: x.csv, {option}}}\n")
    code, _, err = c360()
    assert code == 3
    assert err.startswith("Error: crm: config.yaml:3:40: sources.crm: there is no ")


def test_a_source_that_is_down_counts_more_than_a_mistake(c360, home):
    (home / "config.yaml").write_text(CONFIG + "  desk: {connector: files, pth: x.csv}\n")
    (home / "people.csv").unlink()
    assert c360()[0] == 5


def test_each_mistake_in_a_scorecard_stands_on_its_line_and_is_one_of_the_config(c360, home):
    (home / "layouts" / "scorecards").mkdir(parents=True)
    (home / "layouts" / "scorecards" / "assignment.yaml").write_text("scrcards: []\n")
    code, _, err = c360()
    assert (code, err.splitlines()) == (
        3,
        [
            "Note: The scores stay as they were:",
            "layouts/scorecards/assignment.yaml:1:1: an assignment needs scorecards.",
            'layouts/scorecards/assignment.yaml:1:1: there is no setting of an assignment "scrcards". Did you mean'
            ' "scorecards"?',
        ],
    )
    report = json.loads(c360("--json")[1])
    assert (report["ok"], report["has_mistakes"]) == (True, True)
