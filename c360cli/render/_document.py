"""The page as a document: what it tells, in which order; a language only has to say how it writes that."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from c360cli.blocks import Block, Fields, Node, Notice, Page, Section, Table, Text, Tiles, Tree, Trend
from c360cli.render import Style
from c360cli.render._header import facts_of, source_age
from c360cli.render._values import field_words, said, shown_fields, tile_words
from c360cli.sparks import trend_line


class Language(NamedTuple):
    """How a language writes: the first are templates of what ``said`` has made of a text, so that it reads as itself.

    ``pairs`` gets (label, words, source), ``quote`` a note and somebody's words, both as they are.
    """

    name: str
    kind: str
    as_of: str
    quiet: str
    heading: str
    holds: str
    title: str
    none: str
    said: Callable[[str], str]
    pairs: Callable[[Iterable[tuple[str, str, str]]], str]
    quote: Callable[[str, str], str]
    table: Callable[[Table, Style], str]
    trend: Callable[[Trend, Style], str]
    tree: Callable[[Tree, Style], str]


def parts(page: Page, style: Style, language: Language) -> Iterator[str]:
    """Yield the parts of a page: its header, the notices, each section with its blocks."""
    style = style._replace(now=page.made_at, zone=page.zone)
    if style.header:
        yield from _header(page, language)
    for notice in page.notices:
        yield _notice(notice, language)
    for section in page.sections:
        holds = language.holds.format(language.said(section.holds)) if section.holds else ""
        yield language.heading.format(language.said(section.title), holds)
        yield from filter(None, (_block(block, section, page.today, style, language) for block in section.blocks))


def titled(title: str, language: Language) -> str:
    """Return a title above something, "" where it has none."""
    return language.title.format(language.said(title)) if title else ""


def course(trend: Trend, style: Style) -> tuple[str, str]:
    """Return the line of a trend, and in words where it begins and ends; NA where no value is known."""
    known = [(day, value) for day, value in trend.points if value is not None]
    if not known:
        return "NA", trend.note
    first, last = (f"{said(value, trend.type, style, trend.unit)} ({day})" for day, value in (known[0], known[-1]))
    return trend_line([value for _, value in trend.points]), f"{first} → {last} {trend.note}"


def nodes(tree: Tree) -> Iterator[tuple[int, Node]]:
    """Yield every node with its depth, each before what hangs from it."""
    todo: list[tuple[int, Node]] = [(0, node) for node in reversed(tree.roots)]
    while todo:
        depth, node = todo.pop()
        yield depth, node
        todo += [(depth + 1, child) for child in reversed(node.children)]


def _header(page: Page, language: Language) -> Iterator[str]:
    """Yield the name, what the customer is, and how old the data is."""
    facts = facts_of(page)
    yield language.name.format(language.said(facts.get("name") or facts.get("slug", "")))
    kind = [facts[name] for name in ("status", "stage", "segment", "industry", "domain") if name in facts]
    kind += [f"CSM {facts['csm']}"] if "csm" in facts else ["no CSM"]
    kind += [f"#{tag}" for tag in page.customer.get("tags") or ()]
    yield language.kind.format(" · ".join(map(language.said, kind)))
    if page.sources:
        yield language.quiet.format(" · ".join(language.said(source_age(source)) for source in page.sources))
    if page.as_of:
        yield language.as_of.format(f"As it was known on {language.said(page.as_of)}")


def _notice(notice: Notice, language: Language) -> str:
    """Return a sentence about the page; one that is more than information says so."""
    level = "" if notice.level == "info" else f"{language.said(notice.level).capitalize()}: "
    return language.quiet.format(level + language.said(notice.text))


def _block(block: Block, section: Section, today: str, style: Style, language: Language) -> str:
    """Return one block, "" for a table without rows beside a sentence that says why."""
    if isinstance(block, Fields):
        return language.pairs(
            (field.label, field_words(field, today, style), field.source or "" if block.has_sources else "")
            for field in shown_fields(block, style)
        )
    if isinstance(block, Tiles):
        return language.pairs((tile.label, tile_words(tile, style), "") for tile in block.tiles)
    if isinstance(block, Table):
        tables = sum(isinstance(other, Table) for other in section.blocks)
        if not block.rows:
            return language.none if len(section.blocks) == tables else ""
        return titled(block.title if tables > 1 else "", language) + language.table(block, style)
    if isinstance(block, Trend):
        return language.trend(block, style)
    if isinstance(block, Tree):
        return language.tree(block, style)
    if isinstance(block, Text):
        name = "" if block.name == section.name else block.name.replace("_", " ").capitalize()
        return titled(name, language) + language.quote(block.note, block.text)
    return _notice(block, language)
