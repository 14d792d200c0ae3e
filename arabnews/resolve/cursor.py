"""The words of a date expression, a place among them, and the slots that they fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

import regex

from ..text.clitics import spelling_key
from .calendar import VOCABULARY

__all__ = ["Cursor", "Slots", "Unreadable", "tokens"]

_TOKEN = regex.compile(r"\d+|[^\W\d_]+|\S")
_LONGEST = 4  # words in the longest phrase of any table


class Unreadable(ValueError):
    """The expression holds something that is not understood, or contradicts itself."""


@dataclass(slots=True)
class Slots:
    """What an expression says, before it is looked up in the calendar."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    hijri: bool | None = None
    month_step: int | None = None
    weekday: int | None = None
    weekday_step: int | None = None
    rel_day: int | None = None
    rel_unit: str | None = None
    rel_step: int | None = None
    part: str | None = None
    hour: int | None = None
    minute: int | None = None
    zone: str | None = None
    season: str | None = None
    season_step: int | None = None
    fraction: str | None = None
    decade: int | None = None
    century: int | None = None
    bc: bool | None = None
    position: bool | None = None

    def put(self, name: str, value: int | str | bool) -> None:
        """Fill a slot; filling it again with something else is a contradiction."""
        old = getattr(self, name)
        if old is not None and old != value:
            raise Unreadable(f"{name}: both {old} and {value}")
        setattr(self, name, value)

    def filled(self) -> set[str]:
        """Return the names of the slots that hold something."""
        return {f.name for f in fields(self) if getattr(self, f.name) is not None}


def tokens(text: str) -> list[str]:
    """Split an expression into spelling keys, with attached و split off and ب ل ف ك dropped.

    >>> tokens("وبالأمس")
    ['و', 'الامس']
    """
    return [t for word in _TOKEN.findall(spelling_key(text)) for t in _split(word)]


def _split(word: str) -> Iterator[str]:
    if word in VOCABULARY or not word[0].isalpha() or len(word) == 1:
        yield word
    elif word[0] in "وف" and (rest := list(_split(word[1:])))[-1] in VOCABULARY:
        if word[0] == "و":
            yield "و"
        yield from rest
    elif word.startswith("لل") and "ال" + word[2:] in VOCABULARY:
        yield "ال" + word[2:]
    elif word[0] in "بلك" and word[1:] in VOCABULARY:
        yield word[1:]
    else:
        yield word


class Cursor:
    """A place in a list of words; rules move it on and fill ``slots``."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.at = 0
        self.slots = Slots()
        self.last = ""  # what an adjective that comes next belongs to
        self.this = False
        self.pending: str | None = None  # «العام» with nothing yet that says which
        self.oral = False  # an hour of which a part of the day must say which half

    def peek(self, ahead: int = 0) -> str:
        """Return the word so far ahead, or an empty one behind the end."""
        at = self.at + ahead
        return self.words[at] if at < len(self.words) else ""

    def _phrase(self, *tables: Mapping[str, object]) -> str | None:
        """Return the longest phrase of the tables that starts here."""
        for n in range(_LONGEST, 0, -1):
            phrase = " ".join(self.words[self.at : self.at + n])
            if any(phrase in t for t in tables):
                self.at += n
                return phrase
        return None

    def _number(self, most: int) -> int | None:
        """Return the number in digits here, if it has no more than ``most`` of them."""
        word = self.peek()
        return int(word) if word.isdecimal() and len(word) <= most else None
