"""HTTP in one place: who may be asked, with which login, how long, how much, how often."""

from c360cli.http.answers import Answer, http_date, retry_after_seconds
from c360cli.http.client import HttpClient
from c360cli.http.logins import Basic, Bearer, RefreshingBearer

__all__ = ["Answer", "Basic", "Bearer", "HttpClient", "RefreshingBearer", "http_date", "retry_after_seconds"]
