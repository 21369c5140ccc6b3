"""Setting fields of a customer: typed, checked, under one's name; what its source owns is refused.

A field is ``pull`` (its source owns it), ``push`` or ``both`` (what is set here waits to be told to the source), or
``local``.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from c360cli.actions import field_values
from c360cli.actions.author import author
from c360cli.actions.field_values import Reading
from c360cli.actions.known_fields import Field, Owner, find, known_fields, owner_of
from c360cli.config import Config
from c360cli.errors import UsageError
from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.store import fields as kept
from c360cli.store.fields import Said
from c360cli.store.writing import Write, write


class Done(NamedTuple):
    """What became of one field: what it was and is, as stored; ``base`` is what its source has where it waits."""

    field: Field
    owner: Owner
    before: Any
    after: Any
    is_pending: bool = False
    base: Any = None


class Wanted(NamedTuple):
    """One field as somebody wants it."""

    field: Field
    owner: Owner
    value: Any
    given: Any


def set_fields(
    config: Config,
    store: Store,
    word: str,
    assignments: Sequence[str],
    forget: Sequence[str] = (),
    is_new: bool = False,
) -> tuple[Customer, list[Done]]:
    """Set each FIELD=VALUE of the customer named ``word``, all or nothing, and return it with what became of each.

    An empty VALUE clears. Of what is in ``forget`` the word of people is taken back: it is what the sources give.
    ``is_new`` takes a word that no customer has yet. Raises UsageError for what a field cannot hold, what is said
    twice, and what its source owns; NotFound for the customer; ConfigError without a user, or for a wrong config.
    """
    who = author(config.user)
    customer = store.find_customer(word)
    fields = known_fields(config, store)
    pairs = [_pair(fields, text) for text in assignments]
    taken = [find(fields, name) for name in forget]
    _refuse_twice([field for field, _ in pairs] + taken)
    has_amount = any(field.type == "money" and text.strip() for field, text in pairs)
    if has_amount and customer.currency is None and not any(field.name == "currency" for field, _ in pairs):
        # An amount has to be counted in something: where nobody has said in what, in what is usual here.
        pairs = [*([(fields["currency"], config.currency)] if config.currency else []), *pairs]
    wanted = _wanted(store, customer, pairs, is_new)

    def work(entry: Write) -> list[Done]:
        done = [_forget(entry, customer, field) for field in taken]
        done += [_put(entry, customer, one) for one in wanted]
        shown = [f"--forget {field.name}" for field in taken] + [
            f"{field.name}={text.strip()}" for field, text in pairs
        ]
        entry.words = f"set {customer.slug} {' '.join(shown)}"
        return done

    return customer, write(store, who, "", work)


def _pair(fields: dict[str, Field], text: str) -> tuple[Field, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f'"{text}" sets nothing.', "c360 set CUSTOMER FIELD=VALUE, for example stage=Adoption")
    return find(fields, name), value


def _refuse_twice(fields: Sequence[Field]) -> None:
    for at, field in enumerate(fields):
        if field in fields[:at]:
            raise UsageError(f"{field.name} is said twice.", "Leave one of the two out.")


def _wanted(store: Store, customer: Customer, pairs: Sequence[tuple[Field, str]], is_new: bool) -> list[Wanted]:
    """Return what is to be written, checked; the currency first, in which amounts beside it are counted."""
    people = kept.of_customer(store, customer.id)
    wanted: list[Wanted] = []
    currency = customer.currency
    for field, text in sorted(pairs, key=lambda pair: pair[0].name != "currency"):
        accounts = kept.given(store, customer.id, field.name)
        owner = owner_of(store, customer, field, accounts, people.get(field.name))
        if owner.mode == "pull":
            raise _refused(customer, field, owner)
        if field.is_own and (source := _source_of_extra(store, customer, field.name)):
            raise UsageError(
                f"{field.name} of {customer.name} comes from {source}.",
                "Give your field another name in layouts/fields.",
            )
        value = field_values.read(field, text, Reading(store, currency, is_new))
        if field.name == "currency":
            if value != currency and any(getattr(customer, name) is not None for name in kept.AMOUNTS):
                raise UsageError(
                    f"the amounts of {customer.name} are counted in {currency or 'no currency'}.", "Clear them first."
                )
            currency = value
        wanted.append(Wanted(field, owner, value, next((one.value for one in accounts if one.counts), None)))
    return wanted


def _source_of_extra(store: Store, customer: Customer, name: str) -> str | None:
    """Return the source that has a field of this name of its own, beyond the columns."""
    held = store.database.member("a.extra", ":name")
    source: str | None = store.one(
        "select min(a.source) from link l cross join account a where l.customer_id = :customer and a.id = l.id"
        f" and a.deleted_at is null and a.extra is not null and {held} is not null",
        customer=customer.id,
        name=name,
    )
    return source


def _refused(customer: Customer, field: Field, owner: Owner) -> UsageError:
    whose = owner.source or "its source"
    edit = f"Edit it there: {owner.url}" if owner.url else f"Edit it in {whose}; the next sync brings it in."
    return UsageError(f"{field.name} of {customer.name or customer.slug} belongs to {whose}.", edit)


def _put(entry: Write, customer: Customer, wanted: Wanted) -> Done:
    field, owner, value, given = wanted
    store = entry.store
    before = kept.now(store, customer.id, field.name)
    waits = owner.mode in ("push", "both")
    # What the source says already needs no telling, and nothing is left of an own field that is empty.
    if value == given and (waits or value is None):
        kept.take_back(entry, customer.id, field.name)
        return Done(field, owner, before, value)
    row = kept.of_customer(store, customer.id).get(field.name)
    is_same = row is not None and row["value"] == value and bool(row["is_pending"]) == waits
    if not is_same:
        said = Said(field.name, kept.as_text(field.name, value), waits, kept.as_text(field.name, given))
        kept.put(entry, customer.id, said)
    return Done(field, owner, before, value, waits, _base(store, customer, field))


def _forget(entry: Write, customer: Customer, field: Field) -> Done:
    before = kept.now(entry.store, customer.id, field.name)
    kept.take_back(entry, customer.id, field.name)
    return Done(field, Owner("local"), before, kept.now(entry.store, customer.id, field.name))


def _base(store: Store, customer: Customer, field: Field) -> Any:
    return (kept.of_customer(store, customer.id).get(field.name) or {}).get("base")


def listed(config: Config, store: Store, word: str | None) -> list[Row]:
    """Return every field as {field, label, type, owner, values, definition}.

    With a customer also {source, value, is_pending, base, author, set_at}; an owner that depends on the customer is
    "" without one.
    """
    fields = known_fields(config, store)
    customer = store.find_customer(word) if word is not None else None
    if customer is None:
        return [facts(field) for field in fields.values()]
    people = kept.of_customer(store, customer.id)
    present = [_present(store, customer, field, people.get(field.name)) for field in fields.values()]
    return [facts(field) | now for field, now in zip(fields.values(), present, strict=True)]


def one(config: Config, store: Store, word: str) -> Field:
    """Return the field called ``word``; UsageError with the nearest word where there is none."""
    return find(known_fields(config, store), word)


def currency_after(customer: Customer, done: Sequence[Done]) -> str | None:
    """Return the currency in which amounts of a customer are counted once ``done`` is done."""
    return next((each.after for each in done if each.field.name == "currency"), customer.currency)


def facts(field: Field) -> Row:
    """Return what is known of a field whoever the customer is."""
    return {
        "field": field.name,
        "label": field.label,
        "type": field.type,
        "owner": field.owner,
        "values": list(field.values),
        "definition": field.definition,
    }


def _present(store: Store, customer: Customer, field: Field, said: Row | None) -> Row:
    accounts = kept.given(store, customer.id, field.name)
    owner = owner_of(store, customer, field, accounts, said)
    value, base = kept.now(store, customer.id, field.name), (said or {}).get("base")
    return {
        "owner": owner.mode,
        "source": owner.source,
        "value": field_values.for_machines(field, value, customer.currency),
        "is_pending": bool(said and said["is_pending"]),
        "base": field_values.for_machines(field, base, customer.currency),
        "author": said["author"] if said else None,
        "set_at": said["set_at"] if said else None,
    }
