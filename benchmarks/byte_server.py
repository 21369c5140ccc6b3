"""A loopback server that knows nothing and serves prepared bytes: what a sync reads, and what a plain download reads.

Run as a process of its own: ``python byte_server.py TICKETS SALESFORCE_ROWS [SECONDS]`` prints its port and stays; each
answer waits so many seconds, as it would far away.
"""

import json
import random
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TICKETS_A_PAGE, ROWS_A_PAGE = 1000, 2000
DATA = "/services/data/v62.0"
_WORDS = [
    "SSO",
    "login",
    "fails",
    "for",
    "new",
    "users",
    "pipeline",
    "stuck",
    "pending",
    "export",
    "drops",
    "umlauts",
    "webhook",
    "arrives",
    "twice",
]


def moment(number: int) -> str:
    """Return a moment that grows with ``number``."""
    month, day = 1 + number // 40_000 % 10, 1 + number // 1440 % 28
    return f"2026-{month:02d}-{day:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00"


def main() -> None:
    """Prepare, then serve."""
    tickets, rows = int(sys.argv[1]), int(sys.argv[2])
    delay_seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    accounts = max(1, rows // 10)
    answers = {**_tickets(tickets, accounts), **salesforce("Account", accounts, accounts),
               **salesforce("Contact", rows - accounts, accounts)}  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            time.sleep(delay_seconds)
            body = answers.get(key(parts.path, parse_qs(parts.query)))
            self.send_response(404 if body is None else 200)
            body = body or b"{}"
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def key(path: str, query: dict[str, list[str]]) -> str:
    """Return which answer a request is for: a page by its cursor, a first page, or a query that has a condition."""
    if "cursor" in query:
        return f"{path} {query['cursor'][0]}"
    if path.endswith("organizations.json") and int(query["start_time"][0]) > 1:
        return f"{path} again"
    if "q" in query:
        words = query["q"][0].split()
        name = words[words.index("from") + 1]
        return f"{path} {name} again" if "where" in words else f"{path} {name}"
    return path


def _json(document: Any) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def _tickets(count: int, organizations: int) -> dict[str, bytes]:
    chance = random.Random(7)
    path = "/api/v2/incremental/tickets/cursor.json"
    answers = {
        "/api/v2/ticket_fields.json": _json(
            {"ticket_fields": [{"id": 700 + each, "title": f"Field {each}", "type": "text"} for each in range(5)],
             "meta": {"has_more": False}}
        ),
        "/api/v2/custom_statuses.json": _json({"custom_statuses": []}),
    }  # fmt: skip
    pages = -(-count // TICKETS_A_PAGE)
    for page in range(pages):
        numbers = range(page * TICKETS_A_PAGE, min(count, (page + 1) * TICKETS_A_PAGE))
        body = {
            "tickets": [_ticket(chance, number, organizations) for number in numbers],
            "after_cursor": f"c{page + 1}",
            "end_of_stream": page == pages - 1,
        }
        answers[f"{path} c{page}" if page else path] = _json(body)
    answers[f"{path} c{pages}"] = _json({"tickets": [], "after_cursor": f"c{pages}", "end_of_stream": True})
    path = "/api/v2/incremental/organizations.json"
    rows = [{"id": 10**6 + each, "name": f"Customer {each}", "external_id": account_id(each), "tags": [],
             "domain_names": [f"customer{each}.example"], "updated_at": f"{moment(each)}Z", "organization_fields": {}}
            for each in range(organizations)]  # fmt: skip
    answers[path] = _json({"organizations": rows, "end_time": 1_800_000_000, "end_of_stream": True})
    answers[f"{path} again"] = _json({"organizations": [], "end_time": 1_800_000_000, "end_of_stream": True})
    return answers


def _ticket(chance: random.Random, number: int, organizations: int) -> dict[str, Any]:
    subject = " ".join(chance.choices(_WORDS, k=6))
    return {
        "id": number + 1, "url": f"https://example.zendesk.com/api/v2/tickets/{number + 1}.json", "subject": subject,
        "raw_subject": subject, "description": f"{subject}\n\n{' '.join(chance.choices(_WORDS, k=40))}",
        "status": chance.choice(("open", "pending", "solved", "closed")), "custom_status_id": 9001,
        "priority": chance.choice(("low", "normal", "high", "urgent", None)),
        "type": chance.choice(("question", "incident", None)), "created_at": f"{moment(number)}Z",
        "updated_at": f"{moment(number)}Z", "generated_timestamp": 1_760_000_000 + number,
        "requester_id": 5000 + number % 9000, "submitter_id": 5000 + number % 9000, "assignee_id": 4000 + number % 40,
        "organization_id": 10**6 + chance.randrange(organizations), "group_id": 360001, "external_id": None,
        "recipient": None, "via": {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        "collaborator_ids": [], "follower_ids": [], "email_cc_ids": [], "problem_id": None, "has_incidents": False,
        "is_public": True, "due_at": None, "tags": ["area_login", "tier_1"],
        "custom_fields": [{"id": 700 + each, "value": chance.choice(("a", "b", None))} for each in range(5)],
        "satisfaction_rating": {"score": "unoffered"}, "sharing_agreement_ids": [], "followup_ids": [],
        "ticket_form_id": 360002, "brand_id": 360003, "allow_channelback": False, "allow_attachments": True,
        "from_messaging_channel": False,
    }  # fmt: skip


def account_id(number: int) -> str:
    """Return the id of an account as Salesforce writes it."""
    return f"001{number:012d}AAA"


FIELDS = {
    "Account": "Id Name Website ParentId Industry Type Phone NumberOfEmployees AccountNumber AnnualRevenue IsDeleted"
    " SystemModstamp",
    "Contact": "Id AccountId Name Email Title Phone Department ReportsToId IsDeleted SystemModstamp",
}


def salesforce(name: str, count: int, accounts: int) -> dict[str, bytes]:
    """Return all answers about ``count`` rows of an object, which belong to so many accounts."""
    chance = random.Random(11)
    fields = [{"name": field, "type": "string", "filterable": True, "referenceTo": [], "relationshipName": None}
              for field in FIELDS[name].split()]  # fmt: skip
    answers = {f"{DATA}/sobjects/{name}/describe": _json({"name": name, "fields": fields})}
    pages = max(1, -(-count // ROWS_A_PAGE))
    for page in range(pages):
        numbers = range(page * ROWS_A_PAGE, min(count, (page + 1) * ROWS_A_PAGE))
        is_last = page == pages - 1
        body = {
            "totalSize": count,
            "done": is_last,
            "records": [_row(chance, name, number, accounts) for number in numbers],
        }
        if not is_last:
            body["nextRecordsUrl"] = f"{DATA}/queryAll/{name}-{page + 1}"
        answers[f"{DATA}/queryAll/{name}-{page}" if page else f"{DATA}/queryAll {name}"] = _json(body)
    answers[f"{DATA}/queryAll {name} again"] = _json({"totalSize": 0, "done": True, "records": []})
    return answers


def _row(chance: random.Random, name: str, number: int, accounts: int) -> dict[str, Any]:
    common = {"IsDeleted": False, "SystemModstamp": f"{moment(number)}.000+0000", "Phone": "+49 30 1234"}
    if name == "Account":
        return {
            "attributes": {"type": name, "url": f"{DATA}/sobjects/{name}/{account_id(number)}"},
            "Id": account_id(number), "Name": f"Customer {number}",
            "Website": f"https://www.customer{number}.example", "ParentId": None,
            "Industry": "Technology", "Type": "Customer", "NumberOfEmployees": 120, "AccountNumber": f"A-{number}",
            "AnnualRevenue": 1_000_000.0, **common,
        }  # fmt: skip
    identity = f"003{number:012d}AAA"
    owner = chance.randrange(accounts)
    return {
        "attributes": {"type": name, "url": f"{DATA}/sobjects/{name}/{identity}"}, "Id": identity,
        "AccountId": account_id(owner), "Name": f"Person {number}", "Email": f"person{number}@customer{owner}.example",
        "Title": "Engineer", "Department": "IT", "ReportsToId": None, **common,
    }  # fmt: skip


if __name__ == "__main__":
    main()
