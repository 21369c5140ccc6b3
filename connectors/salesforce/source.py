"""One Salesforce org: its streams, read page by page from where the last sync ended."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo
from typing import Any

from c360cli.connector import Login, RollCall, Stream
from c360cli.errors import RequestRefused, SourceDown
from c360cli.records import Cursor, RecordPage
from c360cli.times import moment, parse_moment

from ..side_by_side import ahead
from .api import Api, Page
from .bulk_load import BulkLoad, LoadFailed
from .describe import Description
from .faults import INVALID_FIELD, INVALID_LOCATOR, INVALID_TYPE, refused_field
from .objects import ACCOUNT, SalesforceObject
from .plan import Plan, make_plan
from .position import NOWHERE, Position
from .query import IDS_AT_ONCE, changes_query, parts_of
from .roll_call import all_ids
from .rows import read_rows, row_id
from .settings import Settings

# A page that is asked for a second time may have been a slip of the wire; a third time is a ring.
_MOST_ASKED = 2
_MOST_RESTARTS = 3


class Salesforce:
    """The connector of one org (see ``c360cli.connector.Connector``)."""

    def __init__(self, name: str, settings: Settings, api: Api, zone: tzinfo, login: Login) -> None:
        self.name = name
        self.login = login
        self.streams = tuple(Stream(each.stream, (each.kind,)) for each in settings.objects)
        self.links: Mapping[str, str] = {each.kind: settings.base_url + each.link for each in settings.objects}
        self.reconcile_days = settings.reconcile_days
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
        plan = self._plan(each, description)
        if cursor and "fields" in cursor and cursor["fields"] != plan.fingerprint:
            what = f"{each.name}: the fields we read or base_url have changed, so it is read again from its start."
            plan = plan._replace(notes=(what, *plan.notes))
        yield from ahead(self._pages(plan, Position.of(cursor, plan), description))

    def fetch_again(self, stream: str, source_ids: Sequence[str]) -> Iterator[RecordPage]:
        """Yield the records with these ids, and let what is not there any more be forgotten where it lies aside."""
        each = self._objects[stream]
        description = self._describe(each.name)
        if description is None:
            return
        plan = self._plan(each, description)
        known = [identity for identity in source_ids if row_id({"Id": identity})]
        for start in range(0, len(known), IDS_AT_ONCE):
            asked = known[start : start + IDS_AT_ONCE]
            plan, found = self._found(plan, asked)
            rows = read_rows(self.name, plan, found)
            came = {record.source_id for record in rows.records} | {each.source_id for each in rows.aside}
            gone = tuple(identity for identity in asked if row_id({"Id": identity}) not in came)
            yield RecordPage(rows.records, {}, rows.aside, reread=gone, withheld=plan.withheld)

    def roll_call(self, stream: str) -> RollCall | None:
        """Return the ids of all living rows of a stream; None where this login cannot tell."""
        description = self._describe(self._objects[stream].name)
        if description is None or description.prefix is None:
            return None
        return RollCall(description.prefix, all_ids(self.name, self._api, description, self._settings.bulk_above))

    def _found(self, plan: Plan, ids: Sequence[str]) -> tuple[Plan, list[Any]]:
        """Return the rows with these ids, and the plan they were read by: without the fields that were refused."""
        while True:
            first, *rest = parts_of(plan)
            try:
                rows = list(self._api.rows_with(plan, first, ids))
                self._api.complete(plan, rest, rows)
            except RequestRefused as error:
                less = plan.without(refused_field(error)) if error.error_code == INVALID_FIELD else None
                if less is None:
                    raise
                plan = less
            else:
                return plan, rows

    def _plan(self, each: SalesforceObject, description: Description) -> Plan:
        named = [name for kind, name in self._settings.configured if kind == each.kind]
        return make_plan(each, description, self._describe, named, self._zone, self._settings.base_url)

    def _describe(self, name: str) -> Description | None:
        if name not in self._described:
            self._described[name] = self._api.describe(name)
        return self._described[name]

    def _nothing(self, each: SalesforceObject, cursor: Cursor | None) -> RecordPage:
        what = f"the org has no {each.name} this login can see"
        if each.name == ACCOUNT.name:
            raise RequestRefused(self.name, f"{what}.", "Give it the right to read accounts.", error_code=INVALID_TYPE)
        return RecordPage([], cursor or {}, notes=(f"{what}; {each.stream} is not read.",))

    def _pages(self, plan: Plan, position: Position, description: Description) -> Iterator[RecordPage]:
        asked: Counter[str] = Counter()
        restarts = 0
        notes: tuple[str, ...] = ()
        may_be_bulk = True
        while True:
            if position.place is not None:
                load = BulkLoad(self.name, self._api, plan, description, self._describe, notes)
                try:
                    yield from load.pages(position, self._reach_back(position.since))
                    return
                except LoadFailed as failed:
                    plan = plan._replace(notes=(*plan.notes, f"{failed}; it is read page by page instead."))
                    notes = load.notes
                    position = position.from_the_start()
                    may_be_bulk = False
            first, *rest = parts_of(plan)
            try:
                page = self._ask(plan, first, position, asked)
                if may_be_bulk and position.next_url is None and self._is_large(page):
                    position = position._replace(began_at=page.at, place=NOWHERE)
                    continue
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
            position = position.after(page.next_url, page.at, rows.high)
            news = tuple(note for note in plan.notes if note not in notes)
            notes += news
            yield RecordPage(rows.records, position.cursor(plan), rows.aside, page.total, news, withheld=plan.withheld)
            if position.next_url is None:
                return

    def _ask(self, plan: Plan, fields: tuple[str, ...], position: Position, asked: Counter[str]) -> Page:
        url = position.next_url
        if url is None:
            return self._api.query(changes_query(plan, fields, self._reach_back(position.since)))
        asked[url] += 1
        if asked[url] > _MOST_ASKED:
            raise SourceDown(self.name, f"sends the same page of {plan.object.name} again and again.")
        return self._api.next_page(url)

    def _is_large(self, page: Page) -> bool:
        above = self._settings.bulk_above
        return above is not None and page.next_url is not None and (page.total or 0) > above

    def _reach_back(self, since: str | None) -> str | None:
        """Return the moment to ask from.

        A row gets its stamp in its transaction and shows itself when that ends, so rows turn up late with stamps
        older than some already seen. What comes twice is the same row and merges into nothing.
        """
        return moment(parse_moment(since) - timedelta(minutes=self._settings.overlap_minutes)) if since else None
