"""Values over time as one short line of blocks."""

from collections.abc import Iterable, Sequence


def sparkline(values: Iterable[float | None]) -> str:
    """Return one block a value, from ▁ for the lowest to █ for the highest; ▄ where all are equal, a space for None."""
    # NaN is no value, and differences of the largest floats would be infinite.
    points = [None if value is None or value != value else min(max(value, -1e300), 1e300) for value in values]
    known = [point for point in points if point is not None]
    low, high = min(known, default=0), max(known, default=0)
    if low == high:
        return "".join(" " if point is None else "▄" for point in points)
    return "".join(" " if point is None else "▁▂▃▄▅▆▇█"[round((point - low) / (high - low) * 7)] for point in points)


def trend_line(values: Sequence[float | None]) -> str:
    """Return a sparkline with a dot for each gap: a space would be lost where a line is wrapped."""
    return sparkline(values).replace(" ", "·")
