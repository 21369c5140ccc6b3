"""Scores that nobody looks at because only the day has changed are what looking would have given."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

import c360cli.actions  # noqa: F401 -- whoever writes by an action has opened it
from c360cli.scores.rescoring import catch_up
from c360cli.store import due, open_store
from c360cli.store.writing import write
from tests.sections.company import CRM, put, record

from .conftest import Clock

# The last one asks about days in its filter: such a scorecard is looked at every day, whatever its rows do.
MEASURES = (
    "a: {weight: 1, automated: {data: cases, take: count, days: 3, if_none: 0}}",
    "b: {weight: 1, automated: {data: surveys, take: avg score, days: 9}, na_after_days: 6, stale_after_days: 4}",
    "c: {weight: 1, automated: {data: surveys, take: max score, days: 5}}",
    "d: {weight: 2, automated: {data: usage, take: last_sum value}, na_after_days: 8}",
    "e: {weight: 1, automated: {data: usage, take: sum value}, na_first_days: 7}",
    "f: {weight: 1, automated: {data: usage, take: sum value}, thresholds:"
    " [{months_below: 1, up_to: 50, score: yellow}, {up_to: 20, score: red}, {score: green}]}",
    "g: {weight: 1, automated: {data: activities, take: age happened_at}, thresholds:"
    " [{up_to: 2, score: green}, {below: 6, score: yellow}, {score: red}]}",
    "h: {weight: 1, automated: {ratio: {of: {data: usage, take: last value}, to: {data: cases, take: count}}}}",
    "i: {weight: 1, manual: true, stale_after_days: 3, na_after_days: 10}",
    "k: {weight: 1, automated: {data: activities, take: distinct type, days: 6, if_none: 0}}",
    "l: {weight: 1, automated: {data: surveys, take: distinct score}, na_after_days: 7}",
    "m: {weight: 1, automated: {data: roles, take: distinct role, by: last_met_at, days: 5, if_none: 0}}",
    "n: {weight: 1, automated: {data: roles, take: age last_met_at}, na_after_days: 9}",
    "o: {weight: 1, automated: {data: customers, take: last open_plans}, thresholds: [{below: 1, score: red},"
    " {score: green}]}",
    "j: {weight: 1, automated: {data: opportunities, take: count, if_none: 0,"
    " where: close_on < +4d and close_on >= today}}",
)
BEGIN = date(2026, 11, 1)


def day(number):
    return str(BEGIN + timedelta(days=number))


def row(kind, source, at, /, **values):
    """Return a strategy of rows (kind, id, source, values) of one kind; ``at`` is the name of their day or moment."""
    when = days.map(day) if at in ("day", "close_on") else moments
    drawn = {name: each if isinstance(each, st.SearchStrategy) else st.just(each) for name, each in values.items()}
    return st.tuples(
        st.just(kind),
        st.integers(0, 5).map(lambda n: f"{kind}{n}"),
        st.just(source),
        st.fixed_dictionaries({at: when, **drawn}),
    )


days = st.integers(-12, 25)
moments = st.builds(lambda number, hour: f"{day(number)}T{hour:02d}:30:00Z", days, st.integers(0, 23))
rows = st.one_of(
    row("case", CRM, "opened_at", is_open=True, subject="x"),
    row("survey", CRM, "answered_at", score=st.integers(0, 10), survey="s", kind="nps"),
    row("usage", CRM, "day", value=st.integers(0, 40), measure="m"),
    row(
        "activity",
        CRM,
        "happened_at",
        type=st.sampled_from(("Call", "call", "Meeting")),
        subject="x",
        attendees=st.sampled_from(([], ["Ann"], ["bob"], ["Ann", "Bob"])),
    ),
    row("opportunity", CRM, "close_on", name="x"),
)
# Most days bring nothing: those are the ones on which nobody is looked at but by the clock.
quiet = st.integers(1, 3).map(lambda days: (24 * days, [], ""))
busy = st.tuples(st.integers(0, 40), st.lists(rows, max_size=3), st.sampled_from(("", "red", "70", "plan")))
steps = st.lists(st.one_of(quiet, quiet, quiet, busy), max_size=12)
zones = st.sampled_from(("UTC", "Pacific/Auckland", "America/Los_Angeles"))


cards = st.sets(st.sampled_from(MEASURES), min_size=1, max_size=3).map(
    lambda some: "scheme: colour\nmeasures:\n" + "".join(f"  {each}\n" for each in sorted(some))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, max_size=8), steps, zones, days, cards)
def test_every_day_the_scores_that_are_kept_are_those_that_would_be_made(
    tmp_path_factory, first, steps, zone, since, card
):
    home = tmp_path_factory.mktemp("home")
    (home / "layouts" / "scorecards").mkdir(parents=True)
    (home / "layouts" / "scorecards" / "default.yaml").write_text(card)
    clock = Clock()
    clock.now = datetime(BEGIN.year, BEGIN.month, BEGIN.day, 12, tzinfo=UTC)
    with open_store(str(home / "c360.db"), clock=clock, zone=ZoneInfo(zone)) as store:
        contract = day(since)
        people = [record("contact", name, CRM, "2026-10-01T00:00:00Z", name=name, role=role)
                  for name, role in (("Ann", "Buyer"), ("Bob", "seller; buyer"), ("Cy", None))]  # fmt: skip
        acme = record("customer", "001", name="Acme", original_contract_on=contract)
        put(store, acme, *people, *map(_record, first))
        before = ""
        for hours, changes, judged in [(0, [], ""), *steps]:
            clock.move(hours=hours)
            if changes:
                put(store, *{each[:3]: _record(each, clock) for each in changes}.values())
            if judged:
                _judge(store, judged)
            catch_up(store, str(home))
            if store.today() != before or changes or judged:  # what comes later on a day is looked at on the next
                _holds(store, str(home))
            before = store.today()


def _record(row, clock=None):
    kind, id_, source, values = row
    changed_at = clock.now.strftime("%Y-%m-%dT%H:%M:%SZ") if clock else "2026-10-01T00:00:00Z"
    return record(kind, id_, source, changed_at, **values)


def _judge(store, value):
    def work(entry):
        if value == "plan":
            plan = {"customer_id": "crm:001", "name": "P", "status": "Active", "recorded_at": entry.now}
            entry.insert("plan", {"id": entry.new_id(), **plan})
            return
        row = {"customer_id": "crm:001", "measure": "i", "value": value, "note": None, "author": entry.author}
        entry.insert("judgement", {"id": entry.new_id(), **row, "judged_at": entry.now, "recorded_at": entry.now})

    write(store, "jane@example.com", "judge", work)


def _holds(store, home):
    """Hold the scores that are kept to those that looking at everybody with care would leave; it leaves nothing."""
    kept = _rows(store)
    with store.database.transaction(keep=False):
        store.database.execute("update score set basis = 'another'")
        due.mark_all(store.database)
        catch_up(store, home)
        assert kept == _rows(store)


def _rows(store):
    return store.rows("select number, computed, effective, band, computed_at, inputs, why from score order by number")
