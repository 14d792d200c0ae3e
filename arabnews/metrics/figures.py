"""The figures of merit of an analysis, micro-averaged over articles."""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from ..errors import InputError
from .articles import Article, WordIds, match_articles, pair_quotes, same_source

__all__ = ["Figure", "Report", "evaluate", "summarise", "tally"]

#: Labels that always have a figure, in the order of the report.
LABELS = ("PER", "ORG", "LOC", "MISC", "DATE", "ROLE")
#: A predicted quote counts as found if it shares at least this part of the words of both.
OVERLAP = 0.5
_SCORED = (
    "quote_exact", "quote_overlap50", "cue", "attribution", "trigger", "event_type",
    "event_argument", "quote_words", "coreference_links",
)  # fmt: skip
_ACCURACIES = ("speaker_accuracy", "implicit_speaker_accuracy", "modality_accuracy")

Counts = tuple[int, int, int]  # hits, predicted, support


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, as counts, in per cent.

    Either precision, recall and F1 (``p``, ``r``, ``f1``) of ``predicted`` things against
    ``support`` gold ones, or, where ``predicted`` is ``None``, the ``accuracy`` ``of`` so many
    cases. A share of nothing is 0. ``interval`` is the 95 % interval of ``f1`` or ``accuracy``.

    >>> Figure(hits=1, support=2, predicted=1).f1
    66.66666666666667
    """

    hits: int
    support: int
    predicted: int | None = None
    interval: tuple[float, float] | None = None

    @property
    def is_accuracy(self) -> bool:
        """Whether this figure has ``accuracy`` instead of ``p``, ``r`` and ``f1``."""
        return self.predicted is None

    @property
    def p(self) -> float:
        """Precision in per cent."""
        predicted = self._predicted("p")
        return 100 * (self.hits / predicted) if predicted else 0.0

    @property
    def r(self) -> float:
        """Recall in per cent."""
        self._predicted("r")
        return 100 * (self.hits / self.support) if self.support else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall in per cent."""
        predicted = self._predicted("f1")
        if not self.hits:
            return 0.0
        p, r = self.hits / predicted, self.hits / self.support
        return 200 * p * r / (p + r)

    @property
    def accuracy(self) -> float:
        """The share of right cases in per cent."""
        if self.predicted is not None:
            raise AttributeError("this figure has p, r and f1, no accuracy")
        return 100 * self.hits / self.support if self.support else 0.0

    @property
    def of(self) -> int:
        """How many cases ``accuracy`` is about."""
        if self.predicted is not None:
            raise AttributeError("this figure has a support, no of")
        return self.support

    @property
    def value(self) -> float:
        """``f1`` or ``accuracy``, whichever this figure has."""
        return self.accuracy if self.predicted is None else self.f1

    def _predicted(self, name: str) -> int:
        if self.predicted is None:
            raise AttributeError(f"this figure is an accuracy and has no {name}")
        return self.predicted

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, rounded to two decimals."""
        out: dict[str, Any]
        if self.predicted is None:
            out = {"accuracy": round(self.accuracy, 2), "of": self.of}
        else:
            out = {k: round(getattr(self, k), 2) for k in ("p", "r", "f1")}
            out["support"] = self.support
        if self.interval:
            out["interval"] = [round(x, 2) for x in self.interval]
        return out


@dataclass(frozen=True, slots=True)
class Report:
    """All figures by name, and the number of articles that they come from."""

    figures: Mapping[str, Figure]
    articles: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready values."""
        return {
            "articles": self.articles,
            "figures": {k: f.to_dict() for k, f in self.figures.items()},
        }

    def table(self) -> str:
        """Return the figures as aligned text, one line each, accuracies last."""
        width = max(map(len, self.figures))
        head = f"{'':{width}}  {'p':>6}  {'r':>6}  {'f1':>6}  {'support':>7}"
        intervals = any(f.interval for f in self.figures.values())
        lines = [head + ("  95% interval" if intervals else "")]
        accuracies = False
        for name, f in self.figures.items():
            if f.is_accuracy and not accuracies:
                accuracies = True
                lines.append(f"{'':{width}}  {'':6}  {'':6}  {'acc.':>6}  {'of':>7}")
            p, r = ("", "") if f.is_accuracy else (f"{f.p:.2f}", f"{f.r:.2f}")
            line = f"{name:{width}}  {p:>6}  {r:>6}  {f.value:6.2f}  {f.support:7}"
            if f.interval:
                line += f"  {f.interval[0]:.2f}–{f.interval[1]:.2f}"
            lines.append(line)
        return "\n".join(lines)


def evaluate(
    gold: Iterable[Mapping[str, Any]],
    predicted: Iterable[Mapping[str, Any]],
    *,
    intervals: int = 0,
    seed: int = 0,
) -> Report:
    """Compare predictions with gold articles, both as dictionaries, matched by ``id``.

    Articles may be in the gold format or what ``Document.to_dict`` returns. An article without a
    prediction counts as one in which nothing was found. ``intervals`` is how often the articles
    are drawn again, with replacement, for a 95 % interval of each figure (1000 is usual; 0 for
    none); ``seed`` makes the drawing repeatable. Raises ``InputError``, naming the article, if an
    id comes twice or in the predictions alone, if a text differs, or if offsets are unusable.

    >>> gold = {"id": "a", "text": "زار سامي عدن", "entities": [
    ...     {"span": [4, 8], "label": "PER"}, {"span": [9, 12], "label": "LOC"}]}
    >>> found = {"id": "a", "text": "زار سامي عدن", "entities": [
    ...     {"start": 4, "end": 8, "label": "PER"}]}
    >>> figure = evaluate([gold], [found]).figures["entities"]
    >>> figure.p, figure.r, figure.support
    (100.0, 50.0, 2)
    """
    if intervals < 0:
        raise InputError(f"intervals is {intervals}: give the number of draws, or 0 for none")
    pairs = match_articles(gold, predicted)
    counts = [tally(g, p) for g, p in pairs]
    figures = summarise(counts)
    if intervals:
        # Drawn in the order of the ids: the same articles give the same intervals in any order.
        order = sorted(range(len(pairs)), key=lambda i: pairs[i][0].id)
        figures = _with_intervals(figures, [counts[i] for i in order], intervals, seed)
    return Report(types.MappingProxyType(figures), len(pairs))


def summarise(counts: Sequence[Mapping[str, Counts]]) -> dict[str, Figure]:
    """Add up what ``tally`` counted and return the figures in the order of the report."""
    totals: dict[str, list[int]] = {}
    for article in counts:
        for name, numbers in article.items():
            total = totals.setdefault(name, [0, 0, 0])
            for i, number in enumerate(numbers):
                total[i] += number
    fixed = ("entities", *LABELS, *_SCORED, *_ACCURACIES)
    own = sorted(set(totals) - set(fixed))
    out = {}
    for name in ("entities", *LABELS, *own, *_SCORED, *_ACCURACIES):
        hits, guesses, support = totals.get(name, [0, 0, 0])
        out[name] = Figure(hits, support, None if name in _ACCURACIES else guesses)
    return out


def tally(gold: Article, predicted: Article) -> dict[str, Counts]:
    """Count hits, predictions and support of every figure in one article."""
    out: dict[str, Counts] = {}
    entities = [(m.label, m.span.words) for m in gold.mentions]
    guesses = [(m.label, m.span.words) for m in predicted.mentions]
    out["entities"] = _common(entities, guesses)
    for label in {label for label, _ in (*entities, *guesses)}:
        out[_label_figure(label)] = _common(
            [e for e in entities if e[0] == label], [e for e in guesses if e[0] == label]
        )
    out["coreference_links"] = _common(_links(gold), _links(predicted))
    _tally_quotes(gold, predicted, out)
    _tally_events(gold, predicted, out)
    return out


def _label_figure(label: str) -> str:
    """Keep a label of one's own, say «cue», apart from the figure of that name."""
    return f"label {label}" if label in ("entities", *_SCORED, *_ACCURACIES) else label


def _common(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> Counts:
    """Count common items; of an item that comes twice, each can be hit once."""
    g, p = Counter(gold), Counter(predicted)
    return (g & p).total(), p.total(), g.total()


def _links(article: Article) -> set[tuple[WordIds, WordIds]]:
    """Return every pair of mentions of one cluster."""
    clusters = article.clusters or {}
    return {pair for found in clusters.values() for pair in combinations(sorted(found), 2)}


def _tally_quotes(gold: Article, predicted: Article, out: dict[str, Counts]) -> None:
    quotes, guesses = gold.quotes, predicted.quotes
    out["quote_exact"] = _common([q.content for q in quotes], [q.content for q in guesses])
    out["cue"] = _common(
        [q.cue.words for q in quotes if q.cue], [q.cue.words for q in guesses if q.cue]
    )
    out["quote_words"] = _common(
        {i for q in quotes for i in q.content}, {i for q in guesses for i in q.content}
    )
    found = [(i, j) for share, i, j in pair_quotes(quotes, guesses) if share >= OVERLAP]
    right = [(i, j) for i, j in found if same_source(quotes[i], guesses[j])]
    implied = [i for i, _ in found if not quotes[i].speaker]
    implied_right = [i for i, _ in right if not quotes[i].speaker]
    out["quote_overlap50"] = (len(found), len(guesses), len(quotes))
    out["attribution"] = (len(right), len(guesses), len(quotes))
    out["speaker_accuracy"] = (len(right), 0, len(found))
    out["implicit_speaker_accuracy"] = (len(implied_right), 0, len(implied))


def _tally_events(gold: Article, predicted: Article, out: dict[str, Counts]) -> None:
    events, guesses = gold.events, predicted.events
    out["trigger"] = _common([e.trigger.words for e in events], [e.trigger.words for e in guesses])
    out["event_type"] = _common([e.key for e in events], [e.key for e in guesses])
    out["event_argument"] = _common(
        [(e.key, a.role, a.span.words) for e in events for a in e.arguments],
        [(e.key, a.role, a.span.words) for e in guesses for a in e.arguments],
    )
    modality = {e.key: e.modality for e in guesses}
    found = [e for e in events if e.key in modality]
    right = sum(modality[e.key] == e.modality for e in found)
    out["modality_accuracy"] = (right, 0, len(found))


def _with_intervals(
    figures: Mapping[str, Figure], counts: Sequence[Mapping[str, Counts]], draws: int, seed: int
) -> dict[str, Figure]:
    """Return the figures with 95 % intervals from drawing whole articles again.

    A draw in which a figure is about nothing (no prediction and no gold) says nothing of it.
    """
    import numpy as np

    names = list(figures)
    table = np.array([[c.get(name, (0, 0, 0)) for name in names] for c in counts], dtype=np.int64)
    flat = table.reshape(len(counts), -1)
    random = np.random.default_rng(seed)
    values: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(draws):
        times = np.bincount(random.integers(0, len(counts), len(counts)), minlength=len(counts))
        drawn = (times @ flat).reshape(len(names), 3).tolist()
        for name, (hits, guesses, support) in zip(names, drawn, strict=True):
            if guesses or support:
                accuracy = figures[name].is_accuracy
                values[name].append(Figure(hits, support, None if accuracy else guesses).value)
    out = {}
    for name, figure in figures.items():
        ends = None
        if values[name]:
            low, high = np.percentile(values[name], [2.5, 97.5])
            ends = (float(low), float(high))
        out[name] = replace(figure, interval=ends)
    return out
