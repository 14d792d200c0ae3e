"""Countries, nationalities and capitals, in the forms that newsrooms write."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabnews.resolve.places import capital_code, country_code, nationality_code, phrase_country

COUNTRIES = {
    "السعودية": "SA", "المملكة العربية السعودية": "SA", "المملكة": "SA", "أمريكا": "US",
    "أميركا": "US", "اميركا": "US", "الولايات المتحدة": "US", "الولايات المتحدة الأميركية": "US",
    "بريطانيا": "GB", "المملكة المتحدة": "GB", "الإمارات": "AE", "فلسطين": "PS", "سورية": "SY",
    "سوريا": "SY", "إيران": "IR", "ايران": "IR", "روسيا": "RU", "كوريا الشمالية": "KP",
    "كوريا الجنوبية": "KR", "المملكة المغربية": "MA", "دولة قطر": "QA",
    "جمهورية مصر العربية": "EG", "الجمهورية اللبنانية": "LB", "الجمهورية التركية": "TR",
    "الجمهورية الإسلامية الإيرانية": "IR", "سلطنة عمان": "OM", "عُمان": "OM", "عمان": "OM",
    "جواتيمالا": "GT", "ساحل العاج": "CI", "جنوب السودان": "SS", "السودان": "SD", "مالي": "ML",
    "النيجر": "NE", "نيجيريا": "NG", "اليَمَن": "YE", "العـراق": "IQ", "البحرين": "BH",
    "والكويت": "KW", "للهند": "IN", "بمصر": "EG", "وبالأردن": "JO", "لليبيا": "LY", "ولبنان": "LB",
    "كوبا": "CU", "بلجيكا": "BE", "فرنسا": "FR", "كندا": "CA", "الدنمارك": "DK", "المجر": "HU",
    "ألمانيا": "DE", "ألبانيا": "AL", "هونغ كونغ": "HK", "كوسوفو": "XK",
}  # fmt: skip
NATIONALITIES = {
    "السعودي": "SA", "السعودية": "SA", "السعوديين": "SA", "الأميركيين": "US", "الأمريكي": "US",
    "الامريكية": "US", "الأمريكيون": "US", "الأمريكان": "US", "المصريون": "EG", "المصرى": "EG",
    "التونسية": "TN", "البريطاني": "GB", "السورية": "SY", "سوريين": "SY", "السوريات": "SY",
    "اليمني": "YE", "يمنيتان": "YE", "الأتراك": "TR", "الروس": "RU", "ألماني": "DE",
    "الألمانية": "DE",
    "ألبانية": "AL", "مغاربة": "MA", "الإماراتية": "AE", "لبنانياً": "LB", "واللبنانيون": "LB",
    "النيجيرية": "NG", "النيجري": "NE", "الهندي": "IN", "للإيرانيين": "IR", "الإسرائيلية": "IL",
    "جنوب أفريقي": "ZA", "الجنوب أفريقية": "ZA", "الكورية الجنوبية": "KR", "الكوري الشمالي": "KP",
    "النمساوي": "AT", "ليبية": "LY", "العُماني": "OM", "القطريين": "QA", "الصينيون": "CN",
    "الفرنسيَّة": "FR", "كندية": "CA",
}  # fmt: skip
CAPITAL_CODES = {
    "واشنطن": "US", "الرياض": "SA", "موسكو": "RU", "طهران": "IR", "القاهرة": "EG", "أنقرة": "TR",
    "وباريس": "FR", "للدوحة": "QA", "بيونغ يانغ": "KP", "أبو ظبي": "AE", "عَمّان": "JO",
    "عمان": "JO",
    "صنعاء": "YE", "بكين": "CN", "تل أبيب": "IL", "رام الله": "PS", "كابل": "AF", "الكويت": "KW",
}  # fmt: skip
PHRASES = {
    "وزير الخارجية السعودي": "SA", "الحكومة اليمنية": "YE", "الجيش العراقي": "IQ",
    "الرئيس الأميركي دونالد ترامب": "US", "رئيس الولايات المتحدة": "US", "ملك البحرين": "BH",
    "وزير المالية السعودي": "SA", "رئيس جنوب السودان": "SS", "الرئيس الكوري الجنوبي": "KR",
    "وزارة الخارجية الكورية الشمالية": "KP", "الرئيس الجنوب أفريقي": "ZA",
    "القوات الأمريكية في أمريكا": "US", "سلطات طهران": "IR", "والحكومة الفلسطينية": "PS",
    "المندوب الأميركي لدى الأمم المتحدة": "US", "رئيس مالي": "ML", "مسؤول تركي": "TR",
    "سلطنة عُمان": "OM", "سفير عَمّان": "JO",
    "سفير السعودية لدى مصر": None, "سفير قطر في القاهرة": None, "المحيط الهندي": None,
    "محمد": None, "وزارة الداخلية": None, "الأمير تركي بن فيصل": None, "خبير مالي": None,
    "الرئيس المالي": None, "المغرب العربي": None, "أميركا اللاتينية": None, "": None, "عمان": None,
    "خادم الحرمين الشريفين": None, "العلاقات السورية - اللبنانية": None,
}  # fmt: skip


@pytest.mark.parametrize(("name", "code"), COUNTRIES.items())
def test_countries(name, code):
    assert country_code(name) == code


@pytest.mark.parametrize(("word", "code"), NATIONALITIES.items())
def test_nationalities(word, code):
    assert nationality_code(word) == code


@pytest.mark.parametrize(("name", "code"), CAPITAL_CODES.items())
def test_capitals(name, code):
    assert capital_code(name) == code


@pytest.mark.parametrize(("phrase", "code"), PHRASES.items())
def test_phrases(phrase, code):
    assert phrase_country(phrase) == code


@pytest.mark.parametrize(
    "word",
    ["محمد", "علي", "الدولي", "الخارجية", "المالية", "عربي", "الأوروبي", "الوطنية", "رئيسي",
     "هاني", "القمري", "الكوري", "اليمنى", "جماهيري", "الاتحاد الأوروبي", "الأمم المتحدة", "هند",
     "الكونغو", "", "😀", "abc", "و", "لل", "ال"],
)  # fmt: skip
def test_no_country(word):
    assert country_code(word) is None
    assert nationality_code(word) is None


def test_syria_and_syrian():
    assert country_code("سوريا") == "SY" and nationality_code("سوريا") is None
    assert country_code("السورية") is None and nationality_code("السورية") == "SY"
    assert capital_code("سوريا") is None


def test_amman_is_not_oman():
    assert country_code("عَمّان") is None and capital_code("عُمان") is None


def test_every_name_of_the_cldr_has_its_code():
    from babel import Locale

    for code, name in Locale("ar").territories.items():
        if len(code) == 2 and code.isalpha() and code not in {"EU", "UN", "EZ", "ZZ", "QO"}:
            assert country_code(name) in (code, None) or code in ("CG", "CD"), name


def test_import_does_not_load_babel():
    code = ("import sys, arabnews.resolve.places, arabnews.resolve.dates;"
            "assert 'babel' not in sys.modules and 'torch' not in sys.modules")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.text(max_size=40))
def test_any_text(text):
    for ask in (country_code, nationality_code, capital_code, phrase_country):
        found = ask(text)
        assert found is None or (len(found) == 2 and found.isupper())
