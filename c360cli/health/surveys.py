"""What survey answers add up to: NPS, CSAT and plain averages. Pure arithmetic; no answers give None, never 0."""

from collections.abc import Iterable

# Scales on which a CSAT can be told: which scores there are, and from which one on a customer is satisfied.
_CSAT_SCALES = {"1-5": (1, 5, 4), "good/bad": (0, 1, 1), "bad/good": (0, 1, 1), "0-1": (0, 1, 1)}


# Fewer months than this are told by month, more by quarter: so each point still rests on some answers.
_MONTHS_SHOWN = 12


def nps(scores: Iterable[float]) -> float | None:
    """Return the Net Promoter Score, -100 to 100: the share of promoters minus that of detractors, in percent.

    Promoters answer 9 or 10, passives 7 or 8, detractors 0 to 6 (Reichheld, "The One Number You Need to Grow",
    Harvard Business Review, December 2003); the same as the mean of +100, 0 and -100. Scores off the scale don't count.
    """
    marks = [100 if score >= 9 else 0 if score >= 7 else -100 for score in scores if 0 <= score <= 10]
    return sum(marks) / len(marks) if marks else None


def csat(scores: Iterable[float], scale: str | None = "1-5") -> float | None:
    """Return the share of satisfied answers in percent: 4s and 5s of 1-5, good of good/bad.

    The usual "top two boxes" of five; a ticket rated good (1) or bad (0) counts good / (good + bad), as Zendesk does.
    None for a scale on which satisfied means nothing agreed. Scores off the scale don't count.
    """
    if (scale or "1-5") not in _CSAT_SCALES:
        return None
    low, high, satisfied = _CSAT_SCALES[scale or "1-5"]
    marks = [100 if score >= satisfied else 0 for score in scores if low <= score <= high]
    return sum(marks) / len(marks) if marks else None


def spans(months: Iterable[str]) -> dict[str, list[str]]:
    """Return the time from the first to the last of ``months`` (like "2026-03") in months, a longer one in quarters.

    Each span is told by its first day, and holds those of ``months`` that fall into it; one with none is a gap.
    """
    known = sorted({month for month in months if month})
    if not known:
        return {}
    first, last = _number(known[0]), _number(known[-1])
    size = 1 if last - first < _MONTHS_SHOWN else 3
    found: dict[str, list[str]] = {_first_day(each): [] for each in range(first // size * size, last + 1, size)}
    for month in known:
        found[_first_day(_number(month) // size * size)].append(month)
    return found


def is_monthly(spans: Iterable[str]) -> bool:
    """Tell whether ``spans`` are months, not quarters."""
    days = list(spans)
    return len(days) < 2 or _number(days[1]) - _number(days[0]) == 1


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _first_day(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}-01"


def average(scores: Iterable[float]) -> float | None:
    """Return the arithmetic mean."""
    known = list(scores)
    return sum(known) / len(known) if known else None
