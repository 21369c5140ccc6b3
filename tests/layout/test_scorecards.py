"""Scorecards are read from YAML; mistakes are told all at once with file:line:column and a way out."""

from fractions import Fraction

import pytest

from c360cli.errors import LayoutError, NotFound
from c360cli.health.card import Override, Ratio, Rule, Take
from c360cli.health.judging import Account, Reading
from c360cli.health.scoring import score
from c360cli.layout import scorecards
from c360cli.layout.scorecard_check import check
from c360cli.nodes import parse

R, Y, G = Fraction(25), Fraction(125, 2), Fraction(175, 2)
WHOLE = """\
title: Ours
scheme: grade
bands: {C: {up_to: 40, colour: red}, B: {up_to: 70, colour: yellow}, A: {up_to: 100, colour: green}}
edges: lower-inclusive
na_policy: flat
na_first_days: 30
groups:
  product:
    title: The product
    weight: 62.5
    measures:
      use:
        weight: 1
        automated: {data: usage, take: last_sum value, where: measure = users, days: 90, if_none: 0}
        thresholds:
          - {from: 1, below: 2.5, months_below: 6, where: segment = Mid, score: B}
          - {above: 10, up_to: 20, score: 99.5}
          - {score: NA}
      depth:
        weight: 2
        help: how deep it goes
        na_first_days: 0
        combine: worst
        parts:
          one:
            automated: {as: number, ratio: {of: {data: cases, take: count}, to: {data: customers, take: last users}}}
          two: {title: Second, automated: {data: surveys, take: nps score, days: 90}}
measures:
  sentiment: {weight: 37.5, manual: true, stale_after_days: 90, na_after_days: 120}
overrides:
  - {measure: sentiment, is: [C], set: C, note: sentiment decides}
  - {where: stage = Will Churn, set: 10}
"""


@pytest.fixture
def home(tmp_path):
    """Return a function: the text of a scorecard -> that scorecard, loaded from a home."""

    def write(text: str, name: str = "ours"):
        folder = tmp_path / "layouts" / "scorecards"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.yaml").write_text(text)
        return scorecards.load(name, str(tmp_path))

    return write


def mistakes(text: str) -> list[str]:
    with pytest.raises(LayoutError) as refused:
        check(parse(text.encode(), "ours.yaml"), "ours.yaml")
    return str(refused.value).split("\n")


def test_a_scorecard_says_all_of_it(home):
    card = home(WHOLE)
    assert (card.title, card.scheme, card.na_policy) == ("Ours", "grade", "flat")
    assert [(band.name, band.upper, band.colour) for band in card.bands.bands] == [
        ("C", 40, "red"), ("B", 70, "yellow"), ("A", 100, "green"),
    ]  # fmt: skip
    assert card.bands.of(Fraction(40)).name == "B"
    assert [(group.name, group.title, group.weight, group.is_alone) for group in card.groups] == [
        ("product", "The product", Fraction("62.5"), False),
        ("sentiment", "Sentiment", Fraction("37.5"), True),
    ]
    use, depth, sentiment = card.measures()
    assert use.parts[0].source == Take(
        "usage", "last_sum", "value", "measure = users", "day", days=90, if_none=Fraction()
    )
    assert use.parts[0].rules == (
        Rule(Fraction(55), "B", Fraction(1), Fraction(5, 2), True, False, 6, "segment = Mid"),
        Rule(Fraction(199, 2), "99.5", Fraction(10), Fraction(20), False, True),
        Rule(None, "NA"),
    )
    assert (use.na_first_days, depth.na_first_days, sentiment.na_first_days) == (30, 0, 30)
    assert depth.parts[0].source == Ratio(
        Take("cases", "count", by="opened_at"), Take("customers", "last", "users"), False
    )
    assert (depth.combine, [part.title for part in depth.parts]) == ("worst", ["One", "Second"])
    assert (sentiment.is_manual, sentiment.stale_after_days, sentiment.na_after_days) == (True, 90, 120)
    assert card.overrides == (
        Override("C", "sentiment", ("C",), note="sentiment decides"),
        Override("10", where="stage = Will Churn"),
    )
    assert card.conditions() == ["stage = Will Churn", "segment = Mid"]


def test_what_the_cache_gives_back_is_the_same(home, tmp_path):
    import os
    import time

    first = home(WHOLE)
    path = tmp_path / "layouts" / "scorecards" / "ours.yaml"
    settled = time.time() - 10
    os.utime(path, (settled, settled))
    assert scorecards.load("ours", str(tmp_path)) == first
    (kept,) = (tmp_path / "cache").glob("scorecard-ours-*.json")
    assert scorecards.load("ours", str(tmp_path)) == first
    kept.write_text("[broken")
    assert scorecards.load("ours", str(tmp_path)) == first


def test_a_scorecard_of_the_home_takes_the_place_of_the_shipped_one(home):
    assert home("measures: {sentiment: {weight: 1, manual: true}}\n", "default").title == "Default"


@pytest.mark.parametrize("name", ["prov", "none", "assignment", "../default", ""])
def test_what_is_no_scorecard_is_not_found(tmp_path, name):
    with pytest.raises(NotFound) as missing:
        scorecards.load(name, str(tmp_path))
    near = {"prov": "Did you mean prove?", "../default": "Did you mean default?"}
    assert missing.value.hint == near.get(name, "Scorecards: default, prove.")


M = "measures:\n  m: {weight: 1, manual: true}\n"
AUTOMATED = "measures:\n  m:\n    weight: 1\n    automated: "
LINES = "measures:\n  m:\n    weight: 1\n    automated: {data: cases, take: count}\n    thresholds:\n"


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "1:1: a scorecard must be a mapping with settings."),
        ("title: x\n", "1:1: a scorecard needs groups, or measures."),
        (M + "groop: {}\n", '3:1: there is no setting of a scorecard "groop". Did you mean "groups"?'),
        (M + "scheme: color\n", '3:9: there is no scheme "color". Did you mean "colour"?'),
        (M + "edges: upper\n", '3:8: there is no kind of edges "upper". Known: upper-inclusive,'),
        (M + "na_policy: goup\n", '3:12: there is no NA policy "goup". Did you mean "group"?'),
        (M + "na_first_days: -1\n", "3:16: na_first_days must be a whole number from 0 to 3,660."),
        (M + "bands: {red: 100}\n", "3:8: bands must be a mapping of 2 to 12 names to upper bounds."),
        (M + "bands: {red: 50, green: 90}\n", "3:25: the highest band must go up to 100."),
        (M + "bands: {red: 50, yellow: 50, green: 100}\n", "3:26: bands go from the lowest to the highest, and 50 is"
         " not above 50."),
        (M + "bands: {red: 50, fine: 100}\n", "3:24: say which colour fine is, like {up_to: 100, colour: green}."),
        (M + "bands: {red: 50, fine: {up_to: 100, colour: blue}}\n", '3:45: there is no colour "blue". '),
        (M + "bands: {red: 50, NA: {up_to: 100, colour: green}}\n", '3:22: "NA" is no name of a band; begin with'),
        ("measures: [m]\n", "1:11: measures must be a mapping of names."),
        ("groups:\n  g: {weight: 1}\n", "2:6: a group needs measures."),
        ("measures:\n  My Use: {weight: 1, manual: true}\n", '2:3: "My Use" is no name; write small letters, digits'),
        ("measures:\n  m: {manual: true}\n", "2:6: a measure needs weight."),
        ("measures:\n  m: {weight: -1, manual: true}\n", "2:15: weight must be a number from 0 to 999,999."),
        ("measures:\n  m: {weight: 0, manual: true}\n", "1:1: every weight is 0, so there would never be a score."),
        ("measures:\n  m: {weight: 1}\n", "2:6: a measure is one of manual: true, automated: {...} and parts: {...}."),
        ("measures:\n  m: {weight: 1, manual: false}\n", "2:26: manual is true, or left out."),
        ("measures:\n  m: {weight: 1, manual: true, combine: worst}\n", "2:41: combine is for parts."),
        ("measures:\n  m: {weight: 1, manual: true, thresholds: [{score: red}]}\n",
         "2:44: this measure takes no thresholds: a person says its score."),
        ("measures:\n  m: {weight: 1, manual: true, stale_after_days: 90, na_after_days: 90}\n",
         "2:50: stale_after_days must come before na_after_days, 90."),
        ("groups:\n  m: {weight: 1, measures: {a: {weight: 1, manual: true}}}\n" + M,
         '4:3: "m" is the name of another measure or group.'),
        (AUTOMATED + "{take: count}\n", "4:16: what is read needs data."),
        (AUTOMATED + "{data: case, take: count}\n", '4:23: there is no data set "case". Did you mean "cases"?'),
        (AUTOMATED + "{data: cases, take: cuont}\n", '4:36: there is no aggregate "cuont". Did you mean "count"?'),
        (AUTOMATED + "{data: cases, take: count id}\n", "4:36: count counts rows and takes no column."),
        (AUTOMATED + "{data: usage, take: last}\n", "4:36: last needs a column, like last value."),
        (AUTOMATED + "{data: usage, take: last vlaue}\n", '4:36: there is no column of usage "vlaue". Did you mean'),
        (AUTOMATED + "{data: usage, take: avg measure}\n", "4:36: avg is taken of numbers, and measure is none."),
        (AUTOMATED + "{data: usage, take: age value}\n", "4:36: age is taken of a day, and value is none."),
        (AUTOMATED + "{data: roles, take: distinct}\n", "4:36: distinct needs a column, like distinct role."),
        (AUTOMATED + "{data: cases, take: distinct opened_at}\n", "4:36: distinct is taken of words, numbers or days,"),
        (AUTOMATED + "{data: roles, take: distinct rolle, where: role = x}\n",
         '4:36: there is no column of roles "rolle". Did you mean "role"?'),
        (AUTOMATED + "{data: roles, take: distinct role, days: 90}\n", "4:57: roles have no day of their own; say by"),
        (AUTOMATED + "{data: usage, take: nps value}\n", "4:36: nps is taken of the score of surveys."),
        (AUTOMATED + "{data: opportunities, take: sum amount}\n", "4:44: amount is an amount, and amounts of several"),
        (AUTOMATED + "{data: contacts, take: count, days: 30}\n", "4:52: contacts have no day of their own; say by"),
        (AUTOMATED + "{data: ctas, take: count, by: due, days: 30}\n", '4:46: there is no day of ctas "due". Did you'),
        (AUTOMATED + "{data: customers, take: sum users}\n", "4:40: a customer is one row; take last users."),
        (AUTOMATED + "{data: usage, take: count, days: 0}\n", "4:49: days must be a whole number from 1 to 3,660."),
        (AUTOMATED + "{data: usage, take: count, where: 5}\n", "4:50: where must be a text."),
        (AUTOMATED + "{ratio: {of: {data: cases, take: count}}}\n", "4:24: a ratio needs to."),
        (AUTOMATED + "{ratio: 5}\n", "4:24: a ratio must be a mapping with of and to."),
        (LINES + "    - {below: 5, score: gren}\n", '6:25: "gren" is no score. Did you mean "green"?'),
        (LINES + "    - {below: 5, score: 101}\n", "6:25: 101 is no score. Scores go from 0 to 100."),
        (LINES + "    - {below: 5, score: [red]}\n", "6:25: score must be a number from 0 to 100, or red,"),
        (LINES + "    - {below: 5}\n", "6:7: a threshold needs score."),
        (LINES + "    - {below: 5, up_to: 6, score: red}\n", "6:25: a line has one of below and up_to."),
        (LINES + "    - {from: 6, below: 5, score: red}\n", "6:7: no figure is 6 or more and 5 or less."),
        (LINES + "    - {score: red}\n    - {below: 5, score: green}\n", "7:7: this line is never reached: the one"),
        (LINES.replace("thresholds:\n", "thresholds: red\n"), "5:17: thresholds must be a list of lines like"),
        (M + "overrides: [{measure: n, is: [red], set: red}]\n", '3:23: there is no measure "n". '),
        (M + "overrides: [{measure: m, is: [rde], set: red}]\n", '3:31: there is no band "rde". Did you mean "red"?'),
        (M + "overrides: [{measure: m, set: red}]\n", "3:13: an override by a measure needs both measure: NAME and"),
        (
            AUTOMATED + "{data: cases, take: count, where: is_open and prioriti = urgent}\n",
            '4:62: cases has no column "prioriti". Did you mean "priority"?',
        ),
        (
            AUTOMATED + "{data: surveys, take: avg score, where: 'score > high'}\n",
            '4:65: score is compared with a number, not with "high".',
        ),
        (M + "overrides: [{where: arr > 5 and segmnt = Mid, set: red}]\n", '3:33: customers has no column "segmnt".'),
        (M + "overrides: [{set: red}]\n", "3:13: an override needs a measure, or where: and a filter over customers."),
        (M + "overrides: [{where: stage = Lost, set: NA}]\n", '3:40: "NA" is no score. '),
        (M + "overrides: red\n", "3:12: overrides must be a list like"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_the_way_out(text, mistake):
    [told] = mistakes(text)
    assert told.startswith(f"ours.yaml:{mistake}")


def test_all_mistakes_come_at_once():
    text = "titel: x\nscheme: color\n" + AUTOMATED + "{data: case, take: cuont}\n    thresholds: [{score: gren}]\n"
    assert [told.split(" ")[0] for told in mistakes(text)] == [
        "ours.yaml:1:1:", "ours.yaml:2:9:", "ours.yaml:6:23:", "ours.yaml:7:26:",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["default", "prove"])
def test_a_shipped_scorecard_has_no_score_without_data(tmp_path, name):
    found = score(scorecards.load(name, str(tmp_path)), {}, Account())
    assert (found.scoring.score, found.effective.score) == (None, None)


@pytest.fixture
def prove(tmp_path):
    return scorecards.load("prove", str(tmp_path))


def test_prove_gives_the_scores_of_its_handbook(prove):
    readings = {
        "license_use": [60], "scm": [50], "ci": [32.9], "cd": [4, 1, 10], "sentiment": [G], "support_issues": [5],
        "cadence": [35], "persona": [None, 9],
    }  # fmt: skip
    read = {
        name: [Reading(None) if value is None else Reading(Fraction(str(value)), 1) for value in values]
        for name, values in readings.items()
    }
    found = score(prove, read, Account(210, 7))
    assert {name: group.points and float(group.points) for name, group in found.scoring.groups.items()} == {
        "product": 60.0, "risk": 87.5, "outcomes": None, "voice": 87.5, "engagement": 56.25,
    }  # fmt: skip
    assert found.scoring.score == Fraction("68.75")
    assert round(score(prove._replace(na_policy="flat"), read, Account(210, 7)).scoring.score, 2) == Fraction("70.16")


@pytest.mark.parametrize(
    ("measure", "part", "values"),
    [
        ("user_engagement", 0, [(49.9, R), (50, Y), (79.9, Y), (80, G)]),
        ("scm", 0, [(24.9, R), (25, Y), (49.9, Y), (50, G)]),
        ("ci", 0, [(24.9, R), (25, Y), (32.9, Y), (33, G)]),
        ("devsecops", 0, [(5, R), (5.1, Y), (19.9, Y), (20, G)]),
        ("devsecops", 1, [(0.09, R), (0.1, Y), (0.5, Y), (0.51, G)]),
        ("devsecops", 2, [(1, R), (2, Y), (3, G)]),
        ("cd", 0, [(4.9, R), (5, Y), (12, Y), (12.1, G)]),
        ("cd", 1, [(1.9, R), (2, Y), (7, Y), (7.1, G)]),
        ("cd", 2, [(24.9, R), (25, Y), (80, Y), (80.1, G)]),
        ("support_issues", 0, [(1, G), (5, G), (6, Y), (15, Y), (16, R)]),
        ("emergencies", 0, [(0, None), (1, R)]),
        ("emergencies", 1, [(0, None), (1, Y)]),
        ("cadence", 0, [(35, G), (36, Y), (60, Y), (61, R)]),
        ("persona", 0, [(1, Y), (2, G)]),
        ("persona", 1, [(1, R), (9, R)]),
        ("roi", 0, [(1, G), (3, G)]),
        ("roi", 1, [(0, R), (1, Y), (4, Y)]),
    ],
)
def test_prove_has_the_thresholds_of_its_handbook(prove, measure, part, values):
    of = prove.measure(measure)
    for value, expected in values:
        readings = [
            Reading(Fraction(str(value)), 1) if place == part else Reading(None) for place in range(len(of.parts))
        ]
        assert score(prove, {measure: readings}, Account(999, 32)).judged[measure].points == expected


def test_the_best_plan_is_what_the_return_on_investment_of_prove_counts_by(prove):
    read = {"roi": [Reading(Fraction(1)), Reading(Fraction(2))]}
    assert score(prove, read, Account(999, 32)).judged["roi"].points == G


def test_prove_counts_red_sentiment_only(prove):
    found = score(prove, {"sentiment": [Reading(R, 1)], "scm": [Reading(Fraction(90), 1)]}, Account(10, 0))
    assert found.judged["scm"].reason == "not counted in the first 30 days"
    assert found.effective.score == R
    assert score(
        prove, {"sentiment": [Reading(R, 1)], "scm": [Reading(Fraction(90), 1)]}, Account(999, 32)
    ).effective.by


def test_the_first_line_of_the_assignment_counts(home, tmp_path):
    assert scorecards.assignment(str(tmp_path)) == [("default", "")]
    home(WHOLE)
    (tmp_path / "layouts" / "scorecards" / "assignment.yaml").write_text(
        "scorecards:\n  - {scorecard: ours, where: segment = Mid}\n  - {scorecard: none, where: status = Churn}\n"
        "  - {scorecard: prove}\n"
    )
    assert scorecards.assignment(str(tmp_path)) == [
        ("ours", "segment = Mid"),
        ("none", "status = Churn"),
        ("prove", ""),
    ]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("scorecards: [{scorecard: prov}]\n", '1:26: there is no scorecard "prov". Did you mean "prove"?'),
        ("scorecards: [{where: arr > 5}]\n", "1:14: a line needs scorecard."),
        ("scorecards: [{scorecard: none}, {scorecard: prove}]\n", "1:33: this line is never reached: the one above it"),
        ("scorecards: default\n", "1:13: scorecards must be a list of lines like {scorecard: default}."),
        ("rules: []\n", '1:1: there is no setting of an assignment "rules". Known: scorecards.'),
    ],
)
def test_a_wrong_assignment_is_named_with_its_place(tmp_path, text, mistake):
    folder = tmp_path / "layouts" / "scorecards"
    folder.mkdir(parents=True)
    (folder / "assignment.yaml").write_text(text)
    with pytest.raises(LayoutError) as refused:
        scorecards.assignment(str(tmp_path))
    assert f"layouts/scorecards/assignment.yaml:{mistake}" in str(refused.value)
