"""``c360 open``: a customer's record at its source, in the browser."""

import click

from c360cli.session import current, formats

GROUP = "Read"


@click.command()
@click.argument("customer")
@click.option("--in", "source", metavar="SOURCE", help="Where: salesforce, zendesk, ... as config.yaml calls it.")
@click.option("--print", "is_printed", is_flag=True, help="Print the address and open nothing.")
@formats("text", "json")
def command(customer: str, source: str | None, is_printed: bool, format: str) -> None:
    """Open the record of CUSTOMER in the browser: at the first source that has a page of it, or at SOURCE.

    Only an address on the host that config.yaml names for the source is opened.

    \b
    c360 open acme
    c360 open acme --in zendesk
    c360 open acme --print | pbcopy
    """
    from c360cli.actions.addresses import address_of, check_host

    session = current()
    with session.open_store(read_only=True) as store:
        found = address_of(store, store.find_customer(customer), session.config, source)
    if format == "json":
        session.write_json(found._asdict())
    elif is_printed:
        session.write(found.url)
    else:
        check_host(found, session.config)
        import webbrowser

        if not webbrowser.open(found.url):
            session.write(found.url)
            session.say("No browser could be opened here.")
            raise click.exceptions.Exit(1)
        session.say(f"Opened {found.url}")
