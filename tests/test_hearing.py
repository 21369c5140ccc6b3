"""The look for secrets sees every way out: a test that leaks fails, whichever way it reads what was leaked."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]

# A file of tests of its own: those that are called ..._leaks have to fail, and no other.
TESTS = """
import hashlib, logging, os, pty, subprocess, sys
import click, pytest
from click.testing import CliRunner
from c360_connectors.demo.exchange import MARK
from c360cli.secret import read_secret

SECRET = MARK + hashlib.sha256(b"canary").hexdigest()[:30]
SAY = [sys.executable, "-c", "import sys; print(sys.argv[1]); print(sys.argv[1], file=sys.stderr)", SECRET]
PIPE = subprocess.PIPE

@pytest.fixture
def said_before():
    print(SECRET)

@pytest.fixture
def said_afterwards():
    yield
    subprocess.run(SAY, capture_output=True)

@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("shared")

def test_printed_leaks():
    print(SECRET)

def test_printed_while_set_up_leaks(said_before):
    pass

def test_silence_at_first(said_afterwards):
    pass

def test_logged_leaks():
    logging.getLogger("urllib3").error(SECRET)

def test_capsys_leaks(capsys):
    print(SECRET)
    assert capsys.readouterr().out

def test_capfd_leaks(capfd):
    os.write(2, SECRET.encode())
    assert capfd.readouterr().err

def test_capfdbinary_leaks(capfdbinary):
    os.write(1, SECRET.encode())
    assert capfdbinary.readouterr().out

def test_run_leaks():
    assert subprocess.run(SAY, capture_output=True).stderr

def test_check_output_leaks():
    assert subprocess.check_output(SAY, text=True, stderr=subprocess.DEVNULL)

def test_communicate_leaks():
    assert subprocess.Popen(SAY, stdout=subprocess.DEVNULL, stderr=PIPE).communicate()[1]

def test_a_program_that_takes_too_long_leaks():
    with pytest.raises(subprocess.TimeoutExpired) as late, subprocess.Popen(
        [sys.executable, "-c", f"import time; print({SECRET!r}, flush=True); time.sleep(60)"], stdout=PIPE
    ) as process:
        try:
            process.communicate(timeout=1)
        finally:
            process.kill()

def test_line_by_line_leaks():
    with subprocess.Popen(SAY, stdout=PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout.readline()

def test_every_line_leaks():
    with subprocess.Popen(SAY, stdout=PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert list(process.stdout)

def test_to_the_end_of_a_pipe_leaks():
    with subprocess.Popen(SAY, stdout=subprocess.DEVNULL, stderr=PIPE) as process, process.stderr as said:
        assert said.read()

def test_letter_by_letter_leaks():
    with subprocess.Popen(SAY, stdout=PIPE, stderr=subprocess.DEVNULL) as process:
        while process.stdout.read(1):
            pass

def test_terminal_leaks():
    ours, theirs = pty.openpty()
    with subprocess.Popen(SAY, stdout=theirs, stderr=theirs):
        os.close(theirs)
        try:
            while os.read(ours, 1000):
                pass
        except OSError:
            os.close(ours)

def test_click_leaks():
    CliRunner().invoke(click.Command("say", callback=lambda: click.echo(SECRET)))

def test_file_leaks(tmp_path):
    (tmp_path / "sync.log").write_text(SECRET)

def test_shared_file(shared):
    (shared / "sync.log").write_text(SECRET)

def test_silence(capfd, tmp_path):
    assert capfd.readouterr() == ("", "")
    assert subprocess.run([sys.executable, "-c", "print('nothing')"], capture_output=True).stdout == b"nothing\\n"
    (tmp_path / "crm.secret").write_text(SECRET)

def test_what_c360_asks_a_program_for():
    assert read_secret({"command": [sys.executable, "-c", f"print({SECRET!r})"]}, "/") == SECRET
"""


def test_a_test_that_leaks_fails_whichever_way_it_reads() -> None:
    # Nowhere below our own folder, which is looked through when this test is over.
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_leaks.py").write_text(TESTS)
        (Path(folder) / "pytest.ini").touch()
        # Options of our own that the environment may carry mean nothing there.
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.hearing", "-p", "no:cacheprovider", "-q", "-rpfE",
             "--show-capture=no", "--basetemp", f"{folder}/temp", "--rootdir", folder, "-c", f"{folder}/pytest.ini",
             f"{folder}/test_leaks.py"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env={**environ, "COLUMNS": "500"},
        )  # fmt: skip
    ends = dict(re.findall(r"^(?:PASSED|FAILED) \S*::test_(\w+)(?: - (.*))?$", done.stdout, re.MULTILINE))
    leaks = re.findall(r"^def test_(\w+_leaks)", TESTS, re.MULTILINE)
    assert {name for name, why in ends.items() if why.startswith("a secret got out: ")} == set(leaks), done.stdout
    assert {name for name, why in ends.items() if not why} == {
        "silence", "silence_at_first", "shared_file", "what_c360_asks_a_program_for"
    }  # fmt: skip
    assert re.search(r"^ERROR .*test_silence_at_first - a secret got out: what was printed$", done.stdout, re.MULTILINE)
    assert re.search(r"^ERROR .*a secret got out: shared0/sync.log$", done.stdout, re.MULTILINE), done.stdout
