"""Flat tables: events, quotes and entities as rows, CSV that Excel opens, and Parquet."""

from __future__ import annotations

import csv
import importlib
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..document import Argument, Document, Event
from ..errors import InputError

__all__ = [
    "ENTITY_COLUMNS", "EVENT_COLUMNS", "QUOTE_COLUMNS", "entity_rows", "event_rows", "quote_rows",
    "write_table",
]  # fmt: skip

EVENT_COLUMNS = (
    "doc_id", "published", "event", "date", "date_begin", "date_end", "type", "modality", "actor",
    "actor_country", "recipient", "recipient_country", "place", "place_country", "trigger",
    "source", "quote", "quote_type", "same_as", "score",
)  # fmt: skip
QUOTE_COLUMNS = (
    "doc_id", "published", "quote", "type", "speaker", "who", "country", "source_type", "implicit",
    "stance", "cue", "text", "start", "end", "parent", "via", "score",
)  # fmt: skip
ENTITY_COLUMNS = (
    "doc_id", "published", "start", "end", "text", "label", "name", "cluster", "cluster_name",
    "country", "date", "date_begin", "date_end", "score",
)  # fmt: skip

_INTEGERS = {"event", "same_as", "parent", "start", "end"}
_BATCH = 10_000


def event_rows(doc: Document) -> list[dict[str, Any]]:
    """Return one row an event, with the keys of ``EVENT_COLUMNS``.

    ``event`` numbers the rows of an article from 0, and ``same_as`` is such a number. Several
    actors, recipients or places are joined by «; », and so are their countries; ``quote`` is the
    text of the quote that reports the event, its pieces joined by « … ».

    >>> from arabnews.document import Event, Span
    >>> visit = Event("CONSULT", "asserted", Span(0, 3, "زار"))
    >>> doc = Document("زار الأمير بغداد", events=(visit,))
    >>> [(row["type"], row["trigger"]) for row in event_rows(doc)]
    [('CONSULT', 'زار')]
    """
    return [_event_row(doc, i, event) for i, event in enumerate(doc.events)]


def _event_row(doc: Document, number: int, event: Event) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(EVENT_COLUMNS)
    row |= {"doc_id": doc.id, "published": doc.published, "event": number}
    row |= {"type": event.type, "modality": event.modality, "trigger": event.trigger.text}
    row |= {"same_as": event.same_as, "score": event.score}
    if event.date is not None:
        row |= {"date": event.date.value, "date_begin": event.date.begin}
        row["date_end"] = event.date.end
    for role, column in (("actor", "actor"), ("recipient", "recipient"), ("loc", "place")):
        args = [a for a in event.args if a.role == role]
        row[column] = _join(_name(doc, a) for a in args)
        row[f"{column}_country"] = _join(_country(doc, a) for a in args)
    source = doc.cluster(event.source)
    row["source"] = source.name if source else None
    if event.quote is not None:
        quote = doc.quotes[event.quote]
        row["quote"] = _pieces(quote.content)
        row["quote_type"] = quote.type
        row["source"] = row["source"] or doc.speaker_name(quote)
    return row


def _join(values: Iterable[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(v for v in values if v)) or None


def _pieces(spans: Iterable[Any]) -> str:
    return " … ".join(span.text for span in spans)


def _name(doc: Document, arg: Argument) -> str:
    cluster = doc.cluster(arg.cluster)
    return cluster.name if cluster else arg.text


def _country(doc: Document, arg: Argument) -> str | None:
    cluster = doc.cluster(arg.cluster)
    return arg.country or (cluster.country if cluster else None)


def quote_rows(doc: Document) -> list[dict[str, Any]]:
    """Return one row a quote, with the keys of ``QUOTE_COLUMNS``.

    ``quote`` numbers the rows of an article from 0; ``who`` is the name of the one who speaks,
    ``speaker`` the phrase in the text; ``start`` and ``end`` enclose all pieces of the content.
    """
    rows = []
    for i, q in enumerate(doc.quotes):
        cluster = doc.cluster(q.who)
        values = (
            doc.id, doc.published, i, q.type, q.speaker.text if q.speaker else None,
            doc.speaker_name(q), cluster.country if cluster else None, q.source_type, q.implicit,
            q.stance, q.cue.text if q.cue else None, _pieces(q.content),
            min((c.start for c in q.content), default=None),
            max((c.end for c in q.content), default=None),
            q.parent, q.via.text if q.via else None, q.score,
        )  # fmt: skip
        rows.append(dict(zip(QUOTE_COLUMNS, values, strict=True)))
    return rows


def entity_rows(doc: Document) -> list[dict[str, Any]]:
    """Return one row a mention, with the keys of ``ENTITY_COLUMNS``; dates have ISO 8601 values."""
    rows = []
    for e in doc.entities:
        cluster = doc.cluster(e.cluster)
        timex = (e.timex.value, e.timex.begin, e.timex.end) if e.timex else (None, None, None)
        values = (
            doc.id, doc.published, e.start, e.end, e.text, e.label, e.name, e.cluster,
            cluster.name if cluster else None, cluster.country if cluster else None, *timex,
            e.score,
        )  # fmt: skip
        rows.append(dict(zip(ENTITY_COLUMNS, values, strict=True)))
    return rows


def write_table(
    rows: Iterable[Mapping[str, Any]],
    path: str | os.PathLike[str],
    *,
    columns: Sequence[str] | None = None,
) -> int:
    r"""Write rows to a ``.csv`` or ``.parquet`` file as they come and return their number.

    Columns are those of the first row unless given; a row with others raises ``InputError``. CSV is
    UTF-8 with a byte-order mark, which Excel needs for Arabic, and a cell that a spreadsheet would
    run as a formula (it starts with = + - @, a tab or a carriage return) gets a leading ``'``.
    Parquet needs ``pip install arabnews[tables]``. A lone surrogate, which neither can hold, is
    written as ``\udXXX``.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise InputError(f"{path}: cannot write {suffix or 'this'} tables; use .csv or .parquet")
    stream = iter(rows)
    first = next(stream, None)
    names = tuple(columns if columns is not None else first or ())
    if first is not None:
        stream = itertools.chain([first], stream)
    checked = (_cells(row, names, str(path)) for row in stream)
    write = _write_csv if suffix == ".csv" else _write_parquet
    return write(checked, Path(path), names)


def _cells(row: Mapping[str, Any], names: tuple[str, ...], where: str) -> dict[str, Any]:
    if unknown := set(row) - set(names):
        raise InputError(f"{where}: a row has columns {sorted(unknown)} that the table has not")
    return {name: _survivable(row.get(name)) for name in names}


def _survivable(value: Any) -> Any:
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return value


def _write_csv(rows: Iterator[dict[str, Any]], path: Path, names: tuple[str, ...]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        for row in rows:
            writer.writerow(_safe(v) for v in row.values())
            count += 1
    return count


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def _write_parquet(rows: Iterator[dict[str, Any]], path: Path, names: tuple[str, ...]) -> int:
    try:
        pa = importlib.import_module("pyarrow")
        pq = importlib.import_module("pyarrow.parquet")
    except ImportError:
        raise InputError(
            f"{path}: Parquet needs pyarrow; run: pip install 'arabnews[tables]', or write .csv"
        ) from None
    count, writer, schema = 0, None, None
    try:
        while batch := list(itertools.islice(rows, _BATCH)):
            if writer is None:
                schema = _schema(pa, batch, names)
                writer = pq.ParquetWriter(path, schema)
            try:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise InputError(f"{path}: a column mixes types: {error}") from None
            count += len(batch)
        if writer is None:
            writer = pq.ParquetWriter(path, _schema(pa, [], names))
    finally:
        if writer is not None:
            writer.close()
    return count


def _schema(pa: Any, batch: list[dict[str, Any]], names: tuple[str, ...]) -> Any:
    """Fix the column types once, so that a first batch without, say, countries does no harm."""
    kinds = {bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
    fields = []
    for name in names:
        seen = next((type(r[name]) for r in batch if r[name] is not None), None)
        unseen = (
            pa.int64() if name in _INTEGERS else pa.float64() if name == "score" else pa.string()
        )
        fields.append((name, kinds.get(seen, pa.string()) if seen else unseen))
    return pa.schema(fields)
