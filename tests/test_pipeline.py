from __future__ import annotations

import datetime
import itertools
import threading
from collections import UserDict
from pathlib import Path
from typing import Any

import pytest
from gold_samples import GOLD, summit
from strategies import differences, spans

import arabnews
from arabnews import Document, Failure, InputError
from arabnews.pipeline import pick_device, read_date, read_record
from arabnews.text.words import words


@pytest.mark.parametrize(
    "text",
    ["", " \n\t\u00a0\n ", "Reuters reports from Cairo.", "👍🏽 42 %", "\x00", "«»", "\ufeff",
     "\ud83d", "٣٫٥"],
)  # fmt: skip
def test_a_text_without_arabic_words_gives_an_empty_document(nlp: Any, text: str) -> None:
    doc = nlp(text, id="a", published="2018-02-13")
    assert doc == Document(text=text, id="a", published="2018-02-13")


@pytest.mark.parametrize(
    "text",
    [
        "قال الوزير \ud800 إن مصر",
        "قال\x00الوزير إن\x07 مصر",
        "\u202bقال الوزير\u202c إن \u2067مصر\u2069 ترفض",
        "«قال “الوزير \"إن ‹مصر\nوأضاف » أن",
        "ـــــ ً ٌ ٍ قال",
        "ق",
        "قالوزيرالخارجية" * 400,
        "https://example.org/" + "قال/" * 500,
        "قال\r\nالوزير\r\n",
    ],
)
def test_odd_texts_are_analysed(nlp: Any, bert_nlp: Any, text: str) -> None:
    for pipeline in (nlp, bert_nlp):
        doc = pipeline(text)
        assert doc.text == text
        assert all(text[s.start : s.end] == s.text for s in spans(doc))


def test_a_hundred_thousand_words(
    nlp: Any, bert_nlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are read, in windows of 512 and of 64 pieces, in bounded memory."""
    import resource

    article = "\n".join(a["text"] for a in GOLD)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for pipeline, size in ((nlp, 100_000), (bert_nlp, 20_000)):
        text = "\n".join([article] * (size // len(words(article)) + 1))
        # random weights find something at every word, a trained model at every tenth
        sparse = {x: -6.0 if x == "trigger" else -3.0 for x in pipeline.config.layers}
        monkeypatch.setattr(pipeline._scorer, "config", pipeline.config.replace(bias=sparse))
        doc = pipeline(text)
        last = len(text) - len(GOLD[-1]["text"])
        assert any(s.start > last for s in spans(doc)), "the end of the text was not read"
        assert all(text[s.start : s.end] == s.text for s in spans(doc))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 1_500_000  # KiB


def test_pipe_keeps_order_and_names(nlp: Any) -> None:
    articles = [{"id": i, "text": a["text"]} for i, a in enumerate(GOLD * 5)]
    docs = list(nlp.pipe(iter(articles), batch_size=3))
    assert [d.id for d in docs] == [str(i) for i in range(10)]
    assert [d.text for d in docs] == [a["text"] for a in articles]


def test_pipe_is_lazy(nlp: Any) -> None:
    taken: list[int] = []

    def endless() -> Any:
        for i in itertools.count():
            taken.append(i)
            yield "قال"

    stream = nlp.pipe(endless(), batch_size=4)
    assert not taken
    next(stream)
    assert len(taken) == 4


def test_pipe_takes_texts_and_any_mapping(nlp: Any) -> None:
    one, two = nlp.pipe(["قال", UserDict(text="قال", id=7, source="x")])
    assert (one.id, two.id) == (None, "7")


def test_a_bad_article_raises_where_it_stands(nlp: Any) -> None:
    stream = nlp.pipe(["قال", {"id": "b", "text": None}, "قال"])
    assert next(stream).text == "قال"
    with pytest.raises(InputError, match="article 'b': 'text' is missing"):
        next(stream)


def test_failures_come_back_in_their_place(nlp: Any) -> None:
    out = list(nlp.pipe(["قال", {"id": 5, "text": 3}, b"x", "قال"], errors="return"))
    assert [type(x) for x in out] == [Document, Failure, Failure, Document]
    assert out[1].id == "5" and "int, not a string" in str(out[1].error)
    assert out[2].id is None and "not bytes" in str(out[2].error)


@pytest.mark.parametrize("value", [5, None, ["قال"], b"x"])
def test_a_call_takes_a_string(nlp: Any, value: Any) -> None:
    with pytest.raises(InputError):
        nlp(value)


@pytest.mark.parametrize("option", [{"batch_size": 0}, {"errors": "ignore"}])
def test_a_wrong_option_is_named(nlp: Any, option: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(option))):
        list(nlp.pipe(["قال"], **option))


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2018-02-13", (2018, 2, 13)), ("2018-02-13T10:00:00Z", (2018, 2, 13)),
        (datetime.date(2018, 2, 13), (2018, 2, 13)),
        (datetime.datetime(2018, 2, 13, 23, 59), (2018, 2, 13)),
    ],
)  # fmt: skip
def test_dates_are_read(value: Any, day: tuple[int, int, int]) -> None:
    assert read_date(value) == datetime.date(*day)


@pytest.mark.parametrize("value", [None, "", float("nan")])
def test_no_date_is_none(value: Any) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize("value", ["13/02/2018", "2018-13-01", "أمس", 5, [1]])
def test_a_wrong_published_is_an_error_in_a_call_and_a_warning_in_a_stream(
    nlp: Any, value: Any
) -> None:
    with pytest.raises(InputError, match="2018-02-14"):
        nlp("قال", published=value)
    (doc,) = nlp.pipe([{"id": "a", "text": "قال", "published": value}])
    assert doc.published is None
    assert "article 'a'" in doc.meta["warnings"][0]
    assert Document.from_dict(doc.to_dict()) == doc


def test_relative_dates_are_resolved_against_published(nlp: Any) -> None:
    text = summit()["text"]
    dates = [e for e in nlp(text, published="2018-02-13").entities if e.label == "DATE"]
    assert all(e.timex is not None for e in dates)


def test_a_record_with_a_null_id_has_none() -> None:
    assert read_record({"id": None, "text": "قال"}).id is None


@pytest.mark.parametrize("device", ["tpu9", "gpu", ""])
def test_an_unknown_device_is_named(model_folder: Path, device: str) -> None:
    with pytest.raises(InputError, match="auto, cpu"):
        arabnews.load(model_folder, device=device)


def test_a_gpu_that_is_not_there_is_named() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(InputError, match="no GPU"):
        pick_device("cuda:3")
    assert pick_device("auto") == "cpu"


def test_what_pandas_has_for_no_date_is_none_in_a_stream(nlp: Any) -> None:
    nothing = pytest.importorskip("pandas").NaT
    (doc,) = nlp.pipe([{"text": "قال الوزير أمس", "published": nothing}])
    assert doc.published is None and not doc.meta


def test_spans_of_one_layer(nlp: Any) -> None:
    encoded, found = nlp.spans(summit()["text"], "trigger")
    assert found and all(s.layer == "trigger" for s in found)
    assert len(encoded.words) == len(words(summit()["text"]))


def test_one_pipeline_serves_many_threads(nlp: Any, bert_nlp: Any) -> None:
    for pipeline in (nlp, bert_nlp):
        texts = [line for a in GOLD for line in a["text"].split("\n")]
        alone = [pipeline(t).to_dict() for t in texts]
        wrong: list[Any] = []

        def work(shift: int, p: Any, a: Any, t: Any, out: list[Any]) -> None:
            for i in range(len(t)):
                k = (i + shift) % len(t)
                out.extend(differences(a[k], p(t[k]).to_dict()))

        threads = [
            threading.Thread(target=work, args=(n, pipeline, alone, texts, wrong))
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


def test_importing_is_quick_and_brings_no_torch() -> None:
    import subprocess
    import sys

    code = "import sys, arabnews; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_min_score_leaves_out_what_is_unsure(nlp: Any) -> None:
    text = summit()["text"]
    everything, sure = nlp(text), nlp(text, min_score=0.5)
    assert len(sure.events) < len(everything.events)
    assert min((e.score for e in sure.entities), default=1) >= 0.5


def test_save_pretrained_copies_a_working_model(nlp: Any, tmp_path: Path) -> None:
    nlp.save_pretrained(tmp_path / "copy")
    again = arabnews.load(tmp_path / "copy", device="cpu")
    text = summit()["text"]
    assert again(text) == nlp(text)
    again.save_pretrained(tmp_path / "copy")  # onto itself does no harm
    assert {p.name for p in (tmp_path / "copy").iterdir()} == {
        "README.md", "arabnews.json", "config.json", "model.safetensors", "tokenizer.json",
    }  # fmt: skip


def test_push_to_hub_uploads_the_folder(nlp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    seen: dict[str, Any] = {}

    class Api:
        def __init__(self, token: str | None = None) -> None:
            seen["token"] = token

        def create_repo(self, repo_id: str, *, private: bool, exist_ok: bool) -> str:
            seen["private"] = private
            return f"https://hub/{repo_id}"

        def upload_folder(self, *, repo_id: str, folder_path: str, commit_message: str) -> None:
            seen["files"] = {p.name for p in Path(folder_path).iterdir()}

    monkeypatch.setattr(huggingface_hub, "HfApi", Api)
    assert nlp.push_to_hub("me/news", token="t", private=True) == "https://hub/me/news"
    assert seen["private"] and "model.safetensors" in seen["files"]
