"""Text on a terminal: how wide it is, cut, padded and wrapped to cells, and made harmless.

A cell is one column of a terminal; 株 takes two, an accent that combines takes none. Python's own Unicode tables
answer, opened only for text beyond the usual narrow scripts, because every `c360 show` pays for what this file opens.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

ELLIPSIS = "…"

# What most pages are written with, each one cell wide and nothing hidden in it: such text asks no pattern and no table.
_USUAL = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x180)))) | frozenset(
    "…–—“”‘’€→←↑↓↗↘▲▼●○■□▁▂▃▄▅▆▇█▏▎▍▌▋▊▉─│├└"
)


@cache
def _plain() -> re.Pattern[str]:
    """Return what fits characters that stand alone and never change their width.

    Latin, Greek, Cyrillic, common punctuation, currency signs, boxes and blocks take one cell; kana, ideographs, Hangul
    syllables and full-width forms, from U+3000 on, take two.
    """
    return re.compile(
        "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2500-\u259f"
        "\u25a0-\u25fc\u3000-\u3029\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*"
    )


@cache
def _hidden() -> re.Pattern[str]:
    """Return what a person cannot see but a terminal, a shell or a comparison can.

    Controls, bidi controls, zero-width characters, blank letters, lone surrogates, and tag characters (which can carry
    a whole hidden sentence).
    """
    return re.compile(
        "[\U000e0000-\U000e007f]+"
        "|[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
        "\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001345f"
        "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e0fff]"
    )


_JOINER, _NON_JOINER, _EMOJI_STYLE, _TEXT_STYLE = "\u200d", "\u200c", "\ufe0f", "\ufe0e"


def visible(text: str, newlines: bool = False) -> str:
    """Return ``text`` with everything hidden in it shown, so that printing it does nothing but print.

    Controls become their pictures (ESC is ␛, a tab a space), other hidden characters their code (<U+202E>), tag
    characters what they spell. Joiners and style selectors stay where a script or an emoji needs them. With
    ``newlines`` each kind of line end stays as one newline, otherwise it is shown as ␤.
    """
    if (text.isascii() and text.isprintable()) or _USUAL.issuperset(text):
        return text
    if newlines:
        return "\n".join([visible(line) for line in text.splitlines()])
    return _hidden().sub(_show, text)


def is_broken(text: str) -> bool:
    """Tell words that were no UTF-8 on the command line, or hold a NUL: no database takes them."""
    return any("\ud800" <= char <= "\udfff" or char == "\0" for char in text)


def one_line(text: str) -> str:
    """Return ``text`` visible and on one line, each run of white space as one space."""
    return visible(" ".join(text.split()))


def width(text: str) -> int:
    """Return how many cells a visible text takes."""
    if text.isascii() or _USUAL.issuperset(text):
        return len(text)
    if _plain().fullmatch(text):
        return len(text) + sum(char >= "\u3000" for char in text)
    return sum(map(_cells, graphemes(text)))


def cut(text: str, cells: int) -> str:
    """Return ``text`` in at most ``cells`` cells, the last of them … when something is missing."""
    if width(text) <= cells:
        return text
    used, kept = 0, []
    for grapheme in graphemes(text):
        used += _cells(grapheme)
        if used >= cells:
            break
        kept.append(grapheme)
    return "".join(kept).rstrip() + ELLIPSIS if cells > 0 else ""


def pad(text: str, cells: int, right: bool = False) -> str:
    """Return ``text`` filled with spaces to ``cells`` cells, set to the ``right`` or the left; never shortened."""
    spaces = " " * (cells - width(text))
    return spaces + text if right else text + spaces


def wrap(text: str, cells: int) -> list[str]:
    """Return the lines of ``text`` broken at spaces to at most ``cells`` cells; a longer word is broken inside.

    Newlines in ``text`` stay line ends, and there is always at least one line. A command to copy stays on one line.
    """
    lines = []
    for paragraph in text.split("\n"):
        if width(paragraph) <= cells:
            lines.append(paragraph)
            continue
        line, used = "", 0
        for word in _words(paragraph, cells):
            size = width(word)
            if line and used + 1 + size <= cells:
                line, used = f"{line} {word}", used + 1 + size
                continue
            if line:
                lines.append(line)
            *full, line = _break(word, cells)
            lines += full
            used = width(line)
        lines.append(line)
    return lines


def _words(paragraph: str, cells: int) -> list[str]:
    """Return the words of a paragraph; a command, from "c360" to the end of its sentence, is one as far as it fits."""
    words: list[str] = []
    is_open = False
    for word in paragraph.split():
        begins = word in ("(c360", '"c360') or (word == "c360" and (not words or _leads_to_command(words[-1])))
        if is_open and width(words[-1]) + 1 + width(word) <= cells:
            words[-1] += f" {word}"
        else:
            words.append(word)
            is_open = False
        is_open = (is_open or begins) and word[-1] not in ".,;:)"
    return words


def _leads_to_command(word: str) -> bool:
    """Tell what a command follows; where it does not, c360 itself is spoken of."""
    return word[-1] in ":;,." or word.lower() in ("by", "is", "or", "run", "see", "with")


def folded(line: str, cells: int | None) -> str:
    """Return a line of talk broken at spaces to at most ``cells`` cells, further lines a little below its first word.

    None is for no terminal. A line with a command in it stays whole: what a terminal breaks by itself, it copies whole.
    """
    has_command = line.lstrip().startswith("Hint:") or "(c360 " in line
    if cells is None or width(line) <= cells or has_command:
        return line
    indent = " " * (len(line) - len(line.lstrip()))
    first, *more = wrap(line.strip(), max(cells - len(indent) - 2, 8))
    return "\n".join((f"{indent}{first}", *(f"{indent}  {each}" for each in more)))


def columns(rows: Iterable[Sequence[str]], indent: str = "", right: Sequence[int] = ()) -> list[str]:
    """Return ``rows`` as lines of aligned columns, two spaces apart; hostile text in them is made visible.

    ``right`` names the columns (from 0) that are set to the right.
    """
    cells = [[one_line(cell) for cell in row] for row in rows]
    sizes = [max(width(row[at]) for row in cells if at < len(row)) for at in range(max(map(len, cells), default=0))]
    return [
        (indent + "  ".join(pad(cell, sizes[at], at in right) for at, cell in enumerate(row))).rstrip() for row in cells
    ]


def bar(share: float, cells: int) -> str:
    """Return a bar of ``cells`` cells filled to ``share`` (0 to 1), to an eighth of a cell."""
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    full, rest = divmod(eighths, 8)
    return pad("█" * full + " ▏▎▍▌▋▊▉"[rest].strip(), cells)


def graphemes(text: str) -> Iterator[str]:
    """Yield what a person sees as one character each, close to the rules of Unicode's annex 29."""
    if text.isascii() or _USUAL.issuperset(text) or _plain().fullmatch(text):
        yield from text
        return
    start = 0
    for at in range(1, len(text)):
        if not _joins(text, start, at):
            yield text[start:at]
            start = at
    if text:
        yield text[start:]


def _joins(text: str, start: int, at: int) -> bool:
    """Tell whether the character at ``at`` belongs to the grapheme that begins at ``start``."""
    char = text[at]
    if char < "\u0300":
        return False
    from unicodedata import category, combining

    if char in (_JOINER, _NON_JOINER) or category(char) in ("Mn", "Me", "Mc") or _is_vowel_or_tail(char):
        return True
    before = text[at - 1]
    if _is_skin_tone(char) or before == _JOINER:
        if _is_emoji(text[start]) and (_is_skin_tone(char) or _is_emoji(char)):
            return True
        before = text[at - 2] if before == _JOINER and at - 2 >= start else before
    if _is_region(char):
        return at - start == 1 and _is_region(before)
    # Class 9 are the viramas, which tie two consonants of an Indic script into one.
    return at > start and combining(before) == 9 and category(char) == "Lo"


def _cells(grapheme: str) -> int:
    """Return how many cells one grapheme takes: 0, 1 or 2."""
    base = _char_cells(grapheme[0])
    if len(grapheme) == 1 or not base:
        return base
    if _EMOJI_STYLE in grapheme and (_is_emoji(grapheme[0]) or grapheme[0] in "#*0123456789"):
        return 2
    if _TEXT_STYLE in grapheme and _is_emoji(grapheme[0]):
        return 1
    from unicodedata import category

    has_more = any(category(char) in ("Mc", "Lo") and not _is_vowel_or_tail(char) for char in grapheme[1:])
    return 2 if has_more else base


def _char_cells(char: str) -> int:
    """Return how many cells one character takes by itself."""
    if char < "\u0300":
        return 1
    from unicodedata import category, east_asian_width

    kind = category(char)
    if kind in ("Mn", "Me", "Mc") or char in (_JOINER, _NON_JOINER) or _is_vowel_or_tail(char):
        return 0
    if east_asian_width(char) in "WF" or _is_region(char):
        return 2
    # An emoji younger than this Python's tables is wide on the terminal that knows it.
    return 2 if kind == "Cn" and "\U0001f300" <= char <= "\U0001faff" else 1


def _is_region(char: str) -> bool:
    """Tell one half of a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_skin_tone(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"


def _is_vowel_or_tail(char: str) -> bool:
    """Tell the parts of a Hangul syllable that stack onto its first consonant."""
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb"


def _is_ideograph(char: str) -> bool:
    """Tell a character of Chinese or Japanese writing."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"


def _is_emoji(char: str) -> bool:
    """Tell a character that can be a picture; Unicode's own list has holes that no one fills with a style selector."""
    return (
        "\U0001f000" <= char <= "\U0001faff"
        or "\u2600" <= char <= "\u27bf"
        or "\u2190" <= char <= "\u21ff"
        or "\u2300" <= char <= "\u23ff"
        or "\u25a0" <= char <= "\u25ff"
        or "\u2900" <= char <= "\u297f"
        or "\u2b00" <= char <= "\u2bff"
        or char in "©®‼⁉™ℹⓂ〰〽㊗㊙"
    )


def _show(hidden: re.Match[str]) -> str:
    """Return what stands for a hidden character, or the character itself where its neighbours need it."""
    char, text, at = hidden[0], hidden.string, hidden.start()
    if char < " ":
        return {"\t": " ", "\n": "␤"}.get(char) or chr(0x2400 + ord(char))
    if char == "\x7f":
        return "␡"
    before, after = text[at - 1 : at], text[hidden.end() : hidden.end() + 1]
    if char in (_JOINER, _NON_JOINER) and _shapes(before) and _shapes(after):
        return char
    if char == _JOINER and before and after and _is_emoji(after) and (_is_emoji(before) or before == _EMOJI_STYLE):
        return char
    if char in (_EMOJI_STYLE, _TEXT_STYLE) and before and (_is_emoji(before) or before in "#*0123456789"):
        return char
    if "\U000e0100" <= char <= "\U000e01ef" and _is_ideograph(before):
        return char  # Japanese names choose the shape of a character this way
    if "\U000e0000" <= char[0] <= "\U000e007f":
        spelled = "".join(chr(ord(tag) - 0xE0000) for tag in char)
        return f"<tags:{''.join(letter for letter in spelled if letter.isprintable())}>"
    return f"<U+{ord(char):04X}>"


def _shapes(char: str) -> bool:
    """Tell a character of the scripts, Arabic to Khmer and Mongolian, that join or part letters by joiners."""
    return "\u0600" <= char <= "\u109f" or "\u1780" <= char <= "\u18af"


def _break(word: str, cells: int) -> list[str]:
    """Return ``word`` in pieces of at most ``cells`` cells (one grapheme at least), the last one never empty."""
    if width(word) <= cells:
        return [word]
    pieces, piece, used = [], "", 0
    for grapheme in graphemes(word):
        size = _cells(grapheme)
        if piece and used + size > cells:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + grapheme, used + size
    return [*pieces, piece]
