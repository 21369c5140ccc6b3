"""``c360 undo`` as it is typed: what was written is taken back and said, what others did since stays."""

import json


def test_the_last_write_is_taken_back_and_then_the_one_before(c360):
    c360("tag", "acme", "eu", "asia")
    c360("comment", "acme", "Hello")
    assert c360("undo") == (0, "Taken back: comment acme: Hello\n", "")
    assert c360("undo") == (0, "Taken back: tag acme +asia +eu\n", "")
    assert "eu" not in c360("tag", "acme")[1]
    code, out, err = c360("undo")
    assert (code, out) == (1, "")
    assert err.startswith("Error: there is nothing of jane@example.com to take back.")


def test_nobody_takes_back_what_somebody_else_wrote(c360):
    c360("tag", "acme", "eu", "--user", "tom@example.com")
    assert c360("undo")[0] == 1
    assert c360("undo", "--user", "TOM@example.com")[1] == "Taken back: tag acme +eu\n"


def test_a_write_before_the_last_is_taken_back_by_its_id(c360):
    c360("tag", "acme", "eu")
    c360("follow", "quiet")
    listed = json.loads(c360("undo", "--list", "--json")[1])
    assert [row["words"] for row in listed] == ["follow quiet", "tag acme +eu"]
    assert listed[1]["id"][:6] in c360("undo", "--list")[1]
    assert c360("undo", listed[1]["id"][:6])[1] == "Taken back: tag acme +eu\n"
    assert c360("undo", listed[1]["id"])[0] == 4
    assert c360("undo", "nobody")[2].startswith('Error: there is no write of yours "nobody".')


def test_the_list_tells_the_minute_of_each_write(c360):
    c360("tag", "acme", "eu")
    assert "2026-11-21 04:00  tag acme +eu" in c360("undo", "--list")[1]


def test_what_was_taken_back_and_what_was_left_is_told_to_scripts(c360):
    c360("tag", "acme", "eu")
    told = json.loads(c360("undo", "--json")[1])
    assert (told["words"], told["taken_back"], told["kept"]) == ("tag acme +eu", 1, [])


def test_words_of_a_hostile_text_cannot_move_the_cursor(c360):
    c360("comment", "acme", "\x1b[2J\x1b]0;owned\x07 hi")
    out = c360("undo", "--list")[1] + c360("undo")[1]
    assert "\x1b" not in out
    assert "\x07" not in out


def test_without_anything_to_take_back_the_list_is_empty(c360):
    assert c360("undo", "--list") == (0, "", "There is nothing of yours to take back.\n")
    assert c360("undo", "--list", "--json")[1] == "[]\n"


def test_a_stage_that_was_set_by_mistake_has_never_begun(c360, told, home):
    with (home / "config.yaml").open("a") as config:
        config.write("owners: {stage: both}\n")

    def since():
        (section,) = told("show", "acme", "-s", "summary")["sections"]
        tiles = next(block["tiles"] for block in section["blocks"] if block["type"] == "tiles")
        return next((tile["value"], tile["note"]) for tile in tiles if tile["name"] == "stage")

    assert since() == ("Adoption", "for at least 94 d")
    c360("set", "acme", "stage=Kicked Off")
    assert since()[0] == "Kicked Off"
    c360("undo")
    assert since() == ("Adoption", "for at least 94 d")


def test_the_list_tells_edits_of_one_thing_apart_by_their_fields(c360, told):
    c360("person", "add", "acme", "new@acme.com")
    for words in (("--title", "CTO"), ("-m", "pages"), ("--sponsor", "--reports-to", "aiko@acme.com")):
        assert c360("person", "edit", "acme", "new@acme.com", *words)[0] == 0
    id_ = told("cta", "add", "acme", "Risk", "-t", "risk")["id"]
    c360("cta", "edit", id_, "--due", "2026-12-24", "--link", "rosa@acme.com")
    listed = [row["words"] for row in told("undo", "--list")]
    assert [words.partition("acme.com: ")[2] for words in listed[2:5]] == ["reports to, sponsor", "notes", "title"]
    assert listed[0].startswith(f"cta edit {id_}: due, linked with contact ")


def test_what_is_so_already_is_no_write(c360, told):
    plan = told("plan", "add", "acme", "Rollout")["id"]
    c360("plan", "objective", "add", plan, "Live")
    (objective,) = told("plan", "show", plan)["objectives"]
    before = told("undo", "--list")
    assert c360("plan", "objective", "edit", objective["id"], "--internal")[1].endswith("is so already.\n")
    assert told("undo", "--list") == before
