"""What lies aside: records that cannot be used, kept with their reasons until they come whole."""

from collections.abc import Sequence

from c360cli.records import Aside, Row
from c360cli.secret import redact
from c360cli.store.database import Database
from c360cli.store.store import Store


def set_aside(store: Store) -> list[Row]:
    """Return what lies aside: source, stream, source_id, reason, sample, recorded_at, newest first."""
    return store.rows(
        "select source, stream, source_id, reason, sample, recorded_at from set_aside"
        " order by recorded_at desc, source, stream, source_id"
    )


def aside_ids(store: Store, source: str, stream: str, limit: int) -> list[str]:
    """Return the ids of what lies aside of one stream, the oldest first, so that each has its turn."""
    rows = store.rows(
        "select source_id from set_aside where source = :source and stream = :stream"
        f" order by recorded_at, source_id limit {int(limit)}",
        source=source,
        stream=stream,
    )
    return [row["source_id"] for row in rows]


def keep(database: Database, source: str, stream: str, came: Sequence[str], asides: Sequence[Aside], now: str) -> None:
    """Keep what was set aside, and forget earlier reasons of records (``came``, by id) that came through this time."""
    known = database.rows(
        "select source_id from set_aside where source = :source and stream = :stream",
        {"source": source, "stream": stream},
    )
    mended = ({row["source_id"] for row in known} - {item.source_id for item in asides}).intersection(came)
    for source_id in sorted(mended):
        database.execute(
            "delete from set_aside where source = :source and stream = :stream and source_id = :source_id",
            {"source": source, "stream": stream, "source_id": source_id},
        )
    for item in asides:
        database.execute(
            "insert into set_aside (source, stream, source_id, reason, sample, recorded_at)"
            " values (:source, :stream, :source_id, :reason, :sample, :now)"
            " on conflict (source, stream, source_id) do update set"
            " reason = excluded.reason, sample = excluded.sample, recorded_at = excluded.recorded_at",
            {
                "source": source,
                "stream": stream,
                "source_id": _storable(item.source_id),
                "reason": redact(_storable(item.reason)),
                "sample": redact(_storable(item.sample)),
                "now": now,
            },
        )


def forget(database: Database, source: str, stream: str, places: Sequence[str]) -> None:
    """Forget what lay aside of places that are read again; one that ends in ":" is the beginning of many ids."""
    for place in places:
        is_it = "substr(source_id, 1, length(:place)) = :place" if place.endswith(":") else "source_id = :place"
        database.execute(
            f"delete from set_aside where source = :source and stream = :stream and {is_it}",
            {"source": source, "stream": stream, "place": place},
        )


def forget_older(database: Database, source: str, stream: str, since: str) -> None:
    """Forget what lay aside before ``since``: the stream was read whole, and it did not come again."""
    database.execute(
        "delete from set_aside where source = :source and stream = :stream and recorded_at < :since",
        {"source": source, "stream": stream, "since": since},
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
