"""The currency an amount of a customer was counted in before it changed, and since: the change log has no sign."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from c360cli.records import Row
from c360cli.store.store import Store

# The changes of currency of each customer, the first one first.
Moves = Mapping[str, Sequence[Row]]


class Currencies(NamedTuple):
    """What an amount was counted in ``before`` a change of it, and ``after``."""

    before: str | None
    after: str | None


def moves(store: Store, customers: Iterable[str]) -> Moves:
    """Return by id how the currency of ``customers`` has changed; nothing of those that always had the same."""
    ids = sorted(set(customers))
    if not ids:
        return {}
    found: dict[str, list[Row]] = {}
    for row in store.rows(
        f"select g.item_id, g.old, g.recorded_at from {store.database.items(':ids')} i cross join change g"
        " where g.kind = 'customer' and g.field = 'currency' and g.item_id = i.value"
        " order by g.recorded_at, g.changed_at",
        ids=json.dumps(ids),
    ):
        found.setdefault(row["item_id"], []).append(row)
    return found


def counted_in(moves: Sequence[Row], now: str | None, recorded_at: str) -> Currencies:
    """Return the currencies of an amount that changed at ``recorded_at``, of a customer that counts in ``now``.

    A currency that changed in the same moment changed with the amount.
    """
    before = next((move["old"] for move in moves if move["recorded_at"] >= recorded_at), now)
    after = next((move["old"] for move in moves if move["recorded_at"] > recorded_at), now)
    return Currencies(before, after)
