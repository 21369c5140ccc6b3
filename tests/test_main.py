"""The shell gets words, never a traceback, and an exit code that means something."""

import json
import os
import shlex
import subprocess
import sys

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli import errors, main
from c360cli.session import current

C360 = [sys.executable, "-m", "c360cli"]


@pytest.fixture
def raising(monkeypatch):
    """Give c360 a command ``fail`` that raises what it is told."""

    def add(error):
        @click.command()
        @click.argument("words", nargs=-1)
        @click.option("--json", "is_json", is_flag=True)
        def command(words, is_json):
            raise error

        main.cli.commands["fail"] = command
        from c360cli.lazy import _add_global_options

        _add_global_options(command)

    yield add
    main.cli.commands.pop("fail", None)


def shell(line, **environ):
    """Run a line of bash in which ``c360`` is this c360; return exit code, stdout and stderr."""
    line = f'set -o pipefail; c360() {{ {" ".join(C360)} "$@"; }}; {line}'
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environ}
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=environ, timeout=60)
    return done.returncode, done.stdout, done.stderr


ENDS = [
    (errors.C360Error("general."), 1),
    (errors.UsageError("words."), 2),
    (click.UsageError("words."), 2),
    (errors.ConfigError("config.yaml:1:1: no."), 3),
    (errors.LayoutError("layouts/x.yaml:1:1: no."), 3),
    (errors.NotFound("customer", "x", ["y"]), 4),
    (errors.AmbiguousCustomer("acme", [("acme", "Acme", "$1"), ("acme-gmbh", "Acme GmbH", "")]), 4),
    (errors.LoginRefused("zendesk", "the login is refused."), 5),
    (errors.StoreError("damaged."), 6),
    (errors.PluginError("broken."), 7),
    (RuntimeError("boom"), 70),
    (KeyboardInterrupt(), 130),
    (click.Abort(), 130),
    (BrokenPipeError(), 141),
    (PermissionError(13, "Permission denied", "/etc/x"), 1),
]


@pytest.mark.parametrize(("error", "code"), ENDS, ids=lambda value: type(value).__name__)
def test_every_end_has_its_code_and_its_words_in_text_and_json(raising, capfd, tmp_path, error, code):
    raising(error)
    # A broken pipe takes stdout away for good, and here that is the test run's own.
    keep = os.dup(1)
    assert main.call(["--home", str(tmp_path), "fail"]) == code
    assert main.call(["--home", str(tmp_path), "fail", "--json"]) == code
    os.dup2(keep, 1)
    os.close(keep)
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err
    if code != 141:
        text, _, line = err.rstrip().rpartition("\n")
        assert text.startswith("Error: ")
        told = json.loads(line)["error"]
        assert told["exit"] == code
        assert told["code"]
        assert told["message"].splitlines()[0] in text


def test_an_ambiguous_customer_lists_the_candidates_between_error_and_hint(raising, capfd):
    candidates = [("acme", "Acme Corporation", "$120,000"), ("acme-gmbh", "Acme \x1b[2JGmbH", "under Acme")]
    raising(errors.AmbiguousCustomer("acme", candidates))
    main.call(["fail"])
    first, *middle, last = capfd.readouterr().err.splitlines()
    assert first == 'Error: "acme" fits 2 customers.'
    assert [line.split()[0] for line in middle] == ["acme", "acme-gmbh"]
    assert "\x1b" not in "".join(middle)
    assert last == "Hint: c360 show acme"


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["fail", "acme"], "c360 fail acme-gmbh"),
        (["fail", "--customer", "acme", "acme corp"], "c360 fail --customer acme-gmbh 'acme corp'"),
        (["fail", "--customer=acme"], "c360 fail --customer=acme-gmbh"),
        (["fail", "x=acme"], "c360 show acme-gmbh"),
    ],
)
def test_the_way_out_of_several_customers_is_the_command_that_was_typed(raising, capfd, words, hint):
    raising(errors.AmbiguousCustomer("acme", [("acme-gmbh", "Acme GmbH", ""), ("acme-inc", "Acme Inc", "")]))
    main.cli.commands["fail"].params.append(click.Option(["--customer"]))
    main.cli.commands["fail"].callback = _always(errors.AmbiguousCustomer("acme", [("acme-gmbh", "Acme GmbH", "")]))
    assert main.call(words) == 4
    assert capfd.readouterr().err.splitlines()[-1] == f"Hint: {hint}"


def _always(error):
    def callback(**_):
        raise error

    return callback


@pytest.fixture
def company(tmp_path):
    """Return a home with the made-up company in it."""
    from tests.sections.company import empty_store, fill

    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(tmp_path / "c360.db") as store:
        fill(store)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["acme"], "c360 show acme"),
        (["quiet ltd"], "c360 show 'quiet ltd'"),
        (["docter"], "c360 doctor"),
        (["zzzz"], "c360 --help"),
        (["show", "acme", "corp", "x"], 'Words that belong together stand in quotes: "acme corp x"'),
        (["link", "desk:1", "acme", "corp"], 'Words that belong together stand in quotes: "acme corp"'),
        (["doctor", "now"], "c360 doctor --help"),
    ],
)
def test_a_customer_in_the_wrong_place_gets_the_way_to_it(company, capfd, words, hint):
    assert main.call(["--home", company, *words]) == 2
    assert capfd.readouterr().err.splitlines()[-1] == f"Hint: {hint}"


@pytest.mark.parametrize(
    ("line", "takes"),
    [
        ("tag acme --remove", "TAG"),
        ("tag acme -r", "TAG"),
        ("cta list --where", "FILTER"),
        ("cta task add k3f 'Call Rosa' --due", "DAY"),
        ("timeline acme --type", "TYPE"),
        ("--home", "DIR"),
        ("show --store", "URL"),
    ],
)
def test_an_option_without_its_value_is_told_as_it_has_to_be_written(capfd, line, takes):
    assert main.call(shlex.split(line)) == 2
    assert capfd.readouterr().err.splitlines()[-1] == f"Hint: c360 {line} {takes}"


def test_an_option_that_takes_no_value_is_not_shown_with_one(capfd):
    assert main.call(["tag", "acme", "--list=no"]) == 2
    assert capfd.readouterr().err == "Error: Option '--list' does not take a value.\nHint: c360 --help\n"


def test_an_error_as_json_holds_nothing_a_terminal_obeys(raising, capfd):
    raising(errors.StoreError("\x9b2J\x7f\u202e株"))
    main.call(["fail", "--json"])
    line = capfd.readouterr().err
    assert json.loads(line)["error"]["message"] == "\x9b2J\x7f\u202e株"
    assert "株" in line
    assert not {"\x9b", "\x7f", "\u202e"} & set(line)


def test_several_mistakes_stand_under_each_other(raising, capfd):
    raising(errors.ConfigError("config.yaml:1:1: a.\nconfig.yaml:2:1: b."))
    main.call(["fail"])
    assert capfd.readouterr().err == "Error: config.yaml:1:1: a.\n       config.yaml:2:1: b.\n"


def test_a_bug_is_written_down_privately_without_values_and_secrets(raising, capfd, tmp_path):
    from c360cli.secret import read_secret

    canary = read_secret({"env": "T"}, "/", {"T": "C360CANARY-secret"})
    raising(RuntimeError(f"token={canary} and {canary}"))
    home = tmp_path / "home"
    home.mkdir()
    assert main.call(["--home", str(home), "fail", f"note about {canary}"]) == 70
    [log] = (home / "logs").iterdir()
    assert str(log) in capfd.readouterr().err
    assert log.stat().st_mode & 0o777 == 0o600
    text = log.read_text()
    assert "RuntimeError" in text
    assert "raise error" in text
    assert "CANARY" not in text
    assert "note about" not in text


def test_a_bug_without_a_home_makes_none(raising, capfd, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    raising(RuntimeError("boom"))
    assert main.call(["--home", str(tmp_path / "absent"), "fail"]) == 70
    assert not (tmp_path / "absent").exists()
    assert [path.suffix for path in tmp_path.iterdir()] == [".log"]


def test_debug_shows_where(raising, capfd):
    raising(errors.StoreError("damaged."))
    assert main.call(["fail", "--debug"]) == 6
    assert "StoreError: damaged." in capfd.readouterr().err


@pytest.mark.parametrize(
    "words", [["--home", "/x", "-q", "peek"], ["peek", "--home", "/x", "-q"], ["-q", "peek", "--home=/x"]]
)
def test_global_options_go_before_the_command_or_after_it(words, monkeypatch):
    seen = []

    @click.command()
    def command():
        seen.append((current().home, current().is_quiet))

    from c360cli.lazy import _add_global_options

    _add_global_options(command)
    monkeypatch.setitem(main.cli.commands, "peek", command)
    assert main.call(words) == 0
    assert seen == [("/x", True)]


def test_of_two_homes_the_later_counts(monkeypatch, capfd):
    seen = []

    @click.command()
    def command():
        seen.append(current().home)

    from c360cli.lazy import _add_global_options

    _add_global_options(command)
    monkeypatch.setitem(main.cli.commands, "peek", command)
    main.call(["--home", "/one", "peek", "--home", "/two"])
    assert seen == ["/two"]


def test_a_mistyped_command_gets_its_nearest_name(capfd):
    assert main.call(["docter"]) == 2
    assert capfd.readouterr().err == 'Error: there is no command "docter".\nHint: c360 doctor\n'


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_leads_with_examples_and_groups_the_commands(words, capfd):
    assert main.call(words) == 0
    out = capfd.readouterr().out
    assert out.index("Examples:") < out.index("Set up:") < out.index("Options:")
    assert "  doctor " in out


def test_help_of_a_command_is_its_own_help(capfd):
    main.call(["help", "init"])
    helped = capfd.readouterr().out
    main.call(["init", "-h"])
    assert helped == capfd.readouterr().out
    assert helped.startswith("Usage: c360 init")


@pytest.mark.parametrize("words", ["--version", "--help", "doctor", "doctor --json"])
def test_a_full_disk_behind_stdout_is_one_line_and_a_failure(words, tmp_path):
    code, _, err = shell(f"c360 --home {tmp_path} {words} > /dev/full")
    assert code == 1
    assert err == "Error: the output cannot be written: No space left on device.\n" or '"OSError"' in err


@pytest.mark.parametrize("words", ["--version", "--help", "doctor", "doctor --json"])
def test_a_closed_stdout_is_a_failure_and_never_a_traceback(words, tmp_path):
    code, _, err = shell(f"c360 --home {tmp_path} {words} >&-")
    assert code == 1
    assert "Traceback" not in err
    assert shell(f"c360 --home {tmp_path} {words} >&- 2>&- <&-")[0] == 1


def test_a_reader_that_has_enough_ends_the_command_silently():
    code, _, err = shell("for n in 1 2 3 4; do c360 --help; done | (exec <&-)")
    assert (code, err) == (141, "")


def test_stdout_is_utf8_whatever_the_locale_says(tmp_path):
    code, out, _ = shell(f"c360 --home '{tmp_path}/株' doctor --json", PYTHONIOENCODING="cp1252", LC_ALL="C")
    assert code == 1
    assert json.loads(out)


def test_an_empty_environment_is_enough(tmp_path):
    done = subprocess.run([*C360, "--version"], env={}, capture_output=True, cwd=tmp_path, text=True)
    assert (done.returncode, done.stderr) == (0, "")


CODES = {0, 1, 2, 3, 4, 5, 6, 7, 130}
words = st.sampled_from(
    ["doctor", "help", "init", "--home", "--json", "--format", "json", "-", "--", "-q", "--debug", "-h"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(words | st.text(st.characters(exclude_characters="\x00"), max_size=12), max_size=5))
def test_any_words_end_in_a_known_code_without_a_traceback(tmp_path_factory, argv):
    import contextlib
    import io

    folder = tmp_path_factory.mktemp("home")
    out, err = io.StringIO(), io.StringIO()
    before = os.getcwd()
    os.chdir(folder)  # a word that is taken as a path lands here
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.call(["--home", str(folder), *argv])
    finally:
        os.chdir(before)
    assert code in CODES
    assert "Traceback" not in err.getvalue() or "--debug" in argv
