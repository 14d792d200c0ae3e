"""doccano: JSON Lines with entities and relations, for a sequence labelling project.

The project has to allow overlapping spans and relations. doccano runs in a browser and counts
UTF-16 units (``unit="codepoints"`` for releases that do not). It shows spans in one piece: further
pieces of a content are spans of their own, tied by ``part``. It has no attributes: the modality of
an event, unless asserted, is a span ``Modality-planned`` (negated, hypothetical) on the trigger.
Further fields of a line come back from doccano as they were: the date, the outlet and the names
of clusters travel there. doccano does not repeat the text of a span, so a shift shows only where
a span no longer covers whole words.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import InputError
from .graph import Edge, Graph, Node, label_of, split_parts, to_graph
from .jsonl import MAX_LINE_BYTES, read_lines, write_lines
from .offsets import OffsetMap, Unit
from .rebuild import from_graph
from .records import GoldArticle, Offsets, check_gold
from .sidecar import check_meta

__all__ = ["export_doccano", "import_doccano"]

_MODALITY = "Modality-"


def export_doccano(
    articles: Iterable[GoldArticle], path: str | os.PathLike[str], *, unit: Unit = "utf16"
) -> None:
    """Write one article a line, with ``text``, ``entities``, ``relations`` and a ``record``."""
    write_lines(path, (_line(check_gold(a, str(path)), unit) for a in articles))


def _line(article: GoldArticle, unit: Unit) -> dict[str, Any]:
    graph = split_parts(to_graph(article))
    there = OffsetMap(article.text, unit)
    nodes = list(graph.nodes)
    modality: dict[Offsets, str] = {}
    for node in graph.nodes:
        if node.label.startswith(_MODALITY):
            raise InputError(f"{article.id}: label {node.label!r} is reserved; rename it")
        if not node.modality:
            continue
        if modality.setdefault(node.pieces[0], node.modality) != node.modality:
            raise InputError(
                f"{article.id}: two events of different modality on the trigger "
                f"{graph.surface(node)!r}, which doccano cannot tell apart; use another tool"
            )
        if node.modality != "asserted":
            nodes.append(Node(_MODALITY + node.modality, node.pieces))
    return {
        "text": article.text,
        "entities": [
            {
                "id": i,
                "start_offset": there.out(n.pieces[0][0]),
                "end_offset": there.out(n.pieces[0][1]),
                "label": n.label,
            }
            for i, n in enumerate(nodes)
        ],
        "relations": [
            {"id": i, "from_id": e.source, "to_id": e.target, "type": e.label}
            for i, e in enumerate(graph.edges)
        ],
        "record": graph.meta,
    }


def import_doccano(path: str | os.PathLike[str], *, unit: Unit = "utf16") -> list[GoldArticle]:
    """Read an export in the JSONL format with relations.

    The id of an article is the one that it was exported with, or doccano's own number. Raises
    ``InputError``, which names file, line and span, for offsets that do not fit the text and
    annotations that cannot be kept.
    """
    out = []
    try:
        stream = Path(path).open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    with stream:
        for number, line in read_lines(stream):
            where = f"{path}:{number}"
            if line is None:
                raise InputError(f"{where}: line longer than {MAX_LINE_BYTES} bytes")
            if not line.strip(b"\xef\xbb\xbf \t"):
                continue
            try:
                graph = _graph(json.loads(line.decode("utf-8-sig")), unit, where)
            except InputError:
                raise
            except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
                raise InputError(
                    f"{where}: not shaped as doccano writes lines ({error!r}); export as 'JSONL "
                    "(relation)'"
                ) from None
            out.append(from_graph(graph, where))
    return out


def _graph(data: Mapping[str, Any], unit: Unit, where: str) -> Graph:
    text, more = data["text"], data.get("meta") or {}
    meta = check_meta(data.get("record") or more.get("record") or {}, where)
    there = OffsetMap(text, unit)
    index: dict[int, int] = {}
    nodes: list[Node] = []
    modality: dict[Offsets, str] = {}
    for e in data["entities"]:
        try:
            span = there.back(e["start_offset"]), there.back(e["end_offset"])
        except InputError as error:
            raise InputError(f"{where}: span {e['id']}: {error}; see unit=") from None
        if e["label"].startswith(_MODALITY):
            modality[span] = e["label"].removeprefix(_MODALITY)
        else:
            index[e["id"]] = len(nodes)
            nodes.append(Node(e["label"], (span,)))
    for i, node in enumerate(nodes):
        if label_of(node.label) == "event" and node.pieces[0] in modality:
            nodes[i] = replace(node, modality=modality[node.pieces[0]])
    left = set(modality) - {n.pieces[0] for n in nodes if n.modality}
    if left:
        start, end = min(left)
        raise InputError(
            f"{where}: a modality on {text[start:end]!r:.80}, which is no trigger; "
            "move or remove it"
        )
    edges = []
    for r in data.get("relations") or ():
        if r["from_id"] not in index or r["to_id"] not in index:
            raise InputError(f"{where}: relation {r.get('id')}: its span is gone; remove it")
        edges.append(Edge(r["type"], index[r["from_id"]], index[r["to_id"]]))
    id = meta.get("id") or str(data["id"])
    return Graph(id, text, tuple(nodes), tuple(edges), meta)
