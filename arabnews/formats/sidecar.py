"""A file beside each exported file, for what the tool's own format has no place for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import InputError
from .jsonl import dump_line, file_stem, open_text
from .records import GoldArticle, check_gold

__all__ = ["files_of", "load_meta", "plan_files", "save_meta"]


def plan_files(
    articles: Iterable[GoldArticle], folder: str | os.PathLike[str]
) -> Iterator[tuple[GoldArticle, Path]]:
    """Yield each article, checked, with the path, less its suffix, that its files get."""
    base = Path(folder)
    base.mkdir(parents=True, exist_ok=True)
    taken: dict[str, str] = {}
    for article in articles:
        stem = file_stem(article.id)
        if stem.casefold() in taken:  # many file systems do not tell upper case from lower
            raise InputError(
                f"{base}: articles {taken[stem.casefold()]!r} and {article.id!r} would share a "
                "file; give one another id"
            )
        taken[stem.casefold()] = article.id
        yield check_gold(article, str(base)), base / stem


def files_of(path: str | os.PathLike[str], suffix: str) -> list[Path]:
    """Return the file, or the files of a folder with this suffix in order of their names."""
    p = Path(path)
    if not p.exists():
        raise InputError(f"{p}: no such file or folder; check the name")
    found = sorted(p.glob(f"*{suffix}")) if p.is_dir() else [p]
    if not found:
        raise InputError(f"{p}: the folder holds no {suffix} file; name another")
    return found


def save_meta(path: Path, meta: Mapping[str, Any]) -> None:
    """Write the record beside an exported file."""
    path.write_text(dump_line(meta) + "\n", encoding="utf-8")


def load_meta(path: Path) -> Mapping[str, Any]:
    """Return the record beside an exported file, or an empty one if there is none."""
    if not path.exists():
        return {}
    try:
        data = json.loads(open_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON: {error}; export again, or remove it") from None
    return check_meta(data, str(path))


def check_meta(data: Any, where: str) -> Mapping[str, Any]:
    """Return ``data`` if it can be a record, else raise ``InputError``."""
    if not isinstance(data, dict) or any(
        not isinstance(data.get(k, ""), str) for k in ("id", "source", "published")
    ):
        raise InputError(f"{where}: not a record of an export; export again, or remove it")
    return data
