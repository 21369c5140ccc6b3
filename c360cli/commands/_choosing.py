"""Where a name fits several customers, a person at a terminal chooses which one is meant."""

import sys

from c360cli.errors import AmbiguousCustomer


def choose(error: AmbiguousCustomer) -> str:
    """Return the slug of the candidate a person chooses; raises ``error`` where nobody can be asked."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise error
    from c360cli.commands._questions import answer_to, say, show_numbered

    say(str(error))
    show_numbered(error.candidates, error.total, grows=1, is_first=True)
    ids = [slug for slug, _, _ in error.candidates]
    answers = {**{slug: slug for slug in ids}, **{str(number): slug for number, slug in enumerate(ids, 1)}}
    while (answer := answer_to("Which one (number or id)").lower()) not in answers:
        say(f"A number from 1 to {len(ids)}, or one of the ids.")
    return answers[answer]
