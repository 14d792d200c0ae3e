from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from arabnews.text.normalise import PROFILES, normalise


@pytest.mark.parametrize(
    ("text", "compact", "arabert"),
    [
        ("قَالَ الأميـــر", "قال الامير", "قال الأمير"),
        ("مُحَمَّدٌ", "محمد", "محمد"),
        ("ﺍﻟﻌﺮﺍﻕ", "العراق", "العراق"),
        ("ﻻ", "لا", "لا"),
        ("٣٫٥ و۱۴", "3٫5 و14", "3٫5 و14"),
        ("UNICEF", "unicef", "UNICEF"),
        ("“نعم”", "«نعم»", "“نعم”"),
        ("ا\u0654", "ا", "أ"),
        ("إيران\u200f\u202b", "ايران", "إيران"),
        ("ک ی", "ك ي", "ك ي"),
        ("a\x00b\ud800c", "a bc", "a bc"),
        ("سطر\nآخر\r", "سطر\nاخر ", "سطر\nآخر "),
    ],
)
def test_profiles(text: str, compact: str, arabert: str) -> None:
    assert normalise(text, "compact").text == compact
    assert normalise(text, "arabert").text == arabert


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ValueError, match="klassisch.*compact"):
        normalise("نعم", "klassisch")


@given(texts, st.sampled_from(PROFILES))
def test_offsets_run_parallel_and_never_decrease(text: str, profile: str) -> None:
    out = normalise(text, profile)
    assert len(out.text) == len(out.offsets)
    assert list(out.offsets) == sorted(out.offsets)
    assert all(0 <= i < len(text) for i in out.offsets)


@given(texts, st.sampled_from(PROFILES))
def test_normalising_twice_changes_nothing(text: str, profile: str) -> None:
    once = normalise(text, profile).text
    assert normalise(once, profile).text == once


@given(texts)
def test_nothing_that_breaks_a_tokenizer_is_left(text: str) -> None:
    out = normalise(text).text
    out.encode("utf-8")  # no lone surrogate
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in out if c != "\n")


@given(texts)
def test_lines_stay_lines(text: str) -> None:
    assert normalise(text).text.count("\n") == text.count("\n")
