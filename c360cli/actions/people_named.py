"""Who is meant by a word: people are named the same way everywhere, by e-mail, by name, by the beginning of either."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from c360cli.names import fold, words_of
from c360cli.store import Store

Person = TypeVar("Person")
Known = tuple[str | None, str | None]


def named(word: str, people: Sequence[Person], known: Callable[[Person], Known]) -> list[Person]:
    """Return the people meant by ``word``, none where nobody is; ``known`` gives e-mail and name of each.

    Tried in this order, and the first that finds any decides: the e-mail, the whole name, the beginning of a word of
    the name ("Petrova" for Elena Petrova), the beginning of the e-mail.
    """
    text = word.strip().lower()
    wanted, words = fold(" ".join(word.split())), words_of([word])
    if not text:
        return []
    each = [(person, *known(person)) for person in people]
    for found in (
        [person for person, email, _ in each if email and email.lower() == text],
        [person for person, _, name in each if name and fold(" ".join(name.split())) == wanted],
        [person for person, _, name in each if name and words and f" {words}" in f" {words_of([name])}"],
        [person for person, email, _ in each if email and email.lower().startswith(text)],
    ):
        if found:
            return found
    return []


def ours_named(store: Store, word: str) -> list[tuple[str, str]]:
    """Return e-mail and name of those of us who are meant by ``word``; of one who has only one of them that twice."""
    users = store.rows(
        "select coalesce(min(email), min(name)) as email, coalesce(min(name), min(email)) as name from app_user"
        " where deleted_at is null and (email is not null or name is not null)"
        " group by coalesce(lower(email), name) order by max(coalesce(is_active, 1)) desc, 1"
    )
    found = named(word, users, lambda user: (user["email"], user["name"]))
    return [(user["email"], user["name"]) for user in found]
