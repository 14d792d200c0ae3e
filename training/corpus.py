"""Raw text for pretraining: weighted reading, a WordPiece tokenizer, packed token arrays."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tokenizers.decoders import WordPiece as WordPieceDecoder

from arabnews.text.normalise import normalise

__all__ = ["SPECIAL", "read_documents", "read_records", "train_tokenizer", "pack", "load_packed"]

#: Special tokens, in the order of their ids; [P] stands for a paragraph break.
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[P]")
SHARD_TOKENS = 28_000_000  # uint16: 56 MB, under the transfer limit of small machines


def read_documents(
    files: Iterable[Path], weights: Mapping[str, float], *, seed: int = 0
) -> Iterator[str]:
    """Yield normalised documents (title, newline, text) of ``.jsonl`` or ``.jsonl.zst`` files.

    ``weights`` gives, by the start of a document's ``source``, how often it is read: 2 means
    twice, 0.5 every other one (at random, from ``seed``), 0 never; other sources are read once.
    """
    rng = random.Random(seed)
    for record in read_records(files):
        source = record.get("source", "")
        weight = next((w for k, w in weights.items() if source.startswith(k)), 1.0)
        times = int(weight) + (rng.random() < weight % 1)
        if times:
            parts = [record.get("title") or "", record["text"]]
            text = normalise("\n".join(p for p in parts if p)).text
            for _ in range(times):
                yield text


def read_records(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield the documents of ``.jsonl`` or ``.jsonl.zst`` files as they stand."""
    for path in files:
        for line in _lines(Path(path)):
            if line.strip():
                yield json.loads(line)


def _lines(path: Path) -> Iterator[str]:
    if path.suffix == ".zst":
        import zstandard

        with path.open("rb") as handle:
            yield from io.TextIOWrapper(
                zstandard.ZstdDecompressor().stream_reader(handle), encoding="utf-8"
            )
    else:
        with path.open(encoding="utf-8") as handle:
            yield from handle


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """Train a WordPiece tokenizer on normalised texts; marks are tokens of their own."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=60))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocab_size, special_tokens=list(SPECIAL), min_frequency=5, limit_alphabet=300
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def pack(texts: Iterable[str], tokenizer: Tokenizer, folder: Path, *, batch: int = 512) -> int:
    """Write documents as one stream of token ids, in ``uint16`` shards; return how many ids.

    Each document is ``[CLS] … [P] … [SEP]``; nothing is cut.
    """
    if tokenizer.get_vocab_size() > 65_536:
        raise ValueError("packed arrays are uint16: use a vocabulary of at most 65,536")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("tokens-*.npy"):  # of an earlier, perhaps longer, text
        old.unlink()
    stream = iter(texts)
    held: list[np.ndarray] = []
    size = total = shard = 0
    while chunk := list(islice(stream, batch)):
        for ids in _encode(chunk, tokenizer):
            held.append(ids)
            size, total = size + len(ids), total + len(ids)
        if size >= SHARD_TOKENS:
            np.save(folder / f"tokens-{shard:03d}.npy", np.concatenate(held))
            held, size, shard = [], 0, shard + 1
    if held:
        np.save(folder / f"tokens-{shard:03d}.npy", np.concatenate(held))
    return total


def _encode(texts: Sequence[str], tokenizer: Tokenizer) -> Iterator[np.ndarray]:
    cls, sep, par = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[P]"))
    lines = [[p for p in text.split("\n") if p.strip()] for text in texts]
    flat = iter(tokenizer.encode_batch([p for ps in lines for p in ps], add_special_tokens=False))
    for ps in lines:
        ids = [cls]
        for k in range(len(ps)):
            ids += ([par] if k else []) + next(flat).ids
        yield np.asarray([*ids, sep], dtype=np.uint16)


def load_packed(folder: Path) -> np.ndarray:
    """Return the whole token stream of a packed folder."""
    shards = sorted(folder.glob("tokens-*.npy"))
    if not shards:
        raise FileNotFoundError(f"{folder} holds no tokens-*.npy: run the 'prepare' step first")
    return np.concatenate([np.load(s) for s in shards])
