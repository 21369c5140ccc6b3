"""What people say of fields goes to other programs, and the page calls their own fields as YAML does."""

import pytest

FIELDS = """
fields:
  hosting: {label: Hosted by}
  go_live: {type: day}
  seats: {type: integer}
  is_pilot: {type: bool}
"""


@pytest.fixture
def said(home, told):
    """Acme with four fields of our own, and amounts and a yes-or-no field that are waiting for their source."""
    (home / "layouts" / "fields").mkdir(parents=True)
    (home / "layouts" / "fields" / "mine.yaml").write_text(FIELDS)
    owners = "owners: {arr: push, is_referenceable: push}\n"
    (home / "config.yaml").write_text(f"user: jane@example.com\n{owners}")
    told("set", "acme", 'hosting=SaaS "EU"', "go_live=2027-01-31", "seats=12", "is_pilot=yes")
    told("set", "acme", "is_referenceable=yes", "arr=1200.50")


VALUES = {
    "hosting": 'SaaS "EU"', "go_live": "2027-01-31", "seats": "12", "is_pilot": "true", "arr": "1200.50",
    "is_referenceable": "true",
}  # fmt: skip


def test_an_export_says_every_field_that_people_have_set(c360, told, said):
    rows = told("export", "fields", "--customer", "acme")
    assert {row["field"]: row["value"] for row in rows} == VALUES
    assert {row["field"] for row in rows if row["is_own"]} == {"hosting", "go_live", "seats", "is_pilot"}
    assert {row["field"]: row["base"] for row in rows if row["is_pending"]}["arr"] == "120000.00"
    assert {row["author"] for row in rows} == {"jane@example.com"}
    assert told("export", "fields", "--customer", "quiet") == []
    assert [row["value"] for row in told("export", "fields", "-w", "field = seats and is_own")] == ["12"]
    assert "acme,,,2026-11-21T04:00:00Z,arr,1200.50," in c360("export", "fields")[1]


def test_a_view_says_the_same_in_whole_units(told, said):
    rows = told(
        "sql", "select field, value, base, is_own, is_pending from fields where customer = 'acme' order by field"
    )
    told_as = {**VALUES, "arr": "1200.5"}
    assert {row["field"]: row["value"] for row in rows} == told_as
    assert rows[0] == {"field": "arr", "value": "1200.5", "base": "120000", "is_own": 0, "is_pending": 1}
    assert told("sql", "select count(*) as n from fields where is_own = 1") == [{"n": 4}]


def test_the_page_calls_a_field_by_its_label_or_else_by_its_name(c360, told, said):
    (section,) = told("show", "acme", "-s", "attributes")["sections"]
    labels = {field["name"]: field["label"] for block in section["blocks"] for field in block.get("fields", ())}
    assert (labels["hosting"], labels["go_live"], labels["seats"]) == ("Hosted by", "Go live", "Seats")
    out = c360("show", "acme", "-s", "summary", "--option", "fields=extra.hosting,extra.seats")[1]
    assert "Hosted by" in out
    assert "hosting" not in out


def test_a_page_goes_on_where_the_files_of_fields_are_broken(c360, home, said):
    (home / "layouts" / "fields" / "mine.yaml").write_text("fields: nonsense\n")
    code, out, _ = c360("show", "acme", "-s", "attributes")
    assert (code, "Hosting" in out) == (0, True)
    assert c360("set", "acme", "--list")[0] == 3


REFUSED = [
    ("extra.is_pilot = maybe", 18, "compared with yes or no"),
    ("name ~ a and extra.seats > many", 28, "compared with a number"),
    ("extra.go_live < soon", 17, "compared with a day"),
]


@pytest.mark.parametrize(("where", "column", "problem"), REFUSED)
def test_every_filter_over_customers_refuses_what_a_field_cannot_hold(c360, said, where, column, problem):
    for words in (("export", "customers"), ("show", "--all"), ("export", "customers", "--customer", "acme")):
        code, out, err = c360(*words, "--where", where)
        assert (code, out) == (2, "")
        assert problem in err
        assert f"column {column} of the filter" in err
    option = ("show", "acme", "-s", "report", "--option", "dataset=customers", "--option", f"where={where}")
    code, out, err = c360(*option)
    assert (code, problem in err) == (2, True)


def test_what_fits_finds_the_same_everywhere(c360, told, said):
    for where in ("extra.is_pilot", "extra.seats >= 12 and extra.go_live > today", 'extra.hosting ~ "eu"'):
        assert [row["id"] for row in told("export", "customers", "-w", where)] == ["crm:001"]
        assert [row["slug"] for row in told("show", "--all", "--where", where)] == ["acme"]
    assert told("export", "customers", "-w", "extra.seats > 12") == []


def test_a_word_near_a_declared_field_is_offered_though_nobody_has_set_one(c360, home, said):
    (home / "layouts" / "fields" / "mine.yaml").write_text(FIELDS + "  is_reference_site: {type: bool}\n")
    assert 'Did you mean "extra.is_reference_site"?' in c360("export", "customers", "-w", "is_reference_site")[2]
    assert (
        'Did you mean "extra.is_reference_site"?' in c360("export", "customers", "-w", "extra.is_reference_sit = no")[2]
    )
