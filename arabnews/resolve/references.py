"""What «المصدر», «الوزارة», «المسؤول» stand for: the last one named that begins with the word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ..model.scores import ArticleScores
from .names import name_key

__all__ = ["References"]

_SAME = frozenset({"ذات", "ذاته", "ذاتها", "نفس", "نفسه", "نفسها"})


class References:
    """Remembers who was named, by whole wording and by first word.

    In news a definite noun alone («المصدر») nearly always means the last source whose phrase
    begins with it («مصدر أمني»), or else the last organisation or office that does («وزارة …»).
    """

    def __init__(self, scores: ArticleScores, of: Mapping[int, int], names: Sequence[str]) -> None:
        self.of = of
        self.wordings: dict[tuple[str, ...], int] = {}
        self.sources: dict[str, list[int]] = {}
        self.entities: dict[str, list[int]] = {}
        for j, c in enumerate(scores.candidates):
            if c.layer == "entity" and c.label in ("ORG", "ROLE") and j in of:
                for head in name_key(names[j])[:1]:
                    self.entities.setdefault(head, []).append(j)

    def find(self, candidate: int, name: str) -> int | None:
        """Return the group that a source phrase means, or ``None`` if it is new."""
        key = name_key(name)
        plain = [w for w in key if w not in _SAME]
        if len(plain) == 1 and (len(key) > 1 or _is_definite(name)):
            for known in (self.sources, self.entities):
                before = known.get(plain[0], [])
                if at := bisect_left(before, candidate):
                    return self.of[before[at - 1]]
        return self.wordings.get(key or (name,))

    def add(self, candidate: int, name: str, group: int) -> None:
        """Remember a source phrase and its group."""
        key = name_key(name) or (name,)
        self.wordings.setdefault(key, group)
        head = next((w for w in key if w not in _SAME), key[0])
        found = self.sources.setdefault(head, [])
        found.insert(bisect_left(found, candidate), candidate)


def _is_definite(name: str) -> bool:
    return name.startswith("ال")
