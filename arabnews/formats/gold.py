"""Gold files: annotated articles, one a line of JSON, checked when read and when written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, cast

from ..document import Modality, QuoteType
from ..errors import InputError
from .documents import from_document, to_document
from .jsonl import MAX_LINE_BYTES, read_lines, write_lines
from .records import (
    MODALITIES,
    QUOTE_TYPES,
    GoldArgument,
    GoldArticle,
    GoldCluster,
    GoldEntity,
    GoldEvent,
    GoldQuote,
    Offsets,
    canonical,
    check_gold,
)

__all__ = [
    "GoldArgument", "GoldArticle", "GoldCluster", "GoldEntity", "GoldEvent", "GoldQuote", "Offsets",
    "canonical", "check_gold", "from_document", "parse_gold", "read_gold", "to_document",
    "write_gold",
]  # fmt: skip


def read_gold(
    path: str | os.PathLike[str],
    *,
    errors: Literal["raise"] | Callable[[InputError], object] = "raise",
) -> list[GoldArticle]:
    """Read a gold file, or a file of predictions in the same shape.

    With ``errors="raise"`` the first bad line raises ``InputError``, which names file, line, id,
    field, cause and remedy; a callable is given each error instead, and the line is left out.
    """
    articles: list[GoldArticle] = []
    seen: dict[str, int] = {}

    def take(number: int, line: bytes | None) -> None:
        where = f"{path}:{number}"
        article = parse_gold(_load(line, where), where)
        if article.id in seen:
            raise InputError(
                f"{where} ({article.id}): id: already used on line {seen[article.id]}; "
                "give every article an id of its own"
            )
        seen[article.id] = number
        articles.append(article)

    try:
        stream = Path(path).open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    with stream:
        for number, line in read_lines(stream):
            if line is not None and not line.strip(b"\xef\xbb\xbf \t"):
                continue
            try:
                take(number, line)
            except InputError as error:
                if errors == "raise":
                    raise
                errors(error)
    return articles


def write_gold(path: str | os.PathLike[str], articles: Iterable[GoldArticle]) -> None:
    """Write articles to a gold file, one a line; each is checked before it is written."""
    write_lines(path, (check_gold(a, str(path)).to_dict() for a in articles))


def _load(line: bytes | None, where: str) -> Any:
    if line is None:
        raise InputError(f"{where}: line longer than {MAX_LINE_BYTES} bytes; split the article")
    try:
        return json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: not UTF-8 (byte {error.start}); save as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not a JSON object: {error}; mend the line") from None


class _Fields:
    """Takes typed values out of plain objects; every complaint names file, line, id and field."""

    def __init__(self, where: str) -> None:
        self.where = where

    def fail(self, name: str, cause: str, remedy: str) -> InputError:
        return InputError(f"{self.where}: {name}: {cause}; {remedy}")

    def string(self, value: Any, name: str, among: tuple[str, ...] = ()) -> str:
        if not isinstance(value, str) or not value:
            raise self.fail(name, f"expected a non-empty string, got {value!r:.60}", "set it")
        if among and value not in among:
            raise self.fail(name, f"{value!r:.60} is unknown", f"use one of {', '.join(among)}")
        return value

    def optional(self, value: Any, name: str) -> str | None:
        return None if value is None else self.string(value, name)

    def objects(self, value: Any, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        items = [] if value is None else value
        if not isinstance(items, list):
            raise self.fail(name, f"expected a list, got {value!r:.60}", "write [...]")
        return [(f"{name}[{i}]", self.mapping(v, f"{name}[{i}]")) for i, v in enumerate(items)]

    def mapping(self, value: Any, name: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.fail(name, f"expected an object, got {value!r:.60}", "write {...}")
        return value

    def span(self, value: Any, name: str) -> Offsets:
        if isinstance(value, Mapping):
            value = value["span"] if "span" in value else [value.get("start"), value.get("end")]
        if (
            not isinstance(value, list | tuple)
            or len(value) != 2
            or any(type(v) is not int for v in value)
        ):
            raise self.fail(name, f"{value!r:.60} is no span", "give [start, end] as integers")
        return (value[0], value[1])

    def maybe_span(self, value: Any, name: str) -> Offsets | None:
        return None if value is None else self.span(value, name)


def parse_gold(data: Any, where: str = "gold") -> GoldArticle:
    """Build and check an article from plain values, such as one line of a gold file.

    Predictions are taken too: ``clusters`` as a list with ``id``, spans as ``start`` and ``end``,
    ``type`` for ``etype``. Unknown fields are ignored. Raises ``InputError``.

    >>> parse_gold({"id": "1", "text": "بغداد", "entities": [{"span": [0, 5], "label": "LOC"}]}).id
    '1'
    """
    get = _Fields(where)
    data = get.mapping(data, "record")
    id = get.string(data.get("id"), "id")
    get.where = f"{where} ({id})"
    text = data.get("text")
    if not isinstance(text, str):
        raise get.fail("text", f"expected a string, got {text!r:.60}", "set it")
    article = GoldArticle(
        id=id,
        text=text,
        published=get.optional(data.get("published"), "published"),
        source=get.optional(data.get("source"), "source"),
        clusters=_clusters(data.get("clusters"), get),
        entities=tuple(
            GoldEntity(
                get.span(e, f"{at}.span"),
                get.string(e.get("label"), f"{at}.label"),
                get.optional(e.get("cluster"), f"{at}.cluster"),
            )
            for at, e in get.objects(data.get("entities"), "entities")
        ),
        quotes=tuple(_quote(at, q, get) for at, q in get.objects(data.get("quotes"), "quotes")),
        events=tuple(_event(at, v, get) for at, v in get.objects(data.get("events"), "events")),
    )
    return check_gold(article, where)


def _clusters(value: Any, get: _Fields) -> dict[str, GoldCluster]:
    pairs: list[tuple[Any, Any]]
    if value is None:
        pairs = []
    elif isinstance(value, list):
        pairs = [(c.get("id"), c) for _, c in get.objects(value, "clusters")]
    else:
        pairs = list(get.mapping(value, "clusters").items())
    out: dict[str, GoldCluster] = {}
    for key, raw in pairs:
        key = get.string(key, "clusters.id")
        if key in out:
            raise get.fail("clusters", f"{key!r} stands twice", "give each an id of its own")
        c = get.mapping(raw, f"clusters.{key}")
        out[key] = GoldCluster(
            get.string(c.get("label"), f"clusters.{key}.label"),
            get.string(c.get("name"), f"clusters.{key}.name"),
        )
    return out


def _quote(at: str, q: Mapping[str, Any], get: _Fields) -> GoldQuote:
    content = q.get("content")
    if not isinstance(content, list | tuple) or not content:
        raise get.fail(f"{at}.content", f"{content!r:.60} is no list of spans", "give one or more")
    return GoldQuote(
        type=cast(QuoteType, get.string(q.get("type"), f"{at}.type", QUOTE_TYPES)),
        content=tuple(get.span(c, f"{at}.content[{i}]") for i, c in enumerate(content)),
        cue=get.maybe_span(q.get("cue"), f"{at}.cue"),
        speaker=get.maybe_span(q.get("speaker"), f"{at}.speaker"),
        who=get.optional(q.get("who"), f"{at}.who"),
    )


def _event(at: str, v: Mapping[str, Any], get: _Fields) -> GoldEvent:
    quote = v.get("quote")
    if quote is not None and type(quote) is not int:
        raise get.fail(f"{at}.quote", f"expected an integer, got {quote!r:.60}", "give an index")
    return GoldEvent(
        etype=get.string(v.get("etype") or v.get("type"), f"{at}.etype"),
        modality=cast(Modality, get.string(v.get("modality"), f"{at}.modality", MODALITIES)),
        trigger=get.span(v.get("trigger"), f"{at}.trigger"),
        args=tuple(
            GoldArgument(get.string(a.get("role"), f"{name}.role"), get.span(a, f"{name}.span"))
            for name, a in get.objects(v.get("args"), f"{at}.args")
        ),
        quote=quote,
    )
