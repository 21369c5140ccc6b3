"""Zendesk read from the stand-in: the same company whatever goes wrong, at once or day by day."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.server import Company, StandIn, small_company
from c360_connectors.zendesk import connect

from c360cli.connector import Context
from c360cli.records import Record
from c360cli.testing import ConnectorContract

STREAMS = ("organizations", "users", "tickets", "satisfaction_ratings")
State = dict[tuple[str, str], Record]


class World:
    """The stand-in with a clock that goes on while we wait."""

    def __init__(self, company: Company, *wrong: Any, page_size: int = 1000) -> None:
        self.now = company.birth + timedelta(hours=12)
        self.stand_in = StandIn(company, lambda: self.now, wrong, zendesk_page_size=page_size)

    def __enter__(self) -> "World":
        self.stand_in.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.stand_in.stop()

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def source(self) -> Any:
        zendesk = self.stand_in.zendesk
        auth = {"type": "client_credentials", "client_id": zendesk.client_id, "client_secret": {"env": "S"}}
        context = Context("", UTC, lambda: self.now, self.sleep, lambda reference: zendesk.client_secret)
        return connect("zendesk", {"base_url": self.stand_in.zendesk_url, "auth": auth}, context)

    def read(self, state: State, cursors: dict[str, Any]) -> None:
        """Read every stream from its cursor on into ``state``, as a store does: what is older never wins."""
        source = self.source()
        for stream in STREAMS:
            for page in source.fetch(stream, cursors.get(stream)):
                cursors[stream] = json.loads(json.dumps(page.cursor))
                assert page.aside == []
                for record in page.records:
                    known = state.get((record.kind, record.source_id))
                    if known is None or (known.changed_at or "") <= (record.changed_at or ""):
                        state[record.kind, record.source_id] = record


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company(date(2026, 3, 1))


@pytest.fixture(scope="module")
def undisturbed(company: Company) -> State:
    state: State = {}
    with World(company) as world:
        world.read(state, {})
    assert {kind for kind, _ in state} == {"customer", "contact", "user", "case", "survey"}
    return state


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        (faults.slow_down("/api/v2/", nth=3), faults.down("/tickets", nth=2, times=2)),
        (faults.dropped("/users", times=2), faults.cut_short("/tickets", nth=3)),
        (faults.html_page("/incremental/tickets", nth=2), faults.html_page("/custom_statuses", status=502)),
        (faults.repeated_page("/incremental/tickets"), faults.repeated_page("/incremental/users", nth=3)),
        (faults.repeated_page("/incremental/organizations"), faults.repeated_page("/satisfaction_ratings")),
        (faults.doubled("/api/v2/"), faults.shuffled("/incremental")),
        (faults.expired_token(after=9),),
    ],
)
def test_whatever_goes_wrong_on_the_way_the_company_is_read_as_if_nothing_had(
    company: Company, undisturbed: State, wrong: tuple[Any, ...]
) -> None:
    state: State = {}
    with World(company, *wrong, page_size=30) as world:
        start = world.now
        world.read(state, {})
        assert world.now - start < timedelta(seconds=60)
    assert state == undisturbed


def test_read_day_by_day_the_company_is_the_same_as_read_at_once(company: Company) -> None:
    daily: State = {}
    at_once: State = {}
    cursors: dict[str, Any] = {}
    with World(company, page_size=30) as world:
        for _ in range(21):
            world.read(daily, cursors)
            world.now += timedelta(days=1)
        world.read(daily, cursors)
        world.read(at_once, {})
    # Only who looked before a ticket was deleted knows whose rating it has.
    gone = {record.source_id for record in daily.values() if record.kind == "case" and record.deleted}
    for state in (daily, at_once):
        for number in gone:
            state.pop(("survey", number), None)
    assert gone
    assert daily == at_once


def test_an_account_with_few_requests_a_minute_is_read_whole(company: Company, undisturbed: State) -> None:
    state: State = {}
    with World(company, faults.limited_exports(per_minute=10), page_size=20) as world:
        start = world.now
        world.read(state, {})
        waited = world.now - start
    assert state.keys() >= undisturbed.keys()
    assert timedelta(seconds=5) < waited < timedelta(minutes=10)


def test_nothing_new_moves_next_to_nothing(company: Company) -> None:
    state: State = {}
    cursors: dict[str, Any] = {}
    with World(company) as world:
        world.read(state, cursors)
        world.now += timedelta(seconds=90)
        before = len(world.stand_in.requests)
        source = world.source()
        again = [len(page.records) for stream in STREAMS for page in source.fetch(stream, cursors[stream])]
        assert sum(again) <= 3  # the last second of the organizations, the last hour of the ratings
        assert len(world.stand_in.requests) - before <= 6


class TestTheContract(ConnectorContract):
    """Zendesk keeps what every connector promises."""

    @pytest.fixture(autouse=True)
    def name_the_secrets(self, company: Company) -> None:
        zendesk = World(company).stand_in.zendesk
        self.secrets = (zendesk.client_secret, zendesk.token())

    @pytest.fixture
    def connect(self, company: Company) -> Iterator[Callable[[], Any]]:
        with World(company, page_size=40) as world:
            yield world.source
