"""The same rows as a Singer tap: ``python singer_tap.py --config FILE``, FILE with ``{"port": ...}``."""

from collections.abc import Iterable
from typing import Any

import requests
from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BaseAPIPaginator, SinglePagePaginator

_TYPES = (th.StringType, th.IntegerType, th.NumberType, th.BooleanType)


class CursorPaginator(BaseAPIPaginator[Any]):
    """The next page of the tickets is named by a cursor."""

    def has_more(self, response: requests.Response) -> bool:
        return not response.json()["end_of_stream"]

    def get_next(self, response: requests.Response) -> Any:
        return response.json()["after_cursor"]


class LinkPaginator(BaseAPIPaginator[Any]):
    """The next page of a query is named by its path."""

    def get_next(self, response: requests.Response) -> Any:
        return response.json().get("nextRecordsUrl")


def columns(texts: str, wholes: str = "", numbers: str = "", flags: str = "") -> dict[str, Any]:
    """Return the schema of a table; what is nested is sent as text."""
    by_type = zip((texts, wholes, numbers, flags), _TYPES, strict=True)
    return th.PropertiesList(
        *(th.Property(name, type_(nullable=True)) for names, type_ in by_type for name in names.split())
    ).to_dict()


class Stream(RESTStream[Any]):
    """A list of rows at one path."""

    def __init__(self, tap: Tap, name: str, path: str, rows: str, params: dict[str, Any], key: str, schema: Any,
                 paginator: Any) -> None:  # fmt: skip
        self._params, self._paginator, self._rows = params, paginator, rows
        self.primary_keys = (key,)
        super().__init__(tap, name=name, schema=schema, path=path)

    @property
    def records_jsonpath(self) -> str:
        return f"$.{self._rows}[*]"

    @property
    def url_base(self) -> str:
        return f"http://127.0.0.1:{self.config['port']}"

    def get_new_paginator(self) -> Any:
        return self._paginator

    def get_url(self, context: Any) -> str:
        return self.url_base + self.path

    def prepare_request(self, context: Any, next_page_token: Any) -> requests.PreparedRequest:
        if isinstance(next_page_token, str) and next_page_token.startswith("/"):
            return self.build_prepared_request(method="GET", url=self.url_base + next_page_token)
        return super().prepare_request(context, next_page_token)

    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:
        return {"cursor": next_page_token} if next_page_token else self._params

    def parse_response(self, response: requests.Response) -> Iterable[dict[str, Any]]:
        names = self.schema["properties"]
        for row in super().parse_response(response):
            values = {name: row.get(name) for name in names}
            yield {name: str(each) if isinstance(each, (dict, list)) else each for name, each in values.items()}


class TapBench(Tap):
    """Both sources in one tap."""

    name = "tap-bench"
    config_jsonschema = th.PropertiesList(th.Property("port", th.IntegerType, required=True)).to_dict()

    def discover_streams(self) -> list[Any]:
        """Return the four streams."""
        query, zendesk = "/services/data/v62.0/queryAll", "/api/v2/incremental"
        ticket = columns(
            "url subject raw_subject description status priority type created_at updated_at via tags custom_fields"
            " external_id recipient due_at satisfaction_rating",
            "id requester_id submitter_id assignee_id organization_id group_id ticket_form_id brand_id custom_status_id"
            " problem_id generated_timestamp",
            flags="has_incidents is_public allow_channelback allow_attachments from_messaging_channel",
        )
        account = columns("Id Name Website ParentId Industry Type Phone AccountNumber SystemModstamp",
                          "NumberOfEmployees", "AnnualRevenue")  # fmt: skip
        contact = columns("Id AccountId Name Email Title Phone Department ReportsToId SystemModstamp")
        return [
            Stream(self, "tickets", f"{zendesk}/tickets/cursor.json", "tickets", {"start_time": 1}, "id", ticket,
                   CursorPaginator(None)),
            Stream(self, "organizations", f"{zendesk}/organizations.json", "organizations", {"start_time": 1}, "id",
                   columns("name external_id domain_names tags updated_at", "id"), SinglePagePaginator()),
            Stream(self, "account", query, "records", {"q": "select Id from Account"}, "Id", account,
                   LinkPaginator(None)),
            Stream(self, "contact", query, "records", {"q": "select Id from Contact"}, "Id", contact,
                   LinkPaginator(None)),
        ]  # fmt: skip


if __name__ == "__main__":
    TapBench.cli()
