"""Pretrain a compact encoder from scratch by masked-language modelling.

Three steps: ``prepare`` (tokenizer and packed arrays), ``vectors`` (skip-gram vectors as first
embeddings) and ``train``, which is resumable; ``loss`` compares encoders on the same masked rows.
``train`` needs torch, numpy, transformers and safetensors only, so that it also runs on a bare
GPU machine with the packed arrays copied there. ``--set name=value`` changes a recipe's setting::

    python -m arabnews.training.pretrain prepare --recipe recipe.toml --corpus DIR --work DIR
    python -m arabnews.training.pretrain vectors --recipe recipe.toml --work DIR
    python -m arabnews.training.pretrain train --recipe recipe.toml --work DIR --max-minutes 90
    python -m arabnews.training.pretrain loss --recipe recipe.toml --work DIR --start ENCODER
"""

from __future__ import annotations

import argparse
import json
import math
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from arabnews.pipeline import pick_device

from . import objectives
from .masking import MaskedBatches

__all__ = ["PretrainRecipe", "learning_rate", "measure", "train"]


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
    objective: str = "masked"  # or "replaced": tell true tokens from those of the first weights
    attention: str = "sdpa"  # or "eager": faster on a CPU, compiled; on a GPU it takes memory
    compile: bool = True

    def __post_init__(self) -> None:
        if self.objective not in ("masked", "replaced"):
            raise ValueError(f"objective {self.objective!r} is neither 'masked' nor 'replaced'")

    @classmethod
    def read(cls, path: Path, changes: Sequence[str] = ()) -> PretrainRecipe:
        """Read a TOML recipe, changed by ``name=value`` lines of the same syntax.

        An unknown name is an error that lists the known ones.
        """
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        for change in changes:
            values |= tomllib.loads(change)
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

    tokenizer = Tokenizer.from_file(str(target))
    if tokenizer.get_vocab_size() > recipe.vocab_size:
        raise ValueError(
            f"{target} has {tokenizer.get_vocab_size()} word pieces, the recipe {recipe.vocab_size}"
            ": delete it, or name another folder"
        )
    texts = read_documents(files, recipe.source_weights, seed=recipe.seed)
    total = pack(texts, tokenizer, work)
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
        attn_implementation=recipe.attention,
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


class _Run:
    """A model in training: its optimizer, its place in the budget, its files."""

    def __init__(
        self, recipe: PretrainRecipe, work: Path, budget: float, start: Path | None, device: str
    ) -> None:
        import torch

        device = pick_device(device)
        self.recipe, self.work, self.budget, self.device = recipe, work, budget, device
        self.batches = MaskedBatches(recipe, work)
        self.model = build(recipe, work)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        self.losses: list[float] = []
        self.recent: list[float] = []
        self.last = work / "last"
        self.generator: Any = None
        if recipe.objective == "replaced":
            if not start:
                raise ValueError("replaced tokens need --start, the weights that replace them")
            load_weights(self.model, start)
            self.generator = objectives.frozen(self.model).to(device)
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

        batch = self.batches(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.recipe, self.seconds / self.budget)
        if self.generator is None:
            loss = objectives.masked_loss(self.model, self.encoder, batch)
        else:
            loss = objectives.replaced_loss(
                self.model, self.encoder, batch, generator=self.generator, seed=self.step
            )
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
        self.step, self.tokens = self.step + 1, self.tokens + batch[0].size
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


def measure(
    recipe: PretrainRecipe, work: Path, start: Path, *, steps: int = 10, device: str = "auto"
) -> float:  # fmt: skip
    """Return the loss of an encoder, in nats a token, on rows and masks that only ``recipe`` sets.

    The rows are those of ``work``, so the encoder may have read them, masked otherwise.
    """
    import torch

    batches, model = MaskedBatches(recipe, work), build(recipe, work)
    load_weights(model, start)
    model.to(pick_device(device)).eval()
    total = places = 0.0
    for step in range(steps):
        batch = batches(step)
        with torch.inference_mode():
            loss = objectives.masked_loss(model, model.model, batch)
        total += float(loss) * batch[2].sum()
        places += batch[2].sum()
    return float(total / max(places, 1))


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
    parser.add_argument("step", choices=["prepare", "vectors", "train", "loss"])
    parser.add_argument("--recipe", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="folder for everything written")
    parser.add_argument("--corpus", type=Path, help="folder of the .jsonl(.zst) files (prepare)")
    parser.add_argument("--max-minutes", type=float, default=60)
    parser.add_argument("--max-steps", type=int, default=0)
    parser.add_argument("--start", type=Path, help="weights folder to begin from, or to measure")
    parser.add_argument("--set", dest="changes", action="append", default=[], metavar="NAME=VALUE",
                        help="change a setting of the recipe; may be repeated")  # fmt: skip
    parser.add_argument("--device", default="auto")
    args = parser.parse_args(argv)
    recipe = PretrainRecipe.read(args.recipe, args.changes)
    if args.step == "prepare":
        if not args.corpus:
            parser.error("prepare needs --corpus")
        prepare(recipe, args.corpus, args.work)
    elif args.step == "vectors":
        vectors(recipe, args.work)
    elif args.step == "loss":
        if not args.start:
            parser.error("loss needs --start, the encoder to measure")
        found = measure(recipe, args.work, args.start, device=args.device)
        print(f"{args.start}: {found:.3f}")
    else:
        train(
            recipe, args.work, max_minutes=args.max_minutes, max_steps=args.max_steps,
            start=args.start, device=args.device,
        )  # fmt: skip


if __name__ == "__main__":
    main()
