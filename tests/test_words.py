from __future__ import annotations

import re

import pytest
from gold_samples import GOLD
from hypothesis import given
from strategies import texts

from arabnews.text.words import (
    EDGE_MARKS,
    grapheme_starts,
    paragraphs,
    sentences,
    units,
    words,
)


def surfaces(text: str) -> list[str]:
    return [text[s:e] for s, e in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال: «نعم».وغادر", ["قال", "نعم", "وغادر"]),
        ("بلغ 3.5 عند 10:30.", ["بلغ", "3.5", "عند", "10:30"]),
        ("2018-02-13", ["2018-02-13"]),
        ("(ار.تي.ال)", ["ار", "تي", "ال"]),
        ("كتاب- ـكتابـ", ["كتاب", "كتاب"]),
        ("مُحَمَّدٌ زارَ", ["مُحَمَّدٌ", "زارَ"]),
        ("👨\u200d👩\u200d👧 قال", ["👨\u200d👩\u200d👧", "قال"]),
        ("قال\u00a0الوزير\u2028نعم", ["قال", "الوزير", "نعم"]),
        ("", []),
        (" \n\t ", []),
        ("«»…،", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«َقال", ["قال"]),  # an accent on a quotation mark belongs to the mark
        ("ي \u064c أ", ["ي", "أ"]),
        ("ـَكتاب", ["كتاب"]),
        ("*\ufe0f\u20e3 قال", ["قال"]),  # a keycap is one grapheme that starts with a mark
        ("قال\u0600،", ["قال"]),  # a number sign joins what follows
        ("\u064cقال", ["\u064cقال"]),  # nothing before it to join
        ("\n\u064cقال", ["\u064cقال"]),
    ],
)
def test_a_word_never_cuts_a_grapheme(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


def reference_words(text: str) -> list[tuple[int, int]]:
    """The definition of a word, written plainly and without regard to graphemes."""
    marks = re.compile(r"(?<!\d)[.,:]|[.,:](?!\d)|[«»\"“”،؛؟!…()\[\]{}]")
    out = []
    for run in re.finditer(r"\S+", marks.sub(" ", text)):
        inside = [i for i in range(*run.span()) if text[i] not in EDGE_MARKS]
        if inside:
            out.append((inside[0], inside[-1] + 1))
    return out


def test_words_are_those_of_the_definition_on_news() -> None:
    for article in GOLD:
        assert words(article["text"]) == reference_words(article["text"])


@given(texts)
def test_words_lie_within_the_definition_and_on_graphemes(text: str) -> None:
    found, plain, starts = words(text), reference_words(text), grapheme_starts(text)
    assert all(s in starts and e in starts for s, e in found)
    assert all(any(a <= s and e <= b for a, b in plain) for s, e in found)
    lost = [p for p in plain if not any(p[0] <= s and e <= p[1] for s, e in found)]
    for a, b in lost:  # only what joins the space or the mark beside it is no word
        assert not any(i in starts for i in range(a, b)) or b not in starts


@given(texts)
def test_units_cover_everything_but_white_space_in_order(text: str) -> None:
    at, covered = 0, set()
    for unit in units(text):
        assert at <= unit.start < unit.end
        at = unit.end
        covered |= set(range(unit.start, unit.end))
        assert (unit.kind == "break") == (text[unit.start : unit.end] == "\n")
    assert covered >= {i for i, c in enumerate(text) if not c.isspace() or c == "\n"}


@given(texts)
def test_sentences_lie_in_paragraphs_and_lose_no_word(text: str) -> None:
    lines, found = paragraphs(text), sentences(text)
    assert all("\n" not in text[s:e] for s, e in lines)
    assert all(any(a <= s and e <= b for a, b in lines) for s, e in found)
    assert found == sorted(found)
    for s, e in words(text):
        assert sum(a <= s and e <= b for a, b in found) == 1


def test_sentences() -> None:
    text = "قال د. علي إن 3.5 كافية. وأضاف «لا!» ثم غادر؟ نعم…\nفقرة"
    assert [text[s:e].strip() for s, e in sentences(text)] == [
        "قال د. علي إن 3.5 كافية.", "وأضاف «لا!»", "ثم غادر؟", "نعم…", "فقرة",
    ]  # fmt: skip


def test_runs_of_marks_cost_linear_time() -> None:
    # quadratic time would take hours
    assert len(sentences("." * 300_000 + "س")) == 1
    assert words("." + "\u064b" * 300_000) == []


def test_many_abbreviations_cost_linear_time() -> None:
    import time

    started = time.perf_counter()
    sentences("أ. " * 60_000)
    assert time.perf_counter() - started < 3
