"""Words fold to one form, whatever way they are written; what makes another word stays apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360cli.names import LONGEST_NAME, LONGEST_WORD, LONGEST_WORDS, domain_of, fold, is_address, name_words, words_of

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["Jane Doe", "Jane.Doe@ACME.com", None], "jane doe jane doe acme com"),
        (["Acme G.m.b.H.", ""], "acme gmbh"),
        (["Eni S.p.A., Roma"], "eni spa roma"),
        (["J.P. Morgan"], "jp morgan"),
        (["v1.2.3 of 10.0.0.1"], "v1 2 3 of 10 0 0 1"),
        (["a.b.corp t.co"], "ab corp t co"),
        (["Müller & Söhne", "Straße"], "muller sohne strasse"),
        (["Łódź Đặng ǿre Ærø"], "lodz dang ore aero"),
        (["İSTANBUL ısı"], "istanbul isi"),
        (["ＡＣＭＥ．ｃｏｍ ﬁn ② ™"], "acme com fin 2 tm"),
        (["東京電力株式会社"], "東京電力株式会社"),
        (["snake_case don't"], "snake case don t"),
        (["हिन्दी"], "हिन्दी"),
        (["Donau\u00addampf a\u200bb x\ufeffy"], "donaudampf a b xy"),
        (["❤\ufe0f 🚀 “…”", "\x00\x1f"], ""),
        ([None, ""], ""),
        ([], ""),
    ],
)
def test_words_are_folded_runs_of_letters_and_digits(texts: list[str | None], words: str) -> None:
    assert words_of(texts) == words


@pytest.mark.parametrize("text", ["한국전력", "Ångström", "Việt", "ガス", "ἀλφα"])
def test_composed_and_decomposed_letters_are_the_same(text: str) -> None:
    assert words_of([unicodedata.normalize("NFD", text)]) == words_of([unicodedata.normalize("NFC", text)]) != ""


def test_a_mark_that_makes_another_letter_makes_another_name() -> None:
    assert name_words("राम") != name_words("रोम")
    assert name_words("バ") != name_words("ハ")


@given(_texts)
def test_what_is_folded_folds_to_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words_of([words_of([text])]) == words_of([text])


@given(st.lists(st.none() | _texts, max_size=4))
def test_words_stand_between_single_blanks(texts: list[str | None]) -> None:
    words = words_of(texts)
    assert words == " ".join(words.split())
    assert words == " ".join(filter(None, (words_of([text]) for text in texts)))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "漢" * 100_000, "ab " * 400_000, "ﷺ" * 20_000])
def test_however_long_a_text_is_its_words_fit_every_index(text: str) -> None:
    words = words_of([text])
    assert max(len(word.encode()) for word in words.split()) <= 4 * LONGEST_WORD < 2046
    assert LONGEST_WORDS - LONGEST_WORD < len(words) <= LONGEST_WORDS
    assert words.startswith(words_of([text[:100]]))


def test_of_a_long_text_every_word_is_kept_and_of_a_long_name_the_beginning() -> None:
    text = f"first {'filler ' * 800} last"
    assert words_of([text]).endswith(" last")
    assert len(name_words(text)) <= LONGEST_NAME < len(text) < LONGEST_WORDS


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Jane@ACME.com", "acme.com"),
        ("https://www.acme.com:8443/about?x#y", "acme.com"),
        ("acme", None),
        ("https://www.münchen.example/", "münchen.example"),
        ("xn--mnchen-3ya.example", "münchen.example"),
        ("www.XN--MNCHEN-3YA.Example.", "münchen.example"),
        ("jo@MU\u0308NCHEN.example", "münchen.example"),
        ("ｍünchen。example", "münchen.example"),
        ("xn--fsqu00a.xn--0zwm56d", "例子.测试"),
        ("straße.example", "straße.example"),
        ("xn--strae-oqa.example", "straße.example"),
        ("аcme.com", "аcme.com"),  # the first letter is Cyrillic
        ("xn--acme-.com", "xn--acme-.com"),  # punycode of nothing but ASCII
        ("xn--99999999.com", "xn--99999999.com"),
        ("xn--ü.com", "xn--ü.com"),
        (f"xn--{'a' * 5000}.com", f"xn--{'a' * 5000}.com"),
    ],
)
def test_a_domain_has_one_form_however_it_is_written(text: str, domain: str | None) -> None:
    assert domain_of(text) == domain


def test_the_punycode_of_what_nobody_may_register_is_another_domain() -> None:
    for written in ("MÜNCHEN", "mu\u0308nchen", "\ud800ü", "ﬁü", "ü_x", "ü’"):
        host = f"xn--{written.encode('punycode').decode()}.example"
        assert domain_of(host) in (None, host.lower())


@given(_texts)
def test_the_domain_of_a_domain_is_the_same(text: str) -> None:
    domain = domain_of(f"{text}.example")
    assert domain is None or domain_of(domain) == domain


ATOM = st.text("abcXYZ019!#$%&'*+/=?^_`{|}~.-", min_size=1, max_size=30)


@given(ATOM)
def test_every_letter_that_may_stand_before_the_at_makes_an_address(name: str) -> None:
    assert is_address(f"{name}@acme.com")


@given(ATOM, st.sampled_from(' ,;:"<>()[]\\@\t\n\x00\x1b\u200b\u202e'), ATOM)
def test_what_would_end_an_address_or_hide_in_it_is_none_of_it(first: str, char: str, last: str) -> None:
    assert not is_address(f"{first}{char}{last}@acme.com")


def test_a_host_has_no_apostrophe() -> None:
    assert not is_address("'rosa@acme.com'")
