"""Roles of people: "Admin; Champion" is two, whoever has said so, a source or one of us."""

from collections.abc import Callable, Sequence
from string import ascii_lowercase, ascii_uppercase

from c360cli.store.database import Database

_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)


def having(database: Database, roles: Sequence[str]) -> tuple[Callable[[str], str], dict[str, str]]:
    """Return what makes the SQL of whether a column of roles has one of ``roles``, and the values bound in it."""
    # As engines make a letter small: those of ASCII.
    small = [role.strip().translate(_SMALL) for role in roles]
    values = {f"role_{number}": f";{role};" for number, role in enumerate(small)}

    def has_one(column: str) -> str:
        said = f"';' || replace(lower({column}), '; ', ';') || ';'"
        return f"({' or '.join(database.contains(said, f':{name}') for name in values)})"

    return has_one, values
