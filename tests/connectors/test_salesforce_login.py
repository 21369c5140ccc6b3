"""What Salesforce alone has: signed words, the app as itself, its CLI; what an administrator has to do first."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from c360cli.errors import ConfigError, LoginRefused

from .login_world import World, page_of


@pytest.fixture(scope="module")
def key() -> tuple[str, str]:
    """A private RSA key and its public half, as PEM."""
    made = rsa.generate_private_key(65537, 2048)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = made.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def test_a_signed_word_logs_in_from_a_file_or_one_line_of_a_variable(
    world: World, key: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    login = world.api("salesforce").login
    login.public_key = key[1]
    path = world.home / "salesforce.key"
    path.write_text(key[0])
    os.chmod(path, 0o600)
    source = world.source("salesforce", "jwt", username=login.username, key={"file": "salesforce.key"})
    assert source.check()
    assert source.login.status().state == "configured"
    assert not (world.home / "tokens").exists()
    world.api("salesforce").expire_tokens()
    assert source.check()
    assert len(world.asked("salesforce")) == 2
    monkeypatch.setenv("SALESFORCE_KEY", key[0].strip().replace("\n", "\\n"))
    assert world.source("salesforce", "jwt", username=login.username, key={"env": "SALESFORCE_KEY"}).check()


def test_a_word_signed_with_another_key_is_refused(world: World, key: tuple[str, str]) -> None:
    path = world.home / "salesforce.key"
    path.write_text(key[0])
    os.chmod(path, 0o600)
    with pytest.raises(LoginRefused, match="approved this consumer"):
        world.source("salesforce", "jwt", username="x@example.com", key={"file": "salesforce.key"}).check()


@pytest.mark.parametrize(
    "text", ["no key at all\nCANARY", "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----"]
)
def test_a_file_that_holds_no_key_is_said_without_its_words(world: World, text: str) -> None:
    path = world.home / "salesforce.key"
    path.write_text(text)
    os.chmod(path, 0o600)
    with pytest.raises(ConfigError, match="no private RSA key") as refused:
        world.source("salesforce", "jwt", username="x@example.com", key={"file": "salesforce.key"}).check()
    assert "CANARY" not in f"{refused.value} {refused.value.__cause__!r}"


def test_a_missing_package_is_named_with_the_line_that_brings_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(ConfigError) as refused:
        world.source("salesforce", "jwt", username="x@example.com", key={"file": "k"}).check()
    assert "c360[jwt]" in refused.value.hint


def test_the_audience_is_the_login_host_of_the_org() -> None:
    from c360_connectors.salesforce.jwt_login import default_audience

    assert default_audience("https://example.my.salesforce.com") == "https://login.salesforce.com"
    assert default_audience("https://example--uat.sandbox.my.salesforce.com") == "https://test.salesforce.com"


def test_the_app_logs_in_as_itself(world: World) -> None:
    world.given["SECRET"] = world.api("salesforce").client_secret
    source = world.source("salesforce", "client_credentials", client_secret={"env": "SECRET"})
    assert page_of(source, "salesforce")
    world.api("salesforce").expire_tokens()
    assert source.check()
    assert world.asked("salesforce") == ["client_credentials"] * 2


CLI = """#!{python}
import json, os, sys
words = sys.argv[1:]
open({log!r}, "a").write(json.dumps(words) + "\\n")
answer = {answers!r}.get(" ".join(word for word in words if not word.startswith("-")))
if answer is None:
    print(json.dumps({{"status": 2, "name": "CommandNotFound", "message": "no such command"}}))
    sys.exit(2)
assert os.environ.get("NO_COLOR") == "1" and "FORCE_COLOR" not in os.environ
print(json.dumps({{"status": 0, "result": answer}}))
"""


@pytest.fixture
def cli(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that installs a program in PATH that answers as a Salesforce CLI would."""
    folder = world.home / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("FORCE_COLOR", "1")

    def install(name: str = "sf", **answers: Any) -> Path:
        log = world.home / "asked"
        script = CLI.format(
            python=sys.executable,
            log=str(log),
            answers={words.replace("_", " ").replace("  ", "-"): answer for words, answer in answers.items()},
        )
        (folder / name).write_text(script)
        os.chmod(folder / name, 0o755)
        return log

    return install


def display(world: World, **more: Any) -> dict[str, Any]:
    return {"instanceUrl": world.stand_in.salesforce_url, "username": "jane@example.com"} | more


REDACTED = "[REDACTED] Use 'sf org auth show-access-token' to view"


def test_the_token_of_the_cli_is_the_one_it_shows_and_never_the_redacted_one(world: World, cli: Any) -> None:
    token = world.stand_in.salesforce.token()
    log = cli(org_display=display(world, accessToken=REDACTED), org_auth_show__access__token={"accessToken": token})
    source = world.source("salesforce", "sf_cli")
    assert source.check()
    assert source.login.status().kept_in == "the Salesforce CLI"
    asked = [json.loads(line) for line in log.read_text().splitlines()]
    assert asked == [["org", "display", "--json"], ["org", "auth", "show-access-token", "--json"]]
    cli(org_display=display(world, accessToken=REDACTED))
    with pytest.raises(LoginRefused, match="shows no access token"):
        world.source("salesforce", "sf_cli").check()


def test_an_older_cli_shows_the_token_with_the_org(world: World, cli: Any) -> None:
    token = world.stand_in.salesforce.token()
    cli(org_display_work=display(world, accessToken=token))
    assert world.source("salesforce", "sf_cli", org="work").check()
    (world.home / "bin" / "sf").unlink()
    with pytest.raises(ConfigError, match="not installed"):
        world.source("salesforce", "sf_cli").check()
    cli("sfdx", force__COLON__org={}, **{"force:org:display": display(world, accessToken=token)})
    assert world.source("salesforce", "sf_cli").check()


def test_a_token_the_cli_shows_again_though_it_was_refused_ends_the_sync(world: World, cli: Any) -> None:
    token = world.stand_in.salesforce.token()
    log = cli(org_display_work=display(world, accessToken=token))
    source = world.source("salesforce", "sf_cli", org="work")
    assert source.check()
    world.api("salesforce").expire_tokens()
    with pytest.raises(LoginRefused, match="refused the token of the Salesforce CLI") as refused:
        source.check()
    assert refused.value.hint == "sf org login web --alias work"
    assert token not in f"{refused.value}"
    asked = len(log.read_text().splitlines())
    with pytest.raises(LoginRefused):
        source.check()
    assert len(log.read_text().splitlines()) == asked  # nothing a program does helps: it is not run again


SICK = """#!{python}
import sys, time
print({said!r})
sys.stdout.flush()
time.sleep({seconds})
sys.exit({code})
"""


@pytest.mark.parametrize(
    ("said", "seconds", "code", "words"),
    [
        ("", 60, 0, "no answer in 1 s"),
        ('{"status": 0, "result": {}}', 60, 0, "no answer in 1 s"),
        ("Warning: sf update available from 2.1 to 2.2", 0, 0, "its answer is no JSON"),
        (
            '{"status": 1, "message": "No authorization found for org \\u001b[1mwork\\u001b[0m."}',
            0,
            1,
            "No authorization",
        ),
        ('{"status": 1, "result": {"instanceUrl": "URL", "accessToken": "00D-left-over"}}', 0, 1, "no reason given"),
        ('{"status": 0, "result": null}', 0, 0, "no reason given"),
        ("[" * 100_000, 0, 0, "its answer is no JSON"),
    ],
)
def test_a_cli_that_is_sick_is_a_refused_login_and_never_waited_for_long(
    world: World, cli: Any, monkeypatch: pytest.MonkeyPatch, said: str, seconds: int, code: int, words: str
) -> None:
    monkeypatch.setattr("c360_connectors.salesforce.cli_login._SECONDS", 1)
    program = cli().parent / "bin" / "sf"
    said = said.replace("URL", world.stand_in.salesforce_url)
    program.write_text(SICK.format(python=sys.executable, said=said, seconds=seconds, code=code))
    began = time.monotonic()
    with pytest.raises(LoginRefused, match=words) as refused:
        world.source("salesforce", "sf_cli").check()
    assert time.monotonic() - began < 20
    assert refused.value.hint.startswith("sf org login web")
    assert "\x1b" not in f"{refused.value}"
    assert world.stand_in.requests == []


def test_the_token_of_another_org_is_never_used(world: World, cli: Any) -> None:
    cli(org_display={"instanceUrl": "https://other.my.salesforce.com", "accessToken": "00D-other"})
    with pytest.raises(LoginRefused, match=r"other\.my\.salesforce\.com"):
        world.source("salesforce", "sf_cli").check()
    assert world.stand_in.requests == []


def test_a_program_named_in_a_config_others_may_write_is_not_run(world: World, cli: Any) -> None:
    log = cli(org_display=display(world))
    (world.home / "config.yaml").write_text("")
    os.chmod(world.home / "config.yaml", 0o620)
    with pytest.raises(ConfigError, match="others may write"):
        world.source("salesforce", "sf_cli", program=str(world.home / "bin" / "sf")).check()
    assert not log.exists()


@pytest.mark.parametrize("org", ["--help", "a b", "a;b", "", 7])
def test_an_org_that_is_no_name_is_refused(world: World, org: Any) -> None:
    with pytest.raises(ConfigError, match=r"auth\.org"):
        world.source("salesforce", "sf_cli", org=org)
