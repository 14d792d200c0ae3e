"""Words, marks, paragraphs, sentences and graphemes of a raw text, as offsets.

A word is a run of characters between white space and punctuation marks. A mark ends a word even
where a space is missing («الدماء».وقال), but not inside a number or a time (3.5, 10:30). An accent
or a joiner that follows a space or a mark belongs to that, not to the word after it, so that no
word cuts a grapheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

__all__ = [
    "EDGE_MARKS", "Unit", "grapheme_starts", "paragraphs", "sentences", "units", "whole_graphemes",
    "words",
]  # fmt: skip

#: Marks that are never the first or last character of a word.
EDGE_MARKS = "«»\"“”'‘’،,.:؛;()[]{}!؟?…-–—/|*•ـ"
_BREAKS = r"(?<!\d)[.,:]|[.,:](?!\d)|[«»\"“”،؛؟!…()\[\]{}]"
_BREAK = regex.compile(_BREAKS)
_RUN = re.compile(r"\S+")  # str.isspace also breaks at U+001C-1F, which regex takes as text
_GRAPHEME = regex.compile(r"\X")
# possessive, and from the first mark of a run only: a line of dots takes linear time
_SENTENCE_END = regex.compile(r"(?<![.!?؟…])[.!?؟…]++[»\"”)\]]*+(?=\s|$)")

_INITIAL = regex.compile(r"(?:^|\s|[«(\"])\p{L}$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of the text that the model reads: a word, a mark, or a paragraph break."""

    start: int
    end: int
    kind: str  # "word", "mark" or "break"


def words(text: str) -> list[tuple[int, int]]:
    """Return the half-open code-point offsets of the words of ``text``, in order.

    >>> [("قال: «نعم».وغادر")[s:e] for s, e in words("قال: «نعم».وغادر")]
    ['قال', 'نعم', 'وغادر']
    """
    return [(u.start, u.end) for u in units(text) if u.kind == "word"]


def units(text: str) -> list[Unit]:
    """Return words, marks and paragraph breaks in reading order; white space is left out."""
    return list(_units(text))


def _units(text: str) -> Iterator[Unit]:
    # Breaking marks are blanked one for one, so that offsets stay those of the text.
    blanked = _BREAK.sub(" ", text)
    at = 0
    for match in _RUN.finditer(blanked):
        start, end = match.span()
        if _joined(text, start):
            start = min(end, _GRAPHEME.match(text, start - 1).end())
        while start < end and text[start] in EDGE_MARKS:
            start = min(end, _GRAPHEME.match(text, start).end())
        while end > start and (text[end - 1] in EDGE_MARKS or _joined(text, end)):
            end -= 1
        if start == end:
            continue
        yield from _between(text, at, start)
        yield Unit(start, end, "word")
        at = end
    yield from _between(text, at, len(text))


def _joined(text: str, at: int) -> bool:
    """Tell whether a grapheme goes on across ``at``, as from a mark to a stray accent after it."""
    return 0 < at < len(text) and _GRAPHEME.match(text, at - 1).end() > at


def whole_graphemes(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a stretch that starts and ends at marks, widened so that it cuts no grapheme."""
    while _joined(text, start):
        start -= 1
    while _joined(text, end):
        end += 1
    return start, end


def _between(text: str, start: int, end: int) -> Iterator[Unit]:
    for i in range(start, end):
        if text[i] == "\n":
            yield Unit(i, i + 1, "break")
        elif not text[i].isspace():
            yield Unit(i, i + 1, "mark")


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the paragraphs (lines) that hold more than white space."""
    out, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            out.append((at, at + len(line)))
        at += len(line) + 1
    return out


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the offsets of sentences; a sentence never crosses a paragraph.

    A full stop ends one only before white space, so «د. علي» after a single letter does not.

    >>> len(sentences("قال د. علي إن 3.5 كافية. وأضاف المزيد."))
    2
    """
    out = []
    for start, end in paragraphs(text):
        at = start
        for match in _SENTENCE_END.finditer(text, start, end):
            # two characters tell; the whole head, looked at each time, would cost quadratic time
            head = text[max(at, match.start() - 2) : match.start()]
            if match.group() == "." and _INITIAL.search(head):
                continue  # an initial or an abbreviated title: د. / أ.
            if text[at : match.start()].strip():
                out.append((at, match.end()))
                at = match.end()
        if text[at:end].strip():
            out.append((at, end))
    return out


def grapheme_starts(text: str) -> frozenset[int]:
    """Return the offsets at which a user-perceived character starts, and the end of the text."""
    return frozenset(m.start() for m in _GRAPHEME.finditer(text)) | {len(text)}
