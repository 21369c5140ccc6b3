"""What c360 does, one file an action, without click: this is the Python API."""

from collections.abc import Collection

from c360cli.store import Store
from c360cli.store.following import FOLLOWERS


def _score(store: Store, customers: Collection[str]) -> None:
    """Score the customers that a write has touched: what is written is read at once."""
    from c360cli.scores.rescoring import after_write

    after_write(store, customers)


FOLLOWERS.append(_score)
