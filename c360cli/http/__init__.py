"""HTTP in one place: who may be asked, with which login, how long, how much, how often."""

from c360cli.http.answers import Answer, http_date, retry_after_seconds
from c360cli.http.client import HttpClient
from c360cli.http.configured_login import ConfiguredLogin
from c360cli.http.logins import Basic, Bearer, RefreshingBearer
from c360cli.http.oauth import Granted, TokenEndpoint
from c360cli.http.saved_login import Habits, SavedLogin
from c360cli.http.tokens import Tokens

__all__ = [
    "Answer",
    "Basic",
    "Bearer",
    "ConfiguredLogin",
    "Granted",
    "Habits",
    "HttpClient",
    "RefreshingBearer",
    "SavedLogin",
    "TokenEndpoint",
    "Tokens",
    "http_date",
    "retry_after_seconds",
]
