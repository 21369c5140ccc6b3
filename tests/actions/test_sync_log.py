"""The log of syncs: what it tells, what it never tells, how large it gets, and that it stops nothing."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from c360cli import secret
from c360cli.actions.sync_log import SyncLog

NOW = datetime(2026, 7, 1, 7, tzinfo=UTC)


def _log(home: Path, **more: int) -> SyncLog:
    return SyncLog(str(home), lambda: NOW, ZoneInfo("America/Los_Angeles"), **more)


def _lines(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "logs" / "sync.log").read_text().splitlines()]


def test_an_event_is_one_line_with_its_moment_where_the_person_lives(tmp_path: Path) -> None:
    with _log(tmp_path) as log:
        log.write("page", source="desk", rows=3)
        log.write("wait", source="desk", words="a\nb\x1b[2J\udcff")
    page, wait = _lines(tmp_path)
    assert (page["at"], page["event"], page["rows"]) == ("2026-07-01T00:00:00-07:00", "page", 3)
    assert page["run"] == wait["run"]
    assert b"\x1b" not in (tmp_path / "logs" / "sync.log").read_bytes()


def test_it_is_for_its_owner_alone_and_has_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_known", {'a"secret\\word'})
    before = os.umask(0)
    try:
        with _log(tmp_path) as log:
            log.write("error", message='it said a"secret\\word', notes=["Bearer abcdefghijk"], more={"x": "token=abc"})
    finally:
        os.umask(before)
    text = (tmp_path / "logs" / "sync.log").read_text()
    assert "secret\\\\word" not in text
    assert "abcdefghijk" not in text
    assert "token=abc" not in text
    assert stat.S_IMODE((tmp_path / "logs" / "sync.log").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700


def test_it_stays_within_its_size_and_loses_the_oldest_first(tmp_path: Path) -> None:
    with _log(tmp_path, most_bytes=1000, files=3) as log:
        for number in range(60):
            log.write("page", number=number)
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["sync.log", "sync.log.1", "sync.log.2"]
    assert all(path.stat().st_size <= 1000 for path in (tmp_path / "logs").iterdir())
    assert _lines(tmp_path)[-1]["number"] == 59
    kept = [json.loads(line)["number"] for name in reversed(names)
            for line in (tmp_path / "logs" / name).read_text().splitlines()]  # fmt: skip
    assert kept == list(range(kept[0], 60))


def test_a_line_that_was_cut_by_a_kill_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "sync.log").write_text('{"at": "2026-')
    with _log(tmp_path) as log:
        log.write("start")
    assert json.loads((tmp_path / "logs" / "sync.log").read_text().splitlines()[1])["event"] == "start"


@pytest.mark.parametrize("way", ["file", "folder", "pipe", "link"])
def test_a_log_that_cannot_be_written_stops_nothing_and_is_told_once(tmp_path: Path, way: str) -> None:
    logs = tmp_path / "logs"
    if way == "file":
        logs.write_text("")
    else:
        logs.mkdir()
    if way == "folder":
        (logs / "sync.log").mkdir()
    elif way == "pipe":
        os.mkfifo(logs / "sync.log")
    elif way == "link":
        (logs / "sync.log").symlink_to(tmp_path / "victim")
    with _log(tmp_path) as log:
        for _ in range(3):
            log.write("start")
        assert log.trouble.startswith(f"{logs / 'sync.log'} cannot be written: ")
    assert not (tmp_path / "victim").exists()


def test_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    import resource

    resource_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    import signal

    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, resource_limit[1]))
    try:
        with _log(tmp_path) as log:
            for number in range(10):
                log.write("page", number=number)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, resource_limit)
        signal.signal(signal.SIGXFSZ, before)
    assert "File too large" in log.trouble
    with _log(tmp_path) as log:  # there is room again
        log.write("start")
    assert json.loads((tmp_path / "logs" / "sync.log").read_text().splitlines()[-1])["event"] == "start"


def test_without_a_home_there_is_no_log(tmp_path: Path) -> None:
    with _log(tmp_path / "nowhere") as log:
        log.write("start")
        assert log.trouble == ""
    assert not (tmp_path / "nowhere").exists()
