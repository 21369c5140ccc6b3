"""Who is behind an e-mail address: the name of one of us, and whose customers those are."""

# The name of the user whose address ``{0}`` is.
NAME = "(select min(u.name) from app_user u where lower(u.email) = lower({0}) and u.deleted_at is null)"

# Whether ``:user``, an e-mail or a name (``:folded`` in lower case), is the CSM of the customer ``c``.
IS_CSM = (
    "c.csm in (select :user union select :folded"
    " union select u.name from app_user u where u.email in (:user, :folded) and u.deleted_at is null"
    " union select u.email from app_user u where u.name = :user and u.deleted_at is null)"
)


def folded(user: str) -> str:
    """Return a user for comparing: Jane@Example.com and jane@example.com are one."""
    return user.strip().lower()
