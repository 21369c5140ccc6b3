"""Records become rows of a staging table: every value checked against its column's type, or the record set aside."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from c360cli.kinds import CUSTOMER, Kind
from c360cli.money import to_minor
from c360cli.names import domain_of, name_key, name_words
from c360cli.records import Aside, Record
from c360cli.times import read_day, read_moment

LARGEST_INTEGER = 2**63 - 1
LONGEST_TEXT = 1_000_000  # characters; a longer text is no field a person reads
SAMPLE_LENGTH = 200


class Staged(NamedTuple):
    """The records of one kind in one page: rows for the staging table, tombstones, and which columns were sent.

    ``gone`` are (id, changed_at, deleted_at); ``domains`` are (domain, account id).
    """

    kind: Kind
    columns: tuple[str, ...]
    sent: frozenset[str]
    rows: list[tuple[Any, ...]]
    gone: list[tuple[str, str | None, str]]
    domains: list[tuple[str, str]]


def columns_of(kind: Kind) -> tuple[str, ...]:
    """Return the columns of a kind's staging table, in the order of its rows."""
    names = ["id", "source", "source_id", "changed_at", "extra"]
    if kind.has_customer:
        names.append("customer_ref")
    names += [column.name for column in kind.columns]
    if kind is CUSTOMER:
        names += ["name_words", "name_key"]
    return tuple(names)


def stage(kind: Kind, records: Iterable[Record], stream: str, currency: str, now: str) -> tuple[Staged, list[Aside]]:
    """Return the rows of ``records`` (all of one kind) and those that had to be set aside, with the reason.

    Of two records with one id the later counts, unless it is older by its own ``changed_at``.
    """
    plan = _plan(kind)
    known = {name for name, _, _ in plan} | {"customer_ref"}
    rows: dict[str, tuple[Any, ...]] = {}
    gone: dict[str, tuple[str, str | None, str]] = {}
    sent: set[str] = set()
    domains: list[tuple[str, str]] = []
    aside: list[Aside] = []
    for record in records:
        try:
            identity = f"{record.source}:{_text(record.source_id)}"
            if not record.source_id:
                raise ValueError("it has no id")
            changed_at = _moment(record.changed_at) if record.changed_at else None
            if record.deleted:
                rows.pop(identity, None)
                gone[identity] = (identity, changed_at, changed_at or now)
                continue
            earlier = rows.get(identity)
            if earlier is not None and (earlier[3] or "") > (changed_at or ""):
                continue
            rows[identity] = _row(kind, plan, known, record, identity, changed_at, currency)
        except (ValueError, OverflowError, RecursionError) as error:
            aside.append(Aside(stream, str(record.source_id)[:SAMPLE_LENGTH], str(error), _sample(record)))
            continue
        gone.pop(identity, None)
        sent.update(record.values)
        if kind is CUSTOMER:
            domains += [(domain, identity) for domain in _domains(record.values)]
    staged = Staged(kind, columns_of(kind), frozenset(sent), list(rows.values()), list(gone.values()), domains)
    return staged, aside


Converter = Callable[[Any], Any]


def _plan(kind: Kind) -> list[tuple[str, str, Converter]]:
    return [(column.name, column.type, _CONVERTERS[column.type]) for column in kind.columns]


def _row(
    kind: Kind,
    plan: list[tuple[str, str, Converter]],
    known: set[str],
    record: Record,
    identity: str,
    changed_at: str | None,
    currency: str,
) -> tuple[Any, ...]:
    values = record.values
    get = values.get
    unknown = values.keys() - known
    row: list[Any] = [
        identity,
        record.source,
        record.source_id,
        changed_at,
        _extra(values, unknown) if unknown else None,
    ]
    if kind.has_customer:
        reference = get("customer_ref")
        row.append(f"{record.source}:{_text(reference)}" if reference not in (None, "") else None)
    money = get("currency") or currency
    for name, type_, convert in plan:
        value = get(name)
        if value is None:
            if name == "currency" and any(get(other) is not None for other, t, _ in plan if t == "money"):
                value = currency
        else:
            try:
                if type_ == "money":
                    value = to_minor(value, money)
                elif type_ == "ref":
                    value = f"{record.source}:{_text(value)}" if value != "" else None
                else:
                    value = convert(value)
            except (ValueError, TypeError, OverflowError) as error:
                raise ValueError(f"{name}: {error}") from error
        row.append(value)
    if kind is CUSTOMER:
        name = str(get("name") or "")
        row += [name_words(name), name_key(name)]
    return tuple(row)


def _text(value: Any) -> str | None:
    if type(value) is not str:
        if isinstance(value, (bool, list, dict)) or value is None:
            raise ValueError(f"{_short(value)} is no text")
        value = str(value)
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(value):,} characters")
    if not value.isascii():
        value.encode()  # a lone surrogate is a ValueError here, and nobody's data later
    if "\0" in value:
        value = value.replace("\0", "\ufffd")
    return value or None


def _integer(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or abs(value) > LARGEST_INTEGER:
        raise ValueError(f"{_short(value)} is no whole number")
    return value


def _real(value: Any) -> float:
    if type(value) not in (int, float) or not abs(value) < 1e308:
        raise ValueError(f"{_short(value)} is no number")
    return float(value)


def _bool(value: Any) -> int:
    if value is not True and value is not False and value not in (0, 1):
        raise ValueError(f"{_short(value)} is neither true nor false")
    return int(value)


def _day(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"{_short(value)} is no day")
    if len(value) == 10:
        date.fromisoformat(value)
        return value
    return read_day(value)


def _moment(value: Any) -> str:
    if type(value) is not str:
        raise ValueError(f"{_short(value)} is no moment")
    if len(value) == 20 and value[19] == "Z" and value[10] == "T":
        datetime.fromisoformat(value)
        return value
    return read_moment(value)


def _list(value: Any) -> str | None:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{_short(value)} is no list of words")
    return json.dumps(list(value), ensure_ascii=False) if value else None


def _extra(values: Mapping[str, Any], unknown: Iterable[str]) -> str | None:
    """Return the unknown values as JSON with sorted keys, so that equal values are equal text."""
    kept = {str(key): values[key] for key in unknown if values[key] is not None}
    if not kept:
        return None
    try:
        text = msgspec.json.encode(kept, order="deterministic").decode()
    except (TypeError, ValueError):  # what only json can write: a 5,000-digit integer, a lone surrogate
        text = json.dumps(kept, sort_keys=True, default=str)
    # NUL and lone surrogates are legal JSON escapes, but no database keeps them as text.
    return text.replace("\\u0000", "\\ufffd")


_CONVERTERS: dict[str, Converter] = {
    "text": _text,
    "integer": _integer,
    "real": _real,
    "bool": _bool,
    "day": _day,
    "moment": _moment,
    "list": _list,
    "money": _text,
    "ref": _text,
}


def _domains(values: Mapping[str, Any]) -> set[str]:
    """Return the domains that speak for this company: its own, not its mail provider's."""
    words = [values.get("domain"), values.get("website"), *(values.get("domains") or ())]
    return {domain for word in words if isinstance(word, str) and (domain := domain_of(word))}


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
