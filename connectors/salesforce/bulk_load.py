"""Reading one stream by a bulk job: the job is made, waited for, read file by file, and taken away."""

from collections.abc import Callable, Iterator
from itertools import islice

from c360cli.errors import RequestRefused
from c360cli.records import RecordPage

from .api import Api
from .bulk import Job, ResultsMoved
from .bulk_rows import columns_of, read_csv, selected
from .describe import Description
from .plan import Plan
from .position import NOWHERE, Place, Position
from .query import changes_query
from .rows import read_rows

ROWS_IN_PAGE = 2000
_MOST_JOBS = 3


class LoadFailed(Exception):
    """This stream cannot be read by a bulk job; the message says why."""


class BulkLoad:
    """One stream that is read by bulk jobs; ``notes`` are the notes of the plan that were told already."""

    def __init__(
        self,
        source: str,
        api: Api,
        plan: Plan,
        description: Description,
        describe: Callable[[str], Description | None],
        notes: tuple[str, ...],
    ) -> None:
        self.notes = notes
        self._source = source
        self._api = api
        self._plan = plan
        self._columns = columns_of(plan, description, describe)

    def pages(self, position: Position, since: str | None) -> Iterator[RecordPage]:
        """Yield what comes after ``position``; ``since`` is the moment to ask from where a job is still to be made.

        Every page can be gone on from: the job keeps its results. Raises LoadFailed when another way must be tried.
        """
        if self._columns is None:
            raise LoadFailed(f"{self._plan.object.name}: it has fields the Bulk API does not know")
        if position.place and position.place.version != self._api.version:  # c360 or its config is newer than the job
            position = position._replace(place=NOWHERE, high=None)
        restarts = 0
        while True:
            if not position.place or not position.place.job:
                position = position.at(Place(self._create(since), version=self._api.version))
                # Stored before the job is done, so that whoever was killed while waiting waits for the same one.
                yield self._page(position)
            place = position.place
            assert place
            job = self._finished(place.job)
            if job is not None:
                try:
                    for page, after in self._read(job, place, position):
                        position = after
                        yield page
                except ResultsMoved:
                    position = position.at(place._replace(locator=None, rows=0, before=0))
                    continue
                except RequestRefused as error:
                    if error.status != 404:
                        raise
                else:
                    self._check_whole(job, position.place)
                    yield self._page(position.at_the_end(), job.rows)
                    self._api.bulk.delete(job.id)  # by now the page before is stored, or as good as
                    return
            restarts += 1
            if restarts >= _MOST_JOBS:
                raise LoadFailed(f"{self._plan.object.name}: Salesforce forgets its bulk jobs")
            position = position._replace(place=None, high=None)

    def _create(self, since: str | None) -> str:
        assert self._columns is not None
        try:
            return self._api.bulk.create(changes_query(self._plan, selected(self._columns), since)).id
        except RequestRefused as error:
            said = str(error).removeprefix(f"{self._source}: ").rstrip(".")
            raise LoadFailed(f"{self._plan.object.name}: no bulk job could be made ({said})") from error

    def _finished(self, job_id: str) -> Job | None:
        job = self._api.bulk.wait(job_id)
        if job is not None and job.state != "JobComplete":
            self._api.bulk.delete(job.id)
            why = f" ({job.said})" if job.said else ""
            words = "was aborted by somebody" if job.state == "Aborted" else "failed"
            raise LoadFailed(f"{self._plan.object.name}: the bulk job {words}{why}")
        return job

    def _read(self, job: Job, place: Place, position: Position) -> Iterator[tuple[RecordPage, Position]]:
        assert self._columns is not None
        done, before = place.rows, place.before
        for results in self._api.bulk.results(job.id, place.locator):
            rows = read_csv(self._source, results, self._columns)
            for _ in islice(rows, done):
                pass  # stored by a sync that was broken off here
            while some := list(islice(rows, ROWS_IN_PAGE)):
                done += len(some)
                read = read_rows(self._source, self._plan, some)
                position = position.at(place._replace(locator=results.locator, rows=done, before=before), read.high)
                page = self._page(position, job.rows)
                yield page._replace(records=read.records, aside=read.aside), position
            done, before = 0, before + done

    def _check_whole(self, job: Job, place: Place | None) -> None:
        """Raise LoadFailed where the files held fewer rows than the job has found: one of them was never named."""
        came = place.before + place.rows if place else 0
        if job.rows is not None and came < job.rows:
            self._api.bulk.delete(job.id)
            raise LoadFailed(f"{self._plan.object.name}: the bulk job found {job.rows:,} rows and sent {came:,}")

    def _page(self, position: Position, expected: int | None = None) -> RecordPage:
        news = tuple(note for note in self._plan.notes if note not in self.notes)
        self.notes += news
        return RecordPage([], position.cursor(self._plan), expected=expected, notes=news, withheld=self._plan.withheld)
