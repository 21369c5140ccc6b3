"""A made-up company of 2,000 organizations at the help desk, with what a careful person would answer for each.

Customers stand in the CRM. ``Organization.answer`` is the id of the customer it belongs to, None where nobody could
say; ``how`` is what makes it easy or hard. Typos are nobody's to link by rule, but ``likely`` says whom they mean.
"""

import random
from typing import NamedTuple

from c360cli.names import long_salesforce_id
from c360cli.records import Record

_WORDS = """
ba ce di fo gu ha ki lo mu na pe qui ro sa te vu wi xa yo zu bel cor dan fer gal hol jan kel lam mor
Logistics Foods Systems Steel Energy Media Robotics Paper Optics Textiles Marine Labs Ceramics Tools
東京 大阪 北海 富士 青山 山田 中村 高橋 光明 三和 日新 銀河 未来 清水 桜 若葉
商事 電機 製作所 物産 工業 建設 化学 食品 運輸 通信
"""
_SYLLABLES, _TRADES, _CJK, _CJK_TRADES = (line.split() for line in _WORDS.strip().splitlines())
_FORMS = (("Inc.", "Incorporated"), ("Corp.", "Corporation"), ("Ltd", "Limited"), ("GmbH", "G.m.b.H."), ("S.A.", "SA"),
          ("Pty Ltd", "Pty. Ltd."), ("B.V.", "BV"), ("A/S", "AS"), ("Sp. z o.o.", "sp. z o.o."))  # fmt: skip
# how -> of a hundred organizations
SHARES = {
    "external id": 14, "short id": 4, "domain": 14, "renamed": 6, "exact name": 12, "case and signs": 6,
    "legal form": 12, "no legal form": 6, "cjk": 4, "subsidiary by name": 5, "typo with domain": 3, "typo": 6,
    "namesake abroad": 2, "shared domain alone": 2, "free mail": 2, "says two things": 1, "stranger": 1,
}  # fmt: skip


class Organization(NamedTuple):
    """An organization of the help desk and what is true of it."""

    record: Record
    how: str
    answer: str | None
    likely: str | None = None


class Known(NamedTuple):
    """The accounts of the CRM and the organizations of the help desk."""

    accounts: list[Record]
    organizations: list[Organization]


def known_company(size: int = 2000, seed: int = 11) -> Known:
    """Return the same company for the same size and seed."""
    return _Maker(random.Random(seed)).make(size)


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.accounts: list[Record] = []
        self.organizations: list[Organization] = []
        self._words: set[str] = set()
        self._names: set[str] = set()

    def make(self, size: int) -> Known:
        kinds = [how for how, share in SHARES.items() for _ in range(share * size // 100)]
        self.chance.shuffle(kinds)
        for how in kinds:
            getattr(self, "_" + how.replace(" ", "_"))(how)
        for _ in range(size // 5):  # customers that never asked for help
            self.account(self.name(), domain=True)
        self.chance.shuffle(self.accounts)
        self.chance.shuffle(self.organizations)
        return Known(self.accounts, self.organizations)

    # Parts

    def word(self) -> str:
        while True:
            word = "".join(self.chance.choices(_SYLLABLES, k=self.chance.randint(3, 4))).title()
            # Two customers of one name would have no answer.
            if word not in self._words:
                self._words.add(word)
                return word

    def name(self) -> str:
        return f"{self.word()} {self.chance.choice(_TRADES)}"

    def cjk_name(self) -> str:
        while True:
            name = "".join(self.chance.sample(_CJK, 2)) + self.chance.choice(_CJK_TRADES)
            if name not in self._names:
                self._names.add(name)
                return name

    def account(self, name: str, *, domain: bool | str = False, parent: str | None = None) -> tuple[str, str | None]:
        """Return the id and the domain of a new customer."""
        source_id = "001" + "".join(self.chance.choices("ABCDEFGHabcdefgh0123456789", k=12))
        host = domain if isinstance(domain, str) else f"{self.word().lower()}.example" if domain else None
        values = {"name": name, "domain": host, "parent_ref": parent}
        self.accounts.append(Record("customer", "crm", long_salesforce_id(source_id), "2026-01-01T00:00:00Z", values))
        return long_salesforce_id(source_id), host

    def organization(
        self, how: str, name: str, answer: str | None, likely: str | None = None, **values: object
    ) -> None:
        source_id = str(360_000_000_000 + 7 * len(self.organizations))
        record = Record("customer", "desk", source_id, "2026-01-02T00:00:00Z", {"name": name, **values})
        meant = answer or likely
        self.organizations.append(Organization(record, how, answer and f"crm:{answer}", meant and f"crm:{meant}"))

    def misspelled(self, name: str) -> str:
        """Return a name with one slip of the finger in its first word."""
        at = self.chance.randint(1, len(name.split()[0]) - 2)
        slip = self.chance.choice(("swap", "drop", "double"))
        if slip == "swap" and name[at] != name[at + 1]:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        return name[:at] + name[at + 1 :] if slip == "drop" else name[:at] + name[at] + name[at:]

    # Kinds

    def _external_id(self, how: str) -> None:
        id_, _ = self.account(self.name(), domain=True)
        self.organization(how, f"{self.word()} support", id_, external_id=id_)

    def _short_id(self, how: str) -> None:
        id_, _ = self.account(self.name())
        self.organization(how, f"{self.word()} support", id_, external_id=id_[:15])

    def _domain(self, how: str) -> None:
        id_, host = self.account(self.name(), domain=True)
        self.organization(how, f"{self.word()} (help desk)", id_, domains=[f"www.{host}", "gmail.com"])

    def _renamed(self, how: str) -> None:
        new = self.name()
        id_, host = self.account(new, domain=True)
        self.organization(how, f"{self.name()}, formerly {self.word()}", id_, domains=[host])

    def _exact_name(self, how: str) -> None:
        name = f"{self.name()} {self.chance.choice(_FORMS)[0]}"
        id_, _ = self.account(name)
        self.organization(how, name, id_)

    def _case_and_signs(self, how: str) -> None:
        name = f"{self.word()} & Söhne {self.chance.choice(_TRADES)}"
        id_, _ = self.account(name)
        self.organization(how, f"  {name.upper().replace('Ö', 'O').replace('&', '')} ", id_)

    def _legal_form(self, how: str) -> None:
        name, (one, other) = self.name(), self.chance.choice(_FORMS)
        id_, _ = self.account(f"{name} {one}")
        self.organization(how, f"{name}, {other}", id_)

    def _no_legal_form(self, how: str) -> None:
        name, form = self.name(), self.chance.choice(_FORMS)[0]
        with_form, without = f"{name} {form}", name
        if self.chance.random() < 0.5:
            with_form, without = without, with_form
        id_, _ = self.account(with_form)
        self.organization(how, without, id_)

    def _cjk(self, how: str) -> None:
        name = self.cjk_name()
        forms = [f"株式会社{name}", f"{name}株式会社", name, f"㈱{name}", f"{name}（株）"]
        one, other = self.chance.sample(forms, 2)
        id_, _ = self.account(one)
        self.organization(how, other, id_)

    def _subsidiary_by_name(self, how: str) -> None:
        """A group shares its domain; the subsidiary is a customer of its own."""
        name = self.name()
        top, host = self.account(f"{name} Inc.", domain=True)
        below, _ = self.account(f"{name} Deutschland GmbH", domain=self.chance.choice([host, False]), parent=top)
        self.organization(how, f"{name} Deutschland GmbH", below, domains=[host])

    def _typo_with_domain(self, how: str) -> None:
        name = self.name()
        id_, host = self.account(name, domain=True)
        self.organization(how, self.misspelled(name), id_, domains=[host])

    def _typo(self, how: str) -> None:
        name = self.name()
        id_, _ = self.account(name)
        self.organization(how, self.misspelled(name), None, id_)

    def _namesake_abroad(self, how: str) -> None:
        """The GmbH is no customer; the Inc. of that name is another company."""
        name = self.name()
        id_, _ = self.account(f"{name} Inc.", domain=True)
        self.organization(how, f"{name} GmbH", None, id_)

    def _shared_domain_alone(self, how: str) -> None:
        _, host = self.account(self.name(), domain=True)
        self.account(self.name(), domain=host or False)
        self.organization(how, f"{self.word()} desk", None, domains=[host])

    def _free_mail(self, how: str) -> None:
        self.account(self.name(), domain="gmail.com")
        self.organization(how, f"{self.word()} shop", None, domains=["gmail.com", "web.de"])

    def _says_two_things(self, how: str) -> None:
        """The domain is one customer's, the name another's, and the two have nothing to do with each other."""
        name = self.name()
        self.account(name, domain=True)
        _, host = self.account(self.name(), domain=True)
        self.organization(how, name, None, domains=[host])

    def _stranger(self, how: str) -> None:
        self.organization(how, self.name(), None, domains=[f"{self.word().lower()}.example"])
