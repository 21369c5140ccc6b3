"""How long people waited in the life of a ticket, as Zendesk's metrics say it: in minutes, twice."""

from datetime import datetime
from typing import Any

from .world import Thing

# Of the hours of a week an office is open about a quarter.
_OFFICE_SHARE = 0.24


def metric_set(thing: Thing, now: datetime) -> dict[str, Any]:
    """Return the metrics of a ticket as they stand at ``now``."""
    created = thing.versions[0].at
    lived = [version for version in thing.versions[1:] if version.at <= now]
    replied = next((version.at for version in lived if version.values.get("assignee_id")), None)
    solved = [version.at for version in lived if version.values.get("status") == "solved"]
    return {
        "id": 500_000_000 + int(thing.id),
        "ticket_id": thing.id,
        "reply_time_in_minutes": _minutes(created, replied),
        "first_resolution_time_in_minutes": _minutes(created, solved[0] if solved else None),
        "full_resolution_time_in_minutes": _minutes(created, solved[-1] if solved else None),
        "agent_wait_time_in_minutes": {"calendar": None, "business": None},
        "requester_wait_time_in_minutes": _minutes(created, solved[-1] if solved else None),
        "on_hold_time_in_minutes": {"calendar": 0, "business": 0},
        "reopens": 0,
        "replies": len([version for version in lived if "status" in version.values]),
        "assignee_stations": 1 if replied else 0,
        "group_stations": 1,
        "solved_at": solved[-1].strftime("%Y-%m-%dT%H:%M:%SZ") if solved else None,
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _minutes(start: datetime, end: datetime | None) -> dict[str, int | None]:
    if end is None:
        return {"calendar": None, "business": None}
    minutes = int((end - start).total_seconds() // 60)
    return {"calendar": minutes, "business": int(minutes * _OFFICE_SHARE)}
