"""A document without what the model is not sure of."""

from __future__ import annotations

from dataclasses import replace

from ..document import Document

__all__ = ["filter_document"]


def filter_document(doc: Document, min_score: float) -> Document:
    """Return ``doc`` without entities, quotes and events scored below ``min_score``.

    Clusters keep their names; positions in ``mentions``, ``parent``, ``quote`` and ``same_as``
    are renumbered.
    """
    entity_at = _kept([e.score for e in doc.entities], min_score)
    quote_at = _kept([q.score for q in doc.quotes], min_score)
    event_at = _kept([v.score for v in doc.events], min_score)
    quotes = tuple(
        replace(q, parent=quote_at.get(q.parent) if q.parent is not None else None)
        for i, q in enumerate(doc.quotes)
        if i in quote_at
    )
    events = tuple(
        replace(
            v,
            quote=quote_at.get(v.quote) if v.quote is not None else None,
            same_as=event_at.get(v.same_as) if v.same_as is not None else None,
        )
        for i, v in enumerate(doc.events)
        if i in event_at
    )
    used = {q.who for q in quotes} | {a.cluster for v in events for a in v.args}
    used |= {v.source for v in events}
    clusters = []
    for c in doc.clusters:
        mentions = tuple(entity_at[m] for m in c.mentions if m in entity_at)
        if mentions or c.id in used:
            clusters.append(replace(c, mentions=mentions))
    return replace(
        doc,
        entities=tuple(e for i, e in enumerate(doc.entities) if i in entity_at),
        clusters=tuple(clusters),
        quotes=quotes,
        events=events,
    )


def _kept(scores: list[float], min_score: float) -> dict[int, int]:
    """Map the old position of each kept item to its new one."""
    kept = [i for i, s in enumerate(scores) if s >= min_score]
    return {old: new for new, old in enumerate(kept)}
