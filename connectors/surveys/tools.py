"""The survey tools whose exports c360 knows, and how each is recognised from the first rows of a file."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from c360cli.names import fold


class Tool(NamedTuple):
    """What is particular about the exports of one tool.

    ``date_order`` is how it writes days; ``has_own_ids`` says its response ids are unique beyond one survey;
    ``guards`` says it writes ``'=1`` for a text that a spreadsheet would run.
    """

    name: str
    title: str
    date_order: str | None = None
    has_own_ids: bool = True
    guards: bool = False


class Heading(NamedTuple):
    """One column: its unique name, the question it answers, its own label under it, and the tool's id for it.

    ``asks`` is what it asks for where the service itself tells ("nps", "csat", "text", or NOTHING that is an answer);
    a file does not tell, and its texts are read. ``refused`` are the kinds its scale cannot be.
    """

    name: str
    text: str
    label: str = ""
    id: str = ""
    asks: str = ""
    refused: tuple[str, ...] = ()


# What a column asks for that holds no answer to a survey.
NOTHING = "nothing"


QUALTRICS = Tool("qualtrics", "Qualtrics")
SURVEYMONKEY = Tool("surveymonkey", "SurveyMonkey", date_order="MDY")
TYPEFORM = Tool("typeform", "Typeform", guards=True)
DELIGHTED = Tool("delighted", "Delighted")
GOOGLE_FORMS = Tool("google_forms", "Google Forms", has_own_ids=False)
PLAIN = Tool("plain", "plain", has_own_ids=False, guards=True)

TOOLS = {tool.name: tool for tool in (QUALTRICS, SURVEYMONKEY, TYPEFORM, DELIGHTED, GOOGLE_FORMS, PLAIN)}

# What Google Forms calls its first column, in the languages of its users.
_TIMESTAMPS = (
    "Timestamp",
    "Zeitstempel",
    "Horodateur",
    "Marca temporal",
    "Carimbo de data/hora",
    "Informazioni cronologiche",
    "Tijdstempel",
    "Sygnatura czasowa",
    "Tidsstämpel",
    "Tidsstempel",
    "Aikaleima",
    "Отметка времени",
    "Zaman damgası",
    "タイムスタンプ",
    "时间戳记",
    "時間戳記",
    "타임스탬프",
)

# SurveyMonkey's second row under a question that has a single column.
_GENERIC_LABELS = frozenset(("", "response", "open-ended response"))


def key(header: str) -> str:
    """Return a header for comparing: "E-Mail Address" and "e_mail address" are both ``e_mail_address``."""
    return re.sub(r"[\W_]+", "_", fold(header)).strip("_")


def recognise(rows: Sequence[Sequence[str]]) -> Tool:
    """Return the tool that wrote these first rows; PLAIN when none is recognised."""
    keys = [key(cell) for cell in rows[0]]
    names = set(keys)
    if _qualtrics_ids(rows) is not None:
        return QUALTRICS
    if names & {"respondent_id", "respondentid"}:
        return SURVEYMONKEY
    if rows[0] and rows[0][0].strip() == "#" and names & {"network_id", "submit_date_utc", "response_type"}:
        return TYPEFORM
    if {"token", "submitted_at"} <= names or {"network_id", "submit_date_utc"} <= names:
        return TYPEFORM
    if "score" in names and (names & {"permalink", "person_properties"} or {"survey_type", "person_id"} <= names):
        return DELIGHTED
    if keys and keys[0] in map(key, _TIMESTAMPS):
        return GOOGLE_FORMS
    return PLAIN


def read_headings(tool: Tool, rows: Sequence[Sequence[str]]) -> tuple[int, list[Heading]]:
    """Return how many of the first rows are headers, and one heading a column (names may still repeat)."""
    if tool is QUALTRICS and _qualtrics_ids(rows) is not None:
        return _qualtrics(rows)
    if tool is SURVEYMONKEY and len(rows) > 1:
        return _surveymonkey(rows)
    return 1, [Heading(cell.strip(), cell.strip()) for cell in rows[0]]


def _qualtrics_ids(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the row that names Qualtrics' own columns: the first, in old exports the second."""
    for place, row in enumerate(rows[:2]):
        names = {key(cell) for cell in row}
        if "responseid" in names and names & {"startdate", "recordeddate", "enddate", "externaldatareference"}:
            return place
    return None


def _qualtrics(rows: Sequence[Sequence[str]]) -> tuple[int, list[Heading]]:
    ids = _qualtrics_ids(rows)
    first = [cell.strip() for cell in rows[0]]
    if ids == 1:
        # Row 1 is V1..V10, Q1..; row 2 has the names of Qualtrics' columns and the texts of the questions.
        texts = _as_wide([cell.strip() for cell in rows[1]], len(first))
        return 2, [
            Heading(text if re.fullmatch(r"V\d+", name) and text else name, text or name, id=name)
            for name, text in zip(first, texts, strict=True)
        ]
    place = [key(cell) for cell in first].index("responseid")
    if len(rows) < 2 or (len(rows[1]) > place and rows[1][place].startswith("R_")):
        return 1, [Heading(name, name, id=name) for name in first]
    texts = _as_wide([cell.strip() for cell in rows[1]], len(first))
    imports = _as_wide([_import_id(cell) for cell in rows[2]], len(first)) if len(rows) > 2 else []
    if not any(imports):
        return 2, [Heading(name, text or name, id=name) for name, text in zip(first, texts, strict=True)]
    return 3, [
        Heading(name, text or name, label=label, id=name)
        for name, text, label in zip(first, texts, imports, strict=True)
    ]


def _import_id(cell: str) -> str:
    found = re.match(r"""\{\s*['"]ImportId['"]\s*:\s*['"]([^'"]*)['"]""", cell)
    return found[1] if found else ""


def column_name(question: str, label: str) -> str:
    """Return what SurveyMonkey's column is called: a question's own name, with the label where it has several."""
    return question if label.lower() in _GENERIC_LABELS else f"{question.rstrip(': ')}: {label}"


def _surveymonkey(rows: Sequence[Sequence[str]]) -> tuple[int, list[Heading]]:
    first = [cell.strip() for cell in rows[0]]
    place = next((index for index, cell in enumerate(first) if key(cell) in ("respondent_id", "respondentid")), 0)
    if len(rows[1]) > place and rows[1][place].strip():
        return 1, [Heading(cell, cell) for cell in first]
    labels = _as_wide([cell.strip() for cell in rows[1]], len(first))
    headings = []
    question = ""
    for cell, label in zip(first, labels, strict=True):
        # A question with several columns names itself over the first one alone.
        question = cell or question
        headings.append(Heading(column_name(question, label), question, label))
    return 2, headings


def _as_wide(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]
