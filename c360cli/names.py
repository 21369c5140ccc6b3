"""Names and words: folded for comparing and searching, shortened to slugs, and domains worth matching by.

What ``fold`` and ``words_of`` return is stored: a release that changes them computes the stored words anew.
"""

import re
import unicodedata
from collections.abc import Sequence

from c360cli.folding import fold as fold  # what names are compared by, for those who open this file anyway

# Legal forms, a line for each family of spellings; those of several words are one with "_" between. Two names that are
# alike but for forms of two families are two companies: a GmbH is no Inc.
_FAMILIES = tuple(
    frozenset(line.split())
    for line in """
        inc incorporated corp corporation
        ltd limited pty_ltd pty pte pte_ltd pvt_ltd private_limited sdn_bhd bhd 有限公司 有限责任公司 有限責任公司
        llc
        llp
        plc public_limited_company
        gmbh mbh ggmbh gesellschaft_mbh
        ag aktiengesellschaft 股份有限公司
        kg kommanditgesellschaft
        ug
        se
        sa s_a sociedad_anonima societe_anonyme
        sas
        sarl eurl
        srl s_r_l
        spa societa_per_azioni
        sl slu
        sa_de_cv
        s_de_rl_de_cv
        ltda lda
        bv besloten_vennootschap
        nv naamloze_vennootschap
        ab aktiebolag
        as a_s asa
        aps
        oy oyj
        sp_z_oo sp_zoo spolka_z_oo
        sro
        kft
        zrt nyrt
        doo
        ooo ооо
        oao zao оао зао ао
        kk k_k kabushiki_kaisha 株式会社 株
        yk 有限会社 有
        gk 合同会社
        주식회사 주
        유한회사 유
    """.strip().splitlines()
)
# Says "company" in any form, so it tells no family apart.
_COMPANY = frozenset(("co", "company"))
_FAMILY_OF = {form: number for number, family in enumerate(_FAMILIES) for form in family}
_LEGAL = _COMPANY.union(form for form in _FAMILY_OF if "_" not in form)
_LONG_FORMS = sorted((form.split("_") for form in _FAMILY_OF if "_" in form), key=len, reverse=True)
# Written without a blank before or behind the name.
_JOINED_FORMS = sorted((form for form in _FAMILY_OF if not form.isascii() and len(form) > 3), key=len, reverse=True)

# Mail hosts that say nothing about the company of the person who writes.
_FREE_MAIL = """
    gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.co.jp yahoo.com.br ymail.com rocketmail.com
    hotmail.com hotmail.co.uk hotmail.de hotmail.fr outlook.com outlook.de live.com live.co.uk msn.com icloud.com me.com
    mac.com aol.com gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de freenet.de bluewin.ch proton.me pm.me
    protonmail.com tutanota.com fastmail.com hey.com duck.com zoho.com mail.com comcast.net verizon.net att.net cox.net
    sbcglobal.net btinternet.com orange.fr wanadoo.fr free.fr laposte.net libero.it uol.com.br bol.com.br terra.com.br
    rediffmail.com seznam.cz wp.pl o2.pl onet.pl interia.pl ukr.net abv.bg mail.ru bk.ru yandex.ru yandex.com qq.com
    foxmail.com 163.com 126.com sina.com naver.com hanmail.net daum.net docomo.ne.jp
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())

# Single letters with dots between: one abbreviation. The first pattern is quick to say that there is none.
_LETTER_AFTER_DOT = re.compile(r"\.[^\W\d_](?![^\W_])")
_INITIALS = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])")

# What an index of words can hold, on every engine: a subject of a million signs must not stop a sync.
LONGEST_WORD = 500
LONGEST_WORDS = 10_000


def words_of(texts: Sequence[str | None]) -> str:
    """Return the folded words of ``texts`` with single blanks between them: "jane acme com" for "Jane@ACME.com".

    Letters with dots between them are one word: "acme gmbh" for "Acme G.m.b.H.". What is stored to be searched, and
    what a person searches for, go through here, so that every engine finds the same.
    """
    text = fold(" ".join(filter(None, texts)))
    if _LETTER_AFTER_DOT.search(text):
        text = _INITIALS.sub(lambda found: found[0].replace(".", ""), text)
    words = _words(text)
    joined = " ".join(words)
    return joined if len(joined) <= LONGEST_WORD else _bounded(words)


def _bounded(words: Sequence[str]) -> str:
    """Return words with blanks between, those beyond the longest in pieces, as many as fit."""
    pieces = [word[at : at + LONGEST_WORD] for word in words for at in range(0, len(word), LONGEST_WORD)]
    return " ".join(pieces)[:LONGEST_WORDS].rstrip()


class _Signs(dict[int, int | None]):
    """What becomes of a sign where words are cut out of a text: kept, dropped or a blank; learned as signs come."""

    def __missing__(self, code: int) -> int | None:
        sign = chr(code)
        kind = unicodedata.category(sign)
        is_selector = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF  # of an emoji's colour, for example
        kept: int | None = ord(" ")
        # A mark that is left after folding belongs to its letter: without them two words of Hindi are one.
        if sign.isalnum() or (kind in ("Mn", "Mc") and not is_selector):
            kept = code
        elif is_selector or kind == "Me" or (kind == "Cf" and sign != "\u200b"):  # joiners, soft hyphens, directions
            kept = None
        self[code] = kept
        return kept


_SIGNS = _Signs()
_SIGN = re.compile(r"[^\w\x00-\x7f]")
_WORD = re.compile(r"[^\W_]+")
_ASCII_SIGNS = bytes(code if code < 128 and chr(code).isalnum() else ord(" ") for code in range(256))


def _words(folded: str) -> list[str]:
    """Return the runs of letters and digits in a folded text."""
    if folded.isascii():
        return folded.encode().translate(_ASCII_SIGNS).decode().split()
    # Sign by sign takes long, and most texts have none but those of ASCII beside their letters.
    return folded.translate(_SIGNS).split() if _SIGN.search(folded) else _WORD.findall(folded)


LONGEST_NAME = 400  # letters: a name may fold to many times its length, and no index takes more


def name_key(name: str) -> str:
    """Return what two spellings of one company share: folded words without punctuation and legal forms.

    "Müller & Söhne GmbH" and "MULLER SOHNE" have the same key; "Acme" and "Acme Bank" do not.
    """
    words = name_words(name).split()
    return " ".join(_without_forms(words)[0] or words)


def may_be_one(name: str, other: str) -> bool:
    """Whether two names with one key may be one company: their legal forms are of one family, or one has none."""
    one, two = (_without_forms(name_words(each).split())[1] for each in (name, other))
    return not one or not two or not one.isdisjoint(two)


def _without_forms(words: list[str]) -> tuple[list[str], set[int]]:
    """Return words without the legal forms among them, and the families of those forms."""
    families: set[int] = set()
    for form in _LONG_FORMS:
        if len(words) > len(form) and words[-len(form) :] == form:
            families.add(_FAMILY_OF["_".join(form)])
            words = words[: -len(form)]
            break
    left = []
    for word in words:
        if not word.isascii():
            for joined in _JOINED_FORMS:
                bare = word.removeprefix(joined).removesuffix(joined)
                if bare and bare != word:
                    families.add(_FAMILY_OF[joined])
                    word = bare
                    break
        if word in _FAMILY_OF:
            families.add(_FAMILY_OF[word])
        elif word not in _COMPANY:
            left.append(word)
    return left, families


def name_words(name: str) -> str:
    """Return the folded words of a name, legal form included, without punctuation: "acme gmbh" for "ACME G.m.b.H."."""
    return " ".join(_words(fold(name).replace(".", "")))[:LONGEST_NAME].rstrip()


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


_DOT = re.compile("[.。．｡]")
_PUNYCODE = "xn--"
_LONGEST_LABEL = 63
LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@[\w.-]+\.[\w-]+")


def is_address(text: str) -> bool:
    """Tell whether a text is an e-mail address and nothing else.

    Before the @ stand letters, digits and !#$%&'*+/=?^_`{|}~.- as in RFC 5322, but nothing in quotes.
    """
    return len(text) <= LONGEST_ADDRESS and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def lower_address(text: str) -> str:
    """Return an e-mail address as addresses are compared, in lower case; a name of a person as it is."""
    return text.lower() if "@" in text else text


def domain_of(text: str) -> str | None:
    """Return the bare domain in an e-mail address, URL or host name; None where there is none.

    ``www.`` is dropped; the result is lower case, and as people write it: "münchen.example" for
    "xn--mnchen-3ya.example".
    """
    host = text.strip().lower()
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", host).split("/")[0].split("?")[0].split("#")[0]
    host = host.rsplit("@", 1)[-1].split(":")[0].strip(".")
    if not host.isascii() or _PUNYCODE in host:
        host = ".".join(map(_readable, _DOT.split(host))).strip(".")
    host = host.removeprefix("www.")
    if "." not in host or not re.fullmatch(r"[^\s@<>()\[\],;\"']+", host):
        return None
    return host


def _readable(label: str) -> str:
    """Return one word of a host name as people write it.

    What is no punycode, or the punycode of what nobody may register, stays as it is: it leads to another host or to
    none. Letters that look alike stay apart, and so do "ß" and "ss", which are two domains.
    """
    if not label.startswith(_PUNYCODE):
        return _plain(label)
    if len(label) > _LONGEST_LABEL:
        return label
    try:
        written = label.removeprefix(_PUNYCODE).encode("ascii").decode("punycode")
        again = _PUNYCODE + written.encode("punycode").decode("ascii")
    except UnicodeError:
        return label
    is_meant = not written.isascii() and written == _plain(written) and _is_word(written)
    return written if is_meant and again == label else label


def _plain(label: str) -> str:
    """Return a word of a host name with its compatibility forms unified, where that leaves a word."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    return plain if _is_word(plain) else label


def _is_word(label: str) -> bool:
    return all(sign.isalnum() or sign == "-" or unicodedata.category(sign) in ("Mn", "Mc") for sign in label)


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
