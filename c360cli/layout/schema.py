"""The JSON Schema of layouts, made from what sections say they take: editors complete and check with it."""

import re
from collections.abc import Mapping
from typing import Any

from c360cli.kinds import EXTRA, OF_CUSTOMER
from c360cli.layout.check import OF_REPORT, OF_VIEW
from c360cli.layout.extend import REST
from c360cli.layout.later import LATER
from c360cli.layout.options import LARGEST, MOST
from c360cli.layout.shown_in import PLACES
from c360cli.layout.takes import Takes, sections, takes

_TEXT = {"type": "string", "minLength": 1}
_PLACE = {"enum": list(PLACES)}
_SHOW_IN = {
    "anyOf": [_PLACE, {"type": "array", "minItems": 1, "items": _PLACE}],
    "description": "; ".join(f"{place}: {command}" for place, command in PLACES.items()),
}
_FILTER = {"type": "string", "description": "A filter, like: arr > 50000 and segment in (Enterprise, Mid)"}


def schema() -> dict[str, Any]:
    """Return the schema, https://json-schema.org/draft/2020-12/schema."""
    known = {name: found for name in sections() if (found := takes(name))}
    names = [*known, *(name for name in LATER if name not in known)]
    entries = [{"enum": [*names, REST]}, _report(known["report"])]
    entries += [_entry(name, found) for name, found in known.items()]
    entries.append(_section({"enum": [name for name in LATER if name not in known]}, {"type": "object"}))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A layout of c360",
        "type": "object",
        "additionalProperties": False,
        "anyOf": [{"required": ["sections"]}, {"required": ["extends"]}],
        "properties": {
            "title": _TEXT,
            "extends": {**_TEXT, "description": "The layout that gives what is not said here"},
            "without": {"type": "array", "items": {"enum": names}},
            "sections": {"type": "array", "minItems": 1, "items": {"anyOf": entries}},
        },
    }


def _section(name: Mapping[str, Any], options: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    properties = {"section": name, "title": _TEXT, "when": _FILTER, "show_in": _SHOW_IN, "options": options, **more}
    return {"type": "object", "required": ["section"], "additionalProperties": False, "properties": properties}


def _entry(name: str, known: Takes) -> dict[str, Any]:
    options = _object({option: _option(name, option, known) for option in known.options})
    if not known.views or "where" not in known.options:
        return _section({"const": name}, options)
    view = _object({setting: _option(name, setting, known) for setting in OF_VIEW if setting in known.options})
    # A layout may show a view of its own, so the names of views are open.
    options["properties"]["view"] = {**_TEXT, "examples": list(known.views)}
    return _section({"const": name}, options, views={"type": "object", "additionalProperties": view})


def _report(known: Takes) -> dict[str, Any]:
    settings = {name: _option("report", name, known) for name in OF_REPORT if name in known.options}
    settings["columns"] = {"anyOf": [_TEXT, settings["columns"]]}
    report = _option("report", "dataset", known)
    report["enum"] = [word for word in report["enum"] if word]
    made = _object({"report": report, "title": _TEXT, "when": _FILTER, "show_in": _SHOW_IN, **settings})
    return {**made, "required": ["report"]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _words(name: str, words: list[str], known: Takes) -> dict[str, Any]:
    """Return the schema of words an option takes: those listed, and what is a field of a customer beside them."""
    ways: list[dict[str, Any]] = [{"enum": words}]
    is_open = known.fits(name, f"{EXTRA}anything")
    if is_open:
        ways.append({"pattern": rf"^{re.escape(EXTRA)}"})
    fields = [word for word in words if known.fits(name, f"{OF_CUSTOMER[0]}{word}")]
    if fields:
        objects = "|".join(map(re.escape, OF_CUSTOMER))
        ways.append({"pattern": rf"^({objects})({'|'.join(fields)}{f'|{re.escape(EXTRA)}.+' if is_open else ''})$"})
    return {"anyOf": ways} if len(ways) > 1 else ways[0]


def _option(section: str, name: str, known: Takes) -> dict[str, Any]:
    """Return the schema of one option, by the section's own value, choices and range."""
    default, words = known.options[name], known.words(name)
    if isinstance(default, list | tuple):
        items: dict[str, Any] = {"type": "string"} if words is None else _words(name, words, known)
        most = MOST.get((section, name))
        return {"type": "array", "items": items, **({"maxItems": most} if most else {})}
    if isinstance(default, bool):
        return {"type": "boolean", "default": default}
    if isinstance(default, int):
        least, most = known.ranges.get(name, (1, LARGEST))
        return {"type": "integer", "minimum": least, "maximum": most, "default": default}
    if isinstance(default, float):
        return {"type": "number", "default": default}
    if isinstance(default, Mapping):
        return {"type": "object"}
    if words is not None:
        return {"enum": words}
    return dict(_FILTER) if name in ("where", "cases_where") else {"type": "string"}
