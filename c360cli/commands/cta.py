"""``c360 cta``: calls to action, worked with from the command line."""

import click

from c360cli.commands._cta_list import list_, show
from c360cli.commands._cta_task import apply, task
from c360cli.commands._cta_verbs import assign, close, delete, flag, note, reopen, snooze
from c360cli.commands._cta_write import add, edit

GROUP = "Write"


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Calls to action: what there is to do at a customer, why, by whom, by when.

    An ID is what the lists show, like k3f; that of a task ends with its number, like k3f.2. What a source brings is
    changed there; notes, tasks, links and a snooze of your own are kept beside it.

    \b
    c360 cta add acme "Sponsor left" --type risk --due friday
    c360 cta list                mine, at all customers; with a customer its own
    c360 cta close k3f --success
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


for each in (add, list_, show, edit, close, reopen, flag, snooze, assign, note, delete, task, apply):
    command.add_command(each)
