"""The timeline: what was logged here and what the sources bring, newest first; drafts only for who wrote them."""

from collections.abc import Mapping
from typing import Any

from c360cli.blocks import Block, Column, Notice, Table
from c360cli.records import Customer
from c360cli.sections._lists import COUNT, choose_columns
from c360cli.store import Store, timeline

TITLE = "Timeline"
COLUMNS = {
    "happened_at": Column("happened_at", "When", "moment"),
    "type": Column("kind", "Type"),
    "subject": Column("subject", "Subject", grows=True),
    "with": Column("with", "With", "list"),
    "by": Column("by", "By"),
    "sentiment": Column("sentiment", "Sentiment"),
    "minutes": Column("minutes", "Minutes", "integer"),
    "source": Column("from", "From"),
    "id": Column("id", "Id", "id"),
}
VIEWS = (timeline.PAST, timeline.AHEAD, "drafts", "all")
OPTIONS: dict[str, Any] = {
    "view": timeline.PAST,
    "limit": 5,
    "columns": ["happened_at", "type", "subject", "with", "by", "sentiment", "source"],
}
CHOICES = {"view": VIEWS, "columns": tuple(COLUMNS)}


def build(customer: Customer, store: Store, options: Mapping[str, Any]) -> list[Block]:
    """Return the customer's activities as a table; what is ahead stands apart, and is counted beside the title."""
    counts = timeline.counts(store, customer.id, store.user)
    if not counts["total"]:
        return [Notice("empty", f'Nothing was logged: c360 log {customer.slug} call "what it was about"')]
    view, limit = options["view"], options["limit"]
    wanted = timeline.Wanted(store.user, customer.id, drafts=view == "drafts")
    blocks: list[Block] = [Notice(COUNT, _held(counts, view), number=_count(counts, view))]
    for part in (timeline.AHEAD, timeline.PAST) if view in ("drafts", "all") else (view,):
        rows = timeline.find(store, wanted, part, limit)
        if part == timeline.PAST and (limit is None or len(rows) < limit):
            rows += timeline.find(store, wanted, timeline.UNDATED, None if limit is None else limit - len(rows))
        if rows:
            columns = choose_columns(COLUMNS, options["columns"])
            total = None if view == "drafts" else counts["ahead"] if part == timeline.AHEAD else _past(counts)
            rest = f"c360 timeline {customer.slug}"
            told = timeline.tell(store, rows)
            blocks.append(Table(part, columns, told, total, title=_title(part, view), rest=rest))
    return blocks if len(blocks) > 1 else [*blocks, Notice("empty", f"No {view} activities.")]


def _title(part: str, view: str) -> str:
    return part.capitalize() if view in ("drafts", "all") else ""


def _past(counts: Mapping[str, int]) -> int:
    return counts["total"] - counts["ahead"]


def _count(counts: Mapping[str, int], view: str) -> int:
    """Return how many activities a view has."""
    of_view = {timeline.PAST: _past(counts), "all": counts["total"]}
    return of_view[view] if view in of_view else counts[view]


def _held(counts: Mapping[str, int], view: str) -> str:
    """Return what the timeline holds: "past, 27 of 29, 2 ahead, 1 draft of yours"."""
    words = [f"{counts['total']:,}" if view == "all" else view if view == "drafts" else ""]
    if view in (timeline.PAST, timeline.AHEAD):
        words[0] = f"{view}, {_past(counts) if view == timeline.PAST else counts['ahead']:,} of {counts['total']:,}"
    if counts["ahead"] and view == timeline.PAST:
        words.append(f"{counts['ahead']:,} ahead")
    if counts["drafts"]:
        words.append(f"{counts['drafts']:,} draft{'s'[: counts['drafts'] > 1]} of yours")
    return ", ".join(words)
