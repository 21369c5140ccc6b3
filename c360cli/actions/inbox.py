"""What has happened to the customers one follows or is the CSM of, and what one has read of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.actions.notice_settings import Settings, settings_of
from c360cli.actions.notice_words import words_of
from c360cli.errors import NotFound, UsageError
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store.authors import folded
from c360cli.store.events import EVENTS, Asked, events
from c360cli.store.writing import Write, write
from c360cli.times import moment, parse_moment

DAYS_BACK = 90
SHOWN = 50

# An answer or a case must be young where it was made, too: a source that is read anew has old ones.
YOUNG = timedelta(days=30)
_MUST_BE_YOUNG = ("survey", "case_opened")


class Notice(NamedTuple):
    """One thing that happened; ``by`` is who did it, an e-mail or the name of a source.

    ``id`` is the same whenever it is asked for. ``at`` is when the store learned it. ``text`` says it in words.
    """

    id: str
    event: str
    customer: str
    customer_name: str | None
    kind: str
    item: str
    at: str
    by: str | None
    text: str
    is_read: bool


class Inbox(NamedTuple):
    """The notices that were asked for, newest first, and how many there are in all and unread.

    ``unfiltered`` is how many there would be of all customers and events.
    """

    notices: Sequence[Notice]
    total: int
    unread: int
    unfiltered: int


def inbox(
    store: Store,
    user: str | None,
    *,
    all_of_them: bool = False,
    limit: int | None = SHOWN,
    customer: str | None = None,
    event: str | None = None,
) -> Inbox:
    """Return what ``user`` has not read yet of the last ninety days, or with ``all_of_them`` what was read, too.

    Raises UsageError for an event there is none of, NotFound for the customer, ConfigError without a user.
    """
    who = author(user)
    if event is not None and event not in EVENTS:
        raise UsageError(
            f'there is no event "{event}".', did_you_mean(event, EVENTS) or f"Events: {', '.join(EVENTS)}."
        )
    slug = store.find_customer(customer).slug if customer else None
    everything = _notices(store, who)
    found = [each for each in everything if slug in (None, each.customer) and event in (None, each.event)]
    unread = [notice for notice in found if not notice.is_read]
    wanted = found if all_of_them else unread
    unfiltered = sum(all_of_them or not notice.is_read for notice in everything)
    return Inbox(wanted if limit is None else wanted[:limit], len(wanted), len(unread), unfiltered)


def count_unread(store: Store, user: str) -> int:
    """Return how much of the last ninety days ``user`` has not read."""
    return sum(not notice.is_read for notice in _notices(store, user))


def mark_read(store: Store, user: str | None, ids: Sequence[str] = ()) -> int:
    """Note what ``user`` has read: the notices of ``ids``, or all there are; return how many were unread.

    Raises NotFound for an id that is none of the user's.
    """
    who = author(user)
    there = {notice.id: notice for notice in _notices(store, who)}
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


def _notices(store: Store, user: str) -> list[Notice]:
    """Return the notices of the last ninety days that the user wants and that are due, newest first."""
    settings, now = settings_of(store, user), store.clock()
    since = now - timedelta(days=DAYS_BACK)
    today = now.astimezone(store.zone).date()
    asked = Asked(user, moment(since), today.isoformat(), (today + timedelta(days=settings.renewal_days)).isoformat())
    read = {
        row["notice_id"]
        for row in store.rows("select notice_id from notice_read where reader = :reader", reader=folded(user))
    }
    found: dict[str, Notice] = {}
    for row in events(store, asked):
        at = _learned(store, row, settings)
        if row["event"] in _MUST_BE_YOUNG and row["happened_at"] and parse_moment(row["happened_at"]) < at - YOUNG:
            continue
        if row["event"] == "renewal" and not _is_news(row, at, user):
            continue
        text = words_of(row, store)
        if text and at >= since and settings.due(row["event"], at, store.zone) <= now:
            notice = _notice(row, moment(at), text, read)
            found[notice.id] = notice
    return sorted(found.values(), key=lambda notice: (notice.at, notice.id), reverse=True)


def _learned(store: Store, row: Row, settings: Settings) -> datetime:
    """Return when something became news; a renewal does at the beginning of the first day on which it is near.

    One that is moved, and near by that, does when it is moved.
    """
    if row["event"] != "renewal":
        return parse_moment(row["at"])
    day = datetime.fromisoformat(row["new"]) - timedelta(days=settings.renewal_days)
    near = day.replace(tzinfo=store.zone).astimezone(UTC)
    return max(near, parse_moment(row["at"])) if row["at"] else near


def _is_news(row: Row, at: datetime, user: str) -> bool:
    """Tell whether a renewal that is near ``at`` came near after the user began to follow, and not by their own act."""
    is_older = bool(row["old"]) and at < parse_moment(row["old"])
    is_own = bool(row["at"]) and at == parse_moment(row["at"]) and folded(row["who"] or "") == folded(user)
    return not is_older and not is_own


def _notice(row: Mapping[str, str], at: str, text: str, read: set[str]) -> Notice:
    mark = row["new"] if row["event"] == "renewal" else f"{row['field'] or ''}@{at}"
    id_ = f"{row['event']}:{row['item_id']}:{mark}"
    return Notice(
        id_, row["event"], row["customer"], row["customer_name"], row["kind"], row["item_id"], at, row["who"], text,
        id_ in read,
    )  # fmt: skip
