"""Pairs of quotation marks, and whether each holds speech, a name or a scare quote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..document import Entity, Mark, MarkKind, Quote
from ..text.words import paragraphs, whole_graphemes, words

__all__ = ["MarkPair", "classify_marks", "find_marks", "mark_pairs"]

_STRAIGHT = '"'
_CLOSER = {"«": "»", "“": "”", "„": "”", "‹": "›", _STRAIGHT: _STRAIGHT}
_OPEN, _CLOSE = frozenset("«“„‹"), frozenset("»”›")
# A mark, alone or repeated; two apostrophes are one mark.
_MARK = re.compile(r"([«»“”„‹›\"])\1*|''|‘‘|’’")
_TWO = {"''": _STRAIGHT, "‘‘": "“", "’’": "”"}
# Joiners and marks of direction, which stand between a mark and its word unseen.
_HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ATTACHED = "وفبلك"
_BEFORE_OPENING = "([{:-–—/ـ،"
_AFTER_CLOSING = ".,،؛:;!؟?…)]}-–—/"
#: Words in marks inside a quote that are words of its speaker.
_SPEECH = 3


@dataclass(frozen=True, slots=True)
class MarkPair:
    """Offsets of an opening mark and of its closing one; ``closed`` is false where that lacks."""

    start: int
    end: int
    closed: bool = True


def mark_pairs(text: str) -> list[MarkPair]:
    """Return the pairs of quotation marks in order of their opening.

    Pairs nest, and never cross a paragraph: where a paragraph leaves a mark open, the pair ends
    with the paragraph and is not ``closed``. Doubled marks (““…””, ''…'') count as one, and a
    mark turned the wrong way (”…“) counts as what it stands for.

    >>> [(p.start, p.end) for p in mark_pairs("قال «نعم «هذا» صحيح»")]
    [(4, 20), (9, 14)]
    """
    return find_marks(text)[0]


def find_marks(text: str) -> tuple[list[MarkPair], list[int]]:
    """Return the pairs as ``mark_pairs`` does, and where closing marks stand that close nothing.

    >>> find_marks("ونحن نرفض» ثم غادر")
    ([], [9])
    """
    out: list[MarkPair] = []
    loose: list[int] = []
    for start, end in paragraphs(text):
        found = [
            (m.start(), m.end(), m[1] or _TWO[m[0]]) for m in _MARK.finditer(text, start, end)
        ]
        odd = sum(c == _STRAIGHT for _, _, c in found) % 2 == 1
        last = max((at for at, _, c in found if c in _CLOSE), default=start)
        stack: list[tuple[int, str]] = []
        for at, stop, c in found:
            way = _way(text, at, stop, start, end)
            if c in _CLOSE and not stack and way == 0 and text[stop : stop + 1].isspace():
                before = text[max(at - 3, start) : at]
                way = int((before[-1:].isspace() and at < last) or before.rstrip()[-1:] == ":")
            closes = _opening(stack, c, way)
            if closes is not None:
                out.append(MarkPair(stack[closes][0], stop))
                del stack[closes:]
            elif (way <= 0 and c in _CLOSE) or (way < 0 and (c == "“" or (c == _STRAIGHT and odd))):
                loose.append(at)  # «“» closes where writers set ”…“
            else:
                stack.append((at, c))
        out += [MarkPair(at, end, closed=False) for at, _ in stack]
    return sorted(out, key=lambda p: p.start), loose


def _way(text: str, at: int, stop: int, start: int, end: int) -> int:
    """Return 1 for a mark that leans on the word after it, -1 on the one before, 0 on both."""
    while at > start and text[at - 1] in _HIDDEN:
        at -= 1
    while stop < end and text[stop] in _HIDDEN:
        stop += 1
    if at > start and text[at - 1] in _ATTACHED and (at - 1 == start or text[at - 2].isspace()):
        at -= 1
    left = at == start or text[at - 1].isspace() or text[at - 1] in _BEFORE_OPENING
    right = stop == end or text[stop].isspace() or text[stop] in _AFTER_CLOSING
    return int(left and not right) - int(right and not left)


def _opening(stack: Sequence[tuple[int, str]], mark: str, way: int) -> int | None:
    """Return which open mark ``mark`` closes: its own kind first, else the last (mixed marks)."""
    if not stack or (mark in _OPEN and way >= 0):
        return None
    for at in range(len(stack) - 1, -1, -1):
        if _CLOSER.get(stack[at][1]) == mark:
            return at
    if way > 0 or (mark == _STRAIGHT and way == 0):
        return None
    return len(stack) - 1


def classify_marks(
    text: str, quotes: Sequence[Quote], entities: Sequence[Entity]
) -> tuple[Mark, ...]:
    """Return every closed pair with its kind.

    ``speech`` stands in or is the content of a direct or mixed quote and has at least three words,
    or is a whole content; ``name`` is an entity or part of one; everything else is ``scare``.
    """
    out = []
    contents = np.asarray([(s.start, s.end) for q in quotes for s in q.content]).reshape(-1, 2)
    names = np.asarray([(e.start, e.end) for e in entities if e.label != "DATE"]).reshape(-1, 2)
    for pair in mark_pairs(text):
        if not pair.closed:
            continue
        inside = [(s + pair.start, e + pair.start) for s, e in words(text[pair.start : pair.end])]
        if not inside:
            continue
        kind = _kind(inside[0][0], inside[-1][1], len(inside), contents, names)
        start, end = whole_graphemes(text, pair.start, pair.end)
        out.append(Mark(start, end, text[start:end], kind))
    return tuple(out)


def _kind(start: int, end: int, n: int, contents: np.ndarray, names: np.ndarray) -> MarkKind:
    if ((contents[:, 0] == start) & (contents[:, 1] == end)).any():
        return "speech"
    if ((names[:, 0] <= start) & (end <= names[:, 1])).any():
        return "name"
    if n >= _SPEECH and ((contents[:, 0] < end) & (start < contents[:, 1])).any():
        return "speech"
    return "scare"
