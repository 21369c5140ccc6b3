"""The made-up Salesforce org: its rows as they stand, and the answer to a query about them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from c360cli.names import long_salesforce_id

from . import soql
from .company import Company
from .fields import Field, SObject, full_row, visible_objects
from .soql import Comparison, Condition, Joined, Malformed, Not, Path, Query
from .world import Seen

Row = dict[str, Any]

_WANTED = {"datetime": "dateTime", "date": "date", "boolean": "boolean", "int": "int", "double": "double",
           "currency": "currency", "percent": "double"}  # fmt: skip


class QueryRefused(Exception):
    """A query the org will not answer: ``error_code`` and message as Salesforce gives them."""

    def __init__(self, error_code: str, message: str) -> None:
        super().__init__(message)
        self.error_code = error_code


class Answer(NamedTuple):
    """The rows a query found, each as it goes over the wire but for its ``attributes``' API version."""

    total: int
    records: list[Row]


class _Step(NamedTuple):
    lookups: tuple[Field, ...]
    field: Field


class Org:
    """What one user sees of the company at one moment."""

    def __init__(self, company: Company, now: datetime, hidden: frozenset[str] = frozenset()) -> None:
        self._company = company
        self._now = now
        self.objects = visible_objects(hidden)
        self._by_id: dict[str, dict[str, Row]] = {}

    def rows(self, sobject: SObject) -> list[Row]:
        """Return every row of an object, deleted and archived ones too, in the order of their making."""
        return list(self._rows_by_id(sobject).values())

    def answer(self, text: str, version: str, with_deleted: bool) -> Answer:
        """Return what a SOQL query finds; raises QueryRefused with the error the real API gives."""
        try:
            query = soql.parse(text)
        except Malformed as error:
            raise QueryRefused("MALFORMED_QUERY", str(error)) from error
        sobject = self.objects.get(".".join(query.table.words).lower())
        if not sobject:
            raise QueryRefused("INVALID_TYPE", _pointed(text, query.table, _unknown_type(query.table)))
        return _Run(self, text, query, sobject, version).answer(with_deleted)

    def _rows_by_id(self, sobject: SObject) -> dict[str, Row]:
        if sobject.name not in self._by_id:
            self._by_id[sobject.name] = {seen.id: full_row(sobject, seen) for seen in self._seen(sobject)}
        return self._by_id[sobject.name]

    def _seen(self, sobject: SObject) -> list[Seen]:
        if sobject.name != "Organization":
            return self._company.seen(sobject.name, self._now)
        began = self._company.world.moment(-900)
        values = {"Name": "Demo Software Inc", "InstanceName": "DEMO1", "IsSandbox": False, "OrganizationType": "Demo"}
        return [Seen("00DDm0000000001AAA", values, began, began, began)]

    def referred(self, lookup: Field, identity: str) -> tuple[SObject, Row] | None:
        """Return the row a lookup points at, and its object; None where the user sees none."""
        for name in lookup.refers:
            sobject = self.objects.get(name.lower())
            row = self._rows_by_id(sobject).get(identity) if sobject else None
            if sobject and row:
                return sobject, row
        return None


class _Run:
    """One query being answered."""

    def __init__(self, org: Org, text: str, query: Query, sobject: SObject, version: str) -> None:
        self._org, self._text, self._query, self._sobject, self._version = org, text, query, sobject, version

    def answer(self, with_deleted: bool) -> Answer:
        steps = [self._resolve(path) for path in self._query.fields]
        names = [(*(lookup.relationship for lookup in step.lookups), step.field.name) for step in steps]
        for place, name in enumerate(names):
            if name in names[:place]:
                raise QueryRefused("INVALID_FIELD", f"duplicate field selected: {'.'.join(map(str, name))}")
        fits = self._test(self._query.where) if self._query.where else None
        orders = [(self._resolve(order.path), order) for order in self._query.order]
        rows = [row for row in self._org.rows(self._sobject) if with_deleted or not _is_out_of_sight(row)]
        rows = [row for row in rows if fits is None or fits(row)]
        for step, order in reversed(orders):
            rows = self._sorted(rows, step, order)
        rows = rows[self._query.offset :]
        if self._query.limit is not None:
            rows = rows[: self._query.limit]
        if not steps:
            return Answer(len(rows), [])
        return Answer(len(rows), [self._record(row, steps) for row in rows])

    def _resolve(self, path: Path) -> _Step:
        """Return the way to a field; raises QueryRefused for what is not there, or not for this user."""
        words = path.words
        if len(words) > 1 and words[0].lower() == self._sobject.name.lower():
            words = words[1:]
        sobject, lookups, entity = self._sobject, [], self._sobject.name
        for word in words[:-1]:
            lookup = sobject.through(word)
            targets = [self._org.objects.get(name.lower()) for name in lookup.refers] if lookup else []
            seen = [target for target in targets if target]
            if not lookup or not seen:
                raise QueryRefused("INVALID_FIELD", _pointed(self._text, path, _unknown_relationship(word)))
            lookups.append(lookup)
            # A lookup with several targets knows only what all of them have: a name.
            sobject, entity = seen[0], "Name" if lookup.is_polymorphic else seen[0].name
        field = sobject.field(words[-1])
        if not field or (entity == "Name" and field.name not in ("Id", "Name")):
            raise QueryRefused("INVALID_FIELD", _pointed(self._text, path, _unknown_column(words[-1], entity)))
        return _Step(tuple(lookups), field)

    def _value(self, row: Row, step: _Step) -> Any:
        for lookup in step.lookups:
            found = self._org.referred(lookup, row[lookup.name]) if row[lookup.name] else None
            if not found:
                return None
            row = found[1]
        return row[step.field.name]

    def _record(self, row: Row, steps: list[_Step]) -> Row:
        record = self._attributes(self._sobject, row)
        for step in steps:
            target, here = record, row
            for lookup in step.lookups:
                name = lookup.relationship or ""
                found = self._org.referred(lookup, here[lookup.name]) if here[lookup.name] else None
                if not found:
                    target.setdefault(name, None)
                    break
                here = found[1]
                target = target.setdefault(name, self._attributes(*found))
            else:
                target[step.field.name] = written(here[step.field.name])
        return record

    def _attributes(self, sobject: SObject, row: Row) -> Row:
        return {
            "attributes": {
                "type": sobject.name,
                "url": f"/services/data/{self._version}/sobjects/{sobject.name}/{row['Id']}",
            }
        }

    def _sorted(self, rows: list[Row], step: _Step, order: soql.Order) -> list[Row]:
        known = [row for row in rows if self._value(row, step) is not None]
        unknown = [row for row in rows if self._value(row, step) is None]
        known.sort(key=lambda row: _folded(self._value(row, step), step.field), reverse=order.is_descending)
        return known + unknown if order.nulls_last else unknown + known

    def _test(self, condition: Condition) -> Callable[[Row], bool]:
        if isinstance(condition, Not):
            inner = self._test(condition.condition)
            return lambda row: not inner(row)
        if isinstance(condition, Joined):
            tests = [self._test(part) for part in condition.conditions]
            together = all if condition.word == "and" else any
            return lambda row: together(test(row) for test in tests)
        return self._comparison(condition)

    def _comparison(self, comparison: Comparison) -> Callable[[Row], bool]:
        step = self._resolve(comparison.path)
        field = step.field
        if not field.is_filterable:
            raise QueryRefused("INVALID_FIELD", f"field '{field.name}' can not be filtered in a query call")
        for value in comparison.values:
            _check_type(field, value)
        wanted = [None if value.value is None else _folded(value.value, field) for value in comparison.values]
        return lambda row: _holds(_folded(self._value(row, step), field), comparison.operator, wanted)


def written(value: Any) -> Any:
    """Return a value as Salesforce writes it in JSON."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _is_out_of_sight(row: Row) -> bool:
    return bool(row.get("IsDeleted")) or bool(row.get("IsArchived"))


def _folded(value: Any, field: Field) -> Any:
    """Return a value for comparing: ids in their long form, case kept; other text without regard to case."""
    if not isinstance(value, str):
        return value
    return long_salesforce_id(value) if field.type in ("id", "reference") else value.casefold()


def _holds(value: Any, operator: str, wanted: list[Any]) -> bool:
    first = wanted[0]
    if operator == "in":
        return value in wanted
    if operator == "=":
        return bool(value == first)
    if operator == "!=":
        return bool(value != first)
    if value is None or first is None:
        return False
    if operator == "like":
        pattern = re.escape(first).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    return bool({"<": value < first, "<=": value <= first, ">": value > first, ">=": value >= first}[operator])


def _check_type(field: Field, value: soql.Value) -> None:
    if value.value is None:
        return
    wanted = _WANTED.get(field.type)
    found = value.value
    fits = {
        "dateTime": isinstance(found, datetime),
        "date": isinstance(found, date) and not isinstance(found, datetime),
        "boolean": isinstance(found, bool),
        None: value.is_quoted,
    }.get(wanted, isinstance(found, float) and not isinstance(found, bool))
    if not fits:
        rule = (
            f"type {wanted} and should not be enclosed in quotes"
            if wanted
            else "type string and should be enclosed in quotes"
        )
        raise QueryRefused("INVALID_FIELD", f"value of filter criterion for field '{field.name}' must be of {rule}")


def _pointed(text: str, path: Path, complaint: str) -> str:
    """Return a complaint with the place it is about, drawn as Salesforce draws it."""
    start = max(0, path.position - 30)
    excerpt = text[start : path.position + 40]
    return f"\n{excerpt}\n{' ' * (path.position - start)}^\nERROR at Row:1:Column:{path.position + 1}\n{complaint}"


_LOOK_IT_UP = "Please reference your WSDL or the describe call for the appropriate names."


def _unknown_column(word: str, entity: str) -> str:
    way_out = "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name."
    return f"No such column '{word}' on entity '{entity}'. {way_out} {_LOOK_IT_UP}"


def _unknown_relationship(word: str) -> str:
    way_out = "be sure to append the '__r' after the custom relationship name."
    attempt = f"If you are attempting to use a custom relationship, {way_out}"
    return f"Didn't understand relationship '{word}' in field path. {attempt} {_LOOK_IT_UP}"


def _unknown_type(path: Path) -> str:
    way_out = "If you are attempting to use a custom object, be sure to append the '__c' after the entity name."
    return f"sObject type '{'.'.join(path.words)}' is not supported. {way_out} {_LOOK_IT_UP}"
