"""Writing documents as they come: text, JSON, JSON Lines, HTML, tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .document import Document
from .errors import InputError
from .formats.jsonl import dump_line, replacing

__all__ = ["done_ids", "open_writer"]


def done_ids(path: Path) -> set[str]:
    """Return the ids in an earlier output, and cut off a document that was not finished.

    Raises ``InputError`` if a line is neither, so that a wrong file is never added to, or cut.
    """
    if not path.exists():
        return set()
    done: set[str] = set()
    keep = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            id = _document_id(line)
            if id is None:
                raise InputError(
                    f"{path}:{number} is no earlier result of this command, so it is not added "
                    "to: choose another --output"
                )
            if not line.endswith(b"\n"):
                break
            done.add(id)
            keep += len(line)
    if keep < path.stat().st_size:
        with path.open("r+b") as handle:
            handle.truncate(keep)
    return done


def _document_id(line: bytes) -> str | None:
    """Return the id of a document in JSON, or "" where the file ends in the middle of one."""
    try:
        data = json.loads(line)
    except ValueError:
        begun = line.startswith(b'{"text": ') and not line.endswith(b"\n")
        return "" if begun else None
    known = isinstance(data, dict) and "schema_version" in data and "id" in data
    return str(data["id"]) if known else None


@contextmanager
def open_writer(
    kind: str, path: Path | None, *, append: bool = False
) -> Iterator[Callable[[Document], None]]:
    """Yield a function that writes one document in the given format, to a file or stdout."""
    if kind in ("csv", "parquet"):
        yield from _table(kind, path)
        return
    if path is None:
        yield from _stream(kind, sys.stdout)
        return
    if kind == "jsonl":
        with path.open("a" if append else "w", encoding="utf-8") as handle:
            yield from _stream(kind, handle)
        return
    # an interrupted run leaves the earlier file as it was
    with replacing(path, errors="backslashreplace") as draft:
        yield from _stream(kind, draft)


def _stream(kind: str, out: IO[str]) -> Iterator[Callable[[Document], None]]:
    if kind == "jsonl":

        def write(doc: Document) -> None:
            out.write(dump_line(doc.to_dict()) + "\n")
            out.flush()  # what is finished is safe from an interruption

        yield write
    elif kind == "json":
        count = 0

        def write_item(doc: Document) -> None:
            nonlocal count
            out.write(("[\n" if not count else ",\n") + dump_line(doc.to_dict()))
            count += 1

        yield write_item
        out.write("\n]\n" if count else "[]\n")
    elif kind == "html":
        docs: list[Document] = []
        yield docs.append
        from .render import page

        for part in page(docs):
            out.write(part)
    else:
        from .terminal import render_text

        colour = out.isatty()

        def write_text(doc: Document) -> None:
            out.write(render_text(doc, colour=colour) + "\n")

        yield write_text


def _table(kind: str, path: Path | None) -> Iterator[Callable[[Document], None]]:
    from .formats.tables import EVENT_COLUMNS, event_rows, write_table

    if path is None:
        raise InputError(f"--format {kind} writes a file: give --output FILE.{kind}")
    if path.suffix != f".{kind}":
        raise InputError(f"--format {kind} wants an output that ends in .{kind}, not {path.name}")
    rows: list[dict[str, Any]] = []
    yield lambda doc: rows.extend(event_rows(doc))
    write_table(rows, path, columns=EVENT_COLUMNS)
