"""Comments that people write about customers, and take back when they are their own."""

from c360cli.actions.author import author
from c360cli.errors import NotFound, UsageError
from c360cli.nearest import nearest
from c360cli.records import Customer, Row
from c360cli.store import Store
from c360cli.store import comments as kept
from c360cli.store.authors import folded

LONGEST = 10_000


def comments_on(store: Store, word: str) -> tuple[Customer, list[Row]]:
    """Return the customer named ``word`` and the comments on it, newest first; NotFound for the customer.

    Each is {id, author, author_name, body, made_at}.
    """
    customer = store.find_customer(word)
    return customer, kept.of_customer(store, customer.id)


def add(store: Store, word: str, text: str, user: str | None) -> tuple[Customer, Row]:
    """Keep a comment on the customer named ``word`` under the name of ``user``, and return both.

    Raises UsageError for a text that is empty, too long, or no text; NotFound for the customer; ConfigError without
    a user.
    """
    who = author(user)
    body = read_body(text)
    customer = store.find_customer(word)
    made = kept.find(store, customer.id, kept.add(store, customer.id, body, who))
    assert made is not None
    return customer, made


def remove(store: Store, word: str, comment_id: str, user: str | None) -> tuple[Customer, Row]:
    """Take back a comment of ``user`` on the customer named ``word``, and return both.

    Raises NotFound where there is no such comment, UsageError where somebody else has written it.
    """
    who = author(user)
    customer = store.find_customer(word)
    made = kept.find(store, customer.id, comment_id)
    if made is None or (folded(made["author"]) == folded(who) and not kept.remove(store, comment_id, who)):
        ids = [row["id"] for row in kept.of_customer(store, customer.id)]
        close = nearest(comment_id, ids)
        raise NotFound(
            f"comment on {customer.slug}", comment_id, close, "" if close else f"c360 comment {customer.slug} --list"
        )
    if folded(made["author"]) != folded(who):
        name = made["author_name"] or made["author"]
        raise UsageError(f"{name} wrote {comment_id}; only who wrote a comment can take it back.")
    return customer, made


def read_body(text: str) -> str:
    """Return a comment as it is kept: without blanks around it, its lines ended by newlines; UsageError for none."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise UsageError("a comment cannot be empty.", 'c360 comment CUSTOMER "what there is to say"')
    if len(body) > LONGEST:
        raise UsageError(f"a comment has at most {LONGEST:,} characters, this one has {len(body):,}.")
    if "\0" in body or any("\ud800" <= char <= "\udfff" for char in body):
        raise UsageError("the comment is no text: it has characters that no text has.")
    return body
