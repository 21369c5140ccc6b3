"""Every error c360 raises on purpose, as one tree by who must act.

    C360Error 1
    ├── UsageError 2              the words of the command: the user retypes them
    │   ├── QueryError            with the place in the query, where the database tells it
    │   │   └── UnknownName       with the view or the column that is not there
    │   └── FilterError           with the place in the filter
    ├── ConfigError 3             config.yaml or a layout: its author edits it
    │   └── LayoutError
    ├── NotFound 4                the name given: the user gives another
    │   └── AmbiguousCustomer
    ├── SourceError 5             a source: wait, or fix the login, the request, the data
    │   ├── LoginRefused          never retried
    │   ├── RequestRefused        never retried
    │   ├── SlowDown              retried after the time the source names
    │   ├── SourceDown            retried with growing pauses
    │   ├── SourceEmpty           stops the source: one that lost everything is rather broken
    │   ├── TooManyBad            stops the stream: so many bad records are no accident
    │   └── BadRecord             one record: counted, kept aside, reported, never fatal
    ├── StoreError 6              the database: disk, rights, version, damage
    └── PluginError 7             a plugin: update or remove it

Each class takes facts and words itself: ``str(error)`` is what happened and where, ``error.hint`` is the next
step, ``error.exit_code`` what the shell gets, ``error.code`` the name scripts match on (``--json``).
"""

from collections.abc import Sequence


class C360Error(Exception):
    """Anything c360 can explain; prints as ``Error: ...`` and ``Hint: ...``, never as a traceback."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    @property
    def code(self) -> str:
        """The stable name of this error for scripts, for example ``AmbiguousCustomer``."""
        return type(self).__name__


class UsageError(C360Error):
    """The words of a command do not fit together."""

    exit_code = 2


class QueryError(UsageError):
    """A query cannot be run.

    ``said`` is what the database says, ``at`` where in ``text`` it means, counted from 0; None where that is not sure.
    """

    def __init__(self, said: str, hint: str, text: str = "", at: int | None = None) -> None:
        self.said = said.rstrip(".")
        self.text = text
        self.at = at
        super().__init__(said, hint)

    def __str__(self) -> str:
        where = f" (line {self.line}, column {self.column})" if self.at is not None else ""
        return f"the query cannot be run: {self.said}{where}."

    @property
    def line(self) -> int:
        """The line that is meant, counted from 1."""
        return self.text.count("\n", 0, self.at) + 1

    @property
    def column(self) -> int:
        """The character of that line, counted from 1."""
        return (self.at or 0) - self.text.rfind("\n", 0, self.at)

    @property
    def shown(self) -> tuple[str, list[int]]:
        """The line that is meant, and the places in it."""
        return self.text.split("\n")[self.line - 1], [self.column - 1]


class UnknownName(QueryError):
    """A query asks for a view, or with ``is_column`` for a column, called ``name``, and there is none."""

    def __init__(self, said: str, hint: str, text: str, at: int | None, name: str, *, is_column: bool) -> None:
        self.name = name
        self.is_column = is_column
        super().__init__(said, hint, text, at)


class FilterError(UsageError):
    """A filter cannot be read, or asks for a field or a value that is not there.

    ``at`` is where in ``text``, counted from 0; ``sentence`` what is wrong, ``field`` the field that is not there.
    ``mistakes`` are all that were found, each with its own hint: this one alone, unless it is of several.
    """

    def __init__(self, text: str, at: int, sentence: str, hint: str = "", field: str = "") -> None:
        self.text = text
        self.at = at
        self.sentence = sentence
        self.field = field
        self.mistakes: Sequence[FilterError] = (self,)
        super().__init__(sentence, hint)

    @classmethod
    def together(cls, mistakes: "Sequence[FilterError]") -> "FilterError":
        """Return one error for all mistakes, at the place of the first."""
        first = mistakes[0]
        if len(mistakes) == 1:
            return first
        error = cls(first.text, first.at, first.sentence, "", first.field)
        error.mistakes = tuple(mistakes)
        return error

    def __str__(self) -> str:
        if len(self.mistakes) == 1:
            return self._placed("the filter") if self.at else self.sentence
        is_one = len({each.text for each in self.mistakes}) == 1
        told = [each._placed("the filter" if is_one else f'"{each.text[:40]}"') for each in self.mistakes]
        hints = [each.hint for each in self.mistakes]
        new = [hint if hint not in hints[:place] else "" for place, hint in enumerate(hints)]
        return "\n".join(f"{line} {hint}".strip() for line, hint in zip(told, new, strict=True))

    @property
    def shown(self) -> tuple[str, list[int]]:
        """The text of the first mistake, and the places of all in it."""
        return self.text, sorted({each.at for each in self.mistakes if each.text == self.text})

    def _placed(self, where: str) -> str:
        return f"{self.sentence[:-1]} (column {self.at + 1} of {where})."


class ConfigError(C360Error):
    """config.yaml is missing, unreadable or says something c360 cannot follow."""

    exit_code = 3


class LayoutError(ConfigError):
    """A layout says something c360 cannot follow; the message starts with file:line:column."""


class NotFound(C360Error):
    """Nothing has that name or id."""

    exit_code = 4

    def __init__(self, what: str, word: str, nearest: Sequence[str] = (), hint: str = "") -> None:
        self.nearest = list(nearest)
        if not hint and nearest:
            hint = f"Did you mean {' or '.join(nearest)}?"
        super().__init__(f'there is no {what} "{word}".', hint)


class AmbiguousCustomer(NotFound):
    """One word fits several customers; ``candidates`` are rows of (slug, name, what tells it apart).

    ``main`` lists the candidates between the sentence and the hint.
    """

    def __init__(self, word: str, candidates: Sequence[tuple[str, str, str]], total: int | None = None) -> None:
        self.word = word
        self.candidates = list(candidates)
        self.total = total if total is not None else len(candidates)
        self.nearest = [slug for slug, _, _ in candidates]
        C360Error.__init__(self, f'"{word}" fits {self.total} customers.', f"c360 show {candidates[0][0]}")


class SourceError(C360Error):
    """A source failed; the others are whole and the store keeps what it had."""

    exit_code = 5

    def __init__(self, source: str, what: str, hint: str = "") -> None:
        self.source = source
        super().__init__(f"{source}: {what}", hint)


class LoginRefused(SourceError):
    """The source does not accept our credentials."""


class RequestRefused(SourceError):
    """The source understood the request and refuses it: a missing right, a wrong field, a retired version."""

    def __init__(self, source: str, what: str, hint: str = "", status: int = 0, error_code: str = "") -> None:
        self.status = status
        self.error_code = error_code
        super().__init__(source, what, hint)


class SlowDown(SourceError):
    """The source asks to wait ``retry_after_seconds`` (None: it named no time)."""

    def __init__(self, source: str, what: str, hint: str = "", retry_after_seconds: float | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(source, what, hint)


class SourceDown(SourceError):
    """The source cannot be reached or breaks off."""


class SourceEmpty(SourceError):
    """The source suddenly has nothing, or far less than before; what the store knows is kept."""


class TooManyBad(SourceError):
    """More records of a stream are bad than an accident explains; the rest of it is not read."""


class BadRecord(SourceError):
    """One record cannot be understood; it is kept aside with this reason."""


class StoreError(C360Error):
    """The store cannot be opened, read or written."""

    exit_code = 6


class PluginError(C360Error):
    """A plugin cannot be found, loaded or used."""

    exit_code = 7
