"""Who a page is about, in the three lines above it: name and owner, kind and tags, sources and their age."""

from collections.abc import Iterator, Sequence

from c360cli.blocks import Page, SourceAge
from c360cli.render import BOLD, DIM, YELLOW, Style
from c360cli.text import cut, one_line, width, wrap
from c360cli.times import in_words


def lines(page: Page, style: Style) -> Iterator[str]:
    """Yield the lines of the header; facts that do not fit beside each other stand below each other."""
    facts = facts_of(page)
    waits = dict.fromkeys(page.customer.get("pending") or (), " (pending)")
    state = [facts[name] + waits.get(name, "") for name in ("status", "stage") if name in facts]
    state.append(f"CSM {facts['csm']}{waits.get('csm', '')}" if "csm" in facts else "no CSM")
    kind = [facts[name] for name in ("segment", "industry", "domain") if name in facts]
    tags = " ".join(f"#{one_line(str(tag))}" for tag in page.customer.get("tags") or ())
    kind += [tags] if tags else []
    yield from _sides(facts.get("name") or facts.get("slug", ""), state, style, BOLD)
    yield from _sides(" · ".join(kind), _standing(page), style)
    yield from _ages(page.sources, style)
    if page.as_of:
        said = f"As it was known on {one_line(page.as_of)}"
        yield style.paint(said if style.width is None else cut(said, style.width), YELLOW)


def _standing(page: Page) -> list[str]:
    """Return how the person who looks stands to the customer; the CSM follows without saying so."""
    if not page.customer.get("is_followed"):
        return []
    return ["followed (assigned)" if page.customer.get("is_assigned") else "followed"]


def facts_of(page: Page) -> dict[str, str]:
    """Return what the customer has in words, each harmless and on one line; our people by name where it is known."""
    facts = {name: one_line(value) for name, value in page.customer.items() if isinstance(value, str) and value}
    facts.update({role: facts[f"{role}_name"] for role in ("csm", "owner") if f"{role}_name" in facts})
    return facts


def source_age(source: SourceAge) -> str:
    """Return a source with its age in words, marked when it is late or has never been read."""
    name = one_line(source.name)
    if source.age_seconds is None:
        return f"{name} never synced"
    return f"{name} {in_words(source.age_seconds)} ago{' (late)' if source.is_late else ''}"


def page_cells(style: Style) -> int | None:
    """Return the cells that the header and headings use: beyond 120 the eye loses its line."""
    return None if style.width is None else min(style.width, 120)


def _ages(sources: Sequence[SourceAge], style: Style) -> Iterator[str]:
    """Yield the sources with their age, those that should worry the reader in colour."""
    worries = [source_age(source) for source in sources if source.is_late or source.age_seconds is None]
    for line in joined([source_age(source) for source in sources], page_cells(style)):
        parts = line.split(" · ")
        yield style.paint(" · ", DIM).join(style.paint(part, YELLOW if part in worries else DIM) for part in parts)


def _sides(left: str, right: Sequence[str], style: Style, code: str = "") -> Iterator[str]:
    """Yield ``left`` and the facts of ``right`` at both ends of a line, or below each other where it is too narrow."""
    room = page_cells(style)
    end = " · ".join(right)
    spaces = (room or 80) - width(left) - width(end)
    if left and end and spaces >= 2:
        yield style.paint(left, code) + " " * spaces + end
        return
    if left:
        yield from (style.paint(line, code) for line in (wrap(left, room) if room else [left]))
    yield from joined(right, room)


def joined(facts: Sequence[str], room: int | None) -> Iterator[str]:
    """Yield lines of facts with a dot between them, broken between facts; one longer than ``room`` at its words."""
    line = ""
    for fact in facts:
        if line and (room is None or width(line) + 3 + width(fact) <= room):
            line = f"{line} · {fact}"
            continue
        if line:
            yield line
        *full, line = [fact] if room is None else wrap(fact, room)
        yield from full
    if line:
        yield line
