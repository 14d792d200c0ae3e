"""What the model says of an article: scored spans and links, as plain arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .decode import Floats, ScoredSpan
from .tokenizer import Encoded

__all__ = ["ArticleScores", "Link"]


@dataclass(frozen=True, slots=True)
class Link:
    """One query's candidates (positions in ``ArticleScores.candidates``) and their scores."""

    candidates: np.ndarray
    scores: Floats


@dataclass(frozen=True, slots=True)
class ArticleScores:
    """What the model says of one article.

    ``candidates`` are the entities, sources and argument phrases in reading order. Parallel to
    ``cues``: ``content`` (word interval and probability), ``speaker`` (probabilities, what is
    missing to 1 means no speaker) and ``who`` (log scores, before evidence). Parallel to
    ``triggers``: ``modality`` and ``arguments`` (candidates × roles probabilities). ``coref`` maps
    a candidate to its earlier mentions' probabilities. ``evidence`` weighs what speaks for a
    dropped subject: spoke just before, spoke before, agrees with the cue, disagrees with it.
    """

    encoded: Encoded
    candidates: list[ScoredSpan]
    cues: list[ScoredSpan]
    content: list[tuple[int, int, float]]
    speaker: list[Link]
    who: list[Link]
    triggers: list[ScoredSpan]
    modality: list[tuple[str, float]]
    arguments: list[Link]
    coref: dict[int, Link]
    roles: tuple[str, ...] = ()
    evidence: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    calibration: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    extra: list[ScoredSpan] = field(default_factory=list)

    def calibrated(self, kind: str, score: float) -> float:
        """Return the probability that something scored so is right, if the model knows it."""
        if kind not in self.calibration:
            return round(min(max(score, 0.0), 1.0), 4)
        slope, offset = self.calibration[kind]
        score = min(max(score, 1e-4), 1 - 1e-4)
        odds = slope * math.log(score / (1 - score)) + offset
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), 4)
