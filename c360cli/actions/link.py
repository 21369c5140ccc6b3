"""What fits no customer, and linking it by hand, forth and back."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.errors import NotFound, UsageError
from c360cli.kinds import KINDS
from c360cli.nearest import nearest
from c360cli.records import Customer, Row
from c360cli.store import Store, linking
from c360cli.store.links import unmatched as find_unmatched
from c360cli.store.writing import Write, write

BY_HAND = "by hand"
_WHERE_TO_LOOK = "c360 sync --unmatched lists what can be linked."


class Place(NamedTuple):
    """Which customer a reference (``source:id``) belongs to, and the rule that says so; None and "" for none."""

    customer: Customer | None
    reason: str = ""


class Move(NamedTuple):
    """A reference that goes from one place to another; ``moves`` counts what hangs on it, by data set."""

    reference: str
    before: Place
    after: Place
    moves: Mapping[str, int]

    @property
    def takes_away(self) -> bool:
        """Whether a customer loses what another gets."""
        lost, won = self.before.customer, self.after.customer
        return lost is not None and (won is None or won.id != lost.id)


def unmatched(store: Store) -> list[Row]:
    """Return what fits no customer: id (``source:id``), name, source, source_id, domain, external_id, records."""
    return find_unmatched(store.database)


def suggestions(store: Store, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of ``unmatched``, each with who it could belong to.

    ``candidates`` are {slug, name, rule}: customers that a rule names beside others, or that another rule denies.
    ``near`` are {slug, name, score}: names that are nearly the same, the nearest first. They are no links.
    """
    from c360cli.store.near import candidates, near

    possible, alike = candidates(store.database, rows), near(store.database, rows)
    return [
        {
            **row,
            "candidates": [
                {"slug": one.slug, "name": one.name, "rule": one.rule} for one in possible.get(row["id"], ())
            ],
            "near": [
                {"slug": one.slug, "name": one.name, "score": one.score}
                for one in alike.get(row["id"], ())
                if one.customer_id not in {each.customer_id for each in possible.get(row["id"], ())}
            ],
        }
        for row in rows
    ]


def nameless(store: Store) -> list[Row]:
    """Return how many records name no customer at all: {source, kind, dataset, records}, none where all name one."""
    found = []
    for kind in KINDS.values():
        if kind.has_customer:
            counts = store.rows(
                f"select source, count(*) as records from {kind.table}"
                " where customer_id is null and customer_ref is null and deleted_at is null"
                " group by source order by source"
            )
            found += [{"kind": kind.name, "dataset": kind.dataset, **row} for row in counts]
    return sorted(found, key=lambda row: row["source"])


def plan(store: Store, reference: str, word: str) -> Move:
    """Return what linking ``reference`` (``source:id``) to the customer named ``word`` would do; nothing is changed.

    Raises NotFound when no source has sent that reference, UsageError for an account that makes a customer itself.
    """
    _refuse_formless(reference)
    customer = store.find_customer(word)
    check(store, reference)
    before = _place(store, reference)
    moves = {} if before.customer and before.customer.id == customer.id else hanging_on(store, reference)
    return Move(reference, before, Place(customer, BY_HAND), moves)


def check(store: Store, reference: str) -> None:
    """Raise NotFound or UsageError, as ``plan`` does, for a reference that cannot be linked to any customer."""
    _refuse_formless(reference)
    if not _is_known(store, reference):
        raise NotFound("record to link", reference, hint=_WHERE_TO_LOOK)  # a near id is a stranger's
    own = store.row("select slug from customer where id = :id and deleted_at is null", id=reference)
    if own is not None:
        raise UsageError(
            f"{reference} makes the customer {own['slug']} itself and cannot belong to another.",
            "Merge the two where they are kept, then sync.",
        )


def link(store: Store, move: Move, user: str | None = None) -> None:
    """Do what ``plan`` has returned, for good: no rule undoes a link made by hand.

    Raises ConfigError without a user.
    """
    customer = move.after.customer
    assert customer is not None

    def work(entry: Write) -> None:
        linking.put(entry, move.reference, customer.id)

    write(store, author(user), f"link {move.reference} {customer.slug}", work)


def unlink(store: Store, reference: str, user: str | None = None) -> Move:
    """Take back a link made by hand, let the rules decide again, and return where ``reference`` went.

    Raises NotFound when nobody linked it by hand, ConfigError without a user.
    """
    who, before = author(user), by_hand(store, reference)
    write(store, who, f"link {reference} --auto", lambda entry: linking.take_back(entry, reference))
    after = _place(store, reference)
    stays = before.customer and after.customer and before.customer.id == after.customer.id
    return Move(reference, before, after, {} if stays else hanging_on(store, reference))


def by_hand(store: Store, reference: str) -> Place:
    """Return which customer a person has linked ``reference`` to; NotFound when nobody did."""
    place = _place(store, reference)
    if place.reason != BY_HAND:
        others = store.rows("select id from link where reason = :reason", reason=BY_HAND)
        close = nearest(reference, [row["id"] for row in others])
        raise NotFound(
            "link made by hand of", reference, close, "" if close else "c360 export links --where reason~hand"
        )
    return place


def _place(store: Store, reference: str) -> Place:
    row = store.row("select customer_id, reason from link where id = :id", id=reference)
    return Place(store.customer(row["customer_id"]), row["reason"]) if row else Place(None)


def hanging_on(store: Store, reference: str) -> dict[str, int]:
    """Return how many records of each data set name ``reference`` as their customer."""
    counts = {
        kind.dataset: store.one(
            f"select count(*) from {kind.table} where customer_ref = :id and deleted_at is null", id=reference
        )
        for kind in KINDS.values()
        if kind.has_customer
    }
    return {dataset: number for dataset, number in counts.items() if number}


def _refuse_formless(reference: str) -> None:
    source, _, source_id = reference.partition(":")
    if not source or not source_id:
        raise UsageError(f'"{reference}" is not SOURCE:ID.', _WHERE_TO_LOOK)


def _is_known(store: Store, reference: str) -> bool:
    tables: list[tuple[str, str]] = [("account", "id"), ("link", "id")]
    tables += [(kind.table, "customer_ref") for kind in KINDS.values() if kind.has_customer]
    return any(
        store.one(f"select 1 from {table} where {column} = :reference limit 1", reference=reference)
        for table, column in tables
    )
