"""What somebody wants to hear of, and how often."""

from collections.abc import Sequence

from c360cli.actions.author import author
from c360cli.errors import UsageError
from c360cli.nearest import did_you_mean
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store.authors import folded
from c360cli.store.events import EVENTS
from c360cli.store.notices import FREQUENCIES, NEAR, settings_of
from c360cli.store.writing import Write, write

MOST_DAYS = 730


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
