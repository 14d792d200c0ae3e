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
    terms = [licence or "not stated: ask whoever trained it"]
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
    lines += [f"- {name}: {n} articles" for name, n in config.training.get("articles", {}).items()]
    shown = {k: v for k, v in recipe.items() if k not in ("base", "train", "licence", "notes")}
    lines += [f"- settings: `{shown}`", "", "## Licence", "", *terms, ""]
    lines += ["## Scores", "", *_scores(config.scores), ""]
    if notes:
        lines += ["## Notes", "", notes.strip(), ""]
    return "\n".join(lines)


def _bases(training: Mapping[str, Any]) -> Iterator[str]:
    """Yield the base, that of the model it was trained from, and so on back."""
    step: Mapping[str, Any] | None = training
    while step:
        yield str(step.get("recipe", {}).get("base", ""))
        step = step.get("from")


def _scores(scores: Mapping[str, Any]) -> list[str]:
    if not scores:
        return ["Not measured: run `arabnews evaluate GOLD.jsonl --model FOLDER`."]
    out = []
    for name, figures in scores.items():
        out += [f"### {name}", "", "| figure | F1 or accuracy |", "|---|---:|"]
        out += [f"| {k.removeprefix('eval_')} | {v:.2f} |" for k, v in figures.items()]
        out.append("")
    return out
