"""Links as people write them: set by hand and taken back, each a write that can be undone.

Where nobody has said whose a record is, the rules decide. So what a write keeps of a link is what a person has said
before and after it, None for nobody; undone, the rules decide again.
"""

from collections.abc import Mapping
from typing import Any

from c360cli.records import Row
from c360cli.store.store import Store
from c360cli.store.writing import Write

PLACE = "link"
_SAID = ("customer_id", "linked_by", "linked_at")


def said(store: Store, link_id: str) -> Row | None:
    """Return what a person has said of a link: {customer_id, linked_by, linked_at}; None where nobody has."""
    return store.row(
        f"select {', '.join(_SAID)} from link where id = :id and reason = 'by hand'",
        id=link_id,
    )


def put(entry: Write, link_id: str, customer_id: str) -> None:
    """Link ``source:id`` to a customer by hand; all that hangs on it moves along. What is so already stays so."""
    _become(entry, link_id, {"customer_id": customer_id})


def take_back(entry: Write, link_id: str) -> None:
    """Take a link made by hand back: the rules decide again."""
    _become(entry, link_id, None)


def turn_back(entry: Write, key: Mapping[str, Any], before: Row | None, after: Row | None) -> Row | None:
    """Make what people say of a link ``before`` again where it still is ``after``; else return what there is instead.

    That is {said}: what ``said`` returns.
    """
    entry.store.database.alone()
    now = said(entry.store, key["id"])
    if (now and (now["customer_id"], now["linked_by"])) != (
        # A customer that was merged since has taken the link along: what was said is the same still.
        after and (living(entry.store, after["customer_id"]), after["linked_by"])
    ):
        return {"said": now}
    _become(entry, key["id"], before)
    return None


def _become(entry: Write, link_id: str, wanted: Row | None) -> None:
    store, merge = entry.store, entry.store.merge()
    store.database.alone()
    before = said(store, link_id)
    if wanted is None:
        if before is None:
            return
        touched = merge.unlink(link_id, entry.author, entry.id)
    else:
        customer_id = living(store, wanted["customer_id"])
        if before and before["customer_id"] == customer_id:
            return
        touched = merge.relink(link_id, customer_id, entry.author, entry.id)
        if "linked_by" in wanted:  # it is whose it was
            store.database.execute(
                "update link set linked_by = :linked_by, linked_at = :linked_at where id = :id",
                {"linked_by": wanted["linked_by"], "linked_at": wanted["linked_at"], "id": link_id},
            )
    entry.keep(PLACE, {"id": link_id}, before, said(store, link_id), touched)


def living(store: Store, customer_id: str) -> str:
    """Return the customer that one was merged into, or itself."""
    return str(store.one("select customer_id from link where id = :id", id=customer_id) or customer_id)
