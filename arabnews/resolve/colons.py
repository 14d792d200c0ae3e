"""Speech after a colon: «فلان: …» in a headline, or a name and a colon over bullet lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ..model.scores import ArticleScores
from .lines import Lines

__all__ = ["Colons"]

# A colon that ends a word; that of 10:30 stands inside one.
_COLON = re.compile(r"\W*:")
# «القاضي للبلديات:», «عضو الشورى لـ"عين اليوم":», the one spoken to
_TO = re.compile(r"[ \t]+ل\w")
_LEAD = re.compile(r"[\s«\"“”\-–—•*]*(?:(?:السيد|السيدة|الدكتور|الدكتورة|الشيخ|الأمير|د\.)\s*)?")
_SPEAKERS = frozenset({"PER", "ROLE", "ORG", "source"})
_REACH = 8  # words that may stand between a speaker and his colon


class Colons:
    """Finds speech after colons, where the model marks them and where it has missed one."""

    def __init__(self, scores: ArticleScores, lines: Lines) -> None:
        self.scores, self.lines, self.words = scores, lines, lines.words
        self.cues = {c.first for c in scores.cues if c.label != "colon"}
        self.ending: dict[int, int] = {}  # the first possible speaker that ends before a word
        for j, c in enumerate(scores.candidates):
            if c.layer in ("entity", "source") and c.label != "DATE":
                self.ending.setdefault(c.stop, j)

    def content(self, at: int, scored: tuple[int, int, float]) -> list[tuple[int, int]]:
        """Return what is said after the speaker that ends before word ``at``.

        It is the rest of the line, or each of the bullet lines below. ``scored`` is what the
        model takes for the content: it decides where the line ends in something else (the name of
        the site), and where the text has no colon at all.
        """
        first, stop, p = scored
        line, sure = self.lines.of(at - 1), p > 0.5
        after = self._after_colon(at)
        if after is None:
            return [(first, stop)] if sure else []
        end = self.lines.interval(line)[1]
        if after == end:
            return self.lines.bullets(line) or ([(first, stop)] if sure and at <= first else [])
        if sure and at <= first < stop <= end:
            return [(first, stop)]
        return [(after, end)]

    def _after_colon(self, at: int, reach: int = _REACH) -> int | None:
        """Return where the words after the next colon start, if a speaker ends before ``at``.

        Between the two may stand some words, but no reporting one.
        """
        end = self.lines.interval(self.lines.of(at - 1))[1]
        for word in range(at - 1, min(at + reach, end)):
            if word >= at and word in self.cues:
                return None
            if _COLON.match(self.lines.between(word)):
                return word + 1
        return None

    def _leads(self, word: int, begin: int) -> bool:
        """Tell whether nothing but a title, marks or a bullet stands in the line before a word."""
        title = self.ending.get(word)  # «وزير الخارجية سامح شكري:»
        if title is not None and self.scores.candidates[title].label == "ROLE":
            word = self.scores.candidates[title].first
        if word > begin + 1:
            return False
        if _LEAD.fullmatch(self.lines.before(word)):
            return True
        return (self.lines.bullet(self.lines.of(word)) or (None,))[0] == word

    def missed(self, known: Collection[int | None]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """Yield a speaker and what he says for each colon that the model has not marked.

        A person, an office, an organisation or a source at the start of a headline speaks, a
        place does not («مصر: ضبط 44 متهما»). Over bullet lines only a person or an office does,
        alone in the line.
        """
        for j, c in enumerate(self.scores.candidates):
            label = c.label if c.layer == "entity" else c.layer
            if label not in _SPEAKERS or j in known:
                continue
            line = self.lines.of(c.first)
            begin, end = self.lines.interval(line)
            if not self._leads(c.first, begin):
                continue
            if c.stop == end:
                over = label in ("PER", "ROLE") and self._after_colon(c.stop, 0) == end
                if over and (bullets := self.lines.bullets(line)):
                    yield j, bullets
            elif self.lines.is_headline(line):
                to = _TO.match(self.lines.text, self.words[c.stop - 1][1])
                after = self._after_colon(c.stop, _REACH if to else 0)
                if after is not None and after < end:
                    yield j, [(after, end)]
