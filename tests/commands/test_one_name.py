"""One thing has one name in every JSON and every export."""

import pytest


@pytest.fixture
def filled(told):
    plan = told("plan", "add", "acme", "Value", "--due", "+90d")["id"]
    told("plan", "objective", "add", plan, "All teams")
    cta = told("cta", "add", "acme", "Call", "-t", "risk")["id"]
    told("cta", "task", "add", cta, "Write")
    told("person", "edit", "acme", "aiko@acme.com", "--reports-to", "rosa@acme.com")
    told("person", "influence", "acme", "rosa@acme.com", "aiko@acme.com", "-m", "asks her")


def sections(told, name):
    return next(section for section in told("show", "acme", "-s", name)["sections"] if section["name"] == name)


def tables(section):
    return {block["name"]: block["rows"] for block in section["blocks"] if block["type"] == "table"}


def test_how_many_objectives_and_tasks_there_are_is_a_count_everywhere(told, filled):
    plans = [told("plan", "list")[0], told("plan", "show", told("plan", "list")[0]["id"]), told("export", "plans")[0]]
    plans.append(tables(sections(told, "success_plan"))["plans"][0])
    assert {(row["objectives_count"], row["objectives_done"]) for row in plans} == {(1, 0)}
    listed, exported = ([row for row in told(*words) if row["name"] == "Call"] for words in
                        (("cta", "list"), ("export", "ctas")))  # fmt: skip
    drawn = [row for row in tables(sections(told, "cockpit"))["open"] if row["name"] == "Call"]
    assert {(row["tasks_count"], row["tasks_done"]) for row in (*listed, *exported, *drawn)} == {(1, 0)}
    assert {type(row["tasks_count"]) for row in told("playbook", "list")} == {int}
    assert {type(row["objectives_count"]) for row in told("plan", "templates")} == {int}


def test_whom_somebody_reports_to_is_a_name_and_an_address_beside_it(told, filled):
    listed = next(row for row in told("person", "list", "acme") if row["email"] == "aiko@acme.com")
    said = told("person", "edit", "acme", "aiko@acme.com", "--role", "lead")
    rosa = next(row["name"] for row in told("person", "list", "acme") if row["email"] == "rosa@acme.com")
    assert {(row["reports_to"], row["reports_to_email"]) for row in (listed, said)} == {(rosa, "rosa@acme.com")}


def test_reports_to_is_a_name_for_people_whether_or_not_the_boss_is_in_the_list(c360, told, filled):
    told("person", "sponsor", "acme", "aiko@acme.com")
    rosa = next(row["name"] for row in told("person", "list", "acme") if row["email"] == "rosa@acme.com")
    for words in (("--sponsors",), (), ("--sponsors", "--format", "md")):
        line = next(line for line in c360("person", "list", "acme", *words)[1].splitlines() if "aiko@acme.com" in line)
        assert rosa in line


def test_who_influences_whom_has_the_same_keys_where_it_is_asked_and_exported(told, filled):
    (listed,), (exported,) = told("person", "influence", "acme"), told("export", "influence")
    (drawn,) = tables(sections(told, "people"))["influence"]
    for row in (listed, exported, drawn):
        assert (row["from_email"], row["to_email"], row["made_by"]) == (
            "rosa@acme.com",
            "aiko@acme.com",
            "jane@example.com",
        )


def test_the_count_of_a_section_is_a_number_and_its_words_stand_beside_it(told, filled):
    page = told("show", "acme", "--all")
    assert {type(section["count"]) for section in page["sections"]} <= {int, type(None)}
    support = sections(told, "support")
    assert (support["count"], support["holds"]) == (2, "open, 2 of 4")
    assert sections(told, "timeline")["count"] == told("show", "acme", "-s", "timeline")["sections"][0]["count"] > 0
    assert next(s for s in told("show", "quiet", "-s", "opportunities")["sections"])["count"] == 0
