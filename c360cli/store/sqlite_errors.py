"""What SQLite says when it fails, as a StoreError that says the next step."""

from c360cli.errors import StoreError


def worded(error: Exception, place: str) -> StoreError:
    """Return what went wrong in SQLite as a StoreError that says the next step."""
    text = str(error)
    if "disk is full" in text or "disk I/O error" in text:
        return StoreError(f"{place}: {text}.", "Make room on the disk and try again; what was stored is unharmed.")
    if "malformed" in text or "not a database" in text:
        return damaged(place, text)
    if "readonly" in text or "read-only" in text:
        return StoreError(
            f"{place} cannot be written: {text}.", f"Check the rights of the file and its folder: ls -ld {place}"
        )
    if "locked" in text:
        return StoreError(f"{place} is busy: another c360 is writing.", "Try again in a moment.")
    if "unable to open" in text:
        return StoreError(f"{place} cannot be opened.", "Check that the folder exists and is yours.")
    return StoreError(f"{place}: {text}.")


def damaged(place: str, why: str) -> StoreError:
    """Return the StoreError for a file that is not, or no longer, a sound store."""
    return StoreError(
        f"{place} is damaged or no c360 store ({why}).",
        "Restore a backup (c360 store restore FILE --replace), or move the file away and run c360 sync --full.",
    )
