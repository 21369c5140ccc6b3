"""The fields of a customer that people can set: columns, and their own; what each may hold, and who owns it."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from c360cli.config import Config
from c360cli.errors import ConfigError, UsageError
from c360cli.kinds import LOCAL_ONLY, bare
from c360cli.layout.fields import Declared, load
from c360cli.nearest import did_you_mean
from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.store.fields import COLUMNS, NOT_SAID, Given

# Gainsight's three, which nobody can edit: Inactive is not counted, Churn is really lost.
STATUSES = ("Active", "Inactive", "Churn")
# Of these, the values that customers have already are known ones.
MET = ("stage", "segment", "industry", "type")
USERS = ("csm", "owner")
_MEANINGS = {
    "status": "Active counts, Inactive does not count, Churn is lost.",
    "stage": "Where the customer stands on the way from the first order to everyday use.",
    "csm": "Who of us looks after the customer.",
    "is_referenceable": "Whether the customer agreed to be named to others. To ask one: cta add CUSTOMER"
    " --playbook reference-nomination.",
}
# What is no field to set, and where it is written instead.
_ELSEWHERE = {
    "tags": "c360 tag CUSTOMER TAG",
    "comments": 'c360 comment CUSTOMER "what there is to say"',
    "parent_ref": "A parent comes from the first source with customers.",
}


class Field(NamedTuple):
    """One field: ``values`` are those it may hold, of which there may be others unless it ``is_closed``.

    ``owner`` is who owns it, one of ``config.OWNERS``; "" where nobody has said so, see ``owner_of``.
    """

    name: str
    label: str
    type: str
    values: tuple[str, ...] = ()
    is_closed: bool = False
    owner: str = ""
    definition: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is one of people's own, without a column."""
        return self.name not in COLUMNS


class Owner(NamedTuple):
    """Who owns a field of one customer: ``source`` is whose it is, or who is told of it; ``url`` where to edit it."""

    mode: str
    source: str | None = None
    url: str | None = None


def known_fields(config: Config, store: Store) -> dict[str, Field]:
    """Return every field by name: the columns first, then people's own, with the values that customers have.

    Raises LayoutError for a mistake in ``layouts/fields``, ConfigError for an owner of a field that is not there.
    """
    declared = load(config.home, config.presets)
    fields = {}
    for column in COLUMNS.values():
        said = declared.get(column.name, Declared(column.name))
        values: Sequence[str] = said.values
        if column.name == "status":
            values = STATUSES
        elif column.name in MET:
            values = _with_met(said.values, store, column.name)
        type_ = "user" if column.name in USERS else column.type
        definition = said.definition or _MEANINGS.get(column.name, "")
        owner = config.owners.get(column.name, "")
        is_closed = column.name == "status" or (bool(said.values) and column.name not in MET)
        fields[column.name] = Field(
            column.name, said.label or column.label, type_, tuple(values), is_closed, owner, definition
        )
    for said in declared.values():
        if said.name not in COLUMNS:
            owner = "local" if said.name in LOCAL_ONLY else config.owners.get(said.name) or said.owner or "local"
            label = said.label or said.name.replace("_", " ").capitalize()
            type_ = said.type or "text"
            fields[said.name] = Field(said.name, label, type_, said.values, bool(said.values), owner, said.definition)
    _refuse_strangers(config, fields)
    return fields


def check_owners(config: Config) -> None:
    """Raise ConfigError where ``owners:`` names a field that is not there, LayoutError as ``known_fields`` does."""
    _refuse_strangers(config, (*COLUMNS, *load(config.home, config.presets)))


def _refuse_strangers(config: Config, fields: Collection[str]) -> None:
    for name in config.owners:
        if name not in fields:
            raise ConfigError(f'config.yaml: owners: there is no field "{name}". {did_you_mean(name, fields)}'.rstrip())


def find(fields: Mapping[str, Field], word: str) -> Field:
    """Return the field called ``word``: its name or label, with or without its ``is_``, ``_on`` or ``account.``.

    Raises UsageError with the nearest word.
    """
    name = bare(word.strip()).lower().replace("-", "_").replace(" ", "_")
    for way in (name, f"is_{name}", f"{name}_on"):
        if way in fields:
            return fields[way]
    labelled = [field for field in fields.values() if field.label.lower() == word.strip().lower()]
    if len(labelled) == 1:
        return labelled[0]
    if name in _ELSEWHERE:
        raise UsageError(f"{name} is not set here.", _ELSEWHERE[name])
    if name in NOT_SAID:
        raise UsageError(
            f"{name} is what records are linked by, and stays its source's.",
            "Change it there, or see: c360 link --help",
        )
    hint = did_you_mean(name, fields) or f"Fields: {', '.join(fields)}."
    raise UsageError(f'there is no field "{word}".', hint)


def owner_of(store: Store, customer: Customer, field: Field, accounts: Sequence[Given], said: Row | None) -> Owner:
    """Return who owns a field of a customer whose ``accounts`` give it, and of which people have ``said`` something.

    Where nobody has said who owns it: its source where one gives it, else people.
    """
    gives = next((one for one in accounts if one.counts), None)
    mode = field.owner or ("pull" if gives and said is None else "local")
    if mode == "local":
        return Owner(mode)
    account = gives or _of_master(store, accounts)
    if account is None:
        return Owner(mode)
    row = {"source": account.source, "source_id": account.source_id}
    return Owner(mode, account.source, store.url("customer", row))


def _of_master(store: Store, accounts: Sequence[Given]) -> Given | None:
    """Return the customer as its first source knows it."""
    order = [row["name"] for row in store.sources()]
    configured = [one for one in accounts if one.source in order]
    return min(configured, key=lambda one: order.index(one.source), default=None)


def _with_met(values: Sequence[str], store: Store, column: str) -> tuple[str, ...]:
    """Return values, and those that customers and accounts have beside them, each spelling once."""
    rows = store.rows(
        f"select value, sum(times) as times from (select {column} as value, count(*) as times from customer"
        f" where deleted_at is null and {column} is not null group by {column}"
        f" union all select {column}, count(*) from account where deleted_at is null and {column} is not null"
        f" group by {column}) t group by value order by 2 desc, 1"
    )
    known = {value.casefold(): value for value in reversed(values)}
    for row in rows:
        known.setdefault(row["value"].casefold(), row["value"])
    listed = [known[value.casefold()] for value in dict.fromkeys(values)]
    return tuple(dict.fromkeys([*listed, *known.values()]))
