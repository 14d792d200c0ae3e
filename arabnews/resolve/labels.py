"""One word, one label: a name that is a person five times is no place the sixth time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..model.pairs import bare
from ..model.scores import ArticleScores

__all__ = ["one_label_a_name"]

_NAMES = frozenset({"PER", "ORG", "LOC", "MISC"})
#: How much commoner another label of the same word has to be, and how often it has to stand.
_TIMES, _LEAST = 3, 3


def one_label_a_name(scores: ArticleScores) -> ArticleScores:
    """Return the scores with names of one word labelled as the article labels that word.

    A word counts for its label where it is a whole name, and as PER where it ends a person's full
    name: «الخالد:» in a headline is the man whom the body calls «صباح الخالد» and «الخالد».
    """
    forms, candidates = scores.encoded.forms, scores.candidates
    counts: dict[str, Counter[str]] = {}
    for c in candidates:
        alone = c.label in _NAMES and c.stop - c.first == 1
        if c.layer == "entity" and (alone or c.label == "PER"):
            counts.setdefault(bare(forms[c.stop - 1]), Counter())[c.label] += 1
    out = list(candidates)
    for i, c in enumerate(candidates):
        if c.layer != "entity" or c.label not in _NAMES or c.stop - c.first != 1:
            continue
        found = counts[bare(forms[c.first])]
        label, most = found.most_common(1)[0]
        if label != c.label and most >= max(_LEAST, _TIMES * found[c.label]):
            out[i] = replace(c, label=label)
    return replace(scores, candidates=out)
