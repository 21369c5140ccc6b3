"""The words of CTAs: two vocabularies ship, a home extends one or says its own, and every mistake has a place."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from c360cli.errors import LayoutError, UsageError
from c360cli.layout import cta_words, playbooks

Say = Callable[..., None]


@pytest.fixture
def say(tmp_path: Path) -> Say:
    def write(text: str, name: str = "default") -> None:
        (tmp_path / "layouts" / "ctas").mkdir(parents=True, exist_ok=True)
        (tmp_path / "layouts" / "ctas" / f"{name}.yaml").write_text(text)

    return write


def test_without_a_word_of_the_home_there_are_five_types(tmp_path: Path) -> None:
    words = cta_words.load(str(tmp_path))
    assert [each.name for each in words.types] == ["Risk", "Event", "Opportunity", "Objective", "Activity"]
    assert words.priority == "Medium"


def test_the_other_vocabulary_has_statuses_for_one_type_alone(tmp_path: Path) -> None:
    words = cta_words.load(str(tmp_path), "gitlab")
    assert len(words.types) == 7
    assert len(words.statuses_of("Objective", "lost")) == 10
    assert [each.name for each in words.statuses_of("Lifecycle", "lost")][-1] == "Closed Not needed"
    assert words.status("lack of engagement", "Risk", "lost").name == "Closed: Lack of Engagement"
    assert words.status("Closed Lost - not a priority", "Risk", "lost").name == "Closed Lost: Not a Priority"
    with pytest.raises(UsageError, match="no lost status of Risk"):
        words.status("product gaps", "Risk", "lost")


def test_a_home_says_more_on_top(tmp_path: Path, say: Say) -> None:
    say("extends: gainsight\ntypes:\n  Partner: [New]\n  Risk: [Only this]\npriorities: [Now, Later]\npriority: Now\n"
        "statuses:\n  Parked: open\ntask_types: [Visit]\n")  # fmt: skip
    words = cta_words.load(str(tmp_path))
    assert words.reasons_of("partner") == ["New", "Other"]
    assert words.reasons_of("RISK") == ["Only this", "Other"]
    assert (words.priorities, words.priority) == (("Now", "Later"), "Now")
    assert words.status("parked", "Risk", "open").name == "Parked"
    assert words.task_type("visit") == "Visit"
    assert words.task_type("e-mail") == "Email"


def test_a_home_may_change_a_shipped_one_under_its_name(tmp_path: Path, say: Say) -> None:
    say("extends: gainsight\ntypes:\n  Extra: []\n", "gainsight")
    assert "Extra" in [each.name for each in cta_words.load(str(tmp_path)).types]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("extends: gitlb\n", '1:10: there is nothing called "gitlb" to extend. Did you mean "gitlab"?'),
        ("typs: {}\nextends: gitlb\n", '2:10: there is nothing called "gitlb" to extend.'),
        ("extends: default\nextendz: x\n", '2:1: there is no setting of CTA words "extendz"'),
        ("typs: {}\n", '1:1: there is no setting of CTA words "typs". Did you mean "types"?'),
        ("types: [Risk]\n", "1:8: types must be a mapping"),
        ("extends: gitlab\ntypes: {Risk: x}\n", "2:15: this must be a list"),
        ("extends: gitlab\ntypes: {Risk: [], risk: []}\n", '2:19: "risk" stands here twice'),
        ("extends: gitlab\nstatuses: {Gone: missing}\n", "2:18: the outcome of a status is one of open, success, lost"),
        ("extends: gitlab\nstatuses: {Gone: {outcome: lost, types: [Rsk]}}\n", 'is for "Rsk", which is no type'),
        ("extends: gitlab\npriorities: [true]\n", "2:14: this must be a word"),
        ("extends: gitlab\npriority: Hgh\n", 'priority "Hgh" is none of'),
        (f"extends: gitlab\ntypes: {{{'x' * 61}: []}}\n", "2:9: a word has at most 60 letters"),
        ("types: {Risk: []}\nstatuses: {New: open}\n", "it has no priorities, no task_types, no a success"),
        ("- x\n", "1:1: the words of CTAs must be a mapping"),
    ],
)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, say: Say, text: str, said: str) -> None:
    say(text)
    with pytest.raises(LayoutError) as caught:
        cta_words.load(str(tmp_path))
    assert said in str(caught.value)
    assert str(caught.value).startswith("layouts/ctas/default.yaml")


def test_what_is_extended_and_was_removed_is_told_with_its_place(tmp_path: Path, say: Say) -> None:
    say("extends: gainsight\n", "mine")
    say("extends: mine\n")
    file = tmp_path / "layouts" / "ctas" / "default.yaml"
    os.utime(file, (1, 1))  # so old that what was read of it is kept
    cta_words.load(str(tmp_path))
    (file.parent / "mine.yaml").unlink()
    with pytest.raises(LayoutError, match=r'default\.yaml:1:10: there is nothing called "mine" to extend'):
        cta_words.load(str(tmp_path))


@pytest.mark.parametrize("vocabulary", ["gainsight", "gitlab"])
def test_every_shipped_playbook_speaks_the_words_of_both_vocabularies(tmp_path: Path, vocabulary: str) -> None:
    words = cta_words.load(str(tmp_path), vocabulary)
    for name in playbooks.names(str(tmp_path)):
        playbooks.lint(name, str(tmp_path), words)
        playbook = playbooks.load(name, str(tmp_path), words)
        assert any(playbook.fits(each.name) for each in words.types)
        if playbook.reason:
            fitting = [each.name for each in words.types if playbook.fits(each.name)]
            assert any(playbook.reason in words.reasons_of(each) for each in fitting), name


def test_the_mistakes_of_every_file_it_extends_are_told_at_once(tmp_path: Path, say: Say) -> None:
    say("extends: mine\npriorities: High\n")
    say("extends: theirs\ntypes: [Risk]\n", "mine")
    say("nonsense: 1\nextends: nobodys\n", "theirs")
    with pytest.raises(LayoutError) as refused:
        cta_words.load(str(tmp_path))
    told = str(refused.value).splitlines()
    assert [line.split(": ")[0] for line in told] == [
        "layouts/ctas/default.yaml:2:13",
        "layouts/ctas/mine.yaml:2:8",
        "layouts/ctas/theirs.yaml:1:1",
        "layouts/ctas/theirs.yaml:2:10",
    ]


def test_files_that_extend_each_other_are_told(tmp_path: Path, say: Say) -> None:
    say("extends: mine\n")
    say("extends: theirs\n", "mine")
    say("extends: mine\n", "theirs")
    with pytest.raises(LayoutError, match=r'theirs\.yaml:1:10: "mine" extends this file itself'):
        cta_words.load(str(tmp_path))


def test_a_file_that_is_no_yaml_is_told_beside_the_mistake_above_it(tmp_path: Path, say: Say) -> None:
    say("extends: mine\npriorities: High\n")
    say("types: [\n", "mine")
    with pytest.raises(LayoutError) as refused:
        cta_words.load(str(tmp_path))
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "layouts/ctas/default.yaml",
        "layouts/ctas/mine.yaml",
    ]
