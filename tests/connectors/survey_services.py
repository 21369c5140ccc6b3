"""Typeform and SurveyMonkey for one test: a real server on loopback with forms, responses, limits, faults and lies."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from c360_connectors import surveys

from c360cli.connector import Context
from c360cli.records import Record, RecordPage

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKEN = "tfp_3f9a_canary_of_surveys"
RECOMMEND = "How likely are you to recommend us to a friend or colleague?"

Json = dict[str, Any]


class Reply(NamedTuple):
    """What a fault answers; ``body`` of bytes is sent as it is, and without a status the true answer is sent."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = {}


Fault = Callable[[str, dict[str, str], int], Reply | None]


class Services:
    """Both services: ``forms`` of Typeform and ``surveys`` of SurveyMonkey, with their ``responses`` by id of the form.

    ``fault`` sees (path, query, number of the request) and may answer in their place; ``lie`` changes a true answer.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.now = NOW
        self.forms: dict[str, Json] = {}
        self.surveys: dict[str, Json] = {}
        self.responses: dict[str, list[Json]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.slept: list[float] = []
        self.largest_page = 1000
        self.day_limit: int | None = None
        self.day_used = 0
        self.fault: Fault = lambda path, query, number: None
        self.lie: Callable[[str, Json], Json] = lambda path, body: body

    def asked(self, path: str) -> list[dict[str, str]]:
        """Return the queries that came for ``path``."""
        return [query for asked, query in self.requests if asked == path]

    def answer(self, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Reply:
        """Return the answer to one request."""
        self.requests.append((path, query))
        self.day_used += 1
        if (wrong := self.fault(path, query, len(self.requests))) is not None:
            return wrong
        is_monkey = path.startswith("/v3/")
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return (
                _monkey_error(401, "1011", "The token is invalid.") if is_monkey else _form_error(401, "UNAUTHORIZED")
            )
        limits = self._limits() if is_monkey else {}
        if is_monkey and self.day_limit is not None and self.day_used > self.day_limit:
            refused = _monkey_error(429, "1040", "Rate limit reached.")
            return refused._replace(headers=limits)
        found = self._monkey(path[4:], query) if is_monkey else self._typeform(path[1:], query)
        return found if isinstance(found, Reply) else Reply(200, self.lie(path, found), limits)

    def _limits(self) -> dict[str, str]:
        if self.day_limit is None:
            return {}
        return {
            "X-Ratelimit-App-Global-Day-Limit": str(self.day_limit),
            "X-Ratelimit-App-Global-Day-Remaining": str(max(0, self.day_limit - self.day_used)),
            "X-Ratelimit-App-Global-Day-Reset": "43200",
            "X-Ratelimit-App-Global-Minute-Remaining": "0" if self.day_used % 120 == 0 else "7",
            "X-Ratelimit-App-Global-Minute-Reset": "9",
        }

    def _typeform(self, path: str, query: dict[str, str]) -> Json | Reply:
        words = path.split("/")
        if words == ["forms"]:
            rows = [{"id": name, **form} for name, form in self.forms.items()]
            return {"items": rows, "total_items": len(rows), "page_count": 1}
        if len(words) > 1 and words[1] not in self.forms:
            return _form_error(404, "FORM_NOT_FOUND")
        if len(words) == 2:
            return {"id": words[1], **self.forms[words[1]]}
        items = sorted(self.responses.get(words[1], []), key=_sent, reverse=True)
        if query.get("response_type") == "completed":
            items = [item for item in items if item.get("response_type", "completed") == "completed"]
        if included := query.get("included_response_ids"):
            items = [item for item in items if item["token"] in included.split(",")]
        if since := query.get("since"):
            items = [item for item in items if item["submitted_at"] >= since]
        if before := query.get("before"):
            tokens = [item["token"] for item in items]
            if before not in tokens:
                return _form_error(400, "VALIDATION_ERROR")
            items = items[tokens.index(before) + 1 :]
        size = min(int(query.get("page_size", 25)), self.largest_page)
        return {"items": items[:size], "total_items": len(items), "page_count": -(-len(items) // size)}

    def _monkey(self, path: str, query: dict[str, str]) -> Json | Reply:
        words = path.split("/")
        if words == ["surveys"]:
            rows = [{"id": name, "title": survey["title"], "date_modified": survey.get("date_modified")}
                    for name, survey in self.surveys.items()]  # fmt: skip
            return self._listed(path, rows, query)
        if words[1] not in self.surveys:
            return _monkey_error(404, "1020", "There was an error retrieving the requested resource.")
        rows = self.responses.get(words[1], [])
        if words[2:] == ["details"]:
            return {"id": words[1], **self.surveys[words[1]]}
        if words[2:] == ["responses"]:
            return self._listed(path, [{"id": row["id"], "href": "https://evil.example/x"} for row in rows], query)
        if words[2:3] == ["responses"] and words[4:] == ["details"]:
            single = [row for row in rows if str(row["id"]) == words[3]]
            return single[0] if single else _monkey_error(404, "1020", "There was an error retrieving the resource.")
        if since := query.get("start_modified_at"):
            after = datetime.fromisoformat(since)
            rows = [row for row in rows if datetime.fromisoformat(row["date_modified"]) > after]
        if query.get("sort_by") == "date_modified":
            rows = sorted(rows, key=lambda row: str(row["date_modified"]))
        return self._listed(path, rows, query)

    def _listed(self, path: str, rows: list[Json], query: dict[str, str]) -> Json:
        size, number = min(int(query.get("per_page", 50)), self.largest_page), int(query.get("page", 1))
        start = (number - 1) * size
        links = {"self": f"https://api.surveymonkey.net/v3/{path}"}
        if start + size < len(rows):
            links["next"] = f"https://api.surveymonkey.net/v3/{path}?page={number + 1}"
        return {
            "data": rows[start : start + size],
            "per_page": size,
            "page": number,
            "total": len(rows),
            "links": links,
        }

    def source(self, service: str, **options: Any) -> Any:
        """Return the connector to ``service``."""
        auth = {"type": "access_token", "token": {"env": "T"}}
        given = {"connector": "surveys", "service": service, "base_url": self.url, "auth": auth}
        context = Context("", UTC, lambda: self.now, self.slept.append, lambda reference: TOKEN)
        return surveys.connect("nps", given | options, context)

    def read(self, service: str, cursor: Json | None = None, **options: Any) -> tuple[list[Record], list[RecordPage]]:
        """Return all records and the pages they came in; the cursor goes through JSON as in a store."""
        before = json.loads(json.dumps(cursor)) if cursor else None
        pages = list(self.source(service, **options).fetch("answers", before))
        return [record for page in pages for record in page.records], pages


def typeform(fields: list[Json] | None = None, **more: Any) -> Json:
    """Return a form: NPS with its reason, a rating of 5, a scale of 1 to 10, and two hidden fields."""
    return {
        "title": "Pulse",
        "last_updated_at": "2026-01-01T00:00:00Z",
        "hidden": ["account_id", "email"],
        "fields": fields
        or [
            {"id": "f1", "type": "nps", "title": RECOMMEND, "properties": {"steps": 11, "start_at_one": False}},
            {"id": "f2", "type": "long_text", "title": "Tell us why", "properties": {}},
            {"id": "f3", "type": "rating", "title": "How satisfied are you with us?", "properties": {"steps": 5}},
            {"id": "f4", "type": "multiple_choice", "title": "Which do you use?",
             "properties": {"allow_multiple_selection": True, "choices": [{"label": "Chat"}, {"label": "Mail"}]}},
        ],
        **more,
    }  # fmt: skip


def typeform_item(number: int, score: int = 9, why: str | None = None, **more: Any) -> Json:
    """Return a response, sent off ``number`` minutes after the beginning of the month."""
    sent = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
    answers = [{"field": {"id": "f1", "type": "nps", "ref": "r"}, "type": "number", "number": score}]
    if why is not None:
        answers.append({"field": {"id": "f2", "type": "long_text", "ref": "s"}, "type": "text", "text": why})
    token = f"tok{number:05}"
    return {
        "landing_id": token,
        "token": token,
        "response_id": token,
        "response_type": "completed",
        "landed_at": (sent - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "submitted_at": sent.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "metadata": {"network_id": "77f"},
        "hidden": {"account_id": f"a-{number}", "email": f"p{number}@acme.com"},
        "answers": answers,
        **more,
    }


NPS_CHOICES = [
    {"id": f"70{point}", "text": {0: "Not at all likely - 0", 10: "Extremely likely - 10"}.get(point, str(point)),
     "weight": -100 if point < 7 else 0 if point < 9 else 100}
    for point in range(11)
]  # fmt: skip
WORDS = ("Very satisfied", "Satisfied", "Neither satisfied nor dissatisfied", "Dissatisfied", "Very dissatisfied")


def monkey_survey(**more: Any) -> Json:
    """Return a survey: NPS as a matrix of one row, two satisfied rows, boxes to tick, and words."""
    questions = [
        {"id": "51", "family": "matrix", "subtype": "rating", "headings": [{"heading": f"<b>{RECOMMEND}</b>"}],
         "answers": {"rows": [{"id": "61", "text": ""}], "choices": NPS_CHOICES}},
        {"id": "52", "family": "matrix", "subtype": "rating", "headings": [{"heading": "How satisfied are you with:"}],
         "answers": {"rows": [{"id": "62", "text": "Product"}, {"id": "63", "text": "Support"}],
                     "choices": [{"id": f"8{at}", "text": words, "weight": at + 1} for at, words in enumerate(WORDS)]
                     + [{"id": "89", "text": "N/A", "is_na": True}]}},
        {"id": "53", "family": "multiple_choice", "subtype": "vertical", "headings": [{"heading": "Which do you use?"}],
         "answers": {"choices": [{"id": "91", "text": "Chat"}, {"id": "92", "text": "Mail"}]}},
        {"id": "54", "family": "open_ended", "subtype": "essay", "headings": [{"heading": "Anything else?"}]},
    ]  # fmt: skip
    pages = [{"id": "1", "questions": questions}]
    return {
        "title": "Relationship",
        "date_modified": "2026-01-01T00:00:00",
        "custom_variables": {},
        "pages": pages,
    } | more


def monkey_response(number: int, score: int | None = 9, words: str | None = None, **more: Any) -> Json:
    """Return a response, changed last ``number`` minutes after the beginning of the month."""
    changed = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
    questions = []
    if score is not None:
        questions.append({"id": "51", "answers": [{"row_id": "61", "choice_id": f"70{score}"}]})
    if words is not None:
        questions.append({"id": "54", "answers": [{"text": words}]})
    return {
        "id": str(118_000 + number),
        "collector_id": "42",
        "collection_mode": "default",
        "response_status": "completed",
        "date_created": (changed - timedelta(minutes=2)).isoformat(),
        "date_modified": changed.isoformat(),
        "ip_address": "192.0.2.7",
        "email_address": f"p{number}@acme.com",
        "first_name": "Jo",
        "last_name": "Bloom",
        "custom_value": f"a-{number}",
        "custom_variables": {},
        "pages": [{"id": "1", "questions": questions}],
        **more,
    }


def _sent(item: Json) -> str:
    return str(item.get("submitted_at") or "")


def _form_error(status: int, code: str) -> Reply:
    return Reply(status, {"code": code, "description": f"Something about {code.lower()}"})


def _monkey_error(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"error": {"id": code, "name": "An Error", "message": message, "http_status_code": status}})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    services: Services

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        reply = self.services.answer(parts.path, query, self.headers)
        raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def open_services() -> Iterator[Services]:
    """Give both services on one port of 127.0.0.1."""
    handler = type("SurveysHandler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    services = Services(f"http://127.0.0.1:{server.server_port}")
    handler.services = services
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield services
    finally:
        server.shutdown()
        server.server_close()
