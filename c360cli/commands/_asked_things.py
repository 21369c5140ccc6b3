"""Questions for things: a customer, a CTA, a task, an activity, a plan, somebody, a record of a source.

Of a customer the name is asked for; of everything else a few are shown first, since nobody knows ids by heart.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from c360cli.commands._asked import Given, Question
from c360cli.errors import NotFound, UsageError
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.actions.choosable import Choices
    from c360cli.store import Store

# From what was given, and a word that narrows, to what there is to choose from.
Lists = Callable[["Store", str | None, str | None], "Choices"]
# From a word to what the command takes for it; NotFound or UsageError where it is none.
Finds = Callable[["Store", str | None, str], str]


def customer(session: Session, given: Given) -> str:
    """Ask for a customer as every command takes one: any name, and where it fits several, which."""
    return _customer(session, "Customer", lambda store, word: store.find_customer(word).slug)


def thing(session: Session, given: Given) -> str:
    """Ask for what can have tags."""
    from c360cli.actions.tagged_thing import find_thing, is_thing

    def find(store: "Store", word: str) -> str:
        return find_thing(store, word).word if is_thing(word) else store.find_customer(word).slug

    return _customer(session, "Customer, or person:EMAIL, cta:ID", find)


def cta(*, is_open: bool | None = True, is_ours: bool = False) -> Question:
    """Return the question for a CTA, an open one, a closed one or with None any; ``is_ours`` is one made here."""

    def lists(store: "Store", user: str | None, word: str | None) -> "Choices":
        from c360cli.actions.choosable import of_ctas

        return of_ctas(store, user, word, is_open=is_open, is_ours=is_ours)

    return lambda session, given: _picked(session, "CTA", lists, _find_cta)


def objectives(session: Session, given: Given) -> tuple[str, ...]:
    """Ask for objectives of plans."""
    from c360cli.actions.choosable import of_objectives

    return _picked_several(session, "Objectives", of_objectives, _find_cta, "ids", "customer")


def task(session: Session, given: Given) -> str:
    """Ask for a task, one that is to be done, or any of a CTA or a customer."""
    from c360cli.actions.choosable import of_tasks

    def lists(store: "Store", user: str | None, word: str | None) -> "Choices":
        return of_tasks(store, user, word, is_done=None if word else False)

    return _picked(session, "Task", lists, _find_task, "id", "CTA", "customer")


def tasks(session: Session, given: Given) -> tuple[str, ...]:
    """Ask for tasks that are to be done, or with ``--off`` for those that are done."""
    from c360cli.actions.choosable import of_tasks

    def lists(store: "Store", user: str | None, word: str | None) -> "Choices":
        return of_tasks(store, user, word, is_done="is_off" in given)

    return _picked_several(session, "Tasks", lists, _find_task, "ids", "CTA", "customer")


def activity(*, is_mine: bool = True, is_draft: bool = False) -> Question:
    """Return the question for an activity: with ``is_mine`` one that may be changed, with ``is_draft`` a draft."""

    def lists(store: "Store", user: str | None, word: str | None) -> "Choices":
        from c360cli.actions.choosable import of_activities

        return of_activities(store, user, word, is_mine=is_mine, is_draft=is_draft)

    def find(store: "Store", user: str | None, word: str) -> str:
        from c360cli.actions.timeline import mine, one

        row, _ = mine(store, word, user or "") if is_mine else one(store, word, user)
        return str(row["id"])

    return lambda session, given: _picked(session, "Draft" if is_draft else "Activity", lists, find)


def plan(session: Session, given: Given) -> str:
    """Ask for a plan."""
    from c360cli.actions.choosable import of_plans

    return _picked(session, "Plan", of_plans, _find_plan)


def shared_plan(session: Session, given: Given) -> str:
    """Ask for a plan that there is something to share of."""
    from c360cli.actions.choosable import of_plans

    return _picked(session, "Plan", partial(of_plans, is_external=True), _find_plan)


def person(question: str = "Person") -> Question:
    """Return the question for somebody at the customer that was given."""

    def ask(session: Session, given: Given) -> str:
        from c360cli.actions.choosable import of_people
        from c360cli.actions.person import find, people_of

        whose = given["customer"]

        def found(store: "Store", user: str | None, word: str) -> str:
            where, there = people_of(store, whose)
            return find(there, word, where).key

        return _picked(session, question, _all(lambda store: of_people(store, whose)), found, "name")

    return ask


def influencer(session: Session, given: Given) -> str:
    """Ask who influences somebody: a person at the customer, or one of us."""
    from c360cli.actions.choosable import of_people
    from c360cli.actions.influence import find_influencer

    whose = given["customer"]
    return _picked(
        session,
        "Who influences somebody",
        _all(lambda store: of_people(store, whose)),
        lambda store, user, word: find_influencer(store, whose, word),
        "name",
        "one of us",
    )


def record(session: Session, given: Given) -> str:
    """Ask for a record that fits no customer, or with ``--auto`` for one that was linked by hand."""
    from c360cli.actions import link
    from c360cli.actions.choosable import of_records

    is_back = "auto" in given

    def find(store: "Store", user: str | None, word: str) -> str:
        if is_back:
            link.by_hand(store, word)
        else:
            link.check(store, word)
        return word

    return _picked(session, "Record", _all(lambda store: of_records(store, by_hand=is_back)), find, "SOURCE:ID")


def _all(lists: "Callable[[Store], Choices]") -> Lists:
    """Return a list that no word narrows."""

    def narrowed(store: "Store", user: str | None, word: str | None) -> "Choices":
        if word is not None:
            raise NotFound("list of", word)
        return lists(store)

    return narrowed


def _find_cta(store: "Store", user: str | None, word: str) -> str:
    from c360cli.actions.cta_find import find_cta

    return str(find_cta(store, word)["short_id"])


def _find_plan(store: "Store", user: str | None, word: str) -> str:
    from c360cli.actions.plan_find import find_plan

    return str(find_plan(store, word)["id"])


def _find_task(store: "Store", user: str | None, word: str) -> str:
    from c360cli.actions.cta_find import find_task

    return str(find_task(store, word)[1]["short_id"])


def _customer(session: Session, question: str, find: Callable[["Store", str], str]) -> str:
    from c360cli.actions.choosable import of_customers
    from c360cli.commands._questions import answer_to, out_of_range, say, told_what_is_wrong

    with session.open_store(read_only=True) as store:
        choices = of_customers(store, session.config.user)  # without a store, or a customer, there is no question
    numbered: dict[str, str] = {}
    while True:
        word = answer_to(question if numbered else f"{question} (Enter shows {choices.title.lower()})")
        if not word:
            numbered = _show(session, choices)
            continue
        if word in numbered:
            return numbered[word]
        if numbered and (slip := out_of_range(word, len(numbered))):
            say(slip)
            continue
        with told_what_is_wrong(), session.open_store(read_only=True) as store:
            return find(store, word)


def _picked(session: Session, what: str, lists: Lists, find: Finds, *words: str) -> str:
    return _picked_several(session, what, lists, find, *(words or ("id", "customer")), is_one=True)[0]


def _picked_several(
    session: Session, what: str, lists: Lists, find: Finds, *words: str, is_one: bool = False
) -> tuple[str, ...]:
    """Show what there is to choose from, and ask until the answer is among it, or is an id; a customer shows theirs."""
    from c360cli.commands._questions import NEEDED, answer_to, say

    user = session.config.user
    with session.open_store(read_only=True) as store:
        numbered = _show(session, lists(store, user, None))
    while True:
        answer = answer_to(f"{what} ({_ways(numbered, words, is_one)})")
        if not answer:
            say(NEEDED)
            continue
        found = _read(session, (answer,) if is_one else answer.replace(",", " ").split(), answer, numbered, lists, find)
        if isinstance(found, dict):
            numbered = found
        elif found:
            return found


def _ways(numbered: dict[str, str], words: Sequence[str], is_one: bool) -> str:
    """Return what may be answered: "number, id or customer", and where nothing is listed how to leave."""
    *first, last = (*(["number" if is_one else "numbers"] if numbered else []), *words)
    ways = f"{', '.join(first)} or {last}" if first else last
    return ways if numbered else f"{ways}; Ctrl-C leaves"


def _read(
    session: Session, typed: Sequence[str], answer: str, numbered: dict[str, str], lists: Lists, find: Finds
) -> tuple[str, ...] | dict[str, str]:
    """Return the ids that were typed, or what was shown since the answer narrows; nothing where it is wrong."""
    from c360cli.commands._questions import out_of_range, say

    user = session.config.user
    with session.open_store(read_only=True) as store:
        try:
            return tuple(numbered.get(word) or find(store, user, word) for word in typed)
        except (NotFound, UsageError) as error:
            wrong = error
        slips = (out_of_range(word, len(numbered)) for word in typed if word not in numbered)
        if slip := next(filter(None, slips), ""):
            say(slip)
            return ()
        try:
            return _show(session, lists(store, user, answer))
        except NotFound:
            say(f"{wrong} {wrong.hint}".strip())
            return ()


def _show(session: Session, choices: "Choices") -> dict[str, str]:
    """Show what there is to choose from; return the ids by the number in front of each."""
    from c360cli.commands._questions import say, show_numbered
    from c360cli.text import one_line

    if not choices.rows:
        none, elsewhere = f"{one_line(choices.title)}: none", one_line(choices.elsewhere)
        # What has a command in it is not folded, so it begins a line.
        lines = [none, elsewhere] if "(c360 " in elsewhere else ["; ".join(filter(None, (none, elsewhere)))]
        for line in lines:
            say(f"{line}.")
        return {}
    say(f"{one_line(choices.title)}:")
    show_numbered(choices.rows, choices.total, choices.grows, is_first=choices.is_first)
    return {str(number): row[0] for number, row in enumerate(choices.rows, 1)}
