"""Logins that are kept: for us alone, whole or not at all, and nothing of them in words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from c360cli.errors import ConfigError
from c360cli.http.tokens import Keeper, Tokens, keeper

TOKENS = Tokens(
    "https://example.zendesk.com", "c360", "C360CANARY-access", "C360CANARY-refresh", user="jane@example.com"
)


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory; locked, it lets nobody in."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def _check(self) -> None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("C360CANARY")

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring():
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture(params=["file", "keyring"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, ring: Ring) -> Keeper:
    return keeper(str(tmp_path), "zendesk", request.param)


def test_what_is_kept_comes_back_until_it_is_deleted(kept: Keeper) -> None:
    assert kept.read() is None
    kept.write(TOKENS)
    assert kept.read() == TOKENS
    kept.write(TOKENS._replace(access_token="next"))
    assert kept.read() == TOKENS._replace(access_token="next")
    kept.delete()
    kept.delete()
    assert kept.read() is None


def test_tokens_in_words_are_no_tokens() -> None:
    assert "CANARY" not in f"{TOKENS} {TOKENS!r}"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_files_and_their_folder_are_ours_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    script = (
        "import os, sys; os.umask(int(sys.argv[2])); from c360cli.http.tokens import *;"
        " from c360cli.http.tokens import alone\n"
        "with alone(sys.argv[1], 'crm'): keeper(sys.argv[1], 'crm').write(Tokens('https://x', 'y'))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "home"), str(umask)], check=True)
    folder = tmp_path / "home" / "tokens"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "crm.json": 0o600,
        "crm.lock": 0o600,
    }


def test_a_file_others_may_read_is_refused_with_the_line_that_mends_it(tmp_path: Path) -> None:
    kept = keeper(str(tmp_path), "crm")
    kept.write(TOKENS)
    os.chmod(kept.place, 0o644)
    with pytest.raises(ConfigError, match="others may read") as refused:
        kept.read()
    assert refused.value.hint == f"chmod 600 {kept.place}"


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    kept = keeper(str(tmp_path), "crm")
    kept.write(TOKENS)
    os.rename(kept.place, tmp_path / "moved")
    os.symlink(tmp_path / "moved", kept.place)
    with pytest.raises(ConfigError, match="cannot be read"):
        kept.read()
    kept.write(TOKENS._replace(user="new"))
    assert not os.path.islink(kept.place)
    assert json.loads((tmp_path / "moved").read_text())["user"] == "jane@example.com"


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"[]", b"\xff", b'{"version": 2}', b'{"version": 1, "issued_for": 1, "client_id": ""}']
)
def test_what_is_no_login_is_said_and_not_guessed(tmp_path: Path, text: bytes) -> None:
    kept = keeper(str(tmp_path), "crm")
    kept.write(TOKENS)
    Path(kept.place).write_bytes(text)
    with pytest.raises(ConfigError, match="no login of this c360"):
        kept.read()


def test_two_homes_share_no_login_in_the_keyring(tmp_path: Path, ring: Ring) -> None:
    keeper(str(tmp_path / "a"), "crm", "keyring").write(TOKENS)
    assert keeper(str(tmp_path / "b"), "crm", "keyring").read() is None
    assert not (tmp_path / "a").exists()


def test_a_locked_or_missing_keyring_is_said_without_a_secret(
    tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keeper(str(tmp_path), "crm", "keyring")
    ring.is_locked = True
    with pytest.raises(ConfigError, match="KeyringLocked") as refused:
        kept.write(TOKENS)
    assert "CANARY" not in f"{refused.value} {refused.value.hint}"
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError) as missing:
        kept.read()
    assert "c360[keyring]" in missing.value.hint
