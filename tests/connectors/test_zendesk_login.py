"""Zendesk's logins, what it says when it refuses, and the options of the source."""

import base64
import re
from typing import Any

import pytest
from c360_connectors.zendesk.settings import read_settings

from c360cli.errors import ConfigError, LoginRefused, RequestRefused, SourceError

from .zendesk_account import ORGANIZATIONS, RATINGS, TICKETS, TOKEN, USERS, Account, Reply, Request, export

# Login


def me(**changes: Any) -> dict[str, Any]:
    return {"user": {"id": 1, "name": "Jane Doe", "email": "jane@ours.example", "role": "admin"} | changes}


def test_check_names_us_and_needs_the_right_to_export(account: Account) -> None:
    account.on("/api/v2/users/me.json", me(name="Jane \x1b[2J\nDoe"))
    account.on(ORGANIZATIONS, {"organizations": [], "end_of_stream": True, "end_time": 1})
    assert account.source().check() == f"Jane [2J Doe <jane@ours.example>, admin, at {account.url}."
    account.on(ORGANIZATIONS, Reply({"error": "Forbidden", "description": "You do not have access"}, 403))
    with pytest.raises(RequestRefused, match=r"Jane .* may not export") as refused:
        account.source().check()
    assert "admin" in refused.value.hint


@pytest.mark.parametrize("auth_type", ["oauth_token", "api_token"])
def test_an_anonymous_answer_is_no_login_and_what_is_refused_says_what_to_do(account: Account, auth_type: str) -> None:
    account.on("/api/v2/users/me.json", me(id=None, name="Anonymous user", email="invalid@example.com"))
    auth = {"type": auth_type, "token": {"env": "T"}} | ({"email": "j@o.example"} if auth_type == "api_token" else {})
    account.on(ORGANIZATIONS, Reply({"error": "Couldn't authenticate you"}, 401))
    with pytest.raises(LoginRefused, match="Couldn't authenticate you") as refused:
        account.source(auth=auth).check()
    assert "deactivated" in refused.value.hint or "revoked" in refused.value.hint
    account.on(ORGANIZATIONS, {"organizations": [], "end_of_stream": True, "end_time": 1})
    with pytest.raises(LoginRefused, match="does not know") as refused:
        account.source(auth=auth).check()
    assert "deactivated" in refused.value.hint or "revoked" in refused.value.hint


@pytest.mark.parametrize(
    ("stream", "path"),
    [("tickets", TICKETS), ("users", USERS), ("satisfaction_ratings", RATINGS)],
)
def test_a_token_for_one_stream_is_well_where_only_that_is_wanted(account: Account, stream: str, path: str) -> None:
    refused = Reply({"error": "Forbidden", "error_description": "You are missing the following required scopes"}, 403)
    account.on("/api/v2/users/me.json", refused)
    account.on(ORGANIZATIONS, refused)
    account.on(path, {stream: []})
    assert account.source(streams=[stream]).check() == f"a token that does not tell whose it is, at {account.url}."
    account.on(path, refused)
    with pytest.raises(RequestRefused, match=f"may not (export|read) {stream}: .*required scopes"):
        account.source(streams=[stream]).check()


def test_an_api_token_is_sent_with_its_mail_and_check_names_its_end(account: Account) -> None:
    account.on("/api/v2/users/me.json", me())
    account.on(ORGANIZATIONS, {"organizations": [], "end_of_stream": True, "end_time": 1})
    auth = {"type": "api_token", "email": "jané@ours.example", "token": {"env": "T"}}
    assert "2027-04-30" in account.source(auth=auth).check()
    sent = base64.b64decode(account.requests[0].headers["Authorization"].removeprefix("Basic ")).decode()
    assert sent == f"jané@ours.example/token:{TOKEN}"


CLIENT = {"type": "client_credentials", "client_id": "c360", "client_secret": {"env": "S"}, "scope": "read"}


def test_client_credentials_fetch_one_token_and_another_when_it_ends(account: Account) -> None:
    def issue(request: Request) -> Any:
        number = len(account.asked("/oauth/tokens"))
        return {"access_token": f"token-{number}", "token_type": "bearer", "scope": "read"}

    def page(request: Request) -> Any:
        if request.headers["Authorization"] == "Bearer token-1" and request.query.get("cursor"):
            return Reply({"error": "invalid_token", "error_description": "The access token provided is expired"}, 401)
        return export("tickets", [], f"c{len(account.requests)}", end=bool(request.query.get("cursor")))

    account.on("/oauth/tokens", issue)
    account.on(TICKETS, page)
    assert len(account.fetch("tickets", auth=CLIENT)) == 2
    assert len(account.asked("/oauth/tokens")) == 2
    asked = next(request.body for request in account.requests if request.path == "/oauth/tokens")
    assert asked == {"grant_type": "client_credentials", "client_id": "c360", "client_secret": TOKEN, "scope": "read"}


def test_a_token_with_less_scope_than_asked_is_refused_at_once(account: Account) -> None:
    account.on("/oauth/tokens", {"access_token": "t", "token_type": "bearer", "scope": "tickets:read"})
    with pytest.raises(LoginRefused, match="granted the scope tickets:read"):
        account.fetch("tickets", auth=CLIENT)
    assert account.asked(TICKETS) == []


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (401, {"error": "Couldn't authenticate you"}, LoginRefused, "Couldn't authenticate you"),
        (401, {"error": "invalid_token", "error_description": "It is expired."}, LoginRefused, "It is expired."),
        (400, {"error": "invalid_client", "error_description": "Unknown client"}, LoginRefused, "Unknown client"),
        (404, {"error": "RecordNotFound", "description": "Not found"}, RequestRefused, "RecordNotFound: Not found"),
        (403, {"error": {"title": "Forbidden", "message": "No access"}}, RequestRefused, "No access"),
        (
            400,
            {"errors": [{"code": "BadPage", "title": "T", "detail": "Too deep"}]},
            RequestRefused,
            "BadPage: Too deep",
        ),
        (403, b"<html>\x1b[31mstop</html>", RequestRefused, "web page"),
        (403, b"", RequestRefused, "no reason given"),
        (403, b"plain \x1b[2J words", RequestRefused, r"plain \[2J words"),
        (403, b'{"error": [1, {"a": null}]}', RequestRefused, "no reason given"),
    ],
)
def test_a_refusal_says_what_zendesk_said(
    account: Account, status: int, body: Any, error: type[SourceError], words: str
) -> None:
    account.on(ORGANIZATIONS, Reply(body, status))
    with pytest.raises(error, match=words) as refused:
        account.fetch("organizations")
    assert TOKEN not in f"{refused.value} {refused.value.hint}"
    assert "\x1b" not in str(refused.value)


# Options


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"base_ulr": "https://x.zendesk.com"}, 'no option "base_ulr".*base_url'),
        ({"base_url": "example.zendesk.com"}, "base_url must be"),
        ({"base_url": "https://jane:pw@example.zendesk.com"}, "must not carry a login"),
        ({"auth": {"type": "api_tokn"}}, 'no auth type "api_tokn".*api_token'),
        ({"auth": {"type": "oauth_token"}}, "needs token"),
        ({"auth": {**CLIENT, "scope": "raed"}}, '"raed" is not a Zendesk scope'),
        ({"auth": {**CLIENT, "scope": "users:read ticket:read"}}, '"ticket:read" is not.*Did you mean "tickets:read"'),
        ({"streams": ["ticket"]}, 'no stream "ticket".*tickets'),
        ({"fields": {"cases": {}}}, 'no kind for fields "cases".*case'),
        ({"fields": {"customer": {"aar": "x"}}}, 'no customer field "aar".*arr'),
        ({"page_size": 5000}, "from 1 to 1000"),
        ({"start": "yesterday"}, "is not a day"),
    ],
)
def test_a_wrong_option_names_the_nearest(change: dict[str, Any], words: str) -> None:
    options = {"base_url": "https://example.zendesk.com", "auth": {"type": "oauth_token", "token": {"env": "T"}}}
    with pytest.raises(ConfigError) as wrong:
        read_settings("zendesk", options | change)
    assert re.search(words, f"{wrong.value} {wrong.value.hint}")


def test_a_scope_that_zendesk_may_have_added_since_is_no_slip() -> None:
    auth = {**CLIENT, "scope": "read tickets:read ticket_fields:read zen_things:read"}
    assert read_settings("zendesk", {"base_url": "https://example.zendesk.com", "auth": auth}).auth == auth


def test_start_may_be_a_day_or_seconds_and_links_lead_to_the_agent_pages(account: Account) -> None:
    account.on(TICKETS, export("tickets", []))
    account.fetch("tickets", start="2024-01-01")
    account.fetch("tickets", start=0)
    assert [query["start_time"] for query in account.asked(TICKETS)] == ["1704067200", "1"]
    assert account.source().links["case"] == f"{account.url}/agent/tickets/{{id}}"
    assert [stream.name for stream in account.source(streams=["users", "tickets"]).streams] == ["users", "tickets"]
