"""From the model's scores to a ``Document``."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..document import Cluster, Document, Entity, Quote, Span
from ..model.scores import ArticleScores
from ..text.words import paragraphs
from .dates import resolve_date
from .events import Resolved, find_events, link_same
from .labels import one_label_a_name
from .marks import classify_marks
from .names import Group, cluster_mentions
from .sources import source_type, stance
from .speakers import RawQuote, find_quotes
from .styles import without_styles

__all__ = ["build_document"]


def build_document(
    text: str, scores: ArticleScores, *, id: str | None = None,
    published: datetime.date | None = None, meta: Mapping[str, Any] | None = None,
) -> Document:  # fmt: skip
    """Resolve an article's scores: clusters, speakers, dates, places, events."""
    scores = one_label_a_name(without_styles(scores))
    words = scores.encoded.words
    chars = [(words[c.first][0], words[c.stop - 1][1]) for c in scores.candidates]
    surfaces = [text[s:e] for s, e in chars]
    groups, of, names = cluster_mentions(scores, surfaces)
    raw = find_quotes(text, scores, groups, of, names)
    ids = {g: f"c{n}" for n, g in enumerate(_in_order(groups))}

    entities: list[Entity] = []
    entity_of: dict[int, int] = {}
    for i, c in enumerate(scores.candidates):
        if c.layer != "entity":
            continue
        entity_of[i] = len(entities)
        start, end = chars[i]
        entities.append(
            Entity(
                start, end, surfaces[i], c.label, names[i],
                cluster=ids[of[i]] if i in of and c.label != "DATE" else None,
                timex=resolve_date(surfaces[i], published) if c.label == "DATE" else None,
                score=scores.calibrated("entities", c.score),
            )
        )  # fmt: skip
    extra = []
    for s in scores.extra:
        start, end = words[s.first][0], words[s.stop - 1][1]
        surface = text[start:end]
        extra.append(Entity(start, end, surface, s.label, surface, score=round(s.score, 4)))
    clusters = {
        ids[g]: Cluster(
            ids[g], group.label, group.name,
            mentions=tuple(sorted(entity_of[m] for m in group.members if m in entity_of)),
            roles=group.roles, country=group.country(),
        )
        for g, group in enumerate(groups)
    }  # fmt: skip
    quotes = _quotes(text, scores, raw, chars, groups, ids)
    cluster_of = {i: ids[g] for i, g in of.items()}
    known = Resolved(entities, clusters, quotes, cluster_of, entity_of, published)
    events = find_events(text, scores, known)
    lines = paragraphs(text)
    events = link_same(events, lines[0][1] if lines else 0)
    order = [ids[g] for g in _in_order(groups)]
    return Document(
        text=text, id=id, published=published.isoformat() if published else None,
        entities=(*entities, *extra), clusters=tuple(clusters[c] for c in order),
        quotes=tuple(quotes), events=tuple(events),
        marks=classify_marks(text, quotes, entities), meta=dict(meta or {}),
    )  # fmt: skip


def _in_order(groups: Sequence[Group]) -> list[int]:
    return sorted(range(len(groups)), key=lambda g: min(groups[g].members, default=0))


def _quotes(
    text: str, scores: ArticleScores, raw: Sequence[RawQuote],
    chars: Sequence[tuple[int, int]], groups: Sequence[Group], ids: Mapping[int, str],
) -> list[Quote]:  # fmt: skip
    words = scores.encoded.words

    def span(first: int, stop: int) -> Span:
        start, end = words[first][0], words[stop - 1][1]
        return Span(start, end, text[start:end])

    rows = [(a, b, i) for i, quote in enumerate(raw) for a, b in quote.content]
    contents = np.asarray(rows, dtype=np.int64).reshape(-1, 3)
    out: list[Quote] = []
    for at, quote in enumerate(raw):
        content = tuple(span(a, b) for a, b in quote.content)
        cue = span(quote.cue.first, quote.cue.stop) if quote.cue else None
        speaker = None
        if quote.speaker is not None:
            s, e = chars[quote.speaker]
            speaker = Span(s, e, text[s:e])
        via = None
        if quote.via is not None:
            s, e = chars[quote.via]
            via = Span(s, e, text[s:e])
        kind = None
        if quote.group is not None:
            group = groups[quote.group]
            kind = source_type(group.label, group.name, tuple(group.labels))
        out.append(
            Quote(
                quote.type, content, cue=cue, speaker=speaker,
                who=ids[quote.group] if quote.group is not None else None,
                implicit=speaker is None, source_type=kind,
                stance=stance(cue.text if cue else None),
                parent=_parent(quote, at, contents), via=via,
                score=scores.calibrated("quotes", quote.score),
                speaker_score=round(quote.speaker_score, 4),
            )
        )  # fmt: skip
    return out


def _parent(quote: RawQuote, at: int, contents: np.ndarray) -> int | None:
    """Return the shortest other quote whose content holds this one's cue and content.

    ``contents`` has a row for each piece of content: first word, stop, position of the quote.
    """
    first = min(quote.content[0][0], quote.cue.first if quote.cue else quote.content[0][0])
    stop = quote.content[-1][1]
    length = contents[:, 1] - contents[:, 0]
    holding = (contents[:, 0] <= first) & (stop <= contents[:, 1]) & (length > stop - first)
    holding &= contents[:, 2] != at
    rows = np.flatnonzero(holding)
    return int(contents[rows[length[rows].argmin()], 2]) if len(rows) else None
