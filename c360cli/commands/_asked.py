"""Arguments that a person at a terminal is asked for where they are missing; for scripts they are missing as ever.

    @asked("customer", question=things.customer)

A command says with what question each of its arguments is asked for, and this is the one place that decides when. The
answer is read as if it had been typed behind the command.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from c360cli.commands._asking import is_dialogue
from c360cli.session import AnyFunction, Session

Given = Mapping[str, Any]
# From what was given so far to the answer, as it could have been typed; several words for an argument that takes them.
Question = Callable[[Session, Given], Any]
# Raises click.UsageError for options that do not fit together: nobody answers questions for nothing.
Refuse = Callable[[Given], None]


def asked(
    name: str,
    *,
    question: Question,
    unless: Sequence[str] = (),
    only_with: Sequence[str] = (),
    is_reading: bool = False,
    refuse: Refuse | None = None,
    **more: Any,
) -> Callable[[AnyFunction], AnyFunction]:
    """Give a command an argument with a question; before it is asked, ``refuse`` looks at the options that were given.

    It is not asked for where one of ``unless`` was given, nor, where there are ``only_with``, without one of them.
    What only reads asks nobody who they are. The rest is what ``click.argument`` takes.
    """
    return click.argument(
        name,
        cls=Asked,
        question=question,
        unless=unless,
        only_with=only_with,
        is_reading=is_reading,
        refuse=refuse,
        **more,
    )


def do_not_fit(words: str) -> click.UsageError:
    """Return the error of options that do not fit together, in ``words``."""
    return click.UsageError(words, click.get_current_context())


class Asked(click.Argument):
    """An argument with a question; see ``asked``."""

    def __init__(
        self,
        *declarations: Any,
        question: Question,
        unless: Sequence[str],
        only_with: Sequence[str],
        is_reading: bool,
        refuse: Refuse | None,
        **more: Any,
    ) -> None:
        super().__init__(*declarations, **more)
        self.question = question
        self.unless, self.only_with, self.is_reading, self.refuse = unless, only_with, is_reading, refuse

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """Return what was typed, else what a person answers."""
        value, source = super().consume_value(ctx, opts)
        session = ctx.find_root().obj
        is_blank = value == "" or (isinstance(value, tuple) and not any(value))
        if not (is_blank or self.value_is_missing(value)) or ctx.resilient_parsing or not isinstance(session, Session):
            return value, source
        given = _given(ctx)
        if self.refuse:
            self.refuse(given)
        if not self._is_wanted(given) or not is_dialogue(session):
            return value, source
        if not self.is_reading:
            from c360cli.actions.author import author

            author(session.config.user)  # nobody answers questions for nothing
        return self.question(session, given), ParameterSource.PROMPT

    def _is_wanted(self, given: Given) -> bool:
        if any(name in given for name in self.unless):
            return False
        return not self.only_with or any(name in given for name in self.only_with)


def was_asked(context: click.Context, name: str) -> bool:
    """Return whether somebody has answered for the argument ``name``."""
    return context.get_parameter_source(name) is ParameterSource.PROMPT


def _given(context: click.Context) -> dict[str, Any]:
    """Return the parameters that were typed or answered so far."""
    defaults = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP, None)
    return {name: value for name, value in context.params.items() if context.get_parameter_source(name) not in defaults}
