"""A scorecard tried on the past: the store as it was, who would have been warned of, and how little says nothing."""

import pytest

from c360cli.actions import backtest
from c360cli.store import open_store, past
from tests.sections.company import CRM, DESK, fill, put, record
from tests.store.conftest import Clock

CARD = """\
measures:
  m:
    weight: 1
    automated: {data: cases, take: count, where: is_open, if_none: 0}
    thresholds: [{up_to: 1, score: green}, {score: red}]
"""


@pytest.fixture
def store(store_url):
    with open_store(store_url, clock=Clock()) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def card(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(CARD)
    return str(path)


def test_the_store_is_as_it_was_and_comes_back(store):
    put(store, record("customer", "001", CRM, "2026-11-01T00:00:00Z", name="Acme Corporation", arr=90000,
                      currency="USD", status="Churn", users=500))  # fmt: skip
    now = store.row("select arr, status, users from customer where id = 'crm:001'")
    with past.as_of(store.database, "2026-10-31T23:59:59Z", "2026-10-31"):
        then = store.row("select arr, status, users from customer where id = 'crm:001'")
        cases = store.rows("select number, is_open from support_case order by number")
    assert now == {"arr": 9000000, "status": "Churn", "users": 500}
    assert then == {"arr": 12000000, "status": "Active", "users": 1000}
    assert cases == [{"number": "46000", "is_open": 0}]
    assert store.row("select arr, status, users from customer where id = 'crm:001'") == now
    assert store.one("select count(*) from support_case") == 4


def test_a_case_that_was_closed_later_was_open_then(store):
    with past.as_of(store.database, "2026-01-31T00:00:00Z", "2026-01-31"):
        assert store.rows("select number, is_open, closed_at from support_case") == [
            {"number": "46000", "is_open": 1, "closed_at": None}
        ]


def test_few_churns_are_told_and_give_no_share(store, card, tmp_path):
    found = backtest.run(store, card, str(tmp_path), months=3)
    assert (found["churned"], found["precision"], found["recall"]) == (0, None, None)
    assert "fewer than 10" in found["reason"]
    assert found["bands"] == {"NA": 4, "red": 1}


def test_warnings_before_churn_are_counted_with_their_lead(store, card, tmp_path):
    """Twelve customers churn on November 10th; eight of them had two cases open since August or October."""
    records = []
    for number in range(12):
        name = f"Lost {number:02}"
        records.append(record("customer", f"L{number}", CRM, "2026-01-01T00:00:00Z", name=name, status="Active"))
        records.append(record("customer", f"L{number}", DESK, name=name, external_id=f"L{number}"))
        since = "2026-08-20" if number < 4 else "2026-10-20"
        records += [
            record("case", f"L{number}-{each}", DESK, opened_at=f"{since}T00:00:00Z", is_open=True,
                   customer_ref=f"L{number}")
            for each in range(2 if number < 8 else 1)
        ]  # fmt: skip
    put(store, *records)
    put(store, *(record("customer", f"L{number}", CRM, "2026-11-10T00:00:00Z", name=f"Lost {number:02}", status="Churn")
                 for number in range(12)))  # fmt: skip
    found = backtest.run(store, card, str(tmp_path), months=6)
    assert (found["churned"], found["warned"], found["flagged"]) == (12, 8, 8)
    assert found["recall"] == pytest.approx(8 / 12)
    assert found["precision"] == 1
    assert found["lead_days"] == pytest.approx((71 + 10) / 2)  # from August 31st or October 31st
    again = backtest.run(store, card, str(tmp_path), months=6, within_days=7)
    assert (again["warned"], again["recall"]) == (0, 0)
