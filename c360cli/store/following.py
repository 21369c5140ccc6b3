"""What follows from a write of a person, in the same transaction: those who depend on what it touched say so here.

The store knows nobody above it, so who follows registers itself: ``c360cli.actions`` does, when it is first opened.
"""

from collections.abc import Callable, Collection

from c360cli.store.store import Store

Follower = Callable[[Store, Collection[str]], None]
"""Gets the store inside the transaction, and the ids of the customers that were touched; it may be called again."""

FOLLOWERS: list[Follower] = []


def follow(store: Store, customers: Collection[str]) -> None:
    """Let everybody follow who depends on these customers."""
    if customers:
        for follower in FOLLOWERS:
            follower(store, customers)
