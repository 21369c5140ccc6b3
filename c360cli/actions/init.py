"""A first config.yaml, with comments that tell what else may stand there; nothing that exists is touched."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from c360cli import config
from c360cli.errors import ConfigError
from c360cli.nodes import parse
from c360cli.paths import make_folder, write_new

# What the source of each connector that ships with c360 looks like. The key in braces is filled from the answers.
_TEMPLATES = {
    "salesforce": """\
  {name}:
    connector: salesforce
    base_url: {base_url}
    auth: {{type: access_token, token: {{env: SALESFORCE_TOKEN}}}}
    # fields:                        # canonical name: field in Salesforce; adds to the defaults
    #   customer: {{arr: ARR__c, csm: CSM__r.Email}}
""",
    "zendesk": """\
  {name}:
    connector: zendesk
    base_url: {base_url}
    auth: {{type: oauth_token, token: {{env: ZENDESK_TOKEN}}}}
""",
    "surveys": """\
  {name}:
    connector: surveys
    path: {path}
""",
    "files": """\
  {name}:
    connector: files
    path: {path}
    kind: {kind}
    columns: {{source_id: Id, name: Name, domain: Domain}}      # canonical name: column of the file
""",
}
_EXAMPLES = {
    "salesforce": {"base_url": "https://example.my.salesforce.com"},
    "zendesk": {"base_url": "https://example.zendesk.com"},
    "surveys": {"path": "surveys/*.csv"},
    "files": {"path": "customers.csv", "kind": "customer"},
}
CONNECTORS = tuple(_TEMPLATES)

_HEAD = """\
# The config of c360. `c360 doctor` checks it; c360 --help has more.
#
# Secrets never stand here, only where they are kept: {env: NAME}, {file: PATH}, {command: [PROGRAM, ARGUMENT]} or
# {keyring: NAME}. Paths are relative to the folder of this file.
"""


class Answers(NamedTuple):
    """What the config is to say; ``base_url``, ``path`` and ``kind`` belong to the one source, if there is one."""

    user: str | None = None
    timezone: str = "UTC"
    currency: str | None = None
    connector: str | None = None
    name: str | None = None
    base_url: str | None = None
    path: str | None = None
    kind: str | None = None


def write(home: str, answers: Answers) -> str:
    """Write the config of ``home`` (0600, the folder 0700 where it is new) and return its path.

    Raises ConfigError where there is a config already, or an answer cannot stand in one.
    """
    refuse_second(home)
    text = config_text(answers)
    config.check(parse(text.encode(), config.FILE))
    path = os.path.join(make_folder(home), config.FILE)
    try:
        write_new(path, text.encode())
    except FileExistsError:
        raise _second(path) from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def refuse_second(home: str) -> None:
    """Raise ConfigError where the home has a config, before anybody answers questions for nothing."""
    path = os.path.join(home, config.FILE)
    if os.path.lexists(path):
        raise _second(path)


def _second(path: str) -> ConfigError:
    return ConfigError(f"there is a config already: {path}.", "Edit it, or choose another home with --home.")


def config_text(answers: Answers) -> str:
    """Return the text of a config; ConfigError where the source lacks what its connector needs."""
    lines = [_HEAD]
    lines.append(_setting("user", answers.user, "jane@example.com", "who you are: the author of what you write"))
    lines.append(
        _setting("timezone", answers.timezone, "America/Los_Angeles", "for days, and for times without a zone")
    )
    lines.append(_setting("currency", answers.currency, "USD", "of amounts whose source names none"))
    lines.append(_setting("store", None, "c360.db", "a file, or postgresql://HOST/NAME"))
    lines.append(_setting("schedule", None, "{stale_after: 24h}", "data older than this is marked"))
    lines.append("\n# The first source that has customers makes them; what the others say is linked to those.\n")
    lines.append("sources:\n" if answers.connector else "# sources:\n")
    if answers.connector:
        lines.append(_source(answers.connector, answers))
    for connector in CONNECTORS:
        if connector != answers.connector:
            template = _TEMPLATES[connector].format(name=connector, **_EXAMPLES[connector])
            lines.append("".join(f"#{line}\n" for line in template.splitlines()))
    return "".join(lines)


def _setting(name: str, value: str | None, example: str, why: str) -> str:
    said = f"{name}: {_scalar(value)}" if value else f"# {name}: {example}"
    return f"{said:<40} # {why}\n"


def _source(connector: str, answers: Answers) -> str:
    if connector not in _TEMPLATES:
        return f"  {_scalar(answers.name or connector)}:\n    connector: {_scalar(connector)}\n"
    given: Mapping[str, Any] = answers._asdict()
    filled = {}
    for option, example in _EXAMPLES[connector].items():
        if not given[option]:
            word = option.replace("_", "-")
            raise ConfigError(f"a source of {connector} needs a {option}.", f"For example: --{word} '{example}'")
        filled[option] = _scalar(given[option])
    return _TEMPLATES[connector].format(name=_scalar(answers.name or connector), **filled)


def _scalar(text: str) -> str:
    """Return ``text`` as YAML: as it is where that cannot be misread, else in quotes (JSON's are YAML's too)."""
    if re.fullmatch(r"[A-Za-z][\w./@+-]*(:[\w./@+-]+)*", text, re.ASCII) and text.lower() not in (
        "true",
        "false",
        "null",
    ):
        return text
    return json.dumps(text, ensure_ascii=False)


def local_timezone(environ: Mapping[str, str] = os.environ, link: str = "/etc/localtime") -> str:
    """Return the name of this machine's time zone; UTC where it does not tell."""
    named = environ.get("TZ", "").lstrip(":")
    try:
        place = named or os.readlink(link).partition("zoneinfo/")[2]
        from zoneinfo import ZoneInfo

        return ZoneInfo(place.removeprefix("Etc/")).key if place else "UTC"
    except (OSError, ValueError, KeyError):
        return "UTC"
