"""A layout is checked against the sections there are; all that is wrong is told at once, with its place."""

import os

import pytest

from c360cli.errors import LayoutError, NotFound
from c360cli.layout import check, load
from c360cli.layout.load import Entry
from c360cli.nodes import parse


@pytest.fixture
def layout(tmp_path):
    def write(text, name="csm"):
        (tmp_path / "layouts").mkdir(exist_ok=True)
        path = tmp_path / "layouts" / f"{name}.yaml"
        path.write_text(text)
        os.utime(path, ns=(10**18, 10**18))
        return load.load(name, str(tmp_path))

    return write


def mistakes(text):
    with pytest.raises(LayoutError) as refused:
        check.check(parse(text.encode(), "layouts/csm.yaml", LayoutError), "layouts/csm.yaml", lambda name: {})
    return str(refused.value).splitlines()


def test_the_shipped_default_has_its_sections_in_order(tmp_path):
    default = load.load("default", str(tmp_path))
    assert [entry.section for entry in default.sections] == [
        "summary", "attributes", "contacts", "support", "scorecard", "opportunities", "cockpit", "hierarchy",
    ]  # fmt: skip


def test_a_layout_picks_reorders_and_renames_sections(layout):
    read = layout(
        "title: CSM\nsections:\n  - hierarchy\n  - section: support\n    title: Tickets\n    options: {limit: 3}\n"
    )
    assert read.title == "CSM"
    assert read.sections == (Entry("hierarchy"), Entry("support", "Tickets", {"limit": 3}))
    assert layout("title: CSM\nsections: [support]\n").sections == (Entry("support"),)


def test_a_layout_of_the_home_takes_the_place_of_the_shipped_one(layout):
    assert [entry.section for entry in layout("sections: [support]\n", "default").sections] == ["support"]


def test_an_unknown_layout_gets_its_nearest_name(layout, tmp_path):
    layout("sections: [support]\n")
    with pytest.raises(NotFound, match='no layout "cms"') as missing:
        load.load("cms", str(tmp_path))
    assert missing.value.hint == "Did you mean csm?"


@pytest.mark.parametrize("name", ["../config", "/etc/passwd", "", "a\x00b", "x" * 300])
def test_a_name_is_never_a_path(tmp_path, name):
    (tmp_path / "config.yaml").write_text("sections: [support]\n")
    with pytest.raises(NotFound):
        load.load(name, str(tmp_path))


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("sections: [tickets]\n", '1:12: there is no section "tickets". '),
        ("sections: [suport]\n", '1:12: there is no section "suport". Did you mean "support"?'),
        ("sections: [_lists]\n", '1:12: there is no section "_lists". '),
        ("sections: []\n", "1:11: sections must be a list of sections."),
        ("title: x\n", "1:1: a layout must be a mapping with sections."),
        ("title: [x]\nsections: [support]\n", "1:8: title must be a text."),
        ("sections: [support]\ncolour: red\n", '2:1: there is no setting of a layout "colour". '),
        ("sections:\n- section: support\n  option: {}\n", '3:3: there is no setting of a section "option". '
         'Did you mean "options"?'),
        ("sections:\n- section: support\n  limit: 3\n", "3:3: limit is an option of the section: write options:"
         " {limit: ...}."),
        ("sections:\n- section: support\n  options: {limits: 3}\n", '3:13: there is no option of section "support"'
         ' "limits". Did you mean "limit"?'),
        ("sections:\n- section: support\n  options: {limit: many}\n", "3:20: limit must be a whole number."),
        ("sections:\n- section: support\n  options: {limit: true}\n", "3:20: limit must be a whole number."),
        ("sections: [support, support]\n", '1:21: section "support" stands here twice; give one of them'
         " another title."),
        ("sections:\n- section: support\n  options: {view: opne}\n", '3:19: there is no view "opne".'
         ' Did you mean "open"?'),
        ("sections:\n- section: summary\n  options: {widgets: [helth]}\n", '3:23: there is no widget "helth". '
         'Did you mean "health"?'),
        ("sections:\n- section: hierarchy\n  options: {depth: 0}\n", "3:20: depth must be a number from 1 to"),
        ("sections:\n- section: support\n  options: {limit: -1}\n", "3:20: limit must be a number from 1 to"),
        ("sections:\n- section: usage\n  options: {months: 100000}\n", "3:21: months must be a number from 1 to 120."),
        ("sections:\n- section: usage\n  options: {measures: [1]}\n", "3:24: measures must be a list of texts."),
        ("sections:\n- section: hierarchy\n  options: {where: arr}\n", "3:20: arr is no yes-or-no field"),
        ("sections:\n- section: hierarchy\n  options: {where: aar>5}\n", '3:20: the hierarchy has no column "aar". '
         'Did you mean "arr"?'),
        ("sections:\n- title: x\n", "2:3: a section must be a name, or a mapping with section: NAME or report: DATA"),
        ("sections:\n- section: summary\n  options:\n    fields: [name, arr, csm, stage, status, users, owner]\n",
         "4:52: fields of the summary are at most 6; this is one too many."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_the_way_out(text, mistake):
    [told] = mistakes(text)
    assert told.startswith(f"layouts/csm.yaml:{mistake}")


def test_values_within_their_range_are_taken(layout):
    text = "sections:\n- section: hierarchy\n  options: {depth: 1, where: 'arr > 50000'}\n"
    text += "- section: surveys\n  options: {trends: 0}\n"
    assert [entry.options for entry in layout(text).sections] == [{"depth": 1, "where": "arr > 50000"}, {"trends": 0}]


def test_all_mistakes_come_at_once():
    assert len(mistakes("titel: x\nsections: [suport, contcts, {title: x}]\n")) == 4


def test_all_mistakes_of_a_filter_come_at_once_each_with_its_place():
    text = "sections:\n- section: support\n  when: segmnt = x and arr > lots\n"
    text += "  options: {where: 'prioriti = x or opened_at < soon'}\n"
    places = [told.split(": ")[0].removeprefix("layouts/csm.yaml:") for told in mistakes(text)]
    assert places == ["3:9", "3:30", "4:21", "4:49"]
