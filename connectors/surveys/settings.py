"""The options of a source that reads a survey service over its API, checked before anything is sent."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

from c360cli.errors import ConfigError
from c360cli.times import moment, parse_moment, read_moment

from ..files.options import choice, mapping_option, text_option
from ..options import auth_option, number_option, read_as, refuse_unknown, web_address
from .asked import Mapped
from .forms import ROLES
from .questions import MAPPED_AS


class Known(NamedTuple):
    """What is particular about the options of one service: its address, and how it names and numbers its forms."""

    title: str
    base_url: str
    ids: str
    id_shape: str
    example: str
    largest_page: int


SERVICES = {
    "typeform": Known("Typeform", "https://api.typeform.com", "forms", r"[\w-]{1,64}", "u6nXL7", 1000),
    "surveymonkey": Known("SurveyMonkey", "https://api.surveymonkey.com", "surveys", r"\d{1,20}", "506487016", 100),
}

_OPTIONS = ("connector", "service", "base_url", "auth", "start", "survey", "mapping", "page_size", "reconcile_days")
_AUTH: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {"access_token": (("token",), ())}


class Settings(NamedTuple):
    """The options as the connector uses them; ``forms`` None stands for all, ``start`` is a moment."""

    service: str
    base_url: str
    auth: Mapping[str, Any]
    forms: tuple[str, ...] | None
    start: str | None
    survey: str | None
    mapped: Mapped
    page_size: int
    keep_requests: int | None
    reconcile_days: int

    @property
    def known(self) -> Known:
        """What is particular about the service."""
        return SERVICES[self.service]

    @property
    def read_as(self) -> str:
        """Return a short name for what decides how answers are read."""
        mapped = (dict(self.mapped.roles), dict(self.mapped.questions))
        return read_as(self.base_url, self.service, self.start, self.survey, mapped)


def read_mapping(where: str, options: Mapping[str, Any]) -> Mapped:
    """Return the checked ``mapping``: a header for each role, a kind for each question. Raises ConfigError."""
    mapping = mapping_option(where, options, "mapping")
    refuse_unknown(f"{where}.mapping", "option", mapping, (*ROLES, "questions"))
    roles = {role: header for role in ROLES if (header := text_option(f"{where}.mapping", mapping, role))}
    questions = mapping_option(f"{where}.mapping", mapping, "questions")
    for question in questions:
        if choice(f"{where}.mapping.questions", questions, question, MAPPED_AS) is None:
            raise ConfigError(
                f'{where}.mapping.questions: "{question}" needs a kind.', f"One of {', '.join(MAPPED_AS)}"
            )
    return Mapped(where, roles, questions)


def read_settings(source: str, options: Mapping[str, Any], zone: tzinfo = UTC) -> Settings:
    """Return the checked options; a day in ``start`` begins at midnight in ``zone``. Raises ConfigError."""
    where = f"sources.{source}"
    service = choice(where, options, "service", SERVICES)
    if service is None:
        raise ConfigError(f"{where}.service is missing.", f"One of {', '.join(SERVICES)}")
    known = SERVICES[service]
    has_quota = service == "surveymonkey"
    refuse_unknown(where, "option", options, (*_OPTIONS, known.ids, *(("keep_requests",) if has_quota else ())))
    return Settings(
        service=service,
        base_url=_base_url(source, options.get("base_url", known.base_url), known),
        auth=auth_option(source, options.get("auth"), _AUTH),
        forms=_forms(where, options.get(known.ids), known),
        start=_start(where, options.get("start"), zone),
        survey=text_option(where, options, "survey"),
        mapped=read_mapping(where, options),
        page_size=number_option(where, options, "page_size", known.largest_page, 1, known.largest_page),
        keep_requests=number_option(where, options, "keep_requests", 0, 0, 1_000_000)
        if "keep_requests" in options
        else None,
        reconcile_days=number_option(where, options, "reconcile_days", 7, 0, 365),
    )


def _base_url(source: str, url: object, known: Known) -> str:
    parts = web_address(source, url, known.base_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/v3')}"


def _forms(where: str, forms: object, known: Known) -> tuple[str, ...] | None:
    if forms is None or forms == "all":
        return None
    hint = f"For example: {known.ids}: [{known.example}]; without it all are read."
    if not isinstance(forms, list) or not forms:
        raise ConfigError(f"{where}.{known.ids} must be a list of ids.", hint)
    ids = [str(form) if isinstance(form, int | str) and not isinstance(form, bool) else "" for form in forms]
    for given, identity in zip(forms, ids, strict=True):
        if not re.fullmatch(known.id_shape, identity, re.ASCII):
            raise ConfigError(f'{where}.{known.ids}: "{str(given)[:60]}" is no id of {known.title}.', hint)
    return tuple(dict.fromkeys(ids))


def _start(where: str, start: object, zone: tzinfo) -> str | None:
    try:
        if start is None:
            return None
        if isinstance(start, datetime):
            return moment(start if start.tzinfo else start.replace(tzinfo=zone))
        if isinstance(start, date):
            return moment(datetime(start.year, start.month, start.day, tzinfo=zone))
        if isinstance(start, str):
            words = start.strip()
            return moment(parse_moment(read_moment(f"{words}T00:00:00" if len(words) == 10 else words, zone)))
    except (ValueError, OverflowError):
        pass
    raise ConfigError(f'{where}: start "{start}" is not a day.', "For example: start: 2024-01-01")
