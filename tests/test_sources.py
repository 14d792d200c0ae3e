from __future__ import annotations

import pytest

from arabnews.resolve.sources import is_relay, source_type, stance


@pytest.mark.parametrize(
    ("cue", "found"),
    [
        ("قال", "neutral"), ("وأضاف", "neutral"), ("مؤكدا", "neutral"), ("وفق", "neutral"),
        (None, "neutral"), ("", "neutral"), ("وصف", "neutral"), ("فسر", "neutral"),
        ("كشف", "endorsing"), ("وكشفت", "endorsing"), ("أثبت", "endorsing"), ("وأظهر", "endorsing"),
        ("زعم", "distancing"), ("وزعمت", "distancing"), ("ادعى", "distancing"),
        ("مدعيا", "distancing"), ("زاعما", "distancing"),
        ("نفى", "denying"), ("ونفت", "denying"), ("نافيا", "denying"), ("أنكر", "denying"),
        ("فنّد", "denying"), ("وفند", "denying"),
        ("نَفَى", "denying"), ("نفـــى", "denying"), ("\u200fونفى", "denying"),
    ],
)  # fmt: skip
def test_stance(cue: str | None, found: str) -> None:
    assert stance(cue) == found


@pytest.mark.parametrize(
    ("cue", "found"),
    [("نقلت", True), ("ونقل", True), ("نقلا", True), ("تنقل", True), ("قال", False),
     (None, False), ("", False), ("وقال", False)],
)  # fmt: skip
def test_relay(cue: str | None, found: bool) -> None:
    assert is_relay(cue) is found


@pytest.mark.parametrize(
    ("label", "name", "labels", "found"),
    [
        ("PER", "صباح الخالد", ("ROLE", "PER"), "named"),
        ("PER", "وزير الخارجية", ("ROLE",), "role"),
        ("ORG", "وزارة الداخلية", ("ORG",), "organisation"),
        ("LOC", "الكويت", ("LOC",), "organisation"),
        ("NONE", "مصدر أمني", ("source",), "anonymous"),
        ("NONE", "مَصـــادر", ("source",), "anonymous"),
        ("NONE", "مسؤول", ("source",), "anonymous"),
        ("NONE", "شهود عيان", ("source",), "collective"),
        ("NONE", "عدد من النواب", ("source",), "collective"),
        ("NONE", "المتظاهرون", ("source",), "collective"),
        ("NONE", "البيان", ("source",), "document"),
        ("NONE", "دراسة حديثة", ("source",), "document"),
        ("MISC", "الأكراد", ("MISC",), "collective"),
    ],
)
def test_source_type(label: str, name: str, labels: tuple[str, ...], found: str) -> None:
    assert source_type(label, name, labels) == found
