"""``c360 link``: this record belongs to that customer."""

import click

from c360cli.session import current, formats

GROUP = "Write"


@click.command()
@click.argument("reference", metavar="SOURCE:ID")
@click.argument("customer")
@formats("text", "json")
def command(reference: str, customer: str, format: str) -> None:
    """Link a record of a source to a customer, for good.

    SOURCE:ID is what `c360 sync --unmatched` lists. All that hangs on the record (its cases, contacts, surveys) moves
    along, and no rule ever undoes a link made by hand.

    \b
    c360 link zendesk:360001 acme
    """
    from c360cli.actions.link import link
    from c360cli.text import visible

    session = current()
    with session.open_store() as store:
        linked = link(store, reference, customer, session.config.user)
    if format == "json":
        import json

        made = {"id": reference, "customer": linked.slug, "reason": "by hand"}
        session.write(json.dumps(made, ensure_ascii=False))
    else:
        session.write(visible(f"{reference} belongs to {linked.name} ({linked.slug})."))
