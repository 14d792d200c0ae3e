"""Attached و ف ب ل ك come off on evidence, and never off a name of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabnews.text.clitics import prefix_length, spelling_key, strip_prefix

STRIPPED = {
    "والكويت": "الكويت", "وبالرياض": "الرياض", "بوزارة": "وزارة", "للأمم المتحدة": "الأمم المتحدة",
    "وللكويت": "الكويت", "فالعراق": "العراق", "كالعراق": "العراق", "بالقاهرة": "القاهرة",
    "ولوزارة الخارجية": "وزارة الخارجية", "ومصر": "مصر", "لسوريا": "سوريا", "بلبنان": "لبنان",
    "للبنان": "لبنان", "لليبيا": "ليبيا", "للندن": "لندن", "لليمن": "اليمن", "وواشنطن": "واشنطن",
    "وبغداد": "بغداد", "ببغداد": "بغداد", "لباريس": "باريس", "وفرنسا": "فرنسا",
    "لألمانيا": "ألمانيا", "وآل سعود": "آل سعود", "ووكالة رويترز": "وكالة رويترز",
    "و2014": "2014", "لـ2018": "2018", "وCNN": "CNN", "لـBBC": "BBC",
    "وَالكُوَيت": "الكُوَيت", "لـلأمم": "الأمم", "والـكويت": "الـكويت",
    "للجنة الأطباء": "لجنة الأطباء", "للجنة المركزية": "اللجنة المركزية",
    "للمدير الجديد": "المدير الجديد", 'لـ"الوطن': "الوطن", "ب«الجزيرة": "الجزيرة",
}  # fmt: skip

WHOLE = (
    "لبنان واشنطن فرنسا بغداد كوريا وليد لافروف بلجيكا فلسطين كلينتون باريس وجدة وزارة وكالة"
    " والي فالح بدر فهد كمال كامل كريم بشار باسم فيصل فؤاد وسام وائل لطفي ليلى بلال بيروت بنغازي"
    " لندن ليبيا كندا كوبا كينيا كابول كاليفورنيا فالنسيا بالتيمور بولندا بريطانيا وارسو وهران"
    " كركوك كربلاء لوكسمبورغ بوتين كيري فلاديمير لجنة لواء كتائب بنك بلدية والدة السعودية محمد"
).split()


@pytest.mark.parametrize(("surface", "name"), STRIPPED.items())
def test_attached_letters_come_off(surface, name):
    assert strip_prefix(surface) == name
    rest = surface[prefix_length(surface) :]
    assert rest in (name, name.removeprefix("ا"), name.removeprefix("ال"))


@pytest.mark.parametrize("surface", WHOLE)
def test_names_stay_whole(surface):
    assert strip_prefix(surface) == surface
    assert prefix_length(surface) == 0


def test_without_evidence_a_word_stays_whole():
    assert strip_prefix("لتيلرسون") == "لتيلرسون"


@pytest.mark.parametrize(
    "known",
    [{"تيلرسون"}, ["ريكس تيلرسون"], ("تِيلَرسون",), lambda name: name == "تيلرسون"],
)
def test_what_the_caller_knows_is_evidence(known):
    assert strip_prefix("لتيلرسون", known) == "تيلرسون"
    assert prefix_length("لتيلرسون", known) == 1


def test_known_never_splits_a_name_with_that_letter():
    known = {"بنان", "غداد", "ليد", "ريم", "امل"}
    for surface in ("لبنان", "بغداد", "وليد", "كريم", "كامل"):
        assert strip_prefix(surface, known) == surface


def test_oujda_or_and_jeddah():
    assert strip_prefix("وجدة") == "وجدة"
    assert strip_prefix("وجدة", {"جدة"}) == "جدة"
    assert strip_prefix("وجدة", {"جدة", "وجدة"}) == "وجدة"


def test_lam_of_the_article_or_of_the_name_known():
    assert strip_prefix("لليث", {"ليث"}) == "ليث"
    assert strip_prefix("لليث", {"الليث"}) == "الليث"


@pytest.mark.parametrize(
    "surface", ["", " ", "و", "وو", "لل", "و«", "ب", "😀", "\u200f", "و «", "الـ"]
)
def test_fragments(surface):
    assert strip_prefix(surface) == surface
    assert prefix_length(surface) == 0


def test_spelling_key():
    assert spelling_key("الأَربِعـاء") == "الاربعاء"
    assert spelling_key("مصرى") == "مصري"
    assert spelling_key("١٢") == "12"


@given(st.text(st.sampled_from("وفبلكالأمحدرن «»\"ـَُّ\u200fabc1 "), max_size=12))
def test_what_is_left_is_the_end_of_the_surface(surface):
    name, length = strip_prefix(surface), prefix_length(surface)
    assert 0 <= length <= len(surface)
    assert name in (lost + surface[length:] for lost in ("", "ا", "ال"))
    assert strip_prefix(surface, ()) == name


@given(st.text(max_size=20))
def test_any_text(surface):
    assert strip_prefix(surface).endswith(surface[prefix_length(surface) :])
