"""``c360 log`` as it is typed: what is kept, what follows from it, what is refused, and that it can be taken back."""

import io
import json

import pytest

from tests.sections.company import empty_store, fill


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\ntimezone: Europe/Berlin\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    return tmp_path


@pytest.fixture
def rows(home, store_in):
    """Return a function: query -> rows of the store."""

    def read(sql):
        with empty_store(store_in(home)) as store:
            return store.rows(sql)

    return read


@pytest.fixture
def log(c360):
    """Return a function: words -> what was logged."""

    def logged(*words):
        code, out, err = c360("log", *words, "--json")
        assert code == 0, err
        return json.loads(out)

    return logged


def test_an_activity_is_kept_and_said_in_one_sentence(c360, rows):
    code, out, err = c360(
        "log", "acme", "call", "Cadence", "call", "--at", "yesterday 14:30", "--with", "rosa", "--minutes", "30"
    )
    (kept,) = rows("select * from activity where source = 'c360'")
    assert (code, err) == (0, "")
    assert out == f'Call "Cadence call" with Acme Corporation, 2026-11-20 14:30, logged: {kept["id"]}.\n'
    assert (kept["type"], kept["subject"], kept["happened_at"]) == ("call", "Cadence call", "2026-11-20T13:30:00Z")
    assert (kept["author"], kept["attendees"], kept["minutes"]) == ("jane@example.com", '["rosa@acme.com"]', 30)
    assert (kept["source_id"], kept["is_draft"], kept["counts_as"]) == (kept["id"], 0, "call")


def test_tasks_become_a_cta_of_their_own_that_is_linked_to_the_activity(c360, log, rows):
    made = log("acme", "meeting", "Review", "--task", "Send slides", "--task", "Invite Rosa")
    (cta,) = rows("select * from cta where source = 'c360'")
    assert (cta["name"], cta["is_open"], cta["owner"], cta["status"]) == ("To-Do: Review", 1, "jane@example.com", "New")
    assert made["made"]["cta"] == cta["id"]
    assert made["made"]["tasks"] == [f"{cta['id']}.1", f"{cta['id']}.2"]
    assert [row["name"] for row in rows("select name from task order by number")] == ["Send slides", "Invite Rosa"]
    assert rows("select kind, item_id, to_kind, to_id from item_link") == [
        {"kind": "cta", "item_id": cta["id"], "to_kind": "activity", "to_id": made["id"]}
    ]


def test_tasks_join_the_cta_that_is_named_behind_those_it_has(log, rows):
    first = log("acme", "meeting", "Review", "--task", "Send slides")
    second = log("acme", "call", "After it", "--cta", first["made"]["cta"], "--task", "Ask Rosa")
    assert second["made"]["tasks"] == [f"{first['made']['cta']}.2"]
    assert len(rows("select id from cta where source = 'c360'")) == 1
    assert log("acme", "update", "No tasks", "--cta", "crm:t1")["made"]["cta"] == "crm:t1"


def test_a_cta_of_another_customer_and_a_closed_one_are_refused(c360):
    assert "there is no CTA of Quiet Ltd" in c360("log", "quiet", "call", "x", "--cta", "crm:t1")[2]
    assert "is closed and takes no tasks" in c360("log", "acme", "call", "x", "--cta", "crm:t4", "--task", "y")[2]
    assert c360("log", "acme", "call", "x", "--cta", "crm:t4")[0] == 0


def test_a_sentiment_is_a_judgement_with_its_day_its_author_and_the_notes(log, rows):
    made = log("acme", "call", "Cadence", "--sentiment", "Yellow", "-m", "Budget is open.", "--at", "2026-11-20 10:00")
    (kept,) = rows("select * from judgement")
    assert (kept["measure"], kept["value"], kept["note"]) == ("sentiment", "yellow", "Budget is open.")
    assert (kept["author"], kept["judged_at"], kept["activity_id"]) == (
        "jane@example.com", "2026-11-20T09:00:00Z", made["id"]
    )  # fmt: skip


def test_undo_takes_all_of_it_back(c360, log, rows):
    log("acme", "call", "Cadence", "--sentiment", "red", "--task", "x", "--with", "New <new@far.org>", "--add-contacts")
    assert c360("undo")[0] == 0
    for table in ("activity", "cta", "contact"):
        assert rows(f"select id from {table} where source = 'c360' and deleted_at is null") == [], table
    for table in ("task", "judgement"):
        assert rows(f"select id from {table} where deleted_at is null") == [], table
    assert rows("select * from item_link") == []


def test_people_are_named_by_address_name_or_a_part_of_it_and_ours_too(log):
    made = log("acme", "call", "x", "--with", "Aiko Tanaka", "--with", "okafor", "--with", "JANE@example.com")
    assert made["attendees"] == ["aiko@acme.com", "rosa@acme.com", "jane@example.com"]
    assert log("acme", "call", "x", "--with", "colleague@example.com")["attendees"] == ["colleague@example.com"]


def test_somebody_unknown_is_refused_with_the_way_out(c360, log, rows):
    code, _, err = c360("log", "acme", "call", "x", "--with", "new@acme.com")
    assert code == 4
    assert 'there is no contact or user "new@acme.com"' in err
    assert "--add-contacts makes a contact of Acme Corporation" in err
    assert rows("select id from activity where source = 'c360'") == [], "nothing is done by halves"
    made = log("acme", "call", "x", "--with", "Nora New <new@acme.com>", "--add-contacts")
    (kept,) = rows("select name, email, source, words, is_active from contact where source = 'c360'")
    assert made["made"]["contacts"] == ["new@acme.com"]
    assert kept == {"name": "Nora New", "email": "new@acme.com", "source": "c360", "words": "nora new new acme com",
                    "is_active": 1}  # fmt: skip
    assert "Nora New" in c360("search", "nora")[1]
    assert log("acme", "call", "y", "--with", "nora", "--add-contacts")["made"]["contacts"] == []


def test_a_name_that_several_have_is_refused_with_all_of_them(c360, log):
    log("acme", "call", "x", "--with", "Rosa Two <rosa2@acme.com>", "--add-contacts")
    code, _, err = c360("log", "acme", "call", "y", "--with", "rosa")
    assert code == 2
    assert "Rosa Okafor <rosa@acme.com>, Rosa Two <rosa2@acme.com>" in err


def test_what_cannot_be_is_refused_and_says_what_can(c360):
    for words, said in (
        (("call", ""), "SUBJECT is missing"),
        ((), "TYPE is missing"),
        (("cal", "x"), 'Did you mean "call"?'),
        (("call", "x", "--sentiment", "blue"), "a sentiment is red, yellow or green"),
        (("call", "x", "--at", "friday 10:00"), "could be the last one or the next"),
        (("call", "x", "--minutes", "0"), "--minutes is a number from 1"),
        (("call", "x", "--task", " "), "a task cannot be empty"),
        (("call", "x" * 256), "the subject has at most 255 characters"),
    ):
        code, out, err = c360("log", "acme", *words)
        assert (code, out) == (2, ""), words
        assert said in err


def test_an_hour_that_is_there_twice_is_spoken_of(c360):
    code, out, err = c360("log", "acme", "call", "x", "--at", "2026-10-25 02:30")
    assert (code, "show 2026-10-25 02:30 twice" in err, "2026-10-25 02:30" in out) == (0, True, True)


def test_notes_come_from_stdin(log, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Grüße\r\nzwei\n".encode())))
    assert log("acme", "call", "x", "--notes", "-")["notes"] == "Grüße\nzwei"


def test_who_opted_out_of_recording_is_warned_about_before_a_call_and_before_nothing_else(c360, home, store_in):
    with empty_store(store_in(home)) as store, store.transaction():
        store.database.execute(
            "insert into customer_field (customer_id, field, value, author, set_at)"
            " values ('crm:001', 'recording_opt_out', '1', 'jane@example.com', '2026-01-01T00:00:00Z')"
        )
    assert "Warning: Acme Corporation has opted out of recording" in c360("log", "acme", "call", "x")[2]
    assert c360("log", "acme", "email", "x")[2] == ""
    assert c360("log", "quiet", "call", "x")[2] == ""


def test_a_type_of_the_home_is_logged_and_counts_as_it_says(c360, home, log):
    (home / "layouts/activities").mkdir(parents=True)
    (home / "layouts/activities/mine.yaml").write_text("types:\n  workshop: {counts_as: meeting}\n  memo: {}\n")
    log("acme", "workshop", "x", "--at", "2026-11-20 10:00")
    log("acme", "memo", "y", "--at", "2026-11-20 12:00")
    assert "workshop" in c360("log", "--types")[1]
    (row,) = json.loads(c360("export", "customers", "--customer", "acme", "--format", "json")[1])
    assert (row["last_activity_at"], row["last_timeline_at"]) == ("2026-11-20T09:00:00Z", "2026-11-20T11:00:00Z")


def test_nobody_logs_without_a_name(c360, home):
    (home / "config.yaml").write_text("timezone: UTC\n")
    code, _, err = c360("log", "acme", "call", "x")
    assert (code, "c360 does not know who you are" in err) == (3, True)
