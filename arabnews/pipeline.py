"""The pipeline: a model and the resolvers, from texts to documents."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, overload

from .document import Document
from .errors import ArabnewsError, InputError

__all__ = ["DTYPES", "Failure", "Pipeline", "load"]

#: What the encoder can compute in.
DTYPES = ("float32", "bfloat16")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3\ufb50-\ufdfb\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be analysed, and why; the others go on."""

    id: str | None
    error: Exception

    @property
    def reason(self) -> str:
        """What went wrong in words, after the kind of error where it was not foreseen."""
        known = isinstance(self.error, ArabnewsError)
        return str(self.error) if known else f"{type(self.error).__name__}: {self.error}"


def load(
    name: str | Path | None = None, *, device: str = "auto", dtype: str = "float32",
    revision: str | None = None, token: str | None = None, local_files_only: bool = False,
) -> Pipeline:  # fmt: skip
    """Load a model: the bundled one, a folder, or a hub repository (``owner/name``).

    Args:
        name: ``None`` for the bundled model, which needs no network.
        device: "auto" (a GPU if there is one), "cpu", "cuda", "cuda:1", …
        dtype: "float32", or "bfloat16" for an encoder that is faster where the hardware has it
            (GPUs, CPUs with AMX), with scores that differ a little.
        revision: branch, tag or commit of a hub repository.
        token: hub access token.
        local_files_only: never use the network.

    Raises ``ModelError`` if the model cannot be found or is not safe to load.

    """
    from .model.folder import load_folder, load_network
    from .model.scorer import Scorer

    if dtype not in DTYPES:
        raise InputError(f"dtype {dtype!r} is unknown: use one of {', '.join(DTYPES)}")
    folder = load_folder(
        name, revision=revision, token=token, local_files_only=local_files_only
    )
    network, tokenizer = load_network(folder)
    return Pipeline(Scorer(network, tokenizer, pick_device(device), dtype), folder)


def pick_device(device: str) -> str:
    """Return the torch device that ``device`` means; "auto" is a GPU if there is one."""
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.device(device)
    except RuntimeError:
        raise InputError(f"device {device!r} is unknown: use auto, cpu, cuda or cuda:N") from None
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise InputError(f"device {device!r} was asked for, but torch sees no GPU: use auto or cpu")
    return device


class Pipeline:
    """Analyses articles; made by ``arabnews.load``.

    >>> import arabnews
    >>> nlp = arabnews.load(device="cpu")
    >>> doc = nlp("قال وزير الخارجية سامح شكري إن الاجتماع سيعقد غدا.", published="2018-02-14")
    >>> doc.text[doc.quotes[0].cue.start : doc.quotes[0].cue.end]
    'قال'
    """

    def __init__(self, scorer: Any, folder: Path) -> None:
        self._scorer = scorer
        self.folder = folder

    @property
    def config(self) -> Any:
        """The model's labels, training and measured scores (``ModelConfig``)."""
        return self._scorer.config

    @property
    def scorer(self) -> Any:
        """The network with its tokenizer (``arabnews.model.scorer.Scorer``)."""
        return self._scorer

    @property
    def device(self) -> str:
        """The torch device in use."""
        return str(self._scorer.device)

    def __call__(
        self, text: str, *, published: str | datetime.date | None = None, id: str | None = None,
        min_score: float = 0.0,
    ) -> Document:  # fmt: skip
        """Analyse one article; its first line is the headline.

        ``published`` (ISO date) is what «أمس» is resolved against. Raises ``InputError`` if the
        text is no string or the date is none.
        """
        record = {"text": text, "published": read_date(published), "id": id}
        return next(self.pipe([record], batch_size=1, min_score=min_score))

    @overload
    def pipe(
        self, articles: Iterable[str | Mapping[str, Any]], *, batch_size: int = 16,
        errors: Literal["raise"] = "raise", min_score: float = 0.0,
    ) -> Iterator[Document]: ...  # fmt: skip

    @overload
    def pipe(
        self, articles: Iterable[str | Mapping[str, Any]], *, batch_size: int = 16,
        errors: Literal["return"], min_score: float = 0.0,
    ) -> Iterator[Document | Failure]: ...  # fmt: skip

    def pipe(
        self, articles: Iterable[str | Mapping[str, Any]], *, batch_size: int = 16,
        errors: Literal["raise", "return"] = "raise", min_score: float = 0.0,
    ) -> Iterator[Document | Failure]:  # fmt: skip
        """Analyse articles lazily, in order, ``batch_size`` at a time.

        An article is a text, or a mapping with ``text`` and perhaps ``id`` and ``published``.
        With ``errors="return"`` one that cannot be analysed comes back as a ``Failure`` in its
        place. Memory is that of one batch. A ``published`` that is no date costs the article its
        relative dates only: ``meta["warnings"]`` says so.
        """
        if batch_size < 1:
            raise InputError(f"batch_size must be at least 1, not {batch_size}")
        if errors not in ("raise", "return"):
            raise InputError(f"errors must be 'raise' or 'return', not {errors!r}")
        return self._piped(iter(articles), batch_size, errors == "raise", min_score)

    def _piped(
        self, stream: Iterator[Any], batch_size: int, raising: bool, min_score: float
    ) -> Iterator[Document | Failure]:  # fmt: skip
        while batch := list(islice(stream, batch_size)):
            for result in self._batch(batch):
                if isinstance(result, Failure) and raising:
                    raise result.error
                if isinstance(result, Document) and min_score > 0:
                    result = result.filter(min_score)
                yield result

    def _batch(self, batch: list[Any]) -> list[Document | Failure]:
        out: list[Document | Failure] = []
        todo: list[tuple[int, Any, Record]] = []
        for item in batch:
            id = item.get("id") if isinstance(item, Mapping) else None
            try:
                record = read_record(item)
                if _ARABIC.search(record.text):
                    todo.append((len(out), self._scorer.tokenizer.encode(record.text), record))
                out.append(
                    Document(
                        text=record.text, id=record.id, meta=record.meta,
                        published=record.published.isoformat() if record.published else None,
                    )
                )  # fmt: skip
            except ArabnewsError as error:
                out.append(Failure(None if id is None else str(id), error))
        for (at, _, _), result in zip(todo, self._analyse(todo), strict=True):
            out[at] = result
        return out

    def _analyse(self, todo: list[tuple[int, Any, Record]]) -> list[Document | Failure]:
        """Score and resolve articles; whatever goes wrong costs only the article it goes wrong in.

        Any exception is caught: among a million articles one may meet a bug or need more memory
        than there is, and it comes back as a ``Failure`` that holds the exception.
        """
        from .resolve.build import build_document

        if not todo:
            return []
        try:
            scores = self._scorer.score([encoded for _, encoded, _ in todo])
        except Exception as error:
            if len(todo) == 1:
                return [Failure(todo[0][2].id, error)]
            return [self._analyse([one])[0] for one in todo]
        out: list[Document | Failure] = []
        for (_, _, record), scored in zip(todo, scores, strict=True):
            try:
                out.append(
                    build_document(
                        record.text, scored, id=record.id, published=record.published,
                        meta=record.meta,
                    )
                )  # fmt: skip
            except Exception as error:
                out.append(Failure(record.id, error))
        return out

    def configure(self, **changes: Any) -> None:
        """Change settings of the model in memory, such as ``bias`` or ``calibration``."""
        self._scorer.config = self._scorer.config.replace(**changes)

    def spans(self, text: str, layer: str) -> tuple[Any, list[Any]]:
        """Return an article's encoding and the scored spans of one tag layer, unresolved.

        Of use for auxiliary layers and for scoring a layer by itself.
        """
        encoded = self._scorer.tokenizer.encode(text)
        return encoded, self._scorer.spans(encoded, layer)

    def save_pretrained(self, folder: str | Path) -> None:
        """Write the model into ``folder``: safetensors, JSON and its card."""
        from .model.folder import copy_folder

        copy_folder(Path(self.folder), Path(folder))

    def push_to_hub(
        self, repo_id: str, *, token: str | None = None, private: bool = False,
        commit_message: str = "Upload arabnews model",
    ) -> str:  # fmt: skip
        """Upload the model to a hub repository, made if it is not there; returns its address."""
        import tempfile

        from huggingface_hub import HfApi

        api = HfApi(token=token)
        url = api.create_repo(repo_id, private=private, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            self.save_pretrained(folder)
            api.upload_folder(repo_id=repo_id, folder_path=folder, commit_message=commit_message)
        return str(url)


@dataclass(frozen=True, slots=True)
class Record:
    """An article as ``pipe`` takes it, checked."""

    text: str
    id: str | None
    published: datetime.date | None
    meta: Mapping[str, Any]


def read_record(item: Any) -> Record:
    """Return an article of a string or a mapping, or say what is wrong with it."""
    if isinstance(item, str):
        return Record(item, None, None, {})
    if not isinstance(item, Mapping):
        raise InputError(
            f"an article is a string or a mapping with 'text', not {type(item).__name__}"
        )
    id, text = item.get("id"), item.get("text")
    label = f"article {id!r}: " if id is not None else ""
    if not isinstance(text, str):
        found = "is missing" if text is None else f"is {type(text).__name__}, not a string"
        raise InputError(f"{label}'text' {found}")
    published, meta = None, {}
    try:
        published = read_date(item.get("published"), label)
    except InputError as error:
        meta = {"warnings": [f"{error}; relative dates stay unresolved"]}
    return Record(text, None if id is None else str(id), published, meta)


def is_missing(value: Any) -> bool:
    """Tell whether a value stands for nothing: None, NaN, NaT, or the NA of pandas."""
    if value is None or type(value).__name__ == "NAType":
        return True
    return not isinstance(value, str) and bool(value != value)  # NaN and NaT equal nothing


def read_date(value: Any, label: str = "") -> datetime.date | None:
    """Return a date of an ISO string, a date or a datetime.

    "" and what ``is_missing`` mean unknown.
    """
    if is_missing(value) or value == "":
        return None
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(
            f"{label}'published' is {value!r}: write an ISO date such as 2018-02-14"
        ) from None
