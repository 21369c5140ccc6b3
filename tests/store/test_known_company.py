"""Who is who in a company of 2,000 organizations whose answers are known: nothing wrong, and nearly all that can be."""

from collections import Counter
from collections.abc import Callable

import pytest

from c360cli.actions.link import suggestions, unmatched
from c360cli.records import Row
from c360cli.store import open_store
from c360cli.store.merge import SourceFacts

from .conftest import page
from .known_company import SHARES, Known, Organization, known_company


@pytest.fixture(scope="module")
def known() -> Known:
    return known_company()


@pytest.fixture(scope="module")
def told(known: Known, new_url: Callable[[], str]) -> tuple[dict[str, Row], dict[str, Row]]:
    """The links that were made, and what is listed without one, both by id."""
    with open_store(new_url()) as store:
        merge = store.merge()
        merge.begin([SourceFacts("crm", "salesforce", 0, True, {}), SourceFacts("desk", "zendesk", 1, False, {})])
        merge.page("desk", "organizations", page(*(each.record for each in known.organizations)))
        merge.page("crm", "accounts", page(*known.accounts))
        merge.settle()
        links = {row["id"]: row for row in store.rows("select id, customer_id, reason from link where source = 'desk'")}
        return links, {row["id"]: row for row in suggestions(store, unmatched(store))}


def _id(organization: Organization) -> str:
    return f"desk:{organization.record.source_id}"


def test_the_company_is_what_it_says(known: Known) -> None:
    assert len(known.organizations) == 2000
    assert {each.how for each in known.organizations} == set(SHARES)


def test_no_link_is_wrong(known: Known, told: tuple[dict[str, Row], dict[str, Row]]) -> None:
    links, _ = told
    wrong = [
        (each.how, each.record.values["name"], links[_id(each)])
        for each in known.organizations
        if _id(each) in links and links[_id(each)]["customer_id"] != each.answer
    ]
    assert wrong == []


def test_nearly_everything_that_can_be_found_is_found(
    known: Known, told: tuple[dict[str, Row], dict[str, Row]]
) -> None:
    links, _ = told
    findable = [each for each in known.organizations if each.answer]
    missed = Counter(each.how for each in findable if _id(each) not in links)
    assert sum(missed.values()) <= 0.05 * len(findable), missed
    assert set(missed) == set()  # what this company is made of, all of it is


def test_each_is_linked_by_what_it_can_be_known_by(known: Known, told: tuple[dict[str, Row], dict[str, Row]]) -> None:
    links, _ = told
    by = {how: {links[_id(each)]["reason"] for each in known.organizations if each.how == how and each.answer}
          for how in SHARES}  # fmt: skip
    assert by["external id"] == by["short id"] == {"external id"}
    assert by["domain"] == by["renamed"] == by["typo with domain"] == {"domain"}
    assert by["exact name"] == by["subsidiary by name"] == {"exact name"}
    assert by["legal form"] <= {"exact name", "name"}
    assert by["no legal form"] == {"name"}
    assert by["cjk"] <= {"exact name", "name"}


def test_a_typo_is_no_link_but_the_first_suggestion(known: Known, told: tuple[dict[str, Row], dict[str, Row]]) -> None:
    _, listed = told
    typos = [each for each in known.organizations if each.how == "typo"]
    slugs_of = [[near["name"] for near in listed[_id(each)]["near"][:1]] for each in typos]
    names = {f"crm:{record.source_id}": record.values["name"] for record in known.accounts}
    right = [first == [names[each.likely]] for each, first in zip(typos, slugs_of, strict=True)]
    assert sum(right) >= 0.95 * len(typos)


@pytest.mark.parametrize(
    ("how", "rules"),
    [("shared domain alone", {"domain"}), ("says two things", {"domain", "exact name"}), ("namesake abroad", {"name"})],
)
def test_what_is_left_for_doubt_is_listed_with_whom_it_could_be(
    known: Known, told: tuple[dict[str, Row], dict[str, Row]], how: str, rules: set[str]
) -> None:
    _, listed = told
    for each in known.organizations:
        if each.how == how:
            assert {one["rule"] for one in listed[_id(each)]["candidates"]} == rules
            assert len(listed[_id(each)]["candidates"]) == (1 if how == "namesake abroad" else 2)
