"""The timeline on the page: the newest five, what is ahead apart, drafts of who asks."""

from c360cli.actions.log import Said, log
from c360cli.blocks import Table
from c360cli.layout.activity_types import load
from tests.sections.test_lists import ids

TYPES = load("/nowhere")


def logged(store, customer, subject, at, user="jane@example.com", **more):
    return log(store, customer, Said("call", subject, at=at, **more), user, TYPES, "/nowhere").activity["id"]


def test_what_a_source_brings_and_what_was_logged_stand_together_newest_first(build, store, acme):
    new = logged(store, acme, "New", "2026-11-20 10:00", people=["rosa"], sentiment="green")
    old = logged(store, acme, "Old", "2026-11-01 10:00")
    blocks = build("timeline", acme)
    assert [row["id"] for row in blocks["past"].rows] == [new, "crm:a2", "crm:a1", old]
    assert [row["from"] for row in blocks["past"].rows] == [None, "crm", "crm", None]
    assert blocks["past"].rows[0]["with"] == ["Rosa Okafor"]
    assert blocks["count"].text == "past, 4 of 5, 1 ahead"
    assert ids(build("timeline", acme, view="ahead")["ahead"]) == ["a3"]


def test_only_five_are_shown_and_a_draft_only_to_its_author(build, store, acme):
    for day in range(1, 7):
        logged(store, acme, "x", f"2026-11-1{day} 10:00")
    draft = logged(store, acme, "Mine", "2026-11-20 10:00", is_draft=True)
    past = build("timeline", acme)["past"]
    assert (len(past.rows), past.total) == (5, 8)
    assert build("timeline", acme, view="ahead")["ahead"].total == 1
    assert draft not in [row["id"] for row in build("timeline", acme, limit=None)["past"].rows]
    store.user = "Jane@example.com"
    blocks = build("timeline", acme)
    assert (blocks["past"].rows[0]["id"], blocks["past"].rows[0]["kind"]) == (draft, "call (draft)")
    assert blocks["count"].text.endswith("1 draft of yours")
    assert [row["id"] for row in build("timeline", acme, view="drafts")["past"].rows] == [draft]


def test_a_customer_with_whom_nothing_happened_says_how_to_begin(build, quiet):
    blocks = build("timeline", quiet)
    assert not any(isinstance(block, Table) for block in blocks.values())
    assert 'c360 log quiet call "' in blocks["empty"].text
