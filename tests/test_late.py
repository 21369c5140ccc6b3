"""Modules that open late: c360 starts without them, and whoever needs one has all of it."""

import subprocess
import sys

import pytest

# An environment may have opened them before the first line of a program: an editable installation, coverage.
CLOSED = "import sys\nfor name in ('inspect', 'gettext', 'platform'): sys.modules.pop(name, None)\n"
OPEN_LATE = f"{CLOSED}from c360cli.late import open_late\nopen_late()\n"


def said_by(program: str) -> str:
    """Return what a Python of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("module", "expression"),
    [
        ("inspect", "inspect.signature(open)"),
        ("inspect", "inspect.cleandoc('one\\n    two\\n')"),
        ("inspect", "inspect.cleandoc('  one line ')"),
        ("inspect", "inspect.cleandoc('\\ta\\tb')"),
        ("gettext", "gettext.gettext('Error')"),
        ("gettext", "[gettext.ngettext('one', 'many', count) for count in (0, 1, 2)]"),
        ("gettext", "gettext.NullTranslations().gettext('x')"),
        ("platform", "platform.system()"),
        ("platform", "platform.python_version()"),
    ],
)
def test_what_is_asked_of_one_is_answered_as_by_the_module_itself(module, expression):
    asked = f"import {module}\nprint(repr({expression}))"
    assert said_by(OPEN_LATE + asked) == said_by(asked)


def test_a_name_that_is_imported_from_one_is_the_module_s_own():
    assert (
        said_by(f"{OPEN_LATE}from inspect import Signature, signature\nprint(type(signature(open)) is Signature)")
        == "True\n"
    )


def test_a_name_that_it_lacks_is_missed_as_usual():
    program = f"{OPEN_LATE}import inspect\ntry: inspect.nothing\nexcept AttributeError as error: print(error)"
    assert said_by(program) == "module 'inspect' has no attribute 'nothing'\n"


def test_threads_that_ask_at_once_open_one_module():
    program = (
        f"{OPEN_LATE}import inspect\nfrom threading import Barrier, Thread\nbarrier, found = Barrier(8), []\n"
        "def ask():\n barrier.wait()\n found.append(inspect.Signature)\n"
        "threads = [Thread(target=ask) for _ in range(8)]\n"
        "for thread in threads: thread.start()\nfor thread in threads: thread.join()\n"
        "import inspect\nprint(len(found), len({id(each) for each in found} | {id(inspect.Signature)}))"
    )
    assert said_by(program) == "8 1\n"


def test_whoever_has_opened_one_keeps_it():
    assert said_by("import inspect as mine\nimport c360cli.main\nimport inspect\nprint(inspect is mine)") == "True\n"
