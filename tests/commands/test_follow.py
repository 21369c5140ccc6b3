"""``c360 follow`` as it is typed: on, off, and what one follows; the CSM follows without a word."""

import json

import pytest

from tests.sections.company import empty_store, fill, put, record

TOM = ("--user", "tom@example.com")


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company: jane@example.com is the CSM of Acme, tom@example.com of Quiet Ltd."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text("user: jane@example.com\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
        put(store, record("customer", "010", name="Named Ltd", csm="Jane Doe"))
    return tmp_path


def test_following_and_no_longer_following_is_said_once_and_true_after_that(c360):
    assert c360("follow", "quiet") == (0, "You follow Quiet Ltd.\n", "")
    assert c360("follow", "quiet") == (0, "You follow Quiet Ltd already, since 2026-11-21.\n", "")
    assert c360("follow", "quiet", "--off") == (0, "You follow Quiet Ltd no longer.\n", "")
    assert c360("follow", "quiet", "--off") == (0, "You do not follow Quiet Ltd.\n", "")
    logged = c360("export", "changes", "--where", "field=followers", "--fields", "customer,old,new,author")[1]
    assert sorted(logged.splitlines()[1:]) == [
        "quiet,,jane@example.com,jane@example.com",
        "quiet,jane@example.com,,jane@example.com",
    ]


def test_the_csm_follows_without_a_word_and_cannot_but_follow(c360):
    for customer in ("acme", "named"):
        assert "You are the CSM of" in c360("follow", customer)[1]
        code, _, err = c360("follow", customer, "--off")
        assert code == 2
        assert "you are the CSM of" in err
    assert c360("export", "follows")[1].count("\n") == 1


@pytest.mark.parametrize(
    ("csm", "ours", "me"),
    [
        ("ME@X.example", None, "me@x.example"),
        ("me@x.example", None, "Me@X.Example"),
        ("ME@x.example", "Me@X.example", "mE@x.example"),
        ("Mia Ek", "ME@X.example", "me@x.example"),
        ("Me@X.example", "ME@X.example", "Mia Ek"),
    ],
)
def test_an_address_is_one_in_capitals_or_not(c360, home, store_in, csm, ours, me):
    with empty_store(store_in(home)) as store:
        fill(store)
        put(store, record("customer", "011", name="Loud Ltd", csm=csm, renewal_on="2026-12-05"))
        if ours:
            put(store, record("user", "u-mia", name="Mia Ek", email=ours))
    user = ("--user", me)
    assert "You are the CSM of Loud Ltd" in c360("follow", "loud", *user)[1]
    assert "Loud Ltd" in c360("follow", *user)[1]
    assert "loud" in c360("show", "--format", "csv", *user)[1]
    assert "Loud Ltd" in c360("today", *user)[1]
    if ours:
        assert "CSM Mia Ek" in c360("show", "loud", *user)[1]


def test_a_csm_set_here_in_capitals_is_the_csm(c360, home):
    (home / "config.yaml").write_text("user: jane@example.com\nowners: {csm: local}\n")
    code, _, err = c360("set", "quiet", "csm=NEW@X.example", "--new")
    assert (code, err) == (0, "")
    assert "You are the CSM of Quiet Ltd" in c360("follow", "quiet", "--user", "new@x.example")[1]


def test_a_sponsor_is_watched_from_the_same_line(c360):
    code, out, err = c360("follow", "quiet", "--sponsor", "nobody@quiet.com")
    assert (code, out) == (4, "")
    assert "c360 person add quiet nobody@quiet.com --sponsor" in err
    said = c360("follow", "acme", "--sponsor", "rosa", *TOM)[1]
    assert said == "Rosa Okafor at Acme Corporation is a sponsor now; you follow the customer.\n"
    assert c360("follow", "acme", "--sponsor", "rosa@acme.com", *TOM)[1] == (
        "Rosa Okafor at Acme Corporation is a sponsor.\n"
    )
    told = json.loads(c360("follow", "acme", "--sponsor", "rosa", "--off", "--json", *TOM)[1])
    assert (told["is_followed"], told["sponsor"]) == (
        True, {"email": "rosa@acme.com", "name": "Rosa Okafor", "is_sponsor": False, "is_changed": True},
    )  # fmt: skip
    assert c360("follow", "--sponsor", "rosa")[0] == c360("follow", "--settings", "--sponsor", "rosa")[0] == 2


def test_the_list_is_what_i_follow_and_what_is_assigned_to_me(c360):
    c360("follow", "quiet")
    assert c360("follow")[1] == (
        "Customer  Name              Since\n"
        "acme      Acme Corporation              (assigned)\n"
        "named     Named Ltd                     (assigned)\n"
        "quiet     Quiet Ltd         2026-11-21\n"
    )
    assert json.loads(c360("follow", "--json")[1])[1:] == [
        {"customer": "named", "name": "Named Ltd", "followed_at": None, "is_assigned": True},
        {"customer": "quiet", "name": "Quiet Ltd", "followed_at": "2026-11-21T04:00:00Z", "is_assigned": False},
    ]
    assert [row["customer"] for row in json.loads(c360("follow", "--json", *TOM)[1])] == ["quiet"]
    assert c360("follow", "--user", "new@example.com") == (
        0, "", "You follow no customer. c360 follow CUSTOMER begins.\n",
    )  # fmt: skip


def test_two_spellings_of_an_address_are_one_follower(c360):
    c360("follow", "quiet")
    assert "already" in c360("follow", "quiet", "--user", "JANE@Example.com")[1]
    c360("follow", "quiet", "--off", "--user", "Jane@example.com")
    assert c360("follow", "quiet", "--off")[1] == "You do not follow Quiet Ltd.\n"


def test_who_becomes_the_csm_is_listed_once_and_may_still_take_the_own_word_back(c360, home, store_in):
    c360("follow", "quiet")
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "009", "crm", "2026-09-01T00:00:00Z", csm="jane@example.com"))
    rows = [row for row in json.loads(c360("follow", "--json")[1]) if row["customer"] == "quiet"]
    assert [(row["followed_at"], row["is_assigned"]) for row in rows] == [("2026-11-21T04:00:00Z", True)]
    assert c360("follow", "quiet", "--off")[:2] == (0, "You are the CSM of Quiet Ltd and follow it without a word.\n")
    assert c360("follow", "quiet", "--off")[0] == 2


def test_json_says_how_i_stand_and_whether_that_is_new(c360):
    made = json.loads(c360("follow", "quiet", "--json")[1])
    assert made == {
        "customer": "quiet", "name": "Quiet Ltd", "follower": "jane@example.com", "is_followed": True,
        "is_assigned": False, "followed_at": "2026-11-21T04:00:00Z", "is_changed": True,
    }  # fmt: skip
    assert json.loads(c360("follow", "quiet", "--json")[1]) == {**made, "is_changed": False}
    gone = json.loads(c360("follow", "quiet", "--off", "--json")[1])
    assert gone == {**made, "is_followed": False, "followed_at": None}


def test_the_header_says_how_i_stand_to_the_customer(c360):
    assert "followed" not in c360("show", "quiet")[1]
    c360("follow", "quiet")
    assert "followed\n" in c360("show", "quiet")[1]
    assert "followed (assigned)" in c360("show", "acme")[1]
    assert "followed" not in c360("show", "quiet", "--user", "new@example.com")[1]
    customer = json.loads(c360("show", "quiet", "--json")[1])["customer"]
    assert (customer["is_followed"], customer["is_assigned"]) == (True, False)
    assert "followed" not in c360("show", "quiet", "--format", "md")[1], "a document is for many"


def test_without_a_user_it_says_how_to_name_one(c360, home):
    (home / "config.yaml").write_text("")
    for words in (["follow"], ["follow", "acme"], ["follow", "acme", "--off"]):
        code, _, err = c360(*words)
        assert code == 3
        assert all(way in err for way in ("--user", "C360_USER", "user:"))
    customer = json.loads(c360("show", "acme", "--json")[1])["customer"]
    assert (customer["is_followed"], customer["is_assigned"]) == (None, None)


def test_words_that_do_not_fit_are_said(c360):
    assert c360("follow", "--off")[0] == 2
    assert c360("follow", "acne")[0] == 4


def test_follows_are_a_data_set(c360):
    c360("follow", "quiet")
    assert json.loads(c360("export", "follows", "--json", "--customer", "quiet")[1]) == [
        {"id": "crm:009@jane@example.com", "customer": "quiet", "source": None, "source_id": None,
         "changed_at": "2026-11-21T04:00:00Z", "follower": "jane@example.com",
         "followed_at": "2026-11-21T04:00:00Z", "extra": {}},
    ]  # fmt: skip
