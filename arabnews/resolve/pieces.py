"""Where speech goes on: after «يضيف فلان», past a paragraph's end, in a list."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from ..model.decode import ScoredSpan
from ..model.scores import ArticleScores
from .lines import Lines
from .marks import MarkPair

__all__ = ["Pieces"]

_DASH = re.compile(r"[\s،,]*[-–—]+[\s،,]*")
_CLOSING = re.compile(r"[»”\"]")
_ENDED = re.compile(r"[.!?؟…:؛»”\"]")
_LIST = re.compile(r"\W*:\W*")
_ACCORDING = frozenset({"وفق", "وفقا", "حسب", "بحسب"})
# Words that no sentence starts with: the line was broken inside one.
_CONTINUING = frozenset({"او", "ولاسيما", "لاسيما", "مما", "الذي", "التي", "الذين"})
# Sentences that hang on the one before.
_HANGING = frozenset({"وان", "وكذا", ("اضافة", "الى"), ("بالاضافة", "الى")})
_AHEAD = 3  # words of a line among which a cue makes it a report of its own
_SHORT = 6  # words that can stand before an inserted «بحسب فلان»
_REOPENED = 4  # words in marks that are speech, where a paragraph starts with them


class Pieces:
    """Finds the further pieces of a quote's content.

    A further piece is a half-open word interval, and whether it stands in quotation marks.
    """

    def __init__(
        self, scores: ArticleScores, lines: Lines, pairs: Sequence[MarkPair], loose: Sequence[int]
    ) -> None:
        encoded = scores.encoded
        self.lines, self.words, self.forms = lines, encoded.words, encoded.forms
        self.sentences = encoded.word_sentence
        self.starts = [s for s, _ in encoded.words]
        self.cues = sorted(c.first for c in scores.cues if c.label != "colon")
        self.titles = {c.first for c in scores.candidates if c.label == "ROLE"}
        self.contents = {first for first, _, _ in scores.content}
        self.pairs, self.loose = pairs, loose
        self.pair_starts = [p.start for p in pairs]

    def further(
        self, first: int, stop: int, cue: ScoredSpan, speaker: ScoredSpan | None
    ) -> list[tuple[int, int, bool]]:
        """Return the pieces that follow the content ``[first, stop)`` of a cue."""
        if stop <= cue.first:
            return self._inserted(first, stop, cue, speaker)
        if first < cue.stop:
            return []
        out: list[tuple[int, int, bool]] = []
        if self.lines.is_last(stop - 1):
            out = self._unclosed(first, stop) or self._listed(stop) or self._broken(stop)
        while more := self._hanging(out[-1][1] if out else stop):
            out.append(more)
        return out

    def _cue_in(self, first: int, stop: int) -> int | None:
        """Return the first word of ``[first, stop)`` that is a cue."""
        at = bisect_left(self.cues, first)
        return self.cues[at] if at < len(self.cues) and self.cues[at] < stop else None

    def _is_new(self, word: int, ahead: int = 1) -> bool:
        """Tell whether a report of its own begins at a word («وأضاف», «كما أكد»)."""
        return word in self.contents or self._cue_in(word, word + ahead) is not None

    def _sentence(self, first: int) -> tuple[int, int]:
        """Return the rest of a sentence, up to the next cue in it."""
        stop = int(np.searchsorted(self.sentences, self.sentences[first], "right"))
        return first, self._cue_in(first, stop) or stop

    def _inserted(
        self, first: int, stop: int, cue: ScoredSpan, speaker: ScoredSpan | None
    ) -> list[tuple[int, int, bool]]:
        """Find the rest of a sentence after «– يضيف الوزير –», «، يضيف الوزير،», «بحسب الوزير»."""
        at = cue.stop
        if speaker is not None and cue.stop <= speaker.first <= cue.stop + 3:
            at = speaker.stop
        if cue.first > stop or at >= len(self.words) or at in self.titles:
            return []
        if self.sentences[at] != self.sentences[stop - 1] or at in self.contents:
            return []
        gap, after = self.lines.between(stop - 1), self.lines.between(at - 1)
        form = self.forms[cue.first]
        if _CLOSING.search(gap):
            going_on = False
        elif form in _ACCORDING:
            opens = first == 0 or self.sentences[first] != self.sentences[first - 1]
            going_on = opens and stop - first <= _SHORT
        else:
            dashes = _DASH.match(gap) and _DASH.match(after)
            present = form[0] in "يت" and gap.strip() in ("،", ",") and "،" in after
            going_on = bool(dashes) or present
        a, b = self._sentence(at)
        return [(a, b, False)] if going_on and a < b else []

    def _unclosed(self, first: int, stop: int) -> list[tuple[int, int, bool]]:
        """Find the paragraphs up to the mark that closes what this one has left open."""
        start = self.words[first - 1][1] if first else 0
        line = self.lines.of(first)
        at = bisect_left(self.pair_starts, max(start, self.lines.spans[line][0]))
        stands = self.pairs[at : bisect_left(self.pair_starts, self.words[stop - 1][0])]
        if all(p.closed for p in stands):
            return []
        out: list[tuple[int, int, bool]] = []
        for below in range(line + 1, len(self.lines.spans)):
            a, b = self.lines.interval(below)
            if a == b or self._is_new(a, _AHEAD):
                return []
            begin, end = self.lines.spans[below]
            closing = bisect_left(self.loose, begin)
            if closing < len(self.loose) and self.loose[closing] < end:
                last = bisect_left(self.starts, self.loose[closing])
                return [*out, (a, last, True)] if a < last else []
            k = bisect_left(self.pair_starts, begin)
            opened = self.pairs[k : bisect_left(self.pair_starts, end)]
            if self._cue_in(a, b) is not None:
                return []
            if opened and opened[0].start < self.words[a][0]:  # the mark is set anew
                last = bisect_left(self.starts, opened[0].end)
                out.append((a, last, True))
                if opened[0].closed:
                    return out if last - a >= _REOPENED else []
            elif not all(p.closed for p in opened):
                return []
            else:
                out.append((a, b, True))
        return []

    def _listed(self, stop: int) -> list[tuple[int, int, bool]]:
        """Find the bullet lines below a content that ends with a colon."""
        if not _LIST.fullmatch(self.lines.between(stop - 1)):
            return []
        bullets = self.lines.bullets(self.lines.of(stop - 1))
        if any(self._is_new(first) for first, _ in bullets):
            return []
        return [(first, last, False) for first, last in bullets]

    def _hanging(self, stop: int) -> tuple[int, int, bool] | None:
        """Return the next sentence of the line if it is none by itself («وأن …», «إضافة إلى …»)."""
        if stop == len(self.words) or self.lines.is_last(stop - 1) or self._is_new(stop):
            return None
        if self.sentences[stop] == self.sentences[stop - 1]:
            return None
        if self.forms[stop] not in _HANGING and tuple(self.forms[stop : stop + 2]) not in _HANGING:
            return None
        first, last = self._sentence(stop)
        return (first, last, False) if first < last else None

    def _broken(self, stop: int) -> list[tuple[int, int, bool]]:
        """Find the rest of a sentence that a line's end has cut."""
        line, tail = self.lines.of(stop - 1), self.lines.between(stop - 1)
        if line == 0 or stop == len(self.words) or _ENDED.search(tail) or self._is_new(stop):
            return []
        if self.lines.bullet(self.lines.of(stop)) is not None:
            return []
        which = self.forms[stop] in ("وهو", "وهي") and self.forms[stop + 1 : stop + 2] == ["ما"]
        comma = tail.strip() in ("،", ",")
        if not (comma or which or self.forms[stop] in _CONTINUING):
            return []
        a, b = self._sentence(stop)
        return [(a, b, False)] if a < b else []
