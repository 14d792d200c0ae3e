"""Rows of a packed token stream with whole words masked: what pretraining reads and predicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .corpus import SPECIAL, load_packed

if TYPE_CHECKING:
    from .pretrain import PretrainRecipe

__all__ = ["MaskedBatches", "mask_words"]

_MASK = SPECIAL.index("[MASK]")


def mask_words(
    ids: np.ndarray, continues: np.ndarray, special: int, rate: float | np.ndarray, mask_id: int,
    vocab_size: int, rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Mask whole words: return the corrupted ids and the boolean array of places to predict.

    ``ids`` is (batch, length); ``continues[id]`` tells whether a token continues a word; ids
    below ``special`` are never masked. ``rate`` is one share, or (batch, 1) of them. Of the
    chosen words 80 % become the mask, 10 % random tokens, 10 % stay.
    """
    starts = ~continues[ids]
    word = np.cumsum(starts, axis=1) + np.arange(ids.shape[0])[:, None] * (ids.shape[1] + 1)
    draw = rng.random(ids.shape[0] * (ids.shape[1] + 1) + 1)[word]
    chosen = (draw < rate) & (ids >= special)
    out = ids.copy()
    out[chosen & (draw < 0.8 * rate)] = mask_id
    noise = chosen & (draw >= 0.8 * rate) & (draw < 0.9 * rate)
    out[noise] = rng.integers(special, vocab_size, int(noise.sum()))
    return out, chosen


class MaskedBatches:
    """Masked batches of a packed token stream; a step's batch depends on nothing but its number."""

    def __init__(self, recipe: PretrainRecipe, work: Path) -> None:
        self.recipe, self.stream = recipe, load_packed(work)
        self.order: tuple[int, np.ndarray] | None = None  # of the epoch at hand; made once in it
        text = (work / "tokenizer.json").read_text(encoding="utf-8")
        vocabulary = json.loads(text)["model"]["vocab"]
        self.continues = np.zeros(recipe.vocab_size, dtype=bool)
        self.continues[[i for t, i in vocabulary.items() if t.startswith("##")]] = True
        self.rows = len(self.stream) // recipe.sequence
        if self.rows < recipe.batch:
            raise ValueError(
                f"{work} holds {self.rows} rows of {recipe.sequence} tokens, less than one batch "
                f"of {recipe.batch}: pack more text or make the batch smaller"
            )

    def __call__(self, step: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the ids, the corrupted ids and the places to predict of one step."""
        r = self.recipe
        epoch, at = divmod(step * r.batch, self.rows - self.rows % r.batch)
        if self.order is None or self.order[0] != epoch:
            self.order = epoch, np.random.default_rng((r.seed, epoch)).permutation(self.rows)
        # a shifted start each epoch, so that a document is not always cut at the same place
        shift = int(np.random.default_rng((r.seed, epoch, 1)).integers(r.sequence))
        ids = np.stack([
            np.resize(self.stream[p * r.sequence + shift :][: r.sequence], r.sequence)
            for p in self.order[1][at : at + r.batch]
        ]).astype(np.int64)  # fmt: skip
        rng = np.random.default_rng((r.seed, epoch, step, 2))
        rate = rng.uniform(0, 2 * r.masked, (r.batch, 1)) if r.varied else r.masked
        corrupted, chosen = mask_words(
            ids, self.continues, len(SPECIAL), rate, _MASK, r.vocab_size, rng
        )
        if r.sinks:
            corrupted[:, -r.sinks :], chosen[:, -r.sinks :] = _MASK, False
        return ids, corrupted, chosen
