"""Pairs of quotation marks, and whether each holds speech, a name or a scare quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..document import Entity, Mark, MarkKind, Quote
from ..text.words import paragraphs, whole_graphemes, words

__all__ = ["MarkPair", "classify_marks", "mark_pairs"]

_OPEN = {"«": "»", "“": "”", "„": "”", "‹": "›"}
_CLOSE = {"»", "”", "›"}
_STRAIGHT = '"'


@dataclass(frozen=True, slots=True)
class MarkPair:
    """Offsets of an opening mark and of its closing mark; ``closed`` is false where it lacks one."""

    start: int
    end: int
    closed: bool = True


def mark_pairs(text: str) -> list[MarkPair]:
    """Return the pairs of quotation marks in order of their opening.

    Pairs nest, and never cross a paragraph unless a paragraph leaves a mark open, in which case
    the pair ends with the paragraph and is not ``closed``. Doubled marks (““…””) count as one.

    >>> [(p.start, p.end) for p in mark_pairs("قال «نعم «هذا» صحيح»")]
    [(4, 20), (9, 14)]
    """
    out: list[MarkPair] = []
    for start, end in paragraphs(text):
        stack: list[tuple[int, str]] = []
        i = start
        while i < end:
            c = text[i]
            run = i + 1
            while run < end and text[run] == c and (c in _OPEN or c in _CLOSE or c == _STRAIGHT):
                run += 1
            if c in _OPEN:
                stack.append((i, c))
            elif c in _CLOSE or c == _STRAIGHT:
                at = _opening(stack, c)
                if at is not None:
                    out.append(MarkPair(stack[at][0], run))
                    del stack[at:]
                elif c == _STRAIGHT:
                    stack.append((i, c))
                # a closing mark that nothing opened stands alone: no pair
            i = run
        out += [MarkPair(at, end, closed=False) for at, _ in stack]
    return sorted(out, key=lambda p: p.start)


def _opening(stack: Sequence[tuple[int, str]], close: str) -> int | None:
    """Return which open mark ``close`` closes: its own kind first, else any (mixed marks)."""
    for at in range(len(stack) - 1, -1, -1):
        if _OPEN.get(stack[at][1], _STRAIGHT) == close:
            return at
    if close == _STRAIGHT:
        return None
    return len(stack) - 1 if stack else None


def classify_marks(
    text: str, quotes: Sequence[Quote], entities: Sequence[Entity]
) -> tuple[Mark, ...]:
    """Return every closed pair with its kind.

    ``speech`` stands in or is the content of a direct or mixed quote and has at least three words,
    or is a whole content; ``name`` is an entity or part of one; everything else is ``scare``.
    """
    out = []
    contents = [(s.start, s.end) for q in quotes for s in q.content]
    for pair in mark_pairs(text):
        if not pair.closed:
            continue
        inside = [(s + pair.start, e + pair.start) for s, e in words(text[pair.start : pair.end])]
        if not inside:
            continue
        kind = _kind(inside[0][0], inside[-1][1], len(inside), contents, entities)
        start, end = whole_graphemes(text, pair.start, pair.end)
        out.append(Mark(start, end, text[start:end], kind))
    return tuple(out)


def _kind(
    start: int, end: int, n: int, contents: Sequence[tuple[int, int]], entities: Sequence[Entity]
) -> MarkKind:
    if (start, end) in contents:
        return "speech"
    if any(e.start <= start and end <= e.end for e in entities if e.label != "DATE"):
        return "name"
    covered = any(s < end and start < e for s, e in contents)
    if covered and n >= 3:
        return "speech"
    return "scare"
