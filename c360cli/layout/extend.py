"""One layout laid over another: what the upper one does not say is as it is below."""

from collections.abc import Sequence

from c360cli.layout.load import Entry

REST = "rest"
"""Stands in the list of sections for those of the layout below that it does not name."""


def laid_over(upper: Sequence[Entry] | None, without: Sequence[str], below: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the sections of a layout over one it extends; ``upper`` None names none, and so takes all.

    A section takes from the one of its name below, and of its title where that is said, what it does not say itself.
    """
    left = list(below)
    merged = [entry if entry.section == REST else _over(entry, left) for entry in upper or (Entry(REST),)]
    kept = [entry for entry in left if entry.section not in without]
    return tuple(each for entry in merged for each in (kept if entry.section == REST else (entry,)))


def _over(entry: Entry, left: list[Entry]) -> Entry:
    """Return an entry over the first that it names, which is then no longer left."""
    alike = [each for each in left if each.section == entry.section]
    titled = [each for each in alike if entry.title == each.title]
    # Of reports there are many: only one of the same title is the same.
    found = next(iter(titled or (alike if entry.section != "report" else ())), None)
    if found is None:
        return entry
    left.remove(found)
    return Entry(
        entry.section,
        entry.title or found.title,
        {**found.options, **entry.options},
        entry.when or found.when,
        {**found.views, **entry.views},
        entry.show_in or found.show_in,
    )
