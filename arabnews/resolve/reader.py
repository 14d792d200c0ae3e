"""Reading a date expression word by word into the slots that it fills.

Nothing is skipped that is not understood: a word that no rule takes, or a slot that two words
fill differently, ends the reading with ``Unreadable``.
"""

from __future__ import annotations

from .calendar import (
    DECADES,
    FILLERS,
    HIJRI_MONTHS,
    MONTHS,
    ORDINALS,
    PARTS,
    POSITIONS,
    SEASONS,
    STEPS,
    WEEKDAYS,
    read_number,
)
from .clock import ClockRules
from .cursor import Slots, Unreadable

__all__ = ["read"]

_IGNORED = frozenset("/()[],،.:؛«»\"'″“”")
_BEFORE_MONTH = _IGNORED | {"من", "شهر", "ايام"}
_THIS_MONTH = ("الجاري", "الحالي", "المقبل", "القادم", "الماضي", "المنصرم")
_LATE = {"سابق", "لاحق", "متاخر", "متاخره", "مبكر", "مبكره"}
_DAYS = {
    "قبل امس": -2, "اول من امس": -2, "اول امس": -2, "امس الاول": -2, "الامس الاول": -2,
    "امس": -1, "الامس": -1, "البارحه": -1, "اليوم": 0, "غدا": 1, "غد": 1, "الغد": 1,
    "بعد غد": 2, "بعد الغد": 2,
}  # fmt: skip
_DEFINITE = {"الاسبوع": "week", "الشهر": "month", "العام": "year", "السنه": "year",
             "القرن": "century", "العقد": "decade"}  # fmt: skip


def read(words: list[str]) -> Slots:
    """Fill the slots from all of ``words``; raises ``Unreadable`` where one is not understood."""
    reader = _Reader(words)
    reader.run()
    return reader.slots


class _Reader(ClockRules):
    def run(self) -> None:
        rules = (
            self._numeric, self._clock, self._vague, self._relative_day, self._part,
            self._fraction, self._decade, self._century, self._month, self._weekday, self._season,
            self._year, self._unit, self._step, self._ordinal_hour, self._day, self._plain,
        )  # fmt: skip
        while self.at < len(self.words):
            if not any(rule() for rule in rules):
                raise Unreadable(self.words[self.at])
        slots = self.slots
        if self.pending is not None:
            if not (slots.position or slots.fraction):
                raise Unreadable(self.pending)
            self._relate(self.pending, 0)
        if self.this:
            raise Unreadable("هذا")
        if self.oral and slots.part is None:
            raise Unreadable(f"hour {slots.hour} of which half of the day")

    def _relate(self, unit: str, step: int) -> None:
        self.slots.put("rel_unit", unit)
        self.slots.put("rel_step", step)

    # -- rules: each takes what it knows at this position, or leaves the position alone

    def _numeric(self) -> bool:
        """13/2/2018, 2018-02-13, 11/9."""
        parts = self.words[self.at : self.at + 5]
        marks = parts[1::2]
        if len(marks) < 1 or marks[0] not in tuple("/-."):
            return False
        numbers = [int(p) for p in parts[0::2] if p.isdecimal() and len(p) <= 4]
        digits = [len(p) for p in parts[0::2]]
        two = all(p.isdecimal() for p in parts[0:3:2])
        if len(parts) == 5 and len(numbers) == 3 and marks[0] == marks[1]:
            if digits[2] == 4 and digits[0] < 3 and digits[1] < 3:
                d, m, y = numbers
            elif digits[0] == 4 and digits[1] < 3 and digits[2] < 3:
                y, m, d = numbers
            else:
                raise Unreadable("a numeric date without a four-digit year")
            self.at += 5
            self.slots.put("year", y)
        elif marks[0] == "-" and two and digits == [4, 2] and len(parts) == 3:
            self.at += 3  # ISO year and month
            self.slots.put("year", numbers[0])
            self.slots.put("month", numbers[1])
            self.last = "year"
            return True
        elif marks[0] == "/" and two and len(numbers) >= 2 and max(digits[:2]) < 3:
            d, m = numbers[:2]
            self.at += 3
        else:
            return False
        self.slots.put("day", d)
        self.slots.put("month", m)
        self.last = "year" if self.slots.year is not None else "month"
        return True

    def _vague(self) -> bool:
        """«وقت سابق من», «ساعة متأخرة من» narrow nothing that a value could say."""
        if self.peek() in ("وقت", "ساعه", "ساعات") and self.peek(1) in _LATE:
            self.at += 2
            return True
        return False

    def _relative_day(self) -> bool:
        if self.peek() == "الليله":
            self.at += 1
            self.slots.put("part", "NI")
            if self.peek() == "قبل" and self.peek(1) == "الماضيه":
                self.at += 2
                self.slots.put("rel_day", -2)
            elif STEPS.get(self.peek()) is not None:
                self.slots.put("rel_day", STEPS[self.peek()])
                self.at += 1
            elif not ({"weekday", "rel_day", "day"} & self.slots.filled()):
                self.slots.put("rel_day", 0)
            return True
        phrase = self._phrase(_DAYS)
        if phrase is None:
            return False
        self.slots.put("rel_day", _DAYS[phrase])
        self.last = ""
        return True

    def _part(self) -> bool:
        phrase = self._phrase(PARTS)
        if phrase is None:
            return False
        self.slots.put("part", PARTS[phrase])
        if self.this:  # «هذا الصباح»
            self.slots.put("rel_day", 0)
            self.this = False
        return True

    def _fraction(self) -> bool:
        kind = {"النصف": "H", "الربع": "Q"}.get(self.peek())
        number = ORDINALS.get(self.peek(1))
        if kind is None or number is None:
            return False
        self.slots.put("fraction", f"{kind}{number}")
        self.at += 2
        return True

    def _decade(self) -> bool:
        if self.peek() not in DECADES:
            return False
        self.slots.put("decade", DECADES[self.peek()])
        self.at += 1
        return True

    def _century(self) -> bool:
        if self.peek() != "القرن":
            return False
        found = read_number(self.words, self.at + 1, ordinal=True)
        if found is None:
            return False
        self.slots.put("century", found[0])
        self.at = found[1]
        return True

    def _month(self) -> bool:
        phrase = self._phrase(MONTHS, HIJRI_MONTHS)
        if phrase is None:
            return False
        hijri = phrase in HIJRI_MONTHS
        self.slots.put("month", HIJRI_MONTHS[phrase] if hijri else MONTHS[phrase])
        self.slots.put("hijri", hijri)
        self.last = "month"
        # «July 31, 2015»: the day after the name, in English order
        if phrase.isascii() and self.slots.day is None and (n := self._number(2)) is not None:
            self.slots.put("day", n)
            self.at += 1
        return True

    def _weekday(self) -> bool:
        name = self.peek()
        if name not in WEEKDAYS:
            return False
        number, old = WEEKDAYS[name], self.slots.weekday
        self.at += 1
        # «ليل السبت / الأحد» and «ليلة السبت إلى الأحد» are one night, named by its evening.
        if not (self.slots.part == "NI" and old is not None and number == (old + 1) % 7):
            self.slots.put("weekday", number)
        self.last = "weekday"
        return True

    def _season(self) -> bool:
        if self.peek() not in SEASONS:
            return False
        self.slots.put("season", SEASONS[self.peek()])
        self.at += 1
        self.last = "season"
        if self.this:
            self.slots.put("season_step", 0)
            self.this = False
        return True

    def _year(self) -> bool:
        named = self.peek() in ("عام", "سنه", "العام", "السنه", "عامي", "سنتي", "لعام")
        at = self.at + named
        word = self.words[at] if at < len(self.words) else ""
        found = read_number(self.words, at) if not word.isdecimal() else None
        if named and found and found[0] >= 1000:
            self.slots.put("year", found[0])
            self.at = found[1]
        elif word.isdecimal() and (len(word) == 4 or (named and len(word) == 3)):
            y = int(word)
            if not named and not 1000 <= y <= 2199 and self.slots.month is None:
                before_christ = self.words[at + 1 : at + 2] in (["قبل"], ["ق"])
                if not before_christ and self.words[at + 1 : at + 2] not in (["م"], ["ه"]):
                    return False
            self.slots.put("year", y)
            self.at = at + 1
        else:
            return False
        self.last = "year"
        self.pending = None
        return True

    def _unit(self) -> bool:
        unit = _DEFINITE.get(self.peek())
        if unit is None:
            return False
        self.at += 1
        if self.this:
            self._relate(unit, 0)
            self.this = False
            self.last = ""
        elif self.peek() in ("قبل", "بعد") and STEPS.get(self.peek(1)) == (
            -1 if self.peek() == "قبل" else 1
        ):
            self._relate(unit, 2 * STEPS[self.peek(1)])
            self.at += 2
        elif self.peek() in STEPS and self.peek() not in ("هذا", "هذه"):
            self._relate(unit, STEPS[self.peek()])
            self.at += 1
        elif self.peek() in ("هذا", "هذه"):
            self._relate(unit, 0)
            self.at += 1
        else:
            self.pending = unit
        return True

    def _step(self) -> bool:
        """المقبل، الماضي، الجاري after a weekday, a month or a season; هذا before one."""
        word = self.peek()
        if word not in STEPS:
            return False
        if word in ("هذا", "هذه"):
            self.this = True
        elif self.last in ("weekday", "month", "season"):
            self.slots.put(f"{self.last}_step", STEPS[word])
        else:
            return False
        self.at += 1
        return True

    def _day(self) -> bool:
        """Return a day of the month: only before a month or «من الشهر الجاري»."""
        if self.slots.month is not None or self.slots.day is not None:
            return False
        if self.peek() == "غره":
            found: tuple[int, int] | None = (1, self.at + 1)
        elif (n := self._number(2)) is not None:
            found = (n, self.at + 1)
        else:
            found = read_number(self.words, self.at, ordinal=True)
        if found is None:
            return False
        number, at = found
        while at < len(self.words) and self.words[at] in _BEFORE_MONTH:
            at += 1
        if at < len(self.words) and at == found[1] and self.words[at] in _THIS_MONTH:
            self.slots.put("day", number)  # «13 الجاري»
            self._relate("month", STEPS[self.words[at]])
            self.at = at + 1
            return True
        following = " ".join(self.words[at : at + 2])
        first = following.split(" ")[0]
        if not (first == "الشهر" or any(
            name in (first, following) for table in (MONTHS, HIJRI_MONTHS) for name in table
        )):  # fmt: skip
            return False
        self.slots.put("day", number)
        self.at = at
        return True

    def _plain(self) -> bool:
        """Words that change nothing, and the calendar signs هـ and م."""
        word = self.peek()
        if word in ("ه", "هجري", "هجريه", "الهجري", "م", "ميلادي", "ميلاديه", "الميلادي"):
            if self.last not in ("year", "month"):
                return False
            self.slots.put("hijri", word[0] == "ه" or word.startswith("اله"))
        elif word in POSITIONS:
            self.slots.put("position", True)
        elif self.last == "year" and word in ("قبل", "ق") and self.peek(1) in ("الميلاد", "م"):
            self.slots.put("bc", True)
            self.at += 1
        elif word in FILLERS or word in _IGNORED:
            if self.this and word == "يوم":
                self.this = False
        elif word in ("ال", "ل", "ب") and self.peek(1).isdecimal():
            pass
        elif not (word in ("الي", "و") and self.slots.part == "NI" and self.last == "weekday"):
            return False
        self.at += 1
        return True
