"""The network: a shared encoder, BIO tag layers over words, and one family of link scorers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .config import ModelConfig
from .pairs import FEATURES, WORD_FEATURES

__all__ = ["NewsNetwork", "PairScorer", "WordBatch"]

#: A batch of windows: padded ``pieces`` and ``mask`` (windows, length), and for every word of the
#: batch, flat over articles, its window and the places of its first and last piece.
WordBatch = dict[str, Tensor]


class PairScorer(nn.Module):
    """Biaffine scores of (query, candidate) pairs plus a small network over their features."""

    def __init__(self, size: int, link_size: int, outputs: int, features: int) -> None:
        super().__init__()
        self.query = nn.Linear(size, link_size)
        self.candidate = nn.Linear(size, link_size)
        self.bilinear = nn.Parameter(torch.zeros(outputs, link_size, link_size))
        nn.init.normal_(self.bilinear, std=link_size**-1)
        self.lone = nn.Linear(link_size, outputs)
        self.features = nn.Sequential(nn.Linear(features, 48), nn.GELU(), nn.Linear(48, outputs))
        self.dropout = nn.Dropout(0.2)

    def forward(self, q: Tensor, c: Tensor, index: Tensor, features: Tensor) -> Tensor:
        """Score ``q`` (n, size) with ``c[index]``, ``index`` (n, k); returns (n, k, outputs).

        ``features`` are those of the pairs alone, row by row; where ``index`` is -1 the score
        is -inf.
        """
        a = self.dropout(nn.functional.gelu(self.query(q)))
        b = self.dropout(nn.functional.gelu(self.candidate(c)))
        left = torch.einsum("nd,ode->noe", a, self.bilinear)
        # every pair is scored, then those within reach are read off: cheaper than gathering states
        every = torch.einsum("noe,ke->nko", left, b) + self.lone(b)
        row, column = (index >= 0).nonzero(as_tuple=True)
        pairs = every[row, index[row, column]] + self.features(features.to(q.dtype))
        shape = (*index.shape, pairs.shape[-1])
        scores: Tensor = pairs.new_full(shape, float("-inf"), dtype=torch.float32)
        scores[row, column] = pairs.float()
        return scores


class NewsNetwork(nn.Module):
    """Scores of every layer and link over any encoder that returns ``last_hidden_state``."""

    def __init__(self, encoder: nn.Module, config: ModelConfig) -> None:
        super().__init__()
        self.encoder = encoder
        self.settings = config
        hidden, size = int(encoder.config.hidden_size), config.word_size  # type: ignore[union-attr, arg-type]
        self.word = nn.Sequential(nn.Linear(2 * hidden, size), nn.GELU(), nn.LayerNorm(size))
        self.dropout = nn.Dropout(0.15)
        self.tags = nn.ModuleDict(
            {name: nn.Linear(size, len(config.tags(name))) for name in config.layers}
        )
        labels = len(config.candidate_labels())
        if labels:
            self.label = nn.Embedding(labels, size)
            self.span = nn.Sequential(nn.Linear(2 * size, size), nn.GELU(), nn.LayerNorm(size))
        self.links = nn.ModuleDict()
        if config.has_link("quote"):
            self.links["content"] = PairScorer(size, config.link_size, 2, WORD_FEATURES)
            self.links["speaker"] = PairScorer(size, config.link_size, 1, FEATURES)
            self.links["who"] = PairScorer(size, config.link_size, 1, FEATURES)
            # worth of: spoke just before, spoke before, agrees with the cue, disagrees
            self.evidence = nn.Parameter(torch.tensor([1.0, 0.5, 0.5, -1.0]))
        if config.has_link("coref"):
            self.links["coref"] = PairScorer(size, config.link_size, 1, FEATURES)
        if config.has_link("event"):
            self.links["argument"] = PairScorer(
                size, config.link_size, len(config.roles) + 1, FEATURES
            )
            self.modality = nn.Linear(size, max(1, len(config.modalities)))

    def words(self, batch: WordBatch) -> Tensor:
        """Return the states of all words of a batch, (words, word_size)."""
        hidden = self.encoder(
            input_ids=batch["pieces"], attention_mask=batch["mask"]
        ).last_hidden_state
        first = hidden[batch["window"], batch["first"]]
        last = hidden[batch["window"], batch["last"]]
        states: Tensor = self.word(torch.cat([first, last], -1))
        return states

    def spans(self, states: Tensor, first: Tensor, last: Tensor, label: Tensor) -> Tensor:
        """Return the states of spans from those of their first and last words."""
        out: Tensor = self.span(torch.cat([states[first], states[last]], -1)) + self.label(label)
        return out

    def tag_logits(
        self, states: Tensor, layers: Collection[str] | None = None
    ) -> dict[str, Tensor]:
        """Return (words, tags) logits of every layer, or of those named."""
        states = self.dropout(states)
        return {
            name: layer(states)
            for name, layer in self.tags.items()
            if layers is None or name in layers
        }

    def forward(self, batch: WordBatch, targets: Mapping[str, Any]) -> dict[str, Tensor]:
        """Return the training loss; ``targets`` come from ``arabnews.training.targets``."""
        from .losses import loss

        return loss(self, batch, targets)
