"""A score that is written from pieces is JSON, says what was read and what it came to, and is read back the same."""

import json
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from c360cli.health.bands import Bands, usual
from c360cli.health.card import Group, Measure, Override, Part, Ratio, Rule, Scorecard, Take
from c360cli.health.judging import Account, Reading
from c360cli.health.overrides import ByHand
from c360cli.health.scoring import Counting, score
from c360cli.scores import kept
from c360cli.scores.customers import Facts
from c360cli.scores.judgements import Said
from c360cli.scores.taken import Figure
from c360cli.scores.written import Writing

HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ['"', "\\", '","points":100', "\x1b[2J", "\u2028", "null", "{}", "é株"]
)
TODAY = "2026-10-15"


def takes(name: str) -> Take:
    return Take(f"d{name}", "sum", "value", where=f'name = "{name}"', days=30)


LINES = (Rule(Fraction(20), "20", upper=Fraction(10)), Rule(None, "na", lower=Fraction(10), upper=Fraction(20)),
         Rule(Fraction(80), "80", lower=Fraction(20), where='"x"\\'))  # fmt: skip
CARD = Scorecard(
    'c"\\', "", "number", Bands(usual("number")), "group",
    (
        Group('g"1', "", Fraction(2), (
            Measure('one"', "", Fraction(1), parts=(Part("", "", takes("a"), LINES), Part("", "", takes('b"'), LINES))),
            Measure("two\\", "", Fraction(3), parts=(Part("", "", Ratio(takes("c"), takes("d")), LINES),)),
            Measure("judged", "", Fraction(1), stale_after_days=3, na_after_days=30),
        )),
        Group("age", "", Fraction(1), (
            Measure("age", "", Fraction(1), parts=(Part("", "", Take("d", "age", "day"), LINES),)),
        ), is_alone=True),
    ),
    (Override("10", measure="age", bands=("red",), note='"'),),
)  # fmt: skip

values = st.none() | st.fractions(-1000, 1000, max_denominator=7)
days = st.none() | st.dates().map(str)
figures = st.builds(Figure, values, st.lists(HOSTILE, max_size=3), st.integers(0, 9), days, HOSTILE)
judgements = st.builds(
    Said, values.map(lambda value: value and abs(value) / 10), st.fixed_dictionaries(
        {"id": HOSTILE, "value": HOSTILE, "note": st.none() | HOSTILE, "author": HOSTILE, "judged_at": HOSTILE,
         "activity_id": st.none() | HOSTILE}
    ), st.dates().map(str), HOSTILE,
)  # fmt: skip


def reading(found):
    return Reading(found.value, None if found.on is None else 2, found.reason)


@st.composite
def reads(draw):
    """Return what was read for each measure of CARD."""
    found = {}
    for measure in CARD.measures():
        if measure.is_manual:
            said = draw(st.none() | judgements)
            one = kept.Read(Reading(None, reason="nobody")) if said is None else kept.Read(
                Reading(said.points, draw(st.integers(0, 40)), said.reason), said=said
            )  # fmt: skip
            found[measure.name] = [one]
            continue
        found[measure.name] = []
        for part in measure.parts:
            sources = (part.source.of, part.source.to) if isinstance(part.source, Ratio) else (part.source,)
            read = tuple((take, draw(figures)) for take in sources)
            found[measure.name].append(kept.Read(reading(read[0][1]), read))
    return found


facts = st.builds(
    Facts, st.just(CARD.name), st.builds(Account, st.none(), st.none(), st.frozensets(st.just('"x"\\'))), days
)
by_hand = st.none() | st.builds(ByHand, st.sampled_from(["55", "green", '"']), HOSTILE, HOSTILE, st.none())


@given(st.lists(st.tuples(reads(), facts, by_hand), min_size=1, max_size=4))
def test_what_is_written_is_read_back(customers):
    """Several customers of one writer: the pieces that they share must not mix them up."""
    counting, writing = Counting(CARD), Writing(CARD)
    for read, fact, hand in customers:
        found = {name: [each.reading for each in parts] for name, parts in read.items()}
        made = score(CARD, found, fact.account, hand, TODAY, counting)
        written = writing.write(made, read, fact, "id")
        said = json.loads(written.text)
        assert json.dumps(said, ensure_ascii=False, separators=(",", ":")) == written.text
        assert (said["groups"], said["override"]) == (written.groups, written.override)
        assert all(said["measures"][name].items() >= brief.items() for name, brief in written.measures.items())
        assert said["account"] == {"since": fact.since, "fits": sorted(fact.account.fits)}
        assert kept.points(said).keys() == made.judged.keys()
        for name, judged in made.judged.items():
            _is_said(said["measures"][name], judged, read[name], name == "age")


def _is_said(measure, judged, read, moves):
    assert measure["points"] == kept.number(judged.points)
    assert (measure["is_stale"], measure["reason"]) == (judged.is_stale, judged.reason or None)
    for part, each, worth in zip(measure["parts"], read, judged.parts, strict=True):
        assert (part["points"], part["line"]) == (kept.number(worth.points), worth.line)
        assert part["value"] == (None if moves else kept.number(each.reading.value))
        if each.said:
            assert measure["judgement"]["note"] == each.said.row["note"]
            assert part["on"] == each.said.on
        assert [figure["rows"] for figure in part["figures"]] == [list(figure.rows) for _, figure in each.figures]
        assert [figure["where"] for figure in part["figures"]] == [take.where or None for take, _ in each.figures]
        assert [figure["on"] for figure in part["figures"]] == [figure.on for _, figure in each.figures]
