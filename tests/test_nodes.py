"""YAML is read without its surprises, and everything refused is refused with its place."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.errors import ConfigError
from c360cli.nodes import Node, Problems, parse

LAUGHS = b"a: &a [1,1,1,1,1,1,1,1,1]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(8)
)

REFUSED = {
    "billion laughs": (LAUGHS, "1:4", "anchors"),
    "alias": (b"a: 1\nb: *a\n", "2:4", "aliases"),
    "merge key": (b"a: {x: 1}\nb:\n  <<: *a\n", "3:7", "aliases"),
    "nested lists": (b"a: " + b"[" * 2000 + b"]" * 2000, "1:", "nested deeper than 32"),
    "nested maps": (b"".join(b" " * n + b"a:\n" for n in range(900)), "33:33", "nested deeper"),
    "open lists": (b"[" * 500_000, "1:", "nested deeper"),
    "a key twice": (b"user: a\ncurrency: USD\nuser: b\n", "3:1", "twice"),
    "python object": (b"a: !!python/object/apply:os.system [date]\n", "1:4", "tags"),
    "timestamp tag": (b"a: !!timestamp x\n", "1:4", "tags"),
    "own tag": (b"a: !secret x\n", "1:4", "tags"),
    "too large": (b"a: 1\n" * 10_000_000, "1:1", "50,000,000 bytes"),
    "too many": (b"a: [" + b"1," * 60_000 + b"]", "1:99999", "more than 50,000 values"),
    "tab": (b"sources:\n\tsalesforce: 1\n", "2:1", "a tab"),
    "utf-16": ("user: a\n".encode("utf-16"), "1:1", "save it as UTF-8"),
    "utf-16 bare": ("user: a\n".encode("utf-16-be"), "1:1", "save it as UTF-8"),
    "latin-1": ("user: a\ncity: Köln\n".encode("latin-1"), "2:8", "not UTF-8"),
    "control": (b"user: a\x07b\n", "1:8", "control character"),
    "escape": (b"user: a\nb: \x1b[2J\n", "2:4", "control character"),
    "two documents": (b"a: 1\n---\nb: 2\n", "2:1", "second document"),
    "list as key": (b"? [a, b]\n: 1\n", "1:3", "one word"),
    "no key": (b"'': 1\n", "1:1", "key is missing"),
    "open quote": (b'a: "b\nc: d\n', "3:1", "quoted scalar that starts in line 1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_yaml_beyond_the_small_language_is_refused_with_its_place(name):
    content, place, words = REFUSED[name]
    with pytest.raises(ConfigError) as refused:
        parse(content, "config.yaml")
    assert str(refused.value).startswith(f"config.yaml:{place}")
    assert words in str(refused.value)


def test_only_what_looks_like_nothing_else_gets_a_type():
    text = (
        "yes: yes\nno: NO\non: on\nday: 2026-99-99\nreal day: 2026-03-01\ntime: 12:30\nlong time: 12:30:45\n"
        "octal: 010\nhex: 0x1F\nunder: 1_000\nnan: .nan\nexp: 1e5\nlong: " + "9" * 5000 + "\n"
    )
    plain = parse(text.encode(), "x").plain()
    assert all(isinstance(value, str) for value in plain.values())
    typed = parse(b"a: true\nb: False\nc: null\nd: ~\ne:\nf: 12\ng: -3\nh: 1.50\ni: '12'\nj: !!str 12\n", "x").plain()
    assert typed == {
        "a": True,
        "b": False,
        "c": None,
        "d": None,
        "e": None,
        "f": 12,
        "g": -3,
        "h": 1.5,
        "i": "12",
        "j": "12",
    }


def test_every_node_knows_its_place():
    root = parse(b"user: jane\nsources:\n  sf:\n    connector: salesforce\n    ids: [1, 22, 3]\n", "config.yaml")
    ids = root.value["sources"].value["sf"].value["ids"]
    assert (ids.line, ids.column) == (5, 10)
    assert [(node.value, node.column) for node in ids.value] == [(1, 11), (22, 14), (3, 18)]
    assert root.value["sources"].keys == (("sf", 3, 3),)


def test_an_empty_file_is_none():
    assert parse(b"", "x") == parse(b"# nothing\n", "x") == Node(None, 1, 1)


def test_an_error_never_quotes_a_value():
    with pytest.raises(ConfigError) as refused:
        parse(b'token: "CANARY-4711\n', "config.yaml")
    assert "CANARY" not in str(refused.value)


def test_problems_come_all_at_once_in_the_order_of_the_file():
    root = parse(b"one: 1\ntwo: 2\n", "x.yaml")
    problems = Problems("x.yaml")
    problems.unknown(root.keys[1], "setting", "two", ["ten"])
    problems.add(root.value["one"], "one is wrong.")
    with pytest.raises(ConfigError) as refused:
        problems.raise_if_any()
    assert str(refused.value) == 'x.yaml:1:6: one is wrong.\nx.yaml:2:1: there is no setting "two". Known: ten.'


@given(st.binary(max_size=60) | st.text(alphabet="{}[]:,-?&*!|>'\"%@#\n\t ab1\x00é", max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_and_nothing_else(content):
    try:
        parse(content, "x").plain()
    except ConfigError as refused:
        assert str(refused).startswith("x:")  # noqa: PT017 -- refusing is one of two right answers


words = st.text(st.characters(categories=("L", "M", "N", "P", "S", "Zs")))
scalars = (
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | words | st.floats(-1e9, 1e9).map(lambda x: round(x, 3))
)


@given(
    st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words.filter(bool), inner, max_size=3)
    )
)
def test_what_json_writes_is_read_back(value):
    import json

    read = parse(json.dumps(value, ensure_ascii=False).encode(), "x").plain()
    assert read == value or (isinstance(value, float) and math.isclose(float(read), value))
