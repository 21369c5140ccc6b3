"""The made-up software vendor: its customers and all they ever did and will do, made when first asked for.

Two companies with the same seed and day of birth are the same to the last byte. What happens after the birth is
already decided; it shows as the clock passes it, for about a month.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

from . import accounts, activities, cases, deals, organizations, people, tickets
from .customers import all_customers
from .world import Seen, Thing, Version, World

# Deleted rows stay this long in Salesforce's recycle bin.
_RECYCLE_BIN = timedelta(days=15)

_MAKERS: dict[str, Callable[[World], list[Thing]]] = {
    "Account": accounts.account_things,
    "Contact": people.contact_things,
    "User": people.user_things,
    "UserRole": people.role_things,
    "Group": cases.group_things,
    "Case": cases.case_things,
    "Opportunity": deals.opportunity_things,
    "Contract": deals.contract_things,
    "Subscription__c": deals.subscription_things,
    "Task": activities.task_things,
    "Event": activities.event_things,
    "tickets": tickets.ticket_things,
    "satisfaction_ratings": tickets.rating_things,
    "users": organizations.user_things,
    "organizations": organizations.organization_things,
}

_SMALL = ("acme", "acme-gmbh", "acme-ulm", "acme-holding", "lacme", "globex", "initech", "mueller", "midori", "escape",
          "formula", "bold", "tidewater")  # fmt: skip


class Company:
    """One made-up vendor; ``only`` keeps the customers with these keys and drops the rest."""

    def __init__(self, born_on: date, seed: int = 1, only: Collection[str] | None = None) -> None:
        chosen = tuple(customer for customer in all_customers() if only is None or customer.key in only)
        self.world = World(seed, born_on, chosen)
        self._things: dict[str, list[Thing]] = {}

    @property
    def birth(self) -> datetime:
        """The first moment of the day it is born, in UTC."""
        return self.world.birth

    def things(self, name: str) -> list[Thing]:
        """Return everything of one Salesforce object or Zendesk list, in the order it was made; KeyError otherwise."""
        if name not in self._things:
            self._things[name] = _MAKERS[name](self.world)
        return self._things[name]

    def seen(self, name: str, now: datetime) -> list[Seen]:
        """Return what exists of one object or list at ``now``, as it stands then; purged rows are gone for good."""
        rows = []
        for thing in self.things(name):
            seen = thing.seen(now)
            if seen and not (seen.values.get("IsDeleted") and now - seen.stamped_at > _RECYCLE_BIN):
                rows.append(seen)
        return rows

    def change(self, name: str, identity: object, at: datetime, **values: object) -> None:
        """Let a test write history: from ``at`` on, these values are true of a thing.

        The stamp is ``at`` even where it lies in the past: as with a change whose transaction took its time.
        """
        for place, thing in enumerate(self.things(name)):
            if thing.id == identity:
                versions = sorted([*thing.versions[1:], Version(at, values)], key=lambda version: version.at)
                self.things(name)[place] = Thing(identity, (thing.versions[0], *versions))
                return
        raise KeyError(identity)

    def purge(self, name: str, *identities: object) -> None:
        """Let things be gone without a trace, as what is deleted for good."""
        self.things(name)[:] = [thing for thing in self.things(name) if thing.id not in identities]


def small_company(born_on: date, seed: int = 1) -> Company:
    """Return a company of 13 customers with every oddity the large one has, for tests that read everything."""
    return Company(born_on, seed, only=_SMALL)
