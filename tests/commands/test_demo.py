"""``c360 demo`` as it is typed."""

from c360cli import main
from c360cli.store import open_store


def test_a_demo_is_filled_brought_in_and_says_what_comes_next(tmp_path, capsys):
    home = str(tmp_path / "home")
    assert main.call(["--home", home, "demo"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"Filled {home}.\n")
    assert "salesforce  8 streams" in err
    assert err.endswith(f"Next: c360 --home {home} show acme\n")
    assert main.call(["--home", home, "search", "acme", "--in", "customers", "--limit", "1", "-q"]) == 0
    assert "Acme Corporation" in capsys.readouterr().out


def test_without_the_sync_there_is_no_store_yet(tmp_path, capsys):
    home = tmp_path / "home"
    assert main.call(["--home", str(home), "demo", "--no-sync"]) == 0
    assert capsys.readouterr().err.endswith(f"Next: c360 --home {home} sync\n")
    assert (home / "config.yaml").exists()
    assert not (home / "c360.db").exists()


def test_a_home_that_holds_anything_else_is_refused(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine")
    assert main.call(["--home", str(tmp_path), "demo"]) == 3
    assert "it holds mine.txt" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_store_that_others_filled_gets_no_demo(tmp_path, capsys, store_url):
    with open_store(store_url) as store, store.transaction():
        store.database.execute(
            "insert into source (name, connector, position, is_master) values ('crm', 'files', 0, 1)"
        )
    home = tmp_path / "home"
    assert main.call(["--home", str(home), "--store", store_url, "demo"]) == 3
    assert "what crm has brought" in capsys.readouterr().err
    assert not home.exists()
