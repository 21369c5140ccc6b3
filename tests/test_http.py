"""HTTP to a source, against raw servers on loopback that misbehave byte by byte."""

import contextlib
import gzip
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from c360cli.errors import ConfigError, LoginRefused, RequestRefused, SlowDown, SourceDown, SourceError
from c360cli.http import Answer, Basic, Bearer, HttpClient, RefreshingBearer, http_date
from c360cli.times import moment

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CANARY = "C360CANARY0123456789"
# Made for these tests, for 127.0.0.1 alone, and good for nothing else.
SELF_SIGNED = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2+PwBXR6dTuB4023
0jFF6Hd4SLmoANiZpnsSh14MvbmhRANCAARK/FAk1OP6eg5NcW11COrur22k3uIH
JUzS3/cCmBs9LSF54l9M+zKwkdvlKSFjxRQFsbox5YecE6GMLfgeTE8N
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBYTCCAQigAwIBAgIBATAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDAR0ZXN0MCAX
DTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAPMQ0wCwYDVQQDDAR0ZXN0
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESvxQJNTj+noOTXFtdQjq7q9tpN7i
ByVM0t/3ApgbPS0heeJfTPsysJHb5SkhY8UUBbG6MeWHnBOhjC34HkxPDaNTMFEw
DwYDVR0RBAgwBocEfwAAATAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBQL+r2y
FR5HTBliLkEQgUfIroZszjAOBgNVHQ8BAf8EBAMCAoQwCgYIKoZIzj0EAwIDRwAw
RAIgQoIHbTe+TnFMlPbuRyu4cRS/Ibh7N+2PhXp/A+T1S6ACIFcC+hbVfFpTex8T
TuHa4wu/96/hcXGK5Rk3zUkRCb8j
-----END CERTIFICATE-----
"""


class RawServer:
    """Answers each connection with the next bytes of ``script`` (the last one again and again), or calls it."""

    def __init__(self, *script: bytes | Callable[[socket.socket], None]) -> None:
        self.script = list(script)
        self.requests: list[str] = []
        self.connections = 0
        self.tls: ssl.SSLContext | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError), self._wrapped(plain) as connection:
            received = b""
            while b"\r\n\r\n" not in received:
                received += connection.recv(65536) or b"\r\n\r\n"
            step = self.script[min(len(self.requests), len(self.script) - 1)]
            self.requests.append(received.decode("latin-1"))
            step(connection) if callable(step) else connection.sendall(step)

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(plain, server_side=True) if self.tls else plain


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    servers: list[RawServer] = []

    def start(*script: Any) -> RawServer:
        servers.append(RawServer(*script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(slept: list[float]) -> Callable[..., HttpClient]:
    def make(server: RawServer, auth: Any = None, **options: Any) -> HttpClient:
        return HttpClient("crm", server.url, auth or Bearer(CANARY), clock=lambda: NOON, sleep=slept.append, **options)

    return make


def test_a_path_is_appended_to_the_base_and_the_answer_read(serve, client):
    server = serve(answer(body=b'{"a": 1}', X_Limit="7"))
    server.url += "/salesforce"
    found = client(server).get("/query", {"q": "a + b"})
    assert found.json() == {"a": 1}
    assert found.headers["x-limit"] == "7"
    assert server.requests[0].startswith("GET /salesforce/query?q=a+%2B+b HTTP/1.1")
    assert f"Authorization: Bearer {CANARY}" in server.requests[0]


HOSTILE = [
    "http://127.0.0.1:{evil}/next",
    "http://127.0.0.1:{good}@127.0.0.1:{evil}/",
    "http://127.0.0.1:{good}\\@127.0.0.1:{evil}/",
    "http://127.0.0.1:{good}#@127.0.0.1:{evil}/",
    "http://user:pass@127.0.0.1:{good}/",
    "//127.0.0.1:{evil}/next",
    "/\\127.0.0.1:{evil}/next",
    "\\\\127.0.0.1:{evil}/next",
    "/\t/127.0.0.1:{evil}/next",
    "\t//127.0.0.1:{evil}/next",
    "http:\n//127.0.0.1:{evil}/next",
    "https://127.0.0.1:{good}/",
    "http://localhost:{evil}/",
    "http://127.0.0.1.:{evil}/",
    "http://127。0。0。1:{evil}/",
    "http://2130706433:{evil}/",
    "http://127.0.0.1:{good}:{evil}/",
    "http:/127.0.0.1:{evil}/",
    "@127.0.0.1:{evil}/",
    ".evil.example/",
    ":{evil}/",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_next_url_of_another_origin_is_never_asked(serve, client, url):
    good, evil = serve(answer()), serve(answer())
    ports = {"good": good.url.rsplit(":", 1)[1], "evil": evil.url.rsplit(":", 1)[1]}
    with pytest.raises(RequestRefused) as refused:
        client(good).get(url.format(**ports))
    assert (good.connections, evil.connections) == (0, 0)
    assert CANARY not in str(refused.value)


@given(st.text(max_size=40))
def test_whatever_a_next_url_says_the_request_stays_at_its_origin(url):
    from c360cli.http.origins import Origin

    try:
        located = Origin("crm", "https://crm.example/base").locate(url)
    except RequestRefused:
        return
    assert located.startswith(("https://crm.example/base/", "https://crm.example:443/"))


def test_a_full_next_url_of_the_same_origin_is_followed_in_any_case_of_its_host(serve, client):
    server = serve(answer())
    server.url = server.url.replace("127.0.0.1", "localhost")
    client(server).get(server.url.replace("http://localhost", "HTTP://LocalHost") + "/next?page=2")
    assert server.requests[0].startswith("GET /next?page=2 ")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_its_target_never_asked(serve, client, status):
    evil = serve(answer())
    server = serve(answer(status, Location=evil.url + "/"))
    with pytest.raises(RequestRefused, match="redirect"):
        client(server).get("/x")
    assert evil.connections == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *[(status, RequestRefused) for status in (400, 403, 404, 405, 410, 413, 418, 422)],
        (401, LoginRefused),
        (429, SlowDown),
        *[(status, SourceDown) for status in (408, 409, 420, 500, 502, 503, 504, 520, 524)],
    ],
)
def test_a_status_says_who_must_act_and_whether_to_try_again(serve, client, slept, status, kind):
    server = serve(answer(status))
    with pytest.raises(kind):
        client(server, retries=2).get("/x")
    tries = 3 if kind in (SlowDown, SourceDown) else 1
    assert len(server.requests) == tries
    assert len(slept) == tries - 1


def test_whoever_asks_to_slow_down_is_told_of_with_when_to_come_back(serve, client):
    server = serve(answer(429, Retry_After="3600"))
    with pytest.raises(SlowDown) as raised:
        client(server).get("/x")
    assert raised.value.hint == "Run c360 sync again in 1 h; it goes on from here."
    with pytest.raises(SlowDown) as raised:
        client(serve(answer(429)), retries=0).get("/x")
    assert raised.value.hint == "Run c360 sync again later; it goes on from here."


def test_pauses_grow_and_a_fault_that_passes_is_not_seen(serve, client, slept):
    server = serve(answer(502), answer(503), answer(500), answer(body=b"[1]"))
    told: list[float] = []
    patient = client(server)
    patient.on_wait = lambda seconds, reason: told.append(seconds)
    assert patient.get_json("/x") == [1]
    assert told == slept
    assert all(2**i * 0.5 <= pause <= 2**i for i, pause in enumerate(slept))


@pytest.mark.parametrize(
    ("named", "slept_seconds"),
    [
        ("2", 2.0),
        ("0", 1.0),
        ("120", 120.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2020 12:00:00 GMT", 1.0),
        ("-1", None),
        ("abc", None),
        ("", None),
        ("²", None),
        # Dates whose parts no computer's calendar holds.
        ("Sun, 01 Mar 99999 12:00:00 GMT", None),
        ("Sun, 01 Mar 999999999999999999999999 12:00:00 GMT", None),
        ("Sun, 01 Mar 2026 12:00:00 +999999999999999999", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_honoured_where_it_makes_sense(serve, client, slept, named, slept_seconds):
    server = serve(answer(429).replace(b"\r\n\r\n", b"\r\nRetry-After: " + named.encode() + b"\r\n\r\n"), answer())
    client(server).get("/x")
    assert len(slept) == 1
    assert slept == [slept_seconds] if slept_seconds is not None else 0.5 <= slept[0] <= 1.0


@pytest.mark.parametrize("named", ["86400", "1000000000000", "9" * 400, "Mon, 01 Mar 2027 12:00:00 GMT"])
def test_a_wait_beyond_the_longest_rises_at_once(serve, client, slept, named):
    server = serve(answer(429, Retry_After=named))
    with pytest.raises(SlowDown) as raised:
        client(server).get("/x")
    assert raised.value.retry_after_seconds >= 86400
    assert slept == []


def test_a_retry_date_is_held_against_the_clock_of_the_server(serve, client, slept):
    later = {"Date": "Sun, 01 Mar 2026 13:00:00 GMT", "Retry_After": "Sun, 01 Mar 2026 13:00:20 GMT"}
    client(serve(answer(503, **later), answer())).get("/x")
    assert slept == [20.0]


def drip(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.01)


def drip_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.01)


def stall(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{")
    connection.recv(1)


@pytest.mark.parametrize("fault", [drip, drip_headers, stall, lambda connection: connection.recv(1)])
def test_a_server_that_drips_or_stalls_meets_the_deadline(serve, client, fault):
    with pytest.raises(SourceDown, match=r"longer than 0\.2 s"):
        client(serve(fault), retries=0, deadline_seconds=0.2).get("/x")


CUT = [
    b"",
    b"HTTP/1.1 200 OK\r\n",
    b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"a":',
    b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n40\r\n1',
    answer(body=gzip.compress(b"{}" * 500)[:30], Content_Encoding="gzip"),
    answer(body=b"not gzip", Content_Encoding="gzip"),
    answer(body=b""),
    answer(body=b'{"a":'),
    answer(body=b"<!DOCTYPE html><title>Log in</title>"),
    answer(body=b"[" * 100_000 + b"]" * 100_000),
    b"\x16\x03\x01 not http\r\n\r\n",
]


@pytest.mark.parametrize("fault", CUT)
def test_a_broken_answer_is_tried_again_and_never_half_read(serve, client, fault):
    assert client(serve(fault, answer(body=b'{"whole": true}'))).get_json("/x") == {"whole": True}
    with pytest.raises(SourceDown):
        client(serve(fault), retries=1).get_json("/x")


def test_a_bomb_is_stopped_at_the_cap_and_not_asked_for_again(serve, client):
    server = serve(answer(body=gzip.compress(b" " * (40 << 20)), Content_Encoding="gzip"))
    with pytest.raises(SourceError, match="more than 1 MiB"):
        client(server, max_body_bytes=1 << 20).get("/x")
    assert len(server.requests) == 1


def test_nobody_listening_is_a_source_that_is_down(serve, client):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    server = serve(answer())
    server.url = url
    with pytest.raises(SourceDown, match="nobody listening"):
        client(server, retries=1).get("/x")


def test_a_netrc_never_takes_the_place_of_our_credentials(serve, client, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password hers\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(answer())
    client(server).get("/x")
    HttpClient("crm", server.url, clock=lambda: NOON, sleep=lambda _: None).get("/x")
    assert f"Bearer {CANARY}" in server.requests[0]
    assert "Authorization" not in server.requests[1]


def test_no_proxy_of_the_environment_stands_before_this_machine(serve, client, monkeypatch):
    proxy, server = serve(answer(502)), serve(answer(body=b"[]"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    assert client(server).get_json("/x") == []
    assert proxy.connections == 0


def test_a_cookie_is_not_sent_back(serve, client):
    server = serve(answer(Set_Cookie="session=1; Path=/"))
    one = client(server)
    one.get("/x")
    one.get("/x")
    assert "Cookie" not in server.requests[1]


def test_a_post_is_repeated_only_when_that_cannot_do_it_twice(serve, client):
    turned_away = serve(answer(429), answer(503), answer(body=b'{"id": 1}'))
    assert client(turned_away).post_json("/x", {"a": "ü"}) == {"id": 1}
    lost = serve(answer(500))
    with pytest.raises(SourceDown):
        client(lost).post_json("/x", {})
    cut = serve(b"")
    with pytest.raises(SourceDown):
        client(cut).post_json("/x", {})
    assert (len(lost.requests), len(cut.requests)) == (1, 1)
    assert client(serve(answer(204, b""))).post_json("/x", {}) is None


def test_a_token_that_expired_is_fetched_once_and_the_request_repeated(serve, client):
    server = serve(answer(), answer(401), answer(body=b"[2]"))
    tokens = iter(["first", "second", "third"])
    one = client(server, RefreshingBearer(lambda refused: next(tokens)))
    one.get("/a")
    assert one.get_json("/b") == [2]
    assert ["first" in server.requests[0], "first" in server.requests[1], "second" in server.requests[2]] == [True] * 3


def test_a_second_401_after_a_new_token_is_a_refused_login(serve, client):
    server = serve(answer(401))
    with pytest.raises(LoginRefused):
        client(server, RefreshingBearer(lambda refused: "token")).get("/x")
    assert len(server.requests) == 2


def test_many_threads_refused_together_fetch_one_new_token():
    fetched: list[int] = []
    auth = RefreshingBearer(lambda refused: fetched.append(1) or f"token{len(fetched)}")
    auth.renew(None)
    threads = [threading.Thread(target=auth.renew, args=("Bearer token1",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 2


def test_explain_has_the_first_word_and_its_error_is_retried_like_any(serve, client, slept):
    def explain(found: Answer) -> SourceError | None:
        return SlowDown("crm", "has too much to do.") if b"CONCURRENT" in found.body else None

    server = serve(answer(403, b"CONCURRENT"), answer(403, b"other"))
    with pytest.raises(RequestRefused):
        client(server, explain=explain).get("/x")
    assert len(slept) == 1


FAULTS = [
    answer(401),
    answer(404),
    answer(429, Retry_After="99999"),
    answer(500),
    b"",
    answer(302, Location=f"/?{CANARY}"),
    CUT[2],
    CUT[7],
]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_carries_a_query_a_token_or_a_header(serve, client, fault):
    with pytest.raises(SourceError) as raised:
        client(serve(fault), retries=0).get_json("/path", {"token": CANARY}, {"X-Key": CANARY})
    seen: BaseException | None = raised.value
    while seen is not None:
        assert CANARY not in f"{seen!s}{seen!r}{seen.args}{getattr(seen, 'hint', '')}"
        seen = seen.__cause__ or seen.__context__


@pytest.mark.parametrize("token", ["", "two words", f"{CANARY}\r\nX-Evil: 1", "naïve"])
def test_a_token_no_header_can_carry_is_refused_without_showing_it(token):
    with pytest.raises(ConfigError) as refused:
        Bearer(token)
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example",
        "crm.example",
        "https://a@crm.example",
        "ftp://x",
        "",
        "https://x/?a=1",
        "http://127.0.0.1.evil",
    ],
)
def test_a_base_url_that_is_not_https_is_a_matter_of_the_config(url):
    with pytest.raises(ConfigError):
        HttpClient("crm", url, clock=lambda: NOON, sleep=lambda _: None)


@pytest.fixture
def certified(tmp_path):
    path = tmp_path / "server.pem"
    path.write_text(SELF_SIGNED)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)

    def over_tls(server: RawServer) -> RawServer:
        server.tls = context
        server.url = server.url.replace("http:", "https:")
        return server

    return path, over_tls


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(
    serve, client, slept, certified, monkeypatch
):
    _, over_tls = certified
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    server = over_tls(serve(answer()))
    with pytest.raises(RequestRefused, match="does not trust"):
        client(server).get("/x")
    assert (server.requests, slept) == ([], [])


def test_the_certificates_of_a_company_are_taken_from_where_requests_takes_them(serve, client, certified, monkeypatch):
    path, over_tls = certified
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    server = over_tls(serve(answer(body=b"[1]"), drip))
    assert client(server).get_json("/x") == [1]
    with pytest.raises(SourceDown, match=r"longer than 0\.2 s"):
        client(server, retries=0, deadline_seconds=0.2).get("/x")


def test_plain_bytes_where_tls_is_expected_get_nothing_of_ours(serve, client):
    server = serve(answer())
    server.url = server.url.replace("http:", "https:")
    with pytest.raises(SourceDown):
        client(server, retries=0, deadline_seconds=0.2).get("/x")
    assert all(CANARY not in request for request in server.requests)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b'["\\ud800"]', ["\ufffd"]),
        (b'["\\ud83d\\ude00"]', ["😀"]),
        (b'["\xff"]', ["\ufffd"]),
        (b"[NaN, Infinity]", [None, None]),
        (b"[" + b"9" * 5000 + b"]", ["9" * 5000]),
        (b"[18446744073709551617]", [18446744073709551617]),
        (b"null", None),
    ],
)
def test_json_that_strict_readers_refuse_is_mended(body, value):
    assert Answer(200, {}, body).json() == value


def test_basic_carries_any_letter():
    import base64

    from requests import Request

    prepared = Request("GET", "http://x/", auth=Basic("ä@example.com/token", CANARY)).prepare()
    coded = prepared.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(coded).decode() == f"ä@example.com/token:{CANARY}"


def test_a_download_that_breaks_off_begins_its_file_anew(serve, client, slept):
    whole = b"x" * 200_000
    cut = answer(body=whole)[:90_000]
    server = serve(cut, answer(503, b"busy"), answer(body=b"small", Sforce_Locator="null"))
    with tempfile.TemporaryFile() as file:
        found = client(server).download("/results", file)
        file.seek(0)
        assert file.read() == b"small"
    assert found.headers["sforce-locator"] == "null"
    assert found.body == b""
    assert len(slept) == 2


def test_a_download_may_be_larger_than_an_answer_and_a_refusal_stays_out_of_the_file(serve, client):
    server = serve(answer(body=b"y" * 5_000_000), answer(404, b"nothing here"))
    made = client(server, max_body_bytes=1 << 20)
    with tempfile.TemporaryFile() as file:
        made.download("/results", file)
        assert file.tell() == 5_000_000
        with pytest.raises(RequestRefused):
            made.download("/results", file)
        file.seek(0)
        assert file.read(1) == b"y"


def test_a_delete_is_made_once_and_carries_the_login(serve, client, slept):
    server = serve(answer(204, b""), answer(503, b""))
    client(server).delete("/jobs/1")
    assert server.requests[0].startswith("DELETE /jobs/1 ")
    assert CANARY in server.requests[0]
    client(serve(answer(204, b""))).delete("/jobs/2")


@given(st.text(st.sampled_from("0123456789+-:, GMTSunMar²é"), max_size=60) | st.text(max_size=60))
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Sun, 01 Mar 2026 12:00:00 +999999999999999999")
def test_whatever_a_server_says_the_time_is_it_is_a_moment_or_none(text):
    when = http_date(text)
    assert when is None or moment(when)
