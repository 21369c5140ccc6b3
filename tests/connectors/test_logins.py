"""Logging in to Salesforce and Zendesk: the browser, a configured token, where tokens may go, and out again."""

import json
import stat
from typing import Any

import pytest
from c360_connectors.demo import faults
from c360_connectors.demo.faults import Fault
from c360_connectors.demo.server import Company, StandIn

from c360cli.errors import LoginRefused, SlowDown, SourceDown
from c360cli.http.callback import new_proof

from .login_world import BACK, SERVICES, World, browse


@pytest.mark.parametrize("service", SERVICES)
def test_a_login_in_the_browser_is_kept_for_us_alone_and_used_by_the_next_process(world: World, service: str) -> None:
    source = world.log_in(service)
    assert "@" in source.login.name_user()
    path = world.home / "tokens" / f"{service}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert world.asked(service) == ["authorization_code"]
    again = world.source(service)
    assert again.check()
    assert again.login.status().user == source.login.status().user
    assert world.asked(service) == ["authorization_code"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_code_without_its_proof_is_worth_nothing(world: World, service: str) -> None:
    source = world.source(service)
    proof = new_proof()
    answer = browse(source.login.address(BACK, proof.state, proof.challenge))
    with pytest.raises(LoginRefused):
        source.login.finish(answer["code"], new_proof().verifier, BACK)
    assert source.login.status().state == "not logged in"


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_login_the_way_in_is_said_and_nothing_is_sent(world: World, service: str) -> None:
    with pytest.raises(LoginRefused, match="nobody is logged in") as refused:
        world.source(service).check()
    assert refused.value.hint == f"c360 auth login {service}"
    assert world.stand_in.requests == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_configured_refresh_token_is_spent_once_and_its_successors_are_kept(world: World, service: str) -> None:
    world.given["SEED"] = world.api(service).login.grants.seed
    assert world.source(service, "refresh_token", token={"env": "SEED"}).check()
    world.api(service).expire_tokens()
    assert world.source(service, "refresh_token", token={"env": "SEED"}).check()
    del world.given["SEED"]  # cron may do without it from now on
    world.api(service).expire_tokens()
    assert world.source(service, "refresh_token", token={"env": "SEED"}).check()
    assert world.asked(service) == ["refresh_token"] * 3


@pytest.mark.parametrize("service", SERVICES)
def test_logging_in_anew_never_gives_up_a_login_that_lives(world: World, service: str) -> None:
    world.given["SEED"] = world.api(service).login.grants.seed
    world.source(service, "refresh_token", token={"env": "SEED"}).login.renew()
    world.source(service, "refresh_token", token={"env": "SEED"}).login.renew()
    assert world.source(service, "refresh_token", token={"env": "SEED"}).check()
    world.api(service).expire_tokens()
    world.api(service).login.grants.living.clear()
    with pytest.raises(LoginRefused):
        world.source(service, "refresh_token", token={"env": "SEED"}).check()
    world.api(service).login.grants.living[world.given["SEED"]] = "read"  # made good again, or another
    world.source(service, "refresh_token", token={"env": "SEED"}).login.renew()
    assert world.source(service, "refresh_token", token={"env": "SEED"}).check()


def test_too_many_logins_are_a_wait_and_no_end_of_the_login(world: World) -> None:
    source = world.log_in("salesforce")
    world.api("salesforce").expire_tokens()
    world.api("salesforce").login.first = ("invalid_grant", "login rate exceeded")
    with pytest.raises(SlowDown):
        source.check()
    world.api("salesforce").login.first = None
    assert world.source("salesforce").check()


def test_another_configured_token_takes_the_place_of_what_was_kept(world: World) -> None:
    world.given["SEED"] = world.api("zendesk").login.grants.seed
    world.source("zendesk", "refresh_token", token={"env": "SEED"}).check()
    world.given["SEED"] = world.api("zendesk").login.grants.new_refresh("read")
    source = world.source("zendesk", "refresh_token", token={"env": "SEED"})
    source.check()
    assert world.asked("zendesk") == ["refresh_token"] * 2


def test_a_login_of_another_place_or_app_is_none_and_nothing_is_sent(world: World, login_company: Company) -> None:
    world.log_in("salesforce")
    with StandIn(login_company, lambda: world.now) as other:
        elsewhere = world.source("salesforce", base_url=other.salesforce_url)
        with pytest.raises(LoginRefused, match=r"the login kept here is for http://127\.0\.0\.1"):
            elsewhere.check()
        assert elsewhere.login.status().state == "not logged in"
        assert elsewhere.login.forget()[0]
        assert other.requests == []
    with pytest.raises(LoginRefused):
        world.source("salesforce", client_id="another").check()


@pytest.mark.parametrize(
    "instance", ["https://evil.example", "http://127.0.0.1:1", "https://127.0.0.1@evil.example", 7, None, "//x"]
)
def test_a_token_for_another_instance_is_never_used(world: World, instance: Any) -> None:
    api = world.api("salesforce")
    api.login.instance_url = instance
    if not instance:
        world.stand_in.add_fault(faults.rewritten(lambda said: said | {"instance_url": instance}, "/oauth2/token"))
    with pytest.raises(LoginRefused, match="its token was not used"):
        world.log_in("salesforce")
    world.given["SECRET"] = api.client_secret
    with pytest.raises(LoginRefused, match="its token was not used"):
        world.source("salesforce", "client_credentials", client_secret={"env": "SECRET"}).check()
    assert not [request for request in world.stand_in.requests if "/services/data" in request]


def test_an_org_that_moves_keeps_the_rotated_token_and_stops(world: World) -> None:
    source = world.log_in("salesforce")
    world.api("salesforce").expire_tokens()
    world.api("salesforce").login.instance_url = "https://moved.my.salesforce.com"
    with pytest.raises(LoginRefused, match=r"moved\.my\.salesforce\.com"):
        source.check()
    world.api("salesforce").login.instance_url = ""
    assert world.source("salesforce").check()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_login_over_a_redirect_is_refused_and_the_other_place_sees_nothing(
    world: World, login_company: Company, service: str, status: int
) -> None:
    with StandIn(login_company, lambda: world.now) as evil:
        target = (("Location", f"{evil.salesforce_url}/services/oauth2/token"),)
        world.stand_in.add_fault(Fault("/oauth", times=faults.FOREVER, status=status, headers=target))
        world.given["SECRET"] = "hush"
        with pytest.raises(LoginRefused, match="redirect"):
            world.source(service, "client_credentials", client_secret={"env": "SECRET"}).check()
        assert evil.requests == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_in_what_a_refusal_says_even_when_the_source_repeats_it(world: World, service: str) -> None:
    world.given |= {"SECRET": "C360CANARY-secret", "SEED": "C360CANARY-refresh"}
    body = json.dumps({"error": "invalid_grant", "error_description": "no C360CANARY-refresh, C360CANARY-secret"})
    world.stand_in.add_fault(Fault("/oauth", times=faults.FOREVER, status=400, body=body))
    for kind, more in (("refresh_token", {"token": {"env": "SEED"}}), ("client_credentials", {})):
        with pytest.raises(LoginRefused) as refused:
            world.source(service, kind, client_secret={"env": "SECRET"}, **more).check()
        assert "CANARY" not in f"{refused.value} {refused.value.hint} {refused.value.__cause__!r}"


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (("invalid_client", "app must be installed into org"), "install the app"),
        (("invalid_grant", "user hasn't approved this consumer"), "approve the user"),
        (("invalid_grant", "no client credentials user enabled"), "user to run as"),
    ],
)
def test_what_an_administrator_has_to_do_first_is_said(world: World, first: tuple[str, str], words: str) -> None:
    world.api("salesforce").login.first = first
    with pytest.raises(LoginRefused) as refused:
        world.source("salesforce", "client_credentials", client_secret={"env": "SECRET"}).check()
    assert words in refused.value.hint
    assert first[1] in str(refused.value)


@pytest.mark.parametrize("body", ["{}", "[]", "null", '{"access_token": ""}', '{"access_token": 7}', "<html>"])
def test_an_answer_without_a_token_is_a_refused_login(world: World, body: str) -> None:
    world.stand_in.add_fault(Fault("/oauth", times=faults.FOREVER, status=200, body=body))
    with pytest.raises((LoginRefused, SlowDown, SourceDown)):
        world.source("zendesk", "client_credentials", client_secret={"env": "SECRET"}).check()


@pytest.mark.parametrize("service", SERVICES)
def test_a_logout_revokes_the_tokens_and_keeps_none(world: World, service: str) -> None:
    source = world.log_in(service)
    kept = world.kept(service)
    assert source.login.forget() == (True, "")
    assert not (world.home / "tokens" / f"{service}.json").exists()
    assert kept["refresh_token"] not in world.api(service).login.grants.living
    assert source.login.forget() == (False, "")


@pytest.mark.parametrize("service", SERVICES)
def test_a_logout_that_cannot_reach_the_source_keeps_nothing_all_the_same(world: World, service: str) -> None:
    source = world.log_in(service)
    world.stand_in.stop()
    was_kept, problem = source.login.forget()
    assert was_kept
    assert "nobody listening" in problem
    assert world.source(service).login.status().state == "not logged in"


def test_a_token_without_the_scope_of_a_stream_is_named_by_the_check(world: World) -> None:
    source = world.log_in("zendesk", scope="users:read tickets:read")
    with pytest.raises(LoginRefused, match="lacks organizations:read satisfaction_ratings:read"):
        source.check()


def test_an_api_token_says_its_end_once_a_sync(world: World) -> None:
    login = world.api("zendesk").login
    world.given["SECRET"] = login.api_token
    source = world.source("zendesk", "api_token", email=login.email, token={"env": "SECRET"})
    notes = [note for stream in source.streams for page in source.fetch(stream.name, None) for note in page.notes]
    assert sum("2027-04-30" in note for note in notes) == 1
    assert "2027-04-30" in source.check()
    assert "2027-04-30" in source.login.status().note
