"""The data set of notifications: what the person who asks hears of, as ``c360 inbox --all`` tells; made for them."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from c360cli.datasets.columns import Arm
from c360cli.store.database import Database

if TYPE_CHECKING:
    from c360cli.store.notices import Notice

MAIN = "reader event kind item text by at is_read customer_name"
TYPES: Mapping[str, str] = {"at": "moment", "is_read": "bool"}

_BOUND = "notices"


def arm(database: Database) -> Arm:
    """Return the query of the notices that ``values`` binds: they are in no table."""

    def said(name: str) -> str:
        return database.member("t.value", f"'{name}'")

    sql = {name: said(name) for name in ("id", "customer", "reader", "event", "kind", "item", "text", "by", "at")}
    sql |= {"customer_name": said("customer_name"), "is_read": f"cast({said('is_read')} as integer)"}
    sql |= {"source": "null", "source_id": "null", "changed_at": said("at"), "extra": "null"}
    return Arm(
        f"{database.items(f':{_BOUND}')} t left join customer c on c.slug = {said('customer')}",
        sql,
        "t.value is not null",
        "c.id = :customer_id",
        said("id"),
        "null",
    )


def values(reader: str, notices: Sequence["Notice"]) -> dict[str, str]:
    """Return what the query reads: the notices of ``reader``."""
    rows = [{**notice._asdict(), "is_read": int(notice.is_read), "reader": reader} for notice in notices]
    return {_BOUND: json.dumps(rows, ensure_ascii=False)}
