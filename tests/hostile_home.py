"""A home in which every text that a source, a colleague or a file brings is hostile."""

import json
import re
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

from c360cli.scores.rescoring import catch_up
from c360cli.store import Store, open_store
from c360cli.store.migrations import STEPS
from tests.sections.company import NOW, fill

ME = "jane@example.com"
NOW_TEXT = "2026-11-21T03:00:00Z"
LAYOUTS = Path(__file__).parent.parent / "layouts"

HOSTILE = [
    "\x1b[2J", "\x1b[H\x1b[J", "\x1b[31mred", "\x1b[8mhidden", "\x1b[1A\x1b[2K", "\x1b[999D", "\x1b[5;5Hx",
    "\x1b[?25l", "\x1b[?1049h", "\x1b[6n", "\x1b[c", "\x1b[21t", "\x1bc", "\x1b7\x1b8", "\x1b(0qqq", "\x1b#8",
    "\x1b[4h", "\x1b[1;3r",
    "\x1b]0;owned\x07", "\x1b]2;owned\x1b\\", "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x07", "\x1b]1337;File=:AAAA\x07", "\x1bP$q\"p\x1b\\", "\x1b_Gi=1;AAAA\x1b\\", "\x1b^x\x1b\\",
    "\x9b31m", "\x9d0;owned\x9c", "\x90q\x9c", "\x07\x07", "over\rwritten", "back\b\b\b\bspace", "so\x0e si\x0f",
    "v\x0bt f\x0cf", "tab\tbed", "two\nlines", "\u202egnp.exe", "\u2066x\u2069\u200f", "zero\u200bwidth\ufeff",
    "tag\U000e0041\U000e007f", "[bold]x[/bold]", "line\u2028sep\u2029\x85", "null\x00byte", "del\x7f",
    "a\u0301\u0301\u0301",
]  # fmt: skip

# What rows are found by, belong to and are sorted by stays; so do the words that c360 alone writes.
KEPT = re.compile(
    r"id|\w+_id|source|kind|\w+_kind|slug|\w+_key|\w+_keys|\w+_at|\w+_on|since|day|through|snoozed_through|currency"
    r"|email|\w+_email|\w+_ref|domain|event|frequency|field|measure|place|item|before|after|follower|reader|author"
    r"|undoes|name_words|words|timezone|external_id|message_id"
)
ALSO_HOSTILE = {
    ("local_write", "words"), ("comment", "author"), ("tag", "author"), ("contact", "email"), ("person", "email"),
    ("support_case", "customer_ref"), ("activity", "author"), ("judgement", "author"), ("score_override", "author"),
}  # fmt: skip
LISTS = {("customer", "tags"), ("activity", "attendees"), ("customer", "domains")}
TABLES = ("customer", "contact", "person", "influence", "cta", "task", "activity", "judgement", "plan", "comment",
          "tag", "support_case", "opportunity", "subscription", "survey", "usage", "customer_field", "local_write",
          "change", "link", "item_link", "set_aside", "score_override")  # fmt: skip


def text_columns(table: str) -> list[str]:
    """Return the columns of text that hold words, as the schema's steps have them."""
    sql = "\n".join(step.sql for step in STEPS)
    made = re.search(rf"create table {table} \((.*?)\n\)", sql, re.DOTALL)
    assert made
    found = re.findall(r"^    (\w+) \{text\}", made[1], re.MULTILINE)
    found += re.findall(rf"alter table {table} add column (\w+) {{text}}", sql)
    return [name for name in found if not KEPT.fullmatch(name) or (table, name) in ALSO_HOSTILE]


def models(store: Store) -> dict[str, dict[str, Any]]:
    """Return a row of each table as c360 writes it, to be copied with hostile words."""
    made = {"recorded_at": "2026-11-20T00:00:00Z", "customer_id": "crm:001", "made_by": ME}
    ours = {**made, "source": "c360", "source_id": "x"}
    day, moment = "2026-11-22", "2026-11-20T12:00:00Z"
    rows: dict[str, dict[str, Any]] = {
        "cta": {**ours, "is_open": 1, "is_important": 1, "is_external": 1, "due_on": day, "opened_at": moment},
        "task": {"recorded_at": moment, "cta_id": "cta0", "number": 1, "due_on": day},
        "activity": {**{name: ours[name] for name in ours if name != "made_by"}, "happened_at": moment},
        "contact": {**{name: ours[name] for name in ours if name != "made_by"}},
        "person": {**made, "is_sponsor": 1},
        "influence": {**made, "from_email": "rosa@acme.com", "to_email": "aiko@acme.com"},
        "judgement": {"customer_id": "crm:001", "measure": "sentiment", "recorded_at": moment, "judged_at": moment},
        "plan": {**made, "due_on": day},
        "comment": {"kind": "customer", "item_id": "crm:001", "made_at": moment},
        "tag": {"kind": "customer", "item_id": "crm:001", "tagged_at": moment},
        "customer_field": {"customer_id": "crm:001", "author": ME, "set_at": moment, "is_pending": 1},
        "local_write": {"author": ME, "made_at": moment},
        "change": {"kind": "cta", "field": "status", "author": "tom@example.com", "changed_at": moment,
                   "recorded_at": "2026-11-21T01:00:00Z"},
        "item_link": {"kind": "cta", "to_kind": "contact", "to_id": "crm:c1", "linked_at": moment},
        "set_aside": {"source": "crm", "stream": "all", "recorded_at": moment},
        "score_override": {"customer_id": "crm:001", "set_at": moment, "recorded_at": moment},
    }  # fmt: skip
    for table in TABLES:
        if table not in rows:
            row = store.row(f"select * from {table} order by id limit 1") or {}
            rows[table] = {name: value for name, value in row.items() if value is not None and name != "row_number"}
    return rows


def make_hostile(store: Store) -> None:
    """Bring every text into every column, a row for each; what is there already becomes hostile, too."""
    for table, row in models(store).items():
        names = text_columns(table)
        for number, text in enumerate(HOSTILE):
            # Of sources nothing with a NUL comes in, and PostgreSQL has none.
            words = text.replace("\x00", "\ufffd")
            each = {**row, **dict.fromkeys(names, words), **keys(table, number, words)}
            each |= {name: json.dumps([words, f"{words}!"]) for name in names if (table, name) in LISTS}
            if table == "customer_field":
                each |= dict.fromkeys(("value", "base"), json.dumps(words))
            if "source_id" in each:
                each["source_id"] = words
            if "extra" in each:
                each["extra"] = json.dumps({"Tier": words, f"k {number} {words}": words})
            put(store, table, each)
        if table == "customer":
            own = {name: f"{HOSTILE[at % len(HOSTILE)]}".replace("\x00", "") for at, name in enumerate(names)}
            own |= {name: json.dumps([value]) for name, value in own.items() if (table, name) in LISTS}
            own.pop("extra", None)
            sets = ", ".join(f"{name} = :{name}" for name in own)
            store.database.execute(f"update customer set {sets} where id = 'crm:001'", own)


def keys(table: str, number: int, words: str) -> dict[str, Any]:
    """Return what tells one row of a table from the next."""
    odd = {
        "customer": {"slug": f"hostile-{number}", "parent_id": None, "csm": ME},
        "tag": {"tag_key": f"key {number}"},
        "change": {"item_id": f"cta{number}"},
        "item_link": {"item_id": f"cta{number}"},
        "customer_field": {"field": f"own_{number}"},
        "local_write": {"number": 1000 + number},
        "task": {"number": number},
        "cta": {"plan_id": f"plan{number}"},
        "person": {"email": f"{words}{number}"},
        "contact": {"email": f"{words}{number}"},
        "set_aside": {"source_id": f"{number}"},
    }.get(table, {})
    has_id = table not in ("tag", "change", "item_link", "customer_field", "set_aside")
    return {**({"id": f"{table}{number}"} if has_id else {}), **odd}


def put(store: Store, table: str, row: dict[str, Any]) -> None:
    there = {name: value for name, value in row.items() if name in store.database.columns(table)}
    store.database.execute(
        f"insert into {table} ({', '.join(there)}) values ({', '.join(f':{name}' for name in there)})", there
    )


# What else people have said is no score at all; this counts.
COUNTS = {"id": "last", "customer_id": "crm:001", "author": HOSTILE[2], "recorded_at": NOW_TEXT}
JUDGEMENT = {**COUNTS, "measure": "sentiment", "value": "yellow", "note": HOSTILE[0], "judged_at": NOW_TEXT}
OVERRIDE = {**COUNTS, "said": "red", "reason": HOSTILE[3], "set_at": NOW_TEXT}

# What a layout, a scorecard, a playbook says to people; what they are found by stays.
SAID = ("title", "help", "unit", "note", "notes", "about", "label", "name")
FILES = {
    "scorecards/default.yaml": "scorecards/default.yaml", "csm.yaml": "hostile.yaml",
    "playbooks/ebr.yaml": "playbooks/hostile.yaml", "plans/adoption.yaml": "plans/hostile.yaml",
    "activities/types.yaml": "activities/types.yaml",
}  # fmt: skip


def write_files(home: Path) -> None:
    """Write layouts that say nothing but hostile words into a home, escaped as YAML lets anybody do."""
    texts = cycle(HOSTILE)

    def spoilt(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: spoilt(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [spoilt(each) for each in value]
        return f"x{next(texts)}" if key in SAID and isinstance(value, str) else value

    for shipped, name in FILES.items():
        path = home / "layouts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        said = spoilt(yaml.safe_load((LAYOUTS / shipped).read_text()))
        path.write_text(yaml.safe_dump(said, sort_keys=False))


def make_home(home: Path, url: str) -> None:
    """Make the home, and the store at ``url`` full of hostile words, scored by a hostile scorecard."""
    (home / "config.yaml").write_text(f"user: {ME}\n")
    write_files(home)
    with open_store(url, clock=lambda: NOW) as store:
        fill(store)
        with store.database.transaction():
            make_hostile(store)
            put(store, "judgement", JUDGEMENT)
            put(store, "score_override", OVERRIDE)
        catch_up(store, str(home))
