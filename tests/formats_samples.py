"""One article with all that is hard about Arabic news, and a strategy that makes more."""

from __future__ import annotations

from hypothesis import strategies as st

from arabnews.formats.records import (
    GoldArgument,
    GoldArticle,
    GoldCluster,
    GoldEntity,
    GoldEvent,
    GoldQuote,
    canonical,
)
from arabnews.text.words import words

RLM, LRM, RLE, PDF = "\u200f", "\u200e", "\u202b", "\u202c"

TEXT = (
    f"📰 العلـــي: «لا» للحرب 🇮🇶{RLM}\n"
    f"التقى وزير الخارجية سَامِي العَلِي{RLM} مسؤولي {LRM}WHO{LRM} أمس في بغداد.\n"
    "وقال مصدر أمني إن اللقاء 👨‍👩‍👧 تناول الهدنة».\n"
    f"\n  {RLE}وأضاف{PDF} «لن نقبل بالحصار»، وتابع «ولا بالحرب»\r\n"
    "وزعم بيان مجهول أن القصف\tتوقف"
)


def at(surface: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(surface, start + 1)
    return start, start + len(surface)


def hard_article() -> GoldArticle:
    """Discontinuous content, an implied speaker, a source without mention, two roles alike."""
    return canonical(
        GoldArticle(
            id="وكالة/2018 #1",
            text=TEXT,
            published="2018-02-13",
            source="وكالة",
            clusters={
                "ali": GoldCluster("PER", "سامي العلي"),
                "who": GoldCluster("ORG", "WHO"),
                "bgd": GoldCluster("LOC", "بغداد"),
                "src": GoldCluster("NONE", "مصدر أمني"),
                "un": GoldCluster("NONE", "بيان لم ينشر"),
            },
            entities=(
                GoldEntity(at("العلـــي"), "PER", "ali"),
                GoldEntity(at("وزير الخارجية"), "ROLE", "ali"),
                GoldEntity(at(f"سَامِي العَلِي{RLM}"), "PER", "ali"),
                GoldEntity(at(f"{LRM}WHO{LRM}"), "ORG", "who"),
                GoldEntity(at("أمس"), "DATE"),
                GoldEntity(at("بغداد"), "LOC", "bgd"),
            ),
            quotes=(
                GoldQuote("direct", (at("لا"),), speaker=at("العلـــي"), who="ali"),
                GoldQuote(
                    "indirect",
                    (at("إن اللقاء 👨‍👩‍👧 تناول الهدنة"),),
                    cue=at("وقال"),
                    speaker=at("مصدر أمني"),
                    who="src",
                ),
                GoldQuote(
                    "direct",
                    (at("لن نقبل بالحصار"), at("ولا بالحرب")),
                    cue=at(f"{RLE}وأضاف{PDF}"),
                    who="ali",
                ),
                GoldQuote("indirect", (at("أن القصف\tتوقف"),), cue=at("وزعم"), who="un"),
            ),
            events=(
                GoldEvent(
                    "CONSULT",
                    "asserted",
                    at("التقى"),
                    (
                        GoldArgument("actor", at(f"سَامِي العَلِي{RLM}")),
                        GoldArgument("actor", at("مسؤولي")),
                        GoldArgument("recipient", at(f"{LRM}WHO{LRM}")),
                        GoldArgument("date", at("أمس")),
                        GoldArgument("loc", at("بغداد")),
                    ),
                ),
                GoldEvent("CONSULT", "hypothetical", at("اللقاء"), quote=1),
                GoldEvent(
                    "ASSAULT", "negated", at("القصف"), (GoldArgument("actor", at("بيان مجهول")),), 3
                ),
            ),
        )
    )


_PIECES = st.sampled_from(
    ["قال", "سَامِي", "العلـــي", "WHO", "👨‍👩‍👧", "🇮🇶", RLM + "بغداد", "3.5", "«", "»", ".", "،",
     "\n", "\n\n", "\r\n", "\t", "  ", "ﷺ", "#", "-DOCSTART-", "_", "*[1]|", "\\", "->", ":", "د."]
)  # fmt: skip


_KEYS = ("a", "ب", "c1")


class _Maker:
    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = " ".join(draw(st.lists(_PIECES, min_size=3, max_size=30)))
        self.words = words(self.text)

    def span(self) -> tuple[int, int]:
        """Some words of one line."""
        i = self.draw(st.integers(0, len(self.words) - 1))
        for j in range(min(i + self.draw(st.integers(0, 4)), len(self.words) - 1), i, -1):
            if "\n" not in self.text[self.words[i][0] : self.words[j][1]]:
                return self.words[i][0], self.words[j][1]
        return self.words[i]

    def maybe(self) -> tuple[int, int] | None:
        return self.span() if self.draw(st.booleans()) else None

    def entities(self) -> tuple[GoldEntity, ...]:
        out, at = [], 0
        while at < len(self.words):
            size = self.draw(st.integers(1, 3))
            span = (self.words[at][0], self.words[min(at + size, len(self.words)) - 1][1])
            if self.draw(st.booleans()) and "\n" not in self.text[slice(*span)]:
                label = self.draw(st.sampled_from(["PER", "LOC", "ROLE", "DATE"]))
                key = self.draw(st.sampled_from([*_KEYS, None])) if label != "DATE" else None
                out.append(GoldEntity(span, label, key))
            at += size
        return tuple(out)

    def quotes(self) -> tuple[GoldQuote, ...]:
        out = {}  # by first piece: two quotes do not start together
        for _ in range(self.draw(st.integers(0, 3))):
            content = tuple(sorted({self.span() for _ in range(self.draw(st.integers(1, 3)))}))
            type = self.draw(st.sampled_from(["direct", "indirect", "mixed"]))
            who = self.draw(st.sampled_from(_KEYS))
            out[content[0]] = GoldQuote(type, content, self.maybe(), self.maybe(), who)
        return tuple(out.values())

    def events(self, quotes: int) -> tuple[GoldEvent, ...]:
        out = {}
        for _ in range(self.draw(st.integers(0, 3))):
            trigger = self.draw(st.sampled_from(self.words))
            roles = self.draw(st.lists(st.sampled_from(["actor", "recipient", "loc"]), max_size=3))
            out[trigger] = GoldEvent(
                self.draw(st.sampled_from(["AID", "CONSULT"])),
                self.draw(st.sampled_from(["asserted", "planned", "negated", "hypothetical"])),
                trigger,
                tuple(GoldArgument(role, self.span()) for role in roles),
                self.draw(st.sampled_from([None, *range(quotes)])),
            )
        return tuple(out.values())


@st.composite
def gold_articles(draw: st.DrawFn) -> GoldArticle:
    """Articles in canonical order whose every quote has a source."""
    make = _Maker(draw)
    clusters = {key: GoldCluster("PER", f"اسم {key}") for key in _KEYS}
    if not make.words:
        return GoldArticle("x", make.text, clusters=clusters)
    entities, quotes = make.entities(), make.quotes()
    events = make.events(len(quotes))
    return canonical(GoldArticle("x", make.text, None, None, clusters, entities, quotes, events))
