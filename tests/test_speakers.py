from __future__ import annotations

import pytest
from resolve_samples import Draft, said

TALK = (
    "قمة في الرياض\n"
    "قال وزير الخارجية سامح شكري إن القمة غدا. وتابع «مصر ترفض التهديدات». "
    "وقال إن الموعد ثابت. وأضاف لافروف أن موسكو توافق. وأكد أن القرار نهائي."
)


def talk() -> Draft:
    draft = Draft(TALK).entity("PER", "سامح شكري", "s").entity("PER", "لافروف", "l")
    draft.entity("ROLE", "وزير الخارجية", "s").entity("LOC", "موسكو").entity("LOC", "الرياض")
    draft.quote("قال", "إن القمة غدا", "سامح شكري").quote("وتابع", "مصر ترفض التهديدات")
    draft.quote("وقال", "إن الموعد ثابت")
    draft.quote("وأضاف", "أن موسكو توافق", "لافروف")
    return draft.quote("وأكد", "أن القرار نهائي")


def test_a_dropped_subject_goes_on_with_whoever_spoke_last() -> None:
    doc = talk().document()
    assert said(doc) == [
        ("سامح شكري", "إن القمة غدا"), ("سامح شكري", "مصر ترفض التهديدات"),
        ("سامح شكري", "إن الموعد ثابت"), ("لافروف", "أن موسكو توافق"),
        ("لافروف", "أن القرار نهائي"),
    ]  # fmt: skip
    assert [q.implicit for q in doc.quotes] == [False, True, True, False, True]
    assert [q.speaker.text if q.speaker else None for q in doc.quotes][:2] == ["سامح شكري", None]
    assert [q.cue.text for q in doc.quotes if q.cue][1] == "وتابع"
    assert [q.source_type for q in doc.quotes] == ["named"] * 5


def test_the_model_may_know_better_who_goes_on() -> None:
    draft = Draft(TALK).entity("PER", "سامح شكري", "s").entity("PER", "لافروف", "l")
    draft.quote("قال", "إن القمة غدا", "سامح شكري")
    draft.quote("وتابع", "مصر ترفض التهديدات", who={"سامح شكري": -1.0, "لافروف": 4.0})
    quote = draft.document().quotes[1]
    assert draft.document().speaker_name(quote) == "لافروف"
    assert 0.5 < quote.speaker_score < 1


def test_scores_of_the_mentions_of_one_person_add_up() -> None:
    draft = Draft("التقى شكري لافروف وزار شكري عدن. وقال إن الأمر انتهى")
    draft.entity("PER", ("شكري", 0), "s").entity("PER", "لافروف", "l")
    draft.entity("PER", ("شكري", 1), "s")
    draft.quote("وقال", "إن الأمر انتهى", who={("شكري", 0): 1.0, ("شكري", 1): 1.0, "لافروف": 1.5})
    doc = draft.document()
    assert doc.speaker_name(doc.quotes[0]) == "شكري"


def test_nobody_has_spoken_yet() -> None:
    doc = Draft("وقال إن الأمر انتهى").quote("وقال", "إن الأمر انتهى").document()
    (quote,) = doc.quotes
    assert quote.who is None and quote.implicit and quote.source_type is None
    assert doc.speaker_name(quote) is None


def test_whoever_speaks_in_a_headline_has_spoken_too() -> None:
    draft = Draft("لافروف: لن نقبل\nوتابع إن الأمر انتهى").entity("PER", "لافروف")
    doc = draft.quote("وتابع", "إن الأمر انتهى").document()
    assert said(doc) == [("لافروف", "لن نقبل"), ("لافروف", "إن الأمر انتهى")]


def test_wordings_of_one_anonymous_source_are_one() -> None:
    draft = Draft("قال مصدر أمني إن أ قتل. وقال شهود عيان إن ب قتل. وأكد المصدر الأمني ج وأعلن كذا")
    for source in ("مصدر أمني", "شهود عيان", "المصدر الأمني"):
        draft.entity("source", source)
    draft.quote("قال", "إن أ قتل", "مصدر أمني").quote("وقال", "إن ب قتل", "شهود عيان")
    doc = draft.quote("وأكد", "ج", "المصدر الأمني").quote("وأعلن", "كذا").document()
    assert doc.entities == ()
    assert [(c.label, c.name, c.mentions) for c in doc.clusters] == [
        ("NONE", "مصدر أمني", ()), ("NONE", "شهود عيان", ()),
    ]  # fmt: skip
    first, witnesses, again, implied = doc.quotes
    assert first.who == again.who == implied.who != witnesses.who
    assert [q.source_type for q in doc.quotes] == [
        "anonymous", "collective", "anonymous", "anonymous",
    ]  # fmt: skip


def test_relayed_speech_is_that_of_its_source() -> None:
    draft = Draft("نقلت وكالة رويترز عن مصدر أمني أن الجيش تقدم. وقالت رويترز إن الحرب انتهت")
    draft.entity("ORG", "وكالة رويترز", "r").entity("ORG", ("رويترز", 1), "r")
    draft.entity("source", "مصدر أمني")
    draft.quote("نقلت", "أن الجيش تقدم", "مصدر أمني")
    doc = draft.quote("وقالت", "إن الحرب انتهت", ("رويترز", 1)).document()
    relayed, own = doc.quotes
    assert relayed.via and relayed.via.text == "وكالة رويترز"
    assert doc.speaker_name(relayed) == "مصدر أمني"
    assert own.via is None and doc.speaker_name(own) == "وكالة رويترز"


def test_a_quote_inside_a_quote_knows_it() -> None:
    draft = Draft("قال سامي إن أحمد أكد أن عليا زعم أن الحرب انتهت")
    for name in ("سامي", "أحمد", "عليا"):
        draft.entity("PER", name)
    draft.quote("قال", "إن أحمد أكد أن عليا زعم أن الحرب انتهت", "سامي")
    draft.quote("أكد", "أن عليا زعم أن الحرب انتهت", "أحمد")
    doc = draft.quote("زعم", "أن الحرب انتهت", "عليا").document()
    assert [q.parent for q in doc.quotes] == [None, 0, 1]
    assert [q.stance for q in doc.quotes] == ["neutral", "neutral", "distancing"]


def test_what_is_said_beside_one_another_has_no_parent() -> None:
    assert [q.parent for q in talk().document().quotes] == [None] * 5


@pytest.mark.parametrize(
    ("text", "content", "type"),
    [
        ("قال سامي: «نعم»", "نعم", "direct"),
        ("قال سامي: “نعم لهذا", "نعم لهذا", "direct"),  # never closed
        ('قال سامي: "لا نقبل «هذا» أبدا"', "لا نقبل «هذا» أبدا", "direct"),
        ("قال سامي: ”لا نقبل هذا“ وغادر", "لا نقبل هذا", "direct"),
        ("قال سامي إن مصر ترفض", "إن مصر ترفض", "indirect"),
        ("قال سامي إن «داعش» هزم", "إن «داعش» هزم", "indirect"),
        ("قال سامي إن «الدولة الإسلامية» هزمت", "إن «الدولة الإسلامية» هزمت", "indirect"),
        ("قال سامي إن «مصر ترفض التهديد»", "إن «مصر ترفض التهديد", "mixed"),
        ("قال سامي إن مصر «لا» تقبل «ذلك» أبدا", "إن مصر «لا» تقبل «ذلك» أبدا", "indirect"),
        ("«نرفض هذا الأمر» قال سامي", "نرفض هذا الأمر", "direct"),
        ("«نحن مع ما قال سامي إن مصر ترفض»", "إن مصر ترفض", "indirect"),  # another's marks
        ("«نحن نقول ما قال سامي: \"مصر ترفض\" دوما»", "مصر ترفض", "direct"),
    ],
)
def test_types(text: str, content: str, type: str) -> None:
    draft = Draft(text).entity("PER", "سامي").quote("قال", content, "سامي")
    assert draft.document().quotes[0].type == type


def test_a_doubtful_speaker_makes_a_doubtful_quote() -> None:
    draft = Draft("قال سامي إن مصر ترفض").entity("PER", "سامي")
    (sure,) = draft.quote("قال", "إن مصر ترفض", "سامي").document().quotes
    draft = Draft("قال سامي إن مصر ترفض").entity("PER", "سامي")
    (doubtful,) = draft.quote("قال", "إن مصر ترفض", "سامي", score=0.4).document().quotes
    assert sure.speaker_score == doubtful.speaker_score == pytest.approx(0.9)
    assert doubtful.score < sure.score <= 0.9


def test_two_speakers_in_one_headline_end_each_other() -> None:
    text = "المنيس: لا نقبل المساس بسيادة أي دولة... وسالغادو: الكويت «وسيط موثوق»\nخبر"
    draft = (
        Draft(text)
        .entity("PER", "المنيس")
        .entity("PER", "وسالغادو")
        .colon("المنيس", "لا نقبل المساس بسيادة أي دولة... وسالغادو: الكويت «وسيط موثوق")
        .colon("وسالغادو", "الكويت «وسيط موثوق")
    )
    assert [words for _, words in said(draft.document())] == [
        "لا نقبل المساس بسيادة أي دولة", "الكويت «وسيط موثوق",
    ]  # fmt: skip
