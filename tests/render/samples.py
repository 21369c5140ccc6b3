"""Pages for the renderers: one with everything good and bad that can stand on a page, and one as a morning looks."""

from c360cli.blocks import (
    Column,
    Field,
    Fields,
    Node,
    Notice,
    Page,
    Section,
    SourceAge,
    Table,
    Text,
    Tile,
    Tiles,
    Tree,
    Trend,
)

MADE_AT = "2026-11-21T09:00:00Z"
TODAY = "2026-11-21"

# What a source may send to whoever prints it: each one tries to do something to the reader's terminal or sheet.
HOSTILE = (
    "\x1b[2J\x1b[Hcleared",
    "\x1b]0;stolen title\x07after",
    "\x1b]52;c;ZXZpbA==\x07clipboard",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\device",
    "\x9b31mred by C1",
    "\x9d0;title by C1\x9c",
    "bell\x07 back\x08\x08 over\rwritten",
    "shift\x0eout\x0f",
    "nul\x00 delete\x7f",
    "form\x0cfeed vertical\x0btab",
    "two\nlines\r\nthree\u2028four\u2029five",
    "abc\u202egnp.exe",
    "\u2066isolate\u2069 \u061c mark",
    "in\u200bvis\u2060ible\ufeff",
    "tag\U000e0041\U000e0042\U000e007f",
    "a\u200db \u200cnon",
    "[bold red]markup[/] {braces} %s",
    "=HYPERLINK(\"https://evil.example\")",
    "<script>alert(1)</script> | `code` *bold* [x](javascript:alert(1)) ![i](https://evil.example/i)",
    "lone \ud800 surrogate",
    "soft\u00adhyphen \u115fblank",
)  # fmt: skip


def _fields() -> Fields:
    return Fields(
        "fields",
        (
            Field("status", "Status", "Active"),
            Field("industry", "Industry", "Technology"),
            Field("arr", "ARR", 12_000_000, "money", "USD"),
            Field("renewal_on", "Renewal", "2027-03-01", "day"),
            Field("original_contract_on", "Orig. contract", "2024-07-15", "day"),
            Field("lifetime", "Lifetime", 28, "integer", "months"),
        ),
    )


SUMMARY = Section(
    "summary",
    "Summary",
    (
        Tiles(
            "widgets",
            (
                Tile(
                    "health", "Health", 78, "integer", note="green ▲ +4 in 4 weeks", trend=(60, 64, 70, 71, 71, 74, 78)
                ),
                Tile("users", "Users", 90.0, "percent", note="900 of 1,000, Oct 2026"),
                Tile("nps", "NPS", "avg 8.4/10", note="NPS +42, n=38", trend=(7.9, 8.1, 8.4)),
                Tile("ctas", "Open CTAs", 3, "integer", note="2 risk, 1 event"),
                Tile("cases", "Open cases", 4, "integer", note="oldest 12 days"),
                Tile("stage", "Stage", "Adoption", note="94 days"),
            ),
        ),
        _fields(),
        Text("comments", "expansion talk planned for January", "2026-11-18 Jane Doe"),
    ),
)

CASES = Table(
    "open",
    (
        Column("number", "#", "id"),
        Column("subject", "Subject", grows=True),
        Column("priority", "Priority"),
        Column("status", "Status"),
        Column("opened_at", "Age", "age"),
        Column("requester", "Who"),
    ),
    (
        {
            "id": "zendesk:48213",
            "number": "48213",
            "subject": "SSO login loops after upgrade",
            "priority": "urgent",
            "status": "open",
            "opened_at": "2026-11-09T08:00:00Z",
            "requester": "R. Okafor",
            "url": "https://example.zendesk.com/agent/tickets/48213",
        },
        {
            "id": "zendesk:48377",
            "number": "48377",
            "subject": "Export drops umlauts, and every second page of the quarterly report is empty since Friday",
            "priority": "normal",
            "status": "pending",
            "opened_at": "2026-11-18T08:00:00Z",
            "requester": "M. Lindqvist",
            "url": "https://example.zendesk.com/agent/tickets/48377",
        },
        {
            "id": "zendesk:48401",
            "number": "48401",
            "subject": "株式会社アクメの請求書が届かない",
            "priority": None,
            "status": "new",
            "opened_at": "2026-11-21T06:30:00Z",
            "requester": "佐藤 花子",
            "url": None,
        },
    ),
    total=4,
)

TREE = Tree(
    "accounts",
    (Column("arr", "ARR", "money"), Column("total", "With children", "money"), Column("renewal_on", "Renewal", "day")),
    (
        Node(
            "Acme Holding",
            {"arr": None, "total": 17_050_050, "currency": "USD", "renewal_on": None},
            (
                Node(
                    "Acme Corporation",
                    {"arr": 12_000_000, "total": 16_050_050, "currency": "USD", "renewal_on": "2027-03-01"},
                    (
                        Node("Acme GmbH", {"arr": 4_050_050, "total": 4_050_050, "currency": "USD"}),
                        Node("アクメ株式会社", {"arr": 0, "total": 0, "currency": "JPY"}),
                    ),
                    is_here=True,
                ),
                Node(
                    "Acme Labs", {"arr": 1_000_000, "total": 1_000_000, "currency": "USD", "renewal_on": "2026-12-31"}
                ),
            ),
        ),
    ),
)


def morning() -> Page:
    """Return the page a CSM reads before a call."""
    return Page(
        {
            "id": "c1",
            "slug": "acme",
            "name": "Acme Corporation",
            "status": "Active",
            "stage": "Adoption",
            "csm": "Jane Doe",
            "segment": "Enterprise",
            "industry": "Technology",
            "domain": "acme.example",
            "arr": 12_000_000,
            "currency": "USD",
            "is_referenceable": 1,
            "tags": ("vip", "renewal-q1"),
            "is_followed": True,
        },
        "default",
        MADE_AT,
        TODAY,
        (
            SourceAge("salesforce", "2026-11-21T06:00:00Z", 10_800),
            SourceAge("zendesk", "2026-11-18T09:00:00Z", 259_200, is_late=True),
            SourceAge("nps", None, None),
        ),
        (
            SUMMARY,
            Section(
                "attributes",
                "Attributes",
                (
                    Fields(
                        "attributes",
                        (
                            Field(
                                "phone", "Phone", "+1 555 0100", source="salesforce", changed_at="2026-08-01T00:00:00Z"
                            ),
                            Field(
                                "billing_address",
                                "Billing address",
                                "1 Harbour Road\nSuite 400\nSpringfield",
                                source="salesforce",
                                changed_at="2026-11-20T12:00:00Z",
                            ),
                            Field("is_referenceable", "Referenceable", 1, "bool", source="salesforce"),
                            Field("employees", "Employees", None, "integer"),
                        ),
                        has_sources=True,
                    ),
                ),
            ),
            Section("support", "Support", (CASES,), "open, 4 of 61"),
            Section("opportunities", "Opportunities", (Notice("none", "No opportunities: salesforce has none."),)),
            Section("usage", "Usage", (Trend("active", "Active", _months(), "users", "28-day active"),)),
            Section("hierarchy", "Account hierarchy", (TREE,), "4 accounts"),
        ),
        notices=(Notice("late", "zendesk is older than its schedule.", "warning"),),
    )


def _months() -> list[tuple[str, float | None]]:
    values = (610, 640, 655, None, 702, 760, 741, 800, 822, 870, 891, 900)
    return [(f"2026-{month:02d}-01", value) for month, value in enumerate(values, 1)]


def everything() -> Page:
    """Return a page where each place for outside text holds something hostile, long, wide or missing."""
    long = "A very long story about one thing, told without a break and in some detail. " * 5
    rows = [
        {
            "id": f"r{at}",
            "text": text,
            "who": text[::-1],
            "amount": at * 12_345,
            "currency": "EUR",
            "tags": [text, "ok"],
        }
        for at, text in enumerate(HOSTILE)
    ]
    names = (
        "株式会社アクメ",
        "👩‍💻 dev 👍🏽 team",
        "ﺷﺮﻛﺔ اکمه",
        "חברת אקמי",
        "Ǻćmé ❤️ 1️⃣ 🇩🇪",
        "한국 주식회사",
        "नमस्ते",
        long,
    )
    more = [{"id": f"n{at}", "text": name, "who": None, "amount": None, "tags": ()} for at, name in enumerate(names)]
    columns = (
        Column("id", "Id", "id"),
        Column("text", "Text", grows=True),
        Column("who", "Who"),
        Column("amount", "Amount", "money"),
        Column("tags", "Tags", "list"),
    )
    evil = HOSTILE[0]
    return Page(
        {
            "id": "c2",
            "slug": "evil",
            "name": "\x1b]0;Evil\x07 " + long,
            "status": evil,
            "csm": HOSTILE[12],
            "tags": HOSTILE[:3],
        },
        "default",
        MADE_AT,
        TODAY,
        (SourceAge(HOSTILE[1], None, None),),
        (
            Section("hostile", HOSTILE[0], (Table("hostile", columns, [*rows, *more], 99, HOSTILE[1]),), HOSTILE[2]),
            Section(
                "blocks",
                "Blocks",
                (
                    Tiles("tiles", [Tile(text, text, text, note=text, trend=(1, 2)) for text in HOSTILE[:4]]),
                    Tiles(
                        "na",
                        (
                            Tile("na", "NA", None, "integer", reason=HOSTILE[3]),
                            Tile("nan", "NaN", float("nan"), "real"),
                        ),
                    ),
                    Fields("fields", [Field(text, text, text, unit=text, note=text) for text in HOSTILE[4:9]]),
                    Fields("sourced", [Field("x", evil, evil, source=evil, changed_at=evil)], has_sources=True),
                    Fields("odd", (Field("a", "Not a day", evil, "day"), Field("b", "Not money", evil, "money", evil))),
                    Text("comments", "\n".join(HOSTILE), HOSTILE[5]),
                    Text("long", long),
                    Trend(evil, evil, ((evil, 1.0), (evil, None), (evil, 3.0)), evil, evil),
                    Tree(
                        "tree", (Column("v", evil),), (Node(evil, {"v": evil}, (Node(HOSTILE[11], {}, is_here=True),)),)
                    ),
                    Table("empty", columns, ()),
                    Notice("notice", HOSTILE[1], evil),
                ),
            ),
            Section("empty", "Empty", ()),
        ),
        as_of=evil,
        notices=(Notice("page", evil),),
    )
