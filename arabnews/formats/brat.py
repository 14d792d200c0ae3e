"""brat standoff: a ``.txt`` and an ``.ann`` file for each article, offsets in code points.

Entities, cues, phrases and contents are text-bound annotations (contents in several fragments
where speech is interrupted), links are relations, events are events with a ``Modality`` attribute
and the role ``in`` for the quote that holds them; see ``arabnews.formats.graph`` for the labels.
brat has no place for the date, the outlet and the names of clusters: they stand in a ``.json``
file beside the two, which brat leaves alone. Without it they are made up from the text. A content
that crosses a line break comes back as one piece a line.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..document import EVENT_TYPES
from ..errors import InputError
from ..text.words import words
from .graph import EVENT, QUOTE, SAME, Edge, Graph, Node, label_of, to_graph
from .jsonl import open_text
from .rebuild import from_graph
from .records import MODALITIES, QUOTE_TYPES, GoldArticle, Offsets
from .sidecar import files_of, load_meta, plan_files, save_meta

__all__ = ["annotation_conf", "export_brat", "import_brat"]

_LABEL = re.compile(r"[A-Za-z0-9_\-]+\Z")
_ENTITY_LABELS = ("PER", "ORG", "LOC", "MISC", "DATE", "ROLE")


def export_brat(articles: Iterable[GoldArticle], folder: str | os.PathLike[str]) -> list[Path]:
    """Write ``.txt``, ``.ann`` and ``.json`` files and return the paths of the ``.ann`` files.

    Also writes ``annotation.conf``, which tells brat the labels. Raises ``InputError`` for a label
    with characters that brat does not take, or a text with a lone surrogate.
    """
    written, labels = [], list(_ENTITY_LABELS)
    for article, stem in plan_files(articles, folder):
        graph = to_graph(article)
        ann = Path(f"{stem}.ann")
        try:
            data = article.text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InputError(
                f"{article.id}: text: lone surrogate at {error.start}, which UTF-8 cannot hold; "
                "remove it from the text"
            ) from None
        ann.write_text(_ann(graph), encoding="utf-8", newline="\n")
        Path(f"{stem}.txt").write_bytes(data)
        save_meta(Path(f"{stem}.json"), graph.meta)
        labels += [n.label for n in graph.nodes if label_of(n.label) == "entity"]
        written.append(ann)
    conf = annotation_conf(tuple(dict.fromkeys(labels)))
    Path(folder, "annotation.conf").write_text(conf, encoding="utf-8")
    return written


def annotation_conf(entity_labels: tuple[str, ...] = _ENTITY_LABELS) -> str:
    """Return the ``annotation.conf`` that lets brat show and edit an export."""
    mentions = "|".join((*entity_labels, "Phrase"))
    quotes = "|".join(QUOTE + t for t in QUOTE_TYPES)
    roles = ", ".join(f"{r}*:{mentions}" for r in ("actor", "recipient", "loc", "date"))
    return "\n".join(
        [
            "[entities]",
            *entity_labels,
            "Phrase",
            "Cue",
            *(QUOTE + t for t in QUOTE_TYPES),
            "[relations]",
            "<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
            f"{SAME} Arg1:{mentions}, Arg2:{mentions}",
            f"cue Arg1:{quotes}, Arg2:Cue",
            f"speaker Arg1:{quotes}, Arg2:{mentions}",
            f"who Arg1:{quotes}, Arg2:{mentions}",
            "[events]",
            *(f"{EVENT}{t} {roles}, in?:{quotes}" for t in EVENT_TYPES),
            "[attributes]",
            f"Modality Arg:<EVENT>, Value:{'|'.join(MODALITIES)}",
            "",
        ]
    )


def _ann(graph: Graph) -> str:
    lines, events = [], {}
    for i, node in enumerate(graph.nodes):
        _label(node.label, graph.id)
        places = ";".join(f"{s} {e}" for s, e in _fragments(graph.text, node.pieces))
        lines.append(f"T{i + 1}\t{node.label} {places}\t{_flat(graph.text, node.pieces)}")
        if label_of(node.label) == "event":
            events[i] = [f"{node.label}:T{i + 1}"]
    relations = []
    for edge in graph.edges:
        if edge.source in events:
            role = _label(edge.label, graph.id)
            if role[-1].isdigit():
                raise InputError(f"{graph.id}: role {role!r}: brat numbers roles; end it otherwise")
            taken = sum(
                re.match(rf"{re.escape(role)}\d*:", a) is not None for a in events[edge.source][1:]
            )
            number = "" if not taken else str(taken + 1)
            events[edge.source].append(f"{role}{number}:T{edge.target + 1}")
        else:
            relations.append(edge)
    for n, (i, parts) in enumerate(events.items(), 1):
        lines.append(f"E{n}\t{' '.join(parts)}")
        lines.append(f"A{n}\tModality E{n} {graph.nodes[i].modality}")
    for n, edge in enumerate(relations, 1):
        lines.append(f"R{n}\t{edge.label} Arg1:T{edge.source + 1} Arg2:T{edge.target + 1}")
    return "".join(line + "\n" for line in lines)


def _label(label: str, id: str) -> str:
    if not _LABEL.match(label):
        raise InputError(f"{id}: label {label!r}: brat takes letters, digits, _ and - alone")
    return label


def _fragments(text: str, pieces: tuple[Offsets, ...]) -> list[Offsets]:
    """Cut pieces at line breaks, which a brat annotation cannot span."""
    out: list[Offsets] = []
    for start, end in pieces:
        if "\n" not in text[start:end]:
            out.append((start, end))
            continue
        for line in re.compile(r"[^\n]+").finditer(text, start, end):
            inside = words(line.group())
            if inside:
                out.append((line.start() + inside[0][0], line.start() + inside[-1][1]))
    return out


def _flat(text: str, pieces: tuple[Offsets, ...]) -> str:
    return " ".join(text[s:e] for s, e in _fragments(text, pieces))


@dataclass
class _Reader:
    """What the lines of one ``.ann`` file have said so far."""

    path: Path
    text: str
    spans: dict[str, Node] = field(default_factory=dict)
    triggers: dict[str, str] = field(default_factory=dict)  # event id → text-bound id
    modality: dict[str, str] = field(default_factory=dict)
    links: list[tuple[str, str, str, str]] = field(default_factory=list)  # label, from, to, place

    def line(self, number: int, line: str) -> None:
        where = f"{self.path}:{number}"
        id, _, rest = line.partition("\t")
        try:
            if id.startswith("T"):
                self.spans[id] = self.bound(rest, where)
            elif id.startswith("R"):
                label, a, b = rest.split()[:3]
                self.links.append((label, a.partition(":")[2], b.partition(":")[2], where))
            elif id.startswith("*"):
                label, *members = rest.split()
                self.links += [(label, a, members[0], where) for a in members[1:]]
            else:
                self.event_line(id, rest, where)
        except InputError:
            raise
        except (ValueError, IndexError):
            raise InputError(f"{where}: not a brat annotation: {line!r:.80}; mend it") from None

    def event_line(self, id: str, rest: str, where: str) -> None:
        if id.startswith("E"):
            (_, trigger), *args = (part.split(":") for part in rest.split())
            self.triggers[id] = trigger
            for role, target in args:
                self.links.append((role.rstrip("0123456789"), id, target, where))
        elif id.startswith(("A", "M")):
            name, event, *value = rest.split()
            if name == "Modality":
                self.modality[event] = value[0]
        elif not id.startswith(("#", "N")):  # notes, and links to knowledge bases
            raise ValueError

    def bound(self, rest: str, where: str) -> Node:
        head, _, surface = rest.partition("\t")
        label, _, places = head.partition(" ")
        pieces = tuple((int(s), int(e)) for s, e in (p.split() for p in places.split(";")))
        for s, e in pieces:
            if not 0 <= s < e <= len(self.text):
                raise InputError(f"{where}: {s} {e} lies outside the text of {len(self.text)}")
        found = " ".join(self.text[s:e] for s, e in pieces).replace("\n", " ")  # as brat writes
        if found != surface:
            raise InputError(
                f"{where}: the text has {found!r:.80} there, the annotation {surface!r:.80}; "
                "the .txt file has changed, or offsets do not count code points"
            )
        return Node(label, pieces if label_of(label) == "quote" else _merge(self.text, pieces))

    def graph(self) -> Graph:
        meta = load_meta(self.path.with_suffix(".json"))
        index = {name: i for i, name in enumerate(self.spans)}
        nodes = list(self.spans.values())
        used: set[str] = set()
        for event, trigger in self.triggers.items():
            if trigger not in self.spans:
                raise InputError(f"{self.path}: {event} has no trigger {trigger}; add or remove it")
            at = index[trigger]
            node = Node(nodes[at].label, nodes[at].pieces, self.modality.get(event))
            if trigger in used:  # brat lets events share a trigger; here each has its own
                nodes.append(node)
                at = len(nodes) - 1
            nodes[at] = node
            index[event] = at
            used.add(trigger)
        edges = []
        for label, a, b, where in self.links:
            for end in (a, b):
                if end not in index:
                    raise InputError(f"{where}: there is no {end!r}; mend or remove the line")
            edges.append(Edge(label, index[a], index[b]))
        id = meta.get("id", self.path.stem)
        return Graph(id, self.text, tuple(nodes), tuple(edges), meta)


def _merge(text: str, pieces: tuple[Offsets, ...]) -> tuple[Offsets, ...]:
    """Join fragments that were cut at a line break and nothing else."""
    out: list[Offsets] = []
    for s, e in sorted(pieces):
        gap = text[out[-1][1] : s] if out else ""
        if "\n" in gap and gap.isspace():
            out[-1] = (out[-1][0], e)
        else:
            out.append((s, e))
    return tuple(out)


def import_brat(path: str | os.PathLike[str]) -> list[GoldArticle]:
    """Read an ``.ann`` file with its ``.txt``, or every pair in a folder, in order of name.

    Raises ``InputError``, which names file and line, where the text of an annotation is not what
    stands at its offsets, or an annotation cannot be kept.
    """
    return [_import(p) for p in files_of(path, ".ann")]


def _import(path: Path) -> GoldArticle:
    reader = _Reader(path, open_text(path.with_suffix(".txt"), "utf-8"))
    for number, line in enumerate(open_text(path).split("\n"), 1):
        if line.strip():
            reader.line(number, line.rstrip("\r"))
    return from_graph(reader.graph(), str(path))
