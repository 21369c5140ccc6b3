"""When a stream is rather broken than as it says: it has lost most of its records, or too many of them are bad."""

import json

from c360cli.actions.sync_state import SourceState, StreamState
from c360cli.errors import SourceEmpty, TooManyBad
from c360cli.kinds import CUSTOMER, KINDS
from c360cli.store import Store

LARGEST_LOSS, LEAST_LOSS = 0.3, 3
# So many bad records are no accident any more, in a stream of any size.
LEAST_BAD = 20


def count_before(store: Store, source: SourceState) -> None:
    """Note in the streams of ``source`` that are read whole how many living records the store has of them.

    What a person has accepted as lost once does not count: a source that has shrunk for good is no new loss each time.
    """
    for stream in source.streams.values():
        if stream.is_read_whole:
            tables = {CUSTOMER.name: "account"} | {kind.name: kind.table for kind in KINDS.values() if kind != CUSTOMER}
            living = sum(
                int(store.one(f"select count(*) from {tables[kind]} where source = :source and deleted_at is null",
                              source=source.name))
                for kind in stream.kinds if kind in tables
            )  # fmt: skip
            stream.had = max(0, living - _accepted(store, source.name, stream.name)) if living else 0


def _accepted(store: Store, source: str, stream: str) -> int:
    """Return how many records of a stream a person has last accepted as lost, 0 for none."""
    contains = store.database.contains("report", ":word")
    newest = store.rows(
        f"select report from sync_run where report is not null and {contains} order by number desc limit 20",
        word='"accepted_shrink": {',
    )
    for row in newest:
        for told in json.loads(row["report"])["sources"]:
            for each in told["streams"]:
                if told["name"] == source and each["name"] == stream and each.get("accepted_shrink"):
                    return int(each["accepted_shrink"]["had"]) - int(each["accepted_shrink"]["has"])
    return 0


def shrunk(source: SourceState, stream: StreamState, *, is_accepted: bool) -> SourceEmpty | None:
    """Return the error for a stream that was read whole and has lost most of what it had, None where all is well.

    Streams that share a kind are counted together, once all of them were read; one that was accepted is noted.
    """
    assert source.connector is not None
    names = [each.name for each in source.connector.streams if set(each.kinds) & set(stream.kinds)]
    together = [source.streams[name] for name in names if name in source.streams]
    if len(together) < len(names) or not all(each.is_read_whole and each.is_done for each in together):
        return None
    had = max(each.had or 0 for each in together)
    # What the source itself says is deleted has not just vanished, nor has what came and could not be read.
    has = sum(each.living + each.counts.deleted + each.counts.rejected for each in together)
    lost = had - has
    if lost <= 0 or (has > 0 and (lost < LEAST_LOSS or lost <= had * LARGEST_LOSS)):
        return None
    if is_accepted:
        stream.accepted = {"had": had, "has": has}
        return None
    left = f"no {stream.name}" if has == 0 else f"only {has:,} {stream.name}"
    return SourceEmpty(
        source.name,
        f"it has {left}, and had {had:,}; what was read before is kept.",
        f"Look whether the login still sees all of it. If it is meant to be so: c360 sync {source.name}"
        " --accept-shrink",
    )


def too_many_bad(source: SourceState, stream: StreamState, more: int, fetched: int) -> TooManyBad | None:
    """Return the error for a stream with too many bad records, those of the page at hand (``more``) included."""
    bad, read = stream.counts.rejected + more, stream.counts.fetched + fetched
    if bad < LEAST_BAD or bad <= read * stream.most_bad:
        return None
    return TooManyBad(
        source.name,
        f"{bad:,} of {read:,} {stream.name} cannot be used, so the rest is not read; what came before is stored.",
        f"c360 sync --status shows why. To read on all the same: c360 sync {source.name} --keep-going",
    )
