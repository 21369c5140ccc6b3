"""What somebody wants to hear of, and how often."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.errors import UsageError
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store.authors import folded
from c360cli.store.events import EVENTS
from c360cli.store.writing import Write, write

FREQUENCIES = ("at-once", "daily", "weekly", "never")
NEAR = "renewal-days"
NEAR_DAYS = 90
MOST_DAYS = 730


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


def listed(store: Store, user: str | None) -> list[Row]:
    """Return every event as {event, frequency, about}, and the days before a renewal; ConfigError without a user."""
    settings = settings_of(store, author(user))
    rows = [
        {"event": event, "frequency": settings.frequencies.get(event, FREQUENCIES[0]), "about": about}
        for event, about in EVENTS.items()
    ]
    return [*rows, {"event": NEAR, "frequency": str(settings.renewal_days), "about": "how many days before it is near"}]


def set_them(store: Store, user: str | None, words: Sequence[str]) -> dict[str, str]:
    """Keep settings written as EVENT=FREQUENCY, or renewal-days=N, and return those that changed; all or none.

    Raises UsageError for what is no such word, with the nearest one; ConfigError without a user.
    """
    who = author(user)
    wanted = dict(_read(word) for word in words)

    def work(entry: Write) -> dict[str, str]:
        changed = {}
        for event, frequency in wanted.items():
            key = {"follower": folded(who), "event": event}
            row = entry.row("notice_setting", key)
            if row is None or row["frequency"] != frequency:
                entry.remove("notice_setting", key)
                entry.insert("notice_setting", {**key, "frequency": frequency, "set_at": entry.now})
                changed[event] = frequency
        return changed

    return write(store, who, f"follow {' '.join(f'--set {word}' for word in words)}", work)


def _read(word: str) -> tuple[str, str]:
    event, _, frequency = (part.strip().lower() for part in word.partition("="))
    if event == NEAR:
        if not (frequency.isascii() and frequency.isdecimal() and 1 <= int(frequency) <= MOST_DAYS):
            raise UsageError(f'"{word}" does not say how many days.', f"{NEAR}=90 takes 1 to {MOST_DAYS}.")
        return event, str(int(frequency))
    if event not in EVENTS:
        hint = did_you_mean(event, [*EVENTS, NEAR]) or f"Events: {', '.join(EVENTS)}, {NEAR}."
        raise UsageError(f'there is no event "{event}".', hint)
    if frequency not in FREQUENCIES:
        hint = did_you_mean(frequency, FREQUENCIES) or f"Frequencies: {', '.join(FREQUENCIES)}."
        raise UsageError(f'"{word}" does not say how often.', hint)
    return event, frequency
