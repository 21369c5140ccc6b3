"""What is asked when a word of a line is to be completed."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from c360cli.session import Session
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.store import Store

MOST = 500  # nobody reads more, and a shell asks before it shows half as many


class Asked(NamedTuple):
    """What is asked: words that begin with ``start``; ``given`` is what else stands in the line, by its parameter."""

    store: "Store"
    session: Session
    start: str
    given: Mapping[str, Any]

    @property
    def customer(self) -> str | None:
        """The customer that stands in the line, where one does."""
        return self.word("customer")

    @property
    def me(self) -> str:
        """Who asks, as authors are compared."""
        return (self.store.user or "").lower()

    def word(self, name: str) -> str | None:
        """Return what stands in the line for the parameter ``name``; None where it is no word."""
        word = self.given.get(name)
        return word if isinstance(word, str) else None

    def between(self) -> dict[str, str]:
        """Return what small letters are compared with so that an index finds what begins so."""
        return {"start": self.start.lower(), "beyond": self.start.lower() + "\U0010ffff"}


Words = Callable[[Asked], Iterable[str]]
