"""The data sets of what people do: CTAs with all that is known of them, and their tasks."""

from collections.abc import Sequence

from c360cli.datasets.columns import Arm
from c360cli.kinds import CTA
from c360cli.store import ctas, fields, plans
from c360cli.store.database import Database
from c360cli.store.tags import joined_to_things

CTAS = (
    "name type reason priority status owner due_on is_important is_open outcome opened_at closed_at snoozed_through"
    " snooze_reason notes playbook plan made_by tasks_count tasks_done tags"
)
TASKS = "cta number name type status priority owner due_on is_done done_at notes playbook made_by"

PLANS = "name type status owner start_on due_on notes template closed_at made_by objectives_count objectives_done"
OBJECTIVES = "plan name reason priority status owner due_on is_open outcome closed_at notes made_by is_external tags"
FIELDS = "field value author set_at is_pending base is_own"
INFLUENCE = "from_email to_email sentiment notes made_by"

_CUSTOMER = "left join customer c on c.id = t.customer_id"


def cta_arm(database: Database) -> tuple[Arm, dict[str, str]]:
    """Return the query of all CTAs, those of sources and our own, and the types of its columns."""
    names = ("id", "source", "source_id", "changed_at", "extra", *(column.name for column in CTA.columns))
    sql = {name: f"t.{name}" for name in (*names, "playbook", "made_by")}
    sql |= {"customer": "c.slug", "plan": "t.plan_id", "tasks_count": ctas.TASKS, "tasks_done": ctas.TASKS_DONE}
    join, sql["tags"] = joined_to_things(database, "cta", "t.id")
    types = {column.name: column.type for column in CTA.columns} | {"tasks_count": "integer", "tasks_done": "integer"}
    return Arm(f"cta t {_CUSTOMER} {join}", sql), types | {"tags": "list"}


def task_arm() -> tuple[Arm, dict[str, str]]:
    """Return the query of the tasks of CTAs that are there, and the types of its columns."""
    sql = {name: f"t.{name}" for name in ("id", "changed_at", *TASKS.split()) if name != "cta"}
    # Beside a column it is sorted as columns are, not as the server likes.
    sql |= {"cta": "t.cta_id", "customer": "c.slug", "source": "coalesce('c360', t.id)", "source_id": "t.id"}
    sql["extra"] = "null"
    arm = Arm(
        "task t join cta a on a.id = t.cta_id left join customer c on c.id = a.customer_id",
        sql,
        "t.deleted_at is null and a.deleted_at is null",
        "a.customer_id = :customer_id",
    )
    return arm, {"number": "integer", "due_on": "day", "is_done": "bool", "done_at": "moment"}


def plan_arm() -> tuple[Arm, dict[str, str]]:
    """Return the query of all success plans, and the types of its columns."""
    names = [name for name in PLANS.split() if not name.startswith("objectives")]
    sql = _own("plan", [*names, "changed_at"])
    sql |= {"objectives_count": plans.OBJECTIVES, "objectives_done": plans.OBJECTIVES_DONE}
    types = {"start_on": "day", "due_on": "day", "closed_at": "moment"}
    arm = Arm(f"plan t {_CUSTOMER}", sql, "t.deleted_at is null")
    return arm, types | {"objectives_count": "integer", "objectives_done": "integer"}


def objective_arm(database: Database) -> tuple[Arm, dict[str, str]]:
    """Return the query of the objectives of plans, and the types of its columns."""
    sql = _own("cta", [name for name in (*OBJECTIVES.split(), "changed_at") if name not in ("plan", "tags")])
    join, sql["tags"] = joined_to_things(database, "cta", "t.id")
    sql |= {"plan": "t.plan_id", "is_external": "coalesce(t.is_external, 0)"}
    types = {"due_on": "day", "closed_at": "moment", "is_open": "bool", "is_external": "bool", "tags": "list"}
    return Arm(f"cta t {_CUSTOMER} {join}", sql, "t.deleted_at is null and t.plan_id is not null"), types


def influence_arm() -> tuple[Arm, dict[str, str]]:
    """Return the query of who influences whom, and the types of its columns."""
    return Arm(
        f"influence t {_CUSTOMER}", _own("influence", [*INFLUENCE.split(), "changed_at"]), "t.deleted_at is null"
    ), {}


def field_arm(database: Database) -> tuple[Arm, dict[str, str]]:
    """Return the query of what people say of fields of customers, and the types of its columns."""
    key = "t.customer_id || '#' || t.field"
    sql = {name: f"t.{name}" for name in ("field", "author", "set_at", "is_pending")}
    sql |= {
        "id": key,
        "customer": "c.slug",
        "changed_at": "t.set_at",
        "is_own": f"case when {fields.IS_OWN} then 1 else 0 end",
    }
    sql |= {"source": "null", "source_id": "null", "extra": "null"}
    sql |= {name: fields.said_as_text(database, f"t.{name}") for name in ("value", "base")}
    amounts = ", ".join(f"'{name}'" for name in fields.AMOUNTS)
    currency = f"case when t.field in ({amounts}) then coalesce(c.currency, '') end"
    arm = Arm(f"customer_field t {_CUSTOMER}", sql, "c.deleted_at is null", key=key, currency=currency)
    types = {"value": "logged", "base": "logged", "set_at": "moment", "is_pending": "bool", "is_own": "bool"}
    return arm, types


def _own(table: str, names: Sequence[str]) -> dict[str, str]:
    """Return the columns of rows that are made here only."""
    sql = {name: f"t.{name}" for name in ("id", *names)}
    # Beside a column it is sorted as columns are, not as the server likes.
    return sql | {"customer": "c.slug", "source": "coalesce('c360', t.id)", "source_id": "t.id", "extra": "null"}
