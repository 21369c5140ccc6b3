"""A Zendesk account of the stand-in with a clock that goes on while we wait, and what a store would know of it."""

import json
from datetime import UTC, timedelta
from typing import Any

from c360_connectors.demo.server import Company, StandIn
from c360_connectors.zendesk import connect

from c360cli.connector import Connector, Context
from c360cli.records import Record, RecordPage

STREAMS = (
    "organizations", "users", "tickets", "organization_memberships", "survey_responses", "satisfaction_ratings",
)  # fmt: skip
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

    def read(self, state: State, cursors: dict[str, Any], streams: tuple[str, ...] = STREAMS) -> None:
        """Read the streams from their cursors on into ``state``."""
        self.read_by(self.source(), state, cursors, streams)

    def read_by(self, source: Connector, state: State, cursors: dict[str, Any], streams: tuple[str, ...]) -> None:
        """Read as above by a connector that is made already, one for a whole sync."""
        for stream in streams:
            for page in source.fetch(stream, cursors.get(stream)):
                cursors[stream] = json.loads(json.dumps(page.cursor))
                self.keep(state, page)

    def keep(self, state: State, page: RecordPage) -> None:
        """Take a page into ``state`` as a store does: what is older never wins, and what is not named stays."""
        assert page.aside == []
        for record in page.records:
            known = state.get((record.kind, record.source_id))
            if known is None or not record.changed_at or (known.changed_at or "") <= record.changed_at:
                state[record.kind, record.source_id] = record
