"""``c360 score`` as it is typed: shown, judged, set by hand, explained, and what refuses."""

import json
from decimal import Decimal

import pytest

from c360cli import main
from c360cli.scores.rescoring import catch_up
from tests.sections.company import NOW, empty_store


@pytest.fixture
def home(home, store_in):
    """A home in which everybody is scored."""
    with empty_store(store_in(home)) as store:
        catch_up(store, str(home))
    return home


@pytest.fixture
def c360(c360):
    """Return a function: words behind ``c360 score`` -> exit code, stdout, stderr."""
    return lambda *words: c360("score", *words)


def of(c360, *words):
    code, out, err = c360(*words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_a_customer_stands_where_a_command_could(c360):
    code, out, err = c360("acme")
    assert (code, err) == (0, "")
    assert out == c360("show", "acme")[1]
    assert "SCORECARD  Default" in out
    assert "below 2: yellow" in out
    assert "desk:48213" in out
    assert of(c360, "acme") == of(c360, "show", "acme")


def test_every_point_of_the_score_is_in_the_json(c360):
    found = of(c360, "acme")
    measures = [measure for group in found["groups"] for measure in group["measures"]]
    assert sum(measure["contribution"] for measure in measures) == pytest.approx(found["computed"])
    assert sum(group["contribution"] for group in found["groups"]) == pytest.approx(found["computed"])
    [use] = [measure for measure in measures if measure["name"] == "license_use"]
    assert (use["kind"], use["parts"][0]["value"], use["parts"][0]["figures"][0]["value"]) == ("automated", 90, 900)
    [call] = [measure for measure in measures if measure["name"] == "last_call"]
    assert call["parts"][0]["value"] == 11


def test_what_one_judges_is_the_score_at_once_with_the_note(c360):
    code, out, _ = c360("set", "acme", "Sentiment", "RED", "-m", "sponsor left")
    assert (code, out) == (
        0,
        "Acme Corporation: Sentiment is RED now. The score went from 82 green to 25 red.\n",
    )
    found = of(c360, "acme")
    [sentiment] = [each for group in found["groups"] for each in group["measures"] if each["name"] == "sentiment"]
    assert (sentiment["judgement"]["note"], sentiment["judgement"]["author"]) == ("sponsor left", "jane@example.com")
    assert (found["computed"], found["effective"], found["override"]["by"]) == (65, 25, "rule")


def test_undo_takes_a_judgement_back(c360, home, capsys):
    c360("set", "acme", "sentiment", "red")
    main.call(["--home", str(home), "undo"], clock=lambda: NOW)
    assert "Taken back: score set acme sentiment red" in capsys.readouterr().out
    assert of(c360, "acme")["band"] == "green"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("set", "acme", "cases", "red"), 2, "Cases opened is no opinion: it is read from cases."),
        (("set", "acme", "sentimnt", "red"), 4, "Did you mean sentiment"),
        (("set", "acme", "sentiment", "rde"), 2, 'Did you mean "red"?'),
        (("set", "acme", "sentiment", "101"), 2, "Scores go from 0 to 100."),
        (("set", "nobody", "sentiment", "red"), 4, "nobody"),
        (("override", "acme", "red"), 2, "needs a reason"),
        (("override", "acme", "red", "-r", "x", "--until", "2026-01-01"), 2, "2026-01-01 is over."),
        (("override", "acme", "red", "-r", "x", "--until", "12/01"), 2, "more than one day"),
        (("override", "acme"), 2, "VALUE is missing"),
        (("explain", "acme", "--from", "2020-01-01", "--to", "2020-02-01"), 4, "Its scores begin on 2026-11-21."),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_way_out(c360, words, code, said):
    found, out, err = c360(*words)
    assert (found, out) == (code, "")
    assert said in err


def test_an_override_keeps_the_computed_score_and_is_taken_off_again(c360):
    code, out, _ = c360("override", "acme", "30", "--reason", "merger talks", "--until", "+30d")
    assert (code, out) == (
        0,
        "Acme Corporation: Set to 30 until 2026-12-21. The score went from 82 green to 30 red.\n",
    )
    found = of(c360, "acme")
    assert (round(found["computed"]), found["effective"]) == (82, 30)
    assert "Computed 82, set to 30 by Jane Doe until 2026-12-21: merger talks" in c360("acme")[1]
    c360("override", "acme", "40", "--reason", "calmer")
    assert of(c360, "acme")["effective"] == 40
    assert "went from 40 red to 82 green" in c360("override", "acme", "--off")[1]
    assert c360("override", "acme", "--off") == (0, "", "Nothing was set by hand.\n")


@pytest.mark.parametrize("value", range(1, 12))
def test_the_causes_that_are_printed_sum_to_the_difference_to_the_last_digit(c360, value):
    c360("set", "acme", "sentiment", str(value))
    c360("override", "acme", f"{61 + value / 7:.3f}", "--reason", "merger talks")
    found = of(c360, "explain", "acme")
    assert len(found["causes"]) == 2
    assert sum(Decimal(str(cause["points"])) for cause in found["causes"]) == Decimal(str(found["difference"]))
    moved = found["to"]["effective"] - found["from"]["effective"]
    assert found["difference"] == pytest.approx(moved, abs=1e-6)
    lead, _, *lines, why = c360("explain", "acme")[1].splitlines()
    assert why.startswith("Override: ")
    assert sum(Decimal(line.split()[-1]) for line in lines) == Decimal(lead.split()[-1])


def test_a_cause_has_the_title_of_its_measure(c360):
    c360("set", "acme", "sentiment", "95")
    assert of(c360, "explain", "acme")["causes"][0]["title"] == "Sentiment"
    assert "Sentiment" in c360("explain", "acme")[1]


def test_a_day_before_the_first_score_is_answered_from_the_first_and_said(c360):
    code, out, err = c360("explain", "acme", "--from", "2026-10-01")
    assert (code, err) == (0, "There is no score of acme on 2026-10-01: they begin on 2026-11-21.\nNothing moved it.\n")
    assert out == "82 (2026-11-21) to 82 (2026-11-21): +0.00\n"
    found = json.loads(c360("explain", "acme", "--from", "2026-10-01", "--json")[1])
    assert (found["begins"], found["from"]["day"]) == ("2026-11-21", "2026-11-21")


def test_history_lists_each_score_the_last_first(c360):
    c360("set", "acme", "sentiment", "red")
    rows = of(c360, "history", "acme")
    assert [(row["number"], row["band"]) for row in rows] == [(2, "red"), (1, "green")]
    assert rows[0]["change"] == pytest.approx(25 - rows[1]["effective"], abs=0.01)
    assert len(of(c360, "history", "acme", "--weeks", "1")) == 2


def test_of_several_scores_of_one_day_each_says_its_time_computed_and_effective(c360):
    c360("set", "acme", "sentiment", "90")
    c360("override", "acme", "red", "--reason", "merger")
    rows = of(c360, "history", "acme")
    assert [row["computed_at"] for row in rows] == ["2026-11-21T04:00:00Z"] * 3
    assert (rows[0]["effective"], rows[0]["computed"]) == (25, rows[1]["effective"])
    assert c360("history", "acme", "--format", "csv")[1].count("2026-11-21T04:00:00Z") == 6
    since = [line[:16] for line in c360("history", "acme")[1].splitlines()[1:]]
    assert since == ["2026-11-21 04:00"] * 3


def test_each_line_of_the_assignment_says_whether_it_fits(c360, home):
    (home / "layouts" / "scorecards").mkdir(parents=True)
    (home / "layouts" / "scorecards" / "assignment.yaml").write_text(
        "scorecards:\n  - {scorecard: prove, where: segment = Mid}\n  - {scorecard: default, where: arr > 1000}\n"
        "  - {scorecard: none}\n"
    )
    assert "not in force yet" in c360("acme")[2]
    assert c360("compute")[0] == 0
    found = of(c360, "explain-assignment", "acme")
    assert [(line["scorecard"], line["fits"], line["decides"]) for line in found["lines"]] == [
        ("prove", False, False), ("default", True, True), ("none", True, False),
    ]  # fmt: skip
    assert found["lines"][0]["values"] == {"segment": "Enterprise"}
    assert found["lines"][1]["values"] == {"arr": 120000.0, "currency": "USD"}
    assert "acme gets the scorecard default." in c360("explain-assignment", "acme")[1]
    code, _, err = c360("quiet")
    assert (code, "explain-assignment quiet" in err) == (4, True)


def test_lint_tells_every_mistake_and_ends_with_1(c360, home, tmp_path):
    assert c360("lint")[0] == 0
    path = tmp_path / "mine.yaml"
    path.write_text("measures:\n  m: {weight: 1, automated: {data: cases, take: count, where: prioriti = urgent}}\n")
    code, out, _ = c360("lint", str(path))
    assert code == 1
    assert out.startswith(f"{path}:2:63: cases has no column")
    assert c360("lint", "gone.yaml")[0] == 4


def test_help_stands_where_no_customer_does(c360):
    assert "explain-assignment" in c360()[1]
    assert "explain-assignment" in c360("--help")[1]


OPEN_CASES = """\
measures:
  m: {weight: 1, automated: {data: cases, take: count, where: is_open}, thresholds: [{score: red}]}
"""


def test_a_backtest_lists_who_changes_band_and_tells_no_shares_of_few_churns(c360, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(OPEN_CASES)
    code, out, err = c360("backtest", "--scorecard", str(path), "--months", "2")
    assert (code, err) == (0, "")
    assert out.splitlines()[1:3] == [
        "1 of 5 customers have another band than by the scorecards in force:",
        "  acme  82 green → 25 red",
    ]
    assert "not told: 0 churns are recorded" in out
    assert "have another band than by the scorecards in force.\n" in c360("backtest", "--scorecard", "default")[1]


def test_a_scorecard_is_checked_by_its_name_too(c360, home):
    assert c360("lint", "default", "assignment")[:2] == (0, "default: well\nassignment: well\n")
    code, _, err = c360("lint", "prov")
    assert (code, err) == (4, 'Error: there is no scorecard "prov".\nHint: Did you mean prove?\n')


def test_who_has_no_scorecard_is_told_so_and_not_to_wait(c360, home):
    (home / "layouts" / "scorecards").mkdir(parents=True)
    (home / "layouts" / "scorecards" / "assignment.yaml").write_text("scorecards: [{scorecard: none}]\n")
    assert c360("compute")[0] == 0
    code, _, err = c360("acme")
    assert (code, err.splitlines()[0]) == (4, 'Error: there is no score of "acme".')
    assert "No scorecard is for this customer" in err
    assert "sync" not in err


def test_a_difference_goes_from_the_earlier_day_to_the_later_one(c360):
    code, _, err = c360("explain", "acme", "--from", "2026-11-21", "--to", "2026-11-20")
    hint = "--from is the earlier of the two days."
    assert (code, err) == (2, f"Error: 2026-11-21 is after 2026-11-20.\nHint: {hint}\n")
    assert c360("explain", "acme", "--from", "tomorrow")[2] == f"Error: 2026-11-22 is after today.\nHint: {hint}\n"


def test_a_rule_that_set_the_score_is_named_as_the_cause(c360):
    c360("set", "acme", "sentiment", "red", "-m", "sponsor left")
    [cause] = [each for each in of(c360, "explain", "acme")["causes"] if each["kind"] == "override"]
    assert (cause["title"], cause["reason"]) == ("Override", "set to red by a rule of the scorecard: the CSM says red")
    assert cause["overrides"]["before"] is None
    assert (cause["overrides"]["after"]["by"], cause["overrides"]["after"]["measure"]) == ("rule", "sentiment")
    assert c360("explain", "acme")[1].endswith("Override: set to red by a rule of the scorecard: the CSM says red\n")


def test_who_set_the_score_by_hand_is_named_as_the_cause_with_the_reason_and_the_last_day(c360):
    c360("override", "acme", "30", "--reason", "merger talks", "--until", "+30d")
    [cause] = of(c360, "explain", "acme")["causes"]
    assert cause["reason"] == "set to 30 by Jane Doe until 2026-12-21: merger talks"
    assert (cause["overrides"]["after"]["by"], cause["overrides"]["after"]["until_on"]) == ("hand", "2026-12-21")
    assert c360("explain", "acme")[1].splitlines()[-1] == f"Override: {cause['reason']}"


def test_a_cause_that_is_no_override_names_none(c360):
    c360("set", "acme", "sentiment", "95")
    [cause] = of(c360, "explain", "acme")["causes"]
    assert (cause["reason"], cause["overrides"]) == (None, None)
