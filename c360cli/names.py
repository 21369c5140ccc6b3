"""Names of companies: folded for comparing, shortened to slugs, and domains worth matching by."""

import re
import unicodedata

# The usual endings of legal forms; a name that is nothing but such words keeps them.
_LEGAL = frozenset(
    (
        "ab",
        "ag",
        "as",
        "asa",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "kk",
        "limited",
        "llc",
        "llp",
        "ltd",
        "nv",
        "oy",
        "oyj",
        "plc",
        "pty",
        "pte",
        "sa",
        "sarl",
        "sas",
        "se",
        "sl",
        "spa",
        "srl",
        "ug",
        "株式会社",
        "有限会社",
    )
)

# Mail hosts that say nothing about the company of the person who writes.
FREE_MAIL = frozenset(
    (
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "msn.com",
        "icloud.com",
        "me.com",
        "aol.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
        "protonmail.com",
        "mail.com",
        "yandex.ru",
        "qq.com",
        "163.com",
    )
)

_ACCENT = re.compile("[\u0300-\u036f]")
# Letters whose stroke no decomposition takes away.
_WITHOUT_STROKE = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe", "ı": "i"})

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return ``text`` for comparing: compatibility forms unified, case and accents dropped."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_WITHOUT_STROKE))
    # Only the accents of Latin, Greek and Cyrillic: in other scripts a mark makes another letter (ba of ha).
    return unicodedata.normalize("NFC", _ACCENT.sub("", decomposed))


def name_key(name: str) -> str:
    """Return what two spellings of one company share: folded words without punctuation and legal forms.

    "Müller & Söhne GmbH" and "MULLER SOHNE" have the same key; "Acme" and "Acme Bank" do not.
    """
    words = name_words(name).split()
    significant = [word for word in words if word not in _LEGAL]
    return " ".join(significant or words)


def name_words(name: str) -> str:
    """Return the folded words of a name, legal form included, without punctuation: "acme gmbh" for "ACME G.m.b.H."."""
    return " ".join(_WORD.findall(fold(name).replace(".", "")))


def slugs(name: str) -> tuple[str, str]:
    """Return the short and the full slug of a name: ("acme", "acme-corporation") for "Acme Corporation"."""
    words = name_words(name).split()
    short = [word for word in words if word not in _LEGAL]
    full = _joined(words) or "customer"
    return (_joined(short) or full, full)


LONGEST_SLUG = 24


def _joined(words: list[str]) -> str:
    """Return whole words joined by dashes as far as they fit, and at least the beginning of the first."""
    slug = "-".join(words)
    if len(slug) <= LONGEST_SLUG:
        return slug
    return slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]


def domain_of(text: str) -> str | None:
    """Return the bare domain in an e-mail address, URL or host name; None where there is none.

    ``www.`` is dropped; the result is lower case.
    """
    host = text.strip().lower()
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", host).split("/")[0].split("?")[0].split("#")[0]
    host = host.rsplit("@", 1)[-1].split(":")[0].strip(".").removeprefix("www.")
    if "." not in host or not re.fullmatch(r"[^\s@<>()\[\],;\"']+", host):
        return None
    return host


def long_salesforce_id(short: str) -> str:
    """Return the 18-character form of a 15-character Salesforce id; any other text comes back as it is.

    The last three characters tell which of the first fifteen are capitals, five at a time, so that ids that
    differ in case alone stay apart where case is ignored.
    """
    if len(short) != 15 or not short.isascii() or not short.isalnum():
        return short
    suffix = ""
    for start in (0, 5, 10):
        bits = sum(1 << index for index, letter in enumerate(short[start : start + 5]) if letter.isupper())
        suffix += "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]
    return short + suffix
