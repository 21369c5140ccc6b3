"""``c360 show`` as it is typed: words in, a page out, and the exit codes a script relies on."""

import json
import os
import pty
import re
import select
import subprocess
import sys

import pytest

from c360cli import main
from tests.sections.company import NOW, empty_store, fill, put, record

C360 = [sys.executable, "-m", "c360cli"]


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company in it."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    return tmp_path


@pytest.fixture
def c360(home, capsys):
    """Return a function: words -> exit code, stdout, stderr."""

    def call(*words):
        code = main.call(["--home", str(home), "show", *words], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_a_customer_has_a_page(c360):
    code, out, err = c360("acme")
    assert (code, err) == (0, "")
    assert out.startswith("Acme Corporation")
    assert "HIERARCHY" in out


def test_without_a_customer_it_lists_mine(c360):
    code, out, _ = c360("--json")
    assert code == 0
    assert [row["slug"] for row in json.loads(out)] == ["acme"]


def test_without_a_customer_all_lists_everybody(c360):
    _, out, _ = c360("--all", "--sort", "name", "--json")
    assert [row["slug"] for row in json.loads(out)] == ["acme", "acme-gmbh", "acme-old", "acme-werk-ulm", "quiet"]


def test_the_list_is_sorted_by_a_heading_the_other_way_round(c360):
    _, out, _ = c360("--all", "--sort", "-Renewal", "--json")
    assert [row["slug"] for row in json.loads(out)][:2] == ["acme", "acme-gmbh"]


def test_a_list_on_eighty_columns_has_what_a_morning_needs(home):
    code, out = on_a_terminal([*C360, "--home", str(home), "show", "--all", "--no-color"])
    head, *rows = out.splitlines()
    assert code == 0
    assert head.split("  ")[0] == "Customer"
    assert {"ARR", "Renewal", "NPS", "Cases", "Last activity"} <= {word.strip() for word in head.split("  ")}
    assert rows[-1] == "By ARR within each currency: EUR, USD."
    assert "NA" in rows[-3]  # what is not known about the quiet one


def test_the_days_on_a_page_are_those_of_the_reader(home, c360, store_in):
    (home / "config.yaml").write_text("user: jane@example.com\ntimezone: Pacific/Kiritimati\n")
    with empty_store(store_in(home)) as store:
        put(store, record("activity", "a9", type="Call", subject="Late call", happened_at="2026-11-15T11:00:00Z"))
    out = c360("acme", "-s", "activity")[1]
    assert re.search(r"2026-11-16 +Call +Late call", out)
    assert json.loads(c360("acme", "-s", "activity", "--json")[1])["sections"][0]["blocks"][0]["rows"][0][
        "happened_at"
    ] == "2026-11-15T11:00:00Z"  # fmt: skip


def test_nothing_mine_is_no_error_and_an_empty_list(c360):
    code, out, err = c360("--user", "nobody@example.com", "--json")
    assert (code, json.loads(out)) == (0, [])
    assert "c360 show --all" in err


def test_json_has_the_promised_shape_and_plain_amounts(c360):
    _, out, _ = c360("acme", "--json")
    page = json.loads(out)
    assert {"customer", "layout", "made_at", "as_of", "sources", "sections"} <= page.keys()
    assert (page["customer"]["slug"], page["customer"]["arr"]) == ("acme", 120000.0)
    assert page["sections"][0]["name"] == "summary"
    fields = {field["name"]: field for block in page["sections"][0]["blocks"] for field in block.get("fields", ())}
    assert (fields["arr"]["value"], fields["arr"]["unit"]) == (120000.0, "USD")


def test_sections_are_shown_in_the_order_named(c360):
    _, out, _ = c360("acme", "-s", "support", "--section", "contacts", "--no-header")
    assert out.startswith("SUPPORT  open, 2 of 4\n")
    assert out.index("SUPPORT") < out.index("CONTACTS")


def test_links_show_the_address_of_each_row(c360):
    assert "https://desk.example/tickets/48213" in c360("acme", "-s", "support", "--links")[1]
    assert "https://desk.example" not in c360("acme", "-s", "support")[1]


def test_a_widget_is_at_most_fifteen_lines(c360):
    _, out, _ = c360("acme", "--widget")
    assert "Open CTAs" in out
    assert "Renewal" in out
    assert len(out.splitlines()) <= 15


def test_the_sections_and_their_views_are_listed(c360):
    _, out, _ = c360("--sections", "--json")
    assert {"name": "support", "title": "Support", "views": ["open", "all", "closed"]} in json.loads(out)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nobody at all"], 4, 'there is no customer "nobody at all"'),
        (["acm"], 4, "fits 4 customers"),
        (["acme", "-s", "suport"], 2, 'Did you mean "support"'),
        (["acme", "--layout", "defalt"], 4, "Did you mean default"),
        (["acme", "-s", "support", "--view", "x"], 2, "Views of support"),
        (["acme", "--format", "jsn"], 2, "Formats:"),
        (["acme", "--json", "--format", "csv"], 2, "do not fit together"),
        (["acme", "--sort", "arr"], 2, "--sort"),
        (["-s", "support"], 2, "needs a CUSTOMER"),
        (["acme", "--widget", "-s", "support"], 2, "leave out --section"),
        (["acme", "--widget", "-s", "nonsense"], 2, "leave out --section"),
        (["--match", "exact"], 2, "needs a CUSTOMER"),
        (["--all", "--sort", "renewl"], 2, 'Did you mean "renewal"?'),
        (["acm", "--match", "exact"], 4, "there is no customer"),
    ],
)
def test_what_cannot_be_answered_says_so(c360, words, code, said):
    found, out, err = c360(*words)
    assert (found, out) == (code, "")
    assert said in err


def test_an_empty_home_says_what_to_do_next(tmp_path, capsys):
    assert main.call(["--home", str(tmp_path / "none"), "show", "acme"]) == 3
    assert "c360 init" in capsys.readouterr().err


def test_a_home_without_a_store_says_to_sync(tmp_path, capsys):
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    assert main.call(["--home", str(tmp_path), "show", "acme"]) == 6
    assert "c360 sync" in capsys.readouterr().err
    assert sorted(os.listdir(tmp_path)) in (["config.yaml"], ["cache", "config.yaml"])


def test_a_reader_who_has_enough_sees_no_traceback(home):
    line = f'{" ".join(C360)} --home "{home}" show acme --json | head -c 1'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("{", "")


def test_a_person_at_a_terminal_chooses_by_number(home):
    code, out, said = at_a_terminal([*C360, "--home", str(home), "show", "acm", "--json"], "2\n")
    assert code == 0
    assert "Which one" in said
    assert json.loads(out)["customer"]["slug"] == "acme-gmbh"


@pytest.fixture
def opened(home):
    """Return a function: the words after ``show acme`` -> the modules that a second start opens."""

    def call(*words):
        # An editable installation opens some before the first line.
        probe = (
            "import sys; [sys.modules.pop(name, None) for name in ('inspect', 'ast', 'dis', 'locale', 'gettext')];"
            "from c360cli import main; code = main.call(sys.argv[1:]);"
            "sys.stderr.write(' '.join(sys.modules)); sys.exit(code)"
        )
        os.utime(home / "config.yaml", (0, 0))  # a file just written is not kept compiled
        for _ in range(2):  # the first start compiles config and layout
            line = [sys.executable, "-c", probe, "--home", str(home), "show", "acme", *words]
            done = subprocess.run(line, capture_output=True, text=True, check=True)
        return set(done.stderr.split())

    return call


HEAVY = {"yaml", "requests", "tabulate", "rich", "msgspec", "dataclasses", "zoneinfo", "decimal", "ast",
         "dis", "locale", "unicodedata", "importlib.metadata", "difflib", "c360cli.names", "c360cli.nodes",
         "c360cli.sections.usage", "c360cli.store.merge", "c360cli.commands._asked"}  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # psycopg opens half of these itself
def test_a_page_opens_nothing_heavy(opened):
    assert opened() & HEAVY == set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_json_opens_no_terminal_renderer_and_nothing_heavy(opened):
    assert opened("--json") & (HEAVY | {"c360cli.render.terminal", "c360cli.text"}) == set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there, c360cli.tuples gives those of typing")
def test_a_page_makes_no_slow_named_tuples(home):
    """But for what crosses from a connector: a sync makes a great many of those, and a page only their classes."""
    probe = (
        "import sys, json; from c360cli import main; code = main.call(sys.argv[1:]);"
        "ours = [module for name, module in sys.modules.items() if name.startswith('c360cli.')];"
        "made = {each for module in ours for each in vars(module).values() if isinstance(each, type)};"
        "slow = [each.__name__ for each in made if each.__bases__ == (tuple,) and vars(each).get('_fields')];"
        "sys.stderr.write(json.dumps(sorted(slow))); sys.exit(code)"
    )
    line = [sys.executable, "-c", probe, "--home", str(home), "show", "acme"]
    os.utime(home / "config.yaml", (0, 0))
    for _ in range(2):
        done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert json.loads(done.stderr) == ["Aside", "Record", "RecordPage"]


def at_a_terminal(words, typed):
    """Run a command whose stdin and stderr are a terminal; return exit code, stdout and what the terminal showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(words, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, text=True)
    os.close(theirs)
    os.write(ours, typed.encode())
    out, _ = process.communicate(timeout=60)
    shown = b""
    while select.select([ours], [], [], 0)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # Linux: the other end is closed
            break
    os.close(ours)
    return process.returncode, out, shown.decode()


def on_a_terminal(words):
    """Run a command on a terminal of 80 columns; return exit code and what it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "COLUMNS": "80"})
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65_536)
        except OSError:  # Linux: the other end is closed
            break
        if not read:
            break
        shown += read
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


def test_a_whole_page_goes_through_the_pager_of_the_terminal_unless_told_otherwise(home, monkeypatch):
    monkeypatch.setenv("PAGER", "sed s/^/paged:/")
    show = [*C360, "--home", str(home), "--no-color", "show", "acme", "-s", "contacts"]
    assert "paged:CONTACTS" in on_a_terminal([*show, "--all"])[1]
    for words in ([], ["--all", "--no-pager"]):
        assert "paged:" not in on_a_terminal([*show, *words])[1]
    assert "paged:" not in subprocess.run([*show, "--all"], capture_output=True, text=True, check=True).stdout


def test_an_error_is_folded_between_words_on_a_terminal_and_whole_elsewhere(home):
    words = [*C360, "--home", str(home), "--no-color", "show", "acme", "--sort", "arr"]
    error = "Error: --sort goes with the list of customers, without CUSTOMER."
    assert error in subprocess.run(words, capture_output=True, text=True, check=False).stderr
    assert error in on_a_terminal(words)[1]
    (home / "layouts").mkdir()
    (home / "layouts" / "mine.yaml").write_text("sections:\n- section: summary\n  options: {colour: red}\n")
    _, shown = on_a_terminal([*words[:-2], "--layout", "mine"])
    lines = shown.splitlines()
    assert lines[0] == 'Error: layouts/mine.yaml:3:13: there is no option of section "summary"'
    assert lines[1].startswith('         "colour". Known: widgets, fields,')
    assert all(len(line) <= 80 for line in lines)


def test_the_config_remembers_that_pages_are_whole(home, c360, monkeypatch):
    assert "… and" in c360("acme", "-s", "surveys")[1]
    (home / "config.yaml").write_text("user: jane@example.com\nshow: {all: true, pager: false}\n")
    assert "… and" not in c360("acme", "-s", "surveys")[1]
    assert "… and" in c360("acme", "-s", "surveys", "--brief")[1]
    monkeypatch.setenv("PAGER", "sed s/^/paged:/")
    show = [*C360, "--home", str(home), "show", "acme", "-s", "contacts"]
    assert "paged:" not in on_a_terminal(show)[1]
    assert "paged:" in on_a_terminal([*show, "--pager"])[1]
    (home / "config.yaml").write_text("show: {al: true, pager: 1}\n")
    err = c360("acme")[2]
    assert 'config.yaml:1:8: there is no setting of show "al".' in err
    assert "config.yaml:1:25: pager must be true or false." in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["depth=0"], "depth must be a number from 1"),
        (["depth=many"], "depth must be a whole number"),
        (["dept=2"], 'Did you mean "depth"?'),
        (["columns=arr,statuss"], 'Did you mean "status"?'),
        (["where=arr >"], "arr > needs a value"),
        (["depth"], "is not NAME=VALUE"),
    ],
)
def test_an_option_that_a_layout_may_not_say_may_not_be_said_here(c360, words, said):
    code, out, err = c360("acme", "-s", "hierarchy", *(part for word in words for part in ("--option", word)))
    assert (code, out) == (2, "")
    assert said in err


def test_an_option_from_the_command_line_is_taken_like_one_of_the_layout(c360):
    _, one, _ = c360(
        "acme", "-s", "support", "--view", "all", "--option", "limit=1", "--option", "columns=number", "--json"
    )
    (table,) = [block for block in json.loads(one)["sections"][0]["blocks"] if block["type"] == "table"]
    assert [column["name"] for column in table["columns"]] == ["number"]
    assert len(table["rows"]) == 1
