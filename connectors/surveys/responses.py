"""The responses of one form at a service, made into answers by the same rules as the rows of its CSV."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Protocol

from c360cli.records import Aside, Record

from ..files.reading import Row
from ..wording import counted
from .answers import STREAM, Answers
from .api import Head, Page
from .definition import Definition
from .known_ids import Known
from .settings import Settings


class Service(Protocol):
    """One account of a survey service."""

    def forms(self) -> Iterator[Head]:
        """Yield every form of the account."""
        ...

    def define(self, form: str) -> Definition:
        """Return the questions of a form."""
        ...

    def pages(self, form: str, state: Mapping[str, Any], start: str | None) -> Iterator[Page]:
        """Yield the responses that are new or changed since ``state``."""
        ...

    def ids(self, form: str) -> Iterator[str]:
        """Yield the id of every response there is."""
        ...

    def single(self, form: str, ids: Sequence[str]) -> list[Any]:
        """Return the responses with these ids, less those that are gone."""
        ...

    def try_responses(self, form: str) -> None:
        """Ask for one response; raises what keeps us from reading them."""
        ...

    def response_id(self, row: Any) -> str | None:
        """Return the id of a response; None where it has none."""
        ...

    def cells(self, definition: Definition, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a response in the columns of the service's CSV; ValueError for one that cannot be read."""
        ...


class Responses:
    """Turns the responses of one form into records, and says what is to be said of it."""

    def __init__(self, service: Service, definition: Definition, source: str, settings: Settings, zone: tzinfo) -> None:
        self._source = source
        self._service = service
        self._definition = definition
        self._form = definition.form(settings.mapped)
        self._is_first = True
        title = definition.title
        self._answers = Answers(source, settings.survey or title, title, self._form, zone, has_lines=False)

    def turn(self, rows: Mapping[str, Any], nameless: int, known: Known) -> tuple[list[Record], list[Aside]]:
        """Return the records of responses, and what cannot be read under the id its answer would have.

        ``known`` are the answers read so far, and takes in these. One that a response had and has no more is deleted.
        """
        records: list[Record] = []
        aside: list[Aside] = []
        for identity, row in rows.items():
            try:
                turned = self._answers.turn(Row(0, self._service.cells(self._definition, row)))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                reason = str(error) if isinstance(error, ValueError) else f"an unknown shape ({type(error).__name__})"
                place = f"{identity}:{self._form.questions[0].id}"
                aside.append(Aside(STREAM, place, f"{self._definition.title}: response {identity}: {reason}"))
                continue
            records += turned.records
            aside += turned.aside
            answers = frozenset(record.source_id for record in turned.records)
            earlier = known.get(identity, frozenset())
            lost = [] if turned.aside else [each for each in sorted(earlier - answers) if self._asks(each)]
            records += [tombstone(self._source, each) for each in lost]
            if remaining := (earlier | answers).difference(lost):
                known[identity] = remaining
        if nameless:
            reason = f"{self._definition.title}: {counted(nameless, 'response')} without an id"
            aside.append(Aside(STREAM, f"{self._definition.id}:", reason))
        return records, aside

    def _asks(self, answer: str) -> bool:
        """Tell if the form still has the question of an answer; what was said to one it lost stays said."""
        question = answer.partition(":")[2].removesuffix("_text")
        return any(each.id == question for each in self._form.questions)

    def notes(self, is_last: bool) -> tuple[str, ...]:
        """Return what there is to say: how the form is read, once, and at the end what was left out."""
        notes = (*(self._form.notes if self._is_first else ()), *(self._answers.closing_notes() if is_last else ()))
        self._is_first = False
        return tuple(f"{self._definition.title}: {note}." for note in notes)


def tombstone(source: str, answer: str) -> Record:
    """Return the record that says an answer is no longer there."""
    return Record("survey", source, answer, None, {}, deleted=True)
