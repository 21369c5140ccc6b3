"""config.yaml, checked: who we are, which sources there are, where the store is."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Any

from c360cli import compiled
from c360cli.errors import ConfigError
from c360cli.kinds import LOCAL_ONLY, SURVEY_ROLES
from c360cli.tuples import NamedTuple

if TYPE_CHECKING:
    from c360cli.nodes import Key, Node, Problems

FILE = "config.yaml"
DAY_SECONDS = 86_400

# Who owns a field: its source, c360, both of them, or c360 without telling any source.
OWNERS = ("pull", "push", "both", "local")


class Config(NamedTuple):
    """What config.yaml, the environment and the options of the command say together.

    ``store`` is the absolute path of a SQLite file or a ``postgresql://`` URL, ``store_password`` the reference of its
    password. ``sources`` keeps the order of the file; each is the options of a connector, ``connector`` among them.
    ``stale_after_seconds`` is the age from which a source's data is late. ``owners`` says of fields of a customer who
    owns them, one of ``OWNERS``; ``presets`` are the files of ``layouts/fields`` that say what fields may hold, None
    for all of them. ``survey_roles`` are the roles of contacts whom surveys are for; with ``sponsor_cta`` a change of a
    sponsor opens a CTA. ``contact_owner`` is who owns a person added here: local, or push and both, then a source waits
    to be told. ``shows_all`` makes every page whole, as ``show --all`` does; ``has_pager`` lets a whole page
    through the pager of the terminal.
    """

    home: str
    store: str
    store_password: Any = None
    user: str | None = None
    timezone: str = "UTC"
    currency: str | None = None
    layout: str | None = None
    stale_after_seconds: int = DAY_SECONDS
    owners: Mapping[str, str] = {}
    presets: list[str] | None = None
    survey_roles: Sequence[str] = SURVEY_ROLES
    sponsor_cta: bool = False
    contact_owner: str = "local"
    shows_all: bool = False
    has_pager: bool = True
    sources: Mapping[str, Mapping[str, Any]] = {}

    def __repr__(self) -> str:
        return f"Config(home={self.home!r}, user={self.user!r}, sources={list(self.sources)})"

    @property
    def zone(self) -> tzinfo:
        """The configured time zone."""
        if self.timezone == "UTC":
            return UTC
        from zoneinfo import ZoneInfo

        return ZoneInfo(self.timezone)

    def password(self) -> str | None:
        """Return the password of the store; None where none is configured: the server may have other ways."""
        return None if self.store_password is None else self.secret(self.store_password)

    def secret(self, reference: Any) -> str:
        """Return the secret a reference names; ConfigError where it names none."""
        from c360cli.secret import read_secret

        return read_secret(reference, self.home)


def load(
    home: str, store: str | None = None, user: str | None = None, environ: Mapping[str, str] = os.environ
) -> Config:
    """Return the config of ``home``; ``store`` and ``user`` (options) win over the environment, and that over the file.

    Raises ConfigError with ``config.yaml:line:column`` for every mistake in the file, and where there is no file,
    unless a store was named: then a home is not needed to read it.
    """
    store = store or environ.get("C360_STORE")
    user = user or environ.get("C360_USER")
    path = os.path.join(home, FILE)
    try:
        said = compiled.load(path, FILE, check, os.path.join(home, "cache", "config.json"))
    except FileNotFoundError as error:
        if not store:
            raise ConfigError(
                f"there is no {FILE} in {home}.",
                "c360 init writes one; c360 demo fills a home with a made-up company to look around in.",
            ) from error
        said = {}
    # A store named another way is another store, perhaps of another server: the configured password is not for it.
    mine = {"store": _store_path(store, os.getcwd()), "store_password": None} if store else {}
    place = _store_path(said.pop("store", "c360.db"), home)
    return Config(**{"store": place, **said, "home": home, "user": user or said.get("user"), **mine})


def _store_path(url: str, folder: str) -> str:
    """Return a PostgreSQL URL as it is, and a path or ``sqlite:///PATH`` as an absolute path, seen from ``folder``."""
    if url.startswith(("postgresql://", "postgres://")):
        return url
    # It may hold a password, so it is not repeated.
    if ("=" in url or ":" in url) and re.match(
        r"postgres(ql)?:|(\w+ *= *\S+ +)*(host|hostaddr|dbname|user|password|service) *=", url
    ):
        raise ConfigError("a store on a server is written as a URL.", "Like postgresql://USER@HOST:5432/DATABASE.")
    if "://" in url and not url.startswith("sqlite:///"):
        scheme = url.partition("://")[0]
        raise ConfigError(
            f"a store cannot be at {scheme}://...", "Stores are a path, sqlite:///PATH or postgresql://HOST/DATABASE."
        )
    return os.path.abspath(os.path.join(folder, os.path.expanduser(url.removeprefix("sqlite:///"))))


def check(root: "Node", label: str = FILE) -> dict[str, Any]:
    """Return what a config file says, as plain data; ConfigError with every mistake in it."""
    from c360cli.nodes import Problems

    problems = Problems(label)
    said: dict[str, Any] = {}
    if root.value is not None and not isinstance(root.value, dict):
        problems.add(root, "the config must be a mapping, like user: jane@example.com.")
    elif root.value is not None:
        for key, node in root.items():
            if key.name in _CHECKS:
                said.update(_CHECKS[key.name](key, node, problems))
            else:
                problems.unknown(key, "setting", key.name, _CHECKS)
    problems.raise_if_any()
    return said


def _text(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    if isinstance(node.value, str):
        return {key.name: node.value}
    if node.value is not None:
        problems.add(node, f"{key.name} must be a text.")
    return {}


def _timezone(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    said = _text(key, node, problems)
    wrong = wrong_timezone(said["timezone"]) if said else ""
    if wrong:
        problems.add(node, wrong)
    return said


def wrong_timezone(name: str) -> str:
    """Return why ``name`` is no time zone, with the nearest one, or "" where it is one."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        if name != "UTC":
            ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, a path, a name nobody knows
        from c360cli.nearest import did_you_mean

        way_out = did_you_mean(name, available_timezones()) or "Example: America/Los_Angeles."
        return f'there is no time zone "{name}". {way_out}'
    return ""


def _currency(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    said = _text(key, node, problems)
    wrong = wrong_currency(said["currency"]) if said else ""
    if wrong:
        problems.add(node, wrong)
    return said


def wrong_currency(code: str) -> str:
    """Return why ``code`` is no currency code, or "" where it may be one."""
    return "" if re.fullmatch("[A-Z]{3}", code) else "currency must be a code of three capitals, like USD."


def _schedule(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    if not isinstance(node.value, dict):
        problems.add(node, "schedule must be a mapping, like {stale_after: 24h}.")
    for name, child in node.items():
        if name.name != "stale_after":
            problems.unknown(name, "setting of schedule", name.name, ["stale_after"])
            continue
        span = re.fullmatch(r"(\d{1,4}) ?([smhd])", str(child.value))
        if span and int(span[1]):
            return {"stale_after_seconds": int(span[1]) * {"s": 1, "m": 60, "h": 3600, "d": DAY_SECONDS}[span[2]]}
        problems.add(child, "stale_after must be a span, like 90m, 24h or 7d.")
    return {}


def _owners(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    """Read ``owners: {stage: both, csm: push}``."""
    if not isinstance(node.value, dict):
        problems.add(node, "owners must be a mapping, like {stage: both}.")
        return {}
    for name, child in node.items():
        if child.value not in OWNERS:
            problems.add(child, f"the owner of {name.name} must be one of {', '.join(OWNERS)}.")
        elif name.name in LOCAL_ONLY and child.value != "local":
            problems.add(child, f"{name.name} stays here: no source is ever told of it.")
    return {"owners": node.plain()}


def _presets(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    """Read ``presets: gitlab`` or ``presets: [gitlab, ours]``."""
    said = node.plain()
    names = [said] if isinstance(said, str) else said
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.add(node, "presets must be names of files in layouts/fields, like [gitlab].")
        return {}
    return {"presets": names}


# Nobody adds a person to a source that alone may say who there is.
_CONTACT_OWNERS = ("push", "both", "local")


def _contacts(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    """Read ``contacts: {survey_role: Admin, sponsor_cta: true, owner: push}``; the role may be a list of roles."""
    said: dict[str, Any] = {}
    if not isinstance(node.value, dict):
        problems.add(node, "contacts must be a mapping, like {survey_role: Admin}.")
    for name, child in node.items():
        if name.name == "survey_role":
            roles = child.plain()
            roles = [roles] if isinstance(roles, str) else roles
            if not (isinstance(roles, list) and roles and all(isinstance(role, str) and role for role in roles)):
                problems.add(child, "survey_role must be the role of a contact, or a list of roles, like Admin.")
            said["survey_roles"] = roles
        elif name.name == "owner":
            if child.value not in _CONTACT_OWNERS:
                problems.unknown(child, "owner of contacts", str(child.plain()), _CONTACT_OWNERS)
            said["contact_owner"] = child.value
        elif name.name != "sponsor_cta":
            problems.unknown(name, "setting of contacts", name.name, ("survey_role", "sponsor_cta", "owner"))
        elif not isinstance(child.value, bool):
            problems.add(child, "sponsor_cta must be true or false.")
        else:
            said["sponsor_cta"] = child.value
    return said


_SHOW = {"all": "shows_all", "pager": "has_pager"}


def _show(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    """Read ``show: {all: true, pager: false}``."""
    said = {}
    if not isinstance(node.value, dict):
        problems.add(node, "show must be a mapping, like {all: true}.")
    for name, child in node.items():
        if name.name not in _SHOW:
            problems.unknown(name, "setting of show", name.name, _SHOW)
        elif not isinstance(child.value, bool):
            problems.add(child, f"{name.name} must be true or false.")
        else:
            said[_SHOW[name.name]] = child.value
    return said


def _store(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    """Read ``store: URL`` or ``store: {url: URL, password: REFERENCE}``."""
    if not isinstance(node.value, dict):
        said = _text(key, node, problems)
        if _has_password(said.get("store", "")):
            problems.add(node, _IN_PLAIN_SIGHT)
        return said
    for name, child in node.items():
        if name.name not in ("url", "password"):
            problems.unknown(name, "setting of store", name.name, ["url", "password"])
        elif name.name == "url" and not isinstance(child.value, str):
            problems.add(child, "url must be a text, like postgresql://HOST/DATABASE.")
        elif name.name == "url" and _has_password(child.value):
            problems.add(child, _IN_PLAIN_SIGHT)
    _refuse_plain_secrets(node, problems)
    said = node.plain()
    if "url" not in said:
        problems.add(node, "store names no url, like url: postgresql://HOST/DATABASE.")
        return {}
    return {"store": said["url"], "store_password": said.get("password")}


_IN_PLAIN_SIGHT = (
    "the URL of the store holds a password in plain text. Leave it out and keep it in ~/.pgpass, or write"
    " store: {url: ..., password: {env: NAME}}."
)


def _has_password(url: str) -> bool:
    """Whether a URL of a server holds a password: before the host, or among its options."""
    server = re.match(r"postgres(ql)?://(?:[^@/?]*:[^@/?]+@|.*[?&](ssl)?password=.)", url)
    return server is not None


# Keys that hold secrets in one connector or another; a text in their place is a secret in plain sight.
_SECRET_KEYS = frozenset(
    ("token", "access_token", "refresh_token", "api_token", "oauth_token", "client_secret", "secret", "password")
)


def _sources(key: "Key", node: "Node", problems: "Problems") -> dict[str, Any]:
    if node.value is not None and not isinstance(node.value, dict):
        problems.add(node, "sources must be a mapping of names to options.")
    for name, source in node.items():
        wrong = wrong_source_name(name.name)
        if wrong:
            problems.add(name, wrong)
        if not isinstance(source.value, dict):
            problems.add(source, f"source {name.name} must be a mapping with a connector.")
        elif "connector" not in source.value:
            problems.add(name, f"source {name.name} names no connector, like connector: salesforce.")
        elif not isinstance(source.value["connector"].value, str):
            problems.add(source.value["connector"], "connector must be a name, like salesforce.")
        _refuse_plain_secrets(source, problems)
    return {"sources": node.plain() or {}}


def wrong_source_name(name: str) -> str:
    """Return why no source can be called ``name``, or "" where one can."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", name):
        return ""
    return "the name of a source is made of letters, digits, dots, dashes and underscores."


def _refuse_plain_secrets(node: "Node", problems: "Problems") -> None:
    # As deep as ``nodes`` lets a file go, so recursion is safe.
    for key, child in node.items():
        if key.name in _SECRET_KEYS and not isinstance(child.value, dict | list) and child.value is not None:
            problems.add(child, f"{key.name} stands here in plain text. Name the place where it is kept, like"
                         f" {{env: {key.name.upper()}}}.")  # fmt: skip
        _refuse_plain_secrets(child, problems)
    for child in node.value if isinstance(node.value, list) else ():
        _refuse_plain_secrets(child, problems)


_CHECKS = {
    "user": _text,
    "timezone": _timezone,
    "currency": _currency,
    "layout": _text,
    "store": _store,
    "schedule": _schedule,
    "owners": _owners,
    "presets": _presets,
    "contacts": _contacts,
    "show": _show,
    "sources": _sources,
}
