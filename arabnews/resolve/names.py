"""Who is who: mentions grouped into clusters, each with its fullest name and its roles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from ..model.decode import ScoredSpan
from ..model.scores import ArticleScores
from ..text.clitics import strip_prefix
from ..text.normalise import normalise
from .places import capital_code, country_code, phrase_country

__all__ = ["SAME", "Group", "cluster_mentions", "matches", "name_key"]

#: «The same», before or after a noun that points back, as ``name_key`` spells it.
SAME = frozenset({"ذات", "ذاته", "ذاتها", "نفس", "نفسه", "نفسها"})

_POSTED = re.compile(r"\s(?:إلى|الى|لدى)\s")
_WORD = re.compile(r"\w+")
_STYLE_WORDS = 1  # between a title and the name: «الشيخ»
_SIMILAR = 0.75  # «تيلرسون», «تلرسون»


@lru_cache(maxsize=16_384)
def name_key(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared: normalised, without ال.

    >>> name_key("الخَالِد") == name_key("خالد")
    True
    """
    text = normalise(name).text.replace("ى", "ي").replace("ة", "ه")
    return tuple(
        w[2:] if w.startswith("ال") and len(w) > 4 else w for w in _WORD.findall(text)
    )


def matches(query: str, names: Iterable[str]) -> bool:
    """Tell whether all words of ``query`` stand in one of ``names``."""
    wanted = set(name_key(query))
    return bool(wanted) and any(wanted <= set(name_key(n)) for n in names)


@dataclass(slots=True)
class Group:
    """A cluster in the making: candidates (positions) and what they are called."""

    members: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)  # the names that are no title, each once
    #: The commonest label but ROLE; PER where there are roles alone; NONE for sources.
    label: str = "NONE"
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, member: int, label: str, name: str) -> None:
        """Take in a candidate."""
        self.members.append(member)
        self.labels.append(label)
        self.names.append(name)
        if label == "PER":
            self.people.add(name)
        self._counts[label] = self._counts.get(label, 0) + 1
        plain = [x for x in self._counts if x not in ("ROLE", "source", "argument")]
        alone = "PER" if "ROLE" in self._counts else "NONE"
        self.label = max(plain, key=lambda x: self._counts[x], default=alone)

    @property
    def name(self) -> str:
        """The fullest name: most words, then most characters, then the earliest.

        A source without a name is called as it was brought in («مصدر أمني»), not as it was
        pointed back to («المصدر ذاته»).
        """
        label = self.label
        own = [n for n, x in zip(self.names, self.labels, strict=True) if x == label]
        if own:
            return max(own, key=lambda n: (len(name_key(n)), len(n)))
        return max(self.names, key=lambda n: (*_brought_in(n), len(name_key(n)), len(n)))

    @property
    def roles(self) -> tuple[str, ...]:
        """The titles it is introduced with, in order, each once."""
        return tuple(
            dict.fromkeys(
                n for n, x in zip(self.names, self.labels, strict=True) if x == "ROLE"
            )
        )

    def country(self) -> str | None:
        """Return the ISO code of the country that it is, or plainly belongs to."""
        if self.label == "LOC":
            codes = {c for n in self.names if (c := country_code(n) or capital_code(n))}
            return codes.pop() if len(codes) == 1 else phrase_country(self.name)
        # an envoy «to» a country is not of it
        phrases = (
            [_POSTED.split(r)[0] for r in self.roles] if self.label == "PER" else self.names
        )
        codes = {c for p in phrases if (c := phrase_country(p))}
        return codes.pop() if len(codes) == 1 else None


def _brought_in(name: str) -> tuple[bool, bool]:
    return SAME.isdisjoint(name_key(name)), not name.startswith("ال")


def cluster_mentions(scores: ArticleScores, surfaces: Sequence[str]) -> tuple[
    list[Group], dict[int, int], list[str]
]:  # fmt: skip
    """Group the entity candidates of an article.

    Returns the groups, the group of each candidate, and each candidate's name without an attached
    particle. Mentions join the earlier group with the largest summed probability, if joining is
    likelier than standing alone; a name spelt as an earlier one of the same label, or another name
    of the same country, joins it however far away that stands. A person whose name is part of one
    other person's, and of no third one's, is that person.
    """
    candidates = scores.candidates
    seen_bare = {normalise(s).text for s in surfaces}
    names = [strip_prefix(s, lambda w: normalise(w).text in seen_bare) for s in surfaces]
    groups: list[Group] = []
    of: dict[int, int] = {}
    by_key: dict[tuple[str, tuple[str, ...]], int] = {}
    for i, c in enumerate(candidates):
        if c.layer != "entity" or c.label == "DATE":
            continue
        code = country_code(names[i]) if c.label == "LOC" else None
        key = (c.label, (code,) if code else name_key(names[i]))
        person = names[i] if c.label == "PER" else None
        if c.label == "ROLE" and i + 1 < len(candidates):
            after = candidates[i + 1]  # «وزير الخارجية الشيخ | صباح الخالد»
            if after.label == "PER" and after.first - c.stop <= _STYLE_WORDS:
                person = names[i + 1]
        home = _antecedent(i, c, scores, of, groups, person)
        if home is None and c.label != "ROLE":
            home = by_key.get(key)
        if home is None:
            groups.append(Group())
            home = len(groups) - 1
        groups[home].add(i, c.label, names[i])
        of[i] = home
        by_key.setdefault(key, home)
    return *_join_short_names(groups, of), names


def _join_short_names(
    groups: list[Group], of: dict[int, int]
) -> tuple[list[Group], dict[int, int]]:
    """Join «الخالد» to «صباح الخالد», before or after it, where only one full name holds it."""
    full = {
        g: frozenset(name_key(group.name))
        for g, group in enumerate(groups)
        if group.label == "PER" and "PER" in group.labels
    }
    holders: dict[str, list[int]] = {}
    for g, words in full.items():
        for word in words:
            holders.setdefault(word, []).append(g)
    into: dict[int, int] = {}
    for g, words in full.items():
        rarest = min((holders[w] for w in words), key=len, default=[])
        hosts = [h for h in rarest if words < full[h]]
        if len(hosts) == 1:
            into[g] = hosts[0]
    kept = [g for g in range(len(groups)) if g not in into]
    place = {g: n for n, g in enumerate(kept)}

    def home(g: int) -> int:
        while g in into:  # names only grow longer on the way, so this ends
            g = into[g]
        return place[g]

    joined = [Group() for _ in kept]
    moved = {i: home(g) for i, g in of.items()}
    mentions = sorted(
        (i, label, name)
        for group in groups
        for i, label, name in zip(group.members, group.labels, group.names, strict=True)
    )
    for i, label, name in mentions:
        joined[moved[i]].add(i, label, name)
    return joined, moved


def _antecedent(
    i: int, c: ScoredSpan, scores: ArticleScores, of: dict[int, int], groups: list[Group],
    person: str | None,
) -> int | None:  # fmt: skip
    link = scores.coref.get(i)
    if link is None or not len(link.candidates):
        return None
    total: dict[int, float] = {}
    fits: dict[int, bool] = {}
    for j, p in zip(link.candidates.tolist(), link.scores.tolist(), strict=True):
        home = of.get(j)
        if home is None:
            continue
        if home not in fits:
            fits[home] = _compatible(c.label, groups[home], person)
        if fits[home]:
            total[home] = total.get(home, 0.0) + p
    if not total:
        return None
    best = max(total, key=lambda g: total[g])
    alone = 1.0 - float(np.sum(link.scores))
    return best if total[best] > alone else None


def _compatible(label: str, group: Group, person: str | None) -> bool:
    """Roles go with persons, other labels only with their own; nobody has two unlike names.

    ``person`` is the name of the mention, or the name that its title stands before.
    """
    if group.label != ("PER" if label == "ROLE" else label):
        return False
    if person is None:
        return True
    return not group.people or any(_alike(person, name) for name in group.people)


@lru_cache(maxsize=16_384)
def _alike(a: str, b: str) -> bool:
    """Tell whether two names have a word in common, spelling slips aside."""
    ours, theirs = name_key(a), name_key(b)
    if set(ours) & set(theirs):
        return True
    return any(
        min(len(x), len(y)) > 3 and SequenceMatcher(None, x, y).ratio() >= _SIMILAR
        for x in ours
        for y in theirs
    )
