"""Salesforce activity history: calls, mails and meetings over eighteen months, and what is planned next."""

from datetime import datetime, timedelta
from typing import Any

from .accounts import account_id
from .customers import Customer
from .people import csm_of, everybody, owner_of
from .world import Chance, Thing, Version, World, history, salesforce_id

History = tuple[Version, ...]

_CALLS = (
    ("Cadence call", "Walked through open tickets; nothing blocks them. Next: usage of the new runners."),
    ("Check-in after upgrade", "Upgrade went well, two teams still on the old agents until month's end."),
    ("Renewal talk", "Went through seat counts. They want a three-year price to compare."),
    ("Call about support answers", "Two answers took longer than promised. Agreed on a named contact."),
    ("Adoption review", "Security scans are used by one team of four. Workshop offered."),
)
_MAILS = (
    ("Email: meeting notes", "Notes and open points of our call, with owners."),
    ("Email: release highlights", "What the new version brings for their use cases."),
    ("Email: training dates", "Three dates for the administrator training."),
)
_TODOS = (
    ("Send license report", "Monthly figures for the procurement team."),
    ("Ask for reference", "Would they speak at the user group?"),
)
_MEETINGS = (
    ("Executive business review", "Goals of the year: 90 % of teams on the platform, audit findings down by half.", 90),
    ("On-site workshop", "Pipelines workshop with the platform team, 12 people.", 240),
    ("Quarterly review", "Usage up, two escalations closed. Actions recorded.", 60),
    ("Kick-off with new team", "Introduced the migration plan.", 45),
)
# What Jane Doe did with Acme lately: days ago, sort, subject, notes, place of the contact.
_ACME_LATELY = (
    (2, "Call", "Login loops: daily update with Rosa", "Fix is in tomorrow's patch; Rosa tests it first.", 1),
    (9, "Call", "Cadence call", "Usage is up again, payments teams are on. Open: SSO evidence for the auditors.", 3),
    (13, "Email", "Email: offer for 1,200 seats", "First draft of the renewal offer, for Elena and Claire.", 6),
    (23, "Call", "Check-in with the sponsor", "Elena wants all teams on one platform before the audit.", 0),
)
_YEAR = timedelta(days=365)


def task_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Task: calls, mails and to-dos, the old ones archived."""
    things = []
    number = 0
    for customer in world.customers:
        chance = world.chance("tasks", customer.key)
        for days in _days(chance, _often(customer), -540, 28):
            number += 1
            at = world.moment(days, chance.between(8, 17), chance.pick((0, 15, 30, 45)))
            subtype, (subject, notes) = chance.pick(
                [("Call", text) for text in _CALLS]
                + [("Email", text) for text in _MAILS] * 2
                + [("Task", text) for text in _TODOS]
            )
            values = _common(world, customer, chance, subject, notes) | {
                "ActivityDate": at.date(),
                "TaskSubtype": subtype,
                "Type": {"Call": "Call", "Email": "Email"}.get(subtype, "Other"),
                "Status": "Completed",
                "Priority": "Normal",
                "IsClosed": True,
                "CallDurationInSeconds": chance.between(5, 60) * 60 if subtype == "Call" else None,
                "CompletedDateTime": at,
            }
            things.append(Thing(salesforce_id("00T", number), _logged(at, values)))
        number += 1
        things.append(Thing(salesforce_id("00T", number), _planned(world, customer, chance)))
    return things + [
        Thing(salesforce_id("00T", 9000 + place), _lately(world, customer, *row))
        for customer in world.customers
        if customer.key == "acme"
        for place, row in enumerate(_ACME_LATELY)
    ]


def event_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Event: meetings held, and the next one where there is one."""
    things = []
    number = 0
    for customer in world.customers:
        chance = world.chance("events", customer.key)
        days_held = _days(chance, max(1, _often(customer) // 4), -540, 28)
        for days in days_held:
            number += 1
            start = world.moment(days, chance.between(8, 16))
            subject, notes, minutes = chance.pick(_MEETINGS)
            values = _common(world, customer, chance, subject, notes) | {
                "StartDateTime": start,
                "EndDateTime": start + timedelta(minutes=minutes),
                "ActivityDateTime": start,
                "ActivityDate": start.date(),
                "DurationInMinutes": minutes,
                "Location": chance.pick(("Video call", "Video call", customer.city.split("|")[0] or "On site")),
                "Type": "Meeting",
                "EventSubtype": "Event",
                "IsAllDayEvent": False,
            }
            # A meeting stands in the calendar two weeks before it is held.
            things.append(Thing(salesforce_id("00U", number), _logged(start - timedelta(days=14), values, start)))
    return things


def _lately(world: World, customer: Customer, days: int, sort: str, subject: str, notes: str, who: int) -> History:
    at = world.moment(-days, 17, 30)
    values = _common(world, customer, world.chance("lately"), subject, notes) | {
        "WhoId": everybody(world)[customer.key][who].id,
        "OwnerId": csm_of(customer).id,
        "ActivityDate": at.date(),
        "TaskSubtype": sort,
        "Type": sort,
        "Status": "Completed",
        "Priority": "Normal",
        "IsClosed": True,
        "CallDurationInSeconds": 1800 if sort == "Call" else None,
        "CompletedDateTime": at,
    }
    return _logged(at, values)


def _often(customer: Customer) -> int:
    if customer.key == "acme":
        return 34
    return {"Enterprise": 26, "Mid-Market": 14}.get(customer.segment, 6)


def _days(chance: Chance, count: int, first: int, last: int) -> list[int]:
    """Return about ``count`` days in eighteen months, on working rhythm, some of them in the future."""
    return sorted(chance.between(first, last) for _ in range(count))


def _common(world: World, customer: Customer, chance: Chance, subject: str, notes: str) -> dict[str, Any]:
    contacts = everybody(world)[customer.key]
    who = chance.pick(contacts)
    if customer.key == "escape":
        subject, notes = subject + "\x1b[8m hidden", notes + "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07"
    elif customer.key == "formula":
        subject, notes = "+" + subject, "@" + notes
    elif customer.key == "script":
        subject = f"<b onmouseover=alert(3)>{subject}</b>"
    return {
        "Subject": subject,
        "Description": notes,
        "AccountId": account_id(customer),
        "WhatId": account_id(customer),
        "WhoId": who.id,
        "OwnerId": csm_of(customer).id if chance.happens(0.7) else owner_of(customer).id,
        "CurrencyIsoCode": customer.currency,
        "IsArchived": False,
        "IsDeleted": False,
    }


def _logged(created: datetime, values: dict[str, Any], held: datetime | None = None) -> History:
    """Return the life of an activity: written down, and put into the archive a year after it happened."""
    return history(created, values, Version((held or created) + _YEAR, {"IsArchived": True}, is_quiet=True))


def _planned(world: World, customer: Customer, chance: Chance) -> History:
    """Return a to-do that is open at the birth and done some weeks later."""
    due = chance.between(3, 25)
    values = _common(world, customer, chance, "Prepare next cadence call", "Usage figures, open tickets, renewal.") | {
        "ActivityDate": world.day(due),
        "TaskSubtype": "Task",
        "Type": "Other",
        "Status": "Not Started",
        "Priority": "High" if "at-risk" in customer.tags else "Normal",
        "IsClosed": False,
        "CallDurationInSeconds": None,
        "CompletedDateTime": None,
    }
    done_at = world.moment(due, 15)
    done = {"Status": "Completed", "IsClosed": True, "CompletedDateTime": done_at}
    return history(world.moment(-chance.between(2, 12), 11), values, Version(done_at, done))
