"""One Salesforce org: its streams, read page by page from where the last sync ended."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta, tzinfo
from typing import NamedTuple

from c360cli.connector import Stream
from c360cli.errors import RequestRefused, SourceDown
from c360cli.records import Cursor, RecordPage
from c360cli.times import moment, parse_moment

from .api import Api, Page
from .describe import Description
from .faults import INVALID_FIELD, INVALID_LOCATOR, INVALID_TYPE, refused_field
from .objects import ACCOUNT, SalesforceObject
from .plan import Plan, make_plan
from .query import changes_query, parts_of
from .rows import read_rows
from .settings import Settings

# A page that is asked for a second time may have been a slip of the wire; a third time is a ring.
_MOST_ASKED = 2
_MOST_RESTARTS = 3


class Salesforce:
    """The connector of one org (see ``c360cli.connector.Connector``)."""

    def __init__(self, name: str, settings: Settings, api: Api, zone: tzinfo) -> None:
        self.name = name
        self.streams = tuple(Stream(each.stream, (each.kind,)) for each in settings.objects)
        self.links: Mapping[str, str] = {each.kind: settings.base_url + each.link for each in settings.objects}
        self._settings = settings
        self._api = api
        self._zone = zone
        self._objects = {each.stream: each for each in settings.objects}
        self._described: dict[str, Description | None] = {}
        self._begun: set[str] = set()

    def check(self) -> str:
        """Return who we are there and how much of the day's API requests is used."""
        return self._api.who_we_are()

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the pages of ``stream`` that come after ``cursor``; an object the org lacks is one page with a note."""
        each = self._objects[stream]
        if stream in self._begun:  # asked again: a new sync, which must see what was hidden or shown since
            self._begun.clear()
            self._described.clear()
        self._begun.add(stream)
        description = self._describe(each.name)
        if description is None:
            yield self._nothing(each, cursor)
            return
        named = [name for kind, name in self._settings.configured if kind == each.kind]
        plan = make_plan(each, description, self._describe, named, self._zone, self._settings.base_url)
        if cursor and "fields" in cursor and cursor["fields"] != plan.fingerprint:
            what = f"{each.name}: the fields we read or base_url have changed, so it is read again from its start."
            plan = plan._replace(notes=(what, *plan.notes))
        yield from self._pages(plan, _Position.of(cursor, plan))

    def _describe(self, name: str) -> Description | None:
        if name not in self._described:
            self._described[name] = self._api.describe(name)
        return self._described[name]

    def _nothing(self, each: SalesforceObject, cursor: Cursor | None) -> RecordPage:
        what = f"the org has no {each.name} this login can see"
        if each.name == ACCOUNT.name:
            raise RequestRefused(self.name, f"{what}.", "Give it the right to read accounts.", error_code=INVALID_TYPE)
        return RecordPage([], cursor or {}, notes=(f"{what}; {each.stream} is not read.",))

    def _pages(self, plan: Plan, position: "_Position") -> Iterator[RecordPage]:
        asked: Counter[str] = Counter()
        restarts = 0
        notes: tuple[str, ...] = ()
        while True:
            first, *rest = parts_of(plan)
            try:
                page = self._ask(plan, first, position, asked)
                self._api.complete(plan, rest, page.rows)
            except RequestRefused as error:
                if error.error_code == INVALID_LOCATOR and position.next_url and restarts < _MOST_RESTARTS:
                    # Salesforce forgets a query after two days, or earlier; what is stored of it does no harm.
                    position = position.from_the_start()
                    restarts += 1
                    continue
                if error.error_code == INVALID_FIELD and (less := plan.without(refused_field(error))):
                    plan = less
                    asked.clear()  # asked again for fewer fields is no ring
                    continue
                if error.error_code == INVALID_TYPE and not position.next_url:
                    yield self._nothing(plan.object, position.cursor(plan))
                    return
                raise
            rows = read_rows(self.name, plan, page.rows)
            position = position.after(page, rows.high)
            news = tuple(note for note in plan.notes if note not in notes)
            notes += news
            yield RecordPage(rows.records, position.cursor(plan), rows.aside, page.total, news)
            if position.next_url is None:
                return

    def _ask(self, plan: Plan, fields: tuple[str, ...], position: "_Position", asked: Counter[str]) -> Page:
        url = position.next_url
        if url is None:
            return self._api.query(changes_query(plan, fields, self._reach_back(position.since)))
        asked[url] += 1
        if asked[url] > _MOST_ASKED:
            raise SourceDown(self.name, f"sends the same page of {plan.object.name} again and again.")
        return self._api.next_page(url)

    def _reach_back(self, since: str | None) -> str | None:
        """Return the moment to ask from.

        A row gets its stamp in its transaction and shows itself when that ends, so rows turn up late with stamps
        older than some already seen. What comes twice is the same row and merges into nothing.
        """
        return moment(parse_moment(since) - timedelta(minutes=self._settings.overlap_minutes)) if since else None


class _Position(NamedTuple):
    """Where a stream stands.

    ``since`` is how far earlier syncs came. Inside an answer of several pages, ``next_url`` is the next one, ``high``
    the newest stamp seen so far and ``began_at`` the server's time when the answer began.
    """

    since: str | None = None
    next_url: str | None = None
    high: str | None = None
    began_at: str | None = None

    @classmethod
    def of(cls, cursor: Cursor | None, plan: Plan) -> "_Position":
        """Read a stored cursor; one made with other fields starts from the beginning, so that all rows get them."""
        if not cursor or cursor.get("fields") != plan.fingerprint:
            return cls()
        return cls(cursor.get("since"), cursor.get("next"), cursor.get("high"), cursor.get("began"))

    def cursor(self, plan: Plan) -> Cursor:
        """Return the position as it is stored."""
        found = {"since": self.since, "next": self.next_url, "high": self.high, "began": self.began_at}
        return {"fields": plan.fingerprint, **{key: value for key, value in found.items() if value is not None}}

    def from_the_start(self) -> "_Position":
        """Return the position before the first page of the answer."""
        return _Position(self.since)

    def after(self, page: Page, high: str | None) -> "_Position":
        """Return the position after ``page``, whose newest stamp is ``high``."""
        highest = max(filter(None, (self.high, high)), default=None)
        began_at = self.began_at or page.at
        if page.next_url is not None:
            return _Position(self.since, page.next_url, highest, began_at)
        # A long answer may end with a row changed while it came; others changed earlier in that time may have passed
        # us by unseen. So the next sync starts where this answer began, if its rows lie beyond.
        reached = min(highest, began_at) if highest else None
        return _Position(max(filter(None, (self.since, reached)), default=None))
