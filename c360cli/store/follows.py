"""Who follows which customers: by their own word, or because they are the CSM."""

from typing import TYPE_CHECKING

from c360cli.records import Row
from c360cli.store.authors import IS_CSM, folded
from c360cli.store.store import Store
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.store.writing import Write

CUSTOMER = "customer"


class Standing(NamedTuple):
    """How a person stands to a customer; the CSM follows without a word, and ``followed_at`` may be None then."""

    followed_at: str | None
    is_assigned: bool

    @property
    def is_followed(self) -> bool:
        """Whether the person hears what happens to this customer."""
        return self.is_assigned or self.followed_at is not None


# Two columns for a row of the customer ``c``, null and 0 where nobody asks; see ``values_of``.
STANDING = (
    "(select f.followed_at from follow f where f.follower = :folded and f.kind = 'customer' and f.item_id = c.id)"
    f" as followed_at, case when {IS_CSM} then 1 else 0 end as is_assigned"
)


def values_of(user: str | None) -> dict[str, str | None]:
    """Return what ``STANDING`` has bound."""
    return {"user": user and user.strip(), "folded": user and folded(user)}


def read(row: Row) -> Standing:
    """Return the standing in a row that has the columns of ``STANDING``."""
    return Standing(row["followed_at"], row["is_assigned"] == 1)


def standing(store: Store, customer_id: str, user: str) -> Standing:
    """Return how ``user`` stands to one customer."""
    row = store.row(f"select {STANDING} from customer c where c.id = :id", id=customer_id, **values_of(user))
    return read(row) if row else Standing(None, False)


def customers_of(store: Store, user: str) -> list[Row]:
    """Return the customers ``user`` follows, assigned ones among them: slug, name, followed_at, is_assigned."""
    return store.rows(
        f"select * from (select c.slug, c.name, {STANDING} from customer c where c.deleted_at is null) t"
        " where t.followed_at is not null or t.is_assigned = 1 order by t.slug",
        **values_of(user),
    )


def add(store: Store, customer_id: str, user: str) -> bool:
    """Make ``user`` a follower, as a write of theirs; False where that was so already."""

    from c360cli.store.writing import write

    def work(entry: "Write") -> bool:
        entry.words = f"follow {entry.slug(customer_id)}"
        return put(entry, customer_id, user)

    return write(store, user, "", work)


def put(entry: "Write", customer_id: str, user: str) -> bool:
    """Make ``user`` a follower as part of a write; False where that was so already."""
    return entry.insert("follow", {**_key(customer_id, user), "followed_at": entry.now})


def remove(store: Store, customer_id: str, user: str) -> bool:
    """Make ``user`` a follower no more, as a write of theirs; False where there was none."""

    from c360cli.store.writing import write

    def work(entry: "Write") -> bool:
        entry.words = f"follow {entry.slug(customer_id)} --off"
        return entry.remove("follow", _key(customer_id, user))

    return write(store, user, "", work)


def _key(customer_id: str, user: str) -> dict[str, str]:
    return {"follower": folded(user), "kind": CUSTOMER, "item_id": customer_id}
