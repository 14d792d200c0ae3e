"""Gender and number of cues and sources, and what they decide for a dropped subject."""

from __future__ import annotations

import pytest
from resolve_samples import Draft, said

from arabnews.text.agreement import agreements, cue_agreement, noun_agreement
from arabnews.text.normalise import normalise


@pytest.mark.parametrize(
    ("cue", "wanted"),
    [
        ("قال", "m"), ("وأضافت", "f"), ("مؤكدة", "f"), ("مُؤَكِّدًا", "m"),
        ("قالوا", "p"), ("يقولون", "p"), ("أكدا", "p"), ("وأضافا", "p"), ("قالتا", "p"),
        ("يؤكدان", "p"), ("لافتا", "m"), ("قائلا", "m"), ("نفى", "m"),
        ("تقول", "f"), ("وتابع", "m"), ("تابعت", "f"), ("وتحدّث", "m"), ("لفت", "m"), ("لفتت", "f"),
        ("وبيّن", "m"), ("منوهاً", "m"), ("قولها", "f"), ("قوله", "m"),
        ("وصفها", "m"), ("وصفتها", "f"),
        ("مشيرين", "p"), ("بحسب", None), ("وفق", None), ("تصريح", None), ("تصريحات", None),
        ("لتقول", "f"), ("", None), ("و", None), ("😀", None), ("ـــ", None),
    ],
)  # fmt: skip
def test_a_cue_tells_gender_and_number_by_its_letters(cue: str, wanted: str | None) -> None:
    assert cue_agreement(normalise(cue).text) == wanted


@pytest.mark.parametrize(
    ("form", "label", "wanted"),
    [
        ("الوزيرة", "ROLE", "f"), ("والوزير", "ROLE", "m"), ("مصادر", "source", "f"),
        ("مصدر", "source", "m"), ("شهود", "source", "p"), ("المسؤولون", "source", "p"),
        ("وسائل", "source", "f"), ("عدد", "source", None), ("وزارة", "ORG", "f"),
        ("مجلس", "ORG", None), ("العراق", "LOC", "m"), ("ألمانيا", "LOC", "f"),
        ("فاطمة", "PER", "s"), ("الجانبان", "source", "p"), ("الوزيران", "ROLE", "p"),
        ("طلبة", "source", "p"), ("مسؤولو", "source", "p"), ("بيان", "source", "m"),
        ("السكان", "source", "p"), ("الإعلان", "source", "m"), ("عضو", "source", "m"),
    ],
)  # fmt: skip
def test_a_noun_tells_only_what_its_letters_show(form: str, label: str, wanted: str | None) -> None:
    assert noun_agreement(normalise(form).text, label) == wanted


def test_feminine_nouns_decide_then_verbs_then_masculine_nouns() -> None:
    nouns = [
        ("a", "m"), ("a", "f"), ("b", "m"), ("c", "p"), (None, "f"), ("e", "s"), ("f", "s"),
        ("f", "m"), ("g", "s"),
    ]  # fmt: skip
    cues = [("a", "m"), ("b", "f"), ("b", "f"), ("b", "m"), ("c", "m"), ("d", "m"), ("d", None),
            ("g", "f")]  # fmt: skip
    assert agreements(nouns, cues) == {
        "a": "f", "b": "f", "c": "p", "d": "m", "e": "s", "f": "m", "g": "f",
    }  # fmt: skip


TEXT = (
    "قال الوزير سامي العلي إن المحادثات انتهت\n"
    "وقالت النائبة منى حداد إن البرلمان سيصوت\n"
    "{} أن الجلسة تعقد غدا"
)


@pytest.mark.parametrize(
    ("cue", "speaker"), [("وأضاف", "سامي العلي"), ("وأضافت", "منى حداد"), ("بحسب", "منى حداد")]
)
def test_a_dropped_subject_agrees_with_its_verb(cue: str, speaker: str) -> None:
    draft = (
        Draft(TEXT.format(cue))
        .entity("PER", "سامي العلي", cluster="sami")
        .entity("ROLE", "الوزير", cluster="sami")
        .entity("PER", "منى حداد", cluster="muna")
        .quote("قال", "إن المحادثات انتهت", speaker="سامي العلي")
        .quote("وقالت", "إن البرلمان سيصوت", speaker="منى حداد")
        .quote(cue, "أن الجلسة تعقد غدا", who={"سامي العلي": 0.0, "منى حداد": 0.0})
    )
    assert said(draft.document())[-1][0] == speaker
