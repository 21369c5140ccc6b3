"""The few support cases that still live in Salesforce: contract questions, owned by a person or by a queue."""

from datetime import timedelta
from typing import Any

from .accounts import account_id
from .customers import Customer
from .people import USERS, everybody
from .world import Thing, Version, World, history, salesforce_id

QUEUE = salesforce_id("00G", 1)
_SUBJECTS = ("Copy of the signed contract", "Change of billing address", "Purchase order missing on invoice",
             "Security questionnaire", "Tax certificate for this year")  # fmt: skip
_PER_CUSTOMER = {
    "acme": 4,
    "acme-gmbh": 1,
    "globex": 6,
    "halcyon": 5,
    "initech": 3,
    "vantage": 4,
    "midori": 2,
    "escape": 1,
}


def case_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Case; Acme's are all closed, one of Globex's was deleted."""
    things = []
    for customer in world.customers:
        chance = world.chance("cases", customer.key)
        for place in range(_PER_CUSTOMER.get(customer.key, 0)):
            created = world.moment(-chance.between(40, 500), chance.between(8, 17))
            number = customer.number * 16 + place
            values = _values(world, customer, chance.pick(_SUBJECTS), number) | {
                "OwnerId": QUEUE if chance.happens(0.5) else USERS[chance.between(0, 3)].id,
                "ContactId": chance.pick(everybody(world)[customer.key]).id,
                "Priority": chance.pick(("Low", "Medium", "Medium", "High")),
            }
            closed = created + timedelta(days=chance.between(1, 30), hours=3)
            if customer.key != "acme" and place == 0:
                # One case a customer stays open for long, and is closed in the month after the birth.
                closed = world.moment(chance.between(3, 26), 14, 10)
            later = [Version(closed, {"Status": "Closed", "IsClosed": True, "ClosedDate": closed})]
            if customer.key == "globex" and place == 2:
                later.append(Version(world.moment(-6, 8), {"IsDeleted": True}))
            things.append(Thing(salesforce_id("500", number), history(created, values, *later)))
    return things


def _values(world: World, customer: Customer, subject: str, number: int) -> dict[str, Any]:
    return {
        "CaseNumber": f"{number:08d}",
        "Subject": f"\x1b[1;31m{subject}" if customer.key == "escape" else subject,
        "Description": f"{subject}, please.",
        "AccountId": account_id(customer),
        "Status": "New",
        "Type": "Question",
        "Origin": "Email",
        "IsClosed": False,
        "IsEscalated": False,
        "ClosedDate": None,
        "CurrencyIsoCode": customer.currency,
        "IsDeleted": False,
    }


def group_things(world: World) -> list[Thing]:
    """Return the queue that owns cases nobody has taken."""
    values = {"Name": "Contract desk", "DeveloperName": "Contract_desk", "Type": "Queue"}
    return [Thing(QUEUE, history(world.moment(-880, 9), values))]
