"""``c360 score history``, ``explain`` and ``explain-assignment``: how a score went, why, and by which scorecard."""

from typing import Any

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import asked
from c360cli.session import current, formats


@click.command()
@asked("customer", question=things.customer, is_reading=True)
@click.option("--weeks", type=click.IntRange(1, 5000), help="Only the last so many weeks; without it, all there is.")
@formats("text", "json", "csv")
def history(customer: str, weeks: int | None, format: str) -> None:
    """List every score CUSTOMER has had, the last first: each from when it was computed to when it was last checked.

    A day may have several: each says its time. With --format json or csv, moments are UTC.
    """
    from c360cli.actions import score
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table
    from c360cli.times import minute_in

    session = current()
    with session.open_store(read_only=True) as store:
        found, rows = score.history(store, customer, weeks)
        zone = store.zone
    if format == "text":
        rows = [{**row, "computed_at": minute_in(zone, row["computed_at"])} for row in rows]
    columns = (
        Column("computed_at", "Since"),
        Column("checked_at", "Last checked", "moment"),
        Column("effective", "Score", "mean", says_na=True),
        Column("band", "Band"),
        Column("change", "Change", "mean"),
        Column("computed", "Computed", "mean", says_na=True),
        Column("scorecard", "Scorecard", "id"),
    )
    show_table(session, Table("history", columns, rows), format, f"{found.slug} has no score yet.")


@click.command()
@asked("customer", question=things.customer, is_reading=True)
@click.option("--from", "from_day", metavar="DAY", help="The score at the end of this day; without it, 4 weeks ago.")
@click.option("--to", "to_day", metavar="DAY", help="The score at the end of this day; without it, the last.")
@formats("text", "json")
def explain(customer: str, from_day: str | None, to_day: str | None, format: str) -> None:
    """Say why the score of CUSTOMER moved between two days: causes that sum to the difference."""
    from c360cli.actions import score_explained
    from c360cli.commands.score import _day

    session = current()
    with session.open_store(read_only=True) as store:
        days = [_day(word, store.today()) if word else None for word in (from_day, to_day)]
        found = score_explained.explain(store, customer, *days)
    if from_day and found["begins"]:
        session.say(f"There is no score of {found['customer']} on {days[0]}: they begin on {found['begins']}.")
    if format == "json":
        session.write_json(found)
        return
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table
    from c360cli.health.exact import exact, spread

    before, after = found["from"], found["to"]
    lead = f"{before['score']} ({before['day']}) to {after['score']} ({after['day']})"
    if found["difference"] is None:
        session.write_sentences(f"{lead}: there is no difference to explain where one of them is NA.")
        return
    points = spread([exact(cause["points"]) for cause in found["causes"]], 2)
    session.write_sentences(f"{lead}: {float(sum(points)):+.2f}")
    columns = (
        Column("title", "Cause", grows=True),
        Column("kind", "What"),
        Column("moved", "Points of the measure"),
        Column("points", "Of the score", "real"),
    )
    rows = [
        {**cause, "kind": _WHAT[cause["kind"]], "moved": _moved(cause), "points": f"{float(share):+.2f}"}
        for cause, share in zip(found["causes"], points, strict=True)
    ]
    # A sentence of its own under the table: in a cell of a narrow terminal the reason would be cut.
    note = " ".join(f"Override: {cause['reason']}" for cause in found["causes"] if cause["reason"])
    show_table(session, Table("causes", columns, rows, note=note), empty="Nothing moved it.")


@click.command("explain-assignment")
@asked("customer", question=things.customer, is_reading=True)
@formats("text", "json")
def explain_assignment(customer: str, format: str) -> None:
    """Say which scorecard CUSTOMER gets: each line of the assignment, and whether it fits."""
    from c360cli.actions import score

    session = current()
    with session.open_store(read_only=True) as store:
        found = score.explain_assignment(store, customer, session.home)
    if format == "json":
        session.write_json(found)
        return
    from c360cli.blocks import Column, Table
    from c360cli.commands._showing import show_table

    session.write_sentences(f"{found['customer']} gets the scorecard {found['scorecard']}.")
    columns = (
        Column("line", "Line", "integer"),
        Column("scorecard", "Scorecard", "id"),
        Column("where", "For", grows=True),
        Column("fits", "Fits", "bool"),
        Column("said", "The customer has"),
    )
    rows = [
        {
            **line,
            "where": line["where"] or "every customer",
            "fits": int(line["fits"]),
            "said": ", ".join(f"{name} {value}" for name, value in line["values"].items()),
        }
        for line in found["lines"]
    ]
    show_table(session, Table("lines", columns, rows))


_WHAT = {
    "value": "figure or judgement",
    "thresholds": "thresholds",
    "na": "became NA or known",
    "weights": "weights",
    "override": "override",
}


def _moved(cause: dict[str, Any]) -> str:
    pairs = zip(cause["before"], cause["after"], strict=True)
    return ", ".join(f"{_points(before)} → {_points(after)}" for before, after in pairs)


def _points(value: float | None) -> str:
    return "NA" if value is None else f"{value:g}"
