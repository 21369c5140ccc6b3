"""The lines for PostgreSQL's own tools name the same server and database, and no password."""

import shlex

import pytest

pytest.importorskip("psycopg")

from psycopg.conninfo import conninfo_to_dict

from c360cli.store.postgres_backup import refuse_to_back_up, refuse_to_restore, url_without_password
from c360cli.store.postgres_place import address

CANARY = "c360CANARY"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://jane:{CANARY}%2F%40@db.example.com:5433/customers?sslmode=verify-full",
        f"postgresql://jane:{CANARY}@[::1]:5433/customers",
        f"postgresql:///customers?host=/var/run/postgresql&password={CANARY}&user=jane%40example.com",
        f"postgres://jane%40example.com:{CANARY}@one.example.com:5432,two.example.com:5433/customers",
        f"postgresql://db.example.com/customers?options=-c%20search_path%3Dteam&sslpassword={CANARY}",
    ],
)
def test_a_url_without_its_password_names_the_same_place(url: str) -> None:
    bare = url_without_password(address(url, CANARY))
    assert CANARY not in bare
    named = {name: value for name, value in conninfo_to_dict(url).items() if not name.endswith("password")}
    assert conninfo_to_dict(bare) == named


def test_a_backup_is_of_our_schema_only_and_survives_a_shell() -> None:
    error = refuse_to_back_up(address("postgresql://jane@db.example.com/customers"), "my team", "it's mine.db")
    assert shlex.split(error.hint) == [
        "pg_dump", "--format=custom", '--schema="my team"', "--file=it's mine.dump",
        "postgresql://jane@db.example.com/customers",
    ]  # fmt: skip


def test_a_restore_is_one_transaction() -> None:
    error = refuse_to_restore(address("postgresql://jane@db.example.com/customers"), "-odd.dump")
    assert "--single-transaction" in shlex.split(error.hint)
    assert shlex.split(error.hint)[-1] == "./-odd.dump"
    assert error.exit_code == 6
