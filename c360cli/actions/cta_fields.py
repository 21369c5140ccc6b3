"""What people write about CTAs and tasks, read and held to what can be kept: names, notes, days, owners."""

from datetime import date

from c360cli.actions.author import author
from c360cli.actions.people_named import ours_named
from c360cli.days import read_near_day
from c360cli.errors import UsageError
from c360cli.nearest import did_you_mean
from c360cli.store import Store
from c360cli.store.authors import folded
from c360cli.text import graphemes

LONGEST_NAME = 200
LONGEST_NOTES = 10_000
# Of a name that is put together from what a rule has found.
LONGEST_MADE_NAME = 80
NONE = "none"


def read_name(text: str, what: str = "CTA") -> str:
    """Return a name on one line; UsageError for an empty one, one too long, one that is no text."""
    name = " ".join(_clean(text, f"the name of the {what}").split())
    a = "an" if what[0] in "aeiou" else "a"
    if not name:
        raise UsageError(f"the name of {a} {what} cannot be empty.")
    if len(name) > LONGEST_NAME:
        raise UsageError(
            f"the name of {a} {what} has at most {LONGEST_NAME} characters, this one has {len(name):,}.",
            "What is longer stands in its notes: --notes TEXT.",
        )
    return name


def read_notes(text: str | None, what: str = "notes") -> str | None:
    """Return a long text without blanks around it; None for an empty one, UsageError for one too long or no text."""
    if text is None:
        return None
    body = _clean(text.replace("\r\n", "\n").replace("\r", "\n"), f"the {what}").strip()
    if len(body) > LONGEST_NOTES:
        has, this = ("have", "these are") if what.endswith("s") else ("has", "this is")
        raise UsageError(f"the {what} {has} at most {LONGEST_NOTES:,} characters; {this} {len(body):,}.")
    return body or None


def cut_name(name: str) -> str:
    """Return a made name as one line of at most 80 characters as a person counts them."""
    kept = list(graphemes(" ".join(name.split())))
    return "".join(kept[:LONGEST_MADE_NAME]).rstrip()


def read_day(store: Store, text: str) -> str | None:
    """Return the day that ``text`` means where the reader is, None for "none"; UsageError for what is no day."""
    if text.strip().lower() == NONE:
        return None
    try:
        return read_near_day(text, date.fromisoformat(store.today())).isoformat()
    except ValueError as error:
        raise UsageError(str(error)) from error


def read_snooze(store: Store, text: str) -> str:
    """Return the day through which a CTA is hidden; UsageError for none, and for one that is over."""
    day = read_day(store, text)
    if day is None:
        raise UsageError("a snooze needs a day.", "c360 cta snooze ID --off shows a CTA again.")
    if day < store.today():
        raise UsageError(f"{day} is over: a snooze lasts through a day to come.", "For example: tomorrow, friday, +2w.")
    return day


def read_owner(store: Store, word: str, user: str | None, csm: str | None, owner: str | None = None) -> str | None:
    """Return who ``word`` is: me, csm, owner (those given), "none", one of us by name or e-mail, any other e-mail.

    Raises UsageError for a name nobody or several of us have, and for a csm where there is none.
    """
    word = word.strip()
    role = word.lower()
    if role == "me":
        return author(user)
    if role == "owner" and owner:
        return owner
    if role == NONE:
        return None
    if role == "csm":
        if not csm:
            raise UsageError("the customer has no CSM.", "Name the owner: --owner you@example.com")
        word = csm
    found = ours_named(store, word)
    if len(found) == 1 and (role != "csm" or word.lower() in (found[0][0].lower(), found[0][1].lower())):
        return found[0][0]
    if role == "csm":
        return csm
    if "@" in word and not any(char.isspace() for char in word):
        return author(word)
    if found:
        several = ", ".join(f"{name} <{email}>" for email, name in found[:5])
        raise UsageError(f'"{word}" fits {len(found)} of us.', f"Say the e-mail: {several}.")
    names = [name for row in store.rows("select name, email from app_user where deleted_at is null order by email")
             for name in (row["name"], row["email"]) if name]  # fmt: skip
    raise UsageError(
        f'nobody of us is called "{word}".',
        did_you_mean(word, names) or "Owners are: me, csm, none, a name of one of us, or an e-mail address.",
    )


def is_same_person(one: str | None, other: str | None) -> bool:
    """Whether two owners are spelled alike."""
    return one is not None and other is not None and folded(one) == folded(other)


def _clean(text: str, what: str) -> str:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise UsageError(f"{what} is no text: it has characters that no text has.")
    return text
