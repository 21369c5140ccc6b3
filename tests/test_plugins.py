"""A connector is found by its name, loaded alone, and a broken one hurts only itself."""

import importlib
import sys

import pytest

from c360cli import plugins
from c360cli.actions.doctor import examine
from c360cli.config import Config
from c360cli.errors import ConfigError, LayoutError, LoginRefused, PluginError
from c360cli.layout.load import load
from c360cli.sections import summary
from c360cli.times import system_clock
from tests.sections.company import empty_store, fill


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Put a package with one plugin into an environment, the way pip leaves it there."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(package, name, code, place=None, group=plugins.GROUP):
        module = package.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code)
        info = tmp_path / f"{module}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{name} = {place or module + ':connect'}\n")
        importlib.invalidate_caches()

    yield add
    for name in [name for name in sys.modules if name.startswith("acme_")]:
        del sys.modules[name]


def test_shipped_connectors_are_listed_with_package_and_version():
    found = {plugin.name: plugin.package for plugin in plugins.connectors()}
    assert {"salesforce", "zendesk", "surveys", "files", "demo"} <= found.keys()
    assert found["salesforce"] == "c360"


def test_a_connector_is_loaded_alone(install):
    install("acme-good", "good", "def connect(name, options, context):\n    return (name, options, context.home)\n")
    install("acme-bad", "bad", "raise RuntimeError('boom')\n")
    config = Config("/h", "/h/c360.db", sources={"mine": {"connector": "good", "x": 1}})
    made = plugins.connect(config, "mine", clock=system_clock, sleep=lambda seconds: None)
    assert made == ("mine", {"connector": "good", "x": 1}, "/h")
    assert "acme_bad" not in sys.modules


@pytest.mark.parametrize(
    ("code", "place", "reason"),
    [
        ("raise RuntimeError('boom')", None, "RuntimeError: boom"),
        ("raise SystemExit(0)", None, "SystemExit"),
        ("import a_package_that_is_not_there", None, "ModuleNotFoundError"),
        ("def (", None, "SyntaxError"),
        ("connect = 7", None, "is not a factory"),
        ("", None, "AttributeError"),
        ("", "acme_evil:very.far", "AttributeError"),
    ],
)
def test_a_broken_plugin_is_named_with_the_line_that_removes_it(install, code, place, reason):
    install("acme-evil", "evil", code, place)
    with pytest.raises(PluginError, match=reason) as broken:
        plugins.factory("evil")
    assert "acme-evil 1.2" in str(broken.value)
    assert "pip uninstall acme-evil" in broken.value.hint


def test_what_a_plugin_prints_while_it_loads_stays_out_of_the_data(install, capsys):
    install("acme-loud", "loud", "print('hello')\ndef connect(*a): ...\n")
    plugins.factory("loud")
    assert capsys.readouterr() == ("", "hello\n")


def test_an_unknown_connector_gets_its_nearest_name():
    with pytest.raises(PluginError, match='no connector "zendesc"') as missing:
        plugins.factory("zendesc")
    assert missing.value.hint == 'Did you mean "zendesk"?'


def test_two_packages_with_one_name_are_both_named(install):
    install("acme-one", "twin", "def connect(*a): ...\n")
    install("acme-two", "twin", "def connect(*a): ...\n")
    with pytest.raises(PluginError, match="acme-one and acme-two"):
        plugins.factory("twin")


def test_nobody_takes_the_place_of_a_shipped_connector(install):
    install("acme-thief", "files", "raise RuntimeError('stolen')\n")
    assert (
        plugins._choose("connector", "files", [p for p in plugins.connectors() if p.name == "files"], []).package
        == "c360"
    )


def test_a_connector_that_fails_to_start_is_a_plugin_error_and_one_that_explains_itself_is_not(install):
    install("acme-fails", "fails", "def connect(*a):\n    raise KeyError('token')\n")
    install(
        "acme-says",
        "says",
        "from c360cli.errors import LoginRefused\ndef connect(n, o, c):\n    raise LoginRefused(n, 'no')\n",
    )
    config = Config("/h", "/h/x", sources={"a": {"connector": "fails"}, "b": {"connector": "says"}})
    with pytest.raises(PluginError, match="acme-fails"):
        plugins.connect(config, "a", clock=system_clock, sleep=lambda seconds: None)
    with pytest.raises(LoginRefused):
        plugins.connect(config, "b", clock=system_clock, sleep=lambda seconds: None)


def test_a_source_that_is_not_configured_gets_its_nearest_name():
    config = Config("/h", "/h/x", sources={"billing": {"connector": "files"}})
    with pytest.raises(ConfigError) as missing:
        plugins.connect(config, "biling", clock=system_clock, sleep=lambda seconds: None)
    assert missing.value.hint == 'Did you mean "billing"?'


WIDGET = """
from c360cli.blocks import Tile

def connect(customer, store, options):
    return Tile("seats", "Seats of " + customer.slug, 7, "integer")
"""


@pytest.fixture
def tiles(tmp_path):
    """Return a function: names of widgets -> the tiles of the summary of a made-up customer."""
    with empty_store(tmp_path / "c360.db") as store:
        fill(store)
        acme = store.find_customer("acme")

        def of(*names):
            return summary.build(acme, store, {**summary.OPTIONS, "widgets": names})[0].tiles

        yield of


def test_a_plugin_brings_a_widget_that_a_layout_may_name(install, tiles, tmp_path):
    install("acme-seats", "seats", WIDGET, group=plugins.WIDGETS)
    assert [(tile.label, tile.value) for tile in tiles("seats")] == [("Seats of acme", 7)]
    (tmp_path / "layouts").mkdir()
    text = "sections:\n- section: summary\n  options: {widgets: [seats, %s]}\n"
    (tmp_path / "layouts" / "mine.yaml").write_text(text % "health")
    assert load("mine", str(tmp_path)).sections[0].options == {"widgets": ["seats", "health"]}
    (tmp_path / "layouts" / "mine.yaml").write_text(text % "seat")
    with pytest.raises(LayoutError, match=r'mine.yaml:3:30: there is no widget "seat"\. Did you mean "seats"'):
        load("mine", str(tmp_path))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("def connect(*words): raise RuntimeError('boom')", "the plugin failed (RuntimeError: boom)"),
        ("def connect(*words): return 7", "the plugin gave no widget"),
        ("raise RuntimeError('boom')", "cannot be loaded (RuntimeError: boom)"),
    ],
)
def test_a_widget_that_fails_hurts_only_itself(install, tiles, code, reason):
    install("acme-bad", "bad", code, group=plugins.WIDGETS)
    bad, stage = tiles("bad", "stage")
    assert (bad.label, bad.value) == ("Bad", None)
    assert reason in bad.reason
    assert stage.value == "Adoption"


def test_a_widget_whose_package_is_gone_is_not_known(tiles):
    (gone,) = tiles("gone")
    assert (gone.value, gone.reason) == (None, 'there is no widget "gone".')


def test_the_doctor_names_widgets_and_what_is_wrong_with_one(install, tmp_path):
    install("acme-seats", "seats", WIDGET, group=plugins.WIDGETS)
    install("acme-bad", "bad", "raise RuntimeError('boom')\n", group=plugins.WIDGETS)
    found = examine(str(tmp_path), lambda: Config("/h", "/h/c360.db"), clock=system_clock, sleep=lambda seconds: None)
    bad, seats = [each for each in found if each.area == "widget"]
    assert (seats.name, seats.is_ok, seats.words) == ("seats", True, "acme-seats 1.2")
    assert (bad.name, bad.is_ok, bad.hint) == (
        "bad", False, "pip install --upgrade acme-bad, or pip uninstall acme-bad",
    )  # fmt: skip
