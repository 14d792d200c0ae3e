"""What the words of a cue and of a source say: stance, kind of source, relayed speech."""

from __future__ import annotations

import re

from ..document import SourceType, Stance
from ..text.normalise import normalise

__all__ = ["is_relay", "source_type", "stance"]

# Stems as they stand in normalised text, after any attached و or ف.
_ENDORSING = re.compile(r"^(كشف|يكشف|تكشف|كاشف|اثبت|يثبت|برهن|بين[ت]?$|اظهر|يظهر|تظهر)")
_DISTANCING = re.compile(r"^(زعم|يزعم|تزعم|زاعم|مزاعم|ادعى|ادعت|يدعي|تدعي|مدعي|ادعاء|بزعم)")
_DENYING = re.compile(
    r"^(نفى|نفت|نفوا|ينفي|تنفي|نافي|نفي|انكر|ينكر|تنكر|منكر|كذب|فند|يفند|تفند|مفند)"
)
_RELAY = re.compile(r"^(نقل|ينقل|تنقل|نقلا|ناقل)")
_ANONYMOUS = re.compile(
    r"(^| )(ال)?(مصدر|مصادر|مسؤول|مسؤولون|مسؤولين|شخص|قيادي|ضابط|دبلوماسي)( |$)"
)
_COLLECTIVE = re.compile(
    r"(^| )(ال)?(شهود|ناشط\w+|نشطاء|محلل\w+|خبراء|مراقب\w+|سكان|اهالي|مواطن\w+|متظاهر\w+|محتج\w+|"
    r"مشارك\w+|اعضاء|نواب|قاد[ةه]|وزراء|علماء|باحث\w+|صحفي\w+|صحافي\w+|طلاب|عمال|مسلم\w+|كثير\w+|"
    r"بعض|عدد|مجموع[ةه]|حاضر\w+|مجتمع\w+|دول|جهات)( |$)"
)
_DOCUMENT = re.compile(
    r"(^| )(ال)?(بيان|تقرير|تقارير|دراس[ةه]|وثيق[ةه]|وثائق|رسال[ةه]|بلاغ|صحيف[ةه]|تغريد[ةه]|"
    r"احصا\w+|استطلاع|نتائج|ارقام|بيانات|منشور|مذكر[ةه]|قرار|نص)( |$)"
)


def _stem(cue: str) -> str:
    text = normalise(cue).text
    return text[1:] if len(text) > 3 and text[0] in "وف" else text


def stance(cue: str | None) -> Stance:
    """Return how a reporting word stands to what it reports.

    >>> stance("وزعم"), stance("نفت"), stance("كشف"), stance("قال")
    ('distancing', 'denying', 'endorsing', 'neutral')
    """
    if cue:
        # a و or ف may belong to the word itself: both readings are tried
        for form in (normalise(cue).text, _stem(cue)):
            if _DISTANCING.match(form):
                return "distancing"
            if _DENYING.match(form):
                return "denying"
            if _ENDORSING.match(form):
                return "endorsing"
    return "neutral"


def is_relay(cue: str | None) -> bool:
    """Tell whether a reporting word passes on somebody else's words («نقلت»)."""
    return bool(cue) and bool(_RELAY.match(_stem(cue or "")))


def source_type(label: str, name: str, labels: tuple[str, ...]) -> SourceType:
    """Return the kind of a source from its cluster's label, name and mentions' labels.

    >>> source_type("NONE", "مصدر أمني", ()), source_type("NONE", "شهود عيان", ())
    ('anonymous', 'collective')
    """
    text = normalise(name).text
    if label == "PER":
        return "named" if "PER" in labels else "role"
    if label in ("ORG", "LOC"):
        return "organisation"
    if label == "NONE":
        if _DOCUMENT.search(text):
            return "document"
        if _COLLECTIVE.search(text):
            return "collective"
        return "anonymous" if _ANONYMOUS.search(text) or len(text.split()) <= 4 else "collective"
    return "collective"
