"""Zendesk: organizations, people and tickets through the incremental exports, memberships and satisfaction as lists.

Options under ``sources:`` in config.yaml::

    connector: zendesk
    base_url: https://example.zendesk.com
    auth: {type: client_credentials, client_id: c360, client_secret: {env: ZENDESK_SECRET}, scope: read}
          {type: web, client_id: c360}                # c360 auth login zendesk; port: 8360, keep_in: file|keyring
          {type: refresh_token, client_id: c360, token: {env: NAME}}     # its successors are kept in the home
          {type: oauth_token, token: {env: ZENDESK_TOKEN}}
          {type: api_token, email: jane@example.com, token: {env: ZENDESK_TOKEN}}      # ends on 2027-04-30
    start: 2024-01-01            # the oldest change to read; everything when left out
    streams: [organizations, users, tickets, organization_memberships, survey_responses, satisfaction_ratings]
    page_size: 1000              # rows a page of an export, at most 1000
    fields:                      # canonical name: source field, for example a title of a ticket field; null leaves out
      customer: {arr: organization_fields.arr}
      case: {type: Product area, description: null}
"""

from collections.abc import Mapping
from typing import Any

from c360cli.connector import Connector, Context
from c360cli.http import HttpClient

from .auth import make_login
from .checking import email_of
from .faults import explain_for
from .settings import read_settings
from .source import Zendesk

__all__ = ["connect"]

# A page of an export that takes longer is asked for again, and at last in smaller pieces.
_PAGE_SECONDS = 120.0


def connect(name: str, options: Mapping[str, Any], context: Context) -> Connector:
    """Return the Zendesk source called ``name``; nothing is sent yet.

    Raises ConfigError, naming the nearest word, for an option that is missing, unknown or cannot be followed.
    """
    settings = read_settings(name, options, context.zone)
    explain = explain_for(name, settings.auth["type"])
    bearer, login = make_login(name, settings, context, explain)
    client = HttpClient(
        name,
        settings.base_url,
        bearer,
        clock=context.clock,
        sleep=context.sleep,
        deadline_seconds=_PAGE_SECONDS,
        explain=explain,
    )
    login.whoami = lambda: email_of(client)
    return Zendesk(name, settings, client, context.clock, context.sleep, login)
