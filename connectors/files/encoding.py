"""In which encoding a file was written: asked for, told by its byte order mark, or found by reading it through."""

import codecs
from typing import BinaryIO, NamedTuple

CHUNK = 1 << 16

# The longer mark first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_NOT_TEXT = (
    (b"PK\x03\x04", "a zip file or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "a gzip file"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\x89PNG", "a picture"),
)

_CONTROLS = bytes(set(range(32)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B})

# Bytes that Windows-1252 leaves without a character.
_NOT_IN_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


class NotText(ValueError):
    """The file holds no text; the message says what it holds instead."""


class Encoding(NamedTuple):
    """A codec that reads the whole file, and sentences about what it could not do well."""

    name: str
    notes: tuple[str, ...] = ()


def find_encoding(file: BinaryIO, asked: str | None = None) -> Encoding:
    """Return how to decode ``file``, which is left at its beginning; raises NotText for a binary file.

    The file is read through once in small chunks: a broken byte in the last line must not stop an import halfway.
    """
    head = file.read(CHUNK)
    for magic, what in _NOT_TEXT:
        if head.startswith(magic):
            raise NotText(f"is {what}, not text; save it as CSV")
    name = asked or _marked(head) or _without_mark(head)
    broken, fine, nuls, outside = _examine(file, name or "utf-8")
    file.seek(0)
    notes = [f"NUL bytes were left out ({nuls:,})"] if nuls else []
    if name is None and broken > fine:
        # More broken places than good ones: this was never UTF-8.
        name = "latin-1" if outside else "cp1252"
        return Encoding(name, (f"not UTF-8, so it is read as {name}; the option encoding decides", *notes))
    if broken:
        places = "1 place is" if broken == 1 else f"{broken:,} places are"
        notes.insert(0, f"{places} not valid {name or 'utf-8'} and shown as \N{REPLACEMENT CHARACTER}")
    return Encoding(name or "utf-8", tuple(notes))


def _marked(head: bytes) -> str | None:
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _without_mark(head: bytes) -> str | None:
    """Return the UTF-16 that shows in where its zero bytes stand; None for what reads as bytes of text."""
    nuls = head.count(0)
    if nuls * 5 > len(head):
        odd = head[1::2].count(0)
        if odd * 10 >= nuls * 9:
            return "utf-16-le"
        if odd * 10 <= nuls:
            return "utf-16-be"
        raise NotText("is not text but binary data")
    if len(head) - len(head.translate(None, _CONTROLS)) > max(8, len(head) // 10):
        raise NotText("is not text but binary data")
    return None


def _examine(file: BinaryIO, name: str) -> tuple[int, int, int, bool]:
    """Return places that do not decode, characters beyond ASCII that do, NUL bytes, and if cp1252 cannot be."""
    decoder = codecs.getincrementaldecoder(name)("replace")
    by_bytes = not name.replace("_", "-").lower().startswith(("utf-16", "utf-32"))
    broken = fine = nuls = 0
    outside = False
    file.seek(0)
    chunk = b"-"
    while chunk:
        chunk = file.read(CHUNK)
        if by_bytes:
            nuls += chunk.count(0)
        if by_bytes and chunk and chunk.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(chunk, final=not chunk)
        # A replacement character somebody really wrote is no damage.
        damaged = max(0, text.count("\N{REPLACEMENT CHARACTER}") - chunk.count(b"\xef\xbf\xbd"))
        broken += damaged
        fine += len(text) - len(text.encode("ascii", "ignore")) - damaged
        outside = outside or len(chunk.translate(None, _NOT_IN_CP1252)) < len(chunk)
    return broken, fine, nuls, outside
