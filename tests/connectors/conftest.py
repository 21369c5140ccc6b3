"""What the tests of connectors share: a Zendesk of one's own, and no stand-in left running."""

from collections.abc import Iterator

import pytest
from c360_connectors import demo

from .zendesk_account import Account, open_account


@pytest.fixture
def account() -> Iterator[Account]:
    with open_account() as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    while demo._running:
        demo._running.popitem()[1].stop()
