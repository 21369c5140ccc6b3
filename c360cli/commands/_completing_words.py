"""The words that fit a parameter of a command, by what the parameter is called."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from c360cli.commands import _completing_ids as ids
from c360cli.commands._completing_asked import MOST, Asked, Words

if TYPE_CHECKING:
    from c360cli.health.card import Scorecard


def _customers(asked: Asked) -> Iterator[str]:
    rows = asked.store.stream(
        "select slug from customer where deleted_at is null and slug >= :start and slug < :beyond"
        f" order by slug limit {MOST}",
        **asked.between(),
    )
    yield from (row[0] for row in rows)


def _things(asked: Asked) -> Iterator[str]:
    for kind, words in (("cta:", ids.open_ctas), ("person:", _people)):
        if asked.start.lower().startswith(kind):
            yield from (f"{kind}{word}" for word in words(asked._replace(start=asked.start[len(kind) :])))
        elif asked.start and kind.startswith(asked.start.lower()):
            yield kind
    yield from _customers(asked)


def _tags(asked: Asked) -> Iterator[str]:
    from c360cli.store.tags import words

    yield from words(asked.store)


def _its_tags(asked: Asked) -> Iterator[str]:
    """Yield what people put on the thing in the line, and can be taken off here."""
    from c360cli.actions.tag import tags_of

    thing = asked.word("thing")
    if thing is None:
        yield from _tags(asked)
    else:
        yield from (tag.tag for tag in tags_of(asked.store, thing)[1] if not tag.source)


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


def _columns(asked: Asked) -> Iterator[str]:
    """Yield lists of columns of the data set in the line, each with one more."""
    from c360cli.datasets.known import columns, names

    dataset = asked.word("dataset")
    if dataset in names():
        before, comma, _ = asked.start.rpartition(",")
        yield from (f"{before}{comma}{each.name}" for each in columns(dataset) if each.name not in before.split(","))


def _events(asked: Asked) -> Iterator[str]:
    from c360cli.store.events import EVENTS

    yield from EVENTS


def _measures(asked: Asked) -> Iterator[str]:
    """Yield the measures of the customer in the line that people judge."""
    card = _scorecard(asked)
    yield from (each.name for each in card.measures() if each.is_manual) if card else ()


def _judgements(asked: Asked) -> Iterator[str]:
    from c360cli.health.shown import NA

    card = _scorecard(asked)
    yield from (*card.bands.names(), NA) if card else ()


def _bands(asked: Asked) -> Iterator[str]:
    card = _scorecard(asked)
    yield from card.bands.names() if card else ()


def _scorecard(asked: Asked) -> "Scorecard | None":
    """Return the scorecard of the customer in the line; None where nothing was ever scored, which would be a write."""
    from c360cli.scores import cards
    from c360cli.store import scores

    row = scores.last(asked.store, asked.store.find_customer(asked.customer).id) if asked.customer else None
    return cards.version(asked.store, row["definition"]) if row else None


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
    "cta": ids.open_ctas,
    "tags": _tags,
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
    "plan_id": ids.plans,
}

# Names that mean another thing in another command, or nothing that could be told.
_WORDS_OF: Mapping[str, Mapping[str, Words | None]] = {
    "cta": {
        "id_": ids.open_ctas,
        "ids": ids.open_ctas,
        "type": _of_ctas("types"),
        "reason": _of_ctas("reasons"),
        "priority": _of_ctas("priorities"),
        "status": _of_ctas("statuses"),
        "lost": _of_ctas("lost"),
    },
    "cta close": {"id_": ids.our_open_ctas},
    "cta flag": {"id_": ids.our_open_ctas},
    "cta assign": {"id_": ids.our_open_ctas},
    "cta reopen": {"id_": ids.our_closed_ctas},
    "cta delete": {"id_": ids.our_ctas},
    "cta task": {"type": _of_ctas("task types"), "status": _of_ctas("task statuses")},
    "cta task edit": {"id_": ids.tasks},
    "cta task delete": {"id_": ids.tasks},
    "cta task done": {"ids": ids.tasks_to_do},
    "plan": {"id_": ids.plans},
    "plan objective": {
        "plan_id": ids.open_plans,
        "ids": ids.open_objectives,
        "reason": _of_ctas("reasons"),
        "priority": _of_ctas("priorities"),
    },
    "score set": {"measure": _measures, "value": _judgements},
    "score override": {"value": _bands},
    "undo": {"write": ids.writes},
    "link": {"reference": ids.records},
    "export": {"fields": _columns},
    "inbox": {"event": _events},
    "tag": {"remove": _its_tags},
    "log": {"type": _activity_types},
    "timeline": {"id": ids.my_activities, "type": _activity_types, "types": _activity_types},
    "timeline show": {"id": ids.activities},
    "timeline publish": {"id": ids.my_drafts},
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
