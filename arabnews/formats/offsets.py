"""Offsets at the border: Python counts code points, browsers and Java count UTF-16 units."""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal

from ..errors import InputError

__all__ = ["OffsetMap", "Unit"]

Unit = Literal["utf16", "codepoints"]


class OffsetMap:
    """Converts the code-point offsets of one text to another unit and back.

    >>> text = "📰 بغداد"
    >>> there = OffsetMap(text)
    >>> there.out(2), there.back(3)
    (3, 2)
    """

    def __init__(self, text: str, unit: Unit = "utf16") -> None:
        if unit not in ("utf16", "codepoints"):
            raise InputError(f"unknown offset unit {unit!r}: use 'utf16' or 'codepoints'")
        wide = [i for i, c in enumerate(text) if ord(c) > 0xFFFF] if unit == "utf16" else []
        self._wide = wide  # code-point positions of the characters that take two units
        self._units = [i + n for n, i in enumerate(wide)]  # the same, counted in units
        self._end = len(text) + len(wide)

    def out(self, offset: int) -> int:
        """Return the unit offset of a code-point offset."""
        return offset + bisect_left(self._wide, offset)

    def back(self, offset: int) -> int:
        """Return the code-point offset; raise ``InputError`` outside the text or in a pair."""
        if not 0 <= offset <= self._end:
            raise InputError(f"offset {offset} lies outside the text (0 to {self._end})")
        n = bisect_left(self._units, offset)
        if n and self._units[n - 1] == offset - 1:
            raise InputError(f"offset {offset} splits a character outside the basic plane")
        return offset - n
