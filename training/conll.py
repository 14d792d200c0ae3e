"""Predicting the tags of CoNLL sentences with a pipeline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from arabnews.errors import InputError
from arabnews.pipeline import Pipeline

from .data import CONLL_WORDS, join_sentences

__all__ = ["predict_tags"]


def predict_tags(
    nlp: Pipeline, sentences: Sequence[Sequence[tuple[str, str]]], *, layer: str = "entity"
) -> list[list[str]]:
    """Return BIO tags of one layer for the tokens of ``sentences``; gold tags are not looked at.

    Sentences are read with their neighbours as context, as in training.
    """
    if layer not in nlp.config.layers:
        raise InputError(f"the model has no layer {layer!r}; it has {sorted(nlp.config.layers)}")
    out: list[list[str]] = []
    held: list[Any] = []
    size = 0
    for i, sentence in enumerate(sentences):
        held.append([(token, "O") for token, _ in sentence])
        size += len(sentence)
        if size >= CONLL_WORDS or i == len(sentences) - 1:
            out += _tags(nlp, held, layer)
            held, size = [], 0
    return out


def _tags(nlp: Pipeline, held: list[Any], layer: str) -> list[list[str]]:
    text, _ = join_sentences(held)
    encoded, spans = nlp.spans(text, layer)
    starts, offsets = [], []
    at = 0
    for sentence in held:
        row = []
        for token, _ in sentence:
            row.append((at, at + len(token)))
            at += len(token) + 1
        offsets.append(row)
        starts += row
    tags = ["O"] * len(starts)
    begins, ends = [s for s, _ in starts], [e for _, e in starts]
    for span in spans:
        first = bisect_right(ends, encoded.words[span.first][0])
        stop = bisect_left(begins, encoded.words[span.stop - 1][1])
        for k in range(first, stop):
            tags[k] = ("B-" if k == first else "I-") + span.label
    flat = iter(tags)
    return [[next(flat) for _ in row] for row in offsets]


