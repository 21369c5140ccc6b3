"""HTML as text: what a reader of the page would see, a line for each block.

The parser of the standard library takes minutes for a page of unclosed comments, so this is a scan of our own: each
letter is looked at a few times, whatever stands there.
"""

import html
import re

MOST_LETTERS = 400_000

# What stands between these tags is not for readers.
HIDDEN = frozenset(("script", "style", "title", "template"))
BLOCKS = frozenset(
    ("p", "div", "br", "hr", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre")
)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,15})|<[!?/]")
# Longer than any character's number, and a number of a million digits takes its time.
_NO_CHARACTER = re.compile(r"&#(\d{8,}|[xX][0-9a-fA-F]{8,});?", re.ASCII)


def without_tags(page: str) -> str:
    """Return what a reader sees of the first ``MOST_LETTERS`` of an HTML page."""
    text = html.unescape(_NO_CHARACTER.sub("\ufffd", "".join(_pieces(page[:MOST_LETTERS]))))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(page: str) -> list[str]:
    pieces: list[str] = []
    lower = page.lower()
    at, last_end, last_comment_end = 0, page.rfind(">"), page.rfind("-->")
    while (start := page.find("<", at)) != -1:
        pieces.append(_flat(page[at:start]))
        tag = _TAG.match(page, start)
        if page.startswith("<!--", start) and start < last_comment_end:
            at = page.find("-->", start) + 3
        elif tag is None or start > last_end:  # no tag: a sign that somebody wrote
            pieces.append("<")
            at = start + 1
        else:
            at = page.find(">", start) + 1
            name = (tag[1] or "").lower()
            if name in BLOCKS:
                pieces.append("\n")
            elif name in HIDDEN and page[start + 1] != "/":
                end = lower.find(f"</{name}", at)
                at = len(page) if end == -1 else end
    pieces.append(_flat(page[at:]))
    return pieces


def _flat(text: str) -> str:
    """Return text as HTML reads it: a line of the source is no line of the page."""
    return re.sub(r"\s+", " ", text)
