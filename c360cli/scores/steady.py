"""Whether a filter or a column changes for a row that nobody has touched: by the day, or by what stands elsewhere."""

from datetime import date, timedelta

from c360cli.datasets import Dataset
from c360cli.filters import EXTRA, Filter, Now, read

# So far on, every word for a day is another day: "eoy" too.
_FAR_DAYS = 400
# These stand elsewhere, and whatever writes them tells whose they are; a meeting ahead ``Figures`` looks out for.
_TOLD = {
    "customers": ("customer", "tags", "extra", "open_plans"),
    "plans": ("objectives_count", "objectives_done"),
    "roles": ("role", "last_met_at"),
}


def is_moving(asked: Filter, data: Dataset, now: Now) -> bool:
    """Tell whether a filter means something else on other days: it says "today", "+90d" or "eom"."""
    then = (date.fromisoformat(now.today) + timedelta(days=_FAR_DAYS)).isoformat()
    later = Now(f"{then}{now.moment[10:]}", then, now.zone)
    return read(asked.text, data.fields(), later).tree != asked.tree


def is_own(data: Dataset, name: str) -> bool:
    """Tell whether a column stands in the row itself, and not in another one that it leads to."""
    if name.startswith(EXTRA):
        name = "extra"
    return data.arms[0].sql.get(name) == f"t.{name}" or name in _TOLD.get(data.name, ())
