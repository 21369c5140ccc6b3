"""Surveys: over the APIs of Typeform and SurveyMonkey, and from the files of these and other tools.

    nps:
      connector: surveys
      service: typeform                # or surveymonkey
      auth: {type: access_token, token: {env: TYPEFORM_TOKEN}}
      forms: [u6nXL7]                  # their ids (surveymonkey: surveys); without it all that ask for NPS or CSAT
      base_url: https://api.eu.typeform.com     # where the account lives in another region
      start: 2024-01-01                # the oldest response to read; all without it
      keep_requests: 50                # surveymonkey: of a day's requests, for others; without it a tenth
      reconcile_days: 7                # how often to look for deleted responses; 0: never

Only what is asked from 0 to 10 is NPS, only what is asked from 1 to 5 is CSAT. ``survey``, ``mapping``, and
``page_size`` may stand there too. The ids of answers are those of the service's CSV: a source that read files so far
goes on over the API, and has no answer twice.

From files: SurveyMonkey, Qualtrics, Google Forms, Typeform, Delighted, and plain CSV or JSON.

    nps:
      connector: surveys
      path: surveys/*.csv              # a pattern; starts at the home
      survey: Onboarding 2026          # the name; without it the file's
      tool: qualtrics                  # only where it is not recognised
      mapping:                         # only where a column is not recognised
        respondent: Email Address
        customer: ExternalReference
        questions: {"How likely are you to recommend us?": nps, Why: comment, Q3: csat, Ideas: text}

A column mapped as ``comment`` holds the words to the score before it; ``text`` is a question of its own. Where only
scores are mapped, the one column of words that belongs to a score goes with it, and a note names those left out.

Also ``format``, ``delimiter``, ``encoding``, ``timezone`` and ``date_order`` (DMY, MDY, YMD). As in ``files``, days
such as 10/1/2026 are read in the order the whole file tells, and a dash, ``n/a``, ``na``, ``null`` and ``none`` are no
score.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from c360cli.connector import Connector, Context, Stream
from c360cli.errors import ConfigError
from c360cli.records import Cursor, RecordPage

from ..files.encoding import NotText
from ..files.folder import Found, Reader, Turned, explained, find_files, knows_files, read_files
from ..files.options import OPTIONS, Place, choice, read_place, text_option
from ..files.reading import Opened, open_rows, unique
from ..options import refuse_unknown
from ..wording import counted
from .answers import STREAM, Answers
from .asked import Mapped
from .forms import Form, read_form
from .settings import SERVICES, read_mapping
from .tools import TOOLS, Heading, Tool, read_headings, recognise

_OPTIONS = (*OPTIONS, "tool", "survey", "mapping")


def connect(name: str, options: Mapping[str, Any], context: Context) -> Connector:
    """Return the source called ``name``; ConfigError where its options cannot be followed."""
    where = f"sources.{name}"
    if "service" in options:
        if "path" in options:
            raise ConfigError(f"{where} has both a service and a path.", "Make two sources of it, or remove one.")
        from .service import connect_service  # only a service pays for it

        return connect_service(name, options, context)
    if "path" not in options and {"auth", "base_url"} & set(options):
        raise ConfigError(f"{where}.service is missing.", f"One of {', '.join(SERVICES)}")
    refuse_unknown(where, "option", options, _OPTIONS)
    place = read_place(name, options, context)
    tool = choice(where, options, "tool", TOOLS)
    mapped = read_mapping(where, options)
    survey = text_option(where, options, "survey")
    return Surveys(name, dict(options), place, TOOLS[tool] if tool else None, survey, mapped)


class Surveys:
    """A source whose records are the answers in one or more survey files."""

    # However many rows of a file are bad, its good ones are good: nobody else will send them.
    streams: tuple[Stream, ...] = (Stream(STREAM, ("survey",), most_bad=1.0),)
    links: Mapping[str, str] = {}

    def __init__(
        self, name: str, options: Mapping[str, Any], place: Place, tool: Tool | None, survey: str | None, mapped: Mapped
    ) -> None:
        self.name = name
        self._options = options
        self._place = place
        self._tool = tool
        self._survey = survey
        self._mapped = mapped

    def check(self) -> str:
        """Say which files there are and what each is; raises what keeps the first of them from being read."""
        files = find_files(self._place)
        said = []
        for file in files:
            try:
                with open(file.path, "rb") as opened:
                    _, form = self._read(opened, file)
            except (OSError, NotText) as error:
                raise explained(self.name, file, error) from error
            said.append(f"{file.name} ({_said(form)})")
        more = f" and {len(said) - 5:,} more" if len(said) > 5 else ""
        return f"{counted(len(files), 'file')}: {', '.join(said[:5])}{more}."

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the answers in new and changed files, a thousand or a few more a page."""
        return read_files(self._place, stream, self._options, cursor, self._open)

    def has_read(self, stream: str, cursor: Cursor) -> bool:
        """Tell if the cursor is that of a source which has read one of these files."""
        return knows_files(self._place, cursor)

    def _open(self, opened: BinaryIO, file: Found) -> Reader:
        rows, form = self._read(opened, file)
        if form is None:
            return Reader(rows.rows, lambda order: lambda row: Turned(), rows.notes, tuple, rows.size, rows.mtime_ns)
        survey = self._survey or os.path.splitext(os.path.basename(file.path))[0]
        answers = Answers(self.name, survey, file.name, form, self._place.zone, self._place.date_order)
        notes = (*rows.notes, *form.notes)
        return Reader(rows.rows, answers.turn_by, notes, answers.closing_notes, rows.size, rows.mtime_ns, answers.days)

    def _read(self, opened: BinaryIO, file: Found) -> tuple[Opened, Form | None]:
        """Return the rows of a file and how they are to be read; None for a file without any header."""
        headings: list[Heading] = []
        tool: list[Tool] = []

        def read_header(rows: Sequence[Sequence[str]]) -> tuple[int, Sequence[str]]:
            tool.append(self._tool or recognise(rows))
            count, found = read_headings(tool[0], rows)
            names = unique([heading.name for heading in found])
            headings.extend(heading._replace(name=name) for heading, name in zip(found, names, strict=True))
            return count, names

        rows = open_rows(opened, file.path, self._place.dialect, read_header)
        if not rows.headers:
            return rows, None
        if not headings:
            tool.append(self._tool or recognise([rows.headers]))
            headings = [Heading(name, name) for name in rows.headers]
        return rows, read_form(tool[0], headings, self._mapped, file.name)


def _said(form: Form | None) -> str:
    if form is None:
        return "empty"
    if form.is_long:
        return f"{form.tool.title}, an answer a row"
    kinds = [question.kind for question in form.questions]
    parts = [f"{kinds.count(kind)} {word}" for kind, word in _WORDS.items() if kind in kinds]
    return f"{form.tool.title}: {', '.join(parts)}"


_WORDS = {"nps": "NPS", "csat": "CSAT", "text": "text"}
