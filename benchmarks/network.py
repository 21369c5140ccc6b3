"""What a sync asks for, and nothing done with it: ``python network.py PORT first|again``.

Every page names the next one, so those of a source come one after the other; the two sources are asked side by side.
``again`` makes the requests of a sync that finds nothing new, one after the other.
"""

import json
import sys
import threading
from collections.abc import Callable
from typing import Any

import requests

BASE = f"http://127.0.0.1:{sys.argv[1]}"
ZENDESK, SALESFORCE = "/api/v2", "/services/data/v62.0"


def getter() -> Callable[[str], Any]:
    """Return what gets a page over a connection of its own."""
    session = requests.Session()
    session.trust_env = False

    def get(url: str) -> Any:
        return json.loads(session.get(BASE + url).content)

    return get


def zendesk() -> None:
    """Read all organizations and tickets."""
    get = getter()
    get(f"{ZENDESK}/incremental/organizations.json?start_time=1")
    page = get(f"{ZENDESK}/incremental/tickets/cursor.json?start_time=1")
    while not page["end_of_stream"]:
        page = get(f"{ZENDESK}/incremental/tickets/cursor.json?cursor={page['after_cursor']}")


def salesforce() -> None:
    """Read all accounts and contacts."""
    get = getter()
    for name in ("Account", "Contact"):
        get(f"{SALESFORCE}/sobjects/{name}/describe")
        page = get(f"{SALESFORCE}/queryAll?q=select+Id+from+{name}")
        while not page["done"]:
            page = get(page["nextRecordsUrl"])


def again(cursor: str) -> None:
    """Ask each stream whether there is anything new."""
    get = getter()
    get(f"{ZENDESK}/incremental/organizations.json?start_time=2")
    get(f"{ZENDESK}/incremental/tickets/cursor.json?cursor={cursor}")
    for name in ("Account", "Contact"):
        get(f"{SALESFORCE}/sobjects/{name}/describe")
        get(f"{SALESFORCE}/queryAll?q=select+Id+from+{name}+where+true")


if __name__ == "__main__":
    if sys.argv[2] == "first":
        threads = [threading.Thread(target=source) for source in (zendesk, salesforce)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    else:
        again(sys.argv[3])
