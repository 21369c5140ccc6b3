"""SurveyMonkey over its API: surveys and responses, those changed last at the end.

Its CSV has a column a question, an option or a row of a matrix; a response of the API is laid out in the same
columns, so that a survey read first from files and later over the API has the same answers under the same ids.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from c360cli.errors import RequestRefused, SourceDown
from c360cli.times import moment, parse_moment, read_moment

from ..files.reading import unique
from ..wording import line
from .api import Api, Head, Page
from .definition import Definition, as_list, as_object
from .monkey_questions import columns_of
from .tools import NOTHING, SURVEYMONKEY, Heading

PAUSE_SECONDS = 0.0  # its headers tell when a minute's requests are used
_MOST_PAGES = 10_000
# "After" may mean "at or after" or not: asking from a second before makes it the same.
_NOWHEN = "0001-"  # what some write in place of nothing
_SECOND = timedelta(seconds=1)

# Column of the CSV, and field of a response.
_AROUND = (
    ("Respondent ID", "id"),
    ("Collector ID", "collector_id"),
    ("Start Date", "date_created"),
    ("End Date", "date_modified"),
    ("IP Address", "ip_address"),
    ("Email Address", "email_address"),
    ("First Name", "first_name"),
    ("Last Name", "last_name"),
    ("Custom Data 1", "custom_value"),
    ("collection_mode", "collection_mode"),
    ("response_status", "response_status"),
)
_OF_CONTACT = {
    "email_address": ("email", "email_address"),
    "first_name": ("first_name",),
    "last_name": ("last_name",),
    "custom_value": ("custom_value", "custom_value1"),
}


class SurveyMonkey:
    """The surveys and responses of one SurveyMonkey account."""

    tool = SURVEYMONKEY

    def __init__(self, api: Api, page_size: int) -> None:
        self._api = api
        self._page_size = page_size

    def forms(self) -> Iterator[Head]:
        """Yield every survey of the account."""
        for row in self._all("/v3/surveys", {"per_page": 1000, "include": "date_modified"}):
            identity = str(row.get("id", ""))
            if identity.isascii() and identity.isdigit():
                changed = row.get("date_modified")
                yield Head(
                    identity, line(row.get("title"), 200) or identity, changed if isinstance(changed, str) else None
                )

    def define(self, form: str) -> Definition:
        """Return the questions of a survey."""
        path = f"/v3/surveys/{form}/details"
        body = self._api.read(path)
        columns = []
        for page in self._api.rows(path, body, "pages"):
            for question in as_list(page, "questions"):
                columns += columns_of(question) if isinstance(question, dict) else []
        variables = [*as_object(body, "custom_variables"), *map(str, as_list(body, "custom_variables"))]
        own = [name for name, _ in _AROUND]
        names = unique([*own, *variables, *(heading.name for heading, _, _ in columns)])
        headings = [Heading(name, name, asks=NOTHING) for name in names[: len(own) + len(variables)]]
        places = {field: name for (_, field), name in zip(_AROUND, names, strict=False)}
        places |= {f"variable {word}": name for word, name in zip(variables, names[len(own) :], strict=False)}
        mails = []
        notes = []
        for (heading, keys, what), name in zip(columns, names[len(headings) :], strict=True):
            headings.append(heading._replace(name=name))
            places |= {key: name for key in keys if key not in places}
            if what.is_mail:
                mails.append(name)
            if what.note:
                notes.append(what.note)
            places |= {f"{name}\0{choice}": words for choice, words in what.words.items()}
        title = line(body.get("title"), 200) or form
        return Definition(
            form, title, self.tool, headings, places, {"respondent": tuple(mails)}, tuple(dict.fromkeys(notes))
        )

    def pages(self, form: str, state: Mapping[str, Any], start: str | None) -> Iterator[Page]:
        """Yield the responses changed since the last read, the one changed first first.

        The state is ``{"newest": moment}``. Each page is the first one of what changed since the page before it: by
        numbers alone, a response that changes during the read would pull another one past the edge of a page. Where
        one second fills a page the numbers go on. Where the order is not kept, all is read by numbers from where this
        read began, and ``newest`` moves at its end only.
        """
        path = f"/v3/surveys/{form}/responses/bulk"
        began = newest = state.get("newest")
        begun_at = moment(self._api.now())
        top, number, is_in_order = newest, 1, True
        before: list[Any] = []
        for _ in range(_MOST_PAGES):
            since = self._since(newest) if newest else start
            params = {"per_page": self._page_size, "page": number, "sort_by": "date_modified", "sort_order": "ASC"}
            body = self._api.read(path, {**params, **({"start_modified_at": since} if since else {})})
            rows = self._api.rows(path, body, "data")
            # A stamp from the future must not hide what changes until then.
            stamps = [min(stamp, begun_at) for row in rows if (stamp := _changed_at(row))]
            top = max(filter(None, (top, *stamps)), default=None)
            # The address of the next page is never followed: whether there is one is all it tells us.
            if not rows or not as_object(body, "links").get("next"):
                yield Page(rows, {"newest": top} if top else {}, True)
                return
            place = [(self.response_id(row), _changed_at(row)) for row in rows]
            if place == before:
                raise SourceDown(self._api.source, f"{path} gives the same page again and again.")
            if is_in_order and (stamps != sorted(stamps) or (before and stamps and stamps[0] < (before[-1][1] or ""))):
                is_in_order, newest, number, before = False, began, 1, []
            elif is_in_order and top and (not newest or self._since(top) > self._since(newest)):
                newest, number, before = top, 1, []
            else:
                number, before = number + 1, place
            yield Page(rows, {"newest": newest} if newest else {}, False)
        raise SourceDown(self._api.source, f"{path} gives pages without an end.")

    def try_responses(self, form: str) -> None:
        """Ask for one response; raises what keeps us from reading them."""
        self._api.read(f"/v3/surveys/{form}/responses/bulk", {"per_page": 1})

    def ids(self, form: str) -> Iterator[str]:
        """Yield the id of every response there is."""
        for row in self._all(f"/v3/surveys/{form}/responses", {"per_page": 1000}):
            if (identity := self.response_id(row)) is not None:
                yield identity

    def single(self, form: str, ids: Sequence[str]) -> list[Any]:
        """Return the responses with these ids, less those that are gone: each is a request."""
        found = []
        for identity in ids:
            try:
                found.append(self._api.read(f"/v3/surveys/{form}/responses/{identity}/details"))
            except RequestRefused as error:
                if error.status != 404:
                    raise
        return found

    def response_id(self, row: Any) -> str | None:
        """Return the id of a response; None where it has none."""
        identity = str(row.get("id", "")) if isinstance(row, dict) else ""
        return identity if identity.isascii() and identity.isdigit() and len(identity) <= 30 else None

    def cells(self, definition: Definition, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a response in the columns of SurveyMonkey's CSV; ValueError for one that cannot be read."""
        places = definition.places
        contact = as_object(as_object(row, "metadata"), "contact")
        cells: dict[str, Any] = {}
        for _, field in _AROUND:
            value = row.get(field)
            if value in (None, ""):
                value = next((found for key in _OF_CONTACT.get(field, ()) if (found := _plain(contact.get(key)))), None)
            if isinstance(value, str) and value.startswith(_NOWHEN):
                value = None
            cells[places[field]] = str(value) if isinstance(value, str | int | float) else None
        for key, value in as_object(row, "custom_variables").items():
            if (name := places.get(f"variable {key}")) and isinstance(value, str | int | float):
                cells[name] = str(value)
        pages = row.get("pages")
        if pages is not None and not isinstance(pages, list):
            raise ValueError("its pages are no list")
        for page in pages or ():
            for question in as_list(page, "questions"):
                for answer in as_list(question, "answers"):
                    if isinstance(answer, dict):
                        _put(cells, places, str(question.get("id")), answer)
        return cells

    def _since(self, newest: str) -> str:
        return moment(parse_moment(newest) - _SECOND).replace("Z", "+00:00")

    def _all(self, path: str, params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the rows of a list, page by page by their numbers."""
        first: Any = None
        for number in range(1, _MOST_PAGES):
            body = self._api.read(path, {**params, "page": number})
            rows = self._api.rows(path, body, "data")
            if rows and number > 1 and rows[0] == first:
                break
            first = rows[0] if rows else None
            yield from (row for row in rows if isinstance(row, dict))
            if not rows or not as_object(body, "links").get("next"):
                return
        raise SourceDown(self._api.source, f"{path} gives the same page again and again.")


def _put(cells: dict[str, Any], places: Mapping[str, str], question: str, answer: Mapping[str, Any]) -> None:
    """Put one answer into its column: that of its choice, of its row, or of the question."""
    parts = {key: str(answer[key]) for key in ("choice_id", "row_id", "other_id") if answer.get(key)}
    keys = [f"{question}:{parts[key]}" for key in ("other_id", "row_id", "choice_id") if key in parts]
    name = next((places[key] for key in (*keys, question) if key in places), None)
    if name is None:
        return
    choice = parts.get("choice_id")
    words = places.get(f"{name}\0{choice}") if choice else None
    value = words if words is not None else _plain(answer.get("text"))
    if value is None and choice:
        value = choice
    if value is not None:
        cells[name] = value if cells.get(name) is None else f"{cells[name]}, {value}"


def _plain(value: Any) -> str | None:
    """Return a value of a contact, which comes plain or as ``{"type": ..., "value": ...}``."""
    value = value.get("value") if isinstance(value, dict) else value
    return str(value) if isinstance(value, str | int | float) and str(value) else None


def _changed_at(row: Any) -> str | None:
    when = row.get("date_modified") if isinstance(row, dict) else None
    try:
        return read_moment(when) if isinstance(when, str) and not when.startswith(_NOWHEN) else None
    except ValueError:
        return None
