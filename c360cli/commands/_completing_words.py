"""The words that fit a parameter of a command, by what the parameter is called."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from c360cli.session import Session
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.store import Store

MOST = 500  # nobody reads more, and a shell asks before it shows half as many


class Asked(NamedTuple):
    """What is asked: words that begin with ``start``, of the ``customer`` that stands in the line, where one does."""

    store: "Store"
    session: Session
    start: str
    customer: str | None = None

    def between(self) -> dict[str, str]:
        """Return what small letters are compared with so that an index finds what begins so."""
        return {"start": self.start.lower(), "beyond": self.start.lower() + "\U0010ffff"}


Words = Callable[[Asked], Iterable[str]]


def _customers(asked: Asked) -> Iterator[str]:
    rows = asked.store.stream(
        "select slug from customer where deleted_at is null and slug >= :start and slug < :beyond"
        f" order by slug limit {MOST}",
        **asked.between(),
    )
    yield from (row[0] for row in rows)


def _things(asked: Asked) -> Iterator[str]:
    for kind, words in (("cta:", _ctas), ("person:", _people)):
        if asked.start.lower().startswith(kind):
            yield from (f"{kind}{word}" for word in words(asked._replace(start=asked.start[len(kind) :])))
        elif asked.start and kind.startswith(asked.start.lower()):
            yield kind
    yield from _customers(asked)


def _ctas(asked: Asked) -> Iterator[str]:
    return _ctas_that(asked, "t.is_open = 1")


def _closed_ctas(asked: Asked) -> Iterator[str]:
    return _ctas_that(asked, "t.is_open = 0")


def _ctas_that(asked: Asked, condition: str) -> Iterator[str]:
    from c360cli.store.ctas import SHORT_ID

    rows = asked.store.stream(
        f"select {SHORT_ID.format('t')} from cta t where t.deleted_at is null and {condition}"
        " order by t.due_on desc, t.id"
    )
    yield from (row[0] for row in rows)


def _tasks(asked: Asked) -> Iterator[str]:
    """Yield ids of CTAs, and behind the dot those of the tasks."""
    if "." not in asked.start:
        yield from _ctas(asked)
        return
    from c360cli.store.ctas import SHORT_ID

    rows = asked.store.stream(
        f"select {SHORT_ID.format('t')}, k.number from cta t join task k on k.cta_id = t.id"
        " where t.deleted_at is null and k.deleted_at is null and t.is_open = 1 order by t.id, k.number"
    )
    yield from (f"{row[0]}.{row[1]}" for row in rows)


def _plans(asked: Asked) -> Iterator[str]:
    yield from (row[0] for row in asked.store.stream("select id from plan where deleted_at is null order by id"))


def _activities(asked: Asked) -> Iterator[str]:
    rows = asked.store.stream(
        "select id from activity where source = 'c360' and deleted_at is null and (is_draft = 0 or lower(author) = :me)"
        f" order by happened_at desc, id limit {MOST}",
        me=(asked.store.user or "").lower(),
    )
    yield from (row[0] for row in rows)


def _tags(asked: Asked) -> Iterator[str]:
    from c360cli.store.tags import words

    yield from words(asked.store)


def _people(asked: Asked) -> Iterator[str]:
    """Yield the e-mails of contacts: of the customer in the line, or of all."""
    at_it = " and customer_id = (select id from customer where slug = :slug)" if asked.customer else ""
    rows = asked.store.stream(
        f"select lower(email) as email from contact where deleted_at is null and lower(email) >= :start"
        f" and lower(email) < :beyond{at_it} limit {MOST}",
        **asked.between(),
        **({"slug": asked.customer.lower()} if asked.customer else {}),
    )
    yield from sorted({row[0] for row in rows})


def _ours(asked: Asked) -> Iterator[str]:
    yield "me"
    rows = asked.store.stream(
        "select distinct lower(email) as email from app_user where deleted_at is null and email is not null"
        " and coalesce(is_active, 1) = 1 order by 1"
    )
    yield from (row[0] for row in rows)


def _everybody(asked: Asked) -> Iterator[str]:
    yield from _people(asked)
    yield from _ours(asked)


def _sections(asked: Asked) -> Iterator[str]:
    from c360cli.layout.takes import sections  # which opens none of them

    yield from sections()


def _views(asked: Asked) -> Iterator[str]:
    from c360cli.actions.show import known_sections

    yield from dict.fromkeys(view for section in known_sections() for view in section.views)


def _layouts(asked: Asked) -> Iterator[str]:
    from c360cli.layout.load import names

    yield from names(asked.session.home)


def _playbooks(asked: Asked) -> Iterator[str]:
    from c360cli.layout.playbooks import names

    yield from names(asked.session.home)


def _templates(asked: Asked) -> Iterator[str]:
    from c360cli.layout.plan_templates import names

    yield from names(asked.session.home)


def _scorecards(asked: Asked) -> Iterator[str]:
    from c360cli.layout.scorecards import names

    yield from names(asked.session.home)


def _datasets(asked: Asked) -> Iterator[str]:
    from c360cli.datasets.known import names

    yield from names()


def _sources(asked: Asked) -> Iterator[str]:
    yield from asked.session.config.sources


def _fields(asked: Asked) -> Iterator[str]:
    from c360cli.actions.known_fields import known_fields

    yield from known_fields(asked.session.config, asked.store)


def _assignments(asked: Asked) -> Iterator[str]:
    from c360cli.actions.known_fields import known_fields

    for field in known_fields(asked.session.config, asked.store).values():
        if asked.start.lower().startswith(f"{field.name}="):
            values = ("yes", "no") if field.type == "bool" else field.values
            yield from (f"{field.name}={value}" for value in (_ours(asked) if field.type == "user" else values))
        else:
            yield f"{field.name}="


def _activity_types(asked: Asked) -> Iterator[str]:
    from c360cli.layout.activity_types import load

    yield from load(asked.session.home)


def _of_ctas(what: str) -> Words:
    """Return the words of CTAs: their types, reasons, priorities, statuses; ``closed`` are those that are lost."""

    def words(asked: Asked) -> Iterator[str]:
        from c360cli.layout import cta_words

        known = cta_words.load(asked.session.home)
        found: dict[str, Iterable[str]] = {
            "types": (each.name for each in known.types),
            "reasons": dict.fromkeys((*known.reasons, *(reason for each in known.types for reason in each.reasons))),
            "priorities": known.priorities,
            "statuses": (each.name for each in known.statuses),
            "lost": (each.name for each in known.statuses if each.outcome == cta_words.LOST),
            "task types": known.task_types,
            "task statuses": (each.name for each in known.task_statuses),
        }
        yield from found[what]

    return words


_WORDS: Mapping[str, Words] = {
    "customer": _customers,
    "thing": _things,
    "cta": _ctas,
    "tags": _tags,
    "remove": _tags,
    "sections": _sections,
    "view": _views,
    "layout": _layouts,
    "below": _layouts,
    "playbook": _playbooks,
    "template": _templates,
    "scorecard": _scorecards,
    "dataset": _datasets,
    "sources": _sources,
    "assignments": _assignments,
    "forget": _fields,
    "help_field": _fields,
    "why": _fields,
    "owner": _ours,
    "person": _people,
    "reports_to": _everybody,
    "influencer": _everybody,
    "people": _everybody,
    "without": _everybody,
    "sponsor": _people,
    "who": _people,
    "plan_id": _plans,
}

# Names that mean another thing in another command, or nothing that could be told.
_WORDS_OF: Mapping[str, Mapping[str, Words | None]] = {
    "cta": {
        "id_": _ctas,
        "ids": _ctas,
        "type": _of_ctas("types"),
        "reason": _of_ctas("reasons"),
        "priority": _of_ctas("priorities"),
        "status": _of_ctas("statuses"),
        "lost": _of_ctas("lost"),
    },
    "cta reopen": {"id_": _closed_ctas},
    "cta task": {"id_": _tasks, "ids": _tasks, "type": _of_ctas("task types"), "status": _of_ctas("task statuses")},
    "plan": {"id_": _plans},
    "plan objective": {"id_": _ctas, "ids": _ctas, "reason": _of_ctas("reasons"), "priority": _of_ctas("priorities")},
    "log": {"type": _activity_types},
    "timeline": {"id": _activities, "type": _activity_types, "types": _activity_types},
    "comment": {"remove": None},
    "layout": {"name": _layouts, "names": _layouts},
    "layout new": {"name": None},
    "playbook": {"name": _playbooks, "names": _playbooks},
    "open": {"source": _sources},
    "auth": {"source": _sources},
}


def words_of(path: str, name: str) -> Words | None:
    """Return the words for the parameter ``name`` of the command at ``path`` ("cta task done"); None for none."""
    parts = path.split()
    for length in range(len(parts), 0, -1):
        known = _WORDS_OF.get(" ".join(parts[:length]), {})
        if name in known:
            return known[name]
    return _WORDS.get(name)
