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


@pytest.mark.parametrize(
    ("noun", "label", "name"),
    [
        ("البيان", "ORG", "حركة النور"), ("بلاغ", "ORG", "حركة النور"),
        ("المتحدث ذاته", "PER", "سامي العلي"), ("المنظمة", "ORG", "حركة النور"),
        ("الأخير", "PER", "سامي العلي"), ("المسؤول نفسه", "PER", "سامي العلي"),
    ],
)  # fmt: skip
def test_a_noun_that_stands_for_somebody_is_who_likeliest_speaks(
    noun: str, label: str, name: str
) -> None:
    text = f"زار سامي العلي مقر حركة النور في عدن. وأكد {noun} أن أ انتهى. وأضاف أن ب انتهى"
    draft = Draft(text).entity("PER", "سامي العلي").entity("ORG", "حركة النور")
    draft.entity("LOC", "عدن").entity("source", noun)
    scores = {"سامي العلي": 1.0, "حركة النور": 0.9, "عدن": 0.8, noun: 3.0}
    if label == "ORG":
        scores["سامي العلي"] = scores["عدن"] = -5.0
    draft.quote("وأكد", "أن أ انتهى", noun, who=scores)
    doc = draft.quote("وأضاف", "أن ب انتهى", who={noun: 0.0, "عدن": 0.0}).document()
    assert [n for n, _ in said(doc)] == [name, name]
    assert doc.quotes[0].speaker and doc.quotes[0].speaker.text == noun
    assert noun not in {c.name for c in doc.clusters}


def test_a_statement_of_nobody_speaks_for_itself() -> None:
    draft = Draft("وأكد البيان أن أ انتهى").entity("source", "البيان")
    doc = draft.quote("وأكد", "أن أ انتهى", "البيان", who={"البيان": 0.0}).document()
    assert said(doc) == [("البيان", "أن أ انتهى")]
    assert doc.quotes[0].source_type == "document"


def test_a_source_is_called_as_it_was_brought_in() -> None:
    found = speakers(
        "قال مصدر طبي إن أ. وأكد المصدر الطبي ذاته ب",
        ("source", "مصدر طبي", "قال", "إن أ"), ("source", "المصدر الطبي ذاته", "وأكد", "ب"),
    )  # fmt: skip
    assert found == ["مصدر طبي"] * 2
    text = "قال مصدر مطلع في الشرطة إن أ. وأكد المصدر المطلع ج"
    found = speakers(
        text, ("source", "مصدر مطلع في الشرطة", "قال", "إن أ"),
        ("source", "المصدر المطلع", "وأكد", "ج"),
    )  # fmt: skip
    assert found == ["مصدر مطلع في الشرطة"] * 2
