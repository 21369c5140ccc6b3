"""A plugin of the tests: whatever a test reads is looked through for secrets too, as what it prints and leaves behind.

A test that reads its own output takes it away from pytest, and what a program of its own writes never comes to pytest
at all. So everything is heard where it is read: the capture fixtures, programs (to their end, or line by line),
pseudo terminals, and click's runner. What c360 itself asks a program for, a token for example, is none of it.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click.testing
import pytest

from tests import leaks

_ROOT = Path(__file__).parents[1]
_OURS = (f"{_ROOT / 'c360cli'}{os.sep}", f"{_ROOT / 'connectors'}{os.sep}")
_BETWEEN = (__file__, subprocess.__file__)
# What the running test has read so far, and the folders that several tests share.
_heard: list[str] = []
_shared: list[Path] = []


def hear(said: Any) -> Any:
    """Return what was read (text, bytes, nothing, or several of them), to be looked through when the test is over."""
    if isinstance(said, tuple | list):
        for each in said:
            hear(each)
    elif said and not _is_for_c360():
        _heard.append(said if isinstance(said, str) else bytes(said).decode(errors="replace"))
    return said


def _is_for_c360() -> bool:
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename in _BETWEEN:
        frame = frame.f_back
    return frame.f_code.co_filename.startswith(_OURS)


class _Pipe:
    """What a program writes, heard as it is read."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._file, name)
        return _heard_of(found) if name in ("read", "read1", "readline", "readlines") else found

    def __iter__(self) -> Iterator[Any]:
        return map(hear, self._file)

    def __enter__(self) -> "_Pipe":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _heard_of(read: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *words, **named: hear(read(*words, **named))


@pytest.fixture(autouse=True, scope="session")
def _hearing() -> Iterator[None]:
    begin, make = subprocess.Popen.__init__, pytest.TempPathFactory.mktemp
    run = click.testing.CliRunner.invoke

    def begun(process: Any, *words: Any, **named: Any) -> None:
        begin(process, *words, **named)
        process.stdout, process.stderr = (file and _Pipe(file) for file in (process.stdout, process.stderr))

    def made(factory: pytest.TempPathFactory, *words: Any, **named: Any) -> Path:
        _shared.append(make(factory, *words, **named))
        return _shared[-1]

    def has_run(*words: Any, **named: Any) -> click.testing.Result:
        done = run(*words, **named)
        hear(done.output)
        return done

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess.Popen, "__init__", begun)
        patch.setattr(subprocess.Popen, "communicate", _heard_of(subprocess.Popen.communicate))
        patch.setattr(os, "read", _heard_of(os.read))  # pseudo terminals
        patch.setattr(pytest.CaptureFixture, "readouterr", _heard_of(pytest.CaptureFixture.readouterr))
        patch.setattr(click.testing.CliRunner, "invoke", has_run)
        patch.setattr(pytest.TempPathFactory, "mktemp", made)
        yield
    found = [f"{folder.name}/{each}" for folder in _shared for each in leaks.find(folder, [])]
    if found:
        pytest.fail(f"a secret got out: {', '.join(found)}", pytrace=False)


def pytest_runtest_logstart() -> None:
    """Forget what the test before has read."""
    _heard.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Let a test fail that has let a secret of the stand-in out: into what it printed or read, or a file of its own."""
    report = yield
    if report.when == "setup" or not report.passed:
        return report
    folder = None
    printed = [text for name, text in report.sections if report.when == "call" or name.endswith("teardown")]
    if report.when == "call":
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        if folder in _shared:
            _shared.remove(folder)  # its own, and looked through now
    found = leaks.find(folder, [*printed, "".join(_heard)])
    _heard.clear()
    if found:
        report.outcome = "failed"
        report.longrepr = f"a secret got out: {', '.join(found)}"
    return report
