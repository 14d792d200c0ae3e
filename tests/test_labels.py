"""A name of one word has one label in an article, where the article leaves no doubt."""

from __future__ import annotations

from resolve_samples import Draft, said


def _draft(times: int) -> Draft:
    text = "الخالد: لن نقبل بذلك\n" + "\n".join("قال صباح الخالد" for _ in range(times))
    draft = Draft(text).entity("LOC", ("الخالد", 0))
    for n in range(times):
        draft.entity("PER", ("صباح الخالد", n), cluster="k")
    return draft


def test_a_place_that_the_body_calls_a_man_is_a_man_and_speaks() -> None:
    doc = _draft(3).document()
    assert {e.label for e in doc.entities} == {"PER"}
    assert said(doc) == [("صباح الخالد", "لن نقبل بذلك")]


def test_two_against_one_are_not_enough() -> None:
    assert [e.label for e in _draft(2).document().entities][0] == "LOC"
