"""An event as a sentence: what happened, in the words of the page."""

from c360cli import money
from c360cli.records import Row
from c360cli.store import authors
from c360cli.store.store import Store
from c360cli.times import days_between, distance

_FIELDS = {
    "title": "title",
    "email": "e-mail",
    "customer_ref": "company",
    "location": "place",
    "is_active": "active",
    "extra.is_email_bounced": "mail bounces",
}


def words_of(row: Row, store: Store) -> str:
    """Return what happened in words, "" where it is none a person needs to hear.

    ``short_id`` is what they may type, ``counted`` the currencies of the amounts (``c360cli.store.currencies``).
    """
    about, old, new = row["about"], row["old"], row["new"]
    match row["event"]:
        case "survey":
            return f"{about or 'Somebody'} answered {_score(new, old)}"
        case "cta_created":
            kind, reason = row["field"] or "CTA", f" ({new})" if new else ""
            return f"{kind} {row['short_id']}: {about}{reason}"
        case "cta_status":
            return f"CTA {row['short_id']} {about}: {_moved(old, new)}"
        case "case_opened":
            priority = f", {row['field']}" if row["field"] else ""
            return f"Case {new or row['item_id']} opened: {about}{priority}"
        case "case_escalated":
            return f"Case became {new}: {about}"
        case "arr":
            return f"ARR {_moved(*map(_amount, (old, new), row['counted']))}"
        case "owner":
            name = "CSM" if row["field"] == "csm" else "Owner"
            return f"{name} {_moved(_name(store, old), _name(store, new))}"
        case "renewal":
            return f"Renewal on {new}, {distance(new, store.today())}"
        case "sponsor":
            return sponsor_words(row)
    return _assigned(row)


def sponsor_words(row: Row, *, is_loss: bool = False) -> str:
    """Return what has changed about a sponsor, "" for nothing; with ``is_loss`` only what may lose us the sponsor."""
    who, field, old, new = row["about"], row["field"], row["old"], row["new"]
    if is_loss and (old == new or not _may_lose(field, old, new)):
        return ""
    if field == "deleted_at":
        return f"Sponsor {who} is gone" if new else f"Sponsor {who} is back"
    if field == "email":
        before, after = (str(value or "").rpartition("@")[2].lower() for value in (old, new))
        return "" if before == after else f"Sponsor {who}: mail domain {_moved(before, after)}"
    if field == "is_active":
        return f"Sponsor {who} is {'active again' if new == '1' else 'no longer active'}"
    if field == "extra.is_email_bounced":
        return f"Sponsor {who}: mail {'bounces' if str(new).lower() in ('true', '1') else 'arrives again'}"
    return f"Sponsor {who}: {_FIELDS[field]} {_moved(old, new)}"


def _may_lose(field: str, old: str | None, new: str | None) -> bool:
    """Tell whether a change is no good news, nor something that nobody had told before."""
    if field == "deleted_at":
        return new is not None
    if field == "is_active":
        return new == "0"
    if field == "extra.is_email_bounced":
        return str(new).lower() in ("true", "1")
    return old is not None


def _assigned(row: Row) -> str:
    what = {"cta": "CTA", "task": "Task", "plan": "Plan"}[row["kind"]]
    if row["field"] == "due_on":
        return f"Plan {row['short_id']} {row['about']}: due {_moved_day(row['old'], row['new'])}"
    return f"{what} {row['short_id']} is yours: {row['about']}"


def _moved_day(old: str | None, new: str | None) -> str:
    if not (old and new):
        return new or "on no day"
    days = days_between(old, new)
    return f"{new}, {abs(days)} d {'later' if days > 0 else 'earlier'}"


def _moved(old: str | None, new: str | None) -> str:
    return f"{old or 'none'} → {new or 'none'}"


def _amount(minor: str | None, currency: str | None) -> str | None:
    return None if minor is None else money.say(int(minor), currency)


def _score(score: str, scale: str | None) -> str:
    number = float(score)
    return f"{number:g} of {scale}" if scale else f"{number:g}"


def _name(store: Store, user: str | None) -> str | None:
    """Return the name of one of us, or what the source calls them."""
    if user is None:
        return None
    return str(store.one(f"select coalesce({authors.NAME.format(':user')}, :user)", user=user))
