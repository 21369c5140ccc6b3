"""``c360 auth`` as it is typed: a browser that comes back, a terminal without one, a script, and what each is told."""

import json
import os
import pty
import re
import socket
import subprocess
import sys
import termios
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from c360_connectors.demo.server import StandIn, small_company

from tests.terminals import read_all

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMAND = [sys.executable, "-m", "c360cli"]
# What a browser does, less the drawing; it writes where it must not, and tells what it was given.
BROWSER = """#!{python}
import json, os, sys, urllib.request
print("noise")
open({log!r}, "w").write(json.dumps([sys.argv[1:], dict(os.environ)]))
urllib.request.urlopen(sys.argv[1], timeout=10).read()
"""


class Home:
    """A home whose config names a Salesforce and a Zendesk of this machine."""

    def __init__(self, folder: Path, stand_in: StandIn) -> None:
        self.folder = folder
        self.stand_in = stand_in
        self.ports = (_free_port(), _free_port())
        self.log = folder / "browser.json"
        web = "auth: {type: web, client_id: demo-client, port: "
        (folder / "config.yaml").write_text(
            "sources:\n"
            f"  salesforce: {{connector: salesforce, base_url: '{stand_in.salesforce_url}', {web}{self.ports[0]}}}}}\n"
            f"  zendesk: {{connector: zendesk, base_url: '{stand_in.zendesk_url}', {web}{self.ports[1]}}}}}\n"
            f"  desk: {{connector: zendesk, base_url: '{stand_in.zendesk_url}', auth: {{type: client_credentials,"
            " client_id: demo-client, client_secret: {env: DESK_SECRET}}}\n"
            "  crm: {connector: files, path: crm.csv, kind: customer, columns: {source_id: Id}}\n"
        )
        browser = folder / "browser"
        browser.write_text(BROWSER.format(python=sys.executable, log=str(self.log)))
        browser.chmod(0o755)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("C360", "SSH_", "COLUMNS"))
        } | {"DESK_SECRET": stand_in.zendesk.client_secret, "NO_COLOR": "1", "BROWSER": str(browser)}

    def start(self, *words: str, **streams: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([*COMMAND, "--home", str(self.folder), "auth", *words], env=self.environment, **streams)

    def run(self, *words: str) -> tuple[int, str, str]:
        process = self.start(*words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate(timeout=60)
        return process.returncode, out.decode(), err.decode()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with StandIn(small_company(date(2026, 3, 1)), lambda: NOON) as stand_in:
        yield Home(tmp_path, stand_in)


def test_on_a_terminal_the_browser_logs_in_and_hears_no_secret(home: Home) -> None:
    ours, theirs = pty.openpty()
    with home.start("login", "salesforce", stdin=theirs, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        seen = read_all(ours)
        assert process.stdout
        out = process.stdout.read().decode()
        assert process.wait() == 0, seen
    assert out.startswith("salesforce: logged in to Demo Software Inc as jane@example.com.demo")
    assert "noise" not in out + seen
    assert "Your browser opens this address" in seen
    words, environment = json.loads(home.log.read_text())
    assert words[0].startswith(f"{home.stand_in.salesforce_url}/services/oauth2/authorize?")
    assert "code_challenge_method=S256" in words[0]
    assert "DESK_SECRET" not in environment


def test_without_a_terminal_the_address_is_enough_and_json_is_data_alone(home: Home) -> None:
    process = home.start(
        "login", "zendesk", "--json", "-q", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stderr
    said = b""
    while not (found := re.search(rb"http://\S+S256\s", said)):
        said += process.stderr.readline()
    urllib.request.urlopen(found.group().decode().strip(), timeout=10).read()
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert not home.log.exists()  # nobody sees a window there
    made = json.loads(out)
    assert (made["source"], made["state"], made["user"]) == ("zendesk", "logged in", "wanda.support@example.com")
    assert made["scopes"] == ["read"]
    kept = json.loads((home.folder / "tokens" / "zendesk.json").read_text())
    assert not [secret for secret in (kept["access_token"], kept["refresh_token"]) if secret in out.decode()]


def test_a_browser_on_another_machine_is_answered_by_pasting_where_it_ended(home: Home) -> None:
    ours, theirs = pty.openpty()
    process = home.start("login", "salesforce", "--no-browser", stdin=theirs, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    seen = b""
    while b"paste the address" not in seen:
        seen += os.read(ours, 65536)

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    found = re.search(rb"http://\S+S256", seen)
    assert found
    with pytest.raises(urllib.error.HTTPError) as sent:
        urllib.request.build_opener(Stay).open(found.group().decode(), timeout=10)
    modes = termios.tcgetattr(ours)
    modes[3] &= ~termios.ECHO  # what the person pastes is theirs; what c360 writes is heard
    termios.tcsetattr(ours, termios.TCSANOW, modes)
    os.write(ours, sent.value.headers["Location"].encode() + b"\n")
    assert process.stdout
    out = process.stdout.read().decode()
    read_all(ours)
    assert process.wait() == 0
    assert "jane@example.com.demo" in out


def test_nobody_who_comes_is_an_error_with_the_next_step(home: Home) -> None:
    code, out, err = home.run("login", "salesforce", "--timeout", "5")
    assert (code, out) == (5, "")
    assert "nobody logged in within 5 s" in err
    assert not (home.folder / "tokens" / "salesforce.json").exists()


def test_a_login_nobody_has_to_be_asked_for_is_tried(home: Home) -> None:
    code, out, _ = home.run("login", "desk")
    assert code == 0
    assert out.startswith("desk: Wanda Kowalski <wanda.support@example.com>, admin")
    assert not (home.folder / "tokens").exists()


def test_the_status_asks_no_source_and_says_what_is_missing(home: Home) -> None:
    code, out, err = home.run("status")
    assert code == 1
    rows = [line.split() for line in out.splitlines()]
    assert ["salesforce", "web", "not", "logged", "in"] in rows
    assert ["desk", "client_credentials", "configured"] in rows
    assert ["crm", "files", "needs", "none"] in rows
    assert "Next: c360 auth login salesforce" in err
    assert home.stand_in.requests == []
    assert home.run("status", "desk")[0] == 0


def test_the_status_as_json_has_every_source_and_no_secret(home: Home) -> None:
    code, out, _ = home.run("status", "--json")
    assert code == 1
    found = {row["source"]: row for row in json.loads(out)}
    assert list(found) == ["salesforce", "zendesk", "desk", "crm"]
    assert found["desk"]["kept_in"] == "client secret from the variable DESK_SECRET"
    assert found["zendesk"]["instance"] == home.stand_in.zendesk_url
    assert found["crm"]["type"] is None
    assert home.stand_in.zendesk.client_secret not in out


def test_a_variable_that_is_not_set_is_told_beside_the_other_logins(home: Home) -> None:
    config = home.folder / "config.yaml"
    was = "type: client_credentials, client_id: demo-client, client_secret: {env: DESK_SECRET}"
    assert was in config.read_text()
    config.write_text(config.read_text().replace(was, "type: oauth_token, token: {env: ABSENT}"))
    code, out, err = home.run("status")
    assert code == 1
    assert ["desk", "zendesk", "cannot", "be", "read"] in [line.split() for line in out.splitlines()]
    assert "Error: desk: config.yaml:" in err
    assert "the environment variable ABSENT is not set." in err


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ("type: client_credentials, client_id: demo-client, client_secret: {env: ABSENT}", "ABSENT is not set"),
        ("type: refresh_token, client_id: demo-client, token: {file: nowhere}", "nowhere cannot be read"),
    ],
)
def test_a_login_whose_secret_is_not_there_is_incomplete(home: Home, login: str, words: str) -> None:
    config = home.folder / "config.yaml"
    was = "type: client_credentials, client_id: demo-client, client_secret: {env: DESK_SECRET}"
    config.write_text(config.read_text().replace(was, login))
    code, out, err = home.run("status", "desk")
    assert code == 1
    assert [line.split()[2] for line in out.splitlines()[1:]] == ["incomplete"]
    assert words in err
    assert err.startswith("Note: desk: ")
    assert json.loads(home.run("status", "desk", "--json")[1])[0]["state"] == "incomplete"


def test_a_key_of_several_lines_is_there(home: Home) -> None:
    config = home.folder / "config.yaml"
    was = re.search(r"auth: \{type: web, client_id: demo-client, port: \d+\}", config.read_text())
    assert was
    jwt = "auth: {type: jwt, client_id: demo-client, username: jane@example.com, key: {file: a.key}}"
    config.write_text(config.read_text().replace(was[0], jwt))
    assert home.run("status", "salesforce")[0] == 1
    key = home.folder / "a.key"
    key.touch(0o600)
    key.write_text("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n")
    assert home.run("status", "salesforce")[:2] == (
        0, "Source      Login  State       As  Ends if not used\nsalesforce  jwt    configured\n"
    )  # fmt: skip


def test_a_logout_says_what_was_done_and_twice_is_no_error(home: Home) -> None:
    process = home.start("login", "zendesk", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr
    said = b""
    while not (found := re.search(rb"http://\S+S256\s", said)):
        said += process.stderr.readline()
    urllib.request.urlopen(found.group().decode().strip(), timeout=10).read()
    process.communicate(timeout=60)
    assert home.run("logout", "zendesk") == (0, "zendesk: logged out.\n", "")
    assert home.stand_in.zendesk.login.granted.keys() == {home.stand_in.zendesk.token()}
    assert home.run("logout", "zendesk") == (0, "zendesk: nothing was kept.\n", "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["login", "salesfroce"], 2, 'Did you mean "salesforce"?'),
        (["logout", "salesfroce"], 2, 'Did you mean "salesforce"?'),
        (["status", "salesfroce"], 2, 'Did you mean "salesforce"?'),
        (["login", "crm"], 2, "crm needs no login"),
        (["login"], 2, "Missing argument"),
    ],
)
def test_a_word_that_fits_nothing_is_said(home: Home, words: list[str], code: int, said: str) -> None:
    found = home.run(*words)
    assert found[:2] == (code, "")
    assert said in found[2]
