"""What is known of two spans before any network looks at them: distance, place, spelling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .tokenizer import Encoded

__all__ = ["BANDS", "FEATURES", "SpanTable", "band", "pair_features", "within", "word_features"]

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
    """Spans as parallel arrays, in reading order: words ``[first, stop)`` and a label index.

    ``names`` are their words as they are compared, attached particles aside.
    """

    first: np.ndarray
    stop: np.ndarray
    label: np.ndarray
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def of(
        cls, encoded: Encoded, first: np.ndarray, stop: np.ndarray, label: np.ndarray
    ) -> SpanTable:
        """Return the spans of an article as a table."""
        spans = zip(first.tolist(), stop.tolist(), strict=True)
        return cls(first, stop, label, tuple([_name(encoded, a, b) for a, b in spans]))

    @classmethod
    def of_words(cls, encoded: Encoded, first: np.ndarray) -> SpanTable:
        """Return words without a label, such as cues, as a table."""
        return cls.of(encoded, first, first + 1, np.full(len(first), -1))

    def at(self, rows: np.ndarray) -> SpanTable:
        """Return some of the spans as a table."""
        names = tuple([self.names[i] for i in rows.tolist()])
        return SpanTable(self.first[rows], self.stop[rows], self.label[rows], names)

    def __len__(self) -> int:
        return len(self.first)


def band(queries: np.ndarray, starts: np.ndarray, before: int, after: int) -> np.ndarray:
    """Return the candidates near each query as (queries, before + after) positions, -1 for none.

    ``queries`` and ``starts`` are word positions; candidates are sorted by ``starts``.
    """
    at = np.searchsorted(starts, queries, "left")[:, None]
    index = at + np.arange(-before, after)[None]
    return np.where((index >= 0) & (index < len(starts)), index, -1)


def within(index: np.ndarray) -> tuple[slice, np.ndarray]:
    """Return the stretch of candidates that ``index`` needs, and ``index`` within it."""
    near = index >= 0
    if not near.any():
        return slice(0, 1), index
    low, high = int(index[near].min()), int(index.max()) + 1
    return slice(low, high), np.where(near, index - low, -1)


def _one_hot(index: np.ndarray, size: int) -> np.ndarray:
    out: np.ndarray = np.eye(size, dtype=np.float32)[np.clip(index, 0, size - 1)]
    return out


def pair_features(
    encoded: Encoded, q: SpanTable, c: SpanTable, index: np.ndarray
) -> np.ndarray:
    """Return (pairs, FEATURES) of the pairs in ``index``, row by row, those of -1 left out."""
    row, column = np.nonzero(index >= 0)
    cand = index[row, column]
    q_first, q_stop, c_first, c_stop = q.first[row], q.stop[row], c.first[cand], c.stop[cand]
    gap = np.where(c_first >= q_stop, c_first - q_stop + 1, np.minimum(c_stop - 1 - q_first, 0))
    paragraph, sentence = encoded.word_paragraph, encoded.word_sentence
    apart = np.abs(paragraph[q_first] - paragraph[c_first])
    at = np.searchsorted(c.first, q.first, "left")[row]
    rank = np.where(cand < at, np.minimum(at - 1 - cand, 3), np.minimum(4 + cand - at, 7))
    flags = (
        sentence[q_first] == sentence[c_first],
        encoded.word_quoted[q_first],
        encoded.word_quoted[c_first],
        paragraph[c_first] == 0,
        paragraph[q_first] == 0,
    )
    return np.concatenate(
        [
            _one_hot(np.searchsorted(_EDGES, gap, "right"), _N_DISTANCE),
            _one_hot(np.searchsorted([1, 2, 3, 6], apart, "right"), 5),
            _one_hot(rank, _N_RANK),
            np.stack(flags, -1).astype(np.float32),
            _spelling(q, c, row, cand),
        ],
        -1,
    )


def _spelling(q: SpanTable, c: SpanTable, row: np.ndarray, cand: np.ndarray) -> np.ndarray:
    """How the words of two spans agree; pairs ``row``, ``cand``."""
    q_words, c_words = q.names, c.names
    q_sets, c_sets = [set(w) for w in q_words], [set(w) for w in c_words]
    out = np.zeros((len(row), 6), np.float32)
    for at, (i, j) in enumerate(zip(row.tolist(), cand.tolist(), strict=True)):
        if q_sets[i].isdisjoint(c_sets[j]):
            continue
        a, b = q_words[i], c_words[j]
        out[at] = (
            a == b,
            q_sets[i] < c_sets[j],
            q_sets[i] > c_sets[j],
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
    """Return (pairs, WORD_FEATURES) of each cue with the words of ``index``, -1 left out."""
    row, column = np.nonzero(index >= 0)
    word, cue = index[row, column], cues[row]
    flags = (
        encoded.word_paragraph[word] == encoded.word_paragraph[cue],
        encoded.word_sentence[word] == encoded.word_sentence[cue],
        encoded.word_quoted[word],
    )
    distance = _one_hot(np.searchsorted(_WORD_EDGES, word - cue, "right"), 24)
    return np.concatenate([distance, np.stack(flags, -1).astype(np.float32)], -1)
