"""The org's API requests of a day, which all its programs share: how many are used, when to leave the rest."""

import re
from collections.abc import Mapping

from c360cli.errors import SlowDown

# Beside it may stand per-app-api-usage, which is the app's own share.
_USAGE = re.compile(r"(?<![\w-])api-usage=(\d{1,12})/(\d{1,12})")
# Used up is a rolling day's matter: waiting minutes is no use, some hours often are.
DAILY_WAIT_SECONDS = 3600.0


class Quota:
    """What the answers tell of the day's requests (``Sforce-Limit-Info``); the last ``reserve`` percent stay unused."""

    def __init__(self, source: str, reserve: int) -> None:
        self._source = source
        self._reserve = reserve
        self.used = 0
        self.limit = 0

    def note(self, headers: Mapping[str, str]) -> None:
        """Remember what an answer tells."""
        found = _USAGE.search(headers.get("Sforce-Limit-Info", ""))
        if found:
            self.used, self.limit = int(found[1]), int(found[2])

    def check(self) -> None:
        """Raise SlowDown where one more request would take from what is left to others."""
        if self._reserve and self.limit and self.used * 100 >= self.limit * (100 - self._reserve):
            raise SlowDown(
                self._source,
                f"{self.used:,} of the org's {self.limit:,} API requests of 24 hours are used,"
                f" and c360 leaves the last {self._reserve} % to others.",
                "Sync again in some hours, it goes on from here; or set api_reserve_percent lower.",
                DAILY_WAIT_SECONDS,
            )

    def __str__(self) -> str:
        return f"{self.used:,} of {self.limit:,} API requests used" if self.limit else ""
