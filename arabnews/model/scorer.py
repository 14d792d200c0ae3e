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
from .pairs import BANDS, CONTENT_BAND, SpanTable, band, pair_features, within, word_features
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
        self.budget = TOKEN_BUDGET.get(self.device.type, TOKEN_BUDGET["cpu"])

    @property
    def layers(self) -> list[str]:
        """The tag layers that are read; auxiliary ones only where they are asked for."""
        wanted = (*RESERVED_LAYERS, *self.config.span_layers)
        return [name for name in self.config.layers if name in wanted]

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
                input_ids=pieces.to(self.device),
                attention_mask=None if mask.all() else mask.to(self.device),
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
        made: dict[str, Any] = {"speaker": [], "who": [], "argument": [], "coref": {}}
        table = _table(encoded, candidates, config)
        c_states = None
        if candidates:
            c_states = network.spans(
                states,
                *(self._tensor(x) for x in (table.first, table.stop - 1, table.label)),
            )
        content = self._content(encoded, states, cues)
        if c_states is not None:
            for name, spans_of in (("speaker", cues), ("who", cues), ("argument", triggers)):
                heads = np.asarray([s.first for s in spans_of], dtype=np.int64)
                made[name] = self._links(
                    name, encoded, SpanTable.of_words(encoded, heads),
                    states[self._tensor(heads)], table, c_states,
                )  # fmt: skip
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
            arguments=made["argument"]
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
        out: list[tuple[int, int, float]] = []
        everywhere = np.arange(len(encoded.words))
        for k in range(0, len(cues), QUERIES):
            at = np.asarray([c.first for c in cues[k : k + QUERIES]])
            index = band(at, everywhere, *CONTENT_BAND)
            stretch, local = within(index)
            scores = self.network.links["content"](
                states[self._tensor(at)], states[stretch], self._tensor(local),
                self._tensor(word_features(at, index, encoded)),
            ).cpu().numpy()  # fmt: skip
            first, last, p = best_interval(scores[..., 0], scores[..., 1])
            rows = np.arange(len(index))
            words = index[rows, first], index[rows, last] + 1, p
            out += zip(*(x.tolist() for x in words), strict=True)
        return out

    def _links(
        self, name: str, encoded: Encoded, queries: SpanTable, q_states: Tensor,
        table: SpanTable, c_states: Tensor,
    ) -> list[Link]:  # fmt: skip
        """Return, a query, the candidates within reach and what they score."""
        out = []
        for k in range(0, len(queries), QUERIES):
            part = queries.at(np.arange(k, min(k + QUERIES, len(queries))))
            index = band(part.first, table.first, *BANDS[name])
            features = pair_features(encoded, part, table, index)
            stretch, local = within(index)
            raw = self.network.links[name](
                q_states[k : k + QUERIES], c_states[stretch], self._tensor(local),
                self._tensor(features),
            ).cpu().numpy()  # fmt: skip
            scores = self._scored(name, raw)
            near = index >= 0
            out += [Link(j[n], s[n]) for j, s, n in zip(index, scores, near, strict=True)]
        return out

    def _scored(self, name: str, raw: Floats) -> Floats:
        """Return what the resolvers read, of raw scores (queries, candidates, outputs).

        Probabilities in a choice that may also fall on nothing (score 0); of arguments, those of
        the roles of each candidate, the first score being that of none; of ``who``, scores.
        """
        if name == "who":
            return raw[..., 0]
        bias = np.float32(self.config.bias.get(f"link:{name}", 0.0))
        if name == "argument":
            return softmax(np.concatenate([raw[..., :1], raw[..., 1:] + bias], -1))[..., 1:]
        nothing = np.zeros((len(raw), 1), np.float32)
        return softmax(np.concatenate([raw[..., 0] + bias, nothing], -1))[:, :-1]

    def _coref(
        self, encoded: Encoded, candidates: list[ScoredSpan], table: SpanTable, c_states: Tensor
    ) -> dict[int, Link]:
        if "coref" not in self.network.links:
            return {}
        at = [i for i, c in enumerate(candidates) if c.layer == "entity" and c.label != "DATE"]
        rows = np.asarray(at, dtype=np.int64)
        links = self._links(
            "coref", encoded, table.at(rows), c_states[self._tensor(rows)], table, c_states
        )
        return dict(zip(at, links, strict=True))


def _candidates(spans: dict[str, list[ScoredSpan]]) -> list[ScoredSpan]:
    """Merge entities, sources and argument phrases; of equal spans the entity stays."""
    found: dict[tuple[int, int], ScoredSpan] = {}
    for layer in ("entity", "source", "argument"):
        for span in spans.get(layer, []):
            found.setdefault((span.first, span.stop), span)
    return [found[k] for k in sorted(found)]


def _table(encoded: Encoded, spans: list[ScoredSpan], config: ModelConfig) -> SpanTable:
    index = {name: i for i, name in enumerate(config.candidate_labels())}
    return SpanTable.of(
        encoded,
        np.asarray([s.first for s in spans], dtype=np.int64),
        np.asarray([s.stop for s in spans], dtype=np.int64),
        np.asarray([index.get(f"{s.layer}:{s.label}", 0) for s in spans], dtype=np.int64),
    )
