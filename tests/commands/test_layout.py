"""``c360 layout`` as it is typed, and what a layout does to the page."""

import json
import os
import subprocess
import sys

import pytest

RULES = "rules:\n- {layout: renewal, when: days_to_renew < 120}\n- {layout: csm, when: user.email ~ jane}\n"


@pytest.fixture
def home(home):
    """A home whose layouts are still to be written."""
    (home / "layouts").mkdir()
    return home


def sections(c360, *words):
    page = json.loads(c360("show", "acme", "--json", *words)[1])
    return page["layout"], [section["name"] for section in page["sections"]], page


def test_the_rules_decide_unless_the_config_or_the_command_names_a_layout(home, c360):
    assert sections(c360)[0] == "default"
    (home / "layouts" / "assignment.yaml").write_text(RULES)
    assert sections(c360)[0] == "renewal"
    (home / "config.yaml").write_text("user: jane@example.com\nlayout: executive\n")
    assert sections(c360)[0] == "executive"
    assert sections(c360, "--layout", "support")[0] == "support"


def test_a_section_is_shown_where_its_condition_fits(home, c360):
    text = "sections:\n- section: support\n  when: segment = Mid\n- section: contacts\n  when: user.name = jane doe\n"
    (home / "layouts" / "mine.yaml").write_text(text)
    assert sections(c360, "--layout", "mine")[1] == ["contacts"]
    assert sections(c360, "--layout", "mine", "-s", "support")[1] == ["support"]  # asked for by name


def test_a_section_that_comes_later_is_left_out_with_a_word(home, c360):
    (home / "layouts" / "mine.yaml").write_text("sections: [whitespace, support, {section: instances, title: Ours}]\n")
    _, names, page = sections(c360, "--layout", "mine")
    assert names == ["support"]
    assert [notice["text"] for notice in page["notices"]] == [
        "Not in this version of c360: Whitespace (use case), Ours."
    ]
    code, _, err = c360("show", "acme", "-s", "whitespace")
    assert (code, 'this version of c360 has no section "whitespace" yet' in err) == (2, True)


def test_views_of_a_layout_are_views_of_the_command(home, c360):
    text = "sections:\n- section: support\n  views:\n    mine: {where: is_open, sort: number, limit: 1}\n"
    (home / "layouts" / "mine.yaml").write_text(text)
    table = sections(c360, "--layout", "mine", "--view", "mine")[2]["sections"][0]["blocks"][-1]
    assert (table["name"], len(table["rows"]), table["total"]) == ("mine", 1, 2)
    whole = sections(c360, "--layout", "mine", "--view", "mine", "--all")[2]["sections"][0]["blocks"][-1]
    assert len(whole["rows"]) == 2
    assert "mine" in c360("show", "acme", "--layout", "mine", "--view", "other")[2]


PLACES = """\
sections:
- section: summary
  show_in: [c360, share]
- section: support
  show_in: [widget, share]
  options: {limit: 1}
- section: contacts
  show_in: c360
- surveys
- report: cases
  title: By status
  by: status
  show_in: [widget]
"""


def test_a_section_is_shown_where_the_layout_says(home, c360):
    (home / "layouts" / "mine.yaml").write_text(PLACES)
    assert sections(c360, "--layout", "mine")[1] == ["summary", "contacts", "surveys"]
    assert sections(c360, "--layout", "mine", "--widget")[1] == ["support", "report"]
    assert sections(c360, "--layout", "mine", "-s", "support")[1] == ["support"]  # asked for by name
    shared = c360("export", "page", "--customer", "acme", "--layout", "mine", "--json")[1]
    assert [section["name"] for section in json.loads(shared)["sections"]] == ["summary", "support", "surveys"]
    rows = json.loads(c360("layout", "show", "mine", "--json")[1])
    assert [row["show_in"] for row in rows] == [["c360", "share"], ["widget", "share"], ["c360"], None, ["widget"]]


def test_a_widget_is_the_summary_where_a_layout_says_nothing_of_it(home, c360):
    (home / "layouts" / "mine.yaml").write_text("sections: [support, summary]\n")
    (home / "layouts" / "none.yaml").write_text("sections: [support]\n")
    for name in ("mine", "none"):
        _, names, page = sections(c360, "--layout", name, "--widget")
        assert names == ["summary"]
        assert [block["name"] for block in page["sections"][0]["blocks"]] == ["widgets", "fields"]


def test_a_place_without_sections_says_so(home, c360):
    (home / "layouts" / "mine.yaml").write_text("sections: [{section: summary, show_in: c360}]\n")
    _, names, page = sections(c360, "--layout", "mine", "--widget")
    assert names == []
    assert [notice["text"] for notice in page["notices"]] == [
        'The layout "mine" shows this customer nothing in c360 show CUSTOMER --widget.'
    ]


def test_only_a_page_is_exported_with_a_layout(c360):
    code, _, err = c360("export", "cases", "--layout", "csm")
    assert (code, "--layout goes with a page" in err) == (2, True)


def test_explain_tells_the_rule_and_what_it_saw(home, c360):
    (home / "layouts" / "assignment.yaml").write_text(RULES)
    code, out, _ = c360("layout", "explain", "acme")
    assert code == 0
    assert out.startswith("Acme Corporation gets the layout renewal: rule 1 fits (layouts/assignment.yaml:2).\n")
    assert "days_to_renew is 100" in out
    facts = json.loads(c360("layout", "explain", "quiet", "--json")[1])
    assert (facts["layout"], [rule["is_fit"] for rule in facts["rules"]]) == ("csm", [False, True])


def test_explain_tells_amounts_in_their_currency(home, c360):
    (home / "layouts" / "assignment.yaml").write_text("rules:\n- {layout: renewal, when: account.arr > 99999}\n")
    assert "arr is 120,000, currency is USD" in c360("layout", "explain", "acme")[1]
    facts = json.loads(c360("layout", "explain", "acme", "--json")[1])
    assert facts["rules"][0]["holds"] == {"arr": 120000.0, "currency": "USD"}


def test_lint_finds_all_and_its_exit_code_says_so(home, c360):
    assert c360("layout", "lint")[:2] == (0, "")
    (home / "layouts" / "bad.yaml").write_text("titel: x\nsections: [suport]\n")
    code, out, _ = c360("layout", "lint")
    assert code == 1
    assert out.splitlines()[1] == 'layouts/bad.yaml:2:12: there is no section "suport". Did you mean "support"?'
    assert [flaw["line"] for flaw in json.loads(c360("layout", "lint", "--json")[1])] == [1, 2]
    assert c360("layout", "lint", "csm")[0] == 0
    code, out, err = c360("layout", "list")
    assert (code, "layouts/bad.yaml:1:1" in err) == (0, True)
    assert [line.split()[0] for line in out.splitlines()[1:3]] == ["bad", "csm"]


def test_a_new_layout_can_be_seen_at_once(home, c360):
    code, out, err = c360("layout", "new", "mine", "--extends", "csm")
    assert (code, out) == (0, f"{home / 'layouts' / 'mine.yaml'}\n")
    assert "c360 layout preview mine CUSTOMER" in err
    assert c360("layout", "preview", "mine", "acme")[1].startswith("Acme Corporation")
    shown = json.loads(c360("layout", "show", "mine", "--json")[1])
    assert next(entry["views"] for entry in shown if entry["section"] == "support")["urgent"]["sort"] == "opened_at"
    assert c360("layout", "new", "mine")[0] == 3


def test_the_schema_knows_every_word_of_the_shipped_layouts(c360):
    schema = json.loads(c360("layout", "schema")[1])
    entries = schema["properties"]["sections"]["items"]["anyOf"]
    by_name = {entry["properties"]["section"].get("const"): entry["properties"] for entry in entries[2:]}
    assert by_name["summary"]["options"]["properties"]["fields"]["maxItems"] == 6
    assert "urgent" not in by_name["support"]["options"]["properties"]["view"]["examples"]
    assert set(by_name["support"]["views"]["additionalProperties"]["properties"]) == {
        "where",
        "columns",
        "sort",
        "limit",
    }
    assert {"whitespace", "rest", "support"} <= set(entries[0]["enum"])
    assert entries[1]["required"] == ["report"]
    places = {"enum": ["c360", "widget", "share"]}
    of_report = entries[1]["properties"]["show_in"]
    assert by_name["summary"]["show_in"] == of_report
    assert of_report["anyOf"] == [places, {"type": "array", "minItems": 1, "items": places}]


def test_a_page_whose_layout_is_compiled_opens_no_yaml(home):
    """Twice with everything a layout can have: the second start reads what the first has compiled."""
    (home / "layouts" / "assignment.yaml").write_text(RULES)
    text = "extends: default\nsections:\n- section: support\n  when: arr > 1\n  options: {view: v}\n"
    text += "  views: {v: {where: is_open}}\n- report: cases\n  by: status\n- rest\n"
    (home / "layouts" / "renewal.yaml").write_text(text)
    for path in (home / "config.yaml", *(home / "layouts").iterdir()):
        os.utime(path, ns=(10**18, 10**18))
    probe = (
        "import sys\nfrom c360cli import main\n"
        f"main.call(['--home', {str(home)!r}, 'show', 'acme'])\n"
        "print('opened:', *sorted({'yaml', 'difflib', 'pluggy'} & set(sys.modules)))"
    )
    for opened in (None, "opened:"):
        done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
        if opened:
            assert done.stdout.splitlines()[-1] == opened
            assert "CASES" in done.stdout
