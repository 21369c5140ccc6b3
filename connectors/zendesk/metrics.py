"""How quickly a ticket was answered and solved, as Zendesk's own clock for it says.

Minutes come twice: on the calendar, and in the business hours of the account. The first count for a customer who
waits, so they have the plain names.
"""

from collections.abc import Mapping
from typing import Any

from ..values import integer
from .values import moment

# name here -> name there, an object of calendar and business minutes
_MINUTES = {
    "first_reply": "reply_time_in_minutes",
    "first_resolution": "first_resolution_time_in_minutes",
    "resolution": "full_resolution_time_in_minutes",
    "requester_wait": "requester_wait_time_in_minutes",
    "agent_wait": "agent_wait_time_in_minutes",
    "on_hold": "on_hold_time_in_minutes",
}
_COUNTS = ("reopens", "replies")


def add_metrics(body: Mapping[str, Any], tickets: list[Any]) -> None:
    """Put the metrics that came in a list beside the tickets into their tickets, where most accounts have them."""
    sets = body.get("metric_sets")
    if not isinstance(sets, list):
        return
    by_ticket = {each.get("ticket_id"): each for each in sets if isinstance(each, dict) and _is_id(each)}
    for ticket in tickets:
        if isinstance(ticket, dict) and type(ticket.get("id")) is int and not ticket.get("metric_set"):
            ticket["metric_set"] = by_ticket.get(ticket["id"])


def metric_values(ticket: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the metrics of a ticket say, by name; nothing without them. ValueError for what is no number."""
    metrics = ticket.get("metric_set")
    if not isinstance(metrics, dict):
        return {}
    values: dict[str, Any] = {}
    for name, key in _MINUTES.items():
        minutes = metrics.get(key)
        if isinstance(minutes, dict):
            values[f"{name}_minutes"] = minutes.get("calendar")
            values[f"{name}_business_minutes"] = minutes.get("business")
    values |= {name: metrics.get(name) for name in _COUNTS}
    read = {name: integer(value) for name, value in values.items() if value is not None}
    solved_at = moment(metrics.get("solved_at"))
    return read | ({"solved_at": solved_at} if solved_at else {})


def _is_id(metric_set: Mapping[str, Any]) -> bool:
    return type(metric_set.get("ticket_id")) is int
