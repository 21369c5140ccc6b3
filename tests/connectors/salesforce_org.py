"""The stand-in's Salesforce org with a clock of its own, and what a test reads from it."""

import json
from datetime import UTC, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from c360_connectors.demo.faults import Fault
from c360_connectors.demo.server import Company, StandIn
from c360_connectors.salesforce import connect

from c360cli.connector import Connector, Context
from c360cli.records import Record, RecordPage

FIELDS = {
    "customer": {"arr": "ARR__c", "csm": "CSM__r.Email", "renewal_on": "Renewal_Date__c", "tags": "Tags__c"},
    "contact": {"role": "Role__c"},
}
State = dict[tuple[str, str], Record]


class World:
    """The stand-in with a clock that goes on while we wait."""

    def __init__(self, company: Company, *wrong: Fault, page_size: int = 2000, hidden: tuple[str, ...] = ()) -> None:
        self.now = company.birth + timedelta(hours=12)
        self.slept: list[float] = []
        self.stand_in = StandIn(company, lambda: self.now, wrong, salesforce_page_size=page_size, hidden=hidden)
        self.token = self.stand_in.salesforce.token()

    def __enter__(self) -> "World":
        self.stand_in.start()
        return self

    def __exit__(self, *reason: object) -> None:
        self.stand_in.stop()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    def source(self, **options: Any) -> Connector:
        auth = {"type": "access_token", "token": {"env": "TOKEN"}}
        context = Context("", UTC, lambda: self.now, self.sleep, lambda reference: self.token)
        url = self.stand_in.salesforce_url
        return connect("crm", {"base_url": url, "auth": auth, "fields": FIELDS, **options}, context)

    def read(self, state: State, cursors: dict[str, Any], source: Connector | None = None) -> None:
        """Read every stream from its cursor on into ``state``, as a store does: what is older never wins."""
        source = source or self.source()
        for stream in source.streams:
            for page in source.fetch(stream.name, cursors.get(stream.name)):
                cursors[stream.name] = json.loads(json.dumps(page.cursor))
                assert page.aside == []
                for record in page.records:
                    known = state.get((record.kind, record.source_id))
                    if known is None or (known.changed_at or "") <= (record.changed_at or ""):
                        state[record.kind, record.source_id] = record

    def jobs(self) -> list[str]:
        """Return the bulk jobs that the org still has."""
        return list(self.stand_in.salesforce.bulk.jobs)

    def queries(self, name: str = "") -> list[str]:
        """Return the text of every query asked for so far about the object ``name``."""
        asked = [
            parse_qs(urlsplit(request.split(" ", 1)[1]).query).get("q", [""])[0] for request in self.stand_in.requests
        ]
        return [query for query in asked if query and f" from {name}" in query]


def pages(world: World, stream: str, cursor: Any = None, **options: Any) -> list[RecordPage]:
    return list(world.source(**options).fetch(stream, cursor))
