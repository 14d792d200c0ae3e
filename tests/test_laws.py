"""The laws of the library, on texts as they should and should not be."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from gold_samples import GOLD
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import differences, spans, texts

import arabnews
from arabnews import Document, Failure, Pipeline
from arabnews.formats.jsonl import dump_line
from arabnews.model.folder import load_network
from arabnews.model.scorer import Scorer
from arabnews.model.windows import windows
from arabnews.text.words import grapheme_starts, words

LONG = "\n".join(a["text"] for a in GOLD)


@pytest.fixture(scope="module", params=["nlp", "bert_nlp"])
def any_nlp(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module", params=["model_folder", "bert_model_folder"])
def exact_nlp(request: pytest.FixtureRequest) -> Any:
    """A pipeline whose encoder is so precise that padding never decides between two labels.

    A model with random weights is torn between labels all the time, which a trained one is not.
    """
    folder = request.getfixturevalue(request.param)
    network, tokenizer = load_network(folder)
    network.encoder.double()
    return Pipeline(Scorer(network, tokenizer, "cpu"), folder)


@given(text=texts)
def test_1_the_text_of_a_document_is_the_input(any_nlp: Any, text: str) -> None:
    assert any_nlp(text).text == text


@settings(max_examples=150)
@example(text="قال «نعم»\u064e \u0600«مصر ترفض هذا»\u200d")
@given(text=texts)
def test_2_and_4_every_span_is_its_surface_and_cuts_no_grapheme(any_nlp: Any, text: str) -> None:
    doc, starts = any_nlp(text, published="2018-02-13"), grapheme_starts(text)
    for found in spans(doc):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.start : found.end] == found.text
        assert found.start in starts and found.end in starts, found
    edges = words(text)
    begins, ends = {s for s, _ in edges}, {e for _, e in edges}
    for e in (*doc.entities, *(v.trigger for v in doc.events)):
        assert e.start in begins and e.end in ends


@settings(max_examples=25)
@given(articles=st.lists(texts, min_size=2, max_size=5), seed=st.integers(0, 9))
def test_3_results_depend_on_neither_batches_nor_neighbours(
    exact_nlp: Any, articles: list[str], seed: int
) -> None:
    articles = [*articles, LONG]
    alone = [exact_nlp(t).to_dict() for t in articles]
    order = random.Random(seed).sample(range(len(articles)), len(articles))
    for size in (1, 2, len(articles)):
        batched = list(exact_nlp.pipe([articles[i] for i in order], batch_size=size))
        for i, doc in zip(order, batched, strict=True):
            assert differences(alone[i], doc.to_dict()) == []


def test_3_holds_in_single_precision_on_news(any_nlp: Any) -> None:
    articles = [line for a in GOLD for line in a["text"].split("\n")] + [LONG]
    alone = [any_nlp(t).to_dict() for t in articles]
    for size in (2, 16):
        for a, b in zip(alone, any_nlp.pipe(articles, batch_size=size), strict=True):
            assert differences(a, b.to_dict()) == []


@given(text=texts, repeat=st.integers(1, 12))
def test_5_every_word_is_seen_once(any_nlp: Any, text: str, repeat: int) -> None:
    scorer = any_nlp._scorer
    article = scorer.tokenizer.encode(text * repeat)
    assert article.words == words(text * repeat)
    found = windows(article, scorer.config.window - scorer.tokenizer.framing)
    assert sorted(w for x in found for w in x.words) == list(range(len(article.words)))


@given(text=texts)
def test_6_a_document_survives_json(any_nlp: Any, text: str) -> None:
    doc = any_nlp(text, published="2018-02-13", id="a")
    assert Document.from_dict(doc.to_dict()) == doc
    line = dump_line(doc.to_dict())
    assert "\n" not in line
    assert Document.from_dict(json.loads(line.encode("utf-8"))) == doc


BAD = st.sampled_from(
    [None, 3, b"bytes", [], {}, {"id": "x"}, {"id": "y", "text": None}, {"text": ["a"]}]
)


@settings(max_examples=25)
@given(records=st.lists(st.one_of(texts.map(lambda t: {"id": "t", "text": t}), BAD), max_size=6))
def test_7_one_bad_record_never_costs_another(nlp: Any, records: list[Any]) -> None:
    results = list(nlp.pipe(records, batch_size=4, errors="return"))
    assert len(results) == len(records)
    for record, result in zip(records, results, strict=True):
        good = isinstance(record, dict) and isinstance(record.get("text"), str)
        assert isinstance(result, Document if good else Failure)
        if good:
            assert result.text == record["text"]
        else:
            assert isinstance(result.error, arabnews.InputError)


def test_7_holds_for_a_failure_that_nobody_foresaw(
    nlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = nlp._scorer._article

    def fragile(encoded: Any, states: Any) -> Any:
        if "كارثة" in encoded.text:
            raise RuntimeError("a bug")
        return real(encoded, states)

    monkeypatch.setattr(nlp._scorer, "_article", fragile)
    records = [{"id": str(i), "text": t} for i, t in enumerate(["قال", "كارثة", "وأضاف"])]
    good, bad, last = nlp.pipe(records, errors="return")
    assert (good.id, last.id) == ("0", "2")
    assert isinstance(bad, Failure) and bad.id == "1" and "a bug" in str(bad.error)
    with pytest.raises(RuntimeError, match="a bug"):
        list(nlp.pipe(records))


@given(text=texts, least=st.floats(0, 1))
def test_what_is_left_after_filtering_still_fits_together(
    nlp: Any, text: str, least: float
) -> None:
    doc = nlp(text).filter(least)
    assert all(x.score >= least for x in (*doc.entities, *doc.quotes, *doc.events))
    for c in doc.clusters:
        assert all(doc.entities[m].cluster == c.id for m in c.mentions)
    known = {c.id for c in doc.clusters}
    for q in doc.quotes:
        assert q.who is None or q.who in known
        assert q.parent is None or q.parent < len(doc.quotes)
    for v in doc.events:
        assert v.quote is None or v.quote < len(doc.quotes)
        assert v.same_as is None or v.same_as < len(doc.events)
        assert all(a.cluster is None or a.cluster in known for a in v.args)


@given(text=texts)
def test_what_a_document_refers_to_is_there(any_nlp: Any, text: str) -> None:
    doc = any_nlp(text)
    assume(doc.entities)
    known = {c.id for c in doc.clusters}
    assert all(e.cluster is None or e.cluster in known for e in doc.entities)
    assert len(known) == len(doc.clusters)
    for i, q in enumerate(doc.quotes):
        assert q.who is None or q.who in known
        assert q.parent is None or (q.parent < len(doc.quotes) and q.parent != i)
    for v in doc.events:
        assert v.source is None or v.source in known
        assert v.quote is None or v.quote < len(doc.quotes)
