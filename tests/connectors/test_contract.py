"""Connectors that read files keep the same contract as those that speak HTTP (whose own tests run it)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from c360_connectors import demo, files, surveys

from c360cli.connector import Connector, Context
from c360cli.testing import ConnectorContract

BORN_ON = date(2026, 11, 1)
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


def clock() -> datetime:
    return NOW


FACTORIES = {"files": files.connect, "surveys": surveys.connect, "demo": demo.connect}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as the demo fills it: surveys of four tools, usage, CTAs and billing as files."""
    folder = tmp_path_factory.mktemp("contract")
    demo.fill_home(str(folder), BORN_ON)
    return folder


def _connect(home: Path, source: str) -> Callable[[], Connector]:
    options: dict[str, Any] = yaml.safe_load(demo.demo_config(BORN_ON))["sources"][source]
    context = Context(str(home), UTC, clock, lambda seconds: None, lambda reference: "")
    return lambda: FACTORIES[options["connector"]](source, options, context)


class TestSurveys(ConnectorContract):
    @pytest.fixture
    def connect(self, home: Path) -> Callable[[], Connector]:
        return _connect(home, "nps")


class TestFilesOfUsage(ConnectorContract):
    @pytest.fixture
    def connect(self, home: Path) -> Callable[[], Connector]:
        return _connect(home, "usage")


class TestFilesOfCustomers(ConnectorContract):
    @pytest.fixture
    def connect(self, home: Path) -> Callable[[], Connector]:
        return _connect(home, "billing")


class TestTheDemoSpeakingSalesforce(ConnectorContract):
    @pytest.fixture
    def connect(self, home: Path) -> Callable[[], Connector]:
        return _connect(home, "salesforce")


class TestTheDemoSpeakingZendesk(ConnectorContract):
    @pytest.fixture
    def connect(self, home: Path) -> Callable[[], Connector]:
        return _connect(home, "zendesk")
