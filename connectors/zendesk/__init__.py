"""Zendesk: organizations, people, tickets and satisfaction ratings through the incremental exports.

Options under ``sources:`` in config.yaml::

    connector: zendesk
    base_url: https://example.zendesk.com
    auth: {type: client_credentials, client_id: c360, client_secret: {env: ZENDESK_SECRET}, scope: read}
          {type: oauth_token, token: {env: ZENDESK_TOKEN}}
          {type: api_token, email: jane@example.com, token: {env: ZENDESK_TOKEN}}      # ends on 2027-04-30
    start: 2024-01-01            # the oldest change to read; everything when left out
    streams: [organizations, users, tickets, satisfaction_ratings]
    page_size: 1000              # rows a page of an export, at most 1000
    fields:                      # canonical name: source field, for example a title of a ticket field; null leaves out
      customer: {arr: organization_fields.arr}
      case: {type: Product area, description: null}
"""

from collections.abc import Mapping
from typing import Any

from c360cli.connector import Connector, Context
from c360cli.http import HttpClient

from .auth import login
from .faults import explain_for
from .settings import read_settings
from .source import Zendesk

__all__ = ["connect"]


def connect(name: str, options: Mapping[str, Any], context: Context) -> Connector:
    """Return the Zendesk source called ``name``; nothing is sent yet.

    Raises ConfigError, naming the nearest word, for an option that is missing, unknown or cannot be followed.
    """
    settings = read_settings(name, options, context.zone)
    explain = explain_for(name, settings.auth["type"])
    auth = login(name, settings, context, explain)
    client = HttpClient(name, settings.base_url, auth, clock=context.clock, sleep=context.sleep, explain=explain)
    return Zendesk(name, settings, client, context.clock, context.sleep)
