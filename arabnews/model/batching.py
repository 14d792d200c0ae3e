"""Padded batches of windows, sorted by length, within a budget of sub-words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from .tokenizer import Encoded, NewsTokenizer
from .windows import Window, windows

__all__ = ["collate_windows", "pad", "token_batches"]


def pad(
    items: Sequence[tuple[Encoded, Window]], tokenizer: NewsTokenizer, multiple: int = 1
) -> tuple[Tensor, Tensor]:
    """Return padded piece ids and attention mask, (windows, length), with what frames them.

    The length is a multiple of ``multiple``.
    """
    rows = [
        [tokenizer.cls, *encoded.pieces[w.start : w.end].tolist(), *tokenizer.closing]
        for encoded, w in items
    ]
    length = -(-max(map(len, rows)) // multiple) * multiple
    pieces = torch.tensor([r + [tokenizer.pad] * (length - len(r)) for r in rows])
    mask = torch.tensor([[1] * len(r) + [0] * (length - len(r)) for r in rows])
    return pieces, mask


def collate_windows(
    articles: Sequence[Encoded], tokenizer: NewsTokenizer, size: int, multiple: int = 1
) -> dict[str, Tensor]:
    """Return one batch of all windows of ``articles``, words flat in reading order."""
    items: list[tuple[Encoded, Window]] = []
    window: list[Tensor] = []
    first: list[Tensor] = []
    last: list[Tensor] = []
    for encoded in articles:
        n = len(encoded.words)
        rows = torch.zeros(3, n, dtype=torch.long)
        for w in windows(encoded, size - tokenizer.framing):
            at = torch.from_numpy(w.words)
            rows[0, at] = len(items)
            rows[1, at] = torch.from_numpy(w.first + 1)
            rows[2, at] = torch.from_numpy(w.last + 1)
            items.append((encoded, w))
        window.append(rows[0])
        first.append(rows[1])
        last.append(rows[2])
    pieces, mask = pad(items, tokenizer, multiple)
    return {
        "pieces": pieces, "mask": mask, "window": torch.cat(window),
        "first": torch.cat(first), "last": torch.cat(last),
    }  # fmt: skip


def token_batches(
    lengths: Iterable[int], budget: int
) -> Iterator[list[int]]:
    """Yield positions grouped by similar length, each group padded to at most ``budget`` tokens.

    A single item longer than the budget makes a group of its own; none is left out.
    """
    order = sorted(range(len(sizes := list(lengths))), key=lambda i: sizes[i])
    group: list[int] = []
    for i in order:
        if group and sizes[i] * (len(group) + 1) > budget:
            yield group
            group = []
        group.append(i)
    if group:
        yield group
