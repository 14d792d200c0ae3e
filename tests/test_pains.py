"""Fifteen pains that users of other libraries report, one test for each."""

from __future__ import annotations

import inspect
import json
import pickle
import resource
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from conftest import write_lines
from gold_samples import GOLD, summit
from strategies import differences, spans

import arabnews
from arabnews import Failure, ModelError
from arabnews.document import Document
from arabnews.metrics import evaluate, span_scores
from arabnews.model.windows import windows
from arabnews.text.normalise import normalise
from arabnews.text.words import words

ARTICLE = "\n".join(a["text"] for a in GOLD)
LONG = "\n".join([ARTICLE] * 6)


def test_pain_01_long_texts_are_cut_in_silence(bert_nlp: Any) -> None:
    scorer = bert_nlp._scorer
    encoded = scorer.tokenizer.encode(LONG)
    assert scorer.tokenizer.raw.truncation is None
    found = windows(encoded, scorer.config.window - scorer.tokenizer.framing)
    assert len(found) > 1 and sum(len(w.words) for w in found) == len(words(LONG))


def test_pain_02_a_long_text_crashes_the_encoder(bert_nlp: Any) -> None:
    assert bert_nlp._scorer.network.encoder.config.max_position_embeddings == 64
    assert len(bert_nlp._scorer.tokenizer.encode(LONG).pieces) > 640
    assert bert_nlp(LONG).text == LONG


def test_pain_03_the_tail_of_a_long_text_is_lost(bert_nlp: Any) -> None:
    doc = bert_nlp(LONG)
    assert max(s.end for s in spans(doc)) > len(LONG) - len(ARTICLE)


def test_pain_04_words_are_split_and_tags_ill_formed(bert_nlp: Any) -> None:
    text = "زَارَ مُحَمَّدٌ القَاهِرَةَ ومـــصر وUNICEF، " * 3
    edges = words(text)
    starts, ends = {s for s, _ in edges}, {e for _, e in edges}
    doc = bert_nlp(text)
    for found in (*doc.entities, *(v.trigger for v in doc.events)):
        assert found.start in starts and found.end in ends


def test_pain_05_offsets_are_shifted_by_normalisers(nlp: Any) -> None:
    text = "قَالَ\u200f ﺍﻟﻮﺯﻳﺮ سامــــح شُكْرِي إنّ ﷲ في الرياض 👨\u200d👩\u200d👧 غداً " * 3
    assert len(normalise(text).text) != len(text)
    assert all(text[s.start : s.end] == s.text for s in spans(nlp(text)))


def test_pain_06_utf16_offsets_pass_for_code_points(tmp_path: Path) -> None:
    from arabnews.formats.gold import parse_gold
    from arabnews.formats.label_studio import export_label_studio, import_label_studio

    text = "🙂🙂 زار سامح شكري عدن"
    start = text.index("سامح")
    article = parse_gold(
        {"id": "a", "text": text, "entities": [{"span": [start, start + 9], "label": "PER"}]}
    )
    export_label_studio([article], tmp_path / "x.json")
    assert f'"start": {start + 2}' in (tmp_path / "x.json").read_text(encoding="utf-8")
    (back,) = import_label_studio(tmp_path / "x.json")
    assert back.entities == article.entities


def test_pain_07_the_text_is_rewritten(nlp: Any) -> None:
    text = "  قَالَ “الوزير”\r\n\n\tنعم\u00a0ـ \ufeff"
    assert nlp(text).text == text


def test_pain_07_training_and_inference_prepare_text_differently(
    model_folder: Path, encoder_folder: Path
) -> None:
    from arabnews.model.folder import load_network
    from arabnews.training.finetune import load_encoder

    _, served = load_network(model_folder)
    _, trained = load_encoder(
        str(encoder_folder), normalisation="compact", paragraph_token="[P]"
    )
    text = "قَالَ الأميـــر\nUNICEF ﻻ ٣٫٥"
    assert served.encode(text).pieces.tolist() == trained.encode(text).pieces.tolist()


def test_pain_08_a_tokenizer_shared_by_threads_goes_wrong(bert_nlp: Any) -> None:
    tokenizer = bert_nlp._scorer.tokenizer
    texts = [ARTICLE[:n] for n in range(20, 400, 20)]
    right = [tokenizer.encode(t).pieces.tolist() for t in texts]
    wrong: list[str] = []

    def work() -> None:
        for _ in range(10):
            for text, pieces in zip(texts, right, strict=True):
                if tokenizer.encode(text).pieces.tolist() != pieces:
                    wrong.append(text)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_pain_09_memory_grows_with_the_stream(nlp: Any) -> None:
    def stream(n: int) -> Any:
        return ({"id": i, "text": f"قال الوزير رقم{i} إن مصر{i} ترفض"} for i in range(n))

    for _ in nlp.pipe(stream(200), batch_size=32):
        pass
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in nlp.pipe(stream(1000), batch_size=32):
        pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000  # KiB


def test_pain_10_one_long_text_needs_all_the_memory(
    nlp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No call of the encoder reads more than the budget, whatever the length of the texts."""
    scorer, sizes = nlp._scorer, []
    monkeypatch.setattr(scorer, "budget", 1024)
    hook = scorer.network.encoder.register_forward_pre_hook(
        lambda _, args, kwargs: sizes.append(kwargs["input_ids"].numel()), with_kwargs=True
    )
    try:
        list(nlp.pipe([LONG, "قال", ARTICLE, LONG], batch_size=4))
    finally:
        hook.remove()
    assert len(sizes) > 2 and max(sizes) <= 1024 + 2 * scorer.config.window


def test_pain_11_code_is_run_at_load(model_folder: Path, tmp_path: Path) -> None:
    class Canary:
        def __reduce__(self) -> Any:
            return (open, (str(tmp_path / "flown"), "w"))

    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Canary()))
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="never loaded"):
        arabnews.load(folder)
    assert not (tmp_path / "flown").exists()
    options = set(inspect.signature(arabnews.load).parameters)
    known = {"name", "device", "dtype", "revision", "token", "local_files_only"}
    assert options == known  # no switch


def test_pain_12_scores_flatter() -> None:
    # seqeval's default forgives an I- that opens nothing; the strict figure does not
    report = span_scores([["B-PER", "I-PER", "O"]], [["I-PER", "I-PER", "O"]])
    name = next(iter(report.strict))
    assert report.strict[name].f1 < report.default[name].f1
    # an article that was left out, or half of a name, is wrong
    gold = summit()
    nothing = {"id": gold["id"], "text": gold["text"]}
    assert evaluate([gold], [nothing]).figures["entities"].value == 0
    half = {"entities": [{**e, "span": [e["span"][0], e["span"][1]]} for e in gold["entities"]]}
    start, end = half["entities"][3]["span"]
    assert gold["text"][start:end] == "سامح شكري"
    half["entities"][3]["span"] = [start, start + 4]
    assert evaluate([gold], [{**nothing, **half}]).figures["entities"].value < 100


def test_pain_13_one_bad_record_kills_the_job(nlp: Any) -> None:
    records = ["قال", None, "", {"id": "n", "text": None}, "\ud800 قال", [], "وأضاف"]
    found = list(nlp.pipe(records, errors="return"))
    assert [type(x) for x in found] == [
        Document, Failure, Document, Failure, Document, Failure, Document,
    ]  # fmt: skip
    assert found[3].id == "n"


def test_pain_14_the_network_is_needed_though_the_model_is_here(
    model_folder: Path, network_attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    # not even the hub client's own offline switch is needed
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    arabnews.load(model_folder, device="cpu")(ARTICLE)
    assert network_attempts == []


def test_pain_15_speed_switches_do_nothing_or_change_answers(nlp: Any) -> None:
    articles = [a["text"] for a in GOLD] * 4
    calls: list[int] = []
    hook = nlp._scorer.network.encoder.register_forward_pre_hook(lambda *_: calls.append(1))
    try:
        one = [d.to_dict() for d in nlp.pipe(articles, batch_size=1)]
        slow = len(calls)
        calls.clear()
        many = [d.to_dict() for d in nlp.pipe(articles, batch_size=8)]
        fast = len(calls)
    finally:
        hook.remove()
    assert fast < slow  # the switch does something
    assert differences(one, many) == []  # and changes nothing


def test_the_output_is_described_by_its_schema(nlp: Any, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from importlib.resources import files

    schema = json.loads((files("arabnews") / "schema.json").read_text(encoding="utf-8"))
    data = nlp(summit()["text"], published="2018-02-13", id="a").to_dict()
    jsonschema.validate(data, schema)
    assert write_lines(tmp_path / "x.jsonl", [data]).exists()
