from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arabnews.model.decode import ScoredSpan
from arabnews.model.repeats import with_repeats


def entity(first: int, stop: int, label: str, score: float = 0.99) -> ScoredSpan:
    return ScoredSpan(first, stop, "entity", label, score)


def places(spans: list[ScoredSpan], text: str) -> list[tuple[str, str]]:
    forms = text.split()
    return [
        (" ".join(forms[s.first : s.stop]), s.label) for s in with_repeats(spans, forms)
    ]


def test_a_sure_name_is_found_again_with_its_particle() -> None:
    text = "صباح الخالد في عدن ثم غادر صباح الخالد بعدن وعدن"
    assert places([entity(0, 2, "PER"), entity(3, 4, "LOC")], text) == [
        ("صباح الخالد", "PER"), ("عدن", "LOC"), ("صباح الخالد", "PER"), ("بعدن", "LOC"),
        ("وعدن", "LOC"),
    ]  # fmt: skip


def test_an_unsure_name_a_date_and_a_lone_organisation_are_not() -> None:
    text = "عدن الأحد المستشفى عدن الأحد المستشفى"
    spans = [entity(0, 1, "LOC", 0.7), entity(1, 2, "DATE"), entity(2, 3, "ORG")]
    assert with_repeats(spans, text.split()) == spans


def test_what_stands_in_a_longer_span_stays_in_it() -> None:
    text = "مصر رئيس مصر مصر"
    spans = [entity(0, 1, "LOC"), entity(1, 3, "ROLE")]
    assert places(spans, text) == [("مصر", "LOC"), ("رئيس مصر", "ROLE"), ("مصر", "LOC")]


def test_the_longer_name_goes_first() -> None:
    text = "عدن الكبرى عدن عدن الكبرى"
    spans = [entity(0, 2, "LOC"), entity(2, 3, "LOC")]
    assert places(spans, text)[-1] == ("عدن الكبرى", "LOC")


@given(
    st.lists(st.sampled_from(["عدن", "وعدن", "مصر", "في", "😀", ""]), max_size=12),
    st.data(),
)
def test_no_two_spans_overlap_and_none_is_lost(forms: list[str], data: st.DataObject) -> None:
    spans, at = [], 0
    while at < len(forms):
        stop = data.draw(st.integers(at + 1, len(forms)))
        label = data.draw(st.sampled_from(["PER", "LOC", "ORG", "ROLE", None]))
        if label:
            spans.append(entity(at, stop, label, data.draw(st.sampled_from([0.5, 0.95]))))
        at = stop
    found = with_repeats(spans, forms)
    assert set(spans) <= set(found)
    assert all(a.stop <= b.first for a, b in zip(found, found[1:], strict=False))
    assert with_repeats(found, forms) == found
