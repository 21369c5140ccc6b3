"""What the fields of a customer may hold and what they mean, and fields of one's own, from YAML.

    fields:
      stage:                                  # a column of a customer: what it may hold, what it means
        values: [Onboarding, Adoption]
        definition: Where the customer stands.
      deployment_type:                        # no column: a field of your own
        label: Deployment
        type: text                            # text, integer, real, bool or day
        values: [Self-managed, SaaS]
        owner: local                          # local, push or both
        definition: Where the product runs.

Every file in ``layouts/fields/`` of the home counts, and those that ship with c360 unless ``presets:`` of config.yaml
names some of them. What a home says of a field goes before what ships.
"""

import importlib
import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from c360cli import compiled
from c360cli.errors import ConfigError, LayoutError
from c360cli.kinds import CUSTOMER, Own
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.nodes import Key, Node, Problems

TYPES = ("text", "integer", "real", "bool", "day")
OWN_OWNERS = ("local", "push", "both")
_KEYS = ("label", "type", "values", "owner", "definition")
_COLUMNS = frozenset(column.name for column in CUSTOMER.columns)


class Declared(NamedTuple):
    """What YAML says of one field; "" and () where it says nothing."""

    name: str
    label: str = ""
    type: str = ""
    values: tuple[str, ...] = ()
    owner: str = ""
    definition: str = ""


# Every store has it: who logs a call asks for it.
BUILT_IN = Declared(
    "recording_opt_out",
    "Recording opt-out",
    "bool",
    (),
    "local",
    "The customer wants no call recorded and no notetaker in it. For the CSM alone: it changes nothing elsewhere.",
)


def load(home: str, presets: Sequence[str] | None = None) -> dict[str, Declared]:
    """Return by name what is said of each field; of several files that list values, all values count.

    Raises LayoutError with file:line:column for every mistake in a file, ConfigError for a preset that is not there.
    """
    said: dict[str, Declared] = {BUILT_IN.name: BUILT_IN}
    shipped = os.path.join(importlib.import_module("c360_layouts").__path__[0], "fields")
    for name in _chosen(shipped, presets, home):
        for one in _read(shipped, "c360_layouts/fields", name, home):
            known = said.get(one.name, Declared(one.name))
            said[one.name] = one._replace(values=(*known.values, *one.values))
    own: dict[str, Declared] = {}
    folder = os.path.join(home, "layouts", "fields")
    for name in _names(folder):
        for one in _read(folder, "layouts/fields", name, home):
            if one.name in own:
                raise LayoutError(f'layouts/fields/{name}.yaml: another file there speaks of "{one.name}" too.')
            own[one.name] = one
    for name, one in own.items():
        before = said.get(name, Declared(name))
        said[name] = Declared(
            name,
            one.label or before.label,
            one.type or before.type,
            one.values or before.values,
            one.owner or before.owner,
            one.definition or before.definition,
        )
    return said


def own(home: str, presets: Sequence[str] | None = None) -> dict[str, Own]:
    """Return what each field of one's own may hold; none where a file is wrong, which ``c360 set`` and doctor tell."""
    try:
        said = load(home, presets)
    except ConfigError:
        return {}
    return {one.name: Own(one.type or "text", one.values) for one in said.values() if one.name not in _COLUMNS}


def own_of_home(home: str) -> dict[str, Own]:
    """Return the same for the ``presets`` that the config of a home names; all of them where it has none."""
    from c360cli import config

    try:
        return own(home, config.load(home).presets)
    except ConfigError:
        return own(home)


def plain(own: Mapping[str, Own]) -> list[list[Any]]:
    """Return what is declared as JSON gives it back, for the stamp of what was checked by it."""
    return [[name, one.type, list(one.values)] for name, one in own.items()]


def _chosen(folder: str, presets: Sequence[str] | None, home: str) -> list[str]:
    """Return the names of the shipped files that count."""
    shipped = _names(folder)
    if presets is None:
        return shipped
    for name in presets:
        if name not in shipped and name not in _names(os.path.join(home, "layouts", "fields")):
            from c360cli.nearest import did_you_mean

            way_out = did_you_mean(name, shipped) or f"Presets: {', '.join(shipped)}."
            raise ConfigError(f'config.yaml: there are no presets "{name}". {way_out}')
    return [name for name in presets if name in shipped]


def _names(folder: str) -> list[str]:
    files = os.listdir(folder) if os.path.isdir(folder) else ()
    return sorted(file.removesuffix(".yaml") for file in files if file.endswith(".yaml") and file[0] != ".")


def _read(folder: str, label: str, name: str, home: str) -> list[Declared]:
    place = "home" if label == "layouts/fields" else "shipped"
    cache = os.path.join(home, "cache", f"fields-{place}-{name}.json")
    said = compiled.load(os.path.join(folder, f"{name}.yaml"), f"{label}/{name}.yaml", _check, cache, LayoutError)
    return [Declared(**{**one, "values": tuple(one["values"])}) for one in said]


def _check(root: "Node", label: str) -> list[dict[str, Any]]:
    from c360cli.nodes import Problems

    problems = Problems(label, LayoutError)
    said: list[dict[str, Any]] = []
    fields = root.value.get("fields") if isinstance(root.value, dict) else None
    if fields is None or not isinstance(fields.value, dict):
        problems.add(root, "the file must have fields:, a mapping of names to what they may hold.")
    else:
        for key in root.keys:
            if key.name != "fields":
                problems.unknown(key, "key", key.name, ["fields"])
        for key, node in fields.items():
            said.append(_field(key, node, problems))
    problems.raise_if_any()
    return said


def _field(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    is_own = key.name not in _COLUMNS
    if is_own and not re.fullmatch("[a-z][a-z0-9_]{0,39}", key.name):
        problems.add(key, "the name of a field is made of small letters, digits and _, like deployment_type.")
    if not isinstance(node.value, dict):
        problems.add(node, f"{key.name} must be a mapping with {', '.join(_KEYS)}.")
        return Declared(key.name)._asdict()
    said: dict[str, Any] = {}
    for name, child in node.items():
        value = child.plain()
        if name.name not in _KEYS:
            problems.unknown(name, "key of a field", name.name, _KEYS)
        elif name.name == "values":
            # A plain 12 or true is what a person means by its letters.
            listed = value if isinstance(value, list) else []
            if not listed or not all(isinstance(each, str) and each.strip() for each in listed):
                problems.add(child, "values must be a list of texts.")
            said["values"] = tuple(each for each in listed if isinstance(each, str))
        elif not isinstance(value, str):
            problems.add(child, f"{name.name} must be a text.")
        else:
            said[name.name] = value.strip()
    _fit(key, node, said, is_own, problems)
    return Declared(key.name, **said)._asdict()


def _fit(key: "Key", node: "Node", said: dict[str, Any], is_own: bool, problems: "Problems") -> None:
    """Note what does not fit together."""
    built_in = key.name == BUILT_IN.name
    if (not is_own or built_in) and {"type", "owner"} & said.keys():
        name = "type" if "type" in said else "owner"
        whose = "it stays here" if built_in else "owners: in config.yaml says who owns it" if name == "owner" else ""
        problems.add(node.value[name], f"{key.name} is c360's own{', ' + whose if whose else ''}: leave {name} out.")
        return
    if is_own and not built_in:
        if said.setdefault("type", "text") not in TYPES:
            problems.unknown(node.value["type"], "type", said["type"], TYPES)
        if said.setdefault("owner", "local") not in OWN_OWNERS:
            problems.unknown(node.value["owner"], "owner", said["owner"], OWN_OWNERS)
    if said.get("values") and is_own and said.get("type") != "text":
        problems.add(node.value["values"], "only a text has values to choose from.")
