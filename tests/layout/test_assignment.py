"""Who gets which layout: the first rule that fits, and where a mistake in the rules is."""

import os
from pathlib import Path

import pytest

from c360cli.actions.layout_of import layout_of
from c360cli.actions.layouts import explain, lint, new
from c360cli.errors import ConfigError, LayoutError, NotFound, UsageError
from c360cli.layout.assignment import load_assignment
from tests.sections.company import empty_store, fill

RULES = """\
rules:
- layout: executive
  when: user.role ~ chief
- layout: renewal
  when: segment = enterprise and days_to_renew <= 100
- {layout: csm, when: arr > 10}
default: support
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "layouts").mkdir()
    return tmp_path


@pytest.fixture
def store(store_url):
    with empty_store(store_url) as opened:
        fill(opened)
        yield opened


def assign(home, text):
    path = home / "layouts" / "assignment.yaml"
    path.write_text(text)
    os.utime(path, ns=(10**18, 10**18))


def test_the_first_rule_that_fits_decides(store, home):
    assign(home, RULES)

    def layout(name, user="jane@example.com", chosen=None):
        return layout_of(store, store.find_customer(name), str(home), user, chosen).name

    assert layout("acme") == "renewal"
    assert layout("acme-gmbh") == "csm"
    assert layout("quiet") == "support"
    assert layout("quiet", None) == "support"
    assert layout("acme", chosen="gitlab") == "gitlab"
    assign(home, RULES.replace("user.role ~ chief", "user.email = JANE@example.com and user.name = Jane Doe"))
    assert layout("acme") == "executive"
    assert layout("acme", "tom@example.com") == "renewal"


def test_without_rules_it_is_the_default(store, home):
    acme = store.find_customer("acme")
    assert layout_of(store, acme, str(home), None, None).name == "default"
    assert explain(store, acme, str(home), None, None).reason == "there are no rules in layouts/assignment.yaml"


def test_the_reason_tells_rule_line_and_values(store, home):
    assign(home, RULES)
    choice = explain(store, store.find_customer("acme"), str(home), "jane@example.com", None)
    assert (choice.layout, choice.reason) == ("renewal", "rule 2 fits (layouts/assignment.yaml:4)")
    assert [each.is_fit for each in choice.tried] == [False, True, None]
    assert choice.tried[1].holds == {"segment": "Enterprise", "days_to_renew": 100}
    configured = explain(store, store.find_customer("acme"), str(home), None, "csm")
    assert (configured.layout, configured.reason) == ("csm", "config.yaml names it for every page")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("rules: x\n", "1:8: rules must be a list"),
        ("default: csm\n", "1:1: an assignment must be a mapping with rules."),
        ("rules: []\ndefault: cms\n", '2:10: there is no layout "cms". Did you mean "csm"?'),
        ("rules:\n- {layout: csm}\n", "2:3: a rule must be a mapping with layout and when."),
        ("rules:\n- {layout: cms, when: arr > 1}\n", '2:12: there is no layout "cms".'),
        ("rules:\n- {layout: csm, when: aar > 1}\n", '2:23: the customer has no column "aar". Did you mean "arr"?'),
        ("rules:\n- {layout: csm, when: ''}\n", "2:23: when must be a filter"),
        ("rules: []\nruls: []\n", '2:1: there is no setting of an assignment "ruls".'),
    ],
)
def test_a_mistake_has_its_place(home, text, mistake):
    assign(home, text)
    with pytest.raises(LayoutError) as refused:
        load_assignment(str(home))
    assert str(refused.value).startswith(f"layouts/assignment.yaml:{mistake}")


def test_lint_tells_everything_of_every_file(home):
    assign(home, "rules:\n- {layout: cms, when: aar > 1}\n")
    (home / "layouts" / "bad.yaml").write_text("titel: x\nsections: [suport]\n")
    flaws = lint(str(home))
    assert [(flaw.file, flaw.line, flaw.column) for flaw in flaws] == [
        ("layouts/bad.yaml", 1, 1), ("layouts/bad.yaml", 2, 12), ("layouts/assignment.yaml", 2, 12),
        ("layouts/assignment.yaml", 2, 23),
    ]  # fmt: skip
    assert lint(str(home), ["csm"]) == []
    with pytest.raises(NotFound):
        lint(str(home), ["cms"])


def test_a_new_layout_is_sound_and_overwrites_nothing(home):
    path = new(str(home), "q4-renewals", "renewal")
    assert lint(str(home)) == []
    assert "extends: renewal" in Path(path).read_text()
    with pytest.raises(ConfigError, match="is there already"):
        new(str(home), "q4-renewals")
    with pytest.raises(NotFound):
        new(str(home), "x", "renwal")
    for name in ("../x", "assignment", "", "A b"):
        with pytest.raises(UsageError):
            new(str(home), name)
