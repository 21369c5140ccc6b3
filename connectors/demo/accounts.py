"""The Salesforce accounts: what each customer's record says, and what becomes of it."""

from datetime import timedelta
from typing import Any

from c360cli.times import add_months

from .customers import Customer
from .people import csm_of, owner_of
from .world import Thing, Version, World, history, salesforce_id

# How many days ago the record last changed, where the story asks for a certain day; Acme's is the day of its new stage.
_LAST_CHANGE = {
    "acme": 94,
    "acme-gmbh": 61,
    "acme-ulm": 40,
    "acme-wien": 27,
    "acme-uk": 18,
    "acme-japan": 33,
    "acme-holding": 12,
    "lacme": 22,
}
_ZONES = {
    "United States": "America/Chicago",
    "Germany": "Europe/Berlin",
    "Japan": "Asia/Tokyo",
    "Norway": "Europe/Oslo",
    "United Kingdom": "Europe/London",
    "South Korea": "Asia/Seoul",
    "Israel": "Asia/Jerusalem",
}
_DUPLICATE, _LEFTOVER, _NEWCOMER = 200, 201, 202


def account_id(customer: Customer) -> str:
    """Return the 18-character Salesforce id of a customer."""
    return salesforce_id("001", customer.number)


def account_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Account, with one merged duplicate, and newcomers and losses of the future."""
    by_key = {customer.key: customer for customer in world.customers}
    things = []
    for customer in world.customers:
        chance = world.chance("account", customer.key)
        parent = by_key.get(customer.parent)
        started = add_months(world.born_on, -customer.months)
        created = world.moment((started - world.born_on).days - chance.between(20, 90), chance.between(8, 18))
        changed_days_ago = _LAST_CHANGE.get(customer.key, chance.between(3, 90))
        changed = Version(world.moment(-changed_days_ago, 16, 20), {})
        values = _values(world, customer, parent, changed_days_ago)
        things.append(Thing(account_id(customer), history(created, values, changed, *_future(world, customer))))
    return things + _strangers(world)


def _values(world: World, customer: Customer, parent: Customer | None, changed_days_ago: int) -> dict[str, Any]:
    chance = world.chance("account values", customer.key)
    city, state, postal_code, country = customer.city.split("|")
    is_prospect = customer.status == "Prospect"
    # Some days earlier, so that the last month of the tenure is a whole one.
    started = None if is_prospect else add_months(world.born_on, -customer.months) - timedelta(days=6)
    comments = customer.comments
    if customer.key == "acme":
        comments = (f"{world.day(-94)} Jane Doe: Elena is back as our sponsor and wants everybody on one platform. "
                    f"Expansion to 1,200 seats goes into the renewal talk; first offer is out.")  # fmt: skip
    return {
        "Name": customer.name,
        "ParentId": account_id(parent) if parent else None,
        "OwnerId": owner_of(customer).id,
        "Type": "Prospect" if is_prospect else "Customer",
        "Industry": customer.industry,
        "Website": f"https://www.{customer.domain}",
        "Phone": "+1 415 555 0100" if customer.key == "acme" else f"+1 555 01{chance.between(10, 99)}",
        "BillingStreet": f"{chance.between(1, 900)} Market Street",
        "BillingCity": city or None,
        "BillingState": state or None,
        "BillingPostalCode": postal_code or None,
        "BillingCountry": country or None,
        "NumberOfEmployees": 5200 if customer.key == "acme" else max(12, customer.seats * chance.between(2, 9)),
        "AnnualRevenue": 9.5e8 if customer.key == "acme" else float(chance.between(1, 400) * 1_000_000),
        "Description": None,
        "CurrencyIsoCode": customer.currency,
        "AccountNumber": f"C-{1000 + customer.number}",
        "ARR__c": None if customer.arr is None else float(customer.arr),
        "One_Time_Revenue__c": 18000.0 if customer.key == "acme" else float(chance.between(0, 8) * 1500) or None,
        "CSM__c": None if is_prospect else csm_of(customer).id,
        "Stage__c": customer.stage or None,
        "Stage_Since__c": world.day(-changed_days_ago) if customer.stage else None,
        "Status__c": None if is_prospect else customer.status,
        "Renewal_Date__c": None if customer.renews_in is None else world.day(customer.renews_in),
        "Original_Contract_Date__c": started,
        "Licensed_Users__c": None if is_prospect else float(customer.seats),
        "Segment__c": customer.segment,
        "CSM_Comments__c": comments or None,
        "Tags__c": ";".join(customer.tags) or None,
        "Time_Zone__c": "America/Los_Angeles" if customer.key == "acme" else _ZONES.get(country),
        "Referenceable__c": "reference" in customer.tags or customer.key == "acme",
        "Margin__c": chance.share(0.4, 0.8),
        "Zendesk_Organization__c": None,
        "MasterRecordId": None,
        "IsDeleted": False,
    }


def _future(world: World, customer: Customer) -> list[Version]:
    """Return what changes on a customer's record in the month after the birth."""
    text = f"{world.day(1)} Jane Doe: offer for 1,200 seats went out, Elena answers after the board meeting."
    happenings: dict[str, list[Version]] = {
        "acme": [Version(world.moment(1, 10, 20), {"CSM_Comments__c": text})],
        "globex-energy": [
            Version(world.moment(3, 14, 5), {"Stage__c": "Optimize & Grow", "Stage_Since__c": world.day(3)})
        ],
        "initech": [Version(world.moment(5, 17, 30), {"ARR__c": 48000.0, "Licensed_Users__c": 280.0})],
        "tidewater": [Version(world.moment(9, 9, 0), {"Status__c": "Churn", "Stage__c": "Churn"})],
        "orchard": [Version(world.moment(13, 11, 45), {"Name": "Orchard & Vine Markets"})],
        "kestrel": [Version(world.moment(21, 8, 15), {"ARR__c": 168000.0, "Tags__c": "reference"})],
    }
    return happenings.get(customer.key, [])


def _strangers(world: World) -> list[Thing]:
    """Return the accounts beside the customers: a merged duplicate, a test account that goes, one that comes."""
    sam = owner_of(world.customers[0]).id
    plain = {"OwnerId": sam, "CurrencyIsoCode": "USD", "Type": "Prospect", "IsDeleted": False}
    things = []
    initech = next((customer for customer in world.customers if customer.key == "initech"), None)
    if initech:
        merged = {"IsDeleted": True, "MasterRecordId": account_id(initech)}
        values = plain | {"Name": "Initech (duplicate)", "Website": f"https://{initech.domain}"}
        created = world.moment(-200, 9)
        things.append(
            Thing(salesforce_id("001", _DUPLICATE), history(created, values, Version(world.moment(-5, 12), merged)))
        )
    values = plain | {"Name": "Zz Test Account (please delete)", "Website": "https://zz-test.example"}
    gone = Version(world.moment(7, 18, 20), {"IsDeleted": True})
    things.append(Thing(salesforce_id("001", _LEFTOVER), history(world.moment(-33, 10), values, gone)))
    values = plain | {
        "Name": "Larkspur Hotels",
        "Website": "https://www.larkspur-hotels.example",
        "Type": "Customer",
        "Industry": "Hospitality",
        "ARR__c": 27000.0,
        "Status__c": "Active",
        "Stage__c": "Onboarding",
        "Segment__c": "Mid-Market",
        "Original_Contract_Date__c": world.day(6),
        "Renewal_Date__c": world.day(371),
        "Licensed_Users__c": 150.0,
        "CSM__c": csm_of(world.customers[0]).id,
    }
    things.append(Thing(salesforce_id("001", _NEWCOMER), history(world.moment(6, 9, 30), values)))
    return things
