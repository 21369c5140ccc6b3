"""Mails out of a stream: one mail (.eml), or a mailbox of many (mbox), each whole and none larger than memory takes.

A mailbox is the mbox of RFC 4155: a line "From ADDRESS DATE" begins a mail, and a line of the text that begins so has
been given a ">" before it.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

# What is beyond is attachments: headers and text come first.
MOST_BYTES = 4 * 2**20
_LINE = 2**16

# "From " begins many a sentence too; a mail's line ends with a clock and a year.
_BEGINS = re.compile(rb"From \S.*\d\d:\d\d.*\d{4}")
_ESCAPED = re.compile(rb">+From ")


class Mails(NamedTuple):
    """What is in a stream: the mails, each at most ``MOST_BYTES`` of it, and whether they are those of a mailbox."""

    each: Iterator[bytes]
    is_mailbox: bool


def mails(file: BinaryIO) -> Mails:
    """Return the mails of a stream, read one after the other as they are asked for."""
    line = file.readline(_LINE)
    if line.startswith(b"From "):
        return Mails(_mailbox(file, line), True)
    return Mails(iter((line + file.read(MOST_BYTES),)), False)


def _mailbox(file: BinaryIO, line: bytes) -> Iterator[bytes]:
    mail, size, is_blank, is_whole = bytearray(), 0, True, True
    while line:
        if is_whole and is_blank and _BEGINS.match(line):
            if size:
                yield bytes(mail)
            mail, size = bytearray(), 0
        else:
            text = line[1:] if is_whole and _ESCAPED.match(line) else line
            if size < MOST_BYTES:
                mail += text
            size += len(text)
        is_blank = is_whole and not line.strip()
        is_whole = line.endswith(b"\n")
        line = file.readline(_LINE)
    if size:
        yield bytes(mail)
