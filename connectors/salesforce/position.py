"""Where a stream stands, between two syncs and in the middle of one."""

from typing import NamedTuple

from c360cli.records import Cursor

from .plan import Plan


class Place(NamedTuple):
    """A place in the results of a bulk job: after ``rows`` rows of the file ``locator`` leads to (None: the first).

    A job answers only to the API ``version`` it was made with. ``before`` are the rows of the files before this one.
    """

    job: str
    locator: str | None = None
    rows: int = 0
    version: str = ""
    before: int = 0


# In a bulk job that is still to be made.
NOWHERE = Place("")


class Position(NamedTuple):
    """Where a stream stands.

    ``since`` is how far earlier syncs came. Inside an answer of several pages, ``next_url`` is the next one, or
    ``place`` where we are in a bulk job; ``high`` is the newest stamp seen so far and ``began_at`` the server's time
    when the answer began.
    """

    since: str | None = None
    next_url: str | None = None
    high: str | None = None
    began_at: str | None = None
    place: Place | None = None

    @classmethod
    def of(cls, cursor: Cursor | None, plan: Plan) -> "Position":
        """Read a stored cursor; one made with other fields starts from the beginning, so that all rows get them."""
        if not cursor or cursor.get("fields") != plan.fingerprint:
            return cls()
        place = Place(*cursor["bulk"]) if "bulk" in cursor else None
        return cls(cursor.get("since"), cursor.get("next"), cursor.get("high"), cursor.get("began"), place)

    def cursor(self, plan: Plan) -> Cursor:
        """Return the position as it is stored."""
        place = list(self.place) if self.place else None
        found = {"since": self.since, "next": self.next_url, "high": self.high, "began": self.began_at, "bulk": place}
        return {"fields": plan.fingerprint, **{key: value for key, value in found.items() if value is not None}}

    def from_the_start(self) -> "Position":
        """Return the position before the first page of the answer."""
        return Position(self.since)

    def after(self, next_url: str | None, at: str, high: str | None) -> "Position":
        """Return the position after a page that came ``at``, whose newest stamp is ``high``."""
        highest = max(filter(None, (self.high, high)), default=None)
        began_at = self.began_at or at
        if next_url is not None:
            return Position(self.since, next_url, highest, began_at)
        return self._replace(high=highest, began_at=began_at).at_the_end()

    def at(self, place: Place, high: str | None = None) -> "Position":
        """Return the position at a place of a bulk job, with ``high`` the newest stamp of what came until there."""
        return self._replace(place=place, next_url=None, high=max(filter(None, (self.high, high)), default=None))

    def at_the_end(self) -> "Position":
        """Return the position after the last page."""
        # A long answer may end with a row changed while it came; others changed earlier in that time may have passed
        # us by unseen. So the next sync starts where this answer began, if its rows lie beyond.
        reached = min(filter(None, (self.high, self.began_at))) if self.high else None
        return Position(max(filter(None, (self.since, reached)), default=None))
