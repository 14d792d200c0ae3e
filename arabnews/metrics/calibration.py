"""Whether scores mean what they say, and what a threshold on them costs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InputError
from .articles import Article, Event, Mention, Quote, match_articles, pair_quotes, same_source
from .figures import OVERLAP, Figure, summarise, tally

__all__ = [
    "Bin", "Threshold", "expected_calibration_error", "reliability", "scored_predictions",
    "threshold_table",
]  # fmt: skip

#: What has scores, and the figure that says whether a prediction of that kind is right.
KINDS = {"entities": "entities", "quotes": "attribution", "events": "event_type"}
THRESHOLDS = tuple(i / 10 for i in range(10))


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions scored from ``low`` up to ``high`` (the last bin includes its ``high``).

    ``confidence`` is their mean score and ``accuracy`` the share of right ones, both 0 to 1 and
    ``None`` in a bin without predictions.
    """

    low: float
    high: float
    count: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Threshold:
    """Precision, recall and F1 in per cent of the predictions scored at least ``threshold``."""

    kind: str
    threshold: float
    p: float
    r: float
    f1: float
    predicted: int
    support: int


def reliability(scored: Iterable[tuple[float, bool]], bins: int = 10) -> list[Bin]:
    """Sort (score, whether right) pairs into ``bins`` bins of equal width over 0 to 1.

    Raises ``InputError`` for a score outside 0 to 1 or fewer than one bin.

    >>> [(b.count, b.accuracy) for b in reliability([(0.9, True), (0.8, False), (1.0, True)], 2)]
    [(0, None), (3, 0.6666666666666666)]
    """
    if bins < 1:
        raise InputError(f"{bins} bins: at least one is needed")
    sums = [[0.0, 0, 0] for _ in range(bins)]  # scores, right, all
    for score, right in scored:
        if not 0 <= score <= 1:  # also NaN
            raise InputError(f"score {score!r} is not between 0 and 1")
        total = sums[min(int(score * bins), bins - 1)]
        total[0] += score
        total[1] += bool(right)
        total[2] += 1
    return [
        Bin(
            i / bins,
            (i + 1) / bins,
            int(count),
            score / count if count else None,
            right / count if count else None,
        )
        for i, (score, right, count) in enumerate(sums)
    ]


def expected_calibration_error(scored: Iterable[tuple[float, bool]], bins: int = 10) -> float:
    """Return the mean gap, 0 to 1, between score and share of right predictions.

    The gap of each bin of ``reliability`` counts by its number of predictions; no predictions at
    all have no gap, so 0.

    >>> expected_calibration_error([(1.0, True), (1.0, False)])
    0.5
    """
    table = reliability(scored, bins)
    count = sum(b.count for b in table)
    gaps = (
        b.count * abs(b.confidence - b.accuracy)
        for b in table
        if b.confidence is not None and b.accuracy is not None
    )
    return math.fsum(gaps) / count if count else 0.0


def scored_predictions(
    gold: Iterable[Mapping[str, Any]], predicted: Iterable[Mapping[str, Any]]
) -> dict[str, list[tuple[float, bool]]]:
    """Return (score, whether right) of each predicted entity, quote and event.

    An entity is right with label and extent, a quote with at least half of its words and its
    speaker, an event with type and trigger. Feed the lists to ``reliability``. Raises
    ``InputError`` as ``evaluate`` does, and for a prediction without a ``score``.

    >>> gold = {"id": "a", "text": "زار سامي عدن", "entities": [{"span": [4, 8], "label": "PER"}]}
    >>> found = {"id": "a", "text": "زار سامي عدن", "entities": [
    ...     {"start": 4, "end": 8, "label": "PER", "score": 0.75}]}
    >>> scored_predictions([gold], [found])["entities"]
    [(0.75, True)]
    """
    out: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    for article, found in match_articles(gold, predicted):
        _require_scores(found)
        out["entities"] += _claims(
            [(m.label, m.span.words) for m in article.mentions],
            [((m.label, m.span.words), m.score or 0.0) for m in found.mentions],
        )
        right = {
            j
            for share, i, j in pair_quotes(article.quotes, found.quotes)
            if share >= OVERLAP and same_source(article.quotes[i], found.quotes[j])
        }
        out["quotes"] += [(q.score or 0.0, j in right) for j, q in enumerate(found.quotes)]
        out["events"] += _claims(
            [e.key for e in article.events], [(e.key, e.score or 0.0) for e in found.events]
        )
    return out


def _claims(
    gold: Iterable[Hashable], predicted: Sequence[tuple[Hashable, float]]
) -> list[tuple[float, bool]]:
    """Say which predictions are right; of two alike, the better scored one has the first claim."""
    left = Counter(gold)
    right = [False] * len(predicted)
    for i in sorted(range(len(predicted)), key=lambda i: -predicted[i][1]):
        if left[predicted[i][0]]:
            left[predicted[i][0]] -= 1
            right[i] = True
    return [(score, right[i]) for i, (_, score) in enumerate(predicted)]


def threshold_table(
    gold: Iterable[Mapping[str, Any]],
    predicted: Iterable[Mapping[str, Any]],
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[Threshold]:
    """Return what entities, quotes and events are worth at each threshold of their own scores.

    The rows, by kind and then in the order of ``thresholds``, give the figures ``entities``,
    ``attribution`` and ``event_type``; a threshold on one kind leaves the others whole. Raises
    ``InputError`` as ``scored_predictions`` does.
    """
    for threshold in thresholds:
        if not 0 <= threshold <= 1:
            raise InputError(f"threshold {threshold!r} is not between 0 and 1")
    pairs = match_articles(gold, predicted)
    for _, found in pairs:
        _require_scores(found)
    out = []
    for kind, name in KINDS.items():
        for threshold in thresholds:
            counts = [tally(article, _keep(found, kind, threshold)) for article, found in pairs]
            figure: Figure = summarise(counts)[name]
            out.append(
                Threshold(kind, threshold, figure.p, figure.r, figure.f1,
                          figure.predicted or 0, figure.support)
            )  # fmt: skip
    return out


def _keep(article: Article, kind: str, threshold: float) -> Article:
    if kind == "entities":
        kept = tuple(m for m in article.mentions if (m.score or 0.0) >= threshold)
        return replace(article, mentions=kept)
    if kind == "quotes":
        quotes = tuple(q for q in article.quotes if (q.score or 0.0) >= threshold)
        return replace(article, quotes=quotes)
    events = tuple(e for e in article.events if (e.score or 0.0) >= threshold)
    return replace(article, events=events)


def _require_scores(article: Article) -> None:
    kinds: dict[str, Sequence[Mention | Quote | Event]] = {
        "entities": article.mentions, "quotes": article.quotes, "events": article.events,
    }  # fmt: skip
    for name, items in kinds.items():
        for i, item in enumerate(items):
            score = item.score
            if isinstance(score, bool) or not isinstance(score, int | float):
                raise InputError(
                    f"prediction {article.id}: {name}[{i}] has no score (got {score!r}):"
                    " calibration needs the score of every prediction"
                )
            if not 0 <= score <= 1:
                raise InputError(
                    f"prediction {article.id}: {name}[{i}] has score {score!r}, not 0 to 1"
                )
