"""Gender and number, as far as a word's letters tell: who can stand behind «وأضافت» or «وتابعوا».

An Arabic verb agrees with its subject even where the subject is not written. The functions
answer only on evidence: of a personal name they tell no more than that it is one person, and
every noun that is no office or source stays unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Literal, TypeVar

from .lexicon import word_set

__all__ = ["Agreement", "agreements", "compare", "cue_agreement", "noun_agreement"]

Who = TypeVar("Who", bound=Hashable)

#: Masculine singular, feminine singular (also plurals of things: «مصادر»), more than one person,
#: one person of either gender.
Agreement = Literal["m", "f", "p", "s"]


# Perfect verbs that begin with ت or end with ت in the masculine too.
_MASCULINE = word_set("""
    تابع توقع تحدث تعهد تساءل تسائل تمنى تطرق توعد تمسك تراجع تناول تقدم توجه تاسف تذكر تنبا تدارك
    تبنى تعجب تفاءل تخوف توسل تبجح تباهى تلا لفت اثبت التفت صوت ثبت نعت بين منوها منبها متوجها لافتا
""")
# «قوله», «تصريحها», «تأكيدهم»: the pronoun tells.
_OWN = re.compile(r"ب?(?:قول|تصريح|تصريحات|تاكيد|اعلان|اشارت|حديث|نفي|كلام|دعوت)(ه|ها|هم)")
# Reporting nouns and particles: they agree with nobody.
_NOUNS = word_set("""
    وفق وفقا حسب بحسب حسبما وفقما طبقا نقلا بيان بيانات قول قولا اعلان كلام حديث خبر رد اشارة
    دعوة رسالة كلمة تغريدة تدوينة مقابلة مذكرة نفي اتهام مداخلة افادة رواية شهادة مصدر تقرير
""")
# Plurals of things, or of bodies of people that Arabic treats as things.
_THINGS = word_set("""
    مصادر تقارير وسائل مصالح قوات اوساط دوائر صحف وثائق رسائل انباء فصائل كتل احزاب نتائج ارقام
""")
# Plurals of people that no ending shows.
_PEOPLE = word_set("""
    شهود سكان اهالي خبراء نشطاء علماء وزراء رؤساء زعماء سفراء نواب اعضاء ضباط قادة عمال طلاب
    اطباء حلفاء شركاء اقرباء اصحاب زملاء طلبة ساسة اساتذة قضاة دعاة رعاة كتاب تجار ثوار
""")
# Not two of anything, though they end in ان.
_NO_PAIRS = word_set("""
    اعلان عنوان سلطان ديوان برلمان ميدان انسان سكان لجان بلدان مهرجان احسان عدوان ربان
""")
_FEMININE = ("ة", "ات", "تان", "تين")
# Of both people, or what both did: «أكدا», «قالا», «أوضحتا».
_PAIR = re.compile(r"ا\w{2,3}ا|قالا|[^م]\w{2,}تا|(?:ي|ت)\w{3,}ان")
# Words of quantity and sameness: the next noun decides.
_OPEN = word_set("عدد بعض بعضهم كثير عديد ذات نفس كل احد احدى اعلى اكبر ابرز")
# The places that are not feminine, as other countries and all cities are.
_MASCULINE_PLACES = word_set(
    "العراق لبنان الاردن المغرب السودان اليمن الصومال البيت الكرملين الفاتيكان قصر"
)


def cue_agreement(form: str) -> Agreement | None:
    """Return whom a reporting word agrees with, given as ``normalise`` writes it.

    >>> cue_agreement("واضافت"), cue_agreement("مؤكدا"), cue_agreement("قالوا")
    ('f', 'm', 'p')
    >>> cue_agreement("وتابع"), cue_agreement("بحسب")
    ('m', None)
    """
    inner = form[1:] if form[:1] in ("و", "ف", "ل") else form
    if form in _MASCULINE or inner in _MASCULINE:
        return "m"
    if own := _OWN.fullmatch(form) or _OWN.fullmatch(inner):
        return {"ه": "m", "ها": "f", "هم": "p"}[own[1]]  # type: ignore[return-value]
    if form in _NOUNS or inner in _NOUNS:
        return None
    form = form.removesuffix("ها")  # «وصفها»: an object
    if len(form) > 4 and form[0] in "وفل":
        form = form[1:]
    if len(form) < 3 or not form.isalpha() or form.endswith("ات"):
        return None
    if form.endswith(("وا", "ون", "ين")) or _PAIR.fullmatch(form):
        return "p"
    if form.endswith("ة"):
        return "f"
    if form[0] == "ت" and len(form) == 5 and form[3] == "ي":  # «تصريح», «تأكيد» are nouns
        return None
    return "f" if form[0] == "ت" or form.endswith("ت") else "m"


def noun_agreement(form: str, label: str) -> Agreement | None:
    """Return what agrees with a mention whose first word is ``form``, or ``None`` where unknown.

    ``label`` is its entity label, or ``source`` for a source that is no entity. Titles and
    sources without a feminine ending are masculine.

    >>> noun_agreement("المتحدثة", "ROLE"), noun_agreement("مسؤولون", "source")
    ('f', 'p')
    >>> noun_agreement("سعاد", "PER"), noun_agreement("الجانبان", "source")
    ('s', 'p')
    """
    if label == "PER":
        return "s"
    if label in ("MISC", "DATE", "argument"):
        return None
    if label == "LOC":
        return "m" if form.removeprefix("و") in _MASCULINE_PLACES else "f"
    if form in _THINGS:
        return "f"
    for prefix in ("لل", "وال", "بال", "ال", "و"):
        if form.startswith(prefix) and len(form) > len(prefix) + 2:
            form = form[len(prefix) :]
            break
    if form in _OPEN:
        return None
    if label == "ORG":
        return "f" if form.endswith(_FEMININE) else None
    return _people_agreement(form)


def _people_agreement(form: str) -> Agreement:
    """Return what agrees with a title or a source, its article taken off."""
    if form in _PEOPLE:
        return "p"
    if form in _THINGS or form.endswith(_FEMININE):
        return "f"
    several = form.endswith(("ون", "ين", "و")) or (form.endswith("ان") and form not in _NO_PAIRS)
    return "p" if several and len(form) > 4 else "m"


def compare(known: Agreement | None, wanted: Agreement | None) -> tuple[bool, bool]:
    """Tell whether a speaker agrees with a cue, and whether it disagrees.

    >>> compare("f", "f"), compare("s", "p"), compare("s", "f"), compare(None, "m")
    ((True, False), (False, True), (False, False), (False, False))
    """
    if known is None or wanted is None:
        return False, False
    if known == "s":
        return False, wanted == "p"
    return known == wanted, known != wanted


def agreements(
    nouns: Iterable[tuple[Who | None, Agreement | None]],
    cues: Iterable[tuple[Who | None, Agreement | None]],
) -> dict[Who, Agreement]:
    """Return what agrees with each speaker, from its nouns and from the verbs it is subject of.

    A feminine or plural noun decides; then what most verbs say (a woman can be «الرئيس»); then a
    masculine noun; then a name.

    >>> agreements([("سعاد", "m")], [("سعاد", "f")])
    {'سعاد': 'f'}
    """
    of_nouns: dict[Who, Agreement] = {}
    of_cues: dict[Who, Counter[Agreement]] = {}
    for who, agreement in nouns:
        if who is not None and agreement:
            known = of_nouns.setdefault(who, agreement)
            if known == "s" or (known == "m" and agreement != "s"):
                of_nouns[who] = agreement
    for who, agreement in cues:
        if who is not None and agreement:
            of_cues.setdefault(who, Counter())[agreement] += 1
    spoken = {
        who: counted.most_common(1)[0][0]
        for who, counted in of_cues.items()
        if of_nouns.get(who, "m") in ("m", "s")
    }
    return of_nouns | spoken
