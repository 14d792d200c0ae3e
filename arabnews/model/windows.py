"""Overlapping windows over an article, so that every word is read however long it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .tokenizer import Encoded

__all__ = ["Window", "windows"]


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces ``[start, end)`` of an article, and the words whose scores are taken from here.

    ``words`` are positions in ``Encoded.words``; ``first`` and ``last`` the places of their first
    and last piece within the window.
    """

    start: int
    end: int
    words: np.ndarray
    first: np.ndarray
    last: np.ndarray


def windows(encoded: Encoded, size: int, *, overlap: float = 0.25) -> list[Window]:
    """Cut an article into windows of at most ``size`` pieces, never inside a unit.

    Neighbours share about ``overlap`` of their pieces; a word belongs to the window in which it
    stands furthest from an edge, so that it is read with context on both sides. Raises
    ``ValueError`` if one unit alone has more than ``size`` pieces.
    """
    if not encoded.words:
        return []
    starts, total = encoded.unit_start, len(encoded.pieces)
    if (longest := int(np.diff(starts).max())) > size:
        raise ValueError(f"a window of {size} pieces cannot hold a unit of {longest}")
    bounds: list[tuple[int, int]] = []
    at = 0
    while True:
        end = int(starts[np.searchsorted(starts, at + size, "right") - 1])
        bounds.append((at, end))
        if end >= total:
            break
        back = max(end - int(size * overlap), at + 1)
        at = int(starts[np.searchsorted(starts, back, "left")])
    first = starts[encoded.word_unit]
    last = starts[encoded.word_unit + 1] - 1
    # the window of each word is the one in which it is furthest from an edge that is not an edge
    # of the article; only the words inside a window are looked at, so the cost stays linear
    best = np.zeros(len(first), dtype=np.int64)
    margin = np.full(len(first), -1, dtype=np.int64)
    for k, (a, b) in enumerate(bounds):
        inside = slice(int(np.searchsorted(first, a)), int(np.searchsorted(last, b)))
        left = total if a == 0 else first[inside] - a
        right = total if b == total else b - 1 - last[inside]
        here = np.broadcast_to(np.minimum(left, right), first[inside].shape)
        better = here > margin[inside]
        best[inside] = np.where(better, k, best[inside])
        margin[inside] = np.where(better, here, margin[inside])
    out = []
    for k, (a, b) in enumerate(bounds):
        low, high = np.searchsorted(first, a), np.searchsorted(last, b)
        mine = low + np.flatnonzero(best[low:high] == k)
        out.append(Window(a, b, mine, first[mine] - a, last[mine] - a))
    return out
