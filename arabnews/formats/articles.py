"""Articles to analyse: text files, JSON Lines, folders and standard input, as a stream."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from ..errors import InputError
from .jsonl import MAX_LINE_BYTES, read_lines

__all__ = ["Article", "BadRecord", "MAX_LINE_BYTES", "read_articles"]

_SUFFIXES = (".txt", ".jsonl")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Article:
    """A text to analyse; ``published`` is YYYY-MM-DD, ``where`` the file and, for JSON, the line.

    ``text`` is exactly what the file holds, less a byte-order mark. ``warning`` says what could not
    be used of the record: a ``published`` that is no date costs relative dates, not the article.
    """

    id: str
    text: str
    published: str | None = None
    where: str = ""
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be read; ``id`` is ``None`` where it has none."""

    where: str
    id: str | None
    reason: str


def read_articles(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    max_bytes: int = MAX_LINE_BYTES,
    skip: Path | None = None,
) -> Iterator[Article | BadRecord]:
    r"""Read articles one by one; whatever is wrong with one becomes a ``BadRecord`` in its place.

    A ``.txt`` file is one article, headline first, its id the file's stem. A ``.jsonl`` file has
    one object a line: ``text``, and perhaps ``id`` (else ``stem:line``) and ``published`` (ISO
    8601). A folder is searched through, in sorted order, for both, ``skip`` (the output) left out;
    of two files there with one stem the second has its path in place of it. ``"-"`` is standard
    input: JSON Lines if it starts with ``{``, else one text.

    One article at a time is in memory, and the ids seen so far, to find duplicates. A path that
    does not exist, is of another kind, or is a folder with nothing to read raises ``InputError``
    at once.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = pathlib.Path(folder, "خبر.txt").write_text("عنوان\nقال الوزير.", "utf-8")
    ...     [a.id for a in read_articles(folder)]
    ['خبر']
    """
    given = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not given:
        raise InputError("no input: name a .txt or .jsonl file, a folder, or '-'")
    for path in given:
        _check(path)
    return _unique(record for path in given for record in _read(path, max_bytes, skip))


def _check(path: str | os.PathLike[str]) -> None:
    if path == "-":
        return
    p = Path(path)
    if p.is_dir():
        if next(_walk(p), None) is None:
            raise InputError(f"{p}: the folder holds no .txt or .jsonl file; name another")
    elif not p.exists():
        raise InputError(f"{p}: no such file or folder; check the name")
    elif p.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{p}: cannot read {p.suffix or 'this'} files; use .txt or .jsonl")


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.lower().endswith(_SUFFIXES):
                yield Path(root, name)


def _read(
    path: str | os.PathLike[str], limit: int, skip: Path | None
) -> Iterator[Article | BadRecord]:
    if path == "-":
        yield from _stdin(limit)
        return
    p = Path(path)
    stems: set[str] = set()
    for file in _walk(p) if p.is_dir() else (p,):
        if skip is not None and p.is_dir() and file.resolve() == skip.resolve():
            continue
        name = file.stem if file.stem not in stems else str(file.relative_to(p).with_suffix(""))
        stems.add(name)
        try:
            with file.open("rb") as stream:
                if file.suffix.lower() == ".txt":
                    yield _text(stream.read(limit + 1), name, str(file), limit)
                else:
                    yield from _lines(stream, name, str(file), limit)
        except OSError as error:
            yield BadRecord(str(file), None, f"cannot be read: {error.strerror or error}")


def _stdin(limit: int) -> Iterator[Article | BadRecord]:
    stream = sys.stdin.buffer
    head = b""
    while not head.lstrip(b"\xef\xbb\xbf \t\r\n") and len(head) <= limit:
        more = stream.readline(limit + 1)
        if not more:
            break
        head += more
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        joined = io.BufferedReader(_Chained(head, stream))
        yield from _lines(joined, "stdin", "stdin", limit)
    else:
        yield _text(head + stream.read(max(0, limit + 1 - len(head))), "stdin", "stdin", limit)


class _Chained(io.RawIOBase):
    """What was read ahead from a pipe, which cannot be rewound, and then the rest of it."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        if self._head:
            part, self._head = self._head[:size], self._head[size:]
        else:
            # What is there already, so that a slow pipe is read as it fills.
            part = getattr(self._rest, "read1", self._rest.read)(size)
        buffer[: len(part)] = part
        return len(part)


def _text(data: bytes, id: str, where: str, limit: int) -> Article | BadRecord:
    if len(data) > limit:
        return BadRecord(where, id, f"longer than {limit} bytes; split it into articles (.jsonl)")
    try:
        return Article(id, data.decode("utf-8-sig"), None, where)
    except UnicodeDecodeError as error:
        return BadRecord(where, id, f"not UTF-8 (byte {error.start}); save it as UTF-8")


def _lines(stream: IO[bytes], stem: str, file: str, limit: int) -> Iterator[Article | BadRecord]:
    for number, line in read_lines(stream, limit):
        where = f"{file}:{number}"
        if line is None:
            yield BadRecord(where, None, f"line longer than {limit} bytes; split the article")
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield _record(line, f"{stem}:{number}", where)


def _record(line: bytes, fallback: str, where: str) -> Article | BadRecord:
    try:
        data = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return BadRecord(where, None, f"not UTF-8 (byte {error.start} of the line)")
    except (ValueError, RecursionError) as error:
        return BadRecord(where, None, f"broken JSON: {error}")
    if not isinstance(data, dict):
        return BadRecord(where, None, f"expected a JSON object, got {type(data).__name__}")
    id = data.get("id")
    if id is None:
        id = fallback
    elif type(id) is int:
        id = str(id)
    elif not isinstance(id, str) or not id:
        return BadRecord(where, None, f"id: expected a non-empty string, got {id!r:.60}")
    text = data.get("text")
    if not isinstance(text, str):
        found = "it is missing" if "text" not in data else f"got {text!r:.60}"
        return BadRecord(where, id, f"text: expected a string, {found}")
    try:
        return Article(id, text, _day(data.get("published")), where)
    except ValueError as error:
        return Article(id, text, None, where, f"published: {error}; relative dates stay unresolved")


def _day(value: Any) -> str | None:
    if value is None:
        return None
    try:
        if not isinstance(value, str) or not _ISO_DAY.match(value):
            raise ValueError
        return (date.fromisoformat(value) if len(value) == 10 else _moment(value)).isoformat()
    except ValueError:
        raise ValueError(f"expected a date as YYYY-MM-DD, got {value!r:.60}") from None


def _moment(value: str) -> date:
    return datetime.fromisoformat(value).date()


def _unique(records: Iterable[Article | BadRecord]) -> Iterator[Article | BadRecord]:
    seen: set[str] = set()
    for record in records:
        if isinstance(record, Article):
            if record.id in seen:
                reason = f"id {record.id!r:.80} was used before; give every article its own"
                yield BadRecord(record.where, record.id, reason)
                continue
            seen.add(record.id)
        yield record
