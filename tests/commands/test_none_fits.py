"""A filter that leaves nothing says so, and how much there is without it; a word no filter knows is refused."""

import pytest


@pytest.fixture
def filled(told):
    """Two CTAs and a plan of jane's, a call, and a sponsor to be."""
    told("cta", "add", "acme", "One", "-t", "risk", "-d", "tomorrow")
    told("cta", "add", "acme", "Two", "-t", "event", "-d", "tomorrow")
    told("cta", "add", "acme", "From Tom", "-t", "risk", "--user", "tom@example.com")
    told("cta", "add", "acme", "Tom again", "-t", "risk", "--user", "tom@example.com")
    told("plan", "add", "acme", "Value", "--due", "+90d")
    told("log", "acme", "call", "Cadence")


def test_lists_that_a_filter_empties_deny_nothing(c360, told, filled):
    mine = len(told("cta", "list"))
    people, past = len(told("person", "list", "acme")), len(told("timeline", "acme", "--all"))
    cases = len(told("export", "cases"))
    unread = told("today")["unread"]
    assert min(mine, people, past, cases, unread) > 1
    for words, sentence in [
        (("cta", "list", "-w", "due_on > 2030-01-01"), f"{mine} open CTAs."),
        (("cta", "list", "-t", "opportunity"), f"{mine} open CTAs."),
        (("plan", "list", "-w", "due_on < today"), "is 1 open plan."),
        (("person", "list", "acme", "--sponsors"), f"{people} people. c360 person sponsor acme PERSON"),
        (("timeline", "acme", "--text", "nowhere"), f"{past} activities."),
        (("inbox", "--event", "sponsor"), f"{unread} unread notices."),
        (("export", "cases", "--where", "subject = nowhere"), f"cases has {cases} rows."),
    ]:
        code, _, err = c360(*words)
        assert code == 0, err
        assert "othing fits the filter; without it" in err, (words, err)
        assert sentence in err, (words, err)


def test_a_kind_in_which_nothing_is_found_tells_what_the_others_have(c360):
    assert c360("search", "rosa", "--in", "opportunities")[2] == "Nothing found in opportunities; without --in: 1.\n"
    assert c360("search", "zzzz", "--in", "cases")[2] == "Nothing found.\n"


def test_where_there_is_nothing_without_the_filter_either_that_is_said(c360):
    assert c360("plan", "list", "-w", "due_on < eoq")[2].startswith("Mine: no open plans.")
    assert c360("cta", "list", "quiet", "-t", "risk")[2].endswith("has no open CTAs.\n")


@pytest.mark.parametrize(
    ("words", "told_in_hint"),
    [
        (("cta", "list", "-t", "riks"), 'Did you mean "Risk"? Known: Risk, '),
        (("timeline", "--type", "cal"), 'Did you mean "call"? Known: call, '),
        (("timeline", "--sentiment", "purple"), "red, yellow or green"),
        (("timeline", "--by", "jane@exmple.com"), 'Did you mean "jane@example.com"?'),
        (("timeline", "--since", "2026-13-45"), "--since: "),
    ],
)
def test_a_word_that_no_filter_knows_is_refused_with_those_it_knows(c360, filled, words, told_in_hint):
    code, out, err = c360(*words)
    assert (code, out) == (2, "")
    assert told_in_hint in err


def test_types_that_a_source_brings_are_filters_too(told, home, store_in):
    from c360cli.store import open_store

    with open_store(store_in(home)) as store, store.transaction():
        store.database.execute("update activity set type = 'Steering' where id = (select min(id) from activity)")
    assert [row["type"] for row in told("timeline", "--type", "steering", "--all")] == ["Steering"]


def test_plans_of_a_customer_are_narrowed_to_an_owner(told, filled):
    told("plan", "add", "acme", "Of Tom", "--owner", "tom@example.com")
    assert [row["name"] for row in told("plan", "list", "acme", "--owner", "tom@example.com")] == ["Of Tom"]
