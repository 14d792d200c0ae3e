"""What the network is trained to do: tag losses with masked layers, and link losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

if TYPE_CHECKING:
    from .network import NewsNetwork, WordBatch

__all__ = ["IGNORED", "loss"]

IGNORED = -100


def loss(network: NewsNetwork, batch: WordBatch, targets: Sequence[Any]) -> dict[str, Tensor]:
    """Return the sum of the losses of all layers and links that the batch labels.

    ``targets`` holds one item an article: ``tags`` (layer → word tag indices; a layer that is
    absent is masked) and ``links`` (see ``arabnews.training.targets``).
    """
    states = network.words(batch)
    logits = network.tag_logits(states)
    parts: dict[str, list[Tensor]] = {}
    at = 0
    for target in targets:
        n = target["n_words"]
        mine = states[at : at + n]
        for layer, gold in target["tags"].items():
            gold = gold.to(states.device)
            parts.setdefault(layer, []).append(
                cross_entropy(logits[layer][at : at + n].float(), gold, reduction="sum")
            )
        if target.get("links"):
            for name, value in _links(network, mine, target["links"]).items():
                parts.setdefault(name, []).append(value)
        at += n
    words = max(at, 1)
    total = states.new_zeros((), dtype=torch.float32)
    for values in parts.values():
        total = total + torch.stack(values).sum() / words
    return {"loss": 20 * total}


def _links(network: NewsNetwork, states: Tensor, links: dict[str, Any]) -> dict[str, Tensor]:
    device = states.device
    g = {k: v.to(device) if isinstance(v, Tensor) else v for k, v in links.items()}
    out: dict[str, Tensor] = {}
    drop = network.dropout(states)
    candidates = (
        network.spans(drop, g["c_first"], g["c_last"], g["c_label"]) if len(g["c_first"]) else None
    )
    kinds = network.settings
    if len(g["cue"]) and kinds.has_link("quote"):
        cues = drop[g["cue"]]
        scores = network.link("content", cues, drop, g["content_index"], g["content_features"])
        for side in (0, 1):
            out["content"] = out.get("content", 0) + cross_entropy(
                scores[..., side], g["content_gold"][:, side], ignore_index=IGNORED, reduction="sum"
            )
        if candidates is not None:
            for name in ("speaker", "who"):
                scores = network.link(
                    name, cues, candidates, g[f"{name}_index"], g[f"{name}_features"]
                )[..., 0]
                if name == "who":
                    scores = scores + g["who_evidence"] @ network.evidence
                out[name] = _any_of(scores, g[f"{name}_gold"], none=name == "speaker")
    if candidates is not None and len(g["m_at"]) and kinds.has_link("coref"):
        scores = network.link(
            "coref", candidates[g["m_at"]], candidates, g["coref_index"], g["coref_features"]
        )[..., 0]
        out["coref"] = _any_of(scores, g["coref_gold"], none=True)
    if len(g["trigger"]) and kinds.has_link("event"):
        triggers = drop[g["trigger"]]
        if len(g["modality_gold"]):
            out["modality"] = cross_entropy(
                network.modality(triggers).float(), g["modality_gold"], reduction="sum"
            )
        if candidates is not None:
            scores = network.link(
                "argument", triggers, candidates, g["argument_index"], g["argument_features"]
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
