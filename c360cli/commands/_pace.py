"""How fast the rows of one stream come, and how long the rest will take."""

from c360cli.times import in_words

# Sooner than this, and for less than this, nobody needs an estimate.
_FIRST_ESTIMATE_SECONDS = 20.0
_SHORTEST_LEFT_SECONDS = 30.0


class Pace:
    """The pace of a stream, told in words after each page and at each wait.

    A source that allows so many requests a minute is quick until it makes us wait. Such a burst with the wait after it
    is the true pace, and the estimate goes by the slower of this and the whole.
    """

    def __init__(self) -> None:
        self._fetched = 0
        self._expected: int | None = None
        self._seconds = 0.0
        self._with_waits: float | None = None

    def page(self, fetched: int, expected: int | None, seconds: float) -> str:
        """Return the pace after ``fetched`` rows in ``seconds``: "1,200/s, 24 min left"."""
        self._fetched, self._expected, self._seconds = fetched, expected, seconds
        if seconds <= 0.2 or not fetched:
            return ""
        return f"{fetched / seconds:>8,.0f}/s" + self._left()

    def waiting(self, seconds: float) -> str:
        """Return what a wait of so many seconds means: "waiting 42 s, 29 min left"."""
        if self._fetched:
            self._with_waits = self._fetched / max(self._seconds + seconds, 0.001)
        return f"waiting {seconds:.0f} s" + self._left()

    def _left(self) -> str:
        left = (self._expected or 0) - self._fetched
        if left <= 0 or not self._fetched:
            return ""
        if self._with_waits is None and self._seconds < _FIRST_ESTIMATE_SECONDS:
            return ""  # a burst that has not met its limit yet
        pace = self._fetched / max(self._seconds, 0.001)
        seconds = left / (pace if self._with_waits is None else min(pace, self._with_waits))
        return f", {in_words(seconds)} left" if seconds >= _SHORTEST_LEFT_SECONDS else ""
