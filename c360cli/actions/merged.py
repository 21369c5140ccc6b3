"""Customers that were merged at their source, as sentences for the report."""

from collections.abc import Iterable, Iterator

from c360cli.store.mergers import Merger

_NOUNS = {
    "comment": ("comment", "comments"), "activity": ("activity", "activities"), "cta": ("CTA", "CTAs"),
    "plan": ("success plan", "success plans"), "contact": ("person", "people"), "tag": ("tag", "tags"),
    "follow": ("follower", "followers"), "link": ("link made by hand", "links made by hand"),
}  # fmt: skip


def said(mergers: Iterable[Merger]) -> Iterator[tuple[str, str]]:
    """Yield (source, sentence) for each merger of a customer somebody knew."""
    for each in mergers:
        if each.loser is None:  # it was gone before it ever came here
            continue
        moved = [_counted(each.moved[what], *nouns) for what, nouns in _NOUNS.items() if each.moved.get(what)]
        took = f"; {_listed(moved)} went with it" if moved else ""
        yield each.source, f"{each.loser} was merged into {each.winner or each.winner_id}{took}."


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
