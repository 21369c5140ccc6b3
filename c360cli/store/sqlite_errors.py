"""What SQLite says when it fails, as a StoreError that says the next step."""

import os

from c360cli.errors import StoreError
from c360cli.store.sqlite_files import unwritable


def worded(error: Exception, place: str) -> StoreError:
    """Return what went wrong in SQLite as a StoreError that says the next step."""
    text = str(error)
    if "disk is full" in text or "disk I/O error" in text:
        return StoreError(f"{place}: {text}.", "Make room on the disk and try again; what was stored is unharmed.")
    if "malformed" in text or "not a database" in text:
        return damaged(place, text)
    if "readonly" in text or "read-only" in text:
        return _not_written(place, text)
    if "locked" in text:
        return StoreError(f"{place} is busy: another c360 is writing.", "Try again in a moment.")
    if "unable to open" in text:
        return _unopened(place)
    return StoreError(f"{place}: {text}.")


def _not_written(place: str, text: str) -> StoreError:
    """Return the StoreError for a store that cannot be written, with the file that is in the way."""
    file = unwritable(place) or place
    if file != place and os.path.isfile(file):
        # SQLite makes it with the rights the store has at that moment, and leaves it to the next who writes.
        return StoreError(f"{file}, a part of the store, cannot be written: {text}.", f"chmod u+w {file}")
    return StoreError(
        f"{file} cannot be written: {text}.", f"Check the rights of the file and its folder: ls -ld {file}"
    )


def _unopened(place: str) -> StoreError:
    """Return the StoreError for a file that the engine could not open, with what is in its way."""
    folder = os.path.dirname(os.path.abspath(place))
    if not os.path.isdir(folder):
        return StoreError(f"{place} cannot be opened: there is no folder {folder}.", f"mkdir -p {folder}")
    if os.path.exists(place) and not os.access(place, os.R_OK):
        return StoreError(f"{place} cannot be opened: you may not read it.", f"Whose it is: ls -l {place}")
    if not os.access(folder, os.W_OK):
        return StoreError(
            f"{place} cannot be opened: SQLite has to write beside it, and you may not write in {folder}.",
            f"Allow that (ls -ld {folder}), or read a copy: c360 --store COPY ...",
        )
    return StoreError(f"{place} cannot be opened.", f"Check what it is: ls -l {place}")


def damaged(place: str, why: str) -> StoreError:
    """Return the StoreError for a file that is not, or no longer, a sound store."""
    return StoreError(
        f"{place} is damaged or no c360 store ({why}).",
        "Restore a backup (c360 store restore FILE --replace), or move the file away and run c360 sync --full.",
    )
