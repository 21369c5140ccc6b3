"""The config of a demo home, as text a person can learn from."""

from datetime import date

_TEXT = """\
# A made-up company to try c360 on: nothing here exists, and nothing leaves this machine.
# Salesforce and Zendesk are spoken by a stand-in on 127.0.0.1 while c360 runs; the rest are files in this folder.
# The world goes on: sync again tomorrow, and a little has changed.

user: jane@example.com
timezone: America/Los_Angeles
currency: USD

# Who owns which field: a stage or a CSM set here waits to be told to Salesforce; what is not named here is the source's
# that gives it.
owners: {{stage: both, csm: both}}

sources:
  # The first source with customers is the master: its accounts are the customers, all others are linked to them.
  # In your own config: connector: salesforce, base_url: https://example.my.salesforce.com, and an auth.
  salesforce:
    connector: demo
    speaks: salesforce
    born_on: {born_on}
    fields:                          # canonical name: source field
      customer:
{fields}
{more}
  # In your own config: connector: zendesk, base_url: https://example.zendesk.com, and an auth.
  zendesk:
    connector: demo
    speaks: zendesk
    born_on: {born_on}

  # Exports of Qualtrics, SurveyMonkey and Delighted, and a plain table; c360 sees which is which.
  nps:
    connector: surveys
    path: surveys/*.csv              # relative to this folder

  # Product usage: one figure a row.
  usage:
    connector: files
    path: usage.csv
    kind: usage
    columns: {{customer: Account Id, day: Day, measure: Measure, value: Value, instance: Instance, product: Product}}

  # Calls to action, as another tool exported them.
  ctas:
    connector: files
    path: ctas.csv
    kind: cta
    columns:
      source_id: CTA Id
      customer: Account Id
      name: Name
      type: Type
      reason: Reason
      priority: Priority
      status: Status
      owner: Owner
      due_on: Due Date
      is_important: Important
      is_open: Open

  # A second list of customers: linked by Salesforce id, else by domain, else by name.
  billing:
    connector: files
    path: billing.csv
    kind: customer
    columns: {{source_id: Id, name: Name, domain: Domain, external_id: Salesforce Id}}
"""

_FIELDS = {
    "arr": "ARR__c",
    "one_time_revenue": "One_Time_Revenue__c",
    "csm": "CSM__r.Email",
    "stage": "Stage__c",
    "stage_since": "Stage_Since__c",
    "status": "Status__c",
    "renewal_on": "Renewal_Date__c",
    "original_contract_on": "Original_Contract_Date__c",
    "users": "Licensed_Users__c",
    "segment": "Segment__c",
    "comments": "CSM_Comments__c",
    "tags": "Tags__c",
    "timezone": "Time_Zone__c",
    "is_referenceable": "Referenceable__c",
}
_MORE = {
    "contact": {"role": "Role__c", "is_active": "Is_Active__c"},
    "subscription": {"product": "Product__c", "quantity": "Quantity__c", "arr": "ARR__c"},
}


def demo_config(born_on: date) -> str:
    """Return the config.yaml of a demo home whose world is born on ``born_on``."""
    fields = "\n".join(f"        {name}: {field}" for name, field in _FIELDS.items())
    more = "".join(
        f"      {kind}: {{{', '.join(f'{name}: {field}' for name, field in columns.items())}}}\n"
        for kind, columns in _MORE.items()
    )
    return _TEXT.format(born_on=born_on.isoformat(), fields=fields, more=more)
