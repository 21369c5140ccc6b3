"""``c360 link`` as it is typed: what moves is told, asked about on a terminal, and can be taken back."""

import json
import os
import pty
import subprocess
import sys

import pytest

from c360cli.scores.rescoring import catch_up
from c360cli.store import open_store
from tests.sections.company import NOW, empty_store, fill, put, record
from tests.terminals import read_all


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company, and a stranger that fits nobody."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
        put(store, record("customer", "800", "desk", name="Wobbly Bits"))
    return tmp_path


def links(c360):
    _, out, _ = c360("export", "links", "--where", "source=desk", "--fields", "id,customer,reason", "--format", "csv")
    return out.splitlines()[1:]


def test_a_stranger_is_linked(c360):
    assert c360("link", "desk:800", "quiet") == (0, "desk:800 belongs to Quiet Ltd (quiet).\n", "")
    assert "desk:800,quiet,by hand" in links(c360)


def test_a_record_that_leaves_a_customer_says_whose_it_was_and_what_moved(c360):
    code, out, err = c360("link", "desk:700", "quiet")
    assert (code, err) == (0, "")
    assert out == (
        "desk:700 belonged to Acme Corporation (external id); 1 contact, 4 cases, 4 surveys moved to Quiet Ltd.\n"
    )
    assert c360("link", "desk:700", "quiet")[1] == "desk:700 belongs to Quiet Ltd (quiet).\n"


def test_what_comes_from_nobody_or_goes_to_nobody_is_counted(home, c360, store_in):
    with open_store(store_in(home)) as store:
        put(store, record("case", "9", "desk", customer_ref="800"), record("case", "10", "desk", customer_ref="800"))
    assert c360("link", "desk:800", "quiet")[1] == "desk:800 belongs to Quiet Ltd (quiet); 2 cases came along.\n"
    assert c360("link", "desk:800", "quiet")[1] == "desk:800 belongs to Quiet Ltd (quiet).\n"
    out = c360("link", "desk:800", "--auto")[1]
    assert out == "desk:800 belonged to Quiet Ltd (by hand); now to nobody, with 2 cases.\n"


@pytest.mark.parametrize(("answer", "code", "customer"), [("y", 0, "acme"), ("n", 1, "quiet")])
def test_on_a_terminal_it_asks_before_it_takes_a_link_back(home, c360, answer, code, customer):
    c360("link", "desk:700", "quiet")
    seen, ended = on_a_terminal(home, ["link", "desk:700", "--auto"], answer)
    assert "desk:700 belongs to Quiet Ltd (by hand). Let the rules decide where it goes with 1 contact" in " ".join(
        seen.split()
    )
    assert ended == code
    assert [line.split(",")[1] for line in links(c360)] == [customer]


def test_auto_takes_the_link_back_and_the_rules_decide(c360):
    before = links(c360)
    c360("link", "desk:700", "quiet")
    code, out, _ = c360("link", "desk:700", "--auto")
    assert code == 0
    assert out == (
        "desk:700 belonged to Quiet Ltd (by hand);"
        " 1 contact, 4 cases, 4 surveys moved to Acme Corporation (external id).\n"
    )
    assert links(c360) == before
    c360("link", "desk:800", "quiet")
    assert c360("link", "desk:800", "--auto")[1] == "desk:800 belonged to Quiet Ltd (by hand); now to nobody.\n"
    assert links(c360) == before


def test_what_nobody_linked_by_hand_cannot_be_taken_back(c360):
    code, _, err = c360("link", "desk:700", "--auto")
    assert code == 4
    assert 'no link made by hand of "desk:700"' in err
    c360("link", "desk:700", "quiet")
    assert "Did you mean desk:700?" in c360("link", "desk:70", "--auto")[2]


def test_a_link_carries_who_made_it(c360):
    c360("link", "desk:800", "quiet", "--user", "tom@example.com")
    made = c360("export", "links", "--where", "id=desk:800", "--json")[1]
    assert [row["linked_by"] for row in json.loads(made)] == ["tom@example.com"]


def test_undo_takes_a_link_back_with_all_that_came_along_and_not_what_was_written_before(c360):
    before = links(c360)
    c360("comment", "quiet", "Hello")
    c360("link", "desk:700", "quiet")
    assert json.loads(c360("undo", "--list", "--json")[1])[0]["words"] == "link desk:700 quiet"
    assert c360("undo") == (0, "Taken back: link desk:700 quiet\n", "")
    assert links(c360) == before
    assert len(c360("export", "cases", "--customer", "acme", "--format", "csv")[1].splitlines()) > 4
    assert "Hello" in c360("comment", "quiet", "--list")[1]


def test_undo_of_a_second_link_leads_back_to_the_first_and_who_made_it(c360):
    c360("link", "desk:800", "quiet", "--user", "tom@example.com")
    c360("link", "desk:800", "acme")
    assert c360("undo")[0] == 0
    (made,) = json.loads(c360("export", "links", "--where", "id=desk:800", "--json")[1])
    assert (made["customer"], made["linked_by"]) == ("quiet", "tom@example.com")
    assert c360("undo", "--user", "tom@example.com")[0] == 0
    assert "desk:800" not in "".join(links(c360))


def test_undo_of_auto_links_by_hand_again(c360):
    c360("link", "desk:700", "quiet")
    c360("link", "desk:700", "--auto")
    assert c360("undo") == (0, "Taken back: link desk:700 --auto\n", "")
    assert "desk:700,quiet,by hand" in links(c360)


def test_undo_leaves_a_link_that_somebody_has_changed_since(c360):
    c360("link", "desk:800", "quiet")
    c360("link", "desk:800", "acme", "--user", "tom@example.com")
    assert c360("undo")[1] == (
        "Nothing was taken back of: link desk:800 quiet\n"
        "Left as it is: customer of link desk:800, changed since by tom@example.com (link desk:800 acme).\n"
    )
    assert "desk:800,acme,by hand" in links(c360)


def test_scores_follow_a_link_and_its_undo(home, c360, store_in):
    with open_store(store_in(home), clock=lambda: NOW) as store:
        catch_up(store, str(home))

    def score():
        groups = json.loads(c360("score", "acme", "--json")[1])["groups"]
        return {group["name"]: group["points"] for group in groups}

    before = score()
    c360("link", "desk:700", "quiet")
    moved = score()
    c360("undo")
    assert score() == before
    assert moved != before


def test_json_says_both_places(c360):
    assert json.loads(c360("link", "desk:700", "quiet", "--json")[1]) == {
        "id": "desk:700", "customer": "quiet", "reason": "by hand", "before": "acme",
        "moved": {"contacts": 1, "cases": 4, "surveys": 4},
    }  # fmt: skip
    c360("link", "desk:800", "quiet")
    assert json.loads(c360("link", "desk:800", "--auto", "--json")[1]) == {
        "id": "desk:800", "customer": None, "reason": None, "before": "quiet", "moved": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["desk:800"], 2, "Missing argument 'CUSTOMER'"),
        (["desk:800", "acme", "--auto"], 2, "--auto lets the rules find"),
        (["desk800", "acme"], 2, "is not SOURCE:ID"),
        (["desk:801", "acme"], 4, "c360 sync --unmatched"),
        (["desk:800", "acne"], 4, 'no customer "acne"'),
        (["crm:001", "quiet"], 2, "makes the customer acme itself"),
    ],
)
def test_words_that_do_not_fit_are_said(c360, words, code, said):
    assert c360("link", *words)[::2][0] == code
    assert said in c360("link", *words)[2]


@pytest.mark.parametrize(("answer", "code", "customer"), [("y", 0, "quiet"), ("n", 1, "acme"), ("", 1, "acme")])
def test_on_a_terminal_it_asks_before_it_takes_from_a_customer(home, c360, answer, code, customer):
    seen, ended = on_a_terminal(home, ["link", "desk:700", "quiet"], answer)
    owner = "desk:700 belongs to Acme Corporation (external id)."
    assert f"{owner} Move it with 1 contact, 4 cases, 4 surveys to Quiet Ltd? [y/N]" in " ".join(seen.split())
    assert ended == code
    assert ("Nothing was changed." in seen) is (code == 1)
    assert [line.split(",")[1] for line in links(c360)] == [customer]


@pytest.mark.parametrize("words", [["desk:700", "quiet", "--yes"], ["desk:800", "quiet"]])
def test_there_is_nothing_to_ask_where_it_was_said_or_nobody_loses_it(home, words):
    seen, ended = on_a_terminal(home, ["link", *words], None)
    assert "[y/N]" not in seen
    assert ended == 0


def on_a_terminal(home, words, answer):
    """Run c360 with a person at the keyboard; return what stands on the screen, and the exit code."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "c360cli", "--home", str(home), *words]
    with subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ}) as run:
        os.close(theirs)
        if answer is not None:
            os.write(ours, f"{answer}\n".encode())
        seen = read_all(ours)
        return seen, run.wait()
