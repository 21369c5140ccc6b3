"""Which objects of Salesforce are read, as which kind, and from which standard fields."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .values import activity_type, domain, minutes_of_seconds, opposite, people

Reader = Callable[[Any], Any]


class Take(NamedTuple):
    """Where a value comes from: the first of ``paths`` that has one, read by ``read`` (None: by the column's type)."""

    paths: tuple[str, ...]
    read: Reader | None = None


class SalesforceObject(NamedTuple):
    """One object and its stream; ``fields`` are {canonical name: where from}, ``otherwise`` stands in for no value.

    A canonical name the kind does not declare is kept under extra.
    """

    stream: str
    name: str
    kind: str
    fields: Mapping[str, Take]
    otherwise: Mapping[str, Any] = {}

    @property
    def link(self) -> str:
        """The path of a record's page, with ``{id}`` for its id."""
        # Tasks and events are one kind; the short form leads to either.
        return "/{id}" if self.kind == "activity" else f"/lightning/r/{self.name}/{{id}}/view"


def _fields(**sources: str | Take) -> dict[str, Take]:
    """Read "A B" as: A, or where that has no value B."""
    return {
        name: source if isinstance(source, Take) else Take(tuple(source.split())) for name, source in sources.items()
    }


ACCOUNT = SalesforceObject(
    "accounts",
    "Account",
    "customer",
    _fields(
        name="Name",
        domain=Take(("Website",), domain),
        parent_ref="ParentId",
        industry="Industry",
        type="Type",
        owner="Owner.Name",
        currency="CurrencyIsoCode",
        employees="NumberOfEmployees",
        phone="Phone",
        website="Website",
        billing_address="BillingAddress",
        account_number="AccountNumber",
        annual_revenue="AnnualRevenue",  # the customer's own, nothing we are paid
        description="Description",
        merged_into="MasterRecordId",
    ),
)

CONTACT = SalesforceObject(
    "contacts",
    "Contact",
    "contact",
    _fields(
        customer_ref="AccountId",
        name="Name",
        email="Email",
        title="Title",
        phone="Phone MobilePhone",
        department="Department",
        reports_to="ReportsToId",
        location="MailingCity MailingCountry",
        is_email_bounced="IsEmailBounced",
        has_opted_out_of_email="HasOptedOutOfEmail",
        merged_into="MasterRecordId",
    ),
)

USER = SalesforceObject(
    "users",
    "User",
    "user",
    _fields(
        name="Name", email="Email", title="Title", role="UserRole.Name", is_active="IsActive", manager="Manager.Name"
    ),
)

CASE = SalesforceObject(
    "cases",
    "Case",
    "case",
    _fields(
        customer_ref="AccountId",
        number="CaseNumber",
        subject="Subject",
        description="Description",
        status="Status",
        priority="Priority",
        type="Type",
        is_open=Take(("IsClosed",), opposite),
        opened_at="CreatedDate",
        closed_at="ClosedDate",
        requester="Contact.Name SuppliedName",
        requester_ref="ContactId",
        assignee="Owner.Name",
        assignee_ref="OwnerId",
        origin="Origin",
        is_escalated="IsEscalated",
        merged_into="MasterRecordId",
    ),
)

OPPORTUNITY = SalesforceObject(
    "opportunities",
    "Opportunity",
    "opportunity",
    _fields(
        customer_ref="AccountId",
        name="Name",
        stage="StageName",
        amount="Amount",
        currency="CurrencyIsoCode",
        close_on="CloseDate",
        is_closed="IsClosed",
        is_won="IsWon",
        owner="Owner.Name",
        type="Type",
        probability="Probability",
        forecast_category="ForecastCategoryName",
        next_step="NextStep",
    ),
)

_ACTIVITY = _fields(
    customer_ref="AccountId",
    subject="Subject",
    notes="Description",
    author="Owner.Name",
    attendees=Take(("Who.Name",), people),
    about="What.Name",
)

TASK = SalesforceObject(
    "tasks",
    "Task",
    "activity",
    _ACTIVITY
    | _fields(
        type=Take(("TaskSubtype", "Type"), activity_type),
        # The day it is about comes first: a call logged a week late happened on its own day.
        happened_at="ActivityDate CompletedDateTime CreatedDate",
        minutes=Take(("CallDurationInSeconds",), minutes_of_seconds),
        status="Status",
        is_closed="IsClosed",
        completed_at="CompletedDateTime",
    ),
    {"type": "task"},
)

EVENT = SalesforceObject(
    "events",
    "Event",
    "activity",
    _ACTIVITY
    | _fields(
        type=Take(("Type",), activity_type),
        happened_at="ActivityDateTime StartDateTime ActivityDate CreatedDate",
        minutes="DurationInMinutes",
        location="Location",
    ),
    {"type": "meeting"},
)

CONTRACT = SalesforceObject(
    "contracts",
    "Contract",
    "subscription",
    _fields(
        customer_ref="AccountId",
        name="Name ContractNumber",
        status="Status",
        start_on="StartDate",
        end_on="EndDate",
        currency="CurrencyIsoCode",
        contract_number="ContractNumber",
        term_months="ContractTerm",
    ),
)

# Customers first; the others find theirs by it.
OBJECTS = (ACCOUNT, CONTACT, OPPORTUNITY, CASE, USER, TASK, EVENT, CONTRACT)


def subscription_object(name: str) -> SalesforceObject:
    """Return the object that takes Contract's place; its stream has its own name, so that no cursor is mistaken."""
    return SalesforceObject(name.lower(), name, "subscription", _fields(name="Name", currency="CurrencyIsoCode"))
