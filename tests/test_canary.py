"""A secret shows nowhere but where it is kept: not in what is printed, logged or stored, however a sync ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from c360_connectors.demo.faults import Fault, cut_short, down, expired_token, html_page, slow_down
from c360_connectors.demo.server import StandIn, small_company

from tests import leaks

# The command with pauses that take no time; deadlines are timers, and keep theirs.
C360 = """
import sys, threading
wait = threading.Event.wait
def hurried(event, timeout=None):
    is_timer = isinstance(threading.current_thread(), threading.Timer)
    return wait(event, timeout if timeout is None or is_timer else 0.001)
threading.Event.wait = hurried
from c360cli.main import call
sys.exit(call(sys.argv[1:]))
"""
CONFIG = """\
sources:
  crm:
    connector: salesforce
    base_url: {salesforce}
    auth: {{type: access_token, token: {{env: CRM_TOKEN}}}}
  desk:
    connector: zendesk
    base_url: {zendesk}
    auth: {{type: client_credentials, client_id: {client}, client_secret: {{file: desk.secret}}}}
"""
COMMANDS = (
    ["sync"], ["sync", "--json"], ["sync", "--full", "--debug"], ["sync", "--status"], ["sync", "--status", "--json"],
    ["sync", "--unmatched"], ["doctor"], ["doctor", "--json"], ["export", "customers"], ["export", "changes"],
    ["store", "backup", "backup.db"],
)  # fmt: skip


FAULTS: dict[str, Callable[[], tuple[Fault, ...]]] = {
    "all well": lambda: (),
    "down": lambda: (down(times=1000, status=500),),
    "cut short": lambda: (cut_short("/query", times=1000), cut_short("/incremental", times=1000)),
    "a web page": lambda: (html_page(times=1000),),
    "slow down": lambda: (slow_down(times=1000, retry_after="86400"),),
    "token expired": lambda: (expired_token(3),),
    "refused": lambda: (down(times=1000, status=403),),
}
FAILING = {*FAULTS, "echoed"} - {"all well"}


@pytest.mark.parametrize("fault", [*FAULTS, "echoed"])
def test_a_secret_is_in_no_output_and_no_file(tmp_path: Path, fault: str) -> None:
    company = small_company(date(2026, 11, 21))
    now = company.birth + timedelta(hours=12)
    with StandIn(company, lambda: now, FAULTS.get(fault, tuple)()) as stand_in:
        token, secret = stand_in.salesforce.token(), stand_in.zendesk.client_secret
        secrets = {token, secret, stand_in.zendesk.token()}
        if fault == "echoed":  # as a helpful proxy does
            words = {"message": f"bad header Authorization: Bearer {token}", "client_secret": secret}
            stand_in.add_fault(Fault(times=1000, status=400, body=json.dumps([words])))
        home = tmp_path / "home"
        home.mkdir()
        (home / "config.yaml").write_text(
            CONFIG.format(
                salesforce=stand_in.salesforce_url, zendesk=stand_in.zendesk_url, client=stand_in.zendesk.client_id
            )
        )
        kept = home / "desk.secret"
        kept.touch(0o600)
        kept.write_text(secret)
        shown = b""
        for command in COMMANDS if fault == "all well" else COMMANDS[:4]:
            program = [sys.executable, "-c", C360, "--home", str(home), *command]
            done = subprocess.run(
                program, env={**os.environ, "CRM_TOKEN": token}, cwd=home, capture_output=True, timeout=120, check=False
            )
            shown += done.stdout + done.stderr
            if command == ["sync"]:
                assert done.returncode == (5 if fault in FAILING else 0), done.stderr
    assert (home / "logs" / "sync.log").exists()
    assert b"Traceback" not in shown.replace(b'Traceback (most recent call last):\n  File "<string>"', b"")
    assert [each for each in secrets if each.encode() in shown] == []
    files = [path for path in home.rglob("*") if path.is_file() and path != kept]
    assert [path for path in files if any(each.encode() in path.read_bytes() for each in secrets)] == []


def test_every_test_is_looked_through_for_secrets(tmp_path: Path) -> None:
    company = small_company(date(2026, 11, 21))
    with StandIn(company, lambda: company.birth) as stand_in:
        secrets = (stand_in.salesforce.token(), stand_in.zendesk.token(), stand_in.zendesk.client_secret)
        assert leaks.find(None, [f"Bearer {secrets[0]}"]) == ["what was printed"]
        for number, secret in enumerate(secrets):
            (tmp_path / f"{number}.log").write_bytes(b"\0" + secret.encode())
        assert sorted(leaks.find(tmp_path, [])) == ["0.log", "1.log", "2.log"]
        for path in tmp_path.iterdir():
            path.rename(path.with_suffix(".secret"))
        assert leaks.find(tmp_path, ["nothing"]) == []
