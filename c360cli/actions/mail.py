"""One mail, read: who, when, about what, and its text. Whatever a stranger has put into it, this comes out or nothing.

The standard library's parser in its old policy is used: it takes anything for a mail and raises least; headers are
decoded here, one at a time, so that a broken one costs only itself.
"""

import email
import email.errors
import email.header
import email.utils
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any, NamedTuple

from c360cli.actions.attendees import read_address
from c360cli.actions.without_tags import without_tags
from c360cli.times import moment

MOST_HEADER = 20_000  # letters; who writes to more people at once sends a newsletter
MOST_PARAMETERS = 2_000  # letters of a header that says what kind of text follows
MOST_PEOPLE = 100
MOST_PARTS = 500
LONGEST_SUBJECT, LONGEST_BODY, LONGEST_ID = 255, 100_000, 250
CUT = "\n\n[The rest of this mail is not kept.]"
# What the parser and the codecs of the standard library raise for what is no mail.
BROKEN = (
    *(email.errors.MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError),
    *(RecursionError, OverflowError),
)
# Codecs that do more than read letters, or take forever over them.
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7"))
_CHARSETS = ("utf-8", "cp1252")
_DAY = timedelta(days=1)
_FIRST = datetime(1971, 1, 1, tzinfo=UTC)


class _Message(Message):
    """A message whose headers are never longer than anybody reads: the parser takes them apart again and again."""

    def get(self, name: str, failobj: Any = None) -> Any:
        """Return the beginning of a header as text, or ``failobj``."""
        value = super().get(name, failobj)
        most = MOST_PARAMETERS if name.lower().startswith("content-") else MOST_HEADER
        return value if value is failobj else str(value)[:most]


class Mail(NamedTuple):
    """What a mail says. ``id`` is its Message-ID, or a hash of what it is; ``people`` are (address, name), From first.

    ``sent_at`` is None where it names no moment, or one that has not come yet.
    """

    id: str
    subject: str
    sent_at: str | None
    body: str
    people: tuple[tuple[str, str | None], ...]


def read_mail(data: bytes, now: datetime) -> Mail | None:
    """Return the mail in ``data``, None for what is none: nobody has sent it."""
    try:
        message = email.message_from_bytes(data, _Message)
        people = _people(message)
        if not people:
            return None
        subject = " ".join(_header(message, "Subject").split())[:LONGEST_SUBJECT]
        body = _body(message)
        sent_at = _sent_at(message, now)
        return Mail(_id(message, people, subject, body), subject or "(no subject)", sent_at, body, people)
    except BROKEN:
        return None


def _id(message: Message, people: tuple[tuple[str, str | None], ...], subject: str, body: str) -> str:
    said = _header(message, "Message-ID").split()
    found = said[0].strip("<>") if said else ""
    if found and len(found) <= LONGEST_ID:
        return found
    parts = (found, _header(message, "Date"), subject, *(address for address, _ in people), body)
    return f"sha256:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"


def _header(message: Message, name: str) -> str:
    """Return a header as text; the first where there are several."""
    return _decoded(message.get(name, ""))


def _decoded(raw: str) -> str:
    raw = re.sub(r"\r?\n(?=[ \t])", "", raw)  # a header that was folded is one line
    try:
        parts = email.header.decode_header(raw)
    except BROKEN:
        return _clean(raw)
    return _clean("".join(part if isinstance(part, str) else _text(part, charset) for part, charset in parts))


def _people(message: Message) -> tuple[tuple[str, str | None], ...]:
    """Return whom the mail names, each address once, who has sent it first."""
    found: dict[str, tuple[str, str | None]] = {}
    for name in ("From", "Sender", "To", "Cc"):
        raw = [str(value)[:MOST_HEADER] for value in message.get_all(name, [])]
        # Addresses are taken apart before names are decoded: a name may hold a comma, or another address.
        for said, address in email.utils.getaddresses(raw):
            person = read_address(_clean(address))
            if person and len(found) < MOST_PEOPLE:
                shown = " ".join(_decoded(said).split())[:LONGEST_SUBJECT]
                found.setdefault(person[0].lower(), (person[0], shown or None))
        if name == "From" and not found and message.get("Sender") is None:
            return ()
    return tuple(found.values())


def _sent_at(message: Message, now: datetime) -> str | None:
    """Return when it was sent; a clock that runs ahead by a day or more is no clock."""
    try:
        when = email.utils.parsedate_to_datetime(message.get("Date", "")[:200])
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return moment(when) if _FIRST <= when <= now + _DAY else None
    except BROKEN:
        return None


def _body(message: Message) -> str:
    """Return the text of a mail: the first plain one, else the first HTML without its tags."""
    html = ""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
            continue
        payload = part.get_payload(decode=True)
        text = _clean(_text(payload if isinstance(payload, bytes) else b"", part.get_content_charset()))
        if kind == "text/plain" and text.strip():
            return _shortened(text)
        html = html or text
    return _shortened(without_tags(html))


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail without walking into mails that are attached to it, or deeper than people write."""
    waiting = [message]
    for _ in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [each for each in inner if isinstance(each, Message)]
        else:
            yield part


def _text(data: bytes, charset: str | None) -> str:
    """Return bytes as text in ``charset`` where that is one and fits; each byte that fits nowhere becomes a mark."""
    said = re.sub(r"[^a-z0-9]+", "-", (charset or "").lower())
    for name in (() if not said or said in _NO_CHARSETS else (said,)) + _CHARSETS:
        try:
            return data.decode(name)
        except (UnicodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _clean(text: str) -> str:
    """Return text without what no text has: NUL, halves of characters."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def _shortened(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return text if len(text) <= LONGEST_BODY else text[: LONGEST_BODY - len(CUT)].rstrip() + CUT
