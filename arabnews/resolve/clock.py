"""Reading a time of day: «10:30», «الساعة 5 عصرا», «التاسعة والنصف مساء»."""

from __future__ import annotations

from .calendar import CLOCK_HOURS, PARTS, UNITS, read_number
from .cursor import Cursor, Unreadable

__all__ = ["ClockRules"]


class ClockRules(Cursor):
    """The rules for times; ``oral`` notes an hour whose half of the day has to be said."""

    def _clock(self) -> bool:
        """10:30, الساعة 5, الساعة التاسعة والنصف."""
        if self.peek() in ("نحو", "حوالي", "قرابه", "حدود") and self.peek(1) == "الساعه":
            self.at += 1
        said = self.peek() == "الساعه" or (self.peek() == "ال" and self.peek(1).isdecimal())
        start = self.at
        if said:
            self.at += 1
        hour = self._number(2)
        minute = None
        marks = ":.," if said else ":"
        if hour is not None and self.peek(1) and self.peek(1) in marks:
            text = self.peek(2)
            minute = int(text) if text.isdecimal() and len(text) == 2 else None
        if hour is not None and minute is not None:
            self.at += 3
            if self.peek() == ":" and self.peek(1).isdecimal():
                self.at += 2  # seconds
        elif self.words[start] == "الساعه" and (hour is not None or self.peek() in CLOCK_HOURS):
            self._spoken(hour)
            return True
        elif said and hour is not None and self._part_ahead():
            self._spoken(hour)
            return True
        else:
            self.at = start
            return False
        self._set_time(hour, minute)
        return True

    def _part_ahead(self) -> bool:
        following = self.peek(2) if self.peek(1) == "من" else self.peek(1)
        return following in PARTS or following == "بعد"

    def _spoken(self, hour: int | None) -> None:
        """Return an hour by name or number, and the minutes joined to it."""
        if hour is None:
            hour = CLOCK_HOURS[self.peek()]
            if self.peek(1) in ("عشره", "عشر"):
                hour, self.at = hour + 10, self.at + 1
        self.at += 1
        minute = 0
        parts = {"النصف": 30, "نصف": 30, "الربع": 15, "ربع": 15, "الثلث": 20, "ثلث": 20}
        if self.peek() == "ونصف":
            minute, self.at = 30, self.at + 1
        elif self.peek() in ("و", "الا") and self.peek(1).removesuffix("ا") in parts:
            minute = parts[self.peek(1).removesuffix("ا")]
            if self.peek() == "الا":
                hour, minute = hour - 1, 60 - minute
            self.at += 2
        elif self.peek() == "و":
            found = read_number(self.words, self.at + 1)
            if found and found[1] < len(self.words) and self.words[found[1]] in UNITS:
                minute, self.at = found[0], found[1] + 1
        self.oral = hour <= 12
        self._set_time(hour, minute)

    def _set_time(self, hour: int, minute: int) -> None:
        if not (0 <= hour <= 23 and 0 <= minute <= 59):
            raise Unreadable(f"no time {hour}:{minute}")
        self.slots.put("hour", hour)
        self.slots.put("minute", minute)
        rest = self.words[self.at : self.at + 2]
        if rest == ["ت", "غ"] or (rest[:1] == ["بتوقيت"] and "رين" in "".join(rest[1:])):
            self.slots.put("zone", "Z")
            self.at += 2
        elif rest in (["بالتوقيت", "المحلي"], ["التوقيت", "المحلي"]):
            self.at += 2
        self.last = ""

    def _ordinal_hour(self) -> bool:
        """«العاشرة مساء»: a feminine ordinal before a part of the day is an hour."""
        if self.peek() not in CLOCK_HOURS or self.slots.month is not None:
            return False
        after = self.words[self.at + 1 :]
        if not any(w in PARTS for w in after) and "بعد" not in after:
            return False
        self._spoken(None)
        return True
