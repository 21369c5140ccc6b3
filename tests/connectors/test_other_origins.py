"""Nobody but the configured source ever gets a connection, whatever next page or redirect an answer names."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from c360_connectors.demo.faults import FOREVER, Fault, rewritten
from c360_connectors.demo.server import Company, small_company

from c360cli.errors import RequestRefused, SourceError

from . import salesforce_org, zendesk_world

# "good" is the port of the source, "evil" the one that must stay silent.
FORMS = (
    "http://127.0.0.1:{evil}/next",
    "https://127.0.0.1:{evil}/next",
    "http://127.0.0.1:{good}@127.0.0.1:{evil}/next",
    "http://127.0.0.1:{good}\\@127.0.0.1:{evil}/next",
    "http://127.0.0.1:{good}#@127.0.0.1:{evil}/next",
    "http://127.0.0.1:{good}?@127.0.0.1:{evil}/next",
    "http://127.0.0.1:{evil}#127.0.0.1:{good}/next",
    "http://user:pass@127.0.0.1:{evil}/next",
    "//127.0.0.1:{evil}/next",
    "///127.0.0.1:{evil}/next",
    "/\\127.0.0.1:{evil}/next",
    "\\\\127.0.0.1:{evil}/next",
    "/\t/127.0.0.1:{evil}/next",
    " http://127.0.0.1:{evil}/next",
    "http:\n//127.0.0.1:{evil}/next",
    "http:/127.0.0.1:{evil}/next",
    "HTTP://LOCALHOST:{evil}/next",
    "http://127.0.0.1.:{evil}/next",
    "http://127。0。0。1:{evil}/next",
    "http://2130706433:{evil}/next",
    "http://[::ffff:127.0.0.1]:{evil}/next",
    "http://127.0.0.1:{good}:{evil}/next",
    "@127.0.0.1:{evil}/next",
    ":{evil}/next",
    "\\u002f\\u002f127.0.0.1:{evil}",
)
LINKS = ("nextRecordsUrl", "next_page", "after_url", "before_url", "next", "prev")
REDIRECTS = (301, 302, 303, 307, 308)


class Listener:
    """A port that counts who comes."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def evil() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    # A connection that is under way has arrived by the time ours has.
    with socket.create_connection(("127.0.0.1", listener.port)) as ours:
        ours.recv(1)
    assert listener.connections == 1
    listener.close()


@pytest.fixture(scope="module")
def company() -> Company:
    return small_company(date(2026, 3, 1))


def leading_to(link: str) -> Callable[[Any], Any]:
    """Return the change of an answer that puts ``link`` wherever one leads to another page."""

    def change(document: Any) -> Any:
        if isinstance(document, list):
            return [change(item) for item in document]
        if isinstance(document, dict):
            return {
                key: link if key in LINKS and not isinstance(value, dict) else change(value)
                for key, value in document.items()
            }
        return document

    return change


def redirect(status: int, evil: Listener) -> Fault:
    return Fault("", 1, FOREVER, status, headers=(("Location", f"http://127.0.0.1:{evil.port}/next"),))


@pytest.fixture(scope="module")
def undisturbed(company: Company) -> zendesk_world.State:
    state: zendesk_world.State = {}
    with zendesk_world.World(company) as world:
        world.stand_in.zendesk.has_new_surveys = True
        world.read(state, {})
    return state


@pytest.mark.parametrize("form", FORMS)
def test_zendesk_follows_no_link_and_reads_all_the_same(
    company: Company, undisturbed: zendesk_world.State, evil: Listener, form: str
) -> None:
    state: zendesk_world.State = {}
    with zendesk_world.World(company, page_size=150) as world:
        world.stand_in.zendesk.has_new_surveys = True
        good = world.stand_in.zendesk_url.rpartition(":")[2]
        world.stand_in.add_fault(rewritten(leading_to(form.format(good=good, evil=evil.port))))
        world.read(state, {})
    assert state == undisturbed


@pytest.mark.parametrize("form", FORMS)
def test_salesforce_refuses_a_next_page_that_lies_elsewhere(company: Company, evil: Listener, form: str) -> None:
    with salesforce_org.World(company, page_size=3) as world:
        good = world.stand_in.salesforce_url.rpartition(":")[2]
        link = form.format(good=good, evil=evil.port)
        world.stand_in.add_fault(rewritten(leading_to(link), "/query"))
        with pytest.raises(RequestRefused) as refused:
            salesforce_org.pages(world, "accounts")
    assert world.token not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize("status", REDIRECTS)
def test_zendesk_follows_no_redirect(company: Company, evil: Listener, status: int) -> None:
    with zendesk_world.World(company, redirect(status, evil)) as world:
        source = world.source()
        for stream in source.streams:
            with pytest.raises(SourceError):
                list(source.fetch(stream.name, None))
        with pytest.raises(SourceError):
            source.check()


@pytest.mark.parametrize("status", REDIRECTS)
def test_salesforce_follows_no_redirect(company: Company, evil: Listener, status: int) -> None:
    with salesforce_org.World(company, redirect(status, evil)) as world:
        source = world.source()
        for stream in source.streams:
            with pytest.raises(SourceError):
                list(source.fetch(stream.name, None))
        with pytest.raises(SourceError):
            source.check()
