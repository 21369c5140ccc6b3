"""``c360 comment`` as it is typed: written, listed, taken back by who wrote it."""

import io
import json
import sys

import pytest

from c360cli import main
from tests.sections.company import NOW


@pytest.fixture
def c360(home, capsys):
    """Return a function: words -> exit code, stdout, stderr; each call a second later."""
    calls = iter(range(60))

    def call(*words):
        code = main.call(["--home", str(home), *words], clock=lambda: NOW.replace(second=next(calls)))
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def write(c360, *words):
    return json.loads(c360("comment", *words, "--json")[1])


def bodies(c360, customer="acme"):
    return [row["body"] for row in json.loads(c360("comment", customer, "--list", "--json")[1])]


def on_stdin(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_comment_is_written_and_listed_newest_first_with_day_and_name(c360):
    code, out, err = c360("comment", "acme", "Sponsor", "is", "back.")
    assert (code, err) == (0, "")
    assert out.startswith("Comment ")
    assert out.endswith(" on Acme Corporation written.\n")
    second = write(c360, "acme", "First line\nSecond line", "--user", "tom@example.com")
    assert c360("comment", "acme")[1].splitlines() == [
        f"2026-11-21  tom@example.com  {second['id']}",
        "  First line",
        "  Second line",
        f"2026-11-21  Jane Doe  {out.split()[1]}",
        "  Sponsor is back.",
    ]


def test_json_gives_the_comment_with_its_id(c360):
    made = write(c360, "acme", "Hello")
    assert len(made["id"]) == 12
    assert made == {
        "customer": "acme", "id": made["id"], "author": "jane@example.com", "author_name": "Jane Doe", "body": "Hello",
        "made_at": made["made_at"], "is_removed": False,
    }  # fmt: skip
    (row,) = json.loads(c360("comment", "acme", "--json")[1])
    assert {**row, "is_removed": False} == made


def test_a_dash_reads_the_comment_from_stdin(c360, monkeypatch):
    on_stdin(monkeypatch, "\ufeffGrüße\r\naus der Datei\n\n".encode())
    assert write(c360, "acme", "-")["body"] == "Grüße\naus der Datei"
    on_stdin(monkeypatch, b"\xff\xfe\xfa")
    assert "no text in UTF-8" in c360("comment", "acme", "-")[2]
    on_stdin(monkeypatch, b"x" * 100_000)
    assert "at most 10,000 characters" in c360("comment", "acme", "-")[2]
    assert len(bodies(c360)) == 1


def test_a_comment_is_taken_back_by_who_wrote_it_alone(c360):
    made = write(c360, "acme", "Hello")
    code, out, err = c360("comment", "acme", "--remove", made["id"], "--user", "tom@example.com")
    assert (code, out) == (2, "")
    assert f"Jane Doe wrote {made['id']}" in err
    assert c360("comment", "quiet", "--remove", made["id"])[0] == 4, "of another customer"
    assert c360("comment", "acme", "--remove", made["id"], "--user", "JANE@example.com")[0] == 0
    assert bodies(c360) == []
    assert c360("comment", "acme", "--remove", made["id"])[0] == 4
    none = "Nobody has written a comment on {} here.{}\n"
    said = " What its source says stands on the page."
    assert c360("comment", "acme") == (0, "", none.format("Acme Corporation", said))
    assert c360("comment", "quiet") == (0, "", none.format("Quiet Ltd", ""))
    logged = c360("export", "changes", "--where", "kind=comment", "--fields", "customer,field,old,new,author")[1]
    assert logged.splitlines()[1:2] == ["acme,body,,Hello,jane@example.com"]
    assert len(logged.splitlines()) == 3
    assert c360("export", "comments")[1].splitlines()[1:] == []


def test_a_mistyped_id_gets_its_nearest(c360):
    made = write(c360, "acme", "Hello")
    assert f"Did you mean {made['id']}?" in c360("comment", "acme", "--remove", made["id"][:-1])[2]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["acme", "  "], 2, "a comment cannot be empty"),
        (["acme", "x" * 10_001], 2, "at most 10,000 characters, this one has 10,001"),
        (["acme", "\udcff"], 2, "is no text"),
        (["acme", "x", "--list"], 2, "one of TEXT, --list and --remove"),
        (["acne", "x"], 4, 'no customer "acne"'),
        (["acme", "--remove", "none"], 4, 'no comment on acme "none"'),
    ],
)
def test_words_that_do_not_fit_write_nothing(c360, words, code, said):
    assert c360("comment", *words)[0] == code
    assert said in c360("comment", *words)[2]
    assert bodies(c360) == []


def test_without_a_user_nothing_is_written_but_all_is_read(c360, home):
    write(c360, "acme", "Hello")
    (home / "config.yaml").write_text("")
    assert c360("comment", "acme", "x")[0] == 3
    assert "--user" in c360("comment", "acme", "x")[2]
    assert bodies(c360) == ["Hello"]


def test_the_page_shows_the_newest_comments_of_people_beside_the_sources(c360):
    for number in range(5):
        write(c360, "acme", f"Call {number}\nwent well")
    shown = c360("show", "acme", "-s", "summary")[1]
    assert "Comments" in shown
    assert "Expansion talk planned." in shown
    assert [f"Jane Doe: Call {number}" in shown for number in range(5)] == [False, False, True, True, True]
    assert "c360 comment acme --list" in shown
    assert shown.index("Call 4") < shown.index("Call 3")
    assert c360("show", "acme", "-s", "summary", "--all")[1].count("Jane Doe: Call") == 5
    assert c360("show", "acme", "-s", "summary", "--option", "comments=1")[1].count("Jane Doe: Call") == 1


def test_controls_in_a_comment_are_shown_and_not_obeyed(c360):
    write(c360, "acme", "a\x1b[2Jb\u202e")
    for words in (["comment", "acme"], ["show", "acme"], ["export", "comments"], ["comment", "acme", "--json"]):
        out = c360(*words)[1]
        assert "\x1b" not in out
        assert "\u202e" not in out or words[0] == "export", words
