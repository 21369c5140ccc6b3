"""``c360 inbox`` and ``c360 follow --settings`` as they are typed."""

import json

import pytest

from c360cli.store.writing import write
from tests.sections.company import empty_store, fill
from tests.terminals import Terminal

TOM = "tom@example.com"


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company, whose CSM jane is; tom has made a CTA with a hostile name."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
        row = {"id": "k3f", "source": "c360", "source_id": "k3f", "recorded_at": store.now(), "made_by": TOM}
        more = {
            "customer_id": store.find_customer("acme").id,
            "name": "Sponsor\x1b[2J left",
            "type": "Risk",
            "is_open": 1,
        }
        write(store, TOM, "cta add", lambda entry: entry.insert("cta", {**row, **more}))
    return tmp_path


def test_what_happened_is_shown_until_it_is_read(c360):
    code, out, err = c360("inbox", "--event", "cta_created")
    assert (code, err) == (0, "")
    assert "acme" in out
    assert "Risk k3f: Sponsor" in out
    assert "\x1b" not in out
    unread = len(json.loads(c360("inbox", "--json")[1]))
    assert c360("inbox", "--mark-read") == (0, f"{unread} marked as read.\n", "")
    assert c360("inbox") == (0, "", "There is nothing you have not read.\n")
    assert c360("inbox", "--json")[1] == "[]\n"
    assert len(json.loads(c360("inbox", "--all", "--json")[1])) == unread


def test_on_a_terminal_the_news_goes_on_in_the_next_line_instead_of_being_cut(home, told):
    name = "Reach 90 % of the seats, and everybody in the payments teams is on it until Christmas"
    told("cta", "add", "acme", name, "-t", "risk", "--user", TOM)
    with Terminal(home) as terminal:
        lines = terminal("inbox")[1].rstrip().split("\n")
    at = next(number for number, line in enumerate(lines) if "Reach 90 %" in line)
    news = " ".join(line.rstrip() for line in lines[at : at + 4])
    assert all(word in news for word in name.split())
    assert max(map(len, lines)) <= 80


def test_who_did_it_has_a_name_for_people_and_an_address_for_scripts(c360, told):
    told("cta", "add", "acme", "Call", "-t", "risk", "--user", "jane@example.com")
    c360("follow", "acme", "--user", TOM)
    told("cta", "add", "acme", "Call again", "-t", "risk", "--user", "jane@example.com")
    as_tom = ("inbox", "--event", "cta_created", "--user", TOM)
    assert "  Jane Doe\n" in c360(*as_tom)[1]
    assert {notice["by"] for notice in told(*as_tom)} == {"jane@example.com"}


def test_a_script_marks_one_notice_by_its_id(c360):
    (notice,) = json.loads(c360("inbox", "--event", "cta_created", "--json")[1])
    assert {
        "event": "cta_created",
        "customer": "acme",
        "item": "k3f",
        "by": TOM,
        "is_read": False,
    }.items() <= notice.items()
    assert json.loads(c360("inbox", notice["id"], "--mark-read", "--json")[1]) == {"marked": 1}
    assert c360("inbox", "nobody", "--mark-read")[0] == 4
    assert c360("inbox", notice["id"])[0] == 2


def test_settings_are_listed_and_kept(c360):
    out, err = c360("follow", "--set", "cta_created=never", "--set", "renewal-days=60")[1:]
    assert err == "2 of 2 settings changed.\n"
    assert ["cta_created", "never"] in [line.split()[:2] for line in out.splitlines()]
    assert c360("inbox", "--event", "cta_created")[1] == ""
    assert json.loads(c360("follow", "--settings", "--json")[1])[-1]["frequency"] == "60"
    assert c360("follow", "acme", "--settings")[0] == 2
    assert c360("follow", "--set", "arr=sometimes")[0] == 2


def test_the_data_set_is_the_inbox_of_who_asks(c360, home):
    heard = json.loads(c360("inbox", "--all", "--limit", "0", "--json")[1])
    exported = json.loads(c360("export", "notifications", "--json")[1])
    oldest_first = sorted(heard, key=lambda row: (row["at"], row["id"]))
    assert [{name: row[name] for name in heard[0]} for row in exported] == oldest_first
    assert {row["reader"] for row in exported} == {"jane@example.com"}
    of_one = ("export", "notifications", "--fields", "event", "--where", "not is_read", "--customer")
    assert c360(*of_one, "acme")[1] != "event\n"
    assert c360(*of_one, "quiet")[1] == "event\n"
    c360("inbox", "--mark-read")
    assert c360("export", "notifications", "--where", "not is_read", "--fields", "id")[1] == "id\n"


def test_nobody_has_notifications_and_is_told_so(c360, home):
    (home / "config.yaml").write_text("currency: USD\n")
    code, out, err = c360("export", "notifications")
    assert (code, out) == (3, "")
    assert "c360 does not know who you are" in err
    code, out, _ = c360("show", "acme", "-s", "report", "--option", "dataset=notifications", "--no-header")
    assert (code, "No notifications." in out) == (0, True)
