"""What is known of two spans before any network looks at them: distance, place, spelling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .tokenizer import Encoded

__all__ = ["BANDS", "FEATURES", "SpanTable", "band", "pair_features", "word_features"]

#: How many candidates before and after a query each kind of link looks at.
BANDS = {"speaker": (24, 24), "who": (160, 24), "argument": (28, 28), "coref": (200, 0)}
#: How many words before and after a cue its content may start and end in.
CONTENT_BAND = (120, 400)

_EDGES = np.asarray([-120, -60, -30, -15, -8, -4, -2, -1, 0, 1, 2, 4, 8, 15, 30, 60, 120])
_WORD_EDGES = np.asarray(
    [-60, -30, -15, -8, -4, -2, -1, 0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 50, 80, 140, 250]
)
_N_DISTANCE = len(_EDGES) + 1
_N_RANK = 8
FEATURES = _N_DISTANCE + 5 + _N_RANK + 5 + 6
WORD_FEATURES = 24 + 3


@dataclass(frozen=True, slots=True)
class SpanTable:
    """Spans as parallel arrays, in reading order: words ``[first, stop)`` and a label index."""

    first: np.ndarray
    stop: np.ndarray
    label: np.ndarray

    def __len__(self) -> int:
        return len(self.first)


def band(queries: np.ndarray, starts: np.ndarray, before: int, after: int) -> np.ndarray:
    """Return the candidates near each query as (queries, before + after) positions, -1 for none.

    ``queries`` and ``starts`` are word positions; candidates are sorted by ``starts``.
    """
    at = np.searchsorted(starts, queries, "left")[:, None]
    index = at + np.arange(-before, after)[None]
    return np.where((index >= 0) & (index < len(starts)), index, -1)


def _one_hot(index: np.ndarray, size: int) -> np.ndarray:
    out: np.ndarray = np.eye(size, dtype=np.float32)[np.clip(index, 0, size - 1)]
    return out


def pair_features(
    encoded: Encoded, q: SpanTable, c: SpanTable, index: np.ndarray
) -> np.ndarray:
    """Return (queries, band, FEATURES) of each query with each candidate of ``index``."""
    safe = np.maximum(index, 0)
    if not len(c):
        return np.zeros((*index.shape, FEATURES), np.float32)
    q_first, q_stop = q.first[:, None], q.stop[:, None]
    c_first, c_stop = c.first[safe], c.stop[safe]
    gap = np.where(c_first >= q_stop, c_first - q_stop + 1, np.minimum(c_stop - 1 - q_first, 0))
    distance = _one_hot(np.searchsorted(_EDGES, gap, "right"), _N_DISTANCE)
    paragraph = encoded.word_paragraph
    apart = np.abs(paragraph[q_first] - paragraph[c_first])
    where = _one_hot(np.searchsorted([1, 2, 3, 6], apart, "right"), 5)
    at = np.searchsorted(c.first, q.first, "left")[:, None]
    rank = np.where(safe < at, at - 1 - safe, 4 + safe - at)
    rank = np.where(safe < at, np.minimum(rank, 3), np.minimum(rank, 7))
    nearness = _one_hot(rank, _N_RANK)
    sentence, quoted = encoded.word_sentence, encoded.word_quoted
    flags = np.stack(
        np.broadcast_arrays(
            sentence[q_first] == sentence[c_first],
            quoted[q_first] & np.ones_like(c_first, bool),
            quoted[c_first],
            paragraph[c_first] == 0,
            paragraph[q_first] == 0,
        ),
        -1,
    ).astype(np.float32)
    return np.concatenate([distance, where, nearness, flags, _spelling(encoded, q, c, index)], -1)


def _spelling(encoded: Encoded, q: SpanTable, c: SpanTable, index: np.ndarray) -> np.ndarray:
    """How the words of two spans agree, attached particles aside."""
    q_words = [_name(encoded, a, b) for a, b in zip(q.first, q.stop, strict=True)]
    c_words = [_name(encoded, a, b) for a, b in zip(c.first, c.stop, strict=True)]
    out = np.zeros((*index.shape, 6), np.float32)
    for i, row in enumerate(index):
        a = q_words[i]
        a_set = set(a)
        for k, j in enumerate(row):
            if j < 0:
                continue
            b = c_words[j]
            if a_set.isdisjoint(b):
                continue
            out[i, k] = (
                a == b,
                a_set < set(b),
                a_set > set(b),
                a[-1] == b[-1],
                a[0] == b[0],
                q.label[i] == c.label[j],
            )
    return out


def _name(encoded: Encoded, first: int, stop: int) -> tuple[str, ...]:
    forms = list(encoded.forms[first:stop])
    forms[0] = bare(forms[0])
    return tuple(f[2:] if f.startswith("ال") and len(f) > 4 else f for f in forms)


def bare(form: str) -> str:
    """Return a normalised word without an attached particle before ال, for comparison only."""
    if form.startswith("لل") and len(form) > 4:
        return "ال" + form[2:]
    if len(form) > 4 and form[0] in "وفبك" and form[1:3] == "ال":
        return form[1:]
    return form


def word_features(cues: np.ndarray, index: np.ndarray, encoded: Encoded) -> np.ndarray:
    """Return (cues, band, WORD_FEATURES) of each cue with the words of ``index``."""
    safe = np.maximum(index, 0)
    gap = safe - cues[:, None]
    apart = encoded.word_paragraph[safe] - encoded.word_paragraph[cues][:, None]
    flags = np.stack(
        [
            apart == 0,
            encoded.word_sentence[safe] == encoded.word_sentence[cues][:, None],
            encoded.word_quoted[safe],
        ],
        -1,
    ).astype(np.float32)
    return np.concatenate([_one_hot(np.searchsorted(_WORD_EDGES, gap, "right"), 24), flags], -1)
