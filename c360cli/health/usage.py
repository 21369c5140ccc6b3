"""How much of what was bought is used. Pure arithmetic; what cannot be divided is None with a reason, never 0."""

from c360cli.tuples import NamedTuple

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Share(NamedTuple):
    """A percentage, or None with the reason why there is none."""

    percent: float | None
    reason: str = ""


def users_percent(active: float | None, users: int | None) -> Share:
    """Return which percentage of a customer's users are active: ``active`` / ``users`` * 100; 900 of 1,000 is 90.

    ``active`` is the total of the usage-indicator measure at the last loaded date, over all instances; ``users`` the
    total users on the customer record (the Users widget of Gainsight's C360 summary).
    """
    if active is None:
        return Share(None, "no usage figure")
    if users is None:
        return Share(None, "no number of users on the customer")
    if users <= 0:
        return Share(None, f"{users} users on the customer")
    return Share(active / users * 100)


def month_words(month: str) -> str:
    """Return a month, or the month of a day, as a person says it: "Oct 2026"."""
    return f"{_NAMES[int(month[5:7]) - 1]} {month[:4]}"
