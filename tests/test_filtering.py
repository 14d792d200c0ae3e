from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arabnews.document import Argument, Cluster, Document, Entity, Event, Quote, Span

jsonschema = pytest.importorskip("jsonschema")
VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((files("arabnews") / "schema.json").read_text(encoding="utf-8"))
)

TEXT = " ".join(f"كلمة{i}" for i in range(40))
PLACES = [(m, m + 5) for m in range(0, 200, 7)]
SCORES = st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0])


def span(i: int) -> Span:
    start, end = PLACES[i]
    return Span(start, end, TEXT[start:end])


@st.composite
def documents(draw: Any) -> Document:
    """A document whose parts point at one another; each has a place of its own."""
    ids = [f"c{i}" for i in range(draw(st.integers(0, 4)))]
    any_id = st.sampled_from([None, *ids])

    def position(n: int) -> Any:
        return st.sampled_from([None, *range(n)])

    entities, quotes, events = [], [], []
    for i in range(draw(st.integers(0, 6))):
        s = span(i)
        entities.append(
            Entity(s.start, s.end, s.text, "PER", s.text, draw(any_id), score=draw(SCORES))
        )
    for i in range(draw(st.integers(0, 6))):
        quotes.append(
            Quote("direct", (span(8 + i),), who=draw(any_id), parent=draw(position(i)),
                  score=draw(SCORES))
        )  # fmt: skip
    for i in range(draw(st.integers(0, 6))):
        s = span(i)
        argument = Argument("actor", s.start, s.end, s.text, cluster=draw(any_id))
        events.append(
            Event("CONSULT", "asserted", span(16 + i), (argument,),
                  quote=draw(position(len(quotes))), source=draw(any_id),
                  same_as=draw(position(i)), score=draw(SCORES))
        )  # fmt: skip
    clusters = [
        Cluster(c, "PER", c, tuple(i for i, e in enumerate(entities) if e.cluster == c))
        for c in ids
    ]
    return Document(TEXT, entities=tuple(entities), clusters=tuple(clusters),
                    quotes=tuple(quotes), events=tuple(events))  # fmt: skip


def same(old: int | None, olds: Any, new: int | None, news: Any, least: float) -> None:
    """Assert that two positions are of the same thing, or of none that was kept."""
    if old is None or olds[old].score < least:
        assert new is None
    else:
        assert new is not None and place(news[new]) == place(olds[old])


def place(thing: Any) -> Any:
    return thing.content if isinstance(thing, Quote) else thing.trigger


@given(documents(), st.sampled_from([-1.0, 0.0, 0.3, 0.5, 0.9, 1.1]))
def test_what_stays_points_at_the_same_things(doc: Document, least: float) -> None:
    found = doc.filter(least)
    VALIDATOR.validate(found.to_dict())
    assert Document.from_dict(found.to_dict()) == found
    for before, after in (
        (doc.entities, found.entities), (doc.quotes, found.quotes), (doc.events, found.events),
    ):  # fmt: skip
        assert [x.score for x in after] == [x.score for x in before if x.score >= least]
    assert found.entities == tuple(e for e in doc.entities if e.score >= least)

    quotes = {q.content: q for q in found.quotes}
    for q in (q for q in doc.quotes if q.content in quotes):
        same(q.parent, doc.quotes, quotes[q.content].parent, found.quotes, least)
    events = {v.trigger: v for v in found.events}
    for v in (v for v in doc.events if v.trigger in events):
        new = events[v.trigger]
        assert (new.args, new.source, new.date) == (v.args, v.source, v.date)
        same(v.quote, doc.quotes, new.quote, found.quotes, least)
        same(v.same_as, doc.events, new.same_as, found.events, least)

    clusters = {c.id: c for c in found.clusters}
    for c in found.clusters:
        old = doc.cluster(c.id)
        assert old and [found.entities[m] for m in c.mentions] == [
            doc.entities[m] for m in old.mentions if doc.entities[m].score >= least
        ]
    pointed = [e.cluster for e in found.entities] + [q.who for q in found.quotes]
    pointed += [v.source for v in found.events] + [a.cluster for v in found.events for a in v.args]
    assert all(c is None or c in clusters for c in pointed)
    assert set(clusters) == {c for c in pointed if c is not None} | {
        c.id for c in found.clusters if c.mentions
    }


@given(documents())
def test_nothing_is_lost_at_zero_but_clusters_of_nothing(doc: Document) -> None:
    found = doc.filter(0.0)
    assert (found.entities, found.quotes, found.events) == (doc.entities, doc.quotes, doc.events)
    assert set(found.clusters) <= set(doc.clusters)


@given(documents(), SCORES)
def test_filtering_twice_is_filtering_once(doc: Document, least: float) -> None:
    assert doc.filter(least).filter(least) == doc.filter(least)


def test_an_example() -> None:
    doc = Document(
        TEXT,
        entities=(
            Entity(0, 5, TEXT[0:5], "PER", "أ", "c0", score=0.1),
            Entity(7, 12, TEXT[7:12], "PER", "ب", "c1", score=0.9),
        ),
        clusters=(Cluster("c0", "PER", "أ", (0,)), Cluster("c1", "PER", "ب", (1,))),
        quotes=(
            Quote("direct", (span(3),), who="c0", score=0.1),
            Quote("direct", (span(4),), who="c1", parent=0, score=0.9),
        ),
        events=(
            Event("AID", "asserted", span(5), quote=0, source="c0", score=0.1),
            Event("AID", "asserted", span(6), quote=1, source="c1", same_as=0, score=0.9),
        ),
    )
    found = doc.filter(0.5)
    assert [c.id for c in found.clusters] == ["c1"] and found.clusters[0].mentions == (0,)
    assert (found.quotes[0].parent, found.events[0].quote, found.events[0].same_as) == (
        None, 0, None,
    )  # fmt: skip
