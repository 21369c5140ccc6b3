"""The same rows by dlt: ``python with_dlt.py PORT STORE [flat]``, with its REST source and merge into a SQLite file.

Lists become child tables, as dlt has it; with ``flat`` they stay one JSON column, as in c360, which is quicker.
"""

import os
import sys

import dlt
from dlt.sources.helpers.rest_client.paginators import JSONLinkPaginator, JSONResponseCursorPaginator
from dlt.sources.rest_api import rest_api_source

port, store = sys.argv[1:3]
nesting = {"max_table_nesting": 0} if "flat" in sys.argv else {}
ZENDESK, SALESFORCE = "/api/v2/incremental", "/services/data/v62.0/queryAll"


def salesforce(name: str) -> dict[str, object]:
    """Return the resource of an object."""
    endpoint = {
        "path": SALESFORCE,
        "params": {"q": f"select Id from {name}"},
        "data_selector": "records",
        "paginator": JSONLinkPaginator(next_url_path="nextRecordsUrl"),
    }
    return {"name": name.lower(), "primary_key": "Id", "endpoint": endpoint}


tickets = {
    "path": f"{ZENDESK}/tickets/cursor.json",
    "params": {"start_time": 1},
    "data_selector": "tickets",
    "paginator": JSONResponseCursorPaginator(
        cursor_path="after_cursor", cursor_param="cursor", stop_after_empty_page=True
    ),
}
organizations = {
    "path": f"{ZENDESK}/organizations.json",
    "params": {"start_time": 1},
    "data_selector": "organizations",
    "paginator": "single_page",
}
source = rest_api_source(
    {
        "client": {"base_url": f"http://127.0.0.1:{port}"},
        "resource_defaults": {"write_disposition": "merge", "primary_key": "id", **nesting},
        "resources": [
            {"name": "tickets", "endpoint": tickets},
            {"name": "organizations", "endpoint": organizations},
            salesforce("Account"),
            salesforce("Contact"),
        ],
    }
)
pipeline = dlt.pipeline(
    "bench",
    pipelines_dir=os.path.dirname(store),
    destination=dlt.destinations.sqlalchemy(f"sqlite:///{store}"),
    dataset_name="main",
)
pipeline.run(source).raise_on_failed_jobs()
