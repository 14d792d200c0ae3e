"""From the spans and links of an annotation tool back to an article.

Links may be drawn in either direction. Whatever cannot be kept raises ``InputError``, so that no
annotation is lost unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any, cast

from ..document import Modality, QuoteType
from ..errors import InputError
from .graph import (
    CUE_LINK,
    EVENT,
    IN,
    QUOTE,
    SAME,
    SPEAKER,
    WHO,
    Graph,
    join_parts,
    label_of,
)
from .records import (
    MODALITIES,
    QUOTE_TYPES,
    GoldArgument,
    GoldArticle,
    GoldCluster,
    GoldEntity,
    GoldEvent,
    GoldQuote,
    Offsets,
    canonical,
    check_gold,
)

__all__ = ["from_graph"]

MENTIONS = ("entity", "phrase")
# For each link, the kinds of span that it leaves from and those that it reaches.
_ENDS = {
    SAME: (MENTIONS, MENTIONS),
    CUE_LINK: (("quote",), ("cue",)),
    SPEAKER: (("quote",), MENTIONS),
    WHO: (("quote",), MENTIONS),
    IN: (("event",), ("quote",)),
}
_ROLE_ENDS = (("event",), MENTIONS)


def from_graph(graph: Graph, where: str) -> GoldArticle:
    """Return the article that spans and links describe, in reading order, checked.

    A mention linked to nothing has no cluster unless it came with one; mentions that are newly
    linked get a cluster named by their longest surface; a newly marked speaker phrase gets one
    labelled NONE. Raises ``InputError``.
    """
    return _Rebuilder(join_parts(graph), where).article()


class _Rebuilder:
    def __init__(self, graph: Graph, where: str) -> None:
        self.graph, self.where = graph, where
        self.kinds = [label_of(n.label) for n in graph.nodes]
        self.same: list[tuple[int, int]] = []
        self.out: dict[str, dict[int, int]] = {k: {} for k in _ENDS if k != SAME}
        self.args: dict[int, list[tuple[str, int]]] = {}
        for e in graph.edges:
            self._take(e.label, e.source, e.target)
        self.spans: dict[Offsets, list[int]] = {}
        for i, kind in enumerate(self.kinds):
            if kind != "quote" and len(graph.nodes[i].pieces) > 1:
                raise self.fail(i, "it is in several pieces; only a quote may be")
            if kind in MENTIONS:
                self.spans.setdefault(graph.nodes[i].pieces[0], []).append(i)
        self.known = self._known()
        self.clusters: dict[str, GoldCluster] = {}
        self.key_of: dict[int, str] = {}
        self._name_components()

    def fail(self, node: int, cause: str) -> InputError:
        n = self.graph.nodes[node]
        surface = self.graph.surface(n)
        return InputError(
            f"{self.where} ({self.graph.id}): {n.label} {surface!r:.80} at {n.pieces[0]}: {cause}"
        )

    def _take(self, label: str, a: int, b: int) -> None:
        ends = _ENDS.get(label, _ROLE_ENDS)
        for source, target in ((a, b), (b, a)):
            if self.kinds[source] in ends[0] and self.kinds[target] in ends[1]:
                break
        else:
            other = self.graph.nodes[b]
            raise self.fail(
                a,
                f"a link {label!r} to {other.label} {self.graph.surface(other)!r:.80} means "
                "nothing; remove it or give it another label",
            )
        if label == SAME:
            self.same.append((source, target))
        elif label not in _ENDS:
            self.args.setdefault(source, []).append((label, target))
        elif self.out[label].setdefault(source, target) != target:
            raise self.fail(source, f"it has two links {label!r}; keep one")

    def _known(self) -> Mapping[str, Any]:
        known = self.graph.meta.get("clusters", {})
        try:
            for c in known.values():
                GoldCluster(c["label"] + "", c["name"] + "")
                [(s, e) for s, e in c.get("mentions", [])]
                [(s["content"], s["speaker"]) for s in c.get("says", [])]
        except (AttributeError, KeyError, TypeError, ValueError):
            raise InputError(
                f"{self.where} ({self.graph.id}): the record of clusters is damaged; "
                "export again, or remove it"
            ) from None
        return cast(Mapping[str, Any], known)

    def _components(self) -> list[list[int]]:
        home = {i: i for i, kind in enumerate(self.kinds) if kind in MENTIONS}

        def union(a: int, b: int) -> None:
            low, high = sorted((home[a], home[b]))
            for i, h in home.items():
                if h == high:
                    home[i] = low

        for a, b in self.same:
            union(a, b)
        for c in self.known.values():
            # A mention that was deleted took its links with it: its neighbours stay together.
            last, gap = None, False
            for s, e in c.get("mentions", []):
                here = next(iter(self.spans.get((s, e), [])), None)
                if here is None:
                    gap = True
                    continue
                if gap and last is not None:
                    union(last, here)
                last, gap = here, False
        groups: dict[int, list[int]] = {}
        for i in sorted(home, key=lambda i: self.graph.nodes[i].pieces):
            groups.setdefault(home[i], []).append(i)
        return list(groups.values())

    def _name_components(self) -> None:
        anchors: dict[Offsets, list[str]] = {}
        for key, c in self.known.items():
            for s, e in c.get("mentions", []):
                anchors.setdefault((s, e), []).append(key)
        explicit = self.out[WHO]
        speaking = {
            t for q, t in self.out[SPEAKER].items() if q not in explicit and not self._told(q)
        }
        speaking |= set(explicit.values())
        for group in self._components():
            keys = [k for i in group for k in anchors.get(self.graph.nodes[i].pieces[0], [])]
            free = [k for k in keys if k not in self.clusters]
            if free:
                key, c = free[0], self.known[free[0]]
                self.clusters[key] = GoldCluster(c["label"], c["name"])
            elif keys or len(group) > 1 or speaking & set(group):
                taken = {*self.clusters, *self.known}
                key = next(k for n in count(1) if (k := f"c{n}") not in taken)
                self.clusters[key] = self._new_cluster(group)
            else:
                continue
            self.key_of.update(dict.fromkeys(group, key))
        for key, c in self.known.items():
            if not c.get("mentions"):
                self.clusters.setdefault(key, GoldCluster(c["label"], c["name"]))

    def _new_cluster(self, group: list[int]) -> GoldCluster:
        nodes = [self.graph.nodes[i] for i in group]
        named = [n for n in nodes if label_of(n.label) == "entity" and n.label != "ROLE"]
        roles = [n for n in nodes if n.label == "ROLE"]
        # An office holder whom the article never names is a person all the same.
        label = named[0].label if named else "PER" if roles else "NONE"
        name = max((self.graph.surface(n) for n in named or roles or nodes), key=len)
        return GoldCluster(label, name)

    def _told(self, quote: int) -> str | None:
        """Return who says a quote by the record, while its content and speaker are unchanged."""
        first = list(self.graph.nodes[quote].pieces[0])
        at = self.out[SPEAKER].get(quote)
        speaker = None if at is None else list(self.graph.nodes[at].pieces[0])
        for key, c in self.known.items():
            for s in c.get("says", []):
                if list(s["content"]) == first and s["speaker"] == speaker:
                    return key
        return None

    def article(self) -> GoldArticle:
        g = self.graph
        quote_nodes = [i for i, kind in enumerate(self.kinds) if kind == "quote"]
        index = {node: i for i, node in enumerate(quote_nodes)}
        quotes = tuple(self._quote(i) for i in quote_nodes)
        events = tuple(
            self._event(i, index) for i, kind in enumerate(self.kinds) if kind == "event"
        )
        self._orphans()
        entities = tuple(
            GoldEntity(n.pieces[0], n.label, self.key_of.get(i))
            for i, n in enumerate(g.nodes)
            if self.kinds[i] == "entity"
        )
        used = {e.cluster for e in entities} | {q.who for q in quotes}
        told = {k for k, c in self.known.items() if not c.get("mentions")}
        article = GoldArticle(
            id=g.id,
            text=g.text,
            published=g.meta.get("published"),
            source=g.meta.get("source"),
            clusters={k: c for k, c in self.clusters.items() if k in used or k in told},
            entities=entities,
            quotes=quotes,
            events=events,
        )
        return canonical(check_gold(article, self.where))

    def _quote(self, at: int) -> GoldQuote:
        node = self.graph.nodes[at]
        type = node.label.removeprefix(QUOTE)
        if type not in QUOTE_TYPES:
            raise self.fail(at, f"unknown quote type; use one of {', '.join(QUOTE_TYPES)}")
        cue, speaker = self.out[CUE_LINK].get(at), self.out[SPEAKER].get(at)
        whose = self.out[WHO].get(at, speaker)
        who = None if whose is None else self.key_of.get(whose)
        if at not in self.out[WHO]:
            who = self._told(at) or who
        return GoldQuote(
            type=cast(QuoteType, type),
            content=tuple(sorted(node.pieces)),
            cue=None if cue is None else self.graph.nodes[cue].pieces[0],
            speaker=None if speaker is None else self.graph.nodes[speaker].pieces[0],
            who=who,
        )

    def _event(self, at: int, quotes: Mapping[int, int]) -> GoldEvent:
        node = self.graph.nodes[at]
        modality = node.modality or "asserted"
        if modality not in MODALITIES:
            raise self.fail(at, f"modality {modality!r:.40}: use one of {', '.join(MODALITIES)}")
        inside = self.out[IN].get(at)
        return GoldEvent(
            etype=node.label.removeprefix(EVENT),
            modality=cast(Modality, modality),
            trigger=node.pieces[0],
            args=tuple(
                GoldArgument(role, self.graph.nodes[n].pieces[0])
                for role, n in self.args.get(at, [])
            ),
            quote=None if inside is None else quotes[inside],
        )

    def _orphans(self) -> None:
        used = {n for links in self.out.values() for n in links.values()}
        used |= {n for args in self.args.values() for _, n in args}
        for i, kind in enumerate(self.kinds):
            if kind in ("cue", "phrase") and i not in used:
                wanted = "a quote" if kind == "cue" else "a quote or an event"
                raise self.fail(
                    i, f"it belongs to no quote or event; link it to {wanted} or delete it"
                )
