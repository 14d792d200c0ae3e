"""WebAnno TSV 3.3, the format of WebAnno and INCEpTION: one ``.tsv`` file for each article.

Tokens are words and marks, sentences are paragraphs; offsets count UTF-16 units. There is one span
layer, with the features ``label`` and ``modality``, and one relation layer, with ``label``; create
both in the project before importing. See ``arabnews.formats.graph`` for the labels. Spans are in
one piece: further pieces of a content are spans of their own, tied by ``part``.

The format keeps neither the white space around paragraphs nor the date, the outlet and the names
of clusters: they stand in a ``.json`` file beside the ``.tsv`` file. Without it, paragraphs are
joined by line breaks and names made up from the text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import InputError
from ..text.words import paragraphs, units
from .graph import Edge, Graph, Node, split_parts, to_graph
from .jsonl import open_text
from .offsets import OffsetMap
from .rebuild import from_graph
from .records import GoldArticle, Offsets
from .sidecar import files_of, load_meta, plan_files, save_meta

__all__ = ["RELATION_LAYER", "SPAN_LAYER", "export_webanno", "import_webanno"]

SPAN_LAYER = "webanno.custom.Arabnews"
RELATION_LAYER = "webanno.custom.ArabnewsLink"

_HEADER = (
    "#FORMAT=WebAnno TSV 3.3\n"
    f"#T_SP={SPAN_LAYER}|label|modality\n"
    f"#T_RL={RELATION_LAYER}|label|BT_{SPAN_LAYER}\n\n"
)
_VALUE = re.compile(r"->|[\\\[\]|_;\t\n*]")
_CODES = {"\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f", "\b": "\\b", "\\": "\\\\"}
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CELL = re.compile(r"(.*?)(?:(?<!\\)\[(\d+)\])?", re.DOTALL)
_PLACE = re.compile(r"(\d+-\d+)(?:\[(\d+)(?:_(\d+))?\])?\Z")


def _escape_text(text: str) -> str:
    return "".join(_CODES.get(c, "\\" + c if ord(c) < 32 else c) for c in text)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda m: _PLAIN.get(m[1], m[1]), text)


def _escape_value(value: str) -> str:
    return _VALUE.sub(lambda m: _CODES.get(m[0], "\\" + m[0]), value)


def _unescape_value(value: str) -> str:
    return _unescape(value.replace("\\->", "->"))


def _stack(cell: str) -> list[str]:
    """Split a cell at the bars that are not escaped."""
    out, at, i = [], 0, 0
    while i < len(cell):
        if cell[i] == "\\":
            i += 1
        elif cell[i] == "|":
            out.append(cell[at:i])
            at = i + 1
        i += 1
    return [*out, cell[at:]]


def export_webanno(articles: Iterable[GoldArticle], folder: str | os.PathLike[str]) -> list[Path]:
    """Write a ``.tsv`` and a ``.json`` file for each article; return the ``.tsv`` paths."""
    written = []
    for article, stem in plan_files(articles, folder):
        graph = split_parts(to_graph(article))
        path = Path(f"{stem}.tsv")
        try:
            path.write_text(_tsv(graph), encoding="utf-8", newline="\n")
        except UnicodeEncodeError as error:
            raise InputError(
                f"{article.id}: text: lone surrogate {error.object[error.start]!r}, which UTF-8 "
                "cannot hold; remove it from the text"
            ) from None
        save_meta(Path(f"{stem}.json"), {**graph.meta, "text": article.text})
        written.append(path)
    return written


def _tsv(graph: Graph) -> str:
    there = OffsetMap(graph.text)
    tokens = [u for u in units(graph.text) if u.kind != "break"]
    on: dict[int, list[int]] = {}  # token → the nodes on it
    first: dict[int, int] = {}  # node → its first token
    for n, node in enumerate(graph.nodes):
        ((start, end),) = node.pieces
        for t, token in enumerate(tokens):
            if start <= token.start and token.end <= end:
                on.setdefault(t, []).append(n)
                first.setdefault(n, t)
    need = {n for nodes in on.values() if len(nodes) > 1 for n in nodes}
    need |= {n for t, nodes in on.items() for n in nodes if first[n] != t}
    number = {n: i for i, n in enumerate(sorted(need), 1)}
    address: dict[int, str] = {}
    sentences: list[tuple[Offsets, list[int]]] = []
    for start, end in paragraphs(graph.text):
        inside = [t for t, u in enumerate(tokens) if start <= u.start < end]
        sentences.append(((tokens[inside[0]].start, tokens[inside[-1]].end), inside))
        address |= {t: f"{len(sentences)}-{i}" for i, t in enumerate(inside, 1)}
    rows = {t: _span_cells(graph, nodes, number) for t, nodes in on.items()}
    links: dict[int, list[Edge]] = {}
    for e in graph.edges:
        links.setdefault(first[e.target], []).append(e)
    out = [_HEADER]
    for (start, end), inside in sentences:
        lines = graph.text[start:end].split("\n")
        out.append("\n" + "".join(f"#Text={_escape_text(line)}\n" for line in lines))
        for t in inside:
            u = tokens[t]
            place = f"{there.out(u.start)}-{there.out(u.end)}"
            cells = [
                *rows.get(t, ["_", "_"]),
                *_link_cells(links.get(t, []), first, address, number),
            ]
            surface = _escape_text(graph.text[u.start : u.end])
            out.append("\t".join([address[t], place, surface, *cells]) + "\t\n")
    return "".join(out)


def _span_cells(graph: Graph, nodes: list[int], number: dict[int, int]) -> list[str]:
    labels, modalities = [], []
    for n in nodes:
        suffix = f"[{number[n]}]" if n in number else ""
        labels.append(_escape_value(graph.nodes[n].label) + suffix)
        modality = graph.nodes[n].modality
        modalities.append(("*" if modality is None else _escape_value(modality)) + suffix)
    return ["|".join(labels), "|".join(modalities)]


def _link_cells(
    edges: list[Edge], first: dict[int, int], address: dict[int, str], number: dict[int, int]
) -> list[str]:
    if not edges:
        return ["_", "_"]
    places = []
    for e in edges:
        ids = number.get(e.source, 0), number.get(e.target, 0)
        places.append(address[first[e.source]] + (f"[{ids[0]}_{ids[1]}]" if any(ids) else ""))
    return ["|".join(_escape_value(e.label) for e in edges), "|".join(places)]


@dataclass
class _Row:
    address: str
    start: int
    end: int
    surface: str
    cells: list[str]
    where: str


@dataclass
class _Reader:
    path: Path
    columns: dict[str, int] = field(default_factory=dict)
    width: int = 0
    rows: list[_Row] = field(default_factory=list)
    texts: list[tuple[int, list[str]]] = field(default_factory=list)  # index of first row, lines

    def read(self) -> None:
        lines = open_text(self.path).split("\n")
        if not lines[0].startswith("#FORMAT=WebAnno TSV 3."):
            raise InputError(f"{self.path}:1: not WebAnno TSV 3; export as 'WebAnno TSV v3.3'")
        for number, line in enumerate(lines[1:], 2):
            line = line.removesuffix("\r")
            where = f"{self.path}:{number}"
            if line.startswith(("#T_SP=", "#T_RL=", "#T_CH=")):
                self.header(line)
            elif line.startswith("#Text="):
                if not self.texts or self.texts[-1][0] < len(self.rows):
                    self.texts.append((len(self.rows), []))
                self.texts[-1][1].append(_unescape(line.removeprefix("#Text=")))
            elif line and not line.startswith("#"):
                self.row(line, where)
        if "label" not in self.columns:
            raise InputError(
                f"{self.path}: no layer {SPAN_LAYER} with a feature 'label'; export a project that "
                "has it"
            )

    def header(self, line: str) -> None:
        kind, _, rest = line.partition("=")
        layer, *features = rest.split("|")
        for feature in features:
            if layer == SPAN_LAYER:
                self.columns[feature] = self.width
            elif layer == RELATION_LAYER:
                self.columns["from" if feature.startswith("BT_") else f"link {feature}"] = (
                    self.width
                )
            self.width += 1
        if not features:  # a layer without features has a column all the same
            self.width += 1

    def row(self, line: str, where: str) -> None:
        parts = line.split("\t")
        try:
            address, place, surface, *cells = parts
            start, end = map(int, place.split("-"))
        except ValueError:
            raise InputError(f"{where}: not a token line: {line!r:.80}; export again") from None
        cells = cells[: self.width]
        if len(cells) < self.width or not self.texts:
            raise InputError(f"{where}: {len(cells)} columns, not {self.width}; export again")
        self.rows.append(_Row(address, start, end, _unescape(surface), cells, where))

    def text(self) -> str:
        """Put the text together; gaps between sentences become line breaks."""
        out, at = "", 0
        for first, lines in self.texts:
            if first >= len(self.rows):
                raise InputError(f"{self.path}: a sentence without tokens; export again")
            gap = self.rows[first].start - at
            sentence = "\n".join(lines)
            if gap < 0:
                raise InputError(f"{self.rows[first].where}: sentences overlap; export again")
            out += "\n" * gap + sentence
            at += gap + len(sentence.encode("utf-16-le", "surrogatepass")) // 2
        return out

    def cell(self, row: _Row, name: str) -> list[tuple[str | None, int]]:
        """Return the values of a cell with their ids, 0 for none; ``None`` is no value."""
        at = self.columns.get(name)
        if at is None or row.cells[at] == "_":
            return []
        out: list[tuple[str | None, int]] = []
        for item in _stack(row.cells[at]):
            match = _CELL.fullmatch(item)
            value, id = (match[1], match[2]) if match else (item, None)
            out.append((None if value == "*" else _unescape_value(value), int(id or 0)))
        return out


def import_webanno(path: str | os.PathLike[str]) -> list[GoldArticle]:
    """Read a ``.tsv`` file, or every one in a folder, in order of name.

    Raises ``InputError``, which names file and line, where a token is not what stands at its
    offsets, or an annotation cannot be kept.
    """
    return [_import(p) for p in files_of(path, ".tsv")]


def _import(path: Path) -> GoldArticle:
    reader = _Reader(path)
    reader.read()
    meta = load_meta(path.with_suffix(".json"))
    text = meta.get("text")
    if not isinstance(text, str):
        text = reader.text()
    there = OffsetMap(text)
    nodes: list[Node] = []
    ids: dict[int, int] = {}  # disambiguation id → node
    single: dict[str, int] = {}  # address → its node without an id
    for row in reader.rows:
        try:
            start, end = there.back(row.start), there.back(row.end)
        except InputError as error:
            raise InputError(f"{row.where}: {error}; the text has changed") from None
        if text[start:end] != row.surface:
            raise InputError(
                f"{row.where}: the text has {text[start:end]!r:.80} there, the token "
                f"{row.surface!r:.80}; the text has changed, or offsets do not count UTF-16 units"
            )
        modality = dict((i, v) for v, i in reader.cell(row, "modality"))
        for value, id in reader.cell(row, "label"):
            if value is None:
                raise InputError(f"{row.where}: a span without a label; give it one")
            if id in ids:
                old = nodes[ids[id]]
                nodes[ids[id]] = Node(old.label, ((old.pieces[0][0], end),), old.modality)
                continue
            if id:
                ids[id] = len(nodes)
            else:
                single[row.address] = len(nodes)
            nodes.append(Node(value, ((start, end),), modality.get(id)))
    edges = [e for row in reader.rows for e in _links(reader, row, ids, single)]
    id = meta.get("id", path.stem)
    return from_graph(Graph(id, text, tuple(nodes), tuple(edges), meta), str(path))


def _links(
    reader: _Reader, row: _Row, ids: dict[int, int], single: dict[str, int]
) -> Iterable[Edge]:
    at = reader.columns.get("from")
    if at is None or row.cells[at] == "_":
        return
    labels = reader.cell(row, "link label")
    for (label, _), place in zip(labels, _stack(row.cells[at]), strict=False):
        match = _PLACE.match(place)
        if label is None or match is None:
            raise InputError(f"{row.where}: a link without a label or a source; give it one")
        address, source_id, target_id = match[1], int(match[2] or 0), int(match[3] or 0)
        source = ids.get(source_id) if source_id else single.get(address)
        target = ids.get(target_id) if target_id else single.get(row.address)
        if source is None or target is None:
            raise InputError(f"{row.where}: link {place!r} leads to no span; export again")
        yield Edge(label, source, target)
