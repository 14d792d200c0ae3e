from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arabnews import arabic_labels as labels
from arabnews import document
from arabnews.document import Argument, Cluster, Document, Entity, Event, Quote, Span, Timex
from arabnews.errors import InputError
from arabnews.highlight import Layer, article_text
from arabnews.markup import Html, el, escape, join, opening
from arabnews.render import page, to_html
from arabnews.stylesheet import ENTITIES, SPEAKERS, SURFACES, style

VOID = {"meta", "input", "br", "link"}


class Tree(HTMLParser):
    """Reads a page as a browser would, and holds it to balanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attrs: list[tuple[str, dict[str, str | None]]] = []
        self.inside: int | None = None
        self.texts: list[str] = []
        self.all_text = ""
        self.feed(html)
        self.close()
        assert not self.tags

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        assert len(found) == len(attrs), "an attribute given twice"
        self.attrs.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if "href" in found:
            assert "a" not in self.tags, "a link inside a link"
            self.links.append(found["href"])
        if found.get("class") == "text":
            assert self.inside is None
            self.inside = len(self.tags)
            self.texts.append("")
        if tag not in VOID:
            self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.tags.pop() == tag
        if self.inside == len(self.tags):
            self.inside = None

    def handle_data(self, data):
        self.all_text += data
        if self.inside is not None:
            self.texts[-1] += data


def span(text: str, words: str, nth: int = 0) -> Span:
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return Span(at, at + len(words), words)


TEXT = (
    "الوزير: نرفض «الهدنة»\n"
    "قال سامي العلي وزير الداخلية أمس إن بلاده سَتَرفُض الهدنة مع NATO، وأضاف: «لن نوقّع».\n"
    "\n"
    "وتابع «إن رئيس الوفد قال إننا جاهزون» في عدن."
)


def sample() -> Document:
    t = TEXT
    name, role, org = span(t, "سامي العلي"), span(t, "وزير الداخلية"), span(t, "NATO")
    day, place = span(t, "أمس"), span(t, "عدن")
    timex = Timex("DATE", "resolved", "2018-02-13", "2018-02-13", "2018-02-13", anchor="published")
    entities = (
        Entity(name.start, name.end, name.text, "PER", name.text, "p"),
        Entity(role.start, role.end, role.text, "ROLE", role.text, "p"),
        Entity(day.start, day.end, day.text, "DATE", day.text, timex=timex),
        Entity(org.start, org.end, org.text, "ORG", org.text, "o"),
        Entity(place.start, place.end, place.text, "LOC", place.text, "l"),
    )
    clusters = (
        Cluster("p", "PER", "سامي العلي", (0, 1), ("وزير الداخلية",), "YE"),
        Cluster("o", "ORG", "NATO", (3,)),
        Cluster("l", "LOC", "عدن", (4,), country="YE"),
        Cluster("n", "NONE", "رئيس الوفد"),
    )
    quotes = (
        Quote("indirect", (span(t, "نرفض «الهدنة"),), speaker=span(t, "الوزير"), who="p"),
        Quote(
            "mixed",
            (span(t, "إن بلاده سَتَرفُض الهدنة مع NATO"), span(t, "لن نوقّع")),
            span(t, "قال"), name, "p", source_type="named", stance="denying", score=0.5,
        ),
        Quote("direct", (span(t, "إن رئيس الوفد قال إننا جاهزون"),), span(t, "وتابع"), who="p",
              implicit=True),
        Quote("indirect", (span(t, "إننا جاهزون"),), span(t, "قال", 1), span(t, "رئيس الوفد"), "n",
              parent=2, via=span(t, "الوفد")),
    )  # fmt: skip
    events = (
        Event("REJECT", "planned", span(t, "سَتَرفُض"), (
            Argument("actor", name.start, name.end, name.text, "p", "YE"),
            Argument("recipient", org.start, org.end, org.text, "o"),
            Argument("loc", place.start, place.end, place.text, "l"),
            Argument("date", day.start, day.end, day.text),
        ), timex, 1, "p"),
        Event("STRANGE", "hypothetical", span(t, "نرفض"), same_as=0),
    )  # fmt: skip
    return Document(t, "news-1", "2018-02-14", entities, clusters, quotes, events)


def test_the_article_is_the_input_and_every_link_lands():
    html = to_html(sample())
    tree = Tree(html)
    assert tree.texts == [TEXT]
    assert len(tree.ids) == len(set(tree.ids))
    assert {x[1:] for x in tree.links} <= set(tree.ids)
    for i in range(1, 5):  # from the text to the card and back
        assert f"#a1-qc{i}" in tree.links and f"#a1-q{i}" in tree.links
    assert "#a1-v1" in tree.links and "#a1-vc1" in tree.links


def test_right_to_left_self_contained_and_accessible():
    html = to_html(sample())
    assert html.startswith('<!DOCTYPE html><html dir="rtl" lang="ar">')
    assert "\u202e" not in html and "<script" not in html
    assert not any(x in html for x in ("http://", "https://", "url(", "@import", "src="))
    tree = Tree(html)
    headings = [tag for tag, _ in tree.attrs if tag in ("h1", "h2", "h3", "h4")]
    assert headings[0] == "h1" and headings.count("h1") == 1
    levels = [int(h[1]) for h in headings]
    assert all(b - a <= 1 for a, b in pairwise(levels)), "a heading level is skipped"
    for tag, attrs in tree.attrs:
        if tag == "a" and "no" in (attrs.get("class") or "").split():
            assert attrs.get("aria-label")  # its number is drawn by the style sheet


def test_cards_say_who_how_when_and_according_to_whom():
    said = Tree(to_html(sample())).all_text
    for words in (
        "وزير الداخلية", "قائل ضمني", "نافٍ", "مختلط", "مباشر", "0.50", "رفض", "REJECT", "STRANGE",
        "مزمَع", "محتمَل", "2018-02-13", "14 فبراير 2018", "YE", "وفقا لـ", "[…]", "مصادر غير مسماة",
    ):  # fmt: skip
        assert words in said, words


def test_a_speaker_keeps_a_colour_and_another_has_another():
    tree = Tree(to_html(sample()))
    cards = {
        a["id"]: a["class"] for tag, a in tree.attrs if tag == "li" and "-qc" in (a.get("id") or "")
    }
    assert cards["a1-qc1"] == cards["a1-qc2"] == cards["a1-qc3"] == "card s0"
    assert cards["a1-qc4"] == "card s1"
    marks = [a["class"] for tag, a in tree.attrs if (a.get("class") or "").startswith("q s")]
    assert {m.split()[1] for m in marks} == {"s0", "s1"}


HOSTILE = "<script>alert('x')</script> & \"قال\" </div></style>&amp;"


def test_everything_is_escaped():
    s, n = Span(0, len(HOSTILE), HOSTILE), len(HOSTILE)
    doc = Document(
        HOSTILE, HOSTILE, HOSTILE,
        (Entity(0, n, HOSTILE, HOSTILE, HOSTILE, "c", Timex("DATE", "resolved", HOSTILE)),),
        (Cluster("c", HOSTILE, HOSTILE, (0,), (HOSTILE,), HOSTILE),),
        (Quote("direct", (s,), s, s, "c", via=s), Quote("direct", (), who=HOSTILE)),
        (Event(HOSTILE, "asserted", s, (Argument(HOSTILE, 0, n, HOSTILE, None, HOSTILE),),
               quote=0, source=HOSTILE),),
    )  # fmt: skip
    for html in (to_html(doc), "".join(page([doc], title=HOSTILE))):
        tree = Tree(html)
        assert tree.texts == [HOSTILE]
        assert {tag for tag, _ in tree.attrs}.isdisjoint({"script"})
        assert sum(tag == "style" for tag, _ in tree.attrs) == 1
        assert {x[1:] for x in tree.links} <= set(tree.ids)


def test_the_smallest_documents():
    for text in ("", "\n", " \n ", "خبر", "خبر\n", "\nخبر", "أ\r\nب\n\n"):
        tree = Tree(to_html(Document(text)))
        assert tree.texts == [text]
        assert [tag for tag, _ in tree.attrs].count("h1") == 1


def test_a_quote_without_content_still_links_to_its_cue():
    doc = Document("قال", quotes=(Quote("direct", (), Span(0, 3, "قال")), Quote("direct", ())))
    tree = Tree(to_html(doc))
    assert "a1-q1" in tree.ids and "a1-q2" not in tree.ids and "#a1-q2" not in tree.links


def test_a_position_outside_the_document_is_named():
    bad = Document("قال", "x1", quotes=(Quote("direct", (Span(1, 9, "؟"),)),))
    with pytest.raises(InputError, match=r"'x1'.*quotes\[0\].*\[1, 9\).*3 characters"):
        to_html(bad)
    with pytest.raises(InputError, match=r"events\[0\]\.quote is 4"):
        to_html(Document("قال", events=(Event("AID", "asserted", Span(0, 3, "قال"), quote=4),)))


def test_a_page_streams_and_one_bad_document_costs_no_other():
    taken = []

    def docs():
        for doc in (sample(), Document("قال", quotes=(Quote("direct", (), parent=7),)), sample()):
            taken.append(doc)
            yield doc

    parts = page(docs(), title="أخبار")
    next(parts)
    assert not taken
    next(parts)
    assert len(taken) == 1
    html = "".join(page(docs(), title="أخبار"))
    tree = Tree(html)
    assert tree.texts == [TEXT, TEXT]
    assert len(tree.ids) == len(set(tree.ids)) and {x[1:] for x in tree.links} <= set(tree.ids)
    assert "quotes[0].parent is 7" in tree.all_text
    assert [tag for tag, _ in tree.attrs].count("h1") == 1


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    hi, lo = sorted((luminance(a), luminance(b)), reverse=True)
    return (hi + 0.05) / (lo + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_ink_reads_on_every_ground(scheme):
    ground, card, ink, quiet, _, accent = SURFACES[scheme]
    tints = [c[2 * scheme + 1] for c in SPEAKERS]
    for text in (ink, quiet, accent):
        assert min(contrast(text, b) for b in (ground, card)) >= 4.5
    assert min(contrast(ink, t) for t in tints) >= 4.5
    # Names and their labels stand on the card or inside anybody's quote.
    inks = [c[2 * scheme] for c in (*SPEAKERS, *ENTITIES.values())]
    for colour in inks:
        assert min(contrast(colour, b) for b in (card, ground, *tints)) >= 4.5, colour
    assert contrast(quiet, card) >= 4.5  # numbers of events: card on quiet


def test_paper_is_white_and_motion_can_be_off():
    assert "@media screen and (prefers-color-scheme:dark)" in style()
    assert "@media print" in style() and "prefers-reduced-motion" in style()


def test_every_value_of_the_contract_has_an_arabic_word():
    assert set(labels.EVENTS) == set(document.EVENT_TYPES)
    for words, values in (
        (labels.QUOTE_TYPES, document.QuoteType),
        (labels.STANCES, document.Stance),
        (labels.SOURCE_TYPES, document.SourceType),
        (labels.MODALITIES, document.Modality),
    ):
        assert set(words) == set(get_args(values))
    assert labels.country_names()["KW"] == "الكويت"
    assert labels.arabic_day("قريبا") == "قريبا"


# Markup


def test_markup_is_escaped_by_construction():
    assert el("b", "<", Html("<i></i>"), None, title='"', href=None) == (
        '<b title="&quot;">&lt;<i></i></b>'
    )
    assert opening("a", cls="x", aria_label="ي") == '<a class="x" aria-label="ي">'
    assert join("&", escape("&")) == "&amp;&amp;"
    assert escape("a\0b\ud800\r") == "a\ufffdb\ufffd&#13;"


# Laws

CHARS = st.sampled_from(
    [*"ابقوَّـ«»\"'<>&؛;#x \n\n\r\t", "\u200f", "\u202e", "\u2067", "👩🏽‍⚕️", "NATO", "&lt;"]
)
TEXTS = st.lists(CHARS | st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(
    "".join
)


@st.composite
def layered(draw):
    text = draw(TEXTS)
    place = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(place, place).map(sorted), max_size=12))
    return text, [tuple(s) for s in spans]


@given(layered(), st.sampled_from([None, "h1"]))
@settings(max_examples=200, deadline=None)
def test_law_no_character_is_lost_or_doubled(case, headline):
    text, spans = case
    layers = [
        Layer(s, e, i % 3, "q", (("data-k", str(i)),), el("a", data_n="1"), f"x{i}")
        for i, (s, e) in enumerate(spans)
    ]
    html = article_text(text, layers, headline=headline)
    tree = Tree(html)
    assert tree.texts == [text]
    assert sorted(tree.ids) == sorted(x.id for x in layers)  # each place once, also an empty one
    assert sum(tag == "a" for tag, _ in tree.attrs) == len(layers)
    for i, (s, e) in enumerate(spans):
        assert Pieces(html, str(i)).found == text[s:e]


class Pieces(HTMLParser):
    """The text marked by one layer; a piece is last if and only if it ends the layer."""

    def __init__(self, html: str, key: str) -> None:
        super().__init__()
        self.key, self.found, self.depth, self.open = key, "", 0, []
        self.lasts: list[bool] = []
        self.feed(html)
        self.close()
        assert not any(self.lasts[:-1])
        assert not self.lasts or not self.found or self.lasts[-1]

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        mine = found.get("data-k") == self.key
        self.open.append(mine)
        if mine:
            self.lasts.append("last" in found["class"].split())

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        if any(self.open):
            self.found += data


@given(layered(), st.data())
@settings(max_examples=60, deadline=None)
def test_law_the_article_of_any_document_is_its_text(case, data):
    text, spans = case
    cut = [Span(s, e, text[s:e]) for s, e in spans]
    third = len(cut) // 3
    who = st.sampled_from([None, "c", "d"])
    doc = Document(
        text,
        entities=tuple(Entity(s.start, s.end, s.text, "PER", s.text, "c") for s in cut[:third]),
        clusters=(Cluster("c", "PER", "علي", tuple(range(third))),),
        quotes=(
            Quote("mixed", tuple(cut[third : 2 * third]), who=data.draw(who)),
            *(Quote("direct", (s,), s, s, data.draw(who)) for s in cut[third:]),
        ),
        events=tuple(
            Event("AID", "negated", s, (Argument("actor", s.start, s.end, s.text),)) for s in cut
        ),
    )
    tree = Tree(to_html(doc))
    assert tree.texts == [text]
    assert len(tree.ids) == len(set(tree.ids))
    assert {x[1:] for x in tree.links} <= set(tree.ids)
