"""A first config.yaml, with comments that tell what else may stand there; nothing that exists is touched."""

import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from c360cli import config
from c360cli.errors import ConfigError, UsageError
from c360cli.kinds import KINDS
from c360cli.nearest import did_you_mean
from c360cli.nodes import parse
from c360cli.paths import make_folder, write_new

# What the source of each connector that ships with c360 looks like. The key in braces is filled from the answers.
_TEMPLATES = {
    "salesforce": """\
  {name}:
    connector: salesforce
    base_url: {base_url}
    auth: {{type: access_token, token: {{env: SALESFORCE_TOKEN}}}}
    # auth: {{type: web, client_id: ...}}    # or so, then c360 auth login {name}; jwt, sf_cli and others do too
    # fields:                        # canonical name: field in Salesforce; adds to the defaults
    #   customer: {{arr: ARR__c, csm: CSM__r.Email}}
    # bulk_above: 50000              # more rows come by the Bulk API; never: page by page
    # api_reserve_percent: 10        # of the org's API requests a day, left to other programs
    # reconcile_days: 7              # how often all ids are compared, to find what was purged
""",
    "zendesk": """\
  {name}:
    connector: zendesk
    base_url: {base_url}
    auth: {{type: oauth_token, token: {{env: ZENDESK_TOKEN}}}}
    # auth: {{type: web, client_id: ...}}    # or so, then c360 auth login {name}; client_credentials does too
""",
    "surveys": """\
  {name}:
    connector: surveys
    path: {path}
    # In place of path, over the API of Typeform or SurveyMonkey:
    # service: typeform
    # auth: {{type: access_token, token: {{env: TYPEFORM_TOKEN}}}}
    # forms: [u6nXL7]                # surveymonkey: surveys; without it all that ask for NPS or CSAT
""",
    "files": """\
  {name}:
    connector: files
    path: {path}
    kind: {kind}
    # canonical name: column of the file
    columns: {columns}
""",
}
_EXAMPLES = {
    "salesforce": {"base_url": "https://example.my.salesforce.com"},
    "zendesk": {"base_url": "https://example.zendesk.com"},
    "surveys": {"path": "surveys/*.csv"},
    "files": {"path": "customers.csv", "kind": "customer"},
}
CONNECTORS = tuple(_TEMPLATES)

# What most files of a kind hold; the reference of kinds has all columns.
_COLUMNS = {
    "customer": "name domain",
    "contact": "customer name email title",
    "user": "name email",
    "case": "customer number subject status opened_at",
    "opportunity": "customer name stage amount currency close_on",
    "subscription": "customer product quantity arr currency start_on end_on",
    "activity": "customer type subject notes happened_at author",
    "survey": "customer kind score scale comment respondent answered_at",
    "usage": "customer measure value day",
    "cta": "customer name type status owner due_on",
}

_HEAD = """\
# The config of c360. `c360 doctor` checks it; c360 --help has more.
#
# Secrets never stand here, only where they are kept: {env: NAME}, {file: PATH}, {command: [PROGRAM, ARGUMENT]} or
# {keyring: NAME}. Paths are relative to the folder of this file.
"""


class Answers(NamedTuple):
    """What the config is to say; ``base_url``, ``path`` and ``kind`` belong to the one source, if there is one."""

    user: str | None = None
    timezone: str | None = "UTC"
    currency: str | None = None
    connector: str | None = None
    name: str | None = None
    base_url: str | None = None
    path: str | None = None
    kind: str | None = None


def write(home: str, answers: Answers) -> str:
    """Write the config of ``home`` (0600, the folder 0700 where it is new) and return its path.

    Raises ConfigError where there is a config already, UsageError for an answer that cannot stand in one.
    """
    refuse_second(home)
    answers = checked(answers)
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
    return ConfigError(
        f"there is a config already: {path}.",
        "Edit it and let c360 doctor check it, or choose another home with --home.",
    )


def checked(answers: Answers) -> Answers:
    """Return the answers as the config says them; UsageError for the first that cannot stand there."""
    given: Mapping[str, str | None] = answers._asdict()
    connector = answers.connector and check("connector", answers.connector)
    if connector in _TEMPLATES:
        options = {option for example in _EXAMPLES.values() for option in example}
        for option in sorted(options - set(_EXAMPLES[connector])):
            if given[option]:
                raise UsageError(f"a source of {connector} has no {option}.", f"Leave out {_flag(option)}.")
        for option, example in _EXAMPLES[connector].items():
            if not given[option]:
                raise UsageError(f"a source of {connector} needs a {option}.", f"{_flag(option)} '{example}'")
    return Answers(**{name: check(name, value) if value else None for name, value in given.items()})


def check(name: str, value: str) -> str:
    """Return one answer as the config says it; UsageError, with the nearest word, where it cannot stand there."""
    return _CHECKS[name](value.strip()) if name in _CHECKS else value.strip()


def _flag(option: str) -> str:
    return f"--{option.replace('_', '-')}"


def _check_user(address: str) -> str:
    name, _, domain = address.partition("@")
    is_one = bool(name and domain) and "@" not in domain and len(address.split()) == 1
    return _well(address, "" if is_one else f'"{address}" is no e-mail address.')


def _check_timezone(name: str) -> str:
    return _well(name, config.wrong_timezone(name))


def _check_currency(code: str) -> str:
    return _well(code.upper(), config.wrong_currency(code.upper()))


def _check_name(name: str) -> str:
    return _well(name, config.wrong_source_name(name))


def _check_connector(name: str) -> str:
    from c360cli import plugins

    if name == "demo":
        raise UsageError("the demo makes its own config.", "c360 --home .demo demo")
    known = [plugin.name for plugin in plugins.connectors() if plugin.name != "demo"]
    if name in known:
        return name
    raise UsageError(f'there is no connector "{name}".', did_you_mean(name, known) or f"Installed: {', '.join(known)}.")


def _check_kind(word: str) -> str:
    for kind in KINDS.values():
        if word.lower() in (kind.name, kind.dataset):
            return kind.name
    hint = f"{did_you_mean(word, KINDS)} Kinds: {', '.join(KINDS)}.".strip()
    raise UsageError(f'there is no kind "{word}".', hint)


def _check_base_url(address: str) -> str:
    from c360cli.http.origins import Origin

    try:
        Origin("source", address)
    except ConfigError as error:
        raise UsageError(f'"{address}" cannot be asked: {str(error).partition(": ")[2]}', error.hint) from None
    return address.rstrip("/")


def _well(value: str, wrong: str) -> str:
    if wrong:
        raise UsageError(wrong)
    return value


_CHECKS: dict[str, Callable[[str], str]] = {
    "user": _check_user,
    "timezone": _check_timezone,
    "currency": _check_currency,
    "connector": _check_connector,
    "name": _check_name,
    "base_url": _check_base_url,
    "kind": _check_kind,
}


def config_text(answers: Answers) -> str:
    """Return the text of a config; without a connector its sources are examples to take the marks off."""
    lines = [_HEAD]
    lines.append(_setting("user", answers.user, "jane@example.com", "who you are: whose customers c360 show lists"))
    lines.append(
        _setting("timezone", answers.timezone, "America/Los_Angeles", "for days, and for times without a zone")
    )
    lines.append(_setting("currency", answers.currency, "USD", "of amounts whose source names none"))
    lines.append(_setting("store", None, "c360.db", "the SQLite file of the store"))
    lines.append(_setting("schedule", None, "{stale_after: 24h}", "data older than this is marked"))
    lines.append("\n# The first source that has customers makes them; what the others say is linked to those.\n")
    lines.append('# Below stand examples: take the leading "# " off the lines of one, and say in it what is yours.\n')
    lines.append("sources:\n")
    if answers.connector:
        lines.append(_source(answers.connector, answers))
    for connector in CONNECTORS:
        if connector != answers.connector:
            example = _source(connector, Answers(name=connector, **_EXAMPLES[connector]))
            lines.append("".join(f"# {line}\n" for line in example.splitlines()))
    return "".join(lines)


def _setting(name: str, value: str | None, example: str, why: str) -> str:
    said = f"{name}: {_scalar(value)}" if value else f"# {name}: {example}"
    return f"{said:<40} # {why}\n"


def _source(connector: str, answers: Answers) -> str:
    name = _scalar(answers.name or connector)
    if connector not in _TEMPLATES:
        return f"  {name}:\n    connector: {_scalar(connector)}\n"
    given: Mapping[str, Any] = answers._asdict()
    filled = {option: _scalar(given[option]) for option in _EXAMPLES[connector]}
    if connector == "files":
        filled["columns"] = _columns(given["kind"])
    return _TEMPLATES[connector].format(name=name, **filled)


def _columns(kind: str) -> str:
    """Return the mapping of a kind's usual columns to headers of the same words."""
    names = _COLUMNS[kind].split()
    if kind != "usage":  # a figure is known by its measure, day and instance
        names.insert(0, "source_id")
    headers = {name: "Id" if name == "source_id" else name.replace("_", " ").capitalize() for name in names}
    return "{" + ", ".join(f"{name}: {header}" for name, header in headers.items()) + "}"


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
