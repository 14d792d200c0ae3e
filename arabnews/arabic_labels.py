"""Arabic words for labels, dates and countries, as the HTML report shows them."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel import Locale
from babel.dates import format_date

__all__ = [
    "ARGUMENT_ROLES", "CALENDARS", "EVENTS", "LABELS", "MODALITIES", "QUOTE_TYPES", "SOURCE_TYPES",
    "STANCES", "arabic_day", "country_names", "event_name",
]  # fmt: skip

#: Entity and cluster labels: one mention, and the heading of a table.
LABELS = {
    "PER": ("شخص", "أشخاص"), "ORG": ("جهة", "مؤسسات وجهات"), "LOC": ("مكان", "أماكن"),
    "MISC": ("اسم آخر", "أسماء أخرى"), "DATE": ("تاريخ", "تواريخ"), "ROLE": ("صفة", "صفات"),
    "NONE": ("مصدر", "مصادر غير مسماة"),
}  # fmt: skip
QUOTE_TYPES = {"direct": "مباشر", "indirect": "غير مباشر", "mixed": "مختلط"}
STANCES = {"neutral": "محايد", "endorsing": "مؤيِّد", "distancing": "متحفّظ", "denying": "نافٍ"}
SOURCE_TYPES = {
    "named": "مسمّى", "role": "صاحب منصب", "organisation": "مؤسسة", "anonymous": "مجهول",
    "collective": "جماعة", "document": "وثيقة",
}  # fmt: skip
MODALITIES = {
    "asserted": "مؤكَّد", "planned": "مزمَع", "negated": "منفيّ", "hypothetical": "محتمَل",
}  # fmt: skip
#: A gloss of each PLOVER type.
EVENTS = {
    "AGREE": "اتفاق", "CONSULT": "تشاور", "SUPPORT": "تأييد", "CONCEDE": "تنازل",
    "COOPERATE": "تعاون", "AID": "مساعدة", "RETREAT": "انسحاب", "REQUEST": "مطالبة",
    "ACCUSE": "اتهام", "REJECT": "رفض", "THREATEN": "تهديد", "PROTEST": "احتجاج",
    "SANCTION": "عقوبة", "MOBILIZE": "تعبئة", "COERCE": "إكراه", "ASSAULT": "اعتداء",
}  # fmt: skip
ARGUMENT_ROLES = {"actor": "الفاعل", "recipient": "المتلقي", "loc": "المكان", "date": "التاريخ"}
CALENDARS = {"gregorian": None, "hijri": "هجري"}


def arabic_day(day: str) -> str:
    """Return an ISO day or moment as an Arabic date; anything else as it stands.

    >>> arabic_day("2018-02-14")
    '14 فبراير 2018'
    """
    try:
        return format_date(date.fromisoformat(day[:10]), "d MMMM y", locale="ar")
    except ValueError:
        return day


@cache
def country_names() -> dict[str, str]:
    """Return the Arabic name of each ISO 3166 alpha-2 code."""
    return dict(Locale.parse("ar").territories)


def event_name(type: str) -> str:
    """Return an event type with its Arabic gloss, where it has one.

    >>> event_name("CONSULT")
    'تشاور CONSULT'
    """
    return f"{EVENTS[type]} {type}" if type in EVENTS else type
