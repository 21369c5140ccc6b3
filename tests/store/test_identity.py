"""Who is linked to whom, by which rule, and what is never guessed."""

from c360cli.records import Record
from c360cli.store import Store
from c360cli.store.identity import unmatched
from c360cli.store.merge import Merge

from .conftest import account, case, page

LONG_ID, SHORT_ID = "001D000000IRFmaIAH", "001D000000IRFma"


def _links(store: Store) -> dict[str, tuple[str, str]]:
    rows = store.rows("select id, customer_id, reason from link where reason <> 'master'")
    return {row["id"]: (row["customer_id"], row["reason"]) for row in rows}


def test_accounts_of_the_master_source_make_customers(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme Corporation"), account("b", name="Bolt")))
    assert [(row["id"], row["slug"]) for row in store.find("customer")] == [("crm:a", "acme"), ("crm:b", "bolt")]


def test_accounts_of_other_sources_make_none(store: Store, merge: Merge) -> None:
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme")))
    merge.settle()
    assert store.find("customer") == []
    assert [row["id"] for row in unmatched(store.database)] == ["desk:1"]


def test_each_rule_links_and_says_why(store: Store, merge: Merge) -> None:
    merge.page(
        "crm",
        "accounts",
        page(
            account(LONG_ID, name="Acme Corporation"),
            account("b", name="Bolt", website="https://www.bolt.example"),
            account("c", name="Müller & Söhne GmbH"),
            account("d", name="Dyne", external_id="D-77"),
        ),
    )
    merge.page(
        "desk",
        "organizations",
        page(
            account("1", source="desk", name="something else", external_id=SHORT_ID),
            account("2", source="desk", name="other", domains=["bolt.example"]),
            account("3", source="desk", name="MULLER SOHNE"),
            account("4", source="desk", name="fourth", external_id="D-77"),
            account("5", source="desk", name="dyne"),
        ),
    )
    merge.settle()
    assert _links(store) == {
        "desk:1": (f"crm:{LONG_ID}", "external id"),
        "desk:2": ("crm:b", "domain"),
        "desk:3": ("crm:c", "name"),
        "desk:4": ("crm:d", "external id"),
        "desk:5": ("crm:d", "exact name"),
    }


def test_a_name_that_fits_two_customers_is_never_guessed(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme Inc"), account("b", name="Acme GmbH")))
    merge.page(
        "desk",
        "organizations",
        page(account("1", source="desk", name="ACME"), account("2", source="desk", name="acme gmbh")),
    )
    merge.settle()
    assert _links(store) == {"desk:2": ("crm:b", "exact name")}


def test_a_mail_provider_is_nobodys_domain(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", domain="gmail.com")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Other", domains=["gmail.com"])))
    merge.settle()
    assert _links(store) == {}


def test_a_respondent_is_found_by_contact_then_by_domain(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", domain="acme.example"), account("b", name="Bolt")))
    merge.page(
        "crm",
        "contacts",
        page(Record("contact", "crm", "c1", None, {"email": "Kim@home.example", "customer_ref": "b"})),
    )
    answers = [
        Record("survey", "nps", str(number), None, {"score": 9, "customer_ref": mail})
        for number, mail in enumerate(["kim@home.example", "jo@acme.example", "x@nowhere.example"])
    ]
    merge.page("nps", "answers", page(*answers))
    merge.settle()
    assert [row["customer_id"] for row in store.find("survey")] == ["crm:b", "crm:a", None]
    assert [(row["id"], row["records"]) for row in unmatched(store.database)] == [("nps:x@nowhere.example", 1)]


def test_an_answer_whose_account_nobody_knows_is_found_by_its_respondent(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", domain="acme.example")))
    answer = {"score": 9, "customer_ref": "old-crm-77", "respondent": "jo@acme.example"}
    merge.page("nps", "answers", page(Record("survey", "nps", "1", None, answer)))
    merge.settle()
    assert _links(store) == {"nps:old-crm-77": ("crm:a", "domain")}


def test_what_came_before_its_customer_is_resolved_when_the_customer_comes(store: Store, merge: Merge) -> None:
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="1")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme")))
    merge.settle()
    assert store.find("case")[0]["customer_id"] is None
    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.settle()
    assert store.find("case")[0]["customer_id"] == "crm:a"


def test_a_parent_that_comes_later_is_still_the_parent(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("child", name="Child", parent_ref="top")))
    merge.page("crm", "accounts", page(account("top", name="Top")))
    merge.settle()
    assert store.customer("crm:child").parent_id == "crm:top"


def test_values_come_from_the_first_source_that_has_them(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", industry="Steel")))
    merge.page(
        "desk",
        "organizations",
        page(account("1", source="desk", name="ACME", industry="Metal", segment="Mid", tags=["vip"])),
    )
    merge.settle()
    customer = store.customer("crm:a")
    assert (customer.name, customer.industry, customer.segment, customer.tags) == ("Acme", "Steel", "Mid", ("vip",))


def test_a_link_by_hand_moves_what_hangs_on_it_and_stays(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme"), account("b", name="Bolt")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme", segment="Mid")))
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="1")))
    merge.settle()
    merge.relink("desk:1", "crm:b", "jane@example.com")
    merge.settle()
    assert _links(store) == {"desk:1": ("crm:b", "by hand")}
    assert store.find("case")[0]["customer_id"] == "crm:b"
    assert (store.customer("crm:a").segment, store.customer("crm:b").segment) == (None, "Mid")
    logged = store.row("select old, new, author from change where kind = 'link'")
    assert logged == {"old": "crm:a", "new": "crm:b", "author": "jane@example.com"}


def test_a_customer_whose_own_account_is_deleted_is_deleted(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.page("crm", "accounts", page(Record("customer", "crm", "a", "2026-05-01T00:00:00Z", {}, deleted=True)))
    assert store.find("customer") == []
    assert store.customer("crm:a").name == "Acme"
    merge.page("crm", "accounts", page(account("a", "2026-05-02T00:00:00Z", name="Acme")))
    assert len(store.find("customer")) == 1


def test_slugs_are_unique_and_survive_a_new_name(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(*(account(str(number), name="Acme Inc") for number in range(4))))
    assert [row["slug"] for row in store.find("customer")] == ["acme", "acme-inc", "acme-inc-2", "acme-inc-3"]
    merge.page("crm", "accounts", page(account("0", "2026-06-01T00:00:00Z", name="Zenith")))
    assert store.customer("crm:0").slug == "acme"


def test_when_another_source_becomes_the_master_no_customer_doubles(store: Store, merge: Merge) -> None:
    from c360cli.store.merge import SourceFacts

    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.begin([SourceFacts("desk", "zendesk", 0, True, {}), SourceFacts("crm", "salesforce", 1, False, {})])
    merge.page(
        "desk",
        "organizations",
        page(account("1", source="desk", name="ACME"), account("2", source="desk", name="Bolt")),
    )
    merge.settle()
    assert [row["id"] for row in store.find("customer")] == ["crm:a", "desk:2"]
