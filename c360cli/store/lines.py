"""What an engine gives that can write the lines of an export by itself: their SQL, and the marks inside them.

Building a line in SQL is several times quicker than handing each cell to Python. What SQL cannot write exactly it
holds out: a mark stands in its place, and the value comes beside the line.
"""

from typing import NamedTuple

# Control characters, which well-behaved text does not have; who reads the lines counts them and mistrusts the rest.
TEXT_MARK = "\x1f"  # begins a cell of text from outside
SURE_MARK = "\x1e"  # begins a cell that needs no look: a number, true or false, JSON
SURE_TYPES = frozenset(("integer", "real", "bool", "money", "json"))
HELD_MARK = "\x1d"  # stands for a cell that is held out


class Cell(NamedTuple):
    """One cell of each line: its column's name, type as in ``c360cli.kinds`` (or ``json``) and SQL.

    ``currency`` is the SQL of the currency code beside money.
    """

    name: str
    type: str
    sql: str
    currency: str = ""


class Lines(NamedTuple):
    """The SQL of one line as UTF-8 bytes, and of each held-out value: (number of its cell, SQL), in cell order.

    A held-out value is null exactly where its cell is not held out; money is "minor units, blank, currency".
    """

    sql: str
    held: tuple[tuple[int, str], ...]
