"""How a connector waits: who watches is told for how long, and why."""

from collections.abc import Callable


class Pause:
    """The ``sleep`` of one source; what is told by ``because`` before a wait is why."""

    def __init__(self, source: str, wait: Callable[[float, str], None]) -> None:
        self._source = source
        self._wait = wait
        self._why = ""

    def because(self, seconds: float, why: str) -> None:
        """Keep why the next wait is; the HTTP client calls it before each."""
        self._why = why.removeprefix(f"{self._source}: ").rstrip(".")

    def __call__(self, seconds: float) -> None:
        """Wait."""
        why, self._why = self._why, ""
        self._wait(seconds, why)
