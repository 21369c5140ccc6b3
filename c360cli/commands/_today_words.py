"""What ``c360 today`` says above the day: how old each source's data is, whose sync went wrong, who is nobody here."""

from typing import TYPE_CHECKING

from c360cli.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c360cli.actions.standing import Standing
    from c360cli.actions.today import Today
    from c360cli.blocks import Notice

LINE = 110  # the longest line of a notice
_ENDED = {"failed": "FAILED", "partial": "PARTLY"}


def notices(found: "Today", cells: int | None) -> "Iterator[Notice]":
    """Yield what stands above the parts of the day; ``cells`` is the width of a line, None where nothing breaks."""
    from c360cli.blocks import Notice
    from c360cli.render._header import joined

    for line in joined([_age(source) for source in found.sources], cells and min(cells, LINE)):
        yield Notice("sources", line)
    if not any(source.synced_at for source in found.sources):
        has_tried = any(source.last_status for source in found.sources)
        tried = ", the last sync failed: c360 sync --status" if has_tried else ": c360 sync"
        yield Notice("never", f"nothing was brought in yet{tried}", "warning")
    elif wrong := _wrong(found.sources):
        yield Notice("wrong", f"{wrong}: c360 sync --status", "warning")


def nothing(found: "Today") -> str:
    """Return the sentence of a day that has no part: why it is empty, as far as that is known."""
    if not any(source.synced_at for source in found.sources):
        return f"{found.day}: nothing is here yet that could be due."
    if found.is_known:
        return f"{found.day}: nothing is due, nothing is new."
    near = f' Did you mean "{one_line(found.nearest)}"?' if found.nearest else ""
    return f"{found.day}: no customer, CTA or plan is of {one_line(found.user)}.{near}"


def _age(source: "Standing") -> str:
    """Return a source as the header of a page has it, with how its last sync ended where that was not well."""
    from c360cli.blocks import SourceAge
    from c360cli.render._header import source_age

    ended = _ENDED.get(source.last_status or "")
    return source_age(SourceAge(*source[:4])) + (f" ({ended})" if ended else "")


def _wrong(sources: "list[Standing]") -> str:
    """Return what went wrong: "zendesk failed at the last sync, nps is late"; "" where all is well."""
    failed = [one_line(each.name) for each in sources if each.last_status == "failed"]
    partly = [one_line(each.name) for each in sources if each.last_status == "partial"]
    late = [one_line(each.name) for each in sources if each.is_late]
    never = [one_line(each.name) for each in sources if not each.synced_at and not each.last_status]
    said = []
    if failed:
        said.append(f"the last sync of {_list(failed)} failed")
    if partly:
        said.append(f"{'that' if failed else 'the last sync'} of {_list(partly)} failed in part")
    if late:
        said.append(f"{_list(late)} {'is' if len(late) == 1 else 'are'} late")
    if never:
        said.append(f"{_list(never)} {'was' if len(never) == 1 else 'were'} never synced")
    return "; ".join(said)


def _list(names: "list[str]") -> str:
    """Return names as a sentence has them: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
