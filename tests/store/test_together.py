"""Eight processes write about one customer while a ninth merges: nothing is lost, and nobody is locked out."""

import subprocess
import sys

from c360cli.store import Store, comments, follows, tags
from c360cli.store.merge import Merge

from .conftest import account, page

WRITERS, ROUNDS = 8, 12

# A process of its own: the store's URL, its number, and how often it writes each thing.
WRITER = """
import sys
from c360cli.store import comments, follows, open_store, tagging
url, number, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
me = f"user{number}@example.com"
for at in range(rounds):
    with open_store(url) as store:
        tagging.write(store, "crm:a", [f"{number}-{at}", f"shared {at}"], [f"{number}-{at - 1}"] if at % 2 else [], me)
        comments.add(store, "crm:a", f"{number} says {at}", me)
        follows.add(store, "crm:a", me)
        if at % 3 == 0:
            follows.remove(store, "crm:a", me)
            follows.add(store, "crm:a", me)
"""

MERGER = """
import sys
from c360cli.records import Record, RecordPage
from c360cli.store import open_store
url, rounds = sys.argv[1], int(sys.argv[2])
with open_store(url) as store:
    merge = store.merge()
    for at in range(1, rounds + 1):
        moment = f"2026-02-01T00:{at // 60:02}:{at % 60:02}Z"
        values = {"name": "Acme", "users": at, "tags": ["vip", f"round {at}"]}
        others = [Record("customer", "crm", f"x{n}", moment, {"name": f"Other {n}", "users": at}) for n in range(100)]
        merge.page("crm", "all", RecordPage([Record("customer", "crm", "a", moment, values), *others], {"at": at}))
        merge.settle()
"""


def test_nothing_that_is_written_at_once_is_lost(store: Store, merge: Merge, store_url: str) -> None:
    merge.page("crm", "all", page(account("a", name="Acme", tags=["vip"])))
    merge.settle()
    calls = [[WRITER, store_url, str(number), str(ROUNDS)] for number in range(WRITERS)]
    calls.append([MERGER, store_url, "30"])
    running = [subprocess.Popen([sys.executable, "-c", *call], stderr=subprocess.PIPE, text=True) for call in calls]
    failed = [(process.communicate()[1], process.returncode) for process in running]
    assert [words for words, code in failed if code] == []

    left = {f"{number}-{at}" for number in range(WRITERS) for at in range(ROUNDS) if at % 2 or at + 1 == ROUNDS}
    shared = {f"shared {at}" for at in range(ROUNDS)}
    assert {row["tag"] for row in tags.of_people(store, "crm:a")} == left | shared
    said = {row["body"] for row in comments.of_customer(store, "crm:a")}
    assert said == {f"{number} says {at}" for number in range(WRITERS) for at in range(ROUNDS)}
    assert all(follows.standing(store, "crm:a", f"user{number}@example.com").is_followed for number in range(WRITERS))

    def logged(condition: str) -> int:
        return int(store.one(f"select count(*) from change where author is not null and {condition}"))

    assert logged("field = 'tags' and old is null") == WRITERS * ROUNDS + ROUNDS
    assert logged("field = 'tags' and new is null") == WRITERS * (ROUNDS // 2)
    assert logged("kind = 'comment'") == WRITERS * ROUNDS
    ups, downs = logged("field = 'followers' and old is null"), logged("field = 'followers' and new is null")
    assert (ups, downs) == (WRITERS * (1 + ROUNDS // 3), WRITERS * (ROUNDS // 3))
    assert store.one("select users from customer where id = 'crm:a'") == 30
    assert store.find_customer("acme").tags[:2] == ("vip", "round 30")
