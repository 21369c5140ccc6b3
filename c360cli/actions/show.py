"""The page of one customer: header facts, then the sections of a layout, read from the store alone."""

import importlib
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from c360cli.blocks import Block, Notice, Page, Section, SourceAge
from c360cli.errors import UsageError
from c360cli.layout.load import Entry, Layout
from c360cli.layout.shown_in import PAGE, PLACES, WIDGET, is_shown
from c360cli.records import Customer
from c360cli.sections._lists import COUNT
from c360cli.store import Store, follows
from c360cli.tuples import NamedTuple

DAY_SECONDS = 86_400

# The name of the user with an e-mail address, or none.
_NAME = "(select u.name from app_user u where lower(u.email) = lower({0}) and u.name is not null order by u.id limit 1)"


class SectionModule(Protocol):
    """The role of a file in ``c360cli/sections``.

    It may also have ``VIEWS`` (view -> condition and order), and ``ALL``: the options that show all it has, beside
    ``limit`` and ``depth``. What a layout may set its options to: see ``c360cli.layout.takes``.
    """

    TITLE: str
    OPTIONS: dict[str, Any]

    def build(self, customer: Customer, store: Store, options: dict[str, Any]) -> list[Block]:
        """Return what the section says about a customer."""
        ...


class Known(NamedTuple):
    """A section there is, with the views it has."""

    name: str
    title: str
    views: tuple[str, ...]


def page(
    store: Store,
    customer: Customer,
    layout: Layout,
    *,
    sections: Sequence[str] | None = None,
    place: str = PAGE,
    view: str | None = None,
    all_rows: bool = False,
    options: Sequence[str] = (),
    user: str | None = None,
    stale_after_seconds: int = DAY_SECONDS,
) -> Page:
    """Return the page of ``customer`` as ``layout`` has it in a place, without sections whose condition does not fit.

    ``sections`` names those to show instead, in that order, each with the options the layout has for it, and as often
    as the layout has it, whatever their conditions and places; ``view`` is taken by every section that has a view of
    that name; ``all_rows`` shows lists whole; ``options`` (NAME=VALUE) go before those of the layout, in every section
    that has one of that name. A source is late when its data is older than ``stale_after_seconds``. Raises UsageError
    for a section that is not there, UsageError for a view that none of the sections has.
    """
    asked = [entry for name in sections or () for entry in _entries(name, layout)]
    entries, missing = (asked, []) if asked else _of_layout(layout, place)
    if not asked and any(entry.when for entry in entries):
        entries = [entry for entry in entries if _is_shown(entry, store, customer, user)]
    modules = [section_module(entry.section) for entry in entries]
    if options:
        entries = _with_options(entries, modules, options)
    if view is not None and not any(view in _views(*each) for each in zip(modules, entries, strict=True)):
        raise _no_view(view, entries, modules)
    return Page(
        customer=_header(store, customer, user),
        layout=layout.name,
        made_at=store.now(),
        today=store.today(),
        sources=source_ages(store, stale_after_seconds),
        sections=[
            _section(store, customer, entry, module, view, all_rows)
            for entry, module in zip(entries, modules, strict=True)
        ],
        user=user,
        notices=_notices(missing, layout, place) if missing or not entries else (),
        zone=store.zone,
    )


def profile(made: Page) -> Page:
    """Return the page with nothing but widgets and fields of its summary: it stands inside another tool."""
    short = [
        section._replace(blocks=[block for block in section.blocks if block.name in ("widgets", "fields")])
        if section.name == "summary"
        else section
        for section in made.sections
    ]
    return made._replace(sections=short)


def known_sections() -> list[Known]:
    """Return every section by name, with its title and views."""
    known = []
    for name in _names():
        module = section_module(name)
        known.append(Known(name, module.TITLE, tuple(getattr(module, "VIEWS", ()))))
    return known


def source_ages(store: Store, stale_after_seconds: int) -> list[SourceAge]:
    """Return how old the data of each source is, in the order of the config."""
    now = datetime.fromisoformat(store.now())
    ages = []
    for source in store.sources():
        synced_at = source["synced_at"]
        age = max(0, int((now - datetime.fromisoformat(synced_at)).total_seconds())) if synced_at else None
        ages.append(SourceAge(source["name"], synced_at, age, age is not None and age > stale_after_seconds))
    return ages


def section_module(name: str) -> SectionModule:
    """Return the module of a section; UsageError with the nearest names where there is none."""
    if name.isidentifier() and not name.startswith("_"):
        path = f"c360cli.sections.{name}"
        try:
            module: SectionModule = importlib.import_module(path)
            return module
        except ModuleNotFoundError as error:
            if error.name != path:
                raise
    from c360cli.layout.later import LATER
    from c360cli.nearest import did_you_mean

    names = _names()
    if name in LATER:
        raise UsageError(f'this version of c360 has no section "{name}" yet.', f"Sections: {', '.join(names)}.")
    raise UsageError(f'there is no section "{name}".', did_you_mean(name, names) or f"Sections: {', '.join(names)}.")


def _names() -> list[str]:
    folders = importlib.import_module("c360cli.sections").__path__
    files = (file for folder in folders for file in os.listdir(folder))
    return sorted({file.removesuffix(".py") for file in files if file.endswith(".py") and not file.startswith("_")})


def _of_layout(layout: Layout, place: str) -> tuple[list[Entry], list[str]]:
    """Return the sections a layout has for a place and this version has too, and the titles of those it lacks."""
    names = _names()
    here = [entry for entry in layout.sections if is_shown(entry.section, entry.show_in, place)]
    there = [entry for entry in here if entry.section in names]
    lacking = [entry for entry in here if entry.section not in names]
    if place == WIDGET and not here and all(entry.section != "summary" for entry in layout.sections):
        there = [Entry("summary")]  # a layout without one says nothing about it
    if not lacking:
        return there, []
    from c360cli.layout.later import LATER

    return there, [entry.title or LATER.get(entry.section, entry.section) for entry in lacking]


def _notices(missing: Sequence[str], layout: Layout, place: str) -> list[Notice]:
    """Return what a page says of sections that are not on it."""
    if missing:
        return [Notice("later", f"Not in this version of c360: {', '.join(missing)}.")]
    return [Notice("nothing", f'The layout "{layout.name}" shows this customer nothing in {PLACES[place]}.')]


def _is_shown(entry: Entry, store: Store, customer: Customer, user: str | None) -> bool:
    """Return whether the customer, and who reads, fit the condition of a section."""
    from c360cli.actions.subject import fits

    return not entry.when or fits(entry.when, store, customer, user)


def _entries(name: str, layout: Layout) -> list[Entry]:
    """Return the layout's entries for a section, by its name or the title the layout gives it, or a plain one."""
    found = [
        entry
        for entry in layout.sections
        if name == entry.section or (entry.title and name.lower() == entry.title.lower())
    ]
    return found or [Entry(name)]


def _with_options(entries: Sequence[Entry], modules: Sequence[SectionModule], words: Sequence[str]) -> list[Entry]:
    """Return the entries with options from the command line; UsageError for one that none of the sections has."""
    from c360cli.layout.options import read_options

    chosen = []
    for entry, module in zip(entries, modules, strict=True):
        own = [word for word in words if word.partition("=")[0] in module.OPTIONS]
        chosen.append(entry._replace(options={**entry.options, **read_options(entry.section, own)}))
    for word in words:
        if not any(word.partition("=")[0] in module.OPTIONS for module in modules):
            read_options(entries[0].section, [word])
    return chosen


def _views(module: SectionModule, entry: Entry) -> Sequence[str]:
    return (*getattr(module, "VIEWS", ()), *entry.views)


def _no_view(view: str, entries: Sequence[Entry], modules: Sequence[SectionModule]) -> UsageError:
    known = [
        f"{entry.section}: {', '.join(views)}"
        for entry, module in zip(entries, modules, strict=True)
        if (views := _views(module, entry))
    ]
    hint = f"Views of {'; of '.join(known)}." if known else "The sections shown have no views."
    return UsageError(f'there is no view "{view}" here.', hint)


def _section(
    store: Store, customer: Customer, entry: Entry, module: SectionModule, view: str | None, all_rows: bool
) -> Section:
    options = {**module.OPTIONS, **entry.options}
    if view is not None and view in _views(module, entry):
        options["view"] = view
    if entry.views:
        options["views"] = {
            name: {**each, **({"limit": None} if all_rows else {})} for name, each in entry.views.items()
        }
    if all_rows:
        options |= {name: None for name in ("limit", "depth") if name in options}
        options |= getattr(module, "ALL", {})
    held, blocks = Notice(COUNT, ""), []
    for block in module.build(customer, store, options):
        if isinstance(block, Notice) and block.name == COUNT:
            held = block
        else:
            blocks.append(block)
    is_empty = any(isinstance(block, Notice) and block.name == "empty" for block in blocks)
    count = 0 if held.number is None and is_empty else held.number
    return Section(entry.section, entry.title or module.TITLE, blocks, held.text, count)


def _header(store: Store, customer: Customer, user: str | None) -> dict[str, Any]:
    """Return the customer's values, with the parent's slug, the names of our people, and its page at the source.

    ``is_followed`` and ``is_assigned`` say how ``user`` stands to it, None where nobody asks.
    """
    facts = {**customer._asdict(), "tags": list(customer.tags), "pending": list(customer.pending)}
    del facts["said"], facts["labels"]
    beside = store.row(
        f"select {_NAME.format(':csm')} as csm_name, {_NAME.format(':owner')} as owner_name, {follows.STANDING},"
        " (select p.slug from customer p where p.id = c.parent_id) as parent from customer c where c.id = :id",
        id=customer.id,
        csm=customer.csm,
        owner=customer.owner,
        **follows.values_of(user),
    )
    assert beside is not None
    standing = follows.read(beside)
    return {
        **facts,
        "parent": beside["parent"],
        "csm_name": beside["csm_name"] or customer.csm,
        "owner_name": beside["owner_name"] or customer.owner,
        "url": store.url("customer", facts),
        "is_followed": standing.is_followed if user else None,
        "is_assigned": standing.is_assigned if user else None,
    }
