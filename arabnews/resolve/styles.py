"""Plain styles («الشيخ», «الدكتور») are no persons by themselves: the name after them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..model.scores import ArticleScores, Link

__all__ = ["without_styles"]

#: Styles in normalised spelling, without ال.
_STYLES = frozenset(
    "شيخ شيخه شيخة دكتور دكتوره دكتورة مهندس مهندسه مهندسة استاذ استاذه استاذة سيد سيده سيدة"
    " انسه انسة حاج لواء عميد عقيد مقدم رائد نقيب ملازم فريق مشير"
    " بروف بروفيسور بروفسور".split()
)


def without_styles(scores: ArticleScores) -> ArticleScores:
    """Return the scores without persons that are a style alone; links to one go to the name after.

    «وذكر الشيخ | صباح الخالد» found as two persons has one speaker, «صباح الخالد».
    """
    candidates, forms = scores.candidates, scores.encoded.forms
    people = {c.first for c in candidates if c.label == "PER"}
    styled = {
        i
        for i, c in enumerate(candidates)
        if c.layer == "entity" and c.label == "PER" and _is_style(forms[c.first : c.stop])
        # without ال it may be a name («رائد», «سيد»), unless one follows
        and (c.stop in people or "ال" in forms[c.first][:3])
    }  # fmt: skip
    if not styled:
        return scores
    kept = [i for i in range(len(candidates)) if i not in styled]
    place = {old: new for new, old in enumerate(kept)}
    named = {candidates[i].first: place[i] for i in kept if candidates[i].label == "PER"}
    target = [place.get(i, named.get(c.stop, -1)) for i, c in enumerate(candidates)]

    def moved(link: Link) -> Link:
        best: dict[int, np.ndarray] = {}
        for j, s in zip(link.candidates, link.scores, strict=True):
            to = target[int(j)]
            if to >= 0:
                best[to] = np.maximum(best[to], s) if to in best else s
        if not best:
            return Link(link.candidates[:0], link.scores[:0])
        order = sorted(best)
        return Link(np.asarray(order), np.stack([best[j] for j in order]))

    return replace(
        scores,
        candidates=[candidates[i] for i in kept],
        speaker=[moved(link) for link in scores.speaker],
        who=[moved(link) for link in scores.who],
        arguments=[moved(link) for link in scores.arguments],
        coref={
            place[i]: _earlier(moved(link), place[i])
            for i, link in scores.coref.items()
            if i in place
        },
    )


def _is_style(forms: Sequence[str]) -> bool:
    return all(f.removeprefix("و").removeprefix("ال") in _STYLES for f in forms)


def _earlier(link: Link, i: int) -> Link:
    """Keep earlier mentions only: a style just before a name points at the name itself."""
    before = link.candidates < i
    return Link(link.candidates[before], link.scores[before])
