"""What one person hears of: the events of the last ninety days, as they have set it, and which of them were read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from c360cli.records import Row
from c360cli.store import currencies
from c360cli.store.authors import folded
from c360cli.store.ctas import KIND, short_ids
from c360cli.store.events import Asked, events
from c360cli.store.notice_words import words_of
from c360cli.store.store import Store
from c360cli.times import moment, parse_moment

DAYS_BACK = 90
FREQUENCIES = ("at-once", "daily", "weekly", "never")
NEAR = "renewal-days"
NEAR_DAYS = 90

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


class Settings(NamedTuple):
    """How often somebody hears of each event, those that were set; a renewal is near ``renewal_days`` before."""

    frequencies: Mapping[str, str]
    renewal_days: int = NEAR_DAYS

    def due(self, event: str, at: datetime, zone: tzinfo) -> datetime:
        """Return when somebody hears of what happened ``at``: then, the next midnight, the next Monday, or never."""
        often = self.frequencies.get(event, FREQUENCIES[0])
        if often == "never":
            return datetime.max.replace(tzinfo=at.tzinfo)
        if often == "at-once":
            return at
        day = at.astimezone(zone).date()
        day += timedelta(days=1 if often == "daily" else 7 - day.weekday())
        return datetime(day.year, day.month, day.day, tzinfo=zone)


def settings_of(store: Store, user: str) -> Settings:
    """Return what ``user`` has set."""
    rows = store.rows("select event, frequency from notice_setting where follower = :who", who=folded(user))
    said = {row["event"]: row["frequency"] for row in rows}
    return Settings(said, int(said.pop(NEAR, NEAR_DAYS)))


def notices(store: Store, user: str) -> list[Notice]:
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
    happened = events(store, asked)
    short = short_ids(store, (row["item_id"] for row in happened if row["kind"] == KIND))
    moves = currencies.moves(store, (row["customer_id"] for row in happened if row["event"] == "arr"))
    for row in happened:
        at = _learned(store, row, settings)
        if row["event"] in _MUST_BE_YOUNG and row["happened_at"] and parse_moment(row["happened_at"]) < at - YOUNG:
            continue
        if row["event"] == "renewal" and not _is_news(row, at, user):
            continue
        counted = currencies.counted_in(moves.get(row["customer_id"], ()), row["currency"], row["at"] or "")
        text = words_of({**row, "short_id": short.get(row["item_id"], row["item_id"]), "counted": counted}, store)
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
