"""Stretches of the calendar as TIMEX3 writes them: days, weeks, months, seasons, decades.

Every function raises ``ValueError`` or ``OverflowError`` for a date that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, timedelta

__all__ = [
    "Period", "century", "day", "decade", "fraction", "hijri_of", "hijri_period", "interval",
    "month", "season", "shifted", "week", "year",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A TIMEX3 value with the first and last day that it covers."""

    value: str
    begin: date | None
    end: date | None
    unit: str
    hijri: bool = False


def day(d: date) -> Period:
    """One day: «2018-02-13»."""
    return Period(d.isoformat(), d, d, "day")


def week(d: date) -> Period:
    """Return the ISO week (Monday to Sunday) that holds ``d``: «2018-W07»."""
    iso = d.isocalendar()
    monday = d - timedelta(days=d.weekday())
    return Period(f"{iso.year:04d}-W{iso.week:02d}", monday, monday + timedelta(days=6), "week")


def month(y: int, m: int) -> Period:
    """Return a Gregorian month: «2018-02»."""
    first = date(y, m, 1)
    return Period(f"{y:04d}-{m:02d}", first, _last_day(y, m), "month")


def year(y: int) -> Period:
    """Return a Gregorian year: «2018»."""
    return Period(f"{y:04d}", date(y, 1, 1), date(y, 12, 31), "year")


def decade(first: int) -> Period:
    """Ten years from ``first``: «198» is 1980 to 1989."""
    return Period(f"{first // 10:03d}", date(first, 1, 1), date(first + 9, 12, 31), "decade")


def century(number: int) -> Period:
    """Return the n-th century, as TIMEX3 counts it: «19» is 1900 to 1999, the twentieth."""
    first = (number - 1) * 100
    if not 1 <= number < MAXYEAR // 100:
        raise ValueError(f"no century {number}")
    return Period(f"{number - 1:02d}", date(max(first, 1), 1, 1), date(first + 99, 12, 31),
                  "century")  # fmt: skip


def fraction(y: int, kind: str, number: int) -> Period:
    """Return a half («H») or quarter («Q») of a year: «2015-Q2»."""
    months = {"H": 6, "Q": 3}[kind]
    if not 1 <= number <= 12 // months:
        raise ValueError(f"no {kind}{number} in a year")
    last = number * months
    begin, end = date(y, last - months + 1, 1), _last_day(y, last)
    return Period(f"{y:04d}-{kind}{number}", begin, end, "fraction")


def season(y: int, code: str) -> Period:
    """Spring (SP), summer (SU) or autumn (FA) of a year, in whole northern months."""
    first = {"SP": 3, "SU": 6, "FA": 9}[code]
    return Period(f"{y:04d}-{code}", date(y, first, 1), _last_day(y, first + 2), "season")


def interval(first: Period, last: Period) -> Period:
    """From the first day of one period to the last of another, as an ISO 8601 interval."""
    if first.begin is None or last.end is None or first.begin > last.end:
        raise ValueError(f"{first.value} does not come before {last.value}")
    if first.hijri != last.hijri:
        raise ValueError(f"{first.value} and {last.value} are of two calendars")
    value = f"{first.value}/{last.value}"
    if first.hijri:  # the value of a Hijri month is an interval itself
        value = f"{first.begin.isoformat()}/{last.end.isoformat()}"
    return Period(value, first.begin, last.end, "interval", first.hijri)


def shifted(anchor: date, unit: str, step: int, *, half: bool = False) -> Period:
    """Return the day, week, month, year, decade or century ``step`` units from ``anchor``.

    ``half`` adds half a unit in the same direction («سنة ونصف») to months and years; the answer
    is then a month.
    """
    if half:
        sign = -1 if step < 0 else 1
        if unit == "year":
            return shifted(anchor, "month", 12 * step + 6 * sign)
        if unit != "month":
            raise ValueError(f"half a {unit}")
        days = timedelta(days=15 * sign)
        whole = shifted(anchor, "month", step)
        y, m = map(int, whole.value.split("-"))
        moved = date(y, m, min(anchor.day, _last_day(y, m).day)) + days
        return month(moved.year, moved.month)
    if unit == "day":
        return day(anchor + timedelta(days=step))
    if unit == "week":
        return week(anchor + timedelta(weeks=step))
    if unit == "month":
        months = anchor.year * 12 + anchor.month - 1 + step
        return month(months // 12, months % 12 + 1)
    if unit == "year":
        return year(anchor.year + step)
    if unit == "decade":
        return decade(anchor.year // 10 * 10 + 10 * step)
    if unit == "century":
        return century(anchor.year // 100 + 1 + step)
    raise ValueError(f"no calendar unit {unit}")


def hijri_of(d: date) -> tuple[int, int, int]:
    """Return the Umm al-Qura year, month and day of ``d``."""
    from hijridate import Gregorian

    return Gregorian(d.year, d.month, d.day).to_hijri().datetuple()


def hijri_period(y: int, m: int | None = None, d: int | None = None) -> Period:
    """Return an Umm al-Qura year, month or day (1343 to 1500 AH), valued in Gregorian days.

    A day is valued «2018-05-30», a month or a year as an interval of days.
    """
    if d is not None and m is not None:
        return replace(day(_hijri_day(y, m, d)), hijri=True)
    first = _hijri_day(y, m or 1, 1)
    following = (y, m + 1) if m is not None and m < 12 else (y + 1, 1)
    last = _hijri_day(*following, 1) - timedelta(days=1)
    value = f"{first.isoformat()}/{last.isoformat()}"
    return Period(value, first, last, "year" if m is None else "month", True)


def _hijri_day(y: int, m: int, d: int) -> date:
    from hijridate import Hijri

    return date(*Hijri(y, m, d).to_gregorian().datetuple())


def _last_day(y: int, m: int) -> date:
    first_of_next = date(y + m // 12, m % 12 + 1, 1) if (y, m) != (MAXYEAR, 12) else None
    return first_of_next - timedelta(days=1) if first_of_next else date(MAXYEAR, 12, 31)
