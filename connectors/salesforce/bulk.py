"""Bulk API 2.0: a query as a job of its own, whose results are fetched side by side, for what is too large for pages.

Bulk API 2.0 Developer Guide, "Bulk API 2.0 Query". The results of a job stay for seven days and never change, so a
sync that was killed goes on in the middle of them.
"""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

from c360cli.errors import RequestRefused, SourceDown
from c360cli.http import HttpClient

from ..side_by_side import side_by_side
from ..wording import line
from .quota import Quota

# A file of results is fetched whole before its rows are read: so many may lie on the disk at once.
FILES_AT_ONCE = 4
ROWS_IN_FILE = 100_000  # where the server leaves the size of a file to us
_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0
_MOST_WAITED_SECONDS = 2 * 3600.0
_OVER = ("JobComplete", "Failed", "Aborted")


class Job(NamedTuple):
    """A query job: its ``state``, how many rows it has found so far, and what it ``said`` of a failure."""

    id: str
    state: str
    rows: int | None = None
    said: str = ""


class Results(NamedTuple):
    """One file of results: CSV from the beginning of ``file``; ``promised`` rows where the server tells."""

    locator: str | None
    file: BinaryIO
    promised: int | None
    next_locator: str | None


class ResultsMoved(Exception):
    """The results are not laid out as they were: who stood in their middle begins with the first again."""


class Bulk:
    """The query jobs of one org."""

    def __init__(
        self, source: str, client: HttpClient, base: str, sleep: Callable[[float], None], quota: Quota
    ) -> None:
        self._source = source
        self._client = client
        self._base = f"{base}/jobs/query"
        self._sleep = sleep
        self._quota = quota

    def create(self, soql: str) -> Job:
        """Ask for a job that runs a query over all rows, deleted and archived ones among them.

        Raises RequestRefused where the org, the login or the object does not allow it.
        """
        self._quota.check()
        asked = {"operation": "queryAll", "query": soql, "contentType": "CSV", "columnDelimiter": "COMMA"}
        for tries_left in (2, 1, 0):
            try:
                return self._job(self._client.post_json(self._base, {**asked, "lineEnding": "LF"}))
            except SourceDown:
                # A job nobody knows of does no harm and goes by itself, so the request may be made once more.
                if not tries_left:
                    raise
                self._sleep(_FIRST_WAIT_SECONDS)
        raise AssertionError("the last try returns or raises")

    def wait(self, job_id: str) -> Job | None:
        """Return the job when it has come to an end, whatever that is; None when the org does not know it (any more).

        Raises SourceDown when that takes too long: the job goes on, and so may the next sync.
        """
        waited, seconds = 0.0, _FIRST_WAIT_SECONDS
        while True:
            self._quota.check()
            try:
                answer, document = self._client.get_with_json(f"{self._base}/{job_id}")
            except RequestRefused as error:
                if error.status == 404:
                    return None
                raise
            self._quota.note(answer.headers)
            job = self._job(document)
            if job.state in _OVER:
                return job
            if waited >= _MOST_WAITED_SECONDS:
                raise SourceDown(
                    self._source,
                    f"Salesforce has worked at the bulk job {job_id} for {waited / 3600:.0f} hours and is not done.",
                    "Sync again later: it goes on with this job.",
                )
            self._sleep(seconds)
            waited += seconds
            seconds = min(1.5 * seconds, _LONGEST_WAIT_SECONDS)

    def results(self, job_id: str, locator: str | None) -> Iterator[Results]:
        """Yield the files of a finished job, from the one ``locator`` leads to on (None: the first), in their order.

        The next ones are fetched meanwhile. Raises ResultsMoved when the locator leads nowhere.
        """
        addresses = self._addresses(job_id)
        if addresses is None:
            yield from self._one_by_one(job_id, locator)
            return
        if locator is not None:
            addresses = _beginning_with(addresses, locator)
        yield from side_by_side((partial(self._download, url) for url in addresses), FILES_AT_ONCE)

    def delete(self, job_id: str) -> None:
        """Take a job and its results away; nothing is lost where that fails, for they go by themselves in some days."""
        try:
            self._client.delete(f"{self._base}/{job_id}")
        except (RequestRefused, SourceDown):
            return

    def _addresses(self, job_id: str) -> Iterator[str] | None:
        """Return the addresses of all files of results; None where the org does not tell them before they are read."""
        try:
            first = self._client.get_json(f"{self._base}/{job_id}/resultPages")
        except RequestRefused as error:
            if error.status in (400, 404, 405):  # before API version 58
                return None
            raise
        return self._listed(first)

    def _listed(self, document: Any) -> Iterator[str]:
        asked = set()
        while True:
            pages = document.get("resultPages") if isinstance(document, dict) else None
            if not isinstance(pages, list):
                raise SourceDown(self._source, "sent no list of the results of a bulk job.")
            for page in pages:
                url = page.get("resultUrl") if isinstance(page, dict) else None
                if not isinstance(url, str):
                    raise SourceDown(self._source, "sent a list of results without their addresses.")
                yield url
            following = document.get("nextRecordsUrl") or document.get("nextRecordUrl")
            if document.get("done") is True or following is None:
                return
            if not isinstance(following, str) or following in asked:
                raise SourceDown(self._source, "sends the same list of results again and again.")
            asked.add(following)
            self._quota.check()
            document = self._client.get_json(following)

    def _one_by_one(self, job_id: str, locator: str | None) -> Iterator[Results]:
        asked = {locator}
        while True:
            more = f"&locator={quote(locator, safe='')}" if locator else ""
            found = self._download(f"{self._base}/{job_id}/results?maxRecords={ROWS_IN_FILE}{more}")
            yield found
            locator = found.next_locator
            if locator is None:
                return
            if locator in asked:
                raise SourceDown(self._source, "sends the same results of a bulk job again and again.")
            asked.add(locator)

    def _download(self, url: str) -> Results:
        self._quota.check()
        file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 -- whoever reads its rows closes it
        try:
            answer = self._client.download(url, file)
            file.seek(0)
        except OSError as error:
            file.close()
            raise SourceDown(
                self._source,
                f"the results of a bulk job could not be kept on the disk: {error.strerror or error}.",
                f"They lie in {tempfile.gettempdir()} while they are read; TMPDIR names another place.",
            ) from error
        except BaseException:
            file.close()
            raise
        self._quota.note(answer.headers)
        count = answer.headers.get("Sforce-NumberOfRecords", "")
        following = answer.headers.get("Sforce-Locator", "")
        # At the end the header says "null", in letters.
        is_more = following not in ("", "null")
        return Results(_locator(url), file, int(count) if count.isdecimal() else None, following if is_more else None)

    def _job(self, document: Any) -> Job:
        found = document if isinstance(document, dict) else {}
        job_id, state, rows = found.get("id"), found.get("state"), found.get("numberRecordsProcessed")
        if not isinstance(job_id, str) or not job_id.isalnum() or not isinstance(state, str):
            raise SourceDown(self._source, "sent no bulk job where one was expected.")
        return Job(job_id, state, rows if isinstance(rows, int) else None, line(found.get("errorMessage"), 300))


def _locator(url: str) -> str | None:
    return parse_qs(urlsplit(url).query).get("locator", [None])[0]


def _beginning_with(addresses: Iterator[str], locator: str) -> Iterator[str]:
    for url in addresses:
        if _locator(url) == locator:
            return chain([url], addresses)
    raise ResultsMoved
