"""The data set of roles: what each contact is to us, as sources and colleagues say, and when they were last met.

A contact of two roles is there twice, and one without any not at all; who is known to two sources is there for each
that tells a role, and what people say beside it hangs on every contact of that e-mail.
"""

from collections.abc import Mapping

from c360cli.datasets.columns import Arm
from c360cli.store.database import Database
from c360cli.store.last_activity import IS_MET

MAIN = "role name email title department is_active last_met_at"
TYPES: Mapping[str, str] = {"is_active": "bool", "last_met_at": "moment"}

_SAID = {"contact": "t.role", "person": "h.roles"}


def arm(database: Database) -> Arm:
    """Return the query of one row for each role of each contact."""
    lists = " ".join(f"when '{who}' then {_listed(database, said)}" for who, said in _SAID.items())
    role = "trim(item.value)"
    sql = {name: f"t.{name}" for name in ("source", "source_id", "changed_at", *MAIN.split())}
    key = f"t.id || '#' || lower({role})"
    met_by = ", ".join(f"lower(t.{name})" for name in ("email", "name", "id", "source_id"))
    last_met = (
        f"(select max(k.happened_at) from activity k cross join {database.items('k.attendees')} as there"
        f" where k.customer_id = t.customer_id and {IS_MET.format('k')} and lower(trim(there.value)) in ({met_by}))"
    )
    sql |= {"id": key, "customer": "c.slug", "role": role, "last_met_at": last_met, "extra": "null"}
    tables = (
        "contact t left join customer c on c.id = t.customer_id left join person h on h.customer_id = t.customer_id"
        " and h.email = lower(t.email) and h.deleted_at is null"
        f" cross join {database.items(_WHO)} as who cross join {database.items(f'case who.value {lists} end')} as item"
    )
    # What the source says already is not said again.
    of_source = "';' || lower(replace(replace(coalesce(t.role, ''), '; ', ';'), ' ;', ';')) || ';'"
    is_said = database.contains(of_source, f"';' || lower({role}) || ';'")
    is_twin = f"(who.value = 'person' and {is_said})"
    return Arm(tables, sql, f"t.deleted_at is null and {role} <> '' and not {is_twin}", key=key)


_WHO = """'["contact", "person"]'"""


def _listed(database: Database, text: str) -> str:
    """Return the SQL of a JSON list of what stands in a text between semicolons."""
    quoted = database.quoted(f"coalesce({text}, '')")
    return f"""('[' || replace({quoted}, ';', '","') || ']')"""
