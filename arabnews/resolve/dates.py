"""Date expressions of Arabic news, resolved against the day of publication.

Conventions, those of the newsroom:

- A weekday alone is the last one, the day of publication included («قال الأربعاء» in a report of
  Wednesday is that day); pass ``prefer="future"`` for what is only planned. With «الماضي» or
  «المقبل» it is the nearest one strictly before or after.
- «اليوم الخميس», «أمس الأربعاء»: where the day named is one off, the day named counts (a report is
  often dated the day after it was written); further off is a contradiction.
- A month alone, or a day and a month, is the nearest one, unless that is more than four months
  away: then it could be either, and stays unresolved. With «الماضي», «المقبل» or «الجاري» it is
  the last, the next or this one.
- Weeks are ISO weeks. «بداية», «منتصف», «نهاية» leave the value of the whole period.
- «التسعينيات» is of the twentieth century, from the thirties on.
- Hijri dates follow the Umm al-Qura calendar and are valued in Gregorian days; a numeric year
  between 1380 and 1460 with a day and a month is Hijri, as is one within ten years of publication.
- «قبل سنوات», «مؤخرا» is PAST_REF, «الأيام المقبلة» FUTURE_REF, «حاليا» PRESENT_REF: understood,
  but no days are named, so ``begin`` and ``end`` are absent (for PRESENT_REF the day itself).

What is not understood, contradicts itself or does not exist is ``unresolved``: never a guess.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Literal

from ..document import Timex
from ..text.clitics import spelling_key
from .calendar import PLURAL_UNITS, STEPS, UNITS, read_number
from .cursor import Slots, Unreadable, tokens
from .periods import Period, day, interval, shifted, week
from .reader import read
from .slots import Anchor, resolve_slots

__all__ = ["resolve_date"]

Prefer = Literal["past", "future"]
_LONGEST = 200  # characters; nothing longer is a date expression


def _phrases(text: str) -> frozenset[str]:
    return frozenset(spelling_key(p.strip()) for p in text.split("،"))


_PRESENT = _phrases(
    "الآن، حاليا، الوقت الحالي، الوقت الراهن، الوقت الحاضر، هذه الأيام، هذه اللحظة، هذه الفترة،"
    "الفترة الحالية، المرحلة الحالية، المرحلة الراهنة، الفترة الراهنة، في الوقت الحالي،"
    "في الوقت الراهن، الأيام الحالية، اللحظة الراهنة"
)
_PAST = _phrases(
    "مؤخرا، أخيرا، قبل قليل، منذ قليل، منذ فترة، قبل فترة، منذ فترة وجيزة، قبل فترة وجيزة،"
    "منذ فترة قريبة، منذ فترة قصيرة، منذ زمن، منذ زمن طويل، منذ وقت طويل، الآونة الأخيرة،"
    "في الآونة الأخيرة، الفترة القليلة الماضية، الماضي القريب"
)
_FUTURE = _phrases("قريبا، المستقبل القريب، المستقبل، المستقبل المنظور، بعد قليل، عما قريب")
_VAGUE_NOUNS = frozenset(
    {"الفتره", "المرحله", "المده"} | {w for w, (_, n) in PLURAL_UNITS.items() if n == 0}
)
_FEW = frozenset(spelling_key(w) for w in ("قليلة", "عديدة", "عدة", "طويلة", "معدودة", "كثيرة"))
_NEARLY = ("نحو", "حوالي", "قرابه", "زهاء")
_LETTERS = {"minute": "TM", "hour": "TH", "day": "D", "week": "W", "month": "M", "year": "Y"}
_RATES = {"يوميا": "P1D", "اسبوعيا": "P1W", "شهريا": "P1M", "سنويا": "P1Y"}


def resolve_date(
    text: str, published: date | None, *, prefer: Prefer = "past"
) -> Timex:
    """Return what a date expression means, as seen from the day it was published.

    ``prefer`` says where a weekday alone is looked for. Never raises: whatever is not understood
    has the status ``unresolved`` and no value, as has a relative expression where ``published``
    is ``None``.

    >>> from datetime import date
    >>> resolve_date("مساء أمس", date(2018, 2, 13)).value
    '2018-02-12TEV'
    >>> resolve_date("31 فبراير 2018", None).status
    'unresolved'
    """
    if isinstance(published, datetime):
        published = published.date()
    anchor = Anchor(published, prefer == "future")
    try:
        period, kind = _resolve(text, anchor)
    except (ValueError, OverflowError, ZeroDivisionError):
        return Timex(type="DATE", status="unresolved")
    return Timex(
        type=kind,
        status="resolved",
        value=period.value,
        begin=period.begin.isoformat() if period.begin else None,
        end=period.end.isoformat() if period.end else None,
        calendar="hijri" if period.hijri else "gregorian",
        anchor="published" if anchor.used else "text",
    )


Kind = Literal["DATE", "TIME", "DURATION", "SET"]


def _resolve(text: str, anchor: Anchor) -> tuple[Period, Kind]:
    if len(text) > _LONGEST:
        raise Unreadable("too long for a date")
    key = " ".join(spelling_key(text).split())
    iso = _iso(key)
    if iso is not None:
        return iso
    words = tokens(text)
    while words and words[0] in ("و", "،", ",", ".", ":", "("):
        words = words[1:]
    while words and words[-1] in (")", "،", ",", ".", ":", "-", "#"):
        words = words[:-1]
    if not words:
        raise Unreadable("empty")
    for rule in (_reference, _rate, _span_back, _distance):
        found = rule(words, anchor)
        if found is not None:
            return found
    if words[0] in ("منذ", "حتي"):
        words = words[1:]
    if not words:
        raise Unreadable("a preposition alone")
    return _calendar(words, anchor)


def _iso(key: str) -> tuple[Period, Kind] | None:
    """Dates as machines write them: 2018-02-13, 2018-02-13T10:30, 2018-W07."""
    if len(key) < 8 or not key[:4].isdecimal() or key[4] != "-":
        return None
    if key[5] == "w":
        return week(datetime.strptime(key + "-1", "%G-w%V-%u").date()), "DATE"
    if len(key) > 10 and key[10] in "t " and key[11:13].isdecimal():
        moment = datetime.fromisoformat(key.upper().replace(" ", "T"))
        value = moment.strftime("%Y-%m-%dT%H:%M")
        return replace(day(moment.date()), value=value), "TIME"
    return None


def _reference(words: list[str], anchor: Anchor) -> tuple[Period, Kind] | None:
    """Expressions that name a direction and no days."""
    phrase = " ".join(words)
    plain = [w for w in words if w not in ("القليله", "القليل", "العديده", "القريبه", "خلال")]
    step = None
    if phrase in _PRESENT:
        today = anchor.date
        return Period("PRESENT_REF", today, today, "reference"), "DATE"
    if phrase in _PAST or (words[0] in ("قبل", "منذ") and _some(words[1:])):
        step = -1
    elif phrase in _FUTURE or (words[0] == "بعد" and _some(words[1:])):
        step = 1
    elif len(plain) == 2 and plain[0] in _VAGUE_NOUNS:
        step = -1 if plain[1] in ("الاخيره", "السابقه") else STEPS.get(plain[1], 0)
    if not step:
        return None
    _ = anchor.date  # relative: needs the day of publication like any other
    return Period("PAST_REF" if step < 0 else "FUTURE_REF", None, None, "reference"), "DATE"


def _some(words: list[str]) -> bool:
    """«أيام», «عدة أسابيع», «سنوات قليلة»: some number of units."""
    if words and words[0] in ("عده", "بضع", "بضعه"):
        words = words[1:]
        return len(words) == 1 and words[0] in UNITS and UNITS[words[0]][1] == 0
    plural = bool(words) and words[0] in UNITS and UNITS[words[0]][1] == 0
    return plural and (len(words) == 1 or (len(words) == 2 and words[1] in _FEW))


def _rate(words: list[str], anchor: Anchor) -> tuple[Period, Kind] | None:
    """«كل يوم», «سنويا»: a set of times."""
    if len(words) == 1 and words[0] in _RATES:
        return Period(_RATES[words[0]], None, None, "set"), "SET"
    if len(words) >= 2 and words[0] == "كل":
        amount = _amount(words, 1)
        if amount and amount[2] == len(words):
            return Period(_duration(amount[0], amount[1]), None, None, "set"), "SET"
    return None


def _amount(words: list[str], at: int) -> tuple[int, str, int] | None:
    """«يومين», «6 شهور», «خمسة عشر عاما», «السنوات العشر»: (how many, unit, where it ends)."""
    word = words[at] if at < len(words) else ""
    name = word.removeprefix("ال") if word in PLURAL_UNITS else word
    if name in UNITS:
        unit, count = UNITS[name]
        if count:
            return count, unit, at + 1
        following = [w.removeprefix("ال") if i != 1 else w for i, w in enumerate(words[at + 1 :])]
        found = read_number(following)
        return (found[0], unit, at + 1 + found[1]) if found else None
    found = read_number(words, at)
    if found is None or found[1] >= len(words):
        return None
    name = words[found[1]]
    if name not in UNITS or UNITS[name][1] == 2 or (name == "عام" and found[0] < 3):
        return None
    return found[0], UNITS[name][0], found[1] + 1


def _duration(count: int, unit: str) -> str:
    if unit in ("decade", "century"):
        return f"P{count * (10 if unit == 'decade' else 100)}Y"
    letters = _LETTERS[unit]
    return f"PT{count}{letters[1]}" if letters[0] == "T" else f"P{count}{letters}"


def _span_back(words: list[str], anchor: Anchor) -> tuple[Period, Kind] | None:
    """«الأسابيع الثلاثة الماضية», «الـ24 ساعة المقبلة», «لمدة شهرين»: so many units."""
    rest = words[1:] if words[0] in ("ال", "خلال", "في", "لمده", "مده", "غضون", "طوال") else words
    if rest and rest[0] == "ال":
        rest = rest[1:]
    amount = _amount(rest, 0) if rest else None
    if amount is None:
        return None
    count, unit, end = amount
    step = rest[end] if end < len(rest) else ""
    value = _duration(count, unit)
    if len(rest) == end:
        # «عام», «شهر» alone say too little; a number, a dual or «لمدة» says how long.
        if len(rest) == 1 and count == 1:
            return None
        return Period(value, None, None, "duration"), "DURATION"
    if len(rest) != end + 1:
        return None
    last = step in ("الاخيره", "الاخيرين", "الاخير")
    sign = -1 if last else STEPS.get(step, 0)
    if not sign or (count == 1 and len(words) == len(rest)):
        return None
    today = anchor.date
    if unit in ("hour", "minute"):
        if unit == "minute" or count % 24:
            return None
        unit, count = "day", count // 24
    first, final = sorted((today, _moved(today, unit, sign * count)))
    return Period(value, first, final, "duration"), "DURATION"


def _moved(start: date, unit: str, step: int) -> date:
    """Return the day so many units away, the last of its month where that is shorter."""
    if unit in ("day", "week"):
        return start + timedelta(days=step * (7 if unit == "week" else 1))
    factor = {"month": 1, "year": 12, "decade": 120, "century": 1200}[unit]
    target = shifted(start, "month", step * factor)
    assert target.begin is not None and target.end is not None
    return min(target.begin + timedelta(days=start.day - 1), target.end)


def _distance(words: list[str], anchor: Anchor) -> tuple[Period, Kind] | None:
    """«قبل 6 شهور», «منذ يومين», «بعد أسبوعين»."""
    if words[0] not in ("قبل", "منذ", "بعد") or len(words) < 2:
        return None
    sign = 1 if words[0] == "بعد" else -1
    at = 1
    nearly = words[at] in _NEARLY
    at += nearly
    amount = _amount(words, at)
    if amount is None:
        return None
    count, unit, end = amount
    rest = words[end:]
    half = rest[:1] == ["ونصف"] or rest[:2] == ["و", "نصف"]
    if half:
        rest = rest[1 if rest[0] == "ونصف" else 2 :]
    if rest[:1] == ["تقريبا"]:
        nearly, rest = True, rest[1:]
    if rest not in ([], ["من", "الان"], ["مضت"], ["مضي"]):
        return None
    if nearly and count > 20:
        raise Unreadable("a round number of units")
    today = anchor.date
    if unit in ("hour", "minute"):
        # The hour of publication is not known: fewer than twelve hours away is taken as that day.
        if unit == "hour" and count % 24 == 0:
            return shifted(today, "day", sign * count // 24), "DATE"
        if count >= (12 if unit == "hour" else 720):
            raise Unreadable("hours from an unknown hour")
        return day(today), "TIME"
    return shifted(today, unit, sign * count, half=half), "DATE"


def _calendar(words: list[str], anchor: Anchor) -> tuple[Period, Kind]:
    """Return a place in the calendar, or a range of two."""
    try:
        return resolve_slots(read(words), anchor)
    except (ValueError, OverflowError) as error:
        failure = error
    paired = words[0] in ("يومي", "عامي", "شهري", "سنتي", "سنتين")
    between = words[0] == "بين"
    for at in range(1, len(words) - 1):
        mark = words[at]
        if mark in ("الموافق", "موافق"):
            return _same(words[:at], words[at + 1 :], anchor)
        number = words[at - 1].isdecimal() and words[at + 1].isdecimal()
        if not (
            mark in ("-", "الي", "حتي")
            or (mark == "/" and number and len(words[at - 1]) == len(words[at + 1]) == 4)
            or (mark == "و" and (paired or between))
        ):
            continue
        left = words[1:at] if paired or words[0] in ("من", "بين", "ال", "منذ") else words[:at]
        try:
            return _range(left, words[at + 1 :], anchor, adjacent=mark == "و" and paired)
        except (ValueError, OverflowError) as error:
            failure = error
    raise failure


def _same(left: list[str], right: list[str], anchor: Anchor) -> tuple[Period, Kind]:
    """One day in two calendars; sighting of the moon may set them two days apart."""
    one, kind = resolve_slots(read(left), anchor)
    other, _ = resolve_slots(read(right), anchor)
    if one.begin is None or other.begin is None or one.unit != "day" or other.unit != "day":
        raise Unreadable("one of two dates is no day")
    if abs((one.begin - other.begin).days) > 2:
        raise Unreadable(f"{one.value} is not {other.value}")
    return (other if one.hijri else one), kind


def _range(
    left: list[str], right: list[str], anchor: Anchor, *, adjacent: bool
) -> tuple[Period, Kind]:
    last = read(right)
    if len(left) == 1 and left[0].isdecimal() and len(left[0]) < 3:
        if last.day is None:
            raise Unreadable("a day before no day")
        first = Slots(day=int(left[0]))
    else:
        first = read(left)
    for field in fields(Slots):
        name = field.name
        if name in ("month", "year", "hijri", "month_step", "rel_unit", "rel_step"):
            if getattr(first, name) is None and (name != "month" or first.day is not None):
                setattr(first, name, getattr(last, name))
    one, kind = resolve_slots(first, anchor)
    other, other_kind = resolve_slots(last, anchor)
    if kind != "DATE" or other_kind != "DATE" or one.unit != other.unit:
        raise Unreadable("a range of unlike things")
    if adjacent and one.end and other.begin and one.end + timedelta(days=1) != other.begin:
        raise Unreadable("two dates apart")
    return interval(one, other), "DATE"


