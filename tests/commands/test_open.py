"""``c360 open``: the address of a record, opened only where config.yaml says its source is."""

import json

import pytest

from c360cli import main
from tests.sections.company import NOW, empty_store, fill

CONFIG = """\
user: jane@example.com
sources:
  crm: {connector: salesforce, base_url: "https://crm.example"}
  desk: {connector: zendesk, base_url: "https://desk.example"}
"""


@pytest.fixture
def home(tmp_path, monkeypatch, store_in):
    for name in ("C360_HOME", "C360_STORE", "C360_USER"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config.yaml").write_text(CONFIG)
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    return tmp_path


@pytest.fixture
def opened(monkeypatch):
    """What a browser was asked to open; it opens nothing but what is there."""
    asked = []
    monkeypatch.setattr("webbrowser.open", lambda url: asked.append(url) is None)
    return asked


@pytest.fixture
def c360(home, capsys):
    def call(*words):
        code = main.call(["--home", str(home), "open", *words], clock=lambda: NOW)
        written = capsys.readouterr()
        return code, written.out, written.err

    return call


def test_the_record_opens_at_the_first_source_that_has_a_page_of_it(c360, opened):
    code, out, err = c360("acme")
    assert (code, out, err) == (0, "", "Opened https://crm.example/customer/001\n")
    assert opened == ["https://crm.example/customer/001"]


def test_printing_opens_nothing(c360, opened):
    assert c360("acme", "--print")[1] == "https://crm.example/customer/001\n"
    assert json.loads(c360("acme", "--json")[1]) == {
        "customer": "acme", "source": "crm", "url": "https://crm.example/customer/001"
    }  # fmt: skip
    assert opened == []


def test_a_source_without_a_page_of_it_and_one_that_is_none_are_told(c360, opened):
    code, _, err = c360("acme", "--in", "desk")
    assert (code, "It has one in crm." in err) == (4, True)
    code, _, err = c360("acme", "--in", "dsk")
    assert (code, 'Did you mean "desk"?' in err) == (2, True)
    assert opened == []


@pytest.mark.parametrize(
    "base_url",
    ["https://crm.example.evil.org", "https://other.example", "http://crm.example", "https://crm.example:8443", "crm"],
)
def test_no_other_host_is_opened_whatever_the_store_says(home, c360, opened, base_url):
    (home / "config.yaml").write_text(CONFIG.replace("https://crm.example", base_url))
    code, _, err = c360("acme")
    assert (code, opened) == (3, [])
    assert "Error: " in err


@pytest.mark.parametrize(
    "template", ["javascript:alert({id})", "file:///etc/{id}", "https://user@crm.example/{id}", "//x/{id}"]
)
def test_only_plain_web_addresses_are_opened(home, c360, opened, store_in, template):
    with empty_store(store_in(home)) as store, store.transaction():
        store.database.execute("update source set links = :links where name = 'crm'",
                               {"links": json.dumps({"customer": template})})  # fmt: skip
    assert c360("acme")[0] == 3
    assert opened == []


def test_where_no_browser_can_be_opened_the_address_is_printed(c360, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda url: False)
    assert c360("acme") == (1, "https://crm.example/customer/001\n", "No browser could be opened here.\n")
