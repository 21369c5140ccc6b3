"""Eighteen months of product usage: users by month for everybody, weekly figures by instance for the larger ones."""

import math
from datetime import date, timedelta
from typing import NamedTuple

from c360cli.times import add_months

from .accounts import account_id
from .customers import Customer
from .world import Chance, World

MONTHS = 18


class Measured(NamedTuple):
    """One figure of one day; ``instance`` and ``product`` are empty where the whole account was counted."""

    account: str
    measure: str
    value: int
    day: date
    instance: str
    product: str


def measured(world: World) -> list[Measured]:
    """Return all figures up to the birth, customer by customer, oldest first."""
    figures = []
    for customer in world.customers:
        if customer.seats:
            figures += _monthly(world, customer)
            if customer.segment == "Enterprise":
                figures += _weekly(world, customer)
    return figures


def _monthly(world: World, customer: Customer) -> list[Measured]:
    """Return users with a license in use and seats bought, on the last day of each month that is over."""
    chance = world.chance("usage", customer.key)
    account, product = account_id(customer), ""
    figures = []
    for back in range(min(MONTHS, customer.months), 0, -1):
        day = add_months(world.born_on.replace(day=1), 1 - back) - timedelta(days=1)
        users = _users(chance, customer, back - 1, day)
        figures.append(Measured(account, "active_users", users, day, "", product))
        figures.append(Measured(account, "licensed_users", customer.seats, day, "", product))
    return figures


def _weekly(world: World, customer: Customer) -> list[Measured]:
    """Return pipelines and deployments a week of each instance, the week named by its Sunday."""
    chance = world.chance("weekly usage", customer.key)
    sunday = world.born_on - timedelta(days=(world.born_on.weekday() + 1) % 7 or 7)
    figures = []
    for instance, part, product in _instances(customer):
        for back in range(min(MONTHS, customer.months) * 13 // 3, -1, -1):
            day = sunday - timedelta(weeks=back)
            users = _users(chance, customer, back * 3 // 13, day) * part
            for measure, each in (("ci_pipelines", 6.0), ("deployments", 0.8)):
                value = round(users * each * chance.share(0.92, 1.08))
                figures.append(Measured(account_id(customer), measure, value, day, instance, product))
    return figures


def _instances(customer: Customer) -> list[tuple[str, float, str]]:
    own = [(f"git.{customer.domain}", 0.8, "Platform"), (f"staging.git.{customer.domain}", 0.2, "Platform")]
    return own if customer.key != "globex" else [*own, (f"scan.{customer.domain}", 0.5, "Security Add-on")]


def _users(chance: Chance, customer: Customer, months_ago: int, day: date) -> int:
    share = customer.used
    if customer.trend == "grows":
        share *= 1 - 0.028 * months_ago
    elif customer.trend == "falls":
        share *= min(1 / max(customer.used, 0.01), 1 + 0.05 * months_ago)
    elif customer.trend == "seasonal":
        share *= 1 + 0.25 * math.sin((day.timetuple().tm_yday / 365) * 2 * math.pi)
    # The figure of the last month is the one the story tells; noise belongs to the past.
    noise = chance.share(-0.015, 0.015) if months_ago else 0.0
    return max(0, min(customer.seats, round(customer.seats * (share + noise))))
