from __future__ import annotations

import pytest
from resolve_samples import Draft

from arabnews.resolve.names import Group, matches, name_key

SPEECH = (
    "الخالد: لن نقبل\n"
    "قال وزير الخارجية صباح الخالد للصحفيين إن الكويت ترفض. وأكد الخالد ذلك، وزار والكويت معا."
)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("الخَالِد", "خالد"), ("الأحمد", "الاحمد"), ("مصطفى", "مصطفي"), ("فاطمة", "فاطمه"),
        ("محـــمد", "محمد"), ("\u200fسامي", "سامي"), ("«داعش»", "داعش"), ("UNICEF", "unicef"),
    ],
)  # fmt: skip
def test_spellings_of_one_name(a: str, b: str) -> None:
    assert name_key(a) == name_key(b)


@pytest.mark.parametrize("short", ["الله", "ال", "الي"])
def test_a_short_word_keeps_its_first_letters(short: str) -> None:
    assert name_key(short)[0].startswith("ال")


@pytest.mark.parametrize(
    ("query", "names", "found"),
    [
        ("الخالد", ["صباح الخالد"], True), ("صباح الخالد", ["الشيخ صباح خالد الحمد"], True),
        ("خالد", ["صَباح الخَالد"], True), ("الخالد صباح", ["صباح الخالد"], True),
        ("محمد الخالد", ["صباح الخالد"], False), ("الخال", ["صباح الخالد"], False),
        ("وزير الخارجية", ["صباح الخالد", "وزير الخارجية"], True),
        ("صباح الوزير", ["صباح الخالد", "الوزير"], False),
        ("", ["صباح"], False), ("🙂", ["صباح"], False), ("صباح", [], False),
    ],
)  # fmt: skip
def test_matches(query: str, names: list[str], found: bool) -> None:
    assert matches(query, names) is found


def speech() -> Draft:
    draft = Draft(SPEECH)
    draft.entity("PER", "الخالد", "k").entity("ROLE", "وزير الخارجية", "k")
    draft.entity("PER", "صباح الخالد", "k").entity("PER", ("الخالد", 2), "k")
    return draft.entity("LOC", "الكويت", "q").entity("LOC", "والكويت", "q")


def test_a_cluster_has_its_fullest_name_and_its_roles() -> None:
    doc = speech().document()
    khaled, kuwait = doc.clusters
    assert (khaled.label, khaled.name, khaled.roles) == ("PER", "صباح الخالد", ("وزير الخارجية",))
    assert [doc.entities[m].text for m in khaled.mentions] == [
        "الخالد", "وزير الخارجية", "صباح الخالد", "الخالد",
    ]  # fmt: skip
    assert (kuwait.name, kuwait.country) == ("الكويت", "KW")
    assert all(doc.entities[m].cluster == c.id for c in doc.clusters for m in c.mentions)


def test_names_lose_an_attached_particle_and_texts_do_not() -> None:
    doc = speech().document()
    assert [(e.text, e.name) for e in doc.entities][-1] == ("والكويت", "الكويت")


def test_one_spelling_is_one_thing_without_a_link_too() -> None:
    draft = Draft("زار سامي العلي عدن. وبعد أيام غادر سامي العلي عدن إلى قطر.")
    for nth in (0, 1):
        draft.entity("PER", ("سامي العلي", nth)).entity("LOC", ("عدن", nth))
    doc = draft.entity("LOC", "قطر").document()
    assert [(c.name, len(c.mentions)) for c in doc.clusters] == [
        ("سامي العلي", 2), ("عدن", 2), ("قطر", 1),
    ]  # fmt: skip


def test_two_people_with_one_surname_stay_apart() -> None:
    draft = Draft("التقى صباح الخالد محمد الخالد. وقال الخالد إن اللقاء مهم. وأيد محمد الخالد ذلك.")
    draft.entity("PER", "صباح الخالد", "s").entity("PER", "محمد الخالد", "m")
    draft.entity("PER", ("الخالد", 2), "s").entity("PER", ("محمد الخالد", 1), "m")
    doc = draft.document()
    assert [(c.name, len(c.mentions)) for c in doc.clusters] == [
        ("صباح الخالد", 2), ("محمد الخالد", 2),
    ]  # fmt: skip


def test_one_spelling_under_two_labels_is_two_things() -> None:
    draft = Draft("واشنطن ترفض. وقال واشنطن إن أباه غائب").entity("LOC", "واشنطن")
    doc = draft.entity("PER", ("واشنطن", 1)).document()
    assert [c.label for c in doc.clusters] == ["LOC", "PER"]


def test_a_link_between_labels_that_cannot_be_one_thing_is_left_out() -> None:
    draft = Draft("قال وزير الدفاع إن عدن آمنة").entity("LOC", "عدن", "x")
    doc = draft.entity("ROLE", "وزير الدفاع", "x").document()
    assert [(c.label, c.name) for c in doc.clusters] == [("PER", "وزير الدفاع"), ("LOC", "عدن")]


def test_an_office_that_nobody_is_named_for_is_a_person_named_by_it() -> None:
    doc = Draft("أعلن وزير الدفاع الفرنسي ذلك").entity("ROLE", "وزير الدفاع الفرنسي").document()
    (cluster,) = doc.clusters
    assert (cluster.label, cluster.name, cluster.country) == ("PER", "وزير الدفاع الفرنسي", "FR")
    assert cluster.roles == ("وزير الدفاع الفرنسي",)


def test_dates_are_in_no_cluster() -> None:
    doc = Draft("زار عدن أمس").entity("DATE", "أمس").document("2018-02-13")
    assert doc.clusters == () and doc.entities[0].cluster is None
    assert doc.entities[0].timex and doc.entities[0].timex.value == "2018-02-12"


def test_quotes_by_a_part_of_a_name_or_a_role() -> None:
    draft = speech().quote("قال", "إن الكويت ترفض", "صباح الخالد")
    doc = draft.quote("وأكد", "ذلك", ("الخالد", 2)).document()
    for name in ("الخالد", "صباح الخالد", "خالد", "صَبَاح", "وزير الخارجية"):
        assert len(doc.quotes_by(name)) == 3, name
    assert doc.quotes_by("محمد الخالد") == doc.quotes_by("") == ()


def test_labels_of_a_group() -> None:
    group = Group()
    group.add(0, "source", "المصدر")
    assert group.label == "NONE"
    group.add(1, "ROLE", "وزير المالية")
    assert group.label == "PER" and group.roles == ("وزير المالية",)
    group.add(2, "ORG", "وزارة المالية")
    assert (group.label, group.name) == ("ORG", "وزارة المالية")


def test_two_men_with_unlike_names_are_never_one() -> None:
    text = "تيلرسون يصل الكويت\nقال وزير الخارجية الشيخ صباح الخالد إن تيلرسون وتلرسون واحد"
    draft = (
        Draft(text)
        .entity("PER", ("تيلرسون", 0), cluster="all")
        .entity("ROLE", "وزير الخارجية", cluster="all")
        .entity("PER", "صباح الخالد", cluster="all")
        .entity("PER", ("تيلرسون", 1), cluster="t")
    )
    doc = draft.document()
    of = {(e.text, e.start): e.cluster for e in doc.entities}
    first, second = [c for (t, _), c in of.items() if t == "تيلرسون"]
    (khalid,) = [c for (t, _), c in of.items() if t == "صباح الخالد"]
    (minister,) = [c for (t, _), c in of.items() if t == "وزير الخارجية"]
    assert first == second != khalid == minister
