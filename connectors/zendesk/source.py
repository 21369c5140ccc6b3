"""One Zendesk account as a connector: who we are there, and its streams."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from c360cli.connector import Login, Stream
from c360cli.errors import ConfigError
from c360cli.http import HttpClient
from c360cli.records import Aside, Cursor, Record, RecordPage

from ..side_by_side import ahead, begun
from .again import rows_by_id
from .api import Api
from .checking import check_account
from .faults import API_TOKENS_END
from .mapping import FieldMap
from .memberships import membership_pages
from .metrics import add_metrics
from .organizations import customer_reader
from .paging import Export, Page, cursor_pages, time_pages
from .people import People
from .reading import Reader, read_rows
from .satisfaction import Span, rating_pages, response_pages
from .settings import STREAMS, Settings
from .ticket_names import TicketNames, read_ticket_names
from .tickets import TAKEN, case_reader

_GROUPS = {"customer": "organization_fields", "contact": "user_fields", "user": "user_fields", "case": "custom_fields"}


class Zendesk:
    """A configured Zendesk source; see ``c360cli.connector.Connector`` for what each member promises."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        client: HttpClient,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        login: Login,
    ) -> None:
        self.name = name
        self.login = login
        self.client = client
        self.streams = tuple(Stream(stream, STREAMS[stream]) for stream in settings.streams)
        agent = f"{settings.base_url}/agent"
        self.links: Mapping[str, str] = {
            "customer": f"{agent}/organizations/{{id}}",
            "contact": f"{agent}/users/{{id}}",
            "user": f"{agent}/users/{{id}}",
            "case": f"{agent}/tickets/{{id}}",
            "survey": f"{agent}/tickets/{{id}}",
        }
        self._settings = settings
        self._clock = clock
        self._api = Api(name, client, clock, sleep)
        self._span = Span()

    def check(self) -> str:
        """Return who we are and where; raises LoginRefused, or RequestRefused without the right to read the streams."""
        return check_account(self._api, self._settings, self._clock())

    @property
    def _uses_api_token(self) -> bool:
        return bool(self._settings.auth["type"] == "api_token")

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the pages of ``stream`` after ``cursor``; one made with other options starts from the beginning."""
        fetchers: dict[str, Callable[[Cursor], Iterator[RecordPage]]] = {
            "organizations": self._organizations,
            "users": self._users,
            "tickets": self._tickets,
            "organization_memberships": self._memberships,
            "survey_responses": self._responses,
            "satisfaction_ratings": self._ratings,
        }
        if stream not in fetchers:
            raise ConfigError(f'{self.name}: there is no stream "{stream}".', f"There are {', '.join(fetchers)}.")
        read_as = self._settings.read_as(stream)
        before = dict(cursor or {})
        notes: tuple[str, ...] = ()
        if self._uses_api_token and stream == self._settings.streams[0]:  # said once a sync
            notes = (f"{API_TOKENS_END}: move to auth type web or client_credentials before.",)
        if before.pop("read_as", read_as) != read_as:
            # Rows that do not change would keep what the old options made of them.
            notes += (f"{stream}: base_url, start or fields have changed, so it is read again from its start.",)
            before = self.anew(stream, before) or {}
        for page in fetchers[stream](before):
            yield page._replace(cursor={**page.cursor, "read_as": read_as}, notes=notes + page.notes)
            notes = ()

    def fetch_again(self, stream: str, source_ids: Sequence[str]) -> Iterator[RecordPage]:
        """Yield the records with these ids, and let what is not there any more be forgotten where it lies aside."""
        reader: Reader | None = None
        for asked, body in rows_by_id(self._api, stream, source_ids):
            reader = reader or self._reader(stream)
            if stream == "tickets":
                add_metrics(body, body[stream])
            records, aside = read_rows(stream, body[stream], reader)
            came = {record.source_id for record in records} | {each.source_id for each in aside}
            yield RecordPage(records, {}, aside, reread=tuple(each for each in asked if each not in came))

    def _reader(self, stream: str) -> Reader:
        """Return what makes a record of a single row."""
        if stream == "organizations":
            return customer_reader(self.name, self._fields("customer"))
        if stream == "tickets":
            return case_reader(self.name, read_ticket_names(self._api, TAKEN)[0], self._fields("case"))
        # Who changed sides is told by the export, which knows who was ours.
        return People(self.name, {kind: self._fields(kind) for kind in STREAMS[stream]}, (), is_first_load=True).read

    def anew(self, stream: str, cursor: Cursor) -> Cursor | None:
        """Return where a stream begins, with who was ours and who in several organizations: that may be over since."""
        return {key: cursor[key] for key in ("agents", "ids") if key in cursor} or None

    def _organizations(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("customer")
        reader = customer_reader(self.name, fields)
        for page in ahead(time_pages(self._api, self._export("organizations", "organization"), cursor)):
            records, aside = read_rows("organizations", page.rows, reader)
            notes = page.notes + _at_end(page, fields)
            yield RecordPage(records, page.cursor, aside, page.expected, notes)

    def _users(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = {kind: self._fields(kind) for kind in STREAMS["users"]}
        # While everybody is met for the first time, nobody can have changed sides.
        is_first_load = bool(cursor.get("is_first_load", "agents" not in cursor))
        people = People(self.name, fields, cursor.get("agents", ()), is_first_load)
        for page in ahead(cursor_pages(self._api, self._export("users", "user"), cursor)):
            records, aside = read_rows("users", page.rows, people.read)
            yield RecordPage(
                people.take_left() + records,
                {
                    **page.cursor,
                    "agents": sorted(people.agents),
                    "is_first_load": is_first_load and not page.is_last,
                },
                aside,
                page.expected,
                page.notes + _at_end(page, *fields.values()),
            )

    def _memberships(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("contact")
        for page in membership_pages(self._api, cursor, fields, self._clock):
            yield page._replace(notes=page.notes + _at_end(page, fields))

    def _tickets(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("case")
        export = self._export("tickets", "ticket")._replace(time_field="generated_timestamp", include="metric_sets")
        named: tuple[TicketNames, tuple[str, ...]] | None = None
        notes: tuple[str, ...] = ()
        lacking = cursor.get("lacking", [])
        # Who has read nothing yet will need the names: they come beside the first page.
        reading = partial(read_ticket_names, self._api, TAKEN)
        read_names = reading if cursor else begun(reading)
        if lacking:
            named = read_names()
            if set(lacking) - set(named[0].lacking):
                # Tickets that do not change would keep numbers for names.
                cursor, notes = {}, ("tickets: names that were refused are given now, so they are read again.",)
        for page in ahead(cursor_pages(self._api, export, cursor)):
            if named is None and page.rows:
                named = read_names()
            records: list[Record] = []
            aside: list[Aside] = []
            if named is not None:
                names, missing = named
                notes += missing
                named = (names, ())
                lacking = list(names.lacking)
                add_metrics(page.beside, page.rows)
                reader = case_reader(self.name, names, fields)
                records, aside = read_rows("tickets", page.rows, reader, "generated_timestamp")
            place = page.cursor | ({"lacking": lacking} if lacking else {})
            yield RecordPage(records, place, aside, page.expected, notes + page.notes + _at_end(page, fields))
            notes = ()

    def _responses(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("survey")
        self._span = Span(*cursor.get("span", ()))
        for page in response_pages(self._api, cursor, self._settings.start, fields):
            self._span = Span(*page.cursor.get("span", self._span))
            yield page._replace(notes=page.notes + _at_end(page, fields))

    def _ratings(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("survey")
        for page in rating_pages(self._api, cursor, self._settings.start, fields, self._span):
            yield page._replace(notes=page.notes + _at_end(page, fields))

    def _export(self, key: str, what: str) -> Export:
        settings = self._settings
        path = f"/api/v2/incremental/{key}{'' if key == 'organizations' else '/cursor'}.json"
        return Export(path, key, what, settings.start, settings.page_size)

    def _fields(self, kind: str) -> FieldMap:
        return FieldMap(kind, self._settings.fields.get(kind, {}), _GROUPS.get(kind, ""))


def _at_end(page: Page | RecordPage, *fields: FieldMap) -> tuple[str, ...]:
    """Return what the field maps have to say once the stream is through."""
    is_last = page.is_last if isinstance(page, Page) else "after" not in page.cursor
    return tuple(note for each in fields for note in each.notes()) if is_last else ()
