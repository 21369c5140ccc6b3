"""Since when a customer stands in its stage: what was said and taken back again does not count."""

import json

from c360cli.records import Customer, Row
from c360cli.store import Store, authors
from c360cli.tuples import NamedTuple


class Stage(NamedTuple):
    """Since when it is so; ``is_least`` where it may be so for longer. ``cleared_by`` is who has said there is none."""

    since: str
    is_least: bool = False
    cleared_by: str = ""


def read(customer: Customer, store: Store) -> Stage:
    """Return since when ``customer`` stands in its stage: exactly where the change log saw it begin."""
    said = store.row(
        f"select f.value, coalesce({authors.NAME.format('f.author')}, f.author) as who from customer_field f"
        " where f.customer_id = :customer and f.field = 'stage'",
        customer=customer.id,
    )
    changes = store.rows(
        _CHANGES, customer=customer.id, item=json.dumps({"customer_id": customer.id, "field": "stage"})
    )
    counted = _counted(changes)
    latest = max((row["recorded_at"] for row in counted), default="")
    since = max((row["changed_at"] for row in counted
                 if row["recorded_at"] == latest and row["new"] == customer.stage), default="")  # fmt: skip
    gives = store.row(_GIVES, customer=customer.id)
    if not since and gives and len(counted) < len(changes):  # it may have moved there while people said otherwise
        since = gives["moved_at"] or "" if gives["stage"] == customer.stage else ""
    cleared_by = said["who"] if said and said["value"] is None else ""
    if since:
        return Stage(since, cleared_by=cleared_by)
    return Stage((gives and gives["seen_at"]) or customer.recorded_at, is_least=True, cleared_by=cleared_by)


def _counted(changes: list[Row]) -> list[Row]:
    """Return the changes without those that were undone, or taken back by hearing the source again."""
    heard_at = max((row["recorded_at"] for row in changes if row["is_forgotten"] and not row["is_undone"]), default="")
    return [row for row in changes if not row["is_undone"] and not (row["author"] and row["recorded_at"] <= heard_at)]


_CHANGES = """
select c.new, c.author, c.changed_at, c.recorded_at,
 case when w.undone_at is not null or w.undoes is not null then 1 else 0 end as is_undone,
 case when exists (select 1 from write_step s where s.write_id = c.write_id and s.place = 'customer_field'
  and s.item = :item and s.before is not null and s.after is null) then 1 else 0 end as is_forgotten
from change c left join local_write w on w.id = c.write_id
where c.kind = 'customer' and c.item_id = :customer and c.field = 'stage'
"""

# The record that gives the stage has not changed since ``seen_at``, so the stage is at least as old.
_GIVES = """
select a.stage, coalesce(a.changed_at, a.recorded_at) as seen_at,
 (select max(c.changed_at) from change c where c.kind = 'account' and c.item_id = a.id and c.field = 'stage'
  and c.new = a.stage) as moved_at
from link l join account a on a.id = l.id join source s on s.name = a.source
where l.customer_id = :customer and a.deleted_at is null and a.stage is not null
order by s.position, a.id limit 1
"""
