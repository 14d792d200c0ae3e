"""From gold annotations to what the network is trained on: tags a word, and links."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from arabnews.errors import InputError
from arabnews.model.config import RESERVED_LAYERS, ModelConfig
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
from arabnews.text.agreement import Agreement, agreements, compare, cue_agreement, noun_agreement

__all__ = ["Annotation", "WordIndex", "article_targets", "merge_targets"]

#: One article in the gold format, spans as [start, end].
Annotation = Mapping[str, Any]
#: A half-open range of words.
Words = tuple[int, int]


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


@dataclass(slots=True)
class _Marked:
    """One article's annotation in words: spans by layer, and what links them."""

    spans: dict[str, list[tuple[int, int, str]]]
    cluster_of: dict[Words, str | None]
    quotes: list[tuple[int, Words | None, Words | None, str | None]]
    events: list[tuple[int, str, list[tuple[Words, str]]]]


def article_targets(
    article: Annotation, encoded: Encoded, config: ModelConfig, labelled: Collection[str]
) -> dict[str, Any]:
    """Return the targets of one article.

    ``labelled`` names the tag layers that its file labels; the others are masked. An auxiliary
    layer (any name that is not reserved) takes the article's entities as its spans. An article
    without ``clusters`` comes from CoNLL and labels nothing but one layer of spans.
    """
    words, n = WordIndex(encoded.words), len(encoded.words)
    auxiliary = [name for name in labelled if name not in RESERVED_LAYERS]
    if auxiliary or "clusters" not in article:
        (layer,) = labelled
        found = [(words.of(e["span"]), e["label"]) for e in article["entities"]]
        # a CoNLL token may be a mark alone; there is no word to tag then
        tagged = [(*at, label) for at, label in found if at and label in config.layers[layer]]
        return {"n_words": n, "tags": {layer: _bio(n, tagged, config.tags(layer))}, "links": None}
    marked = _locate(article, words)
    tags = {
        name: _bio(n, marked.spans[name], config.tags(name))
        for name in config.layers
        if name in labelled
    }
    return {"n_words": n, "tags": tags, "links": _links(encoded, config, marked)}


#: What links count in: words of the batch, or candidates.
_OFFSETS = {
    **dict.fromkeys(("c_first", "c_last", "cue", "trigger", "content_index"), "words"),
    **dict.fromkeys(
        ("m_at", "speaker_index", "who_index", "coref_index", "argument_index"), "candidates"
    ),
}


def merge_targets(targets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the targets of a batch from those of its articles, words and candidates in a row."""
    layers = dict.fromkeys(layer for t in targets for layer in t["tags"])
    tags = {
        layer: torch.cat(
            [t["tags"].get(layer, torch.full((t["n_words"],), IGNORED)) for t in targets]
        )
        for layer in layers
    }
    parts: dict[str, list[torch.Tensor]] = {}
    at = {"words": 0, "candidates": 0}
    for target in targets:
        links = target["links"] or {}
        for name, value in links.items():
            if name in _OFFSETS:
                value = torch.where(value < 0, value, value + at[_OFFSETS[name]])
            parts.setdefault(name, []).append(value)
        at["words"] += target["n_words"]
        at["candidates"] += len(links.get("c_first", ()))
    return {"tags": tags, "links": {k: torch.cat(v) for k, v in parts.items()}}


def _locate(article: Annotation, words: WordIndex) -> _Marked:
    """Turn an annotation's character spans into word spans, layer by layer."""

    def located(span: Sequence[int], what: str) -> Words:
        found = words.of(span)
        if found is None:
            raise InputError(
                f"{article.get('id')}: {what} {list(span)} touches no word: mark whole words"
            )
        return found

    out = _Marked({layer: [] for layer in RESERVED_LAYERS}, {}, [], [])
    for e in article.get("entities", ()):
        span = located(e["span"], "entity")
        out.spans["entity"].append((*span, e["label"]))
        out.cluster_of[span] = e.get("cluster")
    for quote in article.get("quotes", ()):
        speaker = located(quote["speaker"], "speaker") if quote.get("speaker") else None
        if speaker and speaker not in out.cluster_of:
            out.spans["source"].append((*speaker, "source"))
            out.cluster_of[speaker] = quote.get("who")
        content = located(quote["content"][0], "content") if quote.get("content") else None
        if quote.get("cue"):
            cue, label = located(quote["cue"], "cue"), "cue"
        elif speaker:
            # a headline colon: the last word of the speaker anchors the quote
            cue, label = (speaker[1] - 1, speaker[1]), "colon"
        else:
            continue
        out.quotes.append((cue[0], speaker, content, quote.get("who")))
        if (*cue, label) not in out.spans["cue"]:
            out.spans["cue"].append((*cue, label))
    out.quotes.sort(key=lambda q: (q[0], q[2] or (0, 0)))
    taken = set(out.cluster_of)
    for event in article.get("events", ()):
        trigger = located(event["trigger"], "trigger")
        out.spans["trigger"].append((*trigger, event["etype"]))
        args = [(located(a["span"], "argument"), a["role"]) for a in event.get("args", ())]
        out.events.append((trigger[0], event["modality"], args))
        out.spans["argument"] += [
            (*s, "argument") for s in dict.fromkeys(s for s, _ in args) if s not in taken
        ]
        taken.update(s for s, _ in args)
    return out


def _links(encoded: Encoded, config: ModelConfig, marked: _Marked) -> dict[str, Any]:
    label_index = {name: i for i, name in enumerate(config.candidate_labels())}
    rows = sorted(
        {
            (first, stop, label_index[f"{layer}:{label}"])
            for layer in ("entity", "source", "argument")
            for first, stop, label in marked.spans[layer]
            if f"{layer}:{label}" in label_index
        }
    )
    columns = (np.asarray([r[i] for r in rows], dtype=np.int64) for i in range(3))
    table = SpanTable.of(encoded, *columns)
    out: dict[str, Any] = {
        "c_first": table.first, "c_last": table.stop - 1, "c_label": table.label,
    }  # fmt: skip
    cue = np.asarray([q[0] for q in marked.quotes], dtype=np.int64)
    cues = SpanTable.of_words(encoded, cue)
    clusters = [marked.cluster_of.get((a, b)) for a, b, _ in rows]
    entity = np.asarray(
        [config.candidate_labels()[r[2]].startswith("entity:") for r in rows], dtype=bool
    )
    out |= {"cue": cue, **_content_links(encoded, marked, cue)}
    out |= _speaker_links(encoded, marked, cues, table)
    labels = [config.candidate_labels()[r[2]].split(":")[1] for r in rows]
    out |= _who_links(encoded, marked, cues, table, clusters, labels)
    out |= _coref_links(encoded, table, clusters, entity)
    out |= _event_links(encoded, config, marked, table)
    return {k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in out.items()}


def _content_links(encoded: Encoded, marked: _Marked, cue: np.ndarray) -> dict[str, Any]:
    index = band(cue, np.arange(len(encoded.words)), *CONTENT_BAND)
    gold = np.full((len(cue), 2), IGNORED)
    for i, (at, _, content, _) in enumerate(marked.quotes):
        if content and (cue == at).sum() == 1:  # over bullets one anchor has several contents
            low, high = (w - at + CONTENT_BAND[0] for w in (content[0], content[1] - 1))
            if 0 <= low < index.shape[1] and 0 <= high < index.shape[1]:
                gold[i] = low, high
    features = word_features(cue, index, encoded).astype(np.uint8)
    return {"content_index": index, "content_features": features, "content_gold": gold}


def _speaker_links(
    encoded: Encoded, marked: _Marked, cues: SpanTable, table: SpanTable
) -> dict[str, Any]:
    index = band(cues.first, table.first, *BANDS["speaker"])
    spans = list(zip(table.first.tolist(), table.stop.tolist(), strict=True))
    right = np.zeros(index.shape, dtype=bool)
    for i, (_, speaker, _, _) in enumerate(marked.quotes):
        if speaker:
            right[i] = [j >= 0 and spans[j] == speaker for j in index[i]]
    features = pair_features(encoded, cues, table, index).astype(np.uint8)
    return {"speaker_index": index, "speaker_gold": right, "speaker_features": features}


def _who_links(
    encoded: Encoded, marked: _Marked, cues: SpanTable, table: SpanTable,
    clusters: Sequence[str | None], labels: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    index = band(cues.first, table.first, *BANDS["who"])
    right = np.zeros(index.shape, dtype=bool)
    evidence = np.zeros((*index.shape, 4), dtype=np.uint8)
    spoke: list[str] = []
    known = _agreements(encoded, marked, table, clusters, labels)
    for i, (at, by, _, who) in enumerate(marked.quotes):
        wanted = _cue_agreement(encoded, at, by)
        for k, j in enumerate(index[i]):
            if j >= 0 and (cluster := clusters[j]) is not None:
                right[i, k] = cluster == who
                evidence[i, k] = (
                    spoke[-1:] == [cluster], cluster in spoke,
                    *compare(known.get(cluster), wanted),
                )  # fmt: skip
        if who is not None:
            spoke.append(who)
    features = pair_features(encoded, cues, table, index).astype(np.uint8)
    return {
        "who_index": index, "who_gold": right, "who_evidence": evidence, "who_features": features,
    }  # fmt: skip


def _cue_agreement(encoded: Encoded, at: int, by: Words | None) -> Agreement | None:
    """Return whom a cue agrees with; a colon's anchor, inside its speaker, is no verb."""
    return None if by and at in range(*by) else cue_agreement(encoded.forms[at])


def _agreements(
    encoded: Encoded, marked: _Marked, table: SpanTable, clusters: Sequence[str | None],
    labels: Sequence[str],
) -> dict[str, Agreement]:  # fmt: skip
    """Return gender and number of the clusters whose nouns or written subjects show them."""
    cues = [
        (cluster, _cue_agreement(encoded, at, by)) for at, by, _, cluster in marked.quotes if by
    ]
    nouns = [
        (cluster, noun_agreement(encoded.forms[first], label))
        for first, cluster, label in zip(table.first, clusters, labels, strict=True)
    ]
    return agreements(nouns, cues)


def _coref_links(
    encoded: Encoded, table: SpanTable, clusters: Sequence[str | None], entity: np.ndarray
) -> dict[str, Any]:
    at = np.asarray([i for i, c in enumerate(clusters) if c is not None and entity[i]], np.int64)
    mentions = table.at(at)
    index = band(mentions.first, table.first, *BANDS["coref"])
    right = np.zeros(index.shape, dtype=bool)
    for row, i in enumerate(at):
        right[row] = [j >= 0 and clusters[j] == clusters[i] for j in index[row]]
    features = pair_features(encoded, mentions, table, index).astype(np.uint8)
    return {"m_at": at, "coref_index": index, "coref_gold": right, "coref_features": features}


def _event_links(
    encoded: Encoded, config: ModelConfig, marked: _Marked, table: SpanTable
) -> dict[str, Any]:
    trigger = np.asarray([e[0] for e in marked.events], dtype=np.int64)
    triggers = SpanTable.of_words(encoded, trigger)
    index = band(trigger, table.first, *BANDS["argument"])
    spans = list(zip(table.first.tolist(), table.stop.tolist(), strict=True))
    kinds = np.zeros(index.shape, dtype=np.int64)
    for i, (_, _, args) in enumerate(marked.events):
        wanted = {span: config.roles.index(role) + 1 for span, role in args}
        kinds[i] = [wanted.get(spans[j], 0) if j >= 0 else 0 for j in index[i]]
    modality = [config.modalities.index(e[1]) for e in marked.events]
    return {
        "trigger": trigger, "argument_index": index, "argument_gold": kinds,
        "argument_features": pair_features(encoded, triggers, table, index).astype(np.uint8),
        "modality_gold": np.asarray(modality, dtype=np.int64),
    }  # fmt: skip
