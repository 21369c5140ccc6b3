"""The signed word (JWT bearer) that stands for a login: who we are, which app asks, for a few minutes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from c360cli.errors import ConfigError
from c360cli.secret import read_secret, remember

_LASTS = timedelta(minutes=3)


def assertion(source: str, base_url: str, auth: Mapping[str, Any], home: str, now: datetime) -> str:
    """Return the assertion Salesforce turns into a token, signed with RS256.

    Raises ConfigError where PyJWT is not installed, or the key is none.
    """
    try:
        import jwt
    except ImportError:
        raise ConfigError(
            f"{source}: auth type jwt needs a package that is not installed.", "pip install 'c360[jwt]'"
        ) from None
    key = read_secret(auth["key"], home, may_have_lines=True)
    if "\n" not in key:
        key = key.replace("\\n", "\n")  # as it is written where a variable holds one line only
    words = {
        "iss": auth["client_id"],
        "sub": auth["username"],
        "aud": auth.get("audience") or default_audience(base_url),
        "exp": int((now + _LASTS).timestamp()),
    }
    try:
        signed = jwt.encode(words, key, algorithm="RS256")
    except NotImplementedError:  # PyJWT without the package that signs
        raise ConfigError(f"{source}: auth type jwt cannot sign here.", "pip install 'c360[jwt]'") from None
    except (ValueError, TypeError, jwt.PyJWTError):  # their words may quote the key
        raise ConfigError(
            f"{source}: the key of auth is no private RSA key without a passphrase.",
            "It begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----.",
        ) from None
    remember(signed)
    return signed


def default_audience(base_url: str) -> str:
    """Return the login host of the org at ``base_url``: a sandbox has another one."""
    is_sandbox = (urlsplit(base_url).hostname or "").endswith(".sandbox.my.salesforce.com")
    return "https://test.salesforce.com" if is_sandbox else "https://login.salesforce.com"
