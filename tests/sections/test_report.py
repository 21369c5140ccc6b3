"""A report shows any data set, as rows or added up, of one customer and no other."""

import pytest

from c360cli.errors import FilterError, LayoutError
from tests.sections.company import put, record


@pytest.fixture
def report(build, store, acme):
    put(
        store,
        record("opportunity", "p1", name="Ulm", stage="Offer", amount=100, currency="EUR", is_closed=False),
        record("opportunity", "p2", name="Wien", stage="offer", amount=50.5, currency="EUR", close_on="2027-01-01"),
        record("opportunity", "p3", name="Tokyo", stage="Offer", amount=1000, currency="JPY", Region="East"),
        record("opportunity", "p4", name="Elsewhere", stage="Offer", amount=7, currency="EUR", customer_ref="002"),
    )  # fmt: skip

    def built(**options):
        return build("report", acme, **options)

    return built


def test_rows_are_listed_as_they_are(report):
    blocks = report(dataset="opportunities", where="currency = eur or extra.Region = east",
                    columns=["name", "amount", "extra.Region"], sort="-amount")  # fmt: skip
    table = blocks["opportunities"]
    assert [(row["name"], row["amount"], row["extra.Region"]) for row in table.rows] == [
        ("Ulm", 10_000, None), ("Wien", 5_050, None), ("Tokyo", 1_000, "East"),
    ]  # fmt: skip
    assert [column.label for column in table.columns] == ["Name", "Amount", "Region"]
    assert (table.rows[0]["url"], table.total) == ("https://crm.example/opportunity/p1", 3)
    assert blocks["count"].text == "3"


def test_a_limit_leaves_out_and_tells_how_many_there_are(report):
    table = report(dataset="opportunities", where="stage = offer", limit=2)["opportunities"]
    assert (len(table.rows), table.total) == (2, 3)
    assert len(report(dataset="opportunities", where="stage = offer", limit=None)["opportunities"].rows) == 3


def test_figures_are_added_up_by_a_column_however_it_is_written_and_never_over_currencies(report):
    table = report(
        dataset="opportunities", where="stage = offer", by="stage", sort="-count",
        columns=["count", "sum amount", "avg amount", "min close_on", "max name"],
    )["opportunities"]  # fmt: skip
    assert [tuple(row.values())[1:] for row in table.rows] == [
        (2, 15_050, 7_525, "2027-01-01", "Wien", "EUR"), (1, 1_000, 1_000, None, "Tokyo", "JPY"),
    ]  # fmt: skip
    assert {row["stage"].lower() for row in table.rows} == {"offer"}
    assert [column.label for column in table.columns] == [
        "Stage", "Count", "Total amount", "Average amount", "First close date", "Last name",
    ]  # fmt: skip


def test_rows_that_are_made_of_others_are_headed_like_them(report):
    table = report(dataset="roles", by="role", columns=["count", "max last_met_at", "min title"])["roles"]
    assert [column.label for column in table.columns] == ["Role", "Count", "Last met", "First title"]
    assert [tuple(row.values())[:3] for row in table.rows] == [
        ("Admin", 1, "2026-11-10T10:00:00Z"), ("Champion", 1, "2026-11-10T10:00:00Z"),
    ]  # fmt: skip


def test_without_a_column_to_add_up_by_there_is_one_line(report):
    asked = {"dataset": "surveys", "where": "kind = nps and answered_at >= 2026-01-01"}
    scores = [row["score"] for row in report(**asked, columns=["score"], limit=None)["surveys"].rows]
    (row,) = report(**asked, columns=["count", "avg score", "max score"])["surveys"].rows
    assert (row["count"], row["max_score"]) == (len(scores), max(scores))
    assert row["avg_score"] == pytest.approx(sum(scores) / len(scores))


def test_nothing_to_show_says_of_what(report):
    assert report(dataset="cases", where="subject = none")["empty"].text == "No cases with subject = none."
    assert report(dataset="cases", where="subject = none", by="status")["empty"].text == "No cases with subject = none."
    assert report()["empty"].text.startswith("Of which data set? --option dataset=NAME: customers,")


@pytest.mark.parametrize("dataset", ["people", "tags", "changes", "comments", "customers", "accounts"])
def test_any_data_set_of_a_customer_can_be_listed_and_counted(report, dataset):
    for options in ({}, {"columns": ["count"]}, {"by": "source"}):
        assert report(dataset=dataset, **options)


def test_what_does_not_fit_is_told(report):
    with pytest.raises(LayoutError, match='cases has no column "subjct"'):
        report(dataset="cases", columns=["subjct"])
    with pytest.raises(FilterError):
        report(dataset="cases", where="is_opn")
