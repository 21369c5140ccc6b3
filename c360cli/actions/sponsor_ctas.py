"""What a sync finds changed about a sponsor becomes a Risk CTA: one a sponsor while it is open, with a note for each.

The CTA and the end of the marks that asked for it are one transaction: see ``store.sponsors``.
"""

from c360cli.actions import cta, cta_making
from c360cli.actions.cta_making import Cause
from c360cli.layout import cta_words
from c360cli.layout.cta_words import Words
from c360cli.store import Store, sponsors
from c360cli.store.notice_words import sponsor_words
from c360cli.store.writing import Write, write

AUTHOR = "rule sponsor-change"
TYPE = "Risk"


def answer(store: Store, home: str) -> int:
    """Make the CTAs for what is marked, or note it on those that are open; return for how many sponsors.

    Raises UsageError or LayoutError where the words of CTAs know no risk; the marks stay then.
    """
    waiting = sponsors.marked(store)
    if not waiting:
        return 0
    words = cta_words.load(home)
    type_ = words.type_(TYPE).name
    reason = next((each for each in words.reasons_of(type_) if "sponsor" in each.lower()), None)
    return sum(_answer(store, words, type_, reason, email) for email in waiting)


def _answer(store: Store, words: Words, type_: str, reason: str | None, email: str) -> bool:
    def work(entry: Write) -> bool:
        lost = [row for row in sponsors.changes(store, email) if sponsor_words(row, is_loss=True)]
        for customer in sponsors.customers(store, email) if lost else ():
            name = f"Sponsor changed: {lost[0]['about']}"
            cause = Cause(customer["id"], name, type_, reason, owner=customer["csm"], by_name=True)
            made = cta_making.find_or_add(entry, words, cause)
            for row in lost:
                cta.add_note(entry, made.id, sponsor_words(row))
        sponsors.answered(store, email)
        return bool(lost)

    return write(store, AUTHOR, f"sponsor changed: {email}", work)
