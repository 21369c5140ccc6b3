"""What a report asks for, in words: columns of a data set as they are, or added up: ``count``, ``sum amount``."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from c360cli import datasets
from c360cli.datasets import Column
from c360cli.datasets.columns import is_of_customer
from c360cli.errors import C360Error, FilterError, LayoutError
from c360cli.filters import Fields, check, is_extra
from c360cli.kinds import USER, bare
from c360cli.nearest import did_you_mean
from c360cli.tuples import NamedTuple

MOST_COLUMNS = 6
_ADDED = re.compile(r"(sum|avg|min|max) +(\S.*)")
_NUMBERS = ("integer", "real", "money")


class Figure(NamedTuple):
    """One column of a report, under ``name``: a column of the data set, or what ``how`` makes of it.

    ``how`` is "" or one of count, sum, avg, min and max; ``column`` is None where rows are counted. ``words`` are what
    was asked.
    """

    words: str
    name: str
    how: str
    column: Column | None


class Order(NamedTuple):
    """A column to sort by: one that is shown, or another of the data set."""

    name: str
    is_largest_first: bool

    @property
    def direction(self) -> str:
        """The word of SQL for it."""
        return " desc" if self.is_largest_first else ""


def fields(dataset: str) -> Fields:
    """Return what a filter may ask of the rows of a data set."""
    types = {each.name: "exact" if each.is_identity else each.type for each in datasets.columns(dataset)}
    return Fields(dataset, types, has_extra=True, of_customer=is_of_customer(dataset))


def figures(options: Mapping[str, Any]) -> list[Figure]:
    """Return the columns to show, the main ones where none is named.

    Raises LayoutError for one that is not there, cannot be added up, or has to be.
    """
    words = list(options["columns"])
    if not words:
        words = ["count"] if options["by"] else datasets.MAIN[options["dataset"]].split()[:MOST_COLUMNS]
    found = [_figure(options["dataset"], each) for each in words]
    plain = [figure for figure in found if not figure.how]
    if plain and (options["by"] or len(plain) < len(found)):
        one = plain[0].words
        raise LayoutError(f'"{one}" has many values here.', f"Add it up: sum, avg, min or max {one}, or count.")
    return found


def by(options: Mapping[str, Any]) -> Figure | None:
    """Return the column to add up by, None for none; LayoutError for one that is not there or no single value."""
    if not options["by"]:
        return None
    column = _column(options["dataset"], options["by"])
    if column.type in ("list", "json"):
        raise LayoutError(f"{column.name} has several values in a row: nothing can be added up by it.")
    return Figure(column.name, column.name, "", column)


def order(options: Mapping[str, Any]) -> list[Order]:
    """Return what to sort by: names of columns as they are asked for, - before one for the largest first."""
    known = figures(options) + ([grouped] if (grouped := by(options)) else [])
    names = {figure.words: figure.name for figure in known}
    if not any(figure.how for figure in known):
        names |= {column.name: column.name for column in datasets.columns(options["dataset"]) if column.type != "json"}
    found = []
    for each in filter(None, map(str.strip, options["sort"].split(","))):
        words = " ".join(each.lstrip("+-").split())
        if words not in names:
            way_out = did_you_mean(words, names) or f"Columns: {', '.join(names)}."
            raise LayoutError(f'there is no column "{words}" to sort by.', way_out)
        found.append(Order(names[words], each.startswith("-")))
    return found


def problems(options: Mapping[str, Any]) -> Iterator[tuple[str, C360Error]]:
    """Yield each option that does not fit the data set, ``columns.1`` for one of its items, with what is wrong."""
    name = options["dataset"]
    if not name:
        yield "dataset", LayoutError("a report is of a data set, like report: cases.")
    elif name == USER.dataset:
        yield "dataset", LayoutError(f"{name} belong to no customer.")
    else:
        broken: dict[str, LayoutError] = {}
        readers: dict[str, Callable[[], object]] = {
            f"columns.{place}": partial(_figure, name, words) for place, words in enumerate(options["columns"])
        }
        readers |= {"columns": lambda: figures(_sound(options, broken)), "by": lambda: by(options)}
        readers |= {"sort": lambda: order(_sound(options, broken))}
        for option, read in readers.items():
            try:
                read()
            except LayoutError as error:
                if str(error) not in map(str, broken.values()):
                    yield option, error
                broken[option] = error
        try:
            check(options["where"], fields(name))
        except FilterError as error:
            yield "where", error


def _sound(options: Mapping[str, Any], broken: Mapping[str, LayoutError]) -> Mapping[str, Any]:
    """Return options without what is wrong in columns and by, so that their order can be held to the rest."""
    words = options["columns"]
    columns = [each for place, each in enumerate(words) if f"columns.{place}" not in broken]
    wrong = {*words} - {*columns}
    ordered = [each for each in options["sort"].split(",") if each.strip().lstrip("+-") not in wrong]
    by = "id" if "by" in broken else options["by"]
    return {**options, "columns": columns or (words and ["count"]), "by": by, "sort": ",".join(ordered)}


def _figure(dataset: str, words: str) -> Figure:
    words = " ".join(words.split())
    if words == "count":
        return Figure(words, words, words, None)
    added = _ADDED.fullmatch(words)
    if not added:
        column = _column(dataset, words)
        return Figure(words, column.name, "", column)
    how, column = added[1], _column(dataset, added[2])
    if column.type not in _NUMBERS and (how in ("sum", "avg") or column.type in ("list", "json", "bool")):
        raise LayoutError(f"{column.name} is no number: there is no {how} of it.")
    return Figure(words, f"{how}_{column.name}", how, column)


def _column(dataset: str, word: str) -> Column:
    word = bare(word) if is_of_customer(dataset) else word
    columns = {column.name: column for column in datasets.columns(dataset)}
    if is_extra(word):
        return Column(word)
    if word not in columns:
        way_out = did_you_mean(word, columns) or f"Columns: {', '.join(columns)}."
        raise LayoutError(f'{dataset} has no column "{word}".', way_out)
    return columns[word]
