"""From gold annotations to what the network is trained on: tags a word, and links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from arabnews.model.config import ModelConfig
from arabnews.model.losses import IGNORED
from arabnews.model.pairs import (
    BANDS,
    CONTENT_BAND,
    SpanTable,
    band,
    pair_features,
    word_features,
)
from arabnews.model.tokenizer import Encoded

__all__ = ["Annotation", "WordIndex", "article_targets"]

#: One article in the gold format, spans as [start, end].
Annotation = Mapping[str, Any]


class WordIndex:
    """Which words a character span touches, by binary search."""

    def __init__(self, words: Sequence[tuple[int, int]]) -> None:
        self.starts = np.asarray([s for s, _ in words])
        self.ends = np.asarray([e for _, e in words])

    def of(self, span: Sequence[int]) -> tuple[int, int] | None:
        """Return the half-open word range that ``span`` touches, or ``None``."""
        first = int(np.searchsorted(self.ends, span[0], "right"))
        stop = int(np.searchsorted(self.starts, span[1], "left"))
        return (first, stop) if first < stop else None


def _bio(n: int, spans: list[tuple[int, int, str]], tags: Sequence[str]) -> torch.Tensor:
    """Write spans as BIO; of two that overlap the longer is kept."""
    index = {t: i for i, t in enumerate(tags)}
    out = np.zeros(n, dtype=np.int64)
    for first, stop, label in sorted(spans, key=lambda s: (s[0] - s[1], s)):
        if not out[first:stop].any():
            out[first] = index[f"B-{label}"]
            out[first + 1 : stop] = index[f"I-{label}"]
    return torch.from_numpy(out)


def article_targets(
    article: Annotation, encoded: Encoded, config: ModelConfig, layers: Mapping[str, str] | None
) -> dict[str, Any]:
    """Return the targets of one article.

    ``layers`` is ``None`` for a fully annotated article; for one that labels entities only (CoNLL)
    it maps "entity" to the layer its entities train, and nothing else is labelled.
    """
    words, n = WordIndex(encoded.words), len(encoded.words)

    def located(span: Sequence[int], what: str) -> tuple[int, int]:
        found = words.of(span)
        if found is None:
            raise ValueError(f"{article.get('id')}: {what} {list(span)} touches no word")
        return found

    entities = [(*located(e["span"], "entity"), e["label"]) for e in article.get("entities", ())]
    if layers is not None:
        layer = layers["entity"]
        spans = [e for e in entities if e[2] in config.layers[layer]]
        return {"n_words": n, "tags": {layer: _bio(n, spans, config.tags(layer))}, "links": None}

    spans: dict[str, list[tuple[int, int, str]]] = {"entity": entities}
    taken = {(a, b) for a, b, _ in entities}
    cluster_of = {
        located(e["span"], "entity"): e.get("cluster") for e in article.get("entities", ())
    }
    spans["source"], spans["cue"], quotes = [], [], []
    for quote in article.get("quotes", ()):
        speaker = located(quote["speaker"], "speaker") if quote.get("speaker") else None
        if speaker and speaker not in taken:
            taken.add(speaker)
            spans["source"].append((*speaker, "source"))
            cluster_of[speaker] = quote.get("who")
        content = located(quote["content"][0], "content") if quote.get("content") else None
        if quote.get("cue"):
            cue = located(quote["cue"], "cue")
            quotes.append((cue[0], speaker, content, quote.get("who")))
            spans["cue"].append((*cue, "cue"))
        elif speaker:
            # a headline colon: the last word of the speaker anchors the quote
            quotes.append((speaker[1] - 1, speaker, content, quote.get("who")))
            spans["cue"].append((speaker[1] - 1, speaker[1], "colon"))
    spans["cue"] = list(dict.fromkeys(spans["cue"]))
    spans["trigger"], spans["argument"], events = [], [], []
    for event in article.get("events", ()):
        trigger = located(event["trigger"], "trigger")
        spans["trigger"].append((*trigger, event["etype"]))
        args = [(located(a["span"], "argument"), a["role"]) for a in event.get("args", ())]
        events.append((trigger[0], event["modality"], args))
        for span, _ in args:
            if span not in taken:
                taken.add(span)
                spans["argument"].append((*span, "argument"))
    tags = {
        name: _bio(n, spans.get(name, []), config.tags(name))
        for name in config.layers
        if name in spans
    }
    links = _links(encoded, config, spans, cluster_of, quotes, events)
    return {"n_words": n, "tags": tags, "links": links}


def _links(
    encoded: Encoded, config: ModelConfig, spans: Mapping[str, list[tuple[int, int, str]]],
    cluster_of: Mapping[tuple[int, int], str | None], quotes: list[Any], events: list[Any],
) -> dict[str, Any]:  # fmt: skip
    label_index = {name: i for i, name in enumerate(config.candidate_labels())}
    rows = sorted(
        {
            (first, stop, label_index[f"{layer}:{label}"])
            for layer in ("entity", "source", "argument")
            for first, stop, label in spans[layer]
            if f"{layer}:{label}" in label_index
        }
    )
    table = SpanTable(*(np.asarray([r[i] for r in rows], dtype=np.int64) for i in range(3)))
    clusters = [cluster_of.get((a, b)) for a, b, _ in rows]
    place = {(a, b): i for i, (a, b, _) in enumerate(rows)}
    out: dict[str, Any] = {
        "c_first": table.first, "c_last": table.stop - 1, "c_label": table.label,
    }  # fmt: skip

    quotes = sorted(quotes, key=lambda q: (q[0], q[2] or (0, 0)))
    cue = np.asarray([q[0] for q in quotes], dtype=np.int64)
    cues = SpanTable(cue, cue + 1, np.full(len(cue), -1))
    index = band(cue, np.arange(len(encoded.words)), *CONTENT_BAND)
    out |= {"cue": cue, "content_index": index}
    out["content_features"] = word_features(cue, index, encoded).astype(np.uint8)
    gold = np.full((len(quotes), 2), IGNORED)
    anchors = [q[0] for q in quotes]
    for i, (at, _, content, _) in enumerate(quotes):
        if content and anchors.count(at) == 1:
            low, high = (w - at + CONTENT_BAND[0] for w in (content[0], content[1] - 1))
            if 0 <= low < index.shape[1] and 0 <= high < index.shape[1]:
                gold[i] = low, high
    out["content_gold"] = gold
    for name in ("speaker", "who"):
        index = band(cue, table.first, *BANDS[name])
        right = np.zeros(index.shape, dtype=bool)
        recent = np.zeros((*index.shape, 2), dtype=np.uint8)
        spoke: list[str] = []
        for i, (_, speaker, _, who) in enumerate(quotes):
            for k, j in enumerate(index[i]):
                if j < 0:
                    continue
                if name == "speaker":
                    right[i, k] = speaker is not None and place.get(speaker) == j
                elif clusters[j] is not None:
                    right[i, k] = clusters[j] == who
                    recent[i, k] = (spoke[-1:] == [clusters[j]], clusters[j] in spoke)
            if who is not None:
                spoke.append(who)
        out |= {f"{name}_index": index, f"{name}_gold": right}
        out[f"{name}_features"] = pair_features(encoded, cues, table, index).astype(np.uint8)
        if name == "who":
            out["who_recent"] = recent

    entity_labels = {i for name, i in label_index.items() if name.startswith("entity:")}
    at = np.asarray(
        [i for i, r in enumerate(rows) if r[2] in entity_labels and clusters[i] is not None],
        dtype=np.int64,
    )
    mentions = SpanTable(table.first[at], table.stop[at], table.label[at])
    index = band(mentions.first, table.first, *BANDS["coref"])
    out |= {"m_at": at, "coref_index": index}
    out["coref_gold"] = np.asarray(
        [[j >= 0 and clusters[j] == clusters[i] for j in row] for i, row in zip(at, index, strict=True)],
        dtype=bool,
    ).reshape(index.shape)
    out["coref_features"] = pair_features(encoded, mentions, table, index).astype(np.uint8)

    trigger = np.asarray([e[0] for e in events], dtype=np.int64)
    triggers = SpanTable(trigger, trigger + 1, np.full(len(trigger), -1))
    index = band(trigger, table.first, *BANDS["argument"])
    kinds = np.zeros(index.shape, dtype=np.int64)
    for i, (_, _, args) in enumerate(events):
        wanted = {place[s]: config.roles.index(r) + 1 for s, r in args if s in place}
        for k, j in enumerate(index[i]):
            kinds[i, k] = wanted.get(int(j), 0)
    out |= {"trigger": trigger, "argument_index": index, "argument_gold": kinds}
    out["argument_features"] = pair_features(encoded, triggers, table, index).astype(np.uint8)
    out["modality_gold"] = np.asarray(
        [config.modalities.index(e[1]) for e in events], dtype=np.int64
    )
    return {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in out.items()}
