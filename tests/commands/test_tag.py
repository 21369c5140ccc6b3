"""``c360 tag`` as it is typed: put on, taken off, shown with whose they are."""

import json

import pytest


def test_a_tag_is_put_on_once_and_said_to_be_there_after_that(c360):
    assert c360("tag", "acme", "#Board Room", "eu") == (0, "Acme Corporation now has #Board Room and #eu.\n", "")
    assert c360("tag", "acme", "BOARD room", "--user", "tom@example.com") == (
        0,
        "Acme Corporation has #Board Room already: Jane Doe.\n",
        "",
    )
    assert c360("tag", "acme", "VIP")[1] == "Acme Corporation has #vip already: crm.\n"


def test_a_tag_is_taken_off_once_and_said_to_be_gone_after_that(c360):
    c360("tag", "quiet", "eu", "asia")
    assert c360("tag", "quiet", "--remove", "EU")[1] == "Quiet Ltd no longer has #eu.\nTags: #asia\n"
    assert c360("tag", "quiet", "-r", "eu", "-r", "#asia")[:2] == (
        0,
        "Quiet Ltd no longer has #asia.\nQuiet Ltd has no #eu.\nIt has no tags.\n",
    )


def test_a_tag_of_a_source_is_refused_to_be_removed_and_names_its_owner(c360):
    c360("tag", "acme", "mine")
    code, out, err = c360("tag", "acme", "more", "--remove", "mine", "--remove", "VIP")
    assert (code, out) == (2, "")
    assert "#vip comes from crm and cannot be removed here." in err
    assert c360("tag", "acme")[1].count("mine") == 1, "nothing is done by halves"
    assert "more" not in c360("tag", "acme")[1]


def test_the_tags_of_a_customer_are_shown_with_whose_they_are(c360):
    c360("tag", "acme", "eu")
    assert c360("tag", "acme") == (
        0,
        "Tag         By        When\nvip         crm\nrenewal-q1  crm\neu          Jane Doe  2026-11-21\n",
        "",
    )
    assert c360("tag", "quiet") == (0, "", "Quiet Ltd has no tags.\n")
    assert c360("tag", "quiet", "--json")[1] == "[]\n"


def test_json_says_what_changed_and_all_there_is(c360):
    vip = {"tag": "vip", "source": "crm", "author": None, "author_name": None, "tagged_at": None}
    eu = {"tag": "eu", "source": None, "author": "jane@example.com", "author_name": "Jane Doe",
          "tagged_at": "2026-11-21T04:00:00Z"}  # fmt: skip
    made = json.loads(c360("tag", "acme", "eu", "vip", "--remove", "none", "--json")[1])
    assert made == {"customer": "acme", "tags": [vip, {**vip, "tag": "renewal-q1"}, eu], "added": ["eu"], "removed": []}
    assert json.loads(c360("tag", "acme", "--json")[1]) == made["tags"]
    none = {"people": 0, "ctas": 0}
    assert json.loads(c360("tag", "--list", "--json")[1]) == [
        {"tag": tag, "customers": 1, **none} for tag in ("eu", "renewal-q1", "vip")
    ]


def test_the_list_counts_every_spelling_as_one(c360):
    c360("tag", "quiet", "VIP")
    assert c360("tag", "--list")[1].splitlines()[1].split() == ["VIP", "2", "0", "0"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["acme", "a,b"], 2, "a tag has no comma"),
        (["acme", "#"], 2, "a tag cannot be empty"),
        (["acme", "x" * 51], 2, "at most 50 characters"),
        (["acme", "a\x1b[2J"], 2, "characters that nobody can see"),
        (["acme", "a\u202eb"], 2, "a<U+202E>b"),
        (["acme", "\udcff"], 2, "characters that nobody can see"),
        (["acme", "\u0301"], 2, "has no letter in it"),
        (["acme", "eu", "--remove", "#EU"], 2, "put on and taken off at once"),
        (["acme", "ok", "a,b"], 2, "a tag has no comma"),
        ([], 2, "Missing argument 'CUSTOMER'"),
        (["acme", "--list"], 2, "--list goes without CUSTOMER"),
        (["acne", "eu"], 4, 'no customer "acne"'),
        (["acme", "eu", "--user", " "], 3, "c360 does not know who you are"),
        (["acme", "eu", "--user", "a\nb"], 3, "is no name to write under"),
    ],
)
def test_words_that_do_not_fit_change_nothing(c360, home, words, code, said):
    if "--user" in words:
        (home / "config.yaml").write_text("")
    before = c360("tag", "acme")[1]
    assert c360("tag", *words)[0] == code
    assert said in c360("tag", *words)[2]
    assert c360("tag", "acme")[1] == before


def test_a_tag_of_fifty_characters_and_one_in_emoji_are_tags(c360):
    assert c360("tag", "quiet", "x" * 50, "👩‍🚀")[0] == 0


def test_the_author_is_the_option_then_the_environment_then_the_config(c360, monkeypatch):
    c360("tag", "quiet", "one")
    monkeypatch.setenv("C360_USER", "tom@example.com")
    c360("tag", "quiet", "two")
    c360("tag", "quiet", "three", "--user", "ada@example.com")
    authors = {tag["tag"]: tag["author"] for tag in json.loads(c360("tag", "quiet", "--json")[1])}
    assert authors == {"one": "jane@example.com", "two": "tom@example.com", "three": "ada@example.com"}


def test_the_page_and_the_exports_tell_the_tags_of_both(c360):
    c360("tag", "acme", "eu")
    assert "#vip #renewal-q1 #eu" in c360("show", "acme")[1]
    assert json.loads(c360("show", "acme", "--json")[1])["customer"]["tags"] == ["vip", "renewal-q1", "eu"]
    assert c360("export", "customers", "--where", "tags=EU", "--fields", "customer,tags")[1].split() == [
        "customer,tags", "acme,vip;renewal-q1;eu",
    ]  # fmt: skip
    changed = c360(
        "export", "changes", "--customer", "acme", "--where", "author=jane@example.com", "--fields", "field,new"
    )
    assert changed[1].split() == ["field,new", "tags,eu"]


def test_attributes_tell_whose_tags_are_whose(c360):
    c360("tag", "acme", "eu")
    fields = {
        field["name"]: (field["value"], field["source"])
        for block in json.loads(c360("show", "acme", "-s", "attributes", "--all", "--json")[1])["sections"][0]["blocks"]
        for field in block["fields"]
    }
    assert fields["tags"] == (["vip", "renewal-q1"], "crm")
    assert fields["people_tags"] == (["eu"], None)


def test_a_person_is_tagged_by_the_e_mail_whoever_knows_the_person(c360):
    assert c360("tag", "person:ROSA@acme.com", "Sponsor")[1] == "Rosa Okafor now has #Sponsor.\n"
    assert c360("tag", "person:c1", "sponsor")[1] == "Rosa Okafor has #Sponsor already: Jane Doe.\n"
    assert c360("tag", "person:rosa@acme.com")[1].splitlines()[1].split() == ["Sponsor", "Jane", "Doe", "2026-11-21"]
    for dataset in ("contacts", "people"):
        found = c360("export", dataset, "--where", "tags=SPONSOR", "--fields", "email,tags")[1].split()
        assert found == ["email,tags", "rosa@acme.com,Sponsor"]
    assert c360("export", "people", "--where", "tags=", "--where", "kind=user", "--fields", "email")[1].count("@") == 2
    shown = c360("show", "acme", "-s", "contacts", "--option", "columns=name,tags")[1]
    assert "Sponsor" in shown
    assert json.loads(c360("tag", "person:rosa@acme.com", "-r", "sponsor", "--json")[1]) == {
        "person": "rosa@acme.com", "tags": [], "added": [], "removed": ["Sponsor"],
    }  # fmt: skip


def test_a_cta_is_tagged_by_its_id(c360):
    assert c360("tag", "cta:t1", "board", "eu")[1] == "Sponsor left now has #board and #eu.\n"
    found = c360("export", "ctas", "--where", "tags=board", "--fields", "name,tags")[1].splitlines()
    assert found == ["name,tags", "Sponsor left,board;eu"]
    assert c360("undo")[1] == "Taken back: tag cta:t1 +board +eu\n"
    assert c360("tag", "cta:t1")[2] == "Sponsor left has no tags.\n"


def test_tags_of_all_are_counted_exported_and_told_apart(c360):
    c360("tag", "cta:t1", "VIP")
    c360("tag", "person:aiko@acme.com", "vip", "expert")
    assert json.loads(c360("tag", "--list", "--json")[1])[0] == {"tag": "vip", "customers": 1, "people": 1, "ctas": 1}
    rows = c360("export", "tags", "--customer", "acme", "--fields", "kind,item,tag,customer")[1].splitlines()
    assert sorted(rows[1:]) == [
        "cta,crm:t1,VIP,acme", "customer,acme,renewal-q1,acme", "customer,acme,vip,acme",
        "person,aiko@acme.com,expert,acme", "person,aiko@acme.com,vip,acme",
    ]  # fmt: skip


def test_nobody_and_nothing_of_that_name_is_told_with_the_nearest(c360):
    code, _, err = c360("tag", "person:rosa@acme.co", "x")
    assert (code, "Did you mean rosa@acme.com?" in err) == (4, True)
    assert c360("tag", "cta:zzz", "x")[0] == 4


def test_a_search_for_a_tag_finds_what_has_it(c360):
    c360("tag", "person:rosa@acme.com", "vip")
    c360("tag", "cta:t1", "Vip")
    c360("tag", "quiet", "to call")
    found = json.loads(c360("search", "#VIP", "--json")[1])
    assert [(hit["kind"], hit["name"], hit["field"], hit["match"]) for hit in found] == [
        ("customer", "Acme Corporation", "tags", "#[vip]"),
        ("contact", "Rosa Okafor", "tags", "#[vip]"),
        ("cta", "Sponsor left", "tags", "#[Vip]"),
    ]
    assert [hit["customer"] for hit in found] == ["acme"] * 3
    assert [hit["name"] for hit in json.loads(c360("search", "to call", "--json")[1])] == ["Quiet Ltd"], "without # too"
    assert [hit["kind"] for hit in json.loads(c360("search", "#vip", "--in", "contacts", "--json")[1])] == ["contact"]
    assert c360("search", "#nothing")[0] == 0
