"""Training files as a ``datasets.Dataset``, and the batches that a network reads."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers.trainer_pt_utils import get_length_grouped_indices

from arabnews.errors import InputError
from arabnews.formats.conll import read_conll
from arabnews.formats.gold import read_gold
from arabnews.formats.records import GoldArticle
from arabnews.model.batching import collate_windows
from arabnews.model.config import RESERVED_LAYERS, ModelConfig
from arabnews.model.tokenizer import Encoded, NewsTokenizer

from .targets import article_targets, merge_targets

__all__ = [
    "Examples", "Material", "ShuffledBatches", "Source", "collate", "label_inventory",
    "read_source", "read_sources", "to_dataset",
]  # fmt: skip

#: Words of CoNLL text that are read together, so that a sentence has its neighbours as context.
CONLL_WORDS = 160
#: Batches among which articles are sorted by length: more means less padding, and less chance.
MEGA_BATCH = 12
#: Batches are as long as a multiple of this: low-precision matrix products are compiled a shape.
PADDED_TO = 64


@dataclass(frozen=True, slots=True)
class Source:
    """One training file: gold ``.jsonl`` (all layers), or ``.conll`` (entities only).

    ``layer`` names the tag layer that a file's entities train, and then nothing else of it is
    read; ``rename`` maps the labels of CoNLL; ``weight`` is how often its articles are seen in an
    epoch; ``held_out`` is the share of a fully annotated file that is not trained on, where it is
    not that of the recipe.
    """

    path: Path
    layer: str | None = None
    rename: Mapping[str, str] | None = None
    weight: float = 1.0
    held_out: float | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What a run reads: records to train on, annotations held out, articles a file."""

    records: list[dict[str, Any]]
    held_out: list[dict[str, Any]]
    counts: dict[str, int]


def read_sources(sources: Sequence[Source], *, held_out: float, seed: int) -> Material:
    """Read training files, holding out a share of the articles of the fully annotated ones.

    A file's share and the seed alone decide which of its articles those are.
    """
    out = Material([], [], {})
    for source in sources:
        rng = random.Random(f"{seed} {source.path.name}")
        found = read_source(source)
        if not found:
            raise InputError(f"{source.path} holds no article")
        if source.layer is None and source.path.suffix == ".jsonl":
            share = held_out if source.held_out is None else source.held_out
            rng.shuffle(found)
            cut = round(len(found) * share)
            out.held_out.extend(r["annotation"] for r in found[:cut])
            found = found[cut:]
        out.counts[str(source.path)] = len(found)
        times = int(source.weight)
        more = [r for r in found if rng.random() < source.weight - times]
        out.records.extend(found * times + more)
    return out


def read_source(source: Source) -> list[dict[str, Any]]:
    """Read a training file into plain records: ``id``, ``text``, ``annotation``, ``layers``.

    ``layers`` are those that the file labels: a gold file in which no article has a quote (or an
    event) says nothing of quotes (or events).
    """
    path = Path(source.path)
    if path.suffix == ".jsonl":
        articles = read_gold(path)
        layers = [source.layer] if source.layer else _labelled(articles)
        kept = ("id", "text", "entities") if source.layer else None
        return [
            {"id": a.id, "text": a.text, "annotation": _part(a.to_dict(), kept), "layers": layers}
            for a in articles
        ]
    if path.suffix in (".conll", ".tsv", ".txt", ".bio"):
        return list(_conll_records(source))
    raise InputError(f"{path}: training files are gold .jsonl or CoNLL .conll, not {path.suffix!r}")


def _part(annotation: dict[str, Any], kept: Sequence[str] | None) -> dict[str, Any]:
    return annotation if kept is None else {k: annotation[k] for k in kept}


def _labelled(articles: Sequence[GoldArticle]) -> list[str]:
    layers = ["entity"]
    if any(a.quotes for a in articles):
        layers += ["source", "cue"]
    if any(a.events for a in articles):
        layers += ["trigger", "argument"]
    return layers


def _conll_records(source: Source) -> Iterable[dict[str, Any]]:
    layer, rename = source.layer or "entity", source.rename or {}
    held: list[Any] = []
    size = number = 0

    def record() -> dict[str, Any]:
        text, spans = join_sentences(held)
        entities = [{"span": [s, e], "label": rename.get(x, x)} for s, e, x in spans]
        name = f"{Path(source.path).stem}-{number}"
        return {
            "id": name, "text": text, "layers": [layer],
            "annotation": {"id": name, "text": text, "entities": entities},
        }  # fmt: skip

    for sentence in read_conll(Path(source.path), ill_formed="begin"):
        held.append(sentence)
        size += len(sentence)
        if size >= CONLL_WORDS:
            yield record()
            held, size, number = [], 0, number + 1
    if held:
        yield record()


def join_sentences(
    sentences: Sequence[Sequence[tuple[str, str]]],
) -> tuple[str, list[tuple[int, int, str]]]:
    """Join tagged sentences into a text, one a line; return it with its entity spans."""
    text: list[str] = []
    spans: list[tuple[int, int, str]] = []
    at = 0
    for sentence in sentences:
        open_label = None
        for token, tag in sentence:
            prefix, _, label = tag.partition("-")
            if prefix == "I" and label == open_label:
                spans[-1] = (spans[-1][0], at + len(token), label)
            elif prefix in ("B", "I"):
                spans.append((at, at + len(token), label))
            open_label = label if prefix in ("B", "I") else None
            text.append(token)
            at += len(token) + 1
            text.append(" ")
        text[-1] = "\n"
    return "".join(text).rstrip("\n"), spans


def label_inventory(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Collect the layers, links, modalities and roles that training records use."""
    layers: dict[str, set[str]] = {}
    links: set[str] = set()
    modalities: set[str] = set()
    roles: set[str] = set()
    for record in records:
        annotation = record["annotation"]
        labels = {e["label"] for e in annotation.get("entities", ())}
        layers.setdefault(record["layers"][0], set()).update(labels)
        if record["layers"][0] not in RESERVED_LAYERS or "clusters" not in annotation:
            continue
        if annotation["clusters"]:
            links.add("coref")
        if annotation.get("quotes"):
            links.add("quote")
            layers.setdefault("source", {"source"})
            layers.setdefault("cue", {"cue", "colon"})
        for event in annotation.get("events", ()):
            links.add("event")
            layers.setdefault("trigger", set()).add(event["etype"])
            layers.setdefault("argument", {"argument"})
            modalities.add(event["modality"])
            roles.update(a["role"] for a in event.get("args", ()))
    return {
        "layers": {k: tuple(sorted(v)) for k, v in sorted(layers.items()) if v},
        "links": tuple(sorted(links)),
        "modalities": tuple(sorted(modalities)),
        "roles": tuple(sorted(roles)),
    }


def to_dataset(records: Iterable[Mapping[str, Any]]) -> Dataset:
    """Return records as a ``datasets.Dataset``; the annotation is kept as JSON text."""
    rows = [{**r, "annotation": json.dumps(r["annotation"], ensure_ascii=False)} for r in records]
    return Dataset.from_list(rows)


class Examples(torch.utils.data.Dataset[dict[str, Any]]):
    """A dataset with encodings and targets made once and kept in memory."""

    def __init__(self, dataset: Dataset, tokenizer: NewsTokenizer, config: ModelConfig) -> None:
        self.dataset, self.tokenizer, self.config = dataset, tokenizer, config
        self._made: dict[int, dict[str, Any]] = {}

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, i: int) -> dict[str, Any]:
        if i not in self._made:
            row = self.dataset[i]
            encoded: Encoded = self.tokenizer.encode(row["text"])
            annotation = json.loads(row["annotation"])
            target = article_targets(annotation, encoded, self.config, row["layers"])
            self._made[i] = {"encoded": encoded, "target": target}
        return self._made[i]


class ShuffledBatches(torch.utils.data.Sampler[int]):
    """An order of articles in which those of one batch are about as long: less padding.

    The order of the batches is random, and all of it new in each epoch; it depends on the seed
    and the number of the epoch alone, so that a run that is resumed goes on in the same order.
    """

    def __init__(self, lengths: Sequence[int], size: int, seed: int) -> None:
        self.lengths, self.size, self.seed, self.epoch = list(lengths), size, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch comes next; without it the epochs follow one another."""
        self.epoch = epoch

    def __len__(self) -> int:
        return len(self.lengths)

    def __iter__(self) -> Iterator[int]:
        """Yield the places of the articles, those of a batch after one another."""
        random_order = torch.Generator().manual_seed(self.seed * 1_000_003 + self.epoch)
        self.epoch += 1
        order = get_length_grouped_indices(
            self.lengths, self.size, mega_batch_mult=MEGA_BATCH, generator=random_order
        )
        cut = len(order) - len(order) % self.size  # what is left over stays the last batch
        batches = torch.tensor(order[:cut], dtype=torch.int64).view(-1, self.size)
        shuffled = batches[torch.randperm(len(batches), generator=random_order)]
        yield from [*shuffled.flatten().tolist(), *order[cut:]]


def collate(
    items: Sequence[Mapping[str, Any]], *, tokenizer: NewsTokenizer, window: int,
    word_dropout: float = 0.0,
) -> dict[str, Any]:  # fmt: skip
    """Make one batch of articles; word order is that of the articles.

    A share ``word_dropout`` of the words is hidden behind the mask token, so that the network
    learns to read a name's surroundings too.
    """
    batch = collate_windows([i["encoded"] for i in items], tokenizer, window, PADDED_TO)
    if word_dropout:
        hidden = torch.rand(len(batch["first"])) < word_dropout
        for w, a, b in zip(*(batch[k][hidden] for k in ("window", "first", "last")), strict=True):
            batch["pieces"][w, a : b + 1] = tokenizer.mask
    return {"batch": batch, "targets": merge_targets([i["target"] for i in items])}
