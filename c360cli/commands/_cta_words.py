"""What is said about CTAs and tasks after a write: one true sentence, or the object."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from c360cli.commands import _showing
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.actions.cta import Changed
    from c360cli.records import Row
    from c360cli.store import Store

NAME_CELLS = 60


def tell(session: Session, store: "Store", cta: "Row", sentence: str, format: str) -> None:
    """Write the sentence, or the CTA with all that hangs on it as JSON."""
    from c360cli.actions.cta_page import facts

    _showing.tell(session, sentence, format, lambda: facts(store, cta))


def tell_task(session: Session, task: "Row", sentence: str, format: str) -> None:
    """Write the sentence, or the task as JSON."""
    from c360cli.actions.cta_tasks import facts

    _showing.tell(session, sentence, format, lambda: facts(task))


def with_short_ids(ctas: "Sequence[Row]") -> "list[Row]":
    """Return CTAs with a ``short_id``: a source's own id is enough to type, where it is the only one."""
    ids = Counter(cta["source_id"] for cta in ctas)
    return [{**cta, "short_id": cta["source_id"] if ids[cta["source_id"]] == 1 else cta["id"]} for cta in ctas]


def named(cta: "Row") -> str:
    """Return ``CTA k3f "Sponsor left" of Acme Corporation``."""
    from c360cli.text import cut

    whose = cta["customer_name"] or cta["customer"]
    return f'CTA {cta["short_id"]} "{cut(cta["name"] or "", NAME_CELLS)}"{f" of {whose}" if whose else ""}'


def added(store: "Store", cta: "Row", tasks: int) -> str:
    """Return what a new CTA is, the day it is due as it was understood."""
    facts = [cta["type"], cta["reason"], cta["priority"] and f"priority {cta['priority']}", due(store, cta["due_on"])]
    facts += [f"for {cta['owner_name'] or cta['owner']}" if cta["owner"] else "without an owner"]
    facts += [f"playbook {cta['playbook']} with {tasks} tasks"] if cta["playbook"] else []
    return f"{named(cta)} added: {', '.join(fact for fact in facts if fact)}."


def due(store: "Store", day: str | None) -> str:
    """Return a day as it was understood: "due 2026-12-01 (Tue, in 10 days)"."""
    return f"due {day_words(store, day)}" if day else ""


def day_words(store: "Store", day: str) -> str:
    """Return "2026-12-01 (Tue, in 10 days)"."""
    from datetime import date

    from c360cli.times import distance

    return f"{day} ({date.fromisoformat(day):%a}, {distance(day, store.today())})"


def changed(store: "Store", done: "Changed") -> str:
    """Return what has changed of a CTA, from what to what."""
    told = [*fields(store, done.before, done.cta), *done.marks]
    return f"{named(done.cta)}: {', '.join(told)}." if told else f"{named(done.cta)} is so already."


def fields(store: "Store", before: Mapping[str, Any], now: "Row") -> list[str]:
    """Return the fields that have changed: "priority Low, now High", "due 2026-12-01 (Tue, in 10 days)"."""
    told = []
    for name, old in before.items():
        new = now[name]
        if name in ("notes", "is_done", "done_at"):
            told += ["notes rewritten" if new else "notes taken away"] if name == "notes" else []
        elif name == "is_external":
            told.append("external now: the customer may see it" if new else "internal now")
        elif name == "due_on":
            told.append(due(store, new) or "no due day")
        else:
            label = name.removesuffix("_on")
            told.append(f"{label} {new or 'taken away'}{f' (was {old})' if old else ''}")
    return told
