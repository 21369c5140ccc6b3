"""The way back from the browser: only the answer to our question counts, on this machine alone."""

import http.client
import socket
import threading
import time

import pytest

from c360cli.errors import ConfigError, LoginRefused
from c360cli.http.callback import Callback, Proof, new_proof


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def visit(port: int, path: str) -> tuple[int, str]:
    browser = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    browser.request("GET", path)
    answer = browser.getresponse()
    return answer.status, answer.read().decode()


def test_the_challenge_is_that_of_the_standard() -> None:
    # The example of RFC 7636, appendix B.
    proof = Proof("", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert proof.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert new_proof() != new_proof()
    assert 43 <= len(new_proof().verifier) <= 128


def test_only_the_answer_with_our_state_counts(port: int) -> None:
    with Callback("crm", port, "ours") as callback:
        assert callback.address == f"http://localhost:{port}/callback"
        for path in ["/", "/favicon.ico", "//evil/callback?code=x&state=theirs"]:
            assert visit(port, path)[0] == 404
        for words in ["", "code=evil", "code=evil&state=theirs", "state=ours", "code=evil&state=%00"]:
            path = f"/callback?{words}"
            assert visit(port, path)[0] == 404
        status, page = visit(port, "/callback?code=good&state=ours")
        assert status == 200
        assert "good" not in page
        assert callback.wait(5) == "good"


def test_a_browser_that_connects_and_says_nothing_holds_nobody_up(port: int) -> None:
    with Callback("crm", port, "ours") as callback, socket.create_connection(("127.0.0.1", port)):
        visit(port, "/callback?code=good&state=ours")
        assert callback.wait(5) == "good"


def test_a_person_who_says_no_is_a_refused_login(port: int) -> None:
    with Callback("crm", port, "ours") as callback:
        visit(port, "/callback?error=access_denied&error_description=end-user%20denied%1b[2J&state=ours")
        with pytest.raises(LoginRefused, match="access_denied: end-user denied") as refused:
            callback.wait(5)
        assert "\x1b" not in str(refused.value)


def test_nobody_is_waited_for_longer_than_said(port: int) -> None:
    started = time.monotonic()
    with Callback("crm", port, "ours") as callback, pytest.raises(LoginRefused, match=r"within 0\.3 s") as refused:
        callback.wait(0.3)
    assert time.monotonic() - started < 5
    assert "c360 auth login crm" in refused.value.hint


def test_the_address_a_browser_elsewhere_ended_at_may_be_pasted(port: int) -> None:
    lines = iter([None, "", f" http://localhost:{port}/callback?code=good&state=ours "])
    with Callback("crm", port, "ours") as callback:
        assert callback.wait(5, lambda seconds: next(lines, None)) == "good"


@pytest.mark.parametrize(
    "line",
    [
        "http://localhost/callback?code=evil&state=theirs",
        "http://[localhost:8360/callback?code=good&state=ours",
        "?code=good&state=our\udc73",
        "c360 auth login crm",
    ],
)
def test_what_is_pasted_and_is_not_our_answer_is_a_refused_login(port: int, line: str) -> None:
    with Callback("crm", port, "ours") as callback, pytest.raises(LoginRefused, match="pasted"):
        callback.wait(5, lambda seconds: line)


def test_of_two_answers_the_first_counts_and_strangers_before_it_do_not(port: int) -> None:
    with Callback("crm", port, "ours") as callback:
        visit(port, "/callback?code=evil&state=theirs")
        visit(port, "//[/callback?code=evil&state=ours")
        visit(port, "/callback?state=ours")
        visit(port, "/callback?code=good&state=ours")
        visit(port, "/callback?code=second&state=ours")
        assert callback.wait(5) == "good"


def test_a_port_that_is_taken_is_said_and_free_again_right_after_a_login(port: int) -> None:
    for _ in range(3):
        with Callback("crm", port, "ours") as callback:
            visit(port, "/callback?code=good&state=ours")
            callback.wait(5)
            with pytest.raises(ConfigError, match=f"port {port} of this machine is taken"), Callback("b", port, "s"):
                pass


def test_it_listens_on_this_machine_alone(port: int) -> None:
    with Callback("crm", port, "ours") as callback:
        assert {server.server_address[0] for server in callback._servers} <= {"127.0.0.1", "::1"}


def test_ctrl_c_does_not_break_a_renewal_in_two() -> None:
    from c360cli.http.unbroken import let_it_finish, unbroken

    begun, done = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        time.sleep(0.3)
        done.set()

    threading.Thread(target=unbroken, args=(work,), daemon=True).start()
    assert begun.wait(5)
    let_it_finish()  # what happens when the process ends
    assert done.is_set()
    with pytest.raises(ValueError, match="inner"):
        unbroken(lambda: (_ for _ in ()).throw(ValueError("inner")))
