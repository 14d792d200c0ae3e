"""An analysed article as plain text for a terminal, one fact a line.

A terminal that knows Arabic reverses each run of it by itself, so a line holds one run, after its
labels: two runs on a line would trade places there and would not elsewhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import regex

from .document import Argument, Cluster, Document, Event, Quote, Timex
from .errors import InputError
from .positions import check_positions

__all__ = ["render_text"]

_BOLD, _DIM = "1", "2"
_COLOURS = {"PER": "34", "ORG": "35", "LOC": "32", "MISC": "33", "DATE": "31", "ROLE": "36"}
_ORDER = ("PER", "ORG", "LOC", "MISC", "NONE")
_LABEL = 14  # columns of the labels under a quote or an event
_GRAPHEME = regex.compile(r"\X")
# Format characters that Arabic writing needs (joiners, direction marks, number and verse signs);
# the others can turn a whole line around, and control characters can drive the terminal.
_FORMATS = set("\u200c\u200d\u200e\u200f\u061c\u06dd\u070f\u08e2") | set(
    map(chr, range(0x600, 0x606))
)


def render_text(doc: Document, *, width: int = 88, colour: bool = False) -> str:
    """Return a report of what was found, in lines of at most ``width`` columns.

    Only the words of a quote are shortened, with «…»; names are wrapped. Control characters of
    the text are shown escaped. ``colour`` adds ANSI colours. Raises ``InputError`` for a width
    under 40 and for a span or a position outside the document.

    >>> print(render_text(Document(text="قال الوزير: «نعم»"), width=40))
    قال الوزير: «نعم»
    17 characters
    <BLANKLINE>
    Entities (0 things, 0 mentions)
    <BLANKLINE>
    Quotes (0)
    <BLANKLINE>
    Events (0)
    """
    if width < 40:
        raise InputError(f"width {width} is too narrow for the report: use 40 or more")
    check_positions(doc)
    report = _Report(doc, width, colour)
    sections = (report.head(), report.entities(), report.quotes(), report.events())
    return "\n\n".join("\n".join(section) for section in sections)


class _Report:
    def __init__(self, doc: Document, width: int, colour: bool) -> None:
        self.doc, self.width, self.colour = doc, width, colour
        self.clusters = {c.id: c for c in doc.clusters}

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def fact(self, label: str, value: str, code: str = "", indent: int = 6) -> Iterator[str]:
        """One labelled value, wrapped under itself."""
        label = _pad(_cut(_clean(label), _LABEL - 1), _LABEL)
        for line in _wrap(_clean(value), self.width - indent - _LABEL):
            yield " " * indent + self.paint(label, _DIM) + self.paint(line, code)
            label = " " * _LABEL

    def head(self) -> Iterator[str]:
        doc = self.doc
        title = next((line for line in doc.text.split("\n") if line.strip()), "(empty text)")
        for line in _wrap(_clean(title), self.width):
            yield self.paint(line, _BOLD)
        for label, value in (("id", doc.id), ("published", doc.published)):
            if value:
                for line in _wrap(_clean(f"{label} {value}"), self.width):
                    yield self.paint(line, _DIM)
        yield self.paint(f"{len(doc.text):,} characters", _DIM)

    # Entities

    def entities(self) -> Iterator[str]:
        doc = self.doc
        counts = f"({len(doc.clusters)} things, {len(doc.entities)} mentions)"
        yield self.paint(f"Entities {counts}", _BOLD)
        known = {label: i for i, label in enumerate(_ORDER)}
        order = sorted(
            doc.clusters, key=lambda c: (known.get(c.label, 9), c.label, -len(c.mentions))
        )
        for cluster in order:
            label = _cut(_clean(cluster.label), 8)
            country = _cut(_clean(cluster.country or "--"), 4)
            head = f"{_pad(label, 8)} {len(cluster.mentions):>3}x {country} "
            yield from self.listed(head, cluster.name, _COLOURS.get(cluster.label, ""))
            for role in cluster.roles:
                yield from self.fact("role", role, indent=4)
        for entity in doc.entities:
            if entity.cluster is None or entity.cluster not in self.clusters:
                label = _cut(_clean(entity.label), 8)
                colour = _COLOURS.get(entity.label, "")
                yield from self.listed(_pad(label, 17), entity.name, colour)
                if entity.timex:
                    yield from self.fact("means", _timex(entity.timex), indent=4)

    def listed(self, head: str, name: str, colour: str) -> Iterator[str]:
        indent = 2 + _columns(head)
        for line in _wrap(_clean(name), self.width - indent):
            yield f"  {self.paint(head, colour)}{self.paint(line, _BOLD)}"
            head = " " * (indent - 2)

    # Quotes

    def quotes(self) -> Iterator[str]:
        yield self.paint(f"Quotes ({len(self.doc.quotes)})", _BOLD)
        for i, quote in enumerate(self.doc.quotes, 1):
            yield from self.numbered(f"q{i}", self.speaker(quote))
            words = _clean(" … ".join(piece.text for piece in quote.content))
            room = self.width - 6 - _LABEL - 2
            yield from self.fact("says", f"«{_cut(words, room)}»")
            if quote.cue:
                yield from self.fact("cue", quote.cue.text)
            yield from self.fact("how", ", ".join(self.manner(quote)))
            if quote.via:
                yield from self.fact("via", quote.via.text)

    def manner(self, quote: Quote) -> Iterator[str]:
        yield quote.type
        if quote.implicit:
            yield "implied speaker"
        if quote.stance != "neutral":
            yield quote.stance
        if quote.source_type:
            yield f"source: {quote.source_type}"
        if quote.parent is not None:
            yield f"inside q{quote.parent + 1}"
        if quote.score < 1:
            yield f"score {quote.score:.2f}"

    def numbered(self, number: str, name: str) -> Iterator[str]:
        head = f"{number:>5} "
        for line in _wrap(_clean(name), self.width - len(head)):
            yield head + self.paint(line, _BOLD)
            head = " " * len(head)

    def speaker(self, quote: Quote) -> str:
        found = self.clusters.get(quote.who or "")
        told = quote.speaker.text if quote.speaker else quote.who
        return found.name if found else told or "(unknown speaker)"

    # Events

    def events(self) -> Iterator[str]:
        yield self.paint(f"Events ({len(self.doc.events)})", _BOLD)
        for i, event in enumerate(self.doc.events, 1):
            yield from self.numbered(f"e{i}", f"{event.type}, {event.modality}")
            roles = dict.fromkeys(("actor", "recipient", "loc", *(a.role for a in event.args)))
            for role in roles:
                for arg in event.args:
                    if arg.role == role:
                        yield from self.argument(arg)
            if event.date:
                yield from self.fact("means", _timex(event.date))
            yield from self.fact("trigger", event.trigger.text)
            yield from self.according(event)
            if event.same_as is not None:
                yield from self.fact("same as", f"e{event.same_as + 1}")
            if event.score < 1:
                yield from self.fact("score", f"{event.score:.2f}")

    def argument(self, arg: Argument) -> Iterator[str]:
        found: Cluster | None = self.clusters.get(arg.cluster or "")
        country = arg.country or (found.country if found else None)
        label = {"loc": "place", "actor": "actor", "recipient": "recipient"}.get(arg.role, arg.role)
        name = found.name if found else arg.text
        yield from self.fact(f"{label} {country}" if country else label, name)

    def according(self, event: Event) -> Iterator[str]:
        source = self.clusters.get(event.source or "")
        name = source.name if source else event.source
        if event.quote is not None:
            quote = self.doc.quotes[event.quote]
            yield from self.fact(f"said by q{event.quote + 1}", name or self.speaker(quote))
        elif name:
            yield from self.fact("said by", name)


def _timex(timex: Timex) -> str:
    if timex.value is None:
        return f"{timex.type.lower()}, unresolved"
    days = f" ({timex.begin} to {timex.end})" if timex.begin != timex.end else ""
    calendar = f" {timex.calendar}" if timex.calendar != "gregorian" else ""
    return f"{timex.value}{days}{calendar}"


def _clean(text: str) -> str:
    """Text on one line in which nothing can drive the terminal or turn the line around."""
    return "".join(map(_shown, " ".join(text.split())))


def _shown(c: str) -> str:
    if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or c in _FORMATS:
        return c
    return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}"


def _columns(text: str) -> int:
    """How many columns a terminal gives to clean text."""
    return sum(_cells(c) for c in text)


def _cells(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me", "Cf") and c not in "\u06dd":
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def _pad(text: str, columns: int) -> str:
    return text + " " * (columns - _columns(text))


def _cut(text: str, columns: int) -> str:
    """Return the text, if it is wider than that shortened with «…», after a word where it can."""
    if _columns(text) <= columns:
        return text
    head = _head(text, columns - 1)
    words = head.rpartition(" ")[0] if text[len(head)] != " " else head
    return f"{words if 2 * len(words) > len(head) else head}…"


def _head(text: str, columns: int) -> str:
    used, end = 0, 0
    for match in _GRAPHEME.finditer(text):
        used += _columns(match.group())
        if used > columns:
            break
        end = match.end()
    return text[:end]


def _wrap(text: str, columns: int) -> Iterator[str]:
    """Yield lines of at most so many columns, broken between words where that is possible."""
    line = ""
    for word in text.split(" "):
        while _columns(line) + bool(line) + _columns(word) > columns:
            if line:
                yield line
                line = ""
                continue
            piece = _head(word, columns) or _GRAPHEME.findall(word)[0]
            yield piece
            word = word[len(piece) :]
        line = f"{line} {word}" if line else word
    yield line
