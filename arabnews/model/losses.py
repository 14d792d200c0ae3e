"""What the network is trained to do: tag losses with masked layers, and link losses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

if TYPE_CHECKING:
    from .network import NewsNetwork, WordBatch

__all__ = ["IGNORED", "loss"]

IGNORED = -100


def loss(network: NewsNetwork, batch: WordBatch, targets: Mapping[str, Any]) -> dict[str, Tensor]:
    """Return the sum of the losses of all layers and links that the batch labels, a word.

    ``targets`` holds those of all articles of the batch: ``tags`` (layer → tag index of every
    word, ``IGNORED`` where its article does not label the layer) and ``links`` (see
    ``arabnews.training.targets``).
    """
    states = network.words(batch)
    total = states.new_zeros((), dtype=torch.float32)
    for layer, logits in network.tag_logits(states, targets["tags"]).items():
        gold = targets["tags"][layer].to(states.device)
        total = total + cross_entropy(
            logits.float(), gold, ignore_index=IGNORED, reduction="sum"
        )
    if targets["links"]:
        # exact, and faster so: low precision compiles each of the many small shapes anew
        with torch.autocast(states.device.type, enabled=False):
            for value in _links(network, states.float(), targets["links"]).values():
                total = total + value
    return {"loss": 20 * total / max(len(states), 1)}


def _links(network: NewsNetwork, states: Tensor, links: dict[str, Any]) -> dict[str, Tensor]:
    g = {k: v.to(states.device) for k, v in links.items()}
    out: dict[str, Tensor] = {}
    drop = network.dropout(states)
    candidates = (
        network.spans(drop, g["c_first"], g["c_last"], g["c_label"]) if len(g["c_first"]) else None
    )
    kinds = network.settings
    if len(g["cue"]) and kinds.has_link("quote"):
        cues = drop[g["cue"]]
        scores = network.links["content"](
            cues, drop, g["content_index"], g["content_features"]
        )
        for side in (0, 1):
            out["content"] = out.get("content", 0) + cross_entropy(
                scores[..., side], g["content_gold"][:, side], ignore_index=IGNORED, reduction="sum"
            )
        if candidates is not None:
            for name in ("speaker", "who"):
                scores = network.links[name](
                    cues, candidates, g[f"{name}_index"], g[f"{name}_features"]
                )[..., 0]
                if name == "who":
                    scores = scores + g["who_evidence"].float() @ network.evidence
                out[name] = _any_of(scores, g[f"{name}_gold"], none=name == "speaker")
    if candidates is not None and len(g["m_at"]) and kinds.has_link("coref"):
        scores = network.links["coref"](
            candidates[g["m_at"]], candidates, g["coref_index"], g["coref_features"]
        )[..., 0]
        out["coref"] = _any_of(scores, g["coref_gold"], none=True)
    if len(g["trigger"]) and kinds.has_link("event"):
        triggers = drop[g["trigger"]]
        if len(g["modality_gold"]):
            out["modality"] = cross_entropy(
                network.modality(triggers).float(), g["modality_gold"], reduction="sum"
            )
        if candidates is not None:
            scores = network.links["argument"](
                triggers, candidates, g["argument_index"], g["argument_features"]
            )
            real = g["argument_index"] >= 0
            out["argument"] = cross_entropy(
                scores[real], g["argument_gold"][real], reduction="sum"
            )
    return out


def _any_of(scores: Tensor, gold: Tensor, *, none: bool) -> Tensor:
    """Return −log of the probability that any right candidate is chosen.

    With ``none`` a further choice of score 0 is right where no candidate is; without it, queries
    that have no right candidate in reach are left out.
    """
    floor = torch.finfo(scores.dtype).min
    scores = scores.clamp(min=floor / 4)
    right = scores.masked_fill(~gold, floor / 2)
    if none:
        zero = scores.new_zeros(len(scores), 1)
        scores = torch.cat([scores, zero], 1)
        empty = ~gold.any(1, keepdim=True)
        right = torch.cat([right, zero.masked_fill(~empty, floor / 2)], 1)
        keep = torch.ones(len(scores), dtype=torch.bool, device=scores.device)
    else:
        keep = gold.any(1)
    each = torch.logsumexp(scores, 1) - torch.logsumexp(right, 1)
    return each[keep].sum()
