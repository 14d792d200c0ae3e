from __future__ import annotations

from resolve_samples import Draft, said

TEXT = "ذكر الشيخ صباح الخالد أن الاجتماع ناجح. وقال إن القمة غدا."


def draft() -> Draft:
    d = Draft(TEXT).entity("PER", "الشيخ", "style").entity("PER", "صباح الخالد", "s")
    d.quote("ذكر", "أن الاجتماع ناجح", "الشيخ")
    return d.quote("وقال", "إن القمة غدا")


def test_a_style_alone_is_no_person_and_its_links_go_to_the_name() -> None:
    doc = draft().document()
    assert [e.text for e in doc.entities] == ["صباح الخالد"]
    assert said(doc) == [
        ("صباح الخالد", "أن الاجتماع ناجح"), ("صباح الخالد", "إن القمة غدا"),
    ]  # fmt: skip
    assert doc.quotes[0].speaker is not None and doc.quotes[0].speaker.text == "صباح الخالد"


def test_a_given_name_that_is_also_a_rank_stays() -> None:
    draft = Draft("وقال رائد إن الاجتماع ناجح.").entity("PER", "رائد")
    assert said(draft.quote("وقال", "إن الاجتماع ناجح", "رائد").document()) == [
        ("رائد", "إن الاجتماع ناجح"),
    ]  # fmt: skip
    doc = Draft("ذكر رائد صباح أن").entity("PER", "رائد").entity("PER", "صباح").document()
    assert [e.text for e in doc.entities] == ["صباح"]


def test_without_a_name_after_it_the_style_is_dropped() -> None:
    doc = Draft("ذكر الشيخ أن الاجتماع ناجح.").entity("PER", "الشيخ").document()
    assert doc.entities == () and doc.clusters == ()
