"""What the tests of connectors share: a Zendesk of one's own, and no stand-in left running."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from c360_connectors import demo
from c360_connectors.demo.server import Company, small_company

from .login_world import World
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


@pytest.fixture(scope="module")
def login_company() -> Company:
    return small_company(date(2026, 3, 1))


@pytest.fixture
def world(login_company: Company, tmp_path: Path) -> Iterator[World]:
    made = World(login_company, tmp_path)
    made.stand_in.start()
    yield made
    made.stand_in.stop()
