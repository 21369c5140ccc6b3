"""What customers buy: opportunities, won, lost and open, and the contracts that came of them."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from c360cli.times import add_months

from .accounts import account_id
from .customers import Customer
from .people import owner_of
from .world import Thing, Version, World, history, salesforce_id

_STAGES = (("Prospecting", 10), ("Qualification", 20), ("Proposal/Price Quote", 65), ("Negotiation/Review", 90))
_PRODUCTS = {"Enterprise": "Platform Ultimate", "Mid-Market": "Platform Premium", "SMB": "Platform Starter"}


class Subscription(NamedTuple):
    """One product a customer pays for."""

    customer: Customer
    number: int
    product: str
    quantity: int
    arr: float
    start_on: date
    end_on: date
    status: str


def subscriptions(world: World) -> list[Subscription]:
    """Return what every customer subscribes to; the products of one add up to its ARR."""
    made = []
    for customer in world.customers:
        if customer.arr is None or customer.renews_in is None:
            continue
        end_on = world.day(customer.renews_in)
        start_on = add_months(end_on, -12)
        status = "Expired" if end_on < world.born_on else "Activated"
        has_add_on = customer.segment == "Enterprise" or customer.trend == "grows"
        add_on = round(customer.arr * 0.125) if has_add_on else 0
        product = _PRODUCTS[customer.segment]
        parts = [(product, customer.arr - add_on)] + [("Security Add-on", add_on)] * has_add_on
        for place, (name, arr) in enumerate(parts):
            number = customer.number * 4 + place
            made.append(Subscription(customer, number, name, customer.seats, float(arr), start_on, end_on, status))
    return made


def contract_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Contract, one a subscription."""
    things = []
    for bought in subscriptions(world):
        created = world.moment((bought.start_on - world.born_on).days - 12, 10, bought.number % 60)
        values = {
            "AccountId": account_id(bought.customer),
            "Name": f"{bought.product} {bought.start_on.year}/{bought.end_on.year % 100}",
            "ContractNumber": f"{bought.number:08d}",
            "Status": bought.status,
            "StatusCode": bought.status,
            "StartDate": bought.start_on,
            "EndDate": bought.end_on,
            "ContractTerm": 12,
            "OwnerId": owner_of(bought.customer).id,
            "Product__c": bought.product,
            "Quantity__c": float(bought.quantity),
            "ARR__c": bought.arr,
            "CurrencyIsoCode": bought.customer.currency,
            "IsDeleted": False,
        }
        later = [Version(created + timedelta(days=9), {})]
        if bought.customer.key == "initech" and bought.product != "Security Add-on":
            later.append(Version(world.moment(5, 17, 31), {"Quantity__c": 280.0, "ARR__c": 48000.0}))
        things.append(Thing(salesforce_id("800", bought.number), history(created, values, *later)))
    return things


def subscription_things(world: World) -> list[Thing]:
    """Return the same subscriptions as rows of a custom object, as other orgs keep them."""
    things = []
    for contract in contract_things(world):
        values = contract.versions[0].values
        renamed = {
            "Name": values["Name"],
            "Account__c": values["AccountId"],
            "Product__c": values["Product__c"],
            "Quantity__c": values["Quantity__c"],
            "Status__c": values["Status"],
            "Start_Date__c": values["StartDate"],
            "End_Date__c": values["EndDate"],
            "ARR__c": values["ARR__c"],
            "OwnerId": values["OwnerId"],
            "CurrencyIsoCode": values["CurrencyIsoCode"],
            "IsDeleted": False,
        }
        later = [version for version in contract.versions[1:] if set(version.values) <= {"Quantity__c", "ARR__c"}]
        identity = salesforce_id("a01", int(values["ContractNumber"]))
        things.append(Thing(identity, history(contract.versions[0].at, renamed, *later)))
    return things


def opportunity_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Opportunity; two are born, won or moved in the month after the birth."""
    things = []
    for customer in world.customers:
        drawn = _acme(world, customer) if customer.key == "acme" else _drawn(world, customer)
        for place, (created_days, values, later) in enumerate(drawn):
            identity = salesforce_id("006", customer.number * 16 + place)
            created = world.moment(created_days, 9, customer.number % 60)
            things.append(Thing(identity, history(created, _common(customer) | values, *later)))
    return things


_Drawn = tuple[int, dict[str, Any], list[Version]]


def _common(customer: Customer) -> dict[str, Any]:
    return {
        "AccountId": account_id(customer),
        "OwnerId": owner_of(customer).id,
        "CurrencyIsoCode": customer.currency,
        "IsDeleted": False,
        "NextStep": None,
    }


def _open(
    name: str, amount: float, close_on: date, kind: str, stage: int, next_step: str | None = None
) -> dict[str, Any]:
    return {"Name": name, "Amount": amount, "CloseDate": close_on, "Type": kind, "NextStep": next_step} | _at(stage)


def _at(stage: int) -> dict[str, Any]:
    name, probability = _STAGES[stage]
    return {"StageName": name, "Probability": float(probability), "IsClosed": False, "IsWon": False,
            "ForecastCategoryName": "Commit" if probability > 80 else "Pipeline"}  # fmt: skip


def _closed(is_won: bool) -> dict[str, Any]:
    return {"StageName": "Closed Won" if is_won else "Closed Lost", "Probability": 100.0 if is_won else 0.0,
            "IsClosed": True, "IsWon": is_won, "ForecastCategoryName": "Closed" if is_won else "Omitted"}  # fmt: skip


def _acme(world: World, customer: Customer) -> list[_Drawn]:
    renewal = world.day(customer.renews_in or 0)
    first = add_months(world.born_on, -customer.months)
    began = (first - world.born_on).days
    name = customer.name
    return [
        (
            -120,
            _open(f"{name}: renewal {renewal.year}", 120000.0, renewal, "Renewal", 2, "Offer is with Elena"),
            [Version(world.moment(-6, 15), {}), Version(world.moment(7, 11, 5), _at(3))],
        ),
        (
            -48,
            _open(f"{name}: 200 more seats", 24000.0, renewal, "Expansion", 1, "Show the audit log"),
            [Version(world.moment(-3, 10), {})],
        ),
        (
            began - 70,
            _open(f"{name}: first contract", 84000.0, first, "New Business", 2),
            [Version(world.moment(began - 6, 12), _closed(True))],
        ),
        (
            -470,
            _open(f"{name}: Security Add-on", 15000.0, world.day(-400), "Expansion", 1),
            [Version(world.moment(-402, 12), _closed(True))],
        ),
        (
            -300,
            _open(f"{name}: on-site training", 9000.0, world.day(-230), "Services", 0),
            [Version(world.moment(-233, 12), _closed(False))],
        ),
    ]


def _drawn(world: World, customer: Customer) -> list[_Drawn]:
    chance = world.chance("deals", customer.key)
    name, arr = customer.name[:80], float(customer.arr or 12000)
    if customer.arr is None or customer.renews_in is None:
        return [(-20, _open(f"{name}: first contract", arr, world.day(60), "New Business", 1), [])]
    began = round(-30.4 * customer.months)
    first = _open(f"{name}: first contract", float(round(arr * 0.7)), world.day(began), "New Business", 2)
    deals: list[_Drawn] = [(began - 60, first, [Version(world.moment(began - 7, 12), _closed(True))])]
    renewal = world.day(customer.renews_in)
    if customer.renews_in > 0:
        stage = 0 if customer.renews_in > 150 else 1 if customer.renews_in > 60 else 2
        asked, touched = -chance.between(20, 90), Version(world.moment(-chance.between(1, 15), 14), {})
    else:
        stage, asked = 1, customer.renews_in - 80
        touched = Version(world.moment(customer.renews_in, 17), _closed(False))
    deals.append((asked, _open(f"{name}: renewal {renewal.year}", arr, renewal, "Renewal", stage), [touched]))
    if customer.trend == "grows":
        asked, close_on = -chance.between(30, 170), world.day(chance.between(15, 90))
        more = _open(f"{name}: more seats", float(round(arr * 0.2)), close_on, "Expansion", 1)
        deals.append((asked, more, [Version(world.moment(-chance.between(1, 20), 9), _at(2))]))
    if chance.happens(0.4):
        ended = -chance.between(100, 400)
        training = _open(f"{name}: training", float(round(arr * 0.1)), world.day(ended), "Services", 0)
        deals.append((ended - 50, training, [Version(world.moment(ended, 16), _closed(chance.happens(0.5)))]))
    return deals + _future(world, customer)


def _future(world: World, customer: Customer) -> list[_Drawn]:
    if customer.key == "acme-gmbh":
        return [(4, _open("Acme GmbH: Werk Ulm on Ultimate", 14500.0, world.day(120), "Expansion", 0), [])]
    if customer.key == "stormglass":
        pipelines = _open("Stormglass Analytics: Pipelines", 5200.0, world.day(12), "Expansion", 3)
        return [(-25, pipelines, [Version(world.moment(12, 16, 40), _closed(True))])]
    return []
