"""Where a name fits several customers, a person at a terminal chooses which one is meant."""

import sys

from c360cli.errors import AmbiguousCustomer


def choose(error: AmbiguousCustomer) -> str:
    """Return the slug of the candidate a person chooses; raises ``error`` where nobody can be asked."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise error
    from c360cli.commands._questions import answer_to, say, show_numbered

    say(str(error))
    show_numbered(error.candidates, error.total, grows=1)
    numbers = {str(number): candidate[0] for number, candidate in enumerate(error.candidates, 1)}
    while (answer := answer_to("Which one")) not in numbers:
        say(f"A number from 1 to {len(numbers)}.")
    return numbers[answer]
