"""A layout from a stranger is refused at once, with the place, and never runs anything."""

import time

import pytest

from c360cli.errors import LayoutError
from c360cli.layout import load
from tests.test_nodes import REFUSED

MORE = {
    "no list": b"sections: NO\n",
    "a time": b"sections: 12:30\n",
    "a day that is none": b"title: 2026-99-99\nsections: [2026-99-99]\n",
    "a long number": b"sections:\n- section: support\n  options: {limit: " + b"9" * 5000 + b"}\n",
    "a list of lists": b"sections: [[[[support]]]]\n",
    "a mapping of options": b"sections:\n- section: support\n  options: [limit]\n",
    "a mapping for a text": b"sections:\n- section: {a: b}\n",
    "a filter of brackets": b"sections:\n- section: support\n  when: '" + b"(" * 3000 + b"'\n",
    "a filter of nots": b"sections:\n- section: support\n  when: '" + b"not " * 1000 + b"arr > 1'\n",
    "a long filter": b"sections:\n- section: support\n  when: '" + b"name = x or " * 20_000 + b"arr > 1'\n",
    "sql": b"sections:\n- section: support\n  options: {where: \"1=1; drop table customer\"}\n",
    "sql as a column": b"sections:\n- report: cases\n  columns: [\"subject from secret --\"]\n",
    "sql as an order": b"sections:\n- section: support\n  options: {sort: \"subject; drop table customer\"}\n",
    "a path": b"extends: ../../etc/passwd\n",
    "sixty thousand sections": b"sections: [" + b"x," * 40_000 + b"]\n",
}  # fmt: skip


@pytest.mark.parametrize("name", [*REFUSED, *MORE])
def test_it_is_refused_with_its_place_and_soon(tmp_path, name):
    content = MORE[name] if name in MORE else REFUSED[name][0]
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "bad.yaml").write_bytes(content)
    began = time.process_time()
    with pytest.raises(LayoutError, match=r"^layouts/bad\.yaml:\d+:\d+: "):
        load.load("bad", str(tmp_path))
    assert time.process_time() - began < 2  # a bomb takes minutes; a busy machine is no bomb
    assert not list(tmp_path.glob("cache/layout-*"))
