"""The REST resources we use: describe, query with its pages, and who we are."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from c360cli.errors import RequestRefused, SourceDown
from c360cli.http import Answer, HttpClient, http_date
from c360cli.times import Clock, moment

from ..wording import line
from .bulk import Bulk
from .describe import Description, read_description
from .faults import INVALID_TYPE
from .plan import Plan
from .query import IDS_AT_ONCE, ids_query
from .quota import Quota
from .rows import row_id
from .settings import Settings


class Page(NamedTuple):
    """One page of an answer: ``next_url`` leads to the rest, ``total`` counts all, ``at`` is the server's time."""

    rows: list[Any]
    next_url: str | None
    total: int | None
    at: str


class Api:
    """The REST API of one org."""

    def __init__(
        self, source: str, client: HttpClient, settings: Settings, clock: Clock, sleep: Callable[[float], None]
    ) -> None:
        self.client = client
        self._source = source
        self._clock = clock
        self.version = settings.api_version
        self._base = f"/services/data/v{self.version}"
        self.quota = Quota(source, settings.api_reserve_percent)
        self.bulk = Bulk(source, client, self._base, sleep, self.quota)
        self._headers = {"Sforce-Query-Options": f"batchSize={settings.page_size}"}

    def describe(self, name: str) -> Description | None:
        """Return what this login sees of the object ``name``; None when it sees nothing, or there is none."""
        self.quota.check()
        try:
            answer, document = self.client.get_with_json(f"{self._base}/sobjects/{name}/describe")
        except RequestRefused as error:
            if error.error_code in ("NOT_FOUND", INVALID_TYPE, "INSUFFICIENT_ACCESS"):
                return None
            raise
        self.quota.note(answer.headers)
        return read_description(self._source, name, document)

    def query(self, soql: str) -> Page:
        """Return the first page of a query, deleted and archived rows among it."""
        return self._page(f"{self._base}/queryAll", {"q": soql})

    def next_page(self, url: str) -> Page:
        """Return the page a page before it led to; RequestRefused with INVALID_QUERY_LOCATOR when it is gone."""
        return self._page(url, None)

    def rows_with(self, plan: Plan, fields: tuple[str, ...], ids: Iterable[str]) -> Iterator[Any]:
        """Yield the rows that have one of ``ids``, with ``fields``; ids of no row bring none."""
        for some in _batches(ids, IDS_AT_ONCE):
            page = self.query(ids_query(plan, fields, some))
            yield from page.rows
            asked: set[str] = set()
            # Rows with long texts come a few at a time, however few were asked for.
            while page.next_url is not None:
                if page.next_url in asked:
                    raise SourceDown(self._source, f"sends the same page of {plan.object.name} again and again.")
                asked.add(page.next_url)
                page = self.next_page(page.next_url)
                yield from page.rows

    def complete(self, plan: Plan, parts: Iterable[tuple[str, ...]], rows: list[Any]) -> None:
        """Add to ``rows`` the fields that did not fit the query they came from."""
        by_id = {identity: row for row in rows if (identity := row_id(row))}
        for fields in parts:
            for more in self.rows_with(plan, fields, by_id):
                by_id.get(row_id(more) or "", {}).update(more)

    def who_we_are(self) -> str:
        """Return a sentence about the login and the org."""
        query = {"q": "select Id, Name, IsSandbox from Organization"}
        answer, document = self.client.get_with_json(f"{self._base}/query", query)
        rows = document.get("records") if isinstance(document, dict) else None
        org = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
        words = [f"logged in to {line(org.get('Name'), 120) or 'Salesforce'}"]
        words += ["(a sandbox)"] if org.get("IsSandbox") is True else []
        words += [f"as {name}"] if (name := self._user_name()) else []
        self.quota.note(answer.headers)
        return " ".join(words) + (f"; {self.quota}." if self.quota.limit else ".")

    def _user_name(self) -> str:
        try:
            user = self.client.get_json("/services/oauth2/userinfo")
        except RequestRefused:
            return ""  # a token may be good for data without being good for this
        return line(user.get("preferred_username") or user.get("name"), 120) if isinstance(user, dict) else ""

    def _page(self, url: str, params: dict[str, str] | None) -> Page:
        self.quota.check()
        answer, document = self.client.get_with_json(url, params, self._headers)
        self.quota.note(answer.headers)
        rows = document.get("records") if isinstance(document, dict) else None
        next_url = document.get("nextRecordsUrl") if isinstance(document, dict) else None
        if not isinstance(rows, list) or (next_url is None and document.get("done") is not True):
            raise SourceDown(self._source, "sent an answer to a query without its rows or its end.")
        if next_url is not None and not isinstance(next_url, str):
            raise SourceDown(self._source, "sent an answer to a query whose next page has no address.")
        total = document.get("totalSize")
        return Page(rows, next_url, total if isinstance(total, int) else None, self._server_time(answer))

    def _server_time(self, answer: Answer) -> str:
        """Return the moment the server says it is: our own clock may be wrong."""
        return moment(http_date(answer.headers.get("Date", "")) or self._clock())


def _batches(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, size)):
        yield batch
