"""Pre-annotating new articles for correction, and bringing the corrections back as gold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from arabnews.errors import InputError
from arabnews.formats.articles import BadRecord, read_articles
from arabnews.formats.brat import export_brat, import_brat
from arabnews.formats.conll import export_conll, import_conll
from arabnews.formats.doccano import export_doccano, import_doccano
from arabnews.formats.documents import from_document
from arabnews.formats.gold import read_gold, write_gold
from arabnews.formats.label_studio import export_label_studio, import_label_studio
from arabnews.formats.records import GoldArticle
from arabnews.formats.webanno import export_webanno, import_webanno
from arabnews.pipeline import Failure, Pipeline

__all__ = ["TOOLS", "bring_back", "pre_annotate"]


def _write_gold(articles: Iterable[GoldArticle], path: Path) -> None:
    write_gold(path, articles)


#: Annotation tools: how articles are written for one, and read back from it.
TOOLS: dict[str, tuple[Callable[[list[GoldArticle], Path], Any], Callable[[Path], Any]]] = {
    "jsonl": (_write_gold, read_gold),
    "brat": (export_brat, import_brat),
    "label-studio": (export_label_studio, import_label_studio),
    "doccano": (export_doccano, import_doccano),
    "conll": (export_conll, import_conll),
    "webanno": (export_webanno, import_webanno),
}


def pre_annotate(
    nlp: Pipeline, paths: Sequence[str | Path], tool: str, output: Path, *, batch_size: int = 16
) -> tuple[int, int]:
    """Analyse articles and write them as annotations to correct; returns how many, how many not.

    What cannot be read or analysed is named on stderr and left out; the others go on.
    """
    readable: list[dict[str, Any]] = []
    failed = 0
    for record in read_articles(paths):
        if isinstance(record, BadRecord):
            print(f"arabnews: error: {record.where}: {record.reason}", file=sys.stderr)
            failed += 1
        else:
            readable.append({"id": record.id, "text": record.text, "published": record.published})
    done = []
    for result in nlp.pipe(readable, batch_size=batch_size, errors="return"):
        if isinstance(result, Failure):
            print(f"arabnews: error: {result.id}: {result.error}", file=sys.stderr)
            continue
        try:
            done.append(from_document(result))
        except InputError as error:
            print(f"arabnews: error: {result.id}: {error}", file=sys.stderr)
    _tool(tool)[0](done, output)
    return len(done), failed + len(readable) - len(done)


def bring_back(paths: Sequence[Path], tool: str, output: Path) -> int:
    """Read a tool's exports, check every offset, and write gold JSONL; returns how many."""
    articles = [a for path in paths for a in _tool(tool)[1](path)]
    write_gold(output, articles)
    return len(articles)


def _tool(name: str) -> tuple[Any, Any]:
    if name not in TOOLS:
        raise InputError(f"annotation tool {name!r} is unknown: use one of {sorted(TOOLS)}")
    return TOOLS[name]
