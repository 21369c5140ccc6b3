"""What people may say of a customer's score: which measures they judge, and in which words."""

from typing import NamedTuple

from c360cli.actions.score import card_of, find_opinion, read_opinion
from c360cli.health.card import Scorecard
from c360cli.store import Store


class Opinions(NamedTuple):
    """The measures that people judge, and the bands from the lowest."""

    card: Scorecard
    measures: list[str]
    bands: list[str]

    def measure(self, word: str) -> str:
        """Return the name of the measure called so; NotFound or UsageError where nobody judges one."""
        return find_opinion(self.card, word).name

    def value(self, word: str, *, may_be_unknown: bool = False) -> str:
        """Return a band, a number from 0 to 100, or NA where that ``may_be_unknown``; UsageError for another word."""
        if may_be_unknown:
            return read_opinion(self.card, word)
        self.card.bands.points(word)
        return word.strip()


def opinions(store: Store, word: str, home: str) -> Opinions:
    """Return what people may say of the score of the customer named ``word``; UsageError where no scorecard is."""
    card = card_of(store, store.find_customer(word), home)
    return Opinions(card, [each.name for each in card.measures() if each.is_manual], card.bands.names())
