"""What there is to choose from where an id is asked for: the user's own, or those of one customer, a few of them.

Each function returns the ids with what tells them apart; ``word`` narrows, as a rule to the customer it names.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from c360cli.actions import link
from c360cli.actions.cta_find import find_cta
from c360cli.errors import NotFound
from c360cli.records import Customer, Row
from c360cli.store import Store, ctas, customers, follows, people, plans, timeline
from c360cli.store.plans import DRAFT
from c360cli.store.writing import OURS
from c360cli.times import day_in

SHOWN = 10
NAMED = 3  # of what cannot be changed here
_BY_DUE = "coalesce(t.is_open, 0) desc, t.due_on is null, t.due_on"


class Choices(NamedTuple):
    """Up to ten rows of cells, the id first, of ``total``; ``title`` says what they are.

    ``grows`` is the cell that may be cut where there is no room, with ``is_first`` before the others are.
    ``elsewhere`` says what there is besides that cannot be changed here.
    """

    title: str
    rows: Sequence[tuple[str, ...]]
    total: int
    grows: int = 1
    is_first: bool = False
    elsewhere: str = ""


def of_customers(store: Store, user: str | None) -> Choices:
    """Return the customers whose CSM the user is, or whom the user follows; where there are none, all."""
    slugs = [row["slug"] for row in follows.customers_of(store, user)] if user else []
    title = "Yours" if slugs else "Customers"
    if slugs:
        bound = {f"slug_{number}": slug for number, slug in enumerate(slugs)}
        names = ", ".join(f":{name}" for name in bound)
        rows = store.rows(f"select id from customer where deleted_at is null and slug in ({names})", **bound)
    else:
        rows = store.rows("select id from customer where deleted_at is null order by arr is null, arr desc, slug")
    if not rows:
        raise NotFound("customer", "", hint="Bring customers in first: c360 sync")
    found = customers.several(store, "", [row["id"] for row in rows[: SHOWN if not slugs else None]])
    return Choices(title, [*found.candidates], len(rows), is_first=True)


def of_ctas(
    store: Store, user: str | None, word: str | None, *, is_open: bool | None = True, is_ours: bool = False
) -> Choices:
    """Return CTAs, only open or closed ones unless ``is_open`` is None; with ``is_ours`` those that were made here."""
    whose = store.find_customer(word) if word else None
    conditions = [] if is_open is None else [f"coalesce(t.is_open, 0) = {int(is_open)}"]
    order = "t.closed_at is null, t.closed_at desc" if is_open is False else _BY_DUE
    kind = {True: "open ", False: "closed ", None: ""}[is_open]
    return _ctas(store, user, whose, conditions, order, f"{kind}CTAs", is_ours=is_ours)


def of_objectives(store: Store, user: str | None, word: str | None) -> Choices:
    """Return open objectives of plans."""
    whose = store.find_customer(word) if word else None
    return _ctas(
        store, user, whose, ["t.plan_id is not null", "t.is_open = 1"], _BY_DUE, "open objectives", is_typed=True
    )


def of_tasks(store: Store, user: str | None, word: str | None, *, is_done: bool | None = False) -> Choices:
    """Return tasks that are to be done, or done; ``word`` may also be the id of a CTA."""
    done = [] if is_done is None else [f"t.is_done = {int(is_done)}"]
    order = "t.done_at desc" if is_done else "t.is_done, t.due_on is null, t.due_on"
    kind = {True: "tasks that are done", False: "tasks to be done", None: "tasks"}[is_done]
    if word is None:
        mine, values = _mine(user)
        found = ctas.listed_tasks(store, [*done, *mine, "a.is_open = 1"], order, **values)
        title = _title(kind, None, user)
    else:
        cta = _cta(store, word)
        whose = None if cta else store.find_customer(word)
        place = "a.id = :id" if cta else "a.customer_id = :id"
        found = ctas.listed_tasks(store, [*done, place], order, id=cta["id"] if cta else whose and whose.id)
        title = f"{kind[:1].upper()}{kind[1:]} of {cta['short_id']}" if cta else _title(kind, whose, user)
    rows = [
        (row["short_id"], "" if word else row["customer"] or "", f"{row['cta_name'] or ''}: {row['name']}", _due(row))
        for row in found
    ]
    return _choices(title, rows, grows=2)


def of_activities(
    store: Store, user: str | None, word: str | None, *, is_mine: bool = True, is_draft: bool = False
) -> Choices:
    """Return the latest activities, the user's own; with ``is_draft`` only drafts."""
    whose = store.find_customer(word) if word else None
    is_own = bool(user) and (is_mine or whose is None)
    found = timeline.latest(store, user, whose and whose.id, is_own=is_own, is_draft=is_draft)
    rows = [
        (
            row["id"],
            "" if whose else row["customer"],
            row["type"] or "",
            row["subject"] or "",
            _day(store, row["happened_at"]),
        )
        for row in found
    ]
    title = _title("drafts" if is_draft else "activities", whose, user if is_own else None, is_own=is_own)
    return _choices(title, rows, grows=3)


def of_plans(store: Store, user: str | None, word: str | None, *, is_external: bool = False) -> Choices:
    """Return open plans, of one customer all; with ``is_external`` those the customer may read something of."""
    whose = store.find_customer(word) if word else None
    mine, values = _mine(user)
    conditions, values = (
        (["t.customer_id = :customer"], {"customer": whose.id}) if whose else (["t.closed_at is null", *mine], values)
    )
    shared = [plans.HAS_EXTERNAL] if is_external else []
    found = plans.listed(store, [*conditions, *shared], None, **values)
    rows = [
        (
            row["id"],
            "" if whose else row["customer"],
            row["name"],
            row["status"] if row["status"] == DRAFT else "",
            _due(row),
        )
        for row in found
    ]
    title = _title("plans" if whose else "open plans", whose, user)
    if not is_external:
        return _choices(title, rows, grows=2)
    inner = [] if rows else [row["id"] for row in plans.listed(store, conditions, NAMED, **values)]
    elsewhere = f"{', '.join(inner)}: none external (c360 plan objective edit ID --external)" if inner else ""
    return _choices(f"{title} with external objectives", rows, grows=2)._replace(elsewhere=elsewhere)


def of_people(store: Store, word: str) -> Choices:
    """Return the people at the customer named ``word``, sponsors first."""
    whose = store.find_customer(word)
    rows = [(one.key, one.name or "", one.title or "") for one in people.people_of(store, whose.id)]
    return _choices(_title("people", whose, None), rows, grows=2)


def of_records(store: Store, *, by_hand: bool) -> Choices:
    """Return what fits no customer, or what was linked ``by_hand``."""
    if by_hand:
        linked = store.rows(
            "select l.id, c.slug, c.name from link l join customer c on c.id = l.customer_id where l.reason = :reason"
            " order by l.id",
            reason=link.BY_HAND,
        )
        return _choices("Linked by hand", [(row["id"], row["slug"], row["name"] or "") for row in linked], grows=2)
    rows = [
        (row["id"], row["name"] or "", row["domain"] or "", _count(row["records"])) for row in link.unmatched(store)
    ]
    return _choices("Records that fit no customer", rows)


def _ctas(
    store: Store,
    user: str | None,
    whose: Customer | None,
    conditions: Sequence[str],
    order: str,
    kind: str,
    is_typed: bool = False,
    is_ours: bool = False,
) -> Choices:
    mine, values = _mine(user)
    if whose:
        mine, values = ["t.customer_id = :customer"], {"customer": whose.id}
    found = ctas.listed(store, [*conditions, *mine], order, None, **values)
    foreign = [row for row in found if is_ours and row["source"] != OURS]
    if foreign:
        found = [row for row in found if row["source"] == OURS]
    rows = [
        (
            row["short_id"],
            "" if is_typed else row["type"] or "",
            "" if whose else row["customer"] or "",
            row["name"] or "",
            _due(row),
        )
        for row in found
    ]
    title = _title(kind, whose, user)
    chosen = _choices(f"{title} made here" if foreign else title, rows, grows=3)
    return chosen._replace(elsewhere=_of_sources(foreign))


def _of_sources(foreign: Sequence[Row]) -> str:
    """Return what only its source can change: "CTA-7000 and CTA-7001 come from ctas and are changed there"."""
    if not foreign:
        return ""
    named = [row["short_id"] for row in foreign[:NAMED]]
    named += [f"{len(foreign) - NAMED:,} more"] if len(foreign) > NAMED else []
    *first, last = named
    sources = " and ".join(sorted({row["source"] for row in foreign}))
    many = f"{', '.join(first)} and {last} come" if first else f"{last} comes"
    return f"{many} from {sources} and {'are' if first else 'is'} changed there"


def _mine(user: str | None) -> tuple[list[str], dict[str, str]]:
    return ([ctas.IS_OWNER.format("t")], ctas.owner_values(user)) if user else ([], {})


def _choices(title: str, rows: Iterable[tuple[str, ...]], grows: int = 1) -> Choices:
    found = list(rows)
    return Choices(title, found[:SHOWN], len(found), grows)


def _title(kind: str, whose: Customer | None, user: str | None, is_own: bool = False) -> str:
    own = f"Your {kind}" if user and (is_own or whose is None) else f"{kind[:1].upper()}{kind[1:]}"
    return f"{own} of {whose.name or whose.slug}" if whose else own


def _cta(store: Store, word: str) -> Row | None:
    try:
        return find_cta(store, word)
    except NotFound:
        return None


def _count(records: int) -> str:
    return f"{records:,} record{'' if records == 1 else 's'}" if records else ""


def _due(row: Row) -> str:
    return row["due_on"] or ""


def _day(store: Store, moment: str | None) -> str:
    return day_in(store.zone, moment) if moment else ""
