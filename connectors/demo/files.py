"""The files of the demo: survey exports of four tools, product usage, CTAs and billing, as those tools write them."""

import csv
import os
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from . import ctas, usage, voice
from .accounts import account_id
from .company import Company
from .voice import Answer
from .world import World

# Qualtrics and SurveyMonkey write local times without naming their zone; this is the demo's.
ZONE = ZoneInfo("America/Los_Angeles")

_QUALTRICS = (
    # id, text of the question, id of the import
    ("StartDate", "Start Date", "startDate"), ("EndDate", "End Date", "endDate"), ("Status", "Response Type", "status"),
    ("IPAddress", "IP Address", "ipAddress"), ("Progress", "Progress", "progress"),
    ("Duration (in seconds)", "Duration (in seconds)", "duration"), ("Finished", "Finished", "finished"),
    ("RecordedDate", "Recorded Date", "recordedDate"), ("ResponseId", "Response ID", "_recordId"),
    ("RecipientLastName", "Recipient Last Name", "recipientLastName"),
    ("RecipientFirstName", "Recipient First Name", "recipientFirstName"),
    ("RecipientEmail", "Recipient Email", "recipientEmail"),
    ("ExternalReference", "External Data Reference", "externalDataReference"),
    ("LocationLatitude", "Location Latitude", "locationLatitude"),
    ("LocationLongitude", "Location Longitude", "locationLongitude"),
    ("DistributionChannel", "Distribution Channel", "distributionChannel"),
    ("UserLanguage", "User Language", "userLanguage"),
    ("Q1_NPS_GROUP", "How likely are you to recommend us to a friend or colleague? - Group", "QID1_NPS_GROUP"),
    ("Q1", "How likely are you to recommend us to a friend or colleague?", "QID1"),
    ("Q2", "What is the main reason for your score?", "QID2_TEXT"),
)  # fmt: skip

_SURVEYMONKEY = (
    "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name", "Last Name",
    "Custom Data 1",
)  # fmt: skip
_SATISFIED = ("Very dissatisfied", "Dissatisfied", "Neither satisfied nor dissatisfied", "Satisfied", "Very satisfied")
_DELIGHTED = (
    "id", "person_id", "person_email", "person_name", "survey_type", "score", "comment", "permalink", "created_at",
    "updated_at",
)  # fmt: skip
_CTAS = (
    "CTA Id",
    "Account Id",
    "Name",
    "Type",
    "Reason",
    "Priority",
    "Status",
    "Owner",
    "Due Date",
    "Important",
    "Open",
)

_CSAT = "How satisfied are you with the help you got from our support?"
_WISH = "What could we do better?"
_BILLING_ONLY = (
    ("B-9001", "Initech", "", "initech-invoices.example"),
    ("B-9002", "Gadgets by Post", "", "gadgets.example"),
)


def write_files(home: str, company: Company) -> list[str]:
    """Write all files of the demo below ``home`` and return their paths relative to it; existing ones are replaced."""
    world = company.world
    written = {
        "surveys/relationship-nps.csv": _qualtrics(world, voice.nps_answers(world)),
        "surveys/support-csat.csv": _surveymonkey(voice.csat_answers(world)),
        "surveys/nps-delighted-archive.csv": _delighted(voice.old_nps_answers(world)),
        "surveys/onboarding-nps.csv": _plain(voice.onboarding_answers(world)),
        "usage.csv": _usage(world),
        "ctas.csv": _ctas(world),
        "billing.csv": _billing(world),
    }
    os.makedirs(os.path.join(home, "surveys"), mode=0o700, exist_ok=True)
    for name, rows in written.items():
        encoding = "utf-8-sig" if name.startswith("surveys/support") else "utf-8"
        path = os.path.join(home, name)
        # What customers say is nobody else's business, not even in a demo.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
    return list(written)


_Rows = Iterable[Sequence[object]]


def _qualtrics(world: World, answers: list[Answer]) -> _Rows:
    yield [name for name, _, _ in _QUALTRICS]
    yield [text for _, text, _ in _QUALTRICS]
    yield [f'{{"ImportId":"{identity}"}}' for _, _, identity in _QUALTRICS]
    # What is no answer: the author's preview before the launch, and a test.
    preview = Answer(0, None, "", "", "", "", world.moment(-176, 9), 0, "just a preview")
    yield _qualtrics_row(preview, "1", "preview")
    yield _qualtrics_row(preview._replace(comment="does it save?"), "2", "preview")
    for answer in answers:
        yield _qualtrics_row(answer, "0", "email")


def _qualtrics_row(answer: Answer, status: str, channel: str) -> list[object]:
    local = answer.answered_at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
    group = 1 if answer.score <= 6 else 2 if answer.score <= 8 else 3
    identity = f"R_{answer.number * 7919 % 1_000_003:07d}{'AbCdEfGh'[answer.number % 8]}{status}"
    return [
        local, local, status, f"192.0.2.{answer.number % 250}", 100, 20 + answer.number % 90, 1, local, identity,
        answer.last, answer.first, answer.email, answer.account, "", "", channel, "EN", group, answer.score,
        answer.comment,
    ]  # fmt: skip


def _surveymonkey(answers: list[Answer]) -> _Rows:
    yield [*_SURVEYMONKEY, _CSAT, _WISH]
    yield [*([""] * len(_SURVEYMONKEY)), "Response", "Open-Ended Response"]
    for answer in answers:
        local = answer.answered_at.astimezone(ZONE).strftime("%m/%d/%Y %I:%M:%S %p")
        number = 118_000_000_000 + answer.number
        address = f"198.51.100.{answer.number % 250}"
        who = [answer.email, answer.first, answer.last, answer.account]
        yield [number, 441_000_001, local, local, address, *who, _SATISFIED[answer.score - 1], answer.comment]


def _delighted(answers: list[Answer]) -> _Rows:
    yield _DELIGHTED
    for answer in answers:
        at = int(answer.answered_at.timestamp())
        number, name = 5_000_000 + answer.number, f"{answer.first} {answer.last}"
        link = f"https://delighted.example/r/{number}"
        yield [number, 770_000 + answer.number, answer.email, name, "nps", answer.score, answer.comment, link, at, at]


def _plain(answers: list[Answer]) -> _Rows:
    yield ["Date", "Email", "Customer", "How likely are you to recommend us?", "Comment"]
    for answer in answers:
        at = answer.answered_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        yield [at, answer.email, answer.account, answer.score, answer.comment]


def _usage(world: World) -> _Rows:
    yield ["Account Id", "Day", "Measure", "Value", "Instance", "Product"]
    for figure in usage.measured(world):
        yield [figure.account, figure.day, figure.measure, figure.value, figure.instance, figure.product]


def _ctas(world: World) -> _Rows:
    yield _CTAS
    for action in ctas.actions(world):
        states = ["yes" if is_so else "no" for is_so in (action.is_important, not action.status.startswith("Closed"))]
        what = [action.name, action.type, action.reason, action.priority, action.status]
        yield [f"CTA-{action.number}", action.account, *what, action.owner, action.due_on, *states]


def _billing(world: World) -> _Rows:
    yield ["Id", "Name", "Domain", "Salesforce Id", "Payment Terms", "Invoice E-Mail", "Balance"]
    for customer in world.customers:
        if customer.arr is None:
            continue
        chance = world.chance("billing", customer.key)
        # Every fifth knows no Salesforce id and has to be recognised by its domain.
        salesforce = "" if customer.number % 5 == 0 else account_id(customer)
        yield [
            f"B-{customer.number:04d}", customer.name, customer.domain, salesforce, chance.pick(("Net 30", "Net 60")),
            f"invoices@{customer.domain}", chance.pick((0, 0, 0, chance.between(100, 9000))),
        ]  # fmt: skip
    for identity, name, salesforce, domain in _BILLING_ONLY:
        yield [identity, name, domain, salesforce, "Net 30", f"invoices@{domain}", 0]
