"""The data set of scores: every score every customer has had, each from when it was computed to when it was checked."""

from c360cli.datasets.columns import Arm
from c360cli.store.scores import CHECKED, NONE

MAIN = "scorecard computed effective band colour computed_at checked_at is_last"
TYPES = {
    "computed": "real",
    "effective": "real",
    "computed_at": "moment",
    "checked_at": "moment",
    "is_last": "bool",
    "number": "integer",
    "definition": "text",
    "inputs": "json",
    "why": "json",
}
ORDER = "t.customer_id, t.number"


def arm() -> Arm:
    """Return the one query of the data set; its rows go by customer and number."""
    own = ("number", "scorecard", "definition", "computed", "effective", "band", "colour", "computed_at")
    sql = {name: f"t.{name}" for name in (*own, "inputs", "why")}
    key = "t.customer_id || '#' || t.number"
    last = "not exists (select 1 from score n where n.customer_id = t.customer_id and n.number > t.number)"
    sql["checked_at"] = CHECKED.format("t")
    sql |= {"id": key, "customer": "c.slug", "changed_at": "t.computed_at", "extra": "null"}
    sql |= {"source": "null", "source_id": "null", "is_last": f"case when {last} then 1 else 0 end"}
    return Arm("score t left join customer c on c.id = t.customer_id", sql, f"t.scorecard <> '{NONE}'", key=key)
