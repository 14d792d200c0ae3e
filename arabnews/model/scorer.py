"""From encoded articles to scored spans and links, the last step before ``arabnews.resolve``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .batching import pad, token_batches
from .config import RESERVED_LAYERS, ModelConfig
from .decode import Floats, ScoredSpan, best_interval, decode_layer, softmax
from .network import NewsNetwork
from .pairs import BANDS, CONTENT_BAND, SpanTable, band, pair_features, word_features
from .repeats import with_repeats
from .scores import ArticleScores, Link
from .tokenizer import Encoded, NewsTokenizer
from .windows import windows

__all__ = ["Scorer"]

#: Padded sub-words that go through the encoder at once.
TOKEN_BUDGET = {"cpu": 4_096, "cuda": 65_536}
#: Queries that are linked at once, so that memory stays bounded in an article of any length.
QUERIES = 512


class Scorer:
    """Runs a network over articles in length-sorted batches; results keep the given order."""

    def __init__(
        self, network: NewsNetwork, tokenizer: NewsTokenizer, device: str, dtype: str | None = None
    ) -> None:
        self.network = network.eval().to(device)
        if dtype:  # the encoder's alone: what follows it is small, and is to be exact
            self.network.encoder.to(getattr(torch, dtype))
        self.tokenizer = tokenizer
        self.config: ModelConfig = network.settings
        self.device = torch.device(device)
        # auxiliary layers are read only where they are asked for
        wanted = (*RESERVED_LAYERS, *self.config.span_layers)
        self.layers = [name for name in self.config.layers if name in wanted]
        self.budget = TOKEN_BUDGET.get(self.device.type, TOKEN_BUDGET["cpu"])

    @torch.inference_mode()
    def score(self, articles: Sequence[Encoded]) -> list[ArticleScores]:
        """Return the scores of each article."""
        return [
            self._article(encoded, states)
            for encoded, states in zip(articles, self._states(articles), strict=True)
        ]

    @torch.inference_mode()
    def spans(self, encoded: Encoded, layer: str) -> list[ScoredSpan]:
        """Return the spans of one tag layer of one article."""
        logits = self.network.tags[layer](self._states([encoded])[0]).float().cpu().numpy()
        return decode_layer(
            logits, self.config.tags(layer), layer, bias=self.config.bias.get(layer, 0.0)
        )

    def _states(self, articles: Sequence[Encoded]) -> list[Tensor]:
        """Return the word states of each article, (words, word_size)."""
        items = [
            (k, e, w)
            for k, e in enumerate(articles)
            for w in windows(e, self.config.window - self.tokenizer.framing)
        ]
        width = 2 * int(self.network.encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        pairs = [torch.zeros(len(e.words), width, device=self.device) for e in articles]
        for group in token_batches((w.end - w.start for _, _, w in items), self.budget):
            pieces, mask = pad([items[i][1:] for i in group], self.tokenizer)
            hidden = self.network.encoder(
                input_ids=pieces.to(self.device), attention_mask=mask.to(self.device)
            ).last_hidden_state
            for row, i in enumerate(group):
                k, _, w = items[i]
                first, last = torch.from_numpy(w.first + 1), torch.from_numpy(w.last + 1)
                both = torch.cat([hidden[row, first], hidden[row, last]], -1)
                pairs[k][torch.from_numpy(w.words)] = both.to(pairs[k].dtype)
        return [self.network.word(p) if len(p) else p[:, : self.config.word_size] for p in pairs]

    def _article(self, encoded: Encoded, states: Tensor) -> ArticleScores:
        config, network = self.config, self.network
        spans = {
            name: decode_layer(
                logits.float().cpu().numpy(), config.tags(name), name,
                bias=config.bias.get(name, 0.0),
            )
            for name, logits in network.tag_logits(states, self.layers).items()
        }  # fmt: skip
        spans["entity"] = with_repeats(spans.get("entity", []), encoded.forms)
        candidates = _candidates(spans)
        cues = spans["cue"] if config.has_link("quote") else []
        triggers = spans["trigger"] if config.has_link("event") else []
        made: dict[str, Any] = {"speaker": [], "who": [], "arguments": [], "coref": {}}
        table = _table(candidates, config)
        c_states = None
        if candidates:
            c_states = network.spans(
                states,
                *(self._tensor(x) for x in (table.first, table.stop - 1, table.label)),
            )
        content = self._content(encoded, states, cues)
        if c_states is not None:
            for name in ("speaker", "who"):
                rows = self._links(name, encoded, states, cues, table, c_states)
                made[name] = [
                    Link(j, self._or_none(name, s) if name == "speaker" else s[:, 0])
                    for j, s in rows
                ]
            rows = self._links("argument", encoded, states, triggers, table, c_states)
            bias = np.float32(config.bias.get("link:argument", 0.0))
            made["arguments"] = [Link(j, _roles(s, bias)) for j, s in rows]
            made["coref"] = self._coref(encoded, candidates, table, c_states)
        modality = [("asserted", 1.0)] * len(triggers)
        if triggers and config.modalities:
            at = self._tensor(np.asarray([t.first for t in triggers]))
            p = softmax(network.modality(states[at]).float().cpu().numpy())
            modality = [(config.modalities[int(r.argmax())], float(r.max())) for r in p]
        nothing = Link(np.zeros(0, int), np.zeros(0, np.float32))
        evidence = tuple(network.evidence.tolist()) if "who" in network.links else (0.0,) * 4
        return ArticleScores(
            encoded=encoded, candidates=candidates, cues=cues, content=content,
            speaker=made["speaker"] or [nothing] * len(cues),
            who=made["who"] or [nothing] * len(cues), triggers=triggers, modality=modality,
            arguments=made["arguments"]
            or [Link(nothing.candidates, np.zeros((0, len(config.roles)), np.float32))]
            * len(triggers),
            coref=made["coref"], roles=config.roles, evidence=evidence,
            calibration=config.calibration,
            extra=[s for name in config.span_layers for s in spans.get(name, [])],
        )  # fmt: skip

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device)

    def _content(
        self, encoded: Encoded, states: Tensor, cues: list[ScoredSpan]
    ) -> list[tuple[int, int, float]]:
        out = []
        everywhere = np.arange(len(encoded.words))
        for k in range(0, len(cues), QUERIES):
            at = np.asarray([c.first for c in cues[k : k + QUERIES]])
            index = band(at, everywhere, *CONTENT_BAND)
            scores = self.network.links["content"](
                states[self._tensor(at)], states, self._tensor(index),
                self._tensor(word_features(at, index, encoded)),
            ).cpu().numpy()  # fmt: skip
            for row, ids in zip(scores, index, strict=True):
                first, last, p = best_interval(row[:, 0], row[:, 1])
                out.append((int(ids[first]), int(ids[last]) + 1, p))
        return out

    def _links(
        self, name: str, encoded: Encoded, states: Tensor, queries: list[ScoredSpan],
        table: SpanTable, c_states: Tensor, q_states: Tensor | None = None,
    ) -> list[tuple[np.ndarray, Floats]]:  # fmt: skip
        """Return, a query, the candidates within reach and their raw scores."""
        out = []
        for k in range(0, len(queries), QUERIES):
            part = queries[k : k + QUERIES]
            first = np.asarray([q.first for q in part])
            stop = first + 1 if q_states is None else np.asarray([q.stop for q in part])
            label = np.full(len(part), -1)
            if q_states is not None:
                label = _table(part, self.config).label
            index = band(first, table.first, *BANDS[name])
            features = pair_features(encoded, SpanTable(first, stop, label), table, index)
            q = states[self._tensor(first)] if q_states is None else q_states[k : k + QUERIES]
            scores = self.network.links[name](
                q, c_states, self._tensor(index), self._tensor(features)
            ).cpu().numpy()  # fmt: skip
            out += [(j[j >= 0], s[j >= 0]) for j, s in zip(index, scores, strict=True)]
        return out

    def _coref(
        self, encoded: Encoded, candidates: list[ScoredSpan], table: SpanTable, c_states: Tensor
    ) -> dict[int, Link]:
        if "coref" not in self.network.links:
            return {}
        at = [i for i, c in enumerate(candidates) if c.layer == "entity" and c.label != "DATE"]
        if not at:
            return {}
        rows = self._links(
            "coref", encoded, c_states, [candidates[i] for i in at], table, c_states,
            q_states=c_states[self._tensor(np.asarray(at))],
        )  # fmt: skip
        return {i: Link(j, self._or_none("coref", s)) for i, (j, s) in zip(at, rows, strict=True)}

    def _or_none(self, name: str, scores: Floats) -> Floats:
        """Return probabilities in a choice that may also fall on nothing (score 0)."""
        bias = np.float32(self.config.bias.get(f"link:{name}", 0.0))
        return softmax(np.append(scores[:, 0] + bias, np.float32(0)))[:-1]


def _roles(scores: Floats, bias: np.float32) -> Floats:
    """Return the probabilities of the roles; the first score is that of none."""
    shifted = scores.copy()
    shifted[:, 1:] += bias
    return softmax(shifted)[:, 1:]


def _candidates(spans: dict[str, list[ScoredSpan]]) -> list[ScoredSpan]:
    """Merge entities, sources and argument phrases; of equal spans the entity stays."""
    found: dict[tuple[int, int], ScoredSpan] = {}
    for layer in ("entity", "source", "argument"):
        for span in spans.get(layer, []):
            found.setdefault((span.first, span.stop), span)
    return [found[k] for k in sorted(found)]


def _table(spans: list[ScoredSpan], config: ModelConfig) -> SpanTable:
    index = {name: i for i, name in enumerate(config.candidate_labels())}
    return SpanTable(
        np.asarray([s.first for s in spans], dtype=np.int64),
        np.asarray([s.stop for s in spans], dtype=np.int64),
        np.asarray([index.get(f"{s.layer}:{s.label}", 0) for s in spans], dtype=np.int64),
    )
