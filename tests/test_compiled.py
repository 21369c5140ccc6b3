"""A YAML file is read once; a cache never gives what the file no longer says."""

import os

import pytest

from c360cli import compiled
from c360cli.errors import ConfigError


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")
    os.utime(path, ns=(10**18, 10**18))
    return path


def load(file, checked, cache="cache/a.json"):
    def check(node, label):
        checked.append(label)
        return node.plain()

    return compiled.load(str(file), "a.yaml", check, str(file.parent / cache))


def test_the_second_reading_comes_from_the_cache(file):
    checked = []
    assert load(file, checked) == load(file, checked) == {"a": 1}
    assert checked == ["a.yaml"]
    assert (file.parent / "cache").stat().st_mode & 0o077 == 0


def test_a_change_of_the_file_is_seen(file):
    checked = []
    load(file, checked)
    file.write_text("a: 2\n")
    os.utime(file, ns=(10**18 + 1, 10**18 + 1))
    assert load(file, checked) == {"a": 2}
    other = file.parent / "b.yaml"
    other.write_text("a: 3\n")
    os.utime(other, ns=(10**18 + 1, 10**18 + 1))
    os.replace(other, file)  # same size, same time
    assert load(file, checked) == {"a": 3}


def test_a_file_that_was_just_written_is_not_kept_because_its_clock_may_stand(file):
    os.utime(file)
    checked = []
    load(file, checked)
    load(file, checked)
    assert len(checked) == 2


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[1,2]", b"[" * 100_000, b'"x"', b"\xff\xfe", b"[[],{}]"])
def test_a_broken_cache_is_as_good_as_none(file, rubbish):
    load(file, [])
    (cache,) = (file.parent / "cache").iterdir()
    cache.write_bytes(rubbish)
    assert load(file, []) == {"a": 1}


def test_a_cache_that_cannot_be_written_is_no_error(file):
    (file.parent / "cache").write_text("in the way")
    assert load(file, []) == {"a": 1}


def test_another_version_of_c360_reads_for_itself(file, monkeypatch):
    checked = []
    load(file, checked)
    monkeypatch.setattr(compiled, "__version__", "99")
    load(file, checked)
    assert len(checked) == 2


def test_mistakes_are_told_every_time(file):
    file.write_text("a: &x 1\n")
    os.utime(file, ns=(10**18, 10**18))
    for _ in range(2):
        with pytest.raises(ConfigError, match=r"^a.yaml:1:4: "):
            load(file, [])


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"a\.yaml cannot be read"):
        compiled.load(str(tmp_path), "a.yaml", lambda node, label: None, str(tmp_path / "c"))


def test_two_checkouts_on_one_home_keep_their_caches_side_by_side(file, monkeypatch):
    checked = []
    for _ in range(2):
        for place in ("/one/compiled.py", "/two/compiled.py"):
            monkeypatch.setattr(compiled, "__file__", place)
            load(file, checked)
    assert len(checked) == 2


def test_what_earlier_versions_left_does_not_pile_up(file, monkeypatch):
    for version in range(20):
        monkeypatch.setattr(compiled, "__version__", str(version))
        load(file, [])
    assert len(list((file.parent / "cache").iterdir())) == 8


def test_a_cache_in_a_folder_that_may_only_be_read_is_no_error(file):
    (file.parent / "cache").mkdir(mode=0o500)
    assert load(file, []) == load(file, []) == {"a": 1}
