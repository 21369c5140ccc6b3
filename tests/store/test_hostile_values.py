"""What sources send too long, broken or odd does the same on every engine: it is kept, or set aside; nothing stops."""

import random
import string

import pytest

from c360cli.errors import UsageError
from c360cli.kinds import KINDS
from c360cli.records import Record, RecordPage
from c360cli.store import Store
from c360cli.store.merge import Merge

LONG = "".join(random.Random(1).choices(string.ascii_letters, k=6000))
HEAVY = "\ufdfa" * 260  # 780 bytes that fold to eighteen letters each

PLACES = [
    ("customer", {"name": LONG}),
    ("customer", {"name": HEAVY}),
    ("customer", {"name": "Acme", "domain": LONG + ".com"}),
    ("customer", {"name": "Acme", "domains": [LONG + ".com"]}),
    ("customer", {"name": "Acme", "website": f"https://{LONG}.com"}),
    ("customer", {"name": "Acme", "external_id": LONG}),
    ("customer", {"name": "Acme", "csm": LONG}),
    ("customer", {"name": "Acme", "parent_ref": LONG}),
    ("contact", {"name": LONG, "email": LONG, "customer_ref": "a"}),
    ("user", {"name": LONG, "email": LONG}),
    ("case", {"subject": LONG, "customer_ref": LONG}),
    ("case", {"subject": LONG * 20, "description": LONG * 100, "customer_ref": "a"}),
    ("survey", {"respondent": LONG, "customer_ref": LONG, "comment": LONG}),
    ("usage", {"measure": LONG, "instance": LONG, "value": 1, "day": "2026-01-01", "customer_ref": "a"}),
]


@pytest.mark.parametrize(("kind", "values"), PLACES, ids=[f"{kind}-{'-'.join(values)}" for kind, values in PLACES])
def test_a_long_value_stops_neither_its_page_nor_the_next_sync(
    store: Store, merge: Merge, kind: str, values: dict[str, object]
) -> None:
    good = Record("customer", "crm", "a", "2026-01-01T00:00:00Z", {"name": "Acme"})
    long = [Record(kind, "crm", "long", "2026-01-01T00:00:00Z", values), Record(kind, "crm", LONG, None, {})]
    merge.page("crm", "all", RecordPage([good, *long], {}))
    merge.settle()
    merge.settle()
    assert store.one("select count(*) from customer where slug = 'acme'") >= 1
    kept = store.one(
        f"select count(*) from {KINDS[kind].table if kind != 'customer' else 'account'} where id = 'crm:long'"
    )
    aside = {row["source_id"] for row in store.rows("select source_id from set_aside")}
    assert kept + ("long" in aside) == 1
    assert any(len(source_id) >= 200 for source_id in aside)  # the one with a long id


def test_half_a_character_is_a_sign_of_its_own_and_stops_no_sync(store: Store, merge: Merge) -> None:
    for tier in ("\ud800", "gold \udc00", "gold"):
        stamp = "2026-01-01T00:00:00Z"
        merge.page(
            "crm", "all", RecordPage([Record("customer", "crm", "a", stamp, {"name": "Acme", "Tier": tier})], {})
        )
        merge.settle()
    changes = store.rows("select old, new from change where kind = 'account' and field = 'extra.Tier' order by new")
    assert [(row["old"], row["new"]) for row in changes] == [("gold \ufffd", "gold"), ("\ufffd", "gold \ufffd")]
    member = store.database.member("extra", ":key")
    assert store.one(f"select {member} from account where id = 'crm:a'", key="Tier") == "gold"


def test_a_backslash_before_u0000_is_text_like_any_other(store: Store, merge: Merge) -> None:
    odd = "a\\u0000b"
    values = {"name": "Acme", "tags": [odd, "nul\0"], "Note": odd, "Nul": "x\0y"}
    merge.page("crm", "all", RecordPage([Record("customer", "crm", "a", None, values)], {}))
    merge.settle()
    customer = store.find_customer("acme")
    assert sorted(customer.tags) == sorted([odd, "nul\ufffd"])
    assert (customer.extra["Note"], customer.extra["Nul"]) == (odd, "x\ufffdy")


def test_a_word_that_is_no_text_is_a_word_too_many(store: Store, merge: Merge) -> None:
    merge.page("crm", "all", RecordPage([Record("customer", "crm", "a", None, {"name": "Acme"})], {}))
    with pytest.raises(UsageError, match="UTF-8"):
        store.find_customer("\udcff")
