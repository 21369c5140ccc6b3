"""What the SQL of a filter keeps, on each engine, is what the same filter keeps of the rows in memory."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360cli.datasets import Dataset, dataset
from c360cli.filters import read
from c360cli.store import Store
from tests.sections.company import empty_store, put, record

TEXTS = (
    "Acme", "ACME", "acme gmbh", "Müller & Söhne", "MÜLLER", "müller", "Straße", "STRASSE", "ΟΔΟΣ", "Οδος", "İstanbul",
    "ısı", "株式会社", "naïve", "O'Brien", 'say "hi"', "a_b%c", "and", "x or y", "(a)", "a,b", "1", "", " ",
    "\U00010400", "\U00010428", "\u212a", "k", "\u01c4", "\u01c6", "\u00b5", "\u039c", "e\u0301", "é", "\\",
)  # fmt: skip
CODES = ("USD", "EUR", "JPY", "KWD", "CLF", "usd", None)
DAYS = ("2026-11-21", "2026-11-20", "2026-11-30", "2026-12-31", "2027-02-28", "1999-01-01")
MOMENTS = ("2026-11-21T04:00:00Z", "2026-11-20T23:59:59Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")
AMOUNTS = (0, 1, -1, 100, 100.5, 99.99, 0.001, 1200, 90000, -5.5)
NUMBERS = (0, 1, -1, 10, 1000, 2**53, 2**53 + 1)


def rows() -> Sequence[Any]:
    """Customers and usage of every sort, a quarter of their fields empty."""
    pick = random.Random(7)

    def some(values: Sequence[Any]) -> Any:
        return None if pick.random() < 0.25 else pick.choice(values)

    customers = [
        record(
            "customer",
            f"{number:03}",
            changed_at=some(MOMENTS),
            name=TEXTS[number] if number < len(TEXTS) else some(TEXTS),
            segment=some(TEXTS),
            arr=some(AMOUNTS),
            currency=pick.choice(CODES),
            renewal_on=some(DAYS),
            is_referenceable=some((True, False)),
            users=some(NUMBERS),
            tags=[text for text in pick.sample(TEXTS, 2) if text],
            tier=some((*TEXTS, 12, 1.5, 9, -3, "007", "5.", "1-2", True, False, "yes", *DAYS, ["a"], {"b": 1})),
        )
        for number in range(120)
    ]
    figures = [record("usage", f"u{number}", value=some((0.5, 1, -3, 1e9)), day=some(DAYS)) for number in range(30)]
    return [*customers, *figures]


@pytest.fixture(scope="module")
def store(new_url: Callable[[], str]) -> Store:
    made = empty_store(new_url())
    put(made, *rows())
    return made


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def asking(field: str, operators: Sequence[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda operator, value: f"{field} {operator} {value}", st.sampled_from(operators), values),
        st.builds(lambda some: f"{field} in ({', '.join(some)})", st.lists(values, min_size=1, max_size=3)),
        st.sampled_from((f"{field} is empty", f"{field} is not empty")),
    )


ORDER = ("=", "!=", "<", "<=", ">", ">=")
words = st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
part = (
    words.flatmap(lambda word: st.sampled_from((word, word.upper(), word.lower(), word[:2], word[-1:])))
    .filter(bool)
    .map(quoted)
)
amount = st.builds(lambda number, code: f"{number}{code}", st.sampled_from(AMOUNTS).map(lambda value: f"{value:f}"),
                   st.sampled_from(("", " EUR", " JPY", " usd")))  # fmt: skip
day = st.sampled_from((*DAYS, "today", "+9d", "-1w", "+3m", "eom", "boq", "eoy"))
leaf = st.one_of(
    asking("name", (*ORDER, "~"), part),
    asking("segment", (*ORDER, "~"), part),
    asking("id", ORDER, st.sampled_from(("crm:001", "CRM:001", "crm:02"))),
    asking("arr", ORDER, amount),
    asking("users", ORDER, st.sampled_from(NUMBERS).map(str) | st.sampled_from(("0.5", "-0.5", "1e3"))),
    asking("renewal_on", ORDER, day),
    asking("changed_at", ORDER, day | st.sampled_from((*MOMENTS, "-24h"))),
    asking("is_referenceable", ("=", "!="), st.sampled_from(("true", "no"))),
    asking("tags", ("=", "!=", "~"), part),
    asking("extra.tier", (*ORDER, "~"), part | day),
    asking("extra.tier", ORDER, st.sampled_from(("12", "1.5", "-3", "7", "true", "NO", '[\'a\']'))),
    st.sampled_from(("is_referenceable", "extra.none is empty", "extra ~ tier")),
)  # fmt: skip
tree = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        inner.map("not {}".format),
    ),
    max_leaves=6,
)


def both(store: Store, made: Dataset, text: str) -> tuple[set[str], set[str]]:
    asked = read(text, made.fields(), store.present())
    (arm,) = made.arms
    kept = asked.sql(arm.sql, store.database, "w", arm.currency)
    found = store.stream(
        f"select t.id from {arm.tables} where {arm.where} and {kept.sql}", **made.values, **kept.values
    )
    names = [column.name for column in made.columns if column.name != "url"]
    everything = store.rows(
        f"select {', '.join(f'{arm.sql[name]} as {name}' for name in names)} from {arm.tables}", **made.values
    )
    return {row[0] for row in found}, {row["id"] for row in everything if asked.fits(row)}


@given(text=tree)
@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_memory_keep_the_same_customers(store: Store, text: str) -> None:
    of_sql, in_memory = both(store, dataset("customers", store), text)
    assert of_sql == in_memory


@given(text=asking("value", ORDER, st.sampled_from(("0.5", "1", "-3", "1e9", "0.1"))))
@settings(max_examples=50)
def test_sql_and_memory_keep_the_same_figures(store: Store, text: str) -> None:
    of_sql, in_memory = both(store, dataset("usage", store), text)
    assert of_sql == in_memory


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name = müller", {"MÜLLER", "müller"}),
        ("name = ΟΔΟς", {"ΟΔΟΣ", "Οδος"}),
        ("name ~ 'SÖHNE'", {"Müller & Söhne"}),
        ("name = 𐐀", {"\U00010400", "\U00010428"}),
        ("name ~ '%'", {"a_b%c"}),
        ("name = '\\'", {"\\"}),
    ],
)
def test_letters_are_alike_in_any_alphabet(store: Store, text: str, names: set[str]) -> None:
    of_sql, _ = both(store, dataset("customers", store), text)
    rows = store.rows("select id, name from customer")
    assert {row["name"] for row in rows if row["id"] in of_sql} == names
