from __future__ import annotations

import json
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
from gold_samples import summit

import arabnews
from arabnews import ModelError
from arabnews.model.config import CONFIG_NAME, ModelConfig
from arabnews.model.folder import load_folder
from arabnews.training.finetune import load_encoder

TEXT = summit()["text"]


@pytest.fixture
def folder(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model that a test may spoil."""
    return Path(shutil.copytree(model_folder, tmp_path / "model"))


def edit(path: Path, **changes: Any) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data | changes), encoding="utf-8")


class Canary:
    """Leaves a file behind if it is ever unpickled."""

    def __init__(self, nest: Path) -> None:
        self.nest = str(nest)

    def __reduce__(self) -> Any:
        return (open, (self.nest, "w"))


@pytest.mark.parametrize("name", ["config.json", "arabnews.json", "model.safetensors",
                                  "tokenizer.json"])  # fmt: skip
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        arabnews.load(folder)


@pytest.mark.parametrize("name", ["config.json", "arabnews.json", "model.safetensors",
                                  "tokenizer.json"])  # fmt: skip
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"5", b'{"a": 1}', b"null"])
def test_a_damaged_file_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        arabnews.load(folder)


def test_truncated_weights_are_named(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="damaged"):
        arabnews.load(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "head.pkl"])
def test_pickled_weights_are_never_opened(folder: Path, tmp_path: Path, name: str) -> None:
    canary = tmp_path / "flown"
    (folder / name).write_bytes(pickle.dumps(Canary(canary)))
    assert arabnews.load(folder, device="cpu")(TEXT).text == TEXT  # beside good weights
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=f"{name}, which can run code"):
        arabnews.load(folder)
    assert not canary.exists()


@pytest.mark.parametrize("name", ["model.safetensors", "arabnews.json", "config.json",
                                  "tokenizer.json"])  # fmt: skip
def test_a_pickle_under_another_name_is_no_model(folder: Path, tmp_path: Path, name: str) -> None:
    canary = tmp_path / "flown"
    (folder / name).write_bytes(pickle.dumps(Canary(canary)))
    with pytest.raises(ModelError):
        arabnews.load(folder)
    assert not canary.exists()


def test_an_encoder_is_not_unpickled_either(bert_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bert_folder, tmp_path / "encoder"))
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Canary(tmp_path / "flown")))
    with pytest.raises(ModelError, match="safetensors"):
        load_encoder(str(folder), normalisation="arabert", paragraph_token=None)
    assert not (tmp_path / "flown").exists()


def plant_code(folder: Path) -> Path:
    flown = folder / "flown"
    (folder / "evil.py").write_text(f"open({str(flown)!r}, 'w')\nclass Evil: pass\n")
    edit(
        folder / "config.json",
        auto_map={"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}, model_type="evil",
    )  # fmt: skip
    return flown


def test_a_model_that_brings_code_is_refused(folder: Path) -> None:
    flown = plant_code(folder)
    with pytest.raises(ModelError, match="auto_map"):
        arabnews.load(folder)
    assert not flown.exists()


def test_an_encoder_that_brings_code_is_refused(bert_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bert_folder, tmp_path / "encoder"))
    flown = plant_code(folder)
    with pytest.raises(ModelError):
        load_encoder(str(folder), normalisation="arabert", paragraph_token=None)
    assert not flown.exists()


def test_a_model_of_another_kind_is_named(bert_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no arabnews model.*arabnews train"):
        arabnews.load(bert_folder)
    with pytest.raises(ModelError, match=CONFIG_NAME):
        arabnews.load(tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema_version": 99}, "upgrade arabnews"),
        ({"colour": "red"}, "colour"),
        ({"normalisation": "klassisch"}, "klassisch"),
        ({"layers": {}}, "at least one tag layer"),
        ({"layers": 5}, "arabnews.json"),
        ({"window": 10}, "window of 10"),
        ({"window": "wide"}, "arabnews.json"),
        ({"word_size": 99}, "does not fit"),
        ({"paragraph_token": "[PARA]"}, r"\[PARA\]"),
    ],
)
def test_a_wrong_setting_is_named(folder: Path, changes: dict[str, Any], message: str) -> None:
    edit(folder / CONFIG_NAME, **changes)
    with pytest.raises(ModelError, match=message):
        arabnews.load(folder)


@pytest.mark.parametrize("changes", [{"model_type": "nothing"}, {"hidden_size": "wide"},
                                     {"model_type": "clip"}, {"hidden_size": 64}])  # fmt: skip
def test_a_wrong_encoder_is_named(folder: Path, changes: dict[str, Any]) -> None:
    edit(folder / "config.json", **changes)
    with pytest.raises(ModelError, match="config.json"):
        arabnews.load(folder)


def test_a_tokenizer_of_another_model_is_named(folder: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    Tokenizer(WordLevel({"a": 0}, unk_token="a")).save(str(folder / "tokenizer.json"))
    with pytest.raises(ModelError, match=r"tokenizer.json has no token \[CLS\]"):
        arabnews.load(folder)


def test_settings_survive_a_trip_through_the_folder(tmp_path: Path) -> None:
    config = ModelConfig(
        layers={"entity": ("PER", "شخص")}, calibration={"entity": (1.5, 0.1)}, window=64,
        bias={"entity": 0.5}, span_layers=("x",), training={"a": [1]},
    )  # fmt: skip
    config.save(tmp_path)
    assert ModelConfig.load(tmp_path) == config
    assert config.tags("entity") == ("O", "B-PER", "I-PER", "B-شخص", "I-شخص")


# Hub names


@pytest.fixture
def cache(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A hub cache that holds ``me/news`` as the hub client lays it out."""
    import huggingface_hub.constants

    home = tmp_path / "hub"
    snapshot = home / "models--me--news" / "snapshots" / ("a" * 40)
    shutil.copytree(model_folder, snapshot)
    refs = home / "models--me--news" / "refs"
    refs.mkdir()
    (refs / "main").write_text("a" * 40)
    (refs / "v1").write_text("a" * 40)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(home))
    return snapshot


@pytest.mark.parametrize("options", [{}, {"local_files_only": True}, {"revision": "v1"}])
def test_a_cached_hub_model_needs_no_network(
    cache: Path, options: dict[str, Any], nlp: Any
) -> None:
    assert load_folder("me/news", **options) == cache
    assert arabnews.load("me/news", device="cpu", **options)(TEXT) == nlp(TEXT)


def test_a_hub_model_that_is_not_cached_is_a_clear_error(cache: Path) -> None:
    with pytest.raises(ModelError, match="'me/other'.*nor in the local hub cache.*network"):
        arabnews.load("me/other")
    with pytest.raises(ModelError, match="local_files_only is set"):
        arabnews.load("me/other", local_files_only=True)


def test_a_network_that_fails_is_a_clear_error(
    cache: Path, network_attempts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    with pytest.raises(ModelError, match="copy the model folder here"):
        arabnews.load("me/other")
    network_attempts.clear()


@pytest.mark.parametrize("name", ["nowhere", "/nowhere/at/all", "./me/news", "a/b/c", ""])
def test_a_name_that_is_neither_folder_nor_hub_name_is_a_clear_error(name: str) -> None:
    with pytest.raises(ModelError):
        arabnews.load(name)


@pytest.mark.parametrize("name", ["a b/c", "-x/y", "a/b.git", "ع/ب", "a/"])
def test_an_impossible_hub_name_is_a_clear_error(name: str, cache: Path) -> None:
    with pytest.raises(ModelError, match="hub name|hub cache"):
        arabnews.load(name)


def test_a_file_is_no_folder(model_folder: Path) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        arabnews.load(model_folder / "config.json")
