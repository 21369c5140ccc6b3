"""What the columns of a survey file are: who answered, when, and which questions were asked."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from c360cli.errors import ConfigError
from c360cli.nearest import did_you_mean

from ..files.options import find_header
from ..wording import listed
from .asked import Mapped, Question, mapped_questions, recognised_questions
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
    "status": "status response_status response_type",
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

_TELL_STATES = (QUALTRICS.name, SURVEYMONKEY.name, TYPEFORM.name)


class Form(NamedTuple):
    """How one file is read; ``notes`` say what is left out. ``is_long``: each row is one answer and names its kind."""

    tool: Tool
    roles: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    extra: tuple[str, ...]
    is_long: bool = False
    notes: tuple[str, ...] = ()


def read_form(tool: Tool, headings: Sequence[Heading], mapped: Mapped, file: str) -> Form:
    """Return how a file with these headings is read; ConfigError where nothing in it reads as an answer."""
    roles = _roles(tool, headings, mapped, file)
    used = {name for names in roles.values() for name in names}
    if not mapped.questions and "score" in roles and "kind" in roles and not any(each.asks for each in headings):
        return Form(tool, roles, (), _extra(headings, roles), is_long=True)
    for role in ("kind", "score", "question", "comment"):
        # Only a file with one answer a row has these columns; elsewhere they are questions like others.
        used.difference_update(roles.pop(role, ()))
    ours = frozenset(_OURS.get(tool.name, "").split())
    asked = [heading for heading in headings if heading.name not in used and key(heading.name) not in ours]
    notes: tuple[str, ...] = ()
    if mapped.questions:
        questions, notes = mapped_questions(tool, asked, mapped, file)
    else:
        questions = recognised_questions(tool, asked)
    if not questions or (tool is PLAIN and not mapped.questions and all(each.kind == "text" for each in questions)):
        raise _unrecognised(tool, asked or headings, mapped, file)
    answers = {name for question in questions for name in (*question.columns, question.comment)}
    extra = tuple(name for name in _extra(headings, roles) if name not in answers)
    return Form(tool, roles, tuple(questions), extra, notes=notes)


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
        if role in roles or (role in ("status", "collection_mode") and tool.name not in _TELL_STATES):
            continue
        found_all = tuple(by_key[word] for word in words.split() if word in by_key)
        if found_all:
            roles[role] = found_all
    if tool.name == TYPEFORM.name and names and names[0] == "#" and "response_id" not in mapped.roles:
        roles["response_id"] = ("#",)
    if tool is GOOGLE_FORMS and "answered_at" not in mapped.roles:
        roles["answered_at"] = (names[0],)
    return roles
