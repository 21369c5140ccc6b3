"""How fast the rows of one stream come, and how long the rest will take."""

import math
import time
from collections.abc import Callable

from c360cli.times import in_words

# Sooner than this, and for less than this, nobody needs an estimate.
_FIRST_ESTIMATE_SECONDS = 20.0
_SHORTEST_LEFT_SECONDS = 30.0
_SHORTEST_SILENCE_SECONDS = 3.0


class Pace:
    """The pace of a stream; as text it is what is true at this moment of ``clock``.

    A source that allows so many requests a minute is quick until it makes us wait. Such a burst with the wait after it
    is the true pace, and the estimate goes by the slower of this and the whole.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waits_until = 0.0
        self._fetched = 0
        self._expected: int | None = None
        self._seconds = 0.0
        self._with_waits: float | None = None
        self._asked_at: float | None = None
        self._why = ""

    def asking(self, is_asked: bool) -> None:
        """Take note that the source was asked for a page, or has answered."""
        self._asked_at = self._clock() if is_asked else None

    def page(self, fetched: int, expected: int | None, seconds: float) -> None:
        """Take note of ``fetched`` rows in ``seconds``."""
        self._fetched, self._expected, self._seconds = fetched, expected, seconds

    def waiting(self, seconds: float, why: str = "") -> None:
        """Take note of a wait that begins, and why: pages that came before it may still be told."""
        self._why = why
        self._waits_until = self._clock() + seconds
        if self._fetched:
            self._with_waits = self._fetched / max(self._seconds + seconds, 0.001)

    def __str__(self) -> str:
        """Return "1,200/s, 24 min left", or while we wait "waiting 42 s, 29 min left" or "no answer for 12 s"."""
        if (wait := self._waits_until - self._clock()) > 0:
            return f"waiting {math.ceil(wait)} s" + self._left() + (f": {self._why}" if self._why else "")
        if self._asked_at is not None:
            silence = self._clock() - max(self._asked_at, self._waits_until)
            if silence >= _SHORTEST_SILENCE_SECONDS:
                return f"no answer for {math.floor(silence)} s"
            if not self._fetched:
                return "asked"
        if self._seconds <= 0.2 or not self._fetched:
            return ""
        return f"{self._fetched / self._seconds:>8,.0f}/s" + self._left()

    def _left(self) -> str:
        left = (self._expected or 0) - self._fetched
        if left <= 0 or not self._fetched:
            return ""
        if self._with_waits is None and self._seconds < _FIRST_ESTIMATE_SECONDS:
            return ""  # a burst that has not met its limit yet
        pace = self._fetched / max(self._seconds, 0.001)
        seconds = left / (pace if self._with_waits is None else min(pace, self._with_waits))
        return f", {in_words(seconds)} left" if seconds >= _SHORTEST_LEFT_SECONDS else ""
