from __future__ import annotations

import pytest
from resolve_samples import Draft, said

BODY = "\n" + "التقى الوزير نظيره في العاصمة وبحث معه العلاقات بين البلدين وسبل تعزيزها " * 4


def headline(text: str, *entities: tuple[str, str]) -> list[tuple[str | None, str]]:
    draft = Draft(text + BODY)
    for label, surface in entities:
        draft.entity(label, surface)
    return said(draft.document())


@pytest.mark.parametrize(
    ("text", "entity", "content"),
    [
        ("الخالد: لن نقبل هذا", ("PER", "الخالد"), "لن نقبل هذا"),
        ("الخالد : لن نقبل هذا", ("PER", "الخالد"), "لن نقبل هذا"),
        ("وزير الدفاع: لن نقبل", ("ROLE", "وزير الدفاع"), "لن نقبل"),
        ("الطيران المدني: تحطم طائرة", ("ORG", "الطيران المدني"), "تحطم طائرة"),
        ("إعلام إسرائيلي: نستعد للحرب", ("source", "إعلام إسرائيلي"), "نستعد للحرب"),
        ("«طب العيون»: ارتفاع الإصابات", ("ORG", "طب العيون"), "ارتفاع الإصابات"),
        ('الخالد: "لن نقبل هذا"', ("PER", "الخالد"), "لن نقبل هذا"),
        ("السيد قوجيل: الجزائر تسير", ("PER", "قوجيل"), "الجزائر تسير"),
        ("- الخالد: لن نقبل", ("PER", "الخالد"), "لن نقبل"),
        ("1- الخالد: لن نقبل", ("PER", "الخالد"), "لن نقبل"),
        ("القاضي للبلديات: ارفعوا تقارير", ("PER", "القاضي"), "ارفعوا تقارير"),
        ("الخالد لـ”عين اليوم”: لن نقبل", ("PER", "الخالد"), "لن نقبل"),
        ("الخَالِـــد: الموعد 10:30 غدا", ("PER", "الخَالِـــد"), "الموعد 10:30 غدا"),
        ("UNICEF: أطفال بلا مدارس 🙂", ("ORG", "UNICEF"), "أطفال بلا مدارس"),
    ],
)  # fmt: skip
def test_a_headline_that_the_model_has_missed(
    text: str, entity: tuple[str, str], content: str
) -> None:
    ((name, found),) = headline(text, entity)
    assert found.rstrip(" 🙂") == content and name == entity[1]


def test_a_title_and_a_name_before_a_colon() -> None:
    text = "وزير الخارجية سامح شكري: لن نقبل"
    found = headline(text, ("ROLE", "وزير الخارجية"), ("PER", "سامح شكري"))
    assert found == [("سامح شكري", "لن نقبل")]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("مصر: ضبط 44 متهما", ("LOC", "مصر")),
        ("السبت: انطلاق الدوري", ("DATE", "السبت")),
        ("الخالد 10:30 موعد اللقاء", ("PER", "الخالد")),
        ("لقاء الخالد: تفاصيل جديدة", ("PER", "الخالد")),
        ("الخالد يزور عدن: تفاصيل", ("PER", "الخالد")),
        ("الخالد", ("PER", "الخالد")),
        ("الخالد:", ("PER", "الخالد")),
    ],
)
def test_other_colons_are_no_speech(text: str, entity: tuple[str, str]) -> None:
    assert headline(text, entity) == []


def test_a_colon_in_the_body_is_none() -> None:
    line = "التقى الوزير نظيره في العاصمة وبحث معه العلاقات " * 6
    draft = Draft(f"خبر\n{line}\nالخالد: لن نقبل هذا").entity("PER", "الخالد")
    assert draft.document().quotes == ()
    short = Draft(f"خبر\nالخالد: لن نقبل هذا\n{line}").entity("PER", "الخالد")
    assert said(short.document()) == [("الخالد", "لن نقبل هذا")]


@pytest.mark.parametrize(
    "bullets",
    [
        ("- لن نقبل", "- نرفض هذا"), ("• لن نقبل", "• نرفض هذا"), ("* لن نقبل", "* نرفض هذا"),
        ("– لن نقبل", "— نرفض هذا"), ("1- لن نقبل", "2- نرفض هذا"), ("1. لن نقبل", "2. نرفض هذا"),
        ("1) لن نقبل", "(2) نرفض هذا"), ("٣- لن نقبل", "٤ - نرفض هذا"), ("▪ لن نقبل", "‣ نرفض هذا"),
        ("-لن نقبل", "-نرفض هذا"), ("\u200f- لن نقبل", "  - نرفض هذا"),
    ],
)  # fmt: skip
def test_bullets_below_a_name_and_a_colon(bullets: tuple[str, str]) -> None:
    text = "\n".join(["لقاء" + BODY, "تيلرسون:", *bullets, "وغادر تيلرسون"])
    draft = Draft(text).entity("PER", "تيلرسون", "t")
    assert said(draft.document()) == [("تيلرسون", "لن نقبل"), ("تيلرسون", "نرفض هذا")]
    (first, second) = draft.document().quotes
    assert first.speaker == second.speaker and first.cue is None and not first.implicit


@pytest.mark.parametrize("line", ["3.5 ملايين لاجئ", "10-15 شخصا", "لن نقبل", "2018 عام صعب"])
def test_a_line_that_starts_with_a_number_is_no_bullet(line: str) -> None:
    draft = Draft(f"لقاء{BODY}\nتيلرسون:\n{line}").entity("PER", "تيلرسون")
    assert draft.document().quotes == ()


def test_only_people_speak_in_bullets_that_the_model_has_not_marked() -> None:
    text = f"لقاء{BODY}\nمجلس الأمن:\n- الصين\n- روسيا"
    assert Draft(text).entity("ORG", "مجلس الأمن").document().quotes == ()
    marked = Draft(text).entity("ORG", "مجلس الأمن").colon("مجلس الأمن")
    assert [c for _, c in said(marked.document())] == ["الصين", "روسيا"]


def test_a_place_speaks_if_the_model_says_so() -> None:
    draft = Draft("البحرين: تصريحات مرفوضة").entity("LOC", "البحرين").colon("البحرين")
    doc = draft.document()
    assert said(doc) == [("البحرين", "تصريحات مرفوضة")]
    assert doc.quotes[0].source_type == "organisation"


def test_the_model_may_end_a_headline_before_the_name_of_the_site() -> None:
    text = "ساحلي: الرئيس سيستدعي الهيئة أخبار الجزائر"
    draft = Draft(text).entity("PER", "ساحلي").colon("ساحلي", "الرئيس سيستدعي الهيئة")
    assert said(draft.document()) == [("ساحلي", "الرئيس سيستدعي الهيئة")]


def test_where_there_is_no_colon_the_model_alone_decides() -> None:
    text = "نأسف لما حدث — هيئة الطيران"
    unsure = Draft(text).entity("ORG", "هيئة الطيران").colon("هيئة الطيران")
    assert unsure.document().quotes == ()
    sure = Draft(text).entity("ORG", "هيئة الطيران").colon("هيئة الطيران", "نأسف لما حدث")
    assert said(sure.document()) == [("هيئة الطيران", "نأسف لما حدث")]


def test_a_colon_is_not_found_twice() -> None:
    draft = Draft("الخالد: لن نقبل" + BODY).entity("PER", "الخالد").colon("الخالد")
    assert said(draft.document()) == [("الخالد", "لن نقبل")]
