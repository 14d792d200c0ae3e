"""From model output to an annotation that a person can correct, and back."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Argument, Cluster, Document, Entity, Event, Quote, Span
from ..errors import InputError
from .records import (
    GoldArgument,
    GoldArticle,
    GoldCluster,
    GoldEntity,
    GoldEvent,
    GoldQuote,
    Offsets,
    check_gold,
)

__all__ = ["from_document", "to_document"]

_PROCLITICS = "وفبلك"


def from_document(doc: Document) -> GoldArticle:
    """Return an analysis as a gold article, to be corrected by hand.

    What a gold file has no field for is left behind: scores, marks, normalised dates, countries,
    stance, source types, ``parent``, ``via`` and ``same_as``. Raises ``InputError`` if the
    document has no id or its spans are not whole words.
    """
    if not doc.id:
        raise InputError("a gold article needs an id: set Document.id")
    source = doc.meta.get("source")
    article = GoldArticle(
        id=doc.id,
        text=doc.text,
        published=doc.published,
        source=source if isinstance(source, str) else None,
        clusters={c.id: GoldCluster(c.label, c.name) for c in doc.clusters},
        entities=tuple(GoldEntity((e.start, e.end), e.label, e.cluster) for e in _apart(doc)),
        quotes=tuple(
            GoldQuote(
                type=q.type,
                content=tuple((c.start, c.end) for c in q.content),
                cue=_offsets(q.cue),
                speaker=_offsets(q.speaker),
                who=q.who,
            )
            for q in doc.quotes
        ),
        events=tuple(
            GoldEvent(
                etype=v.type,
                modality=v.modality,
                trigger=(v.trigger.start, v.trigger.end),
                args=tuple(GoldArgument(a.role, (a.start, a.end)) for a in v.args),
                quote=v.quote,
            )
            for v in doc.events
        ),
    )
    return check_gold(article, "document")


def _apart(doc: Document) -> Iterator[Entity]:
    """Yield the entities, of those of further span layers the ones that overlap no other."""
    taken: set[int] = set()
    for entity in doc.entities:
        places = range(entity.start, entity.end)
        if taken.isdisjoint(places):
            taken.update(places)
            yield entity


def to_document(article: GoldArticle) -> Document:
    """Return a gold article as a document, with scores of 1 and no resolved dates or countries.

    A quote counts as implicit if it has a cue and no speaker phrase.

    >>> doc = to_document(GoldArticle("1", "قال علي: «نعم»", quotes=(
    ...     GoldQuote("direct", ((10, 13),), cue=(0, 3), speaker=(4, 7)),)))
    >>> doc.quotes[0].content[0].text, doc.quotes[0].speaker.text
    ('نعم', 'علي')
    """
    text = article.text

    def span(offsets: Offsets) -> Span:
        return Span(offsets[0], offsets[1], text[offsets[0] : offsets[1]])

    def maybe(offsets: Offsets | None) -> Span | None:
        return None if offsets is None else span(offsets)

    cluster_of = {e.span: e.cluster for e in article.entities}
    mentions: dict[str, list[int]] = {key: [] for key in article.clusters}
    surfaces: dict[str | None, set[str]] = {k: {c.name} for k, c in article.clusters.items()}
    roles: dict[str, list[str]] = {key: [] for key in article.clusters}
    for i, e in enumerate(article.entities):
        if e.cluster is not None:
            mentions[e.cluster].append(i)
            surfaces[e.cluster].add(article.surface(e.span))
            if e.label == "ROLE" and article.surface(e.span) not in roles[e.cluster]:
                roles[e.cluster].append(article.surface(e.span))
    return Document(
        text=text,
        id=article.id,
        published=article.published,
        entities=tuple(
            Entity(
                start=e.span[0],
                end=e.span[1],
                text=article.surface(e.span),
                label=e.label,
                name=_name(article.surface(e.span), surfaces.get(e.cluster, set())),
                cluster=e.cluster,
            )
            for e in article.entities
        ),
        clusters=tuple(
            Cluster(key, c.label, c.name, tuple(mentions[key]), tuple(roles[key]))
            for key, c in article.clusters.items()
        ),
        quotes=tuple(
            Quote(
                type=q.type,
                content=tuple(map(span, q.content)),
                cue=maybe(q.cue),
                speaker=maybe(q.speaker),
                who=q.who,
                implicit=q.speaker is None and q.cue is not None,
            )
            for q in article.quotes
        ),
        events=tuple(
            Event(
                type=v.etype,
                modality=v.modality,
                trigger=span(v.trigger),
                args=tuple(
                    Argument(a.role, *a.span, article.surface(a.span), cluster_of.get(a.span))
                    for a in v.args
                ),
                quote=v.quote,
                source=None if v.quote is None else article.quotes[v.quote].who,
            )
            for v in article.events
        ),
        meta={} if article.source is None else {"source": article.source},
    )


def _offsets(span: Span | None) -> Offsets | None:
    return None if span is None else (span.start, span.end)


def _name(surface: str, known: set[str]) -> str:
    """Take an attached letter off only where the rest is a name of the same thing elsewhere."""
    rest = surface[1:]
    return rest if surface[:1] in _PROCLITICS and rest in known else surface
