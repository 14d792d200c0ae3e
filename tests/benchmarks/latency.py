"""Time one article through the bundled model, and through a BERT-base NER pipeline beside it.

    python tests/benchmarks/latency.py [--threads 2] [--runs 20]

The peer is the ``transformers`` token-classification pipeline on a randomly initialised model of
AraBERT-base's shape (12 layers, 768 wide, 64,000 word pieces): the time does not depend on the
weights. It finds entities only; arabnews does everything. Both are timed in turn, in one process;
the figures are medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def peer(threads: int) -> Callable[[str], object]:
    """Return the pipeline of an AraBERT-base-shaped NER model."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        BertConfig,
        BertForTokenClassification,
        PreTrainedTokenizerFast,
        pipeline,
    )

    import arabnews
    from arabnews.model.folder import load_folder

    bundled = json.loads(Path(load_folder(None), "tokenizer.json").read_text(encoding="utf-8"))
    vocabulary = bundled["model"]["vocab"]
    for i in range(len(vocabulary), 64_000):
        vocabulary[f"[unused{i}]"] = i
    raw = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=512,
    )  # fmt: skip
    config = BertConfig(
        vocab_size=64_000, hidden_size=768, num_hidden_layers=12, num_attention_heads=12,
        intermediate_size=3_072, num_labels=9,
    )  # fmt: skip
    assert arabnews.__version__
    with tempfile.TemporaryDirectory() as folder:
        BertForTokenClassification(config).eval().save_pretrained(folder)
        model = BertForTokenClassification.from_pretrained(folder)
    # stride: an article longer than 512 pieces is read in overlapping windows, not cut
    return pipeline(
        "token-classification", model=model, tokenizer=tokenizer, device=-1, stride=64,
        aggregation_strategy="first",
    )  # fmt: skip


def main() -> None:
    """Print the medians and their ratio."""
    import torch

    import arabnews
    from arabnews.cli import demo_article
    from arabnews.text.words import words

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--words", type=int, default=350)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    article = demo_article()
    text = article["text"]
    while len(words(text)) < args.words:
        text += "\n" + article["text"]
    text = text[: words(text)[args.words - 1][1]]
    nlp, other = arabnews.load(device="cpu"), peer(args.threads)
    half = arabnews.load(device="cpu", dtype="bfloat16")
    jobs = {
        "arabnews (entities, quotes, events)": lambda: nlp(text, published="2019-01-30"),
        "the same, encoder in bfloat16": lambda: half(text, published="2019-01-30"),
        "transformers NER, BERT-base shape": lambda: other(text),
    }
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for run in range(args.runs + 2):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            if run >= 2:  # the first two warm up
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(t) for name, t in times.items()}
    slowest = list(medians.values())[-1]
    for name, median in medians.items():
        print(
            f"{name:40} {1000 * median:8.1f} ms for {len(words(text))} words, "
            f"{slowest / median:.1f} times as fast as the last"
        )


if __name__ == "__main__":
    main()
