"""What the logins of both made-up services have in common: codes with their proof, refresh tokens that rotate."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from .exchange import Request, Response


class Code(NamedTuple):
    """What a code was given out for."""

    redirect_uri: str
    challenge: str
    scope: str


class Grants:
    """The codes and refresh tokens of one service; ``made_up`` turns a word into a token nobody else has.

    ``rotates``: a refresh token is good once. ``refuses``: what the person says instead of yes.
    """

    def __init__(self, client_id: str, made_up: Callable[[str], str]) -> None:
        self.client_id = client_id
        self.rotates = True
        self.refuses = ""
        self.seed = made_up("refresh token")
        self.living = {self.seed: "read"}
        self.asked: list[str] = []
        self._made_up = made_up
        self._codes: dict[str, Code] = {}
        self._made = 0

    def page(self, request: Request) -> Response:
        """Answer a browser that asks for a login as if the person had said yes at once: it is sent back with a code."""
        asked = request.query
        back = asked.get("redirect_uri", "")
        if asked.get("client_id") != self.client_id or asked.get("response_type") != "code" or not back:
            return Response(400, b"invalid_client_id")
        if asked.get("code_challenge_method") != "S256":
            return self._back(back, {"error": "invalid_request", "state": asked.get("state", "")})
        if self.refuses:
            words = {"error": self.refuses, "error_description": "end-user denied authorization"}
            return self._back(back, words | {"state": asked.get("state", "")})
        self._made += 1
        code = self._made_up(f"code {self._made}")
        self._codes[code] = Code(back, asked.get("code_challenge", ""), asked.get("scope", "read"))
        return self._back(back, {"code": code, "state": asked.get("state", "")})

    def redeem_code(self, words: Mapping[str, str]) -> str | None:
        """Return the scope of a code that is good, once; None for any other."""
        code = self._codes.pop(words.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(words.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        if code is None or code.redirect_uri != words.get("redirect_uri") or code.challenge != proof.decode():
            return None
        return code.scope

    def redeem_refresh(self, token: str) -> str | None:
        """Return the scope of a living refresh token, which ends with this where they rotate; None for a dead one."""
        return self.living.pop(token, None) if self.rotates else self.living.get(token)

    def new_refresh(self, scope: str) -> str:
        """Return one more refresh token."""
        self._made += 1
        token = self._made_up(f"refresh token {self._made}")
        self.living[token] = scope
        return token

    def _back(self, uri: str, words: Mapping[str, str]) -> Response:
        return Response(302, b"", (("Location", f"{uri}?{urlencode(words)}"),))
