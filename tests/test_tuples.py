"""The quick ``NamedTuple`` does what that of ``typing`` does."""

import copy
import pickle
import typing
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli import tuples


class Quick(tuples.NamedTuple):
    """Three."""

    one: int
    two: str = "b"
    more: Mapping[str, int] = {}

    @property
    def first(self) -> int:
        """The first."""
        return self.one

    def has(self, word: str) -> bool:
        return word == self.two and isinstance(self, __class__)


class Plain(typing.NamedTuple):
    """Three."""

    one: int
    two: str = "b"
    more: Mapping[str, int] = {}


values = st.lists(st.integers(), max_size=4)
named = st.dictionaries(st.sampled_from(["one", "two", "more", "four"]), st.integers(), max_size=3)


def made(kind, call):
    """Return what a call gives as a plain tuple, or that it is refused: Python 3.13 does so by another error."""
    try:
        found = call(kind)
    except (TypeError, ValueError):
        return "refused"
    return tuple(found), repr(found).partition("(")[2], type(found) is kind


@given(values, named)
def test_it_takes_what_that_of_typing_takes(places, names):
    assert made(Quick, lambda kind: kind(*places, **names)) == made(Plain, lambda kind: kind(*places, **names))


@given(values)
def test_it_is_made_of_a_row_as_that_of_typing_is(places):
    assert made(Quick, lambda kind: kind._make(places)) == made(Plain, lambda kind: kind._make(places))


@given(named)
def test_values_are_replaced_as_by_that_of_typing(names):
    assert made(Quick, lambda kind: kind(1)._replace(**names)) == made(Plain, lambda kind: kind(1)._replace(**names))


@pytest.mark.parametrize(
    "name", ["_fields", "_field_defaults", "__match_args__", "__annotations__", "__doc__", "__slots__"]
)
def test_it_says_of_itself_what_that_of_typing_says(name):
    assert getattr(Quick, name) == getattr(Plain, name)


def test_it_is_a_tuple_without_a_place_for_more():
    found = Quick(1)
    assert found == (1, "b", {}) == Plain(1)
    assert hash(Quick(1, "b", ())) == hash((1, "b", ()))
    assert found._asdict() == Plain(1)._asdict()
    assert (found.first, found.has("b"), found.one, found[1]) == (1, True, 1, "b")
    with pytest.raises(AttributeError):
        found.one = 2
    with pytest.raises(AttributeError):
        found.four = 4


def test_it_is_copied_and_pickled():
    found = Quick(1, "c", {"d": 2})
    for again in (copy.copy(found), copy.deepcopy(found), pickle.loads(pickle.dumps(found))):
        assert (again, type(again)) == (found, Quick)


def test_it_is_matched_by_place():
    match Quick(1, "c"):
        case Quick(one, "c", _):
            assert one == 1
        case _:
            pytest.fail("it does not match")
