"""JSON Lines that neither a huge line nor a lone surrogate can break."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..errors import InputError

__all__ = [
    "MAX_LINE_BYTES", "dump_line", "file_stem", "open_text", "read_lines", "replacing",
    "write_lines",
]  # fmt: skip

#: The longest line, or the largest text file, that is read: 16 MiB, some four million words.
MAX_LINE_BYTES = 16 * 1024 * 1024

_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_NAME_BYTES = 200  # file systems stop at 255, and a suffix has to fit


def dump_line(value: Any) -> str:
    """Return ``value`` as one line of JSON, without a line break.

    Arabic stays readable. UTF-8 cannot hold a lone surrogate, so a record with one is escaped.

    >>> dump_line({"نص": "نعم"})
    '{"نص": "نعم"}'
    """
    line = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if _SURROGATE.search(line) else line


def write_lines(path: str | os.PathLike[str], values: Iterable[Any]) -> None:
    """Write one JSON value a line, in UTF-8."""
    with replacing(path) as out:
        for value in values:
            out.write(dump_line(value) + "\n")


@contextmanager
def replacing(path: str | os.PathLike[str], errors: str = "strict") -> Iterator[IO[str]]:
    """Open a UTF-8 file for writing that takes the place of ``path`` only if all goes well.

    ``errors`` is what ``open`` does with what UTF-8 cannot hold.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():  # a pipe or a device
        with target.open("w", encoding="utf-8", errors=errors, newline="\n") as out:
            yield out
        return
    draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        with draft.open("w", encoding="utf-8", errors=errors, newline="\n") as out:
            yield out
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def read_lines(
    stream: IO[bytes], limit: int = MAX_LINE_BYTES
) -> Iterator[tuple[int, bytes | None]]:
    """Yield the number and the bytes of each line; ``None`` for one longer than ``limit``.

    A line that is too long is skipped in pieces, so that memory stays bounded.
    """
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield number, line.rstrip(b"\r\n")
            continue
        while not line.endswith(b"\n") and (line := stream.readline(limit)):
            pass
        yield number, None


def open_text(path: Path, encoding: str = "utf-8-sig") -> str:
    """Return the whole file as text with its line breaks untouched, or raise ``InputError``."""
    try:
        return path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 (byte {error.start}); save the file as UTF-8"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None


def file_stem(id: str) -> str:
    """Return a file name for an article id: unsafe characters percent-encoded, never shortened.

    >>> file_stem("وكالة/2018 #1")
    'وكالة%2F2018%20%231'
    """

    def code(match: re.Match[str]) -> str:
        return "".join(f"%{b:02X}" for b in match.group().encode("utf-8", "surrogatepass"))

    stem = re.sub(r"[^\w.\-]|[\ud800-\udfff]|^\.", code, id) or "%"
    if len(stem.encode()) > _MAX_NAME_BYTES:
        raise InputError(
            f"article id {id[:40]!r}…: too long for a file name; use one under "
            f"{_MAX_NAME_BYTES} bytes"
        )
    return stem
