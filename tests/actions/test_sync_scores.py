"""A sync ends with the scores of what it has brought: a late correction, a new answer, a scorecard that is wrong."""

import pytest

from c360cli.actions import sync
from c360cli.config import Config
from c360cli.store import open_store, scores
from tests.store.conftest import Clock

CARD = """\
measures:
  use:
    weight: 50
    automated: {data: usage, take: last_sum value, where: measure = seats}
    thresholds: [{below: 50, score: red}, {score: green}]
  voice:
    weight: 50
    automated: {data: surveys, take: nps score, where: kind = nps, days: 90}
    thresholds: [{below: 0, score: red}, {score: green}]
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "layouts" / "scorecards").mkdir(parents=True)
    (tmp_path / "layouts" / "scorecards" / "default.yaml").write_text(CARD)
    (tmp_path / "customers.csv").write_text("Id,Name,Domain\n1,Acme,acme.com\n2,Globex,globex.com\n")
    (tmp_path / "usage.csv").write_text("Account,Day,Measure,Value\n1,2026-11-01,seats,40\n2,2026-11-01,seats,70\n")
    (tmp_path / "nps.csv").write_text("E-mail,Score,Date,Response ID\n")
    return tmp_path


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(store_url, clock):
    with open_store(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def run(home, store):
    columns = {"customer": "Account", "day": "Day", "measure": "Measure", "value": "Value"}
    named = {"source_id": "Id", "name": "Name", "domain": "Domain"}
    sources = {
        "crm": {"connector": "files", "path": "customers.csv", "kind": "customer", "columns": named},
        "usage": {"connector": "files", "path": "usage.csv", "kind": "usage", "columns": columns},
        "answers": {
            "connector": "files", "path": "nps.csv", "kind": "survey",
            "columns": {"source_id": "Response ID", "customer": "E-mail", "respondent": "E-mail", "score": "Score",
                        "answered_at": "Date", "survey": "Survey", "kind": "Kind"},
        },
    }  # fmt: skip
    config = Config(home=str(home), store="", sources=sources)

    def synced(**more):
        report = sync.run(config, store, **more)
        return report["scores"], {row["slug"]: row["id"] for row in store.rows("select slug, id from customer")}

    return synced


def points(store, customer, measure):
    return scores.last(store, customer)["inputs"]["measures"][measure]["points"]


def test_a_late_correction_of_a_figure_takes_its_place_and_moves_the_score(run, store, home, clock):
    (home / "nps.csv").write_text("E-mail,Score,Date,Response ID,Survey,Kind\n")
    told, ids = run()
    assert told == {"looked_at": 2, "changed": 2}
    assert (points(store, ids["acme"], "use"), points(store, ids["globex"], "use")) == (25, 87.5)
    clock.move(hours=1)
    assert run()[0] == {"looked_at": 0, "changed": 0}
    (home / "usage.csv").write_text("Account,Day,Measure,Value\n1,2026-11-01,seats,60\n2,2026-11-01,seats,70\n")
    assert run()[0] == {"looked_at": 1, "changed": 1}
    row = scores.last(store, ids["acme"])
    assert (points(store, ids["acme"], "use"), row["number"]) == (87.5, 2)
    assert row["why"]["causes"] == [["value", ["use"], 62.5]]
    assert store.one("select count(*) from usage where deleted_at is null") == 2


def test_an_answer_counts_with_the_sync_that_brings_it(run, store, home, clock):
    (home / "nps.csv").write_text("E-mail,Score,Date,Response ID,Survey,Kind\n")
    _, ids = run()
    assert points(store, ids["acme"], "voice") is None
    (home / "nps.csv").write_text(
        "E-mail,Score,Date,Response ID,Survey,Kind\njo@acme.com,2,2026-11-20,r1,Relationship,nps\n"
    )
    assert run()[0] == {"looked_at": 1, "changed": 1}
    assert points(store, ids["acme"], "voice") == 25


def test_on_the_next_day_those_are_looked_at_whom_the_clock_has_moved_and_all_are_checked(run, store, home, clock):
    (home / "nps.csv").write_text("E-mail,Score,Date,Response ID,Survey,Kind\n")
    run()
    clock.move(days=1)
    assert run()[0] == {"looked_at": 0, "changed": 0}
    assert store.one("select min(checked_at) from score_checked") == store.now()
    store.database.execute("update score set holds_until = :today where customer_id = (select min(id) from customer)",
                           {"today": store.today()})  # fmt: skip
    assert run()[0] == {"looked_at": 0, "changed": 0}
    clock.move(days=1)
    assert run()[0] == {"looked_at": 1, "changed": 0}
    assert run()[0] == {"looked_at": 0, "changed": 0}


def test_a_dry_run_keeps_no_score(run, store, home):
    (home / "nps.csv").write_text("E-mail,Score,Date,Response ID,Survey,Kind\n")
    assert run(dry_run=True)[0] == {"looked_at": 2, "changed": 2}
    assert store.one("select count(*) from score") == 0


def test_a_wrong_scorecard_is_told_and_fails_no_source(run, store, home):
    (home / "nps.csv").write_text("E-mail,Score,Date,Response ID,Survey,Kind\n")
    _, ids = run()
    before = scores.last(store, ids["acme"])
    (home / "layouts" / "scorecards" / "default.yaml").write_text("measures: {}\n")
    assert run()[0] is None
    assert scores.last(store, ids["acme"]) == before
