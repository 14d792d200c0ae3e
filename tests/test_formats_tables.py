from __future__ import annotations

import csv
import importlib
from dataclasses import replace

import pytest
from formats_samples import gold_articles, hard_article
from hypothesis import given
from test_document import news

from arabnews.document import Document
from arabnews.errors import InputError
from arabnews.formats import entity_rows, event_rows, quote_rows, to_document, write_table
from arabnews.formats.tables import ENTITY_COLUMNS, EVENT_COLUMNS, QUOTE_COLUMNS


def test_event_rows():
    (row,) = event_rows(news())
    assert row == {
        "doc_id": "1", "published": "2018-02-13", "event": 0, "date": "2018-02-12",
        "date_begin": "2018-02-12", "date_end": "2018-02-12", "type": "CONSULT",
        "modality": "asserted", "actor": None, "actor_country": None, "recipient": None,
        "recipient_country": None, "place": "بغداد", "place_country": "IQ", "trigger": "زيارة",
        "source": "سَامِي العلي", "quote": "ولن نرضى", "quote_type": "direct", "same_as": None,
        "score": 1.0,
    }  # fmt: skip


def test_several_actors_and_the_name_of_the_cluster():
    first, _, third = event_rows(to_document(hard_article()))
    assert first["actor"] == "سامي العلي; مسؤولي" and first["recipient"] == "WHO"
    assert third["source"] == "بيان لم ينشر" and third["modality"] == "negated"


def test_quote_and_entity_rows():
    one, two = quote_rows(news())
    assert (one["speaker"], one["who"], one["country"]) == ("سَامِي العلي", "سَامِي العلي", "SA")
    assert one["via"] == "لرويترز" and two["speaker"] is None and two["implicit"] is True
    pieces = quote_rows(to_document(hard_article()))[2]
    assert pieces["text"] == "لن نقبل بالحصار … ولا بالحرب"
    rows = entity_rows(news())
    assert rows[1]["name"] == "رويترز" and rows[2]["date"] == "2018-02-12"
    assert rows[3]["country"] == "IQ"


@given(gold_articles())
def test_rows_have_their_columns(article):
    doc = to_document(article)
    for rows, columns, items in (
        (event_rows(doc), EVENT_COLUMNS, doc.events),
        (quote_rows(doc), QUOTE_COLUMNS, doc.quotes),
        (entity_rows(doc), ENTITY_COLUMNS, doc.entities),
    ):
        assert len(rows) == len(items)
        assert all(tuple(row) == columns for row in rows)
    assert event_rows(Document("")) == []


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_csv_opens_in_excel_and_runs_nothing(tmp_path):
    path = tmp_path / "t.csv"
    rows = [
        {"اسم": value, "score": -0.5}
        for value in ("=1+1", "+9", "-نعم", "@x", "\tx", "\rx", "سطر\nثان", '"«نعم»",', "x=1", None)
    ]
    assert write_table(iter(rows), path) == 10
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = read_csv(path)
    assert [r["اسم"] for r in back] == [
        "'=1+1", "'+9", "'-نعم", "'@x", "'\tx", "'\rx", "سطر\nثان", '"«نعم»",', "x=1", "",
    ]  # fmt: skip
    assert {r["score"] for r in back} == {"-0.5"}  # numbers stay numbers


def test_tables_without_rows_and_with_wrong_rows(tmp_path):
    path = tmp_path / "t.csv"
    assert write_table([], path, columns=EVENT_COLUMNS) == 0
    assert path.read_text("utf-8-sig").strip() == ",".join(EVENT_COLUMNS)
    with pytest.raises(InputError, match="b"):
        write_table([{"a": 1}, {"b": 1}], path)
    write_table([{"a": 1, "b": 2}, {"b": 3}], path)
    assert read_csv(path)[1] == {"a": "", "b": "3"}
    for name in ("t.xlsx", "t"):
        with pytest.raises(InputError, match="cannot write"):
            write_table([], tmp_path / name)


def test_lone_surrogates_are_written(tmp_path):
    write_table([{"a": "نعم \ud800"}], tmp_path / "t.csv")
    assert read_csv(tmp_path / "t.csv") == [{"a": "نعم \\ud800"}]


def test_parquet(tmp_path, monkeypatch):
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("arabnews.formats.tables._BATCH", 2)
    path = tmp_path / "t.parquet"
    (row,) = event_rows(news())
    # the first batch has no values in most columns, the later ones have
    empty = event_rows(to_document(replace(hard_article(), published=None)))
    rows = [*empty, {**row, "same_as": 0, "actor": "=علي \ud800"}]
    assert write_table(iter(rows), path) == 4
    back = pq.read_table(path)
    assert tuple(back.column_names) == EVENT_COLUMNS
    last = back.to_pylist()[-1]
    assert last["same_as"] == 0 and last["actor"] == "=علي \\ud800" and last["published"]
    assert write_table([], path, columns=QUOTE_COLUMNS) == 0
    assert pq.read_table(path).num_rows == 0
    with pytest.raises(InputError, match="mixes types"):
        write_table([{"a": 1}, {"a": "نعم"}], path)


def test_parquet_without_pyarrow(tmp_path, monkeypatch):
    real = importlib.import_module

    def none(name, *args):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(importlib, "import_module", none)
    with pytest.raises(InputError, match=r"pip install 'arabnews\[tables\]'"):
        write_table([{"a": 1}], tmp_path / "t.parquet")
    assert not (tmp_path / "t.parquet").exists()
