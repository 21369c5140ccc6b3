"""What an activity leaves to be done: its tasks, in a CTA of their own or in one there is, in the words in effect."""

from collections.abc import Sequence

from c360cli.actions import cta_making
from c360cli.layout import cta_words
from c360cli.layout.cta_words import Words, is_objective
from c360cli.names import fold
from c360cli.store.activities import ToDo
from c360cli.store.writing import Write

NAME = "To-Do: {}"
# What is taken of a vocabulary where it has it; else the first word that fits.
TYPE, REASON, TASK_TYPE = "Activity", "Follow-up", "To-Do"


def to_do(home: str) -> ToDo:
    """Return what keeps the tasks of an activity, by the words of CTAs that are in effect in ``home``."""

    def keep(
        entry: Write, customer_id: str, subject: str, cta_id: str | None, tasks: Sequence[str]
    ) -> tuple[str, tuple[str, ...]]:
        words = cta_words.load(home)
        cta_id = cta_id or _open(entry, words, customer_id, subject)
        kind = _or_first(TASK_TYPE, words.task_types)
        made = [
            cta_making.add_task(entry, words, cta_id, {"name": name, "type": kind, "owner": entry.author})
            for name in tasks
        ]
        return cta_id, tuple(made)

    return keep


def _open(entry: Write, words: Words, customer_id: str, subject: str) -> str:
    """Make the open CTA for what is to be done after the activity ``subject``, owned by who writes; return its id."""
    kind = _or_first(TYPE, [each.name for each in words.types if not is_objective(each.name)])
    reasons = words.reasons_of(kind)
    said = {
        "name": NAME.format(subject),
        "type": kind,
        "reason": next((reason for reason in reasons if fold(reason) == fold(REASON)), None),
        "owner": entry.author,
    }
    return cta_making.add(entry, words, customer_id, said)


def _or_first(wanted: str, known: Sequence[str]) -> str | None:
    return next((name for name in known if fold(name) == fold(wanted)), known[0] if known else None)
