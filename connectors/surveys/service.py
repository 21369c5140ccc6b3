"""A survey service as a source: every form read on from where it was, its answers as those of its CSV."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlsplit

from c360cli.connector import Context, Stream
from c360cli.errors import C360Error, ConfigError, RequestRefused, SourceEmpty
from c360cli.http import Bearer, HttpClient
from c360cli.nearest import did_you_mean
from c360cli.records import Aside, Cursor, RecordPage
from c360cli.times import moment, parse_moment

from ..losses import is_too_much
from ..wording import counted, listed
from . import surveymonkey, typeform
from .answers import STREAM
from .api import Api, Head
from .definition import Definition
from .known_ids import pack, unpack
from .refusals import explain_for
from .responses import Responses, Service, tombstone
from .settings import Settings, read_settings

_SHOWN = 5
# So many responses that lie aside are asked for again, at most; of SurveyMonkey each is a request of the day's.
_ASKED_AGAIN = 20


def connect_service(name: str, options: Mapping[str, Any], context: Context) -> "SurveyService":
    """Return the source called ``name``; nothing is sent yet. Raises ConfigError."""
    settings = read_settings(name, options, context.zone)
    explain = explain_for(name, settings.known, context.clock)
    login = Bearer(context.secret(settings.auth["token"]))
    client = HttpClient(name, settings.base_url, login, clock=context.clock, sleep=context.sleep, explain=explain)
    pause = typeform.PAUSE_SECONDS if settings.service == "typeform" else surveymonkey.PAUSE_SECONDS
    api = Api(name, client, context.clock, context.sleep, pause, settings.keep_requests)
    service: Service
    if settings.service == "typeform":
        service = typeform.Typeform(api, settings.page_size)
    else:
        service = surveymonkey.SurveyMonkey(api, settings.page_size)
    return SurveyService(name, settings, client, api, service, context.zone)


class SurveyService:
    """A source whose records are the answers at Typeform or SurveyMonkey."""

    streams: tuple[Stream, ...] = (Stream(STREAM, ("survey",)),)
    links: Mapping[str, str] = {}

    def __init__(
        self, name: str, settings: Settings, client: HttpClient, api: Api, service: Service, zone: tzinfo
    ) -> None:
        self.name = name
        self.client = client
        self._settings = settings
        self._api = api
        self._service = service
        self._zone = zone
        self._defined: dict[str, Definition] = {}

    def check(self) -> str:
        """Say which forms there are and what the first of them ask for; raises what keeps them from being read."""
        heads = self._heads()
        host = urlsplit(self._settings.base_url).netloc
        said = []
        for head in heads[:_SHOWN]:
            definition = self._define(head.id)
            said.append(f"{definition.title} ({self._asks_for(definition)})")
        if heads:
            self._service.try_responses(heads[0].id)
        if len(heads) <= _SHOWN:
            self._refuse_unmatched(heads)
        noun = self._settings.known.ids.removesuffix("s")
        more = f" and {len(heads) - _SHOWN:,} more" if len(heads) > _SHOWN else ""
        shown = f": {', '.join(said)}{more}" if said else ""
        left = f"; {self._api.left_today()}" if self._api.left_today() else ""
        return f"{counted(len(heads), noun)} at {host}{shown}{left}."

    def fetch(self, stream: str, cursor: Cursor | None) -> Iterator[RecordPage]:
        """Yield the new and changed answers, form by form.

        The cursor keeps ``{"forms": {id: state}, "read_as"}``; beside how far a form is read, a state has the ids of
        its responses (``ids``) and when they were last held against those that are still there (``checked_at``).
        """
        states, notes = self._states(cursor)
        failed: list[C360Error] = []
        heads = self._heads()
        if self._settings.forms is None:
            gone = sorted(states.keys() - {head.id for head in heads})
            states = {form: state for form, state in states.items() if form not in gone}
            if gone:
                notes += (f"{counted(len(gone), 'form')} can no longer be seen; the answers are kept: {listed(gone)}.",)
        reading = _Reading(self, states)
        for head in heads:
            try:
                for page in self._form_pages(head, reading):
                    yield page._replace(notes=(*notes, *page.notes))
                    notes = ()
            except (RequestRefused, ConfigError, SourceEmpty) as error:
                failed.append(error)
        notes += self._closing_notes(reading)
        if notes or reading.is_changed:
            yield RecordPage([], reading.cursor(), notes=notes)
        if not failed:
            self._refuse_unmatched(heads)
        elif len(failed) == 1:
            raise failed[0]
        else:
            more = f" And {counted(len(failed) - 1, 'form')} more could not be read."
            raise RequestRefused(self.name, str(failed[0]).removeprefix(f"{self.name}: ") + more, failed[0].hint)

    def anew(self, stream: str, cursor: Cursor) -> Cursor | None:
        """Return where the forms begin: with the responses they had, which are looked through for what is gone."""
        states, _ = self._states(cursor)
        long_ago = moment(datetime.fromtimestamp(0, UTC))
        forms = {
            form: _remembered(state) | {"checked_at": long_ago} for form, state in states.items() if "ids" in state
        }
        return {"forms": forms, "read_as": self._settings.read_as} if forms else None

    def has_read(self, stream: str, cursor: Cursor) -> bool:
        """Tell if the cursor is that of a source which has read one of these forms; asks which there are."""
        states = cursor.get("forms") or {}
        return bool(states) and any("skipped" not in states.get(head.id, {"skipped": ""}) for head in self._heads())

    def _heads(self) -> list[Head]:
        if self._settings.forms is not None:
            return [Head(form, form) for form in self._settings.forms]
        return list({head.id: head for head in self._service.forms()}.values())

    def _states(self, cursor: Cursor | None) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
        """Return how far each form is read, and a note where other options make us begin again."""
        found = (cursor or {}).get("forms")
        states = {form: dict(state) for form, state in found.items()} if isinstance(found, dict) else {}
        if not states or (cursor or {}).get("read_as") == self._settings.read_as:
            return states, ()
        kept = {form: _remembered(state) for form, state in states.items()}
        return kept, ("the options have changed, so all forms are read again from their start.",)

    def _define(self, form: str) -> Definition:
        if form not in self._defined:
            self._defined[form] = self._service.define(form)
        return self._defined[form]

    def _is_wanted(self, definition: Definition) -> bool:
        """Tell if a form of the account is a survey at all; one that the config names always is."""
        has_own = bool(definition.fitting(self._settings.mapped).questions)
        return self._settings.forms is not None or definition.asks_for_scores or has_own

    def _asks_for(self, definition: Definition) -> str:
        if not self._is_wanted(definition):
            return "; ".join(("no NPS or CSAT, left out", *definition.notes))
        kinds = [question.kind for question in definition.form(self._settings.mapped).questions]
        words = {"nps": "NPS", "csat": "CSAT", "text": "text"}
        return ", ".join(f"{kinds.count(kind)} {word}" for kind, word in words.items() if kind in kinds)

    def _form_pages(self, head: Head, reading: "_Reading") -> Iterator[RecordPage]:
        state = reading.states.get(head.id, {})
        if "skipped" in state or not state:
            if state.get("skipped") and state["skipped"] == head.changed:
                return
            if not self._is_wanted(self._define(head.id)):
                if "skipped" not in state:
                    reading.skip(head.title, self._define(head.id).notes)
                reading.put(head.id, {"skipped": head.changed or ""})
                return
            state = {}
        yield from self._again(head, state, reading)
        yield from self._new(head, reading.states.get(head.id, state), reading)
        yield from self._deleted(head, reading)

    def _again(self, head: Head, state: Mapping[str, Any], reading: "_Reading") -> Iterator[RecordPage]:
        """Yield what can be read now of the responses that lie aside; the others were told when they were set aside."""
        ids = [str(each) for each in state.get("aside", ())]
        if not ids:
            return
        try:
            rows = {self._service.response_id(row): row for row in self._service.single(head.id, ids)}
        except RequestRefused:  # single responses are not to be had: the form still is
            return
        known = unpack(state.get("ids"))
        turn = Responses(self._service, self._define(head.id), self.name, self._settings, self._zone)
        records, aside = turn.turn({each: rows[each] for each in ids if each in rows}, 0, known)
        bad = _responses_of(aside)
        done = [each for each in ids if each not in bad]
        if done:
            packed = pack(known)
            reading.put(head.id, {**state, "aside": sorted(bad), **({"ids": packed} if packed else {})})
            yield RecordPage(records, reading.cursor(), reread=tuple(f"{each}:" for each in done))

    def _new(self, head: Head, state: Mapping[str, Any], reading: "_Reading") -> Iterator[RecordPage]:
        """Yield what is new or changed in a form since ``state``."""
        known = unpack(state.get("ids"))
        kept = {key: state[key] for key in ("checked_at",) if key in state}
        bad = set(state.get("aside", ()))
        turn: Responses | None = None
        before: dict[str, Any] = {}
        for page in self._service.pages(head.id, state, self._settings.start):
            if page.rows and turn is None:
                turn = Responses(self._service, self._define(head.id), self.name, self._settings, self._zone)
            rows = {identity: row for row in page.rows if (identity := self._service.response_id(row))}
            nameless = len([row for row in page.rows if not self._service.response_id(row)])
            fresh = {identity: row for identity, row in rows.items() if before.get(identity) != row}
            before = rows
            records, aside = turn.turn(fresh, nameless, known) if turn else ([], [])
            bad = (bad - fresh.keys()) | (_responses_of(aside) & fresh.keys())
            if bad or "aside" in kept:
                kept["aside"] = sorted(bad)[:_ASKED_AGAIN]
            if page.is_last and "checked_at" not in kept:
                # What was just read is all there is of a form that is read for the first time.
                kept["checked_at"] = moment(self._api.now())
            packed = pack(known)
            reading.put(head.id, {**page.state, **kept, **({"ids": packed} if packed else {})})
            notes = turn.notes(page.is_last) if turn else ()
            if records or aside or notes or not page.is_last:
                yield RecordPage(records, reading.cursor(), aside, notes=notes)

    def _deleted(self, head: Head, reading: "_Reading") -> Iterator[RecordPage]:
        """Yield the answers of responses that were deleted, where it is time to look for them."""
        state = reading.states[head.id]
        known = unpack(state.get("ids"))
        now = self._api.now()
        days = self._settings.reconcile_days
        if not known or not days or now - parse_moment(state["checked_at"]) < timedelta(days=days):
            return
        present = set(self._service.ids(head.id))
        gone = sorted(known.keys() - present)
        title = self._define(head.id).title
        if is_too_much(len(gone), len(known)):
            left = counted(len(known) - len(gone), "response")
            raise SourceEmpty(
                self.name,
                f"{title} has only {left} left of {len(known):,}; what was read before is kept.",
                f"Look at the form. If it is meant to be so: c360 sync {self.name} --accept-shrink",
            )
        there = {response: answers for response, answers in known.items() if response in present}
        reading.put(head.id, {**state, "ids": pack(there), "checked_at": moment(now)})
        if gone:
            records = [tombstone(self.name, answer) for response in gone for answer in sorted(known[response])]
            note = f"{title}: {counted(len(gone), 'response')} deleted there, and no longer counted here."
            yield RecordPage(records, reading.cursor(), notes=(note,), reread=tuple(f"{each}:" for each in gone))

    def _closing_notes(self, reading: "_Reading") -> tuple[str, ...]:
        notes: tuple[str, ...] = ()
        if reading.skipped:
            what = f"{counted(len(reading.skipped), self._settings.known.ids.removesuffix('s'))} left out"
            notes = (f"{what}, with no NPS or CSAT question: {listed(reading.skipped, 3)}.", *reading.reasons)
        return (*notes, f"{self._api.left_today()}.") if self._api.is_low else notes

    def _refuse_unmatched(self, heads: list[Head]) -> None:
        """Raise ConfigError for a mapped question or role that no form has, once all of them are known."""
        mapped = self._settings.mapped
        if not heads or any(head.id not in self._defined for head in heads):
            return
        fitting = [definition.fitting(mapped) for definition in self._defined.values()]
        names = [heading.name for definition in self._defined.values() for heading in definition.headings]
        for asked in mapped.questions:
            if not any(asked in each.questions for each in fitting):
                way_out = did_you_mean(asked, names) or f"There are {listed(dict.fromkeys(names), 6)}."
                raise ConfigError(f'{mapped.where}.mapping.questions: no form asks "{asked}".', way_out)
        for role, asked in mapped.roles.items():
            if not any(role in each.roles for each in fitting):
                way_out = did_you_mean(asked, names) or f"There are {listed(dict.fromkeys(names), 6)}."
                raise ConfigError(f'{mapped.where}.mapping.{role}: no form has "{asked}".', way_out)


def _responses_of(aside: Iterable[Aside]) -> set[str]:
    """Return the ids of the responses that something was set aside of."""
    return {each.source_id.partition(":")[0] for each in aside}


def _remembered(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of the responses of a form, wherever it is read from."""
    return {key: state[key] for key in ("ids", "checked_at") if key in state}


class _Reading:
    """How far the forms are read, while they are."""

    def __init__(self, source: SurveyService, states: dict[str, dict[str, Any]]) -> None:
        self.states = states
        self.skipped: list[str] = []
        self.reasons: list[str] = []
        self.is_changed = False
        self._read_as = source._settings.read_as

    def skip(self, title: str, notes: tuple[str, ...]) -> None:
        """Leave a form out, and keep what is to be said of its questions."""
        self.skipped.append(title)
        self.reasons += [f"{title}: {note}." for note in notes]

    def put(self, form: str, state: dict[str, Any]) -> None:
        """Keep the state of a form."""
        self.is_changed = self.is_changed or self.states.get(form) != state
        self.states[form] = state

    def cursor(self) -> Cursor:
        """Return the cursor of all forms."""
        self.is_changed = False
        return {"forms": {form: dict(state) for form, state in self.states.items()}, "read_as": self._read_as}
