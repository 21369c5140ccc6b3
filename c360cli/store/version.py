"""The number of the newest step of the schema, alone in a file: who only reads opens no schema."""

from c360cli.errors import StoreError

NEWEST = 8


def check_version(found: int, known: int = NEWEST) -> None:
    """Raise StoreError when a store is newer than this program."""
    if found > known:
        raise StoreError(
            f"this store was written by a newer c360 (schema {found}; this program knows {known}).",
            "Update c360: pip install --upgrade c360",
        )
