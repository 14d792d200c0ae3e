"""Analysing columns of articles: for ``datasets.Dataset.map`` and Ray Data's ``map_batches``."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from .document import Document
from .errors import InputError
from .formats.jsonl import dump_line
from .pipeline import Failure, Pipeline, is_missing, load

__all__ = ["Analyzer"]

#: The columns that are read; only ``text`` has to be there.
_FIELDS = ("id", "text", "published")


class Columns(Protocol):
    """Columns by name: a dictionary, a batch of ``datasets``, a pandas DataFrame."""

    def __getitem__(self, key: str, /) -> Any: ...
    def __setitem__(self, key: str, value: Any, /) -> None: ...
    def __contains__(self, key: object, /) -> bool: ...


Batch = TypeVar("Batch", bound=Columns)


class Analyzer:
    """Adds the analysis of each article to a batch of columns; can be pickled.

    A batch has a column ``text`` and perhaps ``id`` and ``published``; a row is an article. What
    comes back is the same kind of batch with the columns it had and two more of strings:
    ``analysis``, the document as JSON (``Document.from_dict`` reads it), and ``error``, why the
    article could not be analysed. In each row one of the two is empty, and none is ever ``None``,
    so that the columns have one type in all batches.

    The model is loaded when the first batch comes, once in a process: a copy that travels to
    another process carries the name of the model and not its weights. ``model`` is as for
    ``arabnews.load``; a folder has to be there on every machine.

    >>> import json, arabnews
    >>> batch = Analyzer(device="cpu")({"id": ["1"], "text": ["قال الوزير إن القمة غدا."]})
    >>> arabnews.Document.from_dict(json.loads(batch["analysis"][0])).id, batch["error"]
    ('1', [''])
    """

    def __init__(
        self, model: str | Path | None = None, device: str = "auto", batch_size: int = 16
    ) -> None:
        if batch_size < 1:
            raise InputError(f"batch_size must be at least 1, not {batch_size}")
        folder = Path(model) if model is not None and Path(model).is_dir() else None
        # a whole path, since another process may have another current folder
        self.model = str(folder.resolve()) if folder else None if model is None else str(model)
        self.device = device
        self.batch_size = batch_size
        # tells a model that was trained again into the same folder from the earlier one, in the
        # cache of this process and in that of ``datasets``, which hashes this object
        self.version = _version(folder) if folder else ()

    @property
    def nlp(self) -> Pipeline:
        """The pipeline, shared by every ``Analyzer`` of this process with the same settings."""
        return _pipeline(self.model, self.device, self.version)

    def __call__(self, batch: Batch) -> Batch:
        """Return the batch with ``analysis`` and ``error``; raises ``InputError`` without ``text``.

        The given batch is left as it is.
        """
        analyses: list[str] = []
        errors: list[str] = []
        articles = _rows(batch)
        for result in self.nlp.pipe(articles, batch_size=self.batch_size, errors="return"):
            analyses.append(dump_line(result.to_dict()) if isinstance(result, Document) else "")
            errors.append(result.reason if isinstance(result, Failure) else "")
        out = copy.copy(batch)
        out["analysis"], out["error"] = analyses, errors
        return out


@lru_cache(maxsize=4)
def _pipeline(model: str | None, device: str, version: tuple[int, ...]) -> Pipeline:
    return load(model, device=device)


def _version(folder: Path) -> tuple[int, ...]:
    """Return what changes when a model folder is written anew: sizes and times of its files."""
    found = (f.stat() for f in sorted(folder.iterdir()) if f.suffix in (".json", ".safetensors"))
    return tuple(n for s in found for n in (s.st_size, s.st_mtime_ns))


def _rows(batch: Columns) -> Iterator[dict[str, Any]]:
    """Yield the rows as articles; cells that hold nothing are left out."""
    if not hasattr(batch, "__setitem__") or "text" not in batch:
        raise InputError(
            "the batch has no column 'text': name the column of the articles so, and give batches "
            "as dictionaries of columns or pandas DataFrames"
        )
    names = [n for n in _FIELDS if n in batch]
    for values in zip(*(batch[n] for n in names), strict=True):
        yield {n: v for n, v in zip(names, values, strict=True) if not is_missing(v)}
