"""The schedules in docs/ do what they say: in the empty environment of cron, and as systemd reads them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCHEDULES = ROOT / "docs" / "schedules"
CRON_LINE = re.compile(r"^[\d*/,-]+(?: +[\d*/,-]+){4} .*c360 .*$", re.MULTILINE)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home with c360 where the schedules look for it, and a source of files."""
    program = tmp_path / ".local" / "bin" / "c360"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m c360cli "$@"\n')
    program.chmod(0o755)
    data = tmp_path / ".local" / "share" / "c360"
    data.mkdir(parents=True)
    (data / "config.yaml").write_text(
        "sources:\n  crm: {connector: files, path: crm.csv, kind: customer, columns: {source_id: Id, name: Name}}\n"
    )
    (data / "crm.csv").write_text("Id,Name\n1,Acme\n")
    return tmp_path


def _lines() -> list[str]:
    lines = (SCHEDULES / "c360.crontab").read_text().splitlines()
    return [line for line in lines if re.match(r"[\d*]", line)]


def test_every_line_for_cron_names_c360_by_its_whole_path() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "docs").glob("schedules/*.crontab")]
    lines = [line for page in pages for line in CRON_LINE.findall(page.read_text())]
    assert len(lines) >= 4
    assert [line for line in lines if not re.search(r" [$/]\S*/bin/c360 ", line)] == []


def test_the_lines_of_cron_run_silently_in_its_empty_environment(home: Path) -> None:
    assert len(_lines()) == 2
    for line in _lines():
        command = line.split(None, 5)[5]
        environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "SHELL": "/bin/sh"}
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=environ, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert (home / ".local" / "share" / "c360" / "c360.db").exists()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
def test_systemd_takes_the_service_and_the_timer(home: Path) -> None:
    units = [str(SCHEDULES / name) for name in ("c360-sync.service", "c360-sync.timer")]
    environ = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *units], env=environ, capture_output=True, text=True, check=False
    )
    assert "c360" not in done.stderr, done.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize(("day", "hour"), [("2026-07-01", "11:00:00"), ("2026-12-01", "12:00:00")])
def test_the_timer_means_the_same_hour_there_in_summer_and_in_winter(day: str, hour: str) -> None:
    said = re.search(r"^OnCalendar=(.*)$", (SCHEDULES / "c360-sync.timer").read_text(), re.MULTILINE)
    assert said
    done = subprocess.run(
        ["systemd-analyze", "calendar", f"--base-time={day} 00:00:00 UTC", said[1]],
        env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"{day} {hour} UTC" in done.stdout
