"""Who is linked to whom, by which rule, and what is never guessed."""

import pytest

from c360cli.records import Record
from c360cli.store import Store
from c360cli.store.links import unmatched
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


def _gone(source_id: str, source: str = "crm") -> Record:
    return Record("customer", source, source_id, "2026-05-01T00:00:00Z", {}, deleted=True)


def test_what_hung_on_a_customer_that_is_gone_finds_the_one_that_took_its_place(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", domain="acme.example")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Desk Acme", domains=["acme.example"])))
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="1")))
    merge.settle()
    merge.page("crm", "accounts", page(_gone("a")))
    merge.settle()
    assert [row["id"] for row in unmatched(store.database)] == ["desk:1"]
    assert store.find("case")[0]["customer_id"] is None
    merge.page("crm", "accounts", page(account("b", name="Acme merged", domain="acme.example")))
    merge.settle()
    assert store.find("case")[0]["customer_id"] == "crm:b"
    moves = [(row["old"], row["new"]) for row in store.rows("select old, new from change where kind = 'link'")]
    assert moves == [("crm:a", None)]


def test_a_link_by_hand_to_a_customer_that_is_gone_is_listed(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Other")))
    merge.relink("desk:1", "crm:a", None)
    merge.page("crm", "accounts", page(_gone("a")))
    merge.settle()
    assert [row["id"] for row in unmatched(store.database)] == ["desk:1"]


def test_one_known_respondent_does_not_take_along_the_strangers_beside_him(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", domain="acme.example")))
    answers = [
        Record("survey", "nps", str(number), None, {"score": 0, "customer_ref": "n/a", "respondent": mail})
        for number, mail in enumerate(["bob@acme.example", "x@stranger.example"])
    ]
    merge.page("nps", "answers", page(*answers))
    merge.settle()
    assert _links(store) == {}


def test_answers_that_name_an_organization_leave_its_link_alone(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme")))
    merge.page("desk", "ratings", page(Record("survey", "desk", "r", None, {"score": 1, "customer_ref": "1"})))
    merge.settle()
    merge.page("crm", "contacts", page(Record("contact", "crm", "c", None, {"email": "x@y.example"})))
    merge.settle()
    assert _links(store) == {"desk:1": ("crm:a", "exact name")}


def test_the_id_of_an_organization_is_no_id_of_the_master(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("5", name="Acme")))
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="5")))
    merge.settle()
    assert store.find("case")[0]["customer_id"] is None


def test_a_link_by_a_rule_moves_when_a_better_rule_names_another(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme"), account("b", name="Bolt")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme", segment="Mid")))
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="1")))
    merge.settle()
    merge.page(
        "desk",
        "organizations",
        page(account("1", "2026-06-01T00:00:00Z", source="desk", name="Acme", segment="Mid", external_id="b")),
    )
    merge.settle()
    assert _links(store) == {"desk:1": ("crm:b", "external id")}
    assert store.find("case")[0]["customer_id"] == "crm:b"
    assert (store.customer("crm:a").segment, store.customer("crm:b").segment) == (None, "Mid")


def test_a_link_by_hand_can_be_taken_back(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme"), account("b", name="Bolt")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme")))
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="1")))
    merge.settle()
    merge.relink("desk:1", "crm:b", None)
    assert merge.unlink("desk:1", "jane@example.com")
    assert _links(store) == {"desk:1": ("crm:a", "exact name")}
    assert store.find("case")[0]["customer_id"] == "crm:a"
    assert not merge.unlink("desk:1", None)


def test_a_page_that_does_not_speak_of_domains_leaves_them(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", website="https://acme.example")))
    merge.page("crm", "accounts", page(account("a", "2026-06-01T00:00:00Z", name="Acme 2")))
    stale = account("a", "2025-01-01T00:00:00Z", name="Acme", website="https://old.example")
    merge.page("crm", "accounts", page(stale))
    assert [row["domain"] for row in store.rows("select domain from account_domain")] == ["acme.example"]


def test_voicing_marks_make_another_name(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="ホンダ商事"), account("b", name="Łódź Đông")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="ホンタ商事")))
    merge.settle()
    assert _links(store) == {}
    assert store.find_customer("lodz").slug == "lodz-dong"


def test_a_source_that_left_the_config_leads_no_more_and_its_rows_stay(store: Store, merge: Merge) -> None:
    from c360cli.store.merge import SourceFacts

    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.begin([SourceFacts("sf", "salesforce", 0, True, {})])
    merge.page("sf", "accounts", page(account("a", source="sf", name="Acme"), account("n", source="sf", name="New")))
    merge.settle()
    assert [row["name"] for row in store.sources()] == ["sf"]
    assert [row["id"] for row in store.find("customer")] == ["crm:a", "sf:n"]


def test_in_another_order_of_sources_other_values_come_first(store: Store, merge: Merge) -> None:
    from c360cli.store.merge import SourceFacts

    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme", segment="Mid")))
    merge.page("nps", "accounts", page(account("1", source="nps", name="Acme", segment="Big")))
    merge.settle()
    assert store.customer("crm:a").segment == "Mid"
    crm = SourceFacts("crm", "salesforce", 0, True, {})
    merge.begin([crm, SourceFacts("nps", "surveys", 1, False, {}), SourceFacts("desk", "zendesk", 2, False, {})])
    merge.settle()
    assert store.customer("crm:a").segment == "Big"


def test_a_stranger_who_answers_later_is_not_taken_along_either(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", domain="acme.example")))
    for number, mail in enumerate(["bob@acme.example", "x@stranger.example"]):
        answer = {"score": 0, "customer_ref": "n/a", "respondent": mail}
        merge.page("nps", "answers", page(Record("survey", "nps", str(number), None, answer)))
        merge.settle()
    assert _links(store) == {}
    assert [row["customer_id"] for row in store.find("survey")] == [None, None]


def test_who_is_known_by_a_contact_moves_when_the_contact_moves(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme"), account("b", name="Bolt")))
    merge.page(
        "crm", "contacts", page(Record("contact", "crm", "c", None, {"email": "jo@x.example", "customer_ref": "a"}))
    )
    merge.page("nps", "answers", page(Record("survey", "nps", "1", None, {"score": 9, "customer_ref": "jo@x.example"})))
    merge.settle()
    assert store.find("survey")[0]["customer_id"] == "crm:a"
    merge.page(
        "crm", "contacts", page(Record("contact", "crm", "c", None, {"email": "jo@x.example", "customer_ref": "b"}))
    )
    merge.settle()
    assert store.find("survey")[0]["customer_id"] == "crm:b"


def test_a_source_that_was_renamed_does_not_hold_the_new_name_back(store: Store, merge: Merge) -> None:
    from c360cli.store.merge import SourceFacts

    merge.page("crm", "accounts", page(account("a", name="Acme", arr=100)))
    merge.begin([SourceFacts("sf", "salesforce", 0, True, {})])
    merge.page("sf", "accounts", page(account("a", source="sf", name="Acme", arr=999)))
    merge.settle()
    assert store.customer("crm:a").arr == 99900


@pytest.mark.parametrize("is_settled_before", [True, False])
def test_the_cases_of_an_organization_that_was_deleted_still_belong_to_its_customer(
    store: Store, merge: Merge, is_settled_before: bool
) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme")))
    merge.page("desk", "organizations", page(account("1", source="desk", name="Acme", segment="Mid")))
    merge.page("desk", "tickets", page(case("11", subject="Login", customer_ref="1")))
    if is_settled_before:
        merge.settle()
    merge.page("desk", "organizations", page(_gone("1", "desk")))
    merge.settle()
    assert store.find("case")[0]["customer_id"] == "crm:a"
    assert store.customer("crm:a").segment is None
    assert unmatched(store.database) == []


def test_a_change_that_no_rule_looks_at_weighs_nothing(store: Store, merge: Merge) -> None:
    merge.page("crm", "accounts", page(account("a", name="Acme", phone="1")))
    merge.settle()
    merge.page("crm", "accounts", page(account("a", "2026-06-01T00:00:00Z", name="Acme", phone="2")))
    assert store.one("select max(needs_linking) from source") == 0
    merge.page("crm", "accounts", page(account("a", "2026-06-02T00:00:00Z", name="Bolt", phone="2")))
    assert store.one("select max(needs_linking) from source") == 2
