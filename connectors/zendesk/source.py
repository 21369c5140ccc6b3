"""One Zendesk account as a connector: who we are there, and its streams."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from c360cli.connector import Stream
from c360cli.errors import ConfigError, LoginRefused, RequestRefused
from c360cli.http import HttpClient
from c360cli.records import Cursor, RecordPage

from ..wording import line
from .api import Api
from .faults import API_TOKENS_END, TOO_RECENT
from .mapping import FieldMap
from .organizations import customer_reader
from .paging import Page, cursor_pages, time_pages
from .people import People
from .ratings import Rated, newest_of_each_ticket, rated_tickets, rating_pages, survey_reader
from .reading import read_rows
from .settings import STREAMS, Settings
from .ticket_names import read_ticket_names
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
    ) -> None:
        self.name = name
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

    def check(self) -> str:
        """Return who we are and where; raises LoginRefused, or RequestRefused without the right to export."""
        me = self._api.read("/api/v2/users/me.json").get("user")
        # Without a valid login Zendesk answers 200 too, as "Anonymous user" with no id.
        if not isinstance(me, dict) or not me.get("id"):
            raise LoginRefused(self.name, "Zendesk does not know this login.", "Check auth in config.yaml.")
        name, email, role = (line(me.get(key), 80) for key in ("name", "email", "role"))
        who = f"{name or 'a user'} <{email or 'no e-mail'}>, {role or 'no role'}"
        five_minutes_ago = int(self._clock().timestamp()) - 300
        try:
            self._api.read("/api/v2/incremental/organizations.json", {"start_time": five_minutes_ago, "per_page": 1})
        except RequestRefused as error:
            if error.error_code != TOO_RECENT:
                raise RequestRefused(
                    self.name,
                    f"{who}, may not export: {self._words(error)}",
                    error.hint,
                    error.status,
                    error.error_code,
                ) from error
        ending = f"; {API_TOKENS_END}, so move to client_credentials" if self._uses_api_token else ""
        return f"{who}, at {self._settings.base_url}{ending}."

    @property
    def _uses_api_token(self) -> bool:
        return bool(self._settings.auth["type"] == "api_token")

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the pages of ``stream`` after ``cursor``; one made with other options starts from the beginning."""
        fetchers: dict[str, Callable[[Cursor], Iterator[RecordPage]]] = {
            "organizations": self._organizations,
            "users": self._users,
            "tickets": self._tickets,
            "satisfaction_ratings": self._ratings,
        }
        if stream not in fetchers:
            raise ConfigError(f'{self.name}: there is no stream "{stream}".', f"There are {', '.join(fetchers)}.")
        read_as = self._settings.read_as(stream)
        before = dict(cursor or {})
        notes: tuple[str, ...] = ()
        if before.pop("read_as", read_as) != read_as:
            # Rows that do not change would keep what the old options made of them.
            notes = (f"{stream}: base_url, start or fields have changed, so it is read again from its start.",)
            before = {"agents": before["agents"]} if "agents" in before else {}  # who was ours, for who changed sides
        for page in fetchers[stream](before):
            yield page._replace(cursor={**page.cursor, "read_as": read_as}, notes=notes + page.notes)
            notes = ()

    def _organizations(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("customer")
        reader = customer_reader(self.name, fields)
        path = "/api/v2/incremental/organizations.json"
        for page in time_pages(
            self._api, path, "organizations", cursor, self._settings.start, self._settings.page_size
        ):
            records, aside = read_rows("organizations", page.rows, reader)
            yield RecordPage(records, page.cursor, aside, notes=page.notes + _at_end(page, fields))

    def _users(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = {kind: self._fields(kind) for kind in STREAMS["users"]}
        # While everybody is met for the first time, nobody can have changed sides.
        is_first_load = bool(cursor.get("is_first_load", "agents" not in cursor))
        people = People(self.name, fields, cursor.get("agents", ()), is_first_load)
        for page in self._export("users", cursor, "updated_at"):
            records, aside = read_rows("users", page.rows, people.read)
            yield RecordPage(
                people.take_left() + records,
                {
                    **page.cursor,
                    "agents": sorted(people.agents),
                    "is_first_load": is_first_load and not page.is_last,
                },
                aside,
                notes=page.notes + _at_end(page, *fields.values()),
            )

    def _tickets(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("case")
        reader = None
        for page in self._export("tickets", cursor, "generated_timestamp"):
            notes = page.notes
            if reader is None and page.rows:
                names, missing = read_ticket_names(self._api, TAKEN)
                reader = case_reader(self.name, names, fields)
                notes += missing
            records, aside = read_rows("tickets", page.rows, reader, "generated_timestamp") if reader else ([], [])
            yield RecordPage(records, page.cursor, aside, notes=notes + _at_end(page, fields))

    def _ratings(self, cursor: Cursor) -> Iterator[RecordPage]:
        fields = self._fields("survey")
        knows_tickets = True
        pages = rating_pages(self._api, cursor, self._settings.start)
        while True:
            try:
                page = next(pages, None)
            except RequestRefused as error:
                if error.status not in (403, 404):
                    raise
                reason = f"satisfaction_ratings are not read: {self._words(error)}"
                yield RecordPage([], cursor, notes=(reason,))
                return
            if page is None:
                return
            notes = page.notes
            rated: dict[str, Rated] = {}
            if knows_tickets and page.rows:
                try:
                    rated = rated_tickets(self._api, page.rows)
                except RequestRefused as error:
                    knows_tickets = False
                    notes += (f"satisfaction_ratings come without their customers: {self._words(error)}",)
            records, aside = read_rows(
                "satisfaction_ratings", page.rows, survey_reader(self.name, rated, fields), identity="ticket_id"
            )
            answers = newest_of_each_ticket(records)
            # A ticket deleted since no longer tells its customer. In a page of their own these answers name none at
            # all, so that what the store knows from before stays.
            homeless = [answer for answer in answers if "customer_ref" not in answer.values]
            if homeless and len(homeless) < len(answers):
                yield RecordPage(homeless, cursor)
                answers = [answer for answer in answers if "customer_ref" in answer.values]
            cursor = page.cursor
            yield RecordPage(answers, cursor, aside, notes=notes + _at_end(page, fields))

    def _words(self, error: RequestRefused) -> str:
        """Return what an error says, without the source's name that the next one puts in front again."""
        return str(error).removeprefix(f"{self.name}: ")

    def _export(self, key: str, cursor: Cursor, time_field: str) -> Iterator[Page]:
        path = f"/api/v2/incremental/{key}/cursor.json"
        settings = self._settings
        return cursor_pages(self._api, path, key, cursor, settings.start, settings.page_size, time_field)

    def _fields(self, kind: str) -> FieldMap:
        return FieldMap(kind, self._settings.fields.get(kind, {}), _GROUPS.get(kind, ""))


def _at_end(page: Page, *fields: FieldMap) -> tuple[str, ...]:
    """Return what the field maps have to say once the stream is through."""
    return tuple(note for each in fields for note in each.notes()) if page.is_last else ()
