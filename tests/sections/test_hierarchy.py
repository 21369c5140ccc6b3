"""The group as a tree from any of its members, with figures of its own and rolled up."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360cli.errors import UsageError
from c360cli.sections import hierarchy
from c360cli.sections._group import read_group

from .company import empty_store, put, record


def lines(node, depth=0):
    """Return (depth, label) of a node and all below it."""
    return [(depth, node.label), *(line for child in node.children for line in lines(child, depth + 1))]


def labels(node):
    return [label for _, label in lines(node)]


@pytest.mark.parametrize("word", ["acme", "acme-gmbh", "acme-werk-ulm"])
def test_the_tree_is_the_same_from_every_member(build, store, word):
    (root,) = build("hierarchy", store.find_customer(word))["group"].roots
    assert lines(root) == [
        (0, "Acme Corporation"),
        (1, "Acme GmbH"),
        (2, "Acme Werk Ulm"),
        (1, "Acme Old Ltd"),
    ]


def test_the_customer_is_marked(build, store):
    (root,) = build("hierarchy", store.find_customer("acme-gmbh"))["group"].roots
    assert (root.is_here, root.children[0].is_here) == (False, True)


def test_arr_rolls_up_in_one_currency_and_mixed_ones_are_told_instead(build, acme):
    blocks = build("hierarchy", acme)
    (root,) = blocks["group"].roots
    assert root.cells["arr_total"] is None
    assert root.cells["arr_currencies"] == ["EUR", "USD"]
    assert root.children[0].cells["arr_total"] == 4_960_000
    assert blocks["currencies"].text == "ARR in 2 currencies is not added up: €49,600, $120,000."


def test_the_nearest_renewal_to_come_rolls_up_and_a_lost_customer_has_none(build, acme):
    (root,) = build("hierarchy", acme)["group"].roots
    assert root.cells["renewal_on"] == "2027-03-01"
    assert root.cells["next_renewal_on"] == "2026-12-24"  # neither that of 2025 nor that of the lost one


def test_a_condition_keeps_what_fits_and_the_way_to_it(build, acme):
    (root,) = build("hierarchy", acme, where="arr<9700")["group"].roots
    assert labels(root) == ["Acme Corporation", "Acme GmbH", "Acme Werk Ulm", "Acme Old Ltd"]
    (root,) = build("hierarchy", acme, where="status = churn")["group"].roots
    assert labels(root) == ["Acme Corporation", "Acme Old Ltd", "… 2 more"]


def test_the_heading_tells_how_many_fit_a_condition(build, acme):
    assert build("hierarchy", acme, where="arr<9700")["count"].text == "arr<9700, 2 of 4 customers"
    assert build("hierarchy", acme, depth=1)["count"].text == "4 customers"


@pytest.mark.parametrize("words", ["ar>5", "arr", "arr>much"])
def test_a_condition_that_makes_no_sense_is_refused(build, acme, words):
    with pytest.raises(UsageError):
        build("hierarchy", acme, where=words)


def test_depth_cuts_with_a_count(build, acme):
    (root,) = build("hierarchy", acme, depth=1)["group"].roots
    assert labels(root) == ["Acme Corporation", "Acme GmbH", "… 1 more", "Acme Old Ltd"]


def test_a_customer_alone_has_no_tree(build, quiet):
    assert build("hierarchy", quiet)["empty"].text == "No parent and no children."


def test_a_circle_of_parents_ends(bare):
    put(bare, record("customer", "a", name="One", parent_ref="c", arr=1, currency="USD"),
        record("customer", "b", name="Two", parent_ref="a", arr=2, currency="USD"),
        record("customer", "c", name="Three", parent_ref="b", arr=4, currency="USD"))  # fmt: skip
    group = read_group(bare.find_customer("One"), bare)
    assert len(group.order) == 3
    assert group.totals[group.root] == {"USD": 700}


def test_a_large_group_is_cut_and_keeps_the_customer_and_its_family(bare):
    put(bare, record("customer", "top", name="Top"),
        *(record("customer", f"m{n}", name=f"Middle {n:03}", parent_ref="top", arr=1000 - n) for n in range(200)),
        *(record("customer", f"l{n}", name=f"Leaf {n:03}", parent_ref="m199") for n in range(3)))  # fmt: skip
    blocks = hierarchy.build(bare.find_customer("Leaf 001"), bare, hierarchy.OPTIONS)
    (root,) = blocks[1].roots
    assert blocks[0].text == "204 customers"
    assert {"Top", "Middle 199", "Leaf 000", "Leaf 001", "Leaf 002", "… 164 more"} <= set(labels(root))


def test_a_chain_of_a_thousand_costs_no_stack(bare):
    put(bare, *(record("customer", f"{n}", name=f"Link {n:04}", parent_ref=str(n - 1) if n else None, arr=1,
                       currency="USD") for n in range(1000)))  # fmt: skip
    group = read_group(bare.find_customer("Link 0000"), bare)
    assert group.totals[group.root] == {"USD": 100_000}
    assert hierarchy.build(bare.find_customer("Link 0000"), bare, {**hierarchy.OPTIONS, "limit": None, "depth": None})


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 50)), min_size=2, max_size=9))
def test_rolled_up_is_always_own_and_all_below(new_url, rows):
    with empty_store(new_url()) as store:
        put(store, *(record("customer", f"c{n}", name=f"Firm {n}", arr=arr, currency="USD",
                            parent_ref=f"c{parent}" if parent < len(rows) and parent != n else None)
                     for n, (parent, arr) in enumerate(rows)))  # fmt: skip
        group = read_group(store.customer("crm:c0"), store)
        assert sorted(group.members) == sorted(group.order)
        for id_ in group.order:
            below = [member for member in group.order if id_ in group.way_to(member)]
            assert group.totals[id_]["USD"] == sum(group.members[member]["arr"] for member in below)
