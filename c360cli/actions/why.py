"""Why a field of a customer is what it is: what each source gave, what people say, what it was, and whom to ask."""

from typing import Any, NamedTuple

from c360cli.actions.known_fields import Field, Owner, find, known_fields, owner_of
from c360cli.config import Config
from c360cli.errors import UsageError
from c360cli.kinds import CUSTOMER, bare
from c360cli.records import Customer, Row
from c360cli.store import Store, authors, currencies
from c360cli.store import fields as kept
from c360cli.store.fields import Given

# These are told by their own commands, and are many values each.
_NO_VALUE = ("tags", "comments", "domains", "parent_ref")


class Why(NamedTuple):
    """A field of a customer: ``value`` as stored, who owns it, what the sources ``gave`` when they were read last.

    ``said`` is what people say, if they do; ``history`` {changed_at, old, new, source, author, author_name, counted:
    the currencies of old and new}, the last change first; ``advice`` what to do where the value is wrong.
    """

    customer: Customer
    field: Field
    value: Any
    owner: Owner
    gave: list[Given]
    said: Row | None
    history: list[Row]
    advice: str


def why(config: Config, store: Store, customer: Customer, word: str) -> Why:
    """Return why the field called ``word`` is what it is; UsageError where there is no such field."""
    fields = known_fields(config, store)
    for column in CUSTOMER.columns:
        if column.name not in (*fields, *_NO_VALUE):
            fields[column.name] = Field(column.name, column.label, column.type, owner="pull")
    if bare(word).lower() in _NO_VALUE:
        raise UsageError(f"{word} has no one value to explain.", f"c360 show {customer.slug} -s attributes --all")
    field = find(fields, word)
    gave = kept.given(store, customer.id, field.name) if field.name in _COLUMNS else []
    said = kept.of_customer(store, customer.id).get(field.name)
    owner = owner_of(store, customer, field, gave, said)
    value = getattr(customer, field.name, None) if field.name in _COLUMNS else customer.extra.get(field.name)
    history = store.rows(
        "select t.changed_at, t.recorded_at, t.old, t.new, t.source, t.author,"
        f" {authors.NAME.format('t.author')} as author_name from change t"
        " where t.kind = 'customer' and t.item_id = :customer and t.field = :field"
        " order by t.recorded_at desc, t.changed_at desc, coalesce(t.old, '')",
        customer=customer.id,
        field=field.name,
    )
    moves = currencies.moves(store, [customer.id] if field.type == "money" else ()).get(customer.id, ())
    for row in history:
        row["counted"] = currencies.counted_in(moves, customer.currency, row.pop("recorded_at"))
    return Why(customer, field, value, owner, gave, said, history, _advice(customer, field, value, owner, gave, said))


_COLUMNS = frozenset(column.name for column in CUSTOMER.columns)


def _advice(customer: Customer, field: Field, value: Any, owner: Owner, gave: list[Given], said: Row | None) -> str:
    """Return whom to ask, or where to edit: at the source first, here only where nobody but people says it."""
    counted = next((one for one in gave if one.counts), None)
    edit = f"c360 set {customer.slug} {field.name}=..."
    if said is not None:
        who = said["author_name"] or said["author"]
        if said["is_pending"]:
            return f"{who} has set it here, and {owner.source or 'its source'} is not told yet. Ask {who}."
        back = (
            f"; what its source says comes back with c360 set {customer.slug} --forget {field.name}" if counted else ""
        )
        return f"{who} has set it here, and no source has a say in it. Ask {who}{back}."
    if counted is not None:
        if value != counted.value:
            return f"{counted.source} gives another value than is shown: bring it in with c360 sync --full."
        where = f": {owner.url}" if owner.url else f" in {counted.source}"
        here = f", or set it here: {edit}" if owner.mode in ("push", "both", "local") else ""
        return f"It is what {counted.source} says. Where that is wrong, edit it there{where}{here}"
    if value is not None:
        return "No source gives it any more: it is what was known last."
    if owner.mode == "pull":
        return (
            f"Nobody has said it. It belongs to {owner.source or 'its source'}{f': {owner.url}' if owner.url else ''}"
        )
    return f"Nobody has said it. Set it here: {edit}"
