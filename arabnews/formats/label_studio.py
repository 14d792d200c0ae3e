"""Label Studio: a JSON list of tasks with labelled regions and relations.

Label Studio runs in a browser and counts UTF-16 units, so an emoji before a span moves it by one;
releases that count code points are read and written with ``unit="codepoints"``. Regions are in one
piece: further pieces of a content are regions of their own, tied by ``part``. The modality of an
event is a choice of its region. The date, the outlet and the names of clusters travel in the data
of the task. ``labelling_config`` gives the interface that such tasks need; see
``arabnews.formats.graph`` for the labels.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import quoteattr

from ..document import EVENT_TYPES
from ..errors import InputError
from .graph import CUE, EVENT, LINKS, PHRASE, QUOTE, Edge, Graph, Node, split_parts, to_graph
from .jsonl import dump_line, open_text, replacing
from .offsets import OffsetMap, Unit
from .rebuild import from_graph
from .records import MODALITIES, QUOTE_TYPES, GoldArticle, check_gold
from .sidecar import check_meta

__all__ = ["export_label_studio", "import_label_studio", "labelling_config"]

_ENTITY_LABELS = ("PER", "ORG", "LOC", "MISC", "DATE", "ROLE")
_HINT = "its offsets are of the other unit (see unit=)"
_ROLES = ("actor", "recipient", "loc", "date")


def labelling_config(
    entity_labels: Iterable[str] = _ENTITY_LABELS, event_types: Iterable[str] = EVENT_TYPES
) -> str:
    """Return the labelling configuration (XML) of a Label Studio project for these tasks."""

    def tags(name: str, values: Iterable[str]) -> str:
        return "".join(f"    <{name} value={quoteattr(v)}/>\n" for v in values)

    spans = [*entity_labels, PHRASE, CUE, *(QUOTE + t for t in QUOTE_TYPES)]
    spans += [EVENT + t for t in event_types]
    return (
        f"<View>\n  <Relations>\n{tags('Relation', (*LINKS, *_ROLES))}  </Relations>\n"
        f'  <Labels name="label" toName="text">\n{tags("Label", spans)}  </Labels>\n'
        '  <Choices name="modality" toName="text" perRegion="true">\n'
        f"{tags('Choice', MODALITIES)}  </Choices>\n"
        '  <Text name="text" value="$text" granularity="word"/>\n</View>\n'
    )


def export_label_studio(
    articles: Iterable[GoldArticle],
    path: str | os.PathLike[str],
    *,
    kind: Literal["annotations", "predictions"] = "annotations",
    model_version: str = "arabnews",
    unit: Unit = "utf16",
) -> None:
    """Write the articles as tasks; ``predictions`` are shown to annotators as suggestions."""
    if kind not in ("annotations", "predictions"):
        raise InputError(f"unknown kind {kind!r}: use 'annotations' or 'predictions'")
    with replacing(path) as out:
        out.write("[")
        for i, article in enumerate(articles):
            task = _task(check_gold(article, str(path)), kind, model_version, unit)
            out.write((",\n" if i else "\n") + dump_line(task))
        out.write("\n]\n")


def _task(article: GoldArticle, kind: str, model_version: str, unit: Unit) -> dict[str, Any]:
    graph = split_parts(to_graph(article))
    there = OffsetMap(article.text, unit)
    result: list[dict[str, Any]] = []
    for i, node in enumerate(graph.nodes):
        ((start, end),) = node.pieces
        place = {"start": there.out(start), "end": there.out(end), "text": article.text[start:end]}
        head = {"id": f"s{i}", "to_name": "text"}
        result.append(
            {**head, "from_name": "label", "type": "labels",
             "value": {**place, "labels": [node.label]}}
        )  # fmt: skip
        if node.modality:
            result.append(
                {**head, "from_name": "modality", "type": "choices",
                 "value": {**place, "choices": [node.modality]}}
            )  # fmt: skip
    for edge in graph.edges:
        result.append(
            {"type": "relation", "from_id": f"s{edge.source}", "to_id": f"s{edge.target}",
             "direction": "right", "labels": [edge.label]}
        )  # fmt: skip
    made: dict[str, Any] = {"result": result}
    if kind == "predictions":
        made = {"model_version": model_version, **made}
    return {"data": {"id": article.id, "text": article.text, "record": graph.meta}, kind: [made]}


def import_label_studio(
    path: str | os.PathLike[str],
    *,
    kind: Literal["annotations", "predictions"] = "annotations",
    unit: Unit = "utf16",
) -> list[GoldArticle]:
    """Read an export in the JSON format; of several annotations of a task the last one counts.

    Cancelled annotations do not count; a task without any is left out of the result. Raises
    ``InputError``, which names task and region, where a region's text is not what stands at its
    offsets, or an annotation cannot be kept.
    """
    try:
        tasks = json.loads(open_text(Path(path)))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON: {error}; export as 'JSON'") from None
    if not isinstance(tasks, list):
        raise InputError(f"{path}: expected a list of tasks; export as 'JSON', not 'JSON_MIN'")
    out = []
    for i, task in enumerate(tasks):
        where = f"{path}: task {task.get('id', i) if isinstance(task, dict) else i}"
        try:
            made = [m for m in task.get(kind) or () if not m.get("was_cancelled")]
            if made:
                out.append(from_graph(_graph(task["data"], made[-1]["result"], unit, where), where))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(
                f"{where}: not shaped as Label Studio writes tasks ({error!r}); export as 'JSON'"
            ) from None
    return out


def _graph(data: Mapping[str, Any], result: list[dict[str, Any]], unit: Unit, where: str) -> Graph:
    text, meta = data["text"], check_meta(data.get("record", {}), where)
    there = OffsetMap(text, unit)
    modality = {r["id"]: r["value"]["choices"][0] for r in result if r["type"] == "choices"}
    regions = [r for r in result if r["type"] == "labels"]
    nodes = tuple(
        replace(_node(r, text, there, where), modality=modality.get(r["id"])) for r in regions
    )
    index = {r["id"]: i for i, r in enumerate(regions)}
    edges = tuple(_edge(r, index, where) for r in result if r["type"] == "relation")
    id = meta.get("id") or data.get("id")
    if not isinstance(id, str):
        raise InputError(f"{where}: data.id: expected a string, got {id!r:.40}; set it")
    return Graph(id, text, nodes, edges, meta)


def _node(region: Mapping[str, Any], text: str, there: OffsetMap, where: str) -> Node:
    name, value = f"{where}: region {region['id']}", region["value"]
    if len(value["labels"]) != 1:
        raise InputError(f"{name}: give it one label, not {value['labels']}")
    try:
        start, end = there.back(value["start"]), there.back(value["end"])
    except InputError as error:
        raise InputError(f"{name}: {error}; {_HINT}") from None
    if "text" in value and text[start:end] != value["text"]:
        raise InputError(
            f"{name}: the text has {text[start:end]!r:.80} there, the region "
            f"{value['text']!r:.80}; the text has changed, or {_HINT}"
        )
    return Node(value["labels"][0], ((start, end),))


def _edge(relation: Mapping[str, Any], index: Mapping[str, int], where: str) -> Edge:
    name = f"{where}: the relation from {relation['from_id']} to {relation['to_id']}"
    if relation["from_id"] not in index or relation["to_id"] not in index:
        raise InputError(f"{name} leads to a region that is gone; remove it")
    labels = relation.get("labels") or []
    if len(labels) != 1:
        raise InputError(f"{name} has labels {labels}; give it one")
    return Edge(labels[0], index[relation["from_id"]], index[relation["to_id"]])
