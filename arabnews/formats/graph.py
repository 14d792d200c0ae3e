"""Spans and links: the common ground of annotation tools.

Every tool shows labelled spans and labelled links between them. An article becomes:

=====================  =================================================================
span label             what it is
=====================  =================================================================
PER, ORG, ...          an entity, under its own label
Quote-direct, ...      the content of a quote, with its type
Cue                    a reporting word
Phrase                 a speaker or an argument that is no entity («مصدر أمني»)
Event-CONSULT, ...     a trigger, with the type of its event
=====================  =================================================================

=====================  =================================================================
link                   from and to
=====================  =================================================================
same                   a mention to another mention of the same thing
cue, speaker           a content to its cue, to the phrase that names its speaker
who                    a content to a mention of who speaks, where ``speaker`` is not enough
in                     a trigger to the content that it stands in
part                   a content to a further piece of itself (tools without split spans)
actor, recipient, ...  a trigger to what fills the role
=====================  =================================================================

Cluster keys and names, and speakers whom the text never mentions, are no spans. They travel in
``Graph.meta``, tied to places in the text, so they are found again after the tool has renumbered
everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import InputError
from .records import GoldArticle, GoldEvent, Offsets

__all__ = ["Edge", "Graph", "Node", "join_parts", "label_of", "split_parts", "to_graph"]

QUOTE, EVENT, CUE, PHRASE = "Quote-", "Event-", "Cue", "Phrase"
SAME, CUE_LINK, SPEAKER, WHO, IN, PART = "same", "cue", "speaker", "who", "in", "part"
LINKS = (SAME, CUE_LINK, SPEAKER, WHO, IN, PART)


@dataclass(frozen=True, slots=True)
class Node:
    """A labelled span, in one or more pieces; ``modality`` is there for triggers alone."""

    label: str
    pieces: tuple[Offsets, ...]
    modality: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A labelled link; ``source`` and ``target`` are positions in ``Graph.nodes``."""

    label: str
    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Graph:
    """An article as spans and links; ``meta`` is plain JSON."""

    id: str
    text: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    def surface(self, node: Node) -> str:
        """Return the text of a node, its pieces joined by spaces."""
        return " ".join(self.text[s:e] for s, e in node.pieces)


def label_of(label: str) -> str:
    """Return the kind of a span label: quote, event, cue, phrase or entity."""
    if label.startswith(QUOTE):
        return "quote"
    if label.startswith(EVENT):
        return "event"
    return {CUE: "cue", PHRASE: "phrase"}.get(label, "entity")


class _Builder:
    def __init__(self, article: GoldArticle) -> None:
        self.article = article
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.members: dict[str, list[int]] = {key: [] for key in article.clusters}
        self.says: dict[str, list[dict[str, Any]]] = {key: [] for key in article.clusters}
        self.spans: dict[Offsets, int] = {}  # the mention that stands at a place

    def add(self, label: str, *pieces: Offsets, modality: str | None = None) -> int:
        self.nodes.append(Node(label, pieces, modality))
        return len(self.nodes) - 1

    def mention(self, label: str, span: Offsets, cluster: str | None) -> int:
        at = self.spans[span] = self.add(label, span)
        if cluster is not None:
            self.members[cluster].append(at)
        return at

    def link(self, label: str, source: int, target: int) -> None:
        self.edges.append(Edge(label, source, target))


def to_graph(article: GoldArticle) -> Graph:
    """Return the spans and links of an article; raise ``InputError`` where a label is reserved."""
    b = _Builder(article)
    for e in article.entities:
        if label_of(e.label) != "entity":
            raise InputError(f"{article.id}: entity label {e.label!r} is reserved; rename it")
        b.mention(e.label, e.span, e.cluster)
    for q in article.quotes:  # before any link, so that every mention of a cluster is known
        if q.speaker and q.speaker not in b.spans:
            b.mention(PHRASE, q.speaker, q.who)
    contents = [_add_quote(b, i) for i in range(len(article.quotes))]
    for v in article.events:
        _add_event(b, v, contents)
    for members in b.members.values():
        members.sort(key=lambda n: b.nodes[n].pieces)
        for a, c in zip(members, members[1:], strict=False):
            b.link(SAME, c, a)
    return Graph(article.id, article.text, tuple(b.nodes), tuple(b.edges), _meta(b))


def _add_quote(b: _Builder, index: int) -> int:
    q = b.article.quotes[index]
    content = b.add(QUOTE + q.type, *q.content)
    if q.cue:
        b.link(CUE_LINK, content, b.add(CUE, q.cue))
    speaks: str | None = None
    if q.speaker:
        at = b.spans[q.speaker]
        b.link(SPEAKER, content, at)
        speaks = next((k for k, m in b.members.items() if at in m), None)
    if q.who is not None and q.who != speaks:
        if b.members[q.who]:
            near = min(
                b.members[q.who], key=lambda n: abs(b.nodes[n].pieces[0][0] - q.content[0][0])
            )
            b.link(WHO, content, near)
        else:
            speaker = list(q.speaker) if q.speaker else None
            b.says[q.who].append({"content": list(q.content[0]), "speaker": speaker})
    return content


def _add_event(b: _Builder, v: GoldEvent, contents: list[int]) -> None:
    trigger = b.add(EVENT + v.etype, v.trigger, modality=v.modality)
    for arg in v.args:
        if arg.role in LINKS:
            raise InputError(f"{b.article.id}: argument role {arg.role!r} is reserved; rename it")
        at = b.spans.get(arg.span)
        b.link(arg.role, trigger, b.mention(PHRASE, arg.span, None) if at is None else at)
    if v.quote is not None:
        b.link(IN, trigger, contents[v.quote])


def _meta(b: _Builder) -> dict[str, Any]:
    clusters = {
        key: {
            "label": c.label,
            "name": c.name,
            "mentions": [list(b.nodes[n].pieces[0]) for n in b.members[key]],
            **({"says": b.says[key]} if b.says[key] else {}),
        }
        for key, c in b.article.clusters.items()
    }
    out = {"source": b.article.source, "published": b.article.published}
    return {"id": b.article.id, **{k: v for k, v in out.items() if v}, "clusters": clusters}


def split_parts(graph: Graph) -> Graph:
    """Return the graph with one piece a node, further pieces tied to the first by ``part``."""
    nodes, edges = list(graph.nodes), list(graph.edges)
    for i, node in enumerate(graph.nodes):
        nodes[i] = replace(node, pieces=node.pieces[:1])
        for piece in node.pieces[1:]:
            edges.append(Edge(PART, i, len(nodes)))
            nodes.append(replace(node, pieces=(piece,)))
    return replace(graph, nodes=tuple(nodes), edges=tuple(edges))


def join_parts(graph: Graph) -> Graph:
    """Return the graph with nodes tied by ``part`` made one; links to any piece are kept."""
    home = list(range(len(graph.nodes)))
    for e in graph.edges:
        if e.label == PART:
            low, high = sorted((home[e.source], home[e.target]))
            home = [low if h == high else h for h in home]
    keep = [i for i, h in enumerate(home) if i == h]
    new = {old: i for i, old in enumerate(keep)}
    nodes = []
    for i in keep:
        members = [n for n, h in zip(graph.nodes, home, strict=True) if h == i]
        if len({m.label for m in members}) > 1:
            labels = sorted({m.label for m in members})
            raise InputError(f"{graph.id}: 'part' ties {labels} together; give them one label")
        nodes.append(
            replace(graph.nodes[i], pieces=tuple(sorted(p for m in members for p in m.pieces)))
        )
    edges = tuple(
        Edge(e.label, new[home[e.source]], new[home[e.target]])
        for e in graph.edges
        if e.label != PART
    )
    return replace(graph, nodes=tuple(nodes), edges=edges)
