"""The surveys connector: exports of survey tools as one record an answer, however often they are read."""

import csv
import io
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from c360_connectors import surveys
from c360_connectors.surveys.questions import kind_of, read_score
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c360cli.connector import Context
from c360cli.errors import C360Error, ConfigError, SourceDown

BERLIN = ZoneInfo("Europe/Berlin")
RECOMMEND = "How likely are you to recommend us to a friend or colleague?"

GOOGLE_FORMS = f'''"Timestamp","Username","{RECOMMEND}","What is the main reason for your score?"
"2026/10/30 3:08:44 PM GMT+1","jo@acme.com","9","Fast, ""kind"",
and honest"
"2026/10/31 9:00:01 AM GMT+1","max@globex.com","3",""
'''

# The id, the text and the import id of each column, then one response a column of values.
_QUALTRICS_COLUMNS = """
StartDate|Anfang|startDate
EndDate|Ende|endDate
Status|Antworttyp|status
Finished|Beendet|finished
RecordedDate|Aufgezeichnet|recordedDate
ResponseId|Antwort-ID|_recordId
RecipientLastName|Nachname|recipientLastName
RecipientFirstName|Vorname|recipientFirstName
RecipientEmail|E-Mail|recipientEmail
ExternalReference|Externe Referenz|externalDataReference
Q1_NPS_GROUP|Würden Sie uns empfehlen? - Group|QID1_NPS_GROUP
Q1|Würden Sie uns empfehlen?|QID1
Q2|How satisfied are you with support?|QID2
Q3_TEXT|Was noch?|QID3_TEXT
"""


def _qualtrics() -> str:
    columns = [line.split("|") for line in _QUALTRICS_COLUMNS.split("\n") if line]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([name for name, _, _ in columns])
    writer.writerow([words for _, words, _ in columns])
    writer.writerow([json.dumps({"ImportId": identity}) for _, _, identity in columns])
    return text.getvalue() + (
        "2026-07-18 08:28:09,2026-07-18 08:28:48,0,1,2026-07-18 08:28:48,R_1,Bloom,Jo,jo@acme.com,001A,3,10,4,More\n"
        "2026-07-18 09:00:00,2026-07-18 09:00:10,1,1,2026-07-18 09:00:10,R_2,,,,,3,10,5,preview\n"
        "2026-07-18 09:00:00,2026-07-18 09:00:10,Survey Test,1,2026-07-18 09:00:10,R_3,,,,,3,10,5,test\n"
        "2026-07-18 09:10:00,2026-07-18 09:10:10,0,0,2026-07-18 09:10:10,R_4,,,max@globex.com,,,,,\n"
        "2026-07-18 09:20:00,2026-07-18 09:20:10,0,1,2026-07-18 09:20:10,R_5,,,max@globex.com,,3,11,7,\n"
    )


QUALTRICS = _qualtrics()

QUALTRICS_LEGACY = (
    "\ufeffV1,V2,V3,V4,V5,V7,V8,V9,Q1,Q2,\n"
    "ResponseID,ResponseSet,Name,ExternalDataReference,EmailAddress,Status,StartDate,EndDate,"
    "How likely is it that you would recommend us?,Why?,\n"
    "R_1,Default,Jo,001A,jo@acme.com,0,2026-07-18 08:28:09,2026-07-18 08:28:48,8,Because,\n"
)

SURVEYMONKEY = (
    "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,"
    f"{RECOMMEND},How satisfied are you with:,,Which do you use?,,Anything else?\n"
    ",,,,,,,,,Response,Product,Support,Chat,Mail,Open-Ended Response\n"
    "118,42,03/04/2026 10:11:12 AM,03/04/2026 10:13:00 PM,192.0.2.7,jo@acme.com,Jo,Bloom,001A,"
    "10 - Extremely likely,Very satisfied,Dissatisfied,Chat,,No\n"
    "119,42,03/04/2026 10:11:12 AM,,192.0.2.7,,,,,0 - Not at all likely,,,,,\n"
)

TYPEFORM = (
    f"#,{RECOMMEND},Tell us why,account_id,email,"
    "Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\n"
    """ab12,7,'=HYPERLINK("http://example.com"),xxxxx,jo@acme.com,"""
    "completed,2026-03-01 09:00:00,,2026-03-01 09:01:00,77f,,\n"
)

DELIGHTED = """ID,Person ID,Person Name,Person Email,Survey Type,Score,Comment,Permalink,Created At,Updated At
51,7,Jo Bloom,jo@acme.com,nps,9,Good,https://example.com/51,1772355600,1772442000
52,8,,max@globex.com,csat,4,,https://example.com/52,1772355600,
53,8,,max@globex.com,ces,6,,https://example.com/53,1772355600,
"""

PLAIN = """email;nps;comment;answered_at
jo@acme.com;9;good;2026-03-01T09:00:00Z
max@globex.com;2;bad;2026-03-02
"""


@pytest.fixture
def source(tmp_path):
    """Return what writes one file into a home and connects a source over all of them."""
    context = Context(str(tmp_path), BERLIN, lambda: datetime(2026, 11, 21, tzinfo=UTC), lambda seconds: None, str)

    def connect(content=None, name="pulse.csv", **options):
        if content is not None:
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return surveys.connect("nps", {"connector": "surveys", "path": "*.*", **options}, context)

    return connect


def read(connector, cursor=None):
    """Return all records, the reasons of all asides, all notes and the last cursor."""
    pages = list(connector.fetch("answers", cursor))
    return (
        [record for page in pages for record in page.records],
        [aside.reason for page in pages for aside in page.aside],
        [note for page in pages for note in page.notes],
        pages[-1].cursor if pages else cursor,
    )


def brief(record, *columns):
    return tuple(record.values.get(column) for column in columns or ("kind", "score", "comment"))


def test_google_forms_gives_the_score_with_the_reason_that_follows_it(source):
    (first, second), aside, _, _ = read(source(GOOGLE_FORMS))
    assert aside == []
    assert first.values == {
        "customer_ref": "jo@acme.com",
        "respondent": "jo@acme.com",
        "answered_at": "2026-10-30T14:08:44Z",
        "survey": "pulse",
        "kind": "nps",
        "score": 9.0,
        "scale": "0-10",
        "question": RECOMMEND,
        "comment": 'Fast, "kind",\nand honest',
    }
    assert first.changed_at == "2026-10-30T14:08:44Z"
    assert brief(second) == ("nps", 3.0, None)


def test_a_google_form_in_another_language_is_recognised(source):
    header = "Zeitstempel;E-Mail-Adresse;Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?"
    (record,), _, _, _ = read(source(f"{header}\n30.10.2026 15:08:44;jo@acme.de;10\n"))
    assert brief(record, "kind", "respondent", "answered_at") == ("nps", "jo@acme.de", "2026-10-30T14:08:44Z")


def test_qualtrics_knows_its_questions_by_id_and_leaves_previews_out(source):
    connector = source(QUALTRICS)
    records, aside, notes, _ = read(connector)
    assert [(record.source_id, *brief(record)) for record in records] == [
        ("R_1:Q1", "nps", 10.0, None),
        ("R_1:Q2", "csat", 4.0, None),
        ("R_1:Q3_TEXT", "text", None, "More"),
    ]
    assert brief(records[0], "customer_ref", "respondent", "respondent_name", "answered_at", "question") == (
        "001A", "jo@acme.com", "Jo Bloom", "2026-07-18T06:28:48Z", "Würden Sie uns empfehlen?",
    )  # fmt: skip
    assert aside == [
        "pulse.csv:8: column 'Q1': '11' is not on the scale 0-10; column 'Q2': '7' is not on the scale 1-5",
    ]
    assert notes == [
        "pulse.csv: 2 responses left out: a preview or a test.",
        "pulse.csv: 1 response left out: no answer.",
    ]
    assert connector.check() == "1 file: pulse.csv (Qualtrics: 1 NPS, 1 CSAT, 1 text)."


def test_an_old_qualtrics_export_names_its_columns_in_the_second_row(source):
    (record,), _, _, _ = read(source(QUALTRICS_LEGACY))
    assert record.source_id == "R_1:Q1"
    assert brief(record, "score", "comment", "customer_ref", "respondent") == (8.0, "Because", "001A", "jo@acme.com")


def test_surveymonkey_has_two_header_rows_american_days_and_words_for_scores(source):
    records, aside, _, _ = read(source(SURVEYMONKEY))
    assert aside == []
    assert [brief(record, "kind", "score", "question", "comment") for record in records] == [
        ("nps", 10.0, RECOMMEND, None),
        ("csat", 5.0, "How satisfied are you with: Product", None),
        ("csat", 2.0, "How satisfied are you with: Support", None),
        ("text", None, "Anything else?", "No"),
        ("nps", 0.0, RECOMMEND, None),
    ]
    first, last = records[0], records[-1]
    assert brief(first, "customer_ref", "answered_at", "respondent_name") == (
        "001A",
        "2026-03-04T21:13:00Z",
        "Jo Bloom",
    )
    assert first.values["Which do you use?: Chat"] == "Chat"
    assert brief(last, "customer_ref", "answered_at") == (None, "2026-03-04T09:11:12Z")
    assert len({record.source_id for record in records}) == 5


def test_surveymonkey_may_give_each_point_of_the_scale_its_own_column(source):
    points = ",".join(str(point) for point in range(11))
    (record, *_), aside, _, _ = read(
        source(
            f"Respondent ID,{RECOMMEND}{',' * 11}Why?\n,{points},Open-Ended Response\n"
            f"1{',' * 9}8{',' * 3}Kind\n2,0,1{',' * 10}\n"
        )
    )
    assert brief(record) == ("nps", 8.0, "Kind")
    assert (
        aside == [f"pulse.csv:4: column '{RECOMMEND[:57]}: 0': more than one point of the scale is marked"]
        or len(aside) == 1
    )


def test_typeform_loses_the_guard_before_formulas_and_the_placeholder_of_hidden_fields(source):
    (record,), _, _, _ = read(source(TYPEFORM))
    assert record.source_id.startswith("ab12:")
    assert brief(record, "score", "comment", "customer_ref", "answered_at") == (
        7.0, '=HYPERLINK("http://example.com")', "jo@acme.com", "2026-03-01T09:01:00Z",
    )  # fmt: skip


def test_delighted_has_one_answer_a_row(source):
    records, _, notes, _ = read(source(DELIGHTED))
    assert [(record.source_id, *brief(record, "kind", "score", "scale")) for record in records] == [
        ("51", "nps", 9.0, "0-10"),
        ("52", "csat", 4.0, "1-5"),
    ]
    assert brief(records[0], "respondent_name", "comment", "answered_at") == (
        "Jo Bloom",
        "Good",
        "2026-03-01T09:00:00Z",
    )
    assert records[0].changed_at == "2026-03-02T09:00:00Z"
    assert notes == ["pulse.csv: 1 answer of kind 'ces' left out: neither NPS nor CSAT."]


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_a_plain_file_says_the_same_in_every_format(source, ending):
    header, *lines = [line.split(";") for line in PLAIN.splitlines()]
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    content = {"csv": PLAIN, "json": json.dumps(rows), "jsonl": "\n".join(json.dumps(row) for row in rows)}[ending]
    records, aside, _, _ = read(source(content, f"pulse.{ending}"))
    assert aside == []
    assert [brief(record, "score", "comment", "respondent", "answered_at") for record in records] == [
        (9.0, "good", "jo@acme.com", "2026-03-01T09:00:00Z"),
        (2.0, "bad", "max@globex.com", "2026-03-01T23:00:00Z"),
    ]


@pytest.mark.parametrize("content", [GOOGLE_FORMS, QUALTRICS, SURVEYMONKEY, TYPEFORM, DELIGHTED, PLAIN])
def test_a_longer_file_adds_only_what_is_new(source, content):
    before, _, _, cursor = read(source(content))
    assert list(source().fetch("answers", cursor)) == []
    last = content.rstrip("\n").splitlines()[-1]
    longer = content + last.replace("2026/10/31", "2026/11/02").replace("max@", "eve@") + "\n"
    after, _, _, _ = read(source(longer), cursor)
    assert [record.source_id for record in after[: len(before)]] == [record.source_id for record in before]
    # Under another name, too, a response is the same one.
    renamed, _, _, _ = read(source(content, "copy.csv", path="copy.csv", survey="pulse"))
    assert {record.source_id for record in renamed} == {record.source_id for record in before}


def test_an_address_in_other_letters_is_the_same_respondent(source):
    row = "2026/10/30 3:08:44 PM GMT+1,{},9\n"
    header = f"Timestamp,Email Address,{RECOMMEND}\n"
    (before,), _, _, _ = read(source(header + row.format("jo@acme.com")))
    (after,), _, _, _ = read(source(header + row.format("Jo@Acme.com")))
    assert before.source_id == after.source_id


def test_answers_of_nobody_at_the_same_second_stay_apart(source):
    rows = "".join(f"2026/10/30 3:08:44 PM GMT+1,{score}\n" for score in (9, 9, 4))
    records, _, _, _ = read(source(f"Timestamp,{RECOMMEND}\n{rows}"))
    assert len({record.source_id for record in records}) == 3
    again, _, _, _ = read(source(f"Timestamp,{RECOMMEND}\n{rows}2026/10/30 3:08:45 PM GMT+1,9\n"))
    assert [record.source_id for record in again[:3]] == [record.source_id for record in records]


def test_scores_without_any_name_or_time_are_all_counted(source):
    records, _, _, _ = read(source("nps\n" + "9\n" * 5 + "3\n"))
    assert len({record.source_id for record in records}) == 6


def test_reading_goes_on_in_the_middle_with_the_same_ids(source):
    connector = source("nps\n" + "9\n3\n" * 1500)
    pages = list(connector.fetch("answers", None))
    rest = [record for page in connector.fetch("answers", pages[0].cursor) for record in page.records]
    assert [record for page in pages[1:] for record in page.records] == rest
    assert len({record.source_id for page in pages for record in page.records}) == 3000


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text(st.sampled_from('{}[]":,\n\rnps19a\0')).map(str.encode))
def test_no_bytes_bring_anything_but_an_explained_error(source, content):
    said = "pulse.csv"
    try:
        read(source(content))
    except C360Error as error:
        said = str(error)
    assert "pulse.csv" in said


def test_what_has_no_place_of_its_own_is_kept_as_it_came(source):
    (record, *_), _, _, _ = read(source(QUALTRICS))
    assert record.values["StartDate"] == "2026-07-18 08:28:09"
    assert record.values["Q1_NPS_GROUP"] == "3"


@pytest.mark.parametrize("day", ["03/04/2026 10:00", "3/4/26"])
def test_a_survey_whose_days_can_be_read_two_ways_is_refused_until_their_order_is_known(source, day):
    with pytest.raises(ConfigError, match=r"pulse\.csv has .* two ways") as raised:
        read(source(f"email,nps,date\njo@acme.com,9,{day}\n"))
    assert "date_order" in raised.value.hint
    (record,), _, _, _ = read(source(date_order="DMY", timezone="UTC"))
    assert record.values["answered_at"].startswith("2026-04-03T")


def test_one_day_decides_for_a_whole_survey_so_that_no_answer_is_missing_from_its_nps(source):
    rows = "".join(f"p{day}@acme.com,{day % 11},10/{day}/2026 9:00\n" for day in range(1, 32))
    records, aside, _, _ = read(source(f"email,nps,date\n{rows}", timezone="UTC"))
    assert (len(records), aside) == (31, [])
    assert {record.values["answered_at"][:7] for record in records} == {"2026-10"}


def test_a_score_that_is_no_answer_is_left_out_without_a_complaint(source):
    records, aside, notes, _ = read(source("email,nps\na@acme.com,9\nb@acme.com,N/A\nc@acme.com,-\n"))
    assert (len(records), aside) == (1, [])
    assert notes == ["pulse.csv: 2 responses left out: no answer."]


def test_several_scores_keep_their_own_comments(source):
    content = (
        "email,NPS,NPS comment,How satisfied are you?,Please explain your rating,What else?\n"
        "jo@acme.com,9,good,2,slow,nothing\njo@globex.com,,only words,,,\n"
    )
    records, _, _, _ = read(source(content))
    assert [brief(record) for record in records] == [
        ("nps", 9.0, "good"),
        ("csat", 2.0, "slow"),
        ("text", None, "nothing"),
        ("text", None, "only words"),
    ]


def test_a_mapping_decides_where_nothing_is_recognised(source):
    content = "Wer,Konto,Wann,Note,Stufe,Worte\njo@acme.com,a-17,2026-03-01,9,satisfied,gut\n"
    with pytest.raises(ConfigError) as raised:
        source(content).check()
    assert 'pulse.csv: no tool is recognised, and no column reads as an NPS or CSAT question; it has "Wer"' in str(
        raised.value
    )
    assert "sources.nps.mapping.questions" in raised.value.hint
    mapping = {
        "respondent": "wer",
        "customer": "Konto",
        "answered_at": "Wann",
        "questions": {"Note": "nps", "Stufe": "csat", "Worte": "text"},
    }
    records, _, _, _ = read(source(mapping=mapping, survey="Frühjahr"))
    assert [brief(record, "kind", "score", "survey", "customer_ref", "respondent") for record in records[:2]] == [
        ("nps", 9.0, "Frühjahr", "a-17", "jo@acme.com"),
        ("csat", 4.0, "Frühjahr", "a-17", "jo@acme.com"),
    ]
    assert brief(records[2]) == ("text", None, "gut")


def test_a_comment_may_be_mapped_to_the_score_before_it(source):
    content = "Wer,Worte,Note,Warum,Stufe,Noch was\njo@acme.com,vorab,9,gut,4,nein\n"
    questions = {"Note": "nps", "Warum": "comment", "Stufe": "csat", "Noch was": "text"}
    records, _, notes, _ = read(source(content, mapping={"respondent": "Wer", "questions": questions}))
    assert [brief(record) for record in records] == [("nps", 9.0, "gut"), ("csat", 4.0, None), ("text", None, "nein")]
    assert notes == []
    with pytest.raises(ConfigError, match="no score is named"):
        read(source(mapping={"questions": {"Warum": "comment"}}))


def test_mapping_the_score_alone_keeps_the_one_comment_there_is(source):
    mapping = {"questions": {"Rating": "nps"}}
    (record,), _, notes, _ = read(source("email,Rating,Comments\njo@acme.com,9,good\n", mapping=mapping))
    assert (brief(record), notes) == (("nps", 9.0, "good"), [])


def test_mapping_the_score_alone_says_which_words_are_left_out(source):
    content = "email,Rating,What could we improve?,Any other comments?\njo@acme.com,9,speed,none at all\n"
    (record,), _, (note,), _ = read(source(content, mapping={"questions": {"Rating": "nps"}}))
    assert brief(record) == ("nps", 9.0, None)
    assert record.values["What could we improve?"] == "speed"
    assert note.startswith("pulse.csv: 2 columns of words are no answer")
    assert '"What could we improve?": comment' in note


def test_one_file_that_is_no_survey_leaves_the_others_whole(source):
    source("name,city\nJo,Ulm\n", "a.csv")
    pages = []
    with pytest.raises(ConfigError, match=r"^a\.csv: no tool is recognised"):
        pages.extend(source(PLAIN, "b.csv").fetch("answers", None))
    assert [len(page.records) for page in pages] == [2]
    with pytest.raises(ConfigError, match=r"a\.csv"):
        source().check()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"maping": {}}, 'option "maping". Did you mean "mapping"?'),
        ({"tool": "qualtric"}, 'tool "qualtric". Did you mean "qualtrics"?'),
        ({"mapping": {"respondant": "x"}}, 'option "respondant". Did you mean "respondent"?'),
        ({"mapping": {"questions": {"nps": "npx"}}}, '"npx". Did you mean "nps"?'),
        ({"mapping": {"questions": {"npz": "nps"}}}, 'pulse.csv has no column "npz". Did you mean "nps"?'),
        ({"mapping": {"respondent": "mail"}}, 'pulse.csv has no column "mail". Did you mean "email"?'),
        ({"path": 7}, "sources.nps.path is missing"),
    ],
)
def test_an_option_that_cannot_be_followed_says_where_and_what_is_nearest(source, options, words):
    with pytest.raises(ConfigError) as raised:
        source(PLAIN, **options).check()
    assert words in f"{raised.value} {raised.value.hint}"


def test_a_pattern_without_a_file_is_named(source):
    with pytest.raises(SourceDown, match=r"no file fits nps/\*\.csv"):
        source(path="nps/*.csv").check()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("On a scale from 0 to 10, how likely is it that you would recommend Example to a friend?", "nps"),
        ("NPS score", "nps"),
        ("How satisfied are you with our feedback process?", "csat"),
        ("Overall satisfaction", "csat"),
        ("What would make you more satisfied?", "text"),
        ("Why are you likely to recommend us?", "text"),
        ("Any other comments", "text"),
        ("Would you recommend us?", None),
        ("Country", None),
    ],
)
def test_a_question_tells_what_it_asks_for(question, kind):
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("cell", "kind", "score"),
    [
        ("10 - Extremely likely", "nps", 10),
        ("Not at all likely - 0", "nps", 0),
        ("9.0", "nps", 9),
        ("Very Dissatisfied", "csat", 1),
        ("4/5", "csat", 4),
        ("5 stars", "csat", 5),
        ("", "csat", None),
        (0, "nps", 0),
    ],
)
def test_a_score_is_read_in_the_ways_tools_write_it(cell, kind, score):
    assert read_score(cell, kind) == score


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("11", "nps"),
        ("-1", "nps"),
        ("- 1", "nps"),
        ("8.5", "nps"),
        ("0", "csat"),
        ("6", "csat"),
        ("4/10", "csat"),
        ("good", "csat"),
        (True, "nps"),
    ],
)
def test_what_is_not_on_the_scale_is_refused(cell, kind):
    with pytest.raises(ValueError, match="not on the scale"):
        read_score(cell, kind)


WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10), WORDS), min_size=1, max_size=8))
def test_scores_and_comments_come_back_as_they_were_given(source, answers):
    rows = [{"id": number, "nps": score, "comment": words} for number, (score, words) in enumerate(answers)]
    records, aside, _, _ = read(source(json.dumps(rows), "pulse.json"))
    assert aside == []
    assert [record.values["score"] for record in records] == [score for score, _ in answers]
    read_back = [record.values.get("comment", "") for record in records]
    # A quote mark before a formula is a guard that spreadsheets want, not part of the comment.
    assert all(
        got == words.strip() or words.strip() == f"'{got}" for got, (_, words) in zip(read_back, answers, strict=True)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS | st.text(st.sampled_from("0123456789 -/.,()ne"), max_size=12))
def test_no_cell_gives_a_score_off_the_scale(cell):
    for kind, high in (("nps", 10), ("csat", 5)):
        try:
            score = read_score(cell, kind)
        except ValueError:
            continue
        assert score is None or 0 <= score <= high
