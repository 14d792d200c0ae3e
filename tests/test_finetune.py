from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import write_lines
from gold_samples import GOLD, meeting, summit

import arabnews
from arabnews import InputError, ModelError
from arabnews.formats.conll import read_conll
from arabnews.metrics import evaluate
from arabnews.model.config import RESERVED_LAYERS
from arabnews.model.folder import load_network
from arabnews.training.card import model_card
from arabnews.training.conll import predict_tags
from arabnews.training.data import (
    Examples,
    Source,
    collate,
    join_sentences,
    label_inventory,
    read_source,
    read_sources,
    to_dataset,
)
from arabnews.training.finetune import TrainRecipe, _start, finetune, load_encoder
from arabnews.training.targets import article_targets

QUICK: dict[str, Any] = {
    "epochs": 1, "batch_size": 2, "word_size": 24, "link_size": 8, "window": 256, "bf16": False,
    "paragraph_token": "[P]", "device": "cpu",
}  # fmt: skip


def quick(base: Path, *train: Any, **changes: Any) -> TrainRecipe:
    return TrainRecipe(base=str(base), train=train, **{**QUICK, **changes})


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("gold") / "gold.jsonl", GOLD)


@pytest.fixture(scope="module")
def learnt(encoder_folder: Path, gold: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that knows two articles by heart, its tensors stored in bfloat16."""
    folder = tmp_path_factory.mktemp("learnt")
    recipe = quick(
        encoder_folder, {"path": str(gold), "weight": 15}, epochs=8, encoder_rate=2e-3,
        head_rate=1e-2, layer_decay=1.0, word_size=64, link_size=16, weight_decay=0.0,
        dtype="bfloat16", licence="CC BY 4.0",
        notes="Made by a test.",
    )  # fmt: skip
    finetune(recipe, folder)
    return folder


def test_two_articles_are_learnt_by_heart(learnt: Path) -> None:
    nlp = arabnews.load(learnt, device="cpu")
    report = evaluate(GOLD, [d.to_dict() for d in nlp.pipe(GOLD)])
    assert report.figures["entities"].value > 95
    doc = nlp(summit()["text"], published="2018-02-13")
    assert {e.text for e in doc.entities} >= {"سامح شكري", "الرياض", "حلب"}
    assert any(doc.speaker_name(q) == "سامح شكري" for q in doc.quotes)
    assert any(v.type == "ASSAULT" for v in doc.events)


def test_the_encoder_loads_with_plain_transformers(learnt: Path) -> None:
    from safetensors.torch import load_file
    from transformers import AutoModel

    network, _ = load_network(learnt)
    encoder = AutoModel.from_pretrained(learnt, dtype=torch.float32)
    ours = network.encoder.state_dict()
    theirs = encoder.state_dict()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[k], theirs[k]) for k in ours)
    assert {t.dtype for t in load_file(learnt / "model.safetensors").values()} == {torch.bfloat16}


def test_the_card_tells_data_licence_and_scores(learnt: Path, gold: Path) -> None:
    card = (learnt / "README.md").read_text(encoding="utf-8")
    for wanted in (str(gold), "2 articles", "CC BY 4.0", "Made by a test.", "Not measured", "ROLE"):
        assert wanted in card
    config = arabnews.load(learnt, device="cpu").config
    assert "| entities | 81.50 |" in model_card(config.replace(scores={"dev": {"entities": 81.5}}))


def test_a_share_alike_base_is_told_however_far_back(learnt: Path) -> None:
    config = arabnews.load(learnt, device="cpu").config
    base = {"recipe": {"base": "aubmindlab/bert-base-arabertv02"}}
    assert "share-alike" in model_card(config.replace(training=base))
    grandchild = {"recipe": {"base": "b"}, "from": {"recipe": {"base": "a"}, "from": base}}
    assert "share-alike" in model_card(config.replace(training=grandchild))
    assert "share-alike" not in model_card(config)


def test_a_run_is_resumed(encoder_folder: Path, gold: Path, tmp_path: Path) -> None:
    recipe = quick(encoder_folder, gold, epochs=2)
    finetune(recipe, tmp_path)
    def done() -> set[str]:
        return {p.name for p in (tmp_path / "checkpoints").glob("checkpoint-*")}
    assert done() == {"checkpoint-1", "checkpoint-2"}
    finetune(replace(recipe, epochs=3), tmp_path, resume=True)
    assert done() == {"checkpoint-2", "checkpoint-3"}  # no first step again
    state = json.loads((tmp_path / "checkpoints/checkpoint-3/trainer_state.json").read_text())
    assert state["global_step"] == 3
    with pytest.raises(InputError, match="--resume"):
        finetune(recipe, tmp_path)  # another run would be mixed up with this one


def test_a_resumed_run_ends_like_one_that_was_not_interrupted(
    encoder_folder: Path, tmp_path: Path
) -> None:
    many = [{**meeting(), "id": f"a{i}", "text": meeting()["text"] + " نعم" * i} for i in range(5)]
    recipe = quick(encoder_folder, str(write_lines(tmp_path / "many.jsonl", many)), epochs=3)
    whole = finetune(recipe, tmp_path / "whole")
    last = tmp_path / "whole" / "checkpoints" / "checkpoint-9"
    assert last.exists()
    shutil.copytree(last.with_name("checkpoint-6"), tmp_path / "cut/checkpoints/checkpoint-6")
    resumed = finetune(recipe, tmp_path / "cut", resume=True)
    theirs = resumed.scorer.network.state_dict()
    for name, value in whole.scorer.network.state_dict().items():
        assert torch.allclose(value, theirs[name], atol=1e-5), name


def test_held_out_articles_set_thresholds_beside_a_dev_file_too(
    encoder_folder: Path, gold: Path, tmp_path: Path
) -> None:
    nlp = finetune(quick(encoder_folder, gold, held_out=0.5, dev=str(gold)), tmp_path)
    assert set(nlp.config.scores) == {"dev"} and "entity" in nlp.config.bias


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"patience": 2}, "dev, or held_out"),
        ({"train": []}, "nothing to train on"),
        ({"train": [{"layer": "x"}]}, "'path' is missing"),
    ],
)
def test_what_cannot_be_trained_is_said_at_once(
    encoder_folder: Path, gold: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        finetune(replace(quick(encoder_folder, gold), **changes), tmp_path)


def test_one_training_file_may_stand_without_a_list(gold: Path) -> None:
    assert replace(quick(gold), train=str(gold)).sources() == [Source(gold)]


def test_a_layer_of_a_gold_file_trains_nothing_else(encoder_folder: Path, gold: Path) -> None:
    records = read_source(Source(gold, layer="entity"))
    found = label_inventory(records)
    assert set(found["layers"]) == {"entity"} and not found["links"]
    network, tokenizer = _start(quick(encoder_folder), read_source(Source(gold)))
    data = Examples(to_dataset(records), tokenizer, network.settings)
    batch = collate([data[0]], tokenizer=tokenizer, window=256)
    network.train()(**batch)["loss"].backward()
    touched = {n for n, p in network.named_parameters() if p.grad is not None and p.grad.any()}
    assert any(n.startswith("tags.entity") for n in touched)
    assert not any(n.startswith(("links.", "modality", "tags.cue", "span.")) for n in touched)


def test_resuming_nothing_is_a_clear_error(
    encoder_folder: Path, gold: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no checkpoint"):
        finetune(quick(encoder_folder, gold), tmp_path, resume=True)


def test_early_stopping_keeps_the_best_epoch(
    encoder_folder: Path, gold: Path, tmp_path: Path
) -> None:
    # a rate of zero never gains, so training stops after the first epochs without gain
    recipe = quick(
        encoder_folder, gold, dev=str(gold), epochs=9, patience=2, encoder_rate=0.0, head_rate=0.0
    )
    nlp = finetune(recipe, tmp_path)
    steps = {p.name for p in (tmp_path / "checkpoints").glob("checkpoint-*")}
    assert "checkpoint-9" not in steps and "checkpoint-1" in steps
    assert "eval_entities" in nlp.config.scores["dev"]
    assert "### dev" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_a_held_out_share_is_not_trained_on(
    encoder_folder: Path, gold: Path, tmp_path: Path
) -> None:
    nlp = finetune(quick(encoder_folder, gold, held_out=0.5), tmp_path)
    assert nlp.config.training["articles"] == {str(gold): 1}
    assert "held_out" in nlp.config.scores


def test_a_file_may_hold_out_a_share_of_its_own(tmp_path: Path) -> None:
    many = [{**meeting(), "id": f"a{i}"} for i in range(10)]
    one, two = (write_lines(tmp_path / name, many) for name in ("one.jsonl", "two.jsonl"))
    sources = [Source(one, held_out=0.3), Source(two, weight=2.0)]
    read = read_sources(sources, held_out=0.1, seed=5)
    assert read.counts == {str(one): 7, str(two): 9}
    assert (len(read.held_out), len(read.records)) == (4, 7 + 2 * 9)
    trained = [r["id"] for r in read.records[:7]]
    assert not {a["id"] for a in read.held_out[:3]} & set(trained)
    # neither the other files nor their order change what is held out
    again = read_sources([Source(one, held_out=0.3)], held_out=0.0, seed=5)
    assert [a["id"] for a in again.held_out] == [a["id"] for a in read.held_out[:3]]


def test_a_new_label_leaves_the_old_ones_as_they_were(
    learnt: Path, tmp_path: Path, gold: Path
) -> None:
    article = meeting()
    article["entities"].append(
        {"span": [article["text"].index("خيارنا"), article["text"].index("خيارنا") + 6],
         "label": "HOPE"}
    )  # fmt: skip
    article["events"][0]["args"].append(
        {"role": "topic", "span": article["events"][0]["trigger"]}
    )
    article["events"][0]["modality"] = "asserted"
    more = write_lines(tmp_path / "more.jsonl", [article])
    old, _ = load_network(learnt)
    new, _ = _start(quick(learnt, more), read_source(Source(more)))
    assert "HOPE" in new.settings.layers["entity"] and "topic" in new.settings.roles
    assert set(old.settings.layers["entity"]) <= set(new.settings.layers["entity"])
    states = torch.randn(9, old.settings.word_size)
    with torch.no_grad():
        before, after = old.tag_logits(states), new.eval().tag_logits(states)
        for layer in old.settings.layers:
            at = [new.settings.tags(layer).index(t) for t in old.settings.tags(layer)]
            assert torch.equal(before[layer], after[layer][:, at])
        q, c = states[:2], states[2:8]
        index = torch.arange(6).expand(2, -1)
        for name in old.links:
            features = torch.rand(12, old.links[name].features[0].in_features)
            a = old.links[name](q, c, index, features)
            b = new.links[name](q, c, index, features)
            assert torch.allclose(a, b[..., : a.shape[-1]], atol=1e-5), name
        assert torch.equal(old.modality(states), new.modality(states)[:, : len(
            old.settings.modalities)])  # fmt: skip
    finetune(quick(learnt, more, epochs=2), tmp_path / "new")
    nlp = arabnews.load(tmp_path / "new", device="cpu")
    assert nlp.config.training["from"]["articles"] == {str(gold): 2}


def test_a_batch_costs_what_its_articles_cost(
    encoder_folder: Path, gold: Path, conll_file: Path
) -> None:
    sources = [Source(gold), Source(conll_file, layer="conll")]
    records = [r for s in sources for r in read_source(s)]
    network, tokenizer = _start(quick(encoder_folder), records)
    data = Examples(to_dataset(records), tokenizer, network.eval().settings)
    items = [data[i] for i in range(len(data))]

    def cost(*some: Any) -> float:
        made = collate(some, tokenizer=tokenizer, window=256)
        words = sum(i["target"]["n_words"] for i in some)
        return network(made["batch"], made["targets"])["loss"].item() * words

    assert len(items) > 2 and all(cost(i) > 0 for i in items)
    assert cost(*items) == pytest.approx(sum(cost(i) for i in items), rel=1e-4)
    assert cost(*items[::-1]) == pytest.approx(cost(*items), rel=1e-4)


def test_a_conll_batch_leaves_other_layers_untouched(
    encoder_folder: Path, gold: Path, conll_file: Path
) -> None:
    sources = [Source(gold), Source(conll_file, layer="entity", rename={"PERS": "PER"})]
    records = [r for s in sources for r in read_source(s)]
    network, tokenizer = _start(quick(encoder_folder), records)
    data = Examples(to_dataset(records), tokenizer, network.settings)
    conll = collate([data[len(records) - 1]], tokenizer=tokenizer, window=256)
    network.train()(**conll)["loss"].backward()
    touched = {n for n, p in network.named_parameters() if p.grad is not None and p.grad.any()}
    assert any(n.startswith("tags.entity") for n in touched)
    assert any(n.startswith("encoder") for n in touched)
    heads = {n.split(".")[1] for n in touched if n.startswith(("tags", "links"))}
    assert heads == {"entity"}
    assert not any(n.startswith(("modality", "evidence", "label", "span")) for n in touched)


def test_a_layer_of_its_own_is_trained_from_conll(
    encoder_folder: Path, gold: Path, conll_file: Path, tmp_path: Path
) -> None:
    extra = {"path": str(conll_file), "layer": "other", "rename": {"PERS": "PER"}, "weight": 2}
    nlp = finetune(quick(encoder_folder, str(gold), extra, span_layers=["other"]), tmp_path)
    assert nlp.config.layers["other"] == ("LOC", "ORG", "PER")
    assert "PER" in nlp.config.layers["entity"]
    assert nlp.config.training["articles"][str(conll_file)] == 1
    assert "other" in nlp.scorer.layers
    nlp.configure(span_layers=())
    assert "other" not in nlp.scorer.layers


def test_conll_tags_come_back_from_a_model_that_knows_them(
    encoder_folder: Path, conll_file: Path, tmp_path: Path
) -> None:
    recipe = quick(
        encoder_folder, {"path": str(conll_file), "weight": 20}, epochs=8, encoder_rate=2e-3,
        head_rate=1e-2, layer_decay=1.0, word_size=64,
    )  # fmt: skip
    nlp = finetune(recipe, tmp_path)
    sentences = read_conll(conll_file)
    predicted = predict_tags(nlp, sentences)
    assert predicted == [[tag for _, tag in s] for s in sentences]  # «-» inside an entity too
    assert [len(s) for s in predicted] == [len(s) for s in sentences]


def test_predicting_never_looks_at_gold_tags(nlp: Any, conll_file: Path) -> None:
    sentences = read_conll(conll_file)
    blank = [[(token, "O") for token, _ in s] for s in sentences]
    assert predict_tags(nlp, sentences) == predict_tags(nlp, blank)
    assert predict_tags(nlp, []) == []
    with pytest.raises(InputError, match="no layer 'x'"):
        predict_tags(nlp, sentences, layer="x")


def test_joined_sentences_keep_their_spans() -> None:
    text, spans = join_sentences([[("زار", "O"), ("محمد", "B-PER"), ("علي", "I-PER")],
                                  [("حلب", "B-LOC"), (".", "O")]])  # fmt: skip
    assert text == "زار محمد علي\nحلب ."
    assert [(text[s:e], x) for s, e, x in spans] == [("محمد علي", "PER"), ("حلب", "LOC")]


def test_targets_say_what_the_gold_says(encoder_folder: Path, gold: Path) -> None:
    records = read_source(Source(gold))
    network, tokenizer = _start(quick(encoder_folder), records)
    config = network.settings
    encoded = tokenizer.encode(summit()["text"])
    target = article_targets(summit(), encoded, config, RESERVED_LAYERS)
    tags = [config.tags("entity")[t] for t in target["tags"]["entity"].tolist()]
    named = {encoded.forms[i]: t for i, t in enumerate(tags) if t.endswith("PER")}
    assert named == {"سامح": "B-PER", "شكري": "I-PER"}
    cues = [config.tags("cue")[t] for t in target["tags"]["cue"].tolist()]
    assert [encoded.forms[i] for i, t in enumerate(cues) if t != "O"] == [
        "المصري", "قال", "واضاف", "وقال",
    ]  # fmt: skip
    links = target["links"]
    assert links["speaker_gold"].any(1).tolist() == [True, True, False, True]
    assert links["who_gold"].any(1).all()
    assert (links["argument_gold"] > 0).sum() == 5
    assert (links["content_gold"] >= 0).all()


def test_a_span_outside_the_words_is_named(encoder_folder: Path, gold: Path) -> None:
    network, tokenizer = _start(quick(encoder_folder), read_source(Source(gold)))
    bad = {**summit(), "entities": [{"span": [20, 21], "label": "PER"}]}
    with pytest.raises(InputError, match="summit: entity"):
        article_targets(bad, tokenizer.encode(bad["text"]), network.settings, RESERVED_LAYERS)


def test_labels_are_learnt_from_the_files(gold: Path) -> None:
    found = label_inventory(read_source(Source(gold)))
    assert found["layers"]["entity"] == ("DATE", "LOC", "ORG", "PER", "ROLE")
    assert found["layers"]["trigger"] == ("ASSAULT", "CONSULT", "REJECT", "THREATEN")
    assert found["modalities"] == ("asserted", "hypothetical")
    assert found["roles"] == ("actor", "date", "loc", "recipient")


# Encoders


def test_a_bert_with_64_positions_is_read_in_windows(
    bert_folder: Path, gold: Path, tmp_path: Path
) -> None:
    recipe = quick(
        bert_folder, gold, normalisation="arabert", paragraph_token=None, window=512
    )
    nlp = finetune(recipe, tmp_path)
    assert nlp.config.window == 64 and nlp.config.normalisation == "arabert"
    text = "\n".join(a["text"] for a in GOLD) * 3
    assert nlp(text).text == text


def test_positions_that_start_late_are_counted(
    raw_tokenizer: Any, gold: Path, tmp_path: Path
) -> None:
    """RoBERTa's kin number positions from the padding id on, and so have fewer than they say."""
    from transformers import RobertaConfig, RobertaModel

    config = RobertaConfig(
        vocab_size=raw_tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=48, max_position_embeddings=66, pad_token_id=0,
    )  # fmt: skip
    base = tmp_path / "roberta"
    RobertaModel(config, add_pooling_layer=False).save_pretrained(base)
    raw_tokenizer.save(str(base / "tokenizer.json"))
    nlp = finetune(quick(base, gold, paragraph_token=None), tmp_path / "out")
    assert nlp.config.window == 65
    nlp("\n".join(a["text"] for a in GOLD) * 3)


def test_a_vocabulary_alone_is_enough(bert_folder: Path, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(bert_folder, tmp_path / "old"))
    vocabulary = json.loads((folder / "tokenizer.json").read_text())["model"]["vocab"]
    (folder / "vocab.txt").write_text("\n".join(sorted(vocabulary, key=vocabulary.get)) + "\n")
    (folder / "tokenizer.json").unlink()
    settings = {"tokenizer_class": "BertTokenizer", "do_lower_case": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    _, tokenizer = load_encoder(str(folder), normalisation="arabert", paragraph_token=None)
    _, fast = load_encoder(str(bert_folder), normalisation="arabert", paragraph_token=None)
    text = summit()["text"]
    np.testing.assert_array_equal(tokenizer.encode(text).pieces, fast.encode(text).pieces)


def test_an_encoder_that_is_not_there_is_a_clear_error(tmp_path: Path, gold: Path) -> None:
    causes = {str(tmp_path): "could not be loaded", "me/unknown": "could it be fetched"}
    for name, cause in causes.items():
        with pytest.raises(ModelError, match=cause):
            finetune(quick(Path(name), gold), tmp_path / "out")


# Recipes


@pytest.mark.parametrize("name", ["arabert", "compact", "anercorp"])
def test_bundled_recipes_can_be_read(name: str) -> None:
    from arabnews.training.cli import find_recipe

    recipe = TrainRecipe.read(find_recipe(name), train=["x.jsonl"], seed=None)
    assert recipe.base and recipe.seed == 17
    assert [s.path for s in recipe.sources()] == [Path("x.jsonl")]
    if name == "arabert":
        assert recipe.normalisation == "arabert" and recipe.window == 512


@pytest.mark.parametrize(
    ("content", "message"),
    [("base = ", "not valid TOML"), ("epochs = 1", "'base' is missing"),
     ("base = 'x'\ncolour = 1", "colour")],
)  # fmt: skip
def test_a_wrong_recipe_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "r.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        TrainRecipe.read(path)


def test_a_wrong_source_is_named(encoder_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="colour"):
        quick(encoder_folder, {"path": "x.jsonl", "colour": 1}).sources()
    empty = write_lines(tmp_path / "empty.jsonl", [])
    with pytest.raises(InputError, match="holds no article"):
        finetune(quick(encoder_folder, empty), tmp_path / "out")


def test_batches_hold_articles_of_like_length_and_every_article_once() -> None:
    from arabnews.training.data import MEGA_BATCH, ShuffledBatches

    size, lengths = 4, [10 * (i % 37) + 1 for i in range(4 * MEGA_BATCH * 3 + 3)]
    sampler = ShuffledBatches(lengths, size, seed=1)
    first, second = list(sampler), list(sampler)
    assert sorted(first) == sorted(second) == list(range(len(lengths))) and first != second
    assert list(ShuffledBatches(lengths, size, seed=1)) == first
    resumed = ShuffledBatches(lengths, size, seed=1)
    resumed.set_epoch(1)
    assert list(resumed) == second
    batches = [[lengths[i] for i in first[k : k + size]] for k in range(0, len(first), size)]
    mean_gap = sum(max(b) - min(b) for b in batches) / len(batches)
    assert mean_gap < 0.3 * (max(lengths) - min(lengths))  # of random batches about 0.6
    starts = [b[0] for b in batches[:-1]]
    assert starts != sorted(starts, reverse=True)
    assert list(ShuffledBatches([5, 7], 4, seed=1)) in ([0, 1], [1, 0])
