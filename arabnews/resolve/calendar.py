"""The words of Arabic dates: months, weekdays, units, numbers, parts of the day.

Every key is in the spelling of ``arabnews.text.clitics.spelling_key`` (alef, ya and ta marbuta
folded, diacritics off), so that «الأربعاء», «الاربعاء» and «الأربعـاء» are one entry.
"""

from __future__ import annotations

from ..text.clitics import spelling_key

__all__ = [
    "CLOCK_HOURS", "DECADES", "FILLERS", "HIJRI_MONTHS", "MONTHS", "ORDINALS", "PARTS",
    "PLURAL_UNITS", "POSITIONS", "SEASONS", "STEPS", "UNITS", "VOCABULARY", "WEEKDAYS",
    "read_number",
]  # fmt: skip


def _table(*rows: str) -> dict[str, int]:
    """Map each of the comma-separated names of a row to the number of the row, from 1."""
    return {
        spelling_key(name.strip()): number
        for number, row in enumerate(rows, 1)
        for name in row.split(",")
    }


def _keys(names: str) -> frozenset[str]:
    return frozenset(spelling_key(n.strip()) for n in names.split(","))


#: Gulf and Egyptian, Levantine, Tunisian and Algerian, Moroccan, and English month names.
MONTHS = _table(
    "يناير, كانون الثاني, كانون ثاني, جانفي, january, jan",
    "فبراير, شباط, فيفري, february, feb",
    "مارس, آذار, march, mar",
    "أبريل, نيسان, أفريل, ابريل, april, apr",
    "مايو, أيار, ماي, may",
    "يونيو, يونيه, حزيران, جوان, june, jun",
    "يوليو, يوليه, تموز, جويلية, يوليوز, july, jul",
    "أغسطس, آب, أوت, غشت, august, aug",
    "سبتمبر, أيلول, شتنبر, september, sep, sept",
    "أكتوبر, تشرين الأول, تشرين أول, october, oct",
    "نوفمبر, تشرين الثاني, تشرين ثاني, نونبر, نوفنبر, november, nov",
    "ديسمبر, كانون الأول, كانون أول, دجنبر, december, dec",
)

HIJRI_MONTHS = _table(
    "محرم, المحرم, محرم الحرام",
    "صفر",
    "ربيع الأول, ربيع أول",
    "ربيع الآخر, ربيع الثاني, ربيع آخر, ربيع ثاني",
    "جمادى الأولى, جمادى الأول, جمادى أولى",
    "جمادى الآخرة, جمادى الثانية, جمادى الآخر, جمادى الثاني",
    "رجب",
    "شعبان",
    "رمضان, رمضان المبارك, رمضان الكريم",
    "شوال",
    "ذو القعدة, ذي القعدة",
    "ذو الحجة, ذي الحجة",
)

#: Monday is 0, as in ``datetime.date.weekday``.
WEEKDAYS = {
    name: number - 1
    for name, number in _table(
        "الاثنين, الإثنين, الأثنين",
        "الثلاثاء, الثلثاء",
        "الأربعاء",
        "الخميس",
        "الجمعة",
        "السبت",
        "الأحد",
    ).items()
}

#: A unit of time → (its name, how many of it the word says; 0 for a plural that needs a number).
UNITS: dict[str, tuple[str, int]] = {}
for _name, _one, _two, _many in (
    ("minute", "دقيقة", "دقيقتين, دقيقتان", "دقائق"),
    ("hour", "ساعة", "ساعتين, ساعتان", "ساعات"),
    ("day", "يوم, يوما", "يومين, يومان", "أيام"),
    ("week", "أسبوع, أسبوعا", "أسبوعين, أسبوعان", "أسابيع"),
    ("month", "شهر, شهرا", "شهرين, شهران", "أشهر, شهور"),
    ("year", "سنة, عام, عاما", "سنتين, سنتان, عامين, عامان", "سنوات, سنين, أعوام"),
    ("decade", "عقد, عقدا", "عقدين, عقدان", "عقود"),
    ("century", "قرن, قرنا", "قرنين, قرنان", "قرون"),
):
    for _words, _count in ((_one, 1), (_two, 2), (_many, 0)):
        UNITS.update({k: (_name, _count) for k in _keys(_words)})

#: Definite plurals and duals: «السنوات», «اليومين».
PLURAL_UNITS = {"ال" + k: v for k, v in UNITS.items() if v[1] != 1}

#: How far an adjective or a demonstrative moves: the last, this, the next.
STEPS: dict[str, int] = {
    **dict.fromkeys(
        _keys(
            "الماضي, الماضية, الماضيين, الماضيتين, الفائت, الفائتة, المنصرم, المنصرمة,"
            "المنقضي, المنقضية, الفارط, الفارطة"
        ),
        -1,
    ),
    **dict.fromkeys(_keys("الجاري, الجارية, الجاريين, الحالي, الحالية, هذا, هذه"), 0),
    **dict.fromkeys(
        _keys(
            "المقبل, المقبلة, المقبلين, المقبلتين, القادم, القادمة, القادمين, الآتي, الآتية"
        ),
        1,
    ),
}

#: TIMEX3 codes of the parts of a day.
PARTS: dict[str, str] = {
    **dict.fromkeys(_keys("صباح, صباحا, الصباح, صبيحة, فجر, فجرا, الفجر, ضحى, الضحى"), "MO"),
    **dict.fromkeys(_keys("ظهر, ظهرا, الظهر, ظهيرة, الظهيرة"), "MI"),
    **dict.fromkeys(
        _keys("بعد ظهر, بعد الظهر, بعد الزوال, بعد زوال, عصر, عصرا, العصر"), "AF"
    ),
    **dict.fromkeys(_keys("مساء, مساءا, المساء, عشية"), "EV"),
    **dict.fromkeys(_keys("ليل, ليلا, ليلة, الليل"), "NI"),
}

#: Seasons whose months fall in one year. Winter has two years and is never resolved.
SEASONS: dict[str, str] = {
    **dict.fromkeys(_keys("ربيع, الربيع"), "SP"),
    **dict.fromkeys(_keys("صيف, الصيف"), "SU"),
    **dict.fromkeys(_keys("خريف, الخريف"), "FA"),
}

DECADES = {
    spelling_key(prefix + stem + ending): tens
    for stem, tens in (
        ("عشرين", 20), ("ثلاثين", 30), ("أربعين", 40), ("خمسين", 50), ("ستين", 60),
        ("سبعين", 70), ("ثمانين", 80), ("تسعين", 90),
    )
    for prefix in ("", "ال")
    for ending in ("يات", "ات")
}  # fmt: skip

#: Words that say where in a period, which a value of whole periods leaves out.
POSITIONS = _keys(
    "بداية, مطلع, أوائل, مستهل, بدء, منتصف, أواسط, وسط, نهاية, أواخر, ختام, آخر, كامل, بقية"
)
FILLERS = _keys("يوم, يومي, شهر, شهري, من, في, خلال, بتاريخ, تاريخ, الموافق, موافق, فصل, عقد,"
                "سنوات, فترة, عام, سنة, العام, السنة, عامي, سنتي")  # fmt: skip

_ORDINAL_ROWS = (
    "الأول, الأولى, أول", "الثاني, الثانية, ثاني", "الثالث, الثالثة, ثالث", "الرابع, الرابعة, رابع",
    "الخامس, الخامسة, خامس", "السادس, السادسة, سادس", "السابع, السابعة, سابع",
    "الثامن, الثامنة, ثامن", "التاسع, التاسعة, تاسع", "العاشر, العاشرة, عاشر",
)  # fmt: skip
ORDINALS = _table(*_ORDINAL_ROWS)
ORDINALS |= _table("الحادي, الحادية")
#: «الساعة الواحدة»: the hour is feminine, and its first is a cardinal.
CLOCK_HOURS = {k: v for k, v in ORDINALS.items() if k.startswith("ال") and k.endswith("ه")}
CLOCK_HOURS[spelling_key("الواحدة")] = 1

_ONES = _table(
    "واحد, واحدة, أحد, إحدى", "اثنان, اثنين, اثنا, اثني, اثنتان, اثنتين, اثنتا, اثنتي",
    "ثلاثة, ثلاث", "أربعة, أربع", "خمسة, خمس", "ستة, ست", "سبعة, سبع",
    "ثمانية, ثماني, ثمان", "تسعة, تسع", "عشرة, عشر",
)  # fmt: skip
_TENS = {
    spelling_key(stem + ending): tens
    for stem, tens in (
        ("عشر", 20), ("ثلاث", 30), ("أربع", 40), ("خمس", 50), ("ست", 60), ("سبع", 70),
        ("ثمان", 80), ("تسع", 90),
    )
    for ending in ("ون", "ين")
}  # fmt: skip
_HUNDREDS = {
    **dict.fromkeys(_keys("مئة, مائة, ميه"), 100),
    **dict.fromkeys(_keys("مئتين, مائتين, مئتان, مائتان, مئتي, مائتي"), 200),
    **{
        spelling_key(one + hundred): n * 100
        for one, n in (("ثلاث", 3), ("أربع", 4), ("خمس", 5), ("ست", 6), ("سبع", 7),
                       ("ثمان", 8), ("ثماني", 8), ("تسع", 9))
        for hundred in ("مئة", "مائة")
    },
}  # fmt: skip
_THOUSANDS = {spelling_key("ألف"): 1000, **dict.fromkeys(_keys("ألفين, ألفان, ألفي"), 2000)}

_OTHER = _keys(
    "أمس, الأمس, البارحة, اليوم, غدا, غد, الغد, بعد, قبل, منذ, مضت, مضى, الليلة, الساعة,"
    "الأسبوع, الشهر, القرن, العقد, النصف, الربع, الثلث, ونصف, نصف, ربع, ثلث, نحو, حوالي, قرابة,"
    "تقريبا, هجري, هجرية, الهجري, ميلادي, ميلادية, ميلادى, الميلاد, الميلادي, ه, م, ق, غرة,"
    "وقت, سابق, لاحق, متأخر, متأخرة, مبكر, مبكرة, كل, الآن, حاليا, بتوقيت, بالتوقيت, التوقيت,"
    "المحلي, غرينتش, جرينتش, غرينيتش, ت, غ, دقيقة, إلا, حتى, إلى, الى, بين, و, عشرة, عشر,"
    "العشر, العشرين, الأخير, الأخيرة, الأخيرين, القليلة, عدة, بضعة, بضع, بضعه, قليلة, عديدة,"
    "الوقت, الراهن, الحاضر, الفترة, المرحلة, المستقبل, القريب, مؤخرا, قريبا, أخيرا, قليل,"
    "وجيزة, قصيرة, الآونة, لمدة, مدة, غضون, طوال, العام"
)

#: Every word that an expression may hold once its attached و ف ب ل ك is off.
VOCABULARY: frozenset[str] = frozenset(
    word
    for table in (
        MONTHS, HIJRI_MONTHS, WEEKDAYS, UNITS, PLURAL_UNITS, STEPS, PARTS, SEASONS, DECADES,
        POSITIONS, FILLERS, ORDINALS, CLOCK_HOURS, _ONES, _TENS, _HUNDREDS, _THOUSANDS, _OTHER,
    )
    for name in table
    for word in name.split()
) | {"ال" + w for table in (_ONES, _TENS) for w in table}  # fmt: skip


def _small(words: list[str], at: int, ordinal: bool) -> tuple[int, int] | None:
    """Return a number below 100 that starts at ``at``: (value, where it ends)."""
    ones = ORDINALS if ordinal else _ONES
    strip = "ال" if ordinal else ""
    if at >= len(words):
        return None
    tens = {strip + k: v for k, v in _TENS.items()}
    if words[at] in tens:
        return tens[words[at]], at + 1
    one = ones.get(words[at])
    if one is None:
        return None
    rest = words[at + 1 : at + 3]
    if rest and rest[0] in ("عشر", "عشره") and one < 10:
        return 10 + one, at + 2
    if len(rest) == 2 and rest[0] == "و" and rest[1] in tens and one < 10:
        return tens[rest[1]] + one, at + 3
    if words[at] in ("الحادي", "الحاديه", "اثنا", "اثني", "اثنتا", "اثنتي"):
        return None  # half of a number
    return one, at + 1


def read_number(words: list[str], at: int = 0, *, ordinal: bool = False) -> tuple[int, int] | None:
    """Read a cardinal (up to 9999) or an ordinal (up to 99) written in digits or words.

    ``words`` are spelling keys with an attached و split off; returns the value and the position
    after it, or ``None`` where no number starts.

    >>> read_number(["خمسه", "و", "عشرين"])
    (25, 3)
    >>> read_number(["الثالث", "عشر"], ordinal=True)
    (13, 2)
    """
    if at < len(words) and words[at].isdecimal() and not ordinal:
        return (int(words[at]), at + 1) if len(words[at]) <= 4 else None
    if ordinal:
        return _small(words, at, True)
    total, end, scale = 0, at, 10_000
    while True:
        found = _scaled(words, end, scale)
        if found is None:
            break
        value, end, scale = found
        total += value
        if not (end < len(words) and words[end] == "و" and _scaled(words, end + 1, scale)):
            break
        end += 1
    return (total, end) if total else None


def _scaled(words: list[str], at: int, below: int) -> tuple[int, int, int] | None:
    """One of the thousands, hundreds or the rest, smaller than the scale ``below``."""
    if at >= len(words):
        return None
    for table, size in ((_THOUSANDS, 1000), (_HUNDREDS, 100)):
        if words[at] in table and size < below:
            return table[words[at]], at + 1, size
    small = _small(words, at, False)
    if small is None or below <= 10:
        return None
    value, end = small
    if end < len(words) and words[end] in ("الف", "الاف") and below > 1000 and value < 10:
        return value * 1000, end + 1, 1000
    return value, end, 10
