"""What a question asks for where the service tells its scale: NPS is 0 to 10, CSAT 1 to 5, nothing near it counts."""

from collections.abc import Iterable
from typing import NamedTuple

from .questions import SCALES, kind_of, read_score
from .tools import NOTHING

_ALL_OF_NPS = frozenset(map(float, range(11)))


class Asked(NamedTuple):
    """What a question asks for, the kinds it cannot be mapped as, and a note where its text and its scale differ."""

    kind: str
    refused: tuple[str, ...] = ()
    note: str = ""


def asked_on(text: str, points: Iterable[object], surely: str | None = None) -> Asked:
    """Return what ``text`` asks for with ``points`` to choose from; ``surely`` is the kind where the service names it.

    A text that speaks of recommending with a scale of 1 to 10 is no NPS: the numbers would look right and be wrong.
    """
    points = list(points)
    refused = tuple(kind for kind in SCALES if not is_scale(kind, points))
    kind = surely or kind_of(text)
    if kind not in SCALES:
        return Asked(NOTHING, refused)
    if kind in refused:
        title = kind.upper()
        short = text if len(text) <= 60 else f"{text[:59]}…"
        return Asked(NOTHING, refused, f'"{short}" is no {title}, because its scale is not {SCALES[kind]}')
    return Asked(kind, refused)


def asked_in_words(text: str, is_always: bool = False) -> Asked:
    """Return what a question asks for that is answered in words of one's own."""
    return Asked("text" if is_always or kind_of(text) is not None else NOTHING, tuple(SCALES))


def is_scale(kind: str, points: Iterable[object]) -> bool:
    """Tell if the points to choose from are the scale of ``kind``: all eleven of NPS, both ends of CSAT."""
    try:
        scores = {score for point in points if (score := read_score(point, kind)) is not None}
    except ValueError:
        return False
    return scores == _ALL_OF_NPS if kind == "nps" else {1.0, 5.0} <= scores
