"""What «المصدر», «الوزارة», «البيان» stand for: the last one named so, or whoever is meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from ..model.scores import ArticleScores
from ..text.lexicon import word_set
from .names import SAME, name_key

__all__ = ["References", "stands_for"]

_ANYBODY = ("PER", "ORG", "LOC", "NONE")
#: What an organisation publishes: it speaks there.
_STATEMENTS = word_set("بيان بلاغ")
#: Nouns that stand for somebody named otherwise, as ``name_key`` spells them, and the labels that
#: somebody may have.
_STAND_INS = {
    **dict.fromkeys(_STATEMENTS, ("ORG", "LOC", "PER")),
    "متحدث": ("PER",),
    **dict.fromkeys(word_set("اخير اخيره"), ("PER", "ORG", "LOC")),
    **dict.fromkeys(
        word_set("""
            وزاره صحيفه وكاله منظمه مرصد مجلس حزب حركه محكمه صندوق شركه موقع لجنه هيئه مركز شبكه
            مجله قناه مجموعه جماعه تنظيم
        """),
        ("ORG",),
    ),
}


class References:
    """Remembers who was named, by whole wording and by first word.

    In news a definite noun alone («المصدر») nearly always means the last source whose phrase
    begins with it («مصدر أمني»), or else the last organisation or office that does («وزارة …»).
    A longer definite phrase («المصدر المقرب») means the last source with all of its words.
    """

    def __init__(self, scores: ArticleScores, of: Mapping[int, int], names: Sequence[str]) -> None:
        self.of = of
        self.names = names
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
        plain = [w for w in key if w not in SAME]
        if plain and _points_back(name):
            for known in (self.sources, self.entities) if len(plain) == 1 else (self.sources,):
                before = known.get(plain[0], [])
                for j in reversed(before[: bisect_left(before, candidate)]):
                    if set(plain) <= set(name_key(self.names[j])):
                        return self.of[j]
        return self.wordings.get(key or (name,))

    def add(self, candidate: int, name: str, group: int) -> None:
        """Remember a source phrase and its group."""
        key = name_key(name) or (name,)
        self.wordings.setdefault(key, group)
        head = next((w for w in key if w not in SAME), key[0])
        found = self.sources.setdefault(head, [])
        found.insert(bisect_left(found, candidate), candidate)


def stands_for(name: str) -> tuple[str, ...]:
    """Return the labels of those that a noun alone may stand for; none for a name of its own.

    >>> stands_for("المتحدث ذاته"), stands_for("متحدث باسم الجيش")
    (('PER',), ())
    """
    key = name_key(name)
    plain = [w for w in key if w not in SAME]
    if len(plain) != 1 or not (_points_back(name) or plain[0] in _STATEMENTS):
        return ()
    return _STAND_INS.get(plain[0], _ANYBODY if len(key) > 1 else ())


def _points_back(name: str) -> bool:
    return name.startswith("ال") or not SAME.isdisjoint(name_key(name))
