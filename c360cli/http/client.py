"""HTTP to one source: credentials that stay with their origin, retries, deadlines and caps.

Tokens go to the configured origin alone, also when an answer hands out the next URL; redirects are not followed.
No error text carries a query, a token or a header value.
"""

import os
import secrets
import ssl
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests.cookies import RequestsCookieJar
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ProtocolError

from c360cli import __version__
from c360cli.errors import LoginRefused, RequestRefused, SlowDown, SourceDown, SourceError
from c360cli.http.answers import Answer, retry_after_seconds
from c360cli.http.deadline import Deadline, DeadlineAdapter
from c360cli.http.logins import NoLogin, RefreshingBearer
from c360cli.http.origins import Origin
from c360cli.times import Clock, in_words

Params = Mapping[str, str | int]

# Statuses that pass by themselves. 409: another change is under way; 420: Salesforce's edge is "setting things up".
_PASSING = frozenset({408, 409, 420})
_CONNECT_SECONDS = 30.0
_LONGEST_TOLD_SECONDS = 7 * 86_400.0  # a server that names more is not to be believed
_LONGEST_PAUSE_SECONDS = 60.0
_CHUNK_BYTES = 1 << 16
# A file of a bulk export: Salesforce writes up to 1 GB and gives 20 minutes to fetch it.
_LARGEST_DOWNLOAD_BYTES = 2 << 30
_DOWNLOAD_TAKES = 4


class HttpClient:
    """Requests to the source called ``source``, whose paths are appended to ``base_url``.

    ``explain`` may turn an answer of status 300 and above into the error that fits better than the default (401
    LoginRefused; 429, and 503 with Retry-After, SlowDown; 408, 409, 420 and 5xx SourceDown; else RequestRefused).
    SlowDown and SourceDown are retried up to ``retries`` times with growing pauses through ``sleep``, or after
    ``Retry-After``; a longer wait than ``longest_wait_seconds`` raises SlowDown at once. Each try ends after
    ``deadline_seconds``. ``on_wait``, if set, hears the seconds and the reason before each wait; a
    ``sleep`` that wants to know has it as ``because``.

    Raises ConfigError for a ``base_url`` that is not https, except on this machine.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        auth: AuthBase | None = None,
        *,
        clock: Clock,
        sleep: Callable[[float], None],
        deadline_seconds: float = 300.0,
        max_body_bytes: int = 256 << 20,
        retries: int = 5,
        longest_wait_seconds: float = 120.0,
        explain: Callable[[Answer], SourceError | None] | None = None,
    ) -> None:
        self.source = source
        self.on_wait: Callable[[float, str], None] | None = getattr(sleep, "because", None)
        self._origin = Origin(source, base_url)
        self._auth = auth or NoLogin()
        self._clock = clock
        self._sleep = sleep
        self._deadline_seconds = deadline_seconds
        self._max_body_bytes = max_body_bytes
        self._retries = retries
        self._longest_wait_seconds = longest_wait_seconds
        self._explain = explain or (lambda _: None)
        self._session = _session(self._origin)

    def get(self, url: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to GET ``url``: a path below ``base_url``, or a full URL of the same origin.

        Raises RequestRefused, with nothing sent, for any other URL, and the errors of the class otherwise.
        A 304 is an answer too.
        """
        answer: Answer = self._call("GET", url, params, headers, None, lambda answer: answer)
        return answer

    def get_json(self, url: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> Any:
        """Return what the JSON of the answer to GET ``url`` says; something else counts as SourceDown."""
        return self._call("GET", url, params, headers, None, self._read_json)

    def get_with_json(
        self, url: str, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[Answer, Any]:
        """Return the answer to GET ``url`` and what its JSON says, as ``get_json`` does: for who reads headers too."""
        both: tuple[Answer, Any] = self._call("GET", url, params, headers, None, lambda a: (a, self._read_json(a)))
        return both

    def post_json(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """Return the JSON answer to POST ``body`` as JSON, None for an empty one.

        Repeated only where that cannot do it twice: the request never left, or was turned away with 429 or 503.
        """
        return self._call("POST", url, None, headers, body, lambda a: self._read_json(a) if a.body else None)

    def post_form(self, url: str, fields: Mapping[str, str]) -> Any:
        """Return the JSON answer to POST ``fields`` as a form, None for an empty one; repeated as ``post_json`` is."""
        return self._call("POST", url, None, None, _Form(fields), lambda a: self._read_json(a) if a.body else None)

    def download(
        self, url: str, into: BinaryIO, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Write the body of the answer to GET ``url`` into the file ``into`` and return the rest of the answer.

        The file begins with the body, also where a try broke off in its middle. It may be larger than memory, and may
        take longer than other answers.
        """
        answer: Answer = self._call("GET", url, params, headers, None, lambda answer: answer, into)
        return answer

    def delete(self, url: str) -> None:
        """Ask to DELETE ``url``; repeated only where nobody can have seen the first try."""
        self._call("DELETE", url, None, None, None, lambda answer: None)

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()

    def _call(
        self,
        method: str,
        url: str,
        params: Params | None,
        headers: Mapping[str, str] | None,
        body: Any,
        read: Callable[[Answer], Any],
        into: BinaryIO | None = None,
    ) -> Any:
        target = self._origin.locate(url)
        request = requests.Request(method, target, params=params, headers=dict(headers or {}), auth=self._auth)
        if isinstance(body, _Form):
            request.data = body
        else:
            request.json = body
        failures = 0
        is_renewed = False
        while True:
            sent = self._send(request, into)
            if sent.answer is not None and sent.answer.status == 401 and not is_renewed and self._renew(sent):
                is_renewed = True
                continue
            try:
                return read(self._checked(sent, f"{method} {urlsplit(target).path}"))
            except (SlowDown, SourceDown) as error:
                failures += 1
                wait_seconds = self._pause(error, failures)
                if wait_seconds is None or not (method == "GET" or sent.may_repeat):
                    raise
                reason = str(error)
            if self.on_wait is not None:
                self.on_wait(wait_seconds, reason)
            self._sleep(wait_seconds)

    def _send(self, request: requests.Request, into: BinaryIO | None = None) -> "_Sent":
        """Make one try; a failed one comes back as its reason, because its exception quotes the whole URL."""
        prepared = self._session.prepare_request(request)
        authorization = prepared.headers.get("Authorization")
        seconds = self._deadline_seconds * (_DOWNLOAD_TAKES if into else 1)
        with Deadline(seconds) as deadline:
            try:
                with self._session.send(prepared, **self._settings(prepared.url or "")) as response:
                    body = self._read_body(response, into if response.status_code == 200 else None)
                # A socket shut among the headers looks like their end.
                if not deadline.has_passed:
                    return _Sent(Answer(response.status_code, response.headers, body), authorization=authorization)
            except requests.RequestException as error:
                if not deadline.has_passed:
                    return _fault(error)
        return _Sent(None, f"took longer than {seconds:g} s")

    def _settings(self, url: str) -> Any:
        settings = self._session.merge_environment_settings(url, {}, True, None, None)
        # The deadline ends what is silent too. The socket's own wait is longer, or on a busy machine it would be over
        # before the timer's thread has had its turn, and what ran out of time would pass for another fault.
        timeout = (min(_CONNECT_SECONDS, self._deadline_seconds), 2 * self._deadline_seconds)
        return {**settings, "timeout": timeout, "allow_redirects": False}

    def _read_body(self, response: requests.Response, into: BinaryIO | None = None) -> bytes:
        chunks = []
        total = 0
        most = self._max_body_bytes
        if into is not None:
            into.seek(0)
            into.truncate()
            most = _LARGEST_DOWNLOAD_BYTES
        for chunk in response.iter_content(_CHUNK_BYTES):
            total += len(chunk)
            if total > most:  # counted after decompression, so that a bomb fizzles here
                raise SourceError(
                    self.source,
                    f"sent an answer of more than {most >> 20} MiB.",
                    "Ask for smaller pages, or look at what answers under this address.",
                )
            if into is None:
                chunks.append(chunk)
            else:
                into.write(chunk)
        return b"".join(chunks)

    def _renew(self, sent: "_Sent") -> bool:
        if not isinstance(self._auth, RefreshingBearer):
            return False
        self._auth.renew(sent.authorization)
        return True

    def _checked(self, sent: "_Sent", where: str) -> Answer:
        """Return the answer when it is one to read, else raise what is wrong with it."""
        answer = sent.answer
        if answer is None:
            if sent.is_untrusted:
                raise RequestRefused(
                    self.source,
                    f"{self._origin.host} has a certificate this machine does not trust.",
                    "Check base_url; behind a company proxy name its certificates in REQUESTS_CA_BUNDLE.",
                )
            raise SourceDown(self.source, f"{where} {sent.fault}.", "Run c360 sync again later; it goes on from here.")
        if answer.status < 300 or answer.status == 304:
            return answer
        raise self._explain(answer) or self._default_error(answer, where)

    def _default_error(self, answer: Answer, where: str) -> SourceError:
        status = answer.status
        wait_seconds = retry_after_seconds(answer.headers, self._clock)
        if status == 401:
            return LoginRefused(self.source, "refused our login (401).", f"Check auth of {self.source} in config.yaml.")
        if status == 429 or (status == 503 and wait_seconds is not None):
            is_sane = wait_seconds is not None and wait_seconds <= _LONGEST_TOLD_SECONDS
            when = f"in {in_words(max(wait_seconds or 0, 1.0))}" if is_sane else "later"
            hint = f"Run c360 sync again {when}; it goes on from here."
            return SlowDown(self.source, f"asks us to slow down ({status}).", hint, retry_after_seconds=wait_seconds)
        if status in _PASSING or status >= 500:
            return SourceDown(self.source, f"answered {status} to {where}.", "Run c360 sync again later.")
        if status < 400:
            return RequestRefused(
                self.source,
                f"answered {where} with a redirect ({status}), and c360 follows none.",
                f"Write the address the source really has as base_url of {self.source} in config.yaml.",
                status,
            )
        return RequestRefused(self.source, f"refused {where} ({status}).", status=status)

    def _read_json(self, answer: Answer) -> Any:
        try:
            return answer.json()
        except ValueError:
            found = "a web page" if answer.is_html else "something else"
        raise SourceDown(self.source, f"sent {found} where JSON was expected.", "Check base_url in config.yaml.")

    def _pause(self, error: SourceError, failures: int) -> float | None:
        """Return how long to wait before the next try, None when there is to be none."""
        if failures > self._retries:
            return None
        named = error.retry_after_seconds if isinstance(error, SlowDown) else None
        if named is not None:
            return max(named, 1.0) if named <= self._longest_wait_seconds else None
        longest = min(2.0 ** (failures - 1), _LONGEST_PAUSE_SECONDS, self._longest_wait_seconds)
        # Several sources, or several machines, that failed together must not come back together.
        return longest * (0.5 + secrets.randbelow(501) / 1000)


class _Form(dict[str, str]):
    """A body that is sent as a form instead of JSON."""


class _Sent(NamedTuple):
    """One try: its answer, or why there is none. ``has_left`` is False when the source cannot have seen it."""

    answer: Answer | None
    fault: str = ""
    has_left: bool = True
    is_untrusted: bool = False
    authorization: str | None = None

    @property
    def may_repeat(self) -> bool:
        return not self.has_left or (self.answer is not None and self.answer.status in (429, 503))


def _session(origin: Origin) -> requests.Session:
    session = requests.Session()
    session.headers.update({"User-Agent": f"c360/{__version__}", "Accept": "application/json"})
    adapter = DeadlineAdapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # A cookie is one more credential, and nothing we ask for needs one.
    session.cookies = RequestsCookieJar(policy=DefaultCookiePolicy(allowed_domains=[]))
    if origin.is_this_machine:
        # No proxy of the environment has a way to this machine; its certificates still count.
        session.trust_env = False
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


def _fault(error: requests.RequestException) -> _Sent:
    """Word a failed try from the kinds of its causes alone."""
    causes = _causes(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _Sent(None, has_left=False, is_untrusted=True)
    for kind, words, has_left in _FAULTS:
        if any(isinstance(cause, kind) for cause in causes):
            return _Sent(None, words, has_left)
    return _Sent(None, "could not be sent or answered")


_FAULTS: tuple[tuple[type[BaseException], str, bool], ...] = (
    (NameResolutionError, "found no server of that name", False),
    (ConnectionRefusedError, "found nobody listening", False),
    (NewConnectionError, "got no connection", False),
    (ConnectTimeoutError, "got no connection in time", False),
    (requests.exceptions.ProxyError, "got no connection through the proxy", True),
    (requests.exceptions.ContentDecodingError, "got an answer that cannot be decompressed", True),
    (requests.Timeout, "got no answer in time", True),
    (ssl.SSLError, "got no safe connection", True),
    (ProtocolError, "was cut off before its answer was whole", True),
)


def _causes(error: BaseException) -> list[BaseException]:
    """Return ``error`` and what lies under it: raised from it, or wrapped in its arguments or ``reason``."""
    causes: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and found not in causes:
            causes.append(found)
            waiting += [*found.args, found.__cause__, found.__context__, getattr(found, "reason", None)]
    return causes
