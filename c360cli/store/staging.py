"""Records become rows of a staging table, or are set aside: the newest of each, grouped by what they speak of."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from c360cli.kinds import CUSTOMER, KINDS, Kind
from c360cli.names import fold, name_key, name_words, words_of
from c360cli.records import Aside, Record, RecordPage
from c360cli.store.values import (
    COLUMNS,
    LONGEST_KEY,
    Note,
    Values,
    amounts,
    extras,
    key,
    keys,
    moment,
    references,
    short,
    text,
    users,
)

SAMPLE_LENGTH = 200
# What rows are looked up by, so that no engine's index refuses them.
KEYS = frozenset(("domain", "external_id", "csm", "email", "instance", "measure"))

Bad = dict[int, str]


class Staged(NamedTuple):
    """Records of one kind in one page that speak of the same columns: rows for the staging table, and tombstones.

    ``sent`` are the columns they speak of; ``gone`` are (id, changed_at, deleted_at), ``merged`` those of them that
    another record took the place of: (id, its id at the source).
    """

    kind: Kind
    columns: tuple[str, ...]
    sent: frozenset[str]
    rows: list[tuple[Any, ...]]
    gone: list[tuple[str, str | None, str]]
    merged: Sequence[tuple[str, str]] = ()


class Prepared(NamedTuple):
    """One page, ready to be merged: it was checked without the store, so a fetching thread can do it.

    ``fetched`` counts what came, ``source_ids`` are those of the records, ``aside`` is what cannot be used, ``reread``
    are beginnings of ids of what lay aside and is read anew, ``withheld`` fields of extra the source shows no more.
    """

    fetched: int
    staged: list[Staged]
    aside: list[Aside]
    source_ids: tuple[str, ...]
    cursor: str
    reread: tuple[str, ...]
    withheld: tuple[str, ...] = ()


def prepare(source: str, stream: str, page: RecordPage, currency: str, now: str) -> Prepared:
    """Return a page of ``source`` as rows for the staging tables; ``currency`` stands for amounts without one.

    A record that claims to come from another source is set aside: no source writes into another's rows.
    """
    by_kind: dict[str, list[Record]] = {}
    staged: list[Staged] = []
    # Whatever a connector hands over is made what it should be here, in its own thread, where it hurts only itself.
    aside = [Aside(stream, str(each.source_id), str(each.reason), str(each.sample)) for each in page.aside]
    for record in page.records:
        if record.source == source:
            by_kind.setdefault(record.kind, []).append(record)
        else:
            aside.append(Aside(stream, str(record.source_id), f'it says it comes from "{record.source}"'))
    for name, records in by_kind.items():
        if name not in KINDS:
            aside += [Aside(stream, str(record.source_id), f'no kind "{name}"') for record in records]
            continue
        some, bad = stage(KINDS[name], records, stream, currency, now)
        staged += some
        aside += bad
    source_ids = tuple(str(record.source_id) for record in page.records)
    # As text at once: the connector goes on, and may change its cursor before this page is merged.
    cursor, reread, withheld = json.dumps(page.cursor), tuple(map(str, page.reread)), tuple(map(str, page.withheld))
    return Prepared(len(source_ids) + len(page.aside), staged, aside, source_ids, cursor, reread, withheld)


def columns_of(kind: Kind) -> tuple[str, ...]:
    """Return the columns of a kind's staging table, in the order of its rows."""
    names = ["id", "source", "source_id", "changed_at", "extra"]
    if kind.has_customer:
        names.append("customer_ref")
    names += [column.name for column in kind.columns]
    if kind is CUSTOMER:
        names += ["name_words", "name_key", "tag_keys"]
    elif kind.search:
        names.append("words")
    return tuple(names)


def stage(
    kind: Kind, records: Iterable[Record], stream: str, currency: str, now: str
) -> tuple[list[Staged], list[Aside]]:
    """Return the rows of ``records`` (all of one kind) and those that had to be set aside, with the reason.

    Of two records with one id the one changed later counts, and the later of two equals. Records are grouped by the
    columns they speak of: one that is left out stays as it is stored, whatever stands beside it on the page.
    """
    aside: list[Aside] = []
    newest = _newest(records, stream, aside)
    gone = [(id_, stamp, stamp or now) for id_, (stamp, record) in newest.items() if record.deleted]
    merged = [(id_, text(record.merged_into) or "") for id_, (_, record) in newest.items() if _is_merged(record)]
    declared = _known(kind)
    groups: dict[frozenset[str], dict[str, tuple[str | None, Record]]] = {}
    for identity, known in newest.items():
        if not known[1].deleted:
            groups.setdefault(declared.intersection(known[1].values), {})[identity] = known
    if gone and not groups:
        groups[frozenset()] = {}
    staged = []
    for sent, group in groups.items():
        rows, bad = _rows(kind, sent, group, stream, currency)
        staged.append(Staged(kind, columns_of(kind), sent, rows, gone, merged))
        aside += bad
        gone, merged = [], []
    return staged, aside


def _is_merged(record: Record) -> bool:
    return record.deleted and type(record.merged_into) is str and record.merged_into.isascii()


def _rows(
    kind: Kind, sent: frozenset[str], group: Mapping[str, tuple[str | None, Record]], stream: str, currency: str
) -> tuple[list[tuple[Any, ...]], list[Aside]]:
    """Return the rows of one group, checked column by column, and what has to be set aside."""
    chosen = [record for _, record in group.values()]
    values = [record.values for record in chosen]
    bad: Bad = {}
    columns: list[Values] = [
        list(group),
        [record.source for record in chosen],
        [record.source_id for record in chosen],
        [stamp for stamp, _ in group.values()],
        extras(values, sent, _noting(bad, "extra")),
    ]
    if kind.has_customer:
        columns.append(references([each.get("customer_ref") for each in values], chosen, _noting(bad, "customer_ref")))
    declared = _declared(kind, values, chosen, currency, bad)
    columns += declared.values()
    if kind is CUSTOMER:
        names = [str(each.get("name") or "") for each in values]
        columns += [
            [name_words(name) for name in names],
            [name_key(name) for name in names],
        ]
        columns.append([_tag_keys(each.get("tags")) for each in values])
    elif kind.search:
        columns.append([words_of(texts) for texts in zip(*(declared[name] for name in kind.search), strict=True)])
    rows = list(zip(*columns, strict=True))
    if not bad:
        return rows, []
    aside = [Aside(stream, chosen[at].source_id[:SAMPLE_LENGTH], bad[at], _sample(chosen[at])) for at in sorted(bad)]
    return [row for at, row in enumerate(rows) if at not in bad], aside


def _tag_keys(tags: Any) -> str | None:
    """Return what tells the same tag in another spelling, as a JSON list; who sends no list is set aside elsewhere."""
    if not isinstance(tags, (list, tuple)) or not tags:
        return None
    keys = sorted({fold(tag.replace("\0", "\ufffd")) for tag in tags if isinstance(tag, str)})
    return json.dumps(keys, ensure_ascii=False)


def _newest(records: Iterable[Record], stream: str, aside: list[Aside]) -> dict[str, tuple[str | None, Record]]:
    """Return for each id the record that counts, tombstones among them, with its moment as it is stored."""
    newest: dict[str, tuple[str | None, Record]] = {}
    for record in records:
        source_id = record.source_id
        try:
            if type(source_id) is not str or not source_id:
                raise ValueError("it has no id")
            if not source_id.isascii() or "\0" in source_id:
                record = record._replace(source_id=text(source_id) or "")
            if len(source_id) > LONGEST_KEY // 4:
                key(source_id)
            stamp = _stamp(record.changed_at)
        except ValueError as error:
            aside.append(Aside(stream, str(source_id)[:SAMPLE_LENGTH], str(error), _sample(record)))
            continue
        identity = f"{record.source}:{record.source_id}"
        earlier = newest.get(identity)
        if earlier is None or stamp is None or earlier[0] is None or earlier[0] <= stamp:
            newest[identity] = (stamp, record)
    return newest


def _stamp(changed_at: Any) -> str | None:
    """Return when a record changed as it is stored; ValueError for what is no moment."""
    if type(changed_at) is str and len(changed_at) == 20 and changed_at[4::3] == "--T::Z":
        datetime.fromisoformat(changed_at)
        return changed_at
    return moment(changed_at) if changed_at else None


def _known(kind: Kind) -> frozenset[str]:
    return frozenset({column.name for column in kind.columns} | {"customer_ref"})


def _noting(bad: Bad, name: str) -> Note:
    """Return what notes a reason why a row cannot be used."""

    def note(at: int, error: Exception) -> None:
        bad[at] = f"{bad[at]}; {name}: {error}" if at in bad else f"{name}: {error}"

    return note


def _declared(
    kind: Kind, values: Sequence[Mapping[str, Any]], chosen: Sequence[Record], currency: str, bad: Bad
) -> dict[str, Values]:
    """Return the columns the kind declares by their names, each value in its stored type."""
    said = [each.get("currency") for each in values]
    has_money = [False] * len(values)
    made: dict[str, Values] = {}
    for column in kind.columns:
        raw = [each.get(column.name) for each in values]
        note = _noting(bad, column.name)
        if column.type == "money":
            made[column.name] = amounts(raw, said, currency, note)
            has_money = [before or value is not None for before, value in zip(has_money, raw, strict=True)]
        elif column.name == "csm":
            made[column.name] = users(raw, note)
        elif column.name in KEYS or (column.name == "name" and kind is CUSTOMER):
            made[column.name] = keys(raw, note)
        elif column.type == "ref":
            made[column.name] = references(raw, chosen, note)
        else:
            made[column.name] = COLUMNS[column.type](raw, note)
    if "currency" in made:
        made["currency"] = [
            currency if code is None and owns else code for code, owns in zip(made["currency"], has_money, strict=True)
        ]
    return made


_SECRET_WORDS = ("password", "token", "secret", "authorization", "api_key", "apikey")


def _sample(record: Record) -> str:
    """Return the beginning of a record for the person who mends it, without what looks like a secret."""
    shown = {
        str(key): "(hidden)" if any(word in str(key).lower() for word in _SECRET_WORDS) else short(value)
        for key, value in list(record.values.items())[:20]
    }
    return json.dumps(shown, ensure_ascii=True)[:SAMPLE_LENGTH]
