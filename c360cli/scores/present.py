"""The day for which all scores of a store hold, and what they rest on beside their customers.

A score is looked at again when something of its customer has changed, or when the clock may have moved it. What is true
of all of them at once is kept here: another zone begins days at another hour, and a source that has brought its first
case tells of all its customers that they have none.
"""

import json
from typing import TYPE_CHECKING

from c360cli.store import Store, due

if TYPE_CHECKING:
    from c360cli.scores.rescoring import Scoring

# Another number scores everybody anew: for a c360 that counts otherwise than the one before.
WAY = 1


def begin(store: Store, scoring: "Scoring", *, has_others: bool) -> None:
    """Mark the customers whose scores may be others today than when it was last asked; part of a transaction.

    ``has_others``: other scorecards have come into force.
    """
    today, basis = store.today(), rests_on(store, scoring)
    row = store.row("select day, basis from score_present")
    if row is not None and (row["day"], row["basis"]) == (today, basis) and not has_others:
        return
    if row is None or row["basis"] != basis or has_others:
        due.mark_all(store.database)
    else:
        due.mark_moved(store.database, today)
    due.look_at_others(store.database, store.now())
    store.database.execute("delete from score_present")
    store.database.execute(
        "insert into score_present (day, basis) values (:day, :basis)", {"day": today, "basis": basis}
    )


def rests_on(store: Store, scoring: "Scoring") -> str:
    """Return what all scores rest on, as text."""
    takes = scoring.takes(scoring.cards.by_name)
    data = sorted({take.data for take in takes if take.if_none is not None})
    said = {"way": WAY, "zone": str(store.zone), "telling": {each: scoring.figures.telling(each) for each in data}}
    return json.dumps(said, ensure_ascii=False)
