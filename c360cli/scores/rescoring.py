"""Scoring customers: what their figures are now, what that is worth, and a new score where it is another one.

Many are scored in batches, each one transaction: a few queries a batch, whatever it holds, and nothing is kept in
memory from one to the next. Whoever scores a customer holds its row in ``score_due`` until the end of the transaction,
so of two who write about one customer at once the second scores what the first has written too.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from c360cli.filters import Now
from c360cli.health.card import Measure, Part, Ratio, Scorecard, Take
from c360cli.health.judging import Reading
from c360cli.health.scoring import Counting, Score, score
from c360cli.scores import kept, present
from c360cli.scores.cards import NONE, Cards, bring, in_force, of_home
from c360cli.scores.clock import Clock, basis
from c360cli.scores.customers import Asked, Facts, asked, look_at
from c360cli.scores.explaining import Explaining
from c360cli.scores.figures import Figures
from c360cli.scores.judgements import announced, judgements, overrides, said
from c360cli.scores.keeping import Known, keep
from c360cli.scores.written import Writing, Written
from c360cli.store import Store, due
from c360cli.times import days_between

BATCH = 500


class Rescored(NamedTuple):
    """How many customers were looked at, and how many of them have another score since."""

    looked_at: int = 0
    changed: int = 0


class Result(NamedTuple):
    """The score of one customer, with everything it was made from; ``score`` is None without a scorecard.

    One that ``is_known`` is the one that is kept, and was not made again.
    """

    customer_id: str
    scorecard: str
    basis: str
    is_known: bool = False
    score: Score | None = None
    inputs: Written | None = None
    holds_until: str = ""


class Scoring:
    """Scores by some scorecards, at one present."""

    def __init__(self, store: Store, cards: Cards, now: Now | None = None) -> None:
        self.store = store
        self.cards = cards
        self.now = now or store.present()
        self.figures = Figures(store, self.now)
        self.asked: Asked = asked(store, cards, self.now)
        self.explaining = Explaining(store)
        self.counting = {name: Counting(card) for name, card in cards.by_name.items()}
        self.writing = {name: Writing(card) for name, card in cards.by_name.items()}
        # What each scorecard is made from: the measures that people judge, and the figures, each once.
        self.sources = {
            name: ([each.name for each in card.measures() if each.is_manual], list(dict.fromkeys(_takes(card))))
            for name, card in cards.by_name.items()
        }
        self._clocks: dict[str, Clock] = {}

    def takes(self, names: Collection[str]) -> frozenset[Take]:
        """Return the figures that these scorecards are made from."""
        return frozenset(take for name in names for take in self.sources[name][1])

    def clock(self, name: str) -> Clock:
        """Return what tells how long scores by one scorecard hold."""
        if name not in self._clocks:
            texts = [line.where for line in self.asked.lines if line.where]
            texts += self.asked.conditions[name]
            is_steady = self.asked.is_steady(texts, self.now) and all(
                map(self.figures.is_steady, self.sources[name][1])
            )
            self._clocks[name] = Clock(self.cards.by_name[name], self.now.today, self.now.zone, is_steady=is_steady)
        return self._clocks[name]

    def score(self, customers: Collection[str]) -> list[Result]:
        """Return the scores of living customers, in the order of their ids; nothing is kept."""
        self.begin(customers)
        return self.results({})

    def begin(self, customers: Collection[str]) -> None:
        """Put the customers that are scored next into ``scored``."""
        database = self.store.database
        database.empty("scored", "id {text} primary key")
        database.copy_in("scored", ("id",), [(id_,) for id_ in sorted(customers)])
        database.measure("scored")
        self.figures.next_customers()

    def results(self, known: Mapping[str, Known]) -> list[Result]:
        """Return the scores of the customers in ``scored``; those that are ``known`` and still hold are not made."""
        facts = look_at(self.store, self.asked, self.now.today)
        used = {each.scorecard for each in facts.values()} - {NONE}
        read = _Read(self, used, known) if used else None
        return [
            read.result(id_, facts[id_]) if read and facts[id_].scorecard != NONE else _without(id_, known.get(id_))
            for id_ in sorted(facts)
        ]


def _without(customer_id: str, known: Known | None) -> Result:
    """Return that a customer has no scorecard."""
    return Result(customer_id, NONE, NONE, known is not None and known.basis == NONE)


class _Read:
    """All that was read of a batch of customers, for the scorecards they have."""

    def __init__(self, scoring: Scoring, names: Collection[str], known: Mapping[str, Known]) -> None:
        self.scoring = scoring
        self.known = known
        self.judgements = judgements(scoring.store, scoring.now)
        self.overrides = overrides(scoring.store, scoring.now)
        self.announced = announced(scoring.store, scoring.now)
        self.figures = {take: scoring.figures.read(take) for take in scoring.takes(names)}

    def result(self, customer_id: str, facts: Facts) -> Result:
        """Return the score of one customer."""
        card = self.scoring.cards.by_name[facts.scorecard]
        by_hand_id, by_hand = self.overrides.get(customer_id, (None, None))
        today = self.scoring.now.today
        ahead = self.announced.get(customer_id)
        said = self.rests_on(customer_id, card.name)
        rests_on = basis(self.scoring.cards.hash(card.name), self.scoring.now.zone, facts, said, (by_hand, ahead))
        known = self.known.get(customer_id)
        if known and known.basis == rests_on and today <= known.holds_until:
            return Result(customer_id, card.name, rests_on, is_known=True)
        read = {measure.name: self.measure(customer_id, measure, card) for measure in card.measures()}
        made = score(
            card,
            {name: [each.reading for each in parts] for name, parts in read.items()},
            facts.account,
            by_hand,
            today,
            self.scoring.counting[card.name],
        )
        inputs = self.scoring.writing[card.name].write(made, read, facts, by_hand_id)
        until = self.scoring.clock(card.name).holds_until(facts, read, by_hand, ahead)
        return Result(customer_id, card.name, rests_on, False, made, inputs, until)

    def rests_on(self, customer_id: str, card: str) -> list[Any]:
        """Return what the figures and judgements of a customer rest on."""
        judged = self.judgements.get(customer_id, {})
        manual, takes = self.scoring.sources[card]
        return [
            *[self.figures[take].rests_on(customer_id) for take in takes],
            *[sorted(judged[name].items()) if name in judged else None for name in manual],
        ]

    def measure(self, customer_id: str, measure: Measure, card: Scorecard) -> list[kept.Read]:
        if not measure.is_manual:
            return [self.part(customer_id, part) for part in measure.parts]
        row = self.judgements.get(customer_id, {}).get(measure.name)
        if row is None:
            return [kept.Read(Reading(None, reason="nobody has judged it"))]
        found = said(row, card.bands, self.scoring.store)
        age = days_between(found.on, self.scoring.now.today)
        return [kept.Read(Reading(found.points, age, found.reason), said=found)]

    def part(self, customer_id: str, part: Part) -> kept.Read:
        source = part.source
        if not isinstance(source, Ratio):
            figure = self.figures[source].figure(customer_id)
            return kept.Read(Reading(figure.value, self.age(figure.on), figure.reason), ((source, figure),))
        of, to = self.figures[source.of].figure(customer_id), self.figures[source.to].figure(customer_id)
        figures = ((source.of, of), (source.to, to))
        missing = "; ".join(dict.fromkeys(each.reason for each in (of, to) if each.reason))
        if of.value is None or to.value is None:
            return kept.Read(Reading(None, reason=missing), figures)
        if not to.value:
            return kept.Read(Reading(None, reason=f"{source.to.data} to divide by: 0"), figures)
        days = [each.on for each in (of, to) if each.on]
        value = of.value / to.value * (100 if source.is_percent else 1)
        return kept.Read(Reading(value, self.age(min(days)) if days else None), figures)

    def age(self, on: str | None) -> int | None:
        return None if on is None else days_between(on, self.scoring.now.today)


def _takes(card: Scorecard) -> Iterator[Take]:
    for measure in card.measures():
        for part in measure.parts:
            yield from (part.source.of, part.source.to) if isinstance(part.source, Ratio) else (part.source,)


def after_write(store: Store, customers: Collection[str]) -> None:
    """Score the customers a write has touched, in its transaction; nothing where no scorecard is in force."""
    cards = in_force(store)
    if cards is not None:
        rescore(store, Scoring(store, cards), customers)


def rescore(store: Store, scoring: Scoring, customers: Collection[str]) -> Rescored:
    """Score these customers and keep what is new; part of the caller's transaction."""
    database = store.database
    due.hold(database, customers)
    changed = keep(store, scoring, customers)
    due.release(database)
    return Rescored(len(customers), changed)


def catch_up(store: Store, home: str) -> Rescored:
    """Bring the scorecards of a home into force and score every customer that is due.

    Due is whoever something has changed of; on another day than the last time also whoever the clock has moved, and
    everybody where the scorecards are others than before, or what all scores rest on is. Raises LayoutError for a
    scorecard that is wrong; scores stay as they were then.
    """
    cards = of_home(home)
    database = store.database

    def begin() -> Scoring:
        has_others = bring(store, cards)
        scoring = Scoring(store, cards)
        present.begin(store, scoring, has_others=has_others)
        return scoring

    def batch() -> Rescored:
        customers = due.due(database, BATCH)
        return rescore(store, scoring, customers) if customers else Rescored()

    scoring = database.whole(begin)
    total = Rescored()
    while True:
        done = database.whole(batch)
        if not done.looked_at:
            return total
        total = Rescored(total.looked_at + done.looked_at, total.changed + done.changed)
