"""Who is behind an e-mail address: the name of one of us, and whose customers those are."""

from collections.abc import Iterable

from c360cli.records import Row
from c360cli.store.store import Store

# The name of the user whose address ``{0}`` is.
NAME = "(select min(u.name) from app_user u where lower(u.email) = lower({0}) and u.deleted_at is null)"

# Whether ``:user``, an e-mail or a name (``:folded`` in lower case), is the CSM of the customer ``c``. An address there
# is kept in lower case, so that its index finds it whoever wrote it.
IS_CSM = (
    "c.csm in (select :user union select :folded"
    " union select u.name from app_user u where lower(u.email) = :folded and u.deleted_at is null"
    " union select lower(u.email) from app_user u where u.name = :user and u.deleted_at is null)"
)


def folded(user: str) -> str:
    """Return a user for comparing: Jane@Example.com and jane@example.com are one."""
    return user.strip().lower()


def names_of(store: Store, words: Iterable[str]) -> dict[str, str]:
    """Return the names behind e-mail addresses, by address in lower case, as far as contacts or users have them."""
    addresses = {f"email_{number}": word.lower() for number, word in enumerate({*words}) if "@" in word}
    if not addresses:
        return {}
    bound = ", ".join(f":{name}" for name in addresses)
    rows: list[Row] = []
    for table in ("contact", "person", "app_user"):
        rows += store.rows(
            f"select lower(email) as email, min(name) as name from {table}"
            f" where lower(email) in ({bound}) and deleted_at is null and name is not null group by lower(email)",
            **addresses,
        )
    return {row["email"]: row["name"] for row in rows}
