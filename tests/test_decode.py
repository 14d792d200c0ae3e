from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from arabnews.model.decode import best_interval, decode_layer, softmax, viterbi

TAGS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")

logits = st.integers(0, 6).flatmap(
    lambda n: arrays(np.float32, (n, len(TAGS)), elements=st.floats(-8, 8, width=32))
)


def legal(path: tuple[int, ...]) -> bool:
    """Whether every I-x follows B-x or I-x."""
    return all(
        t == 0 or t % 2 or (i and path[i - 1] in (t, t - 1)) for i, t in enumerate(path)
    )


@given(logits)
def test_viterbi_finds_the_best_legal_path(x: np.ndarray) -> None:
    found = tuple(int(t) for t in viterbi(x, TAGS))
    assert legal(found)
    if len(x) <= 4:
        rows = range(len(x))
        best = max(
            (sum(float(x[i, p[i]]) for i in rows) for p in product(range(5), repeat=len(x))
             if legal(p)),
        )  # fmt: skip
        assert sum(float(x[i, found[i]]) for i in rows) == pytest.approx(best, abs=1e-3)


@given(logits, st.floats(-3, 3))
def test_spans_are_in_order_apart_and_scored(x: np.ndarray, bias: float) -> None:
    spans = decode_layer(x, TAGS, "entity", bias=bias)
    at = 0
    for span in spans:
        assert at <= span.first < span.stop <= len(x)
        assert 0 < span.score <= 1 and span.label in ("PER", "LOC")
        at = span.stop


def test_an_inside_tag_alone_never_starts_a_span() -> None:
    x = np.full((3, 5), -5.0, dtype=np.float32)
    x[0, 2] = x[1, 2] = 5  # I-PER I-PER, which no B-PER opens
    x[2, 0] = 5
    (span,) = decode_layer(x, TAGS, "entity")
    assert (span.first, span.stop, span.label) == (0, 2, "PER")


def test_neighbours_of_one_label_stay_two_spans() -> None:
    x = np.full((2, 5), -5.0, dtype=np.float32)
    x[0, 1] = x[1, 1] = 5
    assert [(s.first, s.stop) for s in decode_layer(x, TAGS, "entity")] == [(0, 1), (1, 2)]


def test_a_bias_trades_precision_for_recall() -> None:
    x = np.zeros((4, 5), dtype=np.float32)
    x[:, 0] = 0.5
    assert decode_layer(x, TAGS, "entity") == []
    assert len(decode_layer(x, TAGS, "entity", bias=2.0)) == 4


def test_softmax_takes_rows_of_nothing() -> None:
    out = softmax(np.asarray([[-np.inf, -np.inf], [0, -np.inf]], dtype=np.float32))
    assert out.tolist() == [[0, 0], [1, 0]]


rows = st.tuples(st.integers(0, 4), st.integers(1, 12)).flatmap(
    lambda shape: st.tuples(*[arrays(np.float32, shape, elements=st.floats(-6, 6, width=32))] * 2)
)


@given(rows)
def test_the_best_interval_is_the_best(pair: tuple[np.ndarray, np.ndarray]) -> None:
    start, end = pair
    p, q = softmax(start), softmax(end)
    n = start.shape[1]
    for row, (first, last, score) in enumerate(zip(*best_interval(start, end), strict=True)):
        best = max(float(p[row, i] * q[row, j]) for i in range(n) for j in range(i, n))
        assert first <= last
        assert score == pytest.approx(best, rel=1e-4)
        assert float(p[row, first] * q[row, last]) == pytest.approx(best, rel=1e-4)


def test_the_best_interval_stays_within_what_is_in_reach() -> None:
    hidden = -np.inf
    start = np.asarray([hidden, hidden, 1, 0, hidden], dtype=np.float32)
    end = np.asarray([hidden, hidden, 0, 1, hidden], dtype=np.float32)
    first, last, _ = best_interval(start[None], end[None])
    assert (first.tolist(), last.tolist()) == ([2], [3])
