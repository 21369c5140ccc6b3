"""Records become rows of a staging table: every value checked against its column's type, or the record set aside.

A page is checked column by column, because Python's C loops see a thousand values of one type at once; only a column
that holds something unusual is looked at value by value.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple

import msgspec

from c360cli.kinds import CUSTOMER, KINDS, Kind
from c360cli.money import to_minor
from c360cli.names import name_key, name_words
from c360cli.records import Aside, Cursor, Record, RecordPage
from c360cli.times import read_day, read_moment

LARGEST_INTEGER = 2**63 - 1
LONGEST_TEXT = 1_000_000  # characters; a longer text is no field a person reads
SAMPLE_LENGTH = 200

Values = list[Any]
Bad = dict[int, str]
_NONE = type(None)


class Staged(NamedTuple):
    """Records of one kind in one page that speak of the same columns: rows for the staging table, and tombstones.

    ``sent`` are the columns they speak of; ``gone`` are (id, changed_at, deleted_at).
    """

    kind: Kind
    columns: tuple[str, ...]
    sent: frozenset[str]
    rows: list[tuple[Any, ...]]
    gone: list[tuple[str, str | None, str]]


class Prepared(NamedTuple):
    """One page, ready to be merged: it was checked without the store, so a fetching thread can do it.

    ``fetched`` counts what came, ``source_ids`` are those of the records, ``aside`` is what cannot be used, ``reread``
    are beginnings of ids of what lay aside and is read anew.
    """

    fetched: int
    staged: list[Staged]
    aside: list[Aside]
    source_ids: tuple[str, ...]
    cursor: Cursor
    reread: tuple[str, ...]


def prepare(source: str, stream: str, page: RecordPage, currency: str, now: str) -> Prepared:
    """Return a page of ``source`` as rows for the staging tables; ``currency`` stands for amounts without one.

    A record that claims to come from another source is set aside: no source writes into another's rows.
    """
    by_kind: dict[str, list[Record]] = {}
    staged: list[Staged] = []
    aside = list(page.aside)
    for record in page.records:
        if record.source == source:
            by_kind.setdefault(record.kind, []).append(record)
        else:
            aside.append(Aside(stream, str(record.source_id), f'it says it comes from "{record.source}"'))
    for name, records in by_kind.items():
        if name not in KINDS:
            aside += [Aside(stream, record.source_id, f'no kind "{name}"') for record in records]
            continue
        some, bad = stage(KINDS[name], records, stream, currency, now)
        staged += some
        aside += bad
    source_ids = tuple(record.source_id for record in page.records)
    return Prepared(len(source_ids) + len(page.aside), staged, aside, source_ids, page.cursor, page.reread)


def columns_of(kind: Kind) -> tuple[str, ...]:
    """Return the columns of a kind's staging table, in the order of its rows."""
    names = ["id", "source", "source_id", "changed_at", "extra"]
    if kind.has_customer:
        names.append("customer_ref")
    names += [column.name for column in kind.columns]
    if kind is CUSTOMER:
        names += ["name_words", "name_key"]
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
        staged.append(Staged(kind, columns_of(kind), sent, rows, gone))
        aside += bad
        gone = []
    return staged, aside


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
        _extras(values, sent, bad),
    ]
    if kind.has_customer:
        columns.append(_references([each.get("customer_ref") for each in values], chosen, _noting(bad, "customer_ref")))
    columns += _declared(kind, values, chosen, currency, bad)
    if kind is CUSTOMER:
        names = [str(each.get("name") or "") for each in values]
        columns += [[name_words(name) for name in names], [name_key(name) for name in names]]
    rows = list(zip(*columns, strict=True))
    if not bad:
        return rows, []
    aside = [Aside(stream, chosen[at].source_id[:SAMPLE_LENGTH], bad[at], _sample(chosen[at])) for at in sorted(bad)]
    return [row for at, row in enumerate(rows) if at not in bad], aside


def _newest(records: Iterable[Record], stream: str, aside: list[Aside]) -> dict[str, tuple[str | None, Record]]:
    """Return for each id the record that counts, tombstones among them, with its moment as it is stored."""
    newest: dict[str, tuple[str | None, Record]] = {}
    for record in records:
        source_id = record.source_id
        try:
            if type(source_id) is not str or not source_id:
                raise ValueError("it has no id")
            if not source_id.isascii() or "\0" in source_id:
                record = record._replace(source_id=_text(source_id) or "")
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
    if type(changed_at) is str and len(changed_at) == 20 and changed_at[19] == "Z" and changed_at[10] == "T":
        datetime.fromisoformat(changed_at)
        return changed_at
    return _moment(changed_at) if changed_at else None


def _known(kind: Kind) -> frozenset[str]:
    return frozenset({column.name for column in kind.columns} | {"customer_ref"})


Note = Callable[[int, Exception], None]


def _noting(bad: Bad, name: str) -> Note:
    """Return what notes a reason why a row cannot be used."""

    def note(at: int, error: Exception) -> None:
        bad[at] = f"{bad[at]}; {name}: {error}" if at in bad else f"{name}: {error}"

    return note


def _declared(
    kind: Kind, values: Sequence[Mapping[str, Any]], chosen: Sequence[Record], currency: str, bad: Bad
) -> list[Values]:
    """Return the columns the kind declares, each value in its stored type."""
    said = [each.get("currency") for each in values]
    has_money = [False] * len(values)
    made: dict[str, Values] = {}
    for column in kind.columns:
        raw = [each.get(column.name) for each in values]
        note = _noting(bad, column.name)
        if column.type == "money":
            made[column.name] = _amounts(raw, said, currency, note)
            has_money = [before or value is not None for before, value in zip(has_money, raw, strict=True)]
        elif column.type == "ref":
            made[column.name] = _references(raw, chosen, note)
        else:
            made[column.name] = _COLUMNS[column.type](raw, note)
    if "currency" in made:
        made["currency"] = [
            currency if code is None and owns else code for code, owns in zip(made["currency"], has_money, strict=True)
        ]
    return list(made.values())


def _one_by_one(raw: Values, convert: Callable[[Any], Any], note: Note) -> Values:
    """Convert value by value, noting what cannot be converted."""
    made: Values = []
    for at, value in enumerate(raw):
        try:
            made.append(None if value is None else convert(value))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            note(at, error)
            made.append(None)
    return made


def _texts(raw: Values, note: Note) -> Values:
    types = set(map(type, raw))
    if types <= {int, _NONE}:
        return [None if value is None else str(value) for value in raw]
    if types <= {str, _NONE}:
        together = "".join(filter(None, raw))
        if together.isascii() and "\0" not in together and len(together) <= LONGEST_TEXT:
            return [value or None for value in raw]
    return _one_by_one(raw, _text, note)


def _references(raw: Values, chosen: Sequence[Record], note: Note) -> Values:
    """Return ids of the same source as ``source:id``."""
    return [
        f"{record.source}:{value}" if value else None for value, record in zip(_texts(raw, note), chosen, strict=True)
    ]


def _moments(raw: Values, note: Note) -> Values:
    present = list(filter(None, raw))
    if set(map(type, raw)) <= {str, _NONE} and set(map(len, present)) <= {20}:
        together = "".join(present)
        if together[10::20] == "T" * len(present) and together[19::20] == "Z" * len(present):
            try:
                for value in present:
                    datetime.fromisoformat(value)
            except ValueError:
                return _one_by_one(raw, _moment, note)
            return [value or None for value in raw]
    return _one_by_one(raw, _moment, note)


def _amounts(raw: Values, said: Values, currency: str, note: Note) -> Values:
    made: Values = []
    for at, value in enumerate(raw):
        try:
            made.append(None if value is None else to_minor(value, said[at] or currency))
        except (ValueError, TypeError, OverflowError) as error:
            note(at, error)
            made.append(None)
    return made


def _extras(values: Sequence[Mapping[str, Any]], sent: frozenset[str], bad: Bad) -> Values:
    """Return what the kind does not declare as JSON with sorted keys, so that equal values are equal text."""
    kept = [
        {key: value for key, value in each.items() if key not in sent and value is not None} or None for each in values
    ]
    return _one_by_one(kept, _extra, _noting(bad, "extra"))


def _text(value: Any) -> str | None:
    if type(value) is not str:
        if isinstance(value, (bool, list, dict)):
            raise ValueError(f"{_short(value)} is no text")
        value = str(value)
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(value):,} characters")
    if not value.isascii():
        value.encode()  # a lone surrogate is a ValueError here, and nobody's data later
    return value.replace("\0", "\ufffd") or None


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or abs(value) > LARGEST_INTEGER:
        raise ValueError(f"{_short(value)} is no whole number")
    return value


def _real(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError(f"{_short(value)} is no number")
    return float(value)


def _bool(value: Any) -> int:
    if value is not True and value is not False and value not in (0, 1):
        raise ValueError(f"{_short(value)} is neither true nor false")
    return int(value)


def _day(value: Any) -> str | None:
    if type(value) is not str:
        raise ValueError(f"{_short(value)} is no day")
    return read_day(value) if value else None


def _moment(value: Any) -> str | None:
    if type(value) is not str:
        raise ValueError(f"{_short(value)} is no moment")
    return read_moment(value) if value else None


def _list(value: Any) -> str | None:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{_short(value)} is no list of words")
    text = json.dumps(list(value), ensure_ascii=False)
    text.encode()
    return text.replace("\\u0000", "\ufffd") if value else None


def _extra(kept: Mapping[str, Any]) -> str:
    try:
        text = msgspec.json.encode(kept, order="deterministic").decode()
    except (TypeError, ValueError):  # what only json can write: a 5,000-digit integer, a lone surrogate
        text = json.dumps(kept, sort_keys=True, default=str)
    # NUL is a legal JSON escape, but no text of every database.
    return text.replace("\\u0000", "\\ufffd")


def _value_by_value(convert: Callable[[Any], Any]) -> Callable[[Values, Note], Values]:
    def column(raw: Values, note: Note) -> Values:
        return _one_by_one(raw, convert, note)

    return column


_COLUMNS: dict[str, Callable[[Values, Note], Values]] = {
    "text": _texts,
    "moment": _moments,
    "integer": _value_by_value(_integer),
    "real": _value_by_value(_real),
    "bool": _value_by_value(_bool),
    "day": _value_by_value(_day),
    "list": _value_by_value(_list),
}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


_SECRET_WORDS = ("password", "token", "secret", "authorization", "api_key", "apikey")


def _sample(record: Record) -> str:
    """Return the beginning of a record for the person who mends it, without what looks like a secret."""
    shown = {
        str(key): "(hidden)" if any(word in str(key).lower() for word in _SECRET_WORDS) else _short(value)
        for key, value in list(record.values.items())[:20]
    }
    return json.dumps(shown, ensure_ascii=True)[:SAMPLE_LENGTH]
