"""A layout over another, its conditions, views and reports: what they mean, and where a mistake in them is."""

import os

import pytest

from c360cli.errors import LayoutError
from c360cli.layout import load
from c360cli.layout.later import LATER
from c360cli.layout.load import Entry
from c360cli.layout.takes import sections

BASE = """\
title: Base
sections:
- section: summary
  options: {comments: 5}
- section: support
  title: Tickets
  when: arr > 5
  options: {limit: 9}
  views: {urgent: {where: priority = urgent, sort: -opened_at}}
- contacts
- hierarchy
"""


@pytest.fixture
def layout(tmp_path):
    def write(text, name="mine"):
        (tmp_path / "layouts").mkdir(exist_ok=True)
        path = tmp_path / "layouts" / f"{name}.yaml"
        path.write_text(text)
        os.utime(path, ns=(10**18, 10**18))
        return load.load(name, str(tmp_path))

    write(BASE, "base")
    return write


def mistakes(layout, text):
    with pytest.raises(LayoutError) as refused:
        layout(text)
    return str(refused.value).splitlines()


def test_what_is_not_said_is_as_it_is_below(layout):
    assert layout("extends: base\n").sections == layout(BASE, "base").sections
    support = layout("extends: base\nsections:\n- section: support\n  options: {view: urgent}\n").sections[0]
    views = {"urgent": {"where": "priority = urgent", "sort": "-opened_at"}}
    assert support == Entry("support", "Tickets", {"limit": 9, "view": "urgent"}, "arr > 5", views)


def test_rest_stands_for_the_sections_that_are_not_named(layout):
    read = layout("extends: base\nwithout: [contacts]\nsections: [hierarchy, rest, surveys]\n")
    assert [entry.section for entry in read.sections] == ["hierarchy", "summary", "support", "surveys"]
    assert read.sections[1].options == {"comments": 5}


def test_a_second_section_of_a_kind_is_a_new_one(layout):
    read = layout("extends: base\nsections:\n- section: support\n- section: support\n  title: Closed\n")
    assert [entry.title for entry in read.sections] == ["Tickets", "Closed"]
    assert read.sections[1].options == {}


def test_a_layout_of_the_home_may_extend_the_shipped_one_of_its_name(layout):
    read = layout("extends: default\nwithout: [hierarchy]\n", "default")
    assert read.place == "layouts/default.yaml"
    assert "hierarchy" not in [entry.section for entry in read.sections]


def test_a_change_below_is_seen_above_though_that_is_compiled(layout, tmp_path):
    layout("extends: base\n")
    path = tmp_path / "layouts" / "base.yaml"
    path.write_text("sections: [usage]\n")
    os.utime(path, ns=(10**18 + 1, 10**18 + 1))
    assert [entry.section for entry in load.load("mine", str(tmp_path)).sections] == ["usage"]


def test_a_circle_is_told_and_not_followed(layout):
    (told,) = mistakes(layout, "extends: mine\n")
    assert told.startswith(
        'layouts/mine.yaml:1:10: it extends itself, and no layout "mine" ships with c360. Extend one of'
    )
    with pytest.raises(LayoutError):
        layout("extends: other\n")
    with pytest.raises(LayoutError, match="extends itself by way of others"):
        layout("extends: mine\n", "other")


def test_where_a_section_is_shown_is_as_it_is_below(layout):
    layout("sections:\n- section: support\n  show_in: [c360, widget]\n- section: usage\n  show_in: share\n", "places")
    text = "extends: places\nsections:\n- section: support\n  title: Tickets\n- section: usage\n  show_in: c360\n"
    read = layout(text)
    assert [entry.show_in for entry in read.sections] == [("c360", "widget"), ("c360",)]


def test_a_report_is_a_section_with_the_settings_of_one(layout):
    (report,) = layout(
        "sections:\n- report: opportunities\n  where: not is_closed\n  by: stage\n  columns: [count, sum amount]\n"
        "  sort: -sum amount\n  when: segment = Enterprise\n"
    ).sections
    options = {"dataset": "opportunities", "where": "not is_closed", "by": "stage", "columns": ["count", "sum amount"],
               "sort": "-sum amount"}  # fmt: skip
    assert report == Entry("report", "Opportunities", options, "segment = Enterprise")


def test_a_section_of_a_later_version_may_be_named_with_any_options(layout):
    later = next(iter(LATER))
    (entry,) = layout(f"sections:\n- section: {later}\n  options: {{anything: 1}}\n").sections
    assert entry == Entry(later, None, {"anything": 1})


def test_a_section_that_is_there_is_none_that_comes_later():
    assert set(LATER).isdisjoint(sections())


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("extends: bse\n", '1:10: there is no layout "bse". Did you mean base?'),
        ("sections: [summary, rest]\n", "1:21: rest stands for the sections of a layout that is extended"),
        ("extends: base\nwithout: [contcts]\n", '2:11: there is no section "contcts". Did you mean "contacts"?'),
        ("sections:\n- section: support\n  when: 'arr > many'\n", "3:16: arr is compared with an amount"),
        ("sections:\n- section: support\n  when: segmnt = x\n", '3:9: the customer has no column "segmnt".'),
        ("sections:\n- section: support\n  when: user.rol = x\n", '3:9: the customer has no column "user.rol". '
         'Did you mean "user.role"?'),
        ("sections:\n- section: support\n  options: {where: is_open and priorty = x}\n",
         '3:32: cases has no column "priorty". Did you mean "priority"?'),
        ("sections:\n- section: support\n  options: {sort: -opend_at}\n", '3:19: there is no column "opend_at" to'),
        ("sections:\n- section: support\n  views: {urgent: {wher: x}}\n", '3:20: there is no setting of a view'),
        ("sections:\n- section: support\n  views: {urgent: {columns: [nmber]}}\n", '3:30: there is no column "nmber".'),
        ("sections:\n- section: support\n  views: {urgent: {where: priority > }}\n", "3:37: priority > needs a value."),
        ("sections:\n- section: support\n  views: {urgent: }\n", "3:19: a view must be a mapping"),
        ("sections:\n- section: support\n  options: {view: urgnt}\n  views: {urgent: {limit: 3}}\n",
         '3:19: there is no view "urgnt". Did you mean "urgent"?'),
        ("sections:\n- section: usage\n  views: {x: {limit: 3}}\n", "3:10: usage is no list and takes no views."),
        ("sections:\n- report: case\n", '2:11: there is no dataset "case". Did you mean "cases"?'),
        ("sections:\n- report: users\n", "2:11: users belong to no customer."),
        ("sections:\n- report: cases\n  by: priorty\n", '3:7: cases has no column "priorty". Did you mean "priority"?'),
        ("sections:\n- report: cases\n  columns: [sum subject]\n", "3:13: subject is no number: there is no sum"),
        ("sections:\n- report: cases\n  by: priority\n  columns: [subject]\n", '4:12: "subject" has many values here.'),
        ("sections:\n- report: cases\n  sort: -cout\n  by: status\n", '3:9: there is no column "cout" to sort by. '
         'Did you mean "count"?'),
        ("sections:\n- report: cases\n  where: is_opn\n", '3:10: cases has no column "is_opn". Did you mean'),
        ("sections:\n- report: cases\n  colums: [subject]\n", '3:3: there is no setting of a report "colums". Did you'),
        ("sections:\n- section: summary\n  options: {cases_dataset: cses}\n", '3:28: there is no cases_dataset "cses"'),
        ("sections:\n- section: summary\n  show_in: [c360, wiget]\n",
         '3:19: there is no place "wiget". Did you mean "widget"?'),
        ("sections:\n- report: cases\n  show_in: page\n",
         '3:12: there is no place "page". Known: c360, widget, share.'),
        ("sections:\n- section: summary\n  show_in: [[c360]]\n", "3:13: there is no place"),
        ("sections:\n- section: summary\n  show_in: []\n", "3:12: show_in names no place; without: leaves"),
        ("sections:\n- section: summary\n  options: {labels: {stage: Phase, arrr: ASV}}\n",
         '3:42: there is no field or widget "arrr". Did you mean "arr"?'),
        ("sections:\n- section: summary\n  options: {labels: {arr: 5}}\n", "3:27: the label of arr must be a text."),
        ("sections:\n- section: summary\n  options: {cases_where: is_opn}\n", '3:26: cases has no column "is_opn".'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_the_way_out(layout, text, mistake):
    (told,) = mistakes(layout, text)
    assert told.startswith(f"layouts/mine.yaml:{mistake}")


def test_everything_wrong_in_one_list_is_told_at_once(layout):
    text = "sections:\n- section: summary\n  options: {widgets: [helth, 3, account.arrr], fields: [arrr]}\n"
    text += "- report: cases\n  by: staus\n  columns: [sum subject, max opned_at]\n  sort: -cout\n"
    assert [told.removeprefix("layouts/mine.yaml:") for told in mistakes(layout, text)] == [
        '3:23: there is no widget "helth". Did you mean "health"?',
        "3:30: widgets must be a list of texts.",
        '3:33: there is no widget "account.arrr". Did you mean "account.arr"?',
        '3:57: there is no field "arrr". Did you mean "arr"?',
        '5:7: cases has no column "staus". Did you mean "status"?',
        "6:13: subject is no number: there is no sum of it.",
        '6:26: cases has no column "opned_at". Did you mean "opened_at"?',
        '7:9: there is no column "cout" to sort by. Did you mean "count"?',
    ]


def test_an_order_by_a_column_that_is_wrong_is_not_told_twice(layout):
    text = "sections:\n- report: cases\n  by: status\n  columns: [sum subject]\n  sort: -sum subject\n"
    assert len(mistakes(layout, text)) == 1


def test_a_filter_over_several_lines_is_placed_where_it_begins(layout):
    (told,) = mistakes(layout, "sections:\n- section: support\n  when: >\n    arr > 5 and\n    segmnt = x\n")
    assert told.startswith('layouts/mine.yaml:3:9: the customer has no column "segmnt" (column 13 of the filter).')


def test_every_shipped_layout_is_sound(tmp_path):
    assert {"default", "csm", "executive", "support", "renewal", "gitlab"} <= set(load.names(str(tmp_path)))
    for name in load.names(str(tmp_path)):
        assert load.load(name, str(tmp_path)).sections
