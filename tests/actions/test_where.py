"""A condition keeps the rows it describes, and nothing that is typed becomes SQL."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.actions.query import Request, plan
from c360cli.errors import UsageError
from c360cli.store import Store
from tests.sections.company import empty_store, put, record


@pytest.fixture(scope="module")
def store(new_url: Callable[[], str]) -> Store:
    made = empty_store(new_url())
    put(
        made,
        record("customer", "001", name="Müller Werke", arr=1200, currency="EUR", csm="jane@example.com", users=10,
               tags=["vip", "eu"], renewal_on="2026-12-01", is_referenceable=True, Plan="gold"),
        record("customer", "002", name="MÜLLER GRAPHICS", arr=90000, currency="JPY", users=200, tags=["vip-2"],
               renewal_on="2026-11-21", is_referenceable=False, **{"Seats per year": "12", "is_new": True}),
        record("customer", "003", name="Quiet"),
        record("activity", "1", subject="early", happened_at="2026-11-20T23:59:59Z"),
        record("activity", "2", subject="noon", happened_at="2026-11-21T12:00:00Z"),
        record("activity", "3", subject="late", happened_at="2026-11-22T00:00:00Z"),
        record("activity", "4", subject="some day"),
    )  # fmt: skip
    return made


def kept(store: Store, dataset: str, *conditions: str, column: str = "source_id") -> str:
    query = plan(store, Request(dataset, where=conditions, fields=(column,)))
    return " ".join(str(row[0]) for row in store.database.stream(query.sql(query.selects()), query.values))


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("name=Quiet", "003"),
        ("name!=Quiet", "001 002"),
        ("name~müller", "001 002"),
        ("name~MÜLLER w", "001"),
        ("customer=quiet", "003"),
        ("csm=", "002 003"),
        ("csm!=", "001"),
        ("csm!=jane@example.com", "002 003"),
        ("users>10", "002"),
        ("users >= 10", "001 002"),
        ("users<10.5", "001"),
        ("arr>1199.99", "001 002"),
        ("arr=1200", "001"),
        ("arr=90000", "002"),
        ("arr<5000", "001"),
        ("arr=", "003"),
        ("renewal_on=today", "002"),
        ("renewal_on>2026-11-21", "001"),
        ("is_referenceable=true", "001"),
        ("is_referenceable=no", "002"),
        ("is_referenceable!=true", "002 003"),
        ("tags=vip", "001"),
        ("tags!=vip", "002 003"),
        ("tags~vip", "001 002"),
        ("extra~gold", "001"),
        ("NAME=Quiet", "003"),
        ("name=qUIET", "003"),
        ("name=müller graphics", "002"),
        ("name!=QUIET", "001 002"),
        ("tags=VIP", "001"),
        ("source_id!=00A", "001 002 003"),
        ("extra.Plan=GOLD", "001"),
        ("extra.Plan~ol", "001"),
        ("extra.Plan=", "002 003"),
        ("extra.Seats per year>=12", "002"),
        ("extra.is_new=true", "002"),
        ('name="x\' or 1=1 --"', ""),
        ("name=x' or name=Quiet", "003"),
        ("arr > 1000 and renewal_on < +90d and not tags = trial", "001 002"),
        ("tags in (trial, EU) or users > 100", "001 002"),
        ("arr > 1199 EUR", "001"),
        ("arr >= 89999.5", "002"),
        ("is_referenceable", "001"),
        ("not (is_referenceable or users is empty)", "002"),
        ("renewal_on = eom", ""),
        ("renewal_on <= eoy and renewal_on >= tomorrow", "001"),
    ],
)
def test_a_condition_keeps_what_it_says(store: Store, condition: str, ids: str) -> None:
    assert kept(store, "customers", condition) == ids


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("happened_at=2026-11-21", "2"),
        ("happened_at!=2026-11-21", "1 3 4"),
        ("happened_at>2026-11-21", "3"),
        ("happened_at>=2026-11-21", "2 3"),
        ("happened_at<2026-11-21", "1"),
        ("happened_at<=2026-11-21", "1 2"),
        ("happened_at<=2026-11-21T12:00:00Z", "1 2"),
        ("happened_at=2026-11-21T14:00:00+02:00", "2"),
        ("happened_at=", "4"),
    ],
)
def test_a_day_is_the_whole_day(store: Store, condition: str, ids: str) -> None:
    assert kept(store, "activities", condition) == ids


def test_all_conditions_must_hold(store: Store) -> None:
    assert kept(store, "customers", "tags~vip", "users<100") == "001"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("status", "no yes-or-no field"),
        ("=x", "is no condition"),
        ("na\udcffme=x", "is no condition"),
        ("name=\udcff", "is no condition"),
        ("name=x' or 1=1 --", "is no condition"),
        ("users=1 name=x", 'missing before "name"'),
        ("nam=x", 'no column "nam"'),
        ("users=many", "a number"),
        ("users=nan", "a number"),
        ("users~1", "does not fit users"),
        ("arr>1,000", "an amount"),
        ("renewal_on>soon", "a day"),
        ("is_referenceable=perhaps", "true or false"),
        ("is_referenceable>true", "does not fit"),
        ("extra=gold", "does not fit"),
        ("extra.=gold", 'no column "extra."'),
        ("extra.$x=gold", 'no column "extra.\\$x"'),
        ('extra."x=gold', "no column"),
    ],
)
def test_what_cannot_be_asked_is_said(store: Store, condition: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        kept(store, "customers", condition)


@given(st.text(max_size=30) | st.sampled_from(["name", "arr", "tags", "renewal_on"]).flatmap(
    lambda name: st.text(max_size=10).map(lambda value: f"{name}={value}")))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_whatever_is_typed_is_an_answer_or_a_usage_error(store: Store, condition: str) -> None:
    try:
        kept(store, "customers", condition)
    except UsageError:
        return


def test_an_id_is_another_in_another_case(store: Store) -> None:
    assert kept(store, "customers", "id=CRM:001") == ""
    assert kept(store, "customers", "id=crm:001") == "001"


def test_a_field_that_is_the_sources_own_is_offered(store: Store) -> None:
    with pytest.raises(UsageError) as raised:
        kept(store, "customers", "plan=gold")
    assert raised.value.hint == 'Did you mean "extra.Plan"?'
    query = plan(store, Request("customers", where=["extra.Plann=gold"]))
    assert query.notes == ('no row of customers has "extra.Plann". Did you mean "extra.Plan"?',)


def test_amounts_of_several_currencies_in_one_comparison_are_said(store: Store) -> None:
    (note,) = plan(store, Request("customers", where=["arr>5000"])).notes
    assert note == (
        "arr was compared in whole units of EUR and JPY alike."
        " One of them: --where currency=JPY, or the code behind the amount."
    )
    assert plan(store, Request("customers", where=["arr>5000", "currency=EUR"])).notes == ()


def test_a_store_of_another_day_compares_its_own_days(store_url: str) -> None:
    from datetime import timedelta, timezone

    with empty_store(store_url) as store:
        store.zone = timezone(timedelta(hours=-8))
        put(store, record("activity", "1", happened_at="2026-11-21T05:00:00Z"))
        assert kept(store, "activities", "happened_at=2026-11-20") == "1"
