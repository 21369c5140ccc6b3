"""One HTTP exchange, as the two made-up APIs see it: a request comes in, a response goes out."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

# What every secret of the stand-in begins with: who finds it anywhere else has found a leak.
MARK = "c360standin"


class Request(NamedTuple):
    """What was asked; ``query`` holds the last value of each parameter, header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def bearer(self) -> str | None:
        """The token of the Authorization header; None without one."""
        word, _, token = self.headers.get("authorization", "").partition(" ")
        return token if word.lower() == "bearer" else None


class Response(NamedTuple):
    """What is answered."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def json_response(status: int, document: Any, *headers: tuple[str, str]) -> Response:
    """Return ``document`` as a JSON answer."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, body, (("Content-Type", "application/json;charset=UTF-8"), *headers))


class Refusal(Exception):
    """An answer that is an error; raised where the reason is found, sent as it is."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response
