"""The stand-in, a home, and connectors that log in to it; and a browser."""

import json
import urllib.error
import urllib.request
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from c360_connectors import salesforce, zendesk
from c360_connectors.demo.server import Company, StandIn

from c360cli.connector import Context
from c360cli.http.callback import new_proof
from c360cli.secret import read_secret

BACK = "http://localhost:8360/callback"
SERVICES = ("salesforce", "zendesk")


class World:
    """The stand-in, a home, and connectors that log in to it."""

    def __init__(self, company: Company, home: Path) -> None:
        self.now = company.birth + timedelta(hours=12)
        self.home = home
        self.stand_in = StandIn(company, lambda: self.now)
        self.given = {"SECRET": "demo"}

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def api(self, service: str) -> Any:
        return getattr(self.stand_in, service)

    def source(self, service: str, kind: str = "web", base_url: str = "", **auth: Any) -> Any:
        names = {"client_id": "demo-client"} if kind in ("web", "refresh_token", "client_credentials", "jwt") else {}
        context = Context(
            str(self.home), UTC, lambda: self.now, self.sleep, lambda it: read_secret(it, str(self.home), self.given)
        )
        options = {
            "base_url": base_url or getattr(self.stand_in, f"{service}_url"),
            "auth": {"type": kind, **names, **auth},
        }
        return {"salesforce": salesforce, "zendesk": zendesk}[service].connect(service, options, context)

    def log_in(self, service: str, **auth: Any) -> Any:
        """Log in as a person with a browser does."""
        source = self.source(service, **auth)
        proof = new_proof()
        answer = browse(source.login.address(BACK, proof.state, proof.challenge))
        assert answer["state"] == proof.state
        source.login.finish(answer["code"], proof.verifier, BACK)
        return source

    def kept(self, service: str) -> dict[str, Any]:
        return json.loads((self.home / "tokens" / f"{service}.json").read_text())

    def asked(self, service: str) -> list[str]:
        return self.api(service).login.grants.asked


def browse(address: str) -> dict[str, str]:
    """Return what the service sends a browser back with."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    try:
        urllib.request.build_opener(Stay).open(address, timeout=10)
    except urllib.error.HTTPError as answer:
        found = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in found.items()}
    raise AssertionError("the browser was not sent back")


def page_of(source: Any, service: str) -> Any:
    return list(source.fetch({"salesforce": "accounts", "zendesk": "organizations"}[service], None))
