"""Scores follow what they are made from: a write, a page, the clock, a new definition; and nothing else."""

import json

import pytest

from c360cli.datasets import dataset
from c360cli.errors import LayoutError
from c360cli.kinds import KINDS
from c360cli.layout.rows import FIELDS
from c360cli.scores.rescoring import catch_up
from c360cli.sections._score import value_of
from c360cli.store import due, judging, scores
from c360cli.store.undoing import undo, writes
from tests.sections.company import DESK, NPS, put, record

from .conftest import judge

ONE = "measures:\n  {name}:\n    weight: 1\n    automated: {automated}\n    thresholds: {thresholds}\n"
FEW = "[{up_to: 2, score: green}, {score: red}]"


def one(automated: str, thresholds: str = "[{score: green}]", name: str = "m") -> str:
    return ONE.format(name=name, automated=automated, thresholds=thresholds)


def figure(row, name="m", today="2026-11-21"):
    part = row["inputs"]["measures"][name]["parts"][0]
    return value_of(part, today), part["figures"][0]["rows"]


@pytest.mark.parametrize(
    ("automated", "value", "rows"),
    [
        ("{data: usage, take: last_sum value, where: measure = active_users}", 900,
         ["counts:active_users-2026-10-31-scan.acme.com", "counts:active_users-2026-10-31-git.acme.com"]),
        ("{data: usage, take: last_sum value, where: measure = ACTIVE_Users}", 900,
         ["counts:active_users-2026-10-31-scan.acme.com", "counts:active_users-2026-10-31-git.acme.com"]),
        ("{data: usage, take: last value, where: measure = logins}", 30, ["counts:logins-2026-10-31-None"]),
        ("{data: usage, take: max value, where: measure = active_users}", 800, None),
        ("{data: usage, take: min value, where: measure != active_users and value > 10}", 30, None),
        ("{data: usage, take: sum value, where: measure = logins}", 40, None),
        ("{data: usage, take: sum value, where: measure = logins, days: 30}", 30, None),
        ("{data: usage, take: sum value, where: measure = nothing}", None, []),
        ("{data: cases, take: count, where: is_open}", 2, ["desk:48377", "desk:48213"]),
        ("{data: cases, take: count, days: 30}", 3, None),
        ("{data: cases, take: count, by: closed_at, days: 7}", 1, ["desk:47001"]),
        ("{data: cases, take: age opened_at, where: priority = urgent}", 12, ["desk:48213"]),
        ("{data: surveys, take: nps score, where: survey = Relationship}", pytest.approx(200 / 7), None),
        ("{data: surveys, take: avg score, where: kind = csat}", 0.75, None),
        ("{data: activities, take: age happened_at}", 6, None),  # the one that is to come does not count
        ("{data: activities, take: count}", 2, None),
        ("{data: contacts, take: count, where: is_active = false}", 1, ["crm:c3"]),
        ("{data: customers, take: last users}", 1000, ["crm:001"]),
        ("{data: customers, take: age original_contract_on}", 859, ["crm:001"]),
        ("{data: opportunities, take: sum probability, where: not is_closed}", 40, ["crm:o1"]),
        ("{data: subscriptions, take: count, where: extra.tier = gold, if_none: 0}", 0, []),
        ("{data: ctas, take: count, where: is_open}", 3, None),
        ("{data: cases, take: distinct priority}", 2, ["desk:48377", "desk:48213"]),
        ("{data: surveys, take: distinct score, where: survey = Relationship}", 5, None),
        ("{data: usage, take: distinct day, where: measure = active_users, days: 60}", 2, None),
        ("{data: contacts, take: distinct department}", None, []),
        ("{data: roles, take: distinct role, where: 'role in (champion, ADMIN)'}", 2,
         ["crm:c2#admin", "crm:c1#champion"]),
        ("{data: roles, take: distinct role, by: last_met_at, days: 10}", None, []),
        ("{data: roles, take: distinct role, by: last_met_at, days: 12}", 2, None),
    ],
)  # fmt: skip
def test_a_figure_is_read_with_the_rows_it_rests_on(score, automated, value, rows):
    found = figure(score(default=one(automated)))
    assert found[0] == value
    assert rows is None or found[1] == rows


def test_a_ratio_without_anything_to_divide_by_is_na(score, store):
    put(store, record("customer", "001", name="Acme Corporation", users=0))
    card = one("{ratio: {of: {data: cases, take: count}, to: {data: customers, take: last users}}}")
    row = score(default=card)
    assert (row["effective"], row["inputs"]["measures"]["m"]["reason"]) == (None, "customers to divide by: 0")


def test_none_is_a_figure_only_where_some_source_would_tell(score, store):
    card = one("{data: cases, take: count, if_none: 0}", FEW)
    assert figure(score("acme-gmbh", default=card))[0] is None  # no desk knows it
    put(store, record("customer", "701", DESK, name="Acme GmbH", external_id="002"))
    assert figure(score("acme-gmbh", default=card))[0] == 0


def test_scoring_again_changes_nothing(score, store, clock):
    first = score()
    assert first["effective"] is not None
    store.database.whole(lambda: due.mark_all(store.database))
    assert score() == first
    clock.move(hours=3)
    store.database.whole(lambda: due.mark_all(store.database))
    again = score()
    assert {**again, "checked_at": first["checked_at"]} == first
    assert store.one("select count(*) from score") == store.one("select count(*) from customer")
    assert store.one("select count(*) from score_due") == 0


def test_a_night_that_moves_nobody_writes_no_score(score, store, clock):
    """Their rows are long, and there are as many as customers: only when they were looked at is written."""
    card = one("{data: cases, take: count, if_none: 0}", FEW)
    score(default=card)
    before = store.rows("select * from score order by customer_id, number")
    clock.move(days=1)
    assert score(default=card)["checked_at"] == store.now()
    assert store.rows("select * from score order by customer_id, number") == before


def test_a_score_that_another_follows_ends_when_it_was_last_looked_at(score, store, clock):
    card = one("{data: cases, take: count, if_none: 0}", FEW)
    score(default=card)
    clock.move(days=1)
    score(default=card)
    looked_at = store.now()
    clock.move(days=1)
    score(default=one("{data: cases, take: count, if_none: 1}", "[{up_to: 1, score: red}, {score: green}]"))
    rows = scores.history(store, store.find_customer("acme").id)
    assert [row["checked_at"] for row in rows] == [looked_at, store.now()]
    rows = store.rows("select checked_at from scores where customer = 'acme' order by number")
    assert [row["checked_at"] for row in rows] == [looked_at, store.now()]


def test_what_only_the_clock_moves_makes_no_new_score(score, store, clock):
    card = one("{data: activities, take: age happened_at}", "[{up_to: 7, score: green}, {score: red}]")
    assert (score(default=card)["number"], figure(score())[0]) == (1, 6)
    clock.move(days=1)
    row = score()
    assert (row["number"], row["band"], figure(row, today=store.today())[0]) == (1, "green", 7)
    assert (row["computed_at"], row["checked_at"]) == ("2026-11-21T04:00:00Z", "2026-11-22T04:00:00Z")
    clock.move(days=1)
    assert (score()["number"], score()["band"]) == (2, "red")


def test_an_answer_to_a_survey_counts_with_the_page_that_brings_it(score, store):
    card = one(
        "{data: surveys, take: nps score, where: kind = nps, days: 180}", "[{below: 0, score: red}, {score: green}]"
    )
    before = score(default=card)
    assert before["band"] == "green"
    answers = [record("survey", f"bad{n}", NPS, survey="Relationship", kind="nps", scale="0-10", score=0,
                      answered_at="2026-11-20T10:00:00Z") for n in range(9)]  # fmt: skip
    put(store, *answers)
    assert scores.last(store, "crm:001")["is_due"]
    assert not scores.last(store, "crm:009")["is_due"]
    row = score()
    assert (row["number"], row["band"], row["is_due"]) == (2, "red", 0)


def test_who_loses_a_row_is_scored_again_like_who_gets_it(score, store):
    card = one("{data: cases, take: count, where: is_open, if_none: 0}")
    score(default=card)
    put(store, record("customer", "701", DESK, name="Acme GmbH", external_id="002"))
    put(store, record("case", "48213", DESK, changed_at="2026-11-20T00:00:00Z", number="48213", is_open=True,
                      opened_at="2026-11-09T04:00:00Z", customer_ref="701"))  # fmt: skip
    assert figure(score("acme"))[0] == 1
    assert figure(score("acme-gmbh"))[0] == 1
    put(store, record("case", "48213", DESK, changed_at="2026-11-21T00:00:00Z")._replace(deleted=True))
    assert figure(score("acme-gmbh"))[0] == 0


def test_a_judgement_is_read_at_once_and_so_is_its_undoing(score, store):
    before = score()
    judge(store, "sentiment", "red", note="sponsor left")
    row = scores.last(store, "crm:001")
    assert row["band"] == "red"  # the scorecard says that the sentiment decides
    assert row["inputs"]["override"]["measure"] == "sentiment"
    assert row["inputs"]["measures"]["sentiment"]["judgement"]["note"] == "sponsor left"
    undo(store, "jane@example.com", writes(store, "jane@example.com", 1)[0]["id"])
    after = scores.last(store, "crm:001")
    assert (after["number"], after["effective"], after["inputs"]) == (3, before["effective"], before["inputs"])


def test_a_judgement_that_is_no_score_is_na_with_the_reason(score, store):
    score()
    judge(store, "sentiment", "delighted")
    row = scores.last(store, "crm:001")
    assert row["inputs"]["measures"]["sentiment"]["reason"] == '"delighted" is no score here'


def test_an_override_by_hand_ends_with_its_last_day(score, store, clock):
    from c360cli.store.writing import write

    computed = score()["computed"]

    def work(entry):
        row = {"customer_id": "crm:001", "said": "red", "reason": "merger talks", "until_on": "2026-11-22"}
        entry.insert("score_override", {"id": entry.new_id(), **row, "author": entry.author, "set_at": entry.now,
                                        "recorded_at": entry.now})  # fmt: skip

    write(store, "jane@example.com", "override", work)
    row = scores.last(store, "crm:001")
    assert (row["computed"], row["effective"], row["band"]) == (computed, 25, "red")
    assert row["inputs"]["override"]["note"] == "merger talks"
    clock.move(days=1)
    assert score()["effective"] == 25
    clock.move(days=1)
    assert score()["effective"] == computed


def test_an_override_outlives_its_scheme_and_stops_no_score(score, store):
    card = "measures: {m: {weight: 1, automated: {data: customers, take: last users}, thresholds: [{score: 90}]}}\n"
    score(default=card)
    judging.set_override(store, "crm:001", judging.Override("red", "merger talks"), "jane@example.com")
    assert scores.last(store, "crm:001")["band"] == "red"
    row = score(default=f"scheme: grade\n{card}")
    assert (row["effective"], row["band"], row["inputs"]["override"]) == (90, "B", None)
    assert judging.lift_override(store, "crm:001", "jane@example.com")


def test_another_definition_scores_everybody_anew_and_the_old_one_is_kept(score, store):
    card = "measures: {m: {weight: 1, automated: {data: customers, take: last users}, thresholds: [{score: red}]}}\n"
    first = score(default=card)
    second = score(default=card.replace("red", "green"))
    assert (first["band"], second["band"], second["number"]) == ("red", "green", 2)
    assert json.loads(second["why"] and json.dumps(second["why"]))["causes"] == [["thresholds", ["m"], 62.5]]
    assert store.one("select count(*) from scorecard_version where name = 'default'") == 2


def test_the_first_line_that_fits_says_the_scorecard(score, store):
    lines = (
        "scorecards:\n  - {scorecard: big, where: arr > 100000 and tags = vip}\n"
        "  - {scorecard: none, where: status = Churn}\n  - {scorecard: small}\n"
    )
    big, small = one("{data: customers, take: last users}"), one("{data: contacts, take: count}")
    assert score("acme", lines, big=big, small=small)["scorecard"] == "big"
    assert score("quiet")["scorecard"] == "small"
    assert score("acme-old") is None
    put(store, record("customer", "009", changed_at="2026-11-20T00:00:00Z", name="Quiet Ltd", status="Churn"))
    assert score("quiet") is None
    assert store.one("select max(number) from score where customer_id = 'crm:009'") == 2


def test_a_tag_that_says_the_scorecard_counts_at_once(score, store):
    lines = "scorecards:\n  - {scorecard: big, where: tags = risk}\n  - {scorecard: small}\n"
    score("quiet", lines, big=one("{data: contacts, take: count}"), small=one("{data: contacts, take: count}"))
    from c360cli.actions import tag

    tag.write(store, "quiet", ["risk"], [], "jane@example.com")
    assert scores.last(store, "crm:009")["scorecard"] == "big"


def test_a_wrong_scorecard_leaves_the_scores_as_they_were(score, store, home):
    before = score()
    with pytest.raises(LayoutError):
        catch_up(store, home(default="measures: {}\n"))
    assert scores.last(store, "crm:001") == before


def test_where_no_scorecard_is_in_force_a_write_goes_through(store):
    judge(store, "sentiment", "red")
    assert store.one("select count(*) from score") == 0


def test_the_causes_of_four_weeks_sum_to_the_difference(score, store, clock):
    first = score()
    judge(store, "sentiment", "red")
    clock.move(days=20)
    judge(store, "sentiment", "90")
    score()
    clock.move(days=7)
    row = score()
    assert row["why"]["number"] == 1
    assert sum(points for _, _, points in row["why"]["causes"]) == pytest.approx(
        row["effective"] - first["effective"], abs=0.05
    )
    clock.move(days=30)
    assert score()["why"]["number"] > 1


def test_a_customer_that_was_merged_keeps_the_end_of_its_history(score, store):
    score()
    gone = record("customer", "009", changed_at="2026-11-20T00:00:00Z", name="Quiet Ltd", merged_into="001")
    before = store.one("select count(*) from score where customer_id = 'crm:009'")
    put(store, gone._replace(deleted=True))
    score()
    assert store.one("select count(*) from score where customer_id = 'crm:009'") == before


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.name != "user"], ids=lambda kind: kind.name)
def test_a_filter_of_a_scorecard_asks_nothing_that_one_of_an_export_may_not(store, kind):
    said, real = FIELDS[kind.dataset], dataset(kind.dataset, store).fields()
    assert (dict(said.types).items() <= dict(real.types).items(), said.has_extra) == (True, real.has_extra)


def test_a_link_made_by_hand_scores_both_customers_at_once(score, store):
    put(store, record("customer", "900", DESK, name="Somebody Else"))
    put(store, *(record("case", f"e{n}", DESK, is_open=True, opened_at="2026-11-09T04:00:00Z", customer_ref="900")
                 for n in range(5)))  # fmt: skip
    assert figure(score(default=one("{data: cases, take: count, where: is_open}")))[0] == 2
    store.merge().relink("desk:900", "crm:001", "jane@example.com")
    assert figure(scores.last(store, "crm:001"))[0] == 7
    store.merge().relink("desk:900", "crm:009", "jane@example.com")
    assert figure(scores.last(store, "crm:001"))[0] == 2
    assert figure(scores.last(store, "crm:009"))[0] == 5


@pytest.mark.parametrize("days", [1, 29, 31, 45, 59, 61, 90])
def test_what_holds_by_the_clock_is_what_scoring_with_care_gives(score, store, clock, days):
    """The basis is only a way to do less: without it every score is the same."""
    judge(store, "sentiment", "70")
    score()
    clock.move(days=days)
    quick = score()
    assert quick["checked_at"] == store.now()
    store.database.execute("update score set basis = 'another'")
    store.database.whole(lambda: due.mark_all(store.database))
    careful = score()
    for row in (quick, careful):
        del row["basis"], row["holds_until"]
    assert careful == quick
