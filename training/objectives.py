"""What a pretraining step minimises: masked tokens (BERT) or replaced tokens (ELECTRA)."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from .corpus import SPECIAL

__all__ = ["masked_loss", "replaced_loss", "frozen"]


def masked_loss(
    model: Any, encoder: Any, batch: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Tensor:  # fmt: skip
    """Return the mean loss, in nats a token, of naming the tokens at the masked places.

    ``batch`` is one of :class:`~arabnews.training.masking.MaskedBatches`; ``encoder`` is the
    encoder of ``model``, perhaps compiled.
    """
    ids, corrupted, chosen = batch
    device = model.device
    where = torch.from_numpy(chosen).to(device)
    logits = _logits(model, encoder, torch.from_numpy(corrupted).to(device), where)
    return cross_entropy(logits, torch.from_numpy(ids[chosen]).to(device))


def replaced_loss(
    model: Any, encoder: Any, batch: tuple[np.ndarray, np.ndarray, np.ndarray], *,
    generator: Any, seed: int,
) -> Tensor:  # fmt: skip
    """Return the mean loss, in nats a token, of telling true tokens from a generator's guesses.

    The masked places are filled with tokens drawn from ``generator``, a masked-language model
    that does not learn. A token's score is that of the model's own output layer for it (an
    energy model, as ELECTRIC has it), so there is no further head, and the encoder reads text
    without masks, as it does in use. Source: Clark et al. 2020a, 2020b.
    """
    ids, corrupted, chosen = batch
    device = model.device
    text = torch.tensor(corrupted, device=device)  # a copy: it is written to
    true = torch.from_numpy(ids).to(device)
    where = torch.from_numpy(chosen).to(device)
    with torch.no_grad():
        guesses = _logits(generator, generator.model, text, where)
        # one uniform number a place, against the sum of the probabilities up to each token
        reached = guesses.softmax(-1).cumsum(-1)
        draw = torch.Generator(device).manual_seed(seed)
        drawn = torch.rand(len(reached), 1, generator=draw, device=device) * reached[:, -1:]
        text[where] = torch.searchsorted(reached, drawn).squeeze(-1)
    with torch.autocast(device.type, torch.bfloat16):
        hidden = model.head(encoder(input_ids=text).last_hidden_state)
    output = model.decoder
    scores = (hidden.float() * output.weight[text]).sum(-1) + output.bias[text]
    told = true >= len(SPECIAL)
    told &= (text == true) | where  # nothing to tell of sinks
    return binary_cross_entropy_with_logits(scores[told], (text == true)[told].float())


def frozen(model: Any) -> Any:
    """Return a copy of ``model`` that does not learn."""
    return copy.deepcopy(model).eval().requires_grad_(False)


def _logits(model: Any, encoder: Any, text: Tensor, where: Tensor) -> Tensor:
    """Return the output layer's float32 scores at the places ``where``."""
    with torch.autocast(text.device.type, torch.bfloat16):
        hidden = encoder(input_ids=text).last_hidden_state
        logits: Tensor = model.decoder(model.head(hidden[where]))
    return logits.float()
