"""Ends of transactions on a server: an answer that is lost, one that says less than it seems, a lock that is held."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from c360cli.errors import StoreError
from c360cli.store import open_store
from c360cli.store.database import NO_VALUES
from c360cli.store.postgres import PostgresDatabase
from tests.postgres import Cluster


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    name = cluster.new_database()
    yield cluster.url(name)
    cluster.drop(name)


def test_a_commit_whose_answer_is_lost_is_asked_for(url: str) -> None:
    with open_store(url) as store, open_store(url) as other:
        assert isinstance(store.database, PostgresDatabase)
        connection = store.database._connection
        run, ran = connection.run, []

        def lose(sql: str, values: Any = NO_VALUES) -> Any:
            done = run(sql, values)
            if sql == "commit" and not ran:
                ran.append(sql)
                pid = connection._raw.info.backend_pid
                other.one("select pg_terminate_backend(:pid)", pid=pid)
                run("select 1")  # the answer never comes: this finds the connection gone
            return done

        connection.run = lose  # type: ignore[method-assign]
        add = "insert into source (name, connector, position, is_master) values ('crm', 'files', 0, 0)"
        assert store.database.whole(lambda: store.database.execute(add)) == 1
        assert ran
        assert store.one("select count(*) from source") == 1


def test_a_person_does_not_wait_long_behind_a_dry_run(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("c360cli.store.postgres.BUSY_SECONDS", 1)
    with open_store(url) as sync, open_store(url) as person:
        with sync.database.sync_lock(), sync.transaction(keep=False):
            sync.database.alone()
            with pytest.raises(StoreError, match="busy"):
                person.database.whole(person.database.alone)
        person.database.whole(person.database.alone)


def test_what_failed_halfway_is_never_told_as_done(url: str) -> None:
    with open_store(url) as store:

        def work() -> None:
            with suppress(StoreError):
                store.database.execute("select nothing from nowhere")

        with pytest.raises(StoreError):
            store.database.whole(work)


def test_a_server_that_cannot_hold_every_name_is_refused(cluster: Cluster) -> None:
    cluster.run("create database latin template template0 encoding 'LATIN1' locale 'C'", "postgres")
    with pytest.raises(StoreError, match="LATIN1"):
        open_store(cluster.url("latin"))
    cluster.run("drop database latin", "postgres")
