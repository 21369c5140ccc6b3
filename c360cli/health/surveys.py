"""What survey answers add up to: NPS, CSAT and plain averages. Pure arithmetic; no answers give None, never 0."""

from collections.abc import Iterable

# Scales on which a CSAT can be told: which scores there are, and from which one on a customer is satisfied.
_CSAT_SCALES = {"1-5": (1, 5, 4), "good/bad": (0, 1, 1), "bad/good": (0, 1, 1), "0-1": (0, 1, 1)}


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


def average(scores: Iterable[float]) -> float | None:
    """Return the arithmetic mean."""
    known = list(scores)
    return sum(known) / len(known) if known else None
