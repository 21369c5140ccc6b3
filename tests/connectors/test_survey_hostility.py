"""Whatever Typeform or SurveyMonkey put into a field, it ends as an answer, as an aside or as an explained error."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from c360cli.errors import C360Error
from c360cli.testing import wrong_values

from .survey_services import Services, monkey_response, monkey_survey, open_services, typeform, typeform_item

VALUES: list[Any] = [
    None,
    "",
    0,
    -1,
    2**63,
    10**400,
    float("nan"),
    1e308,
    True,
    [],
    {},
    [[]],
    [None],
    {"id": {}},
    "\ud800",
    "a\0b",
    "x" * 100_000,
    "\U0001f600",
    "9999-99-99T99:99:99Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
]


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with open_services() as opened:
        yield opened


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every value inside of ``value``."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def changed(value: Any, path: tuple[Any, ...], to: Any) -> Any:
    whole = copy.deepcopy(value)
    owner = whole
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = to
    return whole


def read(services: Services, service: str) -> None:
    """Read, and again from every cursor; raises what nobody has explained."""
    cursor = None
    for _ in range(2):
        try:
            records, pages = services.read(service, cursor)
        except C360Error as error:
            unreadable = not str(error).isprintable()
            assert not unreadable, repr(error)  # noqa: PT017 -- which error it is does not matter
            return
        assert [problem for record in records for problem in wrong_values(record)] == []
        assert all(note.isprintable() for page in pages for note in page.notes)
        cursor = pages[-1].cursor if pages else cursor


def typeform_bodies() -> dict[str, Any]:
    item = typeform_item(1, 9, "words", calculated={"score": 0}, variables=[])
    form = typeform()
    return {
        "/forms": {"items": [{"id": "u6", **form}], "page_count": 1},
        "/forms/u6": {"id": "u6", **form},
        "/forms/u6/responses": {"items": [item], "total_items": 1, "page_count": 1},
    }


def monkey_bodies() -> dict[str, Any]:
    contact = {"contact": {"email": {"value": "jo@acme.com"}}}
    item = monkey_response(1, 9, "words", metadata=contact, custom_variables={"account_id": "a"})
    survey = monkey_survey(custom_variables={"account_id": "x"})
    return {
        "/v3/surveys": {"data": [{"id": "5", "title": "T", "date_modified": "x"}], "links": {}},
        "/v3/surveys/5/details": {"id": "5", **survey},
        "/v3/surveys/5/responses/bulk": {"data": [item], "links": {}, "total": 1},
    }


CASES = [
    (service, path)
    for service, bodies in (("typeform", typeform_bodies()), ("surveymonkey", monkey_bodies()))
    for path in bodies
]


@pytest.mark.parametrize(("service", "path"), CASES)
def test_no_value_of_any_field_brings_anything_but_an_answer_an_aside_or_an_explained_error(
    services: Services, service: str, path: str
) -> None:
    bodies = typeform_bodies() if service == "typeform" else monkey_bodies()
    services.forms, services.surveys = {"u6": typeform()}, {"5": monkey_survey()}
    services.responses = {"u6": [typeform_item(1, 9, "words")], "5": [monkey_response(1, 9, "words")]}
    whole = bodies[path]
    for number, place in enumerate(places(whole)):
        # A few values a place, all values over all places: each meets every sort of field.
        for value in VALUES[number % 6 :: 6]:
            body = changed(whole, place, value)
            services.lie = lambda asked, true, body=body: body if asked == path else true
            try:
                read(services, service)
            except Exception as error:
                raise AssertionError(f"{path} {place} = {value!r:.60}") from error
