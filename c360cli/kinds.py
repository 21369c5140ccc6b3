"""Every kind of record c360 knows, declared once: its columns, their types and labels, its data set.

The store makes tables, merges and exports from these declarations; connectors read the types to convert
what a source sends; sections and renderers read labels and types. A value in a ``Record`` has the type its
column names:

    text    str                         day     "2026-03-01"
    integer int                         moment  "2026-03-01T09:30:00Z", UTC, whole seconds
    real    int or float                money   a number or numeric text in whole units, beside ``currency``
    bool    True or False               list    a list of str
    ref     the id another record of the same source has there; stored as ``source:id``
"""

from c360cli.tuples import NamedTuple


class Column(NamedTuple):
    """One column of a kind; ``label`` is what a person reads."""

    name: str
    type: str = "text"
    label: str = ""


class Kind(NamedTuple):
    """One kind of record; ``dataset`` is its name in ``c360 export``, ``search`` its columns in full-text search."""

    name: str
    table: str
    dataset: str
    columns: tuple[Column, ...]
    search: tuple[str, ...] = ()
    has_customer: bool = True

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError when this kind has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _columns(*declared: str) -> tuple[Column, ...]:
    """Read ``name [type] [= label]`` lines; the label is made from the name where none is given."""
    columns = []
    for line in declared:
        words, _, label = line.partition(" = ")
        name, _, type_ = words.partition(" ")
        columns.append(Column(name, type_ or "text", label or _label(name)))
    return tuple(columns)


def _label(name: str) -> str:
    """Return ``renewal_on`` as "Renewal"."""
    for ending in ("_on", "_at", "_id", "_ref"):
        name = name.removesuffix(ending)
    return name.removeprefix("is_").replace("_", " ").capitalize()


CUSTOMER = Kind(
    "customer",
    "customer",
    "customers",
    _columns(
        "name",
        "domain",
        "domains list",
        "external_id = External id",
        "parent_ref ref = Parent",
        "status",
        "stage",
        "industry",
        "segment",
        "type",
        "csm = CSM",
        "owner",
        "arr money = ARR",
        "one_time_revenue money = One-time revenue",
        "currency",
        "original_contract_on day = Orig. contract",
        "renewal_on day",
        "users integer",
        "employees integer",
        "phone",
        "website",
        "billing_address = Billing address",
        "timezone = Time zone",
        "is_referenceable bool",
        "comments",
        "tags list",
    ),
    search=("name", "domain"),
    has_customer=False,
)

CONTACT = Kind(
    "contact",
    "contact",
    "contacts",
    _columns(
        "name",
        "email = E-mail",
        "title",
        "phone",
        "role",
        "department",
        "reports_to ref = Reports to",
        "location",
        "is_active bool",
    ),
    search=("name", "email", "title"),
)

USER = Kind(
    "user",
    "app_user",
    "users",
    _columns("name", "email = E-mail", "title", "role", "is_active bool"),
    has_customer=False,
)

CASE = Kind(
    "case",
    "support_case",
    "cases",
    _columns(
        "number = #",
        "subject",
        "description",
        "status",
        "priority",
        "type",
        "is_open bool",
        "opened_at moment",
        "closed_at moment",
        "requester = Who",
        "requester_ref ref",
        "assignee",
        "assignee_ref ref",
    ),
    search=("subject", "number"),
)

OPPORTUNITY = Kind(
    "opportunity",
    "opportunity",
    "opportunities",
    _columns(
        "name",
        "stage",
        "amount money",
        "currency",
        "close_on day = Close date",
        "is_closed bool",
        "is_won bool",
        "owner",
        "type",
        "probability real",
    ),
    search=("name",),
)

SUBSCRIPTION = Kind(
    "subscription",
    "subscription",
    "subscriptions",
    _columns("name", "product", "quantity real", "status", "start_on day", "end_on day", "arr money = ARR", "currency"),
)

ACTIVITY = Kind(
    "activity",
    "activity",
    "activities",
    _columns(
        "type",
        "subject",
        "notes",
        "happened_at moment = When",
        "author",
        "attendees list",
        "minutes integer",
        "sentiment",
    ),
)

SURVEY = Kind(
    "survey",
    "survey",
    "surveys",
    _columns(
        "survey",
        "kind",
        "score real",
        "scale",
        "question",
        "comment",
        "respondent",
        "respondent_name = Name",
        "answered_at moment",
    ),
)

USAGE = Kind("usage", "usage", "usage", _columns("measure", "value real", "day day", "instance"))

CTA = Kind(
    "cta",
    "cta",
    "ctas",
    _columns(
        "name = CTA",
        "type",
        "reason",
        "priority",
        "status",
        "owner",
        "due_on day",
        "is_important bool",
        "is_open bool",
        "outcome",
        "opened_at moment",
        "closed_at moment",
        "snoozed_through day",
        "snooze_reason",
        "notes",
    ),
)

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (CUSTOMER, CONTACT, USER, CASE, OPPORTUNITY, SUBSCRIPTION, ACTIVITY, SURVEY, USAGE, CTA)
}

# What is made here alone, and no source brings.
PLAN = Kind(
    "plan",
    "plan",
    "plans",
    _columns(
        "name",
        "type",
        "status",
        "owner",
        "start_on day",
        "due_on day",
        "notes",
        "template",
        "closed_at moment",
        "objectives_count integer",
        "objectives_done integer",
    ),
)

# What a contact is to us: a row for each role of each contact, whoever says it.
ROLE = Kind(
    "role",
    "contact",
    "roles",
    _columns(
        "role", "name", "email = E-mail", "title", "department", "is_active bool", "last_met_at moment = Last met"
    ),
)

# Fields of a customer that no source is ever told of: for the CSM alone.
LOCAL_ONLY = ("recording_opt_out",)

OF_CUSTOMER = ("customer.", "account.")
"""What may stand before the id of a customer's field: what is a customer here is called an account elsewhere."""


def bare(name: str) -> str:
    """Return the id of a customer's field without the object before it: ``account.arr`` is ``arr``."""
    for prefix in OF_CUSTOMER:
        if name.lower().startswith(prefix):
            return name[len(prefix) :]
    return name


# A text with more digits is no number when it is compared.
LONGEST_NUMBER = 30

SURVEY_ROLES = ("Admin", "Administrator")
"""The roles of contacts whom surveys are for, where the config names no others."""

EXTRA = "extra."
"""What the name of a field begins with that is no column, but one of the source's own."""


class Own(NamedTuple):
    """What ``layouts/fields`` declares of a customer's field of one's own: its type, and the values to choose from."""

    type: str = "text"
    values: tuple[str, ...] = ()


def is_extra(name: str) -> bool:
    """Tell ``extra.KEY``: one of the fields that are the source's own.

    An engine may take a key with quotes, or one that begins like a path, for more than a key.
    """
    key = name.removeprefix(EXTRA)
    return (
        name.startswith(EXTRA) and key.isprintable() and key[:1] not in ("", "$", "[") and not set(key) & set("\"'\\")
    )
