"""Which layout a page has: alone in a file, for every page asks it, and nothing else of layouts."""

from c360cli.layout.assignment import load_assignment
from c360cli.layout.load import Layout, load
from c360cli.records import Customer
from c360cli.store import Store


def layout_of(store: Store, customer: Customer, home: str, user: str | None, chosen: str | None) -> Layout:
    """Return the layout of a customer's page for ``user``: the ``chosen`` one, else what the home's rules say."""
    if chosen:
        return load(chosen, home)
    assignment = load_assignment(home)
    for rule in assignment.rules:
        from c360cli.actions import subject  # a home without rules reads no filters

        if subject.fits(rule.when, store, customer, user):
            return load(rule.layout, home)
    return load(assignment.default, home)
