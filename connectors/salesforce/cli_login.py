"""The token of an installed Salesforce CLI: ``sf``, or the older ``sfdx``.

Since 2026 ``sf org display`` writes ``[REDACTED]`` in the token's place; ``sf org auth show-access-token`` shows it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from c360cli.errors import ConfigError, LoginRefused
from c360cli.secret import redact, refuse_foreign_config, remember

from ..wording import line
from .place import check_place

_SECONDS = 60
_MOST_BYTES = 1 << 20


def token_of_cli(source: str, base_url: str, auth: Mapping[str, Any], home: str, refused: str = "") -> str:
    """Return the access token of the CLI's org; its display renews one that has ended.

    Raises LoginRefused where the CLI has none, has only the ``refused`` one, or its org is another than ``base_url``.
    """
    program = _program(source, auth, home)
    org = auth.get("org")
    facts = _display(source, program, org)
    check_place(source, base_url, facts.get("instanceUrl"))
    token = _shown(source, program, org) or _token(facts)
    if not token:
        raise LoginRefused(source, "the Salesforce CLI shows no access token.", "sf update, then: sf org login web")
    if token == refused:
        raise LoginRefused(source, "Salesforce refused the token of the Salesforce CLI.", _again(org))
    return token


def _program(source: str, auth: Mapping[str, Any], home: str) -> str:
    named = auth.get("program")
    if named is not None:
        refuse_foreign_config(home)
    found = next((path for name in ([named] if named else ["sf", "sfdx"]) if (path := shutil.which(name))), None)
    if found is None:
        what = f"there is no program {named}" if named else "the Salesforce CLI (sf) is not installed, or not in PATH"
        raise ConfigError(
            f"{source}: {what}.", "Install it, or say where it is: auth: {type: sf_cli, program: /usr/local/bin/sf}"
        )
    return found


def _display(source: str, program: str, org: str | None) -> Mapping[str, Any]:
    if os.path.basename(program).startswith("sfdx"):
        words = ["force:org:display", "--json", *(["-u", org] if org else [])]
    else:
        words = ["org", "display", "--json", *_target(org)]
    said, problem = _run(source, [program, *words])
    if said is None:
        raise LoginRefused(
            source, f"the Salesforce CLI has no login for us: {problem or 'no reason given'}", _again(org)
        )
    return said


def _shown(source: str, program: str, org: str | None) -> str:
    """Return the token of ``show-access-token``; "" from a CLI that is too old to know it."""
    if os.path.basename(program).startswith("sfdx"):
        return ""
    said, _ = _run(source, [program, "org", "auth", "show-access-token", "--json", *_target(org)])
    return _token(said) if said is not None else ""


def _target(org: str | None) -> list[str]:
    return ["--target-org", org] if org else []


def _token(said: Mapping[str, Any]) -> str:
    token = said.get("accessToken")
    if not isinstance(token, str) or not token or token.startswith("[REDACTED]"):
        return ""
    remember(token)
    return token


def _run(source: str, words: Sequence[str]) -> tuple[Mapping[str, Any] | None, str]:
    """Return (``result`` of the JSON the CLI printed, "") or (None, what it says is wrong)."""
    # Colours would end up within the JSON, and old CLIs put their errors elsewhere.
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    environment |= {"NO_COLOR": "1", "SFDX_JSON_TO_STDOUT": "true"}
    try:
        # The words are ours and a checked name of an org; there is no shell.
        done = subprocess.run(  # noqa: S603 -- see above
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=_SECONDS,
            check=False,
        )
        said = json.loads(done.stdout[:_MOST_BYTES].decode("utf-8", "replace"))
    except subprocess.TimeoutExpired:
        return None, f"no answer in {_SECONDS} s."
    except OSError as error:
        raise ConfigError(f"{source}: {words[0]} cannot be run: {error.strerror}.") from None
    except (ValueError, RecursionError):
        return None, "its answer is no JSON."
    result = said.get("result") if isinstance(said, dict) else None
    if done.returncode == 0 and isinstance(result, dict):
        return result, ""
    return None, redact(line(said.get("message") if isinstance(said, dict) else "", 200))


def _again(org: str | None) -> str:
    return f"sf org login web --alias {org}" if org else "sf org login web --set-default, or name one: auth: {org: ...}"
