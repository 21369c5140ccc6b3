"""One run over the wanted sources: what is fetched is merged, linked and counted, and whatever happens is told."""

import json
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from c360cli.actions import losses, merged, reconciling, renamed, sponsor_ctas
from c360cli.actions.config_places import placed
from c360cli.actions.fetching import Arrival, Ends, Fetched, Fetching, GivenUp, Reading
from c360cli.actions.pause import Pause
from c360cli.actions.stopping import Stopped
from c360cli.actions.sync_state import SourceState, StreamState
from c360cli.actions.watching import Log, Progress
from c360cli.config import Config
from c360cli.connector import Connector, Stream
from c360cli.errors import C360Error, ConfigError, PluginError, SourceError, UsageError
from c360cli.records import Cursor
from c360cli.scores.rescoring import Rescored, catch_up
from c360cli.store import Store, sponsors
from c360cli.store.aside import aside_ids
from c360cli.store.links import link_reasons
from c360cli.store.links import unmatched as find_unmatched
from c360cli.store.merge import Counts, Merge, SourceFacts
from c360cli.store.near import candidates

Report = dict[str, Any]

# Whether customers are brought: they come first, of all sources, so that what follows finds its customer at once.
PHASES = (True, False)

# What lies aside of a stream and is asked for again, where the connector can: a few requests, not a second load.
ASKED_AGAIN = 200


class Engine:
    """One run over the wanted sources."""

    full = accept_shrink = keep_going = reconcile = False
    # Whether files of the home, scorecards or words of CTAs, keep a part of the work from being done.
    has_mistakes = False
    scores: Rescored | None = None

    def __init__(
        self, config: Config, store: Store, progress: Progress, log: Log, sleep: Callable[[float], None] | None
    ) -> None:
        self.config = config
        self.store = store
        self.progress = progress
        self.log = log
        self.sleep = sleep
        self.merge: Merge = store.merge(config.currency)
        self.merge.watches_sponsors = config.sponsor_cta
        self.started_at = store.now()
        self.run_id = uuid.uuid4().hex[:12]
        self.ends = Ends()
        self.sources: list[SourceState] = []
        self.to_read: dict[tuple[str, str], StreamState] = {}
        self.bugs: list[BaseException] = []
        self.notes: list[str] = []

    def run(self, wanted: Sequence[str], *, dry_run: bool) -> Report:
        """Sync, settle, and keep the report."""
        self.started_at = self.store.now()
        self.log.write("start", sources=list(wanted), full=self.full, dry_run=dry_run)
        self._keep_run(None)
        try:
            self._bring_in(wanted)
            report = self._report(dry_run, is_interrupted=False)
            self._keep_run(report)
        except KeyboardInterrupt as error:
            raise Stopped(getattr(error, "exit_code", 130), self._cut_short(dry_run)) from error
        self._log_end(report)
        if self.bugs and not dry_run:
            raise self.bugs[0]
        return report

    def _bring_in(self, wanted: Sequence[str]) -> None:
        for name in wanted:
            self.progress.asking(name, "")
        sources = self.sources = self._open(wanted)
        for source in sources:
            if source.connector is None:
                self.progress.asking(source.name, None)
        by_name = {source.name: source for source in sources}
        readings = self._readings(sources)
        with closing(Fetching(readings, self.merge.prepare, self.ends, self.progress.asking)) as fetching:
            for phase, is_customers in enumerate(PHASES):
                self._begin(sources, is_customers)
                for arrival in fetching.phase(phase):
                    self._take(by_name[arrival.source], arrival)
                self._reconcile(sources, is_customers)
                for name, sentence in merged.said(self.merge.settle(accounts_only=is_customers)):
                    by_name.get(name, sources[0]).note(sentence)
        for source in sources:
            if not source.errors and source.connector:
                self.merge.source_done(source.name)
        self._answer_for_sponsors()
        self.scores = self._score()

    def _answer_for_sponsors(self) -> None:
        """Make a CTA of what has changed about sponsors; words of CTAs that are wrong are told, and fail no source."""
        if not self.config.sponsor_cta:
            sponsors.forget(self.store)  # who turns it on later wants no old news
            return
        try:
            answered = sponsor_ctas.answer(self.store, self.config.home)
        except (ConfigError, UsageError) as error:
            self._note_mistakes("No CTA was made for changes of sponsors, they wait:", error)
            return
        self.log.write("sponsors", answered=answered)

    def _score(self) -> Rescored | None:
        """Score the customers that something has changed of; a scorecard that is wrong is told, and fails no source."""
        try:
            scored = catch_up(self.store, self.config.home)
        except ConfigError as error:
            self._note_mistakes("The scores stay as they were:", error)
            return None
        self.log.write("scores", **scored._asdict())
        return scored

    def _note_mistakes(self, what_follows: str, error: C360Error) -> None:
        """Note mistakes in files of the home, each on a line of its own."""
        self.has_mistakes = True
        words = str(error)
        self.notes.append(f"{what_follows}{chr(10) if chr(10) in words else ' '}{words}")

    def _report(self, dry_run: bool, *, is_interrupted: bool) -> Report:
        # Who was interrupted has no time to look through the store.
        unmatched = None if is_interrupted else find_unmatched(self.store.database)
        return {
            "started_at": self.started_at,
            "finished_at": self.store.now(),
            "ok": not any(source.errors for source in self.sources) and not self.bugs and not is_interrupted,
            "dry_run": dry_run,
            "interrupted": is_interrupted,
            "notes": self.notes,
            "has_mistakes": self.has_mistakes,
            "unmatched": None if unmatched is None else len(unmatched),
            "ambiguous": None if unmatched is None else len(candidates(self.store.database, unmatched)),
            "links": None if is_interrupted else link_reasons(self.store.database),
            "aside": None if is_interrupted else int(self.store.one("select count(*) from set_aside")),
            "scores": self.scores and self.scores._asdict(),
            "sources": [source.report() for source in self.sources],
        }

    def _cut_short(self, dry_run: bool) -> Report:
        """Return what was done until a signal came, kept where the store still takes it."""
        for source in self.sources:
            is_through = source.streams and all(stream.is_done for stream in source.streams.values())
            source.is_cut_short = not source.errors and not is_through
        report = self._report(dry_run, is_interrupted=True)
        try:
            if not dry_run:
                self.store.database.undo_open()
                self._keep_run(report)
        except C360Error as error:
            report["notes"] = [*report["notes"], str(error)]
        self._log_end(report)
        return report

    def _log_end(self, report: Report) -> None:
        told = {source["name"]: source["status"] for source in report["sources"]}
        facts = {name: report[name] for name in ("ok", "interrupted", "unmatched", "ambiguous", "aside")}
        counts = {
            name: sum(stream[name] for source in report["sources"] for stream in source["streams"])
            for name in ("fetched", "created", "updated", "deleted", "rejected")
        }
        self.log.write("end", **facts, **counts, sources=told)

    def _open(self, wanted: Sequence[str]) -> list[SourceState]:
        """Make the connectors; one that cannot be made fails alone. The first with customers is the master."""
        opened: dict[str, SourceState] = {}
        for name, options in self.config.sources.items():
            source = opened[name] = SourceState(name, str(options["connector"]))
            try:
                source.connector = self._connect(name)
                _check_shape(source.connector)
                renamed.refuse_twin(self.store, name, source.connector, self.config.sources)
            except C360Error as error:
                self._fail(source, error)
                source.connector = None
        self.notes += renamed.left_behind(
            self.store, self.config.sources, [name for name, source in opened.items() if source.connector]
        )
        master = self._master(list(opened.values()))
        self.merge.begin(
            [
                SourceFacts(
                    source.name,
                    source.connector_name,
                    position,
                    source.name == master,
                    source.connector.links,
                    _has_customers(source.connector),
                )
                for position, source in enumerate(opened.values())
                if source.connector
            ],
            opened,
        )
        return [opened[name] for name in wanted]

    def _master(self, sources: Sequence[SourceState]) -> str | None:
        """Return the first source in the config that has customers.

        None where an earlier one cannot be opened and was never seen: whose accounts make customers is decided once,
        and must not depend on whose login works today.
        """
        known = {row["name"]: row["has_customers"] for row in self.store.rows("select name, has_customers from source")}
        leading = self.store.one("select name from source where is_master = 1 and is_configured = 1")
        for source in sources:
            if source.connector is None and source.name not in known and leading in self.config.sources:
                return str(leading)  # a newcomer that cannot be opened takes the lead from nobody
            if source.connector is None and source.name not in known:
                self.notes.append(
                    f"{source.name} comes first in the config and cannot be opened, so nobody makes customers yet."
                )
                return None
            if _has_customers(source.connector) if source.connector else known[source.name]:
                return source.name
        return None

    def _connect(self, name: str) -> Connector:
        from c360cli.plugins import connect

        def pause(seconds: float, why: str) -> None:
            self.progress.waiting(name, seconds, why)
            self.log.write("wait", source=name, seconds=round(seconds, 3))
            if self.sleep is not None:
                self.sleep(seconds)
            elif self.ends.all.wait(seconds):
                raise GivenUp

        return connect(self.config, name, clock=self.store.clock, sleep=Pause(name, pause))

    def _readings(self, sources: Sequence[SourceState]) -> list[Reading]:
        """Return what each source is to be asked, phase by phase."""
        readings = []
        for source in sources:
            if source.connector is None:
                continue
            phases, again, waits = [], {}, False
            for is_customers in PHASES:
                cursors = {}
                for stream in _streams(source.connector, is_customers):
                    before = self.merge.cursor(source.name, stream.name)
                    cursors[stream.name] = self._beginning(source, stream.name, before) if self.full else before
                    is_whole = stream.is_whole or self.full or before is None
                    self.to_read[source.name, stream.name] = StreamState(stream, before, is_whole)
                    again[stream.name] = [] if is_whole else self._asked_again(source, stream.name)
                    waits = waits or reconciling.is_near(self.store, source, stream, is_asked=self.reconcile)
                phases.append(cursors)
            readings.append(Reading(source.name, source.connector, phases, again, waits))
        return readings

    def _beginning(self, source: SourceState, stream: str, before: Cursor | None) -> Cursor | None:
        """Return where a stream begins; what is taken as it is has nothing to remember."""
        anew = getattr(source.connector, "anew", None)
        return None if before is None or self.accept_shrink or anew is None else anew(stream, before)

    def _begin(self, sources: Sequence[SourceState], is_customers: bool) -> None:
        """Begin to merge the customer streams of all sources, or all the others, of sources that are well so far."""
        for source in sources:
            if source.is_stopped:
                self.ends.give_up(source.name)
            elif source.connector is not None:
                for stream in _streams(source.connector, is_customers):
                    source.streams[stream.name] = self.to_read[source.name, stream.name]
                losses.count_before(self.store, source)

    def _reconcile(self, sources: Sequence[SourceState], is_customers: bool) -> None:
        """Compare all ids of the streams whose turn it is."""
        for source in sources:
            for stream in source.streams.values():
                is_its_turn = ("customer" in stream.kinds) is is_customers and not source.is_stopped
                if not is_its_turn or not reconciling.is_due(self.store, source, stream, is_asked=self.reconcile):
                    continue
                try:
                    reconciling.reconcile(self.merge, source, stream, is_accepted=self.accept_shrink)
                except SourceError as error:
                    self._fail(source, error, stream.name)
                self.log.write("reconcile", source=source.name, stream=stream.name, **stream.counts._asdict())

    def _asked_again(self, source: SourceState, stream: str) -> list[str]:
        """Return the ids of what lies aside, where the connector can ask for single records."""
        if not callable(getattr(source.connector, "fetch_again", None)):
            return []
        return aside_ids(self.store, source.name, stream, ASKED_AGAIN)

    def _take(self, source: SourceState, arrival: Arrival) -> None:
        """Merge a page, or close a stream."""
        stream = source.streams.get(arrival.stream)
        if stream is None:
            return  # it was on its way when its source was stopped
        stream.seconds = arrival.seconds
        if arrival.page is not None:
            if stream.is_stopped:
                return
            page = arrival.page
            if not page.is_again and not self.keep_going:
                bad = losses.too_many_bad(source, stream, len(page.prepared.aside), page.prepared.fetched)
                if bad:
                    self.merge.set_aside(source.name, stream.name, page.prepared.aside)
                    stream.counts = stream.counts.plus(Counts(rejected=len(page.prepared.aside)))
                    stream.is_stopped = True
                    self.ends.give_up(source.name, stream.name)
                    self._fail(source, bad, stream.name)
                    return
            self._merge(source, stream, page)
        elif stream.is_stopped:
            return
        elif arrival.error is None:
            self._close(source, stream)
        elif isinstance(arrival.error, C360Error):
            self._fail(source, arrival.error, stream.name)
        else:
            self._broke(source, arrival.error)

    def _merge(self, source: SourceState, stream: StreamState, page: Fetched) -> None:
        counts = self.merge.keep(source.name, stream.name, page.prepared, keeps_cursor=not page.is_again)
        if page.is_again:  # what is still bad was told when it was set aside
            counts = counts._replace(fetched=counts.fetched - counts.rejected, rejected=0)
        stream.counts = stream.counts.plus(counts)
        stream.living += sum(len(staged.rows) for staged in page.prepared.staged)
        stream.expected = page.expected or stream.expected
        source.note(*page.notes)
        self.progress.page(source.name, stream.name, stream.counts.fetched, stream.expected, stream.seconds)
        told = {"fetched": stream.counts.fetched, "seconds": round(stream.seconds, 3)}
        self.log.write("page", source=source.name, stream=stream.name, rows=page.prepared.fetched, **told)

    def _close(self, source: SourceState, stream: StreamState) -> None:
        """Write down that a stream was read to its end, unless it has lost too much to be believed."""
        stream.is_done = True
        error = losses.shrunk(source, stream, is_accepted=self.accept_shrink)
        if error is None:
            self.merge.stream_done(source.name, stream.name, self.started_at if self.full else None)
            return
        stream.is_done = False
        self.merge.put_back(source.name, stream.name, stream.before)
        self._fail(source, error, stream.name)

    def _fail(self, source: SourceState, error: C360Error, stream: str | None = None) -> None:
        error = placed(error, source.name, self.config.home)
        source.fail(error, stream)
        told = {"code": error.code, "message": str(error)}
        self.log.write("error", source=source.name, stream=stream, **told)

    def _broke(self, source: SourceState, error: BaseException) -> None:
        """A connector raised what it should not: a plugin hurts only itself, ours is a bug that is told at the end."""
        what = f"{source.name}: the connector broke ({type(error).__name__}: {error})."
        self._fail(source, PluginError(what, "Update it, or remove the source from config.yaml."))
        if type(source.connector).__module__.startswith("c360_connectors."):
            self.bugs.append(error)

    def _keep_run(self, report: Report | None) -> None:
        facts = {
            "id": self.run_id,
            "started_at": self.started_at,
            "finished_at": report["finished_at"] if report else None,
            "report": json.dumps(report) if report else None,
        }
        self.store.database.whole(
            lambda: self.store.database.execute(
                "insert into sync_run (id, number, started_at, finished_at, report)"
                " values (:id, (select coalesce(max(number), 0) + 1 from sync_run), :started_at, :finished_at, :report)"
                " on conflict (id) do update set finished_at = excluded.finished_at, report = excluded.report",
                facts,
            )
        )


def _check_shape(connector: Connector) -> None:
    """Raise PluginError for a connector without the parts of one, before any of them is needed."""
    try:
        streams = [(str(stream.name), tuple(stream.kinds)) for stream in connector.streams]
        dict(connector.links)
    except (AttributeError, TypeError, ValueError) as error:
        raise PluginError(f"the connector has no streams or links as it should ({error}).") from error
    if len({name for name, _ in streams}) < len(streams):
        raise PluginError("the connector has two streams of one name.")


def _streams(connector: Connector, is_customers: bool) -> list[Stream]:
    """Return the streams of one phase: those that bring customers, or the others."""
    return [stream for stream in connector.streams if ("customer" in stream.kinds) is is_customers]


def _has_customers(connector: Connector) -> bool:
    return any("customer" in stream.kinds for stream in connector.streams)
