"""The demo: the real Salesforce and Zendesk connectors, pointed at a stand-in that speaks both.

    salesforce:
      connector: demo
      speaks: salesforce             # or zendesk; both are one made-up company
      born_on: 2026-11-21            # the day its world begins; it goes on for about a month
      seed: 1                        # another number, another company

All other options go to the real connector, except ``base_url`` and ``auth``, which the stand-in has.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from c360cli.connector import Connector, Context
from c360cli.errors import ConfigError
from c360cli.records import Cursor, RecordPage

from .config import demo_config
from .files import write_files

if TYPE_CHECKING:
    from .server import StandIn

__all__ = ["connect", "demo_config", "fill_home"]

# Where the records would be, were they real.
SITES = {"salesforce": "https://acme-demo.my.salesforce.com", "zendesk": "https://acme-demo.zendesk.com"}
_OURS = ("speaks", "born_on", "seed")

_running: dict[tuple[date, int, Callable[[], datetime]], "StandIn"] = {}


def connect(name: str, options: Mapping[str, Any], context: Context) -> "Demo":
    """Return the real connector for what ``speaks`` says, talking to the stand-in; ConfigError for other words."""
    speaks = options.get("speaks")
    if speaks not in SITES:
        raise ConfigError(f"sources.{name}.speaks must be salesforce or zendesk.", "c360 demo writes a working config.")
    stand_in = _stand_in(_born_on(name, options), _seed(name, options), context.clock)
    rest = {option: value for option, value in options.items() if option not in (*_OURS, "base_url", "auth")}
    if speaks == "salesforce":
        from ..salesforce import connect as connect_real

        rest |= {"connector": "salesforce", "base_url": stand_in.salesforce_url}
        rest["auth"] = {"type": "access_token", "token": {"env": "DEMO"}}
        secret = stand_in.salesforce.token()
    else:
        from ..zendesk import connect as connect_real

        rest |= {"connector": "zendesk", "base_url": stand_in.zendesk_url}
        client_id = stand_in.zendesk.client_id
        rest["auth"] = {"type": "client_credentials", "client_id": client_id, "client_secret": {"env": "DEMO"}}
        secret = stand_in.zendesk.client_secret
    # The stand-in's own secret answers every reference, so nothing of the user's can reach it.
    real = connect_real(name, rest, context._replace(secret=lambda reference: secret))
    return Demo(real, rest["base_url"], SITES[speaks])


def fill_home(home: str, born_on: date, seed: int = 1) -> list[str]:
    """Write the demo's survey, usage, CTA and billing files below ``home``; return their paths relative to it."""
    from .company import Company

    return write_files(home, Company(born_on, seed))


class Demo:
    """A real connector whose links lead where the made-up company would be."""

    def __init__(self, real: Connector, url: str, site: str) -> None:
        self._real = real
        self._url, self._site = url, site
        self.name = real.name
        self.streams = real.streams
        # What one connector can and another cannot is there only where it is.
        for optional in ("fetch_again", "roll_call", "reconcile_days"):
            if hasattr(real, optional):
                setattr(self, optional, getattr(real, optional))
        self.links: Mapping[str, str] = {kind: link.replace(url, site) for kind, link in real.links.items()}

    def check(self) -> str:
        """Return what the real connector says about the login."""
        return self._real.check().replace(self._url, f"{self._site} (a stand-in on this machine)")

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield what the real connector reads."""
        return self._real.fetch(stream, cursor)


def _stand_in(born_on: date, seed: int, clock: Callable[[], datetime]) -> "StandIn":
    """Return the one stand-in of this process for a world; it answers until the process ends."""
    key = (born_on, seed, clock)
    if key not in _running:
        from .server import Company, StandIn

        _running[key] = StandIn(Company(born_on, seed), clock).start()
    return _running[key]


def _born_on(name: str, options: Mapping[str, Any]) -> date:
    value = options.get("born_on")
    if isinstance(value, date) and not isinstance(value, datetime):
        return value  # a day without quotes, as YAML reads it
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ConfigError(f"sources.{name}.born_on must be a day.", "For example: born_on: 2026-11-21") from None


def _seed(name: str, options: Mapping[str, Any]) -> int:
    seed = options.get("seed", 1)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ConfigError(f"sources.{name}.seed must be a whole number.")
    return seed
