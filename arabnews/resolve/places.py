"""Which country a name, a nationality or the title of an office speaks of.

Codes are ISO 3166-1 alpha-2 (and XK for Kosovo). Names come from the Unicode CLDR through Babel,
read on first use, and from a table of newsroom forms. A word that could be of two countries, or
of none, answers ``None``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from ..text.clitics import spelling_key
from ..text.words import words
from .countries import CAPITALS, NAMES, NISBAS, NOT_COUNTRIES

__all__ = ["capital_code", "country_code", "nationality_code", "phrase_country"]

_LOCALES = ("ar", "ar_AE", "ar_EG", "ar_SA")
_HEADS = ("دوله", "جمهوريه", "مملكه", "سلطنه", "اماره")
_ENDINGS = ("يتان", "يتين", "يات", "يان", "يين", "يون", "يه", "يا", "يو", "يي", "ي")
_LONGEST = 5  # words in the longest name that is looked for in a phrase
# Derived adjectives that are words of their own: مالي (financial), غيني, كوري of two countries …
_AMBIGUOUS = frozenset(
    "مالي كوري كونغولي دومينيكي سامو صحراوي ليبري جزري مارشالي قمري جنوبي شمالي غربي عربي"
    " افريقي متحدي تومي كوكي ماني تريني بوتي بنيني اراضي عاجي جبلي اسودي لاوي تيموري"
    " هندوري نيوي بالي ناوري".split()
)
# Names of a country that are common nouns; «جماهيري» is of the crowd.
_NO_NISBA = frozenset("المملكه السلطنه الجماهيريه".split())
# «خبير مالي» is financial, «مدرسة بنين» for boys: a country only after one of these.
_COMMON = frozenset({"مالي", "بنين"})
_BEFORE = frozenset("جمهوريه دوله رئيس رئيسه حكومه جيش شعب سلطات شمال جنوب في الي من لدي".split())
# «الأمير تركي بن فيصل»: a given name after these, or at the start.
_STYLES = frozenset("الامير الشيخ بن ابن اللواء العميد الدكتور المستشار".split())
_OMAN = re.compile("ع\u064f\u0645[\u064b-\u0652]*ا")
_AMMAN = re.compile("ع(?:\u064e\u0645|\u0645[\u064b-\u0652]*\u0651)[\u064b-\u0652]*ا")
# Phrases in which a nationality names no country.
_NO_COUNTRY = (
    "المحيط الهندي", "الهنود الحمر", "امريكا اللاتينيه", "اميركا اللاتينيه", "امريكا الجنوبيه",
    "اميركا الجنوبيه", "امريكا الشماليه", "اميركا الشماليه", "امريكا الوسطي", "اميركا الوسطي",
    "المغرب العربي", "المغرب الاسلامي", "الصين الجنوبي", "تركيا الفتاه", "روسيا اليوم",
    "الامريكتين", "الاميركيتين", "الامريكيتين", "نيو مكسيكو",
)  # fmt: skip


@cache
def _names() -> dict[str, str]:
    """Country names in spelling keys; CLDR first, newsroom forms over it."""
    from babel import Locale

    table: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) != 2 or not code.isalpha() or code in NOT_COUNTRIES:
                continue
            for form in _forms(name):
                table.setdefault(form, code)
    table.update({_key(name): code for name, code in NAMES.items()})
    return table


def _forms(name: str) -> Iterator[str]:
    """Yield a CLDR name, also without its parenthesis, and with ج for غ («جواتيمالا»)."""
    for form in {_key(name), _key(name.split("(")[0])}:
        yield form
        if "غ" in form and len(form) > 4 and form != "المغرب":
            yield form.replace("غ", "ج")


@cache
def _capitals() -> dict[str, str]:
    return {_key(name): code for name, code in CAPITALS.items()}


@cache
def _nisbas() -> dict[str, str | None]:
    """Masculine adjectives and broken plurals without the article; ``None``: two claim one."""
    table: dict[str, str | None] = {}
    for name, code in _names().items():
        if name in _NO_NISBA:
            continue
        stem = name if name in ("المانيا", "البانيا") else name.removeprefix("ال")
        if " " in stem or len(stem) < 3:
            continue
        for ending in ("ستان", "يا", "يه", "ا", "ه", "ي", ""):
            if ending != "ستان" and stem.endswith(ending) and len(stem) - len(ending) > 2:
                nisba = stem.removesuffix(ending) + "ي"
                if table.setdefault(nisba, code) != code:
                    table[nisba] = None
                break
    for nisba in _AMBIGUOUS:
        table.pop(nisba, None)
    table.update({_key(nisba): code for nisba, code in NISBAS.items()})
    table["قمري"] = table["عاجي"] = None  # lunar; ivory
    return table


def _key(text: str) -> str:
    """Return a spelling key with hyphens and runs of white space as one space."""
    return " ".join(spelling_key(text).replace("-", " ").split())


def _bare(key: str) -> Iterator[str]:
    """Yield the key, then without an attached و ف ب ل ك (للهند → الهند)."""
    yield key
    rest = key[1:] if key[:1] in "وف" else key
    if rest != key:
        yield rest
    if rest[:2] == "لل":
        yield "ال" + rest[2:]
    if rest[:1] in ("ب", "ل", "ك"):
        yield rest[1:]


def country_code(name: str) -> str | None:
    """Return the ISO 3166 alpha-2 code of a country named in Arabic, or ``None``.

    An attached و ف ب ل ك does no harm. «عُمان» without its vowels is read as Oman (see
    ``capital_code``), «المملكة» alone as Saudi Arabia.

    >>> country_code("سوريا"), country_code("والولايات المتحدة"), country_code("محمد")
    ('SY', 'US', None)
    """
    return None if _is_amman(name) else _country(_key(name))


def _country(key: str) -> str | None:
    table = _names()
    for form in _bare(key):
        if form in table:
            return table[form]
        head, _, rest = form.removeprefix("ال").partition(" ")
        if head in _HEADS and rest:
            # «دولة قطر», «جمهورية مالي العربية»; «الجمهورية اللبنانية»
            found = table.get(rest) or table.get(rest.rsplit(" ", 1)[0])
            return found or (_nisba(rest.split()[0]) if form.startswith("ال") else None)
    return None


def capital_code(name: str) -> str | None:
    """Return the code of the country whose capital, or seat of government, this is.

    >>> capital_code("طهران"), capital_code("جدة")
    ('IR', None)
    """
    return None if _is_oman(name) else _capital(_key(name))


def _capital(key: str) -> str | None:
    table = _capitals()
    return next((table[form] for form in _bare(key) if form in table), None)


def nationality_code(word: str) -> str | None:
    """Return the country of an adjective or noun of nationality, in any gender and number.

    >>> nationality_code("الأميركيين"), nationality_code("السورية"), nationality_code("سوريا")
    ('US', 'SY', None)
    """
    # «اليد اليمنى», right
    return None if "يمنى" in word else _nationality(_key(word))


def _nationality(key: str) -> str | None:
    for form in _bare(key):
        if not form.startswith("ال") and form in _names() and form[-1:] != "ي":
            return _names()[form] if form.endswith("يه") and _nisba(form) else None
        if found := _nisba(form):
            return found
    return None


def _nisba(form: str) -> str | None:
    """Look an adjective up, with the article (once) and without («ألماني» begins with its ال)."""
    first = form.split(" ")[0]
    stems = [form]
    if first.startswith("ال") and len(first) > 4:
        stems.append(" ".join(w.removeprefix("ال") if len(w) > 4 else w for w in form.split()))
    return next((code for stem in stems if (code := _of_stem(stem))), None)


def _of_stem(stem: str) -> str | None:
    table = _nisbas()
    if stem in table:
        return table[stem]
    last, _, rest = stem.partition(" ")
    for ending in _ENDINGS:
        if last.endswith(ending) and len(last) - len(ending) > 1:
            root = last.removesuffix(ending) + "ي"
            if rest:  # «الكورية الجنوبية»
                root += " " + rest.removesuffix("ه").removesuffix("ي") + "ي"
            if root in table:
                return table[root]
        # «الجنوب أفريقية»: of two words the second alone is declined
        if rest.endswith(ending) and f"{last} {rest.removesuffix(ending)}ي" in table:
            return table[f"{last} {rest.removesuffix(ending)}ي"]
    return None


def phrase_country(phrase: str) -> str | None:
    """Return the country that an actor phrase or a title speaks of, if it is one alone.

    Countries, capitals and nationalities count, the longest name at each word.

    >>> phrase_country("وزير الخارجية السعودي"), phrase_country("سفير قطر في القاهرة")
    ('SA', None)
    """
    key = _key(phrase)
    for other in _NO_COUNTRY:
        key = key.replace(other, ".")
    tokens = [key[s:e] for s, e in words(key)]
    found: set[str] = set()
    at = 0
    while at < len(tokens):
        for n in range(min(_LONGEST, len(tokens) - at), 0, -1):
            form = " ".join(tokens[at : at + n])
            if _common(form, tokens[at - 1] if at else "", len(tokens)):
                continue
            codes = _codes(form, phrase)
            if codes:
                found |= codes
                at += n
                break
        else:
            at += 1
    return found.pop() if len(found) == 1 else None


def _codes(form: str, phrase: str) -> set[str]:
    """Everything that one name may mean: «عمان» is a country and a capital."""
    if " " not in form:
        codes = {_nationality(form), _country(form), _capital(form)} - {None}
        if form.endswith("عمان") and len(codes) > 1:
            vowelled = "OM" if _is_oman(phrase) else "JO" if _is_amman(phrase) else None
            codes = {vowelled} if vowelled else codes
    else:
        codes = {_country(form), _capital(form), _nisba(form)} - {None}
    return {c for c in codes if c}


def _common(form: str, before: str, length: int) -> bool:
    """Whether a word that could be a country is more likely a common noun or a given name."""
    if form in _COMMON:
        return length > 1 and before not in _BEFORE
    return form == "تركي" and (not before or before in _STYLES)


def _is_oman(text: str) -> bool:
    """Whether the text writes عُمان with the vowel of the country."""
    return bool(_OMAN.search(unicodedata.normalize("NFC", text)))


def _is_amman(text: str) -> bool:
    """Whether the text writes عَمّان with a vowel or the doubled letter of the city."""
    return bool(_AMMAN.search(unicodedata.normalize("NFC", text)))
