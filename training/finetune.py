"""Fine-tune an encoder, or go on from an arabnews model, with the ``transformers`` Trainer."""

from __future__ import annotations

import json
import logging
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from transformers import EarlyStoppingCallback, Trainer, TrainingArguments

from arabnews.document import Document
from arabnews.errors import InputError, ModelError
from arabnews.metrics import evaluate
from arabnews.model.config import CONFIG_NAME, ModelConfig
from arabnews.model.folder import load_folder, load_network, save_network
from arabnews.model.network import NewsNetwork
from arabnews.model.scorer import Scorer
from arabnews.model.tokenizer import NewsTokenizer
from arabnews.pipeline import Failure, Pipeline, pick_device

from .calibrate import calibrate
from .card import model_card
from .data import (
    Examples,
    ShuffledBatches,
    Source,
    collate,
    label_inventory,
    read_source,
    read_sources,
    to_dataset,
)

__all__ = ["TrainRecipe", "finetune"]


logger = logging.getLogger(__name__)

#: What a model's settings and the recipe that it was made by both have.
SETTINGS = ("normalisation", "paragraph_token", "window", "sinks", "word_size", "link_size")
#: What encoders call their dropout; that of attention is left alone, it slows attention down.
DROPOUTS = ("embedding_dropout", "mlp_dropout", "hidden_dropout_prob")


@dataclass(frozen=True)
class TrainRecipe:
    """Everything that decides a fine-tuning run; one TOML table, same names.

    ``base`` is an encoder (folder or hub name) or an arabnews model folder; ``train`` lists the
    sources: plain paths, or tables of what a ``Source`` has (``path``, ``layer``, …). ``dev`` is a
    gold file to evaluate on after each epoch, ``held_out`` a share of the fully annotated training
    articles to take for that, and for thresholds, instead. With ``patience`` the best epoch is
    kept and training stops after so many epochs without gain; without it the last is kept.
    ``dropout`` replaces the encoder's own after its embeddings and inside its layers;
    ``word_dropout`` is the share of words hidden from it while it trains, ``sinks`` the number of
    mask tokens that end every window.
    """

    base: str
    train: Sequence[Any] = ()
    dev: str | None = None
    held_out: float = 0.0
    epochs: float = 12
    batch_size: int = 8
    encoder_rate: float = 4e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warmup: float = 0.1
    dropout: float | None = None
    word_dropout: float = 0.0
    patience: int = 0
    metric: str = "entities"
    normalisation: str = "compact"
    paragraph_token: str | None = None
    window: int = 1024
    sinks: int = 0
    word_size: int = 256
    link_size: int = 96
    span_layers: Sequence[str] = ()
    dtype: str = "float32"
    bf16: bool = True
    seed: int = 17
    device: str = "auto"
    tensorboard: bool = False
    licence: str = ""
    notes: str = ""

    @classmethod
    def read(cls, path: Path, **changes: Any) -> TrainRecipe:
        """Read a TOML recipe; ``changes`` that are not ``None`` replace its settings."""
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError(f"{path} is not valid TOML: {error}") from None
        values |= {k: v for k, v in changes.items() if v is not None}
        known = {f.name for f in fields(cls)}
        if unknown := set(values) - known:
            raise InputError(f"{path}: unknown settings {sorted(unknown)}; known: {sorted(known)}")
        if "base" not in values:
            raise InputError(f"{path}: 'base' is missing: name an encoder or an arabnews model")
        return cls(**values)

    def sources(self) -> list[Source]:
        """Return the training files."""
        out = []
        for item in [self.train] if isinstance(self.train, str) else self.train:
            item = {"path": item} if isinstance(item, str | Path) else dict(item)
            if "path" not in item:
                raise InputError(f"training source {item}: 'path' is missing")
            if unknown := set(item) - {f.name for f in fields(Source)}:
                raise InputError(f"training source {item}: unknown settings {sorted(unknown)}")
            out.append(Source(**{**item, "path": Path(item["path"])}))
        return out


def finetune(recipe: TrainRecipe, output: Path, *, resume: bool = False) -> Pipeline:
    """Train and write a model folder; returns the trained pipeline.

    Checkpoints go to ``output/checkpoints``; with ``resume`` the newest one is continued.
    """
    output = Path(output)
    _check(recipe, output, resume)
    torch.manual_seed(recipe.seed)
    sources = recipe.sources()
    material = read_sources(sources, held_out=recipe.held_out, seed=recipe.seed)
    records, dev = material.records, material.held_out
    if recipe.dev:
        dev = [r["annotation"] for r in read_source(Source(Path(recipe.dev)))]
    elif recipe.patience and not dev:
        raise InputError("patience needs figures after each epoch: set dev, or held_out")
    kind = "dev" if recipe.dev else "held_out"
    network, tokenizer = _start(recipe, records)
    data = Examples(to_dataset(records), tokenizer, network.settings)
    previous = network.settings.training  # of the arabnews model that training goes on from
    trainer = NewsTrainer(
        model=network,
        args=_arguments(recipe, output, bool(dev)),
        train_dataset=data,
        eval_dataset=data if dev else None,  # NewsTrainer.evaluate reads ``dev`` itself
        data_collator=partial(
            collate, tokenizer=tokenizer, window=network.settings.window,
            word_dropout=recipe.word_dropout,
        ),
        callbacks=[EarlyStoppingCallback(recipe.patience)] if recipe.patience else [],
        recipe=recipe, tokenizer=tokenizer, dev=dev,
    )  # fmt: skip
    trainer.train(resume_from_checkpoint=True if resume else None)
    network = trainer.model
    nlp = Pipeline(Scorer(network, tokenizer, pick_device(recipe.device)), output)
    scores = {}
    if dev:
        if material.held_out:  # never on ``dev``, which figures are reported on
            calibrate(nlp, material.held_out)
        network.settings = nlp.config
        scores = trainer.evaluate()
    config = nlp.config.replace(
        training={
            "recipe": {
                **asdict(recipe),
                # of an arabnews base these are the base's, whatever the recipe says
                **{k: getattr(network.settings, k) for k in SETTINGS},
                "train": [str(s.path) for s in sources],
            },
            "articles": material.counts, "parameters": sum(p.numel() for p in network.parameters()),
            **({"from": previous} if previous else {}),
        },
        scores={kind: scores} if dev else {},
    )  # fmt: skip
    network.settings = config
    write_log(trainer, output / "checkpoints" / "history.jsonl")
    save_network(
        network, tokenizer, output, dtype=recipe.dtype, config=config,
        card=model_card(config, licence=recipe.licence, notes=recipe.notes),
    )  # fmt: skip
    nlp.configure(**{k: getattr(config, k) for k in ("training", "scores")})
    return nlp


def _check(recipe: TrainRecipe, output: Path, resume: bool) -> None:
    """Find what would only fail late, or go on from the wrong place."""
    if recipe.tensorboard and find_spec("tensorboard") is None:
        raise InputError("tensorboard is not installed: pip install 'arabnews[tensorboard]'")
    if not recipe.train:
        raise InputError("nothing to train on: give at least one training file")
    if pick_device(recipe.device).removeprefix("cuda:0") not in ("cpu", "cuda", "mps", ""):
        raise InputError(
            f"training takes the first GPU, not {recipe.device!r}: choose one with "
            "CUDA_VISIBLE_DEVICES"
        )
    begun = any((output / "checkpoints").glob("checkpoint-*"))
    if resume and not begun:
        raise InputError(f"{output} has no checkpoint to resume from: train without resuming")
    if begun and not resume:
        raise InputError(
            f"{output} holds the checkpoints of another run: go on from them with --resume, delete "
            f"{output / 'checkpoints'}, or name another folder"
        )


def _arguments(recipe: TrainRecipe, output: Path, evaluated: bool) -> TrainingArguments:
    when = "epoch" if evaluated else "no"
    out = TrainingArguments(
        output_dir=str(output / "checkpoints"),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        learning_rate=recipe.head_rate,
        warmup_steps=recipe.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        bf16=recipe.bf16,
        use_cpu=pick_device(recipe.device) == "cpu",
        seed=recipe.seed,
        data_seed=recipe.seed,
        eval_strategy=when,
        save_strategy="epoch",
        save_total_limit=2,
        load_best_model_at_end=bool(recipe.patience and evaluated),
        metric_for_best_model=f"eval_{recipe.metric}" if evaluated else None,
        greater_is_better=True,
        logging_steps=20,
        report_to="tensorboard" if recipe.tensorboard else "none",
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    # words and links of a batch point into one another: it cannot be split over several GPUs
    assert out.device
    out._n_gpu = min(1, out.n_gpu)
    return out


def _start(
    recipe: TrainRecipe, records: Sequence[Mapping[str, Any]]
) -> tuple[NewsNetwork, NewsTokenizer]:
    """Build the network to train: from an encoder, or from an arabnews model with more labels."""
    found = label_inventory(records)
    base = load_folder(recipe.base)
    if (base / CONFIG_NAME).exists():
        old, tokenizer = load_network(base)
        merged = {
            k: tuple(dict.fromkeys((*old.settings.layers.get(k, ()), *found["layers"].get(k, ()))))
            for k in (*old.settings.layers, *found["layers"])
        }
        kinds = ("quote", "coref", "event")
        config = old.settings.replace(
            layers=merged,
            links=tuple(k for k in kinds if old.settings.has_link(k) or k in found["links"]),
            modalities=tuple(dict.fromkeys((*old.settings.modalities, *found["modalities"]))),
            roles=tuple(dict.fromkeys((*old.settings.roles, *found["roles"]))),
            span_layers=tuple(dict.fromkeys((*old.settings.span_layers, *recipe.span_layers))),
            bias={}, calibration={}, scores={},
        )  # fmt: skip
        network = NewsNetwork(old.encoder, config)
        carry_over(old, network)
        return network, tokenizer
    encoder, tokenizer = load_encoder(
        base, normalisation=recipe.normalisation, paragraph_token=recipe.paragraph_token,
        sinks=recipe.sinks, dropout=recipe.dropout,
    )  # fmt: skip
    most = _positions(encoder) or recipe.window
    config = ModelConfig(
        normalisation=recipe.normalisation, paragraph_token=recipe.paragraph_token,
        window=min(recipe.window, most), sinks=recipe.sinks, word_size=recipe.word_size,
        link_size=recipe.link_size, span_layers=tuple(recipe.span_layers), **found,
    )  # fmt: skip
    return NewsNetwork(encoder, config), tokenizer


def _positions(encoder: Any) -> int | None:
    """Return how many pieces the encoder can place, or ``None`` if it sets no limit."""
    most = getattr(encoder.config, "max_position_embeddings", None)
    if not most:
        return None
    table = getattr(getattr(encoder, "embeddings", None), "position_embeddings", None)
    padding = getattr(table, "padding_idx", None)
    # RoBERTa and its kin count positions from the padding id on
    return int(most) - (0 if padding is None else padding + 1)


def load_encoder(
    folder: str | Path, *, normalisation: str, paragraph_token: str | None, sinks: int = 0,
    dropout: float | None = None,
) -> tuple[Any, NewsTokenizer]:
    """Load an encoder and its fast tokenizer from a folder, safetensors only."""
    from transformers import AutoConfig, AutoModel, AutoTokenizer, PreTrainedTokenizerFast

    folder = Path(folder)
    try:
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        if dropout is not None:
            for key in DROPOUTS:
                if hasattr(config, key):
                    setattr(config, key, dropout)
        encoder = AutoModel.from_pretrained(
            folder, config=config, trust_remote_code=False, use_safetensors=True,
            dtype=torch.float32, attn_implementation="sdpa",
        )  # fmt: skip
        if (folder / "tokenizer.json").exists():
            raw = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
        else:
            raw = AutoTokenizer.from_pretrained(folder, use_fast=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the encoder {str(folder)!r} could not be loaded ({str(error).splitlines()[0]}): name "
            "a folder with config.json, model.safetensors and tokenizer.json, or a hub model"
        ) from None
    return encoder, NewsTokenizer(
        raw.backend_tokenizer, normalisation=normalisation, paragraph_token=paragraph_token,
        sinks=sinks,
    )


def carry_over(old: NewsNetwork, new: NewsNetwork) -> None:
    """Copy the weights of a model into one with more labels, label by label."""
    source = old.state_dict()
    target = new.state_dict()
    for key, value in source.items():
        if key in target and target[key].shape == value.shape:
            target[key] = value.clone()
    for layer in old.settings.layers:
        olds, news = old.settings.tags(layer), new.settings.tags(layer)
        for part in ("weight", "bias"):
            key = f"tags.{layer}.{part}"
            for i, tag in enumerate(olds):
                target[key][news.index(tag)] = source[key][i]
    # outputs of a link scorer or of modality: the new roles and modalities follow the old ones
    for key, value in source.items():
        if key.startswith(("links.", "modality.")) and target[key].shape != value.shape:
            target[key][: len(value)] = value
    labels, news = old.settings.candidate_labels(), new.settings.candidate_labels()
    if "label.weight" in source:
        for i, name in enumerate(labels):
            target["label.weight"][news.index(name)] = source["label.weight"][i]
    new.load_state_dict(target)


class NewsTrainer(Trainer):
    """The Trainer with layer-wise rates and evaluation by ``arabnews.metrics``."""

    def __init__(
        self, *args: Any, recipe: TrainRecipe, tokenizer: NewsTokenizer,
        dev: Sequence[Mapping[str, Any]], **kwargs: Any,
    ) -> None:  # fmt: skip
        self.recipe, self.tokenizer, self.dev = recipe, tokenizer, dev
        super().__init__(*args, **kwargs)

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW whose rate falls by ``layer_decay`` with each encoder layer towards the input."""
        if self.optimizer is None:
            groups = parameter_groups(self.model, self.recipe)
            self.optimizer = torch.optim.AdamW(groups, fused=True)
        return self.optimizer

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        """Return an order in which articles of one batch are about as long: less padding."""
        data = train_dataset if train_dataset is not None else self.train_dataset
        lengths = [len(text) for text in data.dataset["text"]]
        return ShuffledBatches(lengths, self.args.per_device_train_batch_size, self.args.seed)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Score ``dev`` end to end; every figure's F1 (or accuracy) is logged as ``eval_…``."""
        scorer = Scorer(self.model, self.tokenizer, str(self.args.device))
        pipeline = Pipeline(scorer, Path(self.args.output_dir))
        results = list(pipeline.pipe(self.dev, errors="return"))
        for failure in results:
            if isinstance(failure, Failure):  # counts as nothing found; the training goes on
                logger.error("%s could not be analysed: %r", failure.id, failure.error)
        predicted = [d.to_dict() for d in results if isinstance(d, Document)]
        report = evaluate(self.dev, predicted)
        figures = {
            f"eval_{k}": float(v.value)
            for k, v in report.figures.items()
        }
        self.log(figures)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, figures
        )
        return figures


def parameter_groups(network: NewsNetwork, recipe: TrainRecipe) -> list[dict[str, Any]]:
    """Group parameters by rate and weight decay; deeper encoder layers learn faster."""
    depth = int(network.encoder.config.num_hidden_layers)  # type: ignore[union-attr, arg-type]
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in network.named_parameters():
        rate = recipe.head_rate
        if name.startswith("encoder."):
            at = next((int(p) + 1 for p in name.split(".") if p.isdigit()), None)
            if at is None:
                at = 0 if "embed" in name else depth
            rate = recipe.encoder_rate * recipe.layer_decay ** (depth - at)
        decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": ps, "lr": rate, "weight_decay": decay}
        for (rate, decay), ps in sorted(groups.items(), key=lambda g: g[0])
    ]


def write_log(trainer: Trainer, path: Path) -> None:
    """Save the history of losses and figures as JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        for row in trainer.state.log_history:
            out.write(json.dumps(row) + "\n")
