"""A scorecard as a person sees it, with all that can stand in one, at three widths, with and without colour."""

import re

import pytest

from c360cli.actions.show import page
from c360cli.layout.load import Entry, Layout
from c360cli.render import Style
from c360cli.render.terminal import render
from c360cli.scores.rescoring import catch_up
from c360cli.store import judging, open_store
from c360cli.store.writing import write
from c360cli.text import width
from tests.store.conftest import Clock

from .company import fill

SECTIONS = Layout("score", "Score", tuple(map(Entry, ("summary", "scorecard", "scorecard_calcs"))))
CARD = """\
title: Ours
groups:
  product:
    weight: 50
    measures:
      use:
        title: License use
        weight: 70
        unit: percent
        automated:
          ratio:
            of: {data: usage, take: last_sum value, where: measure = active_users}
            to: {data: customers, take: last users}
        stale_after_days: 30
        thresholds: [{below: 50, score: red}, {where: segment = Enterprise, score: green}, {score: yellow}]
      depth: {title: 使用の深さ, weight: 30, automated: {data: usage, take: last value, where: measure = depth}}
  voice:
    title: Voice of customer
    weight: 10
    measures:
      leads:
        title: Leads met
        weight: 100
        combine: best
        parts:
          met:
            title: Leads met in 90 days
            automated: {data: roles, take: distinct role, where: "role in (Champion, Admin)", by: last_met_at, days: 90}
            thresholds: [{below: 2, score: yellow}, {score: green}]
          known: {title: Roles that are known, automated: {data: roles, take: count}, thresholds: [{score: red}]}
measures:
  sentiment: {weight: 40, manual: true, stale_after_days: 20}
"""
_INK = re.compile("\x1b\\[[0-9;]*m")


def judge(store, id_, value, note=None):
    """Judge the sentiment of acme, under an id that stands on the screen."""

    def work(entry):
        row = {"id": id_, "customer_id": "crm:001", "measure": "sentiment", "value": value, "note": note}
        times = {"author": entry.author, "judged_at": entry.now, "recorded_at": entry.now}
        entry.insert("judgement", row | times)

    write(store, "jane@example.com", "judge", work)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The page of a customer whose sentiment has moved, some of whose data is stale, and that is set by hand."""
    import c360cli.actions  # noqa: F401 -- whoever judges by an action has opened it

    home = tmp_path_factory.mktemp("home")
    (home / "layouts" / "scorecards").mkdir(parents=True)
    (home / "layouts" / "scorecards" / "default.yaml").write_text(CARD)
    clock = Clock()
    with open_store(str(home / "c360.db"), clock=clock) as store:
        fill(store)
        catch_up(store, str(home))
        judge(store, "j1", "yellow")
        clock.move(days=30)
        judge(store, "j2", "green", note="the sponsor\x1b[31m is back, and wants all of it by spring")
        clock.move(days=5)
        judging.set_override(
            store, "crm:001", judging.Override("red", "merger talks", "2026-12-31"), "jane@example.com"
        )
        catch_up(store, str(home))
        yield page(store, store.find_customer("acme"), SECTIONS, user="jane@example.com")


@pytest.mark.parametrize("cells", [60, 80, 120])
def test_a_scorecard_is_as_it_was(made, golden, cells):
    plain = render(made, Style(cells, colour=False))
    coloured = render(made, Style(cells, colour=True))
    assert _INK.sub("", coloured) == plain
    assert max(map(width, plain.splitlines())) <= cells
    golden(f"scorecard-{cells}.txt", plain)
    golden(f"scorecard-{cells}-colour.txt", coloured)
