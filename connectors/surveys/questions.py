"""What a question asks for (NPS, CSAT, words), read from its text, and the score in an answer."""

import re

from ..files.cells import says_nothing

SCALES = {"nps": "0-10", "csat": "1-5"}
# What a column may be mapped as: a score, words to a score, or a question of its own that asks for words.
MAPPED_AS = ("nps", "csat", "comment", "text")

_RECOMMEND = re.compile(
    r"how likely\b.*\brecommend|wahrscheinlich\b.*empfehl|prob(ab|áv)\w*\b.*\brecom+[ae]nd"
    r"|^nps([ _-]?(score|rating))?$|\bnet promoter( score)?\b",
    re.IGNORECASE | re.DOTALL,
)
_SATISFIED = re.compile(
    r"\bsatisf(ied|action)\b|^csat\b|\bcsat[ _]?(score|rating)?$|zufrieden|\bsatisf(ai|ech|acc)", re.IGNORECASE
)
# A question that opens like this wants words, whatever else it speaks of.
_ASKS_FOR_WORDS = re.compile(
    r"\s*(why\b|what\b|which\b.*improve|how (can|could|might|should) we|please (tell|explain|describe|share)|tell us"
    r"|any(thing| other| additional)|(additional |other |further |general |nps |csat )?(comments?|feedback|remarks?)\b"
    r"|(the |main |primary )*reason|do you have any|is there anything|warum|weshalb|was (können|sollen)"
    r"|kommentar|pourquoi|comentario)",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\bcomments?\b|\bfeedback\b|\bsuggest|\bimprove|\bexplain|\bin your own words|free[ -]?text|_text$|[ _]comment$"
    r"|\breason for your\b|begründ|verbesser|anmerkung",
    re.IGNORECASE,
)
_ABOUT_THE_SCORE = re.compile(
    r"(reason|why|explain|because).*\b(score|rating|answer|give|gave|that)\b|^(comments?|feedback|why\??)$",
    re.IGNORECASE,
)

# https://en.wikipedia.org/wiki/Likert_scale in the words survey tools offer for satisfaction.
_SATISFACTION = {
    5: ("very satisfied", "extremely satisfied", "completely satisfied"),
    4: ("satisfied", "somewhat satisfied", "moderately satisfied"),
    3: ("neutral", "neither satisfied nor dissatisfied", "neither", "ok", "okay"),
    2: ("dissatisfied", "somewhat dissatisfied", "unsatisfied", "moderately dissatisfied"),
    1: ("very dissatisfied", "extremely dissatisfied", "very unsatisfied", "completely dissatisfied"),
}
_WORD_SCORES = {
    "csat": {word: score for score, words in _SATISFACTION.items() for word in words},
    "nps": {"extremely likely": 10, "not at all likely": 0},
}
_ENDS = {"nps": (0, 10), "csat": (1, 5)}
_SCORE = re.compile(r"(\d{1,3})(?:[.,]0+)?(?:\s*(?:/|out of|von)\s*(\d{1,3})|\s*(?:stars?|★)|\s*[-–—:=(].*)?$",
                    re.IGNORECASE | re.ASCII | re.DOTALL)  # fmt: skip
_SCORE_LAST = re.compile(r"[^\W\d_][^\d]*?[\s(–—:=-]+(\d{1,2})\)?$", re.ASCII)


def kind_of(text: str) -> str | None:
    """Return "nps", "csat" or "text" for the question ``text``; None when it does not tell."""
    if _ASKS_FOR_WORDS.match(text):
        return "text"
    if _RECOMMEND.search(text):
        return "nps"
    if _SATISFIED.search(text):
        return "csat"
    return "text" if _WORDS.search(text) else None


def asks_about_the_score(text: str) -> bool:
    """Tell if a question for words speaks of the score given just before it."""
    return bool(_ABOUT_THE_SCORE.search(text.strip()))


def read_score(cell: object, kind: str) -> float | None:
    """Return the score in an answer ("10 - Extremely likely", "Satisfied", 4), None for an empty one.

    Raises ValueError for what is not on the scale: scores of different scales must never be mixed.
    """
    if cell is None or isinstance(cell, bool):
        cell = "" if cell is None else str(cell)
    text = " ".join(str(cell).split())
    if not text or says_nothing(text):
        return None
    low, high = _ENDS[kind]
    word = _WORD_SCORES[kind].get(text.lower().rstrip("."))
    if word is not None:
        return float(word)
    found = _SCORE.match(text)
    if found and (found[2] is None or int(found[2]) == high):
        score = int(found[1])
    elif (last := _SCORE_LAST.match(text)) is not None:
        score = int(last[1])
    else:
        raise ValueError(f"{text[:40]!r} is not on the scale {low}-{high}")
    if not low <= score <= high:
        raise ValueError(f"{text[:40]!r} is not on the scale {low}-{high}")
    return float(score)
