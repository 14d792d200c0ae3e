"""Small annotated articles of the tests' own, with offsets found by surface."""

from __future__ import annotations

from typing import Any


def span(text: str, surface: str, nth: int = 0) -> list[int]:
    """Return [start, end) of the nth occurrence of a surface."""
    at = -1
    for _ in range(nth + 1):
        at = text.index(surface, at + 1)
    return [at, at + len(surface)]


def summit() -> dict[str, Any]:
    text = (
        "وزير الخارجية المصري: القمة ستعقد في الرياض\n"
        "قال وزير الخارجية المصري سامح شكري اليوم الثلاثاء إن القمة العربية ستعقد في الرياض غدا. "
        "وأضاف أن «مصر ترفض التهديدات».\n"
        "وقال مصدر أمني إن الجيش قصف مواقع قرب حلب أمس."
    )

    def at(surface: str, nth: int = 0) -> list[int]:
        return span(text, surface, nth)

    return {
        "id": "summit", "published": "2018-02-13", "text": text,
        "clusters": {
            "shukri": {"label": "PER", "name": "سامح شكري"},
            "riyadh": {"label": "LOC", "name": "الرياض"},
            "egypt": {"label": "LOC", "name": "مصر"},
            "aleppo": {"label": "LOC", "name": "حلب"},
            "army": {"label": "ORG", "name": "الجيش"},
            "official": {"label": "NONE", "name": "مصدر أمني"},
        },
        "entities": [
            {"span": at("وزير الخارجية المصري"), "label": "ROLE", "cluster": "shukri"},
            {"span": at("الرياض"), "label": "LOC", "cluster": "riyadh"},
            {"span": at("وزير الخارجية المصري", 1), "label": "ROLE", "cluster": "shukri"},
            {"span": at("سامح شكري"), "label": "PER", "cluster": "shukri"},
            {"span": at("اليوم الثلاثاء"), "label": "DATE"},
            {"span": at("الرياض", 1), "label": "LOC", "cluster": "riyadh"},
            {"span": at("غدا"), "label": "DATE"},
            {"span": at("مصر ترفض")[:1] + [at("مصر ترفض")[0] + 3], "label": "LOC",
             "cluster": "egypt"},
            {"span": at("الجيش"), "label": "ORG", "cluster": "army"},
            {"span": at("حلب"), "label": "LOC", "cluster": "aleppo"},
            {"span": at("أمس"), "label": "DATE"},
        ],
        "quotes": [
            {"type": "indirect", "content": [at("القمة ستعقد في الرياض")],
             "speaker": at("وزير الخارجية المصري"), "who": "shukri"},
            {"type": "indirect", "content": [at("إن القمة العربية ستعقد في الرياض غدا")],
             "cue": at("قال"), "speaker": at("سامح شكري"), "who": "shukri"},
            {"type": "mixed", "content": [at("أن «مصر ترفض التهديدات")],
             "cue": at("وأضاف"), "who": "shukri"},
            {"type": "indirect", "content": [at("إن الجيش قصف مواقع قرب حلب أمس")],
             "cue": at("وقال"), "speaker": at("مصدر أمني"), "who": "official"},
        ],
        "events": [
            {"etype": "REJECT", "modality": "asserted", "trigger": at("ترفض"), "quote": 2,
             "args": [{"role": "actor", "span": [at("مصر ترفض")[0], at("مصر ترفض")[0] + 3]}]},
            {"etype": "ASSAULT", "modality": "asserted", "trigger": at("قصف"), "quote": 3,
             "args": [{"role": "actor", "span": at("الجيش")},
                      {"role": "recipient", "span": at("مواقع")},
                      {"role": "loc", "span": at("حلب")}, {"role": "date", "span": at("أمس")}]},
        ],
    }  # fmt: skip


def meeting() -> dict[str, Any]:
    text = (
        "محمود عباس يلتقي أنطونيو غوتيريش\n"
        "التقى الرئيس الفلسطيني محمود عباس أنطونيو غوتيريش في نيويورك أمس الاثنين. "
        "وأكد عباس أن \"السلام خيارنا الوحيد\". وأشار إلى أن إسرائيل قد تهدد المنطقة."
    )

    def at(surface: str, nth: int = 0) -> list[int]:
        return span(text, surface, nth)

    return {
        "id": "meeting", "published": "2019-09-24", "text": text,
        "clusters": {
            "abbas": {"label": "PER", "name": "محمود عباس"},
            "guterres": {"label": "PER", "name": "أنطونيو غوتيريش"},
            "ny": {"label": "LOC", "name": "نيويورك"},
            "israel": {"label": "LOC", "name": "إسرائيل"},
        },
        "entities": [
            {"span": at("محمود عباس"), "label": "PER", "cluster": "abbas"},
            {"span": at("أنطونيو غوتيريش"), "label": "PER", "cluster": "guterres"},
            {"span": at("الرئيس الفلسطيني"), "label": "ROLE", "cluster": "abbas"},
            {"span": at("محمود عباس", 1), "label": "PER", "cluster": "abbas"},
            {"span": at("أنطونيو غوتيريش", 1), "label": "PER", "cluster": "guterres"},
            {"span": at("نيويورك"), "label": "LOC", "cluster": "ny"},
            {"span": at("أمس الاثنين"), "label": "DATE"},
            {"span": at("عباس", 2), "label": "PER", "cluster": "abbas"},
            {"span": at("إسرائيل"), "label": "LOC", "cluster": "israel"},
        ],
        "quotes": [
            {"type": "mixed", "content": [at('أن "السلام خيارنا الوحيد')], "cue": at("وأكد"),
             "speaker": at("عباس", 2), "who": "abbas"},
            {"type": "indirect", "content": [at("إلى أن إسرائيل قد تهدد المنطقة")],
             "cue": at("وأشار"), "who": "abbas"},
        ],
        "events": [
            {"etype": "CONSULT", "modality": "asserted", "trigger": at("التقى"),
             "args": [{"role": "actor", "span": at("محمود عباس", 1)},
                      {"role": "recipient", "span": at("أنطونيو غوتيريش", 1)}]},
            {"etype": "THREATEN", "modality": "hypothetical", "trigger": at("تهدد"), "quote": 1,
             "args": [{"role": "actor", "span": at("إسرائيل")}]},
        ],
    }  # fmt: skip


GOLD = (summit(), meeting())

#: Sentences in the CoNLL way, marks as tokens of their own, one of them inside an entity.
CONLL = """زار O
محمد B-PERS
علي I-PERS
مدينة O
حلب B-LOC
. O

قالت O
الأمم B-ORG
المتحدة I-ORG
- I-ORG
جنيف I-ORG
: O
" O
لا O
" O
. O
"""
