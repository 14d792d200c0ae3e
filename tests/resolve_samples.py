"""Scores made by hand: what a perfect model would say of a short text, for tests of the rules."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from arabnews.document import Document
from arabnews.model.decode import ScoredSpan
from arabnews.model.scores import ArticleScores, Link
from arabnews.model.tokenizer import Encoded, NewsTokenizer
from arabnews.resolve.build import build_document

ROLES = ("actor", "date", "loc", "recipient")
#: A surface, or a surface and which of its occurrences, from 0.
Place = str | tuple[str, int]


@cache
def tokenizer() -> NewsTokenizer:
    """A tokenizer that knows hardly a word: the rules look at words, not at pieces."""
    from arabnews.training.corpus import train_tokenizer

    raw = train_tokenizer(["قال الوزير ان مصر ترفض"] * 5, 60)
    return NewsTokenizer(raw, normalisation="compact", paragraph_token="[P]")


class Draft:
    """A text with named spans and links, from which ``scores`` and ``document`` are made.

    >>> draft = Draft("قال سامي: «نعم»")
    >>> doc = draft.entity("PER", "سامي").quote("قال", "نعم", "سامي").document()
    >>> doc.quotes[0].type
    'direct'
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.encoded: Encoded = tokenizer().encode(text)
        self.spans: dict[tuple[int, int], ScoredSpan] = {}
        self.clusters: dict[tuple[int, int], str] = {}
        self.cues: list[tuple[ScoredSpan, tuple[int, int, float], Any, Any]] = []
        self.events: list[tuple[ScoredSpan, str, list[tuple[str, tuple[int, int], float]]]] = []

    def words(self, place: Place) -> tuple[int, int]:
        """Return the half-open interval of the words that a surface touches."""
        surface, nth = (place, 0) if isinstance(place, str) else place
        at = -1
        for _ in range(nth + 1):
            at = self.text.index(surface, at + 1)
        touched = [
            i for i, (s, e) in enumerate(self.encoded.words) if s < at + len(surface) and at < e
        ]
        return touched[0], touched[-1] + 1

    def entity(
        self, label: str, place: Place, cluster: str | None = None, score: float = 1.0
    ) -> Draft:
        """Add a mention; those of one ``cluster`` are linked to the one before."""
        at = self.words(place)
        layer = label if label in ("source", "argument") else "entity"
        self.spans[at] = ScoredSpan(*at, layer, label, score)
        if cluster:
            self.clusters[at] = cluster
        return self

    def quote(
        self, cue: Place, content: Place, speaker: Place | None = None,
        who: Mapping[Any, float] | None = None, score: float = 1.0,
    ) -> Draft:  # fmt: skip
        """Add a reporting word with its content, its speaker or scores of who is meant."""
        said = (*self.words(content), score)
        span = ScoredSpan(*self.words(cue), "cue", "cue", score)
        self.cues.append((span, said, speaker, who or {}))
        return self

    def colon(self, speaker: Place, content: Place | None = None) -> Draft:
        """Add the mark of a headline colon on the last word of the speaker."""
        stop = self.words(speaker)[1]
        said = (*self.words(content), 1.0) if content else (stop - 1, stop, 0.1)
        self.cues.append((ScoredSpan(stop - 1, stop, "cue", "colon", 1.0), said, speaker, {}))
        return self

    def event(
        self, type: str, trigger: Place, args: Sequence[tuple[Any, ...]] = (),
        modality: str = "asserted", score: float = 1.0,
    ) -> Draft:  # fmt: skip
        """Add an event; ``args`` are (role, place) or (role, place, probability)."""
        found = []
        for role, place, *p in args:
            at = self.words(place)
            self.spans.setdefault(at, ScoredSpan(*at, "argument", "argument", 1.0))
            found.append((role, at, p[0] if p else 1.0))
        span = ScoredSpan(*self.words(trigger), "trigger", type, score)
        self.events.append((span, modality, found))
        return self

    def scores(self, evidence: tuple[float, ...] = (1.0, 0.5, 0.5, -1.0)) -> ArticleScores:
        """Return everything as a model would give it."""
        keys = sorted(self.spans)
        at = {k: i for i, k in enumerate(keys)}
        everyone = np.arange(len(keys))
        cues = sorted(self.cues, key=lambda c: (c[0].first, c[1]))
        speaker, who = [], []
        for _, _, by, scored in cues:
            chosen = np.zeros(len(keys), dtype=np.float32)
            if by is not None:
                chosen[at[self.words(by)]] = 0.9
            speaker.append(Link(everyone, chosen))
            pairs = [(at[self.words(place)], s) for place, s in scored.items()]
            who.append(
                Link(np.asarray([i for i, _ in pairs], dtype=np.int64),
                     np.asarray([s for _, s in pairs], dtype=np.float32))
            )  # fmt: skip
        events = sorted(self.events, key=lambda v: v[0].first)
        arguments = []
        for _, _, args in events:
            rows = np.zeros((len(keys), len(ROLES)), dtype=np.float32)
            for role, span, p in args:
                rows[at[span], ROLES.index(role)] = p
            arguments.append(Link(everyone, rows))
        coref = {}
        for i, k in enumerate(keys):
            before = [j for j in range(i) if self.clusters.get(keys[j], "") == self.clusters.get(k)]
            if before:
                coref[i] = Link(np.asarray(before[-1:]), np.asarray([0.9], dtype=np.float32))
        return ArticleScores(
            encoded=self.encoded, candidates=[self.spans[k] for k in keys],
            cues=[c[0] for c in cues], content=[c[1] for c in cues], speaker=speaker, who=who,
            triggers=[v[0] for v in events], modality=[(v[1], 1.0) for v in events],
            arguments=arguments, coref=coref, roles=ROLES, evidence=evidence,
        )  # fmt: skip

    def document(self, published: str | None = None, **options: Any) -> Document:
        """Return the article as the rules resolve it."""
        date = datetime.date.fromisoformat(published) if published else None
        return build_document(self.text, self.scores(**options), id="draft", published=date)


def said(doc: Document) -> list[tuple[str | None, str]]:
    """Return who says what, in reading order; pieces are joined by « … »."""
    return [
        (doc.speaker_name(q), " … ".join(c.text for c in q.content)) for q in doc.quotes
    ]
