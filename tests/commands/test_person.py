"""``c360 person`` as it is typed: what is said of people, and how it is told."""

import json

from tests.sections.company import empty_store, put, record


def test_a_person_is_added_changed_and_marked_in_one_sentence_each(c360):
    added = ("person", "add", "quiet", "nina@quiet.com", "--name", "Nina Novak", "--role", "buyer")
    assert c360(*added) == (0, "Nina Novak <nina@quiet.com> is at Quiet Ltd now.\n", "")
    assert c360(*added)[1] == "Nina Novak <nina@quiet.com> at Quiet Ltd: nothing new.\n"
    assert (
        c360("person", "sponsor", "quiet", "nina")[1] == "Nina Novak <nina@quiet.com> at Quiet Ltd is a sponsor now.\n"
    )
    assert c360("person", "edit", "quiet", "nina", "--title", "CFO", "--notes", "calls back")[1] == (
        "Nina Novak <nina@quiet.com> at Quiet Ltd: title, notes changed.\n"
    )
    assert "CFO" in c360("person", "tree", "quiet")[1]


def test_scripts_get_the_person(c360):
    told = json.loads(c360("person", "add", "quiet", "nina@quiet.com", "--role", "a", "--role", "b", "--json")[1])
    assert (told["customer"], told["email"], told["roles"], told["is_new"]) == (
        "quiet",
        "nina@quiet.com",
        ["a", "b"],
        True,
    )
    (listed,) = json.loads(c360("person", "list", "quiet", "--json")[1])
    assert listed.items() <= told.items()
    assert c360("person", "list", "quiet", "--format", "csv")[1].splitlines()[1].startswith(",,nina@quiet.com")


def test_influence_is_noted_listed_and_taken_back(c360):
    for name in ("nina", "omar"):
        c360("person", "add", "quiet", f"{name}@quiet.com", "--name", name.capitalize())
    words = ("person", "influence", "quiet", "nina", "omar")
    assert c360(*words, "--sentiment", "positive")[1] == "Nina influences Omar (positive).\n"
    assert json.loads(c360("person", "influence", "quiet", "--json")[1])[0]["to_email"] == "omar@quiet.com"
    assert c360(*words, "--off")[1] == "Nina no longer influences Omar.\n"
    assert c360("undo")[1] == "Taken back: person influence quiet nina@quiet.com omar@quiet.com --off\n"
    assert "Nina" in c360("person", "influence", "quiet")[1]


def test_one_of_us_who_influences_is_named_by_e_mail_name_or_its_beginning(c360):
    c360("person", "add", "quiet", "nina@quiet.com", "--name", "Nina")
    for word in ("jane@example.com", "Jane Doe", "jane", "doe"):
        code, out, err = c360("person", "influence", "quiet", word, "nina")
        assert (code, out) == (0, "Jane Doe influences Nina.\n"), err
    assert len(json.loads(c360("person", "influence", "quiet", "--json")[1])) == 1


def test_what_is_missing_or_wrong_is_said_with_the_next_step(c360):
    assert c360("person", "add", "quiet") == (
        2,
        "",
        "Error: EMAIL is missing.\nHint: On a terminal c360 asks for it.\n",
    )
    assert c360("person", "edit", "quiet", "nina")[0] == 2
    assert c360("person", "sponsor", "quiet", "nobody")[0] == 4
    assert c360("person", "influence", "quiet", "nina")[0] == 2
    assert c360("person", "list", "quiet") == (
        0, "", "Nobody is known at Quiet Ltd. c360 person add quiet EMAIL\n",
    )  # fmt: skip


def test_a_hostile_name_moves_no_cursor(c360):
    code, out, err = c360("person", "add", "quiet", "nina@quiet.com", "--name", "\x1b[2Jboo")
    assert code == 2
    assert "\x1b" not in out + err


def test_the_view_of_admins_is_of_those_whom_surveys_reach(home, c360, told):
    """The same roles as doctor asks for, several in one field, whether a source or one of us has said so."""

    def admins(*more):
        words = ("show", "acme", "-s", "contacts", "--view", "admins", *more)
        (section,) = told(*words)["sections"]
        return {row["email"]: row["role"] for block in section["blocks"] for row in block.get("rows", ())}

    assert "ops@acme.com" not in admins()
    (home / "config.yaml").write_text("user: jane@example.com\ncontacts: {survey_role: [GitLab admin, Owner]}\n")
    assert admins() == {}
    told("person", "edit", "acme", "mikael@acme.com", "--role", "Champion", "--role", "gitlab ADMIN")
    told("person", "add", "acme", "ops@acme.com", "--name", "Ops", "--role", "owner")
    found = admins()
    assert set(found) == {"mikael@acme.com", "ops@acme.com"}
    assert found["ops@acme.com"] == "owner"
    assert found["mikael@acme.com"] == "Champion; gitlab ADMIN"
    told("person", "edit", "acme", "rosa@acme.com", "--role", "CHAMPION", "--role", "owner")
    assert admins()["rosa@acme.com"] == "Champion; owner"
    assert set(admins("--option", "where=name ~ ops")) == {"ops@acme.com"}


def test_who_was_added_here_is_pending_until_a_source_has_the_address(home, c360, told, store_in):
    assert not told("person", "add", "acme", "one@acme.com", "--name", "One")["is_pending"]
    (home / "config.yaml").write_text("user: jane@example.com\ncontacts: {owner: push}\n")
    assert c360("person", "add", "acme", "two@acme.com")[1].endswith(" now; pending until a source is told.\n")
    assert told("person", "add", "quiet", "three@quiet.example")["is_pending"]

    def waiting():
        people = [row for name in ("acme", "quiet") for row in told("person", "list", name)]
        return {row["email"] for row in people if row["is_pending"]}

    assert waiting() == {"one@acme.com", "two@acme.com", "three@quiet.example"}
    pending = told("today")["pending"]  # of those whose CSM I am
    assert {row["value"] for row in pending if row["field"] == "contact"} == {"one@acme.com", "two@acme.com"}
    assert "contact" in c360("today")[1]
    with empty_store(store_in(home)) as store:
        put(store, record("contact", "c9", name="Two", email="TWO@acme.com", customer_ref="001"))
    assert waiting() == {"one@acme.com", "three@quiet.example"}
    assert {row["value"] for row in told("today")["pending"]} == {"one@acme.com"}
    c360("undo")
    assert waiting() == {"one@acme.com"}
    (home / "config.yaml").write_text("user: jane@example.com\n")
    assert waiting() == set()
    assert told("today")["pending"] == []
