"""Typeform over its API: forms with their questions, and responses newest first.

Its CSV has a column a question and the token of the response in the first one; a response of the API is laid out in
the same columns, so that a form read first from files and later over the API has the same answers under the same ids.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from c360cli.errors import RequestRefused, SourceDown
from c360cli.times import moment, parse_moment, read_moment

from ..files.reading import unique
from ..wording import line
from .api import Api, Head, Page
from .definition import Definition, as_list, as_object
from .offered import Asked, asked_in_words, asked_on
from .tools import NOTHING, TYPEFORM, Heading

PAUSE_SECONDS = 0.5  # two requests a second are allowed
# Responses of the last half hour may come later than ones that were sent off after them.
_LATE = timedelta(hours=1)
_MOST_PAGES_OF_FORMS = 500
_AROUND = ("#", "Response Type", "Start Date (UTC)", "Submit Date (UTC)", "Network ID")
_GROUPS = frozenset(("group", "inline_group", "contact_info", "address", "matrix"))
_TOKEN = re.compile(r"[\w-]{1,100}", re.ASCII)
_WORDS = frozenset(("short_text", "long_text"))
_NOWHEN = "0001-"  # what an unsent response has instead of null


class Typeform:
    """The forms and responses of one Typeform account."""

    tool = TYPEFORM._replace(guards=False)  # only its CSV puts a quote mark before what a spreadsheet would run

    def __init__(self, api: Api, page_size: int) -> None:
        self._api = api
        self._page_size = page_size

    def forms(self) -> Iterator[Head]:
        """Yield every form of the account."""
        for number in range(1, _MOST_PAGES_OF_FORMS):
            body = self._api.read("/forms", {"page": number, "page_size": 200})
            rows = self._api.rows("/forms", body, "items")
            for row in rows:
                if isinstance(row, dict) and isinstance(row.get("id"), str):
                    yield Head(row["id"], line(row.get("title"), 200) or row["id"], _text(row.get("last_updated_at")))
            pages = body.get("page_count")
            if not rows or (isinstance(pages, int) and number >= pages):
                return
        raise SourceDown(self._api.source, "/forms gives pages without an end.")

    def define(self, form: str) -> Definition:
        """Return the questions of a form."""
        body = self._api.read(f"/forms/{form}")
        fields = list(_fields(self._api.rows(f"/forms/{form}", body, "fields")))
        hidden = [name for name in as_list(body, "hidden") if isinstance(name, str)]
        asked = [_asked(field) for field in fields]
        titles = [_title(field) for field in fields]
        names = unique(["#", *titles, *hidden, *_AROUND[1:]])
        headings = [Heading("#", "#", asks=NOTHING)]
        places: dict[str, str] = {}
        mails = []
        for name, title, field, what in zip(names[1:], titles, fields, asked, strict=False):
            headings.append(Heading(name, title, asks=what.kind, refused=what.refused))
            places[str(field.get("id"))] = name
            if field.get("type") == "email":
                mails.append(name)
        for name, own in zip(names[1 + len(fields) :], (*hidden, *_AROUND[1:]), strict=True):
            headings.append(Heading(name, own, asks=NOTHING))
            places[f"hidden {own}" if own in hidden else own] = name
        title = line(body.get("title"), 200) or form
        notes = tuple(what.note for what in asked if what.note)
        return Definition(form, title, self.tool, headings, places, {"respondent": tuple(mails)}, notes)

    def pages(self, form: str, state: Mapping[str, Any], start: str | None) -> Iterator[Page]:
        """Yield the responses sent off since the last read, newest first.

        The state is ``{"newest": moment}``, in the middle of a read also ``since`` (where it began) and ``before``
        (the token it has come to): only when all are read does ``newest`` move, so a read that is broken off goes on.
        """
        path = f"/forms/{form}/responses"
        newest = state.get("newest")
        since = state.get("since") or (_earlier(newest) if newest else start)
        before: str | None = state.get("before")
        top = state.get("top") or newest
        begun_at = moment(self._api.now())
        seen = {before}
        has_restarted = False
        while True:
            place = {"before": before} if before else {}
            limits = {"since": since} if since else {}
            params = {"page_size": self._page_size, "response_type": "completed", **limits, **place}
            try:
                body = self._api.read(path, params)
            except RequestRefused as error:
                # The response we had come to was deleted meanwhile: its place is gone, so this read begins again.
                if before is None or has_restarted or error.status not in (400, 404, 422):
                    raise
                before, has_restarted, seen = None, True, {None}
                continue
            rows = self._api.rows(path, body, "items")
            # A stamp from the future must not hide what is sent off until then.
            stamps = [min(stamp, begun_at) for row in rows if (stamp := _sent_at(row))]
            top = max(filter(None, (top, *stamps)), default=None)
            last = _token(rows[-1]) if rows else None
            total = body.get("total_items")
            # Neither number alone is proof of the end: a service may cut its pages, or count only what it sends.
            is_last = not rows or (len(rows) < self._page_size and isinstance(total, int) and total <= len(rows))
            if is_last:
                yield Page(rows, {"newest": top} if top else {}, True)
                return
            if last is None or last in seen:
                raise SourceDown(self._api.source, f"{path} gives the same page again and again.")
            seen.add(last)
            before = last
            middle = {"newest": newest, "since": since, "before": before, "top": top}
            yield Page(rows, {key: value for key, value in middle.items() if value}, False)

    def try_responses(self, form: str) -> None:
        """Ask for one response; raises what keeps us from reading them."""
        self._api.read(f"/forms/{form}/responses", {"page_size": 1})

    def ids(self, form: str) -> Iterator[str]:
        """Yield the id of every response there is."""
        for page in self.pages(form, {}, None):
            yield from filter(None, map(_token, page.rows))

    def single(self, form: str, ids: Sequence[str]) -> list[Any]:
        """Return the responses with these ids, less those that are gone."""
        path = f"/forms/{form}/responses"
        body = self._api.read(path, {"included_response_ids": ",".join(ids), "page_size": len(ids)})
        return self._api.rows(path, body, "items")

    def response_id(self, row: Any) -> str | None:
        """Return the id of a response; None where it has none."""
        return _token(row)

    def cells(self, definition: Definition, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a response in the columns of Typeform's CSV; ValueError for one that cannot be read."""
        places = definition.places
        metadata = row.get("metadata")
        cells: dict[str, Any] = {
            "#": _token(row),
            places["Response Type"]: row.get("response_type"),
            places["Start Date (UTC)"]: _as_in_csv(row.get("landed_at")),
            places["Submit Date (UTC)"]: _as_in_csv(row.get("submitted_at")),
            places["Network ID"]: metadata.get("network_id") if isinstance(metadata, dict) else None,
        }
        for key, value in as_object(row, "hidden").items():
            if (name := places.get(f"hidden {key}")) and isinstance(value, str | int | float):
                cells[name] = str(value)
        answers = row.get("answers")
        if answers is not None and not isinstance(answers, list):
            raise ValueError("its answers are no list")
        for answer in answers or ():
            field = answer.get("field") if isinstance(answer, dict) else None
            name = places.get(str(field.get("id"))) if isinstance(field, dict) else None
            if name is not None:
                cells[name] = _value(answer)
        return cells


def _fields(fields: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the questions, those inside of groups too; a form nests them once."""
    for field in fields:
        if not isinstance(field, dict):
            continue
        inner = as_object(field, "properties").get("fields")
        if str(field.get("type")) in _GROUPS and isinstance(inner, list):
            yield from (each for each in inner if isinstance(each, dict) and each.get("type") != "statement")
        elif field.get("type") != "statement":
            yield field


def _asked(field: dict[str, Any]) -> Asked:
    properties = as_object(field, "properties")
    kind, title = str(field.get("type")), _title(field)
    steps = properties.get("steps")
    if kind == "nps":
        return asked_on(title, range(11), "nps")
    if kind in ("opinion_scale", "rating") and type(steps) is int and 0 < steps <= 100:
        first = 1 if kind == "rating" or properties.get("start_at_one") else 0
        return asked_on(title, range(first, first + steps))
    if kind in ("multiple_choice", "dropdown", "picture_choice") and not properties.get("allow_multiple_selection"):
        choices = properties.get("choices")
        labels = [each.get("label") for each in choices if isinstance(each, dict)] if isinstance(choices, list) else []
        return asked_on(title, labels)
    if kind == "number":
        limits = as_object(field, "validations")
        low, high = limits.get("min_value"), limits.get("max_value")
        if type(low) is int and type(high) is int and 0 <= high - low <= 100:
            return asked_on(title, range(low, high + 1))
        return asked_on(title, ("any number",))
    if kind in _WORDS:
        return asked_in_words(title)
    return Asked(NOTHING, ("nps", "csat"))


def _value(answer: Mapping[str, Any]) -> Any:
    value = answer.get(str(answer.get("type")))
    if isinstance(value, dict):
        labels = value.get("labels")
        if isinstance(labels, list):
            return ", ".join(str(each) for each in [*labels, value.get("other")] if each) or None
        return value.get("label") or value.get("other")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value if isinstance(each, str | int | float)) or None
    return int(value) if isinstance(value, bool) and answer.get("type") == "boolean" else value


def _title(field: Mapping[str, Any]) -> str:
    return line(field.get("title"), 2000) or str(field.get("ref") or field.get("id") or "")


def _token(row: Any) -> str | None:
    token = row.get("token") or row.get("response_id") if isinstance(row, dict) else None
    return token if isinstance(token, str) and _TOKEN.fullmatch(token) else None


def _sent_at(row: Any) -> str | None:
    """Return when a response was sent off; None for one that was not, or that does not say it."""
    sent = row.get("submitted_at") if isinstance(row, dict) else None
    try:
        return read_moment(sent) if isinstance(sent, str) and not sent.startswith(_NOWHEN) else None
    except ValueError:
        return None


def _earlier(newest: str) -> str:
    return moment(parse_moment(newest) - _LATE)


def _as_in_csv(when: Any) -> Any:
    if not isinstance(when, str) or when.startswith(_NOWHEN):
        return None
    try:
        return read_moment(when).replace("T", " ").removesuffix("Z")
    except ValueError:
        return when  # it is set aside with these words


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) <= 60 else None
