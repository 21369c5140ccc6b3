"""A day is that of the zone in the config, whatever the machine's own is, also where a clock is set forward or back."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from c360cli import main
from tests.sections.company import empty_store, fill

JANE, TOM = "jane@example.com", "tom@example.com"

# Days on which a clock is set forward, set back, or left alone; the offsets of their midnights differ.
DAYS = [
    ("America/Los_Angeles", "2026-03-08"),
    ("America/Los_Angeles", "2026-11-01"),
    ("Asia/Kolkata", "2026-03-08"),
    ("Pacific/Apia", "2026-11-01"),
    ("Pacific/Apia", "2020-09-27"),
    ("Pacific/Apia", "2021-04-04"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Beirut", "2026-03-29"),  # the day begins at one o'clock
    ("Asia/Kathmandu", "2026-12-31"),
    ("Pacific/Chatham", "2028-02-29"),
]
# Where a week has an hour more or less, or a day begins or ends at an hour that is left out or there twice.
ODD_WEEKS = [DAYS[1], DAYS[6], DAYS[7], ("Asia/Beirut", "2026-10-24"), DAYS[9]]


class Place:
    """A home in a zone, on a machine in UTC, at a moment that is moved by hand."""

    def __init__(self, home: Path, zone: str, day: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.zone, self.capsys = home, ZoneInfo(zone), capsys
        self.day = date.fromisoformat(day)
        self.now = self.midnight(0)

    def midnight(self, days: int) -> datetime:
        """Return when the day begins that is so many days after ``day``."""
        # The first second whose date it is: found by looking, not by the arithmetic that is tested.
        begin = self.day + timedelta(days=days)
        second = datetime(begin.year, begin.month, begin.day, tzinfo=UTC) - timedelta(hours=15)
        step = timedelta(hours=1)
        while step >= timedelta(seconds=1):
            while (second + step).astimezone(self.zone).date() < begin:
                second += step
            step /= 60
        return second + timedelta(seconds=1)

    def at(self, moment: datetime, *words: str) -> Any:
        """Return what the command tells scripts at that moment; what it says to people is in ``said``."""
        self.now = moment
        code = main.call(["--home", str(self.home), *words, "--json"], clock=lambda: self.now)
        out, self.said = self.capsys.readouterr()
        assert code == 0, self.said
        return json.loads(out)


@pytest.fixture
def place(
    request: pytest.FixtureRequest, tmp_path: Path, store_in: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Place]:  # fmt: skip
    for name in ("C360_HOME", "C360_STORE", "C360_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    zone, day = request.param
    (tmp_path / "config.yaml").write_text(f"user: {JANE}\ntimezone: {zone}\n")
    with empty_store(store_in(tmp_path)) as store:
        fill(store)
    yield Place(tmp_path, zone, day, capsys)
    monkeypatch.undo()
    time.tzset()


SECOND = timedelta(seconds=1)
in_all_places = pytest.mark.parametrize("place", DAYS, indirect=True, ids=" ".join)
in_odd_weeks = pytest.mark.parametrize("place", ODD_WEEKS, indirect=True, ids=" ".join)


@in_all_places
def test_a_day_begins_and_ends_at_its_midnights(place: Place) -> None:
    made = place.at(place.midnight(-3), "cta", "add", "acme", "Call", "-t", "risk", "-d", place.day.isoformat())
    hidden = place.at(place.now, "cta", "add", "acme", "Wait", "-t", "risk")
    place.at(place.now, "cta", "snooze", hidden["id"], place.day.isoformat())
    for days, moment in [
        (-1, place.midnight(0) - SECOND), (0, place.midnight(0)), (0, place.midnight(1) - SECOND),
        (1, place.midnight(1)),
    ]:  # fmt: skip
        here = place.day + timedelta(days=days)
        late = [row["id"] for row in place.at(moment, "cta", "list", "--view", "overdue")]
        assert (made["id"] in late) == (days > 0)
        seen = [row["id"] for row in place.at(moment, "cta", "list")]
        assert (hidden["id"] in seen) == (days > 0), "a snooze lasts through its day"
        due = [row["id"] for row in place.at(moment, "today")["ctas"]]
        assert (made["id"] in due) == (days >= 0)
        word = place.at(moment, "cta", "edit", made["id"], "-d", "tomorrow")
        assert word["due_on"] == (here + timedelta(days=1)).isoformat()
        place.at(moment, "cta", "edit", made["id"], "-d", place.day.isoformat())


@in_all_places
def test_what_is_wanted_daily_or_weekly_comes_at_midnight(place: Place) -> None:
    place.at(place.midnight(-9), "follow", "--set", "cta_created=daily")
    monday = next(days for days in range(1, 8) if (place.day + timedelta(days=days)).weekday() == 0)
    for moment in (place.midnight(0), place.midnight(1) - SECOND):
        made = place.at(moment, "cta", "add", "acme", "Call", "-t", "risk", "--user", TOM)["id"]
        for frequency, days in (("daily", 1), ("weekly", monday)):
            place.at(place.now, "follow", "--set", f"cta_created={frequency}")
            for when, is_told in ((place.midnight(days) - SECOND, False), (place.midnight(days), True)):
                told = [each["item"] for each in place.at(when, "inbox") if each["event"] == "cta_created"]
                assert (made in told) == is_told, (frequency, when)


@in_odd_weeks
def test_a_call_grows_old_at_midnight(place: Place) -> None:
    place.at(place.midnight(-1), "score", "compute")
    for moment in (place.midnight(0), place.midnight(1) - SECOND):
        made = place.at(moment, "log", "quiet", "call", "Cadence")
        assert place.at(place.now, "timeline", "show", made["id"])["happened_at"] == written(moment)

    def days_since(moment: datetime) -> object:
        place.at(moment, "score", "compute")
        [call] = [each for each in measures(place.at(moment, "score", "quiet")) if each["name"] == "last_call"]
        return call["parts"][0]["value"]

    assert (days_since(place.midnight(1) - SECOND), days_since(place.midnight(1))) == (0, 1)
    for moment, is_quiet in ((place.midnight(30) - SECOND, False), (place.midnight(30), True)):
        quiet = [row["customer"] for row in place.at(moment, "today", "--user", TOM)["quiet"]]
        assert ("quiet" in quiet) == is_quiet, "nobody has called for 30 days"
    assert days_since(place.midnight(30)) == 30


@in_odd_weeks
def test_a_week_of_scores_ends_at_midnight_and_a_day_with_its_last_second(place: Place) -> None:
    place.at(place.midnight(-9), "score", "compute")
    half_hour = timedelta(minutes=30)
    said = [
        (place.midnight(-6) - SECOND, "11"), (place.midnight(-6), "22"), (place.midnight(1) - 3 * half_hour, "33"),
        (place.midnight(1) - half_hour, "44"), (place.midnight(1), "55"),
    ]  # fmt: skip
    for moment, score in said:
        place.at(moment, "score", "override", "acme", score, "--reason", "to see")

    def day(days: int) -> str:
        return (place.day + timedelta(days=days)).isoformat()

    assert [weeks(place)[day(days)] for days in (1, -6)] == [55, 22], "what stood there when the day was over"
    place.at(place.now, "score", "override", "acme", "66", "--reason", "to see")
    for moment in (place.midnight(7), place.midnight(8) - SECOND):
        place.now = moment
        assert [weeks(place)[day(days)] for days in (0, -7)] == [44, 11], moment
        rows = place.at(moment, "score", "history", "acme", "--weeks", "1")
        assert [row["effective"] for row in rows] == [66, 55, 44, 33, 22], moment
    for days, score in ((-7, 11), (-6, 22), (0, 44), (1, 66)):
        told = place.at(place.now, "score", "explain", "acme", "--from", day(-7), "--to", day(days))
        assert (told["to"]["effective"], told["to"]["day"] <= day(days)) == (score, True), day(days)


@in_odd_weeks
def test_what_scripts_are_told_is_the_same_on_a_machine_in_any_zone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.at(place.midnight(0), "score", "compute")
    place.at(place.now, "cta", "add", "acme", "Call", "-t", "risk", "-d", "+2w")
    place.at(place.now, "log", "acme", "call", "Cadence", "--at", "yesterday 23:30", "--sentiment", "red")
    told = []
    for machine in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", machine)
        time.tzset()
        told.append(
            [
                place.at(place.midnight(1) - SECOND, *words.split())
                for words in (
                    "today",
                    "inbox",
                    "cta list",
                    "timeline acme",
                    "score acme",
                    "show acme",
                    "undo --list",
                    "export ctas",
                )
            ]
        )
    assert told[0] == told[1] == told[2]


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def weeks(place: Place) -> dict[str, float]:
    """Return the scores of the line on the page by the days on which its weeks end."""
    [section] = place.at(place.now, "show", "acme", "-s", "scorecard")["sections"]
    [tree] = [block for block in section["blocks"] if block["type"] == "tree"]
    return dict(tree["roots"][0]["cells"]["weeks"])


def measures(score: Any) -> list[Any]:
    return [each for group in score["groups"] for each in group["measures"]] + score["measures"]


@pytest.mark.parametrize(
    ("place", "clock", "moment", "said"),
    [
        (DAYS[0], "2026-03-08 02:30", "2026-03-08T10:30:00Z", "set forward"),
        (DAYS[0], "2026-03-08 03:00", "2026-03-08T10:00:00Z", ""),
        (DAYS[1], "2026-11-01 01:30", "2026-11-01T08:30:00Z", "twice"),
        (DAYS[1], "2026-11-01T01:30-08:00", "2026-11-01T09:30:00Z", ""),
        (DAYS[2], "2026-03-08 02:30", "2026-03-07T21:00:00Z", ""),
        (DAYS[4], "2020-09-27 03:30", "2020-09-26T14:30:00Z", "set forward"),
        (DAYS[5], "2021-04-04 03:30", "2021-04-03T13:30:00Z", "twice"),
    ],
    indirect=["place"],
    ids=str,
)
def test_an_hour_that_is_left_out_or_there_twice_is_spoken_of(place: Place, clock: str, moment: str, said: str) -> None:
    logged = place.at(place.midnight(2), "log", "acme", "call", "Cadence", "--at", clock)
    assert logged["happened_at"] == moment
    assert (said in place.said) if said else ("clocks" not in place.said)
