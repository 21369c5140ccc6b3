"""A working day in a store: every verb that writes, one line each, done by somebody with words chosen at random."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from c360cli.actions import (
    comment,
    cta,
    cta_making,
    cta_tasks,
    filing,
    follow,
    inbox,
    influence,
    link,
    log,
    notice_settings,
    objectives,
    person,
    plan,
    plan_sharing,
    score,
    tag,
    timeline,
    undo,
)
from c360cli.actions import set as set_action
from c360cli.config import Config
from c360cli.errors import C360Error
from c360cli.layout import activity_types, cta_words, playbooks
from c360cli.store import Store, plans
from c360cli.store.writing import write
from tests.store.conftest import Clock

PEOPLE = ("jane@example.com", "tom@example.com")
CUSTOMERS = ("acme", "acme", "acme", "quiet")  # most of what people write is about one
TAGS = ("vip", "VIP", "eu", "Éclair", "株式会社")
TEXTS = ("Call them", "call them", "a\nb", "it's \\N \x1b[31m", "none", "")
MAILS = ("rosa@acme.com", "aiko@acme.com", "NEW@acme.com", "new@acme.com", "other@acme.com")
DAYS = ("today", "tomorrow", "+2w", "eom", "none")
PLAYBOOKS = ("at-risk", "ebr", "upcoming-renewal", "new-customer-onboarding", "product-risk")
TEMPLATES = ("onboarding", "adoption", "return-on-investment")
LINKED = ("desk:700", "nps:001", "counts:001")
SCORES = ("red", "Yellow", "green", "77.5", "0")
MAIL = """From: {0}
To: rosa@acme.com
Message-ID: <{1}@acme.com>
Subject: Letter {1}
Date: Fri, 20 Nov 2026 12:00 +0000

Hi
"""


class Day:
    """A store in which somebody does something now: ``who``; what else is chosen comes from ``chance``."""

    def __init__(self, store: Store, clock: Clock, home: str) -> None:
        self.store, self.clock, self.home = store, clock, home
        self.who, self.chance = PEOPLE[0], random.Random(0)
        self.types = activity_types.load(home)
        self.seen = self.last_number()

    def do(self, verb: str, who: str, seed: int) -> str | None:
        """Let somebody do something and return the id of the write it has made; None where it was refused, or idle."""
        self.who, self.chance = who, random.Random(f"{verb} {seed}")
        self.clock.move(seconds=self.chance.choice((0, 1, 90_000)))
        self.store.database.execute("savepoint verb")
        try:
            VERBS[verb](self)
        except C360Error:
            self.store.database.execute("rollback to savepoint verb")
        self.store.database.execute("release savepoint verb")
        made = self.store.rows("select id from local_write where number > :seen", seen=self.seen)
        assert len(made) <= 1, f"{verb}: what somebody does at once is one write"
        self.seen = self.last_number()
        return made[0]["id"] if made else None

    def take_back(self, who: str, write_id: str) -> Any:
        done = undo.take_back(self.store, who, write_id)
        self.seen = self.last_number()
        return done

    def last_number(self) -> int:
        return int(self.store.one("select coalesce(max(number), 0) from local_write"))

    def pick(self, words: Sequence[str]) -> str:
        return self.chance.choice(words)

    def some(self, words: Sequence[str]) -> list[str]:
        return self.chance.sample(words, self.chance.randint(0, 2))

    def maybe(self, *words: str) -> str | None:
        return self.chance.choice([None, None, *words])

    @property
    def customer(self) -> str:
        return self.pick(CUSTOMERS)

    @property
    def text(self) -> str:
        return self.pick(TEXTS)

    @property
    def heads(self) -> bool:
        return self.chance.random() < 0.5

    def there(self, table: str, condition: str = "1 = 1") -> Any:
        """Return one of the rows people have written into ``table``, the same one for the same history."""
        ours = " and source = 'c360'" if table in ("cta", "activity", "contact") else ""
        rows = self.store.rows(f"select * from {table} where deleted_at is null and {condition}{ours} order by id")
        if not rows:
            raise C360Error(f"there is no {table} yet.")
        return self.chance.choice(rows)

    def a_cta(self, condition: str = "1 = 1") -> str:
        return str(self.there("cta", condition)["id"])

    def id(self, table: str) -> str:
        is_of_living = "cta_id in (select id from cta where deleted_at is null)"
        return str(self.there(table, is_of_living if table == "task" else "1 = 1")["id"])

    def a_person(self) -> tuple[Store, str, str, dict[str, Any], str]:
        values: dict[str, Any] = {
            "name": self.maybe("Ada", "Rosa Okafor", ""),
            "title": self.maybe("CIO", ""),
            "roles": self.chance.choice([None, [], ["Champion", "user"]]),
            "reports_to": self.maybe("", *MAILS),
            "is_sponsor": self.chance.choice([None, True, False]),
            "notes": self.maybe(*TEXTS),
        }
        return self.store, self.customer, self.pick(MAILS), values, self.who

    def wanted(self, **more: Any) -> cta.Wanted:
        return cta.Wanted(
            name=self.maybe(*TEXTS), priority=self.maybe("high", "low"), owner=self.maybe("me", *PEOPLE, "none"),
            due=self.maybe(*DAYS), notes=self.maybe(*TEXTS), **more,
        )  # fmt: skip

    def a_task(self, name: str | None) -> cta_tasks.Wanted:
        return cta_tasks.Wanted(name, owner=self.maybe(*PEOPLE), due=self.maybe(*DAYS), notes=self.maybe(*TEXTS))

    def a_plan(self, **more: Any) -> plan.Wanted:
        return plan.Wanted(
            owner=self.maybe(*PEOPLE), start=self.maybe(*DAYS), due=self.maybe(*DAYS), notes=self.maybe(*TEXTS), **more
        )

    def said(self) -> log.Said:
        return log.Said(
            self.pick(tuple(self.types)), self.pick(TEXTS[:4]), self.maybe(*TEXTS), self.maybe("today 9:00"),
            self.some(MAILS), self.chance.choice([None, 30]), self.maybe(*log.SENTIMENTS),
            self.some(("Send the deck", "Ask legal")), self.a_cta() if self.chance.random() < 0.2 else None,
            self.heads, self.heads,
        )  # fmt: skip

    def changed(self) -> timeline.Change:
        return timeline.Change(
            self.maybe(*self.types), self.maybe(*TEXTS), self.maybe(*TEXTS), self.maybe("yesterday 9:00"),
            self.chance.choice([None, 45]), self.maybe(*log.SENTIMENTS, "none"), self.some(MAILS[:2]),
        )  # fmt: skip

    def drafted(self) -> timeline.Change:
        """What is to be changed of the tasks of a draft."""
        return timeline.Change(
            subject=self.maybe(*TEXTS[:3]), tasks=self.some(("Send the deck", "Call them", "Ask legal")),
            without_tasks=self.pick(("", "", "1")).split(), other_tasks=self.chance.choice(((), (), [(1, "Else")])),
        )  # fmt: skip

    def linked(self) -> None:
        move = link.plan(self.store, self.pick(LINKED), self.customer)
        if move.before != move.after:
            link.link(self.store, move, self.who)

    def rule(self) -> object:
        """Ask for a CTA as a rule does: one of the same cause that is open is that CTA."""
        words = cta_words.load(self.home)
        book = self.maybe("at-risk")
        cause = cta_making.Cause(
            self.store.find_customer(self.customer).id, self.pick(TEXTS[:3]), "Risk", None, self.maybe("High", "Low"),
            self.maybe(*PEOPLE), self.maybe("2026-12-24"), self.maybe(*TEXTS[:3]), self.heads,
            playbooks.load(book, self.home, words) if book else None,
        )  # fmt: skip
        return write(self.store, self.who, "rule", lambda entry: cta_making.find_or_add(entry, words, cause))

    def set(self, *assignments: str, forget: Sequence[str] = ()) -> None:
        owners = {"stage": "both", "segment": "push", "users": "local", "arr": "both"}
        config = Config(home=self.home, store="", user=self.who, owners=owners)
        set_action.set_fields(config, self.store, self.customer, assignments, forget, is_new=True)

    def file(self) -> None:
        letters = [MAIL.format(self.who, number).encode() for number in self.some("123")]
        list(
            filing.file(
                self.store, letters, None, log.Said("", "", is_draft=self.heads), self.who, self.types, self.home
            )
        )


Verb = Callable[[Day], object]

VERBS: dict[str, Verb] = {
    "tag": lambda d: tag.write(d.store, d.customer, d.some(TAGS), d.some(TAGS), d.who),
    "tag person": lambda d: tag.write(d.store, f"person:{d.pick(MAILS)}", d.some(TAGS), d.some(TAGS), d.who),
    "tag cta": lambda d: tag.write(d.store, f"cta:{d.a_cta()}", d.some(TAGS), d.some(TAGS), d.who),
    "comment": lambda d: comment.add(d.store, d.customer, d.text, d.who),
    "comment --remove": lambda d: _of(d.there("comment", "kind = 'customer'"), lambda row: comment.remove(
        d.store, row["item_id"], row["id"], d.who)),
    "follow": lambda d: follow.follow(d.store, d.customer, d.who),
    "follow --off": lambda d: follow.unfollow(d.store, d.customer, d.who),
    "follow --sponsor": lambda d: follow.watch(d.store, "acme", d.pick(MAILS), d.who, off=d.heads),
    "follow --set": lambda d: notice_settings.set_them(d.store, d.who, [
        f"arr={d.pick(notice_settings.FREQUENCIES)}", f"renewal-days={d.pick(('9', '120', '730'))}"]),
    "inbox --mark-read": lambda d: inbox.mark_read(d.store, d.who),
    "person add": lambda d: person.add(*d.a_person()),
    "person edit": lambda d: person.edit(*d.a_person()),
    "person sponsor": lambda d: person.edit(d.store, d.customer, d.pick(MAILS), {"is_sponsor": d.heads}, d.who),
    "person influence": lambda d: influence.put(
        d.store, "acme", d.pick((*MAILS, *PEOPLE)), d.pick(MAILS), d.maybe(*influence.SENTIMENTS), d.text, d.who),
    "person influence --off": lambda d: _of(d.there("influence"), lambda row: influence.forget(
        d.store, row["customer_id"], row["from_email"], row["to_email"], d.who)),
    "cta add": lambda d: cta.add(d.store, d.home, d.customer, d.wanted(
        type="Risk", links=d.some(("case:48213", "rosa@acme.com")), is_important=d.heads, playbook=d.maybe(*PLAYBOOKS),
    ), d.who),
    "cta by a rule": lambda d: d.rule(),
    "cta edit": lambda d: cta.edit(d.store, d.home, d.a_cta(), d.wanted(
        type=d.maybe("Event", "Risk"), links=d.some(("case:48213", "rosa@acme.com")),
        unlinks=d.some(("case:48213", "rosa@acme.com")),
    ), d.who),
    "cta close": lambda d: cta.close(
        d.store, d.home, d.a_cta("is_open = 1"), d.pick(("success", "lost")), None, d.maybe(*TEXTS), d.who),
    "cta reopen": lambda d: cta.reopen(d.store, d.home, d.a_cta("is_open = 0"), d.who),
    "cta flag": lambda d: cta.flag(d.store, d.a_cta(), d.heads, d.who),
    "cta snooze": lambda d: cta.snooze(d.store, d.a_cta(), d.maybe("tomorrow", "+2w"), d.maybe(*TEXTS), d.who),
    "cta assign": lambda d: cta.assign(d.store, d.a_cta(), d.pick((*PEOPLE, "csm", "none")), d.heads, d.who),
    "cta note": lambda d: cta.note(d.store, d.a_cta(), d.text, d.who),
    "cta delete": lambda d: cta.delete(d.store, d.a_cta(), d.who),
    "cta apply": lambda d: cta_tasks.apply(d.store, d.home, d.a_cta(), d.pick(PLAYBOOKS), d.who),
    "cta task add": lambda d: cta_tasks.add(d.store, d.home, d.a_cta(), d.a_task(d.text), d.who),
    "cta task edit": lambda d: cta_tasks.edit(d.store, d.home, d.id("task"), d.a_task(d.maybe(*TEXTS)), d.who),
    "cta task done": lambda d: cta_tasks.finish(
        d.store, d.home, sorted({d.id("task"), d.id("task")}), d.chance.random() < 0.7, d.who),
    "cta task delete": lambda d: cta_tasks.delete(d.store, d.id("task"), d.who),
    "plan add": lambda d: plan.add(d.store, d.home, d.customer, d.a_plan(
        name=d.pick(TEXTS[:2]), template=d.maybe(*TEMPLATES)), d.who),
    "plan edit": lambda d: plan.edit(d.store, d.id("plan"), d.a_plan(
        name=d.maybe(*TEXTS), status=d.maybe(*plans.STATUSES)), d.who),
    "plan delete": lambda d: plan.delete(d.store, d.id("plan"), d.who),
    "plan objective add": lambda d: objectives.add(d.store, d.home, d.id("plan"), d.wanted(
        playbook=d.maybe("ebr"), is_external=d.maybe(True, False)), d.who),
    "plan objective edit": lambda d: objectives.edit(d.store, d.home, d.a_cta("plan_id is not null"), d.wanted(
        is_external=d.heads), d.who),
    "plan share": lambda d: plan_sharing.share(d.store, d.id("plan"), d.some(MAILS[:2]), d.who),
    "plan objective done": lambda d: objectives.finish(
        d.store, d.home, d.a_cta("plan_id is not null"), None, d.heads, d.maybe(*TEXTS), d.who),
    "link": lambda d: d.linked(),
    "link --auto": lambda d: link.unlink(d.store, d.pick(LINKED), d.who),
    "log": lambda d: log.log(d.store, d.store.find_customer(d.customer), d.said(), d.who, d.types, d.home),
    "log --from-eml": lambda d: d.file(),
    "set": lambda d: d.set(*d.chance.sample((
        f"stage={d.pick(('Adoption', 'Renewal', ''))}", f"segment={d.pick(('SMB', ''))}", f"users={d.pick('12')}",
        f"referenceable={d.pick(('yes', 'no', ''))}", f"arr={d.pick(('10', '20', ''))}", "recording_opt_out=yes",
        "status=Churn", f"csm={d.pick(PEOPLE)}",
    ), d.chance.randint(1, 3))),
    "set --forget": lambda d: d.set(forget=d.some(("stage", "segment", "users", "arr", "csm"))),
    "score set": lambda d: score.judge(
        d.store, d.customer, "sentiment", d.pick((*SCORES, "NA")), d.maybe("good talk", "no answer"), d.who, d.home),
    "score override": lambda d: score.override(
        d.store, d.customer, d.pick(SCORES), "a merger", d.maybe("2026-12-24", "2026-11-23"), d.who, d.home),
    "score override --off": lambda d: score.lift(d.store, d.customer, d.who),
    "timeline edit": lambda d: timeline.edit(d.store, d.id("activity"), d.changed(), d.who, d.types),
    "timeline edit a draft": lambda d: timeline.edit(
        d.store, d.there("activity", "is_draft = 1")["id"], d.drafted(), d.who, d.types),
    "timeline publish": lambda d: timeline.publish(d.store, d.there("activity", "is_draft = 1")["id"], d.who, d.home),
    "timeline delete": lambda d: timeline.delete(d.store, d.id("activity"), d.who),
}  # fmt: skip


def _of(row: Any, then: Callable[[Any], object]) -> object:
    return then(row)
