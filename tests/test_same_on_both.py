"""Every command that reads says the same on every engine, byte for byte, about one company and a hostile one."""

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import pytest

from c360cli import datasets, main
from c360cli.actions import cta, cta_tasks, influence, log, objectives, person, plan
from c360cli.actions.portfolio import portfolio
from c360cli.actions.query import FORMATS
from c360cli.actions.show import known_sections
from c360cli.kinds import KINDS, Column
from c360cli.layout import activity_types
from c360cli.lazy import FolderGroup
from c360cli.records import Record, RecordPage
from c360cli.scores.rescoring import catch_up
from c360cli.store import Store, comments, fields, follows, open_store, tagging
from c360cli.store.fields import Said
from c360cli.store.writing import Write, write
from c360cli.text import visible
from tests.postgres import Cluster
from tests.test_killed import _demo

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ME, OTHER = "jane@example.com", "tom@example.com"

Outcome = tuple[int, bytes, bytes]
Both = Callable[..., Outcome]

# Commands that change something, or that are about the machine and no store.
NOT_COMPARED = {
    "demo", "init", "help", "completion", "auth login", "auth status", "auth logout",
    "store backup", "store restore", "store copy",  # each engine has its own
    "cta add", "cta edit", "cta close", "cta reopen", "cta flag", "cta snooze", "cta assign", "cta note", "cta delete",
    "cta apply", "cta task add", "cta task edit", "cta task done", "cta task delete",
    "playbook list", "playbook show", "playbook lint", "plan templates",
    "plan add", "plan edit", "plan delete", "plan objective add", "plan objective edit",
    "plan objective done",
    "person add", "person edit", "person sponsor",
    "score set", "score override", "score compute", "score lint",
    "log", "timeline edit", "timeline publish", "timeline delete",
    "layout list", "layout show", "layout lint", "layout new", "layout schema",
}  # fmt: skip
COMPARED = {
    "show", "search", "export", "sync", "doctor", "link", "tag", "comment", "follow", "store info", "store check",
    "cta list", "cta show", "cta task list", "plan list", "plan show", "plan share", "person list", "person tree",
    "person influence",
    "timeline list", "timeline show", "inbox", "today", "undo", "sql", "set",
    "score show", "score history", "score explain", "score explain-assignment", "score backtest",
    "layout explain", "layout preview", "open",
}  # fmt: skip

# What is sorted, cut, matched or escaped another way by one engine or another.
TEXTS = [
    "Zenith", "zenith", "ZENITH", "Éclair", "eclair", "éclair", "Ångström", "angstrom", "a:b", "a;b", "a b", "a-b",
    "a_b", "a%b", "100%", "_", "%", "it's", '"quoted"', "back\\slash", "\\N", "tab\there", "line\nbreak", "=cmd()",
    "+1", "@x", "株式会社", "日立", "👩‍💻 Ltd", "😀", "\U0010fffd", "ﬁrma", "ß", "SS", "ı", "İstanbul", " lead",
    "trail ", "\x1b[31m", "\x9b2J", "\x7f", "\u202eevil", "\ufeff", "{}", "null", "true", "0", "10", "9", "1e3", "-1",
    "NaN", "Acme Corporation",
]  # fmt: skip


def _say(customer: str, said: list[Said], entry: Write) -> None:
    for one in said:
        fields.put(entry, customer, one)


def _company() -> list[tuple[str, Record]]:
    """Return made-up records with every kind of column filled, left empty, or filled with hostile text."""
    chance = random.Random(360)

    def value(column: Column, number: int) -> Any:
        if chance.random() < 0.3:
            return None
        day = (NOW + timedelta(days=chance.randint(-500, 500))).date().isoformat()
        return {
            "text": lambda: chance.choice(TEXTS),
            "list": lambda: chance.sample(TEXTS, chance.randint(0, 3)),
            "integer": lambda: chance.choice([0, -1, 7, 2**31, 2**53 + 1, 2**63 - 1]),
            "real": lambda: chance.choice([0, 0.1, -0.0, 1.5, 1e22, 40, 1 / 3]),
            "money": lambda: chance.choice([0, 0.01, 999.99, 120000, -5, 10**12]),
            "bool": lambda: chance.random() < 0.5,
            "day": lambda: day,
            "moment": lambda: f"{day}T{chance.randint(0, 23):02}:00:00Z",
            "ref": lambda: f"h{chance.randint(0, 39)}",
        }[column.type]()

    made = []
    for kind in KINDS.values():
        for number in range(40):
            values = {column.name: value(column, number) for column in kind.columns}
            if "currency" in values:
                values["currency"] = chance.choice(["USD", "EUR", "JPY", "KWD", None])
            if kind.name == "customer":
                values |= {
                    "name": f"{TEXTS[number % len(TEXTS)]} {number // 7}",
                    "csm": chance.choice([ME, "Tom", None]),
                }
            if kind.has_customer:
                values["customer_ref"] = f"h{chance.randint(0, 44)}" if chance.random() < 0.9 else None
            values |= chance.choice(
                [{}, {"Tier": chance.choice(TEXTS), "n": chance.choice([1, 1.5, True, {"a": [1]}])}]
            )
            stamp = f"2026-0{chance.randint(1, 9)}-01T00:00:00Z" if chance.random() < 0.9 else None
            prefix = "u" if kind.name == "user" else "h"  # people has contacts and users, by id
            made.append((kind.name, Record(kind.name, "salesforce", f"{prefix}{number}", stamp, values)))
    return made


def _fill(store: Store, home: str) -> None:
    """Bring the hostile company in, change some of it, delete a little, and let people write about it."""
    merge = store.merge()
    records = _company()
    for kind, group in itertools.groupby(records, key=lambda made: made[0]):
        merge.page("salesforce", f"hostile {kind}", RecordPage([record for _, record in group], {}))
    merge.settle()
    later = "2026-10-01T00:00:00Z"
    for kind, group in itertools.groupby(records, key=lambda made: made[0]):
        some = [record for _, record in group][::3]
        changed = [
            record._replace(
                changed_at=later, values={**record.values, "name": f"new {record.values.get('name')}", "Tier": "gold"}
            )
            for record in some
        ]
        changed[-1] = changed[-1]._replace(deleted=True)
        merge.page("salesforce", f"hostile {kind}", RecordPage(changed, {}))
    merge.settle()
    people = [row["id"] for row in store.rows("select id from customer where deleted_at is null order by id")][:9]
    for number, customer in enumerate(people):
        tagging.write(store, customer, ["vip", "Éclair", "a b", f"tag {number}"], [], ME)
        said = [Said("stage", TEXTS[number % len(TEXTS)], True, "before"), Said("users", str(number)),
                Said("tier", json.dumps(f"g{number}")), Said("n", "1"), Said("recording_opt_out", "true")]  # fmt: skip
        write(store, ME, "set", partial(_say, customer, said))
        follows.add(store, customer, ME)
        for text in TEXTS[number::9]:
            if text.strip():
                comments.add(store, customer, text, ME)
                _add_cta(store, home, customer, text)
                _add_more(store, home, customer, text)
    catch_up(store, home)


def _add_cta(store: Store, home: str, customer: str, text: str) -> None:
    """Add a CTA with everything that hangs on one, named as ``text``."""
    wanted = cta.Wanted(name=text, type="risk", due=f"+{len(text)}d", notes=text, playbook="product-risk")
    made = cta.add(store, home, customer, wanted, ME)
    cta_tasks.add(store, home, made["id"], cta_tasks.Wanted(name=text, due="eom"), ME)
    cta_tasks.finish(store, home, [f"{made['id']}.1"], True, ME)
    cta.note(store, made["id"], text, ME)
    if len(text) % 3 == 0:
        cta.snooze(store, made["id"], "+2w", text, ME)
    if len(text) % 4 == 0:
        cta.close(store, home, made["id"], "lost", None, None, ME)


def _add_more(store: Store, home: str, customer: str, text: str) -> None:
    """Add a person, who influences another, and a plan, all named as ``text``."""
    slug = str(store.one("select slug from customer where id = :id", id=customer))
    mails = [f"{side}{len(text)}.{ord(text[0])}@acme.example" for side in ("a", "b")]
    name = " ".join(visible(text).split())
    for mail in mails:
        person.add(store, slug, mail, {"name": name, "is_sponsor": len(text) % 2 == 0, "notes": text}, ME)
    influence.put(store, slug, *mails, "positive", text, OTHER)
    made = plan.add(store, home, slug, plan.Wanted(name=text, due=f"+{len(text)}d", notes=text), OTHER)
    objectives.add(store, home, made["id"], cta.Wanted(name=text, due="eoq", is_external=len(text) % 2 == 0), ME)
    said = log.Said("call", name, text, people=(mails[0],), sentiment="green", is_draft=len(text) % 5 == 0)
    log.log(store, store.customer(customer), said, OTHER, activity_types.load(home), home)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[tuple[Path, dict[str, str]]]:
    """A home, and the URLs of two stores that were filled alike."""
    home = _demo(tmp_path_factory.mktemp("both") / "home")
    database = cluster.new_database()
    urls = {"sqlite": str(home / "c360.db"), "postgres": cluster.url(database)}
    for url in urls.values():
        numbers = itertools.count()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("os.urandom", lambda size: next(numbers).to_bytes(size, "big"))  # noqa: B023 -- used at once
            assert main.call(["--home", str(home), "--store", url, "sync", "-q"], clock=lambda: NOW) == 0
            with open_store(url, clock=lambda: NOW) as store:
                _fill(store, str(home))
    yield home, urls
    cluster.drop(database)


@pytest.fixture
def both(
    filled: tuple[Path, dict[str, str]], capfdbinary: "pytest.CaptureFixture[bytes]", monkeypatch: pytest.MonkeyPatch
) -> Both:
    """Return a function: words -> what every engine says to them; it fails where one says something else."""
    home, urls = filled
    for name in ("C360_HOME", "C360_STORE", "C360_USER", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def call(*words: str) -> Outcome:
        outcomes: dict[str, Outcome] = {}
        for engine, url in urls.items():
            monkeypatch.setenv("C360_STORE", url)
            code = main.call(["--home", str(home), "--user", ME, *words], clock=lambda: NOW)
            out, err = capfdbinary.readouterr()
            # How long a stream took is no fact about the store.
            outcomes[engine] = code, re.sub(rb'"seconds":\s*[0-9.]+', b'"seconds": 0', out), err
        first, other = outcomes.values()
        assert first[0] != 70, first
        assert first[0] == other[0], (words, first[2], other[2])
        for mine, theirs in zip(first[1:], other[1:], strict=True):
            lines = itertools.zip_longest(mine.splitlines(), theirs.splitlines())
            assert [words, *(pair for pair in lines if pair[0] != pair[1])][:4] == [words]
        assert first == other
        return first

    return call


def _leaves(group: click.Command, before: str = "") -> Iterator[str]:
    if not isinstance(group, click.Group):
        yield before
        return
    with click.Context(group) as context:
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found
            yield from _leaves(found, f"{before} {name}".strip())


def test_every_command_there_is_is_compared_or_is_known_to_have_no_need() -> None:
    assert isinstance(main.cli, FolderGroup)
    found = set(_leaves(main.cli))
    assert found == COMPARED | NOT_COMPARED


@pytest.fixture
def slugs(filled: tuple[Path, dict[str, str]]) -> list[str]:
    with open_store(filled[1]["sqlite"], read_only=True) as store:
        return [row["slug"] for row in store.rows("select slug from customer where deleted_at is null order by slug")]


def test_the_page_of_every_customer(both: Both, slugs: list[str]) -> None:
    assert len(slugs) > 40
    for slug in slugs[::2]:
        assert both("show", slug, "--json")[0] == 0
    for slug in slugs[1::8]:
        for words in ([], ["--all", "--links"], ["--format", "md"], ["--widget"]):
            assert both("show", slug, *words)[0] == 0


def test_layouts_and_addresses(both: Both, slugs: list[str]) -> None:
    for slug in slugs[::9]:
        assert both("layout", "explain", slug, "--json")[0] == 0
        assert both("layout", "preview", "executive", slug)[0] == 0
        both("open", slug, "--print")


def test_every_section_in_every_view(both: Both, slugs: list[str]) -> None:
    for slug in slugs[::9]:
        for section in known_sections():
            for view in section.views or ("",):
                words = ["show", slug, "-s", section.name, "--all", "--json", *(["--view", view] if view else [])]
                assert both(*words)[0] == 0


def test_the_list_of_customers_by_every_column(both: Both, filled: tuple[Path, dict[str, str]]) -> None:
    with open_store(filled[1]["sqlite"], read_only=True) as store:
        columns = [column.name for column in portfolio(store, None, everyone=True).columns]
    assert len(columns) > 5
    for words in ([], ["--all"], ["--sections"], ["--all", "--format", "csv"]):
        assert both("show", *words)[0] == 0
    for column in columns:
        for sign in ("+", "-"):
            both("show", "--all", "--json", "--sort", f"{sign}{column}")


@pytest.mark.parametrize("match", [(), ("--match", "exact"), ("--match", "starts"), ("--match", "contains")])
def test_what_a_word_means(both: Both, slugs: list[str], match: tuple[str, ...]) -> None:
    for word in [*TEXTS, "acme", "ac", "z", "E", "é", "corp", "salesforce:h3", "h3", "acme.com", "nobody", *slugs[:3]]:
        both("show", *match, "-s", "attributes", "--json", "--", word)


def test_what_is_searched(both: Both) -> None:
    words = [*TEXTS, "acme", "ac corp", "log", "LOGIN", "h3", "salesforce:h3", "48", "e", "new zen", "jane@example.com"]
    for text in words:
        for more in (["--json"], ["--limit", "3", "--in", "cases"]):
            both("search", *more, "--", text)


@pytest.mark.parametrize("name", datasets.names())
def test_every_data_set_in_every_format(both: Both, name: str, filled: tuple[Path, dict[str, str]]) -> None:
    with open_store(filled[1]["sqlite"], read_only=True) as store:
        columns = datasets.dataset(name, store).columns
    everything = ",".join(column.name for column in columns)
    for format in FORMATS:
        assert both("export", name, "--format", format)[0] == 0
        both("export", name, "--format", format, "--fields", f"{everything},extra.Tier,extra.n")
    for more in (["--raw"], ["--excel"], ["--customer", "acme"], ["--customer", "zenith"]):
        both("export", name, *more)


# Values to compare with, by the type of a column.
ASKED = {
    "text": ["Zenith", "éclair", "ÉCLAIR", "a", "~", "10", "100%", "_", "", "\\N", "it's", "日立"],
    "list": ["vip", "Éclair", "", "a b"],
    "integer": ["0", "7", "9007199254740993", "1.5", ""],
    "real": ["0", "0.1", "0.3333333333333333", "40", ""],
    "money": ["0", "999.99", "120000", "-5", ""],
    "bool": ["true", "false", ""],
    "day": ["2026-11-21", "today", "", "nonsense"],
    "moment": ["2026-11-21", "2026-05-05T05:00:00Z", "today", ""],
    "json": ["gold", "é", '"n":1'],
    "logged": ["1", "new", "Zenith", ""],
}


@pytest.mark.parametrize("name", datasets.names())
def test_every_condition_on_every_column(both: Both, name: str, filled: tuple[Path, dict[str, str]]) -> None:
    chance = random.Random(name)
    with open_store(filled[1]["sqlite"], read_only=True) as store:
        columns = datasets.dataset(name, store).columns
    for column in (*columns, Column("extra.Tier", "text"), Column("extra.n", "text")):
        asked = [(operator, ASKED[column.type][0]) for operator in ("=", "<", ">=", "~")]
        for operator, value in [*asked, ("!=", chance.choice(ASKED[column.type])), ("=", "")]:
            both("export", name, "--fields", "id", "--format", "jsonl", "--where", f"{column.name}{operator}{value}")


def test_how_the_last_sync_went_and_what_fits_nobody(both: Both) -> None:
    for words in (["--status"], ["--status", "--json"], ["--unmatched"], ["--unmatched", "--json"]):
        assert both("sync", *words)[0] == 0


def test_fields_and_why_they_are_what_they_are(both: Both, slugs: list[str]) -> None:
    for words in (["set", "--list"], ["set", "--list", "--json"], ["set", "--help-field", "stage"]):
        assert both(*words)[0] == 0
    for slug in slugs[::3]:
        for more in (["set", slug], ["set", slug, "--json"]):
            assert both(*more)[0] == 0
        for field in ("stage", "arr", "name", "tier"):
            both("show", slug, "--why", field)
            both("show", slug, "--why", field, "--json")


def test_what_people_wrote(both: Both, slugs: list[str]) -> None:
    for words in (["tag", "--list"], ["tag", "--list", "--json"], ["follow"], ["follow", "--json"]):
        assert both(*words)[0] == 0
    for group in ("due", "type", "customer", "renewal"):
        for view in ("open", "all", "closed", "overdue", "snoozed"):
            assert both("cta", "list", "--all", "--view", view, "--group", group)[0] == 0
    for id_ in re.findall(rb'"id": ?"([^"]+)"', both("cta", "list", "--all", "--view", "all", "--json")[1])[::7]:
        for words in (["cta", "show", id_.decode()], ["cta", "show", id_.decode(), "--json"]):
            assert both(*words)[0] == 0
    for words in (["cta", "task", "list"], ["cta", "task", "list", "--format", "csv"], ["cta", "list", "acme"]):
        assert both(*words)[0] == 0
    for id_ in re.findall(rb'"id": ?"([^"]+)", ?"customer"', both("plan", "list", "--all", "--json")[1])[::9]:
        assert both("plan", "show", id_.decode())[0] == 0
        for more in ([], ["--with-notes", "--format", "html"], ["--json"]):
            assert both("plan", "share", id_.decode(), *more)[0] in (0, 2)  # nothing of some is for the customer
    queries = [
        "customers order by slug",
        "tasks order by id",
        "persons order by id",
        "changes order by 1, 2, 3, 4, 5, 9",
    ]
    for words in (
        ["plan", "list", "--all"],
        ["inbox", "--all"],
        ["inbox", "--all", "--json", "--limit", "0"],
        ["inbox", "--user", OTHER],
        ["today"],
        ["today", "--json"],
        ["today", "--user", OTHER, "--all"],
        ["undo", "--list"],
        ["timeline", "list"],
        ["timeline", "list", "--drafts", "--user", OTHER],
        ["timeline", "list", "--json"],
        *(["sql", f"select * from {query}", "--format", "csv"] for query in queries),
    ):
        assert both(*words)[0] == 0, words
    for slug in slugs[::3]:
        for what in ("list", "tree", "influence"):
            assert both("person", what, slug)[0] == 0
        assert both("timeline", "list", slug)[0] == 0
        for words in (["tag", slug], ["tag", slug, "--json"], ["comment", slug, "--list"], ["comment", slug, "--json"]):
            assert both(*words)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["link", "zendesk:nothing", "acme"],
        ["link", "salesforce:h1", "acme"],
        ["link", "zendesk:nothing", "--auto"],
        ["link", "nothing", "acme"],
        ["link", "salesforce:h1", "nobody at all", "--json"],
        ["show", "nobody", "--json"],
        ["comment", "acme", "--remove", "nothing"],
        ["export", "case"],
        ["export", "cases", "--where", "nothing=1"],
        ["export", "cases", "--where", "extra.Teir=gold"],
    ],
    ids=" ".join,
)
def test_what_is_refused(both: Both, words: list[str]) -> None:
    both(*words)


def test_a_record_that_is_moved_and_moved_back(both: Both) -> None:
    found = re.findall(rb'"id": ?"([^"]+)"', both("sync", "--unmatched", "--json")[1])
    for reference in [each.decode() for each in found[:3]]:
        assert both("link", reference, "acme", "--yes", "--json")[0] == 0
        assert both("export", "links", "--where", "reason~hand")[0] == 0
        assert both("link", reference, "--auto", "--json")[0] == 0
    assert found


ENGINES_OWN = {"place", "store", "engine", "version", "size_bytes", "size"}


def test_the_rows_of_the_store_are_counted_alike(filled: tuple[Path, dict[str, str]], capfdbinary: Any) -> None:
    told = []
    for url in filled[1].values():
        assert main.call(["--home", str(filled[0]), "--store", url, "store", "info", "--json"], clock=lambda: NOW) == 0
        facts = json.loads(capfdbinary.readouterr().out)
        told.append({name: value for name, value in facts.items() if name not in ENGINES_OWN})
    assert told[0] == told[1]
    assert told[0]


def test_both_stores_are_sound_and_the_doctor_finds_the_same(
    filled: tuple[Path, dict[str, str]], capfdbinary: Any
) -> None:
    told = []
    for url in filled[1].values():
        call = ["--home", str(filled[0]), "--store", url]
        code = main.call([*call, "store", "check", "--json"], clock=lambda: NOW)
        assert code == 0, capfdbinary.readouterr()
        capfdbinary.readouterr()
        code = main.call([*call, "doctor", "--json"], clock=lambda: NOW)
        findings = json.loads(capfdbinary.readouterr().out)
        assert [each for each in findings if each["area"] == "store" and not each["is_ok"]] == []
        told.append((code, [each for each in findings if each["area"] != "store"]))
    assert told[0] == told[1]


def test_every_score_with_all_it_was_made_from(both: Both, slugs: list[str], tmp_path: Path) -> None:
    fields = "id,customer,scorecard,computed,effective,band,colour,computed_at,inputs,why"
    code, out, _ = both("export", "scores", "--format", "json", "--fields", fields)
    scores = json.loads(out)
    assert code == 0
    assert len({score["customer"] for score in scores}) > 40
    assert len({score["effective"] for score in scores}) > 10
    for slug in slugs[::5]:
        assert both("score", slug, "--json")[0] == 0
        assert both("score", slug)[0] == 0
        assert both("score", "history", slug)[0] == 0
        assert both("score", "explain", slug)[0] == 0
        assert both("score", "explain-assignment", slug)[0] == 0
    assert both("show", "--all", "--sort", "health", "--json")[0] == 0
    for name in ("default", "prove"):
        assert both("score", "backtest", "--scorecard", name, "--months", "3", "--json")[0] == 0
