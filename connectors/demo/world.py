"""The ground the made-up company stands on: its birth, repeatable luck, ids, and things that change with time."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from c360cli.names import long_salesforce_id

from .customers import Customer

_T = TypeVar("_T")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Chance:
    """Luck that repeats: the same words give the same row of numbers, on every machine."""

    def __init__(self, *subject: object) -> None:
        # Only random() itself is promised to stay the same in every Python, so all else is made from it.
        self._next = random.Random(":".join(map(str, subject))).random  # noqa: S311 -- a made-up world has no secrets

    def happens(self, probability: float) -> bool:
        """Return True in ``probability`` of the cases."""
        return self._next() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._next() * (high - low + 1))

    def share(self, low: float, high: float) -> float:
        """Return a number from ``low`` up to ``high``."""
        return low + self._next() * (high - low)

    def pick(self, choices: Sequence[_T]) -> _T:
        """Return one of ``choices``; name one twice to make it twice as likely."""
        return choices[int(self._next() * len(choices))]


class Version(NamedTuple):
    """What became true of a thing at a moment; ``is_quiet`` when the system did it and no "last modified" moves."""

    at: datetime
    values: dict[str, Any]
    is_quiet: bool = False


class Seen(NamedTuple):
    """A thing as it stands at some moment: ``modified_at`` is for people, ``stamped_at`` moves with the system too."""

    id: Any
    values: dict[str, Any]
    created_at: datetime
    modified_at: datetime
    stamped_at: datetime


class Thing(NamedTuple):
    """One thing of the world with everything that ever happens to it, oldest first."""

    id: Any
    versions: tuple[Version, ...]

    def seen(self, now: datetime) -> Seen | None:
        """Return the thing as it stands at ``now``; None while it is not yet there."""
        first = self.versions[0]
        if first.at > now:
            return None
        values, modified_at, stamped_at = dict(first.values), first.at, first.at
        for version in self.versions[1:]:
            if version.at > now:
                break
            values.update(version.values)
            stamped_at = version.at
            if not version.is_quiet:
                modified_at = version.at
        return Seen(self.id, values, first.at, modified_at, stamped_at)


class World(NamedTuple):
    """What every part of the company is made from: the luck, the day it is born, who its customers are."""

    seed: int
    born_on: date
    customers: tuple[Customer, ...]

    @property
    def birth(self) -> datetime:
        """The first moment of the day the world is born; what comes after it is the future."""
        return datetime(self.born_on.year, self.born_on.month, self.born_on.day, tzinfo=UTC)

    def chance(self, *subject: object) -> Chance:
        """Return luck of its own for a subject, so that one customer more moves nobody else's."""
        return Chance(self.seed, *subject)

    def moment(self, days: float, hour: int = 0, minute: int = 0) -> datetime:
        """Return a moment ``days`` after the birth (negative: before it)."""
        return self.birth + timedelta(days=days, hours=hour, minutes=minute)

    def day(self, days: int) -> date:
        """Return the day ``days`` after the birth (negative: before it)."""
        return self.born_on + timedelta(days=days)

    def has(self, key: str) -> bool:
        """Return whether the customer called ``key`` lives in this world."""
        return any(customer.key == key for customer in self.customers)


def salesforce_id(prefix: str, number: int) -> str:
    """Return the 18-character id of the ``number``-th thing of a kind.

    As at the source, two ids may differ in the case of one letter alone: number 10 ends in A, number 36 in a.
    """
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return long_salesforce_id(f"{prefix}Dm00000K{digits}")


def history(created: datetime, values: dict[str, Any], *later: Version) -> tuple[Version, ...]:
    """Return versions in the order of their time, in whole seconds, beginning with the creation."""
    whole = [version._replace(at=version.at.replace(microsecond=0)) for version in later]
    return (Version(created.replace(microsecond=0), values), *sorted(whole, key=lambda version: version.at))
