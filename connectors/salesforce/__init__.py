"""Salesforce: accounts, contacts, opportunities, cases, users, activities and subscriptions through the REST API.

Options under ``sources:`` in config.yaml::

    connector: salesforce
    base_url: https://example.my.salesforce.com       # the My Domain address, not the one of Lightning or the login
    auth: {type: web, client_id: ...}                 # c360 auth login salesforce; port: 8360, keep_in: file|keyring
          {type: refresh_token, client_id: ..., token: {env: NAME}}      # its successors are kept in the home
          {type: jwt, client_id: ..., username: ..., key: {file: salesforce.key}}      # pip install 'c360[jwt]'
          {type: client_credentials, client_id: ..., client_secret: {env: NAME}}
          {type: sf_cli, org: ALIAS}                  # the token of an installed Salesforce CLI
          {type: access_token, token: {env: SALESFORCE_TOKEN}}
    fields:                          # canonical name: source field; adds to or replaces the defaults, null leaves out
      customer: {arr: ARR__c, csm: CSM__r.Email}      # a dot follows a relationship, five levels at most
      contact: {shoe_size: Shoe_Size__c}              # a name c360 has no column for is kept under extra
    streams: [accounts, contacts, opportunities, cases, users, tasks, events, contracts]     # all when left out
    subscription_object: {name: Subscription__c, fields: {status: Status__c, end_on: End_Date__c}}
    overlap_minutes: 10              # how far each sync reaches back before the last stamp it saw
    page_size: 2000                  # 200 to 2000; Salesforce may send less
    api_version: "62.0"
    bulk_above: 50000                # an answer of more rows comes by the Bulk API; never: all page by page
    api_reserve_percent: 10          # how much of the org's daily API requests c360 leaves to others
    reconcile_days: 7                # how often all ids are compared, to find what was purged; 0: only when asked

``subscription_object`` takes the place of Contract. Its lookup to Account is found by itself where there is one only;
otherwise name it: ``customer_ref: Account__c``. A field the login may not see is left out and said in a note.
"""

from collections.abc import Mapping
from typing import Any

from c360cli.connector import Connector, Context
from c360cli.http import HttpClient

from .api import Api
from .auth import make_login, who
from .faults import explain_for
from .settings import read_settings
from .source import Salesforce

__all__ = ["connect"]


def connect(name: str, options: Mapping[str, Any], context: Context) -> Connector:
    """Return the Salesforce source called ``name``; nothing is sent yet.

    Raises ConfigError, naming the nearest word, for an option that is missing, unknown or cannot be followed.
    """
    settings = read_settings(name, options)
    explain = explain_for(name, settings.auth["type"])
    bearer, login = make_login(name, settings, context, explain)
    client = HttpClient(name, settings.base_url, bearer, clock=context.clock, sleep=context.sleep, explain=explain)
    login.whoami = lambda: who(client)
    return Salesforce(name, settings, Api(name, client, settings, context.clock, context.sleep), context.zone, login)
