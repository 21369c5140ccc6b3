"""What has happened to the customers one follows or is the CSM of, and what one has read of it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.actions.narrowing import narrow
from c360cli.errors import NotFound, UsageError
from c360cli.nearest import did_you_mean
from c360cli.store import Store
from c360cli.store.authors import folded, names_of
from c360cli.store.events import EVENTS
from c360cli.store.notices import Notice, notices
from c360cli.store.writing import Write, write

SHOWN = 50


class Inbox(NamedTuple):
    """The notices that were asked for, newest first, and how many there are in all and unread.

    ``unfiltered`` is how many there would be of all customers and events; ``names`` are those
    of who did it, by address.
    """

    notices: Sequence[Notice]
    total: int
    unread: int
    unfiltered: int
    names: Mapping[str, str]


def inbox(
    store: Store,
    user: str | None,
    *,
    all_of_them: bool = False,
    limit: int | None = SHOWN,
    customer: str | None = None,
    event: str | None = None,
    where: Sequence[str] = (),
) -> Inbox:
    """Return what ``user`` has not read yet of the last ninety days, or with ``all_of_them`` what was read, too.

    ``where`` are filters over the data set ``notifications``. Raises UsageError for an
    event there is none of and a filter that cannot be read, NotFound for the customer, ConfigError without a user.
    """
    who = author(user)
    if event is not None and event not in EVENTS:
        raise UsageError(
            f'there is no event "{event}".', did_you_mean(event, EVENTS) or f"Events: {', '.join(EVENTS)}."
        )
    slug = store.find_customer(customer).slug if customer else None
    everything = notices(store, who)
    found = [each for each in everything if slug in (None, each.customer) and event in (None, each.event)]
    if where:
        reader = Store(store.database, store.clock, store.zone, who)
        kept = {row["id"] for row in narrow(reader, "notifications", where, [{"id": each.id} for each in found])}
        found = [each for each in found if each.id in kept]
    unread = [notice for notice in found if not notice.is_read]
    wanted = found if all_of_them else unread
    unfiltered = sum(all_of_them or not notice.is_read for notice in everything)
    shown = wanted if limit is None else wanted[:limit]
    names = names_of(store, {notice.by for notice in shown if notice.by})
    return Inbox(shown, len(wanted), len(unread), unfiltered, names)


def count_unread(store: Store, user: str) -> int:
    """Return how much of the last ninety days ``user`` has not read."""
    return sum(not notice.is_read for notice in notices(store, user))


def mark_read(store: Store, user: str | None, ids: Sequence[str] = ()) -> int:
    """Note what ``user`` has read: the notices of ``ids``, or all there are; return how many were unread.

    Raises NotFound for an id that is none of the user's.
    """
    who = author(user)
    there = {notice.id: notice for notice in notices(store, who)}
    for word in ids:
        if word not in there:
            raise NotFound("notice of yours", word, hint="c360 inbox --all --json tells their ids.")
    wanted = [there[word] for word in ids] if ids else list(there.values())
    unread = [notice for notice in wanted if not notice.is_read]

    def work(entry: Write) -> None:
        for notice in unread:
            key = {"reader": folded(who), "notice_id": notice.id}
            entry.insert("notice_read", {**key, "read_at": entry.now})

    write(store, who, f"inbox --mark-read ({len(unread)})", work)
    return len(unread)
