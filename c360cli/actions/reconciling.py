"""Comparing all ids of a source with the store, now and then: what was purged at the source, and what never came.

A source tells of deleted records for some days only, and of those nobody may see any more not at all; and a record that
turns up with an old stamp is in no list of changes. Only a roll call of all ids finds both.
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta

from c360cli.actions.sync_state import SourceState, StreamState
from c360cli.connector import RollCall, Stream
from c360cli.errors import SourceEmpty
from c360cli.kinds import KINDS
from c360cli.store import Store
from c360cli.store.merge import Counts, Merge
from c360cli.store.rolls import MOST_MISSING, Compared, last_call
from c360cli.times import parse_moment


def is_due(store: Store, source: SourceState, stream: StreamState, *, is_asked: bool) -> bool:
    """Whether the ids of a stream that was read are to be compared now."""
    return stream.is_done and is_near(store, source, stream, is_asked=is_asked)


def is_near(store: Store, source: SourceState, stream: Stream | StreamState, *, is_asked: bool) -> bool:
    """Whether the ids of a stream are to be compared once it is read: somebody asked, it always is, or long ago."""
    if not callable(getattr(source.connector, "roll_call", None)) or len(stream.kinds) != 1:
        return False
    if is_asked or getattr(source.connector, "lists_all", False):
        return True
    days = int(getattr(source.connector, "reconcile_days", 0))
    last = last_call(store.database, source.name, stream.name)
    return bool(days and last and parse_moment(last) + timedelta(days=days) <= store.clock())


def reconcile(merge: Merge, source: SourceState, stream: StreamState, *, is_accepted: bool) -> None:
    """Bury what the source has no more, fetch what never came, and tell both; raises SourceError.

    Raises SourceEmpty where so much is gone that the login is likelier to have changed; ``is_accepted`` believes it.
    """
    roll: RollCall | None = source.connector.roll_call(stream.name)  # type: ignore[union-attr]
    if roll is None:
        return
    kind = KINDS[stream.kinds[0]]
    with tempfile.TemporaryFile("w+", encoding="ascii") as spooled:
        # Outside of memory, and outside of the transaction, which may have to run twice.
        for page in roll.pages:
            spooled.writelines(f"{json.dumps(each)}\n" for each in page if _is_id(each, roll.prefix))

        def ids() -> Iterator[str]:
            spooled.seek(0)
            return (json.loads(line) for line in spooled)

        compared, counts = merge.call_the_roll(
            source.name, stream.name, kind, roll.prefix, ids, believes_all=is_accepted
        )
    if counts is None:
        raise _too_many(source, stream, compared, "the login still sees" if roll.prefix else "the files still list")
    stream.counts = stream.counts.plus(counts)
    if compared.gone:
        source.note(f"{stream.name}: {_counted(compared.gone)} gone from the source without a trace.")
    if compared.missing and roll.finds_missing:
        _fetch(merge, source, stream, compared.missing)


def _is_id(word: str, prefix: str) -> bool:
    return word.startswith(prefix) and (word.isalnum() or not prefix)


def _fetch(merge: Merge, source: SourceState, stream: StreamState, missing: Sequence[str]) -> None:
    """Fetch records that the source has and the store has not."""
    fetch_again = getattr(source.connector, "fetch_again", None)
    if fetch_again is None or len(missing) > MOST_MISSING:
        merge.put_back(source.name, stream.name, None)
        source.note(f"{stream.name}: so many records have never come that the next sync reads all of them again.")
        return
    found = Counts()
    for page in fetch_again(stream.name, missing):
        prepared = merge.prepare(source.name, stream.name, page)
        found = found.plus(merge.keep(source.name, stream.name, prepared, keeps_cursor=False))
    stream.counts = stream.counts.plus(found)
    if found.fetched:
        source.note(f"{stream.name}: {found.fetched:,} came that no list of changes had named.")


def _too_many(source: SourceState, stream: StreamState, compared: Compared, who: str) -> SourceEmpty:
    return SourceEmpty(
        source.name,
        f"{len(compared.gone):,} of {compared.known:,} {stream.name} are not at the source any more; none was buried.",
        f"Look whether {who} all of it. If it is meant to be so: c360 sync {source.name} --reconcile --accept-shrink",
    )


def _counted(ids: Sequence[str]) -> str:
    return f"{len(ids):,} record is" if len(ids) == 1 else f"{len(ids):,} records are"
