"""``c360 demo``: a home to look around in."""

import click

from c360cli.session import current

GROUP = "Set up"


@click.command()
@click.option("--no-sync", is_flag=True, help="Write the config and the files, and leave the sync to you.")
@click.pass_context
def command(context: click.Context, no_sync: bool) -> None:
    """Fill the home with a made-up company and bring it in.

    Its Salesforce and Zendesk are a stand-in on this machine, spoken to by the real connectors over HTTP; nothing
    leaves the machine. A home that holds anything else is refused: c360 --home .demo demo.
    """
    from c360cli.actions import demo

    session = current()
    if url := session.options.get("store") or session.environ.get("C360_STORE"):
        demo.refuse_a_store_in_use(url)
    is_new = demo.fill(session.home, session.clock().date())
    session.say(f"{'Filled' if is_new else 'There is a demo in'} {session.home}.")
    code = 0
    if not no_sync:
        from c360cli.commands._sync_words import bring_in, exit_code

        code = exit_code(bring_in(session, says_all=True))
    session.say(f"Next: c360 --home {session.home} {'sync' if no_sync else 'show acme'}")
    context.exit(code)
