"""Pretrain a compact encoder from scratch by masked-language modelling.

Three steps, each resumable: ``prepare`` (tokenizer and packed arrays), ``vectors`` (skip-gram
vectors as first embeddings) and ``train``. ``train`` needs torch, numpy, transformers and
safetensors only, so that it also runs on a bare GPU machine with the packed arrays copied there::

    python -m arabnews.training.pretrain prepare --recipe recipe.toml --corpus DIR --work DIR
    python -m arabnews.training.pretrain vectors --recipe recipe.toml --work DIR
    python -m arabnews.training.pretrain train --recipe recipe.toml --work DIR --max-minutes 90
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["PretrainRecipe", "learning_rate", "mask_words", "train"]


@dataclass(frozen=True)
class PretrainRecipe:
    """What the encoder is and how it is trained; one TOML table, same names."""

    files: list[str] = field(default_factory=lambda: ["news-*.jsonl.zst"])
    source_weights: dict[str, float] = field(default_factory=dict)
    vocab_size: int = 24_000
    hidden_size: int = 256
    layers: int = 6
    heads: int = 4
    intermediate_size: int = 512
    local_attention: int = 128
    global_every: int = 3
    max_positions: int = 8_192
    sequence: int = 256
    batch: int = 16
    masked: float = 0.25
    varied: bool = False  # each row draws its own share, from none to twice ``masked``
    sinks: int = 0  # mask tokens that end every row, as they end every window in fine-tuning
    peak_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup: float = 0.03
    decay: float = 0.4
    seed: int = 13
    compile: bool = True

    @classmethod
    def read(cls, path: Path) -> PretrainRecipe:
        """Read a TOML recipe; an unknown name is an error that lists the known ones."""
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        known = {f.name for f in fields(cls)}
        if unknown := set(values) - known:
            raise ValueError(f"{path}: unknown settings {sorted(unknown)}; known: {sorted(known)}")
        return cls(**values)


def learning_rate(recipe: PretrainRecipe, done: float) -> float:
    """Return the rate at a share ``done`` of the budget: warm-up, plateau, linear decay to zero.

    The plateau makes a run extensible: the state before the decay is kept as ``stable``.
    """
    if done < recipe.warmup:
        return recipe.peak_rate * done / recipe.warmup
    if done < 1 - recipe.decay:
        return recipe.peak_rate
    return recipe.peak_rate * max(0.0, (1 - done) / recipe.decay)


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


def prepare(recipe: PretrainRecipe, corpus: Path, work: Path) -> None:
    """Train the tokenizer and write the packed arrays."""
    from .corpus import pack, read_documents, train_tokenizer

    files = sorted(p for pattern in recipe.files for p in corpus.glob(pattern))
    if not files:
        raise FileNotFoundError(f"{corpus} holds none of {recipe.files}")
    work.mkdir(parents=True, exist_ok=True)
    target = work / "tokenizer.json"
    if not target.exists():
        texts = read_documents(files, recipe.source_weights, seed=recipe.seed)
        sample = (t for i, t in enumerate(texts) if i % 3 == 0)
        train_tokenizer(sample, recipe.vocab_size).save(str(target))
    from tokenizers import Tokenizer

    texts = read_documents(files, recipe.source_weights, seed=recipe.seed)
    total = pack(texts, Tokenizer.from_file(str(target)), work)
    print(f"{total:,} tokens packed into {work}")


def vectors(recipe: PretrainRecipe, work: Path, *, tokens: int = 30_000_000) -> None:
    """Train skip-gram vectors of the tokens with gensim; they become the first embeddings."""
    from gensim.models import Word2Vec

    from .corpus import load_packed

    stream = load_packed(work)[:tokens]
    sentences = [[str(i) for i in row] for row in np.array_split(stream, len(stream) // 200)]
    model = Word2Vec(
        sentences, vector_size=recipe.hidden_size, window=5, sg=1, negative=5, min_count=3,
        workers=2, epochs=1, sample=1e-4, seed=recipe.seed,
    )  # fmt: skip
    table = np.random.default_rng(recipe.seed).normal(0, 1, (recipe.vocab_size, recipe.hidden_size))
    known = [int(k) for k in model.wv.index_to_key]
    v = model.wv.vectors - model.wv.vectors.mean(0)
    table[known] = v / v.std()
    np.save(work / "vectors.npy", (0.03 * table).astype(np.float32))
    print(f"vectors of {len(known):,} tokens in {work / 'vectors.npy'}")


def build(recipe: PretrainRecipe, work: Path) -> Any:
    """Return a fresh ``ModernBertForMaskedLM``, its embeddings from skip-gram vectors if any."""
    import torch
    from transformers import ModernBertConfig, ModernBertForMaskedLM

    torch.manual_seed(recipe.seed)
    config = ModernBertConfig(
        vocab_size=recipe.vocab_size, hidden_size=recipe.hidden_size,
        num_hidden_layers=recipe.layers, num_attention_heads=recipe.heads,
        intermediate_size=recipe.intermediate_size, max_position_embeddings=recipe.max_positions,
        local_attention=recipe.local_attention, global_attn_every_n_layers=recipe.global_every,
        pad_token_id=0, cls_token_id=2, bos_token_id=2, sep_token_id=3, eos_token_id=3,
        attn_implementation="sdpa",
    )  # fmt: skip
    model = ModernBertForMaskedLM(config)
    if (work / "vectors.npy").exists():
        table = torch.from_numpy(np.load(work / "vectors.npy"))
        with torch.no_grad():
            model.get_input_embeddings().weight.copy_(table)
    return model


def train(
    recipe: PretrainRecipe, work: Path, *, max_minutes: float, max_steps: int = 0,
    start: Path | None = None, save_minutes: float = 5, device: str = "auto",
) -> None:  # fmt: skip
    """Train for ``max_minutes`` of working time, going on from ``work/last`` where it exists.

    Writes ``last/`` (weights, optimizer, position), ``stable/`` (weights before the decay),
    ``encoder/`` at the end and ``loss.jsonl``. ``start`` names a weights folder to begin from.
    A pause of the process does not count as working time.
    """
    run = _Run(recipe, work, max_minutes * 60, start, device)
    since_save = 0.0
    while run.seconds < run.budget and not (max_steps and run.step >= max_steps):
        since_save += run.advance()
        if run.step % 50 == 0:
            run.report()
        if not (work / "stable").exists() and run.seconds / run.budget >= 1 - recipe.decay:
            save(run.model, work / "stable")
        if since_save > save_minutes * 60:
            run.save_last()
            since_save = 0.0
    run.save_last()
    save(run.model, work / "encoder")
    (work / "encoder" / "pretraining.json").write_text(
        json.dumps({"recipe": asdict(recipe), **run.state()}, ensure_ascii=False, indent=1),
        encoding="utf-8",
    )
    print(f"done: {run.state()}")


class _Batches:
    """Masked batches of a packed token stream; a step's batch depends on nothing but its number."""

    def __init__(self, recipe: PretrainRecipe, work: Path) -> None:
        from .corpus import load_packed

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
        corrupted, chosen = mask_words(ids, self.continues, 6, rate, 4, r.vocab_size, rng)
        if r.sinks:
            corrupted[:, -r.sinks :], chosen[:, -r.sinks :] = 4, False
        return ids, corrupted, chosen


class _Run:
    """A model in training: its optimizer, its place in the budget, its files."""

    def __init__(
        self, recipe: PretrainRecipe, work: Path, budget: float, start: Path | None, device: str
    ) -> None:
        import torch

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.recipe, self.work, self.budget, self.device = recipe, work, budget, device
        self.batches = _Batches(recipe, work)
        self.model = build(recipe, work)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        self.losses: list[float] = []
        self.recent: list[float] = []
        self.last = work / "last"
        resumed = (self.last / "state.json").exists()
        if resumed:
            state = json.loads((self.last / "state.json").read_text(encoding="utf-8"))
            self.step, self.tokens, self.seconds = (state[k] for k in ("step", "tokens", "seconds"))
            load_weights(self.model, self.last)
            forget_after(work / "loss.jsonl", self.step)
        elif start:
            load_weights(self.model, start)
        else:
            counts = np.bincount(self.batches.stream, minlength=recipe.vocab_size) + 1.0
            with torch.no_grad():
                frequency = torch.from_numpy(np.log(counts / counts.sum())).float()
                self.model.decoder.bias.copy_(frequency)
        self.model.to(device).train()
        decayed = [p for p in self.model.parameters() if p.ndim > 1]
        plain = [p for p in self.model.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": recipe.weight_decay},
             {"params": plain, "weight_decay": 0.0}],
            lr=recipe.peak_rate, betas=(0.9, 0.98), fused=True,
        )  # fmt: skip
        if resumed:
            # weights_only: tensors and plain containers, no code
            self.optimizer.load_state_dict(
                torch.load(self.last / "optimizer.pt", weights_only=True)
            )
        self.encoder = torch.compile(self.model.model) if recipe.compile else self.model.model
        self.clock = time.perf_counter()

    def advance(self) -> float:
        """Take one step and return the working time that it took, in seconds."""
        import torch
        from torch.nn.functional import cross_entropy

        ids, corrupted, chosen = self.batches(self.step)
        where = torch.from_numpy(chosen).to(self.device)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.recipe, self.seconds / self.budget)
        with torch.autocast(self.device, torch.bfloat16):
            inputs = torch.from_numpy(corrupted).to(self.device)
            hidden = self.encoder(input_ids=inputs).last_hidden_state
            logits = self.model.decoder(self.model.head(hidden[where]))
        loss = cross_entropy(logits.float(), torch.from_numpy(ids[chosen]).to(self.device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.losses.append(loss.item())
        if not math.isfinite(self.losses[-1]):
            raise RuntimeError(f"the loss is not finite at step {self.step}: lower peak_rate")
        now = time.perf_counter()
        took, self.clock = now - self.clock, now
        self.recent = [*self.recent[-49:], took]
        # a step that took far longer than its neighbours was a pause, or the compiler
        took = min(took, 5 * sorted(self.recent)[len(self.recent) // 2])
        self.step, self.tokens = self.step + 1, self.tokens + ids.size
        self.seconds += took
        return took

    def state(self) -> dict[str, float]:
        """Return the place in the run."""
        return {"step": self.step, "tokens": self.tokens, "seconds": self.seconds}

    def report(self) -> None:
        """Print the mean loss since the last report and add it to the loss curve."""
        row = {**self.state(), "loss": round(sum(self.losses) / len(self.losses), 4)}
        with (self.work / "loss.jsonl").open("a", encoding="utf-8") as out:
            out.write(json.dumps(row) + "\n")
        print(json.dumps(row), flush=True)
        self.losses = []

    def save_last(self) -> None:
        """Write everything that going on needs."""
        import torch

        save(self.model, self.last)
        torch.save(self.optimizer.state_dict(), self.last / "optimizer.pt")
        (self.last / "state.json").write_text(json.dumps(self.state()), encoding="utf-8")


def forget_after(path: Path, step: int) -> None:
    """Take rows of a run that was broken off after ``step`` out of its loss curve."""
    if path.exists():
        rows = path.read_text(encoding="utf-8").splitlines()
        kept = [r for r in rows if json.loads(r)["step"] <= step]
        path.write_text("".join(r + "\n" for r in kept), encoding="utf-8")


def save(model: Any, folder: Path) -> None:
    """Write weights and configuration, with the tokenizer beside them."""
    model.save_pretrained(folder)
    tokenizer = folder.parent / "tokenizer.json"
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())


def load_weights(model: Any, folder: Path) -> None:
    """Load the safetensors weights of ``folder`` into ``model``."""
    from safetensors.torch import load_model

    load_model(model, str(folder / "model.safetensors"))


def main(argv: list[str] | None = None) -> None:
    """Run one step from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["prepare", "vectors", "train"])
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for everything written")
    parser.add_argument("--corpus", type=Path, help="folder of the .jsonl(.zst) files (prepare)")
    parser.add_argument("--max-minutes", type=float, default=60)
    parser.add_argument("--max-steps", type=int, default=0)
    parser.add_argument("--start", type=Path, help="weights folder to begin from")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args(argv)
    recipe = PretrainRecipe.read(args.recipe)
    if args.step == "prepare":
        if not args.corpus:
            parser.error("prepare needs --corpus")
        prepare(recipe, args.corpus, args.work)
    elif args.step == "vectors":
        vectors(recipe, args.work)
    else:
        train(
            recipe, args.work, max_minutes=args.max_minutes, max_steps=args.max_steps,
            start=args.start, device=args.device,
        )  # fmt: skip


if __name__ == "__main__":
    main()
