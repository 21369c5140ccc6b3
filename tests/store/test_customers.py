"""Which customer a word means."""

import pytest

from c360cli.errors import AmbiguousCustomer, NotFound, UsageError
from c360cli.records import Record
from c360cli.store import Store
from c360cli.store.merge import Merge

from .conftest import account, page

ACME_ID = "001D000000IRFmaIAH"


@pytest.fixture(autouse=True)
def customers(merge: Merge) -> None:
    merge.page(
        "crm",
        "accounts",
        page(
            account(ACME_ID, name="Acme Corporation", website="https://acme.example", arr=120000, status="Active"),
            account("b", name="Acme GmbH", parent_ref=ACME_ID, arr=40000),
            account("c", name="Acme Holding B.V."),
            account("d", name="Zenith Acme Partners"),
            account("e", name="Café Müller"),
            account("f", name="株式会社日立"),
        ),
    )
    merge.page(
        "crm", "usage", page(Record("usage", "crm", "u", None, {"instance": "git.acme.example", "customer_ref": "b"}))
    )
    merge.settle()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        (ACME_ID, "Acme Corporation"),
        (ACME_ID[:15], "Acme Corporation"),
        (f"crm:{ACME_ID}", "Acme Corporation"),
        ("acme", "Acme Corporation"),
        ("ACME GMBH", "Acme GmbH"),
        ("acme-gmbh", "Acme GmbH"),
        ("git.acme.example", "Acme GmbH"),
        ("acme.example", "Acme Corporation"),
        ("https://www.acme.example/", "Acme Corporation"),
        ("zen", "Zenith Acme Partners"),
        ("partners", "Zenith Acme Partners"),
        ("cafe muller", "Café Müller"),
        ("日立", "株式会社日立"),
    ],
)
def test_a_word_finds_its_customer(store: Store, word: str, name: str) -> None:
    assert store.find_customer(word).name == name


def test_several_hits_are_listed_with_what_tells_them_apart(store: Store) -> None:
    with pytest.raises(AmbiguousCustomer) as told:
        store.find_customer("acm")
    assert told.value.candidates == [
        ("acme", "Acme Corporation", "$120,000, Active"),
        ("acme-gmbh", "Acme GmbH", "$40,000, under Acme Corporation"),
        ("acme-holding", "Acme Holding B.V.", "no ARR"),
    ]


def test_match_narrows_how_a_word_is_taken(store: Store) -> None:
    assert store.find_customer("zenith", "starts").slug == "zenith-acme-partners"
    with pytest.raises(NotFound):
        store.find_customer("zen", "exact")
    with pytest.raises(AmbiguousCustomer) as told:
        store.find_customer("acme", "contains")
    assert told.value.total == 4
    with pytest.raises(UsageError):
        store.find_customer("acme", "like")


def test_a_misspelled_name_gets_its_nearest(store: Store) -> None:
    with pytest.raises(NotFound) as told:
        store.find_customer("zenit acme partner")
    assert told.value.nearest == ["zenith-acme-partners"]
