"""Quotes and their speakers, named, dropped, or given by a headline's colon."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..document import QuoteType
from ..model.decode import ScoredSpan
from ..model.scores import ArticleScores, Link
from ..text.words import paragraphs
from .marks import MarkPair
from .names import Group
from .sources import is_relay

__all__ = ["RawQuote", "find_quotes"]

_BULLET = re.compile(r"\s*(?:[-–—•*●▪◦·‣]|\d{1,2}\s*[-.)])\s*\S")
_TRAILING_COLON = re.compile(r":\s*$")


@dataclass(slots=True)
class RawQuote:
    """A quote in words: content intervals, cue, speaker candidate and group."""

    content: list[tuple[int, int]]
    cue: ScoredSpan | None
    speaker: int | None
    group: int | None
    type: QuoteType
    score: float
    speaker_score: float = 1.0
    via: int | None = None


def find_quotes(
    text: str, scores: ArticleScores, groups: list[Group], of: dict[int, int],
    names: Sequence[str], pairs: Sequence[MarkPair],
) -> list[RawQuote]:  # fmt: skip
    """Return the quotes of an article in reading order.

    Speakers that are no entity («مصدر أمني») get a group of their own, added to ``groups`` and
    ``of``. A dropped subject is decided from left to right, since whoever spoke last is likeliest
    to go on.
    """
    return _Finder(text, scores, groups, of, names, pairs).run()


class _Finder:
    def __init__(
        self, text: str, scores: ArticleScores, groups: list[Group], of: dict[int, int],
        names: Sequence[str], pairs: Sequence[MarkPair],
    ) -> None:  # fmt: skip
        self.text, self.scores, self.groups, self.of = text, scores, groups, of
        self.names, self.pairs = names, pairs
        self.words = scores.encoded.words
        self.quoted = _inside(self.words, pairs)
        self.lines = paragraphs(text)
        self.spoke: dict[int, None] = {}  # who has spoken, the last one last
        self.sources: dict[str, int] = {}
        self.ending: dict[int, int] = {}  # the first possible speaker that ends before a word
        for j, c in enumerate(scores.candidates):
            if c.layer in ("entity", "source") and c.label != "DATE":
                self.ending.setdefault(c.stop, j)

    def run(self) -> list[RawQuote]:
        out: list[RawQuote] = []
        for i, cue in enumerate(self.scores.cues):
            found = self._colon(i, cue) if cue.label == "colon" else [self._cued(i, cue)]
            for quote in found:
                if quote.group is not None:
                    self.spoke.pop(quote.group, None)
                    self.spoke[quote.group] = None
                out.append(quote)
        anchored = {q.speaker for q in out if q.cue is None}
        out += self._headline_colons(anchored)
        return sorted(out, key=lambda q: (q.content[0], q.content[-1]))

    def _cued(self, i: int, cue: ScoredSpan) -> RawQuote:
        first, stop, p = self.scores.content[i]
        speaker, ps = _best(self.scores.speaker[i])
        if speaker is not None:
            group = self._group(speaker)
        else:
            group, ps = self._implied(self.scores.who[i])
        content = [(first, stop)]
        via = None
        if is_relay(self.text[slice(*self._chars(cue.first, cue.stop))]):
            via = self._relay(cue, speaker)
        score = cue.score * math.sqrt(max(p, 1e-6)) * ps
        return RawQuote(content, cue, speaker, group, self._type(content), score, ps, via)

    def _implied(self, link: Link) -> tuple[int | None, float]:
        """Return the group likeliest to speak where no subject is written."""
        total: dict[int, float] = {}
        last = next(reversed(self.spoke), None)
        for j, s in zip(link.candidates, link.scores, strict=True):
            group = self.of.get(int(j))
            if group is None and self.scores.candidates[int(j)].layer == "source":
                group = self._group(int(j))
            if group is None:
                continue
            bonus = self.scores.recent[0] * (group == last)
            bonus += self.scores.recent[1] * (group in self.spoke)
            total[group] = total.get(group, 0.0) + math.exp(min(float(s) + bonus, 60.0))
        if not total:
            return last, 0.5
        best = max(total, key=lambda g: total[g])
        return best, total[best] / sum(total.values())

    def _group(self, candidate: int) -> int:
        """Return the group of a speaker; one that is no entity gets a group by its wording."""
        if candidate in self.of:
            return self.of[candidate]
        name = self.names[candidate]
        home = self.sources.get(name)
        if home is None:
            self.groups.append(Group())
            home = self.sources[name] = len(self.groups) - 1
        self.groups[home].add(candidate, "source", name)
        self.of[candidate] = home
        return home

    def _relay(self, cue: ScoredSpan, speaker: int | None) -> int | None:
        """Return the outlet that passes speech on: an organisation between the cue and «عن»."""
        forms = self.scores.encoded.forms
        for j, c in enumerate(self.scores.candidates):
            if cue.stop <= c.first <= cue.stop + 3 and c.label == "ORG" and j != speaker:
                after = forms[c.stop : c.stop + 6]
                if "عن" in after:
                    return j
        return None

    def _colon(self, i: int, cue: ScoredSpan) -> list[RawQuote]:
        at = cue.stop
        speaker = self._ending_at(at)
        if speaker is None:
            speaker, _ = _best(self.scores.speaker[i])
        if speaker is None:
            return []
        return self._after_colon(speaker, at, cue.score)

    def _ending_at(self, stop: int) -> int | None:
        return self.ending.get(stop)

    def _headline_colons(self, anchored: set[int | None]) -> list[RawQuote]:
        """Find «فلان:» at the start of a headline line or over bullets, which the model missed."""
        out: list[RawQuote] = []
        candidates = self.scores.candidates
        body = next(
            (k for k, (s, e) in enumerate(self.lines) if k and e - s > 240), len(self.lines)
        )
        for j, c in enumerate(candidates):
            if c.label not in ("PER", "ROLE") or c.layer != "entity" or j in anchored:
                continue
            k = int(self.scores.encoded.word_paragraph[c.first])
            start, end = self._chars(c.first, c.stop)
            line_start, line_end = self.lines[k]
            lead = self.text[line_start:start].strip()
            if lead and not (lead in "-–—•*" or _BULLET.match(lead + " x")):
                continue
            after = self.text[end:line_end]
            bullets = bool(re.match(r"\s*:\s*$", after)) and self._bullets(k)
            if bullets or (k < max(body, 1) and re.match(r"\s*:\s*\S", after)):
                out += self._after_colon(j, c.stop, c.score)
        return out

    def _bullets(self, k: int) -> list[int]:
        """Return the paragraphs that follow ``k`` as bullet lines."""
        out = []
        for n in range(k + 1, len(self.lines)):
            if not _BULLET.match(self.text[slice(*self.lines[n])]):
                break
            out.append(n)
        return out

    def _after_colon(self, speaker: int, at: int, score: float) -> list[RawQuote]:
        paragraph = self.scores.encoded.word_paragraph
        k = int(paragraph[at - 1])
        stop = int(np.searchsorted(paragraph, k, "right"))
        intervals = [(at, stop)] if at < stop else []
        if not intervals:
            for line in self._bullets(k):
                first, stop = (int(np.searchsorted(paragraph, line, s)) for s in ("left", "right"))
                if first < stop:
                    intervals.append((first, stop))
        group = self._group(speaker) if intervals else None
        return [
            RawQuote([i], None, speaker, group, self._type([i]), score) for i in intervals
        ]

    def _type(self, content: Sequence[tuple[int, int]]) -> QuoteType:
        """Tell direct from indirect and mixed speech by the marks around and inside it."""
        inside = [self.quoted[w] for first, stop in content for w in range(first, stop)]
        if all(inside):
            return "direct"
        run = longest = 0
        for q in inside:
            run = run + 1 if q else 0
            longest = max(longest, run)
        return "mixed" if longest >= 3 else "indirect"

    def _chars(self, first: int, stop: int) -> tuple[int, int]:
        return self.words[first][0], self.words[stop - 1][1]


def _inside(words: Sequence[tuple[int, int]], pairs: Sequence[MarkPair]) -> list[bool]:
    """Tell for each word whether it stands inside quotation marks."""
    out = [False] * len(words)
    starts = [w[0] for w in words]
    from bisect import bisect_left

    for pair in pairs:
        for w in range(bisect_left(starts, pair.start), bisect_left(starts, pair.end)):
            out[w] = True
    return out


def _best(link: Link) -> tuple[int | None, float]:
    """Return the likeliest candidate of a choice that may be none, and its probability."""
    none = 1.0 - float(link.scores.sum()) if len(link.scores) else 1.0
    if not len(link.scores):
        return None, none
    k = int(link.scores.argmax())
    p = float(link.scores[k])
    return (int(link.candidates[k]), p) if p > none else (None, none)
