"""The people of the made-up world: ours (users) and the contacts at each customer, with who reports to whom."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from .customers import Customer
from .world import Thing, Version, World, history, salesforce_id

_FIRST = {names: words.split() for names, words in {
    "west": "Olivia Marcus Renee Caleb Dana Victor Naomi Gavin Leila Simon Tessa Brandon Imani Curtis Paige",
    "german": "Jürgen Annegret Björn Käthe Sören Ute Jörg Änne Lukas Friederike",
    "accented": "Zoë André Łucja Åse Françoise Îñigo Đặng Søren Chloë Bożena",
    "japanese": "翔太 美咲 健一 さくら 大輔 陽子",
    "korean": "민준 서연 지훈 하은",
    "hebrew": "יעל אורי תמר נועם",
    "arabic": "ليلى عمر سارة يوسف",
    "greek": "Ελένη Νίκος Σοφία Γιώργος",
}.items()}  # fmt: skip
_LAST = {names: words.split() for names, words in {
    "west": "Abbott Ferrer Nwosu Delgado Whitfield Kaplan Osei Brandt Sato Mercer Quinn Ibarra Vance Holloway Reyes",
    "german": "Müller Weiß Schäfer Größmann Köhler Jäger Böhm Straßer",
    "accented": "Nuñez Łukaszewicz Ångström Lefèvre Nguyễn Ødegård Muñoz Dvořák Çelik",
    "japanese": "佐藤 鈴木 高橋 渡辺 伊藤",
    "korean": "김 이 박 최",
    "hebrew": "כהן לוי מזרחי פרידמן",
    "arabic": "الحسن النجار منصور العلي",
    "greek": "Παπαδόπουλος Γεωργίου Νικολάου Δημητρίου",
}.items()}  # fmt: skip

# The higher the earlier: each reports to somebody above.
_POSTS = (
    ("Chief Technology Officer", "Sponsor", "Executive"),
    ("VP Engineering", "Champion", "Engineering"),
    ("Head of Platform", "Admin", "Engineering"),
    ("Director of Security", "Security lead", "Security"),
    ("Procurement Manager", "Billing", "Finance"),
    ("Senior Developer", "User", "Engineering"),
    ("Release Manager", "Development lead", "Engineering"),
)

_ACME = (
    # first, last, title, role, department, reports to (place in this list)
    ("Elena", "Petrova", "Chief Technology Officer", "Sponsor", "Executive", None),
    ("Rosa", "Okafor", "VP Platform Engineering", "Champion", "Engineering", 0),
    ("Daniel", "Whitcombe", "Chief Information Security Officer", "Security lead", "Security", 0),
    ("Mikael", "Lindqvist", "Head of Developer Experience", "Admin", "Engineering", 1),
    ("Aiko", "Tanaka", "Staff Engineer, CI", "Admin", "Engineering", 3),
    ("Samuel", "Adeyemi", "Engineering Manager, Payments", "Development lead", "Engineering", 1),
    ("Claire", "Beaumont", "Senior Procurement Manager", "Billing", "Finance", None),
    ("Priscilla", "Ng", "Security Engineer", "User", "Security", 2),
    ("Tomás", "Herrera", "Release Manager", "User", "Engineering", 3),
)

_TEAM = (
    # first, last, e-mail, title, role, works here
    ("Jane", "Doe", "jane@example.com", "Customer Success Manager", "CSM", True),
    ("Tom", "Okada", "tom@example.com", "Senior Customer Success Manager", "CSM", True),
    ("Priya", "Raman", "priya@example.com", "Customer Success Manager", "CSM", True),
    ("Luis", "Ortega", "luis@example.com", "Customer Success Manager, EMEA", "CSM", True),
    ("Sam", "Carter", "sam@example.com", "Account Executive", "AE", True),
    ("Ingrid", "Solberg", "ingrid@example.com", "Account Executive, EMEA", "AE", True),
    ("Noah", "Fitzgerald", "noah@example.com", "Renewals Manager", "RM", True),
    ("Mei", "Lin", "mei@example.com", "Director of Customer Success", "Manager", True),
    ("Greg", "Former", "greg@example.com", "Account Executive", "AE", False),
)
_ROLES = {"CSM": "CSM", "AE": "Account Executive", "RM": "Renewals Manager", "Manager": "CS Leadership"}
JANE, TOM, PRIYA, LUIS, SAM, INGRID, NOAH, MEI, GREG = range(len(_TEAM))


class User(NamedTuple):
    """One of us."""

    id: str
    name: str
    email: str


class Person(NamedTuple):
    """A contact at a customer; ``boss_id`` is the contact this one reports to."""

    id: str
    number: int
    customer: Customer
    first: str
    last: str
    email: str
    title: str
    role: str
    department: str
    boss_id: str | None

    @property
    def name(self) -> str:
        """The full name as Salesforce puts it together."""
        return f"{self.first} {self.last}"


USERS = tuple(
    User(salesforce_id("005", number), f"{first} {last}", email)
    for number, (first, last, email, *_) in enumerate(_TEAM, 1)
)


def csm_of(customer: Customer) -> User:
    """Return the CSM of a customer: Acme has Jane Doe, the EMEA customers Luis, the rest is shared."""
    if customer.key in ("acme", "acme-gmbh", "acme-ulm", "acme-wien", "kestrel", "northwind", "brightpath"):
        return USERS[JANE]
    if customer.currency in ("EUR", "GBP"):
        return USERS[LUIS]
    return USERS[(JANE, TOM, PRIYA, TOM)[customer.number % 4]]


def owner_of(customer: Customer) -> User:
    """Return the account executive who owns a customer; one customer still belongs to somebody who left."""
    if customer.key == "lumen":
        return USERS[GREG]
    return USERS[INGRID if customer.currency in ("EUR", "GBP") else SAM]


def user_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of User."""
    manager = USERS[MEI].id
    return [
        Thing(
            user.id,
            history(
                world.moment(-900 + number),
                {
                    "Name": user.name,
                    "FirstName": first,
                    "LastName": last,
                    "Email": user.email,
                    "Username": user.email + ".demo",
                    "Title": title,
                    "Department": "Customer Success" if role in ("CSM", "Manager") else "Sales",
                    "UserRoleId": salesforce_id("00E", list(_ROLES).index(role) + 1),
                    "IsActive": is_active,
                    "UserType": "Standard",
                    "ManagerId": manager if user.id != manager else None,
                    "TimeZoneSidKey": "America/Los_Angeles",
                },
                Version(world.moment(-200 + number), {}),
            ),
        )
        for number, (user, (first, last, _, title, role, is_active)) in enumerate(zip(USERS, _TEAM, strict=True))
    ]


@lru_cache(maxsize=8)
def everybody(world: World) -> dict[str, tuple[Person, ...]]:
    """Return the contacts of every customer by the customer's key, the highest first."""
    return {customer.key: tuple(_people_of(world, customer)) for customer in world.customers}


def _people_of(world: World, customer: Customer) -> list[Person]:
    base = customer.number * 16
    if customer.key == "acme":
        rows: Sequence[tuple[str, str, str, str, str, int | None]] = _ACME
    else:
        rows = _drawn(world, customer)
    people = []
    for place, (first, last, title, role, department, boss) in enumerate(rows):
        # Names in other scripts get plain addresses, as their mail servers would give them.
        local = f"{first}.{last}".lower() if f"{first}{last}".isascii() else f"user{place + 1}"
        if customer.key == "acme":
            local = "tomas.herrera" if first == "Tomás" else local
        boss_id = None if boss is None else salesforce_id("003", base + boss)
        people.append(
            Person(
                salesforce_id("003", base + place), base + place, customer, first, last,
                f"{local}@{customer.domain}", title, role, department, boss_id,
            )
        )  # fmt: skip
    if customer.key == "bold" and len(people) > 1:
        # A circle: the boss reports to their own report. Whoever draws the tree has to notice.
        people[0] = people[0]._replace(boss_id=people[1].id)
    return people


def _drawn(world: World, customer: Customer) -> list[tuple[str, str, str, str, str, int | None]]:
    chance = world.chance("people", customer.key)
    count = {"Enterprise": 7, "Mid-Market": 5}.get(customer.segment, 3)
    rows: list[tuple[str, str, str, str, str, int | None]] = []
    taken = set()
    for place in range(count):
        first, last = chance.pick(_FIRST[customer.names]), chance.pick(_LAST[customer.names])
        while (first, last) in taken:
            first, last = chance.pick(_FIRST[customer.names]), chance.pick(_LAST[customer.names])
        taken.add((first, last))
        title, role, department = _POSTS[place]
        rows.append(
            (first, last, title, role, department, None if place == 0 else max(0, place - chance.between(1, 2)))
        )
    return rows


def role_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of UserRole."""
    return [
        Thing(salesforce_id("00E", place), history(world.moment(-899), {"Name": name}))
        for place, name in enumerate(_ROLES.values(), 1)
    ]


def contact_things(world: World) -> list[Thing]:
    """Return the Salesforce rows of Contact, one deleted long before the birth and two that change after it."""
    things = []
    for customer in world.customers:
        chance = world.chance("contacts", customer.key)
        for person in everybody(world)[customer.key]:
            created = world.moment(-30.4 * customer.months + chance.between(0, 60), chance.between(8, 18))
            later = [Version(max(created, world.moment(-chance.between(2, 200))), {})]
            later += _surprises(world, person)
            things.append(Thing(person.id, history(created, _contact_values(person, chance.happens(0.1)), *later)))
    return things


def _contact_values(person: Person, opted_out: bool) -> dict[str, object]:
    hostile = "\x1b[7m" if person.customer.key == "escape" else ""
    return {
        "Name": person.name,
        "FirstName": person.first,
        "LastName": person.last,
        "AccountId": salesforce_id("001", person.customer.number),
        "ReportsToId": person.boss_id,
        "Email": person.email,
        "Title": hostile + person.title,
        "Department": person.department,
        "Phone": f"+1 555 01{person.number % 100:02d}",
        "Role__c": person.role,
        "Is_Active__c": True,
        "OwnerId": owner_of(person.customer).id,
        "HasOptedOutOfEmail": opted_out,
        "IsEmailBounced": False,
        "IsDeleted": False,
        "CurrencyIsoCode": person.customer.currency,
    }


def _surprises(world: World, person: Person) -> list[Version]:
    """Return what happens to a contact that a CSM wants to hear of."""
    place = person.number - person.customer.number * 16
    if person.customer.key == "globex" and place == 0:
        return [Version(world.moment(2, 15, 12), {"Title": "Advisor to the Board", "Role__c": "User"})]
    if person.customer.key == "initech" and place == 1:
        return [Version(world.moment(4, 9, 40), {"Is_Active__c": False, "IsEmailBounced": True})]
    if person.customer.key == "halcyon" and place == 6:
        return [Version(world.moment(-9, 11), {"IsDeleted": True})]
    if person.customer.key == "vantage" and place == 5:
        return [Version(world.moment(8, 13, 5), {"IsDeleted": True})]
    return []
