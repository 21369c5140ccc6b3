"""``c360 doctor``: is everything well?"""

import click

from c360cli.session import current, formats

GROUP = "Set up"

# Where the last column begins: area, mark and name stand before it.
_WORDS_AT = 34


@click.command()
@formats("text", "json")
@click.pass_context
def command(context: click.Context, format: str) -> None:
    """Check the home, the config, the store, the logins and the plugins.

    Logins are tried for real; nothing is changed. The exit code is 1 when something is wrong.
    """
    import time

    from c360cli.actions.doctor import examine

    session = current()
    findings = []
    area = ""
    for finding in examine(session.home, lambda: session.config, clock=session.clock, sleep=time.sleep):
        findings.append(finding)
        if format == "text":
            from c360cli.text import pad, visible, wrap

            heading, area = finding.area if finding.area != area else "", finding.area
            mark = click.style("ok   ", fg="green") if finding.is_ok else click.style("WRONG", fg="red", bold=True)
            words, room = visible(finding.words), session.terminal.width
            first, *more = [words] if room is None else wrap(words, max(room - _WORDS_AT, 20))
            session.write(f"{pad(visible(heading), 12)} {mark}  {pad(finding.name, 12)}  {first}")
            for line in more:
                session.write(f"{'':{_WORDS_AT}}{line}")
            if finding.hint and not finding.is_ok:
                session.write(f"{'':{_WORDS_AT}}{visible(finding.hint)}")
    wrong = sum(not finding.is_ok for finding in findings)
    if format == "json":
        session.write_json([finding._asdict() for finding in findings])
    else:
        session.say("All is well." if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
    context.exit(1 if wrong else 0)
