"""Quotes and their speakers, named, dropped, or given by a headline's colon."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..document import QuoteType
from ..model.decode import ScoredSpan
from ..model.scores import ArticleScores, Link
from ..text.agreement import Agreement, agreements, compare, cue_agreement, noun_agreement
from .colons import Colons
from .lines import Lines
from .marks import MarkPair, find_marks
from .names import Group
from .pieces import Pieces
from .references import References, stands_for
from .sources import is_relay

__all__ = ["RawQuote", "find_quotes"]

Interval = tuple[int, int]
#: Words in marks, in a row, that make a paraphrase mixed.
_MIXED = 3


@dataclass(slots=True)
class RawQuote:
    """A quote in words: content intervals, cue, speaker candidate and group."""

    content: list[Interval]
    cue: ScoredSpan | None
    speaker: int | None
    group: int | None
    type: QuoteType
    score: float
    speaker_score: float = 1.0
    via: int | None = None


def find_quotes(
    text: str, scores: ArticleScores, groups: list[Group], of: dict[int, int],
    names: Sequence[str],
) -> list[RawQuote]:  # fmt: skip
    """Return the quotes of an article in reading order.

    Speakers that are no entity («مصدر أمني») get a group of their own, added to ``groups`` and
    ``of``. A dropped subject is decided from left to right, since whoever spoke last is likeliest
    to go on.
    """
    return _Finder(text, scores, groups, of, names).run()


class _Finder:
    def __init__(
        self, text: str, scores: ArticleScores, groups: list[Group], of: dict[int, int],
        names: Sequence[str],
    ) -> None:  # fmt: skip
        self.text, self.scores, self.groups, self.of, self.names = text, scores, groups, of, names
        self.words = scores.encoded.words
        self.starts = [s for s, _ in self.words]
        self.firsts = [c.first for c in scores.candidates]
        pairs, loose = find_marks(text)
        self.lines = Lines(scores.encoded)
        self.colons = Colons(scores, self.lines)
        self.pieces = Pieces(scores, self.lines, pairs, loose)
        self.pairs = [p for p in pairs if not self._is_name(p)]
        self.pair_starts = [p.start for p in self.pairs]
        self.quoted = self._inside([p for p in self.pairs if p.closed], 0, len(self.words))
        self.spoke: dict[int, None] = {}  # who has spoken, the last one last
        self.references = References(scores, of, names)
        self.agreement = self._agreements()

    def _agreements(self) -> dict[int, Agreement]:
        """Return gender and number of the groups that nouns or written subjects show."""
        forms, candidates = self.scores.encoded.forms, self.scores.candidates
        nouns = [
            (group, noun_agreement(forms[candidates[j].first], candidates[j].label))
            for j, group in self.of.items()
        ]
        cues = []
        for cue, link in zip(self.scores.cues, self.scores.speaker, strict=True):
            speaker, _ = _best(link)
            if speaker is not None and cue.label != "colon":
                cues.append((self.of.get(speaker), cue_agreement(forms[cue.first])))
        return agreements(nouns, cues)

    def run(self) -> list[RawQuote]:
        # who speaks before a colon is known at once; the others wait for whoever spoke last
        waiting = sorted(self._after_colons(), key=lambda q: q.content[0], reverse=True)
        out: list[RawQuote] = []
        for i, cue in enumerate(self.scores.cues):
            if cue.label == "colon":
                continue
            while waiting and waiting[-1].content[0][0] <= cue.first:
                out.append(self._heard(waiting.pop()))
            out.append(self._heard(self._cued(i, cue)))
        return sorted([*out, *waiting], key=lambda q: (q.content[0], q.content[-1]))

    def _heard(self, quote: RawQuote) -> RawQuote:
        if quote.group is not None:
            self.spoke.pop(quote.group, None)
            self.spoke[quote.group] = None
        return quote

    def _cued(self, i: int, cue: ScoredSpan) -> RawQuote:
        first, stop, p = self.scores.content[i]
        speaker, ps = _best(self.scores.speaker[i])
        group: int | None
        if speaker is not None:
            group = self._meant(speaker, self.scores.who[i], cue)
        else:
            group, ps = self._implied(self.scores.who[i], cue)
        spoken_by = self.scores.candidates[speaker] if speaker is not None else None
        further = self.pieces.further(first, stop, cue, spoken_by)
        content = [(first, stop), *((a, b) for a, b, _ in further)]
        quoted = {w for a, b, inside in further if inside for w in range(a, b)}
        via = None
        if is_relay(self.text[slice(*self._chars(cue.first, cue.stop))]):
            via = self._relay(cue, speaker)
        score = cue.score * math.sqrt(max(p, 1e-6)) * ps
        kind = self._type(content, cue, quoted)
        return RawQuote(content, cue, speaker, group, kind, score, ps, via)

    def _meant(self, speaker: int, link: Link, cue: ScoredSpan) -> int:
        """Return the group of a written speaker; «البيان» is whoever likeliest speaks in it."""
        name = self.names[speaker]
        labels = stands_for(name)
        if speaker not in self.of and labels and self.references.find(speaker, name) is None:
            group, _ = self._likeliest(link, cue, labels)
            if group is not None:
                return self._join(speaker, group)
        return self._group(speaker)

    def _implied(self, link: Link, cue: ScoredSpan) -> tuple[int | None, float]:
        """Return the group likeliest to speak where no subject is written."""
        group, p = self._likeliest(link, cue)
        return (next(reversed(self.spoke), None), 0.5) if group is None else (group, p)

    def _likeliest(
        self, link: Link, cue: ScoredSpan, labels: Sequence[str] = ()
    ) -> tuple[int | None, float]:
        """Return the likeliest of the groups within reach, or of those with one of ``labels``."""
        total: dict[int, float] = {}
        wanted = cue_agreement(self.scores.encoded.forms[cue.first])
        last = next(reversed(self.spoke), None)
        for j, s in zip(link.candidates.tolist(), link.scores.tolist(), strict=True):
            group = self.of.get(j)
            # whom «البيان» stands for is known where it speaks, and not before
            if group is None and self._is_source(j) and not stands_for(self.names[j]):
                group = self._group(j)
            if group is None or (labels and self.groups[group].label not in labels):
                continue
            evidence = (
                group == last, group in self.spoke, *compare(self.agreement.get(group), wanted)
            )  # fmt: skip
            bonus = sum(w for w, so in zip(self.scores.evidence, evidence, strict=True) if so)
            total[group] = total.get(group, 0.0) + math.exp(min(s + bonus, 60.0))
        if not total:
            return None, 0.0
        best = max(total, key=lambda g: total[g])
        return best, total[best] / sum(total.values())

    def _group(self, candidate: int) -> int:
        """Return the group of a speaker; one that is no entity gets a group by its wording."""
        if candidate in self.of:
            return self.of[candidate]
        name = self.names[candidate]
        home = self.references.find(candidate, name)
        if home is None:
            self.groups.append(Group())
            home = len(self.groups) - 1
        form = self.scores.encoded.forms[self.scores.candidates[candidate].first]
        if found := noun_agreement(form, "source"):
            self.agreement.setdefault(home, found)
        return self._join(candidate, home)

    def _join(self, candidate: int, home: int) -> int:
        name = self.names[candidate]
        self.references.add(candidate, name, home)
        self.groups[home].add(candidate, "source", name)
        self.of[candidate] = home
        return home

    def _is_source(self, candidate: int) -> bool:
        return self.scores.candidates[candidate].layer == "source"

    def _relay(self, cue: ScoredSpan, speaker: int | None) -> int | None:
        """Return the outlet that passes speech on: an organisation between the cue and «عن»."""
        forms = self.scores.encoded.forms
        candidates = self.scores.candidates
        for j in range(bisect_left(self.firsts, cue.stop), bisect_left(self.firsts, cue.stop + 4)):
            if candidates[j].label == "ORG" and j != speaker:
                if "عن" in forms[candidates[j].stop : candidates[j].stop + 6]:
                    return j
        return None

    def _after_colons(self) -> list[RawQuote]:
        out: list[RawQuote] = []
        for i, cue in enumerate(self.scores.cues):
            if cue.label != "colon":
                continue
            speaker = self.colons.ending.get(cue.stop)
            if speaker is None:
                speaker, _ = _best(self.scores.speaker[i])
            if speaker is not None:
                content = self.colons.content(cue.stop, self.scores.content[i])
                out += self._all_by(speaker, content, cue.score)
        for speaker, content in self.colons.missed({q.speaker for q in out}):
            out += self._all_by(speaker, content, self.scores.candidates[speaker].score)
        return self._one_after_another(out)

    def _one_after_another(self, quotes: list[RawQuote]) -> list[RawQuote]:
        """End each speech where the next speaker before a colon begins («أ: … وب: …»)."""
        candidates = self.scores.candidates
        starts = sorted(candidates[q.speaker].first for q in quotes if q.speaker is not None)
        for quote in quotes:
            first, stop = quote.content[0]
            at = bisect_right(starts, first)
            if at < len(starts) and starts[at] < stop:
                quote.content = [(first, starts[at])]
                quote.type = self._type(quote.content)
        return quotes

    def _all_by(self, speaker: int, content: Sequence[Interval], score: float) -> list[RawQuote]:
        """Return one quote of a speaker for each interval."""
        group = self._group(speaker) if content else None
        return [RawQuote([i], None, speaker, group, self._type([i]), score) for i in content]

    def _type(
        self, content: Sequence[Interval], cue: ScoredSpan | None = None,
        quoted: frozenset[int] | set[int] = frozenset(),
    ) -> QuoteType:  # fmt: skip
        """Tell direct from indirect and mixed speech by the marks around and inside it.

        Marks that hold the cue as well are those of somebody else's speech.
        """
        lo, hi = content[0][0], content[-1][1]
        end = self.words[lo - 1][1] if lo else 0
        begin = self.words[cue.stop - 1][1] if cue is not None and cue.first < lo else end
        near = self.pairs[bisect_left(self.pair_starts, min(begin, end)):
                          bisect_left(self.pair_starts, self.words[hi - 1][1])]  # fmt: skip
        own = self.quoted[lo:hi]
        if cue is not None and self.quoted[cue.first]:
            at = self.starts[cue.first]
            own = self._inside([p for p in near if p.closed and not p.start <= at < p.end], lo, hi)
        # a mark that nothing closes is the speech's own only at its start or inside it
        own = own | self._inside([p for p in near if not p.closed and p.start >= end], lo, hi)
        inside = [bool(own[w - lo]) or w in quoted for a, b in content for w in range(a, b)]
        if all(inside):
            return "direct"
        run = longest = 0
        for q in inside:
            run = run + 1 if q else 0
            longest = max(longest, run)
        return "mixed" if longest >= _MIXED else "indirect"

    def _chars(self, first: int, stop: int) -> Interval:
        return self.words[first][0], self.words[stop - 1][1]

    def _is_name(self, pair: MarkPair) -> bool:
        """Tell whether all that a pair holds is a name («لجنة حماية الصحافيين»)."""
        first, stop = (bisect_left(self.starts, at) for at in (pair.start, pair.end))
        at = bisect_right(self.firsts, first) - 1
        found = self.scores.candidates[max(at - 1, 0) : at + 1]
        return first < stop and any(
            c.layer == "entity" and c.first <= first and stop <= c.stop for c in found
        )

    def _inside(self, pairs: Sequence[MarkPair], lo: int, hi: int) -> np.ndarray:
        """Tell for each word of ``[lo, hi)`` whether it stands in one of the pairs."""
        steps = np.zeros(hi - lo + 1, dtype=np.int64)
        for pair in pairs:
            for at, step in ((pair.start, 1), (pair.end, -1)):
                steps[min(max(bisect_left(self.starts, at), lo), hi) - lo] += step
        return np.asarray(steps.cumsum()[:-1] > 0)


def _best(link: Link) -> tuple[int | None, float]:
    """Return the likeliest candidate of a choice that may be none, and its probability."""
    none = 1.0 - float(link.scores.sum()) if len(link.scores) else 1.0
    if not len(link.scores):
        return None, none
    k = int(link.scores.argmax())
    p = float(link.scores[k])
    return (int(link.candidates[k]), p) if p > none else (None, none)
