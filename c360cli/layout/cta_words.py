"""The words of CTAs: types with their reasons, priorities, statuses, and types and statuses of tasks.

    extends: gitlab                        # layouts/ctas/gitlab.yaml: what stands here comes on top of it
    types:
      Partner: [New partner, Lost partner] # a type and its reasons
    reasons: [Other]                       # of every type
    priorities: [High, Medium, Low]
    priority: Medium                       # when nothing is said
    statuses:
      New: open
      Closed Success: success
      Closed Not needed: {outcome: lost, types: [Lifecycle]}
    task_types: [To-Do, Email, Call]
    task_statuses: {Open: open, Done: done}

In effect is ``layouts/ctas/default.yaml`` of the home, otherwise the one that ships with c360, which extends
``gainsight``.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from c360cli.errors import LayoutError, UsageError
from c360cli.layout import families
from c360cli.layout.families import File
from c360cli.names import fold
from c360cli.nearest import did_you_mean

if TYPE_CHECKING:
    from c360cli.nodes import Node

FAMILY, IN_EFFECT = "ctas", "default"
OBJECTIVE = "objective"
OPEN, SUCCESS, LOST, DONE = "open", "success", "lost", "done"


class Type(NamedTuple):
    """One type of CTA and its own reasons."""

    name: str
    reasons: tuple[str, ...] = ()


class Status(NamedTuple):
    """One status; ``outcome`` is open, success, lost, or of a task done; ``types`` are those it is for, none: all."""

    name: str
    outcome: str
    types: tuple[str, ...] = ()

    def fits(self, type_: str | None) -> bool:
        """Whether a CTA of that type can have it."""
        return not self.types or fold(type_ or "") in map(fold, self.types)


class Words(NamedTuple):
    """The words in effect; each is found in any letter case, and refused with the nearest, or all there are."""

    types: tuple[Type, ...]
    reasons: tuple[str, ...]
    priorities: tuple[str, ...]
    priority: str
    statuses: tuple[Status, ...]
    task_types: tuple[str, ...]
    task_statuses: tuple[Status, ...]

    def type_(self, word: str) -> Type:
        """Return the type called ``word``; UsageError for none."""
        name = _find("type of CTA", word, [each.name for each in self.types])
        return next(each for each in self.types if each.name == name)

    def reasons_of(self, type_: str | None) -> list[str]:
        """Return the reasons a CTA of that type can have."""
        own = next((each.reasons for each in self.types if fold(each.name) == fold(type_ or "")), ())
        return list(dict.fromkeys((*own, *self.reasons)))

    def reason(self, word: str, type_: str | None) -> str:
        """Return the reason called ``word``; UsageError where CTAs of the type have no such reason."""
        return _find(f"reason of {type_ or 'a CTA without a type'}", word, self.reasons_of(type_))

    def find_priority(self, word: str) -> str:
        """Return the priority called ``word``; UsageError for none."""
        return _find("priority", word, self.priorities)

    def statuses_of(self, type_: str | None, *outcomes: str) -> list[Status]:
        """Return the statuses a CTA of that type can have, of those outcomes."""
        return [each for each in self.statuses if each.outcome in outcomes and each.fits(type_)]

    def status(self, word: str, type_: str | None, *outcomes: str) -> Status:
        """Return the status called ``word``, or the rest of it behind "Closed" or a colon; UsageError for none."""
        known = self.statuses_of(type_, *outcomes)
        short = {each.name: _short(each.name) for each in known}
        name = _find(f"{' or '.join(outcomes)} status of {type_ or 'a CTA without a type'}", word, list(short), short)
        return next(each for each in known if each.name == name)

    def task_type(self, word: str) -> str:
        """Return the type of task called ``word``; UsageError for none."""
        return _find("type of task", word, self.task_types)

    def task_status(self, word: str) -> Status:
        """Return the status of a task called ``word``; UsageError for none."""
        name = _find("status of a task", word, [each.name for each in self.task_statuses])
        return next(each for each in self.task_statuses if each.name == name)

    def first_task_status(self, outcome: str) -> str:
        """Return the status a task gets by being ``outcome``: open or done."""
        return next(each.name for each in self.task_statuses if each.outcome == outcome)


def load(home: str, name: str = IN_EFFECT) -> Words:
    """Return the words in effect; LayoutError with the place of every mistake in the files they come from."""
    merged: dict[str, Any] = {}
    chain = _chain(home, name)
    for _, said in reversed(chain):
        merged = _merged(merged, said)
    return _words(merged, chain[0][0].label)


def is_objective(type_: str | None) -> bool:
    """Whether that type is one of success plans alone."""
    return fold(type_ or "") == OBJECTIVE


def _chain(home: str, name: str) -> list[tuple[File, dict[str, Any]]]:
    """Return the files that make the words, each before the one it extends; LayoutError for the mistakes of all."""
    chain: list[tuple[File, dict[str, Any]]] = []
    mistakes: list[LayoutError] = []
    file = _file(name, home, set())
    if file is None:
        raise LayoutError(f"layouts/{FAMILY}: {_no_file(name, home)}")
    while file:
        used = {file.path, *(above.path for above, _ in chain)}

        def check(root: "Node", label: str, used: set[str] = used) -> dict[str, Any]:
            from c360cli.layout import cta_words_check

            return cta_words_check.check(
                root, label, lambda word: "" if _file(word, home, used) else _no_file(word, home)
            )

        try:
            said = families.load(file, check, home)
            wanted = said.get("extends")
            if wanted and _file(wanted, home, used) is None:  # it was there when the file was checked, and is gone
                check(families.read(file), file.label)
        except LayoutError as error:  # what it extends may be wrong as well
            mistakes.append(error)
            said = {"extends": _extended(file)}
        chain.append((file, said))
        wanted = said.get("extends")
        file = _file(wanted, home, used) if wanted else None
    if mistakes:
        raise LayoutError("\n".join(map(str, mistakes)), mistakes[0].hint) from mistakes[0]
    return chain


def _extended(file: File) -> str:
    """Return what a file with a mistake in it extends; nothing where that cannot be read."""
    try:
        root = families.read(file)
    except LayoutError:
        return ""
    node = root.value.get("extends") if isinstance(root.value, dict) else None
    return node.value if node and isinstance(node.value, str) else ""


def _file(name: str, home: str, used: set[str]) -> File | None:
    """Return the file called ``name``; the home's gitlab.yaml, once used, may extend gitlab: the shipped one."""
    return next((file for file in families.find(FAMILY, name, home) if file.path not in used), None)


def _no_file(name: str, home: str) -> str:
    if families.find(FAMILY, name, home):
        return f'"{name}" extends this file itself: no file is extended twice.'
    known = families.names(FAMILY, home)
    way_out = did_you_mean(name, known) or f"Known: {', '.join(known)}."
    return f'there is nothing called "{name}" to extend. {way_out}'


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return what two files say together; lists of choices are said anew, names come on top."""
    both = {**under, **over}
    for key in ("types", "statuses", "task_statuses"):
        both[key] = {**under.get(key, {}), **over.get(key, {})}
    for key in ("reasons", "task_types"):
        both[key] = list(dict.fromkeys((*under.get(key, ()), *over.get(key, ()))))
    return both


def _words(said: dict[str, Any], label: str) -> Words:
    """Return what all files say together; LayoutError for what is missing, or for types that are not there."""
    statuses = tuple(Status(name, outcome, tuple(types)) for name, (outcome, types) in said["statuses"].items())
    tasks = tuple(Status(name, outcome) for name, (outcome, _) in said["task_statuses"].items())
    priorities = tuple(said.get("priorities", ()))
    types = tuple(Type(name, tuple(reasons)) for name, reasons in said["types"].items())
    missing = [key for key in ("types", "priorities", "task_types") if not said.get(key)]
    missing += [
        f"an {each} status"
        for each in (OPEN,)
        if each not in {status.outcome for status in statuses if not status.types}
    ]
    missing += [
        f"a {each} status" for each in (SUCCESS, LOST) if each not in {s.outcome for s in statuses if not s.types}
    ]
    missing += [f"a task status that is {each}" for each in (OPEN, DONE) if each not in {s.outcome for s in tasks}]
    if missing:
        raise LayoutError(f"{label}: it has no {', no '.join(missing)}.", "extends: gainsight brings what is missing.")
    known = {fold(each.name) for each in types}
    for status in statuses:
        strange = [name for name in status.types if fold(name) not in known]
        if strange:
            way_out = did_you_mean(strange[0], [each.name for each in types])
            raise LayoutError(f'{label}: status "{status.name}" is for "{strange[0]}", which is no type.', way_out)
    priority = said.get("priority") or priorities[len(priorities) // 2]
    if priority not in priorities:
        raise LayoutError(f'{label}: priority "{priority}" is none of {", ".join(priorities)}.')
    return Words(types, tuple(said["reasons"]), priorities, priority, statuses, tuple(said["task_types"]), tasks)


def _find(what: str, word: str, known: Sequence[str], short: dict[str, str] | None = None) -> str:
    """Return the one of ``known`` that ``word`` is, in any letter case, or the only one whose ``short`` it is."""
    wanted = _key(word)
    found = [name for name in known if _key(name) == wanted]
    found = found or [name for name, rest in (short or {}).items() if _key(rest) == wanted]
    if len(found) == 1:
        return found[0]
    raise UsageError(f'there is no {what} "{word}".', _way_out(word, known))


def _way_out(word: str, known: Iterable[str]) -> str:
    known = list(known)
    return f"{did_you_mean(word, known)} Known: {', '.join(known)}.".strip()


def _key(word: str) -> str:
    return "".join(letter for letter in fold(word) if letter.isalnum())


def _short(status: str) -> str:
    """Return what tells a status from others: "Lost" of "Closed Lost", "Not a Priority" of "Closed Lost: Not a ..."."""
    return status.rpartition(":")[2].strip() if ":" in status else status.removeprefix("Closed ")
