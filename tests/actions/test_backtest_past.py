"""What a backtest says of a day is the score that was really kept on that day, whatever people have written since."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.actions import backtest, cta, objectives, person, plan, tag
from c360cli.layout import scorecards
from c360cli.scores import cards
from c360cli.scores.rescoring import catch_up
from c360cli.store import activities, fields, judging, open_store, past, scores
from c360cli.store.undoing import undo, writes
from c360cli.store.writing import write
from tests.sections.company import CRM, fill, put, record
from tests.store.conftest import Clock

JANE = "jane@example.com"
CARD = """\
measures:
  plans:
    weight: 1
    automated:
      data: plans
      take: count
      where: status = Active and objectives_count > 0 and objectives_done < 1 and not notes is empty
    thresholds: [{score: green}]
  open:
    weight: 1
    automated: {data: customers, take: last open_plans}
    thresholds: [{below: 1, score: red}, {where: tags = p2, score: 70}, {score: green}]
  drafts: {weight: 1, automated: {data: plans, take: count, where: status = Draft}}
  roles: {weight: 1, automated: {data: roles, take: distinct role, by: last_met_at, days: 5}}
  ctas: {weight: 1, automated: {data: ctas, take: count, where: is_open and type = Risk, if_none: 0}}
  calls: {weight: 1, automated: {data: activities, take: distinct type, days: 4}}
  seats: {weight: 1, automated: {data: contacts, take: count, where: extra.seat = gold}}
  sentiment: {weight: 2, manual: true, na_after_days: 4}
overrides:
  - {where: extra.mood = grim, set: red}
  - {where: stage = Lost, set: 10}
"""


class Company:
    """A store, and what people may do in it, by name."""

    def __init__(self, store, clock, home):
        self.store, self.clock, self.home = store, clock, home
        self.plans: list[str] = []

    def add_plan(self):
        self.plans.append(plan.add(self.store, self.home, "acme", plan.Wanted(name="P"), JANE)["id"])

    def add_objective(self):
        plan_ = self.store.row("select id from plan where closed_at is null and deleted_at is null order by id limit 1")
        if plan_:
            objectives.add(self.store, self.home, plan_["id"], cta.Wanted(name="90 % of seats"), JANE)

    def note_plan(self):
        self._of_plan(lambda id_: plan.edit(self.store, id_, plan.Wanted(notes="Value by spring"), JANE))

    def complete_plan(self):
        self._of_plan(lambda id_: plan.edit(self.store, id_, plan.Wanted(status="Completed"), JANE))

    def delete_plan(self):
        self._of_plan(lambda id_: self.plans.remove(id_) or plan.delete(self.store, id_, JANE))

    def reach(self):
        row = self.store.row("select id from cta where plan_id is not null and is_open = 1 and deleted_at is null"
                             " order by id limit 1")  # fmt: skip
        if row:
            objectives.finish(self.store, self.home, row["id"], None, False, None, JANE)

    def add_cta(self):
        cta.add(self.store, self.home, "acme", cta.Wanted(name="Sponsor left", type="Risk"), JANE)

    def close_cta(self):
        row = self.store.row("select id from cta where source = 'c360' and type = 'Risk' and is_open = 1"
                             " and deleted_at is null order by id limit 1")  # fmt: skip
        if row:
            cta.close(self.store, self.home, row["id"], "success", None, None, JANE)

    def tag_it(self):
        tag.write(self.store, "acme", ["p2"], [], JANE)

    def untag_it(self):
        tag.write(self.store, "acme", [], ["p2"], JANE)

    def judge(self):
        judging.judge(self.store, "crm:001", "sentiment", str(self.clock.now.day), None, JANE)

    def override(self):
        judging.set_override(self.store, "crm:001", judging.Override("40", "merger", self._day(2)), JANE)

    def lift(self):
        judging.lift_override(self.store, "crm:001", JANE)

    def give_role(self):
        person.edit(self.store, "acme", "rosa@acme.com", {"roles": ["Buyer"]}, JANE)

    def take_role(self):
        person.edit(self.store, "acme", "rosa@acme.com", {"roles": []}, JANE)

    def call(self, days=0, type_="call"):
        at = (self.clock.now - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        said = activities.Activity("crm:001", type_, type_, "x", None, at, ("rosa@acme.com",), sentiment="green")
        activities.log(self.store, JANE, "log", [said])

    def late_call(self):
        self.call(2, "meeting")

    def forget_call(self):
        id_ = self.store.one("select min(id) from activity where source = 'c360' and deleted_at is null")
        if id_:
            activities.delete(self.store, JANE, "delete", id_)

    def grim(self):
        self._set("mood", '"grim"')

    def no_mood(self):
        write(self.store, JANE, "forget", lambda entry: fields.take_back(entry, "crm:001", "mood"))

    def lose(self):
        self._set("stage", "Lost")

    def win(self):
        self._set("stage", "Won")

    def seat(self, worth="gold"):
        put(self.store, record("contact", "c1", CRM, self.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"), name="Rosa Okafor",
                               email="rosa@acme.com", title="VP Platform", role="Champion", seat=worth))  # fmt: skip

    def no_seat(self):
        self.seat("tin")

    def undo(self):
        last = writes(self.store, JANE, 1)
        if last:
            undo(self.store, JANE, last[0]["id"])

    def _of_plan(self, work):
        living = [row["id"] for row in self.store.rows("select id from plan where deleted_at is null")]
        self.plans = [id_ for id_ in self.plans if id_ in living]
        if self.plans:
            work(self.plans[-1])

    def _set(self, field, value):
        write(self.store, JANE, "set", lambda entry: fields.put(entry, "crm:001", fields.Said(field, value)))

    def _day(self, days):
        return str((self.clock.now + timedelta(days=days)).date())


DEEDS = sorted(name for name, each in vars(Company).items() if callable(each) and not name.startswith("_"))
EVERYTHING = [
    ["add_plan", "give_role", "call"],
    ["add_objective", "note_plan", "tag_it", "judge"],
    ["add_cta", "override", "late_call", "seat"],
    ["reach", "grim", "untag_it"],
    ["complete_plan", "take_role", "lift", "no_mood", "lose"],
    ["close_cta", "delete_plan", "no_seat", "forget_call", "win"],
    ["undo"],
    [],
]


def lived(store, clock, home, days):
    """Live through some days of deeds; return the score that was kept on each of them."""
    company = Company(store, clock, home)
    kept = {}
    catch_up(store, home)
    for deeds in days:
        for deed in deeds:
            clock.move(minutes=5)
            getattr(company, deed)()
        catch_up(store, home)
        kept[store.today()] = scores.last(store, "crm:001")
        clock.move(days=1)
    return kept


def holds(store, home, kept):
    """Hold what a backtest says of each day to what was kept."""
    tried = cards.named("default", scorecards.read("default", home))
    before = _all(store)
    for day, row in kept.items():
        (result,) = [each for each in backtest.on(store, tried, day) if each.customer_id == "crm:001"]
        assert json.loads(result.inputs.text) == row["inputs"], day
        assert float(result.score.effective.score) == row["effective"], day
    assert _all(store) == before


def _all(store):
    tables = ("plan", "cta", "contact", "person", "activity", "judgement", "score_override", "tag", "customer_field",
              "customer")  # fmt: skip
    return {table: sorted(map(str, store.rows(f"select * from {table}"))) for table in tables}


def home_of(folder):
    (folder / "layouts" / "scorecards").mkdir(parents=True)
    (folder / "layouts" / "scorecards" / "default.yaml").write_text(CARD)
    return str(folder)


def test_a_day_of_the_past_has_the_score_that_was_kept_on_it(store_url, tmp_path):
    clock, home = Clock(), home_of(tmp_path)
    with open_store(store_url, clock=clock) as store:
        fill(store)
        kept = lived(store, clock, home, EVERYTHING)
        assert len({row["effective"] for row in kept.values()}) >= 5
        holds(store, home, kept)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(DEEDS), max_size=4), min_size=1, max_size=6))
def test_whatever_people_do_the_past_stays_as_it_was(tmp_path_factory, days):
    home = home_of(tmp_path_factory.mktemp("home"))
    clock = Clock()
    clock.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with open_store(f"{home}/c360.db", clock=clock) as store:
        fill(store)
        holds(store, home, lived(store, clock, home, days))


def test_a_plan_is_not_there_before_it_was_made_and_has_what_it_had(store_url, tmp_path):
    clock = Clock()
    with open_store(store_url, clock=clock) as store:
        fill(store)
        company = Company(store, clock, str(tmp_path))
        company.add_plan()
        clock.move(days=1)
        company.note_plan()
        company.complete_plan()
        with past.as_of(store.database, "2026-11-20T00:00:00Z", "2026-11-20"):
            assert store.rows("select * from plan") == []
        with past.as_of(store.database, "2026-11-21T23:00:00Z", "2026-11-21"):
            assert store.rows("select status, notes, closed_at from plan") == [
                {"status": "Draft", "notes": None, "closed_at": None}
            ]
