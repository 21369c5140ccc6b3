"""What PostgreSQL says about itself and about our role there, for ``c360 doctor``."""

from typing import TYPE_CHECKING

from c360cli.store.about import Fact

if TYPE_CHECKING:
    from c360cli.store.postgres import PostgresDatabase

OLDEST = 130000


def facts(database: "PostgresDatabase") -> list[Fact]:
    """Return version, encoding, role, encryption and soundness of the server's part that is ours."""
    [row] = database.rows(
        "select current_setting('server_version') as version,"
        " cast(current_setting('server_version_num') as integer) as number,"
        " current_setting('server_encoding') as encoding, current_user as role, current_schema() as schema,"
        " pg_is_in_recovery() as is_standby,"
        " coalesce(inet_server_addr() <<= '127.0.0.0/8' or inet_server_addr() = '::1', true) as is_local,"
        " has_schema_privilege(current_schema(), 'create') as may_create"
    )
    encrypted = database.rows("select ssl as is_on, version from pg_stat_ssl where pid = pg_backend_pid()")
    tls: dict[str, object] = encrypted[0] if encrypted else {"is_on": 0, "version": None}
    return [
        Fact("postgresql", row["number"] >= OLDEST, f"{row['version']}, schema {row['schema']}"),
        Fact("encoding", row["encoding"] == "UTF8", f"{row['encoding']}" if row["encoding"] == "UTF8" else
             f"{row['encoding']}: createdb --encoding=UTF8 --template=template0 makes one that holds every name"),
        Fact("role", True, f"{row['role']}, {_rights(row['is_standby'], row['may_create'])}"),
        Fact("connection", bool(tls["is_on"] or row["is_local"]), _encrypted(tls, bool(row["is_local"]))),
        _indexes(database),
    ]  # fmt: skip


def _rights(is_standby: int, may_create: int) -> str:
    if is_standby:
        return "on a standby: reading only"
    return "may make tables" if may_create else "may not make tables: somebody else brings a new schema in"


def _encrypted(tls: dict[str, object], is_local: bool) -> str:
    if tls["is_on"]:
        return f"encrypted, {tls['version']}"
    return "within this machine" if is_local else "not encrypted: add ?sslmode=verify-full to the URL"


def _indexes(database: "PostgresDatabase") -> Fact:
    broken = database.rows(
        "select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = current_schema() and not i.indisvalid order by c.relname"
    )
    names = ", ".join(row["name"] for row in broken)
    return Fact("indexes", not broken, f"not valid: {names}; reindex index NAME;" if broken else "all are valid")
