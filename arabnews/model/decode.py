"""From tag scores to spans: the best legal BIO sequence, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ScoredSpan", "best_interval", "decode_layer", "softmax", "viterbi"]

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Words ``[first, stop)`` with a label and a probability, found in a layer."""

    first: int
    stop: int
    layer: str
    label: str
    score: float


def softmax(x: Floats, axis: int = -1) -> Floats:
    """Return probabilities along an axis; a row of only -inf gives zeros."""
    top = np.max(x, axis=axis, keepdims=True)
    e = np.exp(x - np.where(np.isfinite(top), top, 0))
    total = e.sum(axis=axis, keepdims=True)
    return np.asarray(e / np.where(total == 0, 1, total), dtype=np.float32)


def viterbi(logits: Floats, tags: Sequence[str]) -> NDArray[np.int64]:
    """Return the best tag index a word under which every I-x follows B-x or I-x.

    ``logits`` is (words, tags) with O first and B-x, I-x in pairs, as ``ModelConfig.tags`` gives.
    """
    n, width = logits.shape
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    free: NDArray[np.int64] = logits.argmax(axis=1)
    before = np.concatenate([[0], free[:-1]])
    if np.all((free % 2 == 1) | (free == 0) | (before == free) | (before == free - 1)):
        return free  # legal as it stands, and nothing can be better
    begins, insides = np.arange(1, width, 2), np.arange(2, width, 2)
    score = logits[0].astype(np.float64)
    score[insides] = -np.inf
    back = np.zeros((n, width), dtype=np.int64)
    for t in range(1, n):
        best = int(score.argmax())
        step = np.full(width, score[best])
        back[t] = best
        from_inside = score[insides] > score[begins]
        step[insides] = np.where(from_inside, score[insides], score[begins])
        back[t, insides] = np.where(from_inside, insides, begins)
        score = step + logits[t]
    out = np.empty(n, dtype=np.int64)
    out[-1] = int(score.argmax())
    for t in range(n - 1, 0, -1):
        out[t - 1] = back[t, out[t]]
    return out


def decode_layer(
    logits: Floats, tags: Sequence[str], layer: str, *, bias: float = 0.0
) -> list[ScoredSpan]:
    """Return the spans of one layer in reading order.

    ``bias`` is added to every tag but O: above zero it trades precision for recall. A span's score
    is the geometric mean of the probabilities of its words' tags.
    """
    if not len(logits):
        return []
    shifted = logits.astype(np.float32).copy()
    shifted[:, 1:] += bias
    path = viterbi(shifted, tags)
    chosen = softmax(shifted)[np.arange(len(path)), path]
    total = np.concatenate([[0.0], np.log(np.maximum(chosen, 1e-9), dtype=np.float64).cumsum()])
    starts = np.flatnonzero(path % 2 == 1)  # B-x; of a legal path, every I-x belongs to one
    ends = np.flatnonzero((path > 0) & np.append((path[1:] == 0) | (path[1:] % 2 == 1), True)) + 1
    scores = np.exp((total[ends] - total[starts]) / (ends - starts))
    return [
        ScoredSpan(i, j, layer, tags[tag][2:], score)
        for i, j, tag, score in zip(
            starts.tolist(), ends.tolist(), path[starts].tolist(), scores.tolist(), strict=True
        )
    ]


def best_interval(
    start: Floats, end: Floats
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return the best ``first <= last`` pair of each row of two score arrays, and its probability.

    ``start`` and ``end`` are (rows, places); three arrays (rows,) come back. A place of -inf is
    never chosen.
    """
    p, q = softmax(start), softmax(end)
    best_before = np.maximum.accumulate(p, axis=-1)
    where = np.where(p == best_before, np.arange(p.shape[-1]), 0)
    first_for = np.maximum.accumulate(where, axis=-1)
    joint = best_before * q
    rows, last = np.arange(len(p)), joint.argmax(-1)
    return first_for[rows, last], last, joint[rows, last]
