"""The lines of an article and the words of each: what a headline, a bullet or a line's end is."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

import numpy as np

from ..model.tokenizer import Encoded
from ..text.words import paragraphs

__all__ = ["Lines"]

# «3.5 ملايين» and «10-15 شخصا» start with a number, not with a bullet.
_BULLET = re.compile(
    r"[\s\u200e\u200f]*(?:[-–—•*●▪◦·‣]+|\(?\d{1,2}\s*[-–.)](?!\d))\s*(?=\S)"
)
#: The first longer line is the body's; what stands above it is a headline.
_BODY_CHARACTERS = 240


class Lines:
    """The paragraphs of an article, numbered as ``Encoded.word_paragraph`` numbers them."""

    def __init__(self, encoded: Encoded) -> None:
        self.text, self.words = encoded.text, encoded.words
        self.spans = paragraphs(encoded.text)
        self.numbers = encoded.word_paragraph
        self._ends = [e for _, e in encoded.words]

    def of(self, word: int) -> int:
        """Return the number of the line that a word stands in."""
        return int(self.numbers[word])

    def interval(self, line: int) -> tuple[int, int]:
        """Return the words of a line as a half-open interval."""
        first, stop = (int(np.searchsorted(self.numbers, line, s)) for s in ("left", "right"))
        return first, stop

    def before(self, word: int) -> str:
        """Return what stands in the line before a word."""
        return self.text[self.spans[self.of(word)][0] : self.words[word][0]]

    def after(self, word: int) -> str:
        """Return what stands in the line after a word."""
        return self.text[self.words[word][1] : self.spans[self.of(word)][1]]

    def between(self, word: int) -> str:
        """Return the marks and spaces between a word and the next one, or the line's end."""
        end = self.spans[self.of(word)][1]
        if word + 1 < len(self.words):
            end = min(end, self.words[word + 1][0])
        return self.text[self.words[word][1] : end]

    def is_last(self, word: int) -> bool:
        """Tell whether no word follows in the line."""
        return word + 1 == len(self.words) or self.of(word + 1) != self.of(word)

    def is_headline(self, line: int) -> bool:
        """Tell whether a line is the first one or another above the first long one."""
        return line == 0 or line < self._body

    @cached_property
    def _body(self) -> int:
        long = (k for k, (s, e) in enumerate(self.spans) if k and e - s > _BODY_CHARACTERS)
        return next(long, len(self.spans))

    def bullet(self, line: int) -> tuple[int, int] | None:
        """Return the words of a line that starts with a bullet, without its number."""
        start, end = self.spans[line]
        found = _BULLET.match(self.text, start, end)
        if not found:
            return None
        first, stop = self.interval(line)
        first = max(first, bisect_right(self._ends, found.end()))
        return (first, stop) if first < stop else None

    def bullets(self, line: int) -> list[tuple[int, int]]:
        """Return the words of each of the bullet lines right below a line."""
        out = []
        for below in range(line + 1, len(self.spans)):
            found = self.bullet(below)
            if found is None:
                break
            out.append(found)
        return out
