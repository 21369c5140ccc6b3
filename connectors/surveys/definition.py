"""A form as a service describes it, laid out in the columns its CSV would have."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from c360cli.errors import ConfigError

from ..files.options import find_header
from .asked import Mapped
from .forms import Form, read_form
from .tools import Heading, Tool


class Definition(NamedTuple):
    """One form: its columns, which field of the service goes into which (``places``), and who answers (``roles``)."""

    id: str
    title: str
    tool: Tool
    headings: list[Heading]
    places: Mapping[str, str]
    roles: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()

    @property
    def asks_for_scores(self) -> bool:
        """Tell if it asks for NPS or CSAT by itself."""
        return any(heading.asks in ("nps", "csat") for heading in self.headings)

    @property
    def asks_for_anything(self) -> bool:
        """Tell if it asks for a score or for words."""
        return any(heading.asks in ("nps", "csat", "text") for heading in self.headings)

    def fitting(self, mapped: Mapped) -> Mapped:
        """Return the part of the config's mapping whose columns this form has: one mapping serves many forms."""
        names = [*(heading.name for heading in self.headings), *(heading.text for heading in self.headings)]
        return mapped._replace(
            roles={role: asked for role, asked in mapped.roles.items() if find_header(asked, names)},
            questions={asked: kind for asked, kind in mapped.questions.items() if find_header(asked, names)},
        )

    def form(self, mapped: Mapped) -> Form:
        """Return how its responses are read; ConfigError where nothing in it is an answer."""
        fitting = self.fitting(mapped)
        if not fitting.questions and not self.asks_for_anything:
            raise ConfigError(
                f"{self.title} ({self.id}) asks for no NPS, CSAT or words.",
                f"Say which are questions under {mapped.where}.mapping.questions, or leave the form out.",
            )
        form = read_form(self.tool, self.headings, fitting, self.title)
        roles: dict[str, tuple[str, ...]] = dict(form.roles)
        for role, names in self.roles.items():
            if role not in fitting.roles and names:
                roles[role] = tuple(dict.fromkeys((*roles.get(role, ()), *names)))
        return form._replace(roles=roles, notes=(*form.notes, *self.notes))


def as_object(row: Any, key: str) -> dict[str, Any]:
    """Return the object under ``key``, empty where there is none."""
    value = row.get(key) if isinstance(row, dict) else None
    return value if isinstance(value, dict) else {}


def as_list(row: Any, key: str) -> list[Any]:
    """Return the list under ``key``, empty where there is none."""
    value = row.get(key) if isinstance(row, dict) else None
    return value if isinstance(value, list) else []
