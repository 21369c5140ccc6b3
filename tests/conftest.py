"""What every test may ask for."""

from collections.abc import Callable

import pytest
from hypothesis import settings

# A loaded machine is slow, not wrong.
settings.register_profile("c360", deadline=None)
settings.load_profile("c360")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden``, which writes the golden files anew: read the diff before you keep it."""
    parser.addoption("--update-golden", action="store_true", help="write golden files from what is drawn now")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return ``check(name, text)``: ``text`` is what stands in golden/``name`` beside the test."""

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
