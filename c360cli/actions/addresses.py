"""Where a customer's record stands at its sources, and whether that is on the host that config.yaml names."""

from typing import NamedTuple

from c360cli.config import Config
from c360cli.errors import ConfigError, NotFound, UsageError
from c360cli.nearest import did_you_mean
from c360cli.records import Customer
from c360cli.store import Store


class Address(NamedTuple):
    """The address of a customer's record at a source."""

    customer: str
    source: str
    url: str


def address_of(store: Store, customer: Customer, config: Config, source: str | None = None) -> Address:
    """Return the address of the customer's record at ``source``, or at the first source that has one.

    Raises UsageError for a source that is not configured, NotFound where the customer has no record there.
    """
    if source is not None and source not in config.sources:
        names = ", ".join(config.sources) or "none"
        raise UsageError(
            f'there is no source "{source}" in config.yaml.',
            did_you_mean(source, config.sources) or f"Sources: {names}.",
        )
    rows = store.rows(
        "select a.source, a.source_id from link l join account a on a.id = l.id left join source s on s.name = a.source"
        " where l.customer_id = :customer and a.deleted_at is null order by coalesce(s.position, 1000000), a.id",
        customer=customer.id,
    )
    known = [(row["source"], url) for row in rows if (url := store.url("customer", row))]
    for name, url in known:
        if source is None or name == source:
            return Address(customer.slug, name, url)
    there = ", ".join(dict.fromkeys(name for name, _ in known))
    where = f"page of {customer.slug} in" if source else "page at a source of"
    raise NotFound(
        where, source or customer.slug, hint=f"It has one in {there}." if there else "No source links to it."
    )


def check_host(address: Address, config: Config) -> None:
    """Raise ConfigError unless an address is on the host that its source is configured with.

    The store may be another's, and where a browser goes is not for a store to say.
    """
    from c360cli.errors import SourceError
    from c360cli.http.origins import Origin

    base_url = config.sources.get(address.source, {}).get("base_url")
    if not isinstance(base_url, str):
        raise ConfigError(
            f"config.yaml names no base_url of {address.source}, so nothing tells that {address.url} is its address.",
            f"c360 open {address.customer} --print shows it without opening it.",
        )
    try:
        Origin(address.source, base_url).locate(address.url)
    except SourceError as error:
        raise ConfigError(
            f"{address.url} is not on {base_url}, the host of {address.source}.",
            f"Sync again: c360 sync {address.source}. Or look at it: c360 open {address.customer} --print",
        ) from error
