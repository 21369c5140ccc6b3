"""What a figure rests on tells figures apart: a score that is not made again must be the one that would be made."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.filters import Now
from c360cli.health.card import AGGREGATES, Take
from c360cli.health.exact import exact
from c360cli.scores.gathering import Gathered, adding
from c360cli.scores.taken import Taken

NOW = Now("2026-11-21T04:00:00Z", "2026-11-21", ZoneInfo("UTC"))
DAYS = ("2026-11-18", "2026-11-19T23:30:00Z", "2026-11-20")
# Few of each, so that two draws often are nearly the same.
row = st.tuples(st.sampled_from("abc"), st.integers(0, 10), st.sampled_from(DAYS))
rows = st.lists(row, max_size=4, unique_by=lambda row: row[0])
sides = st.tuples(rows, st.none() | st.just("2026-11-30"), st.booleans(), st.booleans())


def taken(take, side):
    found, ahead, offers, meets = side
    gathered = Gathered()
    add = adding(take.aggregate, 2, lambda value: value)
    for id_, value, at in found:
        add(gathered, id_, value, at)
    if take.aggregate == "distinct":
        gathered.count_each(2)
    gathered.ahead = ahead
    there = {"crm:1": gathered} if found or ahead else {}
    return Taken(take, NOW, there, {"crm:1"} if offers else (), {"crm:1": "2026-12-01T00:00:00Z"} if meets else {})


@pytest.mark.parametrize("aggregate", AGGREGATES)
@given(one=sides, other=sides)
def test_figures_that_differ_rest_on_something_else(aggregate, one, other):
    take = Take("cases", aggregate, "value", by="at", days=5, if_none=exact(0))
    one, other = taken(take, one), taken(take, other)
    if one.figure("crm:1") != other.figure("crm:1"):
        assert one.rests_on("crm:1") != other.rests_on("crm:1")
