"""Batches of columns: dictionaries, DataFrames, ``datasets``, Ray Data."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import arabnews
from arabnews import Document, InputError
from arabnews.batch import Analyzer

TEXTS = [
    "عنوان\nقال وزير الخارجية سامح شكري إن القمة ستعقد في الرياض غدا.",
    "📰 أكّـــد الوزيرُ \u202b«لن نقبل»\u202c في جنيف (WHO)، وأضاف: «لا",
    "",
]
ROWS = {"id": ["a", "b", "c"], "text": TEXTS, "published": ["2018-02-13", None, ""]}


@pytest.fixture
def analyzer(model_folder: Path) -> Analyzer:
    return Analyzer(model_folder, device="cpu")


@pytest.fixture
def expected(nlp: Any) -> list[Document]:
    rows = (dict(zip(ROWS, values, strict=True)) for values in zip(*ROWS.values(), strict=True))
    return list(nlp.pipe(rows))


def documents(column: Any) -> list[Document]:
    return [Document.from_dict(json.loads(cell)) for cell in column]


def test_a_dictionary_of_lists(analyzer: Analyzer, expected: list[Document]) -> None:
    given = {k: list(v) for k, v in ROWS.items()}
    out = analyzer(given)
    assert given == ROWS and list(out) == [*ROWS, "analysis", "error"]
    assert documents(out["analysis"]) == expected
    assert out["error"] == ["", "", ""]


def test_a_text_column_is_enough(analyzer: Analyzer) -> None:
    out = analyzer({"text": TEXTS[:1], "outlet": ["وكالة"]})
    assert documents(out["analysis"])[0].id is None and out["outlet"] == ["وكالة"]
    assert analyzer({"text": []}) == {"text": [], "analysis": [], "error": []}


def test_a_batch_size_changes_nothing(model_folder: Path, expected: list[Document]) -> None:
    out = Analyzer(model_folder, "cpu", batch_size=1)(dict(ROWS))
    assert documents(out["analysis"]) == expected
    with pytest.raises(InputError, match="at least 1"):
        Analyzer(model_folder, batch_size=0)


def test_bad_rows_cost_only_themselves(analyzer: Analyzer) -> None:
    texts = [TEXTS[0], None, float("nan"), 7, TEXTS[0]]
    out = analyzer({"text": texts, "id": [1, 2, 3, 4, 5]})
    assert [bool(e) for e in out["error"]] == [False, True, True, True, False]
    assert [bool(a) for a in out["analysis"]] == [True, False, False, False, True]
    assert "missing" in out["error"][1] and "int" in out["error"][3]
    assert documents([out["analysis"][4]])[0].id == "5"


def test_a_fault_in_one_article_is_told(
    analyzer: Analyzer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("out of memory")

    monkeypatch.setattr("arabnews.resolve.build.build_document", broken)
    assert analyzer({"text": TEXTS[:1]})["error"] == ["RuntimeError: out of memory"]


def test_a_lone_surrogate_survives(analyzer: Analyzer) -> None:
    (cell,) = analyzer({"text": ["قال \ud800 الوزير"]})["analysis"]
    assert cell.encode("utf-8") and documents([cell])[0].text == "قال \ud800 الوزير"


def test_numpy_and_pandas_batches(analyzer: Analyzer, expected: list[Document]) -> None:
    out = analyzer({k: np.array(v, dtype=object) for k, v in ROWS.items()})
    assert documents(out["analysis"]) == expected
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(ROWS)
    out = analyzer(frame)
    assert isinstance(out, pd.DataFrame) and "analysis" not in frame
    assert documents(out["analysis"]) == expected
    frame["published"] = pd.to_datetime(pd.Series(["2018-02-13", None, None]))
    assert documents(analyzer(frame)["analysis"]) == expected
    frame["id"] = pd.array([1, None, 3], dtype="Int64")
    assert [d.id for d in documents(analyzer(frame)["analysis"])] == ["1", None, "3"]


def test_a_batch_without_texts_is_a_clear_error(analyzer: Analyzer) -> None:
    pa = pytest.importorskip("pyarrow")
    for batch in ({"body": ["قال"]}, pa.table({"text": ["قال"]}), ["قال"]):
        with pytest.raises(InputError, match="no column 'text'"):
            analyzer(batch)


def test_the_model_is_loaded_late_and_once(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []

    def load(model: Any, device: str) -> Any:
        loaded.append(model)
        return arabnews.load(model, device=device)

    monkeypatch.setattr("arabnews.batch.load", load)
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    monkeypatch.chdir(tmp_path)
    first = Analyzer("model", device="cpu")
    data = pickle.dumps(first)
    assert len(data) < 2_000 and not loaded
    monkeypatch.chdir("/")  # a copy in a process with another current folder
    copies = [pickle.loads(data) for _ in range(2)]
    for analyzer in (first, *copies):
        analyzer({"text": TEXTS[:1]})
    assert loaded == [str(folder.resolve())]
    os.utime(folder / "model.safetensors", (1, 1))  # trained again
    Analyzer(folder, device="cpu")({"text": TEXTS[:1]})
    assert len(loaded) == 2


def test_the_bundled_model_and_hub_names_are_kept_as_they_are() -> None:
    assert Analyzer().model is None
    assert Analyzer("owner/name").model == "owner/name"


def test_a_mapped_dataset(analyzer: Analyzer, expected: list[Document]) -> None:
    datasets = pytest.importorskip("datasets")
    news = datasets.Dataset.from_dict(ROWS)
    out = news.map(analyzer, batched=True, batch_size=2)
    assert out.column_names == [*ROWS, "analysis", "error"]
    assert out["text"][:] == TEXTS
    assert documents(out["analysis"]) == expected
    short = news.map(analyzer, batched=True, remove_columns=["text"])
    assert short.column_names == ["id", "published", "analysis", "error"]
    assert documents(short["analysis"]) == expected
    lazy = news.to_iterable_dataset().map(analyzer, batched=True, batch_size=1)
    assert documents(row["analysis"] for row in lazy) == expected


def test_an_error_in_a_late_batch_keeps_the_column_type(analyzer: Analyzer) -> None:
    datasets = pytest.importorskip("datasets")
    news = datasets.Dataset.from_dict({"text": [TEXTS[0], TEXTS[1], None]})
    out = news.map(analyzer, batched=True, batch_size=1)
    assert [bool(e) for e in out["error"]] == [False, False, True]


def test_the_cache_of_datasets_tells_models_apart(model_folder: Path, tmp_path: Path) -> None:
    hasher = pytest.importorskip("datasets.fingerprint").Hasher
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    before = hasher.hash(Analyzer(folder))
    assert hasher.hash(Analyzer(folder)) == before
    assert hasher.hash(Analyzer(folder, batch_size=2)) != before
    os.utime(folder / "model.safetensors", (1, 1))
    assert hasher.hash(Analyzer(folder)) != before


@pytest.mark.allow_sockets  # Ray's processes talk to one another
def test_ray_data(model_folder: Path, expected: list[Document], tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")
    ray.init(
        num_cpus=2, include_dashboard=False, log_to_driver=False, address="local",
        object_store_memory=80_000_000,
    )  # fmt: skip
    try:
        news = data.from_items([
            {"n": i, **dict(zip(ROWS, row, strict=True))}
            for i, row in enumerate(zip(*ROWS.values(), strict=True))
        ])  # fmt: skip
        for kind in ("numpy", "pandas"):
            out = news.map_batches(
                Analyzer, fn_constructor_kwargs={"model": str(model_folder), "device": "cpu"},
                batch_size=2, batch_format=kind, compute=data.ActorPoolStrategy(size=1),
            )  # fmt: skip
            rows = sorted(out.take_all(), key=lambda r: r["n"])
            assert documents(r["analysis"] for r in rows) == expected, kind
            assert [r["text"] for r in rows] == TEXTS
        # Parquet on disk in, Parquet on disk out
        news.write_parquet(str(tmp_path / "in"))
        data.read_parquet(str(tmp_path / "in")).map_batches(
            Analyzer, fn_constructor_args=(str(model_folder), "cpu"), batch_size=2,
            compute=data.ActorPoolStrategy(size=1),
        ).write_parquet(str(tmp_path / "out"))  # fmt: skip
        rows = sorted(data.read_parquet(str(tmp_path / "out")).take_all(), key=lambda r: r["n"])
        assert documents(r["analysis"] for r in rows) == expected
    finally:
        ray.shutdown()
