"""Taking back what one has written oneself, the last write first."""

from c360cli.actions.author import author
from c360cli.errors import C360Error, NotFound
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store import undoing as kept
from c360cli.store.undoing import Undone

SHOWN_LETTERS = 6
FEWEST_LETTERS = 4


def list_writes(store: Store, user: str | None, limit: int) -> list[Row]:
    """Return the latest writes of ``user`` that can be taken back, the last one first: {id, words, made_at}.

    Raises ConfigError without a user.
    """
    return kept.writes(store, author(user), limit)


def take_back(store: Store, user: str | None, word: str | None = None) -> Undone:
    """Take back the last write of ``user``, or that whose id begins with ``word``.

    What somebody or a source has changed since stays as it is and is told. Raises NotFound for an id that is none of
    the user's, C360Error where there is nothing to take back, ConfigError without a user.
    """
    who = author(user)
    if word is None:
        last = kept.writes(store, who, 1)
        if not last:
            raise C360Error(f"there is nothing of {who} to take back.", "c360 undo takes back what you have written.")
        return kept.undo(store, who, last[0]["id"])
    start = word.strip().lower()
    found = [each for each in kept.writes(store, who, None) if each["id"].startswith(start)]
    if len(start) < FEWEST_LETTERS or len(found) != 1:
        raise NotFound("write of yours", word, hint="c360 undo --list shows them with their ids.")
    return kept.undo(store, who, found[0]["id"])
