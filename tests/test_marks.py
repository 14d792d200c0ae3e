from __future__ import annotations

import pytest
from hypothesis import example, given
from strategies import texts

from arabnews.document import Entity, Quote, Span
from arabnews.resolve.marks import classify_marks, find_marks, mark_pairs
from arabnews.text.words import paragraphs


def pairs(text: str) -> list[str]:
    return [text[p.start : p.end] for p in mark_pairs(text) if p.closed]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("قال «نعم» وغادر", ["«نعم»"]),
        ("قال “نعم” وغادر", ["“نعم”"]),
        ('قال "نعم" وغادر', ['"نعم"']),
        ("قال ''نعم'' وغادر", ["''نعم''"]),
        ("قال ‘‘نعم’’ وغادر", ["‘‘نعم’’"]),
        ("قال „نعم” وغادر", ["„نعم”"]),
        ("قال «نعم «هذا» صحيح» وغادر", ["«نعم «هذا» صحيح»", "«هذا»"]),
        ('قال «نعم "هذا" صحيح» وغادر', ['«نعم "هذا" صحيح»', '"هذا"']),
        ("قال “نعم» وغادر", ["“نعم»"]),
        ('قال “نعم" وغادر', ['“نعم"']),
        ("قال ““نعم”” وغادر", ["““نعم””"]),
        ('قال ""نعم"" وغادر', ['""نعم""']),
        ("قال ”نعم“ وغادر", ["”نعم“"]),  # turned the wrong way
        ("قال: ” نعم” و”لا”.", ["” نعم”", "”لا”"]),
        ("قال »نعم« وغادر", ["»نعم«"]),
        ("مضيفا » نحن نرفض » وغادر", ["» نحن نرفض »"]),
        ("كتب لـ”عين اليوم”: نعم", ["”عين اليوم”"]),
        ("\u200f«نعم»\u200f وغادر", ["«نعم»"]),
        ("قال\u200f ”\u200fنعم\u200f“\u200f وغادر", ["”\u200fنعم\u200f“"]),
        ('"نعم"، "لا"', ['"نعم"', '"لا"']),
        ("قَالَ «نَعَـــمْ».وغادر", ["«نَعَـــمْ»"]),
        ("قال «UNICEF 🙂» وغادر", ["«UNICEF 🙂»"]),
        ("قال نعم» وغادر", []),
        ("", []),
    ],
)
def test_pairs(text: str, found: list[str]) -> None:
    assert pairs(text) == found


def test_an_open_mark_reaches_to_the_end_of_its_paragraph() -> None:
    text = "قال «نعم\nوغادر» المكان"
    (pair,) = mark_pairs(text)
    assert not pair.closed and text[pair.start : pair.end] == "«نعم"
    assert find_marks(text)[1] == [text.index("»")]


def test_a_closing_mark_alone_pairs_with_nothing() -> None:
    assert find_marks("ونحن نرفض» ثم «نعم» وغادر") == (mark_pairs("ونحن نرفض» ثم «نعم» وغادر"), [9])


def test_of_an_odd_number_of_straight_marks_the_one_that_closes_is_loose() -> None:
    text = 'نرفض هذا". وقال: "نعم"'
    assert pairs(text) == ['"نعم"']
    assert find_marks(text)[1] == [text.index('"')]


@example("«أ “ب» ج” د")
@example('"أ «ب" ج» "')
@given(texts)
def test_pairs_nest_or_are_apart_and_stay_in_their_paragraph(text: str) -> None:
    found, loose = find_marks(text)
    lines = paragraphs(text)
    for p in found:
        assert 0 <= p.start < p.end <= len(text)
        assert any(s <= p.start and p.end <= e for s, e in lines)
        assert "\n" not in text[p.start : p.end]
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            assert a.start < b.start
            assert b.end <= a.end or a.end <= b.start
    assert all(text[i] in "»”›\"’'" for i in loose)
    assert len({p.start for p in found} | set(loose)) == len(found) + len(loose)


def span(text: str, surface: str) -> Span:
    at = text.index(surface)
    return Span(at, at + len(surface), surface)


def kinds(text: str, content: list[str], entities: list[tuple[str, str]]) -> list[str]:
    quotes = [Quote("mixed", (span(text, c),)) for c in content]
    named = []
    for label, surface in entities:
        s = span(text, surface)
        named.append(Entity(s.start, s.end, surface, label, surface))
    return [m.kind for m in classify_marks(text, quotes, named)]


def test_marks_hold_speech_a_name_or_a_scare_quote() -> None:
    text = "قال إن «داعش» هزم، وأكد «نرفض هذا الوضع» و«نعم» في «المهزلة» أمس «الأحد»"
    found = kinds(
        text, ["نعم", "أكد «نرفض هذا الوضع"], [("ORG", "داعش"), ("DATE", "الأحد")]
    )
    assert found == ["name", "speech", "speech", "scare", "scare"]


def test_a_short_part_of_a_quote_in_marks_is_no_speech() -> None:
    text = "قال إن «الشرعية الدولية» تقضي «بأن نقف معا الآن»"
    assert kinds(text, [text[4:-1]], []) == ["scare", "speech"]


def test_a_name_inside_reported_speech_stays_a_name() -> None:
    text = "قال إن «حركة شباب المجاهدين» انسحبت"
    assert kinds(text, [text[4:]], [("ORG", "حركة شباب المجاهدين")]) == ["name"]


def test_marks_include_the_marks_and_hold_at_least_a_word() -> None:
    text = "قال «نعم» و«» و«…»"
    (mark,) = classify_marks(text, [], [])
    assert mark.text == "«نعم»" == text[mark.start : mark.end]
