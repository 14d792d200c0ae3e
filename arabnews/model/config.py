"""What a model labels: layers, links and where it came from; ``arabnews.json`` in its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

from ..errors import ModelError
from ..text.normalise import PROFILES

__all__ = ["CONFIG_NAME", "ModelConfig", "RESERVED_LAYERS"]

CONFIG_NAME = "arabnews.json"
#: The smallest window that holds any word (see ``PIECES_PER_UNIT``) and two special tokens.
MIN_WINDOW = 50
MODEL_SCHEMA = 1

#: Layers with a meaning of their own in ``arabnews.resolve``. Any other name is a layer of plain
#: spans (an auxiliary training layer, or a user's own): its spans come back as entities only if
#: it is listed in ``ModelConfig.span_layers``.
RESERVED_LAYERS = ("entity", "source", "cue", "trigger", "argument")


@dataclass(frozen=True)
class ModelConfig:
    """The labels and sizes of a model, learnt from its training files.

    ``layers`` maps a layer's name to its labels (without B- and I-); ``window`` is the most
    sub-words that the encoder reads at once; ``sinks`` is the number of mask tokens that end every
    window (see docs/design.md); ``links`` are the kinds that are trained ("quote",
    "coref", "event"), by default all that the layers allow; ``training`` says what the model was
    trained on and how; ``scores`` what it measured.
    """

    layers: Mapping[str, tuple[str, ...]]
    modalities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    normalisation: str = "compact"
    paragraph_token: str | None = None
    window: int = 512
    sinks: int = 0
    word_size: int = 256
    link_size: int = 96
    bias: Mapping[str, float] = field(default_factory=dict)
    calibration: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    span_layers: tuple[str, ...] = ()
    links: tuple[str, ...] | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    schema_version: int = MODEL_SCHEMA

    def __post_init__(self) -> None:
        if self.normalisation not in PROFILES:
            raise ModelError(
                f"arabnews.json: unknown normalisation {self.normalisation!r}; one of {PROFILES}"
            )
        if self.sinks < 0 or self.window - self.sinks < MIN_WINDOW:
            raise ModelError(
                f"arabnews.json: a window of {self.window} sub-words, {self.sinks} of them sinks, "
                f"cannot hold every word: use {MIN_WINDOW} or more, and no negative sinks"
            )
        if not self.layers:
            raise ModelError("arabnews.json: a model needs at least one tag layer")

    def tags(self, layer: str) -> tuple[str, ...]:
        """Return the BIO tags of a layer: O first, then B- and I- of each label."""
        return ("O", *(f"{p}-{label}" for label in self.layers[layer] for p in "BI"))

    def has_link(self, kind: str) -> bool:
        """Tell whether links of a kind ("quote", "coref", "event") are there."""
        layer = {"quote": "cue", "coref": "entity", "event": "trigger"}[kind]
        return layer in self.layers and (self.links is None or kind in self.links)

    def candidate_labels(self) -> tuple[str, ...]:
        """Return the labels that the two ends of a link can carry, in a fixed order."""
        return tuple(
            f"{layer}:{label}"
            for layer in RESERVED_LAYERS
            if layer in self.layers
            for label in self.layers[layer]
        )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def save(self, folder: Path) -> None:
        """Write ``arabnews.json`` into ``folder``."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, default=list)
        (folder / CONFIG_NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``arabnews.json``; raises ``ModelError`` naming what is wrong with it."""
        path = folder / CONFIG_NAME
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ModelError(
                f"{folder} has no {CONFIG_NAME}, so it is no arabnews model: fine-tune one with "
                "`arabnews train`, or name a folder that Pipeline.save_pretrained wrote"
            ) from None
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ModelError(f"{path} is not valid JSON: {error}") from None
        if not isinstance(data, dict) or data.get("schema_version") != MODEL_SCHEMA:
            found = data.get("schema_version") if isinstance(data, dict) else None
            raise ModelError(
                f"{path}: schema version {found!r}, this arabnews reads version {MODEL_SCHEMA}: "
                "upgrade arabnews or train the model again"
            )
        if unknown := set(data) - {f.name for f in fields(cls)}:
            raise ModelError(f"{path}: unknown fields {sorted(unknown)}")
        try:
            data["layers"] = {k: tuple(v) for k, v in data["layers"].items()}
            for name in ("modalities", "roles", "span_layers"):
                data[name] = tuple(data.get(name, ()))
            if data.get("links") is not None:
                data["links"] = tuple(data["links"])
            data["calibration"] = {k: tuple(v) for k, v in data.get("calibration", {}).items()}
            return cls(**data)
        except (KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path}: {error!r} is missing or of the wrong kind") from None
