"""The scorecard on a page: points a reader can follow, trends, notes, and what stands there without a score."""

import re

import pytest

from c360cli.actions.show import page
from c360cli.blocks import Table, Tree
from c360cli.health.shown import line_in_words
from c360cli.layout.load import Layout
from c360cli.render import Style, renderer
from c360cli.scores.rescoring import catch_up
from c360cli.store import open_store
from tests.scores.conftest import judge
from tests.store.conftest import Clock

from .company import fill

ANY = Layout("any", "Any", ())
CARD = """\
title: Ours
groups:
  product:
    weight: 60
    measures:
      use:
        title: License use
        weight: 70
        unit: percent
        automated:
          ratio:
            of: {data: usage, take: last_sum value, where: measure = active_users}
            to: {data: customers, take: last users}
        thresholds: [{below: 50, score: red}, {up_to: 95, score: yellow}, {score: green}]
      depth: {weight: 30, automated: {data: usage, take: last value, where: measure = depth}}
measures:
  sentiment: {weight: 40, manual: true, stale_after_days: 20}
"""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def scored(store_url, clock, tmp_path):
    """A store with the made-up company, scored: the sentiment was yellow four weeks ago and is green for five days."""
    import c360cli.actions  # noqa: F401 -- whoever judges by an action has opened it

    (tmp_path / "layouts" / "scorecards").mkdir(parents=True)
    (tmp_path / "layouts" / "scorecards" / "default.yaml").write_text(CARD)
    with open_store(store_url, clock=clock) as opened:
        fill(opened)
        catch_up(opened, str(tmp_path))
        judge(opened, "sentiment", "yellow")
        clock.move(days=30)
        judge(opened, "sentiment", "green", note="sponsor\x1b[31m is back")
        clock.move(days=5)
        catch_up(opened, str(tmp_path))
        yield opened


def drawn(store, width=80, *sections, slug="acme", colour=False):
    made = page(store, store.find_customer(slug), ANY, sections=sections or ("scorecard",))
    return renderer("text").render(made, Style(width, colour, header=False))


def test_the_tree_says_weights_points_trends_and_notes(scored):
    heading, overall, *rest = drawn(scored, 120).splitlines()
    assert heading == "SCORECARD  Ours, computed 2026-12-26 04:00"
    assert re.fullmatch(r"  Overall +73  yellow  ▲ \+10  [▁▂▃▄▅▆▇█·]+", overall)
    assert rest == [
        "  ├ Product        60 %  63  yellow  ● 0",
        "  │ ├ License use  70 %  63  yellow  ● 0    90 percent (900 of 1,000), 2026-10-31",
        "  │ └ Depth        30 %  NA                 no figures with measure = depth",
        "  └ Sentiment      40 %  88  green   ▲ +25  Jane Doe, 5 days ago: “sponsor␛[31m is back”",
        "  Why +10.0 since 2026-11-28: Sentiment +10.0. c360 score explain acme",
    ]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_colour_adds_no_word(scored, width):
    plain = drawn(scored, width, "summary", "scorecard", "scorecard_calcs")
    assert max(map(len, plain.splitlines())) <= width
    coloured = drawn(scored, width, "summary", "scorecard", "scorecard_calcs", colour=True)
    assert coloured != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_a_judgement_that_is_stale_is_marked(scored, clock, tmp_path):
    clock.move(days=20)
    catch_up(scored, str(tmp_path))
    assert "! Jane Doe, 25 days ago" in drawn(scored, 120)


def test_a_score_of_little_says_so_on_the_page(scored, tmp_path):
    other = drawn(scored, 80, "summary", "scorecard", slug="acme")
    assert "of its weight" not in other
    judge(scored, "sentiment", "green", customer="crm:004")
    catch_up(scored, str(tmp_path))
    page_of_little = drawn(scored, 80, "summary", "scorecard", slug=scored.customer("crm:004").slug)
    assert "Health      88  green (from 40 % of its weight)" in page_of_little
    assert "  This is from 40 % of its weight: what is NA counts nothing." in page_of_little


def test_what_has_come_since_is_said(scored):
    from c360cli.store import due

    scored.database.whole(lambda: due.mark(scored.database, ["crm:001"]))
    assert "Something has changed since; the next sync counts it." in drawn(scored)


def test_a_score_that_the_calendar_may_have_moved_says_so_until_it_is_counted_again(scored, clock, tmp_path):
    assert "By the calendar" not in drawn(scored)
    clock.move(days=20)
    assert "By the calendar it held until 2027-01-10; the next sync counts again." in drawn(scored)
    catch_up(scored, str(tmp_path))
    assert "By the calendar" not in drawn(scored)


def test_the_calculation_gives_each_figure_its_threshold_and_its_rows_and_sums_to_the_score(scored):
    (section,) = page(scored, scored.find_customer("acme"), ANY, sections=("scorecard_calcs",)).sections
    [table] = [block for block in section.blocks if isinstance(block, Table)]
    use, depth, sentiment = table.rows
    assert (use["threshold"], use["points"]) == ("up to 95: yellow", 62.5)
    assert use["rows"][0].startswith("counts:active_users-2026-10-31")
    assert (depth["points"], depth["share"]) == (None, 0)
    assert sentiment["rows"] == [scored.one("select max(id) from judgement where value = 'green'")]
    assert sum(row["contribution"] for row in table.rows) == pytest.approx(72.5)


def test_the_widget_has_the_trend_and_is_absent_without_a_scorecard(scored, tmp_path):
    assert "Health      73  yellow ▲ +10 in 4 weeks" in drawn(scored, 80, "summary")
    (tmp_path / "layouts" / "scorecards" / "assignment.yaml").write_text("scorecards: [{scorecard: none}]\n")
    catch_up(scored, str(tmp_path))
    assert "Health" not in drawn(scored, 80, "summary")
    assert "explain-assignment acme" in drawn(scored)


def test_before_the_first_sync_there_is_no_score_and_that_is_said(store_url):
    with open_store(store_url, clock=Clock()) as opened:
        fill(opened)
        assert drawn(opened) == "SCORECARD\n  No score yet: the next sync computes it."
        assert "Health" not in drawn(opened, 80, "summary")


def test_json_has_the_points_as_they_were_counted(scored):
    made = page(scored, scored.find_customer("acme"), ANY, sections=("scorecard",))
    [tree] = [block for block in made.sections[0].blocks if isinstance(block, Tree)]
    [root] = tree.roots
    assert (root.cells["points"], root.cells["computed"], root.cells["band"]) == (72.5, 72.5, "yellow")
    assert sum(child.cells["contribution"] for child in root.children) == 72.5


def test_a_line_of_thresholds_reads_like_a_sentence():
    assert line_in_words({"lower": 10, "is_lower_in": False, "upper": 50, "months_below": 6, "where": "tags = p2"}) == (
        "above 10, up to 50, younger than 6 months, tags = p2"
    )
    assert line_in_words({"said": "green"}) == "any"
