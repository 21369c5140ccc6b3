"""A login that is kept and renewed.

A refresh token that rotates is good once: its successor is kept, durably, before anything is done with the access token
that came with it, and one process renews at a time.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from c360cli.connector import LoginStatus
from c360cli.errors import ConfigError, LoginRefused, SourceError
from c360cli.http.logins import RefreshingBearer
from c360cli.http.oauth import Granted, TokenEndpoint
from c360cli.http.origins import Origin
from c360cli.http.tokens import Keeper, Tokens, alone, keeper
from c360cli.http.unbroken import unbroken
from c360cli.secret import redact, remember
from c360cli.times import Clock, moment, parse_moment

# A token that ends while its request is on the way is as good as ended.
_MARGIN_SECONDS = 60


class Habits(NamedTuple):
    """What differs from service to service.

    ``authorize_path`` is where a person logs in, ``scope`` what is asked for there; ``exchange`` goes along when the
    code is turned into tokens. ``check`` raises LoginRefused for what was granted and will not do, ``revoke`` takes
    tokens back at the source.
    """

    authorize_path: str
    scope: str
    exchange: Mapping[str, str]
    check: Callable[[Granted], None]
    revoke: Callable[[TokenEndpoint, Tokens], None]


class SavedLogin:
    """A login that was made once, by a person or from a configured token, and is kept and renewed.

    ``seed`` returns the configured refresh token, where the config names one, and ``missing`` why it is not to be had
    now, "" where it is; ``whoami`` asks the source who we are,
    and is set by the connector once it has its client. ``c360cli.connector.Login`` says what the members promise.
    """

    def __init__(
        self,
        type: str,
        endpoint: TokenEndpoint,
        habits: Habits,
        *,
        base_url: str,
        home: str,
        keep_in: str,
        clock: Clock,
        port: int = 0,
        seed: Callable[[], str] | None = None,
        missing: Callable[[], str] = lambda: "",
    ) -> None:
        self.type = type
        self.port = port
        self.source = endpoint.client.source
        self.bearer = RefreshingBearer(self.token, self.source)
        self.whoami: Callable[[], str | None] = lambda: None
        self._endpoint = endpoint
        self._habits = habits
        self._base_url = base_url.rstrip("/")
        self._origin = Origin(self.source, base_url).name
        self._home = home
        self._keeper: Keeper = keeper(home, self.source, keep_in)
        self._clock = clock
        self._seed = seed
        self._missing = missing

    def token(self, refused: str = "") -> str:
        """Return an access token that is not ``refused``, renewed when there is no other; LoginRefused when none is."""
        tokens = self._kept()
        if self._is_good(tokens, refused):
            return tokens.access_token
        with alone(self._home, self.source):
            tokens = self._kept()  # another process may have been quicker
            return tokens.access_token if self._is_good(tokens, refused) else self._renewed(tokens).access_token

    def renew(self) -> None:
        """Renew what is kept, or start again from the configured token where nothing is, or what is has ended."""
        with alone(self._home, self.source):
            self._renewed(self._kept_or_seed())

    def status(self) -> LoginStatus:
        """Return what is kept; a login of another place or app is none."""
        tokens = self._keeper.read()
        state, note = "logged in", ""
        if tokens is None and self._seed:
            note = self._missing()
            state = "incomplete" if note else "configured"
        elif tokens is None:
            state = "not logged in"
        elif not self._is_ours(tokens):
            state, note = "not logged in", f"what is kept is for {tokens.issued_for}, or for another client_id"
        elif tokens.ended_at:
            state, note = "ended", f"the source refused to renew it on {tokens.ended_at}"
        if state not in ("logged in", "ended") or tokens is None:
            return LoginStatus(self.type, state, self._keeper.place, self._origin, note=note)
        scopes = tuple(tokens.scope.split())
        return LoginStatus(
            self.type, state, self._keeper.place, tokens.issued_for, tokens.user or None, scopes,
            tokens.expires_at or None, tokens.renewable_until or None, tokens.saved_at or None, note,
        )  # fmt: skip

    def address(self, redirect_uri: str, state: str, challenge: str) -> str:
        """Return the address where a person logs in."""
        words = {
            "response_type": "code",
            "client_id": self._endpoint.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._habits.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._base_url}{self._habits.authorize_path}?{urlencode(words)}"

    def finish(self, code: str, verifier: str, redirect_uri: str) -> None:
        """Turn the code into tokens, check them and keep them."""
        remember(code)
        remember(verifier)

        def exchange() -> None:
            granted = self._endpoint.ask(
                "authorization_code",
                code=code,
                code_verifier=verifier,
                redirect_uri=redirect_uri,
                **self._habits.exchange,
            )
            self._habits.check(granted)
            self._keeper.write(self._made(granted, Tokens(self._origin, self._endpoint.client_id)))

        with alone(self._home, self.source):
            unbroken(exchange)

    def name_user(self) -> str | None:
        """Ask the source who we are, and keep it beside the tokens."""
        user = self.whoami()
        with alone(self._home, self.source):
            tokens = self._keeper.read()
            if tokens is not None and user:
                self._keeper.write(tokens._replace(user=user))
        return user

    def forget(self) -> tuple[bool, str]:
        """Revoke what is kept and keep it no longer, whether the source could be told or not."""
        with alone(self._home, self.source):
            tokens = self._keeper.read()
            problem = ""
            if tokens is not None and self._is_ours(tokens):
                try:
                    self._habits.revoke(self._endpoint, tokens)
                except (SourceError, ConfigError) as error:
                    problem = redact(str(error))
            elif tokens is not None:  # of another place: nothing of it may go to the one configured now
                problem = f"{self.source}: what was kept is for {tokens.issued_for} and could not be revoked there."
            self._keeper.delete()
        return tokens is not None, problem

    def _kept(self) -> Tokens:
        """Return what there is to go on with; LoginRefused for nothing, or for what belongs elsewhere."""
        tokens = self._keeper.read()
        if self._seed is not None:
            tokens = self._from_config(tokens)
        if tokens is None:
            raise LoginRefused(self.source, "nobody is logged in.", self._again)
        if not self._is_ours(tokens):
            raise LoginRefused(
                self.source,
                f"the login kept here is for {tokens.issued_for}, or for another client_id; nothing was sent.",
                self._again,
            )
        return tokens

    def _kept_or_seed(self) -> Tokens:
        if self._seed is not None:
            tokens = self._keeper.read()
            # What lives is never given up for a token that may have been spent on it.
            if tokens is None or tokens.ended_at or not self._is_ours(tokens):
                return self._from_seed(self._seed())
        return self._kept()

    def _from_config(self, tokens: Tokens | None) -> Tokens | None:
        """Return ``tokens`` while they descend from the configured one, else begin with that."""
        assert self._seed is not None
        try:
            seed = self._seed()
        except ConfigError:
            if tokens is None:
                raise
            return tokens  # what it brought is kept: cron may do without the variable
        return tokens if tokens is not None and tokens.seed == _hash(seed) else self._from_seed(seed)

    def _from_seed(self, seed: str) -> Tokens:
        return Tokens(self._origin, self._endpoint.client_id, refresh_token=seed, seed=_hash(seed))

    def _is_ours(self, tokens: Tokens) -> bool:
        return (tokens.issued_for, tokens.client_id) == (self._origin, self._endpoint.client_id)

    def _is_good(self, tokens: Tokens, refused: str) -> bool:
        if not tokens.access_token or tokens.access_token == refused:
            return False
        try:
            ends_at = parse_moment(tokens.expires_at) if tokens.expires_at else None
        except ValueError:
            return False
        return ends_at is None or ends_at > self._clock() + timedelta(seconds=_MARGIN_SECONDS)

    def _renewed(self, tokens: Tokens) -> Tokens:
        """Return renewed tokens, which are kept already."""
        if not tokens.refresh_token:
            raise LoginRefused(
                self.source,
                "the login has ended, and it came without a refresh token.",
                f"Let the app grant one (refresh token, offline access), then: {self._again}",
            )
        now = moment(self._clock())
        # A full disk must show itself before the old token is spent, and who comes after a kill shall know of this.
        self._keeper.write(tokens._replace(renewing_since=now))
        made: list[Tokens] = []

        def renew() -> None:
            try:
                granted = self._endpoint.ask("refresh_token", refresh_token=tokens.refresh_token)
            except LoginRefused:
                self._keeper.write(tokens._replace(access_token="", renewing_since="", ended_at=now))
                raise
            try:
                self._habits.check(granted)
            except LoginRefused:  # the old token is spent all the same
                self._keeper.write(self._made(granted._replace(access_token=""), tokens))
                raise
            self._keeper.write(self._made(granted, tokens))
            made.append(self._made(granted, tokens))

        try:
            unbroken(renew)
        except LoginRefused as error:
            broken_off = (
                f" A renewal was broken off on {tokens.renewing_since}, and what it brought is lost."
                if tokens.renewing_since
                else ""
            )
            words = str(error).removeprefix(f"{self.source}: ")
            raise LoginRefused(self.source, words + broken_off, error.hint) from None
        return made[0]

    def _made(self, granted: Granted, before: Tokens) -> Tokens:
        return before._replace(
            access_token=granted.access_token,
            refresh_token=granted.refresh_token or before.refresh_token,  # one that does not rotate comes only once
            scope=granted.scope or before.scope,
            expires_at=granted.expires_at,
            renewable_until=granted.renewable_until if granted.refresh_token else before.renewable_until,
            saved_at=moment(self._clock()),
            renewing_since="",
            ended_at="",
        )

    @property
    def _again(self) -> str:
        return f"c360 auth login {self.source}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
