"""The ids of all living rows of an object, archived ones among them: page by page, or by a bulk job."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from c360cli.errors import RequestRefused, SourceDown

from .api import Api
from .bulk import Job
from .bulk_rows import Column, read_csv
from .describe import Description
from .rows import row_id

_IDS = [Column("Id", ("Id",), str)]
_LIVING = "IsDeleted = false"
_ROWS_IN_PAGE = 10_000


def all_ids(source: str, api: Api, description: Description, bulk_above: int | None) -> Iterator[Sequence[str]]:
    """Yield the ids of an object's living rows; SourceDown where an answer is not whole."""
    soql = f"select Id from {description.name}"
    if "isdeleted" in description.fields:  # users have none: they are never deleted
        soql += f" where {_LIVING}"
    page = api.query(soql)
    if bulk_above is not None and page.next_url is not None and (page.total or 0) > bulk_above:
        job = _finished_job(api, soql)
        if job is not None:
            count = 0
            for results in api.bulk.results(job.id, None):
                rows = read_csv(source, results, _IDS)
                while some := list(islice(rows, _ROWS_IN_PAGE)):
                    count += len(some)
                    yield _ids(source, some)
            _check_whole(source, description, count, job.rows)
            api.bulk.delete(job.id)
            return
    asked: set[str] = set()
    count, total = len(page.rows), page.total
    yield _ids(source, page.rows)
    while page.next_url is not None:
        if page.next_url in asked:
            raise SourceDown(source, f"sends the same page of {description.name} again and again.")
        asked.add(page.next_url)
        page = api.next_page(page.next_url)
        count += len(page.rows)
        yield _ids(source, page.rows)
    _check_whole(source, description, count, total)


def _check_whole(source: str, description: Description, count: int, promised: int | None) -> None:
    if promised is not None and count < promised:
        raise SourceDown(source, f"sent {count:,} ids of {description.name} where it promised {promised:,}.")


def _finished_job(api: Api, soql: str) -> Job | None:
    """Return a job that has found the ids; None where bulk jobs are not to be had."""
    try:
        job = api.bulk.wait(api.bulk.create(soql).id)
    except RequestRefused:
        return None
    return job if job is not None and job.state == "JobComplete" else None


def _ids(source: str, rows: Sequence[Any]) -> list[str]:
    # What is missing from this list is taken for purged: an id that cannot be read must not pass for one that is gone.
    ids = [row_id(row) for row in rows]
    if None in ids:
        raise SourceDown(source, "sent rows without an id where ids were asked for.")
    return [each for each in ids if each is not None]
