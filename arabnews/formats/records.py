"""An annotated article as typed records, and the rules that it keeps.

A span is a half-open ``(start, end)`` pair of code-point offsets in ``text`` and covers whole
words. The field names are those of the gold files: ``etype`` is the type of an event, ``who`` the
cluster that speaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from ..document import Modality, QuoteType
from ..errors import InputError
from ..text.words import words

__all__ = [
    "GoldArgument", "GoldArticle", "GoldCluster", "GoldEntity", "GoldEvent", "GoldQuote", "Offsets",
    "MODALITIES", "QUOTE_TYPES", "canonical", "check_gold",
]  # fmt: skip

Offsets = tuple[int, int]

QUOTE_TYPES: tuple[str, ...] = get_args(QuoteType)
MODALITIES: tuple[str, ...] = get_args(Modality)


@dataclass(frozen=True, slots=True)
class GoldCluster:
    """One real-world thing; label NONE for a source that is no named entity."""

    label: str
    name: str


@dataclass(frozen=True, slots=True)
class GoldEntity:
    """A mention; ``cluster`` is a key of ``GoldArticle.clusters``, absent for dates."""

    span: Offsets
    label: str
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """Reported speech; ``content`` has one piece for each uninterrupted stretch."""

    type: QuoteType
    content: tuple[Offsets, ...]
    cue: Offsets | None = None
    speaker: Offsets | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class GoldArgument:
    """A phrase that fills a role of an event."""

    role: str
    span: Offsets


@dataclass(frozen=True, slots=True)
class GoldEvent:
    """An event; ``quote`` is the index of the quote whose content holds the trigger."""

    etype: str
    modality: Modality
    trigger: Offsets
    args: tuple[GoldArgument, ...] = ()
    quote: int | None = None


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An annotated article; the first line of ``text`` is the headline.

    >>> a = GoldArticle("1", "قال علي: «نعم»", entities=(GoldEntity((4, 7), "PER", "ali"),),
    ...                 clusters={"ali": GoldCluster("PER", "علي")})
    >>> a.surface(a.entities[0].span)
    'علي'
    """

    id: str
    text: str
    published: str | None = None
    source: str | None = None
    clusters: Mapping[str, GoldCluster] = field(default_factory=dict)
    entities: tuple[GoldEntity, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    events: tuple[GoldEvent, ...] = ()

    def surface(self, span: Offsets) -> str:
        """Return the text of a span."""
        return self.text[span[0] : span[1]]

    def to_dict(self) -> dict[str, Any]:
        """Return the object that stands on one line of a gold file; absent fields are left out."""
        return {
            "id": self.id,
            **_present(source=self.source, published=self.published),
            "text": self.text,
            "clusters": {k: {"label": c.label, "name": c.name} for k, c in self.clusters.items()},
            "entities": [
                {"span": list(e.span), "label": e.label, **_present(cluster=e.cluster)}
                for e in self.entities
            ],
            "quotes": [
                {
                    "type": q.type,
                    "content": [list(c) for c in q.content],
                    **_present(cue=q.cue, speaker=q.speaker, who=q.who),
                }
                for q in self.quotes
            ],
            "events": [
                {
                    "etype": v.etype,
                    "modality": v.modality,
                    "trigger": list(v.trigger),
                    "args": [{"role": a.role, "span": list(a.span)} for a in v.args],
                    **_present(quote=v.quote),
                }
                for v in self.events
            ],
        }


def _present(**values: Any) -> dict[str, Any]:
    return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items() if v is not None}


def canonical(article: GoldArticle) -> GoldArticle:
    """Return the same annotations in reading order, the order in which every importer gives them.

    Entities are sorted by place, quotes by content, events by trigger, arguments by place, and
    clusters by key.
    """
    order = sorted(
        range(len(article.quotes)),
        key=lambda i: (sorted(article.quotes[i].content), article.quotes[i].type, i),
    )
    new = {old: i for i, old in enumerate(order)}
    events = (
        replace(
            v,
            args=tuple(sorted(v.args, key=lambda a: (a.span, a.role))),
            quote=None if v.quote is None else new[v.quote],
        )
        for v in article.events
    )
    return replace(
        article,
        clusters=dict(sorted(article.clusters.items())),
        entities=tuple(sorted(article.entities, key=lambda e: (e.span, e.label))),
        quotes=tuple(
            replace(article.quotes[i], content=tuple(sorted(article.quotes[i].content)))
            for i in order
        ),
        events=tuple(sorted(events, key=lambda v: (v.trigger, v.etype, [a.span for a in v.args]))),
    )


def check_gold(article: GoldArticle, where: str = "gold") -> GoldArticle:
    """Return the article if it keeps the rules of a gold file, else raise ``InputError``.

    Spans are in range, not empty, and whole words; entities do not overlap; clusters and quotes
    that are referred to exist.
    """
    return _Checker(article, f"{where} ({article.id})").run()


class _Checker:
    def __init__(self, article: GoldArticle, where: str) -> None:
        self.article, self.where = article, where
        bounds = words(article.text)
        self.starts, self.ends = {s for s, _ in bounds}, {e for _, e in bounds}

    def fail(self, name: str, cause: str, remedy: str) -> InputError:
        return InputError(f"{self.where}: {name}: {cause}; {remedy}")

    def span(self, name: str, span: Offsets | None) -> None:
        if span is None:
            return
        (start, end), text = span, self.article.text
        if not 0 <= start < end <= len(text):
            cause = f"[{start}, {end}] is empty or outside the text of {len(text)}"
            raise self.fail(name, cause, "offsets count code points from 0")
        if start not in self.starts or end not in self.ends:
            near = text[max(0, start - 10) : end + 10]
            cause = f"{text[start:end]!r:.80} in {near!r:.120} cuts a word or includes a mark"
            raise self.fail(
                name, cause, "take it to whole words, without punctuation marks at its edges"
            )

    def cluster(self, name: str, key: str | None) -> None:
        if key is not None and key not in self.article.clusters:
            raise self.fail(name, f"there is no cluster {key!r}", "add it to clusters")

    def run(self) -> GoldArticle:
        for i, entity in enumerate(self.article.entities):
            self.span(f"entities[{i}].span", entity.span)
            self.cluster(f"entities[{i}].cluster", entity.cluster)
        self.overlaps()
        for i, quote in enumerate(self.article.quotes):
            if not quote.content:
                raise self.fail(f"quotes[{i}].content", "it is empty", "give one span or more")
            for j, piece in enumerate(quote.content):
                self.span(f"quotes[{i}].content[{j}]", piece)
            self.span(f"quotes[{i}].cue", quote.cue)
            self.span(f"quotes[{i}].speaker", quote.speaker)
            self.cluster(f"quotes[{i}].who", quote.who)
        for i, event in enumerate(self.article.events):
            self.span(f"events[{i}].trigger", event.trigger)
            for j, arg in enumerate(event.args):
                self.span(f"events[{i}].args[{j}].span", arg.span)
            if event.quote is not None and not 0 <= event.quote < len(self.article.quotes):
                cause = f"there is no quote {event.quote}"
                raise self.fail(f"events[{i}].quote", cause, "quotes count from 0")
        return self.article

    def overlaps(self) -> None:
        found = self.article.entities
        order = sorted(range(len(found)), key=lambda i: found[i].span)
        for a, b in zip(order, order[1:], strict=False):
            if found[a].span[1] > found[b].span[0]:
                surface = self.article.surface(found[b].span)
                cause = f"{surface!r:.80} overlaps entities[{a}]"
                raise self.fail(f"entities[{b}].span", cause, "keep one of the two")
