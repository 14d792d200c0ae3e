"""Attached و ف ب ل ك: how long they are on a word, and the name without them.

Arabic writes «and», «so», «in», «to» and «like» as letters of the next word, and many names begin
with one of those letters. A letter is taken off only on evidence; in doubt the word stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from .lexicon import HEADS, NAMES, PLACES, STEMS
from .normalise import normalise

__all__ = ["prefix_length", "spelling_key", "strip_prefix"]

Known = Callable[[str], bool] | Collection[str]

_FOLD = str.maketrans("ىة", "يه")
_SPLITS = ("وب", "ول", "وك", "فب", "فل", "فك", "و", "ف", "ب", "ل", "ك")
_MARKS = "«\"“”'‘’(["
# Cities that are as often «and» + another city: they give way to a remainder that is known.
_SOFT = frozenset({"وجده"})


def spelling_key(text: str) -> str:
    """Return ``text`` with spellings folded that Arabic newsrooms do not tell apart.

    Diacritics, tatweel, digit shapes, hamza on alef, final ى/ي and ة/ه.

    >>> spelling_key("الأربعـاء") == spelling_key("الاربعاء")
    True
    """
    return normalise(text).text.translate(_FOLD)


def prefix_length(word: str, known: Known | None = None) -> int:
    """Return how many code points at the start of ``word`` are an attached و ف ب ل ك.

    ``known`` says which names stand bare: a collection of names, or a test of one (called with
    the remainder as printed, then in its ``spelling_key``). Of «للأمم» it is 1: the article's
    alef is not written after ل. Of «لـ"الوطن» it is 3: an opening mark goes with the letter.

    >>> prefix_length("والكويت"), prefix_length("واشنطن")
    (1, 0)
    """
    return _split(word, known)[0]


def strip_prefix(surface: str, known: Known | None = None) -> str:
    """Return the surface of a mention without an attached و ف ب ل ك.

    ``known`` is as in ``prefix_length``. A name that begins with such a letter stays whole.

    >>> strip_prefix("للأمم المتحدة"), strip_prefix("لبنان")
    ('الأمم المتحدة', 'لبنان')
    >>> strip_prefix("لتيلرسون", {"تيلرسون"})
    'تيلرسون'
    """
    length, restored = _split(surface, known)
    return restored + surface[length:]


def _split(surface: str, known: Known | None) -> tuple[int, str]:
    """Return the length of the prefix, and the letters of the article that it swallowed."""
    copy = normalise(surface)
    key = copy.text.translate(_FOLD)
    start = len(key) - len(key.lstrip())
    first = key[start:].split(" ", 1)[0].split("\n", 1)[0]
    if len(first) < 2 or first[0] not in "وفبلك":
        return 0, ""
    test = _tester(known)
    for prefix in _SPLITS:
        if not first.startswith(prefix) or len(first) == len(prefix):
            continue
        at = copy.offsets[start + len(prefix)]
        if first[len(prefix)] in _MARKS and len(prefix) == 1:
            inner = surface[at:].lstrip(_MARKS)
            return (len(surface) - len(inner), "") if inner.strip() else (0, "")
        rest, word = surface[at:], first[len(prefix) :]
        guarded = first in NAMES or first.startswith(STEMS)
        if guarded and not (first in _SOFT and test(rest) and not test(surface)):
            return 0, ""
        if len(prefix) == 2 and prefix[1:] + word in NAMES | HEADS | PLACES:
            continue  # «وبغداد» is و + بغداد
        if prefix[-1] == "ل" and word.startswith("ل"):
            if len(word) > 2:
                return at, _swallowed(rest, word, key[start + len(first) :].split(), test)
            continue
        if _bare(rest, word, test) or _article(rest, word, prefix):
            return at, ""
    return 0, ""


def _bare(rest: str, word: str, test: Callable[[str], bool]) -> bool:
    """Whether what is left is a name: known to the caller, or to the word lists."""
    if word in PLACES or word in HEADS or (word in NAMES and len(word) > 3):
        return True
    if word[:1].isdecimal() or "a" <= word[:1] <= "z":
        return True
    return len(word) > 1 and (test(rest) or test(rest.split(None, 1)[0]))


def _swallowed(rest: str, word: str, following: list[str], test: Callable[[str], bool]) -> str:
    """Return what «لل» leaves unwritten: nothing of لبنان, ا of الأمم, ال of اللجنة."""
    for lost in ("", "ال", "ا"):
        if test(lost + rest):
            return lost
    if word in PLACES or (word in NAMES and word not in HEADS):
        return ""
    if word not in HEADS:
        return "ا"
    # «للجنة الأطباء» belongs to the doctors, «للجنة المركزية» has an adjective and so the article.
    return "" if following and not following[0].endswith(("يه", "ي")) else "ال"


def _article(rest: str, word: str, prefix: str) -> bool:
    """Whether what is left begins with the article; ل + ال is written لل."""
    if spelling_key(rest[:1]) != "ا" or rest[:1] in "أإآ" or "\u0653" <= rest[1:2] <= "\u0655":
        return word == "ال" and rest[:1] == "آ"  # «وآل سعود»
    return word.startswith("ال") and len(word) > 4 and prefix[-1] != "ل"


def _tester(known: Known | None) -> Callable[[str], bool]:
    if known is None:
        return lambda _: False
    if callable(known):
        ask = known
        return lambda name: bool(ask(name) or ask(spelling_key(name)))
    keys = {spelling_key(name).strip() for name in known}
    # A family name alone is evidence too, particles («بن», «آل») are not.
    keys |= {word for key in keys for word in key.split() if len(word) > 2}
    return lambda name: spelling_key(name).strip() in keys
