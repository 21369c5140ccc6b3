"""Who is who in the made-up company, whose answers its inventor knows: no organization is with another's customer."""

from datetime import UTC, datetime
from pathlib import Path

from c360_connectors.demo.accounts import account_id
from c360_connectors.demo.company import Company
from c360_connectors.demo.organizations import organization_id, stray_ids

from c360cli.actions.link import suggestions, unmatched
from c360cli.main import call
from c360cli.store import open_store

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


def test_every_organization_is_with_its_own_customer_or_with_none(tmp_path: Path) -> None:
    assert call(["--home", str(tmp_path), "demo", "--quiet"], clock=lambda: NOW) == 0
    customers = Company(NOW.date()).world.customers
    answers = {
        f"zendesk:{organization_id(customer)}": f"salesforce:{account_id(customer)}"
        for customer in customers
        if organization_id(customer)
    }
    with open_store(str(tmp_path / "c360.db"), read_only=True) as store:
        links = {row["id"]: row["customer_id"] for row in store.rows("select id, customer_id from link")}
        alone = {row["id"]: row for row in suggestions(store, unmatched(store))}
    wrong = {id_: links[id_] for id_, answer in answers.items() if id_ in links and links[id_] != answer}
    assert wrong == {}
    missed = [id_ for id_ in answers if id_ not in links]
    assert len(missed) <= 0.05 * len(answers)
    assert [alone[id_]["near"][0]["slug"] for id_ in missed] == ["halcyon-diagnostics"]  # its name says "(migrated)"
    assert {f"zendesk:{id_}" for id_ in stray_ids()} <= alone.keys()
