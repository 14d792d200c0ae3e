"""From what a date expression says to the days that it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from .cursor import Slots, Unreadable
from .periods import (
    Period,
    century,
    day,
    decade,
    fraction,
    hijri_of,
    hijri_period,
    month,
    season,
    shifted,
    year,
)

__all__ = ["Anchor", "resolve_slots"]

_NEAR_DAYS = 124  # four months: the other candidate is then eight away
_NEAR_MONTHS = 4


@dataclass(slots=True)
class Anchor:
    """The day of publication, and whether anything asked for it."""

    published: date | None
    future: bool = False
    used: bool = False

    @property
    def date(self) -> date:
        """The day of publication; raises ``Unreadable`` where there is none."""
        if self.published is None:
            raise Unreadable("no day of publication")
        self.used = True
        return self.published


def resolve_slots(slots: Slots, anchor: Anchor) -> tuple[Period, Literal["DATE", "TIME"]]:
    """Look up filled slots in the calendar; raises ``ValueError`` where no day answers."""
    period = _checked(_period(slots, anchor), slots, anchor)
    if slots.hour is not None:
        return _timed(period, slots), "TIME"
    if period is None:
        raise Unreadable("nothing that names a time")
    if slots.part is not None:
        if period.unit != "day":
            raise Unreadable("a part of something longer than a day")
        return replace(period, value=f"{period.value}T{slots.part}"), "TIME"
    return period, "DATE"


def _timed(period: Period | None, slots: Slots) -> Period:
    hour, minute = slots.hour or 0, slots.minute or 0
    if (slots.part == "EV" and hour == 12) or (slots.part == "MO" and hour > 12):
        raise Unreadable(f"{hour} and {slots.part}")
    if slots.part in ("AF", "EV") and hour < 12:
        hour += 12
    elif slots.part == "NI" and 6 <= hour < 12:
        hour += 12
    elif slots.part == "MI" and hour <= 3:
        hour += 12
    elif slots.part in ("MO", "NI") and hour == 12:
        if slots.part == "NI":
            raise Unreadable("midnight of which day")
        hour = 0
    time = f"T{hour:02d}:{minute:02d}{slots.zone or ''}"
    if period is None:
        return Period(time, None, None, "time")
    if period.unit != "day":
        raise Unreadable("an hour of something longer than a day")
    return replace(period, value=period.value + time, unit="time")


def _period(slots: Slots, anchor: Anchor) -> Period | None:
    """Return the calendar stretch, before the weekday and «أمس» are held against it."""
    long = slots.filled() & {"decade", "century", "season", "fraction", "bc"}
    days = slots.filled() & {"month", "day", "rel_day", "weekday"}
    if (long and days) or (len(long) > 1 and long != {"decade", "century"}):
        raise Unreadable(f"{sorted(long | days)} at once")
    if slots.month is not None:
        return _in_month(slots, anchor)
    if slots.day is not None:
        if slots.rel_unit != "month":
            raise Unreadable("a day of no month")
        found = shifted(anchor.date, "month", slots.rel_step or 0)
        assert found.begin is not None
        return day(found.begin.replace(day=slots.day))
    if slots.rel_day is not None:
        if slots.year is not None or slots.rel_unit is not None:
            raise Unreadable("a day and more")
        return day(anchor.date + timedelta(days=slots.rel_day))
    if slots.weekday is not None:
        return _weekday(slots, anchor)
    return _long(slots, anchor)


def _long(slots: Slots, anchor: Anchor) -> Period | None:
    """Weeks, seasons, years and what is longer."""
    if slots.decade is not None:
        return decade(_decade_start(slots, anchor))
    if slots.century is not None:
        if slots.hijri or slots.year is not None or slots.rel_unit is not None:
            raise Unreadable("a century of another era")
        return century(slots.century)
    if slots.season is not None:
        return _season(slots, anchor)
    y = _year(slots, anchor)
    if slots.fraction is not None:
        if y is None or slots.hijri:
            raise Unreadable("a fraction of no year")
        return fraction(y, slots.fraction[0], int(slots.fraction[1:]))
    if y is None:
        if slots.rel_unit is None:
            return None
        return shifted(anchor.date, slots.rel_unit, slots.rel_step or 0)
    if slots.bc:
        return Period(f"BC{y:04d}", None, None, "year")
    return hijri_period(y) if _is_hijri_year(slots, y, anchor) else year(y)


def _year(slots: Slots, anchor: Anchor) -> int | None:
    """Return the year said, or the one that «العام الماضي» means."""
    relative = None
    if slots.rel_unit == "year" and (anchor.published is not None or slots.year is None):
        relative = anchor.date.year + (slots.rel_step or 0)
    if slots.year is not None and relative is not None and slots.year != relative:
        raise Unreadable(f"{slots.year} is not {relative}")
    if slots.year is not None and slots.rel_unit not in (None, "year"):
        raise Unreadable("a relative part of a year")
    return slots.year if slots.year is not None else relative


def _is_hijri_year(slots: Slots, y: int, anchor: Anchor) -> bool:
    if slots.hijri is not None:
        return slots.hijri
    if not 1343 <= y <= 1500 or slots.rel_unit == "year":
        return False
    if slots.month is not None:
        if 1380 <= y <= 1460:
            return True
    elif anchor.published is not None and abs(y - hijri_of(anchor.date)[0]) <= 10:
        return True
    raise Unreadable(f"{y} in which calendar")


def _decade_start(slots: Slots, anchor: Anchor) -> int:
    assert slots.decade is not None
    if slots.year is not None:
        raise Unreadable("a decade and a year")
    if slots.century is not None:
        return (slots.century - 1) * 100 + slots.decade
    if slots.rel_unit == "century":
        return (anchor.date.year // 100 + (slots.rel_step or 0)) * 100 + slots.decade
    if slots.rel_unit is not None or slots.decade < 30:
        raise Unreadable("a decade of which century")
    return 1900 + slots.decade


def _season(slots: Slots, anchor: Anchor) -> Period:
    assert slots.season is not None
    if slots.rel_unit not in (None, "year"):
        raise Unreadable("a season of something other than a year")
    y = _year(slots, anchor)
    if y is not None and slots.season_step is None:
        if _is_hijri_year(slots, y, anchor):
            raise Unreadable("a season of a lunar year")
        return season(y, slots.season)
    if y is not None or slots.season_step is None:
        raise Unreadable("which season")
    today = anchor.date
    found = season(today.year, slots.season)
    assert found.begin is not None and found.end is not None
    if slots.season_step < 0 and found.end >= today:
        return season(today.year - 1, slots.season)
    if slots.season_step > 0 and found.begin <= today:
        return season(today.year + 1, slots.season)
    return found


def _weekday(slots: Slots, anchor: Anchor) -> Period:
    assert slots.weekday is not None
    today = anchor.date
    if slots.rel_unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=slots.rel_step or 0)
        return day(monday + timedelta(days=slots.weekday))
    if slots.rel_unit is not None or slots.year is not None:
        raise Unreadable("a weekday of something longer than a week")
    back = (today.weekday() - slots.weekday) % 7
    ahead = (slots.weekday - today.weekday()) % 7
    step = slots.weekday_step
    if step is None:
        return day(today + timedelta(days=ahead if anchor.future else -back))
    if step == 0:
        raise Unreadable("this weekday")
    return day(today + timedelta(days=-(back or 7) if step < 0 else (ahead or 7)))


def _in_month(slots: Slots, anchor: Anchor) -> Period:
    assert slots.month is not None
    m = slots.month
    if slots.rel_unit not in (None, "year"):
        raise Unreadable("a month and another period")
    y = _year(slots, anchor)
    if y is None:
        return _nearest_month(slots, anchor)
    if slots.rel_unit == "year" and slots.year is None and slots.hijri:
        return _hijri_of_year(slots, y, anchor)
    hijri = _is_hijri_year(slots, y, anchor)
    if slots.month_step is not None and anchor.published is not None:
        _hold(slots, y, hijri, anchor)
    return _make(y, m, slots.day, hijri)


def _make(y: int, m: int, d: int | None, hijri: bool) -> Period:
    if hijri:
        return hijri_period(y, m, d)
    return month(y, m) if d is None else day(date(y, m, d))


def _hold(slots: Slots, y: int, hijri: bool, anchor: Anchor) -> None:
    """«مايو المقبل 2018»: the adjective and the year must agree."""
    without = replace(slots, year=None, rel_unit=None, rel_step=None)
    if _nearest_month(without, anchor) != _make(y, slots.month or 0, slots.day, hijri):
        raise Unreadable("the adjective and the year disagree")


def _hijri_of_year(slots: Slots, y: int, anchor: Anchor) -> Period:
    """«رمضان العام الماضي»: only where the lunar and the solar year give the same answer."""
    lunar = hijri_of(anchor.date)[0] + (slots.rel_step or 0)
    found = hijri_period(lunar, slots.month, slots.day)
    if found.begin is None or found.begin.year != y:
        raise Unreadable("which of two years")
    return found


def _nearest_month(slots: Slots, anchor: Anchor) -> Period:
    """Return a month, or a day of one, of which the year is not said."""
    today = anchor.date
    hijri = bool(slots.hijri)
    year_now, month_now = hijri_of(today)[:2] if hijri else (today.year, today.month)
    m, step = slots.month or 0, slots.month_step
    around = []
    for y in (year_now - 1, year_now, year_now + 1):
        try:
            around.append((y, _make(y, m, slots.day, hijri)))
        except ValueError:  # 29 February, 30 of a short lunar month
            continue
    if step == 0:
        found = [p for y, p in around if (y, m) == (year_now, month_now)]
    elif step is not None:
        found = [p for _, p in around if _beyond(p, today, step)]
        found = found[-1:] if step < 0 else found[:1]
    else:
        found = [p for y, p in around if _near(p, y * 12 + m - year_now * 12 - month_now, today)]
    if len(found) != 1:
        raise Unreadable("which year")
    return found[0]


def _beyond(period: Period, today: date, step: int) -> bool:
    assert period.begin is not None and period.end is not None
    return period.end < today if step < 0 else period.begin > today


def _near(period: Period, months: int, today: date) -> bool:
    if period.unit == "month":
        return abs(months) <= _NEAR_MONTHS
    assert period.begin is not None
    return abs((period.begin - today).days) <= _NEAR_DAYS


def _checked(period: Period | None, slots: Slots, anchor: Anchor) -> Period | None:
    """Hold a weekday and «أمس» beside a date against it."""
    if period is None or period.begin is None:
        return period
    explicit = slots.month is not None or slots.day is not None
    if explicit and (slots.weekday is not None or slots.rel_day is not None):
        if period.unit != "day":
            raise Unreadable("a weekday of a month")
        if slots.rel_day is not None and anchor.published is not None:
            expected = anchor.date + timedelta(days=slots.rel_day)
            if abs((period.begin - expected).days) > 1:
                raise Unreadable(f"{period.value} is not {expected}")
    if slots.weekday is None or period.begin.weekday() == slots.weekday:
        return period
    if explicit:
        # A lunar date may be a day off the calendar's; the weekday is what people saw.
        off = (slots.weekday - period.begin.weekday() + 3) % 7 - 3
        if period.hijri and abs(off) == 1:
            return replace(day(period.begin + timedelta(days=off)), hijri=True)
        raise Unreadable("the weekday and the date disagree")
    off = (slots.weekday - period.begin.weekday() + 3) % 7 - 3
    if abs(off) > 1:
        raise Unreadable("the weekday and the day disagree")
    return day(period.begin + timedelta(days=off))
