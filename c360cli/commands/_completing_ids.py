"""The ids that fit a command: of CTAs, tasks, objectives, plans, activities, writes and records that can be its own."""

from collections.abc import Iterator

from c360cli.commands._completing_asked import MOST, Asked, Words

MOST_ASKED = 20_000  # accounts, or records of a kind: reading more takes longer than a page does
_OURS = "t.source = 'c360'"


def ctas(*conditions: str) -> Words:
    """Return the words for CTAs ``t`` that meet all ``conditions``: open ones first, those due last first."""

    def words(asked: Asked) -> Iterator[str]:
        from c360cli.store.ctas import SHORT_ID

        rows = asked.store.stream(
            f"select {SHORT_ID.format('t')} from cta t where t.deleted_at is null and {_begins()}"
            f"{''.join(f' and {each}' for each in conditions)}"
            f" order by t.is_open desc, t.due_on desc, t.id limit {MOST}",
            **asked.between(),
        )
        yield from (row[0] for row in rows)

    return words


open_ctas = ctas("t.is_open = 1")
our_ctas = ctas(_OURS)
our_open_ctas = ctas(_OURS, "t.is_open = 1")
our_closed_ctas = ctas(_OURS, "t.is_open = 0")
open_objectives = ctas("t.plan_id is not null", "t.is_open = 1")


def tasks(asked: Asked) -> Iterator[str]:
    """Yield the ids of the tasks of open CTAs."""
    return _tasks(asked, "")


def tasks_to_do(asked: Asked) -> Iterator[str]:
    """Yield the ids of tasks that are to be done, or with ``--off`` of those that are done."""
    return _tasks(asked, f" and k.is_done = {int(bool(asked.given.get('is_off')))}")


def plans(asked: Asked) -> Iterator[str]:
    """Yield the ids of all plans."""
    yield from (row[0] for row in asked.store.stream("select id from plan where deleted_at is null order by id"))


def open_plans(asked: Asked) -> Iterator[str]:
    """Yield the ids of plans that can have another objective."""
    rows = asked.store.stream("select id from plan where deleted_at is null and closed_at is null order by id")
    yield from (row[0] for row in rows)


def activities(asked: Asked) -> Iterator[str]:
    """Yield the ids of activities that were logged here, and are there for who asks."""
    return _activities(asked, "(t.is_draft = 0 or lower(t.author) = :me)")


def my_activities(asked: Asked) -> Iterator[str]:
    """Yield the ids of activities that who asks has logged, and may change."""
    return _activities(asked, "lower(t.author) = :me")


def my_drafts(asked: Asked) -> Iterator[str]:
    """Yield the ids of drafts of who asks."""
    return _activities(asked, "lower(t.author) = :me and t.is_draft = 1")


def writes(asked: Asked) -> Iterator[str]:
    """Yield the ids of the last writes that can be taken back, as short as ``undo --list`` shows them."""
    from c360cli.actions.undo import SHOWN_LETTERS, list_writes

    if asked.given.get("is_list"):
        return
    for row in list_writes(asked.store, asked.session.config.user, MOST):
        yield row["id"][: max(SHOWN_LETTERS, len(asked.start))]


def records(asked: Asked) -> Iterator[str]:
    """Yield the records that fit no customer, or with ``--auto`` those that were linked by hand."""
    if asked.given.get("auto"):
        rows = asked.store.stream("select id from link where reason = 'by hand' order by id")
        yield from (row[0] for row in rows)
        return
    from c360cli.kinds import KINDS

    between = {"start": asked.start, "beyond": asked.start + "\U0010ffff"}
    rows = asked.store.stream(
        "select a.id from (select f.id from account f where f.deleted_at is null and f.id >= :start and f.id < :beyond"
        f" order by f.id limit {MOST_ASKED}) a where not exists (select 1 from link l cross join customer k"
        f" where l.id = a.id and k.id = l.customer_id and k.deleted_at is null) order by a.id limit {MOST}",
        **between,
    )
    yield from (row[0] for row in rows)
    for table in (kind.table for kind in KINDS.values() if kind.has_customer):
        rows = asked.store.stream(
            "select distinct f.customer_ref from (select r.customer_ref from"
            f" {table} r where r.customer_id is null and r.deleted_at is null and r.customer_ref >= :start"
            f" and r.customer_ref < :beyond limit {MOST_ASKED}) f order by f.customer_ref limit {MOST}",
            **between,
        )
        yield from (row[0] for row in rows)


def _tasks(asked: Asked, condition: str) -> Iterator[str]:
    from c360cli.store.ctas import SHORT_ID

    cta = asked._replace(start=asked.start.partition(".")[0])
    rows = asked.store.stream(
        f"select {SHORT_ID.format('t')}, k.number from cta t join task k on k.cta_id = t.id"
        f" where t.deleted_at is null and k.deleted_at is null and t.is_open = 1 and {_begins()}{condition}"
        f" order by t.id, k.number limit {MOST}",
        **cta.between(),
    )
    yield from (f"{row[0]}.{row[1]}" for row in rows)


def _begins() -> str:
    """Return the SQL of whether one of the ids of a CTA ``t`` begins as what was typed."""
    ids = (f"lower(t.{id_}) >= :start and lower(t.{id_}) < :beyond" for id_ in ("id", "source_id"))
    return f"({' or '.join(ids)})"


def _activities(asked: Asked, condition: str) -> Iterator[str]:
    rows = asked.store.stream(
        f"select t.id from activity t where {_OURS} and t.deleted_at is null and {condition}"
        f" and t.id >= :start and t.id < :beyond order by t.happened_at desc, t.id limit {MOST}",
        **({"me": asked.me} if ":me" in condition else {}),
        **asked.between(),
    )
    yield from (row[0] for row in rows)
