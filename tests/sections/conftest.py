"""The made-up company, and short ways to build one section of a customer's page."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from c360cli.blocks import Block
from c360cli.records import Customer
from c360cli.store import Store

from .company import empty_store, fill


@pytest.fixture
def bare(store_url: str) -> Iterator[Store]:
    with empty_store(store_url) as opened:
        yield opened


@pytest.fixture
def store(new_url: Callable[[], str]) -> Iterator[Store]:
    with empty_store(new_url()) as opened:
        fill(opened)
        yield opened


@pytest.fixture
def acme(store: Store) -> Customer:
    return store.find_customer("acme")


@pytest.fixture
def quiet(store: Store) -> Customer:
    return store.find_customer("quiet")


@pytest.fixture
def build(store: Store) -> Callable[..., dict[str, Block]]:
    """Return a function: section, customer, options -> blocks by name."""

    def built(name: str, customer: Customer, **options: Any) -> dict[str, Block]:
        section = import_module(f"c360cli.sections.{name}")
        blocks = section.build(customer, store, {**section.OPTIONS, **options})
        return {block.name: block for block in blocks}

    return built
