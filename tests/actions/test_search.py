"""Searching finds names, subjects, numbers and ids, and what is typed is plain words."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from c360cli.actions.search import MOST_WORDS, marked, search, spans
from c360cli.errors import UsageError
from c360cli.store import Store
from tests.sections.company import empty_store, put, record


@pytest.fixture(scope="module")
def store(new_url: Callable[[], str]) -> Store:
    made = empty_store(new_url())
    put(
        made,
        record("customer", "001", name="Acme Corporation", domain="acme.com"),
        record("customer", "002", name="Acme"),
        record("customer", "003", name="Die Acme Gruppe"),
        record("customer", "004", name="Großmüller Maschinenbau"),
        record("customer", "005", name="東京電力株式会社"),
        record("contact", "p1", name="Jürgen Ångström", email="jurgen@acme.com", title="Head of IT"),
        record("contact", "p2", name="N. Acmeson"),
        record("opportunity", "o1", name="Acme renewal 2027"),
        record("customer", "700", "desk", name="Desk", external_id="001"),
        record("case", "48213", "desk", number="48213", subject="SSO login loops after upgrade", customer_ref="700"),
        record("case", "48214", "desk", number="48214", subject="Export drops ÜMLAUTE near NOT AND OR"),
    )  # fmt: skip
    return made


def names(store: Store, text: str, **more: object) -> list[str]:
    return [hit.name for hit in search(store, text, **more).hits]  # type: ignore[arg-type]


def test_the_exact_name_comes_first_then_names_that_begin_so(store: Store) -> None:
    found = names(store, "acme")
    assert found[0] == "Acme"
    assert set(found[1:3]) == {"Acme Corporation", "Acme renewal 2027"}
    assert set(found[3:]) >= {"Die Acme Gruppe", "N. Acmeson"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("login", "SSO login loops after upgrade"),
        ("LOG upgr", "SSO login loops after upgrade"),
        ("48213", "SSO login loops after upgrade"),
        ("#48213", "SSO login loops after upgrade"),
        ("ops", "SSO login loops after upgrade"),
        ("ss", "SSO login loops after upgrade"),
        ("angstrom", "Jürgen Ångström"),
        ("JÜRGEN", "Jürgen Ångström"),
        ("jurgen@acme.com", "Jürgen Ångström"),
        ("it", "Jürgen Ångström"),
        ("muller", "Großmüller Maschinenbau"),
        ("MÜLLER", "Großmüller Maschinenbau"),
        ("電力", "東京電力株式会社"),
        ("社", "東京電力株式会社"),
        ("mlaute", "Export drops ÜMLAUTE near NOT AND OR"),
        ("ümlaut", "Export drops ÜMLAUTE near NOT AND OR"),
    ],
)
def test_words_their_beginnings_and_their_parts_are_found(store: Store, text: str, name: str) -> None:
    assert name in names(store, text)


@pytest.mark.parametrize(
    "text", ["drops NOT export", 'export "drops"', "export* OR drops", "(export) - drops", "NEAR(drops)"]
)
def test_operators_and_quotes_are_plain_words(store: Store, text: str) -> None:
    assert names(store, text) == ["Export drops ÜMLAUTE near NOT AND OR"]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(['"', "* ^", "col:x", "{a b}:c"])
)
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_an_answer(store: Store, text: str) -> None:
    try:
        search(store, text)
    except UsageError:
        assert not text.strip()


KOREAN_DECOMPOSED = unicodedata.normalize("NFD", "한국전력")
FULL_WIDTH = "ＦＵＬＬ Width"


@pytest.fixture(scope="module")
def world(new_url: Callable[[], str]) -> Store:
    """A store of names in many scripts and spellings."""
    made = empty_store(new_url())
    accounts = (
        *("Acme G.m.b.H.", "Bolt GmbH", "Amazon.com", "U.S. Steel", "O'Neil & Sons", "100% Organic", "snake_case"),
        *("Łódź Đặng", "Straße Sieben", "Ärzte ÖPNV", "ΣΊΣΥΦΟΣ", "Не́ва", "Rocket 🚀 Labs", "हिन्दी प्रेस", "हान्दा प्रेस"),
        *(FULL_WIDTH, KOREAN_DECOMPOSED, "バガ商事"),
    )
    put(
        made,
        *(record("customer", str(number), name=name) for number, name in enumerate(accounts, 1)),
        record("contact", "p1", name="John Doe", email="j.doe@acme.com", title="V.P. Sales"),
        record("contact", "p2", name="Rosa", email="rosa@doe.example"),
    )
    return made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gmbh", {"Acme G.m.b.H.", "Bolt GmbH"}),
        ("G.m.b.H.", {"Acme G.m.b.H.", "Bolt GmbH"}),
        ("g.m.b", {"Acme G.m.b.H.", "Bolt GmbH"}),
        ("acme gmbh", {"Acme G.m.b.H."}),
        ("us steel", {"U.S. Steel"}),
        ("U.S.", {"U.S. Steel"}),
        ("amazon com", {"Amazon.com"}),
        ("amazoncom", {"Amazon.com"}),
        ("lodz", {"Łódź Đặng"}),
        ("DANG łódź", {"Łódź Đặng"}),
        ("한국", {KOREAN_DECOMPOSED}),
        (unicodedata.normalize("NFD", "한국"), {KOREAN_DECOMPOSED}),
        ("전력", {KOREAN_DECOMPOSED}),
        ("हिन्दी", {"हिन्दी प्रेस"}),
        ("full", {FULL_WIDTH}),
        ("ｗｉｄｔｈ", {FULL_WIDTH}),
        ("STRASSE", {"Straße Sieben"}),
        ("straße", {"Straße Sieben"}),
        ("traß", {"Straße Sieben"}),
        ("🚀", {"Rocket 🚀 Labs"}),
        ("rocket 🚀", {"Rocket 🚀 Labs"}),
        ("&", {"O'Neil & Sons"}),
        ("%", {"100% Organic"}),
        ("100%", {"100% Organic"}),
        ("_", {"snake_case"}),
        ("o'neil", {"O'Neil & Sons"}),
        ("ärzte", {"Ärzte ÖPNV"}),
        ("OPNV", {"Ärzte ÖPNV"}),
        ("商事", {"バガ商事"}),
        ("ﾊﾞｶﾞ", {"バガ商事"}),
        ("σίσυφος", {"ΣΊΣΥΦΟΣ"}),
        ("нева", {"Не́ва"}),
        ("j.doe@acme.com", {"John Doe"}),
        ("j.d", {"John Doe"}),
        ("vp", {"John Doe"}),
        ("v.p. sales", {"John Doe"}),
        ("doe", {"John Doe", "Rosa"}),
        ("\0", set()),
        ("\ufe0f", set()),
    ],
)
def test_a_name_is_found_in_every_spelling_on_every_engine(world: Store, text: str, found: set[str]) -> None:
    assert set(names(world, text)) == found


def test_an_abbreviation_stands_out_with_and_without_its_dots(world: Store) -> None:
    assert [hit.match for hit in search(world, "gmbh").hits] == ["Acme [G.m.b.H].", "Bolt [GmbH]"]
    assert [hit.match for hit in search(world, "g.m.b.h.").hits] == ["Acme [G.m.b.H].", "Bolt [GmbH]"]


def test_many_words_are_searched_and_too_many_are_refused(world: Store) -> None:
    assert names(world, "acme " * 500) == ["Acme G.m.b.H.", "John Doe"]
    assert names(world, " ".join(map(str, range(MOST_WORDS)))) == []
    with pytest.raises(UsageError, match=f"{MOST_WORDS + 1} words"):
        names(world, " ".join(map(str, range(MOST_WORDS + 1))))
    assert names(world, "x" * 100_000) == []


def test_one_kind_can_be_asked_for_in_the_singular_and_the_plural(store: Store) -> None:
    assert (
        names(store, "acme", kind="opportunities") == names(store, "acme", kind="opportunity") == ["Acme renewal 2027"]
    )
    with pytest.raises(UsageError, match='no searching in "usage"'):
        search(store, "acme", kind="usage")


def test_no_more_than_the_limit(store: Store) -> None:
    assert names(store, "acme", limit=1) == ["Acme"]


def test_a_hit_says_where_it_was_found_and_where_it_opens(store: Store) -> None:
    (hit,) = search(store, "head of it").hits
    assert (hit.kind, hit.field, hit.match) == ("contact", "title", "[Head] [of] [IT]")
    (case,) = search(store, "loops").hits
    assert (case.customer, case.url) == ("acme", "https://desk.example/tickets/48213")


def test_a_deleted_thing_is_not_found(store_url: str) -> None:
    with empty_store(store_url) as store:
        put(store, record("customer", "001", name="Gone GmbH"))
        put(store, record("customer", "001", "crm", "2026-09-01T00:00:00Z", name="Gone GmbH")._replace(deleted=True))
        assert search(store, "gone").hits == []


@pytest.fixture(scope="module")
def desk(new_url: Callable[[], str]) -> Store:
    """A store where ids, dates and twins matter."""
    made = empty_store(new_url())
    put(
        made,
        record("customer", "001Dm00000K0001IAB", name="Acme Corporation", external_id="B-17", account_number="C-1001"),
        record("customer", "002", name="Globex"),
        record("customer", "700", "desk", name="ACME", external_id="001Dm00000K0001"),
        record("contact", "p1", name="Rosa Okafor", email="rosa@acme.com", customer_ref="001Dm00000K0001IAB"),
        record("contact", "p2", "desk", name="Rosa Okafor", email="Rosa@Acme.com", customer_ref="700"),
        record("contact", "p3", name="Rosa Okafor", email="rosa@acme.com", customer_ref="002"),
        *(
            record("case", id, "desk", number=id, subject="SSO login loops", status=status, is_open=status == "open",
                   opened_at=f"{day}T23:30:00Z", customer_ref="700")
            for id, status, day in (("48047", "solved", "2026-11-20"), ("48001", "open", "2026-01-02"),
                                    ("48002", "open", "2026-03-04"))
        ),
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("48047", ["desk:48047"]),
        ("#48047", ["desk:48047"]),
        ("desk:48047", ["desk:48047"]),
        ("crm:p1", ["crm:p1"]),
        ("B-17", ["crm:001Dm00000K0001IAB"]),
        ("001Dm00000K0001", ["crm:001Dm00000K0001IAB"]),
        ("desk:700", ["crm:001Dm00000K0001IAB"]),
        ("C-1001", ["crm:001Dm00000K0001IAB"]),
        ("C-100", []),
    ],
)
def test_a_whole_id_finds_its_record(desk: Store, text: str, ids: list[str]) -> None:
    assert [hit.id for hit in search(desk, text).hits] == ids


def test_among_equals_open_cases_come_first_and_then_the_newest(desk: Store) -> None:
    found = search(desk, "sso login").hits
    assert [hit.id for hit in found] == ["desk:48002", "desk:48001", "desk:48047"]
    assert [(hit.status, hit.day) for hit in found][::2] == [("open", "2026-03-04"), ("solved", "2026-11-20")]


def test_a_contact_of_two_sources_is_one_hit_of_each_customer(desk: Store) -> None:
    assert sorted(hit.customer or "" for hit in search(desk, "rosa").hits) == ["acme", "globex"]


def test_what_was_left_out_is_counted(desk: Store) -> None:
    found = search(desk, "sso", limit=2)
    assert (len(found.hits), found.total, found.is_counted) == (2, 3, True)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Straße in Köln", ["strasse", "koln"], "[Straße] in [Köln]"),
        ("login, relogin", ["log"], "[log]in, relogin"),
        ("relogin", ["log"], "re[log]in"),
        ("ab abc", ["ab", "abc"], "[ab] [abc]"),
        ("Acme G.m.b.H. & GmbH", ["gmbh"], "Acme G.m.b.H. & [GmbH]"),
        ("Acme G.m.b.H.", ["acme", "gmbh"], "[Acme] [G.m.b.H]."),
        ("nothing", ["x"], "nothing"),
    ],
)
def test_the_words_found_stand_out(text: str, words: list[str], shown: str) -> None:
    assert marked(text, spans(text, words), "[", "]") == shown


@given(st.text(max_size=20), st.lists(st.text(max_size=4), max_size=3))
@settings(max_examples=150, deadline=None)
def test_marks_change_nothing_else(text: str, words: list[str]) -> None:
    assert marked(text, spans(text, words), "", "") == text
