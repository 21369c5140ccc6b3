"""Secrets come from where the config points, privately, and are blotted out of what c360 says about itself."""

import os
import sys

import pytest

from c360cli.errors import ConfigError
from c360cli.secret import read_secret, redact


def test_a_secret_comes_from_the_environment_a_file_or_a_command(tmp_path):
    (tmp_path / "token").write_text("from-file\n")
    os.chmod(tmp_path / "token", 0o600)
    home = str(tmp_path)
    assert read_secret({"env": "TOKEN"}, home, {"TOKEN": "from-env"}) == "from-env"
    assert read_secret({"file": "token"}, home) == "from-file"
    assert read_secret({"command": [sys.executable, "-c", "print('a b; c')"]}, home) == "a b; c"
    assert read_secret({"command": f"{sys.executable} -c \"print('$HOME;')\""}, home) == "$HOME;"  # no shell


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("CANARY", "plain text"),
        (None, "not a reference"),
        ({}, "not a reference"),
        ({"env": "A", "file": "CANARY"}, "not a reference"),
        ({"vault": "CANARY"}, "not a reference"),
        ({"env": "ABSENT"}, "ABSENT is not set"),
        ({"env": "EMPTY"}, "is empty"),
        ({"env": "TWO_LINES"}, "more than one line"),
        ({"file": "absent"}, "cannot be read: No such file"),
        ({"command": ["/absent/program", "CANARY"]}, "gave no secret: No such file"),
        ({"command": [sys.executable, "-c", "print('CANARY'); raise SystemExit(3)"]}, "exit code 3"),
        ({"command": "unfinished ' CANARY"}, "quote"),
        ({"command": ""}, "gave no secret"),
    ],
)
def test_a_reference_that_leads_nowhere_says_so_without_the_secret(tmp_path, reference, words, capfd):
    with pytest.raises(ConfigError, match=words) as refused:
        read_secret(reference, str(tmp_path), {"EMPTY": "\n", "TWO_LINES": "CANARY\r\nX-Evil: 1"})
    assert "CANARY" not in str(refused.value) + refused.value.hint


def test_a_secret_file_that_others_may_read_is_refused(tmp_path):
    (tmp_path / "token").write_text("CANARY")
    os.chmod(tmp_path / "token", 0o640)
    with pytest.raises(ConfigError, match="others may read") as refused:
        read_secret({"file": "token"}, str(tmp_path))
    assert refused.value.hint.startswith("chmod 600")


def test_a_command_from_a_config_that_others_may_write_is_not_run(tmp_path):
    (tmp_path / "config.yaml").write_text("")
    os.chmod(tmp_path / "config.yaml", 0o620)
    with pytest.raises(ConfigError, match="others may write"):
        read_secret({"command": ["touch", str(tmp_path / "ran")]}, str(tmp_path))
    assert not (tmp_path / "ran").exists()


def test_a_missing_keyring_names_the_package(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="keyring package is not installed") as refused:
        read_secret({"keyring": "zendesk"}, str(tmp_path))
    assert "c360[keyring]" in refused.value.hint


def test_what_was_read_and_what_looks_like_a_secret_is_blotted_out():
    read_secret({"env": "TOKEN"}, "/", {"TOKEN": "opaque canary"})
    text = redact(
        "x opaque canary y Authorization: Bearer abc.DEF-123 https://jane:pw@host/?access_token=qqq&page=2"
        " {'client_secret': 'zzz'} postgresql://u:p@db/x"
    )
    for secret in ("opaque canary", "abc.DEF", "jane:pw", "qqq", "zzz", "u:p"):
        assert secret not in text
    assert "page=2" in text
