"""Annotation without its text, and its way back to the text.

News text often may not be passed on, its annotation may. A stand-off row holds offsets and labels,
the article's id in the collection that it comes from, and a digest of the text they belong to::

    python -m arabnews.training.standoff attach ANNOTATION.jsonl.gz --corpus DIR -o gold.jsonl
    python -m arabnews.training.standoff detach gold.jsonl -o ANNOTATION.jsonl.gz
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from arabnews.errors import InputError
from arabnews.formats.gold import read_gold

from .corpus import read_records

__all__ = ["attach", "detach", "document_text"]


def document_text(document: Mapping[str, Any]) -> str:
    r"""Return the text of a corpus document as it is annotated: its title, then its lines.

    White space is trimmed and runs of it become one space; empty lines go.

    >>> document_text({"title": "عنوان ", "text": "سطر  أول\n\nسطر ثان"})
    'عنوان\nسطر أول\nسطر ثان'
    """
    lines = f"{document.get('title') or ''}\n{document['text']}".split("\n")
    kept = (re.sub(r"[ \t]+", " ", line).strip() for line in lines)
    return "\n".join(line for line in kept if line)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def detach(article: Mapping[str, Any]) -> dict[str, Any]:
    """Return a gold article without its text and without the names of its clusters.

    >>> row = detach({"id": "a", "text": "زار سامي عدن", "clusters": {"s": {"label": "PER"}},
    ...               "entities": [{"span": [4, 8], "label": "PER", "cluster": "s"}]})
    >>> sorted(row), row["clusters"]
    (['clusters', 'entities', 'id', 'text_digest'], {'c0': 'PER'})
    """
    keys = {key: f"c{n}" for n, key in enumerate(article.get("clusters", {}))}
    row = {k: v for k, v in article.items() if k not in ("text", "clusters")}
    row["text_digest"] = _digest(article["text"])
    row["clusters"] = {keys[k]: c["label"] for k, c in article.get("clusters", {}).items()}
    for name, field in (("entities", "cluster"), ("quotes", "who")):
        if name in row:
            row[name] = [
                {**x, field: keys[x[field]]} if x.get(field) is not None else x for x in row[name]
            ]
    return row


def attach(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Return the gold article of a stand-off row and its text.

    A cluster is named by its longest mention, a source that is no entity by its phrase. Raises
    ``InputError`` for a text that is not, letter for letter, the one that was annotated.
    """
    if _digest(text) != row.get("text_digest"):
        raise InputError(
            f"{row.get('id')}: the text is not the one that was annotated (its digest differs): "
            "take the collection in the version that the annotation names"
        )
    names: dict[str, list[tuple[bool, str]]] = {key: [] for key in row["clusters"]}
    for entity in row.get("entities", ()):
        if entity.get("cluster") is not None:
            surface = text[slice(*entity["span"])]
            names[entity["cluster"]].append((entity["label"] != "ROLE", surface))
    for quote in row.get("quotes", ()):
        if quote.get("speaker") and quote.get("who") is not None:
            names[quote["who"]].append((False, text[slice(*quote["speaker"])]))
    clusters = {
        key: {"label": label, "name": max(names[key], key=lambda n: (n[0], len(n[1])))[1]
              if names[key] else key}
        for key, label in row["clusters"].items()
    }  # fmt: skip
    kept = {k: v for k, v in row.items() if k not in ("text_digest", "clusters")}
    return {**kept, "text": text, "clusters": clusters}


def attach_all(
    rows: Iterable[Mapping[str, Any]], documents: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield the gold article of each row whose document is found; say on stderr what is not."""
    wanted = {str(row["id"]): row for row in rows}
    for document in documents:
        row = wanted.get(str(document.get("id")))
        if row is None:
            continue
        try:
            yield attach(row, document_text(document))
        except InputError as error:
            print(error, file=sys.stderr)
        del wanted[str(row["id"])]
    if wanted:
        some = ", ".join(list(wanted)[:3])
        print(f"{len(wanted)} articles are not in the collection ({some} …)", file=sys.stderr)


def _open(path: Path, mode: str) -> Any:
    return (gzip.open if path.suffix == ".gz" else open)(path, mode, encoding="utf-8")  # type: ignore[operator]


def main(argv: list[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["attach", "detach"])
    parser.add_argument("path", type=Path, help="stand-off .jsonl(.gz), or gold .jsonl (detach)")
    parser.add_argument("--corpus", type=Path, help="folder of .jsonl(.zst) documents (attach)")
    parser.add_argument("--output", "-o", type=Path, required=True)
    args = parser.parse_args(argv)
    made: Iterable[dict[str, Any]]
    if args.step == "detach":
        made = (detach(a.to_dict()) for a in read_gold(args.path))
    elif args.corpus is None:
        parser.error("attach needs --corpus")
    else:
        with _open(args.path, "rt") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        files = sorted(p for p in args.corpus.iterdir() if ".jsonl" in p.suffixes)
        made = attach_all(rows, read_records(files))
    count = 0
    with _open(args.output, "wt") as out:
        for row in made:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    print(f"{count} articles in {args.output}")


if __name__ == "__main__":
    main()
