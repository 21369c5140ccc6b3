"""config.yaml says what it says, its mistakes are named with their place, and options win over it."""

import pytest

from c360cli import config
from c360cli.errors import ConfigError

WHOLE = """\
user: jane@example.com
timezone: America/Los_Angeles
currency: EUR
schedule: {stale_after: 36h}
sources:
  salesforce:
    connector: salesforce
    base_url: https://example.my.salesforce.com
    auth: {type: access_token, token: {env: SALESFORCE_TOKEN}}
  nps:
    connector: surveys
    path: surveys/*.csv
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "config.yaml").write_text(WHOLE)
    return str(tmp_path)


def mistakes(text):
    from c360cli.nodes import parse

    with pytest.raises(ConfigError) as refused:
        config.check(parse(text.encode(), "config.yaml"))
    return str(refused.value).splitlines()


@pytest.mark.parametrize(("said", "seconds"), [("90s", 90), ("90m", 5400), ("2 h", 7200), ("7d", 604_800)])
def test_the_age_from_which_data_is_late_is_any_span(tmp_path, said, seconds):
    (tmp_path / "config.yaml").write_text(f"schedule: {{stale_after: {said}}}\n")
    assert config.load(str(tmp_path), environ={}).stale_after_seconds == seconds


def test_a_config_is_read_whole_and_sources_keep_their_order(home):
    read = config.load(home, environ={})
    assert (read.user, read.currency, read.stale_after_seconds) == ("jane@example.com", "EUR", 36 * 3600)
    assert list(read.sources) == ["salesforce", "nps"]
    assert read.sources["nps"] == {"connector": "surveys", "path": "surveys/*.csv"}
    assert read.store == f"{home}/c360.db"
    assert str(read.zone) == "America/Los_Angeles"


def test_options_win_over_the_environment_and_that_over_the_file(home, monkeypatch):
    monkeypatch.chdir(home)
    environ = {"C360_STORE": "sqlite:///env.db", "C360_USER": "env@example.com"}
    read = config.load(home, environ=environ)
    assert (read.store, read.user) == (f"{home}/env.db", "env@example.com")
    read = config.load(home, "postgresql://db/c360", "option@example.com", environ)
    assert (read.store, read.user) == ("postgresql://db/c360", "option@example.com")


def test_a_path_of_the_config_is_seen_from_the_home_and_one_of_an_option_from_here(tmp_path, monkeypatch):
    (tmp_path / "config.yaml").write_text("store: data/x.db\n")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert config.load(str(tmp_path), environ={}).store == f"{tmp_path}/data/x.db"
    assert config.load(str(tmp_path), "x.db", environ={}).store == f"{tmp_path}/here/x.db"
    assert config.load(str(tmp_path), "sqlite:////abs/x.db", environ={}).store == "/abs/x.db"


def test_a_store_of_another_kind_is_refused_without_showing_its_password(home):
    with pytest.raises(ConfigError) as refused:
        config.load(home, "mysql://jane:CANARY@db/x", environ={})
    assert "mysql" in str(refused.value)
    assert "CANARY" not in str(refused.value) + refused.value.hint


def test_without_a_config_the_next_step_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no config\.yaml") as missing:
        config.load(str(tmp_path), environ={})
    assert "c360 init" in missing.value.hint
    assert "c360 demo" in missing.value.hint
    assert missing.value.exit_code == 3


def test_a_named_store_can_be_read_without_a_config(tmp_path):
    read = config.load(str(tmp_path), str(tmp_path / "x.db"), environ={})
    assert read.sources == {}
    assert read.zone.utcoffset(None) is not None


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("timezon: UTC\n", 'config.yaml:1:1: there is no setting "timezon". Did you mean "timezone"?'),
        ("timezone: Europe/Berlim\n", 'config.yaml:1:11: there is no time zone "Europe/Berlim".'
         ' Did you mean "Europe/Berlin"?'),
        ("timezone: ../../etc/passwd\n", 'config.yaml:1:11: there is no time zone "../../etc/passwd". Example: '
         "America/Los_Angeles."),
        ("currency: usd\n", "config.yaml:1:11: currency must be a code of three capitals, like USD."),
        ("user: 7\n", "config.yaml:1:7: user must be a text."),
        ("- a\n", "config.yaml:1:1: the config must be a mapping, like user: jane@example.com."),
        ("sources: [a]\n", "config.yaml:1:10: sources must be a mapping of names to options."),
        ("sources:\n  a: 1\n", "config.yaml:2:6: source a must be a mapping with a connector."),
        ("sources:\n  a: {path: x}\n", "config.yaml:2:3: source a names no connector, like connector: salesforce."),
        ("schedule: {stale_after: 0h}\n", "config.yaml:1:25: stale_after must be a span, like 90m, 24h or 7d."),
        ("schedule: {stale_after: 90x}\n", "config.yaml:1:25: stale_after must be a span, like 90m, 24h or 7d."),
        ("schedule: 24h\n", "config.yaml:1:11: schedule must be a mapping, like {stale_after: 24h}."),
        ("contacts: {survey_role: []}\n", "config.yaml:1:25: survey_role must be the role of a contact, or a list of"
         " roles, like Admin."),
        ("contacts: Admin\n", "config.yaml:1:11: contacts must be a mapping, like {survey_role: Admin}."),
        ("contacts: {sponsor_cta: often}\n", "config.yaml:1:25: sponsor_cta must be true or false."),
        ("contacts: {owner: pull}\n", 'config.yaml:1:19: there is no owner of contacts "pull".'
         " Known: push, both, local."),
        ("schedule: {stale: 24h}\n", 'config.yaml:1:12: there is no setting of schedule "stale".'
         ' Did you mean "stale_after"?'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_the_way_out(text, mistake):
    assert mistakes(text) == [mistake]


def test_all_mistakes_come_at_once():
    assert len(mistakes("usr: a\ncurrency: usd\nsources: {'a b': {}}\n")) == 4


def test_a_secret_in_plain_text_is_refused_unshown():
    text = "sources:\n  z:\n    connector: zendesk\n    auth: {type: oauth_token, token: CANARY}\n"
    [mistake] = mistakes(text)
    assert mistake.startswith("config.yaml:4:38: token stands here in plain text.")
    assert "{env: TOKEN}" in mistake
    assert "CANARY" not in mistake


def test_a_printed_config_shows_no_store_url_and_no_options():
    shown = repr(
        config.Config("/h", "postgresql://jane:CANARY@db/x", sources={"a": {"connector": "x", "pin": "CANARY"}})
    )
    assert "CANARY" not in shown


def test_the_second_load_needs_no_yaml(home):
    import os
    import subprocess
    import sys

    os.utime(f"{home}/config.yaml", ns=(10**18, 10**18))
    config.load(home, environ={})
    probe = "import sys; from c360cli import config; config.load(sys.argv[1]); print('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", probe, home], capture_output=True, text=True).stdout == "False\n"
