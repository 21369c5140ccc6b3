"""What every test may ask for."""

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests import postgres

pytest_plugins = ["tests.hearing"]

# A loaded machine is slow, not wrong. What holds for every input is tried with the same inputs each time, so that a
# change is judged by what it changed; `make hunt` looks for inputs that nobody has tried.
settings.register_profile("c360", deadline=None, derandomize=True)
settings.register_profile("hunt", deadline=None)
settings.load_profile("c360")

NOT_FOUND = "PostgreSQL was not found"
KEPT = pytest.StashKey[postgres.Kept]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our own options to pytest."""
    parser.addoption("--update-golden", action="store_true", help="write golden files from what is drawn now")
    parser.addoption("--require-postgres", action="store_true", help="fail where there is no PostgreSQL to test with")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to begin where PostgreSQL is required and missing."""
    if config.getoption("--require-postgres") and not _programs():
        raise pytest.UsageError(
            f"{NOT_FOUND}: install it (Debian: apt-get install postgresql) and psycopg,"
            " or name the folder of its programs in C360_TEST_POSTGRES_BIN."
        )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give every worker of a run the same cluster, which this process keeps."""
    programs = _programs()
    if programs:
        if KEPT not in node.config.stash:
            node.config.stash[KEPT] = postgres.Kept(programs)
        node.workerinput["postgres"] = str(node.config.stash[KEPT].folder)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take the cluster away, however the run has ended."""
    if KEPT in config.stash:
        config.stash[KEPT].close()
        del config.stash[KEPT]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs PostgreSQL where there is none."""
    if not _programs():
        for item in items:
            if _needs_postgres(item):
                item.add_marker(pytest.mark.skip(reason=NOT_FOUND))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line what was not tested."""
    skipped = [report for report in terminalreporter.stats.get("skipped", ()) if NOT_FOUND in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{NOT_FOUND}: {len(skipped)} tests of that engine were not run.", yellow=True)


def _programs() -> Path | None:
    return postgres.find() if importlib.util.find_spec("psycopg") else None


def _needs_postgres(item: pytest.Item) -> bool:
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return parameters.get("engine") == "postgres" or "cluster" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> postgres.Cluster:
    """The PostgreSQL of this run; who wants to stop it makes an ``own_cluster``."""
    programs = _programs()
    assert programs
    workerinput = getattr(request.config, "workerinput", None)
    if workerinput is not None:
        return postgres.wait_for(programs, Path(workerinput["postgres"]))
    kept = request.config.stash[KEPT] = postgres.Kept(programs)
    return postgres.wait_for(programs, kept.folder)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """What keeps the stores of this test: who asks for it runs on both engines."""
    return str(request.param)


@pytest.fixture(scope="module")
def new_url(
    engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], str]]:
    """Return a function that gives the URL of one more new store of the engine; for stores that many tests read."""
    with _new_urls(engine, request, lambda: tmp_path_factory.mktemp("store") / "c360.db") as new_url:
        yield new_url


@pytest.fixture
def store_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new store of the engine."""
    with _new_urls(engine, request, lambda: tmp_path / "c360.db") as new_url:
        yield new_url()


@pytest.fixture
def store_in(
    engine: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Path], str]]:
    """Return a function: home -> the URL of its store, the same for the same home, where commands find it too."""
    known: dict[Path, str] = {}
    with _new_urls(engine, request, Path) as new_url:

        def of_home(home: Path) -> str:
            if engine == "sqlite":
                return str(home / "c360.db")  # where it is when nothing else is said
            if home not in known:
                known[home] = new_url()
            monkeypatch.setenv("C360_STORE", known[home])
            return known[home]

        yield of_home


@contextmanager
def _new_urls(engine: str, request: pytest.FixtureRequest, path: Callable[[], Path]) -> Iterator[Callable[[], str]]:
    if engine == "sqlite":
        yield lambda: str(path())
        return
    cluster: postgres.Cluster = request.getfixturevalue("cluster")
    made: list[str] = []

    def new_url() -> str:
        made.append(cluster.new_database())
        return cluster.url(made[-1])

    try:
        yield new_url
    finally:
        for database in made:
            cluster.drop(database)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return ``check(name, text)``: ``text`` is what stands in golden/``name`` beside the test.

    ``--update-golden`` writes the golden files anew: read the diff before you keep it.
    """

    def check(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        drawn = (text + "\n").encode()
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(drawn)
        assert path.exists(), f"there is no {path.name} yet: pytest --update-golden"
        assert drawn.decode().splitlines() == path.read_bytes().decode().splitlines()
        assert drawn == path.read_bytes()

    return check
