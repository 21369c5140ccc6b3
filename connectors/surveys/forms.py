"""What the columns of a survey file are: who answered, when, and which questions were asked."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from c360cli.errors import ConfigError
from c360cli.nearest import did_you_mean

from ..files.folder import listed
from ..files.options import find_header
from .questions import asks_about_the_score, kind_of, read_score
from .tools import GOOGLE_FORMS, PLAIN, QUALTRICS, SURVEYMONKEY, TYPEFORM, Heading, Tool, key

ROLES = ("respondent", "respondent_name", "customer", "domain", "answered_at", "response_id")

# Headers by which a role is recognised, the surest first.
_HEADERS = {
    "respondent": "respondent recipientemail emailaddress email email_address e_mail e_mail_address respondent_email"
    " person_email customer_email contact_email your_email work_email business_email what_is_your_email"
    " what_is_your_email_address e_mail_adresse adresse_e_mail correo_electronico endereco_de_e_mail username",
    "respondent_name": "respondent_name person_name name full_name your_name contact_name what_is_your_name",
    "customer": "externalreference externaldatareference account_id accountid customer_ref customer_id customerid"
    " company_id salesforce_id sfdc_id external_id org_id organization_id person_properties_account_id"
    " hidden_account_id customer custom_data_1 custom_data",
    "domain": "domain company_domain email_domain website person_properties_domain",
    "response_id": "responseid response_id respondent_id respondentid recordid token id source_id",
    "answered_at": "recordeddate enddate end_date submit_date_utc submitted_at answered_at completed_at responded_at"
    " response_date created_at timestamp date_submitted submit_date date startdate start_date start_date_utc",
    "changed_at": "updated_at changed_at",
    "first_name": "recipientfirstname first_name firstname",
    "last_name": "recipientlastname last_name lastname",
    "status": "status",
    "collection_mode": "collection_mode",
    "kind": "kind survey_type type_of_survey",
    "score": "score",
    "question": "question",
    "comment": "comment comments",
}

# Columns in which a tool says something about the response itself; they are kept, but are no questions.
_OURS = {
    "qualtrics": "startdate enddate status ipaddress progress duration_in_seconds finished recordeddate responseid"
    " recipientlastname recipientfirstname recipientemail externalreference locationlatitude locationlongitude"
    " locationaccuracy distributionchannel userlanguage responseset name externaldatareference emailaddress",
    "surveymonkey": "respondent_id respondentid collector_id start_date end_date ip_address email_address first_name"
    " last_name collection_mode date_created date_modified response_status",
    "typeform": "response_type start_date_utc stage_date_utc submit_date_utc network_id tags ending",
    "delighted": "permalink survey_type score comment created_at updated_at person_id person_email person_name",
}


class Question(NamedTuple):
    """One question: its kind, its id within the form, and the columns that hold its answer.

    With several columns each stands for one point of the scale (``points``). ``comment`` is the column with the
    words that go with the score.
    """

    kind: str
    id: str
    text: str
    columns: tuple[str, ...]
    points: tuple[float, ...] = ()
    comment: str | None = None


class Form(NamedTuple):
    """How one file is read. ``is_long`` says each row is one answer that names its own kind."""

    tool: Tool
    roles: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    extra: tuple[str, ...]
    is_long: bool = False


class Mapped(NamedTuple):
    """What the config says about the columns: a header for each role, a kind for each question."""

    where: str
    roles: Mapping[str, str]
    questions: Mapping[str, str]


def read_form(tool: Tool, headings: Sequence[Heading], mapped: Mapped, file: str) -> Form:
    """Return how a file with these headings is read; ConfigError where nothing in it reads as an answer."""
    roles = _roles(tool, headings, mapped, file)
    used = {name for names in roles.values() for name in names}
    if not mapped.questions and "score" in roles and "kind" in roles:
        return Form(tool, roles, (), _extra(headings, roles), is_long=True)
    for role in ("kind", "score", "question", "comment"):
        # Only a file with one answer a row has these columns; elsewhere they are questions like others.
        used.difference_update(roles.pop(role, ()))
    ours = frozenset(_OURS.get(tool.name, "").split())
    asked = [heading for heading in headings if heading.name not in used and key(heading.name) not in ours]
    questions = _mapped(asked, mapped, file) if mapped.questions else _recognised(tool, asked)
    if not questions or (tool is PLAIN and not mapped.questions and all(each.kind == "text" for each in questions)):
        raise _unrecognised(tool, asked or headings, mapped, file)
    answers = {name for question in questions for name in (*question.columns, question.comment)}
    extra = tuple(name for name in _extra(headings, roles) if name not in answers)
    return Form(tool, roles, tuple(questions), extra)


def _extra(headings: Sequence[Heading], roles: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the columns that are kept as they are: all but the first for each role, whose value has its own place."""
    placed = {names[0] for role, names in roles.items() if role != "domain"}
    return tuple(heading.name for heading in headings if heading.name not in placed)


def _unrecognised(tool: Tool, headings: Sequence[Heading], mapped: Mapped, file: str) -> ConfigError:
    what = "no tool is recognised, and" if tool is PLAIN else f"an export of {tool.title}, but"
    names = list(dict.fromkeys(heading.text or heading.name for heading in headings))
    example = (names[0] if names else "Question")[:60].replace('"', "'")
    return ConfigError(
        f"{file}: {what} no column reads as an NPS or CSAT question; it has {listed(names)}.",
        f'Say which are questions under {mapped.where}.mapping.questions, like "{example}": nps (or csat, text).',
    )


def _roles(tool: Tool, headings: Sequence[Heading], mapped: Mapped, file: str) -> dict[str, tuple[str, ...]]:
    """Return the headers that play each role: those the config names, else those that are recognised."""
    roles: dict[str, tuple[str, ...]] = {}
    names = [heading.name for heading in headings]
    for role, asked in mapped.roles.items():
        found = find_header(asked, names)
        if found is None:
            way_out = did_you_mean(asked, names) or f"It has {listed(names)}."
            raise ConfigError(f'{mapped.where}.mapping.{role}: {file} has no column "{asked}".', way_out)
        roles[role] = (found,)
    questions = {found for asked in mapped.questions if (found := find_header(asked, names))}
    by_key: dict[str, str] = {}
    for name in names:
        if name not in questions:
            by_key.setdefault(key(name), name)
    for role, words in _HEADERS.items():
        if role in roles or (role in ("status", "collection_mode") and tool not in (QUALTRICS, SURVEYMONKEY)):
            continue
        found_all = tuple(by_key[word] for word in words.split() if word in by_key)
        if found_all:
            roles[role] = found_all
    if tool is TYPEFORM and names and names[0] == "#" and "response_id" not in mapped.roles:
        roles["response_id"] = ("#",)
    if tool is GOOGLE_FORMS and "answered_at" not in mapped.roles:
        roles["answered_at"] = (names[0],)
    return roles


def _mapped(headings: Sequence[Heading], mapped: Mapped, file: str) -> list[Question]:
    """Return the questions the config names, by header, by question text or by the tool's id."""
    questions = []
    for asked, kind in mapped.questions.items():
        found = (
            find_header(asked, [heading.name for heading in headings])
            or next((heading.name for heading in headings if heading.id == asked), None)
            or next((heading.name for heading in headings if heading.text == asked), None)
        )
        if found is None:
            names = [heading.name for heading in headings]
            way_out = did_you_mean(asked, names) or f"It has {listed(names)}."
            raise ConfigError(f'{mapped.where}.mapping.questions: {file} has no column "{asked}".', way_out)
        at = next(place for place, heading in enumerate(headings) if heading.name == found)
        questions.append((at, _question(headings, at, kind)))
    return _with_comments([question for _, question in sorted(questions, key=lambda pair: pair[0])])


def _recognised(tool: Tool, headings: Sequence[Heading]) -> list[Question]:
    """Return the questions whose text tells what they ask for, in the order of the file."""
    groups = {heading.id.removesuffix("_NPS_GROUP") for heading in headings if heading.id.endswith("_NPS_GROUP")}
    questions: list[Question] = []
    taken: set[str] = set()
    for at, heading in enumerate(headings):
        if heading.name in taken or not heading.name or heading.id.endswith("_NPS_GROUP"):
            continue
        kind = "nps" if heading.id in groups else _kind(tool, heading)
        if kind is None:
            continue
        question = _question(headings, at, kind)
        taken.update(question.columns)
        questions.append(question)
    return _with_comments(questions)


def _kind(tool: Tool, heading: Heading) -> str | None:
    """Return what a column asks for, as far as the tool tells it: most columns of a big form ask for neither."""
    if tool is QUALTRICS and heading.label:
        # The third row knows which columns hold words; a choice is exported as its number.
        if heading.label.endswith("_TEXT"):
            return "text"
        return kind if (kind := kind_of(heading.text)) != "text" else None
    if tool is SURVEYMONKEY and heading.label:
        label = heading.label.lower()
        if label == "open-ended response" or label.startswith(("other (please", "comment", "why", "reason")):
            return "text"
        return kind if (kind := kind_of(heading.text)) != "text" else None
    return kind_of(heading.text)


def _question(headings: Sequence[Heading], at: int, kind: str) -> Question:
    """Return the question in column ``at``, with the columns beside it when each is one point of its scale."""
    heading = headings[at]
    if kind != "text" and heading.label:
        together = [other for other in headings[at:] if other.text == heading.text and other.text]
        scores = [_point(other.label, kind) for other in together]
        if len(together) > 2 and all(score is not None for score in scores):
            columns = tuple(other.name for other in together)
            points = tuple(score for score in scores if score is not None)
            return Question(kind, _digest(heading.text), heading.text, columns, points)
    return Question(kind, heading.id or _digest(heading.name), _shown(heading), (heading.name,))


def _shown(heading: Heading) -> str:
    """Return the question as a person reads it: its text, with the label where several share the text."""
    return heading.text if heading.id else heading.name


def _point(label: str, kind: str) -> float | None:
    try:
        return read_score(label, kind)
    except ValueError:
        return None


def _with_comments(questions: list[Question]) -> list[Question]:
    """Attach a column of words to the score it belongs to; what belongs to none stays a question of its own."""
    scored = [question for question in questions if question.kind != "text"]
    words = [question for question in questions if question.kind == "text"]
    comments: dict[str, Question] = {}
    for question in words:
        owner = _owner(question, questions, scored, is_only=len(words) == 1)
        if owner is not None:
            comments.setdefault(owner.id, question)
    attached = {question.id for question in comments.values()}
    return [
        question._replace(comment=comments[question.id].columns[0]) if question.id in comments else question
        for question in questions
        if question.kind != "text" or question.id not in attached
    ]


def _owner(words: Question, questions: list[Question], scored: list[Question], is_only: bool) -> Question | None:
    if not scored:
        return None
    named = [each for each in scored if key(words.columns[0]).startswith((f"{each.kind}_", f"{key(each.id)}_"))]
    if len(named) == 1:
        return named[0]
    if len(scored) == 1 and is_only:
        return scored[0]
    before = [each for each in questions[: questions.index(words)] if each.kind != "text"]
    if before and asks_about_the_score(words.text) and questions[questions.index(words) - 1] == before[-1]:
        return before[-1]
    # "Comments" at the end of a form with one score speaks of that score; behind several it speaks of all.
    return scored[0] if len(scored) == 1 and asks_about_the_score(words.text) else None


def _digest(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()[:8]
