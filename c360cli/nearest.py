"""The nearest word to a mistyped one."""

from collections.abc import Iterable


def nearest(word: str, words: Iterable[str], count: int = 1) -> list[str]:
    """Return up to ``count`` of ``words`` that look like ``word``, best first; case does not matter."""
    from difflib import get_close_matches

    folded = {each.lower(): each for each in words}
    return [folded[match] for match in get_close_matches(word.lower()[:80], folded, n=count)]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ``Did you mean "support"?``, or nothing when no word is near."""
    return "".join(f'Did you mean "{match}"?' for match in nearest(word, words))
