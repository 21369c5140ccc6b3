"""``c360 log --from-eml``: mails, one or a mailbox of them, filed and told."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import click

from c360cli.errors import AmbiguousCustomer, NotFound, UsageError
from c360cli.session import Session

if TYPE_CHECKING:
    from c360cli.actions.filing import Filed
    from c360cli.actions.log import Said, Types
    from c360cli.actions.mailbox import Mails
    from c360cli.records import Customer
    from c360cli.store import Store

# How many of those that were left are named; all of them stand in --json.
NAMED = 20
LEFT = {"unmatched": "fit no customer", "ambiguous": "fit several customers", "unreadable": "are no mails"}


def log_mail(session: Session, customer: str | None, said: "Said", path: str, types: "Types", format: str) -> None:
    """File the mails in the file at ``path`` (``-`` is stdin) and tell what became of them."""
    from c360cli.actions.mailbox import mails

    with _opened(path) as opened, session.open_store() as store:
        found = mails(opened)
        if found.is_mailbox:
            _refuse_for_many(said)
            _file_many(session, store, customer, said, found, types, format)
        else:
            _file_one(session, store, customer, said, found, types, format, path)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
    else:
        try:
            file = open(path, "rb")  # noqa: SIM115 -- closed below; only opening it is the user's mistake
        except OSError as error:
            hint = "Name the file of a mail (.eml) or a mailbox (.mbox); - reads it from stdin."
            raise UsageError(f"{path} cannot be read: {error.strerror}.", hint) from error
        with file:
            yield file


def _refuse_for_many(said: "Said") -> None:
    for word in ("subject", "tasks", "cta", "sentiment", "minutes"):
        if getattr(said, word):
            option = "SUBJECT" if word == "subject" else f"--{word.removesuffix('s') if word == 'tasks' else word}"
            raise UsageError(f"{option} is for one mail, and a mailbox holds many.", "Leave it out.")


def _file_one(
    session: Session, store: "Store", word: str | None, said: "Said", found: "Mails", types: "Types", format: str,
    path: str,
) -> None:  # fmt: skip
    from c360cli.actions.filing import file
    from c360cli.commands._timeline_words import as_it_is, made, sentence
    from c360cli.store import timeline

    customer = store.find_customer(word) if word else None

    def choose(error: AmbiguousCustomer) -> "Customer":
        error.hint = f"Say whose it is: c360 log {error.candidates[0][0]} --from-eml {path}"
        return store.chosen(error)

    (filed,) = file(store, found.each, customer, said, session.config.user, types, session.home, choose)
    if filed.mail is None:
        raise UsageError(f"{path} is no mail: nobody has sent it.", "--from-eml takes an .eml file or an mbox.")
    if filed.logged is None:
        whom = ", ".join(filed.addresses) or "nobody but us"
        raise NotFound("customer of", whom, hint=f"Say whose it is: c360 log CUSTOMER --from-eml {path}")
    row = timeline.one(store, filed.logged.id, session.config.user)
    assert row is not None
    if filed.mail.sent_at is None:
        session.say("The mail names no moment that can be: the present one is kept.")
    if format == "json":
        session.write_json({**as_it_is(session, row["id"]), **made(filed.logged), "is_new": filed.logged.is_new})
    elif filed.logged.is_new:
        session.write_sentences(sentence(row, filed.logged, types, session.config.zone))
    else:
        whose = row["customer_name"] or row["customer"]
        session.write_sentences(f'The mail "{row["subject"]}" is on the timeline of {whose} already: {row["id"]}.')


def _file_many(
    session: Session, store: "Store", word: str | None, said: "Said", found: "Mails", types: "Types", format: str
) -> None:
    from c360cli.actions.filing import file

    customer = store.find_customer(word) if word else None
    ids: list[str] = []
    known = 0
    left: dict[str, list[Filed]] = {why: [] for why in LEFT}
    for filed in file(store, found.each, customer, said, session.config.user, types, session.home):
        if filed.logged is None:
            left[filed.why].append(filed._replace(mail=filed.mail and filed.mail._replace(body="")))
        elif filed.logged.is_new:
            ids.append(filed.logged.id)
        else:
            known += 1
    if format == "json":
        told = {why: [_facts(each) for each in filed] for why, filed in left.items()}
        session.write_json({"filed": ids, "known": known, **told})
    else:
        _name(left["unmatched"] + left["ambiguous"], session)
        session.write(_summary(len(ids), known, left))


def _facts(filed: "Filed") -> dict[str, object]:
    mail = filed.mail
    return {
        "message_id": mail and mail.id,
        "subject": mail and mail.subject,
        "sent_at": mail and mail.sent_at,
        "addresses": list(filed.addresses),
    }


def _summary(filed: int, known: int, left: "dict[str, list[Filed]]") -> str:
    """Return the sentence that counts: "12 mails filed, 3 known already, 2 fit no customer."."""
    words = [f"{filed:,} mail{'' if filed == 1 else 's'} filed", f"{known:,} known already"]
    one = {"unmatched": "fits no customer", "ambiguous": "fits several customers", "unreadable": "is no mail"}
    words += [f"{len(each):,} {one[why] if len(each) == 1 else LEFT[why]}" for why, each in left.items() if each]
    return f"{', '.join(words)}."


def _name(left: "Sequence[Filed]", session: Session) -> None:
    """Name the mails that somebody has to place by hand."""
    from c360cli.text import columns

    if session.is_quiet:
        return
    rows = [
        (LEFT[each.why], each.mail.subject if each.mail else "", ", ".join(each.addresses[:3])) for each in left[:NAMED]
    ]
    for line in columns(rows, indent="  "):
        click.echo(line, err=True)
    if len(left) > NAMED:
        click.echo(f"  … and {len(left) - NAMED:,} more: --json names them", err=True)
