"""Setting a model's thresholds and making its scores mean something, on held-out articles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from arabnews.metrics import evaluate, scored_predictions
from arabnews.pipeline import Pipeline

__all__ = ["calibrate", "fit_platt"]

#: The layers whose bias against O is tuned, with the figure that decides.
TUNED = {
    "entity": "entities", "trigger": "event_type", "cue": "attribution",
    "source": "attribution", "argument": "event_argument",
}  # fmt: skip
BIASES = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)


def calibrate(nlp: Pipeline, held_out: Sequence[Mapping[str, Any]]) -> None:
    """Set ``bias`` and ``calibration`` of the pipeline's config from articles it has not seen.

    Layer by layer, the bias with the best figure is kept (the smallest one among equals); then a
    score's odds are fitted to how often it is right (Platt scaling), for entities, quotes and
    events each.
    """
    for layer, figure in TUNED.items():
        if layer not in nlp.config.layers:
            continue
        best = max(BIASES, key=lambda b: (round(_figure(nlp, held_out, layer, b, figure), 2), -abs(b)))
        nlp.configure(bias={**nlp.config.bias, layer: best})
    nlp.configure(calibration={})
    predicted = [d.to_dict() for d in nlp.pipe(held_out)]
    fitted = {
        kind: fit_platt(scored)
        for kind, scored in scored_predictions(held_out, predicted).items()
        if len(scored) >= 20
    }
    nlp.configure(calibration=fitted)


def _figure(
    nlp: Pipeline, held_out: Sequence[Mapping[str, Any]], layer: str, bias: float, figure: str
) -> float:
    nlp.configure(bias={**nlp.config.bias, layer: bias})
    predicted = [d.to_dict() for d in nlp.pipe(held_out)]
    return evaluate(held_out, predicted).figures[figure].value


def fit_platt(scored: Sequence[tuple[float, bool]], *, steps: int = 50) -> tuple[float, float]:
    """Return slope and offset of the log odds of being right as a line in the score's log odds.

    Newton's method on the logistic loss with Platt's smoothed targets and a slight pull to (1, 0).

    >>> slope, offset = fit_platt([(0.9, True), (0.9, False)] * 50 + [(0.1, False)] * 20)
    >>> slope * math.log(9) + offset < 0.5
    True
    """
    hits = sum(right for _, right in scored)
    high, low = (hits + 1) / (hits + 2), 1 / (len(scored) - hits + 2)
    points = [(_odds(s), high if right else low) for s, right in scored]
    a, b = 1.0, 0.0
    for _ in range(steps):
        g_a, g_b, h_aa, h_ab, h_bb = a - 1.0, b, 1.0, 0.0, 1.0
        for x, target in points:
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, a * x + b))))
            w = p * (1 - p)
            g_a += (p - target) * x
            g_b += p - target
            h_aa += w * x * x
            h_ab += w * x
            h_bb += w
        det = h_aa * h_bb - h_ab * h_ab
        if det < 1e-12:
            break
        a -= (h_bb * g_a - h_ab * g_b) / det
        b -= (h_aa * g_b - h_ab * g_a) / det
    return round(a, 4), round(b, 4)


def _odds(score: float) -> float:
    score = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(score / (1 - score))
