"""The stand-in's Bulk API 2.0: query jobs that take a while, and their results as CSV in several files.

As at the source: cells are all quoted, moments end in Z, doubles are written like Java's, the last locator is the word
"null", every file begins with the names, and the header claims a charset the bytes do not have.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from .exchange import Refusal, Request, Response, json_response
from .org import Answer, Org, QueryRefused

_STATES = ("UploadComplete", "InProgress", "JobComplete")
_PAGES_AT_ONCE = 5
_PARALLEL_SINCE = 58
_NOT_SUPPORTED = re.compile(r"\b(group by|offset|typeof|count\s*\()", re.IGNORECASE)


class _Job:
    def __init__(self, job_id: str, version: str, operation: str, names: list[str], answer: Answer, now: datetime):
        self.id, self.version, self.operation = job_id, version, operation
        self.names, self.answer, self.made_at = names, answer, now
        self.polls = 0
        self.is_aborted = False

    @property
    def state(self) -> str:
        return "Aborted" if self.is_aborted else _STATES[min(self.polls, len(_STATES) - 1)]

    def document(self, base: str) -> dict[str, Any]:
        made = self.made_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        done = len(self.answer.records) if self.state == "JobComplete" else 0
        return {
            "id": self.id,
            "operation": self.operation,
            "object": base,
            "createdDate": made,
            "systemModstamp": made,
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version[1:]),
            "lineEnding": "LF",
            "columnDelimiter": "COMMA",
            "numberRecordsProcessed": done,
            "retries": 0,
        }


class BulkJobs:
    """The query jobs of one org. ``rows_in_file`` caps the files of results, so that a test sees several."""

    def __init__(self, clock: Callable[[], datetime], seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._made = 0
        self.jobs: dict[str, _Job] = {}
        self.rows_in_file = 50_000

    def forget(self) -> None:
        """Lose every job, as after seven days."""
        self.jobs.clear()

    def respond(self, org: Org, request: Request, version: str, words: list[str]) -> Response:
        """Answer a request below ``jobs/query``; ``words`` is what follows it."""
        if not words:
            if request.method == "POST":
                return self._create(org, request, version)
            listed = [job.document("") for job in self.jobs.values()]
            return json_response(200, {"done": True, "records": listed, "nextRecordsUrl": None})
        job = self.jobs.get(words[0])
        if job is None:
            raise _refused(404, "NOT_FOUND", "The requested resource does not exist")
        if job.version != version:
            raise _refused(409, "VERSION_MISMATCH", f"the job was made with {job.version}")
        if words[1:] == ["results"]:
            return self._results(job, request)
        if words[1:] == ["resultPages"] and int(version[1:].split(".")[0]) >= _PARALLEL_SINCE:
            return self._result_pages(job, request, version)
        if len(words) > 1:
            raise _refused(404, "NOT_FOUND", "The requested resource does not exist")
        if request.method == "DELETE":
            if job.state not in ("JobComplete", "Aborted", "Failed"):
                raise _refused(400, "INVALIDJOBSTATE", "Deleting a job that is not terminated is not allowed")
            del self.jobs[job.id]
            return Response(204, b"")
        if request.method == "PATCH":
            job.is_aborted = True
        job.polls += request.method == "GET"
        return json_response(200, job.document(_object_of(job)))

    def _create(self, org: Org, request: Request, version: str) -> Response:
        try:
            asked = json.loads(request.body)
            text, operation = str(asked["query"]), asked["operation"]
        except (ValueError, KeyError, TypeError):
            raise _refused(400, "INVALIDJOB", "the job has no query") from None
        if operation not in ("query", "queryAll"):
            raise _refused(400, "INVALIDJOB", "operation is neither query nor queryAll")
        if _NOT_SUPPORTED.search(text):
            words = "Aggregate Relationships not supported in Bulk V2 Query with CSV content type"
            raise _refused(400, "API_ERROR", words)
        names = [name.strip() for name in re.split(r"\bfrom\b", text, flags=re.IGNORECASE)[0][6:].split(",")]
        try:
            answer = org.answer(text, version, with_deleted=operation == "queryAll")
        except QueryRefused as error:
            raise _refused(400, error.error_code, str(error)) from error
        if any(isinstance(_cell(record, name), dict) for record in answer.records for name in names):
            raise _refused(400, "API_ERROR", "Selecting compound data not supported in Bulk Query")
        self._made += 1
        mark = hashlib.sha256(f"{self._seed} {self._made}".encode()).hexdigest()[:9]
        job = _Job(f"750Dm0000{mark}", version, operation, names, answer, self._clock())
        self.jobs[job.id] = job
        return json_response(200, job.document(_object_of(job)))

    def _results(self, job: _Job, request: Request) -> Response:
        if job.state != "JobComplete":
            raise _refused(400, "INVALIDJOBSTATE", "the job is not done")
        locator = request.query.get("locator")
        start = self._place(job, locator) if locator else 0
        most = request.query.get("maxRecords", "")
        end = start + min(int(most) if most.isdigit() else self.rows_in_file, self.rows_in_file)
        records = job.answer.records[start:end]
        text = io.StringIO()
        lines = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
        lines.writerow(job.names)
        lines.writerows([_written(_cell(record, name)) for name in job.names] for record in records)
        headers = (
            ("Content-Type", "text/csv; charset=ISO-8859-1"),
            ("Sforce-NumberOfRecords", str(len(records))),
            ("Sforce-Locator", _locator(job, end) if end < len(job.answer.records) else "null"),
        )
        return Response(200, text.getvalue().encode(), headers)

    def _result_pages(self, job: _Job, request: Request, version: str) -> Response:
        if job.state != "JobComplete":
            raise _refused(400, "INVALIDJOBSTATE", "the job is not done")
        base = f"/services/data/{version}/jobs/query/{job.id}"
        starts = list(range(0, max(1, len(job.answer.records)), self.rows_in_file))
        locator = request.query.get("locator")
        first = starts.index(self._place(job, locator)) if locator else 0
        following = starts[first + _PAGES_AT_ONCE : first + _PAGES_AT_ONCE + 1]
        urls = [f"{base}/results?locator={quote(_locator(job, at))}" for at in starts[first : first + _PAGES_AT_ONCE]]
        document: dict[str, Any] = {"resultPages": [{"resultUrl": url} for url in urls], "done": not following}
        if following:
            document["nextRecordsUrl"] = f"{base}/resultPages?locator={quote(_locator(job, following[0]))}"
        return json_response(200, document)

    def _place(self, job: _Job, locator: str) -> int:
        for start in range(0, max(1, len(job.answer.records)), 1):
            if _locator(job, start) == locator:
                return start
        raise _refused(400, "INVALID_LOCATOR", "invalid locator")


def _locator(job: _Job, start: int) -> str:
    # Nothing a client could count with: what it says is the server's affair.
    return f"{hashlib.sha256(job.id.encode()).hexdigest()[:6]}{start:x}"


def _object_of(job: _Job) -> str:
    return str(job.answer.records[0]["attributes"]["type"]) if job.answer.records else ""


def _cell(record: dict[str, Any], name: str) -> Any:
    value: Any = record
    for word in name.split("."):
        value = next((each for key, each in value.items() if key.lower() == word.lower()), None) if value else None
    return value


def _written(value: Any) -> str:
    """Return a value of a JSON answer as a CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _as_java(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return text.replace("+0000", "Z") if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000", text) else text


def _as_java(value: float) -> str:
    """Return a double as Java writes it: 12.5, 950.0, 9.5E8."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, exponent = f"{value:.16e}".split("e")
    for length in range(1, 17):
        shorter = f"{value:.{length}e}"
        if float(shorter) == value:
            digits, exponent = shorter.split("e")
            break
    return f"{digits}E{int(exponent)}"


def _refused(status: int, error_code: str, message: str) -> Refusal:
    return Refusal(json_response(status, [{"message": message, "errorCode": error_code}]))
