"""What a backtest found, for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from c360cli.text import columns, one_line

MOVED_SHOWN = 20


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield the bands of today, who changes band, and what the past says."""
    bands = ", ".join(f"{count:,} {band}" for band, count in sorted(found["bands"].items()))
    yield one_line(f"{found['scorecard']} today: {bands or 'no customers'}.")
    moved = found["moved"]
    end = ":" if moved else "."
    yield f"{len(moved):,} of {found['customers']:,} customers have another band than by the scorecards in force{end}"
    rows = [(each["customer"], f"{_said(each, 'before')} → {_said(each, 'after')}") for each in moved[:MOVED_SHOWN]]
    yield from columns(rows, indent="  ")
    if len(moved) > MOVED_SHOWN:
        yield f"  … and {len(moved) - MOVED_SHOWN:,} more (--json has them all)"
    yield (
        f"Warnings at the ends of {found['months']} months, {found['from']} to {found['to']},"
        f" for churn within {found['within_days']} days:"
    )
    if found["churned"] < found["least_churned"]:
        yield f"  not told: {found['reason']}"
        return
    precision = "NA" if found["precision"] is None else f"{100 * found['precision']:.0f} %"
    lead = "NA" if found["lead_days"] is None else f"{found['lead_days']:.0f} days"
    yield f"  precision  {precision}  of {found['flagged']:,} customers that were red"
    yield f"  recall     {100 * found['recall']:.0f} %  {found['warned']:,} of {found['churned']:,} churns"
    yield f"  lead time  {lead}  the median of {found['warned']:,}"


def _said(each: Mapping[str, Any], side: str) -> str:
    score, band = each[side], each[f"{side}_band"]
    return "NA" if score is None else f"{score:.0f} {band}"
