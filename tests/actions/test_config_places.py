"""Mistakes in the login of a source have their place in config.yaml, though no connector sees the file."""

from pathlib import Path

import pytest

from c360cli.actions.config_places import placed
from c360cli.errors import ConfigError

CONFIG = """\
sources:
  desk:
    connector: zendesk
    auth: {type: webb, token: {env: DESK_TOKEN}}
  crm:
    connector: salesforce
    auth: {type: access_token, token: {file: secrets/crm.txt}}
"""


@pytest.mark.parametrize(
    ("source", "said", "told"),
    [
        ("desk", 'desk: there is no auth type "webb".', 'config.yaml:4:12: there is no auth type "webb".'),
        (
            "desk",
            "the environment variable DESK_TOKEN is not set.",
            "config.yaml:4:32: the environment variable DESK_TOKEN is not set.",
        ),
        (
            "crm",
            "the secret in /home/secrets/crm.txt cannot be read: No such file or directory.",
            "config.yaml:7:40: the secret in /home/secrets/crm.txt cannot be read: No such file or directory.",
        ),
        ("crm", 'crm: there is no auth type "webb".', 'crm: there is no auth type "webb".'),
        ("desk", "desk: auth is missing.", "desk: auth is missing."),
    ],
)
def test_a_value_that_is_wrong_is_found_where_it_stands(tmp_path: Path, source: str, said: str, told: str) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG)
    assert str(placed(ConfigError(said), source, str(tmp_path))) == told
