from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from arabnews.model.batching import collate_windows, pad, token_batches
from arabnews.model.tokenizer import PIECES_PER_UNIT, Encoded, NewsTokenizer
from arabnews.model.windows import windows


def encoded(sizes: list[int], is_word: list[bool]) -> Encoded:
    """Make an article of units with so many pieces, some of which are words."""
    at = [i for i, w in enumerate(is_word) if w]
    zeros = np.zeros(len(at), dtype=np.int64)
    return Encoded(
        text="", pieces=np.arange(sum(sizes)), unit_start=np.cumsum([0, *sizes]),
        words=[(i, i + 1) for i in at], word_unit=np.asarray(at, dtype=np.int64),
        word_paragraph=zeros, word_sentence=zeros, word_quoted=zeros.astype(bool),
        forms=["" for _ in at],
    )  # fmt: skip


articles = st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=120).map(
    lambda rows: encoded([n for n, _ in rows], [w for _, w in rows])
)


@given(articles, st.integers(6, 80), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9]))
def test_every_word_is_in_exactly_one_window(article: Encoded, size: int, overlap: float) -> None:
    found = windows(article, size, overlap=overlap)
    seen = [int(w) for window in found for w in window.words]
    assert sorted(seen) == list(range(len(article.words)))
    for window in found:
        assert 0 < window.end - window.start <= size
        assert {window.start, window.end} <= set(article.unit_start.tolist())
        for word, first, last in zip(window.words, window.first, window.last, strict=True):
            unit = article.word_unit[word]
            assert window.start + first == article.unit_start[unit]
            assert window.start + last == article.unit_start[unit + 1] - 1
            assert 0 <= first <= last < window.end - window.start


@given(articles, st.integers(6, 80))
def test_windows_leave_no_piece_out(article: Encoded, size: int) -> None:
    found = windows(article, size)
    if article.words:
        covered = {p for w in found for p in range(w.start, w.end)}
        assert covered == set(range(len(article.pieces)))


def test_a_short_article_is_one_window() -> None:
    (only,) = windows(encoded([1] * 50, [True] * 50), 50)
    assert (only.start, only.end, len(only.words)) == (0, 50, 50)


def test_a_word_is_read_where_it_has_context_on_both_sides() -> None:
    first, second, *_ = windows(encoded([1] * 200, [True] * 200), 100)
    assert (first.end, second.start) == (100, 75)
    assert first.words[-1] == 87  # 12 words from either edge
    assert second.words[0] == 88


def test_a_window_too_small_for_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="window of 5 pieces cannot hold a unit of 6"):
        windows(encoded([2, 6], [True, True]), 5)


def test_many_windows_cost_linear_memory() -> None:
    import tracemalloc

    article = encoded([2] * 100_000, [True] * 100_000)
    tracemalloc.start()
    assert sum(len(w.words) for w in windows(article, 62)) == 100_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 600))
def test_token_batches_keep_the_budget_and_every_item(sizes: list[int], budget: int) -> None:
    groups = list(token_batches(sizes, budget))
    assert sorted(i for g in groups for i in g) == list(range(len(sizes)))
    for group in groups:
        assert len(group) == 1 or max(sizes[i] for i in group) * len(group) <= budget
    longest = [sizes[i] for g in groups for i in g]
    assert longest == sorted(longest)


@pytest.fixture(scope="module")
def tokenizer(raw_tokenizer: object) -> NewsTokenizer:
    return NewsTokenizer(raw_tokenizer, normalisation="compact", paragraph_token="[P]")  # type: ignore[arg-type]


@given(text=texts)
def test_every_unit_has_a_piece(tokenizer: NewsTokenizer, text: str) -> None:
    out = tokenizer.encode(text)
    sizes = np.diff(out.unit_start)
    assert sizes.sum() == len(out.pieces)
    assert all(1 <= n <= PIECES_PER_UNIT for n in sizes)
    n = len(out.words)
    assert {len(out.word_unit), len(out.word_paragraph), len(out.word_sentence)} == {n}
    assert {len(out.word_quoted), len(out.forms)} == {n}
    assert list(out.word_paragraph) == sorted(out.word_paragraph)
    assert (out.word_sentence >= 0).all()


def test_a_paragraph_break_is_a_piece(tokenizer: NewsTokenizer) -> None:
    out = tokenizer.encode("قال\nمصر")
    assert out.pieces[out.unit_start[1]] == tokenizer.paragraph


def test_words_inside_quotation_marks_are_known(tokenizer: NewsTokenizer) -> None:
    out = tokenizer.encode('قال «نعم لا» و"ربما" ثم «سكت\nوغادر')
    assert dict(zip(out.forms, out.word_quoted.tolist(), strict=True)) == {
        "قال": False, "نعم": True, "لا": True, "و": False, "ربما": True, "ثم": False,
        "سكت": True, "وغادر": False,
    }  # fmt: skip


def test_batches_of_windows_are_padded_around_special_tokens(tokenizer: NewsTokenizer) -> None:
    short, long = tokenizer.encode("قال"), tokenizer.encode("قال الوزير نعم " * 30)
    pieces, mask = pad(
        [(e, w) for e in (short, long) for w in windows(e, 62)], tokenizer
    )
    assert pieces.shape == mask.shape and pieces.shape[1] <= 64
    assert (pieces[:, 0] == tokenizer.cls).all()
    assert ((pieces == tokenizer.pad) == (mask == 0)).all()
    batch = collate_windows([short, long], tokenizer, 64)
    assert len(batch["window"]) == len(short.words) + len(long.words)
    n = len(short.words)
    at = batch["pieces"][batch["window"][n:], batch["first"][n:]].numpy()
    assert (at == long.pieces[long.unit_start[long.word_unit]]).all()


def test_sinks_end_every_window(raw_tokenizer: object) -> None:
    tokenizer = NewsTokenizer(
        raw_tokenizer, normalisation="compact", paragraph_token="[P]", sinks=3  # type: ignore[arg-type]
    )
    short, long = tokenizer.encode("قال 😀"), tokenizer.encode("قال الوزير نعم " * 30)
    batch = collate_windows([short, long], tokenizer, 64)
    assert batch["pieces"].shape[1] <= 64
    for pieces, mask in zip(batch["pieces"], batch["mask"], strict=True):
        kept = pieces[mask == 1].tolist()
        assert kept[-4:] == [tokenizer.mask] * 3 + [tokenizer.sep]
        assert tokenizer.mask not in kept[:-4]
    n = len(short.words)
    at = batch["pieces"][batch["window"][n:], batch["first"][n:]].numpy()
    assert (at == long.pieces[long.unit_start[long.word_unit]]).all()
