"""What every test stands on: no network, few threads, and tiny models made at test time."""

from __future__ import annotations

import os

os.environ.update(
    HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_DATASETS_OFFLINE="1",
    HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1",
    TOKENIZERS_PARALLELISM="false", CUDA_VISIBLE_DEVICES="",
)  # fmt: skip

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gold_samples import CONLL, GOLD
from hypothesis import HealthCheck, settings

settings.register_profile(
    "offline", deadline=None, derandomize=True, database=None, max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("offline")

TEXTS = [line for a in GOLD for line in a["text"].split("\n")] + [
    "أعلنت الأمم المتحدة في جنيف أن 3.5 مليون لاجئ غادروا البلاد، وفق بيان رسمي.",
    "UNICEF: آلاف الأطفال بلا مدارس في اليمن؛ الحرب مستمرة!",
]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "allow_sockets: the test needs sockets on this machine")


@pytest.fixture(scope="session", autouse=True)
def _few_threads() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def network_attempts(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """Refuse network sockets; an attempt fails the test even if the code swallows the refusal."""
    attempts: list[str] = []
    if request.node.get_closest_marker("allow_sockets"):
        yield attempts
        return

    class LocalSocket(socket.socket):
        def __init__(self, family: int = -1, *args: Any, **kwargs: Any) -> None:
            if family != socket.AF_UNIX:
                attempts.append(f"socket of family {family}")
                raise OSError("tests use no network")
            super().__init__(family, *args, **kwargs)

    def no_lookup(host: Any, *_: Any, **__: Any) -> Any:
        attempts.append(f"look-up of {host}")
        raise OSError("tests use no network")

    monkeypatch.setattr(socket, "socket", LocalSocket)
    monkeypatch.setattr(socket, "getaddrinfo", no_lookup)
    yield attempts
    assert not attempts, f"the network was tried: {attempts}"


@pytest.fixture
def gold_file(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "gold.jsonl", GOLD)


@pytest.fixture
def conll_file(tmp_path: Path) -> Path:
    path = tmp_path / "tags.conll"
    path.write_text(CONLL, encoding="utf-8")
    return path


def write_lines(path: Path, records: Any) -> Path:
    lines = (json.dumps(r, ensure_ascii=False) + "\n" for r in records)
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def raw_tokenizer() -> Any:
    """A WordPiece tokenizer of the trained kind, its vocabulary the same in every run."""
    from tokenizers.models import WordPiece

    from arabnews.text.normalise import normalise
    from arabnews.training.corpus import SPECIAL, train_tokenizer

    texts = [normalise(t).text for t in TEXTS]
    tokenizer = train_tokenizer(texts, 60)  # of equally frequent pieces it picks any
    letters = sorted({c for t in texts for c in t if not c.isspace()})
    known = sorted({w for t in texts for w in t.split()})[::2]  # the others come in pieces
    pieces = dict.fromkeys([*SPECIAL, *letters, *(f"##{c}" for c in letters), *known])
    tokenizer.model = WordPiece(
        {p: i for i, p in enumerate(pieces)}, unk_token="[UNK]", max_input_chars_per_word=60
    )
    return tokenizer


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory, raw_tokenizer: Any) -> Path:
    """A random ModernBERT of the compact encoder's kind."""
    import torch
    from transformers import ModernBertConfig, ModernBertModel

    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(5)
    config = ModernBertConfig(
        vocab_size=raw_tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=48, max_position_embeddings=512,
        local_attention=32, global_attn_every_n_layers=2, pad_token_id=0, cls_token_id=2,
        bos_token_id=2, sep_token_id=3, eos_token_id=3,
    )  # fmt: skip
    ModernBertModel(config).save_pretrained(folder)
    raw_tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory: pytest.TempPathFactory, raw_tokenizer: Any) -> Path:
    """A random checkpoint of AraBERT's kind: BERT, WordPiece, learned positions, only 64."""
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    torch.manual_seed(6)
    config = BertConfig(
        vocab_size=raw_tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=48, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=raw_tokenizer, unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        pad_token="[PAD]", mask_token="[MASK]",
    ).save_pretrained(folder)  # fmt: skip
    return folder


def save_random(encoder: Path, folder: Path, **settings: Any) -> Path:
    """Write a model folder with random heads on an encoder; O is likelier than any label."""
    import torch

    from arabnews.document import EVENT_TYPES
    from arabnews.model.config import ModelConfig
    from arabnews.model.folder import save_network
    from arabnews.model.network import NewsNetwork
    from arabnews.training.finetune import load_encoder

    config = ModelConfig(
        layers={
            "entity": ("DATE", "LOC", "MISC", "ORG", "PER", "ROLE"), "source": ("source",),
            "cue": ("colon", "cue"), "trigger": EVENT_TYPES, "argument": ("argument",),
        },
        modalities=("asserted", "hypothetical", "negated", "planned"),
        roles=("actor", "date", "loc", "recipient"), word_size=24, link_size=8, **settings,
    )  # fmt: skip
    body, tokenizer = load_encoder(
        str(encoder), normalisation=config.normalisation, paragraph_token=config.paragraph_token
    )
    torch.manual_seed(7)
    network = NewsNetwork(body, config)
    for name, layer in network.tags.items():
        with torch.no_grad():
            layer.weight.mul_(3)
            layer.bias.zero_()
            layer.bias[0] = 1.0 + (name == "trigger")
    save_network(network, tokenizer, folder, card="# tiny\n")
    return folder


@pytest.fixture(scope="session")
def model_folder(encoder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with random weights and every layer; one window of 512 pieces."""
    folder = tmp_path_factory.mktemp("model")
    return save_random(encoder_folder, folder, paragraph_token="[P]", window=512)


@pytest.fixture(scope="session")
def bert_model_folder(bert_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same on BERT, read in windows of 64 pieces."""
    folder = tmp_path_factory.mktemp("bert-model")
    return save_random(bert_folder, folder, normalisation="arabert", window=64)


@pytest.fixture(scope="session")
def nlp(model_folder: Path) -> Any:
    import arabnews

    return arabnews.load(model_folder, device="cpu")


@pytest.fixture(scope="session")
def bert_nlp(bert_model_folder: Path) -> Any:
    import arabnews

    return arabnews.load(bert_model_folder, device="cpu")
