"""A model folder: plain Hugging Face files plus ``arabnews.json``; safetensors and JSON only."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ModelError
from .config import CONFIG_NAME, ModelConfig

if TYPE_CHECKING:
    from .network import NewsNetwork
    from .tokenizer import NewsTokenizer

__all__ = ["BUNDLED", "WEIGHTS", "load_folder", "load_network", "save_network"]

WEIGHTS = "model.safetensors"
#: The only files of a hub repository that are ever fetched.
PATTERNS = ["*.json", "*.safetensors", "vocab.txt", "README.md"]
#: The package that holds the bundled model.
BUNDLED = "arabnews.models.compact"
_PICKLED = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib", ".ckpt")


def load_folder(
    name: str | Path | None, *, revision: str | None = None, token: str | None = None,
    local_files_only: bool = False,
) -> Path:  # fmt: skip
    """Return the local folder of a model: the bundled one, a path, or a hub repository.

    A local folder is preferred, then the local hub cache; the network comes last.
    """
    if name is None:
        from importlib.resources import files

        return Path(str(files(BUNDLED)))
    path = Path(name)
    if path.is_dir():
        return path
    text = str(name)
    if path.exists() or path.is_absolute() or text.startswith(".") or text.count("/") != 1:
        raise ModelError(
            f"{text!r} is no model folder and no hub name (owner/name): check the path, or call "
            "arabnews.load() without a name for the bundled model"
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
    )

    wanted: dict[str, Any] = {"revision": revision, "allow_patterns": PATTERNS}
    try:
        return Path(snapshot_download(text, local_files_only=True, **wanted))
    except HFValidationError as error:
        raise ModelError(f"{text!r} is no model folder, and no hub name: {error}") from None
    except (LocalEntryNotFoundError, FileNotFoundError):
        if local_files_only:
            raise ModelError(
                f"{text!r} is not in the local hub cache and local_files_only is set: download it "
                "once on a machine with a network, or name a local folder"
            ) from None
    try:
        return Path(snapshot_download(text, token=token, **wanted))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        raise ModelError(
            f"{text!r} is neither a folder, nor in the local hub cache, nor could it be fetched "
            f"({type(error).__name__}: {str(error).splitlines()[0]}): check the name and the "
            "network, or copy the model folder here and pass its path"
        ) from None


def load_network(folder: Path) -> tuple[NewsNetwork, NewsTokenizer]:
    """Build the network and tokenizer of a model folder; nothing pickled is ever opened."""
    import torch
    from transformers import AutoConfig, AutoModel

    from .network import NewsNetwork
    from .tokenizer import NewsTokenizer

    folder = Path(folder)
    config = ModelConfig.load(folder)
    _check_weights(folder)
    settings = _check_settings(folder)
    try:
        encoder = AutoModel.from_config(  # type: ignore[no-untyped-call]
            AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True),
            attn_implementation="sdpa", dtype=torch.float32,
        )  # fmt: skip
        network = NewsNetwork(encoder, config)
    except Exception as error:  # transformers raises all kinds for what it cannot build
        raise ModelError(
            f"{settings} describes no encoder that transformers knows: {error}"
        ) from None
    try:
        network.load_state_dict(_read_weights(folder / WEIGHTS, encoder.base_model_prefix))
    except RuntimeError as error:
        raise ModelError(
            f"{folder / WEIGHTS} does not fit {CONFIG_NAME} and config.json: {error}"
        ) from None
    tokenizer = NewsTokenizer.load(
        folder / "tokenizer.json", normalisation=config.normalisation,
        paragraph_token=config.paragraph_token, sinks=config.sinks,
    )  # fmt: skip
    return network.eval(), tokenizer


def _check_weights(folder: Path) -> None:
    if not (folder / WEIGHTS).exists():
        pickled = [p.name for p in folder.iterdir() if p.suffix in _PICKLED]
        because = (
            f"it holds {pickled[0]}, which can run code when opened and is never loaded: save it "
            "again as safetensors"
            if pickled
            else "the folder is incomplete: copy it again"
        )
        raise ModelError(f"{folder} has no {WEIGHTS}; {because}")


def _check_settings(folder: Path) -> Path:
    """Return the path of the encoder's ``config.json``, if it is one and asks for no code."""
    settings = folder / "config.json"
    try:
        kind = json.loads(settings.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} has no config.json of the encoder: copy it again") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{settings} is not valid JSON: {error}") from None
    if not isinstance(kind, dict):
        raise ModelError(f"{settings} is no JSON object: copy it again")
    if "auto_map" in kind:
        raise ModelError(f"{settings} asks to run code of its own (auto_map), which is never done")
    return settings


def _read_weights(path: Path, prefix: str) -> dict[str, Any]:
    """Read safetensors and give the tensors the names that ``NewsNetwork`` has for them."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = load_file(str(path))
    except SafetensorError as error:
        raise ModelError(f"{path} is damaged: {error}; copy it again") from None
    start = f"{prefix}."
    return {
        "encoder." + k[len(start) :] if k.startswith(start) else k.removeprefix("heads."): v.float()
        for k, v in state.items()
    }


def save_network(
    network: NewsNetwork, tokenizer: NewsTokenizer, folder: Path, *, dtype: str = "float32",
    card: str | None = None, config: ModelConfig | None = None,
) -> None:  # fmt: skip
    """Write a model folder; the encoder's tensors carry the names that ``AutoModel`` expects.

    ``dtype`` is that of the stored tensors: "bfloat16" halves the file.
    """
    import torch
    from safetensors.torch import save_file

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    encoder: Any = network.encoder
    prefix = f"{encoder.base_model_prefix}."
    kept = {
        (prefix + k.removeprefix("encoder.") if k.startswith("encoder.") else f"heads.{k}"):
        v.detach().cpu().to(getattr(torch, dtype)).contiguous()
        for k, v in network.state_dict().items()
    }  # fmt: skip
    save_file(kept, str(folder / WEIGHTS), metadata={"format": "pt"})
    encoder.config.save_pretrained(folder)
    tokenizer.raw.save(str(folder / "tokenizer.json"))
    (config or network.settings).save(folder)
    if card is not None:
        (folder / "README.md").write_text(card, encoding="utf-8")


def copy_folder(source: Path, target: Path) -> None:
    """Copy the files of a model folder, and nothing else, to ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", CONFIG_NAME, WEIGHTS, "tokenizer.json", "README.md"):
        if (source / name).exists() and source.resolve() != target.resolve():
            shutil.copyfile(source / name, target / name)
