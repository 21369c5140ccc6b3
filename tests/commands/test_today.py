"""``c360 today``: what is due and new, mine alone, on one screen."""

import json
from datetime import timedelta

import pytest

from c360cli import main
from c360cli.commands.today import shared
from tests.sections.company import NOW, empty_store
from tests.terminals import Terminal


@pytest.fixture
def c360(home, capsys):
    """Return a function: words -> exit code, stdout, stderr, at ``days`` after the company's moment."""

    def call(*words, days=0):
        code = main.call(["--home", str(home), *words], clock=lambda: NOW + timedelta(days=days))
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_what_is_due_by_now_and_mine_is_there_and_nothing_else(told):
    mine = told("cta", "add", "acme", "Call back", "-t", "risk", "-d", "today")["id"]
    told("cta", "add", "acme", "Later", "-t", "risk", "-d", "tomorrow")
    told("cta", "add", "acme", "Somebody's", "-t", "risk", "-d", "today", "-o", "tom@example.com")
    snoozed = told("cta", "add", "acme", "Not now", "-t", "risk", "-d", "today")["id"]
    told("cta", "snooze", snoozed, "tomorrow")
    told("cta", "task", "add", mine, "Write to Rosa", "-d", "today")
    day = told("today")
    assert (day["day"], [row["id"] for row in day["ctas"]]) == ("2026-11-21", [mine])
    assert [row["id"] for row in day["tasks"]] == [f"{mine}.1"]
    assert "Later" in [row["name"] for row in told("today", days=1)["ctas"]]


def test_of_what_is_due_that_comes_first_which_matters_then_what_is_oldest(told):
    for name, priority, due in (("old", "Low", "-9d"), ("new", "High", "today"), ("older", "High", "-2d")):
        told("cta", "add", "acme", name, "-t", "risk", "-p", priority, "-d", due)
    flagged = told("cta", "add", "acme", "flagged", "-t", "risk", "-p", "Low", "-d", "today")["id"]
    told("cta", "flag", flagged)
    assert [row["name"] for row in told("today")["ctas"]] == ["flagged", "older", "new", "old"]


def test_what_stands_above_is_not_told_again_as_news_and_still_counted(c360, told):
    due = told("cta", "add", "acme", "From Tom", "-t", "risk", "-d", "today", "-o", "jane@example.com",
               "--user", "tom@example.com")["id"]  # fmt: skip
    before = told("today")
    assert due not in [notice["item"] for notice in before["notices"]]
    assert before["unread"] == len(before["notices"]) + before["unread_above"]
    assert before["unread_above"] >= 1
    assert told("inbox")[0]["item"] == due
    near = told("today", "--renewals", "200", days=90)
    assert "renewal" not in [notice["event"] for notice in near["notices"]]


def test_on_a_terminal_of_24_lines_the_day_fits_and_says_how_much_more_there_is(home, told):
    for number in range(9):
        told("cta", "add", "acme", f"Call number {number}", "-t", "risk", "-p", "High", "-d", "today")
        told("cta", "task", "add", told("today")["ctas"][0]["id"], f"Write {number}", "-d", "today")
    with Terminal(home, LINES="24") as terminal:
        code, seen = terminal("today", "--renewals", "200", "--quiet-after", "1")
    lines = seen.strip("\n").split("\n")
    assert code == 0
    assert len(lines) <= 23
    (due,) = [line for line in lines if line.startswith("DUE")]
    shown = [line for line in lines if "Call number" in line and line.rstrip()[-1] not in ":"]
    assert due == f"DUE  {due.split()[1]} of 9; all: c360 cta list"
    assert sum("High" in line for line in shown) == int(due.split()[1]) >= 3


@pytest.mark.parametrize(
    ("counts", "room", "sizes"),
    [
        ([9, 3, 0, 9], 20, [5, 3, 0, 2]),
        ([9, 3, 0, 9], 99, [5, 3, 0, 5]),
        ([9, 9, 9, 9, 9, 9, 9], 10, [3, 1, 1, 1, 1, 1, 1]),
        ([], 20, []),
    ],
)
def test_rows_are_shared_among_the_parts_until_the_screen_is_full(counts, room, sizes):
    assert shared(counts, room) == sizes


def test_renewals_and_quiet_customers_are_those_of_the_csm(told):
    day = told("today", "--renewals", "200", "--quiet-after", "3")
    assert [(row["customer"], row["renewal_on"], row["arr"]) for row in day["renewals"]] == [
        ("acme", "2027-03-01", 120000.0)
    ]
    assert [row["customer"] for row in told("today", "--user", "tom@example.com")["quiet"]] == ["quiet"]
    assert told("today", "--user", "tom@example.com")["renewals"] == []


def test_the_last_call_wherever_it_was_logged_is_not_called_last_activity(c360):
    heading = c360("today", "--quiet-after", "1", days=3)[1].partition("NOBODY CALLED")[2].split("\n")[1]
    assert heading.split("  ")[-1].strip() == "Last call"
    assert "Last activity" in c360("show", "--format", "md")[1].split("\n")[0]


def test_what_others_did_is_not_read_until_it_is(c360, told):
    told("cta", "add", "acme", "From Tom", "-t", "risk", "--user", "tom@example.com")
    assert "From Tom" in " ".join(notice["text"] for notice in told("today")["notices"])
    c360("inbox", "--mark-read")
    assert told("today")["unread"] == 0


def test_people_read_headings_and_what_is_empty_is_left_out(c360, told):
    told("cta", "add", "acme", "Call\x1b[2J back", "-t", "risk", "-d", "today")
    out = c360("today")[1]
    assert "DUE  1" in out
    assert "DRAFTS" not in out
    assert "\x1b" not in out


def test_a_day_without_anything_says_so(c360):
    c360("follow", "acme", "--user", "sam@example.com")
    assert c360("today", "--user", "sam@example.com")[2] == "2026-11-21: nothing is due, nothing is new.\n"


def test_whoever_has_nothing_here_is_told_so_with_the_nearest_of_us(c360, told):
    said = "2026-11-21: no customer, CTA or plan is of {}."
    assert c360("today", "--user", "nobody@example.com")[2] == said.format("nobody@example.com") + "\n"
    assert c360("today", "--user", "jan@exmaple.com")[2] == (
        said.format("jan@exmaple.com") + ' Did you mean "jane@example.com"?\n'
    )
    assert told("today")["is_known"]
    assert not told("today", "--user", "jan@exmaple.com")["is_known"]
    assert told("today", "--user", "jan@exmaple.com")["nearest"] == "jane@example.com"


def test_above_the_day_stands_how_old_the_data_is_and_what_of_it_is_late(c360, told):
    assert c360("today")[1].split("\n")[0] == "crm 0 s ago · desk 0 s ago · nps 0 s ago · counts 0 s ago"
    ages, warning = c360("today", days=2)[1].split("\n")[:2]
    assert ages.startswith("crm 2 d ago (late) · ")
    assert warning == "Warning: crm, desk, nps and counts are late: c360 sync --status"
    assert [source["is_late"] for source in told("today", days=2)["sources"]] == [True] * 4


@pytest.mark.parametrize(
    ("status", "words", "marked"),
    [
        ("failed", "the last sync of desk failed", "desk 0 s ago (FAILED)"),
        ("partial", "the last sync of desk failed in part", "desk 0 s ago (PARTLY)"),
    ],
)
def test_a_source_whose_last_sync_went_wrong_is_named(home, store_in, c360, told, status, words, marked):
    run(home, store_in, 1, crm="failed", desk="ok", nps="ok", counts="ok")
    run(home, store_in, 2, crm="ok", desk=status)
    ages, warning = c360("today")[1].split("\n")[:2]
    assert ages.split(" · ") == ["crm 0 s ago", marked, "nps 0 s ago", "counts 0 s ago"]
    assert warning == f"Warning: {words}: c360 sync --status"
    assert [source["last_status"] for source in told("today")["sources"]] == ["ok", status, "ok", "ok"]


def test_a_home_that_nothing_was_brought_into_says_that(tmp_path, bare_environment, store_in, capsys):
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)):
        pass
    assert main.call(["--home", str(tmp_path), "today"], clock=lambda: NOW) == 0
    written = capsys.readouterr()
    assert written.out == "Warning: nothing was brought in yet: c360 sync\n"
    assert written.err == "2026-11-21: nothing is here yet that could be due.\n"


def run(home, store_in, number, **statuses):
    """Put the report of a sync into the store."""
    report = {"sources": [{"name": name, "status": status} for name, status in statuses.items()]}
    with empty_store(store_in(home)) as store, store.transaction():
        at = store.now()
        kept = {"id": str(number), "number": number, "at": at, "report": json.dumps({"finished_at": at, **report})}
        store.database.execute(
            "insert into sync_run (id, number, started_at, finished_at, report)"
            " values (:id, :number, :at, :at, :report)",
            kept,
        )


def test_nobody_has_no_day(c360, home):
    (home / "config.yaml").write_text("{}\n")
    assert c360("today")[0] == 3
