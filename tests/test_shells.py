"""The tab key in real shells: what c360 offers, whatever it is called, and that nothing is run or written by it."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from c360cli import main
from tests.sections.company import DESK, empty_store, fill, put, record
from tests.shells import NAMES, Shell, need

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "user-guide.md").read_text()

# Each begins with its own letters, by which it is asked for.
HOSTILE = [
    "aa two  blanks", 'bb"double"', "cc'single'", "dd:colon::s", "ee=equals=", "ff$(touch x)", "gg`touch x`",
    "hh;touch x", "ii|touch x", "jj&touch x&", "kk>x", "ll<x", "mm*", "nn?[a-z]", "oo{a,b}", "pp~", "qq!!", "rr#",
    "ss\\back\\", "tt(x)", "uu%s%n", "vv株式会社 Ä", "ww😀", "xx@host", "yy^a", "zz,comma", "ab$HOME", "ac${x}",
    "ad\\$x", "ae'\"'\"",
]  # fmt: skip
UNSEEN = ["ba\x1b[31mred", "bn\nnewline", "bc\ttab", "bd\x07bell", "be\u202eright", "bg\rreturn"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with the made-up company, whose tags are called as badly as can be."""
    made = tmp_path_factory.mktemp("home")
    (made / "config.yaml").write_text("user: jane@example.com\npresets: gitlab\n")
    with empty_store(str(made / "c360.db")) as store:
        fill(store)
        put(store, record("customer", "900", name="Hostile", tags=[*HOSTILE, *UNSEEN]),
            record("customer", "950", DESK, name="Far Away"))  # fmt: skip
    assert main.call(["--home", str(made), "cta", "add", "acme", "One", "-t", "risk", "-q"]) == 0
    return made


def lines_of(shell):
    """Return the lines that the user guide says belong into the start-up file of a shell."""
    said = re.findall(r"^(?:eval \"\$\()?c360 completion .*$", GUIDE, re.MULTILINE)
    (line,) = (re.split(r"\s+#", line)[0] for line in said if f"completion {shell}" in line)
    return line


@pytest.fixture(scope="module", params=NAMES)
def shell(request, home, tmp_path_factory):
    """Each shell, set up as the user guide says."""
    need(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    with Shell(request.param, folder, lines_of(request.param), C360_HOME=str(home)) as started:
        assert started.started.strip() == "READY>"  # the line of the guide has nothing to say
        yield started
    assert not [name for name in os.listdir(folder) if not name.startswith(".")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c360 sho", "show"),
        ("c360 cta snoo", "cta snooze"),
        ("c360 cta task don", "cta task done"),
        ("c360 show acme-g", "show acme-gmbh"),
        ("c360 show acme-", "show acme-"),
        ("c360 show QUI", "show quiet"),
        ("c360 show acme -s summ", "show acme -s summary"),
        ("c360 show acme --layout exec", "show acme --layout executive"),
        ("c360 show acme --layout=exec", "show acme --layout=executive"),
        ("c360 show acme --no-pag", "show acme --no-pager"),
        ("c360 export page --format h", "export page --format html"),
        ("c360 tag acme vi", "tag acme vip"),
        ("c360 tag person:rosa", "tag person:rosa@acme.com"),
        ("c360 tag person:rosa@ac", "tag person:rosa@acme.com"),
        ("c360 tag cta:t1", "tag cta:t1"),
        ("c360 tag pers", "tag person:"),
        ("c360 set acme stag", "set acme stage="),
        ("c360 set acme stage=Opt", "set acme stage=Optimize & Grow"),
        ("c360 set acme 'stage=Opt", "set acme stage=Optimize & Grow"),
        ("c360 set acme deployment_type=git", "set acme deployment_type=GitLab.com"),
        ("c360 set acme recording_opt_out=y", "set acme recording_opt_out=yes"),
        ("c360 cta list --type ris", "cta list --type Risk"),
        ("c360 cta add acme --playbook upc", "cta add acme --playbook upcoming-renewal"),
        ("c360 inbox --event=spons", "inbox --event=sponsor"),
        ("c360 export customers --fields name,renewal_", "export customers --fields name,renewal_on"),
        ("c360 export customers --fields=name,renewal_", "export customers --fields=name,renewal_on"),
        ("c360 link des", "link desk:950"),
        ("c360 plan share x rosa", "plan share x rosa@acme.com"),
        ("c360 show nobody-li", "show nobody-li"),
        ("c360 nonsense a", "nonsense a"),
    ],
)
def test_a_word_is_completed(shell, line, words):
    assert shell.tab(line) == ["c360", *re.split(r" (?!&|Grow)", words)]


@pytest.mark.parametrize("tag", HOSTILE)
def test_a_name_is_put_into_the_line_so_that_it_means_itself(shell, tag):
    assert shell.tab(f"c360 tag acme {tag[:2]}") == ["c360", "tag", "acme", tag]


@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("tag", ['bb"double"', "cc'single'", "ff$(touch x)", "gg`touch x`", "aa two  blanks"])
def test_a_quote_that_was_begun_is_gone_on_with(shell, tag, quote):
    assert shell.tab(f"c360 tag acme {quote}{tag[:2]}") == ["c360", "tag", "acme", tag]


@pytest.mark.parametrize("tag", UNSEEN)
def test_what_nobody_could_type_or_see_is_not_offered(shell, tag):
    assert shell.tab(f"c360 tag quiet {tag[:2]}") == ["c360", "tag", "quiet", tag[:2]]


def asked(home, shell, words, **more):
    """Ask as the script of zsh or fish does."""
    environ = {**os.environ, "C360_HOME": str(home), "_C360_COMPLETE": f"{shell}_complete"}
    command = [sys.executable, "-m", "c360cli"]
    sent = "".join(f"{word}\0" for word in ("c360", *words)).encode()
    done = subprocess.run(command, input=sent, env=environ, capture_output=True, check=True, **more)
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


def test_the_tab_key_writes_nothing(home):
    def found():
        return {
            path: (os.stat(path).st_mtime_ns, os.stat(path).st_ino, os.stat(path).st_size)
            for path in home.glob("c360.db*")
        }

    before = found()
    assert asked(home, "fish", ["show", "acme-"]) == ["wacme-gmbh", "wacme-old", "wacme-werk-ulm"]
    assert found() == before
    assert list(before) == [home / "c360.db"]


def test_it_waits_for_nobody_who_writes(home):
    import sqlite3

    with sqlite3.connect(home / "c360.db") as writer:  # whichever SQLite it is
        writer.execute("begin immediate")
        writer.execute("update customer set name = 'x' where slug = 'quiet'")
        assert asked(home, "zsh", ["show", "qui"]) == ["wquiet"]
        writer.rollback()


def test_a_folder_that_may_only_be_read_is_enough(home):
    """The modules are opened first: who may write nowhere may not read ours either, where root has them."""
    ask = (
        "import os, sys, urllib.parse\nfrom c360cli import main\nfrom c360cli.store import sqlite, store, migrations\n"
        "os.environ['_C360_COMPLETE'] = 'bash_complete'\nos.environ['C360_HOME'] = sys.argv[1]\n"
        "def complete(line):\n    os.environ['C360_LINE'] = line\n    return main.call([])\n"
        "complete('c360 show quie')\nos.getuid() or os.setuid(65534)\ncomplete('c360 show acme-g')"
    )
    # Like a shared disk, which anybody may enter: the folders of pytest are for their owner alone.
    with tempfile.TemporaryDirectory() as folder:
        shared = Path(folder)
        for name in ("c360.db", "config.yaml"):
            (shared / name).write_bytes((home / name).read_bytes())
            (shared / name).chmod(0o444)
        warm = {**os.environ, "C360_HOME": folder}
        subprocess.run([sys.executable, "-m", "c360cli", "show", "acme"], env=warm, capture_output=True, check=True)
        for path in shared.rglob("*"):
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = sorted(os.listdir(folder))
        shared.chmod(0o555)
        done = subprocess.run([sys.executable, "-c", ask, folder], capture_output=True, text=True, check=False)
        after = sorted(os.listdir(folder))
        for path in (shared, *filter(Path.is_dir, shared.rglob("*"))):
            path.chmod(0o755)
    assert (done.stdout, done.stderr) == ("wquiet\nwacme-gmbh\n", "")
    assert after == before
