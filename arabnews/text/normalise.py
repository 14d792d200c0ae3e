"""One normalised copy of a text, with a map back to the characters it came from.

The same two profiles serve training and inference, so the encoder never meets a spelling at
inference that it could not have met in training. The input string itself is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Normalised", "PROFILES", "normalise"]

# Harakat, Qur'anic marks, superscript alef, tatweel: never distinguish two words in news text.
_DROPPED = (
    set(map(chr, range(0x0610, 0x061B)))
    | set(map(chr, range(0x064B, 0x0660)))
    | set(map(chr, range(0x06D6, 0x06DD)))
    | set(map(chr, range(0x06DF, 0x06E9)))
    | set(map(chr, range(0x06EA, 0x06EE)))
    | {"\u0640", "\u0670"}
)
# Hamza and madda written as combining marks are letters in disguise: composed before dropping.
_COMPOSED = {
    ("ا", "\u0653"): "آ",
    ("ا", "\u0654"): "أ",
    ("ا", "\u0655"): "إ",
    ("و", "\u0654"): "ؤ",
    ("ي", "\u0654"): "ئ",
    ("ى", "\u0654"): "ئ",
}
_COMBINED = re.compile("|".join(map("".join, _COMPOSED)))
_PERSIAN = {"ک": "ك", "ی": "ي", "ہ": "ه", "ە": "ه"}
_ALEF = dict.fromkeys("أإآٱ", "ا")
_QUOTES = {
    "“": "«", "”": "»", "„": "«", "‟": "«", "‹": "«", "›": "»", "‘": "'", "’": "'",
    "‚": "'", "′": "'", "″": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-",
}  # fmt: skip

#: Named normalisations. ``compact`` also folds alef variants, quotation marks and Latin case;
#: ``arabert`` follows the published AraBERT v0.2 preparation (no Farasa): diacritics and tatweel
#: off, everything else as written.
PROFILES = ("compact", "arabert")


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and, for each of its characters, the index it came from.

    ``offsets[i]`` is the position in the original text of the character that produced
    ``text[i]``; offsets never decrease.
    """

    text: str
    offsets: tuple[int, ...]


class _Table(dict[str, str]):
    """What each character becomes under a profile, worked out when it is first met."""

    def __init__(self, profile: str) -> None:
        super().__init__()
        self.profile = profile

    def __missing__(self, c: str) -> str:
        self[c] = _char(c, self.profile)
        return self[c]


def _char(c: str, profile: str) -> str:
    """Return what a single character becomes."""
    if c in _DROPPED:
        return ""
    if c == "\n":
        return c
    category = unicodedata.category(c)
    if category in ("Cf", "Cs", "Co", "Cn"):  # bidi and zero-width controls, lone surrogates
        return ""
    if category == "Cc" or c.isspace():
        return " "
    if unicodedata.decimal(c, None) is not None:
        return str(unicodedata.decimal(c))
    out = unicodedata.normalize("NFKC", c)  # presentation forms, full-width Latin
    if len(out) > 1 or out != c:
        return "".join(_char(x, profile) if x != c else x for x in out)
    out = _PERSIAN.get(out, out)
    if profile == "compact":
        out = _ALEF.get(out, out)
        out = _QUOTES.get(out, out).lower()
    return out


_TABLES = {profile: _Table(profile) for profile in PROFILES}


def normalise(text: str, profile: str = "compact") -> Normalised:
    """Return the normalised copy of ``text`` with its offset map.

    Raises ``ValueError`` for an unknown profile (see ``PROFILES``).

    >>> normalise("قَالَ الأميـــر").text
    'قال الامير'
    """
    if profile not in PROFILES:
        raise ValueError(f"unknown normalisation profile {profile!r}: use one of {PROFILES}")
    table = _TABLES[profile]
    pieces = [table[c] for c in text]
    for found in _COMBINED.finditer(text):
        i = found.start()
        pieces[i : i + 2] = table[_COMPOSED[text[i], text[i + 1]]], ""
    offsets = tuple([i for i, piece in enumerate(pieces) for _ in piece])
    return Normalised("".join(pieces), offsets)
