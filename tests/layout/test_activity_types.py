"""The types of activity: those that ship, those of the home beside them, and what is wrong in a file."""

import pytest

from c360cli.errors import LayoutError
from c360cli.layout.activity_types import ActivityType, load


def write(home, text, name="mine"):
    folder = home / "layouts" / "activities"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.yaml").write_text(text)


def test_six_types_ship_and_a_meeting_in_person_counts_as_a_meeting(tmp_path):
    types = load(str(tmp_path))
    assert list(types) == ["call", "meeting", "in-person", "email", "update", "milestone"]
    assert {name: kind.counts_as for name, kind in types.items() if kind.counts_as} == {
        "call": "call",
        "meeting": "meeting",
        "in-person": "meeting",
    }


def test_a_home_adds_types_and_says_ours_anew(tmp_path):
    write(tmp_path, "types:\n  workshop: {counts_as: meeting}\n  update: {label: Health update}\n")
    write(tmp_path, "types:\n  ebr: {}\n", "other")
    types = load(str(tmp_path))
    assert types["workshop"] == ActivityType("workshop", "Workshop", "meeting")
    assert (types["update"].label, types["ebr"].counts_as) == ("Health update", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("types: []", "mine.yaml:1:8: types must be a mapping"),
        ("kinds: {}", "mine.yaml:1:1: the file must be a mapping with types"),
        ("types:\n  Big One: {}", "mine.yaml:2:3: a type is a word"),
        ("types:\n  ebr: {counts_as: mail}", "mine.yaml:2:20: counts_as must be call or meeting"),
        ("types:\n  ebr: {lable: x}", 'mine.yaml:2:9: there is no setting of a type "lable". Did you mean "label"?'),
        ("types:\n  ebr: [1]", "mine.yaml:2:8: ebr must be a mapping"),
        ("types:\n  ebr: {label: 3}", "mine.yaml:2:16: label must be a text"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, said):
    write(tmp_path, text)
    with pytest.raises(LayoutError) as caught:
        load(str(tmp_path))
    assert said in str(caught.value)
