"""``c360 store``: the store itself, looked at, checked, copied, backed up and restored."""

from typing import TYPE_CHECKING

import click

from c360cli.session import current, formats

if TYPE_CHECKING:
    from c360cli.actions.store_copy import Address

GROUP = "Set up"


@click.group(invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """Look at the store itself, check it, copy it, back it up.

    \b
    c360 store backup                                    one file, checked
    c360 store copy c360.db postgresql://host/customers  to a server, and back
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command()
@formats("text", "json")
def info(format: str) -> None:
    """Show where the store is, how large, and what is in it."""
    from c360cli.actions.store_info import info as look

    session = current()
    with session.open_store(read_only=True) as store:
        facts = look(store)
    if format == "json":
        session.write_json(facts)
        return
    from c360cli.commands._store_words import info_lines

    for line in info_lines(facts):
        session.write(line)


@command.command()
@formats("text", "json")
@click.pass_context
def check(context: click.Context, format: str) -> None:
    """Check that what is stored is sound.

    The engine checks its file or itself; then every row is read once: whose it is, its moments and days, its JSON, the
    words it is found by. Nothing is changed. The exit code is 1 when something is wrong.
    """
    from c360cli.actions.store_check import check as examine
    from c360cli.commands._store_progress import Line
    from c360cli.commands._store_words import finding_lines

    session = current()
    findings = []
    with session.open_store(read_only=True) as store, Line(_is_watched()) as line:
        for finding in examine(store, lambda table, rows: line.show("check", table, rows)):
            findings.append(finding)
            if format == "text" and not _is_watched():
                session.write("\n".join(finding_lines(finding)))
    if format == "text" and _is_watched():  # below the progress, when that is gone
        for finding in findings:
            session.write("\n".join(finding_lines(finding)))
    wrong = sum(not finding.is_ok for finding in findings)
    if format == "json":
        session.write_json([finding._asdict() for finding in findings])
    else:
        session.say(
            "The store is sound." if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong."
        )
    context.exit(1 if wrong else 0)


@command.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--replace", is_flag=True, help="Put the copy in the place of all that TO holds.")
@formats("text", "json")
def copy(source: str, target: str, replace: bool, format: str) -> None:
    """Copy a whole store into another, from a file to a server or back.

    FROM and TO are paths or URLs, as for --store. All is copied: records, links, the change log, what people wrote, and
    how far each source was read. Both sides are then counted and summed up, table by table, and compared; the copy
    counts when all is the same, and broken off before it leaves TO as it was. FROM may be in use meanwhile; TO must not
    be syncing.

    \b
    c360 store copy c360.db postgresql://jane@db.example.com/customers
    c360 store copy postgresql://jane@db.example.com/customers offline.db
    """
    from c360cli.actions.store_copy import copy as copy_all
    from c360cli.commands._store_progress import Line

    session = current()
    old, new = _address(source), _address(target)
    with Line(_is_watched()) as line:
        copied = copy_all(old, new, replace=replace, watch=line.show, clock=session.clock)
    if format == "json":
        from c360cli.commands._store_words import copied_facts

        session.write_json(copied_facts(copied))
        return
    from c360cli.commands._store_words import copied_lines, next_step, said

    for words in copied_lines(copied):
        session.write(words)
    session.say(said(copied))
    if not _is_in_use(new.url):
        session.say(next_step(copied))


@command.command()
@click.argument("file", required=False, type=click.Path())
@click.option("--replace", is_flag=True, help="Write over FILE where it is there already.")
@formats("text", "json")
def backup(file: str | None, replace: bool, format: str) -> None:
    """Write the store into one file, checked, with its hash beside it.

    Without FILE it goes into the folder backups/ of the home, with the time (UTC) in its name. It works while others
    use the store. FILE is readable by you alone and appears when it is whole: sound, with as many rows as the store;
    `sha256sum -c FILE.sha256` tells later whether it still is what was written. A store in PostgreSQL is backed up by
    pg_dump; c360 says the line.
    """
    from c360cli.actions.store_backup import back_up, default_file

    session = current()
    with session.open_store(read_only=True) as store:
        where = file or default_file(session.home, session.clock)
        made = back_up(store, where, replace=replace, may_make_folder=file is None)
    if format == "json":
        session.write_json(made._asdict())
        return
    from c360cli.commands._store_words import backup_lines

    for line in backup_lines(made):
        session.write(line)


@command.command()
@click.argument("file", type=click.Path())
@click.option("--replace", is_flag=True, help="Take the place of the store that is there, and keep that one beside it.")
@formats("text", "json")
def restore(file: str, replace: bool, format: str) -> None:
    """Put a backup in the place of the store.

    FILE is checked first: its hash (where FILE.sha256 is there), whether it is sound, and of a schema this c360 knows.
    The store that was there is kept beside it, as c360.db.before-restore. Broken off at any point, the old store is
    still there. A store in PostgreSQL is restored by pg_restore; c360 says the line.
    """
    from c360cli.actions.store_backup import restore as put_back

    session = current()
    restored = put_back(session.config.store, file, replace=replace, clock=session.clock)
    if format == "json":
        session.write_json(restored._asdict())
        return
    from c360cli.commands._store_words import restored_lines

    for line in restored_lines(restored):
        session.write(line)


def _is_watched() -> bool:
    session = current()
    return session.talk.width is not None and not session.is_quiet


def _address(url: str) -> "Address":
    """Return where the store is that a person names; the one of config.yaml brings its password along."""
    from c360cli.actions.store_copy import Address
    from c360cli.config import load
    from c360cli.errors import ConfigError, UsageError

    if not url.strip():
        raise UsageError("a store has no name.", "Name a path or postgresql://HOST/DATABASE.")
    home = current().home
    place = load(home, url, None, {}).store
    try:
        configured = load(home, None, None, {})
    except ConfigError:  # there is no home, and a copy needs none
        return Address(place)
    return Address(place, configured.password() if configured.store == place else None)


def _is_in_use(url: str) -> bool:
    from c360cli.errors import ConfigError

    try:
        return current().config.store == url
    except ConfigError:
        return False
