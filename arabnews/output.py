"""Writing documents as they come: text, JSON, JSON Lines, HTML, tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from .document import Document
from .errors import InputError
from .formats.jsonl import dump_line

__all__ = ["done_ids", "open_writer"]


def done_ids(path: Path) -> set[str]:
    """Return the ids in an earlier output, and cut off a line that was not finished.

    Raises ``InputError`` if a finished line is no document, so that a wrong file is never added to.
    """
    if not path.exists():
        return set()
    done: set[str] = set()
    keep = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                break
            try:
                done.add(str(json.loads(line)["id"]))
            except (ValueError, KeyError, TypeError):
                raise InputError(
                    f"{path}:{number} is no earlier result of this command, so it is not added "
                    "to: choose another --output"
                ) from None
            keep += len(line)
    if keep < path.stat().st_size:
        with path.open("r+b") as handle:
            handle.truncate(keep)
    return done


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
    with path.open("a" if append else "w", encoding="utf-8", errors="backslashreplace") as handle:
        yield from _stream(kind, handle)


def _stream(kind: str, out: TextIO) -> Iterator[Callable[[Document], None]]:
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
    from .formats.tables import event_rows, write_table

    if path is None:
        raise InputError(f"--format {kind} writes a file: give --output FILE.{kind}")
    if path.suffix != f".{kind}":
        raise InputError(f"--format {kind} wants an output that ends in .{kind}, not {path.name}")
    rows: list[dict[str, Any]] = []
    yield lambda doc: rows.extend(event_rows(doc))
    write_table(rows, path)
