"""One company written in two ways: a domain is one however it is spelled, a name is suggested and never guessed."""

import pytest

from c360cli.actions.link import suggestions, unmatched
from c360cli.store import Store
from c360cli.store.merge import Merge

from .conftest import account, page

BESIDE = ("Millner Steel", "Internal Foods", "Andersen Paper", "Theodor Marine")  # near enough to be mistaken


def _reasons(store: Store) -> dict[str, str]:
    return {row["id"]: row["reason"] for row in store.rows("select id, reason from link where reason <> 'master'")}


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("https://www.münchen.example", "xn--mnchen-3ya.example"),
        ("xn--mnchen-3ya.example", "MÜNCHEN.example"),
        ("mu\u0308nchen.example", "www.xn--mnchen-3ya.example"),
        ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
    ],
)
def test_a_domain_links_in_letters_and_in_punycode(store: Store, merge: Merge, here: str, there: str) -> None:
    merge.page("crm", "accounts", page(account("a", name="Stadtwerke", website=here), account("b", name="Bolt")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="SWM", domains=[there])))
    merge.settle()
    assert _reasons(store) == {"desk:1": "domain"}
    assert store.find_customer(there).id == store.find_customer(here).id == "crm:a"


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("straße.example", "strasse.example"),
        ("münchen.example", "munchen.example"),
        ("münchen.example", "muenchen.example"),
        ("acme.example", "xn--cme-7cd.example"),  # аcme, of which the first letter is Cyrillic
        ("acme.example", "xn--acme-.example"),
    ],
)
def test_domains_that_look_alike_are_two(store: Store, merge: Merge, here: str, there: str) -> None:
    merge.page("crm", "accounts", page(account("a", name="Stadtwerke", website=here)))
    merge.page("desk", "organizations", page(account("1", source="desk", name="SWM", domains=[there])))
    merge.settle()
    assert _reasons(store) == {}


@pytest.mark.parametrize(
    ("customer", "organization"),
    [
        ("Müller Steel", "Mueller Steel"),
        ("Koehler", "Köhler GmbH"),
        ("Øresund Foods", "Oeresund Foods"),
        ("Ångström Labs", "Aangstroem Labs"),
        ("The Widget Shop", "Widget Shop"),
        ("Globber", "The Globber Ltd"),
        ("Zentrix Intl", "Zentrix International"),
        ("Zentrix International", "Zentrix Int'l."),
        ("Hobbes International", "Hobbes"),
        ("Johnson & Smith", "Johnson and Smith"),
        ("Krämer und Sohn", "Krämer & Sohn"),
        ("AT&T", "AT and T"),
    ],
)
def test_a_name_spelled_otherwise_is_no_link_and_the_first_suggestion(
    store: Store, merge: Merge, customer: str, organization: str
) -> None:
    names = (*BESIDE, customer)
    merge.page("crm", "accounts", page(*(account(str(at), name=name) for at, name in enumerate(names))))
    merge.page("desk", "organizations", page(account("1", source="desk", name=organization)))
    merge.settle()
    assert _reasons(store) == {}
    (listed,) = suggestions(store, unmatched(store))
    assert [near["name"] for near in listed["near"]][:1] == [customer]
    assert 90 <= listed["near"][0]["score"] < 100


def test_of_two_that_are_spoken_alike_neither_is_guessed(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="The Zentrix Intl"), account("b", name="Zentrix and Intl")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Zentrix International")))
    merge.settle()
    assert _reasons(store) == {}
    (listed,) = suggestions(store, unmatched(store))
    assert {near["name"] for near in listed["near"]} == {"The Zentrix Intl", "Zentrix and Intl"}
