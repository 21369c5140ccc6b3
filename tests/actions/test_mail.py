"""Mails as strangers write them: what comes out of one, and that the worst of them costs nothing but itself."""

import io
import random
import time
from datetime import UTC, datetime

import pytest

from c360cli.actions.mail import LONGEST_BODY, MOST_PEOPLE, read_mail
from c360cli.actions.mailbox import MOST_BYTES, mails
from c360cli.actions.without_tags import without_tags

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
HEAD = b"From: a@acme.com\nTo: b@far.org\nSubject: s\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n"
MAIL = b"""From: =?utf-8?q?Rosa_Okaf=C3=B6r?= <rosa@acme.com>
To: "Doe, Jane" <jane@example.com>, Rosa <ROSA@acme.com>
Cc: team: aiko@acme.com;
Subject: =?utf-8?b?w5xiZXI=?=
 the plan
Date: Fri, 20 Nov 2026 10:00:00 +0100
Message-ID: <abc@acme.com>
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/html; charset=utf-8

<title>no</title><p>Hi <b>Jane</b></p><p>you &amp; me</p>
--x
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe
--x--
"""


def read(data):
    return read_mail(data, NOW)


def test_a_mail_says_who_when_what_and_its_plain_text():
    mail = read(MAIL)
    assert (mail.id, mail.subject, mail.body) == ("abc@acme.com", "Über the plan", "Grüße")
    assert mail.sent_at == "2026-11-20T09:00:00Z"
    assert mail.people == (
        ("rosa@acme.com", "Rosa Okaför"), ("jane@example.com", "Doe, Jane"), ("aiko@acme.com", None)
    )  # fmt: skip


def test_html_is_read_without_its_tags_where_there_is_no_plain_text():
    assert read(MAIL.replace(b"text/plain", b"application/pdf")).body == "Hi Jane\n\nyou & me"
    assert without_tags("<script>a<b</script>1 < 2<!-- <p>x --><br/>&lt;b&gt;&#x1F600;&#0;") == "1 < 2\n<b>😀�"


def test_without_a_message_id_the_same_mail_has_the_same_hash_and_another_has_another():
    first, again, other = (read(HEAD + b"\n" + text) for text in (b"one", b"one\n", b"two"))
    assert first.id == again.id
    assert first.id.startswith("sha256:")
    assert first.id != other.id


NO_MOMENTS = (
    *(b"", b"yesterday", b"Fri, 99 Nov 99999 10:00:00 +9999", b"1" * 50_000),
    *(b"Fri, 20 Nov 2099 10:00:00 +0100", b"Fri, 20 Nov 1901 10:00:00 +0000"),
)


@pytest.mark.parametrize("said", NO_MOMENTS)
def test_a_moment_that_cannot_be_is_none(said):
    assert read(b"From: a@acme.com\nDate: " + said + b"\n\nx").sent_at is None


def test_a_header_cannot_bring_another_line_into_what_is_kept():
    mail = read(b"From: a@acme.com\nSubject: x\r\n Bcc: evil@far.org\nMessage-ID: <a\n b>\n\nx")
    assert (mail.subject, mail.people) == ("x Bcc: evil@far.org", (("a@acme.com", None),))


def test_what_nobody_has_sent_is_no_mail():
    assert read(b"") is read(b"\0\1\2") is read(b"root:x:0:0::/root:/bin/sh") is None


def deep(levels):
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (each, each) for each in range(levels))
    return b"From: a@acme.com\n" + head + b"Content-Type: text/plain\n\nhello\n"


HOSTILE = {
    "deep": deep(3000),
    "people": b"From: a@acme.com\nTo: " + b", ".join(b"u%d@far.org" % each for each in range(50_000)) + b"\n\nx",
    "commas": b"From: a@acme.com\nTo: " + b"," * 500_000 + b"\n\nx",
    "quotes": b"From: a@acme.com\nTo: " + b'"(<' * 200_000 + b"\n\nx",
    "words": b"From: a@acme.com\nSubject: " + b"=?utf-8?q?x?= " * 100_000 + b"\n\nx",
    "parameters": HEAD + b"Content-Type: multipart/mixed; " + b"a=b; " * 100_000 + b"\n\nhi",
    "comments": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 300_000,
    "tags": HEAD + b"Content-Type: text/html\n\n" + b"<a " * 300_000,
    "numbers": HEAD + b"Content-Type: text/html\n\n&#" + b"9" * 300_000 + b";",
    "idna": HEAD + b"Content-Type: text/plain; charset=idna\n\n" + b"x" * 1_000_000,
    "charset": HEAD + b"Content-Type: text/plain; charset=zlib\n\nhi",
    "base64": HEAD + b"Content-Transfer-Encoding: base64\n\n!!!====x",
    "bytes": HEAD + b"\n\0\xed\xa0\x80\xff",
    "huge": HEAD + b"\n" + b"x" * MOST_BYTES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_in_seconds_or_is_none_and_keeps_to_every_limit(name):
    started = time.process_time()
    mail = read(HOSTILE[name])
    assert time.process_time() - started < 20
    if mail is not None:
        assert len(mail.body) <= LONGEST_BODY
        assert len(mail.people) <= MOST_PEOPLE
        assert "\0" not in mail.body
        mail.body.encode()


def test_any_damage_to_a_mail_gives_a_mail_or_none():
    chance = random.Random(1)
    for _ in range(400):
        broken = bytearray(MAIL)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        mail = read(bytes(broken))
        assert mail is None or (mail.subject + mail.body).encode().count(0) == 0


def test_a_mailbox_is_taken_apart_at_its_lines_and_nowhere_else():
    line = b"From x@y Fri Nov 20 10:00:00 2026\n"
    box = line + b"A: 1\n\nFrom what I see it is fine.\n>From here\n\n" + line + b"B: 2\r\n\r\nFrom 10:00 on\n"
    found = mails(io.BytesIO(box))
    assert found.is_mailbox
    assert list(found.each) == [
        b"A: 1\n\nFrom what I see it is fine.\nFrom here\n\n", b"B: 2\r\n\r\nFrom 10:00 on\n"
    ]  # fmt: skip
    one = mails(io.BytesIO(MAIL))
    assert (one.is_mailbox, list(one.each)) == (False, [MAIL])


def test_a_mail_of_a_mailbox_takes_no_more_memory_than_a_mail_may():
    line = b"From x@y Fri Nov 20 10:00:00 2026\n"
    sizes = [len(each) for each in mails(io.BytesIO(line + b"x" * (2 * MOST_BYTES) + b"\n\n" + line + b"y\n")).each]
    assert sizes[0] <= MOST_BYTES + 2**16
    assert sizes[1] == 2
