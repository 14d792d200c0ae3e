from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import TEXTS, write_lines
from hypothesis import given
from hypothesis import strategies as st

from arabnews.training import objectives
from arabnews.training.corpus import SPECIAL, load_packed, pack, read_documents, train_tokenizer
from arabnews.training.masking import MaskedBatches, mask_words
from arabnews.training.pretrain import (
    PretrainRecipe,
    build,
    learning_rate,
    main,
    measure,
    prepare,
    train,
)

TINY = PretrainRecipe(
    files=["*.jsonl"], vocab_size=120, hidden_size=32, layers=2, heads=2, intermediate_size=48,
    local_attention=16, global_every=2, max_positions=128, sequence=32, batch=4, compile=False,
)  # fmt: skip
MASK, VOCABULARY = 4, 100


@given(
    st.integers(1, 4), st.integers(1, 40), st.floats(0, 1), st.integers(0, 1000),
    st.floats(0, 0.9),
)  # fmt: skip
def test_masking_takes_whole_words_and_never_special_tokens(
    rows: int, length: int, rate: float, seed: int, joined: float
) -> None:
    rng = np.random.default_rng(seed)
    ids = rng.integers(0, VOCABULARY, (rows, length))
    continues = rng.random(VOCABULARY) < joined
    continues[: len(SPECIAL)] = False
    before = ids.copy()
    out, chosen = mask_words(ids, continues, len(SPECIAL), rate, MASK, VOCABULARY, rng)
    assert (ids == before).all()
    assert (out[~chosen] == ids[~chosen]).all()
    assert not chosen[ids < len(SPECIAL)].any()
    for row in range(rows):
        for i in range(1, length):
            if continues[ids[row, i]] and ids[row, i - 1] >= len(SPECIAL):
                assert chosen[row, i] == chosen[row, i - 1]
                assert (out[row, i] == MASK) == (out[row, i - 1] == MASK) or not chosen[row, i]
    assert ((out >= len(SPECIAL)) | (out == MASK) | (out == ids)).all()


def test_masking_keeps_its_rates() -> None:
    rng = np.random.default_rng(1)
    ids = np.full((8, 20_000), 50)
    none = np.zeros(VOCABULARY, dtype=bool)
    out, chosen = mask_words(ids, none, len(SPECIAL), 0.25, MASK, VOCABULARY, rng)
    assert chosen.mean() == pytest.approx(0.25, abs=0.01)
    assert (out[chosen] == MASK).mean() == pytest.approx(0.8, abs=0.01)
    assert (out[chosen] == 50).mean() == pytest.approx(0.1, abs=0.01)


def test_each_row_may_have_its_own_rate() -> None:
    rng = np.random.default_rng(1)
    ids = np.full((3, 20_000), 50)
    none = np.zeros(VOCABULARY, dtype=bool)
    rates = np.array([[0.0], [0.1], [0.4]])
    out, chosen = mask_words(ids, none, len(SPECIAL), rates, MASK, VOCABULARY, rng)
    assert chosen.mean(1) == pytest.approx(rates[:, 0], abs=0.01)
    assert (out[2][chosen[2]] == MASK).mean() == pytest.approx(0.8, abs=0.02)


def test_sinks_end_every_row_and_are_not_predicted(work: Path) -> None:
    plain, ended = MaskedBatches(TINY, work), MaskedBatches(replace(TINY, sinks=3), work)
    ids, corrupted, chosen = ended(0)
    assert (ids == plain(0)[0]).all()
    assert (corrupted[:, -3:] == MASK).all() and not chosen[:, -3:].any()
    assert (corrupted[:, :-3] == plain(0)[1][:, :-3]).all() and chosen.any()
    varied = MaskedBatches(replace(TINY, varied=True, masked=0.5), work)
    shares = np.concatenate([varied(i)[2].mean(1) for i in range(8)])
    assert shares.min() < 0.2 and shares.max() > 0.7


def test_the_learning_rate_warms_up_stays_and_falls_to_zero() -> None:
    recipe = replace(TINY, peak_rate=1.0, warmup=0.1, decay=0.4)
    at = {x: learning_rate(recipe, x) for x in (0, 0.05, 0.1, 0.3, 0.59, 0.8, 1.0, 1.2)}
    assert at == pytest.approx({
        0: 0, 0.05: 0.5, 0.1: 1, 0.3: 1, 0.59: 1, 0.8: 0.5, 1.0: 0, 1.2: 0,
    })  # fmt: skip


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    records = [
        {"source": "news", "title": f"عنوان {i}", "text": "\n".join(TEXTS)} for i in range(30)
    ]
    write_lines(folder / "news.jsonl", records)
    return folder


@pytest.fixture(scope="module")
def work(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    prepare(TINY, corpus, folder)
    return folder


def copy(work: Path, target: Path) -> Path:
    target.mkdir()
    for path in work.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def test_sources_are_read_as_often_as_weighted(tmp_path: Path) -> None:
    records = [{"source": s, "text": s} for s in ("twice", "never", "half", "plain") for _ in "12"]
    path = write_lines(tmp_path / "x.jsonl", records * 50)
    seen = Counter(read_documents([path], {"twice": 2.0, "never": 0.0, "half": 0.5}))
    assert (seen["twice"], seen["never"], seen["plain"]) == (200, 0, 100)
    assert 30 < seen["half"] < 70
    assert seen == Counter(read_documents([path], {"twice": 2.0, "never": 0.0, "half": 0.5}))


def test_compressed_files_are_read(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    line = json.dumps({"title": "عنوان", "text": "قَالَ"}).encode() + b"\n"
    (tmp_path / "x.jsonl.zst").write_bytes(zstandard.compress(line))
    assert list(read_documents([tmp_path / "x.jsonl.zst"], {})) == ["عنوان\nقال"]


def test_packing_loses_nothing(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(TEXTS * 6, 120)
    documents = ["قال الوزير\nمصر ترفض", "نعم", ""]
    total = pack(documents, tokenizer, tmp_path, batch=2)
    stream = load_packed(tmp_path).tolist()
    cls, sep, par = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[P]"))
    expected: list[int] = []
    for text in documents:
        ids = [tokenizer.encode(p, add_special_tokens=False).ids for p in text.split("\n") if p]
        expected += [cls, *(ids[0] if ids else [])]
        for more in ids[1:]:
            expected += [par, *more]
        expected.append(sep)
    assert stream == expected and total == len(stream)


def test_packing_again_forgets_the_text_before(tmp_path: Path) -> None:
    tokenizer = train_tokenizer(TEXTS * 6, 120)
    np.save(tmp_path / "tokens-007.npy", np.zeros(9, np.uint16))
    assert pack(["نعم"], tokenizer, tmp_path) == len(load_packed(tmp_path))


def test_a_tokenizer_of_another_recipe_is_not_used(
    corpus: Path, work: Path, tmp_path: Path
) -> None:
    here = copy(work, tmp_path / "w")
    with pytest.raises(ValueError, match=r"tokenizer\.json has .* word pieces, the recipe 100"):
        prepare(replace(TINY, vocab_size=100), corpus, here)


def test_special_tokens_have_the_first_ids(work: Path) -> None:
    vocabulary = json.loads((work / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    assert [vocabulary[t] for t in SPECIAL] == list(range(len(SPECIAL)))


def test_a_run_is_resumed_where_it_stopped(work: Path, tmp_path: Path) -> None:
    from transformers import AutoModel, ModernBertForMaskedLM

    here = copy(work, tmp_path / "w")
    train(TINY, here, max_minutes=1, max_steps=3, save_minutes=0, device="cpu")
    first = json.loads((here / "last" / "state.json").read_text())
    assert first["step"] == 3 and first["tokens"] == 3 * TINY.batch * TINY.sequence
    before = ModernBertForMaskedLM.from_pretrained(here / "last").state_dict()
    train(TINY, here, max_minutes=1, max_steps=3, save_minutes=0, device="cpu")  # nothing to do
    after = ModernBertForMaskedLM.from_pretrained(here / "encoder").state_dict()
    assert all((before[k] == after[k]).all() for k in before)
    train(TINY, here, max_minutes=1, max_steps=5, save_minutes=0, device="cpu")
    second = json.loads((here / "last" / "state.json").read_text())
    assert second["step"] == 5 and second["seconds"] > first["seconds"]
    recorded = json.loads((here / "encoder" / "pretraining.json").read_text())
    assert recorded["step"] == 5 and recorded["recipe"]["hidden_size"] == 32
    assert AutoModel.from_pretrained(here / "encoder").config.hidden_size == 32
    assert (here / "encoder" / "tokenizer.json").exists()
    assert not list(here.rglob("*.bin"))


def test_the_last_state_is_kept_even_if_no_save_was_due(work: Path, tmp_path: Path) -> None:
    here = copy(work, tmp_path / "w")
    train(TINY, here, max_minutes=1, max_steps=2, device="cpu")
    assert json.loads((here / "last" / "state.json").read_text())["step"] == 2


def test_a_run_can_start_from_weights(work: Path, tmp_path: Path) -> None:
    here, there = copy(work, tmp_path / "a"), copy(work, tmp_path / "b")
    train(TINY, here, max_minutes=1, max_steps=2, device="cpu")
    train(TINY, there, max_minutes=1, max_steps=1, start=here / "encoder", device="cpu")
    assert (there / "encoder" / "model.safetensors").exists()


def test_training_learns(work: Path, tmp_path: Path) -> None:
    here = copy(work, tmp_path / "w")
    train(replace(TINY, peak_rate=5e-3, warmup=0.0), here, max_minutes=5, max_steps=100,
          device="cpu")  # fmt: skip
    rows = [json.loads(x) for x in (here / "loss.jsonl").read_text().splitlines()]
    assert [r["step"] for r in rows] == [50, 100]
    assert rows[1]["loss"] < rows[0]["loss"]


def test_replaced_tokens_are_told_from_true_ones(work: Path, tmp_path: Path) -> None:
    first, second = copy(work, tmp_path / "a"), copy(work, tmp_path / "b")
    train(TINY, first, max_minutes=1, max_steps=30, device="cpu")
    recipe = replace(TINY, objective="replaced", sinks=2, peak_rate=5e-3, warmup=0.0)
    start = first / "encoder"
    train(recipe, second, max_minutes=5, max_steps=100, start=start, device="cpu")
    rows = [json.loads(x) for x in (second / "loss.jsonl").read_text().splitlines()]
    assert rows[1]["loss"] < rows[0]["loss"] < 2
    assert measure(TINY, work, second / "encoder", steps=1, device="cpu") > 0  # the same shape
    with pytest.raises(ValueError, match="--start"):
        train(recipe, second, max_minutes=1, device="cpu")


def test_the_generator_fills_the_masked_places_only(work: Path) -> None:
    torch = pytest.importorskip("torch")
    model = objectives.frozen(build(TINY, work))
    batch = MaskedBatches(replace(TINY, sinks=2), work)(0)
    seen = []

    def encoder(input_ids: Any) -> Any:
        seen.append(input_ids)
        return model.model(input_ids=input_ids)

    loss = objectives.replaced_loss(model, encoder, batch, generator=model, seed=1)
    again = objectives.replaced_loss(model, encoder, batch, generator=model, seed=1)
    other = objectives.replaced_loss(model, encoder, batch, generator=model, seed=2)
    assert loss == again and loss != other
    ids, corrupted, chosen = map(torch.from_numpy, batch)
    assert (seen[0] == seen[1]).all() and (seen[0] != seen[2]).any()
    assert (seen[0][~chosen] == corrupted[~chosen]).all()  # as given, sinks too
    assert (seen[0][chosen] != MASK).any() and (seen[0][chosen] != ids[chosen]).any()


def test_encoders_are_compared_on_the_same_rows(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copy(work, tmp_path / "w")
    train(TINY, folder, max_minutes=60, max_steps=1)
    first = folder / "encoder"
    again = measure(TINY, work, first, steps=2, device="cpu")
    assert again == measure(TINY, work, first, steps=2, device="cpu")
    assert again == pytest.approx(np.log(TINY.vocab_size), abs=1.5)
    recipe = tmp_path / "tiny.toml"
    settings = {k: v for k, v in asdict(TINY).items() if k != "source_weights"}
    recipe.write_text("\n".join(f"{k} = {json.dumps(v)}" for k, v in settings.items()))
    main(["loss", "--recipe", str(recipe), "--work", str(work), "--start", str(first),
          "--set", "masked=0.1", "--device", "cpu"])  # fmt: skip
    assert str(first) in capsys.readouterr().out
    with pytest.raises(ValueError, match="neither 'masked'"):
        main(["loss", "--recipe", str(recipe), "--work", str(work), "--set", "objective='x'"])
    with pytest.raises(SystemExit):
        main(["loss", "--recipe", str(recipe), "--work", str(work)])


def test_vectors_become_the_first_embeddings(work: Path, tmp_path: Path) -> None:
    pytest.importorskip("gensim")
    from arabnews.training.pretrain import vectors

    here = copy(work, tmp_path / "w")
    vectors(TINY, here)
    table = np.load(here / "vectors.npy")
    assert table.shape == (TINY.vocab_size, TINY.hidden_size)
    weights = build(TINY, here).get_input_embeddings().weight.detach().numpy()
    np.testing.assert_allclose(weights, table)


@pytest.mark.parametrize(
    ("change", "message"), [({"files": ["none-*"]}, "holds none of"), ({}, "tokens-")]
)
def test_missing_data_is_named(
    corpus: Path, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FileNotFoundError, match=message):
        if change:
            prepare(replace(TINY, **change), corpus, tmp_path)
        else:
            train(TINY, tmp_path, max_minutes=1)


def test_too_little_text_is_named(work: Path, tmp_path: Path) -> None:
    here = copy(work, tmp_path / "w")
    with pytest.raises(ValueError, match="more text"):
        train(replace(TINY, batch=10_000), here, max_minutes=1, device="cpu")


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("colour = 1\n")
    with pytest.raises(ValueError, match="colour.*hidden_size"):
        PretrainRecipe.read(tmp_path / "r.toml")


def test_the_bundled_recipe_can_be_read() -> None:
    from importlib.resources import files

    path = Path(str(files("arabnews.training.recipes"))) / "pretrain-compact.toml"
    assert PretrainRecipe.read(path).hidden_size == 256
