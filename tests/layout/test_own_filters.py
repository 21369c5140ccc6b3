"""Filters in files over fields of one's own: a value that the field cannot hold is a mistake with its place."""

import os

import pytest

from c360cli.actions import score_files
from c360cli.actions.doctor_files import look
from c360cli.actions.layouts import lint
from c360cli.config import load as config_of
from c360cli.errors import LayoutError
from c360cli.layout import load, scorecards
from c360cli.layout.assignment import load_assignment

FIELDS = "fields:\n  is_beta: {type: bool}\n  seats: {type: integer}\n  tier: {values: [Gold, Silver]}\n"
SCORECARD = """\
measures:
  use:
    weight: 1
    automated: {data: customers, take: last users, where: extra.seats > many}
    thresholds: [{where: extra.tier = Bronze, score: red}, {below: 5, score: yellow}, {score: green}]
  cases: {weight: 1, automated: {data: cases, take: count, where: extra.seats > many}, thresholds: [{score: green}]}
overrides:
  - {where: extra.is_beta = maybe, set: red}
"""
FILES = {
    "layouts/mine.yaml": (
        "sections:\n- section: support\n  when: arr > 1 and extra.is_beta = maybe\n- report: customers\n"
        "  where: extra.seats > many\n- report: cases\n  where: extra.seats > many\n",
        ["3:37: extra.is_beta is compared with yes or no", "5:24: extra.seats is compared with a number"],
    ),
    "layouts/assignment.yaml": (
        "rules:\n- layout: csm\n  when: 'extra.tier = Golden'\n",
        ['3:23: no extra.tier is called "Golden". Did you mean "Gold"? One of: Gold, Silver.'],
    ),
    "layouts/scorecards/mine.yaml": (
        SCORECARD,
        [
            "4:73: extra.seats is compared with a number",
            '5:39: no extra.tier is called "Bronze". One of: Gold, Silver.',
            "8:29: extra.is_beta is compared with yes or no",
        ],
    ),
    "layouts/scorecards/assignment.yaml": (
        "scorecards:\n- {scorecard: default, where: extra.is_beta ~ y}\n- {scorecard: default}\n",
        ['2:45: "~" does not fit extra.is_beta. extra.is_beta takes ='],
    ),
}


def write(home, name, text):
    path = home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, ns=(10**18, 10**18))  # long ago: what was read of it is kept


def read(home, name):
    if name == "layouts/assignment.yaml":
        return load_assignment(str(home))
    if name == "layouts/scorecards/assignment.yaml":
        return scorecards.assignment(str(home))
    return scorecards.read("mine", str(home)) if "scorecards" in name else load.load("mine", str(home))


@pytest.mark.parametrize("name", [*FILES])
def test_it_is_told_with_its_place_once_the_field_is_declared(tmp_path, name):
    text, problems = FILES[name]
    write(tmp_path, name, text)
    read(tmp_path, name)
    read(tmp_path, name)  # and is kept
    write(tmp_path, "layouts/fields/ours.yaml", FIELDS)
    with pytest.raises(LayoutError) as refused:
        read(tmp_path, name)
    told = str(refused.value).splitlines()
    assert len(told) == len(problems)
    for line, problem in zip(told, problems, strict=True):
        assert line.startswith(f"{name}:{problem}")
    os.unlink(tmp_path / "layouts" / "fields" / "ours.yaml")
    read(tmp_path, name)


def test_every_lint_tells_it(tmp_path):
    write(tmp_path, "layouts/fields/ours.yaml", FIELDS)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    for name, (text, _) in FILES.items():
        write(tmp_path, name, text)
    assert [(flaw.file, flaw.line) for flaw in lint(str(tmp_path))] == [
        ("layouts/mine.yaml", 3), ("layouts/mine.yaml", 5), ("layouts/assignment.yaml", 3),
    ]  # fmt: skip
    wrong = {each["name"]: each["mistakes"] for each in score_files.lint(str(tmp_path)) if each["mistakes"]}
    assert {name: len(mistakes) for name, mistakes in wrong.items()} == {"mine": 3, "assignment": 1}
    (alone,) = score_files.lint(str(tmp_path), [str(tmp_path / "layouts/scorecards/mine.yaml")])
    assert len(alone["mistakes"]) == 3
    assert sum(len(looked.mistakes) for looked in look(config_of(str(tmp_path), environ={}))) == 7


def test_only_the_presets_of_the_config_declare(tmp_path):
    write(tmp_path, "layouts/mine.yaml", "sections:\n- {section: support, when: extra.deployment_type = Basement}\n")
    with pytest.raises(LayoutError, match=r'no extra.deployment_type is called "Basement". One of: GitLab.com'):
        load.load("mine", str(tmp_path))
    (tmp_path / "config.yaml").write_text("presets: gainsight\n")
    assert load.load("mine", str(tmp_path)).sections
