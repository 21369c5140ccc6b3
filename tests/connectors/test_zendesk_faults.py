"""Whatever goes wrong at whichever endpoint of Zendesk, it is said, and the next sync ends in the same store."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.faults import FOREVER, Fault, rewritten
from c360_connectors.demo.server import Company

from c360cli.errors import LoginRefused, RequestRefused, SlowDown, SourceDown, SourceError

from .zendesk_world import STREAMS, State, World

# path -> which requests to it are the first, one in the middle and the last
ENDPOINTS = {
    "/incremental/organizations": (1, 2),
    "/incremental/users/cursor": (1, 2, 4),
    "/incremental/tickets/cursor": (1, 4, 9),
    "/search/count": (1,),
    "/ticket_fields": (1,),
    "/custom_statuses": (1,),
    "/organization_memberships": (1, 2, 4),
    "/users/show_many": (1,),
    "/guide/survey_responses": (1, 2),
    "/satisfaction_ratings": (1,),
    "/tickets/show_many": (1, 2),
}
PLACES = [(path, nth) for path, places in ENDPOINTS.items() for nth in places]


def cases(statuses: tuple[int, ...]) -> list[tuple[str, int, int]]:
    """Return each place with a third of the statuses, taken in turn, and the middle of the tickets with all."""
    return [
        (path, nth, status)
        for row, (path, nth) in enumerate(PLACES)
        for column, status in enumerate(statuses)
        if (row + column) % 3 == 0 or (path, nth) == ("/incremental/tickets/cursor", 4)
    ]


OPTIONAL = set(ENDPOINTS) - {
    "/incremental/organizations",
    "/incremental/users/cursor",
    "/incremental/tickets/cursor",
}
PASSING = (408, 409, 420, 500, 502, 503, 504, 520, 524)
REFUSING = (400, 403, 404, 405, 410, 413, 418, 422)
SHAPES: tuple[bytes, ...] = (
    b'{"error":"RecordNotFound","description":"Not found"}',
    b'{"error":{"title":"Forbidden","message":"You do not have access to this page."}}',
    b'{"errors":[{"code":"InvalidPaginationDepth","title":"Too deep","detail":"Page is too deep"}]}',
    b'{"error":"Couldn\'t authenticate you"}',
    b'{"error":"RecordInvalid","description":"Record validation errors","details":{"base":[{"description":"x"}]}}',
    b"<!doctype html><html><body>Sorry</body></html>",
    b"try again later",
    b"",
    b"\xff\xfe\x00",
    b'{"error":{"title":["x"],"message":{"a":1}}}',
    b"[]",
    b"null",
)
NOTHINGS = (SHAPES[5], b"", b"{}", b"[]", b"null", b'"x"', b'{"tickets":{}}')


@pytest.fixture(scope="module")
def company() -> Company:
    return Company(date(2026, 3, 1), only=("initech", "tidewater"))


def opened(company: Company, *wrong: Fault) -> World:
    world = World(company, *wrong, page_size=20)
    world.stand_in.zendesk.has_new_surveys = True
    return world


@pytest.fixture(scope="module")
def undisturbed(company: Company) -> State:
    state: State = {}
    with opened(company) as world:
        world.read(state, {})
    return state


def read_on(world: World, state: State, cursors: dict[str, Any]) -> list[SourceError]:
    """Read every stream as a sync does: a stream that breaks off leaves its cursor, and the next one begins."""
    broken = []
    source = world.source()
    for stream in STREAMS:
        try:
            world.read_by(source, state, cursors, (stream,))
        except SourceError as error:
            broken.append(error)
    return broken


def secret_free(error: SourceError, world: World) -> bool:
    said = f"{error} {error.hint}"
    return world.stand_in.zendesk.client_secret not in said and world.stand_in.zendesk.token() not in said


@pytest.mark.parametrize(("path", "nth", "status"), cases((*PASSING, 429)))
def test_what_passes_by_itself_is_not_seen(
    company: Company, undisturbed: State, path: str, nth: int, status: int
) -> None:
    state: State = {}
    with opened(company, Fault(path, nth, 1, status)) as world:
        world.read(state, {})
    assert state == undisturbed


@pytest.mark.parametrize(("path", "nth", "status"), cases((401, *REFUSING)))
def test_what_is_refused_once_is_there_after_the_next_sync(
    company: Company, undisturbed: State, path: str, nth: int, status: int
) -> None:
    state: State = {}
    cursors: dict[str, Any] = {}
    with opened(company, Fault(path, nth, 1, status, SHAPES[(nth + status) % len(SHAPES)].decode("latin-1"))) as world:
        for error in read_on(world, state, cursors) + read_on(world, state, cursors):
            assert isinstance(error, LoginRefused | RequestRefused)
            assert secret_free(error, world)
        assert read_on(world, state, cursors) == []
    assert state == undisturbed


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("status", [401, 400, 403, 404, 422, 429, 500, 503])
def test_what_goes_wrong_for_good_ends_its_stream_and_no_other(
    company: Company, undisturbed: State, path: str, status: int
) -> None:
    state: State = {}
    with opened(company, Fault(path, 1, FOREVER, status, '{"error":"Oops","description":"It is broken."}')) as world:
        broken = read_on(world, state, {})
    is_spared = status in (403, 404) and path in OPTIONAL
    is_spared |= path == "/search/count" and status not in (401, 429)
    is_spared |= path == "/tickets/show_many" and status in (400, 422)
    assert 0 < len(broken) <= 3 or is_spared
    assert not (broken and is_spared)
    wanted = {401: LoginRefused, 429: SlowDown, 500: SourceDown, 503: SourceDown}.get(status, RequestRefused)
    for error in broken:
        assert type(error) is wanted
        assert str(error).startswith("zendesk: ")
    lost = {"/incremental/organizations": "customer", "/organization_memberships": "", "/search/count": ""}
    kinds = {kind for kind, _ in state}
    if status not in (401, 429):
        assert kinds >= {"customer", "contact", "case"} - {lost.get(path, "contact" if "users" in path else "case")}


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("body", NOTHINGS)
def test_an_answer_that_is_none_is_never_taken_for_an_empty_list(
    company: Company, undisturbed: State, path: str, body: bytes
) -> None:
    state: State = {}
    cursors: dict[str, Any] = {}
    with opened(company, Fault(path, 1, 1, 200, body.decode("latin-1"))) as world:
        for error in read_on(world, state, cursors):
            assert isinstance(error, SourceDown)
        assert read_on(world, state, cursors) == []
    assert state == undisturbed


def without(key: str) -> Callable[[Any], Any]:
    return lambda document: {name: value for name, value in document.items() if name != key}


def with_value(key: str, value: Any) -> Callable[[Any], Any]:
    return lambda document: document | {key: value}


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/incremental/tickets", without("end_of_stream")),
        ("/incremental/tickets", with_value("end_of_stream", "false")),
        ("/incremental/tickets", lambda page: page | {"after_cursor": None, "end_of_stream": False}),
        ("/incremental/tickets", lambda page: page | {"after_cursor": 7, "end_of_stream": False}),
        ("/incremental/users", without("users")),
        ("/incremental/organizations", without("end_of_stream")),
        ("/incremental/organizations", lambda page: page | {"end_time": None, "end_of_stream": False}),
        ("/incremental/organizations", lambda page: page | {"end_time": 7, "end_of_stream": False}),
        ("/organization_memberships", without("meta")),
        ("/organization_memberships", with_value("meta", {"has_more": True, "after_cursor": 7})),
        ("/organization_memberships", with_value("meta", {"has_more": True, "after_cursor": "x", "x": 1})),
        ("/satisfaction_ratings", with_value("satisfaction_ratings", {})),
        ("/guide/survey_responses", with_value("meta", [])),
        ("/ticket_fields", with_value("ticket_fields", None)),
        ("/custom_statuses", without("custom_statuses")),
        ("/tickets/show_many", without("tickets")),
        ("/users/show_many", without("users")),
    ],
)
def test_paging_that_cannot_be_followed_ends_the_stream_and_is_mended_by_the_next_sync(
    company: Company, undisturbed: State, path: str, change: Callable[[Any], Any]
) -> None:
    state: State = {}
    cursors: dict[str, Any] = {}
    with opened(company, rewritten(change, path, times=40)) as world:
        broken = read_on(world, state, cursors)
        asked = len([request for request in world.stand_in.requests if path in request])
    assert broken
    assert asked <= 10
    assert all(isinstance(error, RequestRefused | SourceDown) for error in broken)
    with opened(company) as world:
        assert read_on(world, state, cursors) == []
    assert state == undisturbed


@pytest.mark.parametrize("path", ["/incremental/tickets", "/incremental/users", "/organization_memberships"])
@pytest.mark.parametrize(
    "wrong",
    [
        lambda path: faults.dropped(path, nth=2, times=3),
        lambda path: faults.cut_short(path, nth=2, times=2),
        lambda path: faults.repeated_page(path, nth=3),
        lambda path: faults.doubled(path),
        lambda path: faults.shuffled(path),
        lambda path: faults.html_page(path, nth=2),
        lambda path: faults.html_page(path, nth=2, status=503),
    ],
)
def test_a_bad_line_and_pages_that_overlap_change_nothing(
    company: Company, undisturbed: State, path: str, wrong: Callable[[str], Fault]
) -> None:
    state: State = {}
    with opened(company, wrong(path)) as world:
        world.read(state, {})
    assert state == undisturbed


def test_broken_off_after_every_other_page_the_account_ends_the_same(company: Company, undisturbed: State) -> None:
    state: State = {}
    cursors: dict[str, Any] = {}
    syncs = 0
    with opened(company) as world:
        while _two_pages(world, state, cursors):
            syncs += 1
            assert syncs < 100
    assert syncs > 3
    assert state == undisturbed


def _two_pages(world: World, state: State, cursors: dict[str, Any]) -> bool:
    """Keep two pages that bring the account forward, and tell whether there were as many."""
    source = world.source()
    kept = 0
    for stream in STREAMS:
        for page in source.fetch(stream, cursors.get(stream)):
            world.keep(state, page)
            is_forward = page.cursor != cursors.get(stream)
            cursors[stream] = json.loads(json.dumps(page.cursor))
            kept += is_forward
            if kept == 2:
                return True
    return False


@pytest.mark.parametrize(
    ("stream", "kinds"), [("organizations", ("customer",)), ("users", ("contact", "user")), ("tickets", ("case",))]
)
def test_what_lay_aside_comes_as_the_exports_bring_it(
    company: Company, undisturbed: State, stream: str, kinds: tuple[str, ...]
) -> None:
    wanted = {key: record for key, record in undisturbed.items() if key[0] in kinds and "#" not in key[1]}
    living = {key: record for key, record in wanted.items() if not record.deleted}
    ids = [*(identity for _, identity in wanted), "999", "no id at all"]
    state: State = {}
    with opened(company) as world:
        pages = list(world.source().fetch_again(stream, ids))
    for page in pages:
        world.keep(state, page)
    assert len(pages) == -(-(len(ids) - 1) // 100)
    assert {key: state[key] for key in living} == living
    # What is deleted is not shown by its id; its end comes by the export.
    gone = {identity for page in pages for identity in page.reread}
    assert gone == {"999"} | {identity for _, identity in wanted} - {identity for _, identity in state}


def test_rows_that_cannot_be_asked_for_by_their_ids_cost_no_request(company: Company) -> None:
    with opened(company) as world:
        source = world.source()
        for stream in ("organization_memberships", "survey_responses", "satisfaction_ratings"):
            assert list(source.fetch_again(stream, ["7", "7#8"])) == []
        assert list(source.fetch_again("tickets", ["no id at all"])) == []
        assert world.stand_in.requests == []


def test_a_row_that_is_still_bad_lies_aside_under_the_same_id(company: Company, undisturbed: State) -> None:
    bad = next(identity for kind, identity in undisturbed if kind == "customer")

    def spoiled(document: Any) -> Any:
        return document | {"organizations": [row | {"name": ""} for row in document["organizations"]]}

    with opened(company, rewritten(spoiled, "/organizations", times=9)) as world:
        source = world.source()
        lying = {each.source_id for page in source.fetch("organizations", None) for each in page.aside}
        (page,) = source.fetch_again("organizations", [bad])
    assert bad in lying
    assert [each.source_id for each in page.aside] == [bad]
    assert (page.records, page.reread) == ([], ())
