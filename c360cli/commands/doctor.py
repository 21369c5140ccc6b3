"""``c360 doctor``: is everything well?"""

from typing import TYPE_CHECKING

import click

from c360cli.session import Session, current, formats

if TYPE_CHECKING:
    from c360cli.actions.doctor import Finding

GROUP = "Set up"

# Where the last column begins: area, mark and name stand before it.
_WORDS_AT = 34
# How many gaps of each kind a person reads; scripts get all.
_GAPS_SHOWN = 3


@click.command()
@formats("text", "json")
@click.pass_context
def command(context: click.Context, format: str) -> None:
    """Check the home, the config, the store, the logins, the plugins and the contacts.

    Logins are tried for real; nothing is changed. The exit code is 1 when something is wrong. Contacts that are missing
    are told too, each with what to type: who met us, opened cases, answered surveys or got a plan, sponsors who are
    gone, customers without anybody to send surveys to.
    """
    import time

    from c360cli.actions.doctor import examine

    session = current()
    findings: list[Finding] = []
    area = ""
    for finding in examine(session.home, lambda: session.config, clock=session.clock, sleep=time.sleep):
        findings.append(finding)
        if format == "text":
            _show(session, finding, finding.area if finding.area != area else "")
            area = finding.area
    wrong = sum(not finding.is_ok for finding in findings)
    if format == "json":
        session.write_json(
            [{**finding._asdict(), "gaps": [gap._asdict() for gap in finding.gaps]} for finding in findings]
        )
    else:
        # Who met us and opened a case is one contact that is missing.
        missing = {(gap.customer, gap.who) for finding in findings for gap in finding.gaps}
        session.say(_summary(wrong, len(missing)))
    context.exit(1 if wrong else 0)


def _show(session: Session, finding: "Finding", heading: str) -> None:
    from c360cli.text import pad, visible

    if finding.gaps:
        mark = click.style("gap  ", fg="yellow")
    else:
        mark = click.style("ok   ", fg="green") if finding.is_ok else click.style("WRONG", fg="red", bold=True)
    first, *more = _wrapped(session, finding.words)
    session.write(f"{pad(visible(heading), 12)} {mark}  {pad(finding.name, 12)}  {first}")
    for line in more:
        session.write(f"{'':{_WORDS_AT}}{line}")
    if finding.hint and not finding.is_ok:
        session.write(f"{'':{_WORDS_AT}}{visible(finding.hint)}")
    for gap in finding.gaps[:_GAPS_SHOWN]:
        # What to type stays on a line of its own: whole, it can be copied.
        for line in [*_wrapped(session, f"{gap.words} ({gap.customer}):"), visible(f"  {gap.next}")]:
            session.write(f"{'':{_WORDS_AT}}{line}")
    if len(finding.gaps) > _GAPS_SHOWN:
        session.write(f"{'':{_WORDS_AT}}and {len(finding.gaps) - _GAPS_SHOWN:,} more: c360 doctor --json")


def _wrapped(session: Session, words: str) -> list[str]:
    from c360cli.text import visible, wrap

    room = session.terminal.width
    return [visible(words)] if room is None else wrap(visible(words), max(room - _WORDS_AT, 20))


def _summary(wrong: int, gaps: int) -> str:
    if wrong:
        return f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong."
    return f"All is well; {gaps:,} contact{' is' if gaps == 1 else 's are'} missing." if gaps else "All is well."
