"""Tickets as cases."""

from collections.abc import Callable, Mapping
from typing import Any

from c360cli.kinds import CASE
from c360cli.records import Record

from .mapping import FieldMap
from .metrics import metric_values
from .reading import extra_of
from .ticket_names import TicketNames
from .values import moment, ref, text

_COLUMNS = {column.name for column in CASE.columns}
_CLOSED = ("solved", "closed")
# Duplicates of other keys, keys read by name below, and the export's own clock, which moves without a change.
NOT_EXTRA = frozenset(
    {
        *_COLUMNS, "customer_ref", "id", "url", "raw_subject", "fields", "generated_timestamp", "created_at",
        "updated_at", "organization_id", "requester_id", "assignee_id", "custom_fields", "via", "satisfaction_rating",
        "metric_set",
    }
)  # fmt: skip
# Names that custom fields must not take.
TAKEN = NOT_EXTRA | {
    "channel", "satisfaction", "tags", "group_id", "brand_id", "problem_id", "external_id", "ticket_form_id",
    "recipient", "submitter_id", "due_at", "custom_status_id", "collaborator_ids", "follower_ids", "email_cc_ids",
    "followup_ids", "has_incidents", "is_public", "forum_topic_id", "sharing_agreement_ids", "allow_channelback",
    "allow_attachments", "from_messaging_channel", "encoded_id", "first_reply_minutes", "first_reply_business_minutes",
    "first_resolution_minutes", "first_resolution_business_minutes", "resolution_minutes",
    "resolution_business_minutes", "requester_wait_minutes", "requester_wait_business_minutes", "agent_wait_minutes",
    "agent_wait_business_minutes", "on_hold_minutes", "on_hold_business_minutes", "reopens", "replies", "solved_at",
}  # fmt: skip


def case_reader(source: str, names: TicketNames, fields: FieldMap) -> Callable[[str, dict[str, Any]], Record]:
    """Return the function that makes a ticket a case; it raises ValueError for what cannot be read.

    ``closed_at`` of a solved or closed ticket is when its metrics say it was solved. Without them it is the last
    update: it moves when Zendesk closes a solved ticket later (by itself after some days), or an agent tags it.
    """
    field_names, labels = names.fields, names.statuses
    known = frozenset(field_names.values())

    def read(source_id: str, row: dict[str, Any]) -> Record:
        status = text(row.get("status"))
        changed_at = moment(row.get("updated_at"))
        if status == "deleted" or _is_scrubbed(row):
            # What is left of a deleted ticket is made up (SCRUBBED, a system user); what we know is better.
            return Record("case", source, source_id, changed_at, {}, True)
        values = extra_of(row, NOT_EXTRA)
        values |= metric_values(row)
        for field in row.get("custom_fields") or ():
            value = field["value"]
            if value is not None and value != "" and value != []:
                values[field_names.get(field["id"]) or f"field ({field['id']})"] = value
        via = row.get("via")
        if isinstance(via, dict) and via.get("channel"):
            values["channel"] = via["channel"]
        rating = row.get("satisfaction_rating")
        if isinstance(rating, dict) and rating.get("score") not in (None, "unoffered", "offered"):
            values["satisfaction"] = rating["score"]
        is_closed = status in _CLOSED
        values["number"] = source_id
        values["subject"] = text(row.get("subject"))
        values["description"] = text(row.get("description"))
        # The custom status of a closed ticket is the one it was solved with.
        values["status"] = status if status == "closed" else labels.get(row.get("custom_status_id", 0)) or status
        values["priority"] = text(row.get("priority"))
        values["type"] = text(row.get("type"))
        values["is_open"] = None if status is None else not is_closed
        values["opened_at"] = moment(row.get("created_at"))
        values["closed_at"] = (values.get("solved_at") or changed_at) if is_closed else None
        values["requester_ref"] = ref(row.get("requester_id"))
        values["assignee_ref"] = ref(row.get("assignee_id"))
        values["customer_ref"] = ref(row.get("organization_id"))
        fields.apply(row, values, known)
        return Record("case", source, source_id, changed_at, values)

    return read


def _is_scrubbed(row: Mapping[str, Any]) -> bool:
    return row.get("subject") == "SCRUBBED" and row.get("description") in ("X", "SCRUBBED", "", None)
