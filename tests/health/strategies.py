"""Scorecards of every shape, for properties: a few groups, measures with weights, points or NA."""

from fractions import Fraction

from hypothesis import strategies as st

from c360cli.health.weights import POLICIES, Group

WEIGHTS = st.integers(0, 8).map(Fraction)
POINTS = st.none() | st.sampled_from([Fraction(25), Fraction(125, 2), Fraction(175, 2)]) | st.fractions(0, 100)
NAMES = [f"m{number}" for number in range(9)]
policies = st.sampled_from(POLICIES)
points = st.fixed_dictionaries(dict.fromkeys(NAMES, POINTS))


@st.composite
def groups(draw, names=tuple(NAMES)):
    """Some of the measures, each in one of up to four groups."""
    homes = draw(st.lists(st.integers(0, 4), min_size=len(names), max_size=len(names)))  # 4: in no group at all
    return [
        Group(
            f"g{home}",
            draw(WEIGHTS),
            {name: draw(WEIGHTS) for name, at in zip(names, homes, strict=True) if at == home},
        )
        for home in range(4)
    ]
