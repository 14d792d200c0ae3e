from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arabnews.document import Argument, Cluster, Document, Entity, Event, Quote, Span, Timex
from arabnews.errors import InputError
from arabnews.terminal import _columns, _cut, _wrap, render_text

TEXT = "الوزير يلتقي NATO\nوقال سامي العلي أمس إن اللقاء سيُعقد في عدن."


def span(words: str) -> Span:
    at = TEXT.index(words)
    return Span(at, at + len(words), words)


def sample() -> Document:
    name, day = span("سامي العلي"), span("أمس")
    timex = Timex("DATE", "resolved", "2018-02", "2018-02-01", "2018-02-28", "hijri")
    says = span("إن اللقاء سيُعقد في عدن")
    return Document(
        TEXT, "n1", "2018-02-14",
        (Entity(name.start, name.end, name.text, "PER", name.text, "p"),
         Entity(day.start, day.end, day.text, "DATE", day.text, timex=timex)),
        (Cluster("o", "ORG", "NATO"),
         Cluster("p", "PER", "سامي العلي", (0,), ("وزير الخارجية",), "YE")),
        (Quote("indirect", (says,), span("وقال"), name, "p", source_type="named",
               stance="distancing", score=0.75),
         Quote("direct", (span("اللقاء"), span("عدن")), implicit=True, parent=0, via=day)),
        (Event("CONSULT", "planned", span("اللقاء"), (
            Argument("actor", name.start, name.end, name.text, "p"),
            Argument("loc", span("عدن").start, span("عدن").end, "عدن", country="YE"),
            Argument("date", day.start, day.end, day.text),
            Argument("tool", day.start, day.end, day.text)), timex, 0, "p"),
         Event("AID", "negated", span("يلتقي"), source="o", same_as=0, score=0.3)),
    )  # fmt: skip


def test_the_whole_report():
    assert (
        render_text(sample())
        == """\
الوزير يلتقي NATO
id n1
published 2018-02-14
62 characters

Entities (2 things, 2 mentions)
  PER        1x YE سامي العلي
    role          وزير الخارجية
  ORG        0x -- NATO
  DATE             أمس
    means         2018-02 (2018-02-01 to 2018-02-28) hijri

Quotes (2)
   q1 سامي العلي
      says          «إن اللقاء سيُعقد في عدن»
      cue           وقال
      how           indirect, distancing, source: named, score 0.75
   q2 (unknown speaker)
      says          «اللقاء … عدن»
      how           direct, implied speaker, inside q1
      via           أمس

Events (2)
   e1 CONSULT, planned
      actor YE      سامي العلي
      place YE      عدن
      date          أمس
      tool          أمس
      means         2018-02 (2018-02-01 to 2018-02-28) hijri
      trigger       اللقاء
      said by q1    سامي العلي
   e2 AID, negated
      trigger       يلتقي
      said by       NATO
      same as       e1
      score         0.30"""
    )


def test_colour_only_when_asked_and_never_changes_the_words():
    plain, coloured = render_text(sample()), render_text(sample(), colour=True)
    assert "\x1b" not in plain and "\x1b[1m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_only_the_words_of_a_quote_are_shortened():
    words = "كلمة " * 40 + "ختام"
    doc = Document(
        words,
        entities=(Entity(0, len(words), words, "PER", words, "p"),),
        clusters=(Cluster("p", "PER", words, (0,)),),
        quotes=(Quote("direct", (Span(0, len(words), words),), who="p"),),
    )
    report = render_text(doc, width=60)
    assert report.count("ختام") == 3  # headline, entity, speaker
    assert re.search(r"says +«[^»]*كلمة…»", report)


def test_control_characters_never_reach_the_terminal():
    evil = "\x1b[31mقال\x07 \x9b2J\u202eعلي\u2066 \ud800\x7f\r\nنعم"
    n = len(evil)
    s = Span(0, n, evil)
    doc = Document(
        evil, evil, evil, (Entity(0, n, evil, evil, evil, None, None),),
        (Cluster("c", evil, evil, (0,), (evil,), evil),),
        (Quote("direct", (s,), s, s, evil, via=s),),
        (Event(evil, "asserted", s, (Argument(evil, 0, n, evil, None, evil),), source=evil),),
    )  # fmt: skip
    report = render_text(doc, width=80)
    assert "\\x1b[31m" in report and "\\u202e" in report and "\\ud800" in report
    for c in report:
        assert c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"), hex(ord(c))


def test_marks_that_arabic_needs_stay():
    assert "می‌رود" in render_text(Document("می‌رود"))
    assert "قال\u200f!" in render_text(Document("قال\u200f!"))


def test_empty_text_narrow_width_and_bad_positions():
    assert render_text(Document("")).startswith("(empty text)\n0 characters")
    with pytest.raises(InputError, match="use 40 or more"):
        render_text(Document("قال"), width=39)
    with pytest.raises(InputError, match=r"quotes\[0\]\.parent is 3"):
        render_text(Document("قال", quotes=(Quote("direct", (), parent=3),)))


WORDS = st.text(st.sampled_from([*"ابجَّـ «»NATO3\n\t\x1b", "\u202e", "\u200f", "漢", "👩", "é"]))


@given(WORDS, WORDS, st.integers(40, 120))
@settings(max_examples=150, deadline=None)
def test_law_no_line_is_wider_than_asked(text, name, width):
    s = Span(0, len(text), text)
    doc = Document(
        text, name, name, (Entity(0, len(text), text, name, name),),
        (Cluster("c", name, name, (), (name,), name),),
        (Quote("direct", (s, s), s, s, "c", via=s),),
        (Event(name, "planned", s, (Argument(name, 0, len(text), text, "c"),), quote=0),),
    )  # fmt: skip
    for line in render_text(doc, width=width).split("\n"):
        assert _columns(line) <= width


@given(WORDS, st.integers(10, 60))
@settings(deadline=None)
def test_law_wrapping_keeps_every_character(text, columns):
    text = " ".join(text.split())
    assert "".join(_wrap(text, columns)).replace(" ", "") == text.replace(" ", "")
    cut = _cut(text, columns)
    assert cut == text or (cut.endswith("…") and text.startswith(cut[:-1]))
