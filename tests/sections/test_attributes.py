"""Every value with its source and its age."""

from .company import put, record


def fields_of(blocks, name="attributes"):
    return {field.name: field for field in blocks[name].fields}


def test_a_value_comes_from_the_first_source_that_has_one(build, acme):
    fields = fields_of(build("attributes", acme))
    assert (fields["name"].value, fields["name"].source) == ("Acme Corporation", "crm")
    assert (fields["timezone"].value, fields["timezone"].source) == ("Europe/Berlin", "desk")
    assert fields["tags"].value == ["vip", "renewal-q1"]


def test_every_field_with_a_source_is_what_the_customer_has(build, acme):
    for name, field in fields_of(build("attributes", acme)).items():
        if name not in ("url", "tags"):
            assert field.value == getattr(acme, name)
        assert field.source
        assert field.changed_at


def test_the_age_of_a_value_is_that_of_its_last_change(build, store):
    put(store, record("customer", "001", "crm", "2026-11-01T00:00:00Z", stage="Grow"))
    fields = fields_of(build("attributes", store.find_customer("acme")))
    assert fields["stage"].changed_at == "2026-11-01T00:00:00Z"
    assert fields["timezone"].changed_at == "2026-08-19T00:00:00Z"


def test_what_a_source_knows_beyond_the_columns_is_there_too(build, acme):
    extra = fields_of(build("attributes", acme), "extra")
    assert {name: (field.value, field.type, field.source) for name, field in extra.items()} == {
        "Seats__c": (3, "real", "crm"),
        "Tier__c": ("gold", "text", "crm"),
    }


def test_hidden_fields_and_empty_ones_are_left_out(build, acme, quiet):
    assert "stage" not in fields_of(build("attributes", acme, hide=["stage"]))
    assert set(fields_of(build("attributes", quiet))) == {"name", "csm", "url"}


def test_in_brief_it_leaves_out_what_the_page_says_above_and_tells_how_to_see_it(build, acme):
    whole, brief = build("attributes", acme), build("attributes", acme, brief=True)
    assert {"arr", "status", "comments"} & set(fields_of(brief)) == set()
    assert set(fields_of(brief)) < set(fields_of(whole))
    assert "extra" not in brief
    left_out = len(whole["attributes"].fields) + len(whole["extra"].fields) - len(brief["attributes"].fields)
    assert brief["more"].text == f"… and {left_out} more: c360 show acme -s attributes --all"


def test_a_link_is_told_as_one(build, acme):
    assert fields_of(build("attributes", acme))["url"].type == "url"
