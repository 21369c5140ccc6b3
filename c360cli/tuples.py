"""``NamedTuple`` as ``typing`` has it, made in a quarter of the time.

A page is made of fifty kinds of them. Each class of ``typing.NamedTuple`` compiles a constructor of its own when Python
starts, which is a tenth of a whole ``c360 show``; these share one. Type checkers see ``typing.NamedTuple`` itself, and
there is no difference but the time: see tests/test_tuples.py.
"""

import sys
from typing import TYPE_CHECKING, Any, ClassVar

# From 3.14 on, a class does not hold its annotations while it is made.
if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple as NamedTuple
else:
    from collections.abc import Iterable, Sequence

    # The C accessor of collections.namedtuple: as quick as it gets. PyPy has none.
    try:
        from _collections import _tuplegetter as _getter
    except ImportError:
        from operator import itemgetter

        def _getter(at: int, doc: str) -> property:
            return property(itemgetter(at), doc=doc)

    class _Named(tuple):
        """What all of them share."""

        __slots__ = ()
        _fields: tuple[str, ...] = ()
        _field_defaults: ClassVar[dict[str, Any]] = {}
        _defaults: tuple[Any, ...] = ()

        def __new__(cls, *values: Any, **named: Any) -> Any:
            missing = len(cls._fields) - len(values)
            if named or missing < 0 or missing > len(cls._defaults):
                values = _filled(cls, values, named)
            elif missing:
                values += cls._defaults[-missing:]
            return tuple.__new__(cls, values)

        @classmethod
        def _make(cls, values: Iterable[Any]) -> Any:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **named: Any) -> Any:
            made = self._make(map(named.pop, self._fields, self))
            if named:
                raise ValueError(f"Got unexpected field names: {list(named)!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            pairs = (f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({', '.join(pairs)})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    def _filled(cls: Any, values: Sequence[Any], named: dict[str, Any]) -> list[Any]:
        """Return the values of all fields; TypeError for one too many, too few, twice or unknown."""
        filled, missing = list(values), []
        for name in cls._fields[len(values) :]:
            if name in named:
                filled.append(named.pop(name))
            elif name in cls._field_defaults:
                filled.append(cls._field_defaults[name])
            else:
                missing.append(name)
        if missing:
            raise TypeError(f"{cls.__name__}() lacks {', '.join(missing)}")
        if named or len(filled) > len(cls._fields):
            what = f"has no {next(iter(named))}, or has it twice" if named else f"takes {len(cls._fields)} values"
            raise TypeError(f"{cls.__name__}() {what}")
        return filled

    class _Making(type):
        """Makes a class of ``_Named`` from a class body."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            body |= {field: _getter(at, "") for at, field in enumerate(fields)}
            body |= {"_fields": fields, "_field_defaults": defaults, "_defaults": tuple(defaults.values())}
            body |= {"__match_args__": fields, "__slots__": ()}
            return type(name, (_Named,), body)

    NamedTuple = type.__new__(_Making, "NamedTuple", (), {})
