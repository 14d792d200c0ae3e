"""Setting a model's thresholds and making its scores mean something, on held-out articles."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from arabnews.document import Document
from arabnews.metrics import evaluate, scored_predictions
from arabnews.model.scorer import Scorer
from arabnews.model.tokenizer import Encoded
from arabnews.pipeline import Pipeline

__all__ = ["calibrate", "fit_platt"]

#: The biases against O, or against no link, that are tuned, each with the figure that decides.
TUNED = {
    "entity": "entities", "cue": "attribution", "source": "attribution",
    "link:speaker": "attribution", "link:coref": "coreference_links", "trigger": "event_type",
    "argument": "event_argument", "link:argument": "event_argument",
}  # fmt: skip
LINKS = {"link:speaker": "quote", "link:coref": "coref", "link:argument": "event"}
BIASES = (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5)
#: What a bias must gain to be kept, in points of its figure for each unit: few articles are noisy.
PRICE = 0.4


def calibrate(nlp: Pipeline, held_out: Sequence[Mapping[str, Any]]) -> None:
    """Set ``bias`` and ``calibration`` of the pipeline's config from articles it has not seen.

    One by one, the bias with the best figure is kept, less ``PRICE`` for its size; then a score's
    odds are fitted to how often it is right (Platt scaling), for entities, quotes and events each.
    """
    tuned = Pipeline(_Remembering(nlp.scorer), nlp.folder)
    _tune(tuned, held_out)
    nlp.configure(bias=tuned.config.bias, calibration=tuned.config.calibration)


class _Remembering(Scorer):
    """A scorer that runs the encoder over an article once: a bias changes only what follows."""

    def __init__(self, scorer: Scorer) -> None:
        super().__init__(scorer.network, scorer.tokenizer, str(scorer.device))
        self.config = scorer.config
        self._known: dict[str, Tensor] = {}

    def _states(self, articles: Sequence[Encoded]) -> list[Tensor]:
        fresh = [e for e in articles if e.text not in self._known]
        self._known |= zip((e.text for e in fresh), super()._states(fresh), strict=True)
        return [self._known[e.text] for e in articles]


def _tune(nlp: Pipeline, held_out: Sequence[Mapping[str, Any]]) -> None:
    for name, figure in TUNED.items():
        if not (nlp.config.has_link(LINKS[name]) if name in LINKS else name in nlp.config.layers):
            continue
        worth = {b: _figure(nlp, held_out, name, b, figure) - PRICE * abs(b) for b in BIASES}
        best = max(worth, key=lambda b: worth[b])
        nlp.configure(bias={**nlp.config.bias, name: best})
    nlp.configure(calibration={})
    predicted = _predicted(nlp, held_out)
    fitted = {
        kind: fit_platt(scored)
        for kind, scored in scored_predictions(held_out, predicted).items()
        if len(scored) >= 20
    }
    nlp.configure(calibration=fitted)


def _figure(
    nlp: Pipeline, held_out: Sequence[Mapping[str, Any]], name: str, bias: float, figure: str
) -> float:
    nlp.configure(bias={**nlp.config.bias, name: bias})
    predicted = _predicted(nlp, held_out)
    return evaluate(held_out, predicted).figures[figure].value


def _predicted(nlp: Pipeline, articles: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Analyse articles; one that cannot be counts as nothing found, as in an evaluation."""
    results = nlp.pipe(articles, errors="return")
    return [d.to_dict() for d in results if isinstance(d, Document)]


def fit_platt(scored: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Return slope and offset of the log odds of being right as a line in the score's log odds.

    Scores that were all right, or all wrong, are left as they are: (1, 0).

    >>> slope, offset = fit_platt([(0.9, True), (0.9, False)] * 50 + [(0.1, False)] * 20)
    >>> slope * math.log(9) + offset < 0.5
    True
    """
    from sklearn.linear_model import LogisticRegression

    right = [r for _, r in scored]
    if len(set(right)) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression(C=10.0).fit([[_odds(s)] for s, _ in scored], right)
    return round(float(fitted.coef_[0][0]), 4), round(float(fitted.intercept_[0]), 4)


def _odds(score: float) -> float:
    score = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(score / (1 - score))
