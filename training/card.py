"""The model card, generated from what the model folder itself records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arabnews.model.config import ModelConfig

__all__ = ["model_card"]

#: What is known of the licences of bases whose terms bind derived weights.
BASE_LICENCES = {
    "aubmindlab/": "The base model's licence is share-alike: these weights carry it.",
}


def model_card(config: ModelConfig, *, licence: str = "", notes: str = "") -> str:
    """Return a Markdown card: labels, data, licence, scores and how to run it."""
    recipe = config.training.get("recipe", {})
    base = str(recipe.get("base", "unknown"))
    inherited = [t for step in _steps(config.training) if (t := _licence(step))]
    terms = [licence or "not stated: ask whoever trained it"]
    terms += [
        f"It goes on from a model of these terms: {text.strip()}"
        for text in dict.fromkeys(inherited)
        if text.strip() != licence.strip()
    ]
    terms += [
        text
        for prefix, text in BASE_LICENCES.items()
        if any(name.startswith(prefix) for name in _bases(config.training))
    ]
    lines = [
        "---", "language: ar", "library_name: arabnews", "pipeline_tag: token-classification",
        "---", "", "# arabnews model", "",
        "Entities, quotes with their speakers, and events of Arabic news articles.", "",
        "```python", "import arabnews", 'nlp = arabnews.load("path/of/this/folder")', "```", "",
        "## Labels", "",
        *(f"- `{k}`: {', '.join(v)}" for k, v in config.layers.items()),
    ]  # fmt: skip
    if config.modalities:
        lines.append(f"- modality: {', '.join(config.modalities)}")
    if config.roles:
        lines.append(f"- argument roles: {', '.join(config.roles)}")
    lines += ["", "## Training", "", f"- base: `{base}`"]
    for step in _steps(config.training):
        if step is not config.training:
            lines.append(f"- before that, from `{step.get('recipe', {}).get('base', 'unknown')}`:")
        lines += [f"- {name}: {n} articles" for name, n in step.get("articles", {}).items()]
    shown = {k: v for k, v in recipe.items() if k not in ("base", "train", "licence", "notes")}
    lines += [f"- settings: `{shown}`", "", "## Licence", "", *terms, ""]
    lines += ["## Scores", "", *_scores(config.scores), ""]
    if notes:
        lines += ["## Notes", "", notes.strip(), ""]
    return "\n".join(lines)


def _steps(training: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the training, that of the model it went on from, and so on back."""
    step: Mapping[str, Any] | None = training
    while step:
        yield step
        step = step.get("from")


def _licence(step: Mapping[str, Any]) -> str:
    return str(step.get("recipe", {}).get("licence", ""))


def _bases(training: Mapping[str, Any]) -> Iterator[str]:
    for step in _steps(training):
        yield str(step.get("recipe", {}).get("base", ""))


def _scores(scores: Mapping[str, Any]) -> list[str]:
    if not scores:
        return ["Not measured: run `arabnews evaluate GOLD.jsonl --model FOLDER`."]
    out = []
    for name, figures in scores.items():
        out += [f"### {name}", ""]
        if name == "held_out":
            out += ["Articles kept from training; thresholds and calibration were set on them.", ""]
        out += ["| figure | F1 or accuracy |", "|---|---:|"]
        out += [
            f"| {k.removeprefix('eval_')} | {v:.2f} |" for k, v in figures.items() if k != "epoch"
        ]
        out.append("")
    return out
