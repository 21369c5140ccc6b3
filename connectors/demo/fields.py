"""What the stand-in's Salesforce org has: its objects and their fields, as a describe lists them."""

from typing import Any, NamedTuple

from .world import Seen


class Field(NamedTuple):
    """One field; ``refers`` names the objects a lookup may point at, ``relationship`` the way through it."""

    name: str
    type: str
    refers: tuple[str, ...] = ()
    relationship: str | None = None

    @property
    def is_polymorphic(self) -> bool:
        """Whether the lookup points at rows of more than one object."""
        return len(self.refers) > 1

    @property
    def is_filterable(self) -> bool:
        """Whether a condition may name it; describe claims so of addresses, and the query refuses them."""
        return self.type not in ("address", "textarea")


class SObject(NamedTuple):
    """One object of the org, its fields by lower-case name."""

    name: str
    prefix: str
    fields: dict[str, Field]

    def field(self, name: str) -> Field | None:
        """Return the field of that name, in whatever case it is written."""
        return self.fields.get(name.lower())

    def through(self, relationship: str) -> Field | None:
        """Return the lookup field whose relationship has that name."""
        wanted = relationship.lower()
        return next((f for f in self.fields.values() if f.relationship and f.relationship.lower() == wanted), None)


_AUDIT = "CreatedDate datetime", "LastModifiedDate datetime", "SystemModstamp datetime"
_OWNED = "OwnerId > User as Owner", "IsDeleted boolean", "CurrencyIsoCode picklist", *_AUDIT
_BILLING = (
    "BillingStreet textarea",
    "BillingCity",
    "BillingState",
    "BillingPostalCode",
    "BillingCountry",
    "BillingAddress address",
)
_ACTIVITY = (
    "Subject", "Description textarea", "AccountId > Account as Account",
    "WhatId > Account Opportunity Case Contract as What", "WhoId > Contact Lead as Who", "ActivityDate date",
    "Type picklist", "IsArchived boolean", *_OWNED,
)  # fmt: skip


def _sobject(name: str, prefix: str, *declared: str) -> SObject:
    """Read lines of "Name type" (a string without one) or "NameId > Object Object as Relationship"."""
    fields = [Field("Id", "id")]
    for line in declared:
        if " > " in line:
            field, _, rest = line.partition(" > ")
            objects, _, relationship = rest.partition(" as ")
            fields.append(Field(field, "reference", tuple(objects.split()), relationship))
        else:
            field, _, kind = line.partition(" ")
            fields.append(Field(field, kind or "string"))
    return SObject(name, prefix, {field.name.lower(): field for field in fields})


_OBJECTS = (
    _sobject(
        "Account", "001", "Name", "ParentId > Account as Parent", "MasterRecordId > Account as MasterRecord",
        "Type picklist", "Industry picklist", "Website url", "Phone phone", *_BILLING, "NumberOfEmployees int",
        "AnnualRevenue currency", "Description textarea", "AccountNumber", "ARR__c currency",
        "One_Time_Revenue__c currency", "CSM__c > User as CSM__r", "Stage__c picklist", "Stage_Since__c date",
        "Status__c picklist", "Renewal_Date__c date", "Original_Contract_Date__c date", "Licensed_Users__c double",
        "Segment__c picklist", "CSM_Comments__c textarea", "Tags__c multipicklist", "Time_Zone__c picklist",
        "Referenceable__c boolean", "Margin__c percent", "Zendesk_Organization__c", *_OWNED,
    ),
    _sobject(
        "Contact", "003", "Name", "FirstName", "LastName", "AccountId > Account as Account",
        "ReportsToId > Contact as ReportsTo", "MasterRecordId > Contact as MasterRecord", "Email email", "Title",
        "Department", "Phone phone", "MobilePhone phone", "Role__c picklist", "Is_Active__c boolean",
        "HasOptedOutOfEmail boolean", "IsEmailBounced boolean", *_OWNED,
    ),
    _sobject(
        "User", "005", "Name", "FirstName", "LastName", "Email email", "Username", "Title", "Department",
        "UserRoleId > UserRole as UserRole", "IsActive boolean", "UserType picklist", "ManagerId > User as Manager",
        "TimeZoneSidKey picklist", *_AUDIT,
    ),
    _sobject("UserRole", "00E", "Name", "DeveloperName", *_AUDIT),
    _sobject("Group", "00G", "Name", "DeveloperName", "Type picklist", *_AUDIT),
    _sobject("Organization", "00D", "Name", "InstanceName", "IsSandbox boolean", "OrganizationType picklist", *_AUDIT),
    _sobject(
        "Case", "500", "CaseNumber", "Subject", "Description textarea", "AccountId > Account as Account",
        "ContactId > Contact as Contact", "OwnerId > User Group as Owner", "Status picklist", "Priority picklist",
        "Type picklist", "Origin picklist", "SuppliedName", "SuppliedEmail email", "IsClosed boolean",
        "IsEscalated boolean", "ClosedDate datetime", "MasterRecordId > Case as MasterRecord", "IsDeleted boolean",
        "CurrencyIsoCode picklist", *_AUDIT,
    ),
    _sobject(
        "Opportunity", "006", "Name", "AccountId > Account as Account", "StageName picklist", "Amount currency",
        "CloseDate date", "Type picklist", "Probability percent", "IsClosed boolean", "IsWon boolean",
        "ForecastCategoryName picklist", "NextStep", "Description textarea", *_OWNED,
    ),
    _sobject(
        "Contract", "800", "AccountId > Account as Account", "Name", "ContractNumber", "Status picklist",
        "StatusCode picklist", "StartDate date", "EndDate date", "ContractTerm int", "Product__c picklist",
        "Quantity__c double", "ARR__c currency", *_OWNED,
    ),
    _sobject(
        "Subscription__c", "a01", "Name", "Account__c > Account as Account__r", "Product__c picklist",
        "Quantity__c double", "Status__c picklist", "Start_Date__c date", "End_Date__c date", "ARR__c currency",
        *_OWNED,
    ),
    _sobject(
        "Task", "00T", "TaskSubtype picklist", "Status picklist", "Priority picklist", "IsClosed boolean",
        "CallDurationInSeconds int", "CompletedDateTime datetime", *_ACTIVITY,
    ),
    _sobject(
        "Event", "00U", "StartDateTime datetime", "EndDateTime datetime", "ActivityDateTime datetime",
        "DurationInMinutes int", "Location", "EventSubtype picklist", "IsAllDayEvent boolean", *_ACTIVITY,
    ),
)  # fmt: skip

OBJECTS: dict[str, SObject] = {sobject.name.lower(): sobject for sobject in _OBJECTS}

# A field that exists and that nobody who asks may see.
ALWAYS_HIDDEN = frozenset({"Account.Margin__c"})


def visible_objects(hidden: frozenset[str]) -> dict[str, SObject]:
    """Return the objects as a user sees them to whom ``hidden`` ("Account.ARR__c", or a whole "Case") is not shown."""
    hidden |= ALWAYS_HIDDEN
    return {
        key: sobject._replace(
            fields={low: field for low, field in sobject.fields.items() if f"{sobject.name}.{field.name}" not in hidden}
        )
        for key, sobject in OBJECTS.items()
        if sobject.name not in hidden
    }


def full_row(sobject: SObject, seen: Seen) -> dict[str, Any]:
    """Return every field of a row, also those the story says nothing about (None)."""
    row = {field.name: seen.values.get(field.name) for field in sobject.fields.values()}
    row |= {
        "Id": seen.id,
        "CreatedDate": seen.created_at,
        "LastModifiedDate": seen.modified_at,
        "SystemModstamp": seen.stamped_at,
    }
    if "billingaddress" in sobject.fields and row["BillingCity"]:
        parts = ("street", "city", "state", "postalCode", "country")
        address = {part: row[f"Billing{part[0].upper()}{part[1:]}"] for part in parts}
        row["BillingAddress"] = address | {"geocodeAccuracy": None, "latitude": None, "longitude": None}
    return row


def described(sobject: SObject, version: str) -> dict[str, Any]:
    """Return the describe document of an object."""
    base = f"/services/data/{version}/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.name.removesuffix("__c").replace("_", " "),
        "keyPrefix": sobject.prefix,
        "custom": sobject.name.endswith("__c"),
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "createable": True,
        "updateable": True,
        "deletable": True,
        "childRelationships": [],
        "recordTypeInfos": [],
        "fields": [_described_field(sobject, field) for field in sobject.fields.values()],
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }


def _described_field(sobject: SObject, field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.name.removesuffix("__c").replace("_", " "),
        "type": field.type,
        "custom": field.name.endswith("__c"),
        "calculated": False,
        "nillable": field.name not in ("Id", "IsDeleted", *(line.split()[0] for line in _AUDIT)),
        "filterable": field.type != "textarea",
        "sortable": field.type not in ("address", "textarea", "multipicklist"),
        "createable": field.name not in ("Id", "IsDeleted", "SystemModstamp"),
        "updateable": field.name not in ("Id", "IsDeleted", "SystemModstamp"),
        "deprecatedAndHidden": False,
        "nameField": field.name == {"Case": "CaseNumber", "Contract": "ContractNumber"}.get(sobject.name, "Name"),
        "polymorphicForeignKey": field.is_polymorphic,
        "referenceTo": list(field.refers),
        "relationshipName": field.relationship,
        "compoundFieldName": _compound(sobject, field),
        "length": {"id": 18, "reference": 18, "string": 255, "textarea": 32000, "picklist": 255}.get(field.type, 0),
        "picklistValues": [],
    }


def _compound(sobject: SObject, field: Field) -> str | None:
    if field.name.startswith("Billing") and field.type != "address":
        return "BillingAddress"
    # As in real describes, where "Name" is its own compound at Account.
    if (sobject.name, field.name) in (("Account", "Name"), ("Contact", "FirstName"), ("Contact", "LastName")):
        return "Name"
    return None
