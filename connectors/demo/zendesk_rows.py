"""The rows of each Zendesk list as they stand at a moment, in the shape the API gives them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .company import Company
from .organizations import GROUP_ID, second_memberships
from .survey_responses import survey_response, unanswered
from .ticket_clock import metric_set
from .ticket_shape import AREA, CUSTOM_STATUSES, ESCALATED, ROOT_CAUSE, SEVERITY, VERSIONS
from .world import Seen

Row = dict[str, Any]

_OPTIONS = {
    AREA: ("login", "pipelines", "search", "billing", "api", "registry"),
    SEVERITY: ("sev_1", "sev_2", "sev_3", "sev_4"),
    VERSIONS: tuple(f"17.{minor}" for minor in range(12)),
}
_FIELDS = (
    # id, type, title; a title may come twice, and hold anything
    (360_000_019_001, "subject", "Subject"),
    (360_000_019_002, "description", "Description"),
    (360_000_019_003, "status", "Status"),
    (360_000_019_004, "priority", "Priority"),
    (AREA, "tagger", "Product area"),
    (SEVERITY, "tagger", "Severity"),
    (ROOT_CAUSE, "textarea", "Root cause"),
    (ESCALATED, "checkbox", "Escalated?"),
    (VERSIONS, "multiselect", "Affected versions"),
    (360_000_020_900, "text", "Severity"),
)


class Rows:
    """Every list at one moment; ``stamps`` are the seconds the exports are ordered by."""

    def __init__(self, company: Company, now: datetime, url: str) -> None:
        self._company = company
        self._url = url
        self.now = now

    def all(self, name: str) -> list[Row]:
        """Return the rows of a list in the order of their ids; KeyError for a list there is none of."""
        return [row for _, row in sorted(self.stamped(name), key=lambda pair: pair[1]["id"])]

    def stamped(self, name: str) -> list[tuple[int, Row]]:
        """Return (second it last changed for the export, row) of a list, in the order of an export."""
        fixed: dict[str, Callable[[], list[Row]]] = {
            "ticket_fields": self._ticket_fields,
            "custom_statuses": self._custom_statuses,
            "groups": self._groups,
            "organization_memberships": self._memberships,
            "survey_responses": self._survey_responses,
        }
        if name in fixed:
            return [(0, row) for row in fixed[name]()]
        pairs = [self._stamped(name, seen) for seen in self._company.seen(name, self.now)]
        return sorted(pairs, key=lambda pair: (pair[0], pair[1]["id"]))

    def beside(self, tickets: list[Row], include: str) -> Row:
        """Return the side-loaded lists that were asked for; a name nobody knows gives nothing, as at the source."""
        asked = [word.strip() for word in include.split(",")]
        if "metric_sets" in asked:
            things = {thing.id: thing for thing in self._company.things("tickets")}
            for row in tickets:
                row["metric_set"] = metric_set(things[row["id"]], self.now)
        wanted = {
            "users": {row[key] for row in tickets for key in ("requester_id", "submitter_id", "assignee_id")},
            "organizations": {row["organization_id"] for row in tickets},
            "groups": {row["group_id"] for row in tickets},
        }
        return {
            name: [row for row in self.all(name) if row["id"] in ids] for name, ids in wanted.items() if name in asked
        }

    def _stamped(self, name: str, seen: Seen) -> tuple[int, Row]:
        stamp = int(seen.stamped_at.timestamp())
        row: Row = {
            "url": f"{self._url}/api/v2/{name}/{seen.id}.json",
            "id": seen.id,
            "created_at": _written(seen.created_at),
            "updated_at": _written(seen.modified_at),
            **seen.values,
        }
        if name == "tickets":
            row["fields"] = row["custom_fields"]
            row["generated_timestamp"] = stamp
        elif name == "organizations":
            row["deleted_at"] = None
        return stamp, row

    def _ticket_fields(self) -> list[Row]:
        return [
            {
                "id": identity,
                "type": kind,
                "title": title,
                "raw_title": title,
                "active": True,
                "required": False,
                "tag": None,
                "custom_field_options": [
                    {"name": value.title(), "value": value} for value in _OPTIONS.get(identity, ())
                ],
                "created_at": _written(self._company.world.moment(-800)),
                "updated_at": _written(self._company.world.moment(-400)),
            }
            for identity, kind, title in _FIELDS
        ]

    def _custom_statuses(self) -> list[Row]:
        return [
            {
                "id": identity,
                "status_category": category,
                "agent_label": label,
                "end_user_label": label,
                "raw_agent_label": label,
                "active": True,
                "default": label.lower().replace("on-hold", "hold") == category,
                "description": "",
            }
            for identity, category, label in CUSTOM_STATUSES
        ]

    def _groups(self) -> list[Row]:
        return [{"id": GROUP_ID, "name": "Support", "deleted": False, "default": True}]

    def _memberships(self) -> list[Row]:
        """Return who belongs to which organization; only the default membership says what it is."""
        users = [row for row in self.all("users") if row["organization_id"]]
        first = [(row["id"], row["organization_id"], True) for row in users]
        second = [(*pair, None) for pair in second_memberships(self._company.world, self.now)]
        return [
            {"id": 700_000 + user % 100_000 * 10 + (0 if default else 1 + organization % 7)}
            | {"user_id": user, "organization_id": organization, "default": default}
            | {"created_at": _written(self._company.world.moment(-200))}
            | {"updated_at": _written(self._company.world.moment(-200))}
            for user, organization, default in first + second
        ]

    def _survey_responses(self) -> list[Row]:
        ratings = self._company.seen("satisfaction_ratings", self.now)
        given = [survey_response(seen, _written(seen.modified_at)) for seen in ratings]
        return [*given, unanswered(1)]


def _written(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
