"""Texts that Hypothesis draws: Arabic news as it is, and as it should not be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import strategies as st

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآةىئؤ"
HARAKAT = "\u064b\u064c\u064e\u064f\u0650\u0651\u0652\u0670\u0654"
PIECES = st.one_of(
    st.text(LETTERS, min_size=1, max_size=6),
    st.sampled_from([
        "قال", "وأضاف", "الوزير", "سامح شكري", "في الرياض", "أمس", "مصر", "ترفض", "قصف",
        "محمود عباس", "مصدر أمني", "وزير الخارجية", "2018-02-13", "3.5", "10:30",
    ]),
    st.sampled_from([" ", " ", " ", " ", "\n", "\n\n", "\t", "\u00a0", "\r\n", "\u2028", "\x1c"]),
    st.sampled_from(list(HARAKAT) + ["ـ", "ـَ", "مُحَمَّد", "محـمد", "\u0600", "\u06dd", "\u0610"]),
    st.sampled_from(["ﷲ", "ﻻ", "ﺍﻟﻌﺮﺍﻕ", "ﷺ", "\u200f", "\u200e", "\u202b", "\u202c", "\u2067",
                     "\u2069", "\u200c", "\u200d", "\ufeff"]),
    st.sampled_from(["UNICEF", "G7", "é", "e\u0301", "٣٫٥", "۱۴۰۰", "42", "%", "@user", "#وسم",
                     "https://example.org/a?b=1"]),
    st.sampled_from(["👨\u200d👩\u200d👧", "🇪🇬", "👍🏽", "*\ufe0f\u20e3", "🙂", "क्षि"]),
    st.sampled_from(list("«»“”„‹›\"'‘’،؛؟!…:.,-–—()[]{}|/*•") + ["«", "»", "\"", ": ", ". "]),
    st.sampled_from(["\x00", "\ud800", "\udfff", "\x07", "\u0000\u0000"]),
)  # fmt: skip

WORDS = PIECES.map(lambda p: p + " ")
QUOTED = st.builds(
    "{0}{2}{1}{3} ".format, st.sampled_from("«“\""), st.sampled_from("»”\""), PIECES,
    st.sampled_from(["", "", "\u064e", "\u200d", "\u0600"]),
)  # fmt: skip

#: Any text: a few pieces run together, or a paragraph or two of words and quotations.
texts = st.one_of(
    st.lists(PIECES, max_size=12).map("".join),
    st.lists(st.one_of(WORDS, WORDS, PIECES, QUOTED), min_size=12, max_size=60).map("".join),
)


def spans(value: Any) -> Iterator[Any]:
    """Yield everything in a document that has a place in the text."""
    if is_dataclass(value):
        if hasattr(value, "start") and hasattr(value, "end"):
            yield value
        for f in fields(value):
            yield from spans(getattr(value, f.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from spans(item)


def differences(a: Any, b: Any, path: str = "doc") -> list[str]:
    """Return where two plain values differ by more than the last digits of a score."""
    if isinstance(a, float) and isinstance(b, float):
        return [] if abs(a - b) < 2e-3 else [f"{path}: {a} and {b}"]
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return [d for k in a for d in differences(a[k], b[k], f"{path}.{k}")]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [
            d
            for i, (x, y) in enumerate(zip(a, b, strict=True))
            for d in differences(x, y, f"{path}[{i}]")
        ]
    return [] if a == b else [f"{path}: {a!r} and {b!r}"]
