"""What people look at, write and take back costs as many queries where a store holds much as where it holds little."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from c360cli.actions import (
    cockpit,
    comment,
    cta,
    cta_page,
    cta_tasks,
    follow,
    inbox,
    influence,
    log,
    person,
    plan,
    portfolio,
    score,
    search,
    tag,
    timeline,
    today,
    undo,
)
from c360cli.layout import activity_types
from c360cli.scores.rescoring import catch_up
from c360cli.store import Store, ctas
from c360cli.store.timeline import Wanted
from tests.sections.company import empty_store, fill, put, record

JANE, TOM = "jane@example.com", "tom@example.com"

LOOKS: dict[str, Callable[[Store], object]] = {
    "today": lambda store: today.today(store, JANE),
    "inbox": lambda store: inbox.inbox(store, JANE),
    "undo --list": lambda store: undo.list_writes(store, JANE, None),
    "cta list": lambda store: cockpit.cockpit(store, cockpit.Asked(), JANE),
    "cta list --all": lambda store: cockpit.cockpit(store, cockpit.Asked(everyone=True, view="all"), JANE),
    "cta list acme": lambda store: cockpit.cockpit(store, cockpit.Asked(customer="acme", objectives=True), JANE),
    "cta list --group": lambda store: cockpit.cockpit(store, cockpit.Asked(everyone=True, group="renewal"), JANE),
    "cta list --where": lambda store: cockpit.cockpit(store, cockpit.Asked(where=("priority = Medium",)), JANE),
    "cta task list": lambda store: cta_tasks.list_tasks(store, None, JANE),
    "timeline": lambda store: timeline.look(store, Wanted(me=JANE), None),
    "timeline acme": lambda store: timeline.look(store, Wanted(me=JANE, customer_id="crm:001"), 10),
    "timeline --text": lambda store: timeline.look(store, Wanted(me=JANE, text="call"), None),
    "timeline --drafts": lambda store: timeline.look(store, Wanted(me=JANE, drafts=True), None),
    "plan list": lambda store: plan.listed(store, None, None, True, "all", JANE),
    "person list": lambda store: person.people_of(store, "acme"),
    "person influence": lambda store: influence.listed(store, "acme"),
    "tag": lambda store: tag.tags_of(store, "acme"),
    "tag --list": lambda store: tag.counts(store),
    "comment --list": lambda store: comment.comments_on(store, "acme"),
    "follow": lambda store: follow.followed_by(store, JANE),
    "search": lambda store: search.search(store, "call", None, 50),
    "show": lambda store: portfolio.portfolio(store, None, everyone=True),
    "score": lambda store: score.of(store, "acme"),
    "score history": lambda store: score.history(store, "acme", None),
}


class Heard:
    """The database of a store, with what was asked of it."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._database, name)
        if name not in ("rows", "one", "stream", "execute"):
            return real

        def heard(sql: str, *values: Any) -> Any:
            self.asked.append(sql)
            return real(sql, *values)

        return heard


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def little(new_url: Callable[[], str], home: Path) -> Any:
    """A store with one of everything."""
    with empty_store(new_url()) as store:
        _fill(store, str(home), 1)
        yield store


@pytest.fixture(scope="module")
def much(new_url: Callable[[], str], home: Path) -> Any:
    """A store with many of everything."""
    with empty_store(new_url()) as store:
        _fill(store, str(home), 12)
        yield store


def _fill(store: Store, home: str, count: int) -> None:
    fill(store)
    put(store, *(record("customer", f"x{at}", name=f"Another {at}", csm=JANE) for at in range(count)))
    types = activity_types.load(home)
    for at in range(count):
        _write(store, home, at, types)
    catch_up(store, home)
    for at in range(count):
        score.override(store, "acme", str(at), "to see", None, JANE, home)


def _write(store: Store, home: str, at: int, types: Any) -> None:
    """Let Tom and Jane write something of every sort."""
    acme = store.find_customer("acme")
    follow.follow(store, f"another-{at}", JANE)
    for slug in ("acme", f"another-{at}"):
        made = cta.add(store, home, slug, cta.Wanted(
            name=f"Call {at}", type="Risk", owner=JANE, due="today", playbook="at-risk",
            links=("case:48213", "rosa@acme.com"),
        ), TOM)["id"]  # fmt: skip
        cta.note(store, made, f"Note {at}", TOM)
        tag.write(store, f"cta:{made}", [f"t{at}"], [], TOM)
    cta_tasks.finish(store, home, [f"{made}.1"], True, JANE)
    snoozed = cta.add(store, home, "acme", cta.Wanted(name=f"Wait {at}", type="Risk"), JANE)["id"]
    cta.snooze(store, snoozed, "+2w", None, JANE)
    tag.write(store, "acme", [f"tag {at}"], [], JANE)
    comment.add(store, "acme", f"Comment {at}", JANE)
    mails = [f"{side}{at}@acme.com" for side in "ab"]
    for mail in mails:
        person.add(store, "acme", mail, {"name": mail, "is_sponsor": True, "reports_to": "rosa@acme.com"}, TOM)
    influence.put(store, "acme", *mails, "positive", "", TOM)
    for is_draft in (True, False):
        said = log.Said("call", f"Call {at}", "Notes", people=(*mails, JANE), sentiment="green", tasks=("Write",),
                        is_draft=is_draft)  # fmt: skip
        log.log(store, acme, said, JANE, types, home)
    made = plan.add(store, home, "acme", plan.Wanted(name=f"Plan {at}", template="adoption"), JANE)["id"]


def asked(store: Store, look: Callable[[Store], object]) -> list[str]:
    heard = Heard(store.database)
    look(Store(heard, store.clock, store.zone, JANE))  # type: ignore[arg-type] -- it is one, and counts
    return heard.asked


@pytest.mark.parametrize("words", LOOKS)
def test_a_look_costs_the_same_number_of_queries_however_much_there_is(little: Store, much: Store, words: str) -> None:
    few, many = (asked(store, LOOKS[words]) for store in (little, much))
    more = {sql: count for sql in many if (count := many.count(sql) - few.count(sql)) > 1}
    assert more == {}, "asked for each row"
    assert 0 < len(many) <= len(few) + 1


def test_one_page_of_a_cta_costs_the_same(little: Store, much: Store) -> None:
    def look(store: Store) -> object:
        id_ = store.one("select max(id) from cta where playbook = 'at-risk'")
        row = ctas.find(store, id_)
        assert row
        return cta_page.facts(store, row)

    assert len(asked(little, look)) == len(asked(much, look))


WRITES: dict[str, Callable[[Store, str], object]] = {
    "tag": lambda store, home: tag.write(store, "acme", ["new"], [], JANE),
    "comment": lambda store, home: comment.add(store, "acme", "New", JANE),
    "cta add": lambda store, home: cta.add(store, home, "acme", cta.Wanted(name="New", type="Risk"), JANE),
    "cta close": lambda store, home: cta.close(store, home, _latest(store), "success", None, "Done", JANE),
    "cta task done": lambda store, home: cta_tasks.finish(store, home, [f"{_latest(store)}.2"], True, JANE),
    "log": lambda store, home: log.log(
        store, store.customer("crm:001"), log.Said("call", "New", people=("rosa@acme.com",), sentiment="red"), JANE,
        activity_types.load(home), home),
    "person add": lambda store, home: person.add(store, "acme", "new@acme.com", {"name": "New"}, JANE),
    "plan add": lambda store, home: plan.add(store, home, "acme", plan.Wanted(name="New"), JANE),
    "score set": lambda store, home: score.judge(store, "acme", "sentiment", "red", None, JANE, home),
}  # fmt: skip


def _latest(store: Store) -> str:
    return str(store.one("select max(id) from cta where playbook = 'at-risk' and is_open = 1"))


@pytest.mark.parametrize("words", WRITES)
def test_a_write_costs_the_same_number_of_queries_however_much_there_is(
    little: Store, much: Store, home: Path, words: str
) -> None:
    counts = []
    for store in (little, much):
        with store.database.transaction(keep=False):
            counts.append(len(asked(store, lambda store: WRITES[words](store, str(home)))))
    # A new id may be taken, and a score be looked at in another second than before: a few, not one for each row.
    assert counts[1] <= counts[0] + 5


def test_taking_back_costs_as_much_as_what_is_taken_back(little: Store, much: Store, home: Path) -> None:
    counts = []
    for store in (little, much):
        with store.database.transaction(keep=False):
            tag.write(store, "quiet", ["one"], [], JANE)
            one = asked(store, lambda store: undo.take_back(store, JANE))
            tag.write(store, "quiet", [f"tag {number}" for number in range(9)], [], JANE)
            nine = asked(store, lambda store: undo.take_back(store, JANE))
        counts.append((len(one), len(nine)))
    assert counts[0] == counts[1], "however many writes, and of whomever, there are"
    one, nine = counts[0]
    assert nine - one <= 8 * 5, "a row is looked at, turned, kept and logged"
