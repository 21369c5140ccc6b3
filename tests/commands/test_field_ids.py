"""A field of a customer with its object before it, ``account.arr``, is the field: wherever people write one."""

import json
import re

import pytest

LAYOUT = """\
sections:
- section: summary
  options:
    widgets: [users, account.users, customer.arr, renewal_on, account.extra.tier, lifetime]
    fields: [account.arr, customer.stage, account.extra.tier]
- section: attributes
  options: {hide: [account.phone, customer.website]}
- section: hierarchy
  when: account.segment = enterprise
  options: {columns: [account.arr, status], where: customer.arr > 0}
- report: customers
  where: account.arr > 0
  columns: [account.arr, customer.name]
"""


@pytest.fixture
def mine(home):
    (home / "layouts").mkdir()
    (home / "layouts" / "mine.yaml").write_text(LAYOUT)
    return home


@pytest.fixture
def summary(mine, told):
    """The widgets and the fields of a layout that names both by object."""
    blocks = told("show", "acme", "--layout", "mine", "-s", "summary")["sections"][0]["blocks"]
    return {tile["name"]: tile for tile in blocks[0]["tiles"]}, {field["name"]: field for field in blocks[1]["fields"]}


def test_a_layout_takes_it_in_every_place(mine, c360, told):
    assert c360("layout", "lint", "mine") == (0, "", "All is well.\n")
    page = told("show", "acme", "--layout", "mine")
    assert [section["name"] for section in page["sections"]] == ["summary", "attributes", "hierarchy", "report"]
    attributes = {field["name"] for field in page["sections"][1]["blocks"][0]["fields"]}
    assert attributes.isdisjoint({"phone", "website"})
    assert page["sections"][3]["blocks"][-1]["rows"][0]["name"] == "Acme Corporation"


def test_in_the_summary_it_has_its_plain_name(summary):
    _, fields = summary
    assert list(fields) == ["arr", "stage", "extra.tier"]
    assert (fields["arr"]["value"], fields["arr"]["unit"]) == (120000.0, "USD")


def test_any_field_can_be_a_widget(summary):
    tiles, _ = summary
    assert (tiles["arr"]["value"], tiles["arr"]["unit"]) == (120000.0, "USD")
    assert (tiles["renewal_on"]["value"], tiles["renewal_on"]["note"]) == ("2027-03-01", "(in 100 days)")
    assert (tiles["lifetime"]["value"], tiles["lifetime"]["unit"]) == (28, "months")


def test_where_a_widget_has_the_name_of_a_field_the_object_tells_them_apart(mine, told):
    blocks = told("show", "acme", "--layout", "mine", "-s", "summary")["sections"][0]["blocks"]
    assert [(tile["value"], tile["unit"]) for tile in blocks[0]["tiles"][:2]] == [(90.0, "%"), (1000, None)]


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("fields: [account.arrr]", 'there is no field "account.arrr". Did you mean "account.arr"?'),
        ("widgets: [health, custmer.arr]", 'there is no widget "custmer.arr".'),
        ("fields: [contact.arr]", 'there is no field "contact.arr".'),
    ],
)
def test_a_mistake_in_it_is_named_with_the_nearest_of_that_object(mine, c360, text, mistake):
    (mine / "layouts" / "bad.yaml").write_text(f"sections:\n- section: summary\n  options: {{{text}}}\n")
    code, out, _ = c360("layout", "lint", "bad")
    assert (code, out.splitlines()[0].split(": ", 1)[1].startswith(mistake)) == (1, True)


def test_the_schema_lets_an_editor_take_it(c360):

    entries = json.loads(c360("layout", "schema")[1])["properties"]["sections"]["items"]["anyOf"]
    (options,) = [each["properties"]["options"] for each in entries if _named(each) == "summary"]
    patterns = [way["pattern"] for way in options["properties"]["fields"]["items"]["anyOf"] if "pattern" in way]

    def is_taken(word):
        return any(re.search(pattern, word) for pattern in patterns)

    assert all(map(is_taken, ("account.arr", "customer.days_to_renew", "account.extra.tier")))
    assert not any(map(is_taken, ("account.arrr", "accountXarr", "contact.arr")))


def _named(entry):
    return entry.get("properties", {}).get("section", {}).get("const")


def test_lists_and_exports_are_filtered_and_chosen_by_it(c360, told):
    where = ("--where", "account.arr > 50000 and customer.segment = Enterprise")
    listed = [row["slug"] for row in told("show", "--all", *where)]
    exported = told("export", "customers", *where, "--fields", "account.name,customer.arr")
    assert listed == ["acme"]
    assert exported == [{"name": "Acme Corporation", "arr": 120000.0}]
    assert told("show", "--all", "--sort", "account.arr") == told("show", "--all", "--sort", "arr")
    code, _, err = c360("export", "customers", "--where", "account.arrr > 5")
    assert (code, 'Did you mean "arr"?' in err) == (2, True)
    assert c360("export", "cases", "--where", "account.status = x")[0] == 2  # a case is no account


def test_a_field_is_set_and_explained_by_it(c360, told):
    assert c360("set", "quiet", "account.users=40", "customer.renewal_on=2026-12-05")[0] == 0
    assert c360("set", "--help-field", "Account.stage")[1].startswith("stage: ")
    assert told("show", "quiet", "--why", "account.users")["value"] == 40
    assert "account.stge" in c360("set", "quiet", "account.stge=x")[2]
    assert c360("set", "quiet", "--forget", "account.users")[0] == 0
    assert json.loads(c360("export", "customers", "--customer", "quiet", "--fields", "users", "--json")[1]) == [
        {"users": None}
    ]
