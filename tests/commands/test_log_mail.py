"""``c360 log --from-eml``: each mail with the customer its addresses belong to, and never twice."""

import io
import json

from tests.commands.test_log import home, log, rows
from tests.sections.company import empty_store, put, record

__all__ = ["home", "log", "rows"]

LINE = "From x@y Fri Nov 20 10:00:00 2026\n"


def mail(sender="rosa@acme.com", to="jane@example.com", subject="Plan", id_="<1@acme.com>", body="Hello"):
    head = f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: Fri, 20 Nov 2026 10:00:00 +0100\n"
    return f"{head}{f'Message-ID: {id_}' if id_ else 'X: y'}\n\n{body}\n"


def keep(home, text, name="mail.eml"):
    path = home / name
    path.write_bytes(text.encode())
    return str(path)


def test_a_mail_is_filed_once_with_the_customer_of_its_contact(c360, home, rows):
    path = keep(home, mail())
    (code, out, err), again = (
        c360("log", "--from-eml", path),
        c360("log", "--from-eml", path, "--user", "tom@example.com"),
    )
    (kept,) = rows("select * from activity where source = 'c360'")
    assert (code, err) == (0, "")
    assert out == f'E-mail "Plan" with Acme Corporation, 2026-11-20 10:00, logged: {kept["id"]}.\n'
    assert again[:2] == (0, f'The mail "Plan" is on the timeline of Acme Corporation already: {kept["id"]}.\n')
    assert (kept["type"], kept["notes"], kept["message_id"]) == ("email", "Hello", "1@acme.com")
    assert json.loads(kept["attendees"]) == ["rosa@acme.com", "jane@example.com"]


def test_a_mail_without_an_id_is_filed_once_too_and_again_after_undo(c360, home, log):
    path = keep(home, mail(id_=""))
    first = log("--from-eml", path)
    second = log("--from-eml", path)
    assert (first["id"], first["is_new"], second["is_new"]) == (second["id"], True, False)
    c360("undo")
    assert log("--from-eml", path)["is_new"]


def test_a_mail_comes_from_stdin(log, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(mail().encode())))
    assert log("--from-eml", "-")["customer"] == "acme"


def test_a_domain_tells_whose_a_mail_is_where_no_contact_does_and_one_that_anybody_can_have_does_not(c360, home, log):
    assert log("--from-eml", keep(home, mail("nobody@eu.acme.com")))["customer"] == "acme"
    code, _, err = c360("log", "--from-eml", keep(home, mail("somebody@gmail.com", id_="<2>")))
    assert (code, 'no customer of "somebody@gmail.com"' in err, "c360 log CUSTOMER --from-eml" in err) == (
        4,
        True,
        True,
    )
    assert log("quiet", "--from-eml", str(home / "mail.eml"))["customer"] == "quiet"


def test_a_mail_to_people_of_two_customers_is_left_and_both_are_named(c360, home, log, store_in):
    with empty_store(store_in(home)) as store:
        put(store, record("contact", "q1", email="q@quiet.org", name="Q", customer_ref="009"))
    path = keep(home, mail(to="q@quiet.org, jane@example.com"))
    code, _, err = c360("log", "--from-eml", path)
    assert code == 4
    assert "acme" in err
    assert "quiet" in err
    assert "--from-eml" in err
    assert log("quiet", "--from-eml", path)["customer"] == "quiet"


def test_a_mailbox_is_filed_and_counted(c360, home, rows):
    box = "".join(LINE + each + "\n" for each in (
        mail(), mail(id_="<2@acme.com>", subject="Two"), mail(), mail("x@far.org", id_="<3>"), "no mail at all\n"
    ))  # fmt: skip
    path = keep(home, box, "all.mbox")
    code, out, err = c360("log", "--from-eml", path)
    assert (code, out) == (0, "2 mails filed, 1 known already, 1 fits no customer, 1 is no mail.\n")
    assert "x@far.org" in err
    told = json.loads(c360("log", "--from-eml", path, "--json")[1])
    assert (told["filed"], told["known"], [each["addresses"] for each in told["unmatched"]]) == ([], 3, [["x@far.org"]])
    assert c360("undo")[0] == 0
    assert rows("select id from activity where source = 'c360' and deleted_at is null") == []


def test_a_mailbox_takes_nothing_that_is_said_about_one_mail(c360, home):
    path = keep(home, LINE + mail(), "all.mbox")
    assert "--task is for one mail" in c360("log", "--from-eml", path, "--task", "x")[2]
    assert "--at and --from-eml do not fit together" in c360("log", "--from-eml", path, "--at", "now")[2]


def test_the_unknown_people_of_a_mail_become_contacts_where_that_is_said(home, log):
    assert log("--from-eml", keep(home, mail("N <n@acme.com>")))["made"]["contacts"] == []
    assert log("--from-eml", keep(home, mail("N <n@acme.com>", id_="<2>")), "--add-contacts")["made"]["contacts"] == [
        "n@acme.com"
    ]


def test_somebody_elses_draft_of_a_mail_stays_unseen_and_cannot_be_published_beside_it(c360, home, log):
    path = keep(home, mail())
    draft = log("--from-eml", path, "--draft")
    assert log("--from-eml", path, "--user", "tom@example.com")["is_new"]
    code, _, err = c360("timeline", "publish", draft["id"])
    assert (code, "this mail is on the timeline already" in err) == (2, True)
    assert json.loads(c360("timeline", "show", draft["id"], "--json")[1])["is_draft"], "nothing is done by halves"


def test_what_is_no_mail_and_what_is_no_file_are_refused(c360, home):
    assert "is no mail" in c360("log", "--from-eml", keep(home, "hello"))[2]
    code, _, err = c360("log", "--from-eml", str(home / "nothing.eml"))
    assert (code, "No such file" in err, "Hint: Name the file" in err) == (2, True, True)
