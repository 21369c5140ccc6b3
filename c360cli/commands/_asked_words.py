"""Questions for words: a name, a day, an owner, a type, a score, each checked as the argument itself would be."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from c360cli.commands._asked import Given, Question
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.actions.opinions import Opinions
    from c360cli.records import Row
    from c360cli.store import Store

Read = TypeVar("Read")


def name(question: str, what: str) -> Question:
    """Return the question for the name of a ``what``."""

    def asked(session: Session, given: Given) -> str:
        from c360cli.actions.cta_fields import read_name
        from c360cli.commands._questions import ask

        return ask(question, lambda answer: read_name(answer, what))

    return asked


def plan_name(session: Session, given: Given) -> str:
    """Ask what a plan is to reach; a customer who is none is told first."""
    _find(session, given)
    return str(name("What is to be reached", "plan")(session, given))


def objective_name(session: Session, given: Given) -> str:
    """Ask for an objective of a plan; a plan that is none is told first."""
    from c360cli.actions.plan_find import find_plan

    with session.open_store(read_only=True) as store:
        find_plan(store, given["plan_id"])
    return str(name("What is to be true", "objective")(session, given))


def task_name(session: Session, given: Given) -> str:
    """Ask for a task of a CTA; a CTA that is none is told first."""
    _cta(session, given)
    return str(name("What is there to do", "task")(session, given))


def snooze_day(session: Session, given: Given) -> str:
    """Ask through which day a CTA is to be hidden."""
    from c360cli.actions.cta_fields import read_snooze
    from c360cli.commands._questions import ask

    _cta(session, given)
    return ask("Snooze through (friday, +2w, 2026-12-01)", _with_store(session, read_snooze))


def owner(session: Session, given: Given) -> str:
    """Ask whose a CTA is to be."""
    from c360cli.actions.cta_fields import read_owner
    from c360cli.commands._questions import ask

    csm, user = _cta(session, given)["csm"], session.config.user

    def read(store: "Store", answer: str) -> str:
        read_owner(store, answer, user, csm)
        return answer

    return ask("Owner (me, csm, none, a name, an e-mail)", _with_store(session, read))


def day(session: Session, question: str) -> str | None:
    """Ask for a day that may be left out; None for no answer."""
    from c360cli.actions.cta_fields import read_day
    from c360cli.commands._questions import ask_perhaps

    return ask_perhaps(question, _with_store(session, read_day))


def playbook(session: Session, given: Given) -> str:
    """Ask for a playbook, one for the type of the CTA where there is any."""
    from c360cli.commands._questions import choose
    from c360cli.layout import playbooks

    names, type_ = playbooks.names(session.home), _cta(session, given)["type"]
    fitting = [name for name in names if playbooks.load(name, session.home).fits(type_)]
    return choose("Playbook", fitting or names)


def activity_type(session: Session, given: Given) -> str:
    """Ask what happened; a customer who is none is told first, and one who must not be recorded before a call."""
    from c360cli.commands._questions import choose
    from c360cli.layout.activity_types import load

    _find(session, given)
    return choose("Type", list(load(session.home)))


def subject(session: Session, given: Given) -> tuple[str]:
    """Ask for the subject of an activity."""
    from c360cli.actions.log import LONGEST_SUBJECT
    from c360cli.actions.written import read_line
    from c360cli.commands._questions import ask

    return (ask("Subject", lambda answer: read_line(answer, "the subject", LONGEST_SUBJECT)),)


def email(session: Session, given: Given) -> str:
    """Ask for the e-mail by which somebody is known."""
    from c360cli.actions.person import read_mail
    from c360cli.commands._questions import ask

    _find(session, given)
    return ask("E-mail", read_mail)


def measure(session: Session, given: Given) -> str:
    """Ask for a measure that people judge."""
    from c360cli.commands._questions import ask, choose

    known = _opinions(session, given)
    if known.measures:
        return choose("Measure", known.measures)
    return ask("Measure", known.measure)


def judgement(session: Session, given: Given) -> str:
    """Ask what somebody thinks of a measure."""
    from c360cli.commands._questions import ask

    known = _opinions(session, given)
    known.measure(given["measure"])
    return ask(f"Value ({', '.join(known.bands)}, 0 to 100, NA)", lambda text: known.value(text, may_be_unknown=True))


def score(session: Session, given: Given) -> str:
    """Ask for a score that is set by hand."""
    from c360cli.commands._questions import ask

    known = _opinions(session, given)
    return ask(f"Value ({', '.join(known.bands)}, 0 to 100)", known.value)


def tags() -> tuple[str, ...]:
    """Ask for tags that may be left out."""
    from c360cli.actions.tag import read_tag
    from c360cli.commands._questions import ask_perhaps

    def read(answer: str) -> tuple[str, ...]:
        return tuple(read_tag(word) for word in answer.split(",") if word.strip())

    return ask_perhaps("Tags, with commas between them", read) or ()


def _find(session: Session, given: Given) -> str:
    """Return the slug of the customer that was given; NotFound before anybody has answered anything."""
    with session.open_store(read_only=True) as store:
        return store.find_customer(given["customer"]).slug


def _cta(session: Session, given: Given) -> "Row":
    """Return the CTA that was given; NotFound before anybody has answered anything."""
    from c360cli.actions.cta_find import find_cta

    with session.open_store(read_only=True) as store:
        return find_cta(store, given["id_"])


def _opinions(session: Session, given: Given) -> "Opinions":
    from c360cli.actions.opinions import opinions

    with session.open_store() as store:  # a customer that was never scored is scored now
        return opinions(store, given["customer"], session.home)


def _with_store(session: Session, read: "Callable[[Store, str], Read]") -> Callable[[str], Read]:
    """Return what reads an answer with the store, which is closed while somebody thinks."""

    def with_store(answer: str) -> Read:
        with session.open_store(read_only=True) as store:
            return read(store, answer)

    return with_store
