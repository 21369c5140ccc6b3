"""``c360 today``: what is due and new, mine alone, on one screen."""

from datetime import timedelta

import pytest

from c360cli import main
from tests.sections.company import NOW


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


def test_renewals_and_quiet_customers_are_those_of_the_csm(told):
    day = told("today", "--renewals", "200", "--quiet-after", "3")
    assert [(row["customer"], row["renewal_on"], row["arr"]) for row in day["renewals"]] == [
        ("acme", "2027-03-01", 120000.0)
    ]
    assert [row["customer"] for row in told("today", "--user", "tom@example.com")["quiet"]] == ["quiet"]
    assert told("today", "--user", "tom@example.com")["renewals"] == []


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
    assert c360("today", "--user", "nobody@example.com") == (0, "", "2026-11-21: nothing is due, nothing is new.\n")


def test_nobody_has_no_day(c360, home):
    (home / "config.yaml").write_text("{}\n")
    assert c360("today")[0] == 3
