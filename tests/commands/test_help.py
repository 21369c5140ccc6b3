"""``c360 help`` as it is typed."""

import pytest

from c360cli import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["docter"], 'there is no command "docter"'),
        (["doctor", "now"], '"c360 doctor" has no commands of its own'),
    ],
)
def test_a_word_that_is_no_command_is_said(words, said, capsys):
    assert main.call(["help", *words]) == 2
    assert said in capsys.readouterr().err


def test_only_what_exists_is_offered(capsys):
    for words in (["help"], ["help", "export"], ["help", "init"], ["help", "search"]):
        assert main.call(words) == 0
        out = capsys.readouterr().out
        assert "pdf" not in out
        assert "wherever it was said" not in out
