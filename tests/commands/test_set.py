"""``c360 set`` as it is typed: set, cleared, refused, pending, listed."""

import json
from datetime import UTC, datetime

import pytest

from tests.sections.company import empty_store, fill, put, record

OWN = """
fields:
  stage:
    values: [Go Live]
  tier: {label: Service tier, values: [gold, Silver], definition: Decides how fast we answer.}
  seats: {type: integer}
  signed_on: {type: day}
  mood: {owner: both}
"""


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    """A home with the made-up company, some owners and fields of its own."""
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text(
        "user: jane@example.com\nowners: {stage: both, csm: push, segment: local, employees: pull}\npresets: gitlab\n"
    )
    (tmp_path / "layouts" / "fields").mkdir(parents=True)
    (tmp_path / "layouts" / "fields" / "ours.yaml").write_text(OWN)
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    return tmp_path


def exported(c360, customer, *fields):
    return c360("export", "customers", "--customer", customer, "--fields", ",".join(fields))[1].splitlines()[1]


def present(c360, customer):
    return {row["field"]: row for row in json.loads(c360("set", "--list", customer, "--json")[1])}


def test_what_no_source_gives_is_set_here_and_read_back_at_once(c360):
    done = c360("set", "quiet", "status=churn", "renewal_on=+2w", "users=40", "referenceable=yes")
    assert done == (
        0,
        "Quiet Ltd: status is now Churn.\n"
        "Quiet Ltd: renewal_on is now 2026-12-05 (in 14 days).\n"
        "Quiet Ltd: users is now 40.\n"
        "Quiet Ltd: is_referenceable is now yes.\n",
        "",
    )
    assert exported(c360, "quiet", "status", "renewal_on", "users", "is_referenceable") == "Churn,2026-12-05,40,true"
    assert "Churn" in c360("show", "quiet")[1]
    assert c360("set", "quiet", "status=Churn")[1] == "Quiet Ltd: status is Churn already.\n"


def test_a_field_of_its_source_is_refused_with_the_place_to_edit_it(c360):
    code, out, err = c360("set", "acme", "segment=SMB", "arr=5", "--new")
    assert (code, out) == (2, "")
    assert err == (
        "Error: arr of Acme Corporation belongs to crm.\nHint: Edit it there: https://crm.example/customer/001\n"
    )
    assert exported(c360, "acme", "segment") == "Enterprise", "nothing is done by halves"
    assert "phone of Acme Corporation belongs to desk" in c360("set", "acme", "phone=1")[2]
    assert "employees of Quiet Ltd belongs to crm" in c360("set", "quiet", "employees=5")[2]


def test_what_a_source_is_to_be_told_of_is_there_at_once_and_shown_as_pending(c360):
    assert c360("set", "acme", "stage=go live")[1] == (
        "Acme Corporation: stage is now Go Live, was Adoption; pending until crm is told.\n"
    )
    page = c360("show", "acme", "-s", "summary", "-s", "attributes", "--option", "brief=false")[1]
    assert "Active · Go Live (pending) · CSM Jane Doe" in page
    assert "for 0 s, pending" in page
    assert "Go Live  pending, by Jane Doe; crm has Adoption" in page
    assert json.loads(c360("show", "acme", "--json")[1])["customer"]["pending"] == ["stage"]
    row = present(c360, "acme")["stage"]
    assert (row["value"], row["is_pending"], row["base"], row["owner"], row["source"]) == (
        "Go Live", True, "Adoption", "both", "crm",
    )  # fmt: skip
    assert "crm has Adoption" in c360("set", "acme")[1]
    assert c360("set", "acme", "stage=Adoption")[1] == "Acme Corporation: stage is now Adoption, was Go Live.\n"
    assert not present(c360, "acme")["stage"]["is_pending"]


def test_an_empty_value_clears_and_forgetting_gives_back_what_the_source_says(c360):
    assert c360("set", "acme", "segment=")[1] == "Acme Corporation: segment is now empty, was Enterprise.\n"
    assert exported(c360, "acme", "segment", "name") == ",Acme Corporation"
    assert c360("set", "acme", "--forget", "segment")[1] == "Acme Corporation: segment is now Enterprise.\n"
    c360("set", "acme", "stage=")
    assert json.loads(c360("show", "acme", "--json")[1])["customer"]["pending"] == ["stage"]
    c360("set", "quiet", "tier=gold")
    c360("set", "quiet", "tier=")
    assert present(c360, "quiet")["tier"]["author"] is None, "nothing is left of it"


def test_a_later_sync_takes_nothing_back(c360, home, store_in):
    c360("set", "acme", "stage=Go Live")
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "001", "crm", "2026-11-22T00:00:00Z", name="Acme Corporation", stage="Churn"))
    assert exported(c360, "acme", "stage") == "Go Live"
    assert c360("undo")[0] == 0
    assert exported(c360, "acme", "stage") == "Churn"


def test_history_names_who_has_set_what(c360):
    c360("set", "acme", "stage=Go Live", "tier=gold")
    c360("set", "acme", "tier=silver", "--user", "tom@example.com")
    log = c360("export", "changes", "--where", "source=", "--fields", "field,old,new,author")[1].splitlines()[1:]
    assert sorted(log) == [
        "stage,Adoption,Go Live,jane@example.com",
        "tier,,gold,jane@example.com",
        "tier,gold,Silver,tom@example.com",
    ]


def test_fields_of_ones_own_are_attributes_export_and_filters(c360):
    c360("set", "quiet", "tier=GOLD", "seats=5", "signed_on=2026-01-02", "recording_opt_out=yes")
    assert exported(c360, "quiet", "extra.tier", "extra.seats", "extra.recording_opt_out") == "gold,5,true"
    found = c360("export", "customers", "--where", "extra.tier=gold", "--fields", "customer,extra")[1].splitlines()
    assert [line.partition(",")[0] for line in found[1:]] == ["quiet"]
    assert json.loads(c360("export", "customers", "--customer", "quiet", "--json")[1])[0]["extra"] == {
        "recording_opt_out": True, "seats": 5, "signed_on": "2026-01-02", "tier": "gold",
    }  # fmt: skip
    shown = c360("show", "quiet", "-s", "attributes", "--all")[1]
    assert "Recording opt-out  yes  by Jane Doe" in shown
    assert json.loads(c360("show", "quiet", "--json")[1])["customer"]["extra"]["seats"] == 5
    mine = json.loads(c360("export", "customers", "--customer", "acme", "--json")[1])[0]["extra"]
    assert mine == {"Seats__c": 3, "Tier__c": "gold"}, "of others it is what their source says"


def test_recording_opt_out_waits_for_nobody_and_cannot_be_made_to(c360, home):
    c360("set", "acme", "recording_opt_out=yes", "mood=fine")
    rows = present(c360, "acme")
    assert (rows["recording_opt_out"]["owner"], rows["recording_opt_out"]["is_pending"]) == ("local", False)
    assert (rows["mood"]["owner"], rows["mood"]["is_pending"]) == ("both", True)
    (home / "config.yaml").write_text("user: jane@example.com\nowners: {recording_opt_out: push}\n")
    code, _, err = c360("set", "--list")
    assert (code, "config.yaml:2:29: recording_opt_out stays here" in err) == (3, True)
    (home / "config.yaml").write_text("user: jane@example.com\n")
    (home / "layouts" / "fields" / "ours.yaml").write_text("fields:\n  recording_opt_out: {owner: push}\n")
    assert "recording_opt_out is c360's own, it stays here" in c360("set", "--list")[2]


def test_a_csm_is_one_of_us(c360):
    assert "csm is now ada@example.com, was jane@example.com" in c360("set", "acme", "csm=ada agent")[1]
    code, _, err = c360("set", "acme", "csm=jame@example.com")
    assert code == 2
    assert 'nobody of us is called "jame@example.com"' in err
    assert 'Did you mean "jane@example.com"?' in err
    assert c360("set", "acme", "csm=new@example.com", "--new")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stage=Adopton"], 'no stage is called "Adopton".\nHint: Did you mean "Adoption"? A new one:'),
        (["status=Prospect", "--new"], "One of: Active, Inactive, Churn."),
        (["tier=bronze", "--new"], "One of: gold, Silver."),
        (["segment=Huge"], "A new one:"),
        (["renewal=12/01/2026"], "can be read as more than one day"),
        (["users=1,000"], 'users is a whole number, not "1,000"'),
        (["users=-1"], "users is a whole number"),
        (["arr=100"], "arr has no currency to be counted in"),
        (["currency=usd", "arr=100"], "three capitals"),
        (["currency=USD", "arr=1,000"], "'1,000' is not an amount"),
        (["is_referenceable=maybe"], "is_referenceable is yes or no"),
        (["timezone=Mars/Base"], 'there is no time zone "Mars/Base"'),
        (["stge=x"], 'there is no field "stge".\nHint: Did you mean "stage"?'),
        (["tags=x"], "c360 tag CUSTOMER TAG"),
        (["name=x"], "name is what records are linked by"),
        (["phone=\x1b[2J"], "characters that nobody can see"),
        (["phone=" + "9" * 501], "at most 500 characters"),
        (["phone=1", "phone=2"], "phone is said twice"),
        (["phone"], '"phone" sets nothing'),
        (["phone=1", "--forget", "phone"], "phone is said twice"),
        (["phone=1", "--list"], "--list goes without"),
    ],
)
def test_words_that_do_not_fit_change_nothing(c360, words, said):
    before = c360("export", "changes")[1]
    code, _, err = c360("set", "quiet", *words)
    assert code == 2
    assert said in err
    assert c360("export", "changes")[1] == before


def test_amounts_are_counted_in_the_currency_that_is_said_with_them(c360):
    assert c360("set", "quiet", "arr=1200.50", "currency=JPY")[1].splitlines() == [
        "Quiet Ltd: currency is now JPY.", "Quiet Ltd: arr is now ¥1,201.",
    ]  # fmt: skip
    assert "are counted in JPY" in c360("set", "quiet", "currency=USD")[2]
    made = json.loads(c360("set", "quiet", "arr=5", "--json")[1])
    assert made == {
        "customer": "quiet",
        "fields": [
            {"field": "arr", "value": 5.0, "before": 1201.0, "owner": "local", "source": None, "is_pending": False,
             "base": None}
        ],
    }  # fmt: skip


def test_a_field_tells_what_it_means_and_may_hold(c360):
    assert c360("set", "--help-field", "tier")[1] == (
        "tier: Service tier, text\nOwner: people here\nOne of: gold, Silver\nDecides how fast we answer.\n"
    )
    told = c360("set", "--help-field", "stage")[1]
    assert "Owner: its source and people here" in told
    assert "Known: Go Live, Adoption\n" in told, "the home's values go before those of presets"
    assert json.loads(c360("set", "--help-field", "segment", "--json")[1])["values"] == ["Enterprise"]


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("fields: {arr: {type: text}}", "arr is c360's own"),
        ("fields: {arr: {owner: local}}", "owners: in config.yaml says who owns it"),
        ("fields: {Tier: {}}", "the name of a field is made of small letters"),
        ("fields: {tier: {type: money}}", 'no type "money"'),
        ("fields: {tier: {owner: pull}}", 'no owner "pull"'),
        ("fields: {tier: {type: bool, values: [a]}}", "only a text has values"),
        ("fields: {tier: {values: [1]}}", "values must be a list of texts"),
        ("fields: {tier: {colour: red}}", 'no key of a field "colour"'),
        ("field: {}", "the file must have fields:"),
    ],
)
def test_a_mistake_in_a_file_of_fields_is_told_with_its_place(c360, home, yaml, said):
    (home / "layouts" / "fields" / "ours.yaml").write_text(yaml)
    code, _, err = c360("set", "--list")
    assert code == 3
    assert "layouts/fields/ours.yaml:1:" in err
    assert said in err


def test_a_preset_or_an_owner_that_is_not_there_is_told(c360, home):
    (home / "config.yaml").write_text("presets: [gitlob]\n")
    assert 'there are no presets "gitlob". Did you mean "gitlab"?' in c360("set", "--list")[2]
    (home / "config.yaml").write_text("owners: {stag: both}\n")
    assert 'there is no field "stag". Did you mean "stage"?' in c360("set", "--list")[2]
    (home / "config.yaml").write_text("owners: {stage: me}\n")
    assert "config.yaml:1:17: the owner of stage must be one of pull, push, both, local." in c360("set", "--list")[2]


def test_why_tells_value_sources_owner_and_whom_to_ask(c360):
    code, out, err = c360("show", "acme", "--why", "arr")
    assert (code, err) == (0, "")
    assert out == (
        "ARR of Acme Corporation: $120,000\n"
        "Owner: crm\n"
        "It is what crm says. Where that is wrong, edit it there: https://crm.example/customer/001\n"
        "\n"
        "WHAT SOURCES SAY\n"
        "Source  Value     Changed there  Read, ago\n"
        "crm     $120,000  2026-08-19           0 s\n"
        "desk    nothing   2026-08-19           0 s\n"
    )


def test_why_tells_who_has_set_a_field_and_all_it_was(c360, home, store_in):
    c360("set", "acme", "segment=SMB", "--new")
    c360("set", "acme", "stage=Go Live")
    told = c360("show", "acme", "--why", "segment")[1]
    assert "Jane Doe has set it here, and no source has a say in it. Ask Jane Doe" in told
    assert "c360 set acme --forget segment" in told
    assert "2026-11-21  Enterprise  SMB     Jane Doe" in told
    assert "and crm is not told yet. Ask Jane Doe." in c360("show", "acme", "--why", "stage")[1]
    with empty_store(store_in(home)) as store:
        put(
            store,
            record("customer", "001", "crm", "2026-11-22T00:00:00Z", name="Acme Corporation", arr=7, currency="USD"),
        )
    found = json.loads(c360("show", "acme", "--why", "arr", "--json")[1])
    assert (found["value"], found["owner"], found["source"]) == (7.0, "pull", "crm")
    assert [(row["old"], row["new"], row["source"]) for row in found["history"]] == [(120000.0, 7.0, "crm")]
    assert [(one["source"], one["value"], one["counts"]) for one in found["sources"]] == [
        ("crm", 7.0, True), ("desk", None, False),
    ]  # fmt: skip


def test_why_tells_an_amount_that_was_in_the_currency_it_had_then(c360, home, store_in):
    with empty_store(store_in(home)) as store:
        for day, arr, currency in (("22", 90000, "EUR"), ("23", 95000, "EUR"), ("24", 9000000, "JPY")):
            store.clock = lambda day=day: datetime(2026, 11, int(day), tzinfo=UTC)
            put(store, record("customer", "001", "crm", f"2026-11-{day}T00:00:00Z", name="Acme", arr=arr,
                              currency=currency))  # fmt: skip
    history = c360("show", "acme", "--why", "arr")[1].partition("HISTORY")[2]
    moves = [line.split()[1:3] for line in history.splitlines()[2:]]
    assert moves == [["€95,000", "¥9,000,000"], ["€90,000", "€95,000"], ["$120,000", "€90,000"]]
    found = json.loads(c360("show", "acme", "--why", "arr", "--json")[1])["history"]
    assert [(row["old"], row["old_currency"], row["new"], row["new_currency"]) for row in found] == [
        (95000.0, "EUR", 9000000.0, "JPY"), (90000.0, "EUR", 95000.0, "EUR"), (120000.0, "USD", 90000.0, "EUR"),
    ]  # fmt: skip


def test_why_of_what_nobody_says_tells_how_it_can_be_said(c360):
    assert "Nobody has said it. Set it here: c360 set quiet arr=..." in c360("show", "quiet", "--why", "arr")[1]
    assert "Nobody has said it. It belongs to crm: https" in c360("show", "quiet", "--why", "employees")[1]
    assert 'there is no field "ars"' in c360("show", "quiet", "--why", "ars")[2]
    assert "tags has no one value to explain" in c360("show", "quiet", "--why", "tags")[2]
    assert "--why needs a CUSTOMER" in c360("show", "--why", "arr")[2]


def test_a_whole_amount_is_listed_as_a_person_writes_it(c360):
    line = next(line for line in c360("set", "acme")[1].splitlines() if line.startswith("arr "))
    assert "120000 " in line
    assert "120000.0" not in line


@pytest.mark.parametrize("back", [["undo"], ["set", "acme", "--forget", "stage"]], ids=" ".join)
def test_a_stage_that_was_set_and_taken_back_is_as_old_as_before(home, c360, store_in, back):
    before = tile(c360, "acme")
    assert before["note"] == "for at least 94 d"
    c360("set", "acme", "stage=Go Live")
    assert tile(c360, "acme")["note"].startswith("for 0 s")
    c360(*back)
    assert tile(c360, "acme") == before
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "001", "crm", "2026-11-01T00:00:00Z", name="Acme Corporation", stage="Grow"))
    before = tile(c360, "acme")
    assert before["note"] == "for 20 d"
    c360("set", "acme", "stage=Go Live")
    c360(*back)
    assert tile(c360, "acme") == before


def test_a_stage_that_moved_at_its_source_while_people_said_otherwise_is_as_old_as_there(home, c360, store_in):
    c360("set", "acme", "stage=Go Live")
    with empty_store(store_in(home)) as store:
        put(store, record("customer", "001", "crm", "2026-11-01T00:00:00Z", name="Acme Corporation", stage="Grow"))
    c360("set", "acme", "--forget", "stage")
    assert (tile(c360, "acme")["value"], tile(c360, "acme")["note"]) == ("Grow", "for 20 d")


def test_a_stage_that_somebody_has_cleared_says_who(c360):
    c360("set", "acme", "stage=")
    assert tile(c360, "acme")["reason"] == "Jane Doe has cleared it"
    assert tile(c360, "quiet")["reason"] == "no source gives a stage"


def tile(c360, customer):
    sections = json.loads(c360("show", customer, "-s", "summary", "--json")[1])["sections"]
    (tiles,) = [block["tiles"] for block in sections[0]["blocks"] if block["type"] == "tiles"]
    return next(each for each in tiles if each["name"] == "stage")


def test_an_amount_of_a_customer_without_a_currency_is_counted_in_that_of_the_home(home, c360):
    with (home / "config.yaml").open("a") as config:
        config.write("currency: EUR\n")
    assert c360("set", "quiet", "arr=5000")[1] == ("Quiet Ltd: currency is now EUR.\nQuiet Ltd: arr is now €5,000.\n")
    assert c360("undo")[1] == "Taken back: set quiet currency=EUR arr=5000\n"
    assert c360("set", "quiet", "arr=5000", "currency=USD")[1].endswith("arr is now $5,000.\n")


def test_without_anything_the_fields_are_listed(c360):
    assert c360("set", "--json") == c360("set", "--list", "--json")
    assert json.loads(c360("set", "--json")[1])
