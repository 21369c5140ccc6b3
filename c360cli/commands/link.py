"""``c360 link``: this record belongs to that customer."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from c360cli.commands import _asked_things as things
from c360cli.commands._asked import Given, asked
from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.link import Move, Place

GROUP = "Write"


def _whose(session: Session, given: Given) -> str:
    """Ask for the customer; a record that cannot be linked is told before."""
    from c360cli.actions.link import check

    with session.open_store(read_only=True) as store:
        check(store, given["reference"])
    return things.customer(session, given)


@click.command()
@asked("reference", metavar="SOURCE:ID", question=things.record)
@asked("customer", required=False, question=_whose, unless=("auto",))
@click.option("--auto", is_flag=True, help="Take a link made by hand back: the rules decide again.")
@click.option("--yes", is_flag=True, help="Move it without asking, also from another customer.")
@formats("text", "json")
@click.pass_context
def command(context: click.Context, reference: str, customer: str | None, auto: bool, yes: bool, format: str) -> None:
    """Link a record of a source to a customer, for good.

    SOURCE:ID is what `c360 sync --unmatched` lists. All that hangs on the record (its cases, contacts, surveys) moves
    along, and no rule ever undoes a link made by hand. On a terminal c360 asks before it takes a record from another
    customer.

    \b
    c360 link zendesk:360001 acme
    c360 link zendesk:360001 --auto    as if it had never been linked by hand
    """
    from c360cli.actions import link

    if auto == (customer is not None):
        words = "--auto lets the rules find the CUSTOMER." if auto else "Missing argument 'CUSTOMER'."
        raise click.UsageError(words, context)
    session = current()
    user = session.config.user
    with session.open_store() as store:
        if customer is None:
            place, moves = link.by_hand(store, reference), link.hanging_on(store, reference)
            if not yes and not _may_let_go(reference, place, moves):
                session.say("Nothing was changed.")
                context.exit(1)
            move = link.unlink(store, reference, user)
        else:
            move = link.plan(store, reference, customer)
            if move.takes_away and not yes and not _may_move(move):
                session.say("Nothing was changed.")
                context.exit(1)
            link.link(store, move, user)
    if format == "json":
        session.write_json(_facts(move))
    else:
        session.write_sentences(_told(move))


def _may_move(move: "Move") -> bool:
    assert move.before.customer is not None
    assert move.after.customer is not None
    what = f"Move it{_with(move.moves)} to {move.after.customer.name}?"
    return _may(f"{move.reference} belongs to {move.before.customer.name} ({move.before.reason}). {what}")


def _may_let_go(reference: str, place: "Place", moves: Mapping[str, int]) -> bool:
    assert place.customer is not None
    what = f"Let the rules decide where it goes{_with(moves)}?"
    return _may(f"{reference} belongs to {place.customer.name} ({place.reason}). {what}")


def _may(question: str) -> bool:
    """Ask on a terminal; elsewhere the words of the command are explicit enough."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    from c360cli.commands._questions import confirm

    return confirm(question)


def _with(moves: Mapping[str, int]) -> str:
    return f" with {_counts(moves)}" if moves else ""


def _facts(move: "Move") -> dict[str, object]:
    before, after = move.before.customer, move.after.customer
    return {
        "id": move.reference,
        "customer": after and after.slug,
        "reason": move.after.reason or None,
        "before": before and before.slug,
        "moved": dict(move.moves),
    }


def _told(move: "Move") -> str:
    from c360cli.text import visible

    after = move.after.customer
    if not move.takes_away:
        assert after is not None
        by_rule = "" if move.after.reason == "by hand" else f", {move.after.reason}"
        came = f"; {_counts(move.moves)} came along" if move.moves else ""
        return visible(f"{move.reference} belongs to {after.name} ({after.slug}{by_rule}){came}.")
    assert move.before.customer is not None
    moved = _counts(move.moves)
    if after is None:
        went = f"now to nobody, with {moved}" if moved else "now to nobody"
    else:
        went = f"{moved} moved to {after.name}" if moved else f"now to {after.name}"
    by_rule = f" ({move.after.reason})" if move.after.reason not in ("", "by hand") else ""
    return visible(f"{move.reference} belonged to {move.before.customer.name} ({move.before.reason}); {went}{by_rule}.")


def _counts(moves: Mapping[str, int]) -> str:
    return ", ".join(_count(number, dataset) for dataset, number in moves.items())


def _count(number: int, dataset: str) -> str:
    from c360cli.commands._sync_words import count
    from c360cli.kinds import KINDS

    return count(number, next(kind.name for kind in KINDS.values() if kind.dataset == dataset), dataset)
