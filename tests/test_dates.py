"""Date expressions and what they mean in an article of Tuesday, 13 February 2018."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabnews.document import Timex
from arabnews.resolve.calendar import HIJRI_MONTHS, MONTHS, read_number
from arabnews.resolve.dates import resolve_date
from arabnews.resolve.periods import hijri_of

TODAY = date(2018, 2, 13)

# What the text alone says: the value with and without a day of publication.
ABSOLUTE = {
    "13 فبراير 2018": "2018-02-13", "13/2/2018": "2018-02-13", "2018-02-13": "2018-02-13",
    "١٣ فبراير ٢٠١٨": "2018-02-13", "13-2-2018": "2018-02-13", "2018/2/13م": "2018-02-13",
    "13 فبراير/شباط 2018": "2018-02-13", "13 شباط (فبراير) 2018": "2018-02-13",
    "13 فبراير شباط 2018": "2018-02-13", "الثالث عشر من فبراير 2018": "2018-02-13",
    "الثلاثاء 13 فبراير 2018": "2018-02-13",
    "يوم الثلاثاء، 13 من شهر فبراير عام 2018م": "2018-02-13",
    "13 فيفري 2018": "2018-02-13", "20 جوان 2017": "2017-06-20", "5 جويلية 1962": "1962-07-05",
    "9 أفريل 1938": "1938-04-09", "7 ماي 2017": "2017-05-07", "11 جانفي 2017": "2017-01-11",
    "20 أوت 1953": "1953-08-20", "20 غشت 1953": "1953-08-20", "26 شتنبر 2014": "2014-09-26",
    "6 نونبر 1975": "1975-11-06", "14 دجنبر 2017": "2017-12-14", "30 يوليوز 2018": "2018-07-30",
    "17 كانون الأول/ديسمبر 2010": "2010-12-17", "14 كانون الثاني 2011": "2011-01-14",
    "6 تشرين الأول 1973": "1973-10-06", "السابع من تشرين الأوّل/أكتوبر 2023": "2023-10-07",
    "الحادي عشر من سبتمبر 2001": "2001-09-11", "الثلاثين من يونيو 2013": "2013-06-30",
    "السادس والعشرين من مارس 2015": "2015-03-26", "July 31, 2015": "2015-07-31",
    "فبراير 2011": "2011-02", "ابريل نيسان 2010": "2010-04", "مارس2011": "2011-03",
    "شهر ماي سنة 2016": "2016-05", "نهاية ديسمبر 2017": "2017-12", "2018-02": "2018-02",
    "عام 2011": "2011", "سنة 2011": "2011", "2011": "2011", "لعام 2018": "2018", "و2014": "2014",
    "بالعام 2013م": "2013", "مطلع سنة 2017": "2017", "منذ عام 2011": "2011", "عام (1123م": "1123",
    "عام ألفين وثمانية عشر": "2018", "عام 3100 قبل الميلاد": "BC3100",
    "النصف الأول من 2015": "2015-H1", "الربع الثاني من عام 2015": "2015-Q2", "خريف 2012": "2012-FA",
    "التسعينيات": "199", "ثمانينيات القرن العشرين": "198", "القرن العشرين": "19",
    "1994-1995": "1994/1995", "من 2015 إلى 2017": "2015/2017", "عامي 2015 و2016": "2015/2016",
    "18 الى 24 أفريل 1955": "1955-04-18/1955-04-24", "بين 3 و5 مارس 2018": "2018-03-03/2018-03-05",
    "3-5/3/2018": "2018-03-03/2018-03-05", "2018-W07": "2018-W07",
    "15 رمضان 1439": "2018-05-30", "15 رمضان 1439هـ": "2018-05-30", "1/9/1439": "2018-05-16",
    "غرة رمضان 1439": "2018-05-16", "رمضان 1439": "2018-05-16/2018-06-14",
    "عام 1439هـ": "2017-09-21/2018-09-10", "16 / 11 / 1436 ه": "2015-08-31",
    "26 شوال 1436 هـ الموافق 11 اغسطس 2015 م": "2015-08-11",
    "2018-02-13T10:30": "2018-02-13T10:30", "الساعة 10:30": "T10:30", "14:08": "T14:08",
    "الساعة التاسعة مساءً": "T21:00", "الساعة 5 عصراً": "T17:00", "الواحدة بعد الظهر": "T13:00",
    "الساعة السادسة إلا ربعا مساء": "T17:45", "الساعة 20,00 ت غ": "T20:00Z",
    "الساعة 12 ظهرا": "T12:00", "الثانية عشرة ظهرا": "T12:00", "الـ7.30 مساء": "T19:30",
    "مساء 13 فبراير 2018": "2018-02-13TEV", "لمدة ساعتين": "PT2H", "خمسة أيام": "P5D",
    "خلال عشرة أيام": "P10D", "كل يوم": "P1D", "سنويا": "P1Y",
}  # fmt: skip

# What only the day of publication tells.
RELATIVE = {
    "أمس": "2018-02-12", "امس": "2018-02-12", "بالأمس": "2018-02-12", "وأمس": "2018-02-12",
    "أمـــس": "2018-02-12", "يوم أمس": "2018-02-12", "أمسِ": "2018-02-12",
    "أمس الأول": "2018-02-11", "أول أمس": "2018-02-11", "أول من أمس": "2018-02-11",
    "اليوم": "2018-02-13", "غدا": "2018-02-14", "غداً": "2018-02-14", "بعد غد": "2018-02-15",
    "الأحد": "2018-02-11", "الاحد": "2018-02-11", "يوم الأحد": "2018-02-11",
    "الثلاثاء": "2018-02-13", "الاربعاء": "2018-02-07", "الأحد الماضي": "2018-02-11",
    "الثلاثاء الماضي": "2018-02-06", "الأحد المقبل": "2018-02-18", "الثلاثاء القادم": "2018-02-20",
    "أمس الاثنين": "2018-02-12", "اليوم الثلاثاء": "2018-02-13", "اليوم الاثنين": "2018-02-12",
    "يوم غد الأربعاء": "2018-02-14", "الأحد من الأسبوع الماضي": "2018-02-11",
    "الأسبوع الماضي": "2018-W06", "الأسبوع المقبل": "2018-W08", "هذا الأسبوع": "2018-W07",
    "الأسبوع بعد المقبل": "2018-W09", "الشهر الماضي": "2018-01", "الشهر الجاري": "2018-02",
    "الشهر الحالي": "2018-02", "هذا الشهر": "2018-02", "نهاية الشهر": "2018-02",
    "الشهر المقبل": "2018-03", "العام الماضي": "2017", "العام الماضى": "2017",
    "العام الجاري": "2018", "مطلع العام الجاري": "2018", "العام المقبل": "2019",
    "العام قبل الماضي": "2016", "السنة الجارية": "2018", "نهاية العام": "2018",
    "النصف الثاني من العام": "2018-H2", "ستينيات القرن الماضي": "196",
    "مايو المقبل": "2018-05", "في مايو": "2018-05", "ديسمبر الماضي": "2017-12",
    "ديسمبر (كانون الأول) الماضي": "2017-12", "فبراير الماضي": "2017-02",
    "فبراير المقبل": "2019-02", "فبراير الجاري": "2018-02", "يناير": "2018-01", "إبريل": "2018-04",
    "أبريل/نيسان المقبل": "2018-04", "ديسمبر من العام الماضي": "2017-12",
    "26 يناير": "2018-01-26", "26 يونيو الماضي": "2017-06-26", "21 نوفمبر المقبل": "2018-11-21",
    "13 فبراير الجاري": "2018-02-13", "الـ 21 من الشهر الجاري": "2018-02-21",
    "في 27 الجاري": "2018-02-27", "يومي 25 و26 فبراير": "2018-02-25/2018-02-26",
    "26 إلى 28 يناير المقبل": "2019-01-26/2019-01-28", "الثلاثاء 13/2": "2018-02-13",
    "رمضان المقبل": "2018-05-16/2018-06-14", "أول أيام رمضان المقبل": "2018-05-16",
    "رمضان العام الماضي": "2017-05-27/2017-06-24", "27 جمادى الأولى الجاري": "2018-02-13",
    "الصيف الماضي": "2017-SU", "الصيف المقبل": "2018-SU",
    "قبل 6 شهور": "2017-08", "منذ ستة أشهر": "2017-08", "منذ يومين": "2018-02-11",
    "قبل ساعتين": "2018-02-13", "بعد أسبوعين": "2018-W09", "قبل ثلاثة أسابيع": "2018-W04",
    "قبل عام": "2017", "منذ عشرين عاما": "1998", "قبل خمس عشرة سنة": "2003",
    "قبل خمسة وعشرين عاما": "1993", "قبل تسعة وتسعين عاما": "1919",
    "قبل أحد عشر يوما": "2018-02-02",
    "بعد اثني عشر شهرا": "2019-02", "قبل سنة ونصف": "2016-08", "بعد 34 يوما": "2018-03-19",
    "قبل نحو شهرين": "2017-12", "بعد شهرين من الآن": "2018-04", "بعد مئة يوم": "2018-05-24",
    "مساء أمس": "2018-02-12TEV", "صباح الأربعاء": "2018-02-07TMO", "ليلة أمس": "2018-02-12TNI",
    "الليلة الماضية": "2018-02-12TNI", "الليلة": "2018-02-13TNI", "فجر اليوم": "2018-02-13TMO",
    "هذا الصباح": "2018-02-13TMO", "بعد ظهر غد": "2018-02-14TAF", "عصر السبت": "2018-02-10TAF",
    "وقت متأخر من مساء السبت": "2018-02-10TEV", "ليل السبت/الأحد": "2018-02-10TNI",
    "ظهر أمس": "2018-02-12TMI", "الساعة الخامسة والنصف مساء أمس": "2018-02-12T17:30",
    "اليوم الساعة 14:08": "2018-02-13T14:08", "حاليا": "PRESENT_REF", "حاليًا": "PRESENT_REF",
    "الآن": "PRESENT_REF", "مؤخراً": "PAST_REF", "قبل سنوات": "PAST_REF",
    "الأيام المقبلة": "FUTURE_REF", "السنوات العشر الأخيرة": "P10Y",
    "الأسابيع الثلاثة الماضية": "P3W",
    "الـ24 ساعة الماضية": "PT24H",
}  # fmt: skip

UNRESOLVED = [
    "", " ", "محمد", "31 فبراير", "31 فبراير 2018", "29 فبراير 2018", "32/1/2018", "13/13/2018",
    "الأربعاء 13 فبراير 2018", "أمس الجمعة", "العيد", "اليوم السادس", "اليوم التالي",
    "الأسبوع الأول", "15-مايو-18", "2018 - آب", "مايو – آب", "مايو-20", "2018-من", "آب/12-13",
    "بعد عام من الحرب", "قبل عام 2011", "بعد عام 2011", "قبل رمضان", "وقت سابق", "17", "13/2/18",
    "الساعة 5", "الساعة 25:00", "سبتمبر", "13 أغسطس", "شتاء 2017", "العشرينيات", "رجب وشعبان",
    "السبت والأحد", "أيام الخميس", "30 صفر 1439", "15 رمضان 1600", "عام 99999", "سنة 9" * 30,
    "منذ 99999999999999999999 سنة", "قبل 9999 سنة", "1436هـ – 2015م", "منذ أكثر من عامين",
    "مايو يونيو 2018", "مساء الأسبوع الماضي", "الساعة 12 مساء", "( ، )", "😀", "\u200f", "و", "ـــ",
    "عام", "الشهر", "2018 2019", "11 سبتمبر العراق", "5 مايو 2018 الموافق 5 يونيو 2018",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), ABSOLUTE.items())
@pytest.mark.parametrize("published", [TODAY, None])
def test_absolute(text, value, published):
    found = resolve_date(text, published)
    assert (found.status, found.value, found.anchor) == ("resolved", value, "text")


@pytest.mark.parametrize(("text", "value"), RELATIVE.items())
def test_relative(text, value):
    found = resolve_date(text, TODAY)
    assert (found.status, found.value, found.anchor) == ("resolved", value, "published")
    assert resolve_date(text, None) == Timex(type="DATE", status="unresolved")


@pytest.mark.parametrize("text", [*UNRESOLVED, "منذ", "حتى", "منذ،"])
def test_never_a_guess(text):
    assert resolve_date(text, TODAY) == Timex(type="DATE", status="unresolved")


def test_days_and_types():
    assert resolve_date("الأسبوع الماضي", TODAY) == Timex(
        type="DATE", status="resolved", value="2018-W06", begin="2018-02-05", end="2018-02-11",
        anchor="published",
    )  # fmt: skip
    assert resolve_date("فبراير 2016", None).end == "2016-02-29"
    assert resolve_date("التسعينيات", None).begin == "1990-01-01"
    assert resolve_date("مساء أمس", TODAY).type == "TIME"
    assert resolve_date("لمدة ساعتين", None).type == "DURATION"
    assert resolve_date("كل عام", None).type == "SET"
    assert resolve_date("15 رمضان 1439", None).calendar == "hijri"
    assert resolve_date("الساعة 10:30", TODAY).begin is None
    assert resolve_date("مؤخرا", TODAY).begin is None


def test_weekday_of_something_planned():
    assert resolve_date("الأحد", TODAY, prefer="future").value == "2018-02-18"
    assert resolve_date("الأحد الماضي", TODAY, prefer="future").value == "2018-02-11"


def test_year_of_the_hijri_calendar_by_publication():
    assert resolve_date("عام 1439", TODAY).calendar == "hijri"
    assert resolve_date("عام 1439", None).status == "unresolved"
    assert resolve_date("عام 1439م", None).value == "1439"


def test_published_as_a_moment():
    assert resolve_date("أمس", datetime(2018, 2, 13, 23, 59)).value == "2018-02-12"


def test_edges_of_time():
    assert resolve_date("أمس", date.min).status == "unresolved"
    assert resolve_date("غدا", date.max).status == "unresolved"
    assert resolve_date("العام المقبل", date.max).status == "unresolved"
    assert resolve_date("ديسمبر 9999", None).end == "9999-12-31"
    assert resolve_date("شعبان المقبل", date(1800, 1, 1)).status == "unresolved"


@pytest.mark.parametrize(
    ("words", "value"),
    [("ثلاثه", 3), ("احدي عشره", 11), ("اثنا عشر", 12), ("عشرون", 20), ("واحد و عشرين", 21),
     ("تسع و تسعون", 99), ("مئه", 100), ("مئه و خمسين", 150), ("ثلاثمئه", 300), ("الفين و 8", None),
     ("الف و تسعمئه و سبعه و ستين", 1967), ("خمسه الاف", 5000), ("12", 12), ("كتاب", None)],
)  # fmt: skip
def test_number_words(words, value):
    found = read_number(words.split())
    assert (found and found[0] if found and found[1] == len(words.split()) else None) == value


def _covers(found: Timex) -> None:
    assert (found.value is None) == (found.status == "unresolved")
    assert (found.begin is None) == (found.end is None)
    if found.begin and found.end:
        assert date.fromisoformat(found.begin) <= date.fromisoformat(found.end)
    assert Timex.from_dict(found.to_dict()) == found


_PIECES = [*ABSOLUTE, *RELATIVE, *MONTHS, *HIJRI_MONTHS, "الماضي", "المقبل", "هذا", "و", "-", "/",
           "من", "إلى", "قبل", "بعد", "منذ", "الساعة", "13", "2018", "1439", "ه", "م", "«", ")",
           "عام", "ونصف", "يوم", "كل", "الموافق", "\u0640", "\u064b", "😀"]  # fmt: skip


@given(st.text(max_size=60), st.none() | st.dates())
def test_any_text(text, published):
    _covers(resolve_date(text, published))


@given(st.lists(st.sampled_from(_PIECES), max_size=5), st.none() | st.dates())
def test_any_pieces(pieces, published):
    _covers(resolve_date(" ".join(pieces), published))


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["{d}/{m}/{y}", "{y}-{m:02}-{d:02}"]))
def test_numeric_days_round_trip(day, form):
    if 1343 <= day.year <= 1500:  # could be a Hijri year
        return
    found = resolve_date(form.format(d=day.day, m=day.month, y=day.year), None)
    assert found.value == found.begin == found.end == day.isoformat()


@given(st.dates(min_value=date(1900, 1, 1)), st.sampled_from(sorted(MONTHS)))
def test_written_days_round_trip(day, name):
    day = day.replace(day=min(day.day, 28), month=MONTHS[name])
    assert resolve_date(f"{day.day} {name} {day.year}", None).value == day.isoformat()


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2070, 1, 1)))
def test_hijri_days_round_trip(day):
    y, m, d = hijri_of(day)
    name = next(k for k, v in HIJRI_MONTHS.items() if v == m)
    found = resolve_date(f"{d} {name} {y}هـ", None)
    assert (found.value, found.calendar) == (day.isoformat(), "hijri")


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 99))
def test_days_ago(day, n):
    found = resolve_date(f"قبل {n} يوما", day)
    assert found.value == (day - timedelta(days=n)).isoformat()
