"""Logins that are renewed: once, by one process, kept before they are used, and never for ever."""

import json
import os
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.exchange import Request, Response
from c360_connectors.demo.faults import Fault

from c360cli.errors import ConfigError, LoginRefused, SourceDown

from .login_world import SERVICES, World, page_of


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_that_ends_in_the_middle_is_renewed_once_and_the_sync_goes_on(world: World, service: str) -> None:
    source = world.log_in(service)
    before = world.kept(service)
    world.stand_in.add_fault(faults.expired_token(after=0))
    assert page_of(source, service)
    after = world.kept(service)
    assert world.asked(service) == ["authorization_code", "refresh_token"]
    assert after["refresh_token"] != before["refresh_token"]
    assert after["access_token"] != before["access_token"]


@pytest.mark.parametrize("service", SERVICES)
def test_what_rotated_is_on_disk_before_the_new_access_token_is_used(world: World, service: str) -> None:
    source = world.log_in(service)
    api = world.api(service)
    seen: list[tuple[str, str]] = []
    respond = api.respond

    def watch(request: Request) -> Response:
        if request.bearer is not None:
            seen.append((request.bearer, world.kept(service)["access_token"]))
        return respond(request)

    for server in world.stand_in._servers:
        if server.answer == respond:
            server.answer = watch
    for _ in range(3):
        api.expire_tokens()
        source.check()
    used = [bearer for bearer, _ in seen]
    assert len(set(used)) == 4
    # The first request with a token finds it kept; only the one that learns of its end is a step behind.
    assert all(bearer == kept for bearer, kept in seen)


@pytest.mark.parametrize("service", SERVICES)
def test_a_refused_renewal_says_log_in_again_and_is_asked_for_once(world: World, service: str) -> None:
    source = world.log_in(service)
    world.api(service).expire_tokens()
    world.api(service).login.grants.living.clear()
    for _ in range(3):
        with pytest.raises(LoginRefused) as refused:
            source.check()
    assert refused.value.hint == f"c360 auth login {service}"
    assert world.asked(service) == ["authorization_code", "refresh_token"]
    status = world.source(service).login.status()
    assert status.state == "ended"
    assert "refused to renew it" in status.note
    assert world.log_in(service).login.status().state == "logged in"


def test_a_token_that_is_always_refused_is_not_renewed_for_ever(world: World) -> None:
    source = world.log_in("salesforce")
    session = '[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]'
    world.stand_in.add_fault(Fault("/services/data", times=faults.FOREVER, status=401, body=session))
    for _ in range(20):
        with pytest.raises(LoginRefused):
            source.check()
    assert world.asked("salesforce").count("refresh_token") <= 5


def test_a_zendesk_token_near_its_end_is_renewed_before_it_is_sent(world: World) -> None:
    world.log_in("zendesk")
    world.now += timedelta(minutes=29, seconds=30)
    sent = len(world.stand_in.requests)
    world.source("zendesk").check()
    assert world.stand_in.requests[sent] == "POST /oauth/tokens"


@pytest.mark.parametrize("service", SERVICES)
def test_eight_threads_that_meet_an_ended_token_renew_it_once(world: World, service: str) -> None:
    world.log_in(service)
    sources = [world.source(service) for _ in range(8)]
    for source in sources:
        source.login.token()
    world.api(service).expire_tokens()
    problems: list[BaseException] = []

    def ask(source: Any) -> None:
        try:
            source.check()
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=ask, args=(source,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert world.asked(service) == ["authorization_code", "refresh_token"]


def test_a_full_disk_shows_itself_before_the_old_token_is_spent(world: World) -> None:
    source = world.log_in("salesforce")
    world.api("salesforce").expire_tokens()
    os.chmod(world.home / "tokens", 0o755)  # refused like a disk that takes nothing
    with pytest.raises(ConfigError, match="others may look into"):
        source.check()
    assert "refresh_token" not in world.asked("salesforce")
    os.chmod(world.home / "tokens", 0o700)
    assert world.source("salesforce").check()


def test_a_renewal_that_gets_no_answer_leaves_the_login_as_it_was_and_says_so_when_it_is_lost(world: World) -> None:
    source = world.log_in("salesforce")
    world.api("salesforce").expire_tokens()
    world.stand_in.add_fault(faults.dropped("/oauth2/token"))
    with pytest.raises(SourceDown):
        source.check()
    assert world.kept("salesforce")["renewing_since"]
    world.api("salesforce").login.grants.living.clear()  # the service had heard us
    with pytest.raises(LoginRefused, match="A renewal was broken off on 2026-03-01T"):
        world.source("salesforce").check()


def test_a_refresh_token_that_does_not_rotate_stays(world: World) -> None:
    source = world.log_in("salesforce")
    world.api("salesforce").login.grants.rotates = False
    kept = world.kept("salesforce")["refresh_token"]
    for _ in range(2):
        world.api("salesforce").expire_tokens()
        assert source.check()
    assert world.kept("salesforce")["refresh_token"] == kept


def test_an_app_that_grants_no_refresh_token_says_what_to_do(world: World) -> None:
    source = world.log_in("salesforce", scope="api")
    world.api("salesforce").expire_tokens()
    with pytest.raises(LoginRefused, match="without a refresh token") as refused:
        source.check()
    assert "c360 auth login salesforce" in refused.value.hint


ONE = """
import json, sys
from datetime import UTC, datetime
from c360cli.main import call
sys.exit(call(["--home", sys.argv[1], "doctor", "--json"], clock=lambda: datetime.fromisoformat(sys.argv[2])))
"""


def c360(world: World) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", ONE, str(world.home), world.now.isoformat()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def login_of(process: "subprocess.Popen[bytes]") -> dict[str, Any]:
    out, err = process.communicate(timeout=60)
    assert err == b""
    return next(found for found in json.loads(out) if found["name"] == "login")


def configured(world: World, service: str) -> None:
    url = getattr(world.stand_in, f"{service}_url")
    path = world.home / "config.yaml"
    path.write_text(
        f"sources:\n  {service}: {{connector: {service}, base_url: '{url}',"
        " auth: {type: web, client_id: demo-client}}\n"
    )
    os.chmod(path, 0o600)


@pytest.mark.parametrize("service", SERVICES)
def test_processes_that_meet_an_ended_token_together_spend_one_refresh_token(world: World, service: str) -> None:
    configured(world, service)
    world.log_in(service)
    world.api(service).expire_tokens()
    world.stand_in.add_fault(faults.slow("/oauth", times=faults.FOREVER, seconds=0.3))
    findings = [login_of(process) for process in [c360(world) for _ in range(3)]]
    assert [found["is_ok"] for found in findings] == [True] * 3, findings
    assert world.asked(service) == ["authorization_code", "refresh_token"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_killed_with_its_new_token_in_hand_leaves_a_login_that_works(world: World, service: str) -> None:
    configured(world, service)
    world.log_in(service)
    api = world.api(service)
    old = world.kept(service)["access_token"]
    api.expire_tokens()
    respond = api.respond
    killed = threading.Event()

    def kill_at_first_use(request: Request) -> Response:
        if request.bearer not in (None, old) and not killed.is_set():
            process.kill()
            killed.set()
        return respond(request)

    for server in world.stand_in._servers:
        if server.answer == respond:
            server.answer = kill_at_first_use
    process = c360(world)
    process.communicate(timeout=60)
    assert killed.is_set()
    assert process.returncode == -9
    assert login_of(c360(world))["is_ok"]
    assert world.asked(service) == ["authorization_code", "refresh_token"]


def test_nothing_of_a_login_is_in_any_other_file_or_in_what_is_printed(world: World) -> None:
    configured(world, "salesforce")
    world.log_in("salesforce")
    world.api("salesforce").expire_tokens()
    process = c360(world)
    out, err = process.communicate(timeout=60)
    kept = world.kept("salesforce")
    for secret in (kept["access_token"], kept["refresh_token"]):
        assert secret.encode() not in out + err
        told = [
            path for path in world.home.rglob("*")
            if path.is_file() and path.parent.name != "tokens" and secret.encode() in path.read_bytes()
        ]  # fmt: skip
        assert told == []
