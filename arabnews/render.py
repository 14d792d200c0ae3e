"""An analysed article as a right-to-left HTML page that needs nothing but a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from .arabic_labels import (
    ARGUMENT_ROLES,
    CALENDARS,
    EVENTS,
    LABELS,
    MODALITIES,
    QUOTE_TYPES,
    SOURCE_TYPES,
    STANCES,
    arabic_day,
    country_names,
    event_name,
)
from .document import Argument, Cluster, Document, Quote, Span, Timex
from .errors import InputError
from .highlight import Layer, article_text
from .markup import Html, el, join, opening
from .positions import check_positions
from .stylesheet import ENTITIES, SPEAKERS, style

__all__ = ["page", "to_html"]

# Nothing may be fetched, whatever the text of an article says.
_HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)


def to_html(doc: Document) -> str:
    """Return one self-contained right-to-left page: the article, who speaks, what happens.

    Raises ``InputError`` if a span or a position in ``doc`` lies outside it.

    >>> page = to_html(Document(text="قال الوزير: «نعم»"))
    >>> page.startswith('<!DOCTYPE html><html dir="rtl" lang="ar">')
    True
    """
    article = _Article(doc, "a1", 1).html()
    return f"{_top(_title(doc))}<main>{article}</main></body></html>\n"


def page(docs: Iterable[Document], title: str = "تحليل الأخبار") -> Iterator[str]:
    """Yield the parts of one page of many articles, holding one article at a time.

    A document that cannot be shown leaves a box that says why; the others are not affected.

    >>> "".join(page([Document(text="خبر"), Document(text="آخر")])).count("<article")
    2
    """
    yield f"{_top(title, heading=True)}<main>"
    for n, doc in enumerate(docs, 1):
        try:
            yield _Article(doc, f"a{n}", 2).html() + "\n"
        except InputError as error:
            reason = el("p", el("bdi", str(error), dir="ltr", lang="en"))
            heading = el("h2", "تعذّر عرض المقال ", el("bdi", doc.id or str(n)))
            yield el("article", heading, reason, cls="panel error", id=f"a{n}") + "\n"
    yield "</main></body></html>\n"


def _top(title: str, heading: bool = False) -> Html:
    """Everything before the first article, with the key and the switches (they need no script)."""
    switches = [
        el("label", opening("input", type="checkbox", id=f"show-{key}", checked=""), label)
        for key, label in (("e", "الأسماء والتواريخ"), ("q", "الاقتباسات"), ("v", "الأحداث"))
    ]
    key = el(
        "div",
        el("fieldset", el("legend", "إظهار"), *switches),
        el("span", _number("ق1", cls="no s0"), "اقتباس بلون قائله"),
        el("span", _number("ح1", cls="no sq"), "حدث"),
        el("span", el("span", "لفظ", cls="cue s0"), " عبارة النقل"),
        el("span", el("span", "اسم", cls="e last e-PER", data_l="شخص"), " اسم ونوعه"),
        cls="key",
    )
    head = join(Html(_HEAD), el("title", title), el("style", Html(style())))
    bar = el("header", el("h1", title) if heading else None, key, cls="bar")
    return Html(f'<!DOCTYPE html><html dir="rtl" lang="ar"><head>{head}</head><body>{bar}')


def _title(doc: Document) -> str:
    """Return the headline, or failing that what identifies the article."""
    return _headline(doc.text) or (f"مقال {doc.id}" if doc.id else "مقال")


def _headline(text: str) -> str | None:
    """Return the first line where more follows, else nothing: a lone paragraph has no headline."""
    first, _, rest = text.partition("\n")
    return first.strip() if first.strip() and rest.strip() else None


def _number(label: str, **attrs: str | None) -> Html:
    # The number is drawn by the style sheet, so that the text of the article stays the text.
    return el("a" if "href" in attrs else "span", data_n=label, **attrs)


class _Article:
    """One article on its way to HTML; ``key`` begins the ids of everything inside."""

    def __init__(self, doc: Document, key: str, level: int) -> None:
        check_positions(doc)
        self.doc, self.key, self.level = doc, key, level
        self.clusters = {c.id: c for c in doc.clusters}
        self.linked: set[str] = set()
        voices = dict.fromkeys(v for q in doc.quotes if (v := _voice(q)))
        self.colours = {v: f"s{i % (len(SPEAKERS) - 1)}" for i, v in enumerate(voices)}

    def html(self) -> Html:
        headline = f"h{self.level}" if _headline(self.doc.text) else None
        text = article_text(self.doc.text, self.layers(), headline=headline)
        return el(
            "article",
            self.facts(shown=headline is None),
            el("section", text, cls="panel", aria_label="نص المقال"),
            self.panel("quotes", "الاقتباسات", [*map(self.quote, range(len(self.doc.quotes)))]),
            self.panel("events", "الأحداث", [*map(self.event, range(len(self.doc.events)))]),
            self.names(),
            id=self.key,
        )

    # The article

    def facts(self, shown: bool) -> Html:
        doc = self.doc
        counts = (("quotes", "الاقتباسات", len(doc.quotes)), ("events", "الأحداث", len(doc.events)),
                  ("names", "الأسماء", len(doc.clusters)))  # fmt: skip
        return el(
            "div",
            el(f"h{self.level}", el("bdi", _title(doc))) if shown else None,
            el("span", "نُشر في ", _published(doc.published)) if doc.published else None,
            el("span", "المعرّف ", el("bdi", doc.id, cls="latin")) if doc.id else None,
            *(el("a", f"{label} ({n})", href=f"#{self.key}-{name}") for name, label, n in counts),
            cls="facts",
        )

    def layers(self) -> Iterator[Layer]:
        """Every span to mark in the text, and the places that cards link to."""
        doc = self.doc
        for i, quote in enumerate(doc.quotes):
            colour, label = self.colour(quote), f"ق{i + 1}"
            says = f"اقتباس {i + 1}، القائل: {self.speaker(quote)}"
            for n, piece in enumerate(quote.content):
                name = label if n == 0 else f"…{label}"
                lead = _number(name, cls="no", href=f"#{self.key}-qc{i + 1}", aria_label=says)
                attrs = (("title", says),)
                anchor = self.anchor("q", i) if n == 0 else None
                yield Layer(piece.start, piece.end, 0, f"q {colour}", attrs, lead, anchor)
            extra = (("sp", quote.speaker, "القائل في"), ("cue", quote.cue, "عبارة النقل في"),
                     ("via", quote.via, "الناقل في"))  # fmt: skip
            for rank, (cls, span, what) in enumerate(extra, 1):
                if span:
                    attrs, anchor = (("title", f"{what} {label}"),), self.anchor("q", i)
                    yield Layer(span.start, span.end, rank, f"{cls} {colour}", attrs, id=anchor)
        marked = {(e.start, e.end) for e in doc.entities}
        for i, event in enumerate(doc.events):
            says = f"حدث {i + 1}: {event_name(event.type)}"
            there, span = f"#{self.key}-vc{i + 1}", event.trigger
            lead = _number(f"ح{i + 1}", cls="no sq", href=there, aria_label=says)
            cls = "ev" if " " in span.text else "ev one"  # the number stays with its one word
            attrs = (("title", says),)
            yield Layer(span.start, span.end, 5, cls, attrs, lead, self.anchor("v", i))
            for arg in event.args:
                if (arg.start, arg.end) not in marked:
                    attrs = (("title", f"{ARGUMENT_ROLES.get(arg.role, arg.role)} في ح{i + 1}"),)
                    yield Layer(arg.start, arg.end, 6, "arg", attrs)
        for i, entity in enumerate(doc.entities):
            label = LABELS[entity.label][0] if entity.label in LABELS else entity.label
            cluster = self.clusters.get(entity.cluster or "")
            value = _timex_value(entity.timex) if entity.timex else None
            title = f"{label}: {value or (cluster.name if cluster else entity.name)}"
            cls = f"e e-{entity.label if entity.label in ENTITIES else 'other'}"
            said = (("data-l", label), ("title", title))
            yield Layer(entity.start, entity.end, 7, cls, said, id=self.anchor("m", i))

    def anchor(self, kind: str, i: int) -> str | None:
        """Return the id of a place in the text, the first time that it is asked for."""
        id = f"{self.key}-{kind}{i + 1}"
        if id in self.linked:
            return None
        self.linked.add(id)
        return id

    # The cards

    def panel(self, name: str, title: str, cards: list[Html]) -> Html:
        body = el("ol", *cards, cls="cards") if cards else el("p", "لا شيء", cls="none")
        scrolls = "0" if cards and name == "quotes" else None  # a scrolling box must take the keys
        heading = el(f"h{self.level + 1}", title, el("span", f"({len(cards)})", cls="count"))
        cls = f"panel {name}" + (" full" if name != "quotes" else "")
        id = f"{self.key}-{name}"
        return el("section", heading, body, cls=cls, id=id, tabindex=scrolls, aria_label=title)

    def quote(self, i: int) -> Html:
        quote, at = self.doc.quotes[i], f"{self.key}-q{i + 1}"
        there = f"#{at}" if at in self.linked else None
        cluster = self.clusters.get(quote.who or "")
        pieces = [el("bdi", piece.text) for piece in quote.content]
        words = [x for piece in pieces for x in (" […] ", piece)][1:]
        parent = None if quote.parent is None else self.link("qc", "ق", quote.parent)
        back = el("a", "إلى موضعه في النص", href=there, cls="back") if there else None
        return el(
            "li",
            self.heading(_link_number(f"ق{i + 1}", there), el("bdi", self.speaker(quote)),
                         self.country(cluster.country if cluster else None),
                         el("span", "قائل ضمني", cls="tag") if quote.implicit else None),
            _roles(cluster),
            el("blockquote", *words) if words else None,
            el(
                "dl",
                _fact("عبارة النقل", _words(quote.cue)),
                _fact("النوع", QUOTE_TYPES[quote.type]),
                _fact("الموقف", STANCES[quote.stance]),
                _fact("ذُكر بلفظ", _words(quote.speaker)),
                _fact("المصدر", quote.source_type and SOURCE_TYPES[quote.source_type]),
                _fact("نقلا عن", _words(quote.via)),
                _fact("داخل", parent),
                _score(quote.score),
            ),
            back,
            cls=f"card {self.colour(quote)}", id=f"{self.key}-qc{i + 1}",
        )  # fmt: skip

    def event(self, i: int) -> Html:
        event, at = self.doc.events[i], f"{self.key}-v{i + 1}"
        there = f"#{at}" if at in self.linked else None
        args = {role: [a for a in event.args if a.role == role] for role in ARGUMENT_ROLES}
        others = [a for a in event.args if a.role not in ARGUMENT_ROLES]
        sides = [self.arguments(args["actor"]), self.arguments(args["recipient"])]
        arrow = el("span", "←", cls="to", role="img", aria_label="إلى")
        who = join(sides[0] or "فاعل غير مذكور", *((arrow, sides[1]) if sides[1] else ()))
        when = [x for x in (self.arguments(args["date"]), _timex(event.date)) if x]
        source = self.clusters.get(event.source or "")
        said = [el("bdi", source.name if source else event.source)] if event.source else []
        if event.quote is not None:
            if not said:
                said = [el("bdi", self.speaker(self.doc.quotes[event.quote]))]
            said += [Html(" "), self.link("qc", "ق", event.quote)]
        same = None if event.same_as is None else self.link("vc", "ح", event.same_as)
        name = join(EVENTS.get(event.type, ""), " ", el("bdi", event.type, cls="latin", dir="ltr"))
        modality = el("span", MODALITIES[event.modality], cls=f"tag {event.modality}")
        return el(
            "li",
            self.heading(_link_number(f"ح{i + 1}", there, "no sq"), name, modality),
            el("p", who, cls="who") if event.args else None,
            el(
                "dl",
                _fact("اللفظ الدال", el("bdi", event.trigger.text)),
                _fact("المكان", self.arguments(args["loc"])),
                _fact("التاريخ", el("span", *_between(when, " = ")) if when else None),
                *(_fact(a.role, self.arguments([a])) for a in others),
                _fact("وفقا لـ", el("span", *said) if said else None),
                _fact("الحدث نفسه", same),
                _score(event.score),
            ),
            el("a", "إلى موضعه في النص", href=there, cls="back") if there else None,
            cls="card", id=f"{self.key}-vc{i + 1}",
        )  # fmt: skip

    def heading(self, *parts: str | None) -> Html:
        kept = [p for p in parts if p]
        return el(f"h{self.level + 2}", *_between(kept, " "))

    def link(self, kind: str, letter: str, i: int) -> Html:
        return el("a", f"{letter}{i + 1}", href=f"#{self.key}-{kind}{i + 1}")

    def colour(self, quote: Quote) -> str:
        voice = _voice(quote)
        return self.colours[voice] if voice else f"s{len(SPEAKERS) - 1}"

    def speaker(self, quote: Quote) -> str:
        found = self.clusters.get(quote.who or "")
        told = quote.speaker.text if quote.speaker else quote.who
        return found.name if found else told or "قائل غير محدد"

    def country(self, code: str | None) -> Html | None:
        if not code:
            return None
        return el("abbr", code, title=country_names().get(code), cls="code", dir="ltr")

    def arguments(self, args: list[Argument]) -> Html | None:
        shown = []
        for arg in args:
            cluster = self.clusters.get(arg.cluster or "")
            name = el("bdi", cluster.name if cluster else arg.text, title=arg.text)
            code = self.country(arg.country or (cluster.country if cluster else None))
            shown.append(join(name, " " if code else None, code))
        return join(*_between(shown, "، ")) if shown else None

    # The names

    def names(self) -> Html:
        """Tables of people, organisations, places and dates, the most mentioned first."""
        known = [label for label in LABELS if label not in ("DATE", "ROLE")]
        labels = sorted({c.label for c in self.doc.clusters}, key=lambda x: (
            known.index(x) if x in known else len(known), x))  # fmt: skip
        tables = [self.name_table(label) for label in labels]
        dates = [(i, e) for i, e in enumerate(self.doc.entities) if e.timex or e.label == "DATE"]
        if dates:
            rows = [
                el("tr", el("th", el("a", el("bdi", e.text), href=f"#{self.key}-m{i + 1}"),
                            scope="row"), el("td", _timex(e.timex) or "—"))
                for i, e in dates
            ]  # fmt: skip
            tables.append(_table("تواريخ", "e-DATE", ("العبارة", "القيمة"), rows))
        heading = el(f"h{self.level + 1}", "الأشخاص والمؤسسات والأماكن",
                     el("span", f"({len(self.doc.clusters)})", cls="count"))  # fmt: skip
        body = el("div", *tables, cls="tables") if tables else el("p", "لا شيء", cls="none")
        return el("section", heading, body, cls="panel full names", id=f"{self.key}-names")

    def name_table(self, label: str) -> Html:
        """One table of the clusters of a label, without columns that would be empty."""
        clusters = [c for c in self.doc.clusters if c.label == label]
        clusters.sort(key=lambda c: -len(c.mentions))
        said = Counter(q.who for q in self.doc.quotes)
        titled, heard = any(c.roles for c in clusters), any(said[c.id] for c in clusters)
        rows = []
        for c in clusters:
            name = join(el("bdi", c.name), " ", self.country(c.country))
            roles = _between([el("bdi", r) for r in c.roles], "، ") or ["—"]
            rows.append(el(
                "tr",
                el("th", name, scope="row"),
                el("td", *roles) if titled else None,
                el("td", self.mentions(c), cls="n"),
                el("td", str(said[c.id]), cls="n") if heard else None,
            ))  # fmt: skip
        head = ("الاسم", *(["الصفة"] if titled else []), "الذكر", *(["الأقوال"] if heard else []))
        title = LABELS[label][1] if label in LABELS else label
        return _table(title, f"e-{label if label in ENTITIES else 'other'}", head, rows)

    def mentions(self, cluster: Cluster) -> Html | str:
        """How often it is mentioned, linked to the first mention."""
        times = len(cluster.mentions)
        if not times:
            return "0"
        first = min(cluster.mentions, key=lambda m: self.doc.entities[m].start)
        says = f"مرات الذكر: {times}، إلى أولها في النص"
        return el("a", str(times), href=f"#{self.key}-m{first + 1}", aria_label=says)


def _table(title: str, cls: str, head: tuple[str, ...], rows: list[Html]) -> Html:
    cells = (el("th", h, scope="col", cls="n" if h in ("الذكر", "الأقوال") else None) for h in head)
    heads = el("thead", el("tr", *cells))
    caption = el("caption", f"{title} ({len(rows)})", cls=cls)
    return el("div", el("table", caption, heads, el("tbody", *rows)), cls="scroll")


def _between(parts: list[Html] | list[str], mark: str) -> list[str]:
    return [x for part in parts for x in (mark, part)][1:]


def _link_number(label: str, href: str | None, cls: str = "no") -> Html:
    says = {"aria_label": f"{label}، إلى موضعه في النص", "href": href} if href else {}
    return _number(label, cls=cls, **says)


def _fact(label: str, value: str | None) -> Html | None:
    return el("div", el("dt", label), el("dd", value)) if value else None


def _words(span: Span | None) -> Html | None:
    return el("bdi", span.text) if span else None


def _roles(cluster: Cluster | None) -> Html | None:
    if not cluster or not cluster.roles:
        return None
    return el("p", *_between([el("bdi", r) for r in cluster.roles], "، "), cls="role")


def _score(score: float) -> Html | None:
    return _fact("الثقة", el("bdi", f"{score:.2f}")) if score < 1 else None


def _timex_value(timex: Timex) -> str:
    return timex.value or "غير محدَّد"


def _timex(timex: Timex | None) -> Html | None:
    """Return the value of a date and, where it covers more than a day, its first and last day."""
    if timex is None:
        return None
    shown, days = _timex_value(timex), None
    if timex.begin and timex.end and timex.begin != timex.end:
        days = join(" (من ", _iso(timex.begin), " إلى ", _iso(timex.end), ")")
    calendar = CALENDARS[timex.calendar]
    value = _iso(shown, timex.begin) if timex.value else shown
    return el("span", value, days, f" {calendar}" if calendar else None)


def _iso(value: str, day: str | None = None) -> Html:
    return el("time", value, datetime=day or value, dir="ltr", cls="latin")


def _published(day: str) -> Html:
    return el("bdi", arabic_day(day), title=day)


def _voice(quote: Quote) -> str | None:
    """Return what tells the speakers apart: the cluster, or where there is none the words."""
    return quote.who or (quote.speaker.text if quote.speaker else None)
