"""A name that is sure in one place is that name wherever the article has it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from .decode import ScoredSpan
from .pairs import bare

__all__ = ["with_repeats"]

#: How sure a name must be somewhere, and what its other places are given for a score.
SURE, GIVEN = 0.9, 0.5
#: How often a name must be sure: one word alone («المستشفى») is seldom an organisation everywhere.
_TIMES = {"PER": 1, "LOC": 1, "ORG": 2}
_PARTICLES = "وفبلك"
_SHORTEST = 3  # letters


def with_repeats(spans: Sequence[ScoredSpan], forms: Sequence[str]) -> list[ScoredSpan]:
    """Return entity spans with those added that repeat a sure name, in reading order.

    ``forms`` are the article's words as ``normalise`` writes them. A place that overlaps a span
    stays as it is, and an attached particle makes no other name.

    >>> forms = ["زار", "باسم", "وعدن", "ثم", "غادر", "عدن"]
    >>> [s.first for s in with_repeats([ScoredSpan(5, 6, "entity", "LOC", 0.99)], forms)]
    [2, 5]
    """
    counted: Counter[tuple[tuple[str, ...], str]] = Counter()
    for span in spans:
        if span.label in _TIMES and span.score >= SURE:
            name = (bare(forms[span.first]), *forms[span.first + 1 : span.stop])
            counted[name, span.label] += 1
    sure: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for (name, label), times in counted.items():
        if len(name[0]) >= _SHORTEST and (len(name) > 1 or times >= _TIMES[label]):
            sure.setdefault(name[0], []).append((name[1:], label))
    free = [True] * len(forms)
    for span in spans:
        free[span.first : span.stop] = [False] * (span.stop - span.first)
    out = list(spans)
    for i, form in enumerate(forms):
        found = (known for way in _readings(form) for known in sure.get(way, ()))
        for rest, label in sorted(found, key=lambda k: -len(k[0])):
            stop = i + 1 + len(rest)
            if all(free[i:stop]) and tuple(forms[i + 1 : stop]) == rest:
                out.append(ScoredSpan(i, stop, "entity", label, GIVEN))
                free[i:stop] = [False] * (stop - i)
    return sorted(out, key=lambda s: s.first)


def _readings(form: str) -> list[str]:
    """Return a word as it stands and without what may be an attached particle."""
    ways = dict.fromkeys((form, bare(form)))
    if len(form) > _SHORTEST and form[0] in _PARTICLES:
        ways[form[1:]] = None
    return list(ways)
