from __future__ import annotations

import pytest
from resolve_samples import Draft, said


def speakers(text: str, *quoted: tuple[str, str, str, str]) -> list[str | None]:
    """Return the names of who speaks; each of ``quoted`` is (label, speaker, cue, content)."""
    draft = Draft(text)
    for label, speaker, cue, content in quoted:
        last = (speaker, text.count(speaker) - 1)
        draft.entity(label, last).quote(cue, content, last)
    return [name for name, _ in said(draft.document())]


@pytest.mark.parametrize("again", ["المصدر", "المصدر ذاته", "ذات المصدر", "المصدر نفسه"])
def test_a_definite_noun_is_the_last_source_that_begins_with_it(again: str) -> None:
    text = f"قال مصدر أمني إن أ. وقال مصدر طبي إن ب. وأكد {again} ج"
    found = speakers(
        text, ("source", "مصدر أمني", "قال", "إن أ"), ("source", "مصدر طبي", "وقال", "إن ب"),
        ("source", again, "وأكد", "ج"),
    )  # fmt: skip
    assert found[1] == found[2] != found[0] == "مصدر أمني"


def test_or_the_last_organisation_that_does() -> None:
    text = "أعلنت وزارة الدفاع ووزارة الداخلية أمرا. وأكدت الوزارة أن الأمر انتهى"
    draft = Draft(text).entity("ORG", "وزارة الدفاع").entity("ORG", "ووزارة الداخلية")
    draft.entity("source", "الوزارة").quote("وأكدت", "أن الأمر انتهى", "الوزارة")
    doc = draft.document()
    assert said(doc) == [("وزارة الداخلية", "أن الأمر انتهى")]
    (quote,) = doc.quotes
    assert quote.speaker and quote.speaker.text == "الوزارة"
    assert quote.source_type == "organisation"
    assert [c.label for c in doc.clusters] == ["ORG", "ORG"]
    assert len(doc.quotes_by("وزارة الداخلية")) == 1


def test_or_an_office() -> None:
    draft = Draft("قال المتحدث باسم الوزارة سامي إن أ. وأضاف المتحدث أن ب")
    draft.entity("ROLE", "المتحدث باسم الوزارة", "s").entity("PER", "سامي", "s")
    draft.entity("source", ("المتحدث", 1))
    doc = draft.quote("وأضاف", "أن ب", ("المتحدث", 1)).document()
    assert said(doc) == [("سامي", "أن ب")]


@pytest.mark.parametrize("source", ["مصدر", "مصدر طبي", "البيان", "المصدر الطبي"])
def test_other_words_are_somebody_new(source: str) -> None:
    text = f"قال مصدر أمني إن أ. وأكد {source} ج"
    found = speakers(
        text, ("source", "مصدر أمني", "قال", "إن أ"), ("source", source, "وأكد", "ج")
    )
    assert found == ["مصدر أمني", source]


def test_nobody_is_meant_who_comes_later() -> None:
    text = "قال المصدر إن أ. وأكد مصدر أمني ج"
    found = speakers(
        text, ("source", "المصدر", "قال", "إن أ"), ("source", "مصدر أمني", "وأكد", "ج")
    )
    assert found == ["المصدر", "مصدر أمني"]
