"""Where in a query the word stands that SQLite complains of, as far as that is certain: it tells the word alone."""

import bisect
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"(?P<gap>\s+|--[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|'(?:[^']|'')*(?:'|\Z)|\"(?:[^\"]|\"\")*(?:\"|\Z)|`(?:[^`]|``)*(?:`|\Z)|\[[^\]]*(?:\]|\Z)"
    r"|[:@$#]?[\w$]+(?:\.\d+)?|->>?|\|\||<[=>]|>=|[!=]=|<<|>>|.",
    re.DOTALL,
)
_WORD = re.compile(r'(?:near|unrecognized token:?) "(.*)"(?:: syntax error)?', re.DOTALL)
_NAME = re.compile(r'(?:no such (?:table|column|function)|ambiguous column name): (\w+\.)?"?([\w$]+)"?(?= - |$)')


def place(said: str, sql: str, failure: Callable[[str], str]) -> int | None:
    """Return where what is ``said`` of ``sql`` points to, counted from 0; None where that cannot be known.

    ``failure`` tells what SQLite says of another text, and runs nothing of it.
    """
    if said == "incomplete input":
        return len(sql)
    if name := _NAME.match(said):
        found = [at for at, token in _tokens(sql) if token.strip('"`[]').lower() == name[2].lower()]
        if len(found) != 1:
            return None
        return found[0] - (len(name[1]) if name[1] and sql[: found[0]].lower().endswith(name[1].lower()) else 0)
    if not (word := _WORD.fullmatch(said)):
        return None
    ends = [at + len(token) for at, token in _tokens(sql) if token == word[1]]
    # It reads from the left and stops at the first mistake: what ends before has another failure, or none.
    first = bisect.bisect_left(ends, True, key=lambda end: failure(sql[:end]) == said)
    if first == len(ends) or failure(sql[: ends[first]]) != said:
        return None
    return ends[first] - len(word[1])


def _tokens(sql: str) -> list[tuple[int, str]]:
    return [(found.start(), found[0]) for found in _TOKEN.finditer(sql) if found["gap"] is None]
