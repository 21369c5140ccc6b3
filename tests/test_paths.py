"""Homes are found where the contract says, and files are private and whole."""

import os
import stat

import pytest

from c360cli import paths
from c360cli.errors import ConfigError


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.parametrize(
    ("chosen", "environ", "expected"),
    [
        ("/a", {"C360_HOME": "/b"}, "/a"),
        (None, {"C360_HOME": "/b", "XDG_DATA_HOME": "/x"}, "/b"),
        (None, {"C360_HOME": "", "XDG_DATA_HOME": "/x"}, "/x/c360"),
        (None, {"XDG_DATA_HOME": "relative"}, os.path.expanduser("~/.local/share/c360")),
        ("~/here", {}, os.path.expanduser("~/here")),
    ],
)
def test_the_option_wins_over_the_variable_and_that_over_the_platform(chosen, environ, expected):
    assert paths.find_home(chosen, environ) == expected


def test_folders_and_files_are_private_under_any_umask(tmp_path, umask):
    folder = paths.make_folder(str(tmp_path / "home" / "cache"))
    paths.write_whole(f"{folder}/a", b"1")
    paths.write_new(f"{folder}/b", b"2")
    if umask == 0o000:
        assert mode(tmp_path / "home") == 0o700
        assert mode(folder) == 0o700
    assert mode(f"{folder}/a") & 0o077 == mode(f"{folder}/b") & 0o077 == 0


def test_a_file_is_replaced_whole_and_a_link_in_its_place_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "target").symlink_to(victim)
    paths.write_whole(str(tmp_path / "target"), b"new")
    assert victim.read_bytes() == b"precious"
    assert (tmp_path / "target").read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == ["target", "victim"]


def test_a_file_is_on_the_disk_before_it_takes_its_place_and_so_is_its_name(tmp_path, monkeypatch):
    done = []
    sync, replace = os.fsync, os.replace

    def synced(handle):
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else f"file of {os.fstat(handle).st_size} bytes"
        done.append(kind)
        sync(handle)

    def replaced(source, target):
        done.append("renamed")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    paths.write_whole(str(tmp_path / "tokens.json"), b"token")
    assert done == ["file of 5 bytes", "renamed", "folder"]
    paths.write_new(str(tmp_path / "new"), b"four")
    assert done[3:] == ["file of 4 bytes", "folder"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    (tmp_path / "target").mkdir()
    with pytest.raises(OSError, match="directory"):
        paths.write_whole(str(tmp_path / "target"), b"new")
    assert os.listdir(tmp_path) == ["target"]


def test_what_exists_is_not_written_over(tmp_path):
    (tmp_path / "config").symlink_to(tmp_path / "nowhere")
    with pytest.raises(FileExistsError):
        paths.write_new(str(tmp_path / "config"), b"new")
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_the_way_of_the_home_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ConfigError, match=r"file.*folder is needed|cannot be made"):
        paths.make_folder(str(tmp_path / "file" / "home"))


def test_a_relative_folder_is_made_where_one_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert paths.make_folder("home/cache") == "home/cache"
    assert (tmp_path / "home" / "cache").is_dir()
    assert paths.make_folder("") == ""
