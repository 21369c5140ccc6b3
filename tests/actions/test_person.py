"""People at a customer: one person whoever tells of them, a tree without circles, and what sources own."""

from collections.abc import Iterator
from typing import Any

import pytest

from c360cli.actions import influence, person
from c360cli.errors import NotFound, UsageError
from c360cli.records import Record, RecordPage
from c360cli.sections import contacts as contact_section
from c360cli.sections import people as section
from c360cli.sections import sponsors
from c360cli.store import Store, open_store
from c360cli.store.merge import SourceFacts
from c360cli.store.people import Person, people_of
from c360cli.store.undoing import undo, writes
from tests.store.conftest import Clock

JANE = "jane@example.com"
ACME = "crm:a"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(store_url: str, clock: Clock) -> Iterator[Store]:
    with open_store(store_url, clock=clock) as opened:
        sync(
            opened,
            Record("customer", "crm", "a", None, {"name": "Acme"}),
            Record("user", "crm", "u", None, {"name": "Jane Doe", "email": JANE}),
            contact("1", name="Elena Petrova", email="Elena@acme.com", title="CTO"),
            contact("2", name="Rosa Okafor", email="rosa@acme.com", reports_to="1", role="Champion;Admin"),
            contact("3", name="No Mail"),
        )
        yield opened


def contact(source_id: str, **values: Any) -> Record:
    return Record("contact", "crm", source_id, None, {"customer_ref": "a", **values})


def sync(store: Store, *records: Record) -> None:
    merge = store.merge()
    merge.begin([SourceFacts("crm", "salesforce", 0, True, {"contact": "https://crm.example/{id}"})])
    merge.page("crm", "all", RecordPage(list(records), {}))
    merge.settle()
    merge.source_done("crm")


def add(store: Store, email: str, **values: Any) -> Person:
    return person.add(store, "acme", email, values, JANE).person


def edit(store: Store, who: str, **values: Any) -> Person:
    return person.edit(store, "acme", who, values, JANE).person


def known(store: Store) -> dict[str, Person]:
    return {one.key: one for one in people_of(store, ACME)}


def test_who_was_added_by_hand_and_comes_from_a_source_later_is_one_person(store: Store) -> None:
    add(store, "Nina@Acme.com", name="Nina", title="CFO", roles=["buyer"], is_sponsor=True)
    sync(store, contact("9", name="Nina Novak", email="nina@acme.com", title="Chief Financial Officer", role="Buyer"))
    nina = known(store)["nina@acme.com"]
    assert (nina.name, nina.title, nina.roles, nina.is_sponsor) == (
        "Nina Novak", "Chief Financial Officer", ("Buyer",), True,
    )  # fmt: skip
    assert nina.sources == ("crm", "c360")
    blocks = contact_section.build(store.customer(ACME), store, contact_section.OPTIONS)
    names = [row["name"] for block in blocks for row in getattr(block, "rows", ())]
    assert [name for name in names if name.startswith("Nina")] == ["Nina Novak"]


def test_adding_somebody_again_says_more_and_changes_nothing_else(store: Store) -> None:
    add(store, "nina@acme.com", name="Nina", phone="1")
    done = person.add(store, "acme", "NINA@acme.com", {"title": "CFO", "name": "Nina"}, JANE)
    assert (done.is_new, done.changed) == (False, ("title",))
    assert (done.person.name, done.person.phone) == ("Nina", "1")
    assert store.one("select count(*) from contact where source = 'c360'") == 1


def test_what_a_source_says_is_refused_with_where_to_edit_it(store: Store) -> None:
    with pytest.raises(UsageError, match='crm says the title of Elena Petrova is "CTO", and owns it') as caught:
        edit(store, "elena", title="CEO", is_sponsor=True)
    assert "https://crm.example/1" in caught.value.hint
    assert not known(store)["elena@acme.com"].is_sponsor, "nothing is done by halves"


def test_what_no_source_says_can_be_said_here(store: Store) -> None:
    assert edit(store, "rosa", title="VP", phone="+49 1").title == "VP"
    assert edit(store, "rosa", title="SVP").title == "SVP"
    assert known(store)["rosa@acme.com"].roles == ("Champion", "Admin")


def test_nobody_is_above_themselves(store: Store) -> None:
    add(store, "nina@acme.com", name="Nina", reports_to="rosa@acme.com")
    for who, boss in (("rosa", "nina"), ("elena", "nina")):
        with pytest.raises(UsageError, match=r"reports to .* already"):
            edit(store, who, reports_to=boss)
    with pytest.raises(UsageError, match=r"^Nina cannot report to themselves\.$"):
        edit(store, "nina", reports_to="nina")
    assert edit(store, "nina", reports_to="elena").reports_to == "elena@acme.com"
    assert edit(store, "nina", reports_to="").reports_to is None


def test_a_circle_of_a_source_is_cut_and_said(store: Store) -> None:
    sync(store, contact("1", name="Elena Petrova", email="elena@acme.com", reports_to="2"))
    tree = next(b for b in section.build(store.customer(ACME), store, section.OPTIONS) if b.name == "people")
    labels = [root.label for root in tree.roots]  # type: ignore[union-attr]
    assert sorted(labels) == ["Elena Petrova (reports in a circle)", "No Mail"]


def test_a_person_is_found_by_mail_name_or_their_start_and_never_guessed(store: Store) -> None:
    there = people_of(store, ACME)
    customer = store.customer(ACME)
    for word in ("ELENA@acme.com", "elena petrova", "Elen", "crm:1"):
        assert person.find(there, word, customer).key == "elena@acme.com"
    add(store, "elena.two@acme.com", name="Elena Two")
    with pytest.raises(UsageError, match='"elena" fits 2 people at acme'):
        person.find(people_of(store, ACME), "elena", customer)
    with pytest.raises(NotFound, match='no person at acme called "Rosario"') as caught:
        person.find(there, "Rosario", customer)
    assert "Rosa Okafor" in caught.value.hint or "person list" in caught.value.hint
    with pytest.raises(UsageError, match="has no e-mail"):
        edit(store, "No Mail", is_sponsor=True)


@pytest.mark.parametrize(
    "mail",
    ["", "x", "a@b", "a b@c.de", "a@c.de\x1b[2J", "<a@c.de>", "a@@c.de", "a,b@c.de", '"a"@c.de', f"{'a' * 300}@c.de"],
)
def test_what_is_no_address_is_refused(store: Store, mail: str) -> None:
    with pytest.raises(UsageError, match="is no e-mail address"):
        add(store, mail)


def test_an_apostrophe_belongs_to_an_address(store: Store) -> None:
    assert add(store, "Pat.O'Neil@acme.com").key == "pat.o'neil@acme.com"


@pytest.mark.parametrize("values", [{"name": "x\x1b[2J"}, {"title": "t" * 300}, {"roles": ["a;b"]}, {"notes": "\0"}])
def test_what_is_no_text_of_a_person_is_refused_and_nothing_is_kept(store: Store, values: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        add(store, "nina@acme.com", **values)
    assert "nina@acme.com" not in known(store)


def test_who_influences_whom_is_kept_once_and_taken_back(store: Store) -> None:
    influence.put(store, "acme", "elena", "rosa", "positive", None, JANE)
    link = influence.put(store, "acme", "elena", "rosa", None, "asks her first", JANE)
    assert (link.is_new, link.edge.sentiment, link.edge.notes) == (False, "positive", "asks her first")
    ours = influence.put(store, "acme", JANE, "rosa", "negative", None, JANE)
    assert (ours.from_name, ours.to_name) == ("Jane Doe", "Rosa Okafor")
    assert len(influence.listed(store, "acme")[1]) == 2
    influence.forget(store, "acme", "elena", "rosa", JANE)
    assert [one.from_name for one in influence.listed(store, "acme")[1]] == ["Jane Doe"]
    with pytest.raises(NotFound):
        influence.forget(store, "acme", "elena", "rosa", JANE)
    with pytest.raises(UsageError, match="cannot influence themselves"):
        influence.put(store, "acme", "rosa", "rosa", None, None, JANE)
    with pytest.raises(NotFound):
        influence.put(store, "acme", "stranger@other.com", "rosa", None, None, JANE)


def test_each_write_is_taken_back_whole(store: Store) -> None:
    before = known(store)
    add(store, "nina@acme.com", name="Nina", is_sponsor=True, reports_to="elena")
    edit(store, "rosa", title="VP", notes="knows everybody", is_sponsor=True)
    influence.put(store, "acme", "nina", "rosa", "positive", None, JANE)
    for _ in range(3):
        assert undo(store, JANE, writes(store, JANE, 1)[0]["id"]).kept == ()
    assert known(store) == before
    assert add(store, "nina@acme.com", name="Nina again").name == "Nina again"


def test_a_sponsor_is_shown_with_what_changed(store: Store, clock: Clock) -> None:
    customer = store.customer(ACME)
    assert [block.name for block in sponsors.build(customer, store, sponsors.OPTIONS)] == ["empty"]
    edit(store, "elena", is_sponsor=True)
    clock.move(days=1)
    sync(store, contact("1", name="Elena Petrova", email="elena@acme.com", title="CEO"))
    table = sponsors.build(customer, store, sponsors.OPTIONS)[1]
    (row,) = table.rows  # type: ignore[union-attr]
    assert row["change"] == "2026-11-22 title: CTO → CEO"


def test_a_deep_chain_of_bosses_is_drawn(store: Store) -> None:
    chain = [contact(f"d{n}", name=f"Deep {n}", email=f"d{n}@acme.com", reports_to=f"d{n - 1}") for n in range(1, 200)]
    sync(store, contact("d0", name="Deep 0", email="d0@acme.com"), *chain)
    blocks = section.build(store.customer(ACME), store, {**section.OPTIONS, "limit": None})
    assert any(block.name == "people" for block in blocks)
