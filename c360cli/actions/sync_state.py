"""What a sync has brought so far, source by source and stream by stream, and how that is reported."""

from typing import Any

from c360cli.connector import Connector, Stream
from c360cli.errors import C360Error, RequestRefused, SourceEmpty, SourceError, TooManyBad
from c360cli.records import Cursor
from c360cli.secret import redact
from c360cli.store.merge import Counts

CUT_SHORT = "it was interrupted before its end."


class StreamState:
    """What one stream has brought so far.

    ``before`` is where the store had read it up to when the sync began. ``had`` are the records the store had of it
    then, where it is read whole and can be compared; None otherwise.
    """

    def __init__(self, stream: Stream, before: Cursor | None, is_read_whole: bool) -> None:
        self.name = stream.name
        self.kinds = stream.kinds
        self.most_bad = stream.most_bad
        self.before = before
        self.is_read_whole = is_read_whole
        self.had: int | None = None
        self.accepted: dict[str, int] | None = None
        self.counts = Counts()
        self.expected: int | None = None
        self.seconds = 0.0
        self.living = 0  # records that came and are no tombstones
        self.is_done = False
        self.is_stopped = False

    def report(self) -> dict[str, Any]:
        """Return the stream's part of the report."""
        more = {"accepted_shrink": self.accepted} if self.accepted else {}
        return {"name": self.name, **self.counts._asdict(), "seconds": round(self.seconds, 3), **more}


class SourceState:
    """One configured source during a sync."""

    def __init__(self, name: str, connector_name: str) -> None:
        self.name = name
        self.connector_name = connector_name
        self.connector: Connector | None = None
        self.streams: dict[str, StreamState] = {}
        self.notes: list[str] = []
        self.errors: list[C360Error] = []
        # The stream each error ended, where it ended no more than that.
        self._ended: list[str] = []
        self.is_stopped = False
        self.is_cut_short = False

    @property
    def status(self) -> str:
        """ "ok", "partial" when something came and something failed, else "failed"."""
        if not self.errors and not self.is_cut_short:
            return "ok"
        return "partial" if any(stream.is_done for stream in self.streams.values()) else "failed"

    def fail(self, error: C360Error, stream: str | None = None) -> None:
        """Note an error, and stop this source unless only the one stream is concerned."""
        self.errors.append(error)
        self._ended.append(stream or "" if type(error) is RequestRefused and len(self.streams) > 1 else "")
        if not isinstance(error, RequestRefused | TooManyBad) or isinstance(error, SourceEmpty):
            self.is_stopped = True

    def note(self, *notes: str) -> None:
        """Keep sentences for the person who runs the sync, each once."""
        self.notes += [note for note in dict.fromkeys(notes) if note not in self.notes]

    def report(self) -> dict[str, Any]:
        """Return the source's part of the report."""
        words = [self._in_words(error, stream) for error, stream in zip(self.errors, self._ended, strict=True)]
        words += [f"{self.name}: {CUT_SHORT}"] if self.is_cut_short else []
        return {
            "name": self.name,
            "connector": self.connector_name,
            "status": self.status,
            "error": self._together(words) or None,
            "hint": next((error.hint for error in self.errors if error.hint), None),
            "exit_code": self.errors[0].exit_code if self.errors else 0,
            "notes": self.notes,
            "streams": [stream.report() for stream in self.streams.values()],
        }

    def _in_words(self, error: C360Error, stream: str) -> str:
        """Return an error with the name of the stream it ended, unless it says that itself."""
        # A source, or what stands in its place, may repeat the login it was asked with in what it complains of.
        words = redact(str(error)) if isinstance(error, SourceError) else str(error)
        if not stream or stream in words:
            return words
        return f"{self.name}: {stream}: {words.removeprefix(f'{self.name}: ')}"

    def _together(self, errors: list[str]) -> str:
        """Return several errors as one text that names the source once."""
        first, *more = dict.fromkeys(errors) if errors else [""]
        return " ".join((first, *(error.removeprefix(f"{self.name}: ") for error in more)))
