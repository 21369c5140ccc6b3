"""Users of Zendesk: end users as contacts, agents and admins as users."""

from collections.abc import Iterable, Mapping
from typing import Any

from c360cli.kinds import CONTACT, USER
from c360cli.records import Record

from .mapping import FieldMap
from .organizations import add_own_fields
from .reading import extra_of
from .values import moment, ref, text

_NOT_EXTRA = frozenset(
    {
        *(column.name for column in CONTACT.columns + USER.columns), "customer_ref", "id", "url", "photo", "active",
        "suspended", "updated_at", "organization_id", "user_fields", "locale_id", "report_csv",
    }
)  # fmt: skip
OURS = ("agent", "admin")


class People:
    """Reads the users of one account; ``agents`` are the ids known as ours: a change of role ends the old record."""

    def __init__(self, source: str, fields: Mapping[str, FieldMap], agents: Iterable[int], is_first_load: bool) -> None:
        self._source = source
        self._fields = fields
        self._is_first_load = is_first_load
        self.agents = set(agents)
        self._left: list[Record] = []

    def read(self, source_id: str, row: dict[str, Any]) -> Record:
        """Return a user as a record of its side; raises ValueError for what cannot be read."""
        role = text(row.get("role"))
        kind = "user" if role in OURS else "contact"
        changed_at = moment(row.get("updated_at"))
        self._remember(kind, source_id, changed_at)
        if row.get("active") is False or row.get("permanently_deleted"):
            return Record(kind, self._source, source_id, changed_at, {}, True)
        values = person_values(row)
        if kind == "contact":
            values["phone"] = text(row.get("phone"))
            values["customer_ref"] = ref(row.get("organization_id"))
        else:
            values["role"] = role
        self._fields[kind].apply(row, values)
        return Record(kind, self._source, source_id, changed_at, values)

    def take_left(self) -> list[Record]:
        """Return the ends of records whose person changed sides since the last call."""
        left, self._left = self._left, []
        return left

    def _remember(self, kind: str, source_id: str, changed_at: str | None) -> None:
        number = int(source_id)
        if kind == "user" and number not in self.agents:
            self.agents.add(number)
            if not self._is_first_load:
                self._left.append(Record("contact", self._source, source_id, changed_at, {}, True))
        elif kind == "contact" and number in self.agents:
            self.agents.discard(number)
            self._left.append(Record("user", self._source, source_id, changed_at, {}, True))


def person_values(row: dict[str, Any]) -> dict[str, Any]:
    """Return what contacts and users have in common; raises ValueError for what cannot be read."""
    values = extra_of(row, _NOT_EXTRA)
    add_own_fields(values, row, "user_fields", _NOT_EXTRA)
    values["name"] = text(row.get("name"))
    values["email"] = text(row.get("email"))
    values["is_active"] = not row.get("suspended")
    return values
