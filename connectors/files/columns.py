"""Which column of a file is which column of a kind, and how a row becomes a record."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from c360cli.errors import ConfigError
from c360cli.kinds import CUSTOMER, Column, Kind
from c360cli.nearest import did_you_mean
from c360cli.records import Aside, Record

from ..wording import listed
from .addresses import Addresses
from .cells import Reading, read_amount, read_cell
from .currencies import agreed, code_of
from .folder import Turned
from .identity import empty_headers, usage_id
from .limits import limited_columns, too_large
from .options import find_header, fold_header
from .reading import Row

_OURS = ("source_id", "customer", "customer_ref", "changed_at")


class Mapped(NamedTuple):
    """The options of a ``files`` source that say what its columns mean."""

    source: str
    kind: Kind
    columns: Mapping[str, str]
    measures: tuple[str, ...]
    reading: Reading
    lists_all: bool = False


class Plan(NamedTuple):
    """How the columns of one file are read: (header, canonical name, type), and the headers kept as they are.

    ``no_address`` is where a word of the column of e-mail addresses is kept that is none.
    """

    fields: tuple[tuple[str, str, str], ...]
    measures: tuple[str, ...]
    extra: tuple[tuple[str, str], ...]
    no_address: str = ""

    @property
    def days(self) -> tuple[str, ...]:
        """The columns that hold days or moments."""
        return tuple(header for header, _, type_ in self.fields if type_ in ("day", "moment"))


def check_columns(mapped: Mapped) -> None:
    """Raise ConfigError for columns that cannot work with this kind, whatever the file holds."""
    where = f"sources.{mapped.source}"
    kind = mapped.kind
    if not kind.has_customer and {"customer", "customer_ref"} & set(mapped.columns):
        raise ConfigError(f"{where}.columns.customer: a {kind.name} belongs to no customer.", "Remove the line.")
    if {"customer", "customer_ref"} <= set(mapped.columns):
        raise ConfigError(f"{where}.columns: customer and customer_ref are one and the same.", "Remove one.")
    if mapped.columns and kind.name != "usage" and "source_id" not in mapped.columns:
        raise ConfigError(
            f"{where}.columns names no source_id.",
            "Name the column whose value stays the same for a row, like source_id: Id",
        )
    # A name close to a canonical one is a slip; any other is a field of the user's own, kept as extra.
    for name, header in mapped.columns.items():
        if not isinstance(header, str) or not header:
            raise ConfigError(f"{where}.columns.{name} must be the header of a column.")
        if not _is_known(kind, name):
            way_out = did_you_mean(name, [*_OURS, *(column.name for column in kind.columns)])
            if way_out and _is_slip(name, kind):
                raise ConfigError(f'{where}.columns: a {kind.name} has no column "{name}".', way_out)
    if mapped.measures and kind.name != "usage":
        raise ConfigError(f"{where}.measures only goes with kind: usage.", "Remove the line, or say kind: usage")
    if mapped.lists_all and kind.name == "usage":
        raise ConfigError(
            f"{where}.lists_all does not go with kind: usage.", "Figures of the past stay; correct one in a later file."
        )
    if mapped.measures and {"measure", "value"} & set(mapped.columns):
        raise ConfigError(f"{where}: measures already says where measure and value are.", "Remove them from columns.")


def _is_known(kind: Kind, name: str) -> bool:
    return name in _OURS or any(column.name == name for column in kind.columns)


def _is_slip(name: str, kind: Kind) -> bool:
    from difflib import SequenceMatcher

    names = [*_OURS, *(column.name for column in kind.columns)]
    return any(SequenceMatcher(None, name.lower(), known).ratio() >= 0.75 for known in names)


def overlooked(mapped: Mapped, plan: Plan) -> tuple[str, ...]:
    """Return a note about headers that look like columns of the kind, and that nobody has mapped."""
    free = {column.name for column in mapped.kind.columns} - {name for _, name, _ in plan.fields}
    called = {fold_header(word): column.name for column in mapped.kind.columns for word in (column.name, column.label)}
    found = [
        f"{header} ({called[fold_header(header)]})"
        for header, _ in plan.extra
        if called.get(fold_header(header)) in free
    ]
    if not mapped.columns or not found:
        return ()
    return (f"columns maps nothing to {', '.join(found)}, kept as extra",)


def plan_columns(mapped: Mapped, headers: Sequence[str], file: str) -> Plan:
    """Return how a file with these headers is read; ConfigError names every column that it lacks.

    Without ``columns`` in the config, headers that equal canonical names map by themselves.
    """
    where = f"sources.{mapped.source}"
    named = [(f"{where}.columns.{name}", asked) for name, asked in mapped.columns.items()]
    found = _headers([*named, *((f"{where}.measures", asked) for asked in mapped.measures)], headers, file)
    chosen = dict(zip(mapped.columns, found, strict=False))
    measures = tuple(found[len(named) :])
    if not mapped.columns:
        for header in headers:
            name = fold_header(header).replace(" ", "_")
            if header not in measures and _is_known(mapped.kind, name) and name not in chosen:
                chosen[name] = header
        if "source_id" not in chosen and (identity := find_header("id", headers)):
            chosen["source_id"] = identity
        if "customer_ref" in chosen:
            chosen.pop("customer", None)
        if not mapped.kind.has_customer:
            chosen = {name: header for name, header in chosen.items() if name not in ("customer", "customer_ref")}
    _check_identity(mapped, chosen, measures, headers, file)
    fields = tuple((header, _canonical(name), _type(mapped.kind, name)) for name, header in chosen.items())
    used = {*chosen.values(), *measures}
    taken = {*_OURS, *(column.name for column in mapped.kind.columns), *chosen}
    # A column nobody mapped must not pass for a canonical one because of its name.
    kept = {header: f"column {header}" if header in taken else header for header in headers}
    extra = tuple((header, kept[header]) for header in headers if header not in used)
    has_email = any(column.name == "email" for column in mapped.kind.columns)
    return Plan(fields, measures, extra, kept.get(chosen.get("email", ""), "") if has_email else "")


def _check_identity(
    mapped: Mapped, chosen: Mapping[str, str], measures: Sequence[str], headers: Sequence[str], file: str
) -> None:
    where = f"sources.{mapped.source}"
    if mapped.kind.name != "usage":
        if "source_id" not in chosen:
            raise ConfigError(
                f"{file}: no column tells its rows apart; it has {listed(headers)}.",
                f"Name one under {where}.columns, like source_id: {headers[0] if headers else 'Id'}",
            )
        return
    missing = [name for name in ("day",) if name not in chosen]
    missing += [name for name in ("measure", "value") if name not in chosen and not measures]
    if not {"customer", "customer_ref"} & set(chosen):
        missing.append("customer")
    if missing:
        raise ConfigError(
            f"{file}: a usage file needs {' and '.join(missing)}; it has {listed(headers)}.",
            f"Name the columns under {where}.columns, like {missing[0]}: Header; or list {where}.measures.",
        )


def _headers(named: Sequence[tuple[str, str]], headers: Sequence[str], file: str) -> list[str]:
    """Return the header that each setting asks for; ConfigError with a line for each that the file does not have."""
    found = [find_header(asked, headers) for _, asked in named]
    missing = [
        (f'{where}: {file} has no column "{asked}".', did_you_mean(asked, headers))
        for (where, asked), header in zip(named, found, strict=True)
        if header is None
    ]
    if len(missing) == 1:
        raise ConfigError(missing[0][0], missing[0][1] or _what_it_has(headers))
    if missing:
        raise ConfigError("\n".join(" ".join(each).strip() for each in missing), _what_it_has(headers))
    return [header for header in found if header is not None]


def _canonical(name: str) -> str:
    return "customer_ref" if name == "customer" else name


def _type(kind: Kind, name: str) -> str:
    if name == "changed_at":
        return "moment"
    declared: dict[str, Column] = {column.name: column for column in kind.columns}
    type_ = declared[name].type if name in declared else "text"
    return "words" if type_ == "list" and name != "attendees" else type_


def turner(mapped: Mapped, plan: Plan, file: str, stream: str, addresses: Addresses) -> Callable[[Row], Turned]:
    """Return what makes records of a row: one, or with ``measures`` one a measure; asides name the bad cells.

    A person is not lost for what is no e-mail address: ``addresses`` remembers it, and it is kept as extra.
    """
    otherwise = mapped.reading.currency
    declares_currency = any(column.name == "currency" for column in mapped.kind.columns)
    limited = limited_columns(mapped.kind, plan.fields)

    def turn(row: Row) -> Turned:
        place = f"{file}:{row.line}"
        values: dict[str, Any] = {}
        bad: list[tuple[str, str]] = []
        named: list[tuple[str, str, tuple[str, ...]]] = []
        for header, name, type_ in plan.fields:
            cell = row.cells.get(header)
            try:
                values[name] = read_cell(cell, type_, mapped.reading)
                if values[name] is None:
                    continue
                if not declares_currency:
                    continue
                if name == "currency":
                    values[name] = code_of(values[name], otherwise)
                elif type_ == "money" and isinstance(cell, str) and not cell.isdigit():
                    currencies = read_amount(cell, mapped.reading.decimal).currencies
                    named += [(header, cell, currencies)] if currencies else []
            except ValueError as error:
                bad.append((header, str(error)))
        if named and not bad:
            values["currency"], bad = agreed(values.get("currency"), named, otherwise)
        bad += too_large(limited, values)
        for header, name in plan.extra:
            cell = row.cells.get(header)
            if cell not in (None, ""):
                values[name] = cell
        if bad:
            return Turned(aside=[_aside(stream, place, row, bad)], about=values.get("source_id") or "")
        if plan.no_address and values.get("email"):
            addresses.settle(values, plan.no_address, row.line)
        empty = empty_headers(mapped.kind, plan.fields, values, plan.no_address)
        if empty:
            return Turned(aside=[_aside(stream, place, row, [(header, "it is empty") for header in empty])])
        if mapped.kind is CUSTOMER and values.get("name", "") is None:
            addresses.note_nameless(row.line)
        identity = values.pop("source_id", None)
        changed_at = values.pop("changed_at", None)
        if plan.measures:
            return _unpivoted(mapped, plan, row, place, stream, values, changed_at, identity)
        identity = usage_id(values) if identity is None else identity
        return Turned([Record(mapped.kind.name, mapped.source, identity, changed_at, values)])

    return turn


def _unpivoted(
    mapped: Mapped, plan: Plan, row: Row, place: str, stream: str, values: dict[str, Any],
    changed_at: str | None, identity: str | None,
) -> Turned:  # fmt: skip
    records = []
    bad = []
    for header in plan.measures:
        try:
            value = read_cell(row.cells.get(header), "real", mapped.reading)
        except ValueError as error:
            bad.append((header, str(error)))
            continue
        if value is not None:
            measured = {**values, "measure": header, "value": value}
            own = f"{identity}|{header}" if identity else usage_id(measured)
            records.append(Record("usage", mapped.source, own, changed_at, measured))
    return Turned(records, [_aside(stream, place, row, bad)] if bad else [])


def _aside(stream: str, place: str, row: Row, bad: Sequence[tuple[str, str]]) -> Aside:
    """Return one aside for a row, with the reason of each bad cell: ``bad`` are (header, reason)."""
    reasons = "; ".join(f"column '{header[:60]}': {reason}" for header, reason in bad)
    cells = [row.cells.get(header) for header, _ in bad]
    # Where nothing stands in the bad cells, the others tell which row it is.
    return Aside(stream, place, f"{place}: {reasons}", _sample(cells if any(cells) else list(row.cells.values())))


def _sample(cells: Sequence[Any]) -> str:
    return ",".join(_texts(cells))[:80]


def _texts(cells: Sequence[Any]) -> Iterator[str]:
    return (str(cell)[:40] for cell in cells[:8] if cell is not None)


def _what_it_has(headers: Sequence[str]) -> str:
    """Return a hint: the columns there are, or what to do about a file that is no text at all."""
    if any(unicodedata.category(sign) == "Cc" and not sign.isspace() for header in headers for sign in header):
        return "It is no text, but perhaps a spreadsheet or an archive: save it as CSV, or unpack it."
    return f"It has {listed(headers)}."
